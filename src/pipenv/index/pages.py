"""Project pages in their slim form: the versions and what decides about them, kept on disk.

Solving looks at versions, hardly at files, so a page is kept as two parts of one file. The *core*
has what every run needs: freshness, version texts, which versions are usable on which target, the
metadata of the versions that were looked at. The *files* part has the artifacts of those versions
and is read on demand. The answer as the server sent it lies beside it, for versions nobody has
looked at yet. Both can be made again; a damaged or foreign file is a missing one.

Written with `marshal`: nothing to import, and only ever read from the user's own cache folder.
"""

from __future__ import annotations

import marshal
import os
import zlib
from collections.abc import Sequence

from pipenv.index.upload_times import later_than, unpack_time
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import Digest
from pipenv.models.names import is_name
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pipenv.cache.store import CacheFolder
    from pipenv.index.admission import Kind
    from pipenv.index.scope import Scope
    from pipenv.models.versions import VersionKey

BUCKET = "index-v1"
DEFAULT_MAX_AGE = 600
"""Seconds; what the largest index says, for those that say nothing."""
_LONGEST_MAX_AGE = 24 * 3600
_HEADER = b"pipenv page 3\n"
_MARSHAL_VERSION = 4
_CLOCK_SKEW_SECONDS = 60.0
_MOST_VIEWS = 8
_MOST_VERSIONS = 1000
"""Versions whose metadata or files are kept; the oldest go first."""
_FIRST_BYTES = 1 << 14
"""Most pages are smaller; a larger buffer costs more than a second call."""
_READ_BYTES = 1 << 18


