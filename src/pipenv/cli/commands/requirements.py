"""``pipenv requirements``: print what is locked as a requirements file."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.operations.requirements_export import RequirementsRequest, requirements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

Option = options.Option
OPTIONS = (
    options.DEV,
    Option(("--dev-only",), "dev_only", "the development packages alone"),
    Option(("--hash",), "hash", "add the hashes of the lock"),
    Option(("--exclude-markers",), "exclude_markers", "leave markers out"),
    Option(("--exclude-index",), "exclude_index", "leave the lines about indexes out"),
    options.CATEGORIES,
    Option(("--from-pipfile",), "from_pipfile", "leave out what only other packages need"),
    Option(("--no-lock",), "no_lock", "what the Pipfile lists, with its own specifiers"),
    options.MIRROR,
    options.VERBOSE,
    options.QUIET,
)


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``requirements``."""
    options.add_options(parser, OPTIONS)


def run(context: Context) -> int:
    """Print the lines, and nothing else."""
    values = context.values
    categories: tuple[str, ...]
    if named := context.settings.words("categories"):
        categories = named
    elif context.settings.flag("dev_only"):
        categories = ("develop",)
    elif context.settings.flag("dev"):
        categories = ("develop", "default")
    else:
        categories = ("default",)
    request = RequirementsRequest(
        categories,
        hashes=bool(values.get("hash")),
        markers=not values.get("exclude_markers"),
        indexes=not values.get("exclude_index"),
        only_listed=bool(values.get("from_pipfile")),
        from_pipfile=bool(values.get("no_lock")),
    )
    with context.session(context.project_here()) as session:
        lines = requirements(session, request)
    if lines:
        context.console.data("\n".join(lines))
    return 0
