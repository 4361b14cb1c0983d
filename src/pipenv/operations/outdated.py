"""What could be newer: what is locked, what could be, and what stands between the two.

Resolves the Pipfile anew, as ``update`` would, and writes nothing.
"""

from __future__ import annotations

from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.versions import version_key
from pipenv.operations import lock as locking
from pipenv.operations.applying_needs import need_of
from pipenv.operations.blockers import Contender, blockers
from pipenv.operations.documents import require_lockfile
from pipenv.operations.environment import locking_environment
from pipenv.operations.kept_pages import KeptPages
from pipenv.operations.lock_targets import lock_targets
from pipenv.operations.locked_graph import locked_graph
from pipenv.operations.verify import accepted_hashes
from pipenv.pipfile.document import pipfile_category

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.index.cutoffs import CutOff
    from pipenv.index.pages import Page
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.interpreters import Environment
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


class OutdatedPackages(NamedTuple):
    """What was found."""

    packages: tuple[Outdated, ...]
    """By name."""
    asked_at: float | None
    """When the oldest answer of an index that counted came, in seconds since the epoch."""
    is_stale: bool
    """The lock does not belong to the Pipfile."""


def outdated_packages(session: Session, *, everything: bool) -> OutdatedPackages:
    """Return what could be newer; `everything`: not only what the Pipfile lists.

    Raises:
        PipfileNotFound, LockfileNotFound, InvalidLockfile: there is nothing to compare.
        ResolutionError, NetworkError: see `pipenv.operations.lock.lock`.
        NotCached: offline, and the cache does not have all that is needed.
    """
    session.require_pipfile()
    pipfile = session.pipfile()
    lockfile = require_lockfile(session.project)
    environment = locking_environment(session)
    request = locking.LockRequest(pipfile=pipfile, keep="nothing")
    fresh = locking.lock(session, request, environment).lockfile
    search = _Search(session, pipfile, fresh, environment)
    listed = _specifiers(pipfile)
    found = []
    for key, (pin, categories) in sorted(_pins(lockfile).items()):
        if everything or key in listed:
            each = search.outdated(key, pin, categories, listed.get(key, {}))
            if each is not None:
                found.append(each)
    is_stale = lockfile.content_hash not in accepted_hashes(session, pipfile)
    return OutdatedPackages(tuple(found), search.asked_at, is_stale)


class _Search:
    """Looks packages up in the pages that resolving has left in the cache."""

    def __init__(
        self, session: Session, pipfile: Pipfile, fresh: Lockfile, environment: Environment
    ) -> None:
        self.asked_at: float | None = None
        self._graph: Graph = locked_graph(session, fresh, everywhere=True).graph
        self._chosen = {key: pin.version or "" for key, (pin, _) in _pins(fresh).items()}
        self._pages = KeptPages(session, fresh)
        self._allows_prereleases = (
            session.settings.flag("pre") or pipfile.settings.get("allow_prereleases") is True
        )
        self._cut_off: CutOff | None = session.cut_off()
        self._overrides = _overrides(pipfile)
        here = environment.interpreter.target()
        targets = lock_targets(pipfile.requires, pipfile.settings.get("platforms"), here).targets
        self._pythons = [
            here.python_full_version if minor == here.python_version else minor
            for minor in targets.minors
        ]

    def outdated(
        self, key: str, pin: Pin, categories: tuple[str, ...], listed: Mapping[str, str]
    ) -> Outdated | None:
        """Compare one package; `None` when it is up to date, or nothing is known of it."""
        page = self._pages.page(key)
        if page is None or pin.version is None:
            return None
        fetched = page.freshness.fetched
        self.asked_at = fetched if self.asked_at is None else min(self.asked_at, fetched)
        prereleases = self._allows_prereleases or _is_prerelease(page, pin.version)
        at = newest(page, with_prereleases=prereleases)
        if at is None:
            return None
        latest = page.listing.texts[at]
        wanted = self._chosen.get(key, "")
        if pin.version == wanted and version_key(latest) <= version_key(wanted):
            return None
        blocked: tuple[str, ...] = ()
        released = page.listing.uploaded_at(at)
        if wanted and version_key(wanted) < version_key(latest):
            blocked = blockers(
                Contender(
                    latest,
                    listed,
                    self._overrides.get(key),
                    self._graph.dependents.get(key, ()),
                    [requires_python or "" for requires_python, _ in page.listing.kinds_at(at)],
                    self._pythons,
                    self._hidden(key, released),
                    [need_of(each) for each in self._pages.requires(key, latest) or ()],
                    self._chosen,
                )
            )
        return Outdated(pin.name, pin.version, wanted, latest, released, categories, blocked)

    def _hidden(self, key: str, released: int | None) -> str:
        if self._cut_off is None or released is None:
            return ""
        last = self._cut_off.latest(key)
        return "" if last is None or released <= last else self._cut_off.reason(released)


def newest(page: Page, *, with_prereleases: bool) -> int | None:
    """The position of the newest version that is not yanked; `None` if there is none."""
    listing = page.listing
    mask = (1 << len(listing.texts)) - 1 & ~listing.yanked
    if not with_prereleases:
        mask = (mask & ~listing.prereleases) or mask
    return mask.bit_length() - 1 if mask else None


def _is_prerelease(page: Page, version: str) -> bool:
    texts: Sequence[str] = page.listing.texts
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


def _specifiers(pipfile: Pipfile) -> dict[str, dict[str, str]]:
    """Canonical name → category → specifiers, of what the Pipfile lists."""
    found: dict[str, dict[str, str]] = {}
    for category in pipfile.categories:
        for name, value in pipfile.entries(category).items():
            version = value.get("version", "*") if isinstance(value, dict) else value
            found.setdefault(canonical_name(name), {})[category] = str(version)
    return found


def _overrides(pipfile: Pipfile) -> dict[str, str]:
    table = pipfile.settings.get("overrides")
    if not isinstance(table, dict):
        return {}
    return {canonical_name(name): str(specifiers) for name, specifiers in table.items()}
