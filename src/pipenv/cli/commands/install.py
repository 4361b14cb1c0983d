"""``pipenv install``: add packages, or bring lock and environment to what the Pipfile says."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.cli.named_packages import named_words
from pipenv.cli.unchanged import remember_installed
from pipenv.errors import LockfileOutOfDate
from pipenv.events import Notice
from pipenv.operations import change, unlocked
from pipenv.operations.additions import parse_additions, refusal
from pipenv.operations.asked_sources import say_unused, with_asked_sources
from pipenv.operations.exclusive import changing
from pipenv.operations.package_words import named_packages
from pipenv.operations.project import requirements_beside
from pipenv.operations.pylock_place import pylock_names
from pipenv.operations.pyproject_import import importable_pyproject, pipfile_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container

    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.imported import Imported
    from pipenv.operations.session import Session


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
            options.REQUIREMENTS,
            options.SKIP_LOCK,
            *options.FOR_PIP,
            options.EXTRAS,
            options.CONFIG_SETTINGS,
            options.JSON,
            options.DRY_RUN,
            options.COMPILE,
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
    named = context.chosen_categories()
    if not {"default", "develop"}.isdisjoint(settings.words("categories")):
        raise refusal(
            "`default` and `develop` are the names of the lock",
            "the categories of a Pipfile are called packages and dev-packages",
        )
    skips_lock = settings.flag("skip_lock")
    with context.session(context.project_here()) as session, changing(session):
        imported = _imported(context, session)
        index = context.values.get("index")
        index = index if isinstance(index, str) else None
        if context.texts("packages") or context.texts("editables") or imported is not None:
            if settings.flag("deploy"):
                raise refusal(
                    "--deploy installs what is locked and adds nothing",
                    "leave --deploy out to add packages, or the packages to deploy",
                )
            imported, tied = with_asked_sources(session, imported, index)
            outcome = (unlocked.add if skips_lock else change.add)(
                session,
                parse_additions(named_words(context, session), index=tied),
                change.target_categories(dev=settings.flag("dev"), named=named),
                imported,
                also=_also_installed(context),
            )
        elif (path := _pyproject(context, session)) is not None:
            outcome = change.install_text(
                session,
                pipfile_of(session, path),
                change.InstallRequest(
                    dev=settings.flag("dev"),
                    categories=named,
                    all_categories=settings.flag("all_categories"),
                    deploy=False,
                    ignore_pipfile=False,
                ),
            )
        else:
            say_unused(session, index)
            outcome = (unlocked.install if skips_lock else change.install)(
                session,
                change.InstallRequest(
                    dev=settings.flag("dev"),
                    categories=named,
                    all_categories=settings.flag("all_categories"),
                    deploy=settings.flag("deploy"),
                    ignore_pipfile=settings.flag("ignore_pipfile"),
                ),
            )
            if not skips_lock and outcome.locked is None and outcome.synced is not None:
                remember_installed(context, session, outcome.synced)
        summaries.say_changed(context.console, outcome)
        if context.console.machine_form is not None:
            context.console.data(context.console.machine_form.changed(outcome))
    return 0


def _also_installed(context: Context) -> Container[str]:
    """The lock categories that are installed besides those that packages are added to."""
    if context.settings.flag("all_categories"):
        return named_packages((":all:",))
    return ("develop",) if context.settings.flag("dev") else ()


def _pyproject(context: Context, session: Session) -> str | None:
    """The ``pyproject.toml`` of a project without any file of ours, if it lists dependencies."""
    settings = context.settings
    if session.project.has_pipfile() or session.project.has_lockfile():
        return None
    if settings.flag("skip_lock") or settings.flag("deploy") or settings.flag("system"):
        return None
    if pylock_names(session.project.root):
        return None
    path = importable_pyproject(session)
    if path is not None:
        session.report(Notice("importing", f"there is no Pipfile: importing `{path}`"))
    return path


def _imported(context: Context, session: Session) -> Imported | None:
    """What ``-r`` names, or the ``requirements.txt`` of a project without Pipfile."""
    variable = context.settings.text("requirementstxt")
    named = context.texts("requirementstxt") or ((variable,) if variable else ())
    if not named and not context.settings.flag("deploy") and not session.project.has_pipfile():
        found = requirements_beside(session.project, context.environ)
        if found is not None:
            session.report(Notice("importing", f"there is no Pipfile: importing `{found}`"))
            named = (found,)
    return session.import_requirements(named, context.cwd) if named else None
