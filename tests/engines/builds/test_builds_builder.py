"""From archives and directories to metadata and wheels, with backends that lie in the tree."""

from __future__ import annotations

import json
import os
import shutil
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from pipenv.builds.builder import Builder, BuildPolicy
from pipenv.errors import (
    BackendFailed,
    BuildError,
    CyclicBuild,
    MetadataMismatch,
    PipenvError,
    UnsafeArchive,
)
from pipenv.events import BuildOutput, StageFinished, StageStarted
from pipenv.models.artifacts import Artifact
from pipenv.models.interpreters import InstallPaths, Interpreter
from support.bare_environments import BareEnvironments, Preparation
from support.package_factory import make_sdist, make_wheel, write_source_tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipenv.builds.backend import ConfigSettings
    from pipenv.events import Event
    from support.bare_environments import BareEnvironment
    from support.package_factory import PackageFile

LEADS_TO_BACKEND = '[build-system]\nrequires = []\nbuild-backend = "b"\nbackend-path = ["."]\n'


def interpreter(tag: str = "cp311-cp311-linux_x86_64") -> Interpreter:
    return Interpreter(
        executable="/python",
        version=(3, 11, 7),
        implementation="cpython",
        prefix="/",
        base_prefix="/",
        base_executable="/python",
        environment={},
        tags=(tag, "py3-none-any"),
        paths=InstallPaths("", "", "", "", "", ""),
    )


class Workshop:
    """What tests of the builder need, with what it did."""

    def __init__(self, folder: Path, environments: BareEnvironments) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.environments = environments
        self.events: list[Event] = []
        self.environ: dict[str, str] = {"PATH": os.environ.get("PATH", os.defpath)}
        environments.prepared.clear()

    def builder(
        self,
        *,
        tag: str = "cp311-cp311-linux_x86_64",
        building: tuple[str, ...] = (),
        settings: Mapping[str, ConfigSettings] | None = None,
        private: frozenset[str] = frozenset(),
    ) -> Builder:
        policy = BuildPolicy(
            self.environ,
            private_variables=private,
            config_settings=settings or {},
            report=self.events.append,
        )
        return Builder(
            self.environments,
            interpreter(tag),
            cache_dir=str(self.cache),
            policy=policy,
            building=building,
        )

    def archive(self, package: PackageFile) -> tuple[str, Artifact]:
        path = package.write_to(self.folder)
        return str(path), Artifact(package.filename, "https://index.example/" + package.filename)

    def tree(self, **files: str) -> str:
        tree = self.folder / "project"
        tree.mkdir(exist_ok=True)
        for name, text in files.items():
            (tree / name.replace("_toml", ".toml").replace("_py", ".py")).write_text(text)
        return str(tree)

    @property
    def builds(self) -> int:
        """How many environments were prepared so far."""
        return len(self.environments.prepared)


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> BareEnvironments:
    return BareEnvironments(tmp_path_factory.mktemp("environment"))


@pytest.fixture
def workshop(tmp_path: Path, environments: BareEnvironments) -> Iterator[Workshop]:
    yield Workshop(tmp_path, environments)
    assert environments.lent == 0


@pytest.mark.parametrize("kind", ["tar.gz", "zip", "tar.bz2", "tar.xz"])
def test_static_metadata_needs_no_build(workshop: Workshop, kind: str) -> None:
    package = make_sdist(
        "Some.Package",
        "1.0",
        requires=["six>=1"],
        extras={"x": ["attrs"]},
        requires_python=">=3.8",
        static=True,
        kind=kind,
    )
    found = workshop.builder().metadata(*workshop.archive(package))
    assert (found.name, found.version, found.requires_python) == ("Some.Package", "1.0", ">=3.8")
    assert [each.name for each in found.requires] == ["six", "attrs"]
    assert found.extras == ("x",)
    assert workshop.builds == 0
    assert not workshop.cache.exists()


