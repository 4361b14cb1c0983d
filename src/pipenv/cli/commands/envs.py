"""``pipenv --envs``: the names of the environment variables that count."""

from __future__ import annotations

from pipenv.variables import all_variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def run(context: Context) -> int:
    """Print them, one a line."""
    console = context.console
    if console.machine_form is not None:
        told = [{"name": name, "help": text} for name, text in all_variables()]
        console.data(console.machine_form.document({"variables": told}))
        return 0
    console.data("The following environment variables can be set, to do various things:\n")
    for name, _ in all_variables():
        if name.startswith("PIPENV_"):
            console.data(f"  - {name}")
    console.data("\n`pipenv --man` tells what each of them does.")
    return 0
