"""Run the scripts that another depends on: side by side where none waits for the other.

A script that runs alone has the terminal.  Scripts that run together write whole lines.  The first
failure ends the others.
"""

from __future__ import annotations

import threading

from pipenv.processes import run_by_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipenv.operations.scripts import Script

    Write = Callable[[bytes, bool], None]
    """Called with a line and whether it was written to stderr."""


class Step:
    """One script with everything decided: command lines, variables and the folder."""

    __slots__ = ("commands", "folder", "script")

    def __init__(
        self,
        script: Script,
        commands: Sequence[tuple[Sequence[str], Mapping[str, str]]],
        folder: str | None,
    ) -> None:
        self.script = script
        self.commands = tuple(commands)
        self.folder = folder


def waves(scripts: Sequence[Script]) -> list[list[Script]]:
    """Group `scripts`, each of which comes after all that it depends on.

    Those of one group do not need each other and may run together.
    """
    level: dict[str, int] = {}
    groups: list[list[Script]] = []
    for script in scripts:
        level[script.name] = 1 + max((level[name] for name in script.depends), default=-1)
        while len(groups) <= level[script.name]:
            groups.append([])
        groups[level[script.name]].append(script)
    return groups


def run_together(steps: Sequence[Step], write: Write) -> int:
    """Run `steps` at the same time; the status of the first that fails, else 0.

    Raises:
        FileAccessError: a program cannot be started.
    """
    stop = threading.Event()
    guard = threading.Lock()
    failures: list[int] = []
    errors: list[BaseException] = []

    def write_one(line: bytes, is_error: bool) -> None:  # noqa: FBT001 - the form of `Write`
        with guard:
            write(line, is_error)

    def work(step: Step) -> None:
        try:
            for argv, variables in step.commands:
                if stop.is_set():
                    return
                status = run_by_lines(
                    argv, environment=variables, cwd=step.folder, write=write_one, stop=stop
                )
                if status:
                    with guard:
                        if not stop.is_set():
                            failures.append(status)
                    stop.set()
                    return
        except BaseException as error:  # noqa: BLE001 - told by whoever waits
            errors.append(error)
            stop.set()

    threads = [threading.Thread(target=work, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException:
        stop.set()
        for thread in threads:
            thread.join()
        raise
    if errors:
        raise errors[0]
    return failures[0] if failures else 0
