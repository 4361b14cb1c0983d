"""``pipenv env`` and ``pipenv python``: what there is on this machine."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.archives.record_rows import record_rows
from pipenv.filesystem.locks import FileLock
from pipenv.virtualenvs.location import short_hash
from support.terminal import answered

if TYPE_CHECKING:
    from support.command_line import CommandLine


@pytest.fixture
def several(pipenv: CommandLine) -> CommandLine:
    """Environments of this project, of one that is gone, and what only looks like some."""
    pipenv.write_pipfile()
    pipenv.ok("install")
    gone = pipenv.root.parent / "gone"
    gone.mkdir()
    (gone / "Pipfile").write_text(pipenv.pipfile.read_text(encoding="utf-8"), encoding="utf-8")
    pipenv.ok("install", cwd=gone)
    shutil.rmtree(gone)
    home = Path(pipenv.environ["WORKON_HOME"])
    (home / "no-environment").mkdir()
    precious = pipenv.root.parent / "precious"
    shutil.copytree(next(home.glob("gone-*")), precious, symlinks=True)
    (home / "link").symlink_to(precious)
    return pipenv


@pytest.fixture
def moved(pipenv: CommandLine) -> CommandLine:
    """A project with an environment that was moved to another folder."""
    pipenv.index.add_wheel(
        "tool",
        "1.0",
        entry_points={"console_scripts": {"tool": "tool:main"}},
        files={"tool/__init__.py": "def main():\n    import sys\n    print(sys.prefix)\n"},
    )
    pipenv.write_pipfile('[packages]\ntool = "*"\n')
    pipenv.ok("install")
    place = pipenv.root.parent / "elsewhere" / "project"
    place.parent.mkdir()
    pipenv.root.rename(place)
    pipenv.root = place
    return pipenv


def names(pipenv: CommandLine) -> list[str]:
    document = json.loads(pipenv.ok("env", "list", "--json").stdout)
    return [each["name"][: -len("-12345678")] for each in document["environments"]]


def test_list(several: CommandLine) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    lines = several.ok("env", "list").stdout.splitlines()
    assert [line.split("-")[0] for line in lines] == ["gone", "project"]
    today = time.strftime("%Y-%m-%d")
    gone = several.root.parent / "gone"
    assert lines[0].split()[1:] == [version, today, str(gone), "(gone)"]
    assert lines[1].split()[1:] == [version, today, str(several.root)]
    assert " bytes  " in several.ok("env", "list", "--size").stdout
    document = json.loads(several.ok("env", "list", "--size", "--json").stdout)
    assert [each["is_orphan"] for each in document["environments"]] == [True, False]
    assert all(each["bytes"] > 10_000 for each in document["environments"])


def test_prune_deletes_those_of_gone_projects_only(several: CommandLine) -> None:
    result = several.ok("env", "prune", "--yes")
    assert f"of {several.root.parent / 'gone'}, which is gone" in result.stderr
    assert names(several) == ["project"]
    assert (several.root.parent / "precious" / "pyvenv.cfg").exists()
    assert "nothing to prune" in several.ok("env", "prune").stderr


def test_prune_needs_a_yes(several: CommandLine) -> None:
    result = several.spawn("env", "prune")
    assert result.status == 1
    assert "add --yes" in result.stderr
    assert names(several) == ["gone", "project"]
    several.ok("env", "prune", PIPENV_YES="1")
    assert names(several) == ["project"]


def test_prune_rehearsed(several: CommandLine) -> None:
    result = several.ok("env", "prune", "--dry-run")
    assert str(several.root.parent / "gone") in result.stdout
    assert names(several) == ["gone", "project"]


def test_without_environments(pipenv: CommandLine) -> None:
    assert pipenv.ok("env", "list").stdout == ""


def test_one_that_is_being_worked_on_is_spared(several: CommandLine) -> None:
    [path] = Path(several.environ["WORKON_HOME"]).glob("gone-*")
    lock = Path(several.environ["PIPENV_CACHE_DIR"]) / "locks" / f"{short_hash(str(path))}.lock"
    with FileLock(str(lock)):
        result = several("env", "prune", "--yes")
    assert result.status == 1
    assert f"warning: {path}: another Pipenv is changing it" in result.stderr
    assert path.exists()
    several.ok("env", "prune", "--yes")
    assert not path.exists()


def test_prune_touches_nothing_that_links_lead_to(several: CommandLine) -> None:
    [path] = Path(several.environ["WORKON_HOME"]).glob("gone-*")
    precious = several.root.parent / "precious"
    before = sorted(precious.rglob("*"))
    (path / "lib" / "way-out").symlink_to(precious)
    several.ok("env", "prune", "--yes")
    assert not path.exists()
    assert sorted(precious.rglob("*")) == before


def test_a_moved_project_takes_its_environment_along(moved: CommandLine) -> None:
    result = moved("--venv")
    assert (result.status, result.stdout) == (1, "")
    assert "`pipenv env adopt project-" in result.stderr
    (old,) = Path(moved.environ["WORKON_HOME"]).iterdir()
    moved.ok("env", "adopt", "--yes")
    new = Path(moved.ok("--venv").stdout.strip())
    assert new != old
    assert not old.exists()
    assert (new / ".project").read_text() == str(moved.root)
    assert moved.spawn("run", "tool").stdout == f"{new}\n"
    activated = subprocess.run(
        ["/bin/sh", "-c", f". {new}/bin/activate && tool && echo $VIRTUAL_ENV"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert activated.stdout == f"{new}\n{new}\n"
    texts = [
        path.read_bytes() for path in new.rglob("*") if path.is_file() and path.suffix != ".pyc"
    ]
    assert not any(os.fsencode(old) in text for text in texts)
    moved.ok("sync")
    assert moved.installed() == {"tool": "1.0"}
    assert recorded_digests_hold(new)
    assert names(moved) == ["project"]


def recorded_digests_hold(root: Path) -> bool:
    for record in root.rglob("*.dist-info/RECORD"):
        for row in record_rows(record.read_text(encoding="utf-8")):
            if row.digest:
                data = (record.parent.parent / row.path).read_bytes()
                digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
                assert row.digest == "sha256=" + digest.decode().rstrip("="), row
                assert row.size == str(len(data)), row
    return True


@pytest.mark.parametrize(("answer", "is_taken"), [("y", True), ("n", False)])
def test_on_a_terminal_it_is_offered(moved: CommandLine, answer: str, is_taken: bool) -> None:
    (old,) = Path(moved.environ["WORKON_HOME"]).iterdir()
    question = "shall it have that environment? [y/N]"
    moved.environ["PIPENV_YES"] = "1"  # says nothing of what belongs to whom
    seen = answered(moved, "run", "tool", question=question, answer=answer)
    assert f"`{old.name}` was the environment of `{moved.root.parent.parent}/project`" in seen.text
    assert old.exists() is not is_taken
    assert (seen.status == 0) is is_taken, seen.text  # a new one is empty
    assert (moved.installed() == {"tool": "1.0"}) is is_taken


def test_one_that_cannot_be_moved_stays_as_it_was(moved: CommandLine) -> None:
    """Where a program's first line would be longer than kernels read."""
    (old,) = Path(moved.environ["WORKON_HOME"]).iterdir()
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}
    result = moved("env", "adopt", old.name, PIPENV_CUSTOM_VENV_NAME="x" * 120)
    assert result.status == 1
    assert "too long" in result.stderr
    assert {path: path.read_bytes() for path in old.rglob("*") if path.is_file()} == before


