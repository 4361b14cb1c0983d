"""The activation scripts in real shells, with names that shells would love to misread."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipenv.virtualenvs.activation import activation_command
from pipenv.virtualenvs.activators import activation_scripts, prompt_safe, windows_scripts

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [
    "plain",
    "with space",
    'it\'s "quoted"',
    "$HOME `id` $(id) ${x}",
    "back\\slash \\n",
    "bang!important !!",
    "amp&semi;pipe|<>*?[x]{a,b}~#",
    "@ROOT@ %s %n",
    "gr\u00fc\u00dfe \u2018\u6f22\u5b57\u2019",
]

SH = """
PS1='> '
before=$PATH
{line}
printf '%s\\n' "$VIRTUAL_ENV" "${{PATH%%:*}}" "$VIRTUAL_ENV_PROMPT" "$(tool)" "${{PYTHONHOME-none}}"
printf '%s\\n' "$PS1"
{line}
deactivate
if [ "$before" = "$PATH" ]; then echo same; else echo "$PATH"; fi
echo "${{VIRTUAL_ENV-none}} ${{VIRTUAL_ENV_PROMPT-none}} ${{PIPENV_ACTIVE-none}} $PYTHONHOME $PS1"
command -v deactivate || exit 0
"""

FISH = """
set before "$PATH"
{line}
printf '%s\\n' "$VIRTUAL_ENV" "$PATH[1]" "$VIRTUAL_ENV_PROMPT" (tool)
set -q PYTHONHOME; and echo $PYTHONHOME; or echo none
fish_prompt | head -n 1
echo
{line}
deactivate
test "$before" = "$PATH"; and echo same; or echo $PATH
set -q VIRTUAL_ENV; and echo set; or echo none
set -q PIPENV_ACTIVE; and echo set; or echo none
echo $PYTHONHOME
functions -q deactivate; and echo defined
fish_prompt > /dev/null
exit 0
"""

CSH = """
set before="$PATH"
{line}
printf '%s\\n' "$VIRTUAL_ENV:q" "$PATH:q" "$VIRTUAL_ENV_PROMPT:q" `tool | wc -l`
echo $?PYTHONHOME
{line}
deactivate
if ("$before:q" == "$PATH:q") echo same
echo $?VIRTUAL_ENV $?PIPENV_ACTIVE "$PYTHONHOME"
exit 0
"""


def environment(folder: Path, name: str) -> str:
    """An environment as far as the scripts know it."""
    root = folder / name
    (root / "bin").mkdir(parents=True)
    scripts = activation_scripts(str(root), name, str(root / "lib" / "site-packages"))
    assert list(scripts)[-1] == "activate"
    for file_name, text in scripts.items():
        (root / "bin" / file_name).write_text(text, encoding="utf-8")
    tool = root / "bin" / "tool"
    tool.write_text("#!/bin/sh\nprintf '%s\\n' \"$0\"\n")
    tool.chmod(0o755)
    return str(root)


def run(program: str, text: str, *options: str, **more: str) -> list[str]:
    variables = {
        "PATH": os.defpath,
        "HOME": "/nonexistent",
        "PIPENV_ACTIVE": "1",
        "PIPENV_PROJECT_DIR": "/p",
        "PS1": "> ",
        "LC_ALL": "C.UTF-8",
        "XDG_CONFIG_HOME": "/nonexistent",
        "XDG_DATA_HOME": "/nonexistent",
        **more,
    }
    done = subprocess.run(
        [program, *options], input=text.encode(), capture_output=True, check=False, env=variables
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def shell(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("program", ["sh", "bash", "zsh", "dash", "ksh"])
def test_sh_and_its_family(tmp_path: Path, program: str, name: str) -> None:
    root = environment(tmp_path, name)
    path = shell(program)
    line = activation_command(program, root, "linux")
    if program in ("sh", "dash"):
        line = "." + line.removeprefix("source")  # they know the word `.` only
    for strictness in ("", "set -eu\n"):
        lines = run(path, strictness + SH.format(line=line), PYTHONHOME="/pythonhome")
        assert lines[:5] == [root, root + "/bin", name, root + "/bin/tool", "none"]
        assert lines[5] == f"({prompt_safe(name)}) > "
        assert lines[6] == "same"
        assert lines[7].strip() == "none none none /pythonhome >"
        assert lines[8:] == []


@pytest.mark.parametrize("name", NAMES)
def test_fish(tmp_path: Path, name: str) -> None:
    root = environment(tmp_path, name)
    line = activation_command("fish", root, "linux")
    lines = run(shell("fish"), FISH.format(line=line), "--no-config", PYTHONHOME="/pythonhome")
    assert lines[:5] == [root, root + "/bin", name, root + "/bin/tool", "none"]
    assert lines[5].startswith(f"({prompt_safe(name)}) ")
    assert [text for text in lines[6:] if text] == ["same", "none", "none", "/pythonhome"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("program", ["csh", "tcsh"])
def test_csh(tmp_path: Path, program: str, name: str) -> None:
    root = environment(tmp_path, name)
    line = activation_command(program, root, "linux")
    lines = run(shell(program), CSH.format(line=line), "-f", PYTHONHOME="/pythonhome")
    assert lines[0] == root
    assert lines[1] == f"{root}/bin:{os.defpath}"
    assert lines[2:5] == [name, "1", "0"]
    assert lines[5:] == ["same", "0 0 /pythonhome"]


# xonsh replaces variables in every item of PATH, whoever put it there.
@pytest.mark.parametrize("name", [name for name in NAMES if "$" not in name])
def test_xonsh(tmp_path: Path, name: str) -> None:
    root = environment(tmp_path, name)
    text = (
        "$PYTHONHOME = '/pythonhome'\n"
        f"{activation_command('xonsh', root, 'linux')}\n"
        "print($VIRTUAL_ENV)\nprint($PATH[0])\nprint('PYTHONHOME' in __xonsh__.env)\n"
        "deactivate\n"
        "print('VIRTUAL_ENV' in __xonsh__.env, 'PIPENV_ACTIVE' in __xonsh__.env, len($PATH))\n"
    )
    lines = run(shell("xonsh"), text, "--no-rc")
    assert lines == [root, root + "/bin", "False", "False False 2"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("program", ["pwsh", "nu"])
def test_shells_that_are_rarely_installed(tmp_path: Path, program: str, name: str) -> None:
    root = environment(tmp_path, name)
    line = activation_command(program, root, "linux")
    text = f"{line}\necho $env:VIRTUAL_ENV" if program == "pwsh" else f"{line}\n$env.VIRTUAL_ENV"
    option = "-c" if program == "nu" else "-Command"
    done = subprocess.run(
        [shell(program), option, text], capture_output=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.decode().strip() == root


@pytest.mark.parametrize("name", NAMES)
def test_in_a_running_interpreter(tmp_path: Path, name: str) -> None:
    root = environment(tmp_path, name)
    library = os.path.join(root, "lib", "site-packages")
    os.makedirs(library)
    code = (
        "import os, runpy, sys\n"
        "runpy.run_path(sys.argv[1])\n"
        "print(ascii([sys.path[0], sys.prefix, os.environ['VIRTUAL_ENV'], os.environ['PATH']]))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, os.path.join(root, "bin", "activate_this.py")],
        capture_output=True,
        check=True,
        env={"PATH": "/usr/bin"},
    )
    expected = ascii([library, root, root, root + "/bin:/usr/bin"])
    assert done.stdout.decode().strip() == expected


def test_running_the_script_instead_of_sourcing_it_is_told(tmp_path: Path) -> None:
    root = environment(tmp_path, "plain")
    done = subprocess.run(
        [shell("bash"), os.path.join(root, "bin", "activate")], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"source" in done.stderr


def test_a_prompt_runs_no_command(tmp_path: Path) -> None:
    root = environment(tmp_path, "$(touch ran)`touch ran`")
    text = f". {activation_command('bash', root, 'linux').partition(' ')[2]}\n"
    run(shell("bash"), f'cd {tmp_path}\n{text}echo "${{PS1@P}}"\n')
    assert not (tmp_path / "ran").exists()


def test_scripts_on_windows() -> None:
    """Besides those of Python's own `venv`; they look below ``Scripts``."""
    scripts = windows_scripts(r"C:\e e", "odd", r"C:\e e\Lib\site-packages")
    assert set(scripts) == {"activate.nu", "activate.xsh", "activate_this.py", "deactivate.bat"}
    assert '([$root "Scripts"] | path join)' in scripts["activate.nu"]
    assert r'let root = "C:\\e e"' in scripts["activate.nu"]
    assert "$VIRTUAL_ENV + \"/\" + 'Scripts'" in scripts["activate.xsh"]
    assert "os.path.join(root, 'Scripts')" in scripts["activate_this.py"]
    left = scripts["deactivate.bat"].split("\r\n")
    assert "@set PIPENV_ACTIVE=" in left
    assert '@if defined _OLD_VIRTUAL_PATH set "PATH=%_OLD_VIRTUAL_PATH%"' in left
