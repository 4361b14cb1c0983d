"""Events as plain lines on stderr, and as one live line on a terminal."""

from __future__ import annotations

from pipenv import events
from pipenv.cli.diagnostics import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pipenv.cli.console import Console
    from pipenv.events import Event

STAGES = {
    "resolve": "Resolving dependencies",
    "advice": "Looking for changes that would help",
    "download": "Downloading",
    "build": "Building",
    "install": "Installing",
    "audit": "Looking up vulnerabilities",
}


def _quote(program: str, text: str, write: Callable[[str], None]) -> None:
    for line in text.rstrip().splitlines():
        write(f"  {program}: {printable(line)}")


class Transcript:
    """A reporter that writes to `console`. May be called from any thread."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, event: Event) -> None:
        """Show `event` in the way that fits the console."""
        console = self._console
        match event:
            case events.StageStarted(stage, total, detail):
                count = f" ({total})" if total else ""
                console.live(f"{STAGES.get(stage, stage)}{count} {detail}".rstrip() + "…")
            case events.StageAdvanced(stage, done, detail):
                console.live(f"{STAGES.get(stage, stage)}: {done} {detail}".rstrip())
            case events.StageFinished():
                console.end_live()
            case events.DownloadFinished(name, filename, size, was_cached):
                # Two lines at once: programs that follow the log take the file for the name's.
                verb = "Using cached" if was_cached else "Downloading"
                shown = f"{size / 1000:.0f} kB" if size else "unpacked"
                console.detail(f"Collecting {name}\n  {verb} {filename} ({shown})")
            case events.BuildOutput(package, text):
                _quote(package, text, console.detail)
            case events.ProgramOutput(program, text):
                _quote(program, text, console.say)
            case events.DistributionInstalled(name, version):
                console.detail(f"Installed {name} {version}")
            case events.DistributionRemoved(name, version):
                console.detail(f"Removed {name} {version}")
            case events.Notice(_, text):
                console.say(f"{console.styled('notice:', 'yellow')} {printable(text)}")
            case events.Trace(text):
                console.detail(printable(text))
