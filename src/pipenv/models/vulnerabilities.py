"""Known vulnerabilities: the records that indexes and OSV publish, and which versions they concern.

Formats: the ``vulnerabilities`` of an index's JSON API, and the schema of OSV (ossf.github.io).
Records come from a network: what makes no sense is left out, never believed.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.cvss import base_score, severity_word
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.models.versions import parse_version, version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.models.versions import VersionKey

SEVERITIES = ("", "none", "low", "medium", "high", "critical")
"""Ascending; the first is for what nobody rated."""

_ECOSYSTEM = "PyPI"
_PREFERRED = ("PYSEC-", "GHSA-", "CVE-")
_SAME_WORD = {"moderate": "medium"}
_MOST_TEXT = 4000


class Vulnerability(NamedTuple):
    """One record."""

    id: str
    aliases: tuple[str, ...]
    """Other names of the same, sorted."""
    summary: str
    fixed: tuple[str, ...]
    """Versions that are free of it again, ascending."""
    severity: str = ""
    """One of `SEVERITIES`; empty where nobody has rated it."""
    score: float | None = None
    """The CVSS base score, where a vector tells it."""

    @property
    def names(self) -> frozenset[str]:
        """All that it is called."""
        return frozenset((self.id, *self.aliases))


def public_version(version: str) -> str:
    """Return a version without its local part, as records know it.

    Raises:
        InvalidValue: it is none (PEP 440).
    """
    return parse_version(version).public if "+" in version else str(parse_version(version))


def records_of_index(document: object) -> list[Vulnerability]:
    """Read the vulnerabilities of one version from an index's JSON API, but withdrawn ones.

    Raises:
        InvalidValue: the document is none of that API.
    """
    listed = document.get("vulnerabilities") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise InvalidValue("the index did not send vulnerability records")
    found = []
    for each in listed:
        if isinstance(each, dict) and isinstance(each.get("id"), str) and not each.get("withdrawn"):
            text = each.get("summary") or each.get("details")
            found.append(
                Vulnerability(
                    _clean(each["id"]),
                    _aliases(each),
                    _clean(text),
                    ascending(_texts(each.get("fixed_in"))),
                )
            )
    return found


def essence_of_osv(document: object) -> dict[str, object]:
    """Return what counts of a record of OSV, in the same form: little enough to be kept.

    Raises:
        InvalidValue: the document is no record.
    """
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        raise InvalidValue("the vulnerability service did not send a record")
    affected = [
        {
            "package": {"ecosystem": _ECOSYSTEM, "name": name},
            "versions": _texts(each.get("versions")),
            "ranges": [
                {"type": "ECOSYSTEM", "events": _tables(ranged.get("events"))}
                for ranged in _tables(each.get("ranges"))
                if ranged.get("type") == "ECOSYSTEM"
            ],
            "severity": _tables(each.get("severity")),
        }
        for each in _tables(document.get("affected"))
        if (name := _name_in(each)) is not None
    ]
    own = document.get("database_specific")
    return {
        "id": document["id"],
        "withdrawn": document.get("withdrawn"),
        "aliases": _texts(document.get("aliases")),
        "summary": _clean(document.get("summary") or document.get("details")),
        "severity": _tables(document.get("severity")),
        "database_specific": {"severity": own.get("severity")} if isinstance(own, dict) else {},
        "affected": affected,
    }


def record_of_osv(document: object, name: str, version: str) -> Vulnerability | None:
    """Read a record of OSV; `None` when it is withdrawn, or does not concern this version.

    Args:
        document: decoded JSON.
        name: canonical name of a package.
        version: one of its versions.

    Raises:
        InvalidValue: the document is no record.
    """
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        raise InvalidValue("the vulnerability service did not send a record")
    if document.get("withdrawn"):
        return None
    affected = [each for each in _tables(document.get("affected")) if _is_about(each, name)]
    if not any(is_affected(each, version) for each in affected):
        return None
    fixed = {
        str(event["fixed"])
        for each in affected
        for ranged in _tables(each.get("ranges"))
        if ranged.get("type") == "ECOSYSTEM"
        for event in _tables(ranged.get("events"))
        if isinstance(event.get("fixed"), str)
    }
    text = document.get("summary") or document.get("details")
    severity, score = _rating(document, affected)
    return Vulnerability(
        _clean(document["id"]), _aliases(document), _clean(text), ascending(fixed), severity, score
    )


def is_affected(affected: Mapping[str, object], version: str) -> bool:
    """Evaluate one entry of ``affected`` (OSV schema, "Evaluation"): listed, or inside a range.

    A local version such as ``2.1+cpu`` is affected as the public one is.
    """
    try:
        keys = {version_key(version), version_key(public_version(version))}
        public = version_key(public_version(version))
    except InvalidValue:
        return False
    listed = (_key(each) for each in _texts(affected.get("versions")))
    if any(each in keys for each in listed if each is not None):
        return True
    return any(
        _is_inside(_tables(ranged.get("events")), public)
        for ranged in _tables(affected.get("ranges"))
        if ranged.get("type") == "ECOSYSTEM"
    )


def _is_inside(events: Iterable[Mapping[str, object]], key: VersionKey) -> bool:
    bounds = []
    for event in events:
        for kind, order in (("introduced", 0), ("fixed", 1), ("last_affected", 2)):
            text = event.get(kind)
            if not isinstance(text, str):
                continue
            bound = version_key("0.dev0") if kind == "introduced" and text == "0" else _key(text)
            if bound is not None:
                bounds.append((bound, order, kind))
    inside = False
    for bound, _, kind in sorted(bounds, key=lambda each: (each[0], each[1])):
        if kind == "introduced" and bound <= key:
            inside = True
        elif (kind == "fixed" and bound <= key) or (kind == "last_affected" and bound < key):
            inside = False
    return inside


def united(records: Iterable[Vulnerability]) -> list[Vulnerability]:
    """Several records of one vulnerability as one, under the name that is best known here."""
    groups: list[list[Vulnerability]] = []
    for record in records:
        related = [group for group in groups if any(each.names & record.names for each in group)]
        groups = [group for group in groups if group not in related]
        groups.append([*(each for group in related for each in group), record])
    return sorted(map(_one_of, groups), key=lambda each: each.id)


def _one_of(group: Sequence[Vulnerability]) -> Vulnerability:
    names = set().union(*(each.names for each in group))
    first = min(
        (each.id for each in group),
        key=lambda name: (_rank(name), name),
    )
    fixed = set().union(*(each.fixed for each in group))
    summary = next((each.summary for each in group if each.summary), "")
    severity, score = max(
        ((each.severity, each.score) for each in group),
        key=lambda each: (SEVERITIES.index(each[0]), each[1] or 0.0),
    )
    aliases = tuple(sorted(names - {first}))
    return Vulnerability(first, aliases, summary, ascending(fixed), severity, score)


def _rank(name: str) -> int:
    for rank, prefix in enumerate(_PREFERRED):
        if name.startswith(prefix):
            return rank
    return len(_PREFERRED)


def ascending(versions: Iterable[str]) -> tuple[str, ...]:
    """Versions in their order, each once; what is none is left out."""
    keyed = [(key, each.strip()) for each in set(versions) if (key := _key(each)) is not None]
    return tuple(text for _, text in sorted(keyed))


def _key(text: str) -> VersionKey | None:
    try:
        return version_key(text)
    except InvalidValue:
        return None


def _is_about(affected: Mapping[str, object], name: str) -> bool:
    written = _name_in(affected)
    return written is not None and canonical_name(written) == name


def _name_in(affected: Mapping[str, object]) -> str | None:
    """The package that an entry is about, as written; `None` for those of other ecosystems."""
    package = affected.get("package")
    if not isinstance(package, dict) or package.get("ecosystem") != _ECOSYSTEM:
        return None
    written = package.get("name")
    return written if isinstance(written, str) else None


def _rating(
    document: Mapping[str, object], affected: Sequence[Mapping[str, object]]
) -> tuple[str, float | None]:
    """A word, and the highest score of those whose formula is known."""
    rated = [*_tables(document.get("severity"))]
    for each in affected:
        rated += _tables(each.get("severity"))
    vectors = (each.get("score") for each in rated)
    scores = (base_score(vector) for vector in vectors if isinstance(vector, str))
    score = max((each for each in scores if each is not None), default=None)
    own = document.get("database_specific")
    word = str(own.get("severity") or "").strip().lower() if isinstance(own, dict) else ""
    word = _SAME_WORD.get(word, word)
    if word not in SEVERITIES:
        word = ""
    return word or ("" if score is None else severity_word(score)), score


def _aliases(record: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted({_clean(each) for each in _texts(record.get("aliases"))} - {""}))


def _texts(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _tables(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _clean(value: object) -> str:
    """A text on one line, without what could control a terminal."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return "".join(sign for sign in text if sign.isprintable())[:_MOST_TEXT]
