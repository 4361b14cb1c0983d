"""``install``, ``sync`` and ``verify`` when nothing has changed: at once where that is certain."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.cli import quick_unchanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

LINES = (["sync"], ["install"], ["sync", "--dev"], ["install", "--deploy"])


def site_of(pipenv: CommandLine) -> Path:
    root = Path(pipenv.ok("--venv").stdout.strip())
    return next(root.glob("[Ll]ib/**/site-packages"))


@pytest.fixture
def again(pipenv: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int | None]:
    """A project with everything installed and remembered; calls the short way."""
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n[dev-packages]\nloner = "*"\n')
    pipenv.ok("install", "--dev")
    pipenv.age_environment()
    for line in LINES:
        assert "nothing to install" in pipenv.ok(*line).stderr
    pipenv.ok("verify")
    monkeypatch.chdir(pipenv.root)

    def answer(*line: str, **variables: str) -> int | None:
        try:
            return quick_unchanged.answer(line, {**pipenv.environ, **variables})
        except OSError:
            return None

    return answer


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_it_says_what_the_long_way_says(
    line: list[str],
    pipenv: CommandLine,
    index: LoopbackIndex,
    again: Callable[..., int | None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    expected = pipenv.ok(*line).stderr
    asked = len(index.requests)
    capsys.readouterr()
    assert again(*line) == 0
    assert capsys.readouterr().err == expected
    assert len(index.requests) == asked


def test_verify_is_remembered_until_a_file_changes(
    pipenv: CommandLine, again: Callable[..., int | None], capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert again("verify") == 0
    assert capsys.readouterr().out == "Pipfile.lock is up-to-date.\n"
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    assert again("verify") is None
    assert pipenv("verify").status == 1


def remove_package(pipenv: CommandLine) -> None:
    shutil.rmtree(next(site_of(pipenv).glob("trunk-*.dist-info")))


def remove_record(pipenv: CommandLine) -> None:
    (next(site_of(pipenv).glob("leaf-*.dist-info")) / "RECORD").unlink()


def replace_version(pipenv: CommandLine) -> None:
    found = next(site_of(pipenv).glob("leaf-*.dist-info"))
    found.rename(found.with_name("leaf-0.0.1.dist-info"))


def edit_lock(pipenv: CommandLine) -> None:
    pipenv.lockfile.write_text(pipenv.lockfile.read_text() + "\n")


def remove_environment(pipenv: CommandLine) -> None:
    pipenv.ok("--rm")


@pytest.mark.parametrize(
    "change", [remove_package, remove_record, replace_version, edit_lock, remove_environment]
)
def test_any_change_means_to_look(
    change: Callable[[CommandLine], None], pipenv: CommandLine, again: Callable[..., int | None]
) -> None:
    assert again("sync") == 0
    change(pipenv)
    assert again("sync") is None
    pipenv.ok("sync")
    assert set(pipenv.installed()) >= {"trunk", "leaf"}


def test_other_variables_mean_to_look(again: Callable[..., int | None]) -> None:
    assert again("sync", PATH=os.devnull) is None
    assert again("sync", PIPENV_DEV="1") is None


def test_only_a_few_switches_are_plain() -> None:
    assert quick_unchanged.is_plain(["sync", "--dev"])
    assert not quick_unchanged.is_plain(["sync", "--verbose"])
    assert not quick_unchanged.is_plain(["install", "loner"])
    assert not quick_unchanged.is_plain(["install", "--categories", "docs"])
