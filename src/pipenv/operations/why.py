"""Why a package is locked: every way that leads to it from an entry of the Pipfile."""

from __future__ import annotations

import difflib

from pipenv.errors import ProjectError
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.operations.documents import require_lockfile
from pipenv.operations.locked_graph import locked_graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.lockfile.schema import Lockfile
    from pipenv.operations.graph import Graph
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile

MOST_PATHS = 200
"""Some graphs have millions."""


class Step(NamedTuple):
    """A package on the way, and what the one before it asks of it."""

    name: str
    version: str
    specifiers: str
    """``>=1,<2``; empty for any."""


class Path(NamedTuple):
    """One way from the Pipfile to the package."""

    category: str
    """Of the Pipfile, where the first step is listed."""
    steps: tuple[Step, ...]


class Explanation(NamedTuple):
    """What is known."""

    name: str
    version: str
    categories: tuple[str, ...]
    """Of the lock, that have it."""
    paths: tuple[Path, ...]
    """Shortest first, then by category and name; at most `MOST_PATHS`."""
    unknown: tuple[str, ...]
    """Packages whose needs are not known here: there may be ways through them."""


def why(session: Session, name: str) -> Explanation:
    """Explain one package of the lock.

    Raises:
        LockfileNotFound, InvalidLockfile: there is no lock to go by.
        ProjectError: it does not list the package.
    """
    lockfile = require_lockfile(session.project)
    key = canonical_name(name)
    categories = _categories(lockfile, key)
    if not categories:
        raise _not_locked(lockfile, name)
    found = locked_graph(session, lockfile)
    pins = [lockfile.categories[category] for category in categories]
    pin = next(pin for entries in pins for each, pin in entries.items() if _same(each, key))
    pipfile = session.pipfile() if session.project.has_pipfile() else None
    paths = _paths(found.graph, key, _listed(pipfile))
    return Explanation(pin.name, pin.version or "", categories, paths, found.unknown)


def _categories(lockfile: Lockfile, key: str) -> tuple[str, ...]:
    return tuple(
        category
        for category, pins in lockfile.categories.items()
        if any(_same(name, key) for name in pins)
    )


def _same(name: str, key: str) -> bool:
    return canonical_name(name) == key


def _not_locked(lockfile: Lockfile, name: str) -> ProjectError:
    known = sorted({each for pins in lockfile.categories.values() for each in pins})
    close = difflib.get_close_matches(canonical_name(name), known, n=1)
    hints = [f"did you mean `{close[0]}`?"] if close else ["`pipenv graph` shows what there is"]
    return ProjectError(f"Pipfile.lock does not list `{name}`", hints=hints)


def _listed(pipfile: Pipfile | None) -> dict[str, list[tuple[str, str]]]:
    """Canonical name → category and specifiers of each entry of the Pipfile."""
    found: dict[str, list[tuple[str, str]]] = {}
    for category in pipfile.categories if pipfile is not None else ():
        for name, value in pipfile.entries(category).items() if pipfile is not None else ():
            version = value.get("version", "") if isinstance(value, dict) else value
            text = "" if version == "*" else str(version)
            found.setdefault(canonical_name(name), []).append((category, text))
    return found


def _paths(graph: Graph, key: str, listed: dict[str, list[tuple[str, str]]]) -> tuple[Path, ...]:
    """Walk upwards, one level after the other, so that short ways come first."""
    found: list[Path] = []
    level: list[tuple[str, tuple[Step, ...]]] = [(key, ())]
    while level and len(found) < MOST_PATHS:
        above: list[tuple[str, tuple[Step, ...]]] = []
        here: list[Path] = []
        for at, below in level:
            node = graph.nodes.get(at)
            name, version = (node.name, node.version) if node else (at, "")
            here += [
                Path(category, (Step(name, version, specifiers), *below))
                for category, specifiers in listed.get(at, ())
            ]
            passed = {canonical_name(step.name) for step in below} | {at}
            above += [
                (parent.key, (Step(name, version, need.specifiers), *below))
                for parent, need in graph.dependents.get(at, ())
                if parent.key not in passed
            ]
        found += sorted(here)
        level = above[: MOST_PATHS * 4]
    return tuple(found[:MOST_PATHS])
