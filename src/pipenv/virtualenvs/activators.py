"""The scripts that activate an environment in a shell, as texts (pure).

Every path and name is quoted by the rules of its shell, so that odd characters stay characters. The
variables that remember the former state have the names that other tools' scripts use, so switching
between environments of different makers works. ``deactivate`` also forgets that `pipenv` started
the shell; deactivating in order to activate another environment does not.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_UNSAFE_IN_PROMPTS = "\\$`%!"
"""Shells expand these inside a prompt, some even run commands."""

_SH = r"""# Source this file from sh, bash, zsh, ksh or dash; running it has no effect.

if [ "${BASH_SOURCE-}" = "$0" ]; then
    printf '%s\n' "source this file instead of running it: . $0" >&2
    exit 2
fi

deactivate () {
    if [ -n "${_OLD_VIRTUAL_PATH+set}" ]; then
        PATH="$_OLD_VIRTUAL_PATH"
        export PATH
        unset _OLD_VIRTUAL_PATH
    fi
    if [ -n "${_OLD_VIRTUAL_PYTHONHOME+set}" ]; then
        PYTHONHOME="$_OLD_VIRTUAL_PYTHONHOME"
        export PYTHONHOME
        unset _OLD_VIRTUAL_PYTHONHOME
    fi
    if [ -n "${_OLD_VIRTUAL_PS1+set}" ]; then
        PS1="$_OLD_VIRTUAL_PS1"
        unset _OLD_VIRTUAL_PS1
    fi
    unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT || :
    hash -r 2>/dev/null || :
    if [ "${1-}" != "nondestructive" ]; then
        unset PIPENV_ACTIVE PIPENV_PROJECT_DIR || :
        unset -f deactivate
    fi
}

# Leave whatever environment is active now.
deactivate nondestructive

VIRTUAL_ENV=@ROOT@
export VIRTUAL_ENV
VIRTUAL_ENV_PROMPT=@NAME@
export VIRTUAL_ENV_PROMPT

_OLD_VIRTUAL_PATH="${PATH-}"
PATH="$VIRTUAL_ENV/bin${PATH:+:$PATH}"
export PATH

if [ -n "${PYTHONHOME+set}" ]; then
    _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME"
    unset PYTHONHOME
fi

if [ -z "${VIRTUAL_ENV_DISABLE_PROMPT-}" ]; then
    _OLD_VIRTUAL_PS1="${PS1-}"
    PS1=@LABEL@"${PS1-}"
fi

hash -r 2>/dev/null || :
"""

_FISH = r"""# Source this file from fish.

function deactivate -d 'Leave the virtual environment'
    if set -q _OLD_VIRTUAL_PATH
        set -gx PATH $_OLD_VIRTUAL_PATH
        set -e _OLD_VIRTUAL_PATH
    end
    if set -q _OLD_VIRTUAL_PYTHONHOME
        set -gx PYTHONHOME $_OLD_VIRTUAL_PYTHONHOME
        set -e _OLD_VIRTUAL_PYTHONHOME
    end
    if set -q _OLD_FISH_PROMPT_OVERRIDE
        set -e _OLD_FISH_PROMPT_OVERRIDE
        if functions -q _old_fish_prompt
            functions -e fish_prompt
            functions -c _old_fish_prompt fish_prompt
            functions -e _old_fish_prompt
        end
    end
    set -e VIRTUAL_ENV
    set -e VIRTUAL_ENV_PROMPT
    if test "$argv[1]" != nondestructive
        set -e PIPENV_ACTIVE
        set -e PIPENV_PROJECT_DIR
        functions -e deactivate
    end
end

# Leave whatever environment is active now.
deactivate nondestructive

set -gx VIRTUAL_ENV @ROOT@
set -gx VIRTUAL_ENV_PROMPT @NAME@

set -gx _OLD_VIRTUAL_PATH $PATH
set -gx PATH "$VIRTUAL_ENV/bin" $PATH

if set -q PYTHONHOME
    set -gx _OLD_VIRTUAL_PYTHONHOME $PYTHONHOME
    set -e PYTHONHOME
end

if test -z "$VIRTUAL_ENV_DISABLE_PROMPT"; and functions -q fish_prompt
    functions -c fish_prompt _old_fish_prompt
    function fish_prompt
        # Others read the status of the last command, so bring it back after our own.
        set -l last_status $status
        printf '%s' @LABEL@
        sh -c "exit $last_status"
        _old_fish_prompt
    end
    set -gx _OLD_FISH_PROMPT_OVERRIDE "$VIRTUAL_ENV"
end
"""

_CSH = r"""# Source this file from csh or tcsh.

alias deactivate 'test $?_OLD_VIRTUAL_PATH != 0 && setenv PATH "$_OLD_VIRTUAL_PATH:q" && unset _OLD_VIRTUAL_PATH; test $?_OLD_VIRTUAL_PYTHONHOME != 0 && setenv PYTHONHOME "$_OLD_VIRTUAL_PYTHONHOME:q" && unset _OLD_VIRTUAL_PYTHONHOME; test $?_OLD_VIRTUAL_PROMPT != 0 && set prompt="$_OLD_VIRTUAL_PROMPT:q" && unset _OLD_VIRTUAL_PROMPT; unsetenv VIRTUAL_ENV; unsetenv VIRTUAL_ENV_PROMPT; rehash; test "\!:*" != nondestructive && unsetenv PIPENV_ACTIVE && unsetenv PIPENV_PROJECT_DIR && unalias deactivate'

