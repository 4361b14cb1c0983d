"""Version specifiers (PEP 440): parsing, membership, and membership of whole version lists at once.

Every clause but ``===`` is one interval between two cuts, taken or left out.  A cut is a tuple of
the shape of a version key that lies between two keys, so that the odd rules (``>1.0`` leaves out
1.0.post1, ``<1.0`` leaves out 1.0rc1, ``==1.0`` takes 1.0+local) cost nothing when testing: a
version is in the interval when ``low <= key < high``, and a sorted list is cut by two bisections.
"""

from __future__ import annotations

from bisect import bisect_left

from pipenv.errors import InvalidSpecifier, InvalidValue
from pipenv.models.versions import (
    NO_DEV,
    NO_POST,
    Version,
    is_prerelease_key,
    parse_version,
    trimmed,
    version_key,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from pipenv.models.versions import VersionKey

    Cut: TypeAlias = VersionKey | None
    """`None` is the open end."""

_LONG_OPERATORS = frozenset({"==", "~=", "!=", "<=", ">="})
_MEMO_SIZE = 1 << 13
_BELOW_EVERY_PRE = (-1,)
_BELOW_EVERY_LOCAL = (-1, 0)
_ABOVE_EVERY_LOCAL = (2, 0)
_clauses: dict[str, Specifier] = {}
_sets: dict[str, SpecifierSet] = {}


class Specifier:
    """One clause: an operator and the version text beside it, as written."""

    __slots__ = ("high", "is_excluding", "low", "mentions_prerelease", "operator", "version")

    def __init__(
        self, operator: str, version: str, low: Cut, high: Cut, *, mentions_prerelease: bool = False
    ) -> None:
        self.operator = operator
        self.version = version
        self.low = low
        self.high = high
        self.is_excluding = operator == "!="
        """Whether the versions from `low` up to `high` are left out instead of taken."""
        self.mentions_prerelease = mentions_prerelease
        """Whether it names a pre-release or development release that it may let in."""

    @property
    def is_wildcard(self) -> bool:
        """Whether it compares a prefix: ``== 1.*``."""
        return self.operator in ("==", "!=") and self.version.endswith(".*")

    def __str__(self) -> str:
        return self.operator + self.version

    def __repr__(self) -> str:
        return f"<Specifier {self}>"

    def __hash__(self) -> int:
        return hash((self.operator, self.version))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Specifier):
            return NotImplemented
        return self.operator == other.operator and self.version == other.version


class SpecifierSet:
    """Clauses that must all hold; none at all is every version."""

    __slots__ = (
        "_excluded",
        "_high",
        "_low",
        "_texts",
        "clauses",
        "exact_pin",
        "mentions_prerelease",
    )

    def __init__(self, clauses: tuple[Specifier, ...] = ()) -> None:
        self.clauses = clauses
        self.mentions_prerelease = False
        self.exact_pin: str | None = None
        self._low: Cut = None
        self._high: Cut = None
        self._excluded: tuple[Specifier, ...] = ()
        self._texts: tuple[str, ...] = ()
        for clause in clauses:
            if clause.mentions_prerelease:
                self.mentions_prerelease = True
            if clause.is_excluding:
                self._excluded += (clause,)
                continue
            if clause.operator == "===":
                self._texts += (clause.version.lower(),)
            else:
                if clause.low is not None and (self._low is None or clause.low > self._low):
                    self._low = clause.low
                if clause.high is not None and (self._high is None or clause.high < self._high):
                    self._high = clause.high
            if clause.operator[:2] == "==" and not clause.is_wildcard:
                self.exact_pin = clause.version

    def contains(self, key: VersionKey, text: str = "") -> bool:
        """Whether the version with this key satisfies every clause.

        Pre-releases are judged by the ranges alone, not left out. `text` is the version as the
        index writes it; only ``===`` looks at it.
        """
        if self._low is not None and key < self._low:
            return False
        if self._high is not None and key >= self._high:
            return False
        for clause in self._excluded:
            low, high = clause.low, clause.high
            if (low is None or key >= low) and (high is None or key < high):
                return False
        if self._texts:
            lowered = text.lower()
            return all(lowered == wanted for wanted in self._texts)
        return True

    def positions(self, keys: Sequence[VersionKey], texts: Sequence[str]) -> int:
        """Return a bit mask: bit i is set when `contains` holds for ``keys[i]`` and ``texts[i]``.

        `keys` ascend. Costs two bisections for all clauses together and two for each ``!=``.
        """
        mask = _between(keys, self._low, self._high)
        for clause in self._excluded:
            mask &= ~_between(keys, clause.low, clause.high)
        for wanted in self._texts:
            same = 0
            for position, text in enumerate(texts):
                if text.lower() == wanted:
                    same |= 1 << position
            mask &= same
        return mask

    def __and__(self, other: SpecifierSet) -> SpecifierSet:
        if not other.clauses or other is self:
            return self
        if not self.clauses:
            return other
        return SpecifierSet(tuple(dict.fromkeys(self.clauses + other.clauses)))

    def __str__(self) -> str:
        return ",".join(map(str, self.clauses))

    def __repr__(self) -> str:
        return f"<SpecifierSet {self}>"

    def __hash__(self) -> int:
        return hash(self.clauses)

    def __eq__(self, other: object) -> bool:
        return self.clauses == other.clauses if isinstance(other, SpecifierSet) else NotImplemented


