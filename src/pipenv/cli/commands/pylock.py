"""``pipenv pylock``: look at, check or make ``pylock.toml`` (PEP 751)."""

from __future__ import annotations

import os

from pipenv.cli.options import COMMON, Option, add_options
from pipenv.errors import LockfileNotFound, UsageError
from pipenv.operations.pylock_making import made_pylock, write_made
from pipenv.operations.pylock_reading import facts_of, found_pylock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.session import Session

OPTIONS = (
    *COMMON,
    Option(("--generate",), "generate", "make it of Pipfile.lock"),
    Option(("--from-pyproject",), "from_pyproject", "lock what pyproject.toml lists"),
    Option(("--validate",), "validate", "check the file that is there"),
    Option(("-o", "--output"), "output", "the file to write, `-` for stdout", "FILE"),
    Option(("--dev-groups",), "dev_groups", "what the group `dev` is to be called", "LIST"),
)
_NAMES = ("generate", "from_pyproject", "validate")


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``pylock``."""
    add_options(parser, OPTIONS)


def run(context: Context) -> int:
    """Do one of the three, or show what is there.

    Raises:
        UsageError: more than one of the three is asked for.
        LockfileNotFound: there is nothing to make it of, or to check.
    """
    wanted = [name for name in _NAMES if context.values.get(name)]
    if len(wanted) > 1:
        both = " and ".join(f"--{name.replace('_', '-')}" for name in wanted[:2])
        raise UsageError(f"{both} exclude each other", hints=["give one of them"])
    with context.session(context.project_here()) as session:
        if "validate" in wanted:
            return _validate(context, session)
        if not wanted:
            return _show(context, session)
        given = context.values.get("output")
        output = given if isinstance(given, str) else context.settings.text("output")
        made = made_pylock(
            session,
            context.settings.words("dev_groups"),
            from_pyproject="from_pyproject" in wanted,
        )
        if output == "-":
            context.console.data(made.text.rstrip("\n"))
            return 0
        path = os.path.join(context.cwd, output) if output else made.path
        write_made(session, made._replace(path=path))
        context.console.say(
            context.console.success(f"Generated {os.path.basename(path)} at {path}")
        )
    return 0


def _show(context: Context, session: Session) -> int:
    found = found_pylock(session)
    if found is None:
        context.console.data("There is no pylock.toml here.")
        context.console.complain("hint: `pipenv pylock --generate` makes it of Pipfile.lock")
        context.console.complain("hint: `pipenv pylock --from-pyproject` locks pyproject.toml")
        return 0
    version = f"  Version: {found.pylock.lock_version}"
    lines = [f"{found.name}: {found.path}", version, *facts_of(found.pylock)]
    context.console.data("\n".join(lines))
    return 0


def _validate(context: Context, session: Session) -> int:
    found = found_pylock(session)
    if found is None:
        raise LockfileNotFound(
            "there is no pylock.toml to check",
            hints=["`pipenv pylock --generate` makes it of Pipfile.lock"],
        )
    valid = f"\N{CHECK MARK} Valid {found.name} (version {found.pylock.lock_version})"
    lines = [valid, *facts_of(found.pylock)]
    context.console.data("\n".join(lines))
    return 0
