"""The catalog: every package that the indexes of a project offer, as the resolver sees it.

Implements `pipenv.resolver.provider.PackageProvider`. Answers from the cache where it is fresh; the
half that talks to indexes (`pipenv.index.retrieval`) is only made, and loaded, when it is needed.
Called from one thread.
"""

from __future__ import annotations

from contextlib import suppress

from pipenv.errors import InvalidValue, NotCached, PackageNotFound, PipenvError
from pipenv.index.admission import kind_of
from pipenv.index.known_metadata import known_metadata
from pipenv.index.merging import MergedPage
from pipenv.index.pages import PageStore, VersionKeys
from pipenv.index.scope import HERE, Scope
from pipenv.index.shelf import Shelf
from pipenv.models.digests import Digest
from pipenv.models.markers import Marker
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import parse_version
from pipenv.resolver.problem import Dependency, VersionList
from pipenv.resolver.provider import Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pipenv.cache.store import CacheFolder
    from pipenv.index.admission import Kind
    from pipenv.index.known_metadata import KnownMetadata
    from pipenv.index.pages import Page
    from pipenv.index.retrieval import Retrieval
    from pipenv.index.shelf import CatalogPolicy, Source
    from pipenv.models.artifacts import Artifact
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.indexes import Index
    from pipenv.models.specifiers import SpecifierSet
    from pipenv.models.targets import TargetSet
    from pipenv.resolver.problem import Candidate

    Connect = Callable[[Shelf], Retrieval]
    DirectReader = Callable[[str, str], CoreMetadata | None]
    """Canonical name and URL → metadata of what is there; `None` for URLs it does not know."""

_AT = " @ "


