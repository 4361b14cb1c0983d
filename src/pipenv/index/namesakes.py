"""Names that more than one source of a project has, though nothing says which of them is meant.

A file of the same name and version may then come from somebody else: dependency confusion. Indexes
can say that it is the same project (PEP 708); then nobody needs to hear of it.
"""

from __future__ import annotations

from pipenv.index.project_notes import read_locations
from pipenv.models.records import NamedTuple
from pipenv.network.responses import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from pipenv.index.catalog import Catalog
    from pipenv.index.pages import Page
    from pipenv.index.shelf import Source

_MOST_BYTES = 128 * 1024 * 1024


class Namesake(NamedTuple):
    """A name on two sources."""

    name: str
    used: str
    """The source whose package counts."""
    other: str


def find_namesakes(
    catalog: Catalog, names: Iterable[str], public_urls: Collection[str]
) -> Iterator[Namesake]:
    """Yield those of some packages that another source has, too. At most one request for each.

    Only the next source after the one that answered is asked: those before it do not know the
    name. An index for everybody is not asked, for it may be none of its business.

    Args:
        catalog: has found them.
        names: canonical; those that are tied to a source, or were not asked for, do not count.
        public_urls: of indexes for everybody.
    """
    sources = catalog.shelf.sources
    asked: list[tuple[Page, Source, Source]] = []
    for name in names:
        page = catalog.found_page(name)
        if page is None or catalog.shelf.tie_of(name) is not None:
            continue
        for at, source in enumerate(sources):
            if source.url == page.index_url and source is not sources[-1]:
                following = sources[at + 1]
                if following.url not in public_urls and following.url != source.url:
                    asked.append((page, source, following))
                break
    pages = catalog.pages_on([(following, page.name) for page, _, following in asked])
    for (page, used, following), other in zip(asked, pages, strict=True):
        if other is None or other.is_absent:
            continue
        if not _are_the_same(catalog, page, other):
            yield Namesake(page.name, used.name, following.name)


def _are_the_same(catalog: Catalog, one: Page, other: Page) -> bool:
    return _url(other) in _locations(catalog, one) or _url(one) in _locations(catalog, other)


def _url(page: Page) -> str:
    return f"{page.index_url}/{page.name}"


def _locations(catalog: Catalog, page: Page) -> frozenset[str]:
    content = catalog.shelf.store.load_answer(page)
    answer = page.answer
    if content is None or answer is None:
        return frozenset()
    return read_locations(
        answer.content_type, decoded(content, answer.coding, _MOST_BYTES, answer.url)
    )
