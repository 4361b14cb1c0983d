"""The two buildpacks: Pipenv in a layer of its own, and the environment in another one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import pipenv as package
from pipenv.pipfile.toml_documents import read_toml

if TYPE_CHECKING:
    from support.command_line import CommandLine, Result
    from support.loopback_index import LoopbackIndex
    from support.python_homes import PythonHome


class Layers:
    """The folders of a build, and the calls in them."""

    def __init__(self, pipenv: CommandLine, tmp_path: Path) -> None:
        self.pipenv = pipenv
        self.environments = tmp_path / "packages-layer"
        self.cache = tmp_path / "cache-layer"
        self.variables: dict[str, Any] = {
            "PIP_USER": "1",
            "PIPENV_CACHE_DIR": str(self.cache),
            "WORKON_HOME": str(self.environments),
        }

    def build(self) -> list[Result]:
        """Install, and clean when there is a lock."""
        calls = []
        ignoring: dict[str, Any] = {"PIP_IGNORE_INSTALLED": "1"}
        if self.pipenv.lockfile.exists():
            calls.append(self.pipenv.spawn("install", "--deploy", **self.variables, **ignoring))
            calls.append(self.pipenv.spawn("clean", **self.variables))
        else:
            calls.append(self.pipenv.spawn("install", "--skip-lock", **self.variables, **ignoring))
        assert [call.status for call in calls] == [0] * len(calls), calls
        return calls

    def environment(self) -> Path:
        """The one child of the layer that is an environment."""
        found = [child for child in self.environments.iterdir() if (child / "pyvenv.cfg").is_file()]
        assert len(found) == 1
        return found[0]

    def holds(self) -> set[str]:
        """What the interpreter on PATH can import."""
        code = (
            "import importlib.metadata as m, json; "
            "print(json.dumps([d.metadata['Name'] for d in m.distributions()]))"
        )
        path = os.pathsep.join([str(self.environment() / "bin"), self.pipenv.environ["PATH"]])
        answer = subprocess.run(
            ["python", "-c", code], env={"PATH": path}, capture_output=True, text=True, check=True
        )
        return set(json.loads(answer.stdout)) - {"pip", "setuptools", "wheel"}


@pytest.fixture
def layers(pipenv: CommandLine, tmp_path: Path) -> Layers:
    return Layers(pipenv, tmp_path)


def test_a_build_with_a_lock(locked: CommandLine, layers: Layers, index: LoopbackIndex) -> None:
    before = locked.snapshot()
    layers.build()
    assert layers.holds() == {"trunk", "leaf"}
    assert locked.snapshot() == before
    assert {path.name for path in layers.environments.iterdir()} == {layers.environment().name}
    home = Path(locked.environ["HOME"])
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_cleaning_asks_nobody(locked: CommandLine, layers: Layers, index: LoopbackIndex) -> None:
    layers.build()
    locked.spawn("run", "pip", "--version", **layers.variables)
    locked.ok("install", "--dev", **layers.variables)
    index.forget_requests()
    cleaned = locked.spawn("clean", **layers.variables)
    assert cleaned.status == 0, cleaned.stderr
    assert index.total() == 0


def test_a_rebuild_removes_what_left_the_lock(locked: CommandLine, layers: Layers) -> None:
    layers.build()
    locked.write_pipfile('[packages]\nloner = "*"\n', python=True)
    locked.ok("lock")
    layers.build()
    assert layers.holds() == {"loner"}


def test_a_build_without_a_lock(pipenv: CommandLine, layers: Layers) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    layers.build()
    assert layers.holds() == {"loner"}
    assert not pipenv.lockfile.exists()
    assert {path.name for path in pipenv.root.iterdir()} == {"Pipfile"}


def test_the_version_of_python(locked: CommandLine) -> None:
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert locked.locked()["_meta"]["requires"]["python_version"] == version
    assert read_toml(locked.pipfile.read_text())["requires"]["python_version"] == version


def test_the_bill_of_materials_reads_names_versions_and_indexes(locked: CommandLine) -> None:
    lock = locked.locked()
    sources = {source["name"]: source["url"] for source in lock["_meta"]["sources"]}
    for name, entry in lock["default"].items():
        assert type(entry["version"]) is str
        assert entry["version"].startswith("==")
        assert entry["hashes"]
        assert all(type(digest) is str for digest in entry["hashes"])
        assert sources[entry.get("index", "loopback")] == locked.index.url, name


@pytest.mark.network
def test_pipenv_from_its_source_archive_for_this_user(
    tmp_path: Path, python_home: PythonHome
) -> None:
    """``pip install --user`` of what the release offers as source, with the layer as base."""
    root = Path(package.__file__).resolve().parents[2]
    if not (root / "pyproject.toml").exists():
        pytest.skip("runs from a source tree")
    archive = tmp_path / f"pipenv-{package.__version__}.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for name in ("src", "docs", "README.md", "LICENSE", "CONTRIBUTING.md", "pyproject.toml"):
            packed.add(root / name, f"pipenv-{package.__version__}/{name}")
    layer = tmp_path / "pipenv-layer"
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PIP")},
        "PYTHONUSERBASE": str(layer),
        "HOME": str(tmp_path),
    }
    for words in (("ensurepip",), ("pip", "install", "--user", str(archive))):
        subprocess.run(
            [python_home.python, "-m", *words], env=environ, check=True, capture_output=True
        )
    said = subprocess.run(
        [layer / "bin" / "pipenv", "--version"],
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == f"pipenv, version {package.__version__}\n"
    assert not [name for name in python_home.holds() if name.startswith("pipenv")]
