"""What a source tree says without being run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.builds.source_trees import (
    LEGACY_BACKEND,
    LEGACY_REQUIRES,
    BuildSystem,
    project_name,
    read_build_system,
    static_metadata,
)
from pipenv.errors import BackendFailed
from support.package_factory import metadata_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

STATIC = """
[project]
name = "Some.Project"
version = "1.0.0"
requires-python = ">=3.8"
dependencies = ["six>=1", "idna ; python_version < '3.9'"]
[project.optional-dependencies]
Extra_One = ["attrs", "toml ; os_name == 'nt' or os_name == 'java'"]
empty = []
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tmp_path


def write(tree: Path, **files: str) -> None:
    """Write ``pyproject_toml="…"`` to ``pyproject.toml`` and so on; PKG_INFO is ``PKG-INFO``."""
    for key, text in files.items():
        name = "PKG-INFO" if key == "PKG_INFO" else key.replace("_toml", ".toml")
        name = name.replace("_py", ".py").replace("_cfg", ".cfg") if "project" not in name else name
        (tree / name).write_text(text)


def test_no_project_file_means_the_legacy_backend(tree: Path) -> None:
    assert read_build_system(str(tree)) == BuildSystem(LEGACY_REQUIRES, LEGACY_BACKEND, ())


def test_no_table_means_the_legacy_backend(tree: Path) -> None:
    write(tree, pyproject_toml="[tool.x]\ny = 1\n")
    assert read_build_system(str(tree)) == BuildSystem(LEGACY_REQUIRES, LEGACY_BACKEND, ())


def test_requirements_without_backend(tree: Path) -> None:
    write(tree, pyproject_toml='[build-system]\nrequires = ["setuptools", "cython"]\n')
    assert read_build_system(str(tree)) == BuildSystem(("setuptools", "cython"), LEGACY_BACKEND, ())


def test_backend_in_the_tree(tree: Path) -> None:
    (tree / "tools").mkdir()
    write(
        tree,
        pyproject_toml="[build-system]\nrequires = []\n"
        'build-backend = "own.backend:object.part"\nbackend-path = ["tools", "."]\n',
    )
    root = tree.resolve()
    assert read_build_system(str(tree)) == BuildSystem(
        (), "own.backend:object.part", (str(root / "tools"), str(root))
    )


@pytest.mark.parametrize("folder", ["..", "/", "tools/../..", "link"])
def test_backend_path_stays_inside(tree: Path, folder: str) -> None:
    (tree / "link").symlink_to("/")
    write(
        tree,
        pyproject_toml="[build-system]\nrequires = []\n"
        f'build-backend = "x"\nbackend-path = ["{folder}"]\n',
    )
    with pytest.raises(BackendFailed, match="backend-path"):
        read_build_system(str(tree))


@pytest.mark.parametrize(
    "text",
    [
        "not toml at all [",
        "build-system = 3",
        "[build-system]\n",
        '[build-system]\nrequires = "setuptools"\n',
        "[build-system]\nrequires = [1]\n",
        '[build-system]\nrequires = ["--index-url x"]\n',
        '[build-system]\nrequires = []\nbuild-backend = ["x"]\n',
        '[build-system]\nrequires = []\nbuild-backend = "os;x"\n',
        '[build-system]\nrequires = []\nbuild-backend = "a:b:c"\n',
        '[build-system]\nrequires = []\nbuild-backend = "a:"\n',
        '[build-system]\nrequires = []\nbuild-backend = "a"\nbackend-path = "x"\n',
    ],
)
def test_malformed_build_system(tree: Path, text: str) -> None:
    write(tree, pyproject_toml=text)
    with pytest.raises(BackendFailed, match=r"pyproject\.toml cannot be used"):
        read_build_system(str(tree))


