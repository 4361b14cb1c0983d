"""How to start each shell so that it reads the user's own files and then activates (pure).

No terminal is imitated and nothing is typed: every shell has a way to be given one more start-up
file or command.  The environment's own script does the rest, so the prompt shows it and
``deactivate`` works.  A start-up file of ours deletes itself as soon as the shell has opened it,
because this process has become the shell by then.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple
from pipenv.virtualenvs.activation import POSIX_SHELLS, activation_command, shell_name
from pipenv.virtualenvs.shell_choice import is_one_command

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_C_SHELLS = frozenset({"csh", "tcsh"})
_POWERSHELLS = frozenset({"pwsh", "powershell"})
_SKIPPING = frozenset(
    {"--login", "--norc", "--noprofile", "--no-config", "--no-rc", "--posix", "--no-rcs", "/C"}
)
"""Options with which a shell does not read what we would add."""
_SKIPPING_LETTERS = frozenset("lfs")


class Startup(NamedTuple):
    """What to start."""

    arguments: tuple[str, ...]
    """What follows the program's name."""
    variables: Mapping[str, str]
    """Set on top of the child's environment."""
    files: Mapping[str, str]
    """Name → text of the files to be written into the folder first."""


def startup(
    program: str,
    env_root: str,
    folder: str,
    environ: Mapping[str, str],
    user_files: Sequence[str] = (),
    *,
    platform: str,
) -> Startup | None:
    """How to start `program` on the user's terminal; `None` for a shell that we do not know.

    Args:
        program: name or path of the shell.
        env_root: absolute path of the environment.
        folder: where the files will be; ours alone.
        environ: the variables that the shell is going to have.
        user_files: the start-up files of xonsh that exist, which it forgets when given others.
        platform: as `sys.platform`.
    """
    name = shell_name(program)
    if name == "cmd":
        script = f"{env_root}\\Scripts\\activate.bat"
        cmder = environ.get("CMDER_ROOT")
        if cmder:
            # With a word in front, cmd leaves the quotes around paths alone.
            start = f"{cmder.rstrip(chr(92))}\\vendor\\init.cmd"
            return Startup(("/K", "call", start, "&", "call", script), {}, {})
        return Startup(("/K", script), {}, {})
    if name not in POSIX_SHELLS | _C_SHELLS | _POWERSHELLS | {"fish", "xonsh", "nu"}:
        return None
    line = activation_command(name, env_root, platform)
    if name == "fish":
        return Startup(("-C", line), {}, {})
    if name == "nu":
        return Startup(("-e", line), {}, {})
    if name in _POWERSHELLS:
        return Startup(("-NoLogo", "-NoExit", "-Command", line), {}, {})
    if name == "xonsh":
        return Startup(("-i", "--rc", *user_files, f"{env_root}/bin/activate.xsh"), {}, {})
    if name in _C_SHELLS:
        return _c_shell(line, folder, environ)
    line = "." + line.removeprefix("source")
    if name == "bash":
        text = f"{_forget(folder, 'bashrc')}if [ -r ~/.bashrc ]; then . ~/.bashrc; fi\n{line}\n"
        return Startup(("--rcfile", f"{folder}/bashrc", "-i"), {}, {"bashrc": text})
    if name == "zsh":
        return _zsh(line, folder, environ)
    former = environ.get("ENV")
    restore = f"ENV={_quoted(former)}; export ENV\n" if former else "unset ENV\n"
    # As the shell would: the variable may hold others, and a leading tilde.
    own = 'eval "_pipenv_rc=$ENV"\n[ -r "$_pipenv_rc" ] && . "$_pipenv_rc"\nunset _pipenv_rc\n'
    forget = f"{_forget(folder, 'shrc')}unset PIPENV_SHELL_RC\n"
    text = f"{forget}{restore}{own if former else ''}{line}\n"
    # The value of ENV is expanded, by some with quotes and all, but not what it expands to.
    variables = {"ENV": "$PIPENV_SHELL_RC", "PIPENV_SHELL_RC": f"{folder}/shrc"}
    return Startup(("-i",), variables, {"shrc": text})


