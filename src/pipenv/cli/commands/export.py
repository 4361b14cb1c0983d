"""``pipenv export``: Pipfile or lock in the form of another tool."""

from __future__ import annotations

import os

from pipenv.cli.options import COMMON, Option, add_options
from pipenv.errors import UsageError
from pipenv.operations.pyproject_export import export_pyproject, write_pyproject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

OPTIONS = (
    *COMMON,
    Option(("--to",), "export_form", "pyproject (the default), requirements or pylock", "FORM"),
    Option(("-o", "--output"), "output", "the file to write instead of stdout", "FILE"),
)


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``export``."""
    add_options(parser, OPTIONS)


def run(context: Context) -> int:
    """Print the Pipfile as ``pyproject.toml``, or the lock as one of the other two.

    Raises:
        UsageError: the form is not known.
    """
    form = str(context.values.get("export_form") or "pyproject").lower()
    form = form.removesuffix(".toml").removesuffix(".txt")
    output = context.settings.text("output")
    if form == "requirements" and output is None:
        return context.carry_out("requirements")
    if form == "pylock":
        context.values = {**context.values, "generate": True, "output": output or "-"}
        return context.carry_out("pylock")
    if form != "pyproject":
        raise UsageError(
            f"`{form}` is no form that is written"
            if form != "requirements"
            else "requirements are printed: send them to a file with `>`",
            hints=["write --to pyproject, --to requirements or --to pylock"],
        )
    with context.session(context.require_project()) as session:
        text = export_pyproject(session)
    if output is None or output == "-":
        context.console.data(text.rstrip("\n"))
        return 0
    path = os.path.join(context.cwd, output)
    write_pyproject(path, text)
    context.console.say(context.console.success(f"Wrote {path}"))
    return 0
