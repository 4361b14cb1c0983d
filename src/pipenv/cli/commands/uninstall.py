"""``pipenv uninstall``: take packages out of the Pipfile, the lock and the environment."""

from __future__ import annotations

import difflib

from pipenv.cli import options, summaries
from pipenv.cli.named_packages import named_words
from pipenv.errors import RequestRefused
from pipenv.operations import change
from pipenv.operations.additions import named_removals
from pipenv.operations.exclusive import changing
from pipenv.operations.names_here import NamesHere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

ALL_DEV = options.Option(("--all-dev",), "all_dev", "remove every development package")
EVERYTHING = options.Option(
    ("--all",), "everything", "empty the environment; Pipfile and lock stay as they are"
)


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``uninstall``."""
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="what to remove")
    options.add_options(
        parser,
        (
            *options.COMMON,
            options.DEV,
            options.CATEGORIES,
            options.EDITABLE,
            ALL_DEV,
            EVERYTHING,
            options.DRY_RUN,
            options.SKIP_LOCK,
            *options.FOR_PIP,
            options.EXTRAS,
            options.PRE,
        ),
    )


def run(context: Context) -> int:
    """Remove packages.

    Raises:
        RequestRefused: nothing is named.
    """
    packages, editables = context.texts("packages"), context.texts("editables")
    values = context.values
    if (
        not packages
        and not editables
        and not values.get("all_dev")
        and not values.get("everything")
    ):
        raise RequestRefused("No package provided!", hints=["name one, or use --all or --all-dev"])
    with context.session(context.require_project()) as session, changing(session):
        if values.get("everything"):
            outcome = change.empty_environment(session)
        else:
            outcome = change.remove(
                session,
                named_removals(named_words(context, session), session.pipfile()),
                categories=change.target_categories(
                    dev=context.settings.flag("dev"), named=context.chosen_categories()
                ),
                all_dev=bool(values.get("all_dev")),
            )
        for name in outcome.dropped_entries:
            verb = "Would remove" if session.is_rehearsal else "Removed"
            context.console.data(f"{verb} {name} from Pipfile.")
        summaries.say_changed(context.console, outcome)
        _say_unknown(context, outcome.unknown)
    return 0


def _say_unknown(context: Context, names: Sequence[str]) -> None:
    known = NamesHere(context.cwd, context.environ).packages() if names else []
    for name in names:
        context.console.say(f"notice: `{name}` is neither listed, nor locked, nor installed")
        close = difflib.get_close_matches(name, known, n=1)
        if close:
            context.console.say(f"hint: did you mean `{close[0]}`?")
