"""Entries of a lock or a Pipfile as lines of a requirements file (pip's format, PEP 508).

Placeholders of the environment stay placeholders, in the one form that pip knows: ``${NAME}``.
"""

from __future__ import annotations

from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipenv.models.digests import Digest
    from pipenv.models.indexes import Index
    from pipenv.models.origins import Origin

_NAME_SIGNS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")


class Listed(NamedTuple):
    """One entry, as it is to be written."""

    name: str
    extras: tuple[str, ...]
    specifiers: str
    """``==1.0``; empty for any version."""
    origin: Origin
    marker: str = ""
    digests: tuple[Digest, ...] = ()


def index_lines(sources: Sequence[Index]) -> list[str]:
    """The options that name the indexes: the first replaces the default, the others come on top."""
    lines = []
    for position, source in enumerate(sources):
        option = "--extra-index-url" if position else "-i"
        lines.append(f"{option} {with_braces(source.url)}")
    return lines


def requirement_line(entry: Listed, *, hashes: bool, markers: bool) -> str:
    """The line of one entry.

    Args:
        entry: of whatever origin.
        hashes: append its digests, where pip takes some.
        markers: append its marker.
    """
    extras = f"[{','.join(entry.extras)}]" if entry.extras else ""
    origin = entry.origin
    if isinstance(origin, IndexOrigin):
        line, separator = f"{entry.name}{extras}{entry.specifiers}", "; "
    elif isinstance(origin, VcsOrigin):
        line, separator = _repository(entry.name, extras, origin), " ; "
    elif isinstance(origin, ArchiveOrigin):
        line, separator = _archive(entry.name, extras, origin), " ; "
    else:
        line, separator = _folder(extras, origin), " ; "
    if markers and entry.marker and not line.startswith("-e "):  # for which pip has no markers
        line += separator + entry.marker
    if hashes and isinstance(origin, (IndexOrigin, ArchiveOrigin)):
        line += "".join(f" --hash={each.algorithm}:{each.hex}" for each in entry.digests)
    return line


def with_braces(text: str) -> str:
    """``$NAME`` written as ``${NAME}``."""
    parts = text.split("$")
    done = [parts[0]]
    for part in parts[1:]:
        end = 0
        while end < len(part) and part[end] in _NAME_SIGNS:
            end += 1
        if end and not part[0].isdigit():
            done.append(f"${{{part[:end]}}}{part[end:]}")
        else:
            done.append(f"${part}")
    return "".join(done)


def _repository(name: str, extras: str, origin: VcsOrigin) -> str:
    ref = f"@{origin.ref}" if origin.ref else ""
    address = f"{origin.vcs}+{with_braces(origin.url)}{ref}"
    below = origin.subdirectory
    if not origin.editable:
        return f"{name}{extras} @ {address}" + (f"#subdirectory={below}" if below else "")
    return f"-e {address}#egg={name}" + (f"&subdirectory={below}" if below else "") + extras


def _archive(name: str, extras: str, origin: ArchiveOrigin) -> str:
    url = with_braces(origin.url)
    if "://" not in url:
        return _as_path(url) + extras
    if origin.subdirectory and "#" not in url:
        url += f"#subdirectory={origin.subdirectory}"
    return f"{name}{extras} @ {url}" if extras else url


def _folder(extras: str, origin: DirectoryOrigin) -> str:
    return f"{'-e ' if origin.editable else ''}{_as_path(origin.path)}{extras}"


def _as_path(path: str) -> str:
    """A path that nobody can take for the name of a package."""
    is_plain = "://" in path or path.startswith((".", "/", "\\", "$", "~")) or path[1:2] == ":"
    return path if is_plain else f"./{path}"


def united(categories: Iterable[Iterable[Listed]]) -> list[Listed]:
    """The entries of several categories, each name once: where it came first, as it came last."""
    found: dict[str, Listed] = {}
    for entries in categories:
        for entry in entries:
            found[entry.name.lower()] = entry
    return [*found.values()]
