from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import FileAccessError
from pipenv.processes import find_program, run_captured, run_through

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath)}
posix_only = pytest.mark.skipif(os.name == "nt", reason="signals and bits of POSIX")


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


def test_output_and_status_are_captured() -> None:
    done = run_captured(
        python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"),
        environment=ENVIRONMENT,
    )
    assert (done.status, done.stdout.strip(), done.stderr.strip()) == (3, b"out", b"err")
    assert not done.timed_out


def test_input_is_handed_over_and_is_empty_otherwise() -> None:
    code = "import sys; sys.stdout.write(sys.stdin.read())"
    assert run_captured(python(code), environment=ENVIRONMENT, input=b"hi").stdout == b"hi"
    assert run_captured(python(code), environment=ENVIRONMENT).stdout == b""


def test_environment_and_folder_are_those_given(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ['ONLY'], 'HOME' in os.environ)"
    done = run_captured(python(code), environment={"ONLY": "this"}, cwd=str(tmp_path))
    assert done.stdout.decode().split() == [os.path.realpath(tmp_path), "this", "False"]


def test_a_lot_of_output_on_both_streams_does_not_block() -> None:
    code = "import sys; sys.stdout.write('o' * 2**20); sys.stderr.write('e' * 2**20)"
    done = run_captured(python(code), environment=ENVIRONMENT)
    assert (len(done.stdout), len(done.stderr)) == (2**20, 2**20)


@posix_only
def test_when_the_time_is_over_the_whole_family_is_killed(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    code = (
        "import os, sys, time\n"
        "child = os.fork()\n"
        "if child: open(sys.argv[1], 'w').write(str(child))\n"
        "print('started', flush=True)\n"
        "while True: time.sleep(3600)"
    )
    done = run_captured(
        [*python(code), str(pid_file)], environment=ENVIRONMENT, timeout_seconds=2.0
    )
    assert done.timed_out
    assert done.status == 128 + signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        _wait_until_gone(int(pid_file.read_text()))


def _wait_until_gone(pid: int) -> None:
    """The killed grandchild is somebody else's to reap; until then it is a zombie."""
    for _ in range(100_000):
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="ascii") as stream:
            if stream.read().rpartition(")")[2].split()[0] == "Z":
                raise ProcessLookupError


@posix_only
def test_death_by_signal_is_told_as_shells_do() -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    assert run_captured(python(code), environment=ENVIRONMENT).status == 128 + signal.SIGTERM
    assert run_through(python(code), environment=ENVIRONMENT) == 128 + signal.SIGTERM


def test_a_missing_program_and_a_missing_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match="no-such-program"):
        run_captured(["no-such-program"], environment=ENVIRONMENT)
    with pytest.raises(FileAccessError):
        run_through(python("0"), environment=ENVIRONMENT, cwd=str(tmp_path / "none"))
    with pytest.raises(FileAccessError):
        run_captured(["a\0b"], environment=ENVIRONMENT)


def test_running_through_returns_the_status() -> None:
    assert run_through(python("raise SystemExit(5)"), environment=ENVIRONMENT) == 5


REPLACE = """
import sys
sys.path.insert(0, sys.argv[1])
from pipenv.processes import replace_process
sys.stdout.write("before ")
replace_process(sys.argv[2], ["name", *sys.argv[3:]], {"ONLY": "this"})
"""


def replaced(*argv: str) -> subprocess.CompletedProcess[bytes]:
    source = os.path.join(os.path.dirname(__file__), "..", "..", "..", "src")
    return subprocess.run(
        [*python(REPLACE), source, *argv], capture_output=True, check=False, env=ENVIRONMENT
    )


@posix_only
def test_replacing_flushes_first_and_hands_over_the_environment() -> None:
    done = replaced("/bin/sh", "-c", 'echo "$ONLY $1"; exit 4', "sh", "a b")
    assert (done.returncode, done.stdout) == (4, b"before this a b\n")


@posix_only
def test_the_new_program_dies_of_a_closed_pipe_as_usual() -> None:
    done = replaced("/bin/sh", "-c", "kill -PIPE $$; echo survived")
    assert done.returncode == -signal.SIGPIPE
    assert done.stdout == b"before "


@posix_only
def test_programs_are_found_as_the_system_finds_them(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    (tmp_path / "one" / "tool").write_text("not executable")
    (tmp_path / "two" / "tool").write_text("#!/bin/sh\n")
    (tmp_path / "two" / "tool").chmod(0o755)
    environment = {"PATH": f"{tmp_path}/none:{tmp_path}/one:{tmp_path}/two"}
    found = str(tmp_path / "two" / "tool")
    assert find_program("tool", environment, platform="linux") == found
    assert find_program("other", environment, platform="linux") is None
    assert find_program(found, {}, platform="linux") == found
    assert find_program(str(tmp_path / "one" / "tool"), {}, platform="linux") is None


def test_windows_tries_the_endings(tmp_path: Path) -> None:
    (tmp_path / "tool.EXE".lower()).write_text("")
    (tmp_path / "script.py").write_text("")
    environment = {"PATH": str(tmp_path), "PATHEXT": ".COM;.EXE"}
    assert find_program("tool", environment, platform="win32") == str(tmp_path / "tool.exe")
    assert find_program("tool.exe", environment, platform="win32") == str(tmp_path / "tool.exe")
    assert find_program("script.py", environment, platform="win32") is None