# Leave whatever environment is active now.
deactivate nondestructive

setenv VIRTUAL_ENV @ROOT@
setenv VIRTUAL_ENV_PROMPT @NAME@

set _OLD_VIRTUAL_PATH="$PATH:q"
setenv PATH "$VIRTUAL_ENV:q/bin:$PATH:q"

if ( $?PYTHONHOME ) then
    set _OLD_VIRTUAL_PYTHONHOME="$PYTHONHOME:q"
    unsetenv PYTHONHOME
endif

if ( ! $?VIRTUAL_ENV_DISABLE_PROMPT && $?prompt ) then
    set _OLD_VIRTUAL_PROMPT="$prompt:q"
    set prompt=@LABEL@"$prompt:q"
endif

rehash
"""  # noqa: E501 - an alias of csh is one line

_NU = r"""# Use this file from Nushell: overlay use activate.nu

export-env {
    let root = @ROOT@
    let label = @LABEL@
    $env.VIRTUAL_ENV = $root
    $env.VIRTUAL_ENV_PROMPT = @NAME@
    $env.PATH = ($env.PATH | split row (char esep) | prepend ([$root @BIN@] | path join))
    if "PYTHONHOME" in $env {
        hide-env PYTHONHOME
    }
    if ("VIRTUAL_ENV_DISABLE_PROMPT" not-in $env) and ("PROMPT_COMMAND" in $env) {
        let former = $env.PROMPT_COMMAND
        $env.PROMPT_COMMAND = {||
            let rest = (if ($former | describe) == "closure" { do $former } else { $former })
            [$label $rest] | str join
        }
    }
}

export alias deactivate = overlay hide activate
"""

_POWERSHELL = r"""# Dot-source this file from PowerShell:  . activate.ps1

function global:deactivate([switch] $NonDestructive) {
    if (Test-Path variable:global:_OLD_VIRTUAL_PATH) {
        $env:PATH = $global:_OLD_VIRTUAL_PATH
        Remove-Variable -Name _OLD_VIRTUAL_PATH -Scope Global
    }
    if (Test-Path variable:global:_OLD_VIRTUAL_PYTHONHOME) {
        $env:PYTHONHOME = $global:_OLD_VIRTUAL_PYTHONHOME
        Remove-Variable -Name _OLD_VIRTUAL_PYTHONHOME -Scope Global
    }
    if (Test-Path function:global:_OLD_VIRTUAL_PROMPT) {
        Copy-Item -Path function:global:_OLD_VIRTUAL_PROMPT -Destination function:global:prompt
        Remove-Item -Path function:global:_OLD_VIRTUAL_PROMPT
    }
    foreach ($name in 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT') {
        if (Test-Path "env:$name") { Remove-Item -Path "env:$name" }
    }
    if (-not $NonDestructive) {
        foreach ($name in 'PIPENV_ACTIVE', 'PIPENV_PROJECT_DIR') {
            if (Test-Path "env:$name") { Remove-Item -Path "env:$name" }
        }
        Remove-Item -Path function:deactivate
    }
}

# Leave whatever environment is active now.
deactivate -NonDestructive

$env:VIRTUAL_ENV = @ROOT@
$env:VIRTUAL_ENV_PROMPT = @NAME@

$global:_OLD_VIRTUAL_PATH = $env:PATH
$env:PATH = "$env:VIRTUAL_ENV/bin" + [System.IO.Path]::PathSeparator + $env:PATH

if (Test-Path env:PYTHONHOME) {
    $global:_OLD_VIRTUAL_PYTHONHOME = $env:PYTHONHOME
    Remove-Item -Path env:PYTHONHOME
}

if (-not $env:VIRTUAL_ENV_DISABLE_PROMPT) {
    function global:_OLD_VIRTUAL_PROMPT { "" }
    Copy-Item -Path function:global:prompt -Destination function:global:_OLD_VIRTUAL_PROMPT
    function global:prompt {
        Write-Host -NoNewline -ForegroundColor Green @LABEL@
        _OLD_VIRTUAL_PROMPT
    }
}
"""

_XONSH = r"""# Source this file from xonsh.

def _pipenv_deactivate(args):
    env = __xonsh__.env
    for name in ("PATH", "PYTHONHOME"):
        if "_OLD_VIRTUAL_" + name in env:
            env[name] = env["_OLD_VIRTUAL_" + name]
            del env["_OLD_VIRTUAL_" + name]
    forgotten = ["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"]
    if "nondestructive" not in args:
        forgotten += ["PIPENV_ACTIVE", "PIPENV_PROJECT_DIR"]
        aliases.pop("deactivate", None)
    for name in forgotten:
        if name in env:
            del env[name]

# Leave whatever environment is active now.
_pipenv_deactivate(["nondestructive"])
aliases["deactivate"] = _pipenv_deactivate