def test_project_table_needs_no_build(workshop: Workshop) -> None:
    package = make_sdist(
        "a", "1.0", pyproject='[project]\nname = "a"\nversion = "1.0"\ndependencies = ["six"]\n'
    )
    found = workshop.builder().metadata(*workshop.archive(package))
    assert [each.name for each in found.requires] == ["six"]
    assert workshop.builds == 0


def test_metadata_comes_from_the_hook_once(workshop: Workshop) -> None:
    package = make_sdist("a", "1.0", requires=["six"], build_requires=["flit-core >=3"])
    archive = workshop.archive(package)
    for _ in range(2):
        found = workshop.builder().metadata(*archive)
        assert (found.name, found.version) == ("a", "1.0")
        assert [each.name for each in found.requires] == ["six"]
    assert workshop.environments.prepared == [Preparation(("flit-core >=3",), ("a",))]
    assert [StageStarted("build", detail="a-1.0.tar.gz")] == workshop.events[:1]
    assert workshop.events[-1] == StageFinished("build", detail="a-1.0.tar.gz")


def test_wheel_is_built_once(workshop: Workshop) -> None:
    path, _ = workshop.archive(make_sdist("a", "1.0", requires=["six"]))
    first = workshop.builder().wheel(path, "a", "1.0")
    second = workshop.builder().wheel(path, "A", "1.0.0")
    assert first == second
    assert workshop.builds == 1
    assert Path(first).name == "a-1.0-py3-none-any.whl"
    with zipfile.ZipFile(first) as wheel:
        assert b"Requires-Dist: six" in wheel.read("a-1.0.dist-info/METADATA")


def test_result_depends_on_source_interpreter_and_settings(workshop: Workshop) -> None:
    path, _ = workshop.archive(make_sdist("a", "1.0"))
    other, _ = workshop.archive(make_sdist("a", "1.0.0"))
    wheels = {
        workshop.builder().wheel(path, "a", "1.0"),
        workshop.builder().wheel(other, "a", "1.0"),
        workshop.builder(tag="cp312-cp312-linux_x86_64").wheel(path, "a", "1.0"),
        workshop.builder(settings={"a": {"x": "y"}}).wheel(path, "a", "1.0"),
        workshop.builder(settings={"a": {"x": ["y", "z"]}}).wheel(path, "a", "1.0"),
        workshop.builder(settings={"b": {"x": "y"}}).wheel(path, "a", "1.0"),
    }
    assert (len(wheels), workshop.builds) == (5, 5)


def test_damaged_results_are_built_again(workshop: Workshop) -> None:
    path, artifact = workshop.archive(make_sdist("a", "1.0"))
    wheel = Path(workshop.builder().wheel(path, "a", "1.0"))
    workshop.builder().metadata(path, artifact)
    whole = wheel.read_bytes()
    for file in workshop.cache.rglob("*"):
        if file.is_file():
            file.write_bytes(b"damage")
    assert workshop.builder().metadata(path, artifact).name == "a"
    assert Path(workshop.builder().wheel(path, "a", "1.0")).read_bytes() == whole
    assert workshop.builds == 4


def test_cache_that_cannot_be_used_is_no_error(workshop: Workshop) -> None:
    workshop.cache.write_text("a file")
    path, artifact = workshop.archive(make_sdist("a", "1.0"))
    builder = workshop.builder()
    assert builder.metadata(path, artifact).name == "a"
    wheel = Path(builder.wheel(path, "a", "1.0"))
    assert wheel.exists()
    builder.close()
    assert not wheel.exists()
    assert workshop.cache.read_text() == "a file"


