"""``pipenv completion``: a script that teaches a shell to complete command lines."""

from __future__ import annotations

from pipenv.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

_BASH = r"""
_pipenv_completion() {
    local IFS=$'\013'
    COMPREPLY=($(COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" _ARGCOMPLETE=1 \
        _ARGCOMPLETE_SHELL=bash _ARGCOMPLETE_IFS="$IFS" pipenv 8>&1 9>/dev/null 1>/dev/null 2>&1))
}
complete -o nospace -o default -o bashdefault -F _pipenv_completion pipenv
"""
_ZSH = r"""
#compdef pipenv
_pipenv_completion() {
    local found
    found=("${(@f)$(COMP_LINE="$BUFFER[1,CURSOR]" COMP_POINT=100000 _ARGCOMPLETE=1 \
        _ARGCOMPLETE_SHELL=zsh _ARGCOMPLETE_IFS=$'\n' pipenv 8>&1 9>/dev/null 1>/dev/null 2>&1)}")
    if (( ${#found} )) && [[ -n $found[1] ]]; then
        compadd -- $found
    else
        _files
    fi
}
compdef _pipenv_completion pipenv
"""
_FISH = r"""
function __pipenv_completion
    set -lx COMP_LINE (commandline -cp)
    set -lx COMP_POINT 100000
    set -lx _ARGCOMPLETE 1
    set -lx _ARGCOMPLETE_SHELL fish
    set -lx _ARGCOMPLETE_IFS \n
    set -l answers (mktemp)
    set -lx _ARGCOMPLETE_STDOUT_FILENAME $answers
    pipenv >/dev/null 2>&1
    cat $answers
    echo
    rm -f $answers
end
complete -c pipenv -a '(__pipenv_completion)'
"""
_POWERSHELL = r"""
Register-ArgumentCompleter -Native -CommandName pipenv -ScriptBlock {
    param($word, $ast, $cursor)
    $answers = New-TemporaryFile
    $line = $ast.ToString()
    $env:COMP_LINE = $line.PadRight($cursor).Substring(0, $cursor)
    $env:COMP_POINT = 100000
    $env:_ARGCOMPLETE = 1
    $env:_ARGCOMPLETE_SHELL = 'powershell'
    $env:_ARGCOMPLETE_IFS = "`n"
    $env:_ARGCOMPLETE_STDOUT_FILENAME = $answers
    pipenv 2>&1 | Out-Null
    Get-Content $answers | Where-Object { $_ } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
    Remove-Item $answers, Env:COMP_LINE, Env:COMP_POINT, Env:_ARGCOMPLETE
    Remove-Item Env:_ARGCOMPLETE_SHELL, Env:_ARGCOMPLETE_IFS, Env:_ARGCOMPLETE_STDOUT_FILENAME
}
"""
SCRIPTS = {
    "bash": _BASH,
    "zsh": _ZSH,
    "fish": _FISH,
    "powershell": _POWERSHELL,
    "pwsh": _POWERSHELL,
}


def add_arguments(parser: Parser) -> None:
    """Declare the one argument."""
    parser.add_argument(
        "shell",
        nargs="?",
        metavar="bash | zsh | fish | powershell",
        help="whose script to print; without it that of $SHELL",
    )


def run(context: Context) -> int:
    """Print the script.

    Raises:
        UsageError: there is none for that shell.
    """
    named = context.values.get("shell") or context.environ.get("SHELL", "").rpartition("/")[2]
    script = SCRIPTS.get(str(named))
    if script is None:
        raise UsageError(
            f"there is no completion for the shell `{named}`",
            hints=["name one of bash, zsh, fish and powershell"],
        )
    context.console.data(script.strip())
    return 0
