"""What the cache knows of packages from the sources of a lock. Nobody is asked."""

from __future__ import annotations

from pipenv.index.known_metadata import unpack_metadata
from pipenv.index.pages import PageStore
from pipenv.models.markers import Marker
from pipenv.models.requirements import Requirement
from pipenv.models.specifiers import parse_specifiers
from pipenv.network.source_urls import source_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipenv.index.pages import Page
    from pipenv.lockfile.schema import Lockfile
    from pipenv.operations.session import Session


class KeptPages:
    """The pages of earlier runs, however old."""

    def __init__(self, session: Session, lockfile: Lockfile) -> None:
        """Look at the pages of the sources of `lockfile`, or of the default index."""
        self._store = PageStore(session.cache_folder())
        sources = lockfile.sources or (session.default_index(),)
        self._urls = [
            source_address(each.url, session.environ).url.rstrip("/")
            for each in session.mirrored(tuple(sources))
        ]

    def page(self, key: str) -> Page | None:
        """The page of the first source that has the package (canonical name)."""
        return next(self._pages(key), None)

    def requires(self, key: str, version: str) -> Sequence[Requirement] | None:
        """What a version needs; `None` where that was never looked at."""
        for page in self._pages(key):
            packed = page.metadata(version)
            known = None if packed is None else unpack_metadata(packed)
            if known is not None:
                return [
                    Requirement(
                        name,
                        extras,
                        parse_specifiers(specifiers),
                        None if tree is None else Marker.from_tree(tree),
                        address,
                    )
                    for name, extras, specifiers, tree, address in known.requires
                ]
        return None

    def _pages(self, key: str) -> Iterator[Page]:
        for url in self._urls:
            page = self._store.load(url, key)
            if page is not None and not page.is_absent:
                yield page
