"""What ``install PACKAGE…`` names: from words to entries of a Pipfile.

A word is an address, a path, or a requirement, told apart by its look alone: an address never
becomes a name that an index is asked for.
"""

from __future__ import annotations

import os

from pipenv.errors import InvalidValue, RequestRefused
from pipenv.models.filenames import parse_wheel_filename
from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.requirements import Requirement, parse_requirement
from pipenv.models.urls import Url
from pipenv.operations.archives_at_hand import is_archive, is_wheel
from pipenv.operations.places import HTTP_SCHEMES, VCS_NAMES, local_path, place_of, written_path
from pipenv.pipfile.entries import origin_of_url, parse_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.models.origins import Origin
    from pipenv.pipfile.document import Pipfile

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")


class Addition(NamedTuple):
    """One package to add."""

    requirement: Requirement
    """Its name is ``""`` where only what is at `origin` tells it."""
    source: str | None
    """Name of a source it must come from."""
    origin: Origin | None = None
    """Where it comes from, when that is no index."""


class Words(NamedTuple):
    """What stands on a command line, and where."""

    packages: Sequence[str]
    editables: Sequence[str]
    """The values of ``-e``."""
    cwd: str
    """Where relative paths start."""
    root: str
    """The folder of the Pipfile."""


def parse_additions(words: Words, *, index: str | None) -> tuple[Addition, ...]:
    """Understand the packages of a command line.

    Raises:
        RequestRefused: a word means nothing that can be added.
    """
    found = [_parse(word, words, index) for word in words.packages]
    found += [_editable(word, words) for word in words.editables]
    return tuple(found)


def named_removals(words: Words, pipfile: Pipfile) -> tuple[str, ...]:
    """Return the names that words mean: names, or paths and addresses of listed packages.

    Raises:
        RequestRefused: nothing that the Pipfile lists comes from there.
    """
    names: list[str] = []
    for word in (*words.packages, *words.editables):
        if word in words.packages and not _is_address(word) and not _is_path(word, words.cwd):
            names.append(word)
            continue
        wanted = place_of(_origin_named(word, words), words.root)
        found = [
            entry.name
            for category in pipfile.categories
            for name, value in pipfile.entries(category).items()
            if _is_same_place(
                place_of((entry := parse_entry(name, value, category=category)).origin, words.root),
                wanted,
            )
        ]
        if not found:
            raise refusal(
                f"no package of the Pipfile comes from `{Url(word)}`", "name the package itself"
            )
        names += found
    return tuple(dict.fromkeys(names))


def _origin_named(word: str, words: Words) -> Origin:
    if _is_address(word):
        return _at_address(word).origin or ArchiveOrigin(word)
    path, _ = _split_extras(word, words.cwd)
    return DirectoryOrigin(local_path(path, words.cwd))


def _is_same_place(one: Origin, other: Origin) -> bool:
    if isinstance(one, VcsOrigin) and isinstance(other, VcsOrigin):
        return (one.vcs, one.url, one.subdirectory) == (other.vcs, other.url, other.subdirectory)
    if isinstance(one, DirectoryOrigin) and isinstance(other, DirectoryOrigin):
        return one.path == other.path
    return one == other


def _parse(word: str, words: Words, index: str | None) -> Addition:
    if _is_address(word):
        return _at_address(word)
    if _is_path(word, words.cwd):
        return _at_path(word, words)
    try:
        requirement = parse_requirement(word)
    except InvalidValue as error:
        raise refusal(
            f"`{Url(word)}` is not a requirement: {error.message}",
            "write a name, with extras and versions if you like: 'name[extra]>=1,<2'",
        ) from error
    if requirement.url is None:
        return Addition(requirement, index)
    origin = _at_address(requirement.url).origin
    return Addition(requirement._replace(url=None), None, origin)


def _editable(word: str, words: Words) -> Addition:
    name, at, url = word.partition(" @ ")
    if at and not _is_address(name):
        found = _parse(word, words, None)
    elif _is_address(word):
        found = _at_address(word)
    else:
        found = _at_path(word, words)
    origin = found.origin
    if isinstance(origin, ArchiveOrigin) and origin.url.startswith("file:"):
        path = local_path(origin.url, words.root)
        origin = DirectoryOrigin(written_path(path, words.root))
    if isinstance(origin, VcsOrigin):
        return found._replace(origin=origin._replace(editable=True))
    if isinstance(origin, DirectoryOrigin) and os.path.isdir(local_path(origin.path, words.root)):
        return found._replace(origin=origin._replace(editable=True))
    raise refusal(
        f"`{Url(url or word)}` cannot be editable",
        "only folders and repositories can; leave -e out",
    )


def _is_address(word: str) -> bool:
    start = word.partition("@")[0] if " " in word else word
    vcs, plus, _ = start.partition("+")
    if plus and vcs in VCS_NAMES:
        return True
    scheme, separator, _ = start.partition("://")
    return word.lower().startswith("file:") or (
        bool(separator) and all(letter.isalnum() or letter in "+-." for letter in scheme)
    )


