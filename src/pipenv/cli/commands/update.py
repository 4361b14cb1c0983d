"""``pipenv update``: lock the newest versions, all or the named ones, and install them."""

from __future__ import annotations

from pipenv.cli import options, summaries
from pipenv.cli.named_packages import named_additions
from pipenv.operations import upgrade as operation
from pipenv.operations.change import target_categories
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``update``."""
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="what to move")
    options.add_options(parser, (*options.MOVING, options.BARE, options.OUTDATED, options.DRY_RUN))


def run(context: Context) -> int:
    """Update, or tell what an update would do: then 1 if there is anything."""
    named = context.chosen_categories()
    categories = target_categories(dev=context.settings.flag("dev"), named=named)
    if context.values.get("outdated") or context.values.get("dry_run"):
        with context.session(context.require_project()) as session:
            found = operation.outdated(session, ("packages", *categories))
            for each in found:
                context.console.data(
                    f"Package '{each.name}' out-of-date: '{each.installed}' installed, "
                    f"'{each.available}' available."
                )
            if not found:
                context.console.data("All packages are up to date!")
            return 1 if found else 0
    with context.session(context.project_here()) as session, changing(session):
        additions, sources = named_additions(context, session)
        if context.settings.flag("dev") and not named and not additions:
            categories = ("packages", *categories)
        request = operation.UpgradeRequest(
            additions=additions,
            sources=sources,
            categories=categories,
            everything=not additions,
            edits_pipfile=not context.settings.flag("lock_only"),
            installs=True,
        )
        outcome = operation.upgrade(session, request)
        summaries.say_changed(context.console, outcome)
        if context.console.machine_form is not None:
            context.console.data(context.console.machine_form.changed(outcome))
    return 0
