"""``pipenv install``: add packages, or bring lock and environment to what the Pipfile says."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.cli.named_packages import named_additions
from pipenv.cli.unchanged import remember_installed
from pipenv.errors import LockfileOutOfDate
from pipenv.operations import change
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``install``."""
    parser.add_argument(
        "packages",
        nargs="*",
        metavar="PACKAGE",
        help="what to add: a name as on an index, a path, a URL",
    )
    options.add_options(
        parser,
        (
            *options.COMMON,
            *options.SITE,
            options.PRE,
            options.DEV,
            options.CATEGORIES,
            options.ALL,
            options.DEPLOY,
            options.IGNORE_PIPFILE,
            options.SYSTEM,
            options.INDEX,
            options.EDITABLE,
            options.JSON,
        ),
    )


def run(context: Context) -> int:
    """Install; with packages named, add them first.

    Raises:
        LockfileOutOfDate: with ``--deploy``; the two hashes go to stdout, as upstream has it.
    """
    try:
        return _install(context)
    except LockfileOutOfDate as error:
        if context.console.machine_form is None:
            context.console.data(
                f"Your Pipfile.lock ({error.found}) is out of date. Expected: ({error.expected})."
            )
        raise


def _install(context: Context) -> int:
    settings = context.settings
    packages, editables = context.texts("packages"), context.texts("editables")
    with context.session(context.project_here()) as session, changing(session):
        if packages or editables:
            additions = named_additions(context, session)
            outcome = change.add(
                session,
                additions,
                categories=change.target_categories(
                    dev=settings.flag("dev"), named=context.chosen_categories()
                ),
            )
        else:
            outcome = change.install(
                session,
                change.InstallRequest(
                    dev=settings.flag("dev"),
                    categories=context.chosen_categories(),
                    all_categories=bool(context.values.get("all_categories")),
                    deploy=settings.flag("deploy"),
                    ignore_pipfile=settings.flag("ignore_pipfile"),
                ),
            )
            if outcome.locked is None and outcome.synced is not None:
                remember_installed(context, session, outcome.synced)
        summaries.say_changed(context.console, outcome)
        if context.console.machine_form is not None:
            context.console.data(context.console.machine_form.changed(outcome))
    return 0
