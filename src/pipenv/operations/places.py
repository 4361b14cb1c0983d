"""Where an origin leads: what files and repositories write, made absolute and complete.

Pipfile and lock keep addresses as they were written, relative and with placeholders; what reads or
compares a place asks here.
"""

from __future__ import annotations

import os

from pipenv.errors import InvalidValue
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, VcsOrigin
from pipenv.models.urls import Url
from pipenv.network.source_urls import source_address, variables_of
from pipenv.virtualenvs.direct_url import file_url_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipenv.models.origins import Origin
    from pipenv.pipfile.document import Pipfile

VCS_NAMES = ("git", "hg", "svn", "bzr")
HTTP_SCHEMES = ("https://", "http://")

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_IN_PATHS = _UNRESERVED | frozenset(b"/:@!$&'()*+,;=")


def place_of(origin: Origin, root: str) -> Origin:
    """The same place in one form: a path is absolute, a repository has no ``git+``.

    A folder is a `DirectoryOrigin` with an absolute path, a file an `ArchiveOrigin` with a
    ``file:`` URL, whichever of the two the origin was; what is at neither counts as a folder.
    `root` is what relative paths start from.
    """
    if isinstance(origin, VcsOrigin):
        return origin._replace(url=origin.url.removeprefix(f"{origin.vcs}+"))
    if isinstance(origin, ArchiveOrigin):
        if origin.url.lower().startswith(HTTP_SCHEMES):
            return _with_subdirectory(origin)
        written, subdirectory = origin.url, _with_subdirectory(origin).subdirectory
    elif isinstance(origin, DirectoryOrigin):
        written, subdirectory = origin.path, None
    else:
        return origin
    path = local_path(written, root)
    if os.path.isfile(path):
        return ArchiveOrigin(file_url(path), subdirectory)
    if subdirectory:
        path = os.path.join(path, subdirectory)
    is_editable = isinstance(origin, DirectoryOrigin) and origin.editable
    return DirectoryOrigin(path, editable=is_editable)


def local_path(written: str, root: str) -> str:
    """The absolute path that a path or a ``file:`` URL means.

    Raises:
        InvalidValue: it is a URL of another scheme.
    """
    path: str | None = written
    if written.lower().startswith("file:"):
        path = file_url_path(written.partition("#")[0])
    elif "://" in written:
        scheme = written.partition("://")[0]
        raise InvalidValue(
            f"packages are not fetched by `{scheme}`: `{Url(written)}`",
            hints=["use https, a repository such as git+https, or a path"],
        )
    return os.path.normpath(os.path.join(root, os.path.expanduser(path or "")))


def file_url(path: str) -> str:
    """The ``file:`` URL of an absolute path."""
    posix = path.replace(os.sep, "/")
    slash = "" if posix.startswith("/") else "/"
    quoted = "".join(
        chr(byte) if byte in _IN_PATHS else f"%{byte:02X}"
        for byte in posix.encode("utf-8", "surrogateescape")
    )
    return f"file://{slash}{quoted}"


def written_path(path: str, root: str) -> str:
    """How a Pipfile of the folder `root` writes an absolute path.

    Relative with ``./`` in front when it is inside, as it is otherwise.
    """
    if path == root:
        return "."
    below = path.removeprefix(root.rstrip(os.sep) + os.sep)
    return path if below == path else "./" + below.replace(os.sep, "/")


def reference_to(origin: Origin, root: str) -> str | None:
    """One text for one place: what the resolver compares direct references by.

    `None` for an index.
    """
    place = place_of(origin, root)
    if isinstance(place, VcsOrigin):
        ref = f"@{place.ref}" if place.ref else ""
        fragment = f"#subdirectory={place.subdirectory}" if place.subdirectory else ""
        return f"{place.vcs}+{place.url}{ref}{fragment}"
    if isinstance(place, ArchiveOrigin):
        if place.url.startswith("file:"):
            path = written_path(local_path(place.url, root), root)
            return path + (f"#subdirectory={place.subdirectory}" if place.subdirectory else "")
        address, _, fragment = place.url.partition("#")
        parts = [part for part in fragment.split("&") if "=" in part]
        kept = [part for part in parts if part.partition("=")[0] not in {"egg", "subdirectory"}]
        if place.subdirectory:
            kept.append(f"subdirectory={place.subdirectory}")
        return f"{address}#{'&'.join(sorted(kept))}" if kept else address
    return written_path(place.path, root) if isinstance(place, DirectoryOrigin) else None


def repository_address(origin: VcsOrigin, environ: Mapping[str, str]) -> str:
    """The address of a repository with its placeholders filled in; has the password, if any.

    Raises:
        InvalidValue: a variable is not set.
    """
    insist_on_variables(origin.url, environ)
    address = source_address(origin.url, environ)
    if address.username is None:
        return address.url
    scheme, _, rest = address.url.partition("://")
    userinfo = _quoted(address.username)
    if address.password:
        userinfo += f":{_quoted(address.password)}"
    return f"{scheme}://{userinfo}@{rest}"


def insist_on_variables(url: str, environ: Mapping[str, str]) -> None:
    """See to it that every variable that a URL refers to has a value.

    Raises:
        InvalidValue: one has none; it is named.
    """
    missing = sorted(name for name in variables_of(url) if name not in environ)
    if missing:
        raise InvalidValue(
            f"the variable `{missing[0]}` in the address `{Url(url)}` is not set",
            hints=[f"set {' and '.join(missing)} in the environment"],
        )


def addresses_in(pipfile: Pipfile) -> Iterator[str]:
    """Yield the addresses that a Pipfile lists packages from, as written."""
    for category in pipfile.categories:
        for value in pipfile.entries(category).values():
            if isinstance(value, str):
                yield value
            elif isinstance(value, dict):
                for key in (*VCS_NAMES, "file", "path"):
                    if isinstance(value.get(key), str):
                        yield value[key]


def shown_origin(origin: Origin) -> str:
    """The origin in messages, without credentials."""
    if isinstance(origin, VcsOrigin):
        return str(Url(origin.url))
    if isinstance(origin, ArchiveOrigin):
        return str(Url(origin.url))
    return origin.path if isinstance(origin, DirectoryOrigin) else "an index"


def source_id_of(origin: VcsOrigin) -> str:
    """What names the content of a commit for good, without credentials."""
    url = Url(origin.url).without_credentials().text
    return f"{origin.vcs}+{url}@{origin.ref}#{origin.subdirectory or ''}"


def _with_subdirectory(origin: ArchiveOrigin) -> ArchiveOrigin:
    if origin.subdirectory:
        return origin
    for part in origin.url.partition("#")[2].split("&"):
        key, _, value = part.partition("=")
        if key == "subdirectory" and value:
            return origin._replace(subdirectory=value)
    return origin


def _quoted(text: str) -> str:
    return "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode("utf-8")
    )
