"""Who needs whom among what a lock lists.

A ``Pipfile.lock`` tells no edges. They are read from the metadata of what is installed in the very
version, and else from what the cache has kept since the versions were looked at. Nobody is asked.
"""

from __future__ import annotations

from pipenv.errors import InterpreterNotFound, InvalidValue
from pipenv.lockfile.selection import select
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.operations.applying_needs import applying_needs
from pipenv.operations.environment import (
    existing_environment,
    has_environment,
    installed_in,
    locking_environment,
)
from pipenv.operations.graph import Node, graph_of
from pipenv.operations.kept_pages import KeptPages
from pipenv.virtualenvs.installed_metadata import read_requires

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.pins import Pin
    from pipenv.models.requirements import Requirement
    from pipenv.operations.graph import Graph
    from pipenv.operations.session import Session


class LockedGraph(NamedTuple):
    """The graph of what a lock has for this environment."""

    graph: Graph
    unknown: tuple[str, ...]
    """Names of packages whose needs are not known here, sorted."""
    stand_in: str = ""
    """The version of the Python whose markers count, where none is here that fits the project."""


def locked_graph(session: Session, lockfile: Lockfile) -> LockedGraph:
    """Return the graph of all categories of a lock, as they are for the project's environment.

    Where no Python fits the project, the one that runs us takes its place.
    """
    markers, stand_in = _markers(session)
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
    extras = {key: frozenset(map(canonical_name, pin.extras)) for key, pin in by_key.items()}
    needs = applying_needs(requires, markers, extras)
    nodes = (Node(key, pin.name, pin.version or "", needs[key]) for key, pin in by_key.items())
    return LockedGraph(graph_of(nodes), tuple(sorted(unknown)), stand_in)


def _markers(session: Session) -> tuple[Mapping[str, str], str]:
    try:
        return locking_environment(session).interpreter.environment, ""
    except InterpreterNotFound:
        markers = session.find_interpreter(None).environment
        return markers, markers["python_full_version"]


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
