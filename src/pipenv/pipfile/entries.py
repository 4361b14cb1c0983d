"""What a package entry means, and which entry says what a user asked for.

An entry is what stands right of the ``=`` in a package table: a string or a table.
"""

from __future__ import annotations

from pipenv.errors import InvalidPipfile, InvalidValue
from pipenv.models.markers import conjunction, parse_marker
from pipenv.models.names import canonical_name, is_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.requirements import Requirement
from pipenv.models.specifiers import parse_specifiers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.models.markers import Marker
    from pipenv.models.origins import Origin
    from pipenv.models.specifiers import SpecifierSet

    Table = Mapping[str, object]

VCS_KEYS = ("git", "hg", "svn", "bzr")
ORIGIN_KEYS = (*VCS_KEYS, "ref", "subdirectory", "path", "file", "editable")
SHORTHAND_KEYS = (
    *("os_name", "sys_platform", "platform_machine", "platform_python_implementation"),
    *("platform_release", "platform_system", "platform_version", "python_version"),
    *("python_full_version", "implementation_name", "implementation_version"),
)
"""Keys that are names of marker variables; their value is an operator and an operand."""

OPERATORS = ("===", "==", "!=", "~=", "<=", ">=", "<", ">", "not in", "in")


class PipfileRequirement(NamedTuple):
    """One entry of a package table."""

    name: str
    """As written."""
    requirement: Requirement
    """Its marker is the conjunction of ``markers`` and the shorthand keys."""
    origin: Origin
    index: str | None  # type: ignore[assignment]  # hides a method of tuples that nobody misses
    """The source that the entry itself names."""
    no_binary: bool = False
    skip_resolver: bool = False
    is_plain: bool = False
    """A string rather than a table."""
    extras: tuple[str, ...] = ()
    """Sorted, as written."""
    only_os_name: bool = False
    """Its marker is made of the shorthand ``os_name`` alone."""


def parse_entry(name: str, value: object, *, category: str) -> PipfileRequirement:
    """Understand one entry.

    `Requirement.url` is set for everything that does not come from an index: the address of an
    archive, ``git+URL@REF`` for a repository (``#subdirectory=…`` where one is given), the path as
    written for a directory.

    Raises:
        InvalidPipfile: it means nothing; `category` and `name` are named.
    """
    label = f"[{category}] `{name}`"
    try:
        if not is_name(name):
            raise _invalid(label, "is no package name")
        return _parse(name, value, label)
    except InvalidValue as error:
        raise _invalid(label, f"cannot be understood: {error.message}") from error


def _parse(name: str, value: object, label: str) -> PipfileRequirement:
    table: Table
    if isinstance(value, str):
        origin = origin_of_url(value) if _is_vcs_url(value) else None
        table = {"version": "*" if origin else value}
    elif isinstance(value, dict):
        table = value
        origin = _written_origin(table)
    else:
        raise _invalid(label, "must be a version string or a table")
    extras = tuple(sorted(_strings(table.get("extras"))))
    marker, only_os_name = _marker(table, label)
    index = table.get("index")
    requirement = Requirement(
        name=name,
        extras=tuple(sorted({canonical_name(extra) for extra in extras})),
        specifiers=_specifiers(str(table.get("version", "*"))),
        marker=marker,
        url=None if origin is None else _requirement_url(origin),
    )
    return PipfileRequirement(
        name=name,
        requirement=requirement,
        origin=IndexOrigin(index if isinstance(index, str) else None) if origin is None else origin,
        index=index if isinstance(index, str) else None,
        no_binary=table.get("no_binary") is True,
        skip_resolver=table.get("skip_resolver") is True,
        is_plain=isinstance(value, str),
        extras=extras,
        only_os_name=only_os_name,
    )


def entry_for(
    requirement: Requirement, *, origin: Origin | None = None, index: str | None = None
) -> str | dict[str, object]:
    """The entry that Pipenv writes for a package that is new in the Pipfile.

    Args:
        requirement: what was asked for.
        origin: where it comes from, when that is no index and `Requirement.url` does not say it.
        index: the name of a source to write down.
    """
    table: dict[str, object] = {}
    if requirement.extras:
        table["extras"] = list(requirement.extras)
    if origin is None and requirement.url is not None:
        origin = origin_of_url(requirement.url)
    if origin is None or isinstance(origin, IndexOrigin):
        table["version"] = specifier_text(requirement.specifiers)
    else:
        table.update(_origin_keys(origin))
    if index is not None:
        table["index"] = index
    if requirement.marker is not None:
        table["markers"] = marker_text(requirement.marker)
    if table.keys() == {"version"}:
        return str(table["version"])
    return table


