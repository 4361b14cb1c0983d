"""Who needs whom among what a lock lists.

A ``Pipfile.lock`` tells no edges. They are read from the metadata of what is installed in the very
version, and else from what the cache has kept since the versions were looked at. Nobody is asked.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.lockfile.selection import select
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.operations.environment import (
    existing_environment,
    has_environment,
    installed_in,
    locking_environment,
)
from pipenv.operations.graph import Graph, Node, need_of
from pipenv.operations.kept_pages import KeptPages
from pipenv.virtualenvs.installed_metadata import read_requires

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.pins import Pin
    from pipenv.models.requirements import Requirement
    from pipenv.operations.graph import Need
    from pipenv.operations.session import Session


class LockedGraph(NamedTuple):
    """The graph of what a lock has for this environment."""

    graph: Graph
    unknown: tuple[str, ...]
    """Names of packages whose needs are not known here, sorted."""


def locked_graph(session: Session, lockfile: Lockfile) -> LockedGraph:
    """Return the graph of all categories of a lock, as they are for the project's environment.

    Raises:
        InterpreterNotFound: there is no environment, and no Python that fits the project.
    """
    markers = locking_environment(session).interpreter.environment
    pins, _ = select(lockfile, tuple(lockfile.categories), markers)
    installed = {each.key: each for each in _installed(session)}
    kept = KeptPages(session, lockfile)
    requires: dict[str, Sequence[Requirement]] = {}
    unknown = []
    by_key = {canonical_name(pin.name): pin for pin in pins}
    for key, pin in by_key.items():
        found = _requires_of_installed(pin, installed.get(key))
        if found is None and pin.version is not None and isinstance(pin.origin, IndexOrigin):
            found = kept.requires(key, pin.version)
        if found is None:
            unknown.append(key)
        requires[key] = found or ()
    applying = _applying(by_key, requires, markers)
    nodes = {
        key: Node(key, by_key[key].name, by_key[key].version or "", applying[key])
        for key in sorted(by_key)
    }
    return LockedGraph(Graph(nodes), tuple(sorted(unknown)))


def _installed(session: Session) -> Sequence[InstalledDistribution]:
    if not has_environment(session):
        return ()
    return installed_in(session, existing_environment(session))


def _requires_of_installed(
    pin: Pin, distribution: InstalledDistribution | None
) -> Sequence[Requirement] | None:
    if distribution is None or (pin.version is not None and pin.version != distribution.version):
        return None
    try:
        return tuple(read_requires(distribution.info_dir).requires)
    except InvalidValue:
        return None


def _applying(
    pins: Mapping[str, Pin],
    requires: Mapping[str, Sequence[Requirement]],
    markers: Mapping[str, str],
) -> dict[str, tuple[Need, ...]]:
    """The needs of each package that apply here, with the extras that it is wanted with."""
    extras = {key: {*map(canonical_name, pin.extras)} for key, pin in pins.items()}
    needs: dict[str, dict[str, Need]] = {key: {} for key in pins}
    waiting = list(pins)
    while waiting:
        key = waiting.pop()
        for requirement in requires[key]:
            marker = requirement.marker
            if marker is not None and not marker.evaluate(markers, extras[key]):
                continue
            needs[key].setdefault(requirement.key, need_of(requirement))
            known = extras.get(requirement.key)
            if known is not None and not known.issuperset(requirement.extras):
                known.update(requirement.extras)
                waiting.append(requirement.key)
    return {key: tuple(found[each] for each in sorted(found)) for key, found in needs.items()}