class Freshness:
    """When an answer came, and how long and by what it can be used again (RFC 9111)."""

    __slots__ = ("etag", "fetched", "last_modified", "max_age")

    def __init__(
        self,
        fetched: float,
        max_age: int = DEFAULT_MAX_AGE,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        self.fetched = fetched
        """Seconds since the epoch."""
        self.max_age = max_age
        self.etag = etag
        self.last_modified = last_modified

    def is_fresh(self, now: float) -> bool:
        """Tell whether the answer may be used without asking."""
        age = now - self.fetched
        return -_CLOCK_SKEW_SECONDS < age < self.max_age

    def conditions(self) -> dict[str, str]:
        """The headers that ask whether something has changed."""
        headers = {}
        if self.etag is not None:
            headers["If-None-Match"] = self.etag
        if self.last_modified is not None:
            headers["If-Modified-Since"] = self.last_modified
        return headers


def freshness_of(
    headers: Mapping[str, str], now: float, previous: Freshness | None = None
) -> Freshness:
    """Read what the headers of an answer say about its use.

    Args:
        headers: by lower-case name.
        now: seconds since the epoch.
        previous: that of the answer which a 304 confirms; its validators stay where there are no
            new ones.
    """
    max_age: int | None = None
    for directive in headers.get("cache-control", "").lower().split(","):
        name, _, value = directive.strip().partition("=")
        value = value.strip('"')
        if name in {"no-cache", "no-store"}:
            max_age = 0
        elif name == "max-age" and value.isascii() and value.isdigit() and max_age is None:
            max_age = min(int(value[:9]), _LONGEST_MAX_AGE)
    if max_age is None:
        max_age = DEFAULT_MAX_AGE
    etag, last_modified = headers.get("etag"), headers.get("last-modified")
    if previous is not None and etag is None and last_modified is None:
        etag, last_modified = previous.etag, previous.last_modified
    return Freshness(now, max_age, etag, last_modified)


class Answer:
    """How the server's answer is to be read again."""

    __slots__ = ("coding", "content_type", "size", "status", "url")

    def __init__(
        self,
        url: str,
        content_type: str,
        coding: str,
        size: int,
        status: tuple[str, str] = ("", ""),
    ) -> None:
        self.url = url
        """Where it came from, after redirects: relative links start there."""
        self.content_type = content_type
        self.coding = coding
        self.size = size
        """Bytes, as stored."""
        self.status = status
        """Of the project (PEP 792) and its reason; empty texts if it is an ordinary one."""


class VersionKeys(Sequence["VersionKey"]):
    """The keys of version texts, each made when it is looked at: bisections look at few."""

    __slots__ = ("_made", "_texts")

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self._made: dict[int, VersionKey] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [version_key(text) for text in self._texts[at]]
        key = self._made.get(at)
        if key is None:
            key = self._made[at] = version_key(self._texts[at])
        return key


class Listing:
    """The versions of a project, ascending, and of what kinds their files are."""

    __slots__ = ("_kinds", "_uploaded", "prereleases", "texts", "yanked")

    def __init__(
        self,
        texts: Sequence[str],
        prereleases: int,
        yanked: int,
        kinds: bytes | tuple[tuple[Kind, ...], tuple[tuple[int, ...], ...]],
        uploaded: bytes = b"",
    ) -> None:
        self.texts = texts
        """In the normal form."""
        self.prereleases = prereleases
        """Bit mask of positions."""
        self.yanked = yanked
        """Versions all of whose files are yanked."""
        self._kinds = kinds
        self._uploaded = uploaded

    def uploaded_at(self, position: int) -> int | None:
        """When the first file of a version was uploaded, in whole seconds since the epoch.

        `None` where the index does not tell, and for positions that do not exist.
        """
        return unpack_time(self._uploaded, position)

    @property
    def has_upload_times(self) -> bool:
        """The index tells them, at least of some version."""
        return bool(self._uploaded)

    def later_than(self, seconds: int) -> int:
        """Return the mask of the versions all of whose files were uploaded after a moment."""
        return later_than(self._uploaded, seconds)

    def kinds_by_version(self) -> tuple[tuple[Kind, ...], tuple[tuple[int, ...], ...]]:
        """All kinds of files, and for each version which of them it has."""
        kinds = self._kinds
        if isinstance(kinds, bytes):
            kinds = self._kinds = _loaded(kinds)
        return kinds

    def kinds_at(self, position: int) -> tuple[Kind, ...]:
        """The kinds of the files of one version."""
        kinds, versions = self.kinds_by_version()
        return tuple(kinds[number] for number in versions[position])

    def packed(self) -> tuple[str, int, int, bytes, bytes]:
        """The parts in a form for `marshal`."""
        kinds = self._kinds
        if not isinstance(kinds, bytes):
            kinds = marshal.dumps(kinds, _MARSHAL_VERSION)
        return "\n".join(self.texts), self.prereleases, self.yanked, kinds, self._uploaded


class Page:
    """What is known of a project on one index. Filled in while a run goes on."""

    __slots__ = (
        "_digests",
        "_files",
        "_listing",
        "_metadata",
        "_packed_files",
        "_views",
        "answer",
        "freshness",
        "index_url",
        "is_changed",
        "name",
        "stamp",
    )

    def __init__(
        self,
        index_url: str,
        name: str,
        freshness: Freshness,
        listing: Listing | None,
        answer: Answer | None,
    ) -> None:
        self.index_url = index_url
        self.name = name
        self.freshness = freshness
        self.answer = answer
        self.is_changed = True
        """Something is to be written."""
        self.stamp: tuple[int, int, int] | None = None
        """State of the file that it was read from; `None` once it is not as there any more."""
        self._listing = listing
        self._views: dict[str, int] = {}
        self._metadata: dict[str, bytes] = {}
        self._digests: dict[str, bytes] = {}
        self._files: dict[str, tuple[Any, ...]] = {}
        self._packed_files = b""

    @property
    def is_absent(self) -> bool:
        """The index does not know the project."""
        return self._listing is None

    @property
    def listing(self) -> Listing:
        """The versions; none for a project that the index does not know."""
        return self._listing if self._listing is not None else Listing((), 0, 0, ((), ()))

    @property
    def status(self) -> tuple[str, str]:
        """Of the project (PEP 792) and its reason; empty texts if it is an ordinary one."""
        return ("", "") if self.answer is None else self.answer.status

    def usable(self, scope: Scope) -> int:
        """Return the mask of the versions that have a file for any of the environments."""
        mask = self._views.get(scope.key)
        if mask is None:
            kinds, versions = self.listing.kinds_by_version()
            good = frozenset(at for at, kind in enumerate(kinds) if scope.admits(kind))
            mask = 0
            if len(good) == len(kinds):
                mask = (1 << len(versions)) - 1
            else:
                for position, numbers in enumerate(versions):
                    if not good.isdisjoint(numbers):
                        mask |= 1 << position
            _keep(self._views, scope.key, mask, _MOST_VIEWS)
            self.is_changed = True
        return mask

    def usable_among(self, scope: Scope, counts: Callable[[Kind], bool]) -> int:
        """Like `usable`, where files of some kinds only count."""
        kinds, versions = self.listing.kinds_by_version()
        good = {at for at, kind in enumerate(kinds) if counts(kind) and scope.admits(kind)}
        return sum(1 << at for at, numbers in enumerate(versions) if not good.isdisjoint(numbers))

    def covering(
        self, cells: int, scope: Scope, counts: Callable[[Kind], bool] | None = None
    ) -> int:
        """Return the mask of the versions that have files for all of these cells of a scope.

        Args:
            cells: bit mask.
            scope: of these environments.
            counts: which kinds of files do; `None` for all.
        """
        kinds, versions = self.listing.kinds_by_version()
        covered = [scope.coverage(kind) if counts is None or counts(kind) else 0 for kind in kinds]
        mask = 0
        for position, numbers in enumerate(versions):
            missing = cells
            for number in numbers:
                missing &= ~covered[number]
            if not missing:
                mask |= 1 << position
        return mask

    def metadata(self, version: str) -> bytes | None:
        """The packed metadata of a version, if it was looked at."""
        return self._metadata.get(version)

    def keep_metadata(self, version: str, packed: bytes) -> None:
        """Remember the packed metadata of a version."""
        _keep(self._metadata, version, packed, _MOST_VERSIONS)
        self.is_changed = True

    def artifacts(self, version: str) -> tuple[Artifact, ...] | None:
        """The files of a version, if it was looked at."""
        if self._packed_files:
            self._unpack_files()
        packed = self._files.get(version)
        if packed is None:
            return None
        return tuple(
            Artifact(
                filename,
                url,
                tuple(Digest(*each) for each in digests),
                requires_python,
                size,
                upload_time,
                yanked,
                Digest(*metadata_digest) if metadata_digest else None,
                has_metadata,
            )
            for (
                filename,
                url,
                digests,
                requires_python,
                size,
                upload_time,
                yanked,
                metadata_digest,
                has_metadata,
            ) in packed
        )

    def keep_artifacts(self, version: str, artifacts: Sequence[Artifact]) -> None:
        """Remember the files of a version."""
        if self._packed_files:
            self._unpack_files()
        packed = tuple(
            (
                *artifact[:2],
                tuple(tuple(each) for each in artifact.digests),
                *artifact[3:7],
                tuple(artifact.metadata_digest) if artifact.metadata_digest else None,
                artifact.has_metadata,
            )
            for artifact in artifacts
        )
        _keep(self._files, version, packed, _MOST_VERSIONS)
        digests = [each.hex for artifact in artifacts for each in artifact.digests
                   if each.algorithm == "sha256"]  # fmt: skip
        if len(digests) == len(artifacts):
            _keep(self._digests, version, bytes.fromhex("".join(digests)), _MOST_VERSIONS)
        self.is_changed = True

    def sha256_digests(self, version: str) -> list[str] | None:
        """The hex digests of all files of a version, if known for each of them; cheap."""
        packed = self._digests.get(version)
        if packed is None:
            return None
        text = packed.hex()
        return [text[at : at + 64] for at in range(0, len(text), 64)]

    def adopt(self, older: Page) -> None:
        """Take over what an older state of the page knew and what cannot have changed."""
        self._metadata = older._metadata

    def packed(self) -> bytes:
        """The bytes to write."""
        freshness, answer = self.freshness, self.answer
        fields: Any = (
            (self.index_url, self.name),
            (freshness.fetched, freshness.max_age, freshness.etag, freshness.last_modified),
            None if self._listing is None else self._listing.packed(),
            answer and (answer.url, answer.content_type, answer.coding, answer.size, answer.status),
            dict(self._views),
            dict(self._metadata),
            dict(self._digests),
        )
        core = marshal.dumps(fields, _MARSHAL_VERSION)
        files = self._packed_files or marshal.dumps(dict(self._files), _MARSHAL_VERSION)
        lengths = zlib.crc32(core).to_bytes(4, "little") + len(core).to_bytes(4, "little")
        return _HEADER + lengths + core + files

    def _unpack_files(self) -> None:
        packed, self._packed_files = self._packed_files, b""
        try:
            self._files = marshal.loads(packed)  # noqa: S302 - our own file
        except (ValueError, EOFError, TypeError):
            self._files = {}


def unpack_page(data: bytes, index_url: str, name: str) -> Page | None:
    """Read what `Page.packed` gave; `None` when it is anything else."""
    start = len(_HEADER) + 8
    if len(data) < start or not data.startswith(_HEADER):
        return None
    end = start + int.from_bytes(data[start - 4 : start], "little")
    core = memoryview(data)[start:end]
    if zlib.crc32(core) != int.from_bytes(data[start - 8 : start - 4], "little"):
        return None
    try:
        owner, freshness, listing, answer, views, metadata, digests = marshal.loads(core)  # noqa: S302
        if owner != (index_url, name):
            return None
        page = Page(
            index_url,
            name,
            Freshness(*freshness),
            None if listing is None else _unpacked_listing(*listing),
            None if answer is None else Answer(*answer),
        )
    except (ValueError, EOFError, TypeError):
        return None
    page._views, page._metadata, page._digests = views, metadata, digests  # noqa: SLF001
    page._packed_files = data[end:]  # noqa: SLF001
    page.is_changed = False
    return page


class PageStore:
    """Pages on disk. May be used from several threads."""

    def __init__(self, cache: CacheFolder) -> None:
        self._cache = cache
        self._folders: dict[str, str] = {}

    def load(self, index_url: str, name: str) -> Page | None:
        """The page as kept by an earlier run, however old; `None` if there is none."""
        path = os.path.join(self._folder(index_url), _key(name, "page"))
        found = _read(path)
        page = None if found is None else unpack_page(found[0], index_url, name)
        if page is not None and found is not None:
            page.stamp = found[1]
        return page

    def path(self, page: Page) -> str:
        """Where a page is kept."""
        return os.path.join(self._folder(page.index_url), _key(page.name, "page"))

    def names(self, index_url: str) -> list[str]:
        """Return the canonical names that pages of an index are kept under, sorted."""
        try:
            files = os.listdir(self._folder(index_url))
        except OSError:
            return []
        found = [file.removesuffix("@page") for file in files if file.endswith("@page")]
        return sorted(name for name in found if is_name(name))

    def save(self, page: Page) -> None:
        """Keep a page, where the cache can be written."""
        key = f"{_digest(page.index_url)}/{_key(page.name, 'page')}"
        page.is_changed = False
        page.stamp = None
        self._cache.write(BUCKET, key, page.packed())

    def load_answer(self, page: Page) -> bytes | None:
        """The server's answer that `page` was made of, as it was sent."""
        if page.answer is None:
            return None
        found = _read(os.path.join(self._folder(page.index_url), _key(page.name, "answer")))
        return found[0] if found is not None and len(found[0]) == page.answer.size else None

    def save_answer(self, page: Page, content: bytes) -> None:
        """Keep the server's answer."""
        key = f"{_digest(page.index_url)}/{_key(page.name, 'answer')}"
        self._cache.write(BUCKET, key, content)

    def _folder(self, index_url: str) -> str:
        folder = self._folders.get(index_url)
        if folder is None:
            folder = os.path.join(self._cache.bucket(BUCKET), _digest(index_url))
            self._folders[index_url] = folder
        return folder


def _unpacked_listing(
    texts: str, prereleases: int, yanked: int, kinds: bytes, uploaded: bytes
) -> Listing:
    return Listing(texts.split("\n") if texts else (), prereleases, yanked, kinds, uploaded)


def _loaded(packed: bytes) -> Any:
    return marshal.loads(packed)  # noqa: S302 - our own file, and whole


def _keep(kept: dict[str, Any], key: str, value: object, most: int) -> None:
    """Put an entry into a dictionary of bounded size; the oldest makes room."""
    kept.pop(key, None)
    while len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value


def _digest(text: str) -> str:
    """A short name for a URL; what is stored under it says itself whose it is."""
    data = text.encode("utf-8", "surrogateescape")
    return f"{zlib.crc32(data):08x}{zlib.adler32(data):08x}{len(data):x}"


def _key(name: str, part: str) -> str:
    """A file name; the sign keeps it apart from the device names of Windows."""
    safe = name if is_name(name) and len(name) < 200 else f"{_digest(name)}!"
    return f"{safe}@{part}"


def _read(path: str) -> tuple[bytes, tuple[int, int, int]] | None:
    """The content of a small file in as few calls as possible, and the state that the file is in.

    Returns:
        `None` when it cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    try:
        state = os.fstat(descriptor)
        pieces = [os.read(descriptor, _FIRST_BYTES)]
        if len(pieces[0]) == _FIRST_BYTES:
            while piece := os.read(descriptor, _READ_BYTES):
                pieces.append(piece)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
    return b"".join(pieces), stamp
