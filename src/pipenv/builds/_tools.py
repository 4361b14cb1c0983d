"""Running a version-control tool."""

from __future__ import annotations

import sys
from typing import NamedTuple

from pipenv.errors import CheckoutFailed
from pipenv.processes import find_program, run_captured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.builds._repository_urls import RepositoryUrl
    from pipenv.processes import Completed


class Tool(NamedTuple):
    """One version-control program, how it is called and for how long."""

    names: tuple[str, ...]
    """The program, under the names it may have, best first."""
    environment: Mapping[str, str]
    timeout_seconds: float

    def run(
        self,
        arguments: Sequence[str],
        url: RepositoryUrl,
        *,
        cwd: str | None = None,
        answer: bytes | None = None,
    ) -> str:
        """Run the program; returns what it writes to standard output.

        Args:
            arguments: without the program's name.
            url: the repository that this is about.
            cwd: the folder to run in.
            answer: what the program reads from standard input.

        Raises:
            CheckoutFailed: it is not installed, failed or took too long.
        """
        completed = self.attempt(arguments, cwd=cwd, answer=answer)
        if completed.status != 0:
            raise failure(self.names[0], arguments, completed, url)
        return completed.stdout.decode("utf-8", "replace")

    def attempt(
        self, arguments: Sequence[str], *, cwd: str | None = None, answer: bytes | None = None
    ) -> Completed:
        """Run the program; a failure is the caller's to judge.

        Raises:
            CheckoutFailed: it is not installed.
        """
        return run_captured(
            [self._program(), *arguments],
            environment=self.environment,
            cwd=cwd,
            timeout_seconds=self.timeout_seconds,
            input=answer,
        )

    def _program(self) -> str:
        for name in self.names:
            program = find_program(name, self.environment, platform=sys.platform)
            if program is not None:
                return program
        name = self.names[0]
        raise CheckoutFailed(
            f"`{name}` is needed to fetch a package and is not installed",
            hints=[f"install {name} so that it is found on the PATH"],
        )


def failure(
    tool: str,
    arguments: Sequence[str],
    completed: Completed,
    url: RepositoryUrl,
    message: str = "",
) -> CheckoutFailed:
    """The error for a command that failed: what the tool said, and the command it stands for.

    Programs that read logs look for the commands that every front end of `tool` uses, so
    `arguments` may name that one instead of the narrower one that was run.
    """
    command = url.redacted(" ".join([tool, *arguments]))
    said = (completed.stdout + completed.stderr).decode("utf-8", "replace").rstrip()
    ended = "took too long" if completed.timed_out else f"exited with {completed.status}"
    return CheckoutFailed(
        message or f"{tool} cannot read the repository {url.text}",
        hints=["check the address, the reference and that you may read the repository"],
        details=f"{url.redacted(said)}\n{command} {ended}".lstrip(),
    )
