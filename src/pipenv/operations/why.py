"""Why a package is locked: every way that leads to it from an entry of the Pipfile."""

from __future__ import annotations

import difflib

from pipenv.errors import PipenvError, ProjectError
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.operations.documents import require_lockfile
from pipenv.operations.environment import existing_environment, installed_in
from pipenv.operations.locked_graph import locked_graph

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.lockfile.schema import Lockfile
    from pipenv.operations.graph import Graph
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile

MOST_PATHS = 200
"""Some graphs have millions."""
_MOST_BRANCHES = 20_000
"""Half-walked ways that are kept in mind at a time."""


class Step(NamedTuple):
    """A package on the way, and what the one before it asks of it."""

    name: str
    version: str
    specifiers: str
    """``>=1,<2``; empty for any."""
    extra: str = ""
    """The extra of the one before that brings it."""
    marker: str = ""
    """Where it is asked for, if that is only in other environments than this one."""


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
    is_complete: bool = True
    """There are no more paths than these among what is known."""
    is_elsewhere: bool = False
    """The lock has it for other environments than this one."""
    stand_in: str = ""
    """See `LockedGraph`."""


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
        raise _not_locked(session, lockfile, name)
    found = locked_graph(session, lockfile, everywhere=True)
    pins = [lockfile.categories[category] for category in categories]
    pin = next(pin for entries in pins for each, pin in entries.items() if _same(each, key))
    pipfile = session.pipfile() if session.project.has_pipfile() else None
    paths, is_complete = _paths(found.graph, key, _listed(pipfile))
    return Explanation(
        pin.name,
        pin.version or "",
        categories,
        paths,
        found.unknown,
        is_complete,
        key in found.elsewhere,
        found.stand_in,
    )


def _categories(lockfile: Lockfile, key: str) -> tuple[str, ...]:
    return tuple(
        category
        for category, pins in lockfile.categories.items()
        if any(_same(name, key) for name in pins)
    )


def _same(name: str, key: str) -> bool:
    return canonical_name(name) == key


def _not_locked(session: Session, lockfile: Lockfile, name: str) -> ProjectError:
    known = sorted({each for pins in lockfile.categories.values() for each in pins})
    close = difflib.get_close_matches(canonical_name(name), known, n=1)
    hints = [f"did you mean `{close[0]}`?"] if close else []
    if _is_installed(session, canonical_name(name)):
        hints.append("it is installed all the same: `pipenv graph --reverse` shows who needs it")
    return ProjectError(
        f"Pipfile.lock does not list `{name}`",
        hints=hints or ["`pipenv graph` shows what there is"],
    )


def _is_installed(session: Session, key: str) -> bool:
    try:
        installed = installed_in(session, existing_environment(session))
    except PipenvError:
        return False
    return any(each.key == key for each in installed)


def _listed(pipfile: Pipfile | None) -> dict[str, list[tuple[str, str]]]:
    """Canonical name → category and specifiers of each entry of the Pipfile."""
    found: dict[str, list[tuple[str, str]]] = {}
    for category in pipfile.categories if pipfile is not None else ():
        for name, value in pipfile.entries(category).items() if pipfile is not None else ():
            version = value.get("version", "") if isinstance(value, dict) else value
            text = "" if version == "*" else str(version)
            found.setdefault(canonical_name(name), []).append((category, text))
    return found


def _paths(
    graph: Graph, key: str, listed: dict[str, list[tuple[str, str]]]
) -> tuple[tuple[Path, ...], bool]:
    """Walk upwards, one level after the other, so that short ways come first; all of them?"""
    found: list[Path] = []
    level: list[tuple[tuple[str, ...], tuple[Step, ...]]] = [((key,), ())]
    is_complete = True
    while level and len(found) <= MOST_PATHS:
        above = []
        here: dict[Path, None] = {}
        for passed, below in level:
            at = passed[0]
            node = graph.nodes.get(at)
            name, version = (node.name, node.version) if node else (at, "")
            for category, specifiers in listed.get(at, ()):
                here[Path(category, (Step(name, version, specifiers), *below))] = None
            for parent, need in graph.dependents.get(at, ()):
                if parent.key not in passed:
                    step = Step(name, version, need.specifiers, need.extra, need.marker)
                    above.append(((parent.key, *passed), (step, *below)))
        found += sorted(here)
        level = [*dict.fromkeys(above)]
        if len(level) > _MOST_BRANCHES:
            level, is_complete = level[:_MOST_BRANCHES], False
    return tuple(found[:MOST_PATHS]), is_complete and len(found) <= MOST_PATHS
