"""``pipenv requirements``: the lock as a requirements file, on stdout."""

from __future__ import annotations

from pipenv.cli.options import CATEGORIES, COMMON, DEV, Option, add_options
from pipenv.cli.requirement_text import print_requirements
from pipenv.operations.requirements_export import ExportRequest, chosen_categories
from pipenv.settings import split_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

OPTIONS = (
    *COMMON,
    DEV,
    CATEGORIES,
    Option(("--dev-only",), "dev_only", "the development packages alone"),
    Option(("--hash",), "hashes", "with the hashes of the lock"),
    Option(("--exclude-markers",), "exclude_markers", "without markers"),
    Option(("--exclude-index",), "exclude_index", "without the lines that name the indexes"),
    Option(("--from-pipfile",), "from_pipfile", "only what the Pipfile lists itself"),
    Option(("--no-lock",), "no_lock", "what the Pipfile says, not the lock"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``requirements``."""
    add_options(parser, OPTIONS)


def run(context: Context) -> int:
    """Print the lines.

    Raises:
        LockfileNotFound: there is no lock, and no ``--no-lock``.
    """
    values = context.values  # no variables: what is printed depends on the line alone
    request = ExportRequest(
        categories=chosen_categories(
            dev=bool(values.get("dev")),
            dev_only=bool(values.get("dev_only")),
            named=split_words(values.get("categories") or ""),
        ),
        hashes=bool(values.get("hashes")),
        markers=not values.get("exclude_markers"),
        sources=not values.get("exclude_index"),
        only_listed=bool(values.get("from_pipfile")),
        no_lock=bool(values.get("no_lock")),
    )
    with context.session(context.project_here()) as session:
        print_requirements(context, session, request)
    return 0
