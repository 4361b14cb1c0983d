"""``pipenv lock`` when nothing has changed: at once where that is certain, else all the way."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.cli import quick_unchanged
from pipenv.operations import settled
from support.loaded_modules import modules_loaded_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


def pages_of(pipenv: CommandLine) -> list[Path]:
    return sorted(Path(pipenv.environ["PIPENV_CACHE_DIR"], "index-v1").rglob("*@page"))


def environment_of(pipenv: CommandLine) -> Path:
    return Path(pipenv.ok("--venv").stdout.strip())


@pytest.fixture
def again(pipenv: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int | None]:
    """A project whose lock is settled; calls the short way, with other variables if need be."""
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    configuration = environment_of(pipenv) / "pyvenv.cfg"
    old = time.time() - 3600
    os.utime(configuration, (old, old))
    assert "unchanged" in pipenv.ok("lock").stderr
    monkeypatch.chdir(pipenv.root)

    def answer(**variables: str) -> int | None:
        try:
            return quick_unchanged.answer(["lock"], {**pipenv.environ, **variables})
        except OSError:
            return None

    return answer


def test_it_says_what_the_long_way_says(
    pipenv: CommandLine,
    index: LoopbackIndex,
    again: Callable[..., int | None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = pipenv.ok("lock").stderr.removeprefix("Resolving dependencies...\n")
    before, asked = pipenv.snapshot(), len(index.requests)
    capsys.readouterr()
    assert again() == 0
    assert capsys.readouterr().err == expected
    assert (pipenv.snapshot(), len(index.requests)) == (before, asked)


def test_it_loads_a_handful_of_modules(
    pipenv: CommandLine, again: Callable[..., int | None]
) -> None:
    assert again() == 0
    # Other variables than those of the run that was remembered, so the long way is gone ...
    assert "pipenv.operations.lock" in modules_loaded_by(pipenv, "lock")
    loaded = modules_loaded_by(pipenv, "lock")
    ours = {name.removeprefix("pipenv.") for name in loaded if name.startswith("pipenv.")}
    # ... which made these the ones to compare with.
    assert ours <= {
        "archives",
        "archives.reserved_folder",
        "cli",
        "cli.console",
        "cli.main",
        "cli.quick",
        "cli.quick_unchanged",
        "cli.summaries",
        "operations",
        "operations.cache_place",
        "operations.project",
        "operations.pylock_place",
        "operations.settled",
        "operations.unfinished_change",
        "virtualenvs",
        "virtualenvs.location",
    }
    others = {name for name in loaded if not name.startswith(("pipenv", "_"))}
    assert others <= {"time", "marshal"}


def edit_pipfile(pipenv: CommandLine) -> None:
    with pipenv.pipfile.open("a") as file:
        file.write("# nothing\n")


def edit_lock(pipenv: CommandLine) -> None:
    pipenv.lockfile.write_text(pipenv.lockfile.read_text() + "\n")


def delete_lock(pipenv: CommandLine) -> None:
    pipenv.lockfile.unlink()


def delete_page(pipenv: CommandLine) -> None:
    pages_of(pipenv)[0].unlink()


def replace_page(pipenv: CommandLine) -> None:
    path = pages_of(pipenv)[0]
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def edit_environment(pipenv: CommandLine) -> None:
    configuration = environment_of(pipenv) / "pyvenv.cfg"
    configuration.write_text(configuration.read_text())


def break_memory(pipenv: CommandLine) -> None:
    (path,) = Path(pipenv.environ["PIPENV_CACHE_DIR"], settled.BUCKET).iterdir()
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize(
    "change",
    [
        edit_pipfile,
        edit_lock,
        delete_lock,
        delete_page,
        replace_page,
        edit_environment,
        break_memory,
    ],
)
def test_any_difference_makes_it_a_run_like_any_other(
    pipenv: CommandLine, again: Callable[..., int | None], change: Callable[[CommandLine], None]
) -> None:
    assert again() == 0
    change(pipenv)
    assert again() is None
    pipenv.ok("lock")


@pytest.mark.parametrize(
    "variables",
    [
        {"ANYTHING": "new"},
        {"PIPENV_CLEAR": "1"},
        {"PIPENV_PYTHON": "3"},
        {"PIPENV_SOMETHING_NEW": "1"},
        {"PIPENV_CACHE_DIR": "/nonexistent"},
        {"VIRTUAL_ENV": "/nonexistent"},
    ],
)
def test_other_variables_may_mean_another_lock(
    again: Callable[..., int | None], variables: dict[str, str]
) -> None:
    assert again() == 0
    assert again(**variables) is None


def test_variables_that_change_all_the_time_mean_nothing(
    again: Callable[..., int | None],
) -> None:
    assert again(_="/bin/pipenv", SHLVL="3", OLDPWD="/") == 0


def test_it_holds_only_as_long_as_the_pages() -> None:
    stamp = (1, 2, 3)
    found = settled.Settled(b"inputs", [], [("/nonexistent", stamp)], (100.0, 700.0), 0)
    read = settled.unpack(settled.pack(found))
    assert read is not None
    assert (read.inputs, read.pages, read.since, read.until) == (
        b"inputs",
        (("/nonexistent", stamp),),
        100.0,
        700.0,
    )
    assert settled.unpack(b"") is None
    assert settled.unpack(settled.pack(found)[1:]) is None


def test_pages_that_may_not_be_kept_are_asked_for_again(
    pipenv: CommandLine, index: LoopbackIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.max_age = 0
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    old = time.time() - 3600
    os.utime(environment_of(pipenv) / "pyvenv.cfg", (old, old))
    pipenv.ok("lock")
    pipenv.ok("lock")
    assert not Path(pipenv.environ["PIPENV_CACHE_DIR"], settled.BUCKET).exists()
    monkeypatch.chdir(pipenv.root)
    with pytest.raises(FileNotFoundError):
        quick_unchanged.answer(["lock"], pipenv.environ)


@pytest.mark.parametrize("words", [["--clear"], ["--pre"], ["--dev"]])
def test_runs_with_options_are_not_remembered(pipenv: CommandLine, words: list[str]) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    old = time.time() - 3600
    os.utime(environment_of(pipenv) / "pyvenv.cfg", (old, old))
    pipenv.ok("lock", *words)
    pipenv.ok("lock", *words)
    assert not Path(pipenv.environ["PIPENV_CACHE_DIR"], settled.BUCKET).exists()


def test_a_run_that_told_something_is_not_remembered(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nloner = {version = ">9", os_name = "== \'nowhere\'"}\n')
    pipenv.ok("lock")
    old = time.time() - 3600
    os.utime(environment_of(pipenv) / "pyvenv.cfg", (old, old))
    assert "no version of loner" in pipenv.ok("lock").stderr
    assert not Path(pipenv.environ["PIPENV_CACHE_DIR"], settled.BUCKET).exists()
