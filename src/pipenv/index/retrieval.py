"""What the cache does not hold, brought from the indexes by several threads ahead of the questions.

Owns the order of requests. As soon as a package is named its page is asked for; as soon as the page
is there, the metadata of the version that would be picked; as soon as that is there, the pages of
what it needs. So the depth of the graph costs round trips, but not the number of packages. Guesses
decide only what is fetched early, never what is answered.

Each page and each metadata is asked for once per run.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from time import monotonic

from pipenv.cache.unpackers import Unpackers
from pipenv.errors import (
    ConnectionFailed,
    InvalidValue,
    MalformedPage,
    PackageNotFound,
    PipenvError,
)
from pipenv.index.archive_files import ArchiveFiles
from pipenv.index.cache_only import CacheOnlyClient, not_cached
from pipenv.index.deliveries import Deliveries, Receivers
from pipenv.index.grouping import version_of
from pipenv.index.known_metadata import known_metadata
from pipenv.index.metadata import MetadataReader
from pipenv.index.page_making import MakingRoom, PageTask
from pipenv.index.pages import Answer, Freshness, Page, VersionKeys, freshness_of
from pipenv.index.simple_api import ACCEPT, parse_artifacts, parse_listed
from pipenv.index.workers import Job, Workers
from pipenv.models.digests import STRONG, Digest
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.urls import Url
from pipenv.network.client import MAX_PAGE_BYTES
from pipenv.network.responses import decoded
from pipenv.processes import processors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipenv.cache.store import CacheFolder
    from pipenv.cache.wheel_store import WheelStore
    from pipenv.errors import NotCached
    from pipenv.events import Reporter
    from pipenv.index.choices import Choices
    from pipenv.index.deliveries import BuildElsewhere, FilesOf
    from pipenv.index.known_metadata import KnownMetadata
    from pipenv.index.shelf import Route, Shelf, Source
    from pipenv.index.source_builder import SourceBuilder
    from pipenv.models.artifacts import Artifact
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.specifiers import SpecifierSet
    from pipenv.network.client import HttpClient
    from pipenv.network.responses import Response

FEW_THREADS = 16
MANY_THREADS = 50
_SLOW_SECONDS = 0.008
"""An index whose quickest answer takes longer is far away: more requests in flight pay off."""
_SAMPLE = 8
_MOST_GUESSES = 4
_OFFLINE_HINT = "the cache may have what is needed: try again with `--offline`"
"""For how many versions of one package metadata is fetched on mere suspicion."""


class _Wish:
    """What is wanted of a package, as far as known before it is decided."""

    __slots__ = ("extras", "guesses", "looks_ahead", "specifiers", "version")

    def __init__(self) -> None:
        self.specifiers: list[SpecifierSet] = []
        self.extras: set[str] = {""}
        self.version: str | None = None
        """The one that will be picked, if that is known."""
        self.looks_ahead = False
        """Its metadata will be needed, too."""
        self.guesses: set[str] = set()


class Retrieval:
    """Brings pages, metadata and files. May be used from several threads."""

    def __init__(
        self,
        shelf: Shelf,
        client: HttpClient,
        cache: CacheFolder,
        builder: SourceBuilder | None,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            shelf: where pages go.
            client: talks to the indexes; their credentials are made known to it here.
            cache: where files go.
            builder: for source distributions.
        """
        self._shelf = shelf
        self._absent = _stand_in(client) if shelf.policy.is_offline else None
        if self._absent is not None:
            client = self._absent
        self._client = client
        self._builder = builder
        self.files = ArchiveFiles(cache, client)
        self._reader = MetadataReader(client, self.files, shelf.admission, builder)
        # What is at hand needs no waiting: without threads all that is missed is known in the end.
        self._workers = Workers(FEW_THREADS if self._absent is None else 0)
        self._room = MakingRoom(self._guess, shelf.store.save_answer, processes=0)
        self._guard = threading.Lock()
        self._wishes: dict[str, _Wish] = {}
        self._located: dict[tuple[str, tuple[Source, ...]], Job[tuple[Page, ...]]] = {}
        """By name and whom to ask in which order."""
        self._handed_on: dict[tuple[str, str], int] = {}
        """By index and name: see `Shelf.handed_on`."""
        self._metadata: dict[tuple[str, str, str], Job[KnownMetadata | None]] = {}
        self._reading: dict[tuple[str, str], threading.Lock] = {}
        self._read_again_once: set[tuple[str, str]] = set()
        self._files_by_version: dict[tuple[str, str], dict[str | None, list[Artifact]]] = {}
        """Of the pages of which several versions were looked at."""
        self._listed: dict[str, Job[tuple[Artifact, ...]]] = {}
        """By name: the files of a lock that its page lists."""
        self._unread: dict[tuple[str, str], Response] = {}
        """By index and name: answers of which no page was made yet."""
        self._seconds: list[float] = []
        for source in shelf.sources:
            try:
                client.register(source.written.url, verify_ssl=source.written.verify_ssl)
            except ConnectionFailed:
                continue  # no HTTP URL: told when this source is asked

    def close(self) -> None:
        """Stop asking; what is under way ends by itself."""
        self._workers.close()
        self._room.close()

    # Pages

    def request_page(
        self,
        name: str,
        *,
        specifiers: SpecifierSet | None = None,
        extras: Collection[str] = (),
        version: str | None = None,
        preferred: int = 0,
    ) -> None:
        """Ask for a page, then for what will be needed next; does not wait.

        Args:
            name: canonical.
            specifiers: what is wanted of the package, as far as known.
            extras: the same.
            version: the one that is likely to be picked, if known.
            preferred: see `Shelf.route`.

        Raises:
            InvalidValue: it is tied to an index that does not exist.
        """
        route = self._shelf.route(name, preferred)
        with self._guard:
            wish = self._wishes.setdefault(name, _Wish())
            is_news = not wish.looks_ahead
            wish.looks_ahead = True
            if specifiers is not None and specifiers not in wish.specifiers:
                wish.specifiers.append(specifiers)
                is_news = True
            if not wish.extras.issuperset(extras):
                wish.extras.update(extras)
                is_news = True
            if version is not None:
                wish.version = version
            job = self._located.get((name, route.sources))
            if job is None:
                self._workers.add(self._locate(name, route))
                return
        if is_news and job.is_done:
            try:
                pages = job.result()
            except PipenvError:
                return
            self._look_ahead(pages[0], wish)

    def request_listed(
        self, name: str, version: str, digests: Collection[str], source: Source
    ) -> None:
        """Ask for the files of a lock where only one index may have them; does not wait.

        No page is made of the answer unless that turns out to be needed.

        Args:
            name: canonical.
            version: in its normal form.
            digests: SHA-256, in hexadecimal digits.
            source: the index.
        """
        job = self._listed[name] = Job(lambda: self._read_listed(name, version, digests, source))
        self._workers.add(job)

    def listed(self, name: str) -> tuple[Artifact, ...]:
        """Return what `request_listed` has found; waits.

        Returns:
            Nothing when that was not asked for, or the page has to be looked at more closely.

        Raises:
            NetworkError: the index could not be asked.
        """
        job = self._listed.get(name)
        return () if job is None else job.result()

    def _read_listed(
        self, name: str, version: str, digests: Collection[str], source: Source
    ) -> tuple[Artifact, ...]:
        kept = self._shelf.get(source, name)
        response = self._get_page(source, name, kept)
        found: list[Artifact] = []
        if response.status == 200:
            url = str(response.address)
            with suppress(MalformedPage):
                body = decoded(response.content, response.coding, MAX_PAGE_BYTES, url)
                found = parse_listed(response.content_type, body, url, digests)
        good = tuple(each for each in found if version_of(each.filename, name) == version)
        if not good:
            self._unread[source.url, name] = response
        return good

    def request_files(self, name: str, version: str, route: Route) -> None:
        """Ask for the page of a package of which one version's files are wanted; does not wait."""
        with self._guard:
            self._wishes.setdefault(name, _Wish()).version = version
            if (name, route.sources) not in self._located:
                self._workers.add(self._locate(name, route))

    def pages(self, name: str, route: Route) -> tuple[Page, ...]:
        """Return the pages that answer for a package, see `Shelf.at_hand`; waits.

        Raises:
            PackageNotFound: no index knows it.
            NetworkError: an index could not be asked.
        """
        with self._guard:
            self._wishes.setdefault(name, _Wish())
            job = self._located.get((name, route.sources)) or self._locate(name, route)
        return job.result()

    def all_that_is_missing(self) -> NotCached:
        """Look ahead as far as the cache leads; then name all that a run has missed."""
        self._workers.drain()
        return not_cached(()) if self._absent is None else self._absent.verdict()

    @property
    def misses_something(self) -> bool:
        """Whether something was wanted that is not in the cache, in a run that may ask nobody."""
        return self._absent is not None and self._absent.has_missed

    def pages_on(self, wanted: Sequence[tuple[Source, str]]) -> list[Page | None]:
        """Return the pages of names on certain indexes, be they absent; waits.

        `None` where an index could not be asked.
        """
        with self._guard:
            for _, name in wanted:
                self._wishes.setdefault(name, _Wish())
        jobs = [self._workers.submit(lambda each=each: self._page_on(*each)) for each in wanted]  # type: ignore[misc]
        return [job.result() for job in jobs]

    def _page_on(self, source: Source, name: str) -> Page | None:
        try:
            return self._fresh_page(source, name, believes=True) or self._ask_for_page(source, name)
        except PipenvError:
            return None

    def _locate(self, name: str, route: Route) -> Job[tuple[Page, ...]]:
        """Make the job that finds a package; the guard is held."""
        if not self._located and not self._listed and self._absent is None:
            # Now, because the first job may start the first thread.
            self._room = MakingRoom(
                self._guess, self._shelf.store.save_answer, processes=max(0, processors() - 1)
            )
        job = self._located[name, route.sources] = Job(lambda: self._find(name, route))
        return job

    def _find(self, name: str, route: Route) -> tuple[Page, ...]:
        """Ask one source after the other, until one knows the name; or all of them."""
        asked: set[str] = set()
        found: list[Page] = []
        # That a source did not know a name some minutes ago is believed only if another one does.
        for believes in (True, False):
            for source in route.sources:
                if source.url in asked:
                    continue
                page = self._fresh_page(source, name, believes=believes)
                if page is None:
                    asked.add(source.url)
                    page = self._ask_for_page(source, name)
                if not page.is_absent:
                    found.append(page)
                    if not self._shelf.policy.merges:
                        break
            if found:
                self._note_found(found[0], route)
                return tuple(found)
        raise not_found(name, route.sources)

    def _note_found(self, page: Page, route: Route) -> None:
        key = (page.index_url, page.name)
        handed_on = self._shelf.handed_on(route, page.index_url)
        self._handed_on[key] = self._handed_on.get(key, 0) | handed_on
        self._look_ahead(page, self._wishes[page.name])

    def _fresh_page(self, source: Source, name: str, *, believes: bool) -> Page | None:
        """What is at hand and can be used without asking; `believes` even that there is none."""
        kept = self._shelf.get(source, name)
        believes = believes or self._absent is not None
        if kept is not None and self._shelf.is_fresh(kept) and (believes or not kept.is_absent):
            return kept
        return None

    def _ask_for_page(self, source: Source, name: str) -> Page:
        kept = self._shelf.get(source, name)
        response = self._unread.pop((source.url, name), None)
        if response is None:
            response = self._get_page(source, name, kept)
        if response.status == 304 and kept is not None:
            kept.freshness = freshness_of(response.headers, self._now, kept.freshness)
            kept.is_changed = True
            return kept
        if response.status == 200:
            page = self._new_page(source, name, response, kept)
        else:
            fresh = freshness_of(response.headers, self._now)
            page = Page(source.url, name, Freshness(fresh.fetched, fresh.max_age), None, None)
        self._shelf.put(page)
        return page

    def _get_page(self, source: Source, name: str, kept: Page | None) -> Response:
        headers = {"Accept": ACCEPT}
        if kept is not None:
            headers.update(kept.freshness.conditions())
        start = monotonic()
        try:
            response = self._client.get(
                f"{source.url}/{name}/", headers=headers, accepted=(200, 304, 404, 410)
            )
        except ConnectionFailed as error:
            if error.attempts and self._might_do_offline():
                error.hints = (*error.hints, _OFFLINE_HINT)
            raise
        self._learn_latency(monotonic() - start)
        return response

    def _might_do_offline(self) -> bool:
        """Whether the cache has a page, however old, for every name that was asked for so far."""
        shelf = self._shelf
        with self._guard:
            names = [*self._wishes, *self._listed]
        return all(any(shelf.get(each, name) for each in shelf.sources) for name in names)

    def _new_page(self, source: Source, name: str, response: Response, kept: Page | None) -> Page:
        """Make a page of an answer, and look up the files of the likely version while at it."""
        fresh = freshness_of(response.headers, self._now)
        wish = self._wishes[name]
        task = PageTask(
            source.url,
            name,
            (fresh.fetched, fresh.max_age, fresh.etag, fresh.last_modified),
            (
                str(response.address),
                response.content_type,
                response.coding,
                len(response.content),
            ),
            f"the page of `{name}` at {Url(source.written.url)}",
            wish.version,
            tuple(map(str, wish.specifiers)),
            response.content,
        )
        page = self._room.make(task)
        if kept is not None:
            page.adopt(kept)
        return page

    @property
    def _now(self) -> float:
        return self._shelf.policy.now

    def _learn_latency(self, seconds: float) -> None:
        """Allow more threads when even the quickest of the first answers was slow."""
        seen = self._seconds
        if len(seen) < _SAMPLE:
            seen.append(seconds)
            if len(seen) >= _SAMPLE and min(seen) > _SLOW_SECONDS:
                self._workers.limit = MANY_THREADS

    # Looking ahead

    def _guess(
        self, page: Page, wished: str | None, specifiers: Sequence[SpecifierSet]
    ) -> str | None:
        """The version that would be picked, by what is known now."""
        listing = page.listing
        usable = self._shelf.usable(page)
        if wished is not None:
            return wished if wished in listing.texts else None
        mask = usable & ~listing.yanked
        keys = VersionKeys(listing.texts)
        for each in specifiers:
            mask = (mask & each.positions(keys, listing.texts)) or mask
        mask = (mask & ~listing.prereleases) or mask
        return listing.texts[mask.bit_length() - 1] if mask else None

    def _look_ahead(self, page: Page, wish: _Wish) -> None:
        """Ask for the metadata of the likely version, or go on with it if it is known."""
        if not wish.looks_ahead:
            return
        version = self._guess(page, wish.version, list(wish.specifiers))
        if version is None:
            return
        known = self._shelf.metadata(page, version)
        if known is not None:
            self._ask_for_needs(page, known, wish)
        elif version in wish.guesses or len(wish.guesses) < _MOST_GUESSES:
            wish.guesses.add(version)
            self.request_metadata(page, version)

    def _ask_for_needs(self, page: Page, known: KnownMetadata, wish: _Wish) -> None:
        """Ask for the pages of what a version needs."""
        shelf = self._shelf
        preferred = self._handed_on.get((page.index_url, page.name), 0)
        for extra in list(wish.extras):
            for at in known.applicable(extra, shelf.scope):
                name, extras, specifiers, _, url = known.requires[at]
                if url is None:
                    with suppress(InvalidValue):  # told when the solver asks for it
                        self.request_page(
                            name,
                            specifiers=parse_specifiers(specifiers),
                            extras=extras,
                            preferred=preferred,
                        )

    # Files

    def artifacts(self, page: Page, version: str) -> tuple[Artifact, ...]:
        """Return the files of a version; reads the kept page again, or asks for it anew.

        Raises:
            NetworkError: the page is not at hand any more and cannot be had.
        """
        with self._guard:
            lock = self._reading.setdefault((page.index_url, page.name), threading.Lock())
        with lock:
            known = page.artifacts(version)
            if known is None:
                known = self._artifacts_read_again(page, version)
                page.keep_artifacts(version, known)
            return known

    def _artifacts_read_again(self, page: Page, version: str) -> tuple[Artifact, ...]:
        """Read a page for one version; the second time for all of them, as many may follow."""
        key = (page.index_url, page.name)
        by_version = self._files_by_version.get(key)
        if by_version is None:
            found: dict[str | None, list[Artifact]] = {}
            for artifact in self._all_artifacts(page):
                found.setdefault(version_of(artifact.filename, page.name), []).append(artifact)
            if key in self._read_again_once:
                self._files_by_version[key] = found
            self._read_again_once.add(key)
            by_version = found
        return tuple(by_version.get(version, ()))

    def with_digests(self, page: Page, version: str) -> tuple[Artifact, ...]:
        """Like `artifacts`, downloading the files that the page tells no digest of.

        Raises:
            NetworkError: a page or a file cannot be had.
        """
        known = self.artifacts(page, version)
        if all(_has_strong_digest(each) for each in known):
            return known
        jobs = [self._workers.submit(lambda each=each: self._hashed(each)) for each in known]  # type: ignore[misc]
        hashed = tuple(job.result() for job in jobs)
        page.keep_artifacts(version, hashed)
        return hashed

    def _hashed(self, artifact: Artifact) -> Artifact:
        if _has_strong_digest(artifact):
            return artifact
        archive = self.files.bring(artifact)
        return artifact._replace(digests=(*artifact.digests, Digest("sha256", archive.sha256)))

    def _all_artifacts(self, page: Page) -> list[Artifact]:
        content = self._shelf.store.load_answer(page)
        answer = page.answer
        if content is not None and answer is not None:
            try:
                return _read_again(answer, content)
            except MalformedPage:
                pass  # damaged on disk
        response = self._client.get(f"{page.index_url}/{page.name}/", headers={"Accept": ACCEPT})
        status = page.status
        page.answer = _answer_of(response)
        page.answer.status = status
        page.is_changed = True
        self._shelf.store.save_answer(page, response.content)
        return _read_again(page.answer, response.content)

    def unpackers(self, wheels: WheelStore, count: int) -> Unpackers:
        """Return what unpacks `count` wheels into `wheels`; the caller closes it."""
        return Unpackers(wheels, wheels=count, processors=processors())

    def deliveries(
        self,
        files_of: FilesOf,
        wheels: Unpackers,
        choices: Choices,
        *,
        report: Reporter,
        build_elsewhere: BuildElsewhere | None,
    ) -> Deliveries:
        """Return what brings the wheels of pins; the arguments are those of `Receivers`."""
        receivers = Receivers(wheels, choices, self._builder, build_elsewhere, report)
        return Deliveries(self._shelf, self.files, files_of, receivers)

    # Metadata

    def request_metadata(self, page: Page, version: str) -> None:
        """Ask for the metadata of a version where that is cheap; does not wait."""
        if self._shelf.metadata(page, version) is None:
            key = (page.index_url, page.name, version)
            with self._guard:
                if key in self._metadata:
                    return
                job = Job(lambda: self._cheap_metadata(page, version))
                self._metadata[key] = job
            self._workers.add(job)

    def metadata(self, page: Page, version: str) -> KnownMetadata:
        """Return the metadata of a version; waits, and builds if it must.

        Raises:
            InvalidValue, IntegrityError: it cannot be used.
            NetworkError, BuildError: it cannot be had.
        """
        known = self._shelf.metadata(page, version)
        if known is not None:
            return known
        key = (page.index_url, page.name, version)
        with self._guard:
            job = self._metadata.get(key)
            if job is None:
                job = self._metadata[key] = Job(lambda: self._read_metadata(page, version))
        known = job.result()
        # Nothing came of a guess that would have cost too much.
        return self._read_metadata(page, version) if known is None else known

    def metadata_at(self, name: str, url: str) -> CoreMetadata:
        """Return the metadata of the wheel or source distribution at a URL.

        Raises:
            InvalidValue, IntegrityError: it cannot be used, or is of another project.
            NetworkError, BuildError: it cannot be had.
        """
        return self._reader.read_at(name, url)

    def _cheap_metadata(self, page: Page, version: str) -> KnownMetadata | None:
        """Metadata that costs a small request; `None` where it would cost more."""
        if not self._reader.is_cheap(self._counted(page, version)):
            return None
        return self._read_metadata(page, version)

    def _counted(self, page: Page, version: str) -> tuple[Artifact, ...]:
        return self._shelf.counted(page.name, self.artifacts(page, version))

    def _read_metadata(self, page: Page, version: str) -> KnownMetadata:
        found = self._reader.read(page.name, version, self._counted(page, version))
        known = known_metadata(found)
        self._shelf.keep_metadata(page, version, known)
        wish = self._wishes.get(page.name)
        if wish is not None and wish.looks_ahead and version in wish.guesses:
            self._ask_for_needs(page, known, wish)
        return known


def not_found(name: str, sources: Sequence[Source]) -> PackageNotFound:
    """The error for a name that none of the sources knows."""
    asked = ", ".join(f"`{source.name}`" for source in sources)
    where = f"the index {asked}" if len(sources) == 1 else f"any of the indexes {asked}"
    return PackageNotFound(
        f"`{name}` is not on {where}",
        hints=["check the spelling; names of packages may differ from what is imported"],
    )


def _stand_in(client: HttpClient) -> CacheOnlyClient:
    """The client itself if it asks nobody; else one that does not."""
    return client if isinstance(client, CacheOnlyClient) else CacheOnlyClient()


def _answer_of(response: Response) -> Answer:
    return Answer(
        str(response.address), response.content_type, response.coding, len(response.content)
    )


def _read_again(answer: Answer, content: bytes) -> list[Artifact]:
    body = decoded(content, answer.coding, MAX_PAGE_BYTES, answer.url)
    return parse_artifacts(answer.content_type, body, answer.url)


def _has_strong_digest(artifact: Artifact) -> bool:
    return any(digest.algorithm in STRONG for digest in artifact.digests)
