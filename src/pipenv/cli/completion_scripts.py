"""Scripts that teach shells to complete command lines of Pipenv.

Commands and options stand in the script, so that offering them starts nothing.  What depends on the
project is asked of ``pipenv`` itself, by the protocol that `pipenv.cli.completing` answers.
"""

from __future__ import annotations

from pipenv.cli import options
from pipenv.cli.command_forms import HELP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pipenv.cli.command_forms import CommandForm
    from pipenv.cli.options import Option

_BASH = r"""
_pipenv_asked() {
    local IFS=$'\013'
    COMPREPLY=($(COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" _ARGCOMPLETE=1 \
        _ARGCOMPLETE_COMP_WORDBREAKS="$COMP_WORDBREAKS" _ARGCOMPLETE_SUPPRESS_SPACE=1 \
        _ARGCOMPLETE_SHELL=bash _ARGCOMPLETE_IFS="$IFS" "$1" \
        8>&1 9>/dev/null 1>/dev/null 2>/dev/null </dev/null))
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *[=/:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
_pipenv_completion() {
    local found="" word="${COMP_WORDS[COMP_CWORD]}"
    COMPREPLY=()
    if [[ $COMP_CWORD == 1 ]]; then
        found="@COMMANDS@"
        [[ $word == -* ]] && found="@ROOT@"
    elif [[ $word == -* && $word != *=* && " ${COMP_WORDS[*]:1:COMP_CWORD-1} " != *" -- "* ]]; then
        case "${COMP_WORDS[1]}" in
@CASES@
        esac
        [[ ${COMP_WORDS[1]} == run && $COMP_CWORD != 2 ]] && found=""
    fi
    if [[ -n $found ]]; then
        COMPREPLY=($(compgen -W "$found" -- "$word"))
    else
        _pipenv_asked "$1"
    fi
}
complete -o default -o bashdefault -F _pipenv_completion pipenv
"""
_ZSH = r"""
#compdef pipenv
_pipenv_asked() {
    local -a found
    found=("${(@f)$(COMP_LINE="${(j: :)${(@)words[1,CURRENT]}}" COMP_POINT= _ARGCOMPLETE=1 \
        _ARGCOMPLETE_SHELL=zsh _ARGCOMPLETE_IFS=$'\n' ${words[1]} \
        8>&1 9>/dev/null 1>/dev/null 2>/dev/null </dev/null)}")
    if [[ -n ${found[1]} ]]; then
        _describe pipenv found
    else
        _files
    fi
}
_pipenv_completion() {
    local -a found
    local word="${words[CURRENT]}"
    if (( CURRENT == 2 )); then
        if [[ $word == -* ]]; then
            found=(
@ROOT@
            )
        else
            found=(
@COMMANDS@
            )
        fi
    elif [[ $word == -* && $word != *=* ]] && (( ! ${words[(I)--]} )); then
        case "${words[2]}" in
@CASES@
        esac
        [[ ${words[2]} == run && $CURRENT != 3 ]] && found=()
    fi
    if (( ${#found} )); then
        _describe pipenv found
    else
        _pipenv_asked
    fi
}
if [[ $funcstack[1] == _pipenv ]]; then
    _pipenv_completion "$@"
else
    compdef _pipenv_completion pipenv
fi
"""
_FISH = r"""
function __pipenv_asked
    set -lx COMP_LINE (commandline -cp | string collect)
    set -lx COMP_POINT
    set -lx _ARGCOMPLETE 1
    set -lx _ARGCOMPLETE_SHELL fish
    set -lx _ARGCOMPLETE_DFS \t
    set -lx _ARGCOMPLETE_IFS \n
    set -l answers (mktemp)
    set -lx _ARGCOMPLETE_STDOUT_FILENAME $answers
    pipenv >/dev/null 2>&1 </dev/null
    string match -rv '^$' <$answers
    rm -f $answers
end
function __pipenv_is_in
    set -l words (commandline -cpo)
    if test (count $argv) = 0
        test (count $words) = 1
        return
    end
    test "$words[2]" = $argv[1]
    and not contains -- -- $words
    and test "$argv[1]" != run -o (count $words) = 2
end
complete -c pipenv -f -a '(__pipenv_asked)' -n 'not __pipenv_is_in'
@LINES@
"""
_POWERSHELL = r"""
Register-ArgumentCompleter -Native -CommandName pipenv -ScriptBlock {
    param($word, $ast, $cursor)
    $commands = @(@COMMANDS@)
    $flags = @{
@CASES@
    }
    $elements = @($ast.CommandElements | ForEach-Object { $_.Extent.Text })
    $known = @()
    if ($elements.Count -le 2 -and ($elements.Count -eq 1 -or $word)) {
        $known = if ($word -like '-*') { $flags[''] } else { $commands }
    } elseif ($word -like '-*' -and $word -notlike '*=*' -and $elements[1] -ne 'run') {
        $known = $flags[$elements[1]]
    }
    if ($known) {
        $known | Where-Object { $_ -like "$word*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
        }
        return
    }
    $answers = New-TemporaryFile
    $env:COMP_LINE = $ast.ToString().PadRight($cursor).Substring(0, $cursor)
    $env:COMP_POINT = ''
    $env:_ARGCOMPLETE = 1
    $env:_ARGCOMPLETE_SHELL = 'powershell'
    $env:_ARGCOMPLETE_IFS = "`n"
    $env:_ARGCOMPLETE_STDOUT_FILENAME = $answers
    pipenv 2>&1 | Out-Null
    Get-Content $answers | Where-Object { $_ } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
    Remove-Item $answers, Env:COMP_LINE, Env:_ARGCOMPLETE, Env:_ARGCOMPLETE_SHELL
    Remove-Item Env:_ARGCOMPLETE_IFS, Env:_ARGCOMPLETE_STDOUT_FILENAME
}
"""
_TCSH = (
    "complete pipenv 'c@--@(@ROOT@)@' 'p@1@(@COMMANDS@)@' "
    "'n@--categories@`pipenv completion --names categories`@' @CASES@ 'p@*@f@'"
)