def merged_value(
    requirement: Requirement,
    entries: Mapping[str, object],
    *,
    origin: Origin | None = None,
    index: str | None = None,
) -> tuple[str, str | dict[str, object]]:
    """The name and the entry for `requirement`, changing no more of an old entry than was asked.

    A package that is listed already keeps its spelling, and of its entry everything that the
    requirement does not speak of: a new version leaves extras, markers and comment alone.

    Args:
        requirement: what was asked for.
        entries: the entries of the category, as parsed.
        origin: see `entry_for`.
        index: the name of a source to write down, `None` to leave it.
    """
    written = next((name for name in entries if canonical_name(name) == requirement.key), None)
    if written is None:
        return written_name(requirement.name), entry_for(requirement, origin=origin, index=index)
    old = entries[written]
    table: dict[str, object] = dict(old) if isinstance(old, dict) else {"version": str(old)}
    if isinstance(old, str) and _is_vcs_url(old):
        table = _origin_keys(origin_of_url(old))
    new = entry_for(requirement, origin=origin, index=index)
    asked: dict[str, object] = dict(new) if isinstance(new, dict) else {"version": new}
    if asked.get("version") == "*":
        del asked["version"]
    if "extras" in asked:
        asked["extras"] = _united_extras(_strings(table.get("extras")), requirement.extras)
    if any(key in asked for key in ("version", *ORIGIN_KEYS)):
        for key in (*ORIGIN_KEYS, *(() if "version" in asked else ("version", "index"))):
            table.pop(key, None)
    if not asked:
        return written, old if isinstance(old, str) else table
    if isinstance(old, str) and "extras" in asked:  # extras stand first, as in a new entry
        table = {"extras": asked.pop("extras"), **table}
    table.update(asked)
    if isinstance(old, str) and table.keys() == {"version"}:
        return written, str(table["version"])
    return written, table


def written_name(name: str) -> str:
    """The spelling of a name that Pipenv adds: lower case, ``-`` for ``_``, dots kept."""
    return name.lower().replace("_", "-")


def specifier_text(specifiers: SpecifierSet) -> str:
    """Specifiers as Pipenv writes them: sorted, ``*`` for any."""
    clauses = sorted(f"{clause.operator}{clause.version}" for clause in specifiers.clauses)
    return ",".join(clauses) or "*"


def marker_text(marker: Marker) -> str:
    """A marker as Pipenv writes it into a Pipfile: its strings in double quotes."""
    text = str(marker)
    return text if '"' in text else text.replace("'", '"')


def origin_of_url(url: str) -> Origin:
    """The origin that the address of a requirement names: a repository or an archive."""
    address, _, fragment = url.partition("#")
    subdirectory = None
    for part in fragment.split("&"):
        key, _, value = part.partition("=")
        if key == "subdirectory" and value:
            subdirectory = value
    if not _is_vcs_url(url):
        return ArchiveOrigin(url=url, subdirectory=subdirectory)
    vcs, _, address = address.partition("+")
    address, ref = _split_ref(address)
    return VcsOrigin(vcs=vcs, url=address, ref=ref, subdirectory=subdirectory, editable=False)


def _written_origin(table: Table) -> Origin | None:
    """The origin that a table names; `None` for an index."""
    ref = _string(table, "ref")
    subdirectory = _string(table, "subdirectory")
    editable = table.get("editable") is True
    for vcs in VCS_KEYS:
        url = _string(table, vcs)
        if url is not None:
            url = url.removeprefix(f"{vcs}+")
            if ref is None:
                url, ref = _split_ref(url)
            return VcsOrigin(
                vcs=vcs,
                url=url,
                ref=ref,
                subdirectory=subdirectory,
                editable=editable,
            )
    path = _string(table, "path")
    if path is not None:
        return DirectoryOrigin(path=path, editable=editable)
    file = _string(table, "file")
    if file is None:
        return None
    if editable:
        return DirectoryOrigin(path=file, editable=True)
    return ArchiveOrigin(url=file, subdirectory=subdirectory)


