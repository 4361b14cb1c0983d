"""Notices that are worth saying once in a run, however often they are true."""

from __future__ import annotations

from pipenv.events import Notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from pipenv.events import Event, Reporter


class SaidOnce:
    """Passes events on, but a notice of some codes only if it was not passed on before."""

    def __init__(self, report: Reporter, codes: Collection[str]) -> None:
        """Pass on to `report`; the notices with one of `codes` each once."""
        self._report = report
        self._codes = frozenset(codes)
        self._said: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Take one event."""
        if isinstance(event, Notice) and event.code in self._codes:
            if event.text in self._said:
                return
            self._said.add(event.text)
        self._report(event)
