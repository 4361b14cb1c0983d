"""From the files of a project page to its versions: names split, versions ordered, kinds counted.

A page has up to tens of thousands of files, so this is the hot loop of a cold run: each distinct
text is judged once, and nothing is made of a file but a number.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.index.pages import Listing
from pipenv.index.upload_times import NEVER, pack_times
from pipenv.models.filenames import parse_sdist_filename, parse_wheel_filename
from pipenv.models.names import canonical_name
from pipenv.models.versions import (
    is_prerelease_key,
    parse_version,
    plain_release,
    release_key,
    version_key,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipenv.index._json_decoding import ListedFile
    from pipenv.index.admission import Kind
    from pipenv.models.versions import VersionKey

_LONGEST_VERSION = 150
"""Letters; longer ones are attacks, not versions."""
_NO_FILE = "\0"
"""No file name begins with it."""
_FORMATS = ("", "%d", "%d.%d", "%d.%d.%d", "%d.%d.%d.%d")
_USUAL_SUFFIX = ".tar.gz"
_TAG_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


class _Group:
    """The files of one version."""

    __slots__ = ("filenames", "is_yanked", "key", "kinds", "text", "uploaded")

    def __init__(self, text: str, key: VersionKey) -> None:
        self.text = text
        self.key = key
        self.kinds: set[int] = set()
        self.is_yanked = True
        self.filenames: list[str] = []
        self.uploaded = NEVER
        """As the page has it."""


class Grouping:
    """The versions of a project and the names of their files."""

    __slots__ = ("_filenames", "listing")

    def __init__(self, listing: Listing, filenames: dict[str, list[str]]) -> None:
        self.listing = listing
        self._filenames = filenames

    def filenames(self, version: str) -> list[str]:
        """The names of the files of a version, given in the normal form."""
        return self._filenames.get(version, [])


def group(files: Iterable[ListedFile], name: str) -> Grouping:
    """Group the files of the project `name` (canonical) by version.

    Files whose names do not parse, or belong to another project, do not count. Versions that are
    written in several ways (``1.0``, ``1.0.0``) are one.
    """
    kinds: dict[Kind, int] = {}
    versions = _Versions(name)
    # Indexes list the files of a version one after the other, and its wheels all begin alike.
    prefix = _NO_FILE
    size = len(_NO_FILE)
    members: _Group | None = None
    tables: dict[str | None, dict[str, int]] = {}
    requires_python: str | None = None
    numbers = tables.setdefault(None, {})
    for file in files:
        filename = file.filename
        if filename.startswith(prefix):
            tail = filename[size:]
        elif filename.endswith(".whl"):
            # Name, version, and all the rest: build number, tags and suffix.
            stem, _, rest = filename.partition("-")
            text, _, tail = rest.partition("-")
            members = versions.of_wheel(stem, text)
            prefix = _NO_FILE if members is None else f"{stem}-{text}-"
            size = len(prefix)
        else:
            members = versions.of_sdist(filename)
            prefix = _NO_FILE
            tail = ""
        if members is None:
            continue
        if file.requires_python != requires_python:
            requires_python = file.requires_python
            numbers = tables.setdefault(requires_python or None, {})
        number = numbers.get(tail)
        if number is None:
            if tail and not tail.endswith(".whl"):
                # A source distribution whose version goes on after a dash.
                members = versions.of_sdist(filename)
                prefix = _NO_FILE
                tail = ""
                if members is None:
                    continue
            number = numbers[tail] = _kind_number(requires_python, tail, kinds)
        if number < 0:
            continue
        members.kinds.add(number)
        members.filenames.append(filename)
        if members.is_yanked and not (file.yanked or file.yanked == ""):
            members.is_yanked = False
        uploaded = file.upload_time
        if uploaded is not None and uploaded < members.uploaded:
            members.uploaded = uploaded
    return _grouping(versions.found(), tuple(kinds))


class _Versions:
    """The versions of a project, found by what file names say."""

    __slots__ = ("_by_text", "_groups", "_name", "_sdist_prefix", "_stems")

    def __init__(self, name: str) -> None:
        self._name = name
        self._groups: dict[VersionKey, _Group] = {}
        self._by_text: dict[str, _Group | None] = {}
        self._stems: dict[str, bool] = {}
        self._sdist_prefix = _NO_FILE
        """Name and dash as the last source distribution had them."""

    def of_wheel(self, stem: str, text: str) -> _Group | None:
        """The group of a wheel's name and version; `None` when it is not ours, or is none."""
        if stem not in self._stems:
            self._stems[stem] = canonical_name(stem) == self._name
        if not self._stems[stem]:
            return None
        return self._by_text[text] if text in self._by_text else self._new(text)

    def of_sdist(self, filename: str) -> _Group | None:
        """The group of a source distribution; `None` when it is not ours, or is none."""
        prefix = self._sdist_prefix
        if filename.startswith(prefix) and filename.endswith(_USUAL_SUFFIX):
            text = filename[len(prefix) : -len(_USUAL_SUFFIX)]
        else:
            sdist = parse_sdist_filename(filename, self._name)
            if sdist is None:
                return None
            text = sdist.version
            start = len(self._name) + 1
            if filename.startswith(text, start):
                self._sdist_prefix = filename[:start]
        return self._by_text[text] if text in self._by_text else self._new(text)

    def found(self) -> list[_Group]:
        """The versions that have files, ascending."""
        groups = self._groups
        return [groups[key] for key in sorted(groups) if groups[key].kinds]

    def _new(self, written: str) -> _Group | None:
        found = None
        if written and len(written) <= _LONGEST_VERSION:
            release = plain_release(written)
            if release is not None:
                key = release_key(release)
                found = self._groups.get(key)
                if found is None:
                    found = self._groups[key] = _Group(_normal_release(release), key)
            else:
                found = self._unusual(written.replace("_", "-"))
        self._by_text[written] = found
        return found

    def _unusual(self, text: str) -> _Group | None:
        try:
            key = version_key(text)
            found = self._groups.get(key)
            if found is None:
                found = self._groups[key] = _Group(normal_form(text), key)
        except InvalidValue:
            return None
        return found