class Catalog:
    """What the resolver and the downloads ask. Call `close` at the end to keep what was learnt."""

    def __init__(
        self,
        indexes: Sequence[Index],
        targets: TargetSet,
        connect: Connect,
        *,
        cache: CacheFolder,
        policy: CatalogPolicy,
        direct: DirectReader | None = None,
    ) -> None:
        """Prepare; nothing is read or asked yet.

        Args:
            indexes: in their order; for a name, the first that knows it answers.
            targets: what the packages are for.
            connect: makes the retrieval when something has to be asked for.
            cache: where pages and metadata of earlier runs are.
            policy: the time, and whom to ask for what.
            direct: reads what is at URLs of direct references; what it does not know is downloaded.
        """
        self.cache = cache
        self.shelf = Shelf(indexes, targets, PageStore(cache), policy)
        self.targets = targets
        self._scope = self.shelf.scope
        self._demands: dict[str, int] = {}
        self._connect = connect
        self._direct = direct
        self._made: list[Retrieval] = []
        """The retrieval once it is made; shared by all views."""
        self._pages: dict[str, Page] = {}
        self._lists: dict[str, VersionList] = {}
        self._direct_metadata: dict[str, KnownMetadata] = {}
        self._preferred: dict[str, int] = {}
        """By name: see `Shelf.route`. Grows with what the solver looks at, never with guesses."""
        self._needs_seen: dict[str, dict[str, None]] = {}
        """By name: what its versions need; only where there are several sources."""
        self._misplaced: set[str] = set()
        self._hinted: list[tuple[str, Mapping[str, SpecifierSet], Mapping[str, str], int]] = []
        """In runs that may ask nobody: the hints that were given, to say all that is missing."""

    def within(self, targets: TargetSet) -> Catalog:
        """Return the same catalog for other environments; see `PortableProvider`."""
        other = object.__new__(Catalog)
        other.__dict__.update(self.__dict__)
        other.targets = targets
        other._scope = Scope(targets, self.shelf.admission)
        other._demands = {}
        other._lists = {name: found for name, found in self._lists.items() if _AT in name}
        return other

    def close(self) -> None:
        """Stop asking, and write what was learnt to the cache."""
        for made in self._made:
            made.close()
        self.shelf.flush()

    def retrieval(self) -> Retrieval:
        """The half that talks to indexes; loaded and made now if it was not needed before."""
        if not self._made:
            self._made.append(self._connect(self.shelf))
        return self._made[0]

    @property
    def misses_something(self) -> bool:
        """Whether answers would be others if the cache had all that was asked for."""
        return any(made.misses_something for made in self._made)

    def all_that_is_missing(self) -> NotCached:
        """Look as far ahead as the cache leads; then name all that this run has missed."""
        retrieval = self.retrieval()
        for name, wanted, expected, preferred in self._hinted:
            with suppress(PipenvError):
                retrieval.request_page(
                    name,
                    specifiers=wanted.get(name),
                    version=expected.get(name),
                    preferred=preferred,
                )
        return retrieval.all_that_is_missing()

    # What the resolver asks

    def versions(self, name: str) -> VersionList:
        """Return all versions of a package; see `PackageProvider`."""
        found = self._lists.get(name)
        if found is None:
            found = self._direct_list(name) if _AT in name else self._index_list(name)
            self._lists[name] = found
        return found

    def dependencies(self, candidate: Candidate, extras: tuple[str, ...]) -> tuple[Dependency, ...]:
        """Return what a version needs; see `PackageProvider`."""
        is_direct = _AT in candidate.name
        if is_direct:
            self.versions(candidate.name)
            known = self._direct_metadata[candidate.name]
        else:
            self._insist_on_seen_files(candidate)
            known = self._metadata(*self._place(candidate.name, candidate.version))
        refusal = self._scope.refusal_of_python(known.requires_python)
        if refusal is not None:
            raise Unusable(refusal)
        found: dict[int, None] = {}
        for extra in extras or ("",):
            found.update(dict.fromkeys(known.applicable(extra, self._scope)))
        needs = tuple(self._dependency(known, at, is_direct=is_direct) for at in found)
        if len(self.shelf.sources) > 1 and not is_direct:
            self._hand_on(candidate.name, [each.name for each in needs if each.url is None])
        return needs

    def relocates(self) -> bool:
        """Forget what was found elsewhere than where the pins of those who need it lead.

        That can show only after it was asked for. The next answers are the right ones, or nearer
        to them: ties are added and never taken away.

        Returns:
            True if what was solved with the answers so far has to be solved again.
        """
        found = bool(self._misplaced)
        for name in self._misplaced:
            del self._pages[name]
        self._misplaced.clear()
        if found:
            self._lists = {name: each for name, each in self._lists.items() if _AT in name}
            self._demands.clear()
        return found

    def prefetch(
        self,
        names: Iterable[str],
        wanted: Mapping[str, SpecifierSet] | None = None,
        expected: Mapping[str, str] | None = None,
    ) -> None:
        """Take the hint that `versions` of these names will be asked; see `PackageProvider`.

        Args:
            names: canonical.
            wanted: specifiers that are known already.
            expected: versions that are likely to be picked, such as those of a previous lock.
        """
        for name in names:
            if name in self._lists or _AT in name:
                continue
            try:
                preferred = self._preferred.get(name, 0)
                if self.shelf.policy.is_offline:
                    self._hinted.append((name, wanted or {}, expected or {}, preferred))
                elif not self.shelf.at_hand(name, self.shelf.route(name, preferred).sources):
                    self.retrieval().request_page(
                        name,
                        specifiers=None if wanted is None else wanted.get(name),
                        version=None if expected is None else expected.get(name),
                        preferred=preferred,
                    )
            except PipenvError:
                continue  # a hint may fail; the question will not

    def prefetch_metadata(self, name: str, positions: Sequence[int]) -> None:
        """Take the hint that `dependencies` may be asked; see `PackageProvider`."""
        if _AT in name or self.shelf.policy.is_offline:
            return
        listed = self.versions(name)
        for position in positions:
            page, version = self._place(name, listed.texts[position])
            if page.metadata(version) is None:
                self.retrieval().request_metadata(page, version)

    def coverage(self, name: str, position: int) -> int:
        """Return the cells for which a version has a file; see `PortableProvider`."""
        covered = 0
        everything = self._scope.all_cells
        # What every platform takes comes first: mostly nothing else needs to be looked at then.
        for kind in sorted(self._kinds(name, position), key=_is_for_some):
            covered |= self._scope.coverage(kind)
            if covered == everything:
                break
        return covered

    def demand(self, name: str, cells: int) -> bool:
        """Let only versions with files for all of these cells be usable; see `PortableProvider`."""
        page = self._page(name)
        counts = self.shelf.counting(name)
        usable = self.shelf.usable(page, self._scope)
        before = self._demands.get(name, 0)
        demanded = before
        for cell in range(cells.bit_length()):
            bit = cells & 1 << cell
            if bit and (bit == HERE or usable & page.covering(bit | demanded, self._scope, counts)):
                demanded |= bit
        self._demands[name] = demanded
        self._lists.pop(name, None)
        return demanded != before

    # What locks and downloads ask

    def digests(self, name: str, version: str) -> tuple[Digest, ...]:
        """Return the digests of all files of a version that are not hidden, sorted.

        Files that the index tells no strong digest of are downloaded for it.
        """
        found: set[Digest] = set()
        hides_files = self.shelf.hides_files(name)
        for page, spelled in self._places(name, version):
            known = None if hides_files else page.sha256_digests(spelled)
            if known is not None:
                found.update(Digest("sha256", text) for text in known)
            else:
                artifacts = self.shelf.seen(name, self.retrieval().with_digests(page, spelled))
                found.update(each for file in artifacts for each in file.digests if each.is_strong)
        return tuple(sorted(found))

    def requires_python(self, name: str, version: str) -> str | None:
        """Return Requires-Python of a version, less upper bounds that rule the target out."""
        page, version = self._place(name, version)
        known = self.shelf.metadata(page, version)
        if known is not None:
            text = known.requires_python
        elif version in page.listing.texts:
            kinds = page.listing.kinds_at(page.listing.texts.index(version))
            text = next((each for each, _ in kinds if each is not None), None)
        else:
            text = None
        return self.shelf.admission.honest_requires_python(text)

    def index_name(self, name: str, version: str | None = None) -> str | None:
        """Return the name of the index that a package was found on; `None` if it was not asked for.

        Args:
            name: canonical.
            version: matters only where the versions of all sources count as one.
        """
        if name not in self._pages:
            return None
        tied = self.shelf.tie_of(name)
        if tied is not None:
            return tied
        page = self._pages[name] if version is None else self._place(name, version)[0]
        for source in self.shelf.sources:
            if source.url == page.index_url:
                return source.name
        return None

    def found_page(self, name: str) -> Page | None:
        """Return the page that answers for a package, if it was asked for; not a merged one."""
        page = self._pages.get(name)
        return None if isinstance(page, MergedPage) else page

    def pages_on(self, wanted: Sequence[tuple[Source, str]]) -> list[Page | None]:
        """Return the pages of names on certain indexes; `None` where one could not be asked."""
        found = []
        for source, name in wanted:
            page = self.shelf.get(source, name)
            found.append(page if page is not None and self.shelf.is_fresh(page) else None)
        missing = [each for each, page in zip(wanted, found, strict=True) if page is None]
        if missing and not self.shelf.policy.is_offline:
            brought = iter(self.retrieval().pages_on(missing))
            found = [next(brought) if page is None else page for page in found]
        return found

    def timeless_indexes(self) -> tuple[str, ...]:
        """Return the names of the indexes on which a cut-off had no effect, by URL."""
        timeless = self.shelf.timeless
        return tuple(source.name for source in self.shelf.sources if source.url in timeless)

    def newest_anywhere(self, name: str, specifiers: SpecifierSet) -> str | None:
        """Return the newest version within `specifiers`, for whatever platform it is."""
        try:
            page = self._page(name)
        except PackageNotFound:
            return None
        listing = page.listing
        mask = specifiers.positions(VersionKeys(listing.texts), listing.texts) & ~listing.yanked
        mask &= ~self.shelf.hidden(page)
        mask = (mask & ~listing.prereleases) or mask
        return listing.texts[mask.bit_length() - 1] if mask else None

    def kept_artifacts(
        self, name: str, version: str, digests: Collection[Digest]
    ) -> tuple[Artifact, ...]:
        """Return the files of a version as an earlier run saw them, however long ago.

        Args:
            name: canonical.
            version: in any form.
            digests: of a lock; what is known counts only if a file has one of them.

        Returns:
            Nothing when the index has to be asked.
        """
        version = str(parse_version(version))
        for source in self.shelf.route(name).sources:
            page = self.shelf.get(source, name)
            known = None if page is None else page.artifacts(version)
            if known and any(each in digests for file in known for each in file.digests):
                return known
        return ()

    def artifacts(self, name: str, version: str) -> tuple[Artifact, ...]:
        """Return the files of a version; none if the index does not list it.

        Args:
            name: canonical.
            version: in any form.

        Raises:
            PackageNotFound: no index knows the package.
            NetworkError: an index could not be asked.
        """
        version = str(parse_version(version))
        found: dict[str, Artifact] = {}
        for page, spelled in self._places(name, version):
            known = page.artifacts(spelled)
            if known is None:
                known = self.retrieval().artifacts(page, spelled)
            for file in known:
                found.setdefault(file.url, file)
        return tuple(found.values())

    def hashed_artifacts(self, name: str, version: str) -> tuple[Artifact, ...]:
        """Return the files of a version that are not hidden, each with a strong digest.

        Files that the index tells no strong digest of are downloaded for it.

        Raises:
            As `artifacts`.
        """
        found: dict[str, Artifact] = {}
        for page, spelled in self._places(name, str(parse_version(version))):
            known = page.artifacts(spelled)
            if known is None or not all(any(d.is_strong for d in each.digests) for each in known):
                known = self.retrieval().with_digests(page, spelled)
            for file in self.shelf.seen(name, known):
                found.setdefault(file.url, file)
        return tuple(found.values())

    def request_files(self, name: str, version: str, digests: Collection[Digest]) -> None:
        """Take the hint that `locked_artifacts` will be asked; returns at once.

        Args:
            name: canonical.
            version: in any form.
            digests: of a lock; none for all files of the version.
        """
        try:
            route = self.shelf.route(name)
            if self.shelf.at_hand(name, route.sources):
                return
            version = str(parse_version(version))
            texts = {each.hex for each in digests if each.algorithm == "sha256"}
            if len(texts) == len(digests) > 0 and len(route.sources) == 1:
                self.retrieval().request_listed(name, version, texts, route.sources[0])
            else:
                self.retrieval().request_files(name, version, route)
        except PipenvError:
            return  # a hint may fail; the question will not

    def locked_artifacts(self, name: str, version: str) -> tuple[Artifact, ...]:
        """Return the files that `request_files` asked for, or all of the version.

        Raises:
            As `artifacts`.
        """
        return self.retrieval().listed(name) or self.artifacts(name, version)

    # Steps

    def _page(self, name: str) -> Page:
        page = self._pages.get(name)
        if page is None:
            route = self.shelf.route(name, self._preferred.get(name, 0))
            pages = self.shelf.at_hand(name, route.sources)
            if not pages:
                try:
                    pages = self.retrieval().pages(name, route)
                except NotCached as error:
                    raise self.all_that_is_missing() from error
            page = self._pages[name] = pages[0] if len(pages) == 1 else MergedPage(pages)
        return page

    def _kinds(self, name: str, position: int) -> Collection[Kind]:
        """The kinds of the files of a version that count and are not hidden."""
        listing = self._page(name).listing
        if not self.shelf.hides_files(name):
            counts = self.shelf.counting(name)
            return (
                [*filter(counts, listing.kinds_at(position))]
                if counts
                else listing.kinds_at(position)
            )
        files = self.shelf.counted(name, self.artifacts(name, listing.texts[position]))
        return [kind_of(file.filename, file.requires_python) for file in files]

    def _insist_on_seen_files(self, candidate: Candidate) -> None:
        """Refuse a version whose files for the targets were all uploaded later than its first."""
        if self.shelf.hides_files(candidate.name):
            kinds = self._kinds(candidate.name, candidate.position)
            if not any(map(self._scope.admits, kinds)):
                refusal = self._scope.refusal(kinds)
                raise Unusable(f"{refusal}, not counting files uploaded later")

    def _places(self, name: str, version: str) -> list[tuple[Page, str]]:
        """The pages that have a version, with its text there."""
        page = self._page(name)
        return page.places(version) if isinstance(page, MergedPage) else [(page, version)]

    def _place(self, name: str, version: str) -> tuple[Page, str]:
        """The first page that has a version, with its text there."""
        places = self._places(name, version)
        return places[0] if places else (self._page(name), version)

    def _hand_on(self, name: str, needs: Iterable[str]) -> None:
        """Tie what a package needs to the source that the package itself is tied to."""
        seen = self._needs_seen.setdefault(name, {})
        seen.update(dict.fromkeys(needs))
        todo = [name]
        while todo:
            parent = todo.pop()
            page = self._pages.get(parent)
            if page is None:
                continue
            route = self.shelf.route(parent, self._preferred.get(parent, 0))
            mask = self.shelf.handed_on(route, page.index_url)
            for child in self._needs_seen.get(parent, ()) if mask else ():
                before = self._preferred.get(child, 0)
                if before | mask == before or self.shelf.tie_of(child) is not None:
                    continue
                self._preferred[child] = before | mask
                found = self._pages.get(child)
                first = self.shelf.route(child, before | mask).sources[0]
                if found is not None and found.index_url != first.url:
                    self._misplaced.add(child)
                todo.append(child)

    def _index_list(self, name: str) -> VersionList:
        page = self._page(name)
        demanded = self._demands.get(name, 0)
        found = _Versions(name, page, self._scope, self._yank_reason)
        if demanded:
            found.usable &= page.covering(demanded, self._scope, self.shelf.counting(name))
        cut_off = self.shelf.policy.cut_off
        if self.shelf.counting(name) is not None:
            refusal = self.shelf.refusal(name)
            found.hide(found.usable & ~self.shelf.usable(page, self._scope), lambda _: refusal)
        if cut_off is not None:
            times = page.listing.uploaded_at
            found.hide(self.shelf.hidden(page), lambda at: cut_off.reason(times(at)))
        if page.status[0] == "quarantined":
            refusal = _quarantined(page.status[1])
            found.hide(-1, lambda _: refusal)
        return found

    def _yank_reason(self, name: str, version: str) -> str:
        try:
            artifacts = self.artifacts(name, version)
        except PipenvError:
            return ""
        return next((each.yanked for each in artifacts if each.yanked), "")

    def _direct_list(self, name: str) -> VersionList:
        project, _, url = name.partition(_AT)
        metadata = None if self._direct is None else self._direct(project, url)
        if metadata is None:
            if not url.lower().startswith(("https://", "http://")):
                raise InvalidValue(f"`{project}` cannot be taken from `{url.partition('://')[0]}:`")
            metadata = self.retrieval().metadata_at(project, url)
        self._direct_metadata[name] = known_metadata(metadata)
        version = parse_version(metadata.version)
        return VersionList(name, [str(version)], [version.key], usable=1)

    def _metadata(self, page: Page, version: str) -> KnownMetadata:
        known = self.shelf.metadata(page, version)
        if known is not None:
            return known
        try:
            return self.retrieval().metadata(page, version)
        except NotCached as error:  # of another version more may be known
            raise Unusable("is not in the cache as a whole, and we are offline") from error

    @staticmethod
    def _dependency(known: KnownMetadata, at: int, *, is_direct: bool) -> Dependency:
        name, extras, specifiers, tree, url = known.requires[at]
        if url is not None and not is_direct:
            raise Unusable(f"needs `{name}` from a URL, which packages on an index may not")
        marker = None if tree is None else Marker.from_tree(tree)
        return Dependency(name, extras, parse_specifiers(specifiers), marker, url)


