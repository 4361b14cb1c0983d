"""Which options a command takes, without a parser: the table that completion goes by."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.cli.registry import COMMANDS
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pipenv.cli.options import Option
    from pipenv.cli.parsing import Parser
    from pipenv.cli.registry import CommandEntry

    Load = Callable[[str], Callable[[Parser], None]]

HELP = options.Option(("-h", "--help"), "help", "show this and exit")


class CommandForm(NamedTuple):
    """One command and its options, those included that are shown nowhere."""

    entry: CommandEntry
    options: tuple[Option, ...]


class _Noting:
    """Stands in for a parser: keeps the options that it is given."""

    def __init__(self) -> None:
        self.noted: list[Option] = []

    def add_argument(self, *names: str, **told: object) -> None:
        """Take an argument as `argparse` would; options have been noted already."""


def form_of(entry: CommandEntry, load: Load) -> CommandForm:
    """The form of one command.

    Args:
        entry: the command.
        load: gives the ``add_arguments`` function of a command module.
    """
    noting = _Noting()
    load(entry.module)(noting)  # type: ignore[arg-type] # all that they call is there
    return CommandForm(entry, (*noting.noted, HELP))


def command_forms(load: Load) -> tuple[CommandForm, ...]:
    """The forms of all commands, in the order of the registry."""
    return tuple(form_of(entry, load) for entry in COMMANDS)
