"""Single files that somebody deleted or edited inside of installed packages."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.installer.altered import altered_files, altered_text
from pipenv.virtualenvs.installed import scan

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

LARGE = {"large/__init__.py": "", "large/deep/one.py": "ONE = 1\n", "large/two.py": "TWO = 2\n"}
PIPFILE = '[packages]\nlarge = "*"\n\n[dev-packages]\nloner = "*"\n'


@pytest.fixture
def installed(pipenv: CommandLine, index: LoopbackIndex) -> CommandLine:
    """An environment with two packages, one of several files."""
    from support.package_factory import make_wheel

    index.add(make_wheel("large", "1.0", files=LARGE))
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("install", "--dev")
    return pipenv


def package_file(pipenv: CommandLine, name: str) -> Path:
    root = pipenv.ok("--venv").stdout.strip()
    folders = [Path(folder) for folder, _, _ in os.walk(root, followlinks=True)]
    assert len({(folder / name).resolve() for folder in folders if (folder / name).is_file()}) == 1
    return next(folder / name for folder in folders if (folder / name).is_file())


def replace_text(path: Path, text: str) -> None:
    """Write anew what may be a link to a file in the cache."""
    path.unlink()
    path.write_text(text, encoding="utf-8")


def aspect(pipenv: CommandLine) -> dict[str, object] | None:
    aspects = json.loads(pipenv.ok("status", "--json").stdout)["aspects"]
    found = [each for each in aspects if each["name"] == "files"]
    return found[0] if found else None


def test_what_is_as_installed_needs_no_repair(installed: CommandLine) -> None:
    assert aspect(installed) is None
    result = installed.ok("sync", "--dev", "--repair")
    assert "nothing to install: 2 packages up to date" in result.stderr


def test_a_deleted_file_is_told_and_repaired(installed: CommandLine) -> None:
    gone = package_file(installed, "one.py")
    gone.unlink()
    told = aspect(installed)
    assert told is not None
    assert told["state"] == "altered"
    assert told["text"] == "large: `large/deep/one.py` is missing"
    assert told["fix"] == "pipenv sync --repair"
    assert told["facts"] == {
        "packages": {"large": {"missing": ["large/deep/one.py"], "changed": []}}
    }
    assert "nothing to install" in installed.ok("sync").stderr
    assert not gone.exists()
    result = installed.ok("sync", "--repair")
    assert " + large 1.0 (`large/deep/one.py` is missing)" in result.stderr
    assert gone.read_text(encoding="utf-8") == "ONE = 1\n"
    assert aspect(installed) is None


def test_an_edit_of_the_same_size_is_found_by_its_digest(installed: CommandLine) -> None:
    edited = package_file(installed, "two.py")
    replace_text(edited, "TWO = 3\n")
    assert aspect(installed) is None
    result = installed.ok("sync", "--repair", "--dry-run")
    assert "`large/two.py` was changed" in result.stderr + result.stdout
    assert edited.read_text(encoding="utf-8") == "TWO = 3\n"
    installed.ok("sync", "--repair")
    assert edited.read_text(encoding="utf-8") == "TWO = 2\n"


@pytest.mark.parametrize("mode", ["hardlink", "copy", "symlink"])
def test_an_edit_in_place_does_not_come_back_from_the_cache(
    installed: CommandLine, mode: str
) -> None:
    installed.environ["PIPENV_LINK_MODE"] = mode
    installed.ok("remove")
    installed.ok("sync")
    edited = package_file(installed, "two.py")
    edited.write_text("TWO = 'something else'\n", encoding="utf-8")
    assert aspect(installed) is not None
    installed.ok("sync", "--repair")
    assert package_file(installed, "two.py").read_text(encoding="utf-8") == "TWO = 2\n"
    assert aspect(installed) is None


def test_a_category_that_is_not_asked_for_is_let_be(installed: CommandLine) -> None:
    edited = package_file(installed, "loner/__init__.py")
    replace_text(edited, "edited = True\n")
    told = aspect(installed)
    assert told is not None
    assert told["fix"] == "pipenv sync --repair --dev"
    assert "nothing to install" in installed.ok("sync", "--repair").stderr
    assert edited.read_text(encoding="utf-8") == "edited = True\n"
    installed.ok("sync", "--repair", "--dev")
    assert aspect(installed) is None


def test_bytecode_may_come_and_go(installed: CommandLine) -> None:
    source = package_file(installed, "two.py")
    installed.ok("sync", "--repair", "--compile")
    installed.spawn("run", "python", "-c", "import large.two")
    assert aspect(installed) is None
    for each in source.parent.rglob("*.pyc"):
        each.unlink()
    assert aspect(installed) is None


def test_a_record_that_cannot_be_read_tells_nothing(tmp_path: Path) -> None:
    info = tmp_path / "one-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: one\nVersion: 1.0\n", encoding="utf-8")
    record = info / "RECORD"
    record.write_text('one.py,"sha256=x\n', encoding="utf-8")
    assert altered_files(scan([str(tmp_path)]), reads_contents=True) == {}
    record.write_text("one.py,sha256=x,1\ntwo.py,md5=0,3\n__pycache__/a.pyc,,\n", encoding="utf-8")
    (tmp_path / "two.py").write_text("abc", encoding="utf-8")
    found = altered_files(scan([str(tmp_path)]), reads_contents=True)
    assert [each.path for each in found["one"]] == ["one.py"]
    os.truncate(tmp_path / "two.py", 2)
    found = altered_files(scan([str(tmp_path)]), reads_contents=True)
    assert altered_text(found["one"]) == "`one.py` is missing, 1 more file is altered"
