"""From an index's answer to a page: decompress, decode, group, pick the files of one version.

The heaviest work of a run without a cache, and Python does it in one thread at a time. So where
that helps it is shared with forked processes: they are given the answer and give the page back in
its packed form. Each desk of a `MakingRoom` is a place for one page at a time; whatever goes wrong
at the desk of another process is done again at our own.
"""

from __future__ import annotations

import marshal

from pipenv.desks import Desks
from pipenv.errors import MalformedPage
from pipenv.index._json_decoding import decode_outline
from pipenv.index.grouping import group
from pipenv.index.pages import Answer, Freshness, Page, unpack_page
from pipenv.index.project_notes import read_status
from pipenv.index.simple_api import parse_artifacts, parse_outline
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import parse_specifiers
from pipenv.network.client import MAX_PAGE_BYTES
from pipenv.network.responses import decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.desks import Desk
    from pipenv.index._json_decoding import ListedFile
    from pipenv.models.specifiers import SpecifierSet

    Guess = Callable[[Page, str | None, Sequence[SpecifierSet]], str | None]
    """Page, version that is wished for, specifiers → the version that is likely to be picked."""
    Keep = Callable[[Page, bytes], None]
    """Keeps the answer that a page was made of."""

_MANY_BYTES = 4_000_000
"""From here on the fast decoder of pages is worth its import."""
_MARSHAL_VERSION = 4


class PageTask(NamedTuple):
    """An answer to make a page of; plain values, which go through `marshal`."""

    index_url: str
    name: str
    freshness: tuple[float, int, str | None, str | None]
    """As `Freshness` takes them."""
    answer: tuple[str, str, str, int]
    """As `Answer` takes them."""
    shown: str
    """Name and address of the page, for messages."""
    version: str | None
    """The one that will be picked, if that is known."""
    specifiers: tuple[str, ...]
    content: bytes
    """As it was sent."""


class PageMaker:
    """Makes pages; one for a process, which is used by one thread at a time."""

    def __init__(self, guess: Guess, keep: Keep) -> None:
        self._guess = guess
        self._keep = keep
        self._decoded_bytes = 0

    def make(self, task: PageTask) -> Page:
        """Make a page, with the files of its likely version.

        Raises:
            MalformedPage: the answer is no page of a project.
        """
        answer = Answer(*task.answer)
        body = decoded(task.content, answer.coding, MAX_PAGE_BYTES, task.shown)
        answer.status = read_status(answer.content_type, body)
        decode = self._outline_decoder(len(body))
        rows = parse_outline(answer.content_type, body, task.shown, decode=decode)
        grouping = group(rows, task.name)
        freshness = Freshness(*task.freshness)
        page = Page(task.index_url, task.name, freshness, grouping.listing, answer)
        likely = self._guess(page, task.version, [*map(parse_specifiers, task.specifiers)])
        if likely is not None:
            names = grouping.filenames(likely)
            found = parse_artifacts(answer.content_type, body, answer.url, filenames=names)
            page.keep_artifacts(likely, found)
        self._keep(page, task.content)
        return page

    def serve(self, packed_task: bytes) -> bytes:
        """Make a page at the desk of another process; ``b""`` when nothing came of it."""
        task = PageTask(*marshal.loads(packed_task))  # noqa: S302 - from our own process
        try:
            return self.make(task).packed()
        except MalformedPage:
            return b""

    def _outline_decoder(self, size_bytes: int) -> Callable[[bytes], Sequence[ListedFile]]:
        """The decoder for a page: the fast one once there is enough to do for it."""
        self._decoded_bytes += size_bytes
        if self._decoded_bytes < _MANY_BYTES:
            return decode_outline
        from pipenv.index.typed_outline import decode_typed_outline  # noqa: PLC0415 - see there

        return decode_typed_outline


class MakingRoom:
    """The desks where pages are made. May be used from several threads."""

    def __init__(self, guess: Guess, keep: Keep, *, processes: int) -> None:
        """Prepare, and fork: to be called before there are threads.

        Args:
            guess: tells which version's files are wanted.
            keep: is given the page and its answer when both are sound.
            processes: how many to fork; fewer are used where that is not possible.
        """
        self._maker = PageMaker(guess, keep)
        self._desks = Desks(self._maker.serve, processes, own_below=2)

    def make(self, task: PageTask) -> Page:
        """Make a page as soon as a desk is free.

        Raises:
            MalformedPage: the answer is no page of a project.
        """
        with self._desks.take() as desk:
            page = None if desk.is_own else _made_at(desk, task)
            return self._maker.make(task) if page is None else page

    def close(self) -> None:
        """End the processes."""
        self._desks.close()


def _made_at(desk: Desk, task: PageTask) -> Page | None:
    packed = desk.ask(marshal.dumps(tuple(task), _MARSHAL_VERSION))
    page = unpack_page(packed, task.index_url, task.name) if packed else None
    if page is not None:
        page.is_changed = True
    return page
