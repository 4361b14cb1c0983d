from __future__ import annotations

import os

import pytest

from pipenv.errors import UsageError
from pipenv.virtualenvs.activation import activation_command, child_environment


def test_a_child_finds_the_environment_first() -> None:
    environ = {"PATH": "/usr/bin:/bin", "HOME": "/home/me"}
    child = child_environment(environ, "/env", "/project", "linux")
    assert child == {
        "HOME": "/home/me",
        "PATH": "/env/bin:/usr/bin:/bin",
        "VIRTUAL_ENV": "/env",
        "PIPENV_ACTIVE": "1",
        "PIPENV_PROJECT_DIR": "/project",
    }
    assert environ["PATH"] == "/usr/bin:/bin"


def test_running_inside_of_running_does_not_grow_the_path() -> None:
    once = child_environment({"PATH": "/usr/bin"}, "/env", "/project", "linux")
    assert child_environment(once, "/env", "/project", "linux") == once


def test_a_folder_of_similar_name_is_another_one() -> None:
    child = child_environment({"PATH": "/env/bin2:/bin"}, "/env", "/p", "linux")
    assert child["PATH"] == "/env/bin:/env/bin2:/bin"


@pytest.mark.parametrize("environ", [{}, {"PATH": ""}])
def test_without_a_path_the_default_one_follows(environ: dict[str, str]) -> None:
    child = child_environment(environ, "/env", "/p", "linux")
    assert child["PATH"] == "/env/bin:" + os.defpath


def test_what_would_mislead_the_interpreter_is_left_out() -> None:
    environ = {"PYTHONHOME": "/x", "__PYVENV_LAUNCHER__": "/y", "PYTHONPATH": "/z"}
    child = child_environment(environ, "/env", "/p", "darwin")
    assert "PYTHONHOME" not in child
    assert "__PYVENV_LAUNCHER__" not in child
    assert child["PYTHONPATH"] == "/z"


def test_the_system_python_needs_no_environment() -> None:
    environ = {"PATH": "/usr/bin", "PYTHONHOME": "/x", "VIRTUAL_ENV": "/other"}
    child = child_environment(environ, None, "/p", "linux")
    assert child == {**environ, "PIPENV_ACTIVE": "1", "PIPENV_PROJECT_DIR": "/p"}


def test_windows() -> None:
    child = child_environment({"PATH": "C:\\Windows"}, "C:\\env", "C:\\p", "win32")
    assert child["PATH"] == "C:\\env\\Scripts;C:\\Windows"
    assert child_environment({}, "C:\\env", "C:\\p", "win32")["PATH"] == "C:\\env\\Scripts"


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "source /e/bin/activate"),
        ("/bin/zsh", "source /e/bin/activate"),
        ("-ksh", "source /e/bin/activate"),
        ("fish", "source /e/bin/activate.fish"),
        ("tcsh", "source /e/bin/activate.csh"),
        ("xonsh", "source /e/bin/activate.xsh"),
        ("nu", "overlay use /e/bin/activate.nu"),
        ("pwsh", ". /e/bin/activate.ps1"),
    ],
)
def test_lines_for_shells(shell: str, line: str) -> None:
    assert activation_command(shell, "/e", "linux") == line


def test_odd_characters_are_escaped() -> None:
    line = activation_command("bash", "/a b/$x&(y)[z]", "linux")
    assert line == "source /a\\ b/\\$x\\&\\(y\\)\\[z\\]/bin/activate"


def test_a_hostile_folder_name_stays_a_name() -> None:
    line = activation_command("bash", "/a;rm -r `x`'\"\\", "linux")
    assert line == "source /a\\;rm\\ -r\\ \\`x\\`\\'\\\"\\\\/bin/activate"


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("pwsh", ". '/it''s here/bin/activate.ps1'"),
        ("nu", 'overlay use "/it\'s here/bin/activate.nu"'),
        ("xonsh", 'source r"/it\'s here/bin/activate.xsh"'),
    ],
)
def test_shells_without_backslashes_get_quotes(shell: str, line: str) -> None:
    assert activation_command(shell, "/it's here", "linux") == line


def test_powershell_on_windows() -> None:
    shell = "C:\\Windows\\System32\\PowerShell.EXE"
    assert activation_command(shell, "C:\\e", "win32") == ". C:\\e\\Scripts\\Activate.ps1"


def test_an_unknown_shell_is_an_error() -> None:
    with pytest.raises(UsageError, match="elvish"):
        activation_command("elvish", "/e", "linux")


def test_the_line_for_cmd() -> None:
    line = activation_command(r"C:\Windows\system32\cmd.exe", r"C:\e", "win32")
    assert line == r"C:\e\Scripts\activate.bat"
    assert activation_command("cmd", r"C:\a b", "win32") == r'"C:\a b\Scripts\activate.bat"'
    with pytest.raises(UsageError):
        activation_command("cmd", "/e", "linux")
