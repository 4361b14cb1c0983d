"""The packages that a command line names: plain words, and the values of ``-e``."""

from __future__ import annotations

from pipenv.operations.additions import Words, parse_additions
from pipenv.operations.asked_sources import with_asked_sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.models.indexes import Index
    from pipenv.operations.additions import Addition
    from pipenv.operations.session import Session


def named_words(context: Context, session: Session) -> Words:
    """Return them as they were written."""
    root = session.project.root
    return Words(context.texts("packages"), context.texts("editables"), context.cwd, root)


def named_additions(
    context: Context, session: Session
) -> tuple[tuple[Addition, ...], tuple[Index, ...]]:
    """Return what they mean, from the source that ``--index`` names, and that source if it is new.

    Raises:
        RequestRefused: a word means nothing that can be added, or no source has that name.
    """
    index = context.values.get("index")
    if not isinstance(index, str):
        return parse_additions(named_words(context, session), index=None), ()
    asked, tied = with_asked_sources(session, None, index)
    additions = parse_additions(named_words(context, session), index=tied)
    return additions, asked.sources if additions else ()
