"""Yes or no? Asked on a terminal only; elsewhere ``--yes`` has to say it."""

from __future__ import annotations

from pipenv.errors import RequestRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def is_confirmed(context: Context, question: str) -> bool:
    """Ask, unless ``--yes`` or ``PIPENV_YES`` has answered.

    Raises:
        RequestRefused: there is nobody to ask.
    """
    if context.settings.flag("yes"):
        return True
    answer = context.console.ask(question)
    if answer is None:
        raise RequestRefused(
            "this has to be confirmed, and there is no terminal to ask on", hints=["add --yes"]
        )
    return answer
