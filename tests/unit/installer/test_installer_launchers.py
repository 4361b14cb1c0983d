"""Programs for entry points, on every platform."""

from __future__ import annotations

import io
import os
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.archives.entry_points import (
    is_interpreter,
    parse_entry_points,
    problem_with_program,
)
from pipenv.installer.launchers import first_lines, launcher_files, with_interpreter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

POINT = ("demo", "demo.main", "run")
PYTHON = "/env/bin/python"
WINDOWS_PYTHON = "C:\\env\\Scripts\\python.exe"


def stub(kind: str) -> bytes | None:
    return f"MZ {kind}".encode()


def test_posix_program() -> None:
    ((name, data),) = launcher_files(POINT, "console", PYTHON, platform="linux")
    assert name == "demo"
    assert data.decode() == (
        "#!/env/bin/python\n"
        "import sys\n"
        "\n"
        "from demo.main import run\n"
        "\n"
        'if __name__ == "__main__":\n'
        "    sys.exit(run())\n"
    )


def test_attribute_with_dots() -> None:
    ((_, data),) = launcher_files(("x", "a.b", "C.d.e"), "gui", PYTHON, platform="darwin")
    assert b"from a.b import C\n" in data
    assert b"sys.exit(C.d.e())" in data


def test_long_path_goes_through_the_shell() -> None:
    python = "/" + "x" * 120 + "/python"
    assert first_lines(python) == (
        b"#!/bin/sh\n'''exec' \"" + python.encode() + b'" "$0" "$@"\n' + b"' '''\n"
    )


@pytest.mark.parametrize(("length", "lines"), [(125, 1), (126, 3)])
def test_longest_first_line(length: int, lines: int) -> None:
    assert first_lines("/" + "x" * (length - 1)).count(b"\n") == lines


def test_path_with_a_space_goes_through_the_shell() -> None:
    assert first_lines("/my env/bin/python").startswith(b"#!/bin/sh\n")


@pytest.mark.parametrize("sign", ["'", '"', "$", "`", "\\", "\n"])
def test_path_that_cannot_be_quoted_is_not_written(sign: str) -> None:
    lines = first_lines(f"/my {sign} env/bin/python")
    assert sign + " env" not in lines.decode()
    assert b'"$(dirname -- "$0")/python"' in lines


def test_path_that_is_not_utf8() -> None:
    python = os.fsdecode(b"/\xff/bin/python")
    assert first_lines(python) == b"#!/\xff/bin/python\n# -*- coding: latin-1 -*-\n"


@given(st.text(st.characters(codec="ascii", exclude_characters="\x00/"), min_size=1))
def test_first_lines_are_nothing_to_python(name: str) -> None:
    text = first_lines(f"/{name}/python") + b"found = 1\n"
    names: dict[str, object] = {}
    exec(compile(text, "program", "exec"), names)
    assert names["found"] == 1


def test_script_gets_the_interpreter() -> None:
    script = b"#!python -E\nprint('hello')\n"
    assert with_interpreter(script, PYTHON) == b"#!/env/bin/python\nprint('hello')\n"


def test_windowed_script() -> None:
    assert with_interpreter(b"#!pythonw\r\nx\n", WINDOWS_PYTHON) == (
        b"#!C:\\env\\Scripts\\pythonw.exe\nx\n"
    )
    assert with_interpreter(b"#!pythonw\nx\n", PYTHON) == b"#!/env/bin/python\nx\n"


def test_encoding_of_a_script_stays_where_it_counts() -> None:
    script = b"#!python\n# coding: latin-1\nprint('\xe4')\n"
    lines = with_interpreter(script, "/my env/python").split(b"\n")
    assert lines[:2] == [b"#!/bin/sh", b"# coding: latin-1"]
    assert lines[-2] == b"print('\xe4')"
    assert lines.count(b"# coding: latin-1") == 1


def test_windows_program() -> None:
    ((name, data),) = launcher_files(POINT, "console", WINDOWS_PYTHON, platform="win32", stub=stub)
    assert name == "demo.exe"
    start = b"MZ console#!C:\\env\\Scripts\\python.exe\r\n"
    assert data.startswith(start)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["__main__.py"]
        text = archive.read("__main__.py").decode()
    assert "from demo.main import run" in text
    compile(text, "program", "exec")


def test_windows_program_without_console() -> None:
    ((_, data),) = launcher_files(POINT, "gui", WINDOWS_PYTHON, platform="win32", stub=stub)
    assert data.startswith(b"MZ gui#!C:\\env\\Scripts\\pythonw.exe\r\n")


def test_windows_path_with_a_space_is_quoted() -> None:
    python = "C:\\my env\\python.exe"
    ((_, data),) = launcher_files(POINT, "console", python, platform="win32", stub=stub)
    assert b'#!"C:\\my env\\python.exe"\r\n' in data


def test_windows_without_starters() -> None:
    files = dict(launcher_files(POINT, "console", WINDOWS_PYTHON, platform="win32"))
    assert sorted(files) == ["demo-script.py", "demo.cmd"]
    assert files["demo.cmd"] == (b'@"C:\\env\\Scripts\\python.exe" "%~dp0demo-script.py" %*\r\n')


@pytest.mark.parametrize(
    ("argument", "seen"),
    [("demo.exe", "demo"), ("demo-script.py", "demo"), ("demo", "demo"), ("x.exe.py", "x.exe.py")],
)
def test_windows_programs_do_not_see_their_ending(
    argument: str, seen: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    (tmp_path / "demo_main.py").write_text("import sys\ndef run():\n    return sys.argv[0]\n")
    files = dict(
        launcher_files(("demo", "demo_main", "run"), "console", "python.exe", platform="win32")
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "argv", [argument])
    with pytest.raises(SystemExit) as caught:
        exec(compile(files["demo-script.py"], "program", "exec"), {"__name__": "__main__"})
    assert caught.value.code == seen


# Entry points


def test_groups_and_their_order() -> None:
    points = parse_entry_points(
        "# made by hand\n"
        "[other]\nanything goes = here ; or not\n"
        "   [console_scripts]\n"
        "   b = m.n:f\n"
        "a=m:C.g [extra1, extra2]\n"
        "; comment\n"
        "[gui_scripts]\nw = m:h\n"
    )
    assert points.console == (("b", "m.n", "f"), ("a", "m", "C.g"))
    assert points.gui == (("w", "m", "h"),)


@pytest.mark.parametrize("name", ["python", "python3", "python3.11", "pythonw", "python3.13t"])
def test_names_of_interpreters(name: str) -> None:
    assert is_interpreter(name)
    assert problem_with_program(name) is not None
    assert problem_with_program(f"{name.upper()}.exe") is not None


@pytest.mark.parametrize(
    "name", ["pythonista", "python-argcomplete", "activate-global-python-argcomplete", "pip3.11"]
)
def test_names_that_only_look_like_them(name: str) -> None:
    assert problem_with_program(name) is None


@pytest.mark.parametrize("name", ["Activate.ps1", "deactivate", "activate_this.py", "pyvenv.cfg"])
def test_names_of_the_environment(name: str) -> None:
    assert problem_with_program(name) is not None
