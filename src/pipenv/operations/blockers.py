"""What keeps a package from its newest version (pure)."""

from __future__ import annotations

from types import MappingProxyType

from pipenv.errors import InvalidValue
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.operations.applying_needs import Need
    from pipenv.operations.graph import Node

UNKNOWN = "other requirements"
_LAST_PATCH = 99


class Contender(NamedTuple):
    """A version that was not chosen, and all that may be the reason."""

    version: str
    listed: Mapping[str, str] = MappingProxyType({})
    """Pipfile category → specifiers of the package's own entry."""
    override: str | None = None
    """Of ``[pipenv] overrides``: nothing else that is required of the package counts."""
    dependents: Sequence[tuple[Node, Need]] = ()
    """Who needs the package in the new lock."""
    requires_python: Sequence[str] = ()
    """Of each kind of file that the version has; empty texts for any Python."""
    pythons: Sequence[str] = ()
    """What has to be served: full versions, or minor ones, which stand for their last patch."""
    hidden: str = ""
    """Why its files are not to be seen, in words."""
    needs: Sequence[Need] = ()
    """What the version itself needs."""
    chosen: Mapping[str, str] = MappingProxyType({})
    """Canonical name → version in the new lock."""


def blockers(contender: Contender) -> tuple[str, ...]:
    """Return the reasons, each in a few words; never empty."""
    if contender.override is not None and _excludes(contender.override, contender.version):
        return (f"[pipenv] overrides {contender.override}",)
    found = [
        *(_from_requirements(contender) if contender.override is None else ()),
        *_from_python(contender),
    ]
    if contender.hidden:
        found.append(contender.hidden)
    return (*found,) or _from_own_needs(contender) or (UNKNOWN,)


def _from_requirements(contender: Contender) -> list[str]:
    found = [
        f"[{category}] {specifiers}"
        for category, specifiers in contender.listed.items()
        if _excludes(specifiers, contender.version)
    ]
    found += [
        f"{node.name} {node.version} needs {need.specifiers}"
        for node, need in contender.dependents
        if _excludes(need.specifiers, contender.version)
    ]
    return [*dict.fromkeys(found)]


def _from_python(contender: Contender) -> list[str]:
    """A Python that none of the version's files is for."""
    wanted = [*dict.fromkeys(contender.requires_python)]
    for python in contender.pythons:
        version = python if python.count(".") > 1 else f"{python}.{_LAST_PATCH}"
        if wanted and all(_excludes(each, version) for each in wanted):
            return [f"Python {python}: it needs {' or '.join(sorted(wanted))}"]
    return []


def _from_own_needs(contender: Contender) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            f"it needs {need.name}{need.specifiers}, not {contender.chosen[need.key]}"
            for need in contender.needs
            if need.key in contender.chosen
            and _excludes(need.specifiers, contender.chosen[need.key])
        )
    )


def _excludes(specifiers: str, version: str) -> bool:
    if specifiers in {"", "*"}:
        return False
    try:
        parsed = parse_specifiers(specifiers)
        return not parsed.contains(version_key(version))
    except InvalidValue:
        return False
