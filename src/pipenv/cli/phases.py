"""What is going on, as one line of a given width (pure)."""

from __future__ import annotations

from pipenv import events
from pipenv.cli.summaries import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.events import Event

TITLES: Mapping[str, str] = {
    "resolve": "Resolving dependencies",
    "advice": "Looking for changes that would help",
    "download": "Downloading",
    "build": "Building",
    "install": "Installing",
    "audit": "Looking up vulnerabilities",
}
ELLIPSIS = "..."
"""In letters that every terminal has."""
_KILO = 1000


PHASE_EVENTS = (
    events.StageStarted,
    events.StageAdvanced,
    events.StageFinished,
    events.DownloadAdvanced,
    events.DownloadFinished,
)
"""What `Phases` takes."""


class _Phase:
    __slots__ = ("detail", "done", "files", "received_bytes", "stage", "subject", "total")

    def __init__(self, stage: str, total: int | None, subject: str) -> None:
        self.stage = stage
        self.total = total
        self.subject = subject
        """What makes it another one than those of the same stage."""
        self.detail = subject
        self.done = 0
        self.received_bytes = 0
        self.files = 0
        """How many of the downloads were none from the cache."""


class Phases:
    """The phases that have begun and not ended, the youngest last."""

    def __init__(self) -> None:
        self._open: list[_Phase] = []

    def note(self, event: Event) -> tuple[list[str], bool]:
        """Take one of `PHASE_EVENTS` into account.

        Returns:
            The lines of a log about it, and whether another phase is to be shown now.
        """
        before = self._open[-1] if self._open else None
        lines: list[str] = []
        match event:
            case events.StageStarted(stage, total, detail):
                self._open.append(_Phase(stage, total, detail))
                if stage not in {"download", "audit"}:  # nothing to do, perhaps; told of already
                    lines.append(_beginning(self._open[-1]))
            case events.StageFinished(stage, detail):
                ended = self._close(stage, detail)
                if ended is not None and ended.files:
                    lines.append(_received(ended))
            case events.StageAdvanced(stage, done, detail):
                phase = self._youngest(stage)
                if phase is not None:
                    phase.done, phase.detail = done, detail
            case events.DownloadAdvanced(filename, size_bytes):
                phase = self._youngest("download")
                if phase is not None:
                    if not phase.received_bytes and not phase.files:
                        lines.append(_beginning(phase))
                    phase.received_bytes += size_bytes
                    phase.detail = filename
            case events.DownloadFinished(_, _, _, was_cached):
                phase = self._youngest("download")
                if phase is not None:
                    phase.done += 1
                    phase.files += not was_cached
        return lines, before is not (self._open[-1] if self._open else None)

    def _youngest(self, stage: str) -> _Phase | None:
        for phase in reversed(self._open):
            if phase.stage == stage:
                return phase
        return None

    def _close(self, stage: str, subject: str) -> _Phase | None:
        for at in range(len(self._open) - 1, -1, -1):
            phase = self._open[at]
            if phase.stage == stage and phase.subject == subject:
                return self._open.pop(at)
        return None

    def line(self, columns: int) -> str:
        """The youngest phase in at most `columns`; ``""`` when there is none.

        What does not fit is left out, the least important first.
        """
        if not self._open:
            return ""
        phase = self._open[-1]
        title = TITLES.get(phase.stage, phase.stage)
        if phase.stage == "build":
            return cut(f"{title} {printable(phase.subject)}{ELLIPSIS}", columns)
        if phase.total:
            title += f" {min(phase.done + 1, phase.total)}/{phase.total}"
        elif phase.done:
            title += f" ({phase.done})"
        received = f", {size(phase.received_bytes)}" if phase.received_bytes > 0 else ""
        detail = f": {printable(phase.detail)}" if phase.detail else ELLIPSIS
        for text in (title + received + detail, title + received + ELLIPSIS):
            if width(text) <= columns:
                return text
        return cut(title + ELLIPSIS, columns)


def _beginning(phase: _Phase) -> str:
    title = TITLES.get(phase.stage, phase.stage)
    if phase.subject:
        title += f" {phase.subject}"
    elif phase.total:
        title += f" {counted(phase.total, 'package')}"
    return title + ELLIPSIS


def _received(phase: _Phase) -> str:
    return f"Downloaded {counted(phase.files, 'file')} ({size(phase.received_bytes)})"


def printable(text: str) -> str:
    """`text` as one line, without what a server could repaint a terminal with."""
    return "".join(each if each.isprintable() else " " for each in text)


def size(count_bytes: int) -> str:
    """A number of bytes for people, with the decimal units that indexes use."""
    if count_bytes < _KILO * _KILO:
        return f"{count_bytes / _KILO:.0f} kB"
    if count_bytes < _KILO**3:
        return f"{count_bytes / _KILO**2:.1f} MB"
    return f"{count_bytes / _KILO**3:.2f} GB"


def width(text: str) -> int:
    """How many columns a text takes at most: what is not ASCII may take two."""
    if text.isascii():
        return len(text)
    return sum(1 if each.isascii() else 2 for each in text)


def cut(text: str, columns: int) -> str:
    """A text, or as much of its beginning as fits in `columns` with an ellipsis."""
    if width(text) <= columns:
        return text
    room = columns - len(ELLIPSIS)
    if room <= 0:
        return ELLIPSIS[: max(columns, 0)]
    kept = text[:room]
    while width(kept) > room:
        kept = kept[:-1]
    return kept + ELLIPSIS