$VIRTUAL_ENV = @ROOT@
$VIRTUAL_ENV_PROMPT = @NAME@
__xonsh__.env["_OLD_VIRTUAL_PATH"] = list($PATH)
$PATH.insert(0, $VIRTUAL_ENV + "/" + @BIN@)
if "PYTHONHOME" in __xonsh__.env:
    __xonsh__.env["_OLD_VIRTUAL_PYTHONHOME"] = $PYTHONHOME
    del $PYTHONHOME
"""

_THIS = r'''"""Activate this environment in a running interpreter of the same version.

    import runpy
    runpy.run_path("<environment>/bin/activate_this.py")
"""

import os
import site
import sys

root = @ROOT@
os.environ["VIRTUAL_ENV"] = root
os.environ["VIRTUAL_ENV_PROMPT"] = @NAME@
os.environ["PATH"] = os.pathsep.join(
    [os.path.join(root, @BIN@), *filter(None, [os.environ.get("PATH")])]
)

# What the environment holds goes before what is installed elsewhere.
before = len(sys.path)
site.addsitedir(@LIBRARY@)
sys.path[:] = sys.path[before:] + sys.path[:before]

sys.real_prefix = sys.prefix
sys.prefix = sys.exec_prefix = root
'''


_LEAVE_CMD = (
    'if defined _OLD_VIRTUAL_PROMPT set "PROMPT=%_OLD_VIRTUAL_PROMPT%"',
    'if defined _OLD_VIRTUAL_PYTHONHOME set "PYTHONHOME=%_OLD_VIRTUAL_PYTHONHOME%"',
    'if defined _OLD_VIRTUAL_PATH set "PATH=%_OLD_VIRTUAL_PATH%"',
    *(f"set _OLD_VIRTUAL_{each}=" for each in ("PROMPT", "PYTHONHOME", "PATH")),
    *("set VIRTUAL_ENV=", "set VIRTUAL_ENV_PROMPT="),
    *("set PIPENV_ACTIVE=", "set PIPENV_PROJECT_DIR="),
)
"""What Python's own ``activate.bat`` has set, and what a shell of ours has."""


def windows_scripts(env_root: str, name: str, library: str) -> dict[str, str]:
    """What an environment on Windows has besides the scripts that Python's ``venv`` writes.

    That one has ``activate.bat``, ``Activate.ps1`` and ``activate`` for bash; its
    ``deactivate.bat`` would leave our variables behind.
    """
    values = _values(env_root, name, library, "Scripts")
    return {
        "activate.nu": _fill(_NU, _quote_nu, values),
        "activate.xsh": _fill(_XONSH, repr, values),
        "activate_this.py": _fill(_THIS, repr, values),
        "deactivate.bat": "".join(f"@{line}\r\n" for line in _LEAVE_CMD),
    }


def activation_scripts(env_root: str, name: str, library: str) -> dict[str, str]:
    """The activation scripts of an environment on POSIX systems, by file name.

    ``activate`` is the last: it marks a complete environment.

    Args:
        env_root: absolute path of the environment.
        name: what the prompt shall show, usually the project's folder.
        library: its ``site-packages``.
    """
    values = _values(env_root, name, library, "bin")
    powershell = _fill(_POWERSHELL, _quote_powershell, values)
    return {
        "activate.fish": _fill(_FISH, _quote_fish, values),
        "activate.csh": _fill(_CSH, _quote_csh, values),
        "activate.nu": _fill(_NU, _quote_nu, values),
        "activate.xsh": _fill(_XONSH, repr, values),
        "Activate.ps1": powershell,
        "activate.ps1": powershell,
        "activate_this.py": _fill(_THIS, repr, values),
        "activate": _fill(_SH, _quote_sh, values),
    }


def _values(env_root: str, name: str, library: str, programs: str) -> dict[str, str]:
    return {
        "ROOT": env_root,
        "NAME": name,
        "LABEL": f"({prompt_safe(name)}) ",
        "LIBRARY": library,
        "BIN": programs,
    }


def prompt_safe(name: str) -> str:
    """`name` without the characters that mean something inside a prompt."""
    return "".join(
        "_" if character in _UNSAFE_IN_PROMPTS or not character.isprintable() else character
        for character in name
    )


def _fill(template: str, quote: Callable[[str], str], values: Mapping[str, str]) -> str:
    """Replace ``@NAME@`` and its like; every second piece between the signs is a mark."""
    pieces = template.split("@")
    pieces[1::2] = [quote(values[mark]) for mark in pieces[1::2]]
    return "".join(pieces)


def _quote_sh(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _quote_fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quote_csh(text: str) -> str:
    # The history mark counts inside of quotes too, and so does the end of a line.
    quoted = text.replace("'", "'\\''").replace("!", "\\!").replace("\n", "\\\n")
    return f"'{quoted}'"


def _quote_nu(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _quote_powershell(text: str) -> str:
    # The typographic quotes count as quotes as well.
    return "'" + "".join(c * 2 if c in "'\u2018\u2019\u201a\u201b" else c for c in text) + "'"
