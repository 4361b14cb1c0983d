"""``[pipenv] audit-ignore``: vulnerabilities that are known, and are not to be told of."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "audit-ignore"


class Ignored(NamedTuple):
    """A decision not to be told of something."""

    id: str
    """Any of its names, in any case."""
    reason: str = ""
    until: str = ""
    """The last day on which it counts, as ``2026-12-31``; empty for ever."""

    def is_over(self, today: str) -> bool:
        """Whether it has ceased to count by `today`, in the same form."""
        return bool(self.until) and self.until < today


def ignored_in(settings: Mapping[str, object]) -> tuple[Ignored, ...]:
    """Return the decisions of a valid ``[pipenv]`` table, in file order."""
    entries = settings.get(KEY)
    found = []
    for each in entries if isinstance(entries, list) else ():
        table = each if isinstance(each, dict) else {"id": each}
        found.append(
            Ignored(
                str(table.get("id", "")).strip(),
                str(table.get("reason", "")).strip(),
                str(table.get("until", "")),
            )
        )
    return tuple(found)
