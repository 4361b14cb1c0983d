"""RECORD: rows, and which paths lie inside an environment."""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.archives.record_rows import record_line, record_rows
from pipenv.installer.record import Boundaries, path_in_record, recorded_paths, row_for
from pipenv.models.interpreters import Environment, InstallPaths, Interpreter

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"))


def environment(root: Path) -> Environment:
    paths = InstallPaths(
        purelib=str(root / "lib" / "site"),
        platlib=str(root / "lib64" / "site"),
        scripts=str(root / "bin"),
        data=str(root),
        headers=str(root / "include" / "site"),
        stdlib="/usr/lib/python3.11",
    )
    interpreter = Interpreter(
        str(root / "bin" / "python"), (3, 11, 0), "cpython", str(root), "/usr", "", {}, (), paths
    )
    return Environment(str(root), interpreter, paths)


@given(path=TEXTS, digest=TEXTS.filter(lambda text: not set(text) & set(',"')))
def test_rows_are_what_the_csv_module_reads_and_writes(path: str, digest: str) -> None:
    line = record_line(path, digest, 3)
    assert next(csv.reader(io.StringIO(line, newline=""))) == [path, digest, "3"]
    if path:
        assert list(record_rows(line)) == [(path, digest, "3")]
        written = io.StringIO(newline="")
        csv.writer(written).writerow([path, digest, "3"])
        assert list(record_rows(written.getvalue())) == [(path, digest, "3")]


def test_rows_of_old_installers() -> None:
    assert list(record_rows("a.py\n\nb.py,,\r\n")) == [("a.py", "", ""), ("b.py", "", "")]


@pytest.mark.parametrize("text", ["a,b\n", '"a,b,c\n', '"a"b,c,d\n', '"a",b,c,d\n', '"a",b\n'])
def test_lines_that_are_no_rows(text: str) -> None:
    with pytest.raises(ValueError, match="a"):
        list(record_rows(text))


def test_row_for_content() -> None:
    assert row_for("x/INSTALLER", b"pip\n") == (
        "x/INSTALLER,sha256=zuuue4knoyJ-UwPPXg8fezS7VCrXJQrAP7zeNuwvFQg,4\n"
    )


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/env/lib/site/a/b.py", "a/b.py"),
        ("/env/bin/demo", "../../bin/demo"),
        ("/env/lib/site2/x", "../site2/x"),
    ],
)
def test_path_in_record(path: str, written: str) -> None:
    assert path_in_record(path, "/env/lib/site") == written


def test_recorded_paths(tmp_path: Path) -> None:
    info = tmp_path / "demo-1.0.dist-info"
    info.mkdir()
    assert recorded_paths(str(info)) is None
    (info / "RECORD").write_text('demo.py,,\n"a,b.py",,\n../bin/x,,\n/absolute,,\n', newline="")
    assert recorded_paths(str(info)) == [
        str(tmp_path / "demo.py"),
        str(tmp_path / "a,b.py"),
        str(tmp_path.parent / "bin" / "x"),
        "/absolute",
    ]
    (info / "RECORD").write_text('"broken', newline="")
    assert recorded_paths(str(info)) is None


def test_legacy_list_of_files(tmp_path: Path) -> None:
    info = tmp_path / "demo.egg-info"
    info.mkdir()
    assert recorded_paths(str(info)) is None
    (info / "installed-files.txt").write_text("../demo.py\nPKG-INFO\n")
    assert recorded_paths(str(info)) == [str(tmp_path / "demo.py"), str(info / "PKG-INFO")]


def test_boundaries(tmp_path: Path) -> None:
    root = tmp_path / "env"
    boundaries = Boundaries(environment(root))
    for inside in ("lib/site/a.py", "bin/x", "share/doc/x", "x"):
        assert boundaries.holds(str(root / inside))
    for outside in ("../x", "../env2/x", "../../etc/passwd"):
        assert not boundaries.holds(os.path.normpath(root / outside))


def test_boundaries_follow_links(tmp_path: Path) -> None:
    root = tmp_path / "env"
    (root / "lib").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (root / "lib" / "out").symlink_to(tmp_path / "elsewhere")
    (root / "lib" / "in").symlink_to(root)
    boundaries = Boundaries(environment(root))
    assert not boundaries.holds(str(root / "lib" / "out" / "x"))
    assert boundaries.holds(str(root / "lib" / "in" / "x"))
    # The link itself lies inside, and may be deleted.
    assert boundaries.holds(str(root / "lib" / "out"))


@pytest.mark.parametrize(
    ("virtual", "tidied"),
    [
        (True, {"lib/site/a/b", "lib/site/a", "share/doc", "share"}),
        # The system's own `share` is there whether or not there is something in it.
        (False, {"lib/site/a/b", "lib/site/a", "share/doc"}),
    ],
)
def test_folders_to_tidy(virtual: bool, tidied: set[str], tmp_path: Path) -> None:
    root = tmp_path / "env"
    root.mkdir()
    if virtual:
        (root / "pyvenv.cfg").touch()
    boundaries = Boundaries(environment(root))
    files = ["lib/site/a/b/c.py", "bin/x", "share/doc/x", "pyvenv.cfg"]
    found = boundaries.folders_to_tidy(str(root / path) for path in files)
    assert {os.path.relpath(path, root) for path in found} == tidied
    assert found == sorted(found, key=len, reverse=True)