def test_a_program_is_told_and_gets_a_new_environment(moved: CommandLine) -> None:
    result = moved.spawn("sync")
    assert result.status == 0
    assert "`pipenv env adopt project-" in result.stderr
    assert names(moved) == ["project", "project"]
    result = moved("env", "adopt", "--yes")
    assert result.status == 1
    assert "has an environment already" in result.stderr


def test_adopting_needs_a_name_or_a_yes(moved: CommandLine) -> None:
    (old,) = Path(moved.environ["WORKON_HOME"]).iterdir()
    assert "add --yes" in moved.spawn("env", "adopt").stderr
    moved.ok("env", "adopt", "--dry-run", old.name)
    assert old.exists()
    moved.ok("env", "adopt", old.name)
    assert not old.exists()


def test_another_project_s_environment_is_not_taken(several: CommandLine, tmp_path: Path) -> None:
    (mine,) = Path(several.environ["WORKON_HOME"]).glob("project-*")
    other = tmp_path / "other"
    other.mkdir()
    (other / "Pipfile").write_text(several.pipfile.read_text())
    result = several("env", "adopt", mine.name, cwd=other)
    assert result.status == 1
    assert f"belongs to `{several.root}`" in result.stderr
    result = several("env", "adopt", "no-such", cwd=other)
    assert "there is no environment `no-such`" in result.stderr
    # Nothing is known of the project, and its name is another one.
    result = several("env", "adopt", "--yes", cwd=other)
    assert "no environment looks as if" in result.stderr


