"""What the core tells while it works.

Events are values, not sentences; the renderers in `pipenv.cli` make the sentences.  They may come
from worker threads.  A reporter returns quickly, takes its own lock and never raises.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class StageStarted(NamedTuple):
    """A phase of the work begins: ``resolve``, ``download``, ``build`` or ``install``."""

    stage: str
    total: int | None = None
    """How many steps it will have, where known."""
    detail: str = ""


class StageAdvanced(NamedTuple):
    """One more step of a phase is done."""

    stage: str
    done: int
    detail: str = ""


class StageFinished(NamedTuple):
    """A phase of the work ended."""

    stage: str
    detail: str = ""
    """The same as when it began."""


class DownloadAdvanced(NamedTuple):
    """A piece of a file has come."""

    filename: str
    size_bytes: int
    """Of this piece; negative where pieces have to come again."""


class DownloadFinished(NamedTuple):
    """A file is in the cache."""

    name: str
    """The package's."""
    filename: str
    size_bytes: int
    """0 where only the unpacked wheel is left of it."""
    was_cached: bool


class BuildOutput(NamedTuple):
    """Lines that a build backend printed."""

    package: str
    text: str


class ProgramOutput(NamedTuple):
    """A line that a program printed which works for the user, such as pyenv."""

    program: str
    text: str


class DistributionInstalled(NamedTuple):
    """A distribution is in the environment."""

    name: str
    version: str


class DistributionRemoved(NamedTuple):
    """A distribution is no longer in the environment."""

    name: str
    version: str


class Notice(NamedTuple):
    """A warning or a remark for the user."""

    code: str
    """Stable, for example ``yanked``."""
    text: str


class Trace(NamedTuple):
    """A detail shown only when asked for."""

    text: str


Event = (
    StageStarted
    | StageAdvanced
    | StageFinished
    | DownloadAdvanced
    | DownloadFinished
    | BuildOutput
    | ProgramOutput
    | DistributionInstalled
    | DistributionRemoved
    | Notice
    | Trace
)

if TYPE_CHECKING:
    Reporter = Callable[[Event], None]
    Confirm = Callable[[str], bool | None]
    """Asks the user; `None` where there is nobody to ask."""


def silent(event: Event) -> None:
    """Ignore `event`; the default reporter of everything."""
    del event
