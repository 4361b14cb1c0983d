"""The sources that a command line asks for: by ``--index``, by pip's arguments, by files."""

from __future__ import annotations

import difflib

from pipenv.errors import RequestRefused
from pipenv.events import Notice
from pipenv.operations.imported import NOTHING
from pipenv.operations.new_sources import source_at, trusted_hosts
from pipenv.operations.package_words import named_packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.operations.imported import Imported
    from pipenv.operations.session import Session


def with_asked_sources(
    session: Session, imported: Imported | None, index: str | None
) -> tuple[Imported, str | None]:
    """Add to what is imported the sources that are asked for besides.

    Args:
        session: has the Pipfile and the settings.
        imported: what files say; packages in them come from `index`, too.
        index: the value of ``--index``: the name of a source or a URL.

    Returns:
        All of it, and the name of the source that packages must be tied to; `None` for the first.

    Raises:
        RequestRefused: no source has that name, and it is no URL.
    """
    found = imported or NOTHING
    settings = session.settings
    hosts = trusted_hosts(session.network_environ) | {*settings.words("trusted_hosts")}
    written = session.written_sources(session.pipfile())
    known = [*written, *(each for each in found.sources if each not in written)]
    tied = None
    wanted = index or settings.text("pip_index_url")
    if wanted:
        source = next((each for each in known if each.name == wanted), None)
        if source is None and "://" not in wanted:
            raise _unknown(wanted, [each.name for each in known])
        source = source or source_at(wanted, known, hosts)
        known += [source] if source not in known else []
        tied = source.name if source != known[0] else None
    for url in settings.words("extra_index_urls"):
        source = source_at(url, known, hosts)
        known += [source] if source not in known else []
    more = (each for each in known if each not in written and each not in found.sources)
    new = (*found.sources, *more)
    lines = found.lines
    if tied is not None:
        lines = tuple(line.tied_to(tied) for line in lines)
    no_binary = named_packages((*found.no_binary_words, *settings.words("no_binary")))
    return found._replace(lines=lines, sources=new, no_binary=no_binary), tied


def say_unused(session: Session, index: str | None) -> None:
    """Tell that sources are only added together with packages."""
    settings = session.settings
    given = [index] if index else []
    given += [settings.text("pip_index_url") or "", *settings.words("extra_index_urls")]
    if any(given):
        session.report(
            Notice(
                "ignored",
                "an index is only added together with packages; "
                "what is locked comes from the sources of the Pipfile",
            )
        )


def _unknown(name: str, known: Sequence[str]) -> RequestRefused:
    close = difflib.get_close_matches(name, known, n=1)
    listed = ", ".join(f"`{each}`" for each in known)
    found = f"did you mean `{close[0]}`?" if close else f"the sources are {listed}"
    return RequestRefused(
        f"no [[source]] of the Pipfile is called `{name}`",
        hints=[found, "give the URL of an index to add it"],
    )
