"""May a file be seen at all, by the time of its upload: cool-downs, and the past. Pure.

A cool-down hides what is younger than some days: attacks are usually found within the first. A
moment in the past hides what came later, so that a lock can be made as it would have been then; a
cool-down counts from that moment. Files of which the index does not tell the time are seen.
"""

from __future__ import annotations

from datetime import date, datetime, time, timezone

from pipenv.errors import InvalidValue
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.models.artifacts import Artifact

_DAY = 86_400


class CutOff(NamedTuple):
    """From when on files are hidden. Times are whole seconds since the epoch."""

    now: int
    """The moment that counts as the present."""
    as_of: str | None = None
    """That moment as the user wrote it; `None` if it is the real present."""
    cool_down_days: int = 0
    exempt: frozenset[str] = frozenset()
    """Canonical names that the cool-down does not concern."""

    def latest(self, name: str) -> int | None:
        """Return the last moment whose files are seen, `None` when all are."""
        if self.cool_down_days and name not in self.exempt:
            return self.now - self.cool_down_days * _DAY
        return self.now if self.as_of is not None else None

    def reason(self, uploaded_at: int | None) -> str:
        """Say why a version is hidden whose first file was uploaded then.

        Completes a sentence about the version.
        """
        if uploaded_at is None:
            return "has only files that are hidden by the time of their upload"
        if uploaded_at > self.now and self.as_of is not None:
            return f"was uploaded on {_day(uploaded_at)}, after {self.as_of}"
        days = max(self.now - uploaded_at, 0) // _DAY
        ago = f"{days} day{'' if days == 1 else 's'}" if days else "less than a day"
        when = "ago" if self.as_of is None else f"before {self.as_of}"
        period = f"{self.cool_down_days} day{'' if self.cool_down_days == 1 else 's'}"
        return f"was uploaded {ago} {when}, inside the cool-down of {period}"

    def seen(self, name: str, files: Sequence[Artifact]) -> tuple[Artifact, ...]:
        """Return the files of a version that are not hidden."""
        latest = self.latest(name)
        if latest is None:
            return tuple(files)
        return tuple(each for each in files if _uploaded_at(each) <= latest)


def parse_moment(text: str) -> int:
    """Read a date (its end counts, in UTC) or a date and time (UTC unless it says otherwise).

    Raises:
        InvalidValue: it is neither.
    """
    words = text.strip()
    try:
        if len(words) == len("2026-08-01"):
            return int(
                datetime.combine(
                    date.fromisoformat(words), time(23, 59, 59), timezone.utc
                ).timestamp()
            )
        return _seconds(words)
    except (ValueError, OverflowError):
        raise InvalidValue(
            f"`{text}` is neither a date nor a date and time",
            hints=["write it like 2026-08-01 or 2026-08-01T12:00:00Z"],
        ) from None


def _seconds(text: str) -> int:
    moment = datetime.fromisoformat(f"{text[:-1]}+00:00" if text[-1:] in {"Z", "z"} else text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


def _uploaded_at(file: Artifact) -> int:
    """When a file was uploaded; 0 if that is not known."""
    text = file.upload_time or ""
    try:
        return _seconds(text[:19] + "Z")
    except (ValueError, OverflowError):
        return 0


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).date().isoformat()
