"""Which shell is the user's: by name, by the processes above, by habit."""

from __future__ import annotations

import pytest

from pipenv.virtualenvs.ancestry import MOST_ANCESTORS, chain, read_listing
from pipenv.virtualenvs.shell_choice import choose_shell
from pipenv.virtualenvs.shell_startup import is_fancy, is_plain_prompt, startup

MAKE = [["sh", "-c", "pipenv shell"], ["make"], ["-zsh"], ["login"]]


@pytest.mark.parametrize(
    ("ancestors", "environ", "at_a_prompt", "shell"),
    [
        ([["bash"]], {"PIPENV_SHELL": "fish"}, True, "fish"),
        (
            [["vim"], ["/usr/bin/fish", "-C", "set x 1"]],
            {"SHELL": "/bin/sh"},
            True,
            "/usr/bin/fish",
        ),
        (MAKE, {}, True, "zsh"),
        (MAKE, {}, False, "sh"),
        ([["bash", "build.sh"], ["cron"]], {"SHELL": "/bin/ksh"}, True, "/bin/ksh"),
        ([["/usr/bin/python3", "/opt/bin/xonsh"]], {}, True, "/opt/bin/xonsh"),
        ([["bash", "--rcfile", "x", "-i"]], {}, True, "bash"),
        ([[]], {"PYENV_SHELL": "dash"}, True, "dash"),
        ([["init"]], {}, True, None),
    ],
)
def test_choice(
    ancestors: list[list[str]], environ: dict[str, str], at_a_prompt: bool, shell: str | None
) -> None:
    chosen = choose_shell(environ, ancestors, platform="linux", at_a_prompt=at_a_prompt)
    assert chosen == shell


def test_windows_has_only_habits() -> None:
    environ = {"COMSPEC": "C:\\cmd.exe"}
    assert choose_shell(environ, [], platform="win32", at_a_prompt=True) == "C:\\cmd.exe"
    environ["PSModulePath"] = "C:\\me\\Documents\\PowerShell;C:\\PowerShell\\7\\Modules;C:\\x"
    assert choose_shell(environ, [], platform="win32", at_a_prompt=True) == "pwsh"


def test_the_listing_of_ps_and_circles() -> None:
    table = read_listing("  1 0 init\n 20  1 -bash\n 30 20 make -j 2\nnonsense\n")
    assert chain(30, table.get) == [["make", "-j", "2"], ["-bash"], ["init"]]
    assert len(chain(7, lambda pid: (pid, ["me"]))) == MOST_ANCESTORS


@pytest.mark.parametrize("words", [[], ["-x"], ["--debugger"], ["+B"]])
def test_a_prompt(words: list[str]) -> None:
    assert is_plain_prompt(words)


@pytest.mark.parametrize("words", [["-c", "ls"], ["-ic", "ls"], ["-l"], ["--norc"], ["x.sh"]])
def test_no_prompt(words: list[str]) -> None:
    assert not is_plain_prompt(words)


def test_shells_that_need_no_file() -> None:
    for program, platform, arguments in (
        ("/bin/nu", "linux", ("-e", "overlay use /e/bin/activate.nu")),
        ("pwsh", "linux", ("-NoLogo", "-NoExit", "-Command", ". /e/bin/activate.ps1")),
        ("cmd.exe", "win32", ("/K", "/e\\Scripts\\activate.bat")),
        ("xonsh", "linux", ("-i", "--rc", "~/.xonshrc", "/e/bin/activate.xsh")),
    ):
        made = startup(program, "/e", "/t", {}, ["~/.xonshrc"], platform=platform)
        assert made is not None
        assert (made.arguments, made.variables, made.files) == (arguments, {}, {})
    assert startup("elvish", "/e", "/t", {}, platform="linux") is None


def test_terminals_on_windows() -> None:
    """Git's bash and Cmder; both inherit the variable that tells of PowerShell."""
    environ = {"PSModulePath": "a;b;c", "MSYSTEM": "MINGW64", "SHELL": "/usr/bin/bash"}
    assert choose_shell(environ, [], platform="win32", at_a_prompt=True) == "/usr/bin/bash"
    del environ["MSYSTEM"]
    assert choose_shell(environ, [], platform="win32", at_a_prompt=True) == "powershell"
    made = startup("cmd.exe", r"C:\e e", "t", {"CMDER_ROOT": "C:\\Cmder\\"}, platform="win32")
    assert made is not None
    words = ("/K", "call", r"C:\Cmder\vendor\init.cmd", "&", "call", r"C:\e e\Scripts\activate.bat")
    assert made.arguments == words


@pytest.mark.parametrize(
    ("wish", "program", "environ", "platform", "expected"),
    [
        (None, "bash", {}, "linux", False),
        (None, "/usr/bin/pwsh", {}, "linux", True),
        (None, "cmd.exe", {}, "win32", True),
        (None, "zsh", {"POSH_THEME": "agnoster"}, "darwin", True),
        (False, "zsh", {"POSH_THEME": "agnoster"}, "darwin", False),
        (True, "bash", {}, "linux", True),
    ],
)
def test_fancy(
    wish: bool | None,
    program: str,
    environ: dict[str, str],
    platform: str,
    *,
    expected: bool,
) -> None:
    assert is_fancy(wish, program, environ, platform) == expected