ANY = SpecifierSet()
"""The set without clauses."""


def parse_specifiers(text: str) -> SpecifierSet:
    """Return the set that `text` writes: clauses with commas between; ``""`` and ``"*"`` are any.

    A ``.*`` after an ordered operator, which old releases wrote, is read as it was meant:
    ``>=2.0.*`` becomes ``>=2.0`` and ``<=2.0.*`` becomes ``<2.1``.

    Raises:
        InvalidValue: a clause is none, such as a version without operator.
    """
    found = _sets.get(text)
    if found is None:
        if not text or text.strip() in ("", "*"):
            found = ANY
        else:
            clauses = []
            for part in text.split(","):
                clause = _clauses.get(part)
                if clause is None:
                    if not part.strip():
                        continue
                    clause = _clause(part.strip(), text)
                    if len(_clauses) >= _MEMO_SIZE:
                        _clauses.clear()
                    _clauses[part] = clause
                clauses.append(clause)
            found = SpecifierSet(tuple(clauses))
        if len(_sets) >= _MEMO_SIZE:
            _sets.clear()
        _sets[text] = found
    return found


def strict_clause(operator: str, version: str) -> Specifier:
    """Return one clause by the letter of the standard.

    Raises:
        InvalidValue: the operator does not go with the version text, or one of them is none.
    """
    if operator == "===":
        return _arbitrary(version)
    if version.endswith(".*") or operator == "~=":
        return _prefix(operator, version)
    key = version_key(version)
    if key[5] and operator not in ("==", "!="):
        raise InvalidValue(f"`{operator}{version}`: only `==` and `!=` take a local version")
    low, high = _cuts(operator, key)
    is_prerelease = operator != "!=" and is_prerelease_key(key)
    return Specifier(operator, version, low, high, mentions_prerelease=is_prerelease)


def _arbitrary(version: str) -> Specifier:
    """The clause of ``===``, which compares texts."""
    if any(character.isspace() or character in ";)" for character in version):
        raise InvalidValue(f"`==={version}` is not a version specifier")
    try:
        is_prerelease = is_prerelease_key(version_key(version))
    except InvalidValue:
        is_prerelease = False
    return Specifier("===", version, None, None, mentions_prerelease=is_prerelease)


def _prefix(operator: str, version: str) -> Specifier:
    """The clause of ``~=``, and of ``==`` and ``!=`` with ``.*``: these count release numbers."""
    if operator != "~=":
        base = parse_version(version[:-2])
        if operator not in ("==", "!=") or version[-3:-2].isspace() or not _is_release_only(base):
            raise InvalidValue(f"`{operator}{version}`: `.*` may only follow a release number")
        low, high = _start(base.epoch, base.release), _end_of_prefix(base.epoch, base.release)
        return Specifier(operator, version, low, high)
    base = parse_version(version)
    if base.local is not None:
        raise InvalidValue(f"`{operator}{version}`: only `==` and `!=` take a local version")
    if len(base.release) < 2:
        raise InvalidValue(f"`{operator}{version}`: `~=` needs two release numbers at least")
    high = _end_of_prefix(base.epoch, base.release[:-1])
    return Specifier(operator, version, base.key, high, mentions_prerelease=base.is_prerelease)