def test_backend_without_metadata_hook_builds_the_wheel_once(workshop: Workshop) -> None:
    code = (
        "from factory_backend import build_wheel, get_requires_for_build_wheel\n"
        "import factory_backend\n"
    )
    pyproject = LEADS_TO_BACKEND.replace('["."]', '[".", "backend"]')
    package = make_sdist(
        "a", "1.0", requires=["six"], pyproject=pyproject, extra_members={"b.py": code}
    )
    path, artifact = workshop.archive(package)
    builder = workshop.builder()
    assert [each.name for each in builder.metadata(path, artifact).requires] == ["six"]
    assert Path(builder.wheel(path, "a", "1.0")).name == "a-1.0-py3-none-any.whl"
    assert workshop.builds == 1


def test_what_the_backend_asks_for_is_added(workshop: Workshop) -> None:
    code = (
        "from factory_backend import *\n"
        "def get_requires_for_build_wheel(config_settings=None):\n"
        "    return ['here', 'more>=1']\n"
    )
    pyproject = LEADS_TO_BACKEND.replace('["."]', '[".", "backend"]').replace("[]", '["here"]')
    package = make_sdist("a", "1.0", pyproject=pyproject, extra_members={"b.py": code})
    path, _ = workshop.archive(package)
    workshop.builder(building=("outer",)).wheel(path, "a", "1.0")
    assert workshop.environments.prepared == [
        Preparation(("here",), ("outer", "a")),
        Preparation(("here", "more>=1"), ("outer", "a")),
    ]


@pytest.mark.parametrize("filename", ["b-1.0.tar.gz", "a-2.0.tar.gz", "a-b-1.0.tar.gz"])
@pytest.mark.parametrize("static", [True, False])
def test_archive_of_something_else(workshop: Workshop, filename: str, static: bool) -> None:
    path, artifact = workshop.archive(make_sdist("a", "1.0", static=static))
    with pytest.raises(MetadataMismatch, match="its metadata is of"):
        workshop.builder().metadata(path, artifact._replace(filename=filename))


@pytest.mark.parametrize("filename", ["A-1.0.0.tar.gz", "a-main.tar.gz", "a-1.tar.gz"])
def test_names_and_versions_are_compared_by_meaning(workshop: Workshop, filename: str) -> None:
    path, artifact = workshop.archive(make_sdist("a", "1.0", static=True))
    found = workshop.builder().metadata(path, artifact._replace(filename=filename))
    assert found.version == "1.0"


@pytest.mark.parametrize(("name", "version"), [("b", "1.0"), ("a", "2.0"), ("a", "1.0+local")])
def test_wheel_of_something_else(workshop: Workshop, name: str, version: str) -> None:
    path, _ = workshop.archive(make_sdist("a", "1.0"))
    for _ in range(2):
        with pytest.raises(MetadataMismatch, match="built into a wheel of"):
            workshop.builder().wheel(path, name, version)
    assert not list(workshop.cache.rglob("*.whl"))


def test_kept_wheel_is_checked_as_well(workshop: Workshop) -> None:
    path, _ = workshop.archive(make_sdist("a", "1.0"))
    workshop.builder().wheel(path, "a", "")
    with pytest.raises(MetadataMismatch):
        workshop.builder().wheel(path, "a", "2.0")


def test_backend_that_lies_about_the_wheel(workshop: Workshop) -> None:
    data = make_wheel("other", "1.0").data
    code = f"""
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with open(wheel_directory + "/a-1.0-py3-none-any.whl", "wb") as file:
        file.write({data!r})
    return "a-1.0-py3-none-any.whl"
"""
    package = make_sdist("a", "1.0", pyproject=LEADS_TO_BACKEND, extra_members={"b.py": code})
    path, _ = workshop.archive(package)
    with pytest.raises(MetadataMismatch):
        workshop.builder().wheel(path, "a", "1.0")


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x05\x06" + b"\0" * 18])
def test_wheel_that_is_none(workshop: Workshop, content: bytes) -> None:
    code = f"""
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with open(wheel_directory + "/a-1.0-py3-none-any.whl", "wb") as file:
        file.write({content!r})
    return "a-1.0-py3-none-any.whl"
"""
    package = make_sdist("a", "1.0", pyproject=LEADS_TO_BACKEND, extra_members={"b.py": code})
    path, artifact = workshop.archive(package)
    for call in (
        lambda: workshop.builder().metadata(path, artifact),
        lambda: workshop.builder().wheel(path, "a", "1.0"),
    ):
        with pytest.raises(UnsafeArchive):
            call()


