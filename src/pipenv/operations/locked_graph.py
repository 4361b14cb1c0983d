"""Who needs whom among what a lock lists.

A ``Pipfile.lock`` tells no edges. They are read from the metadata of what is installed in the very
version, and else from what the cache has kept since the versions were looked at. Nobody is asked.
"""

from __future__ import annotations

from pipenv.errors import InterpreterNotFound, InvalidPipfile, InvalidValue
from pipenv.lockfile.selection import select
from pipenv.models.marker_algebra import is_possible
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.operations.applying_needs import applying_needs, holding_in
from pipenv.operations.environment import (
    existing_environment,
    has_environment,
    installed_in,
    locking_environment,
)
from pipenv.operations.graph import Node, graph_of
from pipenv.operations.kept_pages import KeptPages
from pipenv.operations.lock_targets import lock_targets
from pipenv.virtualenvs.installed_metadata import read_requires

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.interpreters import Interpreter
    from pipenv.models.markers import Marker
    from pipenv.models.pins import Pin
    from pipenv.models.requirements import Requirement
    from pipenv.models.targets import TargetSet
    from pipenv.operations.applying_needs import Holds
    from pipenv.operations.graph import Graph
    from pipenv.operations.session import Session


class LockedGraph(NamedTuple):
    """The graph of what a lock has."""

    graph: Graph
    unknown: tuple[str, ...]
    """Canonical names of packages whose needs are not known here, sorted."""
    stand_in: str = ""
    """The version of the Python whose markers count, where none is here that fits the project."""
    elsewhere: frozenset[str] = frozenset()
    """Canonical names of what only other environments get."""


def locked_graph(session: Session, lockfile: Lockfile, *, everywhere: bool = False) -> LockedGraph:
    """Return the graph of all categories of a lock, as they are for the project's environment.

    Where no Python fits the project, the one that runs us takes its place. With `everywhere`, also
    of what only other environments of the lock get; such needs carry their marker.
    """
    interpreter, stand_in = _interpreter(session)
    pins, others = select(lockfile, tuple(lockfile.categories), interpreter.environment)
    by_key = {canonical_name(pin.name): pin for pin in ([*pins, *others] if everywhere else pins)}
    installed = {each.key: each for each in _installed(session)}
    kept = KeptPages(session, lockfile)
    requires: dict[str, Sequence[Requirement]] = {}
    unknown = []
    for key, pin in by_key.items():
        found = _requires_of_installed(pin, installed.get(key))
        if found is None and pin.version is not None and isinstance(pin.origin, IndexOrigin):
            found = kept.requires(key, pin.version)
        if found is None:
            unknown.append(key)
        requires[key] = found or ()
    holds = holding_in(interpreter.environment)
    if everywhere:
        holds = _holding_anywhere(_targets(session, lockfile, interpreter), holds)
    extras = {key: frozenset(map(canonical_name, pin.extras)) for key, pin in by_key.items()}
    needs = applying_needs(requires, holds, extras)
    nodes = (Node(key, pin.name, pin.version or "", needs[key]) for key, pin in by_key.items())
    elsewhere = frozenset(canonical_name(pin.name) for pin in others)
    return LockedGraph(graph_of(nodes), tuple(sorted(unknown)), stand_in, elsewhere)


def _interpreter(session: Session) -> tuple[Interpreter, str]:
    try:
        return locking_environment(session).interpreter, ""
    except InterpreterNotFound:
        interpreter = session.find_interpreter(None)
        return interpreter, interpreter.environment["python_full_version"]


def _targets(session: Session, lockfile: Lockfile, interpreter: Interpreter) -> TargetSet:
    """The environments that the lock is for; without a usable Pipfile, those that it tells of."""
    here = interpreter.target()
    if session.project.has_pipfile():
        try:
            pipfile = session.pipfile()
            platforms = pipfile.settings.get("platforms")
            return lock_targets(pipfile.requires, platforms, here).told_apart
        except InvalidPipfile:
            pass
    requires = {key: str(value) for key, value in lockfile.requires.items()}
    try:
        return lock_targets(requires, None, here).told_apart
    except InvalidPipfile:
        return lock_targets({}, None, here).told_apart


def _holding_anywhere(targets: TargetSet, here: Holds) -> Holds:
    known: dict[tuple[Marker, tuple[str, ...]], bool] = {}

    def holds(marker: Marker, extras: Collection[str]) -> str | None:
        if here(marker, extras) is not None:
            return ""
        case = (marker, tuple(extras))
        if case not in known:
            known[case] = is_possible(targets, marker, extras)
        return str(marker) if known[case] else None

    return holds


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
