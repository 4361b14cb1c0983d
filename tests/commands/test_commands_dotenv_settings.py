"""Settings and passwords in a ``.env`` file count for Pipenv itself, as upstream has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.operations.dotenv_settings import open_names

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine


@pytest.fixture
def dotenv(pipenv: CommandLine) -> Path:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\n')
    return pipenv.root / ".env"


def test_the_place_of_the_environment(pipenv: CommandLine, dotenv: Path) -> None:
    dotenv.write_text("PIPENV_VENV_IN_PROJECT=1\nPIPENV_DEV=1\n")
    pipenv.ok("install", PIPENV_VENV_IN_PROJECT="0")
    assert (pipenv.root / ".venv" / "bin" / "python").exists()
    assert pipenv.installed() == {"leaf": "2.0"}
    for way in (pipenv, pipenv.spawn):
        assert way("--venv").stdout == f"{pipenv.root / '.venv'}\n"
    assert pipenv("--venv", PIPENV_DONT_LOAD_ENV="1", PIPENV_NO_VENV_IN_PROJECT="1").status == 1
    assert pipenv("--venv", PYTHON_DOTENV_DISABLED="1", PIPENV_NO_VENV_IN_PROJECT="1").status == 1


def test_a_change_of_it_is_noticed_at_once(pipenv: CommandLine, dotenv: Path) -> None:
    for name in ("one", "two"):
        dotenv.write_text(f"PIPENV_CUSTOM_VENV_NAME={name}\n")
        assert pipenv.spawn("install").status == 0
        assert pipenv.spawn("--venv").stdout.endswith(f"/{name}\n")
        answer = pipenv.spawn("run", "python", "-c", "import sys; print(sys.prefix)")
        assert answer.stdout.endswith(f"/{name}\n")


def test_the_file_may_be_elsewhere(pipenv: CommandLine, dotenv: Path) -> None:
    dotenv.with_name("other").write_text("PIPENV_CUSTOM_VENV_NAME=mine\n")
    pipenv.environ["PIPENV_DOTENV_LOCATION"] = "other"
    pipenv.ok("install")
    assert pipenv.spawn("--venv").stdout.endswith("/mine\n")


def test_it_says_nothing_of_the_project_and_of_indexes(pipenv: CommandLine, dotenv: Path) -> None:
    dotenv.write_text(
        "PIPENV_PIPFILE=/nowhere/Pipfile\nPIPENV_PYPI_MIRROR=http://127.0.0.1:9/simple\n"
        "PIPENV_COMMAND=remove\nPIP_PROXY=http://127.0.0.1:9\n"
    )
    pipenv.ok("install")
    assert pipenv.ok("--where").stdout == f"{pipenv.root}\n"


def test_the_password_of_a_source(pipenv: CommandLine, dotenv: Path) -> None:
    pipenv.index.credentials = ("anna", "geheim")
    url = pipenv.index.url.replace("://", "://anna:${LEAF_PASSWORD}@")
    pipenv.pipfile.write_text(
        f'[[source]]\nname = "corp"\nurl = "{url}"\nverify_ssl = false\n\n[packages]\nleaf = "*"\n'
    )
    assert pipenv("install").status == 1
    dotenv.write_text("LEAF_PASSWORD=geheim\n")
    result = pipenv.ok("install")
    assert pipenv.installed() == {"leaf": "2.0"}
    assert "geheim" not in result.stderr + pipenv.lockfile.read_text()


def test_verbosity(pipenv: CommandLine, dotenv: Path) -> None:
    """The option wins, other than upstream's."""
    dotenv.write_text("PIPENV_VERBOSITY=-1\n")
    assert pipenv.ok("lock").stderr == ""


def test_a_file_that_cannot_be_read(pipenv: CommandLine, dotenv: Path) -> None:
    dotenv.write_bytes(b"PIPENV_X=\xff\xfe\n")
    pipenv.ok("lock")
    assert ".env` could not be read" in pipenv("run", "true").stderr


def test_names_in_urls() -> None:
    text = b'url = "https://$A:${B_2}@x/${C}/$"\nscript = "echo $D"\n'
    assert open_names(text) == {"A", "B_2", "C"}