@pytest.mark.parametrize("text", ["", "Name: a\n", "Name: a\nVersion: 1.0\nRequires-Dist: ==\n"])
def test_metadata_that_is_none(workshop: Workshop, text: str) -> None:
    code = f"""
import os
def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    os.mkdir(metadata_directory + "/a-1.0.dist-info")
    with open(metadata_directory + "/a-1.0.dist-info/METADATA", "w") as file:
        file.write({text!r})
    return "a-1.0.dist-info"
"""
    package = make_sdist("a", "1.0", pyproject=LEADS_TO_BACKEND, extra_members={"b.py": code})
    for _ in range(2):
        with pytest.raises(BackendFailed, match="malformed metadata"):
            workshop.builder().metadata(*workshop.archive(package))


def test_metadata_folder_without_metadata(workshop: Workshop) -> None:
    code = """
import os
def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    os.mkdir(metadata_directory + "/a-1.0.dist-info")
    return "a-1.0.dist-info"
"""
    package = make_sdist("a", "1.0", pyproject=LEADS_TO_BACKEND, extra_members={"b.py": code})
    with pytest.raises(BackendFailed, match="no METADATA"):
        workshop.builder().metadata(*workshop.archive(package))


def test_failure_shows_the_backends_output(workshop: Workshop) -> None:
    package = make_sdist("a", "1.0", fails_with="sqlite3.h: No such file or directory")
    path, artifact = workshop.archive(package)
    with pytest.raises(BackendFailed, match=r"`a-1\.0\.tar\.gz` cannot be built") as caught:
        workshop.builder().metadata(path, artifact)
    assert caught.value.details.startswith("sqlite3.h: No such file or directory\n")
    assert caught.value.details.endswith("Preparing metadata (pyproject.toml) exited with 1")
    with pytest.raises(BackendFailed) as caught:
        workshop.builder().wheel(path, "a", "1.0")
    assert caught.value.details.startswith("sqlite3.h: No such file or directory\n")
    text = "".join(each.text for each in workshop.events if isinstance(each, BuildOutput))
    assert text.count("sqlite3.h: No such file or directory\n") == 4
    assert {each.package for each in workshop.events if isinstance(each, BuildOutput)} == {
        "a-1.0.tar.gz",
        "a",
    }


def test_unsafe_archive_is_not_built(workshop: Workshop) -> None:
    package = make_sdist("a", "1.0", extra_members={"../../outside.py": ""})
    path, artifact = workshop.archive(package)
    for call in (
        lambda: workshop.builder().metadata(path, artifact),
        lambda: workshop.builder().wheel(path, "a", "1.0"),
    ):
        with pytest.raises(UnsafeArchive):
            call()
    assert workshop.builds == 0


def test_backend_sees_no_secret(workshop: Workshop) -> None:
    code = """
import json, os
def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    raise RuntimeError("SEEN" + json.dumps(dict(os.environ)))
"""
    workshop.environ |= {
        "PIP_INDEX_URL": "https://me:hidden@index.example/simple",
        "MY_INDEX_TOKEN": "hidden",
        "WHO_KNOWS": "hidden",
        "CC": "visible",
    }
    package = make_sdist("a", "1.0", pyproject=LEADS_TO_BACKEND, extra_members={"b.py": code})
    builder = workshop.builder(private=frozenset({"WHO_KNOWS"}))
    with pytest.raises(BackendFailed) as caught:
        builder.metadata(*workshop.archive(package))
    assert "visible" in caught.value.details
    assert "hidden" not in caught.value.details