def is_fancy(
    wish: bool | None,  # noqa: FBT001 - read beside the others
    program: str,
    environ: Mapping[str, str],
    platform: str,
) -> bool:
    """Tell whether the shell starts in the project's folder.

    Args:
        wish: what an option or a variable says; `None` where nothing does.
        program: name or path of the shell.
        environ: ``POSH_THEME``, which a prompt of many colours sets.
        platform: as `sys.platform`.
    """
    if wish is not None:
        return wish
    return platform == "win32" or shell_name(program) == "pwsh" or bool(environ.get("POSH_THEME"))


def is_plain_prompt(arguments: Sequence[str]) -> bool:
    """Tell whether a shell with these arguments of the user's reads the files of a prompt."""
    for word in arguments:
        if not word.startswith(("-", "+")) or word in _SKIPPING or is_one_command(word):
            return False
        if not word.startswith("--") and _SKIPPING_LETTERS.intersection(word):
            return False
    return True


def _zsh(line: str, folder: str, environ: Mapping[str, str]) -> Startup:
    former = environ.get("ZDOTDIR")
    restore = f"export ZDOTDIR={_quoted(former)}\n" if former else "unset ZDOTDIR\n"
    ours = _quoted(folder)
    # What the user's .zshenv makes of ZDOTDIR counts for the .zshrc.
    first = (
        f"{restore}"
        '[[ -r "${ZDOTDIR:-$HOME}/.zshenv" ]] && . "${ZDOTDIR:-$HOME}/.zshenv"\n'
        f'typeset -g _pipenv_zdotdir="${{ZDOTDIR-}}"\nZDOTDIR={ours}\n'
    )
    second = (
        f"command rm -f -- {ours}/.zshenv {ours}/.zshrc; command rmdir -- {ours} 2>/dev/null\n"
        'if [[ -n "$_pipenv_zdotdir" ]]; then export ZDOTDIR="$_pipenv_zdotdir"; '
        "else unset ZDOTDIR; fi\nunset _pipenv_zdotdir\n"
        # The system's own file has made it from our folder where it sets it at all.
        f'[[ "${{HISTFILE-}}" == {ours}/* ]] && HISTFILE="${{ZDOTDIR:-$HOME}}/${{HISTFILE:t}}"\n'
        '[[ -r "${ZDOTDIR:-$HOME}/.zshrc" ]] && . "${ZDOTDIR:-$HOME}/.zshrc"\n'
        f"{line}\n"
    )
    return Startup(("-i",), {"ZDOTDIR": folder}, {".zshenv": first, ".zshrc": second})


def _c_shell(line: str, folder: str, environ: Mapping[str, str]) -> Startup:
    """It has no option for this: it finds our file in its home, which the file puts right."""
    home = _csh_quoted(environ.get("HOME", "/"))
    ours = _csh_quoted(folder)
    text = (
        f"setenv HOME {home}\nset home={home}\n"
        f"\\rm -f {ours}/.tcshrc {ours}/.cshrc\n\\rmdir {ours}\n"
        "if ( $?tcsh && -r ~/.tcshrc ) then\n    source ~/.tcshrc\n"
        "else if ( -r ~/.cshrc ) then\n    source ~/.cshrc\nendif\n"
        f"{line}\n"
    )
    return Startup(("-i",), {"HOME": folder}, {".tcshrc": text, ".cshrc": text})


def _forget(folder: str, name: str) -> str:
    ours = _quoted(folder)
    return f"command rm -f -- {ours}/{name}; command rmdir -- {ours} 2>/dev/null\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _csh_quoted(text: str) -> str:
    return _quoted(text).replace("!", "\\!")
