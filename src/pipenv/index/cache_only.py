"""What stands for the network in runs that may ask nobody: it notes what would have been asked.

No socket is opened and no name is looked up.  Whatever is missing is told together, at the end.
"""

from __future__ import annotations

from pipenv.errors import NotCached
from pipenv.models.filenames import parse_sdist_filename, parse_wheel_filename
from pipenv.models.names import canonical_name
from pipenv.network.addresses import parse_address, percent_decoded
from pipenv.network.client import MAX_PAGE_BYTES
from pipenv.network.source_urls import source_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import NoReturn

PAGE = "index page"
METADATA = "metadata"
WHEEL = "wheel"
SOURCE = "source distribution"
_MOST_NAMED = 40


class CacheOnlyClient:
    """Has the methods of a `pipenv.network.client.Client`, and refuses whatever would be sent."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        """Prepare; `environ` has the variables of URLs."""
        self._environ = environ or {}
        self._missing: dict[str, None] = {}

    def close(self) -> None:
        """Do nothing."""

    def register(self, url: str, *, verify_ssl: bool = True) -> str:
        """Return the URL without user name and password, as the other client does."""
        del verify_ssl
        return source_address(url, self._environ).url

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        accepted: Collection[int] = (200,),
        limit_bytes: int = MAX_PAGE_BYTES,
    ) -> NoReturn:
        """Refuse.

        Raises:
            NotCached: always.
        """
        del headers, accepted, limit_bytes
        self.miss(_page_or_metadata(url))

    def post(
        self, url: str, content: bytes, *, content_type: str, limit_bytes: int = MAX_PAGE_BYTES
    ) -> NoReturn:
        """Refuse.

        Raises:
            NotCached: always.
        """
        del content, content_type, limit_bytes
        self.miss(_page_or_metadata(url))

    def download(
        self,
        url: str,
        path: str,
        *,
        algorithms: Sequence[str] = ("sha256",),
        limit_bytes: int | None = None,
        received: object = None,
    ) -> NoReturn:
        """Refuse.

        Raises:
            NotCached: always.
        """
        del path, algorithms, limit_bytes, received
        self.miss(_file(url))

    def miss(self, what: str) -> NoReturn:
        """Note that something is missing.

        Raises:
            NotCached: always.
        """
        self._missing[what] = None
        raise self.verdict()

    @property
    def has_missed(self) -> bool:
        """Whether anything was refused so far."""
        return bool(self._missing)

    def verdict(self) -> NotCached:
        """The error that names everything that was refused so far."""
        return not_cached(self._missing)


def not_cached(missing: Collection[str]) -> NotCached:
    """The error that names everything that is missing."""
    listed = sorted(missing)
    named = ", ".join(listed[:_MOST_NAMED])
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    return NotCached(
        f"not in the cache: {named}{more}",
        missing=listed,
        hints=["run the same command once without `--offline` (PIPENV_OFFLINE), to fill the cache"],
    )


def _page_or_metadata(url: str) -> str:
    if url.endswith("/"):
        return f"{_last(url.rstrip('/'))} ({PAGE})"
    release = _release(_last(url).removesuffix(".metadata"))
    return f"{release or parse_address(url).shown()} ({METADATA})"


def _file(url: str) -> str:
    name = _last(url)
    kind = WHEEL if name.lower().endswith(".whl") else SOURCE
    release = _release(name)
    return f"{release} ({kind})" if release else parse_address(url).shown()


def _last(url: str) -> str:
    return percent_decoded(url.partition("?")[0].rpartition("/")[2])


def _release(filename: str) -> str:
    """Name and version of a file, as well as its name tells them."""
    wheel = parse_wheel_filename(filename)
    if wheel is not None:
        return f"{canonical_name(wheel.name)} {wheel.version}"
    source = parse_sdist_filename(filename)
    return "" if source is None else f"{canonical_name(source.name)} {source.version}"