class NestingEnvironments:
    """Build environments whose one requirement is built from source, as an index might force."""

    def __init__(self, workshop: Workshop, sources: Mapping[str, str], policy: BuildPolicy) -> None:
        self.workshop = workshop
        self.sources = sources
        self.policy = policy

    def builder(self, building: tuple[str, ...] = ()) -> Builder:
        return Builder(
            self,
            interpreter(),
            cache_dir=str(self.workshop.cache),
            policy=self.policy,
            building=building,
        )

    @contextmanager
    def prepare(
        self, requirements: Sequence[str], *, building: tuple[str, ...]
    ) -> Iterator[BareEnvironment]:
        for name in requirements:
            self.builder(building).wheel(self.sources[name], name, "1.0")
        with self.workshop.environments.prepare(requirements, building=building) as place:
            yield place


def test_package_that_needs_itself(workshop: Workshop) -> None:
    sources = {
        name: workshop.archive(make_sdist(name, "1.0", build_requires=[needed]))[0]
        for name, needed in [("a", "b"), ("b", "c"), ("c", "a")]
    }
    builder = NestingEnvironments(workshop, sources, BuildPolicy(workshop.environ)).builder()
    with pytest.raises(CyclicBuild, match="a → b → c → a"):
        builder.wheel(sources["a"], "a", "1.0")


def test_static_metadata_ends_a_circle(workshop: Workshop) -> None:
    archive = workshop.archive(make_sdist("a", "1.0", static=True))
    assert workshop.builder(building=("a",)).metadata(*archive).name == "a"


def test_directory_is_built_each_time(workshop: Workshop) -> None:
    tree = str(write_source_tree(workshop.folder, make_sdist("a", "1.0", requires=["six"])))
    builder = workshop.builder()
    for count in (1, 2):
        found = builder.metadata_of_directory(tree)
        assert [each.name for each in found.requires] == ["six"]
        assert workshop.builds == count
    first = builder.wheel_of_directory(tree, editable=False)
    declaration = Path(tree, "declaration.json")
    facts = json.loads(declaration.read_text())
    facts["files"] = {"changed.py": ""}
    declaration.write_text(json.dumps(facts))
    second = builder.wheel_of_directory(tree, editable=False)
    with zipfile.ZipFile(second) as wheel:
        assert "changed.py" in wheel.namelist()
    assert Path(first).exists()
    assert workshop.builds == 4


def test_package_information_in_a_directory_is_not_trusted(workshop: Workshop) -> None:
    tree = str(write_source_tree(workshop.folder, make_sdist("a", "1.0", static=True)))
    workshop.builder().metadata_of_directory(tree)
    assert workshop.builds == 1


def test_editable_wheel_leads_to_the_directory(workshop: Workshop) -> None:
    tree = str(write_source_tree(workshop.folder, make_sdist("a", "1.0")))
    builder = workshop.builder()
    plain = builder.wheel_of_directory(tree, editable=False, state=lambda: "as it is")
    editable = builder.wheel_of_directory(tree, editable=True, state=lambda: "as it is")
    assert plain != editable
    with zipfile.ZipFile(editable) as wheel:
        assert wheel.read("a-1.0.pth").decode().strip() == tree


def test_a_folder_that_changes_under_the_build_is_built_again(workshop: Workshop) -> None:
    tree = str(write_source_tree(workshop.folder, make_sdist("a", "1.0")))
    builder = workshop.builder()
    for editable in (False, True):
        before = workshop.builds
        states = iter(("begun", "changed", "begun", "begun", "begun"))
        for _ in range(3):
            builder.wheel_of_directory(tree, editable=editable, state=states.__next__)
        assert workshop.builds == before + 2
    assert not [*states]
    builder.wheel_of_directory(tree, editable=False)
    builder.wheel_of_directory(tree, editable=False)
    assert workshop.builds == before + 4


