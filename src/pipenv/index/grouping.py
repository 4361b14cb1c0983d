"""From the files of a project page to its versions: names split, versions ordered, kinds counted.

A page has up to tens of thousands of files, so this is the hot loop of a cold run: each distinct
text is judged once, and nothing is made of a file but a number.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.index.pages import Listing
from pipenv.models.filenames import parse_sdist_filename, parse_wheel_filename
from pipenv.models.names import canonical_name
from pipenv.models.versions import is_prerelease_key, parse_version, version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipenv.index.admission import Kind
    from pipenv.models.versions import VersionKey

_LONGEST_VERSION = 150
"""Letters; longer ones are attacks, not versions."""
_TAG_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


class _Group:
    """The files of one version."""

    __slots__ = ("filenames", "is_yanked", "kinds", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.kinds: set[int] = set()
        self.is_yanked = True
        self.filenames: list[str] = []


class Grouping:
    """The versions of a project and the names of their files."""

    __slots__ = ("_filenames", "listing")

    def __init__(self, listing: Listing, filenames: dict[str, list[str]]) -> None:
        self.listing = listing
        self._filenames = filenames

    def filenames(self, version: str) -> list[str]:
        """The names of the files of a version, given in the normal form."""
        return self._filenames.get(version, [])


def group(rows: Iterable[tuple[str, str | None, bool]], name: str) -> Grouping:
    """Group the files of the project `name` (canonical) by version.

    Files whose names do not parse, or belong to another project, do not count. Versions that are
    written in several ways (``1.0``, ``1.0.0``) are one.

    Args:
        rows: file name, Requires-Python, whether it is yanked.
        name: canonical.
    """
    kinds: dict[Kind, int] = {}
    groups: dict[VersionKey, _Group] = {}
    by_text: dict[str, _Group | None] = {}
    stems: dict[str, bool] = {}
    numbers: dict[tuple[str | None, str], int | None] = {}
    for filename, requires_python, is_yanked in rows:
        if filename.endswith(".whl"):
            # Name, version, and all the rest: build number, tags and suffix.
            stem, _, rest = filename.partition("-")
            text, _, tail = rest.partition("-")
            try:
                is_ours = stems[stem]
            except KeyError:
                is_ours = stems[stem] = canonical_name(stem) == name
            if not is_ours:
                continue
        else:
            sdist = parse_sdist_filename(filename, name)
            if sdist is None:
                continue
            text, tail = sdist.version, ""
        try:
            number = numbers[requires_python, tail]
        except KeyError:
            number = numbers[requires_python, tail] = _kind_number(requires_python, tail, kinds)
        if number is None:
            continue
        try:
            members = by_text[text]
        except KeyError:
            members = by_text[text] = _group_of(text, groups)
        if members is None:
            continue
        members.kinds.add(number)
        members.filenames.append(filename)
        if not is_yanked:
            members.is_yanked = False
    return _grouping(groups, tuple(kinds))


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
    if text.isascii() and text.replace(".", "").isdigit():
        for part in text.split("."):
            if part[:1] == "0" and part != "0":
                break
        else:
            return text  # digits and dots are normal unless a part begins with a zero
    return str(parse_version(text))


def _kind_number(requires_python: str | None, tail: str, kinds: dict[Kind, int]) -> int | None:
    """The number of a kind of files.

    Args:
        requires_python: as the page has it.
        tail: what stands behind the version in the name of a wheel; ``""`` for other files.
        kinds: all so far; a new one is added.

    Returns:
        `None` for what is no name of a wheel, or is a path.
    """
    tags = ""
    if tail:
        parts = tail[:-4].split("-")
        if len(parts) == 4 and parts[0][:1].isdigit():
            del parts[0]
        tags = "-".join(parts)
        if len(parts) != 3 or not all(parts) or not _TAG_LETTERS.issuperset(tags):
            return None
    return kinds.setdefault((requires_python or None, tags), len(kinds))


def _group_of(text: str, groups: dict[VersionKey, _Group]) -> _Group | None:
    if not text or len(text) > _LONGEST_VERSION:
        return None
    text = text.replace("_", "-")
    try:
        key = version_key(text)
        found = groups.get(key)
        if found is None:
            found = groups[key] = _Group(normal_form(text))
    except InvalidValue:
        return None
    return found


def _grouping(groups: dict[VersionKey, _Group], kinds: tuple[Kind, ...]) -> Grouping:
    prereleases = yanked = 0
    texts = []
    numbers = []
    filenames = {}
    memo: dict[frozenset[int], tuple[int, ...]] = {}
    for position, (key, members) in enumerate(sorted(groups.items(), key=_first)):
        bit = 1 << position
        if is_prerelease_key(key):
            prereleases |= bit
        if members.is_yanked:
            yanked |= bit
        texts.append(members.text)
        filenames[members.text] = members.filenames
        distinct = frozenset(members.kinds)
        numbers.append(memo.setdefault(distinct, tuple(sorted(distinct))))
    return Grouping(Listing(texts, prereleases, yanked, (kinds, tuple(numbers))), filenames)


def _first(pair: tuple[VersionKey, _Group]) -> VersionKey:
    return pair[0]