def script(shell: str, forms: Sequence[CommandForm]) -> str | None:
    """The script for `shell`; `None` for a shell that there is none for."""
    write = _WRITERS.get(shell)
    return None if write is None else write(forms).strip()


def _bash(forms: Sequence[CommandForm]) -> str:
    cases = (f'            {name}) found="{" ".join(flags)}" ;;' for name, flags in _flags(forms))
    return _filled(_BASH, " ".join(_names(forms)), " ".join(_ROOT_FLAGS), cases)


def _zsh(forms: Sequence[CommandForm]) -> str:
    commands = (_zsh_pair(form.entry.name, form.entry.help) for form in forms)
    cases = (
        f"            {form.entry.name}) found=(\n{_zsh_options(form.options)}\n            ) ;;"
        for form in forms
    )
    return _filled(_ZSH, "\n".join(commands), _zsh_options(_ROOT), cases)


def _zsh_options(shown: Iterable[Option]) -> str:
    return "\n".join(
        _zsh_pair(flag, option.help)
        for option in shown
        if not option.is_hidden
        for flag in option.flags
    )


def _zsh_pair(word: str, told: str) -> str:
    return " " * 16 + _quoted(word.replace(":", "\\:") + ":" + told)


def _fish(forms: Sequence[CommandForm]) -> str:
    lines = [
        f"complete -c pipenv -n __pipenv_is_in -f -a {form.entry.name} "
        f"-d {_fish_quoted(form.entry.help)}"
        for form in forms
    ]
    lines += (_fish_option("__pipenv_is_in", option) for option in _ROOT if not option.is_hidden)
    for form in forms:
        condition = f"'__pipenv_is_in {form.entry.name}'"
        shown = (option for option in form.options if not option.is_hidden)
        lines += (_fish_option(condition, option) for option in shown)
    return _FISH.replace("@LINES@", "\n".join(lines))


def _fish_option(condition: str, option: Option) -> str:
    flags = " ".join(
        f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags
    )
    value = "" if option.metavar is None else " -x -a '(__pipenv_asked)'"
    return f"complete -c pipenv -n {condition} {flags}{value} -d {_fish_quoted(option.help)}"


def _powershell(forms: Sequence[CommandForm]) -> str:
    rows = [("''", _ROOT_FLAGS), *((f"'{name}'", flags) for name, flags in _flags(forms))]
    cases = (f"        {name} = @({_listed(flags)})" for name, flags in rows)
    return _filled(_POWERSHELL, _listed(_names(forms)), "", cases)


def _tcsh(forms: Sequence[CommandForm]) -> str:
    kinds = {"locked": "packages", "scripts": "scripts"}
    cases = [
        f"'n@{form.entry.name}@`pipenv completion --names {kinds[form.entry.completes]}`@'"
        for form in forms
        if form.entry.completes in kinds
    ]
    cases += [
        f"'n@{form.entry.name}@({form.entry.completes[1:]})@'"
        for form in forms
        if form.entry.completes.startswith("=")
    ]
    flags = sorted({flag[2:] for _, own in _flags(forms) for flag in own if flag[:2] == "--"})
    return _filled(_TCSH, " ".join(_names(forms)), " ".join(flags), [" ".join(cases)])


def _filled(template: str, commands: str, root: str, cases: Iterable[str]) -> str:
    text = template.replace("@COMMANDS@", commands).replace("@ROOT@", root)
    return text.replace("@CASES@", "\n".join(cases))


def _names(forms: Sequence[CommandForm]) -> list[str]:
    return [form.entry.name for form in forms]


def _flags(forms: Sequence[CommandForm]) -> list[tuple[str, list[str]]]:
    return [(form.entry.name, _shown(form.options)) for form in forms]


def _shown(found: Iterable[Option]) -> list[str]:
    return sorted(flag for option in found if not option.is_hidden for flag in option.flags)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _listed(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


_ROOT: tuple[Option, ...] = (*options.ROOT, HELP)
_ROOT_FLAGS = _shown(_ROOT)
_WRITERS: dict[str, Callable[[Sequence[CommandForm]], str]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
    "tcsh": _tcsh,
    "powershell": _powershell,
    "pwsh": _powershell,
}
