"""Full disks, caches that are none, readers that went away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX")

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), -1))
from pipenv.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize("size", [0, 100, 1000])
def test_files_that_cannot_be_written_stay_as_they_were(pipenv: CommandLine, size: int) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    before, installed = pipenv.snapshot(), pipenv.installed()
    completed = subprocess.run(
        [sys.executable, "-c", LIMITED, str(size), "install", "loner"],
        cwd=pipenv.root,
        env=pipenv.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in completed.stderr
    if completed.returncode:
        assert completed.stderr.count("ERROR:") == 1
        assert pipenv.snapshot() == before
        assert pipenv.installed() == installed
    pipenv.ok("install", "loner")
    assert "loner" in pipenv.installed()


def test_a_file_in_place_of_the_cache_is_no_error(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    Path(pipenv.environ["PIPENV_CACHE_DIR"]).write_text("in the way", encoding="utf-8")
    pipenv.ok("install", "loner")
    assert set(pipenv.installed()) == {"trunk", "leaf", "loner"}


def test_a_damaged_cache_is_made_anew(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    cache = Path(pipenv.environ["PIPENV_CACHE_DIR"])
    for path in [*cache.rglob("*")]:
        if path.is_file() and path.stat().st_size:
            data = path.read_bytes()
            path.unlink()
            path.write_bytes(data[: len(data) // 2] + b"\xff" + data[len(data) // 2 + 1 :])
    pipenv.ok("remove")
    pipenv.ok("install", "loner")
    site = next(Path(pipenv.ok("--venv").stdout.strip()).glob("lib/python*/site-packages"))
    for name in ("leaf", "trunk", "loner"):
        for module in site.glob(f"{name}*/*.py"):
            assert b"\xff" not in module.read_bytes()
    assert pipenv("verify").status == 0


@pytest.mark.parametrize("kept", [0.0, 0.5, None])
def test_a_cut_or_deleted_cache_is_made_anew(pipenv: CommandLine, kept: float | None) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    files = [one for one in Path(pipenv.environ["PIPENV_CACHE_DIR"]).rglob("*") if one.is_file()]
    for number, path in enumerate(sorted(files)):
        data = path.read_bytes()
        path.unlink()
        if kept is not None:
            path.write_bytes(data[: int(len(data) * kept)])
        elif number % 2:
            path.write_bytes(data)
    pipenv.ok("remove")
    pipenv.ok("install", "loner")
    assert pipenv.spawn("run", "python", "-c", "import leaf, trunk, loner").status == 0
    site = next(Path(pipenv.ok("--venv").stdout.strip()).glob("lib/python*/site-packages"))
    for name in ("leaf", "trunk", "loner"):
        assert (site / name / "__init__.py").stat().st_size
    assert pipenv("verify").status == 0


def test_a_read_only_project_is_synced(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("remove")
    before = sorted(os.listdir(pipenv.root)), pipenv.snapshot()
    pipenv.root.chmod(0o555)
    try:
        pipenv.ok("sync")
    finally:
        pipenv.root.chmod(0o755)
    assert (sorted(os.listdir(pipenv.root)), pipenv.snapshot()) == before


def test_a_half_installed_package_is_installed_again(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    site = next(Path(pipenv.ok("--venv").stdout.strip()).glob("lib/python*/site-packages"))
    next(site.glob("leaf-*.dist-info/RECORD")).unlink()
    shutil.rmtree(next(site.glob("trunk-*.dist-info")))
    pipenv.ok("sync")
    assert next(site.glob("leaf-*.dist-info/RECORD")).exists()
    assert next(site.glob("trunk-*.dist-info/RECORD")).exists()


def test_a_reader_that_went_away_sees_no_traceback(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    reading, writing = os.pipe()
    os.close(reading)
    for words in (("graph",), ("graph", "--json"), ("--venv",), ("verify",)):
        completed = subprocess.run(
            [sys.executable, "-m", "pipenv", *words],
            cwd=pipenv.root,
            env=pipenv.environ,
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
        )
        assert b"Traceback" not in completed.stderr
    os.close(writing)
