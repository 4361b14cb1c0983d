"""The pages of one run: which source answers for a name, and what is already at hand.

Shared by the catalog, which asks for pages, and by the retrieval, whose threads bring them.
"""

from __future__ import annotations

from types import MappingProxyType

from pipenv.errors import InvalidValue
from pipenv.index.admission import kind_of
from pipenv.index.known_metadata import unpack_metadata
from pipenv.index.scope import Scope
from pipenv.models.records import NamedTuple
from pipenv.models.targets import target_key
from pipenv.network.source_urls import source_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from pipenv.index.admission import Kind
    from pipenv.index.cutoffs import CutOff
    from pipenv.index.known_metadata import KnownMetadata
    from pipenv.index.pages import Page, PageStore
    from pipenv.models.artifacts import Artifact
    from pipenv.models.indexes import Index
    from pipenv.models.targets import TargetSet


class Source(NamedTuple):
    """An index as it is asked."""

    name: str
    url: str
    """Placeholders filled in; no user name, no password, no slash at the end."""
    written: Index
    """As in the Pipfile."""


class Route(NamedTuple):
    """Whom to ask for a name, in order."""

    sources: tuple[Source, ...]
    preferred: int
    """Bit mask of sources, by position in the Pipfile: those that a pin ties the name to."""


class CatalogPolicy(NamedTuple):
    """What a catalog needs to know about its run."""

    now: float
    """Seconds since the epoch."""
    environ: Mapping[str, str]
    """For placeholders in the URLs of indexes."""
    index_of: Mapping[str, str] = MappingProxyType({})
    """Canonical name → name of the only index that may answer for it."""
    is_offline: bool = False
    """Nothing may be asked; whatever is at hand counts as fresh."""
    refreshes: bool = False
    """Ask again for whatever was not asked for in this run."""
    merges: bool = False
    """All sources are asked for every name that no entry ties, and their versions count as one."""
    cut_off: CutOff | None = None
    """Hides what was uploaded too late."""
    no_binary: Container[str] = frozenset()
    """Canonical names of packages of which only source distributions count."""
    no_build: Container[str] = frozenset()
    """Source distributions do not count."""


class KeptFile(NamedTuple):
    """A page as it lies in the cache."""

    path: str
    stamp: tuple[int, int, int]
    """Time of writing in nanoseconds, size in bytes and number of the file when it was read."""
    fresh_until: float
    """Seconds since the epoch."""


