"""``pipenv open MODULE``: an installed module in the user's editor."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.errors import UsageError
from pipenv.operations import module_files
from pipenv.operations.environment import ensure_for_use

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``open``."""
    options.add_options(parser, options.COMMON)
    parser.add_argument("module", nargs="?", metavar="MODULE", help="name of a module, with dots")


def run(context: Context) -> int:
    """Find the module by looking at the environment's folders and open it.

    Raises:
        UsageError: no module is named.
    """
    module = context.values.get("module")
    if module is None:
        raise UsageError(
            "the following arguments are required: module", hints=["pipenv open MODULE"]
        )
    with context.session(context.installed_project()) as session:
        path = module_files.find_module(str(module), ensure_for_use(session), session.project.root)
    if path is None:
        context.console.data("Module not found!")
        return 1
    context.console.data(f"Opening '{path}' in your EDITOR.")
    return module_files.edit(path, context.environ)
