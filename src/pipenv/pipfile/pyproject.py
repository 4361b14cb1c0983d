"""What ``pyproject.toml`` says of dependencies (PEP 621, PEP 735), and the same of a Pipfile.

The dependencies of the project are ``[packages]``, the group ``dev`` is ``[dev-packages]``; other
groups, and extras, are categories of their names.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.names import canonical_name, is_name
from pipenv.models.origins import DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.requirements import Requirement, parse_requirement
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.urls import Url
from pipenv.pipfile._toml_text import assignment_text, key_text, string_text
from pipenv.pipfile._validation import RESERVED
from pipenv.pipfile.document import TO_PIPFILE
from pipenv.pipfile.entries import parse_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pipenv.pipfile.document import Pipfile
    from pipenv.pipfile.entries import PipfileRequirement

    Table = Mapping[str, object]

DEVELOPMENT_GROUP = "dev"
_PROJECT_KEYS = frozenset({"dependencies", "optional-dependencies"})


class ListedDependency(NamedTuple):
    """One line of a list."""

    text: str
    """A requirement (PEP 508)."""
    place: str
    """Where it stands, for messages."""


class Pyproject(NamedTuple):
    """The dependencies of a project; own extras and included groups are filled in."""

    name: str | None
    requires_python: str | None
    dependencies: tuple[ListedDependency, ...]
    extras: Mapping[str, tuple[ListedDependency, ...]]
    groups: Mapping[str, tuple[ListedDependency, ...]]
    dynamic: tuple[str, ...]
    """Which of the lists only a build would tell."""

    @property
    def lists_anything(self) -> bool:
        """Whether there is any dependency."""
        return bool(self.dependencies or any(self.extras.values()) or any(self.groups.values()))


def read_pyproject(data: Table) -> Pyproject:
    """Read the tables of a ``pyproject.toml``.

    Raises:
        InvalidValue: they are not what the standards say; the key is named.
    """
    return _Reading(data).pyproject()


class _Reading:
    def __init__(self, data: Table) -> None:
        self._project = _table(data.get("project", {}), "project")
        name = self._project.get("name")
        if name is not None and (not isinstance(name, str) or not is_name(name)):
            raise InvalidValue("project.name is no name of a package")
        self._name = name
        self._extras = self._lists(self._project, "optional-dependencies", "project.")
        self._groups = self._lists(data, "dependency-groups", "")

    def pyproject(self) -> Pyproject:
        requires = self._project.get("requires-python")
        if requires is not None:
            if not isinstance(requires, str):
                raise InvalidValue("project.requires-python must be a string")
            try:
                parse_specifiers(requires)
            except InvalidValue as error:
                raise InvalidValue(f'project.requires-python is "{requires}": {error}') from error
        dynamic = self._project.get("dynamic", [])
        names = dynamic if isinstance(dynamic, list) else []
        written = self._project.get("dependencies", [])
        return Pyproject(
            name=self._name,
            requires_python=requires,
            dependencies=tuple(self._filled_in(written, "project.dependencies", ())),
            extras={
                name: tuple(self._filled_in(items, place, ()))
                for name, (items, place) in self._extras.items()
            },
            groups={
                name: tuple(self._filled_in(items, place, (name,)))
                for name, (items, place) in self._groups.items()
            },
            dynamic=tuple(sorted(_PROJECT_KEYS.intersection(map(str, names)))),
        )

    def _lists(self, table: Table, key: str, prefix: str) -> dict[str, tuple[object, str]]:
        """Canonical name → the items, and what to call the list."""
        found: dict[str, tuple[object, str]] = {}
        for name, items in _table(table.get(key, {}), prefix + key).items():
            if not is_name(name):
                raise InvalidValue(f"{prefix}{key} has the name `{name}`, which is none")
            if canonical_name(name) in found:
                raise InvalidValue(f"{prefix}{key} has `{name}` in two spellings")
            found[canonical_name(name)] = (items, f"{prefix}{key}.{name}")
        return found

    def _filled_in(
        self, items: object, place: str, including: tuple[str, ...]
    ) -> Iterator[ListedDependency]:
        """Yield the dependencies of a list; `including` are the groups that wait for it."""
        if not isinstance(items, list):
            raise InvalidValue(f"{place} must be an array")
        for number, item in enumerate(items):
            where = f"{place}[{number}]"
            if isinstance(item, str):
                yield from self._own_extras(item, where, ())
                continue
            group = item.get("include-group") if isinstance(item, dict) and len(item) == 1 else None
            if not isinstance(group, str) or not including:
                raise InvalidValue(f"{where} must be a requirement")
            key = canonical_name(group)
            if key not in self._groups:
                raise InvalidValue(f"{where} includes the group `{group}`, which there is not")
            if key in including:
                raise InvalidValue(f"{where} includes the group `{group}`, which includes this one")
            yield from self._filled_in(*self._groups[key], (*including, key))

    def _own_extras(
        self, text: str, place: str, including: tuple[str, ...]
    ) -> Iterator[ListedDependency]:
        """Yield a dependency, or what the project's own extras are if it means those."""
        try:
            requirement = parse_requirement(text)
        except InvalidValue as error:
            raise InvalidValue(f"{place}: {error.message}") from error
        is_own = self._name is not None and requirement.key == canonical_name(self._name)
        if not is_own or not requirement.extras:
            yield ListedDependency(text, place)
            return
        for extra in requirement.extras:
            if extra not in self._extras:
                raise InvalidValue(f"{place}: the project has no extra `{extra}`")
            if extra in including:
                raise InvalidValue(f"{place}: the extra `{extra}` includes itself")
            items, where = self._extras[extra]
            for item in items if isinstance(items, list) else ():
                yield from self._own_extras(str(item), where, (*including, extra))


