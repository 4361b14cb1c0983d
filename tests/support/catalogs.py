"""Catalogs over loopback indexes, made as a run makes them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipenv.cache.store import CacheFolder
from pipenv.index.catalog import Catalog
from pipenv.index.retrieval import Retrieval
from pipenv.index.shelf import CatalogPolicy, Shelf
from pipenv.models.indexes import Index
from pipenv.models.specifiers import ANY
from pipenv.models.targets import only
from pipenv.network.client import Client, RetryPolicy
from support.targets import linux_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from ssl import SSLContext

    from pipenv.index.catalog import DirectReader
    from pipenv.index.source_builder import SourceBuilder
    from pipenv.models.targets import Target

NOW = 1_700_000_000.0


def no_tls(verify: bool) -> SSLContext:
    """Fail: loopback indexes speak plain HTTP."""
    raise AssertionError(f"TLS (verify={verify}) is not needed here")


class CatalogMaker:
    """Makes one catalog after the other on the same cache, as several runs would."""

    def __init__(
        self,
        cache_dir: Path,
        *urls: str,
        target: Target | None = None,
        builder: SourceBuilder | None = None,
    ) -> None:
        self.cache_dir = cache_dir
        self.indexes = [Index(f"index{number}", url) for number, url in enumerate(urls)]
        self.target = target or linux_target()
        self.builder = builder
        self.connections = 0
        """How many catalogs had to ask somebody."""

    @contextmanager
    def open(
        self,
        *,
        seconds: float = 0,
        is_offline: bool = False,
        environ: Mapping[str, str] | None = None,
        index_of: Mapping[str, str] | None = None,
        direct: DirectReader | None = None,
        merges: bool = False,
    ) -> Iterator[Catalog]:
        """A catalog `seconds` after the first moment."""
        cache = CacheFolder(str(self.cache_dir))
        client = Client(
            environ=environ or {},
            tls_context=no_tls,
            timeout_seconds=5,
            policy=RetryPolicy(attempts=3, pause=lambda _: None),
        )

        def connect(shelf: Shelf) -> Retrieval:
            self.connections += 1
            return Retrieval(shelf, client, cache, self.builder)

        catalog = Catalog(
            self.indexes,
            only(self.target, ANY),
            connect,
            cache=cache,
            policy=CatalogPolicy(
                NOW + seconds, environ or {}, index_of or {}, is_offline, merges=merges
            ),
            direct=direct,
        )
        try:
            yield catalog
        finally:
            catalog.close()
            client.close()
            cache.close()