def test_static_project_table(tree: Path) -> None:
    write(tree, pyproject_toml=STATIC)
    found = static_metadata(str(tree), is_distribution=False)
    assert found is not None
    assert (found.name, found.version) == ("Some.Project", "1.0.0")
    assert found.requires_python == ">=3.8"
    assert found.extras == ("extra-one", "empty")
    assert [each.name for each in found.requires] == ["six", "idna", "attrs", "toml"]
    markers = [each.marker for each in found.requires]
    assert markers[0] is None
    windows = {"os_name": "nt", "python_version": "3.8"}
    linux = {"os_name": "posix", "python_version": "3.11"}
    for marker, name, environment, expected in [
        (markers[1], "", windows, True),
        (markers[1], "", linux, False),
        (markers[2], "extra-one", linux, True),
        (markers[2], "", linux, False),
        (markers[3], "extra-one", windows, True),
        (markers[3], "extra-one", linux, False),
        (markers[3], "", windows, False),
    ]:
        assert marker is not None
        assert marker.evaluate(environment, extras=[name] if name else []) is expected


def test_version_is_normalised(tree: Path) -> None:
    write(tree, pyproject_toml='[project]\nname = "x"\nversion = "v1.0-RC1"\ndependencies = []\n')
    found = static_metadata(str(tree), is_distribution=False)
    assert found is not None
    assert found.version == "1.0rc1"


@pytest.mark.parametrize(
    "field", ["version", "dependencies", "optional-dependencies", "requires-python"]
)
def test_dynamic_fields_need_a_build(tree: Path, field: str) -> None:
    write(tree, pyproject_toml=STATIC.replace("[project]", f'[project]\ndynamic = ["{field}"]'))
    assert static_metadata(str(tree), is_distribution=False) is None


def test_other_dynamic_fields_do_not_matter(tree: Path) -> None:
    write(tree, pyproject_toml=STATIC.replace("[project]", '[project]\ndynamic = ["readme"]'))
    assert static_metadata(str(tree), is_distribution=False) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "broken [",
        "project = 1",
        '[project]\nname = "x"\n',
        '[project]\nversion = "1"\n',
        '[project]\nname = "x y"\nversion = "1"\n',
        '[project]\nname = "x"\nversion = "one"\n',
        '[project]\nname = "x"\nversion = "1"\ndependencies = "six"\n',
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["=="]\n',
        '[project]\nname = "x"\nversion = "1"\nrequires-python = "three"\n',
        '[project]\nname = "x"\nversion = "1"\nrequires-python = 3\n',
        '[project]\nname = "x"\nversion = "1"\noptional-dependencies = []\n',
        '[project]\nname = "x"\nversion = "1"\n[project.optional-dependencies]\n"a b" = []\n',
        '[project]\nname = "x"\nversion = "1"\n[tool.poetry]\n',
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["y @ {root:uri}/y"]\n',
    ],
)
def test_what_is_not_plain_needs_a_build(tree: Path, text: str) -> None:
    write(tree, pyproject_toml=text)
    assert static_metadata(str(tree), is_distribution=False) is None


def test_setup_script_may_add_what_the_table_leaves_out(tree: Path) -> None:
    write(tree, pyproject_toml='[project]\nname = "x"\nversion = "1"\n', setup_py="")
    assert static_metadata(str(tree), is_distribution=False) is None
    write(tree, pyproject_toml='[project]\nname = "x"\nversion = "1"\ndependencies = []\n')
    assert static_metadata(str(tree), is_distribution=False) is not None


@pytest.mark.parametrize("version", ["2.2", "2.3", "2.10", "3.0"])
def test_binding_package_information(tree: Path, version: str) -> None:
    data = metadata_text("x", "1.0", requires=["six"], metadata_version=version)
    write(tree, PKG_INFO=data.decode())
    found = static_metadata(str(tree), is_distribution=True)
    assert found is not None
    assert (found.name, found.version) == ("x", "1.0")
    assert [each.name for each in found.requires] == ["six"]


def test_package_information_of_a_directory_may_be_old(tree: Path) -> None:
    write(tree, PKG_INFO=metadata_text("x", "1.0", metadata_version="2.2").decode())
    assert static_metadata(str(tree), is_distribution=False) is None


