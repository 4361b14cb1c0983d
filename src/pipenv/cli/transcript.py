"""Events as plain lines on stderr, and as one live line on a terminal."""

from __future__ import annotations

from _thread import allocate_lock  # `threading` is not needed by all commands

from pipenv import events
from pipenv.cli.diagnostics import printable
from pipenv.cli.phases import PHASE_EVENTS, Phases
from pipenv.cli.phases import size as size_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.console import Console
    from pipenv.events import Event


def _quote(program: str, text: str, console: Console) -> None:
    for line in text.rstrip().splitlines():
        console.say(f"  {program}: {printable(line)}", wraps=False)


class Transcript:
    """A reporter that writes to `console`. May be called from any thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = allocate_lock()
        self._phases = Phases()

    def __call__(self, event: Event) -> None:
        """Show `event` in the way that fits the console."""
        console = self._console
        if isinstance(event, PHASE_EVENTS) and console.verbosity >= 0:
            self._tell_of_phase(event)
        match event:
            case events.DownloadFinished(filename, size, was_cached):
                if was_cached:
                    console.detail(f"Using cached {filename}")
                else:
                    console.detail(f"Downloading {filename} ({size_text(size)})")
            case events.BuildOutput(package, text):
                if console.verbosity > 0:
                    _quote(package, text, console)
            case events.ProgramOutput(program, text):
                _quote(program, text, console)
            case events.DistributionInstalled(name, version):
                console.detail(f"Installed {name} {version}")
            case events.DistributionRemoved(name, version):
                console.detail(f"Removed {name} {version}")
            case events.Notice(_, text):
                console.say(f"{console.styled('notice:', 'yellow')} {printable(text)}")
            case events.Trace(text):
                console.detail(printable(text))

    def _tell_of_phase(self, event: Event) -> None:
        console = self._console
        with self._lock:
            lines, is_other = self._phases.note(event)
            if console.shows_progress:
                console.live(self._phases.line, at_once=is_other)
            else:
                for line in lines:
                    console.log(printable(line))
