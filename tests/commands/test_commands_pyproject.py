"""``pyproject.toml`` in, ``pyproject.toml`` out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pipenv.pipfile._toml import loads

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
PYPROJECT = f"""\
[project]
name = "demo"
version = "3"
requires-python = "=={MINOR}.*"
dependencies = [
    "leaf<2",
    "loner; sys_platform == 'nowhere'",
]

[project.optional-dependencies]
more = ["loner"]

[dependency-groups]
dev = ["trunk>=1", {{include-group = "docs"}}]
docs = ["leaf>=1.1"]
"""


@pytest.fixture
def here(pipenv: CommandLine, index: LoopbackIndex) -> CommandLine:
    (pipenv.root / "pyproject.toml").write_text(PYPROJECT, encoding="utf-8")
    pipenv.environ["PIPENV_PYPI_MIRROR"] = index.url
    return pipenv


def pipfile(pipenv: CommandLine) -> dict[str, Any]:
    return loads(pipenv.pipfile.read_text(encoding="utf-8"))


def test_install_takes_it_over(here: CommandLine) -> None:
    result = here.ok("install", "--dev")
    assert "importing" in result.stderr
    content = pipfile(here)
    assert content["packages"] == {
        "leaf": "<2",
        "loner": {"version": "*", "markers": 'sys_platform == "nowhere"'},
    }
    assert content["dev-packages"] == {"trunk": ">=1", "leaf": ">=1.1"}
    assert content["docs"] == {"leaf": ">=1.1"}
    assert content["more"] == {"loner": "*"}
    assert content["requires"] == {"python_version": MINOR}
    assert here.installed() == {"leaf": "1.1", "trunk": "1.2"}
    here.ok("verify")
    assert (here.root / "pyproject.toml").read_text(encoding="utf-8") == PYPROJECT


def test_one_without_dependencies_is_left_alone(pipenv: CommandLine, index: LoopbackIndex) -> None:
    text = '[build-system]\nrequires = ["setuptools"]\n'
    (pipenv.root / "pyproject.toml").write_text(text, encoding="utf-8")
    result = pipenv.ok("install", PIPENV_PYPI_MIRROR=index.url)
    assert "importing" not in result.stderr
    assert pipfile(pipenv)["packages"] == {}


def test_import_merges_and_locks(here: CommandLine) -> None:
    here.write_pipfile('[packages]\nLeaf = {version = "*", extras = ["x"]}  # mine\n')
    result = here.ok("import")
    assert not result.stdout
    text = here.pipfile.read_text(encoding="utf-8")
    assert 'Leaf = {version = "<2", extras = ["x"]}  # mine' in text
    assert here.locked_versions()["leaf"] == "1.1"
    assert "trunk" in here.locked()["develop"]
    here.ok("verify")
    before = here.snapshot()
    here.ok("import", "pyproject.toml")
    assert here.snapshot() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[project\n", "not valid TOML"),
        ('[project]\ndependencies = ["leaf=="]\n', "project.dependencies[0]"),
        ('[project]\ndependencies = ["absent"]\n', "absent"),
        ('[project]\nrequires-python = "<3"\ndependencies = ["leaf"]\n', "for Python <3"),
    ],
)
def test_what_fails_changes_nothing(here: CommandLine, text: str, said: str) -> None:
    (here.root / "pyproject.toml").write_text(text, encoding="utf-8")
    result = here("import")
    assert result.status == 1
    assert said in result.stderr
    assert here.snapshot() == (None, None)


def test_other_files_are_refused(here: CommandLine) -> None:
    assert "install -r" in here("import", "requirements.txt").stderr
    assert here("import", "missing.toml").status == 1
    assert here("export", "--to", "conda").status == 2


def test_there_and_back(here: CommandLine) -> None:
    here.ok("import")
    result = here.ok("export")
    content = loads(result.stdout)
    assert content["project"] == {
        "name": "demo",
        "version": "3",
        "requires-python": f"=={MINOR}.*",
        "dependencies": ["leaf<2", "loner; sys_platform == 'nowhere'"],
    }
    assert content["dependency-groups"] == {
        "dev": ["trunk>=1", "leaf>=1.1"],
        "docs": ["leaf>=1.1"],
        "more": ["loner"],
    }
    first = pipfile(here)
    (here.root / "pyproject.toml").write_text(result.stdout, encoding="utf-8")
    here.pipfile.unlink()
    here.ok("import")
    assert pipfile(here) == first


def test_export_writes_no_file_that_has_the_tables(here: CommandLine) -> None:
    here.ok("import")
    refused = here("export", "-o", "pyproject.toml")
    assert refused.status == 1
    assert "[project] already" in refused.stderr
    path = here.root / "pyproject.toml"
    assert path.read_text(encoding="utf-8") == PYPROJECT
    path.write_text("[tool.black]\nline-length = 100\n", encoding="utf-8")
    here.ok("export", "-o", "pyproject.toml")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("[tool.black]\nline-length = 100\n\n")
    assert loads(text)["project"]["name"] == "project"


def test_export_in_other_forms(here: CommandLine) -> None:
    here.ok("import")
    requirements = here.ok("export", "--to", "requirements").stdout
    assert requirements == here.ok("requirements").stdout
    lock = loads(here.ok("export", "--to", "pylock").stdout)
    assert [package["name"] for package in lock["packages"]] == ["leaf", "loner", "trunk"]
    assert not (here.root / "pylock.toml").exists()


def test_a_pylock_without_pipfile(here: CommandLine) -> None:
    here.ok("pylock", "--from-pyproject")
    assert here.snapshot() == (None, None)
    text = (here.root / "pylock.toml").read_text(encoding="utf-8")
    lock = loads(text)
    assert lock["requires-python"] == f"=={MINOR}.*"
    assert lock["extras"] == ["more"]
    assert lock["dependency-groups"] == ["dev", "docs"]
    assert lock["tool"]["pipenv"]["generated_from"] == "pyproject.toml"
    markers = {package["name"]: package.get("marker") for package in lock["packages"]}
    assert markers["leaf"] is None
    assert markers["trunk"] == "'dev' in dependency_groups"
    assert "'more' in extras" in markers["loner"]
    here.ok("pylock", "--from-pyproject")
    assert (here.root / "pylock.toml").read_text(encoding="utf-8") == text
    here.ok("sync", "--categories", "more")
    here.write_pipfile()
    assert here.installed() == {"leaf": "1.1", "loner": "0.5"}