def _is_path(word: str, cwd: str) -> bool:
    if word.startswith((".", "/", "~")) or (os.sep != "/" and os.path.isabs(word)):
        return True
    separators = {"/", os.sep}
    if any(mark in word for mark in ("@", ";", "<", ">", "=", " ")):
        return is_archive(word) and os.path.isfile(os.path.join(cwd, word))
    return any(mark in word for mark in separators) or (
        is_archive(word) and os.path.isfile(os.path.join(cwd, word))
    )


def _at_address(word: str) -> Addition:
    """Understand a URL, with an ``egg`` and a marker if there are any."""
    text, _, marker_text = word.partition(" ;")
    address, _, fragment = text.strip().partition("#")
    name, extras, kept = _fragment(fragment)
    vcs = address.partition("+")[0]
    if vcs in VCS_NAMES and "+" in address:
        address = _with_scheme(address)
        if "://" not in address:
            raise refusal(
                f"`{Url(word)}` is not the address of a repository",
                f"write it as a URL: {vcs}+https://host/path or {vcs}+ssh://git@host/path",
            )
    elif not address.lower().startswith((*HTTP_SCHEMES, "file:")) or address.endswith(".git"):
        raise refusal(
            f"`{Url(word)}` is not the address of an archive",
            "the address of a repository begins with its tool: git+https://host/path",
        )
    url = address + (f"#{'&'.join(kept)}" if kept else "")
    requirement = Requirement(name, extras)
    if marker_text.strip():
        try:
            marker = parse_requirement(f"x;{marker_text}").marker
        except InvalidValue as error:
            raise refusal(str(error), "write the marker as in PEP 508") from error
        requirement = requirement._replace(marker=marker)
    origin = origin_of_url(url)
    if isinstance(origin, ArchiveOrigin) and origin.subdirectory:
        rest = [part for part in kept if not part.startswith("subdirectory=")]
        origin = origin._replace(url=address + (f"#{'&'.join(rest)}" if rest else ""))
    if not name and is_wheel(address):
        wheel = parse_wheel_filename(address.rpartition("/")[2].partition("?")[0])
        if wheel is not None:
            requirement = requirement._replace(name=wheel.name)
    return Addition(requirement, None, origin)


def _fragment(fragment: str) -> tuple[str, tuple[str, ...], list[str]]:
    """The name and the extras of ``egg``, and the other parts of a fragment."""
    name = ""
    extras: tuple[str, ...] = ()
    kept: list[str] = []
    for part in fragment.split("&"):
        key, _, value = part.partition("=")
        if key != "egg":
            kept += [part] if part else []
            continue
        try:
            requirement = parse_requirement(value)
        except InvalidValue as error:
            raise refusal(f"`#egg={value}` is not the name of a package", "write #egg=name") from (
                error
            )
        name, extras = requirement.name, requirement.extras
    return name, extras, kept


def _with_scheme(address: str) -> str:
    """Write ``git+git@host:path`` as the URL that it stands for."""
    vcs, _, rest = address.partition("+")
    user, at, place = rest.partition("@")
    host, colon, path = place.partition(":")
    if "://" in rest or not at or not colon or "/" in user or "/" in host:
        return address
    return f"{vcs}+ssh://{user}@{host}/{path.lstrip('/')}"


def _at_path(word: str, words: Words) -> Addition:
    written, extras = _split_extras(word, words.cwd)
    path = local_path(written, words.cwd)
    if os.path.isdir(path):
        if not any(os.path.isfile(os.path.join(path, name)) for name in _PROJECT_FILES):
            raise refusal(
                f"`{written}` is no Python project: it has neither pyproject.toml nor setup.py",
                "name the folder that has one of them",
            )
    elif not os.path.isfile(path):
        raise refusal(
            f"there is nothing at `{written}`",
            "a word with a slash or a dot in front is a path; packages of an index have none",
        )
    elif not is_archive(path):
        raise refusal(
            f"`{written}` is neither a wheel nor a source distribution",
            "use `-r FILE` for a list of requirements",
        )
    place = written_path(path, words.root)
    if os.path.isabs(place) and not os.path.isabs(os.path.expanduser(written)):
        place = os.path.relpath(path, words.root).replace(os.sep, "/")
    name = ""
    if is_wheel(path):
        wheel = parse_wheel_filename(os.path.basename(path))
        name = "" if wheel is None else wheel.name
    return Addition(Requirement(name, extras), None, DirectoryOrigin(place))


def _split_extras(word: str, cwd: str) -> tuple[str, tuple[str, ...]]:
    """Split ``./path[extra]``."""
    path, bracket, inside = word.rpartition("[")
    if not bracket or not inside.endswith("]") or os.path.exists(local_path(word, cwd)):
        return word, ()
    names = [name.strip() for name in inside[:-1].split(",") if name.strip()]
    return path, tuple(sorted({canonical_name(name) for name in names}))


def refusal(message: str, hint: str) -> RequestRefused:
    """The error for a line that cannot be carried out, with upstream's status."""
    return RequestRefused(message, hints=[hint])
