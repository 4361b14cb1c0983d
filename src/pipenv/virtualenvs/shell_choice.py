"""Which shell does the user sit at? Told by name, by the processes above us, or by habit (pure)."""

from __future__ import annotations

from pipenv.virtualenvs.activation import shell_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHELLS = frozenset(
    {
        *("sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "csh", "tcsh"),
        *("xonsh", "nu", "pwsh", "powershell", "cmd"),
    }
)
_INTERPRETERS = ("python", "pypy")
"""A shell that is a Python program is the second word of its command line."""
_PROFILE_PLACES = 3
"""PowerShell adds a folder of the user's to the two that every program finds in a variable."""


def choose_shell(
    environ: Mapping[str, str],
    ancestors: Sequence[Sequence[str]],
    *,
    platform: str,
    at_a_prompt: bool,
) -> str | None:
    """The program of the user's shell, as a name or a path; `None` when nothing tells.

    ``PIPENV_SHELL``, else the nearest shell above us, else ``SHELL`` and its like.

    Args:
        environ: environment variables.
        ancestors: command lines of the processes above us, nearest first.
        platform: as `sys.platform`.
        at_a_prompt: pass over shells that carry out a script or a ``-c`` text, such as those of
            ``make``; they are not what the user types into.
    """
    explicit = environ.get("PIPENV_SHELL")
    if explicit:
        return explicit
    for words in ancestors:
        program, operands = _program(words)
        if shell_name(program) in SHELLS and not (at_a_prompt and _has_work(operands)):
            return program.lstrip("-")
    # Git's bash on Windows inherits PowerShell's variable, and has its own.
    if platform == "win32" and not (environ.get("MSYSTEM") and environ.get("SHELL")):
        places = environ.get("PSModulePath", environ.get("PSMODULEPATH", ""))
        if places.count(";") + 1 >= _PROFILE_PLACES:
            return "pwsh" if "\\powershell\\7" in places.lower() else "powershell"
    return (
        environ.get("SHELL")
        or environ.get("PYENV_SHELL")
        or (environ.get("COMSPEC") if platform == "win32" else None)
        or None
    )


def _program(words: Sequence[str]) -> tuple[str, Sequence[str]]:
    if not words:
        return "", ()
    if len(words) > 1 and shell_name(words[0]).startswith(_INTERPRETERS):
        return words[1], words[2:]
    return words[0], words[1:]


def _has_work(operands: Sequence[str]) -> bool:
    """Tell whether a shell with these arguments has been given something to do."""
    takes_value = False
    for word in operands:
        if takes_value:
            takes_value = False
        elif word in {"--rcfile", "--init-file", "--rc", "-o", "-O", "-C", "--init-command", "-e"}:
            takes_value = True
        elif not word.startswith(("-", "+")) or is_one_command(word):
            return True
    return False


def is_one_command(option: str) -> bool:
    """Tell whether `option` makes a shell carry out one text, such as ``-c`` or ``-ic``."""
    is_cluster = option.startswith("-") and not option.startswith("--")
    return option in {"--command", "-Command", "-File"} or (
        is_cluster and "c" in option[1:] and option[1:].isalpha() and len(option) <= 4
    )