def _quarantined(reason: str) -> str:
    return f"is in quarantine on its index{f': {reason}' if reason else ''}"


def _is_for_some(kind: Kind) -> bool:
    """Whether the tags of a kind of files leave out some platform."""
    return bool(kind[1]) and not kind[1].endswith("-any")


class _Versions(VersionList):
    """A `VersionList` of a page, which finds reasons when asked."""

    __slots__ = ("_hidden", "_page", "_scope", "_yank_reason")

    def __init__(
        self, name: str, page: Page, scope: Scope, yank_reason: Callable[[str, str], str]
    ) -> None:
        listing = page.listing
        super().__init__(
            name,
            listing.texts,
            VersionKeys(listing.texts),
            usable=page.usable(scope),
            prereleases=listing.prereleases,
            yanked=listing.yanked,
        )
        self._page = page
        self._scope = scope
        self._hidden: list[tuple[int, Callable[[int], str]]] = []
        self._yank_reason = yank_reason

    def hide(self, hidden: int, reason: Callable[[int], str]) -> None:
        """Let versions not be usable, for reasons that complete sentences about them."""
        self._hidden.append((hidden, reason))
        self.usable &= ~hidden

    def reason(self, position: int) -> str:
        for hidden, reason in reversed(self._hidden):
            if hidden >> position & 1:
                return reason(position)
        if not self.usable >> position & 1:
            return self._scope.refusal(self._page.listing.kinds_at(position))
        if self.yanked >> position & 1:
            why = self._yank_reason(self.name, self.texts[position])
            return f"was yanked: {why}" if why else "was yanked"
        return super().reason(position)
