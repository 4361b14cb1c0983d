"""``pipenv sync``: install exactly what the lock lists; neither file is written."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.cli.unchanged import remember_installed
from pipenv.errors import RequestRefused
from pipenv.operations import sync as operation
from pipenv.operations.chosen_lock import lock_to_install, sync_lock
from pipenv.operations.deploying import check_python, require_deployable
from pipenv.operations.documents import has_conflicted_lock
from pipenv.operations.environment import plan_environment
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``sync``."""
    options.add_options(
        parser,
        (
            *options.COMMON,
            *options.SITE,
            options.DEV,
            options.CATEGORIES,
            options.ALL,
            options.SYSTEM,
            options.BARE,
            options.CLEAN,
            options.EXACT,
            options.REPAIR,
            options.DEPLOY,
            options.DRY_RUN,
            options.COMPILE,
            *options.FOR_PIP,
            options.EXTRAS,
            options.IDLE_PRE,
        ),
    )


def _extras(context: Context) -> operation.Extras:
    """What becomes of packages that are not locked.

    Raises:
        RequestRefused: they would be those of the system.
    """
    wanted = [name for name in ("exact", "clean") if context.values.get(name)]
    if wanted and context.settings.flag("system"):
        raise RequestRefused(
            f"--{wanted[0]} is not for --system: what else is installed there is not Pipenv's",
            hints=["remove single packages with the system's own tools"],
        )
    if "exact" in wanted:
        return "exact"
    return "clean" if wanted else "keep"


def run(context: Context) -> int:
    """Bring the environment to what the lock says.

    Raises:
        LockfileOutOfDate, VirtualenvError: with ``--deploy``, the lock does not belong to the
            Pipfile, or the environment has another Python than that asks for.
    """
    extras = _extras(context)
    project = context.find_project() or context.project_here()
    if has_conflicted_lock(project):
        context.carry_out("heal")
    with context.session(project) as session, changing(session):
        if context.values.get("deploy"):
            require_deployable(session)
            check_python(session, plan_environment(session), deploy=True)
        outcome = sync_lock(
            session,
            lock_to_install(session, tells=True),
            operation.PartsRequest(
                dev=context.settings.flag("dev"),
                named=context.chosen_categories(),
                all_of_them=context.settings.flag("all_categories"),
            ),
            plan_environment(session),
            extras,
        )
        remember_installed(context, session, outcome)
        summaries.say_installed(context.console, outcome, closing=not context.values.get("bare"))
    return 0
