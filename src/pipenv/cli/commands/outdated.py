"""``pipenv outdated``: what could be newer, and what stands in the way."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.cli.wrapped_table import table
from pipenv.operations.outdated import outdated_packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.outdated import Outdated, OutdatedPackages

EVERYTHING = options.Option(("--all",), "everything", "also what only other packages need")
_DAY = 24 * 3600
HEADINGS = ("package", "current", "wanted", "latest", "released", "section", "blocked by")


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``outdated``."""
    options.add_options(parser, (*options.COMMON, options.PRE, EVERYTHING, options.JSON))


def run(context: Context) -> int:
    """Print a table; the status is 0 whatever is in it (``update --outdated`` tells by status)."""
    console = context.console
    with context.session(context.require_project()) as session:
        found = outdated_packages(session, everything=bool(context.values.get("everything")))
        is_offline, now = session.settings.flag("offline"), session.now
    if console.machine_form is not None:
        console.data(console.machine_form.outdated(found))
        return 0
    if found.packages:
        rows = [_row(each, now) for each in found.packages]
        console.data(table(HEADINGS, rows, console.page_width))
    else:
        console.say(console.success("everything is up to date"))
    for notice in _notices(found, now, is_offline=is_offline):
        console.say(f"notice: {notice}")
    return 0


def _notices(found: OutdatedPackages, now: float, *, is_offline: bool) -> Iterator[str]:
    if found.is_stale:
        yield "Pipfile.lock does not belong to the Pipfile; `pipenv lock` makes it anew"
    if is_offline and found.asked_at is not None:
        yield f"nobody was asked: what counts is from the cache, the oldest {_age(now, found)}"


def _age(now: float, found: OutdatedPackages) -> str:
    seconds = max(0.0, now - (found.asked_at or now))
    if seconds < _DAY:
        hours = int(seconds // 3600)
        return "less than an hour old" if not hours else f"{hours} h old"
    return f"from {age(seconds)}"


def _row(each: Outdated, now: float) -> tuple[str, ...]:
    return (
        each.name,
        each.current,
        each.wanted or "(not needed)",
        each.latest,
        "" if each.released is None else age(now - each.released),
        ", ".join(each.categories),
        "; ".join(each.blocked_by),
    )


def age(seconds: float) -> str:
    """A length of time in its largest unit, as ``3 months ago``."""
    days = max(0, int(seconds // _DAY))
    for unit, length in (("year", 365), ("month", 30), ("day", 1)):
        count = days // length
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "today"
