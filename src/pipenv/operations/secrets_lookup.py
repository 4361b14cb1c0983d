"""Credentials that a source wants and nobody has written down: from a key ring, or a question.

Loaded after a refusal only. What is found is never shown, and goes to the origin that asked.
"""

from __future__ import annotations

import getpass
import sys

from pipenv.errors import RequestRefused
from pipenv.events import Notice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pipenv.events import Reporter

    AskLibrary = Callable[[Sequence[str], str | None], tuple[str, str] | None]
    AskProgram = Callable[[Sequence[str], str | None, Mapping[str, str]], tuple[str, str] | None]

PROVIDERS = ("auto", "disabled", "import", "subprocess")


class SecretsLookup:
    """Asks key rings, then the user. The engines are loaded when their turn comes."""

    def __init__(
        self,
        provider: str,
        environ: Mapping[str, str],
        report: Reporter,
        engines: tuple[Callable[[], AskLibrary], Callable[[], AskProgram]],
        *,
        may_prompt: bool,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            provider: one of `PROVIDERS`.
            environ: for the program ``keyring``.
            report: told before the user is asked.
            engines: give the functions that ask the library and the program.
            may_prompt: the user wants to be asked if a terminal is there.
        """
        self._provider = provider
        self._environ = environ
        self._report = report
        self._library, self._program = engines
        self._may_prompt = may_prompt

    def __call__(self, url: str, username: str | None) -> tuple[str, str] | None:
        """Return user name and password for the source at `url`; see `CredentialBook`."""
        host = url.partition("://")[2].partition("/")[0]
        services = (url, host)
        found = None
        if self._provider in {"auto", "import"}:
            found = self._library()(services, username)
        if found is None and self._provider in {"auto", "subprocess"}:
            found = self._program()(services, username, self._environ)
        if found is None and self._may_prompt and _is_terminal():
            found = self._prompt(host, username)
        return found

    def _prompt(self, host: str, username: str | None) -> tuple[str, str] | None:
        self._report(Notice("credentials", f"{host} wants a user name and a password"))
        try:
            if username is None:
                sys.stderr.write(f"User for {host}: ")
                sys.stderr.flush()
                username = sys.stdin.readline().strip()
            if not username:
                return None
            return username, getpass.getpass(f"Password of {username}: ")
        except EOFError:
            return None


def chosen_provider(named: str | None) -> str:
    """Return the kind of key ring to use.

    Raises:
        RequestRefused: `named` is none.
    """
    provider = named or "auto"
    if provider in PROVIDERS:
        return provider
    raise RequestRefused(
        f"PIPENV_KEYRING_PROVIDER is `{provider}`",
        hints=[f"it may be {', '.join(PROVIDERS[:-1])} or {PROVIDERS[-1]}"],
    )


def _is_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
