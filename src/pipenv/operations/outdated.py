"""What could be newer: what is locked, what could be, and what stands between the two.

Resolves the Pipfile anew, as ``update`` would, and writes nothing.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key
from pipenv.operations import lock as locking
from pipenv.operations.documents import require_lockfile
from pipenv.operations.environment import locking_environment
from pipenv.operations.kept_pages import KeptPages
from pipenv.operations.locked_graph import locked_graph
from pipenv.pipfile.document import pipfile_category

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.index.pages import Page
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.pins import Pin
    from pipenv.operations.graph import Graph
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


class Outdated(NamedTuple):
    """One package of which there is something newer."""

    name: str
    current: str
    """Locked now."""
    wanted: str
    """What ``update`` would lock; empty when it would be gone."""
    latest: str
    """The newest there is."""
    released: int | None
    """When that was uploaded, in seconds since the epoch; `None` where the index does not tell."""
    categories: tuple[str, ...]
    """Of the Pipfile, whose packages need it."""
    blocked_by: tuple[str, ...]
    """What keeps it from being the latest."""


def outdated_packages(session: Session, *, everything: bool) -> list[Outdated]:
    """Return what could be newer, by name; `everything`: not only what the Pipfile lists.

    Raises:
        PipfileNotFound, LockfileNotFound, InvalidLockfile: there is nothing to compare.
        ResolutionError, NetworkError: see `pipenv.operations.lock.lock`.
    """
    session.require_pipfile()
    pipfile = session.pipfile()
    lockfile = require_lockfile(session.project)
    environment = locking_environment(session)
    request = locking.LockRequest(pipfile=pipfile, keep="nothing")
    fresh = locking.lock(session, request, environment).lockfile
    graph = locked_graph(session, fresh).graph
    pages = KeptPages(session, fresh)
    python = environment.interpreter.environment["python_full_version"]
    listed = _specifiers(pipfile)
    found = []
    for key, (pin, categories) in sorted(_pins(lockfile).items()):
        page = pages.page(key)
        if page is None or pin.version is None or (not everything and key not in listed):
            continue
        at = newest(page, with_prereleases=_is_prerelease(page, pin.version))
        if at is None:
            continue
        latest = page.listing.texts[at]
        wanted = _version_in(fresh, key)
        if pin.version == wanted and version_key(latest) <= version_key(wanted):
            continue
        blockers: tuple[str, ...] = ()
        if wanted and version_key(wanted) < version_key(latest):
            blockers = _blockers(graph, key, latest, listed.get(key, {}))
            blockers = blockers or _python_blocks(page, at, python) or ("other requirements",)
        released = page.listing.uploaded_at(at)
        found.append(
            Outdated(pin.name, pin.version, wanted, latest, released, categories, blockers)
        )
    return found


def newest(page: Page, *, with_prereleases: bool) -> int | None:
    """The position of the newest version that is not yanked; `None` if there is none."""
    listing = page.listing
    mask = (1 << len(listing.texts)) - 1 & ~listing.yanked
    if not with_prereleases:
        mask = (mask & ~listing.prereleases) or mask
    return mask.bit_length() - 1 if mask else None


def _is_prerelease(page: Page, version: str) -> bool:
    texts = page.listing.texts
    return version in texts and bool(page.listing.prereleases >> texts.index(version) & 1)


def _pins(lockfile: Lockfile) -> dict[str, tuple[Pin, tuple[str, ...]]]:
    """Canonical name → pin from an index, and the Pipfile categories that have it."""
    found: dict[str, tuple[Pin, tuple[str, ...]]] = {}
    for category, pins in lockfile.categories.items():
        for name, pin in pins.items():
            if isinstance(pin.origin, IndexOrigin):
                key = canonical_name(name)
                first, before = found.get(key, (pin, ()))
                found[key] = (first, (*before, pipfile_category(category)))
    return found


def _version_in(lockfile: Lockfile, key: str) -> str:
    for pins in lockfile.categories.values():
        for name, pin in pins.items():
            if canonical_name(name) == key and pin.version:
                return pin.version
    return ""


def _specifiers(pipfile: Pipfile) -> dict[str, dict[str, str]]:
    """Canonical name → category → specifiers, of what the Pipfile lists."""
    found: dict[str, dict[str, str]] = {}
    for category in pipfile.categories:
        for name, value in pipfile.entries(category).items():
            version = value.get("version", "*") if isinstance(value, dict) else value
            found.setdefault(canonical_name(name), {})[category] = str(version)
    return found


def _blockers(graph: Graph, key: str, latest: str, listed: dict[str, str]) -> tuple[str, ...]:
    found = [
        f"[{category}] {specifiers}"
        for category, specifiers in listed.items()
        if specifiers != "*" and _excludes(specifiers, latest)
    ]
    found += [
        f"{node.name} {node.version} needs {need.specifiers}"
        for node, need in graph.dependents.get(key, ())
        if _excludes(need.specifiers, latest)
    ]
    return tuple(found)


def _python_blocks(page: Page, at: int, python: str) -> tuple[str, ...]:
    """The Requires-Python of a version, if none of its files is for this Python."""
    wanted = {requires_python for requires_python, _ in page.listing.kinds_at(at)}
    if wanted and all(each and _excludes(each, python) for each in wanted):
        return (f"Python {' or '.join(sorted(filter(None, wanted)))}",)
    return ()


def _excludes(specifiers: str, version: str) -> bool:
    try:
        return not parse_specifiers(specifiers).contains(version_key(version))
    except InvalidValue:
        return False