def _origin_keys(origin: Origin) -> dict[str, object]:
    """The keys of an entry that say this origin."""
    keys: dict[str, object] = {}
    if isinstance(origin, VcsOrigin):
        keys[origin.vcs] = origin.url
        if origin.ref:
            keys["ref"] = origin.ref
    elif isinstance(origin, ArchiveOrigin):
        keys["file"] = origin.url
    elif isinstance(origin, DirectoryOrigin):
        keys["path"] = origin.path
    if isinstance(origin, VcsOrigin) and origin.subdirectory:
        keys["subdirectory"] = origin.subdirectory
    if isinstance(origin, (VcsOrigin, DirectoryOrigin)) and origin.editable:
        keys["editable"] = True
    return keys


def _requirement_url(origin: Origin) -> str | None:
    if isinstance(origin, VcsOrigin):
        ref = f"@{origin.ref}" if origin.ref else ""
        fragment = f"#subdirectory={origin.subdirectory}" if origin.subdirectory else ""
        return f"{origin.vcs}+{origin.url}{ref}{fragment}"
    if isinstance(origin, ArchiveOrigin):
        if origin.subdirectory and "#" not in origin.url:
            return f"{origin.url}#subdirectory={origin.subdirectory}"
        return origin.url
    return origin.path if isinstance(origin, DirectoryOrigin) else None


def _united_extras(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The old ones as they are written, then the new ones that are not among them."""
    known = {canonical_name(extra) for extra in old}
    return [*old, *(extra for extra in new if extra not in known)]


def _is_vcs_url(text: str) -> bool:
    vcs, plus, rest = text.partition("+")
    return bool(plus) and vcs in VCS_KEYS and "://" in rest


def _split_ref(url: str) -> tuple[str, str | None]:
    """Split ``URL@REF``; an ``@`` before the path belongs to the user name."""
    path_start = url.find("/", url.find("://") + 3) if "://" in url else -1
    at = url.rfind("@")
    if path_start < 0 or at < path_start:
        return url, None
    return url[:at], url[at + 1 :] or None


def _specifiers(text: str) -> SpecifierSet:
    text = text.strip()
    if text in {"", "*"}:
        return parse_specifiers("")
    if text[0] not in "<>=!~":
        text = f"=={text}"
    return parse_specifiers(text)


def _marker(table: Table, label: str) -> tuple[Marker | None, bool]:
    """The conjunction of all that a table says about where it applies.

    Clauses are sorted by their text, ``os_name`` comes last, as upstream writes them to the lock.
    """
    clauses = [text for key in ("markers", "os_markers") if (text := _string(table, key))]
    clauses += [
        f"{key} {_operand(text)}"
        for key in SHORTHAND_KEYS
        if key != "os_name" and (text := _string(table, key))
    ]
    markers = [_parse_marker(text, label) for text in sorted(clauses)]
    os_name = _string(table, "os_name")
    if os_name:
        markers.append(_parse_marker(f"os_name {_operand(os_name)}", label))
    return conjunction(markers), bool(os_name) and not clauses


def _parse_marker(text: str, label: str) -> Marker:
    try:
        return parse_marker(text)
    except InvalidValue as error:
        raise _invalid(label, f"has a marker that cannot be read: {error.message}") from error


def _operand(text: str) -> str:
    """Operator and operand of a shorthand marker; quotes and ``==`` are added where forgotten."""
    text = text.strip()
    operator = next((known for known in OPERATORS if text.startswith(known)), None)
    if operator is None or (operator == "in" and not text[2:3].isspace()):
        operator, rest = "==", text
    else:
        rest = text[len(operator) :].strip()
    if rest[:1] not in {"'", '"'}:
        rest = f"'{rest}'"
    return f"{operator} {rest}"


def _string(table: Table, key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) else None


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _invalid(label: str, what: str) -> InvalidPipfile:
    return InvalidPipfile(f"{label} {what}", details=f"{label} {what}")