def test_source_with_an_identity_is_built_once(workshop: Workshop) -> None:
    package = make_sdist("a", "1.0", requires=["six"])
    identity = "git+https://host.example/x@0123#sub"
    tree = write_source_tree(workshop.folder, package)
    builder = workshop.builder()
    first = builder.wheel_of_directory(str(tree), editable=False, state=lambda: identity)
    found = builder.metadata_of_directory(str(tree), source_id=identity)
    moved = tree.rename(workshop.folder / "elsewhere")
    assert workshop.builds == 2
    assert workshop.builder().metadata_of_directory(str(moved), source_id=identity) == found
    again = workshop.builder().wheel_of_directory(
        str(moved), editable=False, state=lambda: identity
    )
    assert again == first
    assert workshop.builds == 2
    other = builder.wheel_of_directory(str(moved), editable=False, state=lambda: "another")
    assert other != first


def test_guessed_name_of_a_directory_binds_nobody(workshop: Workshop) -> None:
    tree = write_source_tree(workshop.folder, make_sdist("a", "1.0"))
    (tree / "setup.py").write_text("setup(name='something-else')")
    builder = workshop.builder()
    assert builder.metadata_of_directory(str(tree)).name == "a"
    assert Path(builder.wheel_of_directory(str(tree), editable=False)).name.startswith("a-1.0-")


def test_directory_that_is_no_project(workshop: Workshop) -> None:
    tree = workshop.tree(pyproject_toml="broken [")
    with pytest.raises(BackendFailed, match=r"pyproject\.toml cannot be used"):
        workshop.builder().metadata_of_directory(tree)


def test_archive_of_any_name_and_its_subdirectory(workshop: Workshop) -> None:
    inner = '[project]\nname = "inner"\nversion = "3"\ndependencies = []\n'
    package = make_sdist("outer", "1.0", extra_members={"sub/pyproject.toml": inner}, static=True)
    path = workshop.folder / "v1.zip.download"
    path.write_bytes(package.data)
    builder = workshop.builder()
    assert builder.metadata_of_archive(str(path)).name == "outer"
    assert builder.metadata_of_archive(str(path), subdirectory="sub").name == "inner"
    with pytest.raises(BuildError, match="no folder"):
        builder.metadata_of_archive(str(path), subdirectory="../..")


def test_builds_in_parallel(workshop: Workshop) -> None:
    path, artifact = workshop.archive(make_sdist("a", "1.0"))
    builder = workshop.builder()
    with ThreadPoolExecutor(4) as pool:
        wheels = list(pool.map(lambda _: builder.wheel(path, "a", "1.0"), range(4)))
        names = list(pool.map(lambda _: builder.metadata(path, artifact).name, range(4)))
    assert (len(set(wheels)), set(names)) == (1, {"a"})


class Counted(NamedTuple):
    """A context that counts how often it is entered, and refuses to be entered twice at once."""

    lock: threading.Lock
    entries: list[int]

    def __enter__(self) -> None:
        assert self.lock.acquire(timeout=60)
        self.entries.append(1)

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_slot_bounds_the_children_and_not_the_nesting(workshop: Workshop) -> None:
    sources = {
        name: workshop.archive(make_sdist(name, "1.0", build_requires=needed))[0]
        for name, needed in [("a", ["b"]), ("b", [])]
    }
    slot = Counted(threading.Lock(), [])
    policy = BuildPolicy(workshop.environ, slot=slot)
    builder = NestingEnvironments(workshop, sources, policy).builder()
    builder.wheel(sources["a"], "a", "1.0")
    assert len(slot.entries) == 4  # each asks for requirements, then builds


def test_nothing_is_left_behind(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    good, artifact = workshop.archive(make_sdist("a", "1.0"))
    bad, _ = workshop.archive(make_sdist("b", "1.0", fails_with="x"))
    builder = workshop.builder()
    builder.metadata(good, artifact)
    builder.wheel(good, "a", "1.0")
    with pytest.raises(PipenvError):
        builder.wheel(bad, "b", "1.0")
    shutil.rmtree(workshop.cache)
    assert list(temporary.iterdir()) == []
