"""From an index's answer to a page: decompress, decode, group, pick the files of one version.

The heaviest work of a run without a cache, and Python does it in one thread at a time. So where
that helps it is shared with forked processes: they are given the answer and give the page back in
its packed form. Each desk of a `MakingRoom` is a place for one page at a time; whatever goes wrong
at the desk of another process is done again at our own.
"""

from __future__ import annotations

import marshal
import os
import sys
import threading

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
from pipenv.processes import fork_worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipenv.index._json_decoding import ListedFile
    from pipenv.models.specifiers import SpecifierSet
    from pipenv.processes import ForkedWorker

    Guess = Callable[[Page, str | None, Sequence[SpecifierSet]], str | None]
    """Page, version that is wished for, specifiers → the version that is likely to be picked."""
    Keep = Callable[[Page, bytes], None]
    """Keeps the answer that a page was made of."""

_MANY_BYTES = 4_000_000
"""From here on the fast decoder of pages is worth its import."""
_MOST_PROCESSES = 3
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
        self._workers: list[ForkedWorker] = []
        for _ in range(processes):
            worker = fork_worker(self._maker.serve)
            if worker is None:
                break
            self._workers.append(worker)
        self._free: list[ForkedWorker | None] = [*self._workers]
        if len(self._workers) < 2:
            self._free.insert(0, None)  # our own process
        self._change = threading.Condition(threading.Lock())

    def make(self, task: PageTask) -> Page:
        """Make a page as soon as a desk is free.

        Raises:
            MalformedPage: the answer is no page of a project.
        """
        with self._change:
            while not self._free:
                self._change.wait()
            worker = self._free.pop()
        try:
            page = None if worker is None else _made_by(worker, task)
            return self._maker.make(task) if page is None else page
        finally:
            with self._change:
                # A process that is gone leaves its desk to our own.
                self._free.append(worker if worker is not None and worker.is_alive else None)
                self._change.notify()

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()


def useful_processes() -> int:
    """How many processes besides our own are worth forking: none where that is dangerous."""
    if sys.platform != "linux":
        return 0  # the libraries of other systems do not survive a fork
    return max(0, min(len(os.sched_getaffinity(0)) - 1, _MOST_PROCESSES))


def _made_by(worker: ForkedWorker, task: PageTask) -> Page | None:
    packed = worker.ask(marshal.dumps(tuple(task), _MARSHAL_VERSION))
    page = unpack_page(packed, task.index_url, task.name) if packed else None
    if page is not None:
        page.is_changed = True
    return page
