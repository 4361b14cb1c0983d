"""``pipenv outdated``: what could be newer, and what stands in the way."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.operations.outdated import outdated_packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.outdated import Outdated

EVERYTHING = options.Option(("--all",), "everything", "also what only other packages need")
_DAY = 24 * 3600
HEADINGS = ("package", "current", "wanted", "latest", "released", "section", "blocked by")


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``outdated``."""
    options.add_options(parser, (*options.COMMON, options.PRE, EVERYTHING, options.JSON))


def run(context: Context) -> int:
    """Print a table; the status is 0 whatever is in it."""
    with context.session(context.require_project()) as session:
        found = outdated_packages(session, everything=bool(context.values.get("everything")))
        now = session.now
    form = context.console.machine_form
    if form is not None:
        context.console.data(form.outdated(found))
    elif found:
        context.console.data("\n".join(_table(found, now)))
    else:
        context.console.say(context.console.success("everything is up to date"))
    return 0


def _table(found: Sequence[Outdated], now: float) -> list[str]:
    rows = [HEADINGS, *(_row(each, now) for each in found)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADINGS) - 1)]
    return ["  ".join(map(str.ljust, row, [*widths, 0])).rstrip() for row in rows]


def _row(each: Outdated, now: float) -> tuple[str, ...]:
    wanted = each.wanted or "(not needed)"
    blocked = "; ".join(each.blocked_by)
    released = "" if each.released is None else age(now - each.released)
    return (
        each.name,
        each.current,
        wanted,
        each.latest,
        released,
        ", ".join(each.categories),
        blocked,
    )


def age(seconds: float) -> str:
    """A length of time in its largest unit, as ``3 months ago``."""
    days = max(0, int(seconds // _DAY))
    for unit, length in (("year", 365), ("month", 30), ("day", 1)):
        count = days // length
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "today"