def version_of(filename: str, name: str) -> str | None:
    """The version that a file of the project `name` is of, in the normal form; `None` if none."""
    wheel = parse_wheel_filename(filename)
    if wheel is not None:
        is_ours = wheel.name == name and _TAG_LETTERS.issuperset(wheel.tags)
        text = wheel.version if is_ours else ""
    else:
        sdist = parse_sdist_filename(filename, name)
        text = sdist.version if sdist is not None else ""
    if not text or len(text) > _LONGEST_VERSION:
        return None
    try:
        return normal_form(text)
    except InvalidValue:
        return None


def normal_form(text: str) -> str:
    """The normal form of a version (PEP 440).

    Raises:
        InvalidValue: it is none.
    """
    release = plain_release(text)
    return str(parse_version(text)) if release is None else _normal_release(release)


def _normal_release(release: tuple[int, ...]) -> str:
    """The normal form of a version that is only a release: numbers without leading zeros."""
    size = len(release)
    return (_FORMATS[size] if size < len(_FORMATS) else ".".join(["%d"] * size)) % release


def _kind_number(requires_python: str | None, tail: str, kinds: dict[Kind, int]) -> int:
    """The number of a kind of files.

    Args:
        requires_python: as the page has it.
        tail: what stands behind the version in the name of a wheel; ``""`` for other files.
        kinds: all so far; a new one is added.

    Returns:
        -1 for what is no name of a wheel, or is a path.
    """
    tags = ""
    if tail:
        parts = tail[:-4].split("-")
        if len(parts) == 4 and parts[0][:1].isdigit():
            del parts[0]
        tags = "-".join(parts)
        if len(parts) != 3 or not all(parts) or not _TAG_LETTERS.issuperset(tags):
            return -1
    return kinds.setdefault((requires_python or None, tags), len(kinds))


def _grouping(groups: Sequence[_Group], kinds: tuple[Kind, ...]) -> Grouping:
    prereleases = yanked = 0
    numbers = []
    memo: dict[frozenset[int], tuple[int, ...]] = {}
    for position, members in enumerate(groups):
        if is_prerelease_key(members.key):
            prereleases |= 1 << position
        if members.is_yanked:
            yanked |= 1 << position
        distinct = frozenset(members.kinds)
        ordered = memo.get(distinct)
        if ordered is None:
            ordered = memo[distinct] = tuple(sorted(distinct))
        numbers.append(ordered)
    listing = Listing(
        [members.text for members in groups],
        prereleases,
        yanked,
        (kinds, tuple(numbers)),
        pack_times([members.uploaded for members in groups]),
    )
    return Grouping(listing, {members.text: members.filenames for members in groups})
