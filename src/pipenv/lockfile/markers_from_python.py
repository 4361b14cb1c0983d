"""``Requires-Python`` as a marker, which is how a lock entry says it.

The shape is upstream's since 2026.9: clauses in the order of their
versions, ``python_version`` for a minor version and ``python_full_version`` for a micro version.
Where upstream would let a marker exclude a Python that the specifier includes (``>3.7`` on 3.7.4),
the exact clause is written instead.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.markers import parse_marker
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipenv.models.markers import Marker
    from pipenv.models.versions import VersionKey

    Clause = tuple[VersionKey, str, str]
    """The version's key, the operator, the version as written."""

ANY = frozenset({"", "*", "any"})
LOWER_BOUNDS = frozenset({">", ">="})
UPPER_BOUNDS = frozenset({"<", "<="})
_MEMO_SIZE = 1 << 10
_known: dict[str | None, Marker | None] = {}


def requires_python_marker(text: str | None) -> Marker | None:
    """The marker that holds for the Pythons which `text` allows; `None` for all of them.

    A text that is no specifier set gives `None` too: old releases wrote anything there, and it is
    not the lock's business to judge them.
    """
    try:
        return _known[text]
    except KeyError:
        if len(_known) >= _MEMO_SIZE:
            _known.clear()
        found = _known[text] = _marker_of(text)
        return found


def _marker_of(text: str | None) -> Marker | None:
    if text is None or text.strip() in ANY:
        return None
    try:
        clauses = [_split(operator, version) for operator, version in _parse(text.strip())]
    except InvalidValue:
        return None
    words = [_clause_text(operator, version) for _, operator, version in _tightest(clauses)]
    if not words:
        return None
    return parse_marker(" and ".join(dict.fromkeys(words)))


def _parse(text: str) -> list[tuple[str, str]]:
    if text[
        0
    ].isdigit():  # a bare version means that minor version, all its micro versions included
        return [("==", text if text.endswith(".*") or text.count(".") > 1 else f"{text}.*")]
    return [(clause.operator, clause.version) for clause in parse_specifiers(text).clauses]


def _split(operator: str, version: str) -> Clause:
    return (version_key(version.removesuffix(".*")), operator, version)


def _tightest(clauses: Iterable[Clause]) -> list[Clause]:
    """In the order of their versions, without bounds that another bound makes superfluous."""
    ordered = sorted(clauses, key=lambda clause: clause[0])
    lower = [clause for clause in ordered if clause[1] in LOWER_BOUNDS]
    upper = [clause for clause in ordered if clause[1] in UPPER_BOUNDS]
    highest = max(lower, key=lambda clause: (clause[0], clause[1] == ">"), default=None)
    lowest = min(upper, key=lambda clause: (clause[0], clause[1] == "<="), default=None)
    return [
        clause
        for clause in ordered
        if (clause[1] not in LOWER_BOUNDS or clause is highest)
        and (clause[1] not in UPPER_BOUNDS or clause is lowest)
    ]


def _clause_text(operator: str, version: str) -> str:
    is_wildcard = version.endswith(".*") and operator in {"==", "!="}
    numbers = version.removesuffix(".*").split(".")
    if not is_wildcard:
        version = version.removesuffix(".*")
    is_short = len(numbers) <= 2 and all(number.isdecimal() for number in numbers)
    if is_wildcard and is_short:
        # For a minor version the wildcard says what `python_version` says anyway.
        operand = ".".join(numbers) if len(numbers) == 2 else version
        return f"python_version {operator} '{operand}'"
    if is_short and operator in {">=", "<", "<=", "~="}:
        return f"python_version {operator} '{version}'"
    return f"python_full_version {operator} '{version}'"