def _clause(part: str, text: str) -> Specifier:
    operator = part[:2]
    if operator == "==" and part[2:3] == "=":
        operator = "==="
    elif operator not in _LONG_OPERATORS:
        operator = part[:1]
        if operator not in ("<", ">"):
            raise InvalidSpecifier(
                f"`{text}` is not a version specifier: `{part}` has no operator",
                text=text,
                hints=[f"write `=={part}`"],
            )
    version = part[len(operator) :].strip()
    if version.endswith(".*") and operator in (">=", ">", "<=", "<"):
        return _meant(operator, version)
    try:
        return strict_clause(operator, version)
    except InvalidValue as error:
        message = f"`{text}` is not a version specifier: {error}"
        raise InvalidSpecifier(message, text=text) from error


def _meant(operator: str, version: str) -> Specifier:
    """The clause meant by an ordered operator before a prefix."""
    base = parse_version(version[:-2])
    if not _is_release_only(base):
        raise InvalidValue(f"`{operator}{version}`: `.*` may only follow a release number")
    if operator in (">=", "<"):
        return strict_clause(operator, version[:-2])
    release = (*base.release[:-1], base.release[-1] + 1)
    following = ".".join(map(str, release))
    if base.epoch:
        following = f"{base.epoch}!{following}"
    return strict_clause(">=" if operator == ">" else "<", following)


def _is_release_only(version: Version) -> bool:
    return not version.is_prerelease and version.post is None and version.local is None


def _cuts(operator: str, key: VersionKey) -> tuple[Cut, Cut]:
    """The interval of an operator that compares with a whole version."""
    if operator == ">=":
        return key, None
    if operator == "<":
        return None, _strictly_below(key)
    if operator == "<=":
        return None, _after_locals(key)
    if operator == ">":
        return _strictly_above(key), None
    if not key[5]:
        return key, _after_locals(key)
    return key, (*key[:5], (*key[5], _BELOW_EVERY_LOCAL))


def _strictly_below(key: VersionKey) -> VersionKey:
    """The cut of ``<``: pre-releases of the version are not below it, unless it is one itself."""
    if is_prerelease_key(key):
        return key
    epoch, release, pre, post, _, _ = key
    if post == NO_POST:
        return (epoch, release, _BELOW_EVERY_PRE, NO_POST, NO_DEV, ())
    return (epoch, release, pre, post, (0, 0), ())


def _strictly_above(key: VersionKey) -> VersionKey:
    """The cut of ``>``: post-releases of the version are not above it, unless it is one itself."""
    epoch, release, pre, post, dev, _ = key
    if dev != NO_DEV:
        return (epoch, release, pre, post, (0, dev[1] + 1), ())
    if post != NO_POST:
        return (epoch, release, pre, post + 1, (0, 0), ())
    return (epoch, release, (*pre, 1), NO_POST, NO_DEV, ())


def _after_locals(key: VersionKey) -> VersionKey:
    return (*key[:5], (_ABOVE_EVERY_LOCAL,))


def _start(epoch: int, release: tuple[int, ...]) -> VersionKey:
    """The cut below everything with this release number."""
    return (epoch, trimmed(release), _BELOW_EVERY_PRE, NO_POST, NO_DEV, ())


def _end_of_prefix(epoch: int, release: tuple[int, ...]) -> VersionKey:
    """The cut above everything whose release begins with this one."""
    return _start(epoch, (*release[:-1], release[-1] + 1))


def _between(keys: Sequence[VersionKey], low: Cut, high: Cut) -> int:
    first = 0 if low is None else bisect_left(keys, low)
    end = len(keys) if high is None else bisect_left(keys, high, first)
    return (1 << end) - (1 << first)
