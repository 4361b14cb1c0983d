"""Lines of a requirements file, as pip reads it: sources, and packages wherever they come from.

Addresses keep their variables.  pip knows the form ``${NAME}`` alone, so ``$NAME`` becomes that.
"""

from __future__ import annotations

import re

from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipenv.models.digests import Digest
    from pipenv.models.indexes import Index
    from pipenv.models.origins import Origin

ARCHIVE_ENDINGS = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar")
_BARE_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]")


class ListedPackage(NamedTuple):
    """What becomes one line."""

    name: str
    versions: str
    """Specifiers, ``""`` for any version; of packages of an index."""
    extras: Sequence[str]
    origin: Origin
    marker: str | None = None
    digests: Sequence[Digest] = ()


def index_lines(sources: Sequence[Index]) -> Iterator[str]:
    """Yield ``-i`` for the first source and ``--extra-index-url`` for the others."""
    for number, source in enumerate(sources):
        yield f"{'--extra-index-url' if number else '-i'} {_address(source.url)}"


def requirement_line(package: ListedPackage) -> str:
    """The line of one package, with the digests that it is given."""
    origin = package.origin
    bracket = f"[{','.join(package.extras)}]" if package.extras else ""
    separator = " ; "
    if isinstance(origin, IndexOrigin):
        line = f"{package.name}{bracket}{package.versions}"
        separator = "; "
    elif isinstance(origin, VcsOrigin):
        line = _vcs(package.name, bracket, origin)
    elif isinstance(origin, DirectoryOrigin):
        is_archive = origin.path.lower().partition("#")[0].endswith(ARCHIVE_ENDINGS)
        editable = "-e " if origin.editable and not is_archive else ""
        line = f"{editable}{_path(origin.path)}{bracket}"
    else:
        line = _archive(package.name, bracket, origin)
    if package.marker:
        line += separator + package.marker
    return "".join([line, *(f" --hash={digest}" for digest in package.digests)])


def _vcs(name: str, bracket: str, origin: VcsOrigin) -> str:
    """A commit; editable too where it is a repository on this machine, as upstream has it.

    An editable with extras is written as only newer releases of pip read it: before, none of its
    forms said both extras and subdirectory.
    """
    url = _repository(origin)
    address = url if origin.ref is None else f"{url}@{origin.ref}"
    inside = f"subdirectory={origin.subdirectory}" if origin.subdirectory else ""
    is_editable = origin.editable or origin.url.lower().startswith("file:")
    if is_editable and not bracket:
        return f"-e {address}#egg={name}" + (f"&{inside}" if inside else "")
    line = f"{name}{bracket} @ {address}" + (f"#{inside}" if inside else "")
    return f"-e '{line}'" if is_editable else line


def _repository(origin: VcsOrigin) -> str:
    """The URL of a repository; the form of ``scp`` is none that pip would read."""
    url = origin.url.removeprefix(f"{origin.vcs}+")
    if "://" not in url and "@" in url.partition(":")[0]:
        host, _, path = url.partition(":")
        url = f"ssh://{host}/{path.lstrip('/')}"
    return f"{origin.vcs}+{_address(url)}"


def _archive(name: str, bracket: str, origin: ArchiveOrigin) -> str:
    url = _address(origin.url)
    if origin.subdirectory and "subdirectory=" not in url:
        url += f"{'&' if '#' in url else '#'}subdirectory={origin.subdirectory}"
    if "://" not in url:
        return f"{_path(url)}{bracket}"
    return f"{name}{bracket} @ {url}" if bracket else url


def _path(written: str) -> str:
    """A path that cannot be taken for the name of a package."""
    if written.startswith((".", "/", "\\", "~", "$")) or "://" in written:
        return written
    if written.lower().startswith("file:") or _WINDOWS_PATH.match(written):
        return written
    return f"./{written}"


def _address(url: str) -> str:
    return _BARE_VARIABLE.sub(r"${\1}", url)
