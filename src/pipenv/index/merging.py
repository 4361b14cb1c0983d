"""The pages of one name on several sources, as if they were one: their versions count together."""

from __future__ import annotations

from pipenv.index.pages import Freshness, Listing, Page
from pipenv.index.upload_times import pack_moments
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.index.admission import Kind
    from pipenv.models.versions import VersionKey


class MergedPage(Page):
    """All versions of several pages. Never kept; questions about a version go to its `places`."""

    __slots__ = ("_places",)

    def __init__(self, pages: Sequence[Page]) -> None:
        """Merge; the pages are of one name, and in the order of their sources."""
        places: dict[VersionKey, list[tuple[Page, int]]] = {}
        for page in pages:
            for position, text in enumerate(page.listing.texts):
                places.setdefault(version_key(text), []).append((page, position))
        ordered = [places[key] for key in sorted(places)]
        super().__init__("", pages[0].name, Freshness(0.0), _listing(ordered), None)
        self._places = {_text(each[0]): each for each in ordered}

    def places(self, version: str) -> list[tuple[Page, str]]:
        """The pages that have a version, given as in `listing`, and how they spell it."""
        return [(page, page.listing.texts[at]) for page, at in self._places.get(version, ())]


def _text(place: tuple[Page, int]) -> str:
    page, position = place
    return page.listing.texts[position]


def _listing(ordered: Sequence[Sequence[tuple[Page, int]]]) -> Listing:
    kinds: dict[Kind, int] = {}
    versions = []
    uploaded: list[int | None] = []
    prereleases = yanked = 0
    for position, places in enumerate(ordered):
        numbers = {
            kinds.setdefault(kind, len(kinds))
            for page, at in places
            for kind in page.listing.kinds_at(at)
        }
        versions.append(tuple(sorted(numbers)))
        page, at = places[0]
        prereleases |= (page.listing.prereleases >> at & 1) << position
        if all(page.listing.yanked >> at & 1 for page, at in places):
            yanked |= 1 << position
        times = [page.listing.uploaded_at(at) for page, at in places]
        known = [each for each in times if each is not None]
        uploaded.append(min(known) if len(known) == len(times) else None)
    texts = [_text(places[0]) for places in ordered]
    return Listing(
        texts, prereleases, yanked, (tuple(kinds), tuple(versions)), pack_moments(uploaded)
    )
