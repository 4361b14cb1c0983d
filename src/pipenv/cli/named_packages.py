"""The packages that a command line names: plain words, and the values of ``-e``."""

from __future__ import annotations

from pipenv.operations.additions import Words, parse_additions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.operations.additions import Addition
    from pipenv.operations.session import Session


def named_words(context: Context, session: Session) -> Words:
    """Return them as they were written."""
    root = session.project.root
    return Words(context.texts("packages"), context.texts("editables"), context.cwd, root)


def named_additions(context: Context, session: Session) -> tuple[Addition, ...]:
    """Return what they mean, with the source that ``--index`` names.

    Raises:
        RequestRefused: a word means nothing that can be added.
    """
    index = session.index_named(context.values)
    return parse_additions(named_words(context, session), index=index)