def _table(value: object, place: str) -> Table:
    if isinstance(value, dict):
        return value
    raise InvalidValue(f"{place} must be a table")


def category_of_group(name: str) -> str:
    """The Pipfile category for a group or an extra; names that mean something else get a suffix."""
    name = canonical_name(name)
    if name == DEVELOPMENT_GROUP:
        return "dev-packages"
    taken = name in RESERVED or name in TO_PIPFILE or name in TO_PIPFILE.values()
    return f"{name}-group" if taken else name


def group_of_category(category: str) -> str:
    """The group for a Pipfile category that is not ``packages``."""
    if category == "dev-packages":
        return DEVELOPMENT_GROUP
    base = category.removesuffix("-group")
    return base if category_of_group(base) == category else category


def pipfile_requires(requires_python: str) -> str | None:
    """What ``[requires] python_version`` says for a ``requires-python``.

    ``==3.11.*`` is ``3.11``; ``~=3.9`` becomes a range; `None` where a Pipfile cannot say it.
    """
    parts = []
    for clause in requires_python.replace(" ", "").split(","):
        if clause.startswith("==") and clause.endswith(".*"):
            version = clause[2:-2]
            return version if "," not in requires_python else None
        if clause.startswith("~="):
            release = clause[2:].split(".")
            if len(release) < 2 or not all(map(str.isdecimal, release)):
                return None
            upper = [*release[:-2], str(int(release[-2]) + 1)]
            parts += [f">={clause[2:]}", f"<{'.'.join(upper)}"]
            continue
        if clause.startswith(("===", "==")) or clause.endswith(".*"):
            return None
        parts.append(clause)
    return ",".join(part for part in parts if part) or None


def standard_requires(requires: Mapping[str, str]) -> str | None:
    """The ``requires-python`` for ``[requires]``: ``3.11`` is ``==3.11.*``; `None` for any."""
    full = (requires.get("python_full_version") or "").strip()
    short = (requires.get("python_version") or "").strip()
    if full and full != "*":
        return f"=={full}" if full[0].isdigit() else full
    if not short or short == "*":
        return None
    return f"=={short.removesuffix('.*')}.*" if short[0].isdigit() else short


class PyprojectText(NamedTuple):
    """Tables of a ``pyproject.toml``, and what has no place in them."""

    text: str
    left_out: tuple[str, ...]
    """Entries that no standard has a form for; they are there as comments."""


def pyproject_text(pipfile: Pipfile, *, name: str, version: str) -> PyprojectText:
    """Write what a Pipfile lists as ``[project]`` and ``[dependency-groups]``.

    Raises:
        InvalidPipfile: an entry means nothing.
    """
    left_out: list[str] = []
    lines = []
    for source in pipfile.sources:
        url = source.url if "$" in source.url else str(Url(source.url))
        lines.append(f"# index {source.name}: {url}")
    if lines:
        lines.append("")
    lines += ["[project]", assignment_text("name", name), assignment_text("version", version)]
    requires = standard_requires(pipfile.requires)
    if requires is not None:
        lines.append(assignment_text("requires-python", requires))
    lines += _list("dependencies", _entries(pipfile, "packages"), left_out)
    groups = [category for category in pipfile.categories if category != "packages"]
    groups = [
        category for category in groups if pipfile.entries(category) or category != "dev-packages"
    ]
    if groups:
        lines += ["", "[dependency-groups]"]
        for category in groups:
            key = group_of_category(category)
            lines += _list(key, _entries(pipfile, category), left_out)
    return PyprojectText("\n".join(lines) + "\n", tuple(left_out))


def _entries(pipfile: Pipfile, category: str) -> Iterator[PipfileRequirement]:
    for name, value in pipfile.entries(category).items():
        yield parse_entry(name, value, category=category)


def _list(key: str, entries: Iterable[PipfileRequirement], left_out: list[str]) -> Iterator[str]:
    items = []
    for entry in entries:
        text = _requirement_text(entry)
        if text is None:
            left_out.append(entry.name)
            place = entry.origin.path if isinstance(entry.origin, DirectoryOrigin) else "elsewhere"
            items.append(f"    # {entry.name} is at {place!a}, which no standard can say")
            continue
        notes = []
        if entry.index is not None:
            notes.append(f"index {entry.index}")
        if isinstance(entry.origin, VcsOrigin) and entry.origin.editable:
            notes.append("editable")
        if entry.no_binary:
            notes.append("no wheels")
        comment = f"  # {', '.join(notes)}" if notes else ""
        items.append(f"    {string_text(text)},{comment}")
    if not items:
        yield f"{key_text(key)} = []"
        return
    yield f"{key_text(key)} = ["
    yield from items
    yield "]"


def _requirement_text(entry: PipfileRequirement) -> str | None:
    """The entry as a requirement; `None` for a path, which would lead elsewhere anywhere else."""
    origin = entry.origin
    requirement = entry.requirement
    if isinstance(origin, IndexOrigin):
        return str(requirement)
    if isinstance(origin, DirectoryOrigin) or "://" not in (requirement.url or ""):
        return None
    url = requirement.url or ""
    if url.lower().startswith("file:"):
        return None
    return str(
        Requirement(requirement.name, requirement.extras, marker=requirement.marker, url=url)
    )