class Shelf:
    """Pages by source and name. May be used from several threads."""

    def __init__(
        self,
        indexes: Sequence[Index],
        targets: TargetSet,
        store: PageStore,
        policy: CatalogPolicy,
    ) -> None:
        """Prepare an empty shelf.

        Args:
            indexes: in their order of precedence.
            targets: what the packages are for.
            store: where pages of earlier runs are.
            policy: the time, and whom to ask for what.
        """
        self.scope = Scope(targets)
        self.target = targets.here
        self.target_key = target_key(targets.here)
        self.admission = self.scope.admission
        self.store = store
        self.policy = policy
        self.sources = tuple(
            Source(each.name, source_address(each.url, policy.environ).url.rstrip("/"), each)
            for each in indexes
        )
        self._index_of = dict(policy.index_of)
        self.timeless: dict[str, None] = {}
        """URLs of indexes that do not tell upload times though a cut-off asks for them."""
        self._known: dict[tuple[str, str, str], tuple[Page, KnownMetadata]] = {}
        self._pages: dict[tuple[str, str], Page] = {}

    def tie(self, index_of: Mapping[str, str]) -> None:
        """Let only the index named answer for a name (canonical name → index)."""
        self._index_of.update(index_of)

    def tie_of(self, name: str) -> str | None:
        """The name of the only source that may answer for a name."""
        return self._index_of.get(name)

    def route(self, name: str, preferred: int = 0) -> Route:
        """Say which sources may answer for a name, first one first.

        A name that is tied by its own entry is asked of that source alone.

        Args:
            name: canonical.
            preferred: bit mask of the sources that those who need it are tied to; they come first,
                in the order of the Pipfile.

        Raises:
            InvalidValue: it is tied to a source that does not exist.
        """
        wanted = self._index_of.get(name)
        if wanted is not None:
            source = self.source_called(wanted, name)
            return Route((source,), 1 << self.sources.index(source))
        if not preferred:
            return Route(self.sources, 0)
        first = [each for at, each in enumerate(self.sources) if preferred >> at & 1]
        rest = [each for at, each in enumerate(self.sources) if not preferred >> at & 1]
        return Route((*first, *rest), preferred)

    def handed_on(self, route: Route, index_url: str) -> int:
        """Return the sources that the needs of a package are tied to: that of its pin, as a mask.

        Nothing is handed on by a package that no pin led to where it was found.
        """
        for at, source in enumerate(self.sources):
            if route.preferred >> at & 1 and source.url == index_url:
                return 1 << at
        return 0

    def source_called(self, source_name: str, name: str) -> Source:
        """The source of that name.

        Raises:
            InvalidValue: there is none.
        """
        for source in self.sources:
            if source.name == source_name:
                return source
        raise InvalidValue(
            f"`{name}` is to come from the index `{source_name}`, but no source has that name",
            hints=[f"the sources are: {', '.join(each.name for each in self.sources)}"],
        )

    def get(self, source: Source, name: str) -> Page | None:
        """The page as known so far, however old."""
        key = (source.url, name)
        page = self._pages.get(key)
        if page is None:
            page = self.store.load(source.url, name)
            if page is not None:
                page = self._pages.setdefault(key, page)
        return page

    def put(self, page: Page) -> None:
        """Replace what is known of a project on an index."""
        self._pages[page.index_url, page.name] = page

    def is_fresh(self, page: Page) -> bool:
        """Tell whether a page can be used without asking."""
        policy = self.policy
        if policy.refreshes and page.freshness.fetched < policy.now:
            return policy.is_offline
        return policy.is_offline or page.freshness.is_fresh(policy.now)

    def at_hand(self, name: str, sources: Sequence[Source]) -> tuple[Page, ...]:
        """The pages that answer for a name; none if that cannot be told without asking anybody.

        One page, unless the versions of all sources count as one.
        """
        found = []
        for source in sources:
            page = self.get(source, name)
            if page is None or not self.is_fresh(page):
                return ()
            if not page.is_absent:
                found.append(page)
                if not self.policy.merges:
                    break
        return tuple(found)

    def usable(self, page: Page, scope: Scope | None = None) -> int:
        """Return the mask of the versions that have a file that counts, and are not hidden.

        Args:
            page: of a package.
            scope: the environments that the file is for; `None` for those of the run.
        """
        scope = scope or self.scope
        counts = self.counting(page.name)
        found = page.usable(scope) if counts is None else page.usable_among(scope, counts)
        return found & ~self.hidden(page)

    def counting(self, name: str) -> Callable[[Kind], bool] | None:
        """Tell which kinds of files of a package count; `None` if all do."""
        policy = self.policy
        only_source = name in policy.no_binary
        if not only_source and name not in policy.no_build:
            return None
        return lambda kind: not (kind[1] if only_source else not kind[1])

    def refusal(self, name: str) -> str:
        """Say why a version has files for a target, and yet none of a kind that counts."""
        if name in self.policy.no_binary:
            return "has no source distribution, and `no_binary` is set"
        return "has no wheel that can be used, and `no-build` is set"

    def hidden(self, page: Page) -> int:
        """Return the mask of the versions that were uploaded too late."""
        cut_off = self.policy.cut_off
        latest = None if cut_off is None else cut_off.latest(page.name)
        if latest is None or page.is_absent:
            return 0
        if not page.listing.has_upload_times and page.listing.texts:
            self.timeless[page.index_url] = None
        return page.listing.later_than(latest)

    def seen(self, name: str, files: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
        """Return the files of a version that were not uploaded too late."""
        cut_off = self.policy.cut_off
        return files if cut_off is None else cut_off.seen(name, files)

    def counted(self, name: str, files: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
        """Return the files of a version that were not uploaded too late and are of a good kind."""
        counts = self.counting(name)
        seen = self.seen(name, files)
        if counts is None:
            return seen
        return tuple(each for each in seen if counts(kind_of(each.filename, each.requires_python)))

    def hides_files(self, name: str) -> bool:
        """Tell whether single files of a package may be hidden by a cut-off."""
        cut_off = self.policy.cut_off
        return cut_off is not None and cut_off.latest(name) is not None

    def metadata(self, page: Page, version: str) -> KnownMetadata | None:
        """The metadata of a version, if it was ever looked at."""
        key = (page.index_url, page.name, version)
        entry = self._known.get(key)
        if entry is not None:
            return entry[1]
        packed = page.metadata(version)
        known = None if packed is None else unpack_metadata(packed)
        if known is not None:
            self._known[key] = (page, known)
        return known

    def keep_metadata(self, page: Page, version: str, known: KnownMetadata) -> None:
        """Remember the metadata of a version."""
        self._known[page.index_url, page.name, version] = (page, known)
        page.keep_metadata(version, known.packed())

    def kept_files(self) -> list[KeptFile] | None:
        """All pages that were looked at, if they were at hand and this run has left them alone."""
        if any(known.is_changed for _, known in list(self._known.values())):
            return None
        found = []
        for page in list(self._pages.values()):
            if page.stamp is None or page.is_changed:
                return None
            fresh_until = page.freshness.fetched + page.freshness.max_age
            found.append(KeptFile(self.store.path(page), page.stamp, fresh_until))
        return found

    def flush(self) -> None:
        """Write what this run has learnt to the cache."""
        for (_, _, version), (page, known) in list(self._known.items()):
            if known.is_changed:
                known.is_changed = False
                page.keep_metadata(version, known.packed())
        for page in list(self._pages.values()):
            if page.is_changed:
                self.store.save(page)