@pytest.mark.parametrize("version", ["1.2", "2.1", "two"])
def test_older_package_information_binds_nobody(tree: Path, version: str) -> None:
    write(tree, PKG_INFO=metadata_text("x", "1.0", metadata_version=version).decode())
    assert static_metadata(str(tree), is_distribution=True) is None


@pytest.mark.parametrize("field", ["Requires-Dist", "requires-python", "Provides-Extra", "VERSION"])
def test_dynamic_package_information_needs_a_build(tree: Path, field: str) -> None:
    data = metadata_text("x", "1.0", metadata_version="2.2", dynamic=["License", field])
    write(tree, PKG_INFO=data.decode())
    assert static_metadata(str(tree), is_distribution=True) is None


def test_other_dynamic_information_does_not_matter(tree: Path) -> None:
    data = metadata_text("x", "1.0", metadata_version="2.2", dynamic=["License", "Summary"])
    write(tree, PKG_INFO=data.decode())
    assert static_metadata(str(tree), is_distribution=True) is not None


def test_project_table_helps_old_package_information(tree: Path) -> None:
    write(tree, PKG_INFO=metadata_text("x", "1.0").decode(), pyproject_toml=STATIC)
    found = static_metadata(str(tree), is_distribution=True)
    assert found is not None
    assert found.name == "Some.Project"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject_toml": '[project]\nname = "a"\n', "setup_cfg": "[metadata]\nname = b\n"}, "a"),
        ({"pyproject_toml": '[tool.poetry]\nname = "a"\n'}, "a"),
        ({"pyproject_toml": '[tool.flit.metadata]\nmodule = "a"\n'}, "a"),
        ({"pyproject_toml": "broken [", "setup_cfg": "[metadata]\nname = b\n"}, "b"),
        ({"pyproject_toml": "[build-system]\n", "setup_cfg": "[metadata]\nname = b\n"}, "b"),
        ({"setup_cfg": "[metadata]\nname = b%(x)s\n", "setup_py": "setup(name='c')"}, "c"),
        ({"setup_cfg": "name = b\n", "setup_py": "setup(name='c')"}, "c"),
        ({"setup_py": "import setuptools\nsetuptools.setup(name='c', version=v())"}, "c"),
        ({"setup_py": "N = 'c'\nif True:\n    setup(version='1', name=N)"}, "c"),
        ({"setup_py": "A = B = 'c'\nsetup(name=B)"}, "c"),
        ({"setup_py": "setup(name=f())", "PKG_INFO": "Name: d\n"}, "d"),
        ({"setup_py": "setup(name=", "PKG_INFO": "Metadata-Version: 1.0\nname: d\n"}, "d"),
        ({"setup_py": "other(name='c')", "METADATA": "Name: e\n\nName: f\n"}, "e"),
        ({"PKG_INFO": "Version: 1\n\nName: d\n"}, None),
        ({"setup_py": "setup(name='--option')"}, None),
        ({"setup_py": "\0"}, None),
        ({}, None),
    ],
)
def test_name_of_a_project(tree: Path, files: dict[str, str], expected: str | None) -> None:
    write(tree, **files)
    assert project_name(str(tree)) == expected


def test_name_is_found_without_running_anything(tree: Path) -> None:
    write(tree, setup_py="open('ran', 'w')\nsetup(name='x')\nraise SystemExit")
    assert project_name(str(tree)) == "x"
    assert not (tree / "ran").exists()


def test_marks_of_editors_on_windows(tree: Path) -> None:
    (tree / "setup.cfg").write_bytes(b"\xef\xbb\xbf[metadata]\r\nname = x\r\n")
    assert project_name(str(tree)) == "x"


@given(st.binary(max_size=200))
def test_no_content_breaks_the_search(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any-content"
    folder.mkdir(exist_ok=True)
    for name in ("pyproject.toml", "setup.cfg", "setup.py", "PKG-INFO"):
        (folder / name).write_bytes(data)
    project_name(str(folder))
    static_metadata(str(folder), is_distribution=True)
