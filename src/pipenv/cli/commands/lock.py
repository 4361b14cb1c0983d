"""``pipenv lock``: resolve every category, usually to the newest that fits, and write the lock."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.cli.quick_unchanged import is_plain
from pipenv.operations import lock as operation
from pipenv.operations.beginning import ensure_pipfile
from pipenv.operations.environment import ensure_environment
from pipenv.operations.exclusive import changing
from pipenv.operations.settling import remember
from pipenv.operations.verify import lock_is_fresh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


FOR_OLD_CALLERS = (
    options.Option(
        ("-r", "--requirements"), "as_requirements", "print requirements", is_hidden=True
    ),
    options.Option(("--dev-only",), "dev_only", "means nothing here", is_hidden=True),
    options.Option(("--backend",), "backend", "means nothing here", "NAME", is_hidden=True),
)


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``lock``."""
    options.add_options(
        parser,
        (
            *options.COMMON,
            options.PRE,
            options.DEV,
            options.CATEGORIES,
            options.AS_OF,
            options.RESOLUTION,
            options.KEEP,
            options.JSON,
            options.DRY_RUN,
            *options.FOR_PIP,
            *FOR_OLD_CALLERS,
        ),
    )


def run(context: Context) -> int:
    """Lock the project."""
    if context.values.pop("as_requirements", None):
        return _print_requirements(context)
    for flag in ("dev_only", "backend"):
        if context.values.get(flag):
            named = flag.replace("_", "-")
            context.console.complain(f"--{named} means nothing: every category is locked together")
    with context.session(context.project_here()) as session, changing(session):
        environment = ensure_environment(session)
        pipfile = ensure_pipfile(session, environment.interpreter)
        request = operation.LockRequest(
            pipfile=pipfile,
            keep="pins" if session.settings.flag("keep_outdated") else "nothing",
            categories=context.settings.words("categories"),
        )
        outcome = operation.lock(session, request, environment)
        operation.write(session, outcome)
        if is_plain(context.argv) and not context.console.has_written:
            remember(
                session,
                outcome,
                environment,
                message=summaries.UNCHANGED,
                verbosity=context.console.verbosity,
            )
        summaries.say_locked(context.console, outcome)
        if context.console.machine_form is not None:
            context.console.data(context.console.machine_form.locked(outcome))
    return 0


def _print_requirements(context: Context) -> int:
    """What ``lock -r`` did before there was ``requirements``: lock if need be, and print."""
    context.console.complain("`lock --requirements` is deprecated: use `pipenv requirements`")
    with context.session(context.require_project()) as session:
        is_fresh = lock_is_fresh(session)
    if not is_fresh:
        context.carry_out("lock")
    return context.carry_out("requirements")
