"""What a command is given: the console, the place it was called from, and a session on demand."""

from __future__ import annotations

import time

from pipenv import settings as switches
from pipenv.errors import PipfileNotFound
from pipenv.events import Notice
from pipenv.operations.pip_arguments import read_pip_arguments
from pipenv.operations.project import find_project, project_in, require_project
from pipenv.operations.pylock_place import pylock_names
from pipenv.operations.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import ModuleType

    from pipenv.cli.console import Console
    from pipenv.cli.parsing import Parser
    from pipenv.events import Reporter
    from pipenv.operations.project import Project
    from pipenv.settings import Settings


class Context:
    """One run of one command."""

    def __init__(  # noqa: PLR0913 - what a run is made of
        self,
        *,
        values: dict[str, object],
        settings: Settings,
        environ: Mapping[str, str],
        cwd: str,
        console: Console,
        report: Reporter,
        argv: Sequence[str] = (),
    ) -> None:
        self.values = values
        """What the command's own parser found, by field."""
        self.argv = tuple(argv)
        """The line as it was given."""
        self.settings = settings
        """Without the Pipfile's share; `Session.settings` has that too."""
        self.environ = environ
        self.cwd = cwd
        self.console = console
        self.report = report
        self.command_module: Callable[[str], ModuleType] | None = None
        """Loads the module of a command by its stem; set by whoever dispatches."""

    def find_project(self) -> Project | None:
        """The project here, if there is one."""
        return find_project(self.cwd, self.environ)

    def require_project(self) -> Project:
        """The project here.

        Raises:
            PipfileNotFound: there is none.
        """
        try:
            return require_project(self.cwd, self.environ)
        except PipfileNotFound as error:
            locks = [] if self.environ.get("PIPENV_PIPFILE") else pylock_names(self.cwd)
            if locks:
                hint = (
                    f"`pipenv sync` installs what {locks[0]} lists; `pipenv lock` makes a Pipfile"
                )
                error.hints = (hint,)
            raise

    def project_here(self) -> Project:
        """The project here, or the one that a Pipfile in this folder would start."""
        return self.find_project() or project_in(self.cwd)

    def installed_project(self) -> Project:
        """The project here, or that of a lock in this folder, which ``sync`` installs by itself.

        Raises:
            PipfileNotFound: there is neither.
        """
        project = self.project_here()
        return project if project.has_lockfile() else self.require_project()

    def session(self, project: Project) -> Session:
        """A session on `project`; the caller closes it."""
        flags, environ = self.values, self.environ
        arguments = self.settings.text("extra_pip_args")
        if arguments:
            flags, environ = self._with_pip_arguments(arguments)
        if self.values.get("extras"):
            self.report(Notice("ignored", "--extras means nothing: use --categories"))
        return Session(
            project,
            flags=flags,
            environ=environ,
            report=self.report,
            now=time.time(),
            confirm=self.console.ask,
        )

    def _with_pip_arguments(self, text: str) -> tuple[dict[str, object], dict[str, str]]:
        """The flags and the variables of this run with what pip's arguments say."""
        found = read_pip_arguments(text.split())
        if found.ignored:
            listed = ", ".join(f"`{each}`" for each in found.ignored)
            self.report(Notice("ignored", f"of --extra-pip-args, {listed} means nothing here"))
        flags = {**found.settings, **self.values}
        for field, value in found.settings.items():
            given = self.values.get(field)
            if given is None:
                flags[field] = value
            elif isinstance(given, list) and isinstance(value, tuple):
                flags[field] = [*given, *value]
        return flags, {**self.environ, **found.variables}

    def arguments_of(self, stem: str) -> Callable[[Parser], None]:
        """What declares the arguments of the command of the module `stem`."""
        if self.command_module is None:
            raise LookupError(stem)
        adder: Callable[[Parser], None] = self.command_module(stem).add_arguments
        return adder

    def carry_out(self, stem: str) -> int:
        """Carry out the command of the module `stem` with the values of this one."""
        if self.command_module is None:
            raise LookupError(stem)
        status: int = self.command_module(stem).run(self)
        return status

    def answer(self, key: str, text: str) -> None:
        """Print the answer to a question: the text alone, or by its `key` in a document."""
        form = self.console.machine_form
        self.console.data(text if form is None else form.document({key: text}))

    def texts(self, field: str) -> tuple[str, ...]:
        """The words that the command line, or a variable, gives for `field`."""
        value = self.values.get(field)
        if field in self.values and value is None and switches.switch_of(field) is not None:
            return self.settings.words(field)
        return tuple(str(word) for word in value) if isinstance(value, (list, tuple)) else ()

    def chosen_categories(self) -> tuple[str, ...]:
        """Pipfile categories named on the line or in the environment; empty when none were."""
        named = self.settings.words("categories")
        if named:
            return named
        if not self.settings.flag("dev"):
            return self.settings.words("default_categories")
        return ()


def settings_of(values: dict[str, object], environ: Mapping[str, str]) -> Settings:
    """The settings of a run before a Pipfile is read."""
    return switches.resolve(values, environ)
