"""Yes or no? Asked on a terminal only; elsewhere ``--yes`` has to say it."""

from __future__ import annotations

import sys

from pipenv.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def is_confirmed(context: Context, question: str) -> bool:
    """Ask, unless ``--yes`` or ``PIPENV_YES`` has answered.

    Raises:
        UsageError: there is nobody to ask (exit status 1).
    """
    if context.settings.flag("yes"):
        return True
    streams = (sys.stdin, sys.stderr)
    if not all(stream is not None and stream.isatty() for stream in streams):
        error = UsageError(
            "this has to be confirmed, and there is no terminal to ask on", hints=["add --yes"]
        )
        error.exit_status = 1
        raise error
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