def test_the_name_alone_does_not_do_where_the_lock_asks_for_more(moved: CommandLine) -> None:
    moved.pipfile.write_text(moved.pipfile.read_text() + 'loner = "*"\n')
    moved.ok("lock", PIPENV_CUSTOM_VENV_NAME="another")
    assert "no environment looks as if" in moved("env", "adopt", "--yes").stderr


@pytest.mark.parametrize(
    "words", [("env",), ("env", "burn"), ("env", "list", "all"), ("python",), ("python", "eat")]
)
def test_an_unknown_action_is_a_usage_error(pipenv: CommandLine, words: tuple[str, ...]) -> None:
    assert pipenv(*words).status == 2


def pythons(pipenv: CommandLine, *words: str) -> list[dict[str, object]]:
    document = json.loads(pipenv.ok("python", "list", "--json", *words).stdout)
    found: list[dict[str, object]] = document["pythons"]
    return found


def test_the_running_python_is_taken_where_nothing_is_asked_for(pipenv: CommandLine) -> None:
    chosen = [each for each in pythons(pipenv) if each["is_chosen"]]
    assert [os.path.realpath(str(each["path"])) for each in chosen] == [
        os.path.realpath(sys.executable)
    ]
    assert "nothing asks for another" in str(chosen[0]["reason"])


def test_who_asks_is_told(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(python=True)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    [chosen] = [each for each in pythons(pipenv) if each["is_chosen"]]
    assert chosen["reason"] == f"[requires] python_version asks for {version}"
    [chosen] = [each for each in pythons(pipenv, "--python", version) if each["is_chosen"]]
    assert chosen["reason"] == f"--python asks for {version}"
    lines = pipenv.ok("python", "list").stdout.splitlines()
    assert sum(line.startswith("* ") for line in lines) == 1


def test_nothing_fits(pipenv: CommandLine) -> None:
    found = pythons(pipenv, "--python", "3.99")
    assert found
    assert not any(each["is_chosen"] for each in found)


def test_a_python_of_pyenv_is_found(pipenv: CommandLine, tmp_path: Path) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    place = tmp_path / "pyenv" / "versions" / version / "bin"
    place.mkdir(parents=True)
    (place / "python").symlink_to(sys.executable)
    pipenv.environ.update(PYENV_ROOT=str(tmp_path / "pyenv"), PATH=str(tmp_path))
    document = json.loads(pipenv.ok("python", "list", "--json").stdout)
    assert "pyenv" in {each["source"] for each in document["pythons"]}


def test_each_has_a_reason(pipenv: CommandLine, tmp_path: Path) -> None:
    """What is taken comes first, then what would do as well, then the rest, unusable ones last."""
    versions = tmp_path / "pyenv" / "versions"
    model = pythons(pipenv)[0]
    for name, status in (("3.95.1", 1), ("3.94.2", 0)):
        (versions / name / "bin").mkdir(parents=True)
        broken = versions / name / "bin" / "python"
        broken.write_text(f"#!/bin/sh\nexit {status}\n")
        broken.chmod(0o755)
    pipenv.environ.update(PYENV_ROOT=str(tmp_path / "pyenv"))
    found = pythons(pipenv, "--python", str(model["version"]))
    assert [each["is_chosen"] for each in found] == [True] + [False] * (len(found) - 1)
    assert all(each["reason"] for each in found)
    assert [each["version"] for each in found[-2:]] == ["", ""]
    assert "does not work as a Python" in str(found[-1]["reason"])
    assert pipenv("python", "list", "--python", "3.x").status == 2
