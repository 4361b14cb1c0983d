"""``pipenv install -r``: packages out of files of requirements."""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pipenv.pipfile.document import parse_pipfile
from support.git_repository import GitRepository
from support.loopback_index import LoopbackIndex
from support.package_factory import make_sdist, write_source_tree

if TYPE_CHECKING:
    from pathlib import Path

    from pipenv.pipfile.document import Pipfile
    from support.command_line import CommandLine

requires_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def write(pipenv: CommandLine, text: str, name: str = "requirements.txt") -> None:
    path = pipenv.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def pipfile(pipenv: CommandLine) -> Pipfile:
    return parse_pipfile(pipenv.pipfile.read_text(encoding="utf-8"))


def entries(pipenv: CommandLine, category: str = "packages") -> dict[str, Any]:
    return pipfile(pipenv).entries(category)


def sha256_of(index: LoopbackIndex, filename: str) -> str:
    listing = index.listing(filename)
    assert listing is not None
    return listing.package.sha256


def test_requirements_become_entries_that_are_locked_and_installed(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    write(
        pipenv, "# ours\ntrunk[more]>=1.0,<2 \\\n   ; python_version > '3' # why\nsetuptools==1\n"
    )
    result = pipenv.ok("install", "-r", "requirements.txt")
    assert entries(pipenv) == {
        "trunk": {"extras": ["more"], "version": "<2,>=1.0", "markers": 'python_version > "3"'}
    }
    assert pipenv.locked_versions() == {"leaf": "1.1", "trunk": "1.2"}
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.2"}
    assert "setuptools: left out" in result.stderr


def test_files_may_refer_to_files_and_be_named_several_times(
    pipenv: CommandLine, tmp_path: Path
) -> None:
    pipenv.write_pipfile("[packages]\n")
    write(pipenv, "-r more/other.txt\n-c limits.txt\ntrunk\n", "a.txt")
    write(pipenv, "loner\n-r ../a.txt\n", "more/other.txt")
    write(pipenv, "leaf<1.1\nnobody-needs-this==9\n", "limits.txt")
    write(pipenv, "leaf>=1\n", "b.txt")
    pipenv.ok("install", "-r", "project/a.txt", "-r", "project/b.txt", "--dev", cwd=tmp_path,
              PIPENV_PIPFILE=str(pipenv.pipfile))  # fmt: skip
    assert entries(pipenv, "dev-packages") == {"loner": "*", "trunk": "*", "leaf": ">=1"}
    assert pipenv.locked_versions("develop") == {"leaf": "1.0", "loner": "0.5", "trunk": "1.0"}


def test_the_variable_names_a_file_and_packages_may_be_named_as_well(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    write(pipenv, "leaf<2\nloner\n", "base.txt")
    pipenv.ok("install", "leaf==1.0", PIPENV_REQUIREMENTSTXT="base.txt")
    assert entries(pipenv) == {"leaf": "==1.0", "loner": "*"}


def test_a_file_may_be_at_a_url(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile("[packages]\n")
    index.set_page("wanted", "text/plain", b"leaf\n-r ../loner-too/\n")
    index.set_page("loner-too", "text/plain", b"loner\n")
    pipenv.ok("install", "-r", f"{index.url}/wanted/")
    assert entries(pipenv) == {"leaf": "*", "loner": "*"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("leaf\n--no-such\n", "requirements.txt:2: `--no-such` is no option"),
        ("leaf\n\nleaf >= banana\n", "requirements.txt:3: "),
        ("-r missing.txt\n", "requirements.txt:1: `missing.txt` cannot be read"),
        ("leaf\n--no-index\n", "requirements.txt:2: `--no-index`"),
        ("leaf\n--require-hashes\n", "requirements.txt:1: `leaf` has no hash"),
        ("leaf==1.0\nleaf @ ./x\n", "requirements.txt:2: "),
        ("svn+nonsense\n", "requirements.txt:1: "),
    ],
)
def test_what_means_nothing_is_refused_with_file_and_line(
    pipenv: CommandLine, text: str, message: str
) -> None:
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    write(pipenv, text)
    result = pipenv("install", "-r", "requirements.txt")
    assert (result.status, pipenv.snapshot()) == (1, before)
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_a_missing_file_leaves_no_trace(pipenv: CommandLine) -> None:
    result = pipenv("install", "-r", "nowhere.txt")
    assert result.status == 1
    assert "`nowhere.txt` cannot be read" in result.stderr
    assert pipenv.snapshot() == (None, None)
    assert pipenv("--venv").status == 1


def test_hashes_decide_what_may_be_locked_and_installed(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_sdist("leaf", "1.0")
    right = sha256_of(index, "leaf-1.0-py3-none-any.whl")
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    write(pipenv, f"leaf==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    result = pipenv("install", "-r", "requirements.txt")
    assert (result.status, pipenv.snapshot()) == (1, before)
    assert "no file of `leaf` 1.0 has a hash that the requirements file lists" in result.stderr
    write(pipenv, f"leaf==1.0 --hash=sha256:{'0' * 64} --hash=sha256:{right}\n")
    pipenv.ok("install", "-r", "requirements.txt")
    assert entries(pipenv) == {"leaf": "==1.0"}
    assert len(pipenv.locked()["default"]["leaf"]["hashes"]) == 2


@pytest.fixture
def corp() -> Any:
    with LoopbackIndex() as served:
        served.add_wheel("ours", "1.0")
        yield served


def test_a_password_in_a_file_is_pointed_out(pipenv: CommandLine, corp: LoopbackIndex) -> None:
    corp.credentials = ("user", "s3cret")
    pipenv.write_pipfile("[packages]\n")
    write(pipenv, "ours\n-i " + corp.url.replace("://", "://user:s3cret@"))
    result = pipenv.ok("install", "-r", "requirements.txt")
    assert "is written with its password" in result.stderr
    assert "s3cret" not in result.stderr


def test_indexes_become_sources(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    pipenv.write_pipfile("[packages]\n")
    write(pipenv, f"--extra-index-url {corp.url}/\n-i {index.url}\n--trusted-host x\nours\nleaf\n")
    pipenv.ok("install", "-r", "requirements.txt")
    assert [(each.name, each.url) for each in pipfile(pipenv).sources] == [
        ("loopback", index.url),
        ("12700", f"{corp.url}/"),
    ]
    assert entries(pipenv) == {"ours": "*", "leaf": "*"}
    before = pipenv.pipfile.read_bytes()
    pipenv.ok("install", "-r", "requirements.txt")
    assert pipenv.pipfile.read_bytes() == before


def test_an_index_that_is_not_the_first_of_the_pipfile_is_kept_with_its_packages(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    index.add_wheel("ours", "99.0")
    pipenv.write_pipfile("[packages]\n")
    write(pipenv, f"--index-url={corp.url}\nours\n")
    pipenv.ok("install", "-r", "requirements.txt")
    assert entries(pipenv) == {"ours": {"version": "*", "index": "12700"}}
    assert pipenv.locked_versions() == {"ours": "1.0"}


def test_requirements_begin_a_project(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    write(pipenv, f"-i {index.url}\n--extra-index-url {corp.url}\nleaf==1.0\n--pre\n")
    result = pipenv.ok("install", PIPENV_PYPI_MIRROR=index.url)
    assert "importing `" in result.stderr
    assert "pinned" in result.stderr
    found = pipfile(pipenv)
    assert [each.url for each in found.sources] == [index.url, corp.url]
    assert found.entries("packages") == {"leaf": "==1.0"}
    assert found.settings == {"allow_prereleases": True}
    assert pipenv.installed() == {"leaf": "1.0"}


def test_of_lines_with_different_markers_the_one_that_holds_here_stays(
    pipenv: CommandLine,
) -> None:
    pipenv.write_pipfile("[packages]\n")
    write(pipenv, "leaf==1.0; python_version < '3'\nleaf==1.1; python_version >= '3'\nleaf>=1\n")
    result = pipenv.ok("install", "-r", "requirements.txt")
    assert pipenv.locked_versions() == {"leaf": "1.1"}
    assert "requirements.txt:1: `leaf==1.0; python_version < '3'` is left out" in result.stderr


def test_paths_start_from_the_folder_of_their_file_or_from_where_we_are(
    pipenv: CommandLine, tmp_path: Path
) -> None:
    write_source_tree(pipenv.root / "lib", make_sdist("near", "1.0"))
    write_source_tree(tmp_path / "elsewhere", make_sdist("far", "1.0"))
    near = next((pipenv.root / "lib").iterdir()).name
    far = next((tmp_path / "elsewhere").iterdir()).name
    pipenv.write_pipfile("[packages]\n")
    write(pipenv, f"-e ../lib/{near}\n./elsewhere/{far} ; python_version > '3'\n", "req/all.txt")
    pipenv.ok("install", "-r", "project/req/all.txt", cwd=tmp_path,
              PIPENV_PIPFILE=str(pipenv.pipfile))  # fmt: skip
    assert entries(pipenv) == {
        "near": {"path": f"./lib/{near}", "editable": True},
        "far": {"path": f"../elsewhere/{far}", "markers": 'python_version > "3"'},
    }
    assert pipenv.installed() == {"near": "1.0", "far": "1.0"}


@requires_git
def test_a_repository_never_becomes_a_name(
    pipenv: CommandLine, index: LoopbackIndex, tmp_path: Path
) -> None:
    index.add_wheel("leaf", "66.6")
    repository = GitRepository(tmp_path / "repository")
    tree = write_source_tree(tmp_path / "made", make_sdist("leaf", "3.0"))
    shutil.copytree(tree, repository.folder, dirs_exist_ok=True)
    repository.commit("v3")
    pipenv.write_pipfile("[packages]\n")
    write(pipenv, f"git+{repository.url}@v3#egg=leaf; python_version > '3'\n")
    pipenv.ok("install", "-r", "requirements.txt")
    marker = 'python_version > "3"'
    assert entries(pipenv) == {"leaf": {"git": repository.url, "ref": "v3", "markers": marker}}
    assert pipenv.installed() == {"leaf": "3.0"}
    assert not index.count("page", "leaf")
    assert "git" in json.dumps(pipenv.locked()["default"]["leaf"])


@pytest.mark.skipif(sys.platform == "win32", reason="writes a name that Windows refuses")
def test_any_encoding_and_a_line_that_names_no_binaries(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_sdist("leaf", "1.1")
    pipenv.write_pipfile("[packages]\n")
    (pipenv.root / "requirements.txt").write_bytes(
        b"\xff\xfe" + "--no-binary leaf # é\nleaf<2\n".encode("utf-16-le")
    )
    pipenv.ok("install", "-r", "requirements.txt")
    assert entries(pipenv) == {"leaf": {"version": "<2", "no_binary": True}}


def test_named_packages_come_on_top_of_what_begins_a_project(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    write(pipenv, f"-i {index.url}\nleaf\n")
    (pipenv.root / "below").mkdir()
    pipenv.ok("install", "loner", cwd=pipenv.root / "below", PIPENV_PYPI_MIRROR=index.url)
    found = parse_pipfile((pipenv.root / "below" / "Pipfile").read_text(encoding="utf-8"))
    assert found.entries("packages") == {"leaf": "*", "loner": "*"}


def test_an_empty_file_begins_an_empty_project(pipenv: CommandLine, index: LoopbackIndex) -> None:
    write(pipenv, "# nothing yet\n")
    pipenv.ok("install", PIPENV_PYPI_MIRROR=index.url)
    assert entries(pipenv) == {}
    assert pipenv.locked()["default"] == {}


def test_an_archive_at_an_address_is_held_to_its_hash(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    package = index.add_wheel("straight", "1.0")
    listing = index.listing(package.filename)
    assert listing is not None
    address = f"{index.origin}/files/{package.filename}"
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    write(pipenv, f"{address} --hash=sha256:{'1' * 64}\n")
    result = pipenv("install", "-r", "requirements.txt")
    assert (result.status, pipenv.snapshot()) == (1, before)
    write(pipenv, f"{address} --hash=sha256:{package.sha256}\n")
    pipenv.ok("install", "-r", "requirements.txt")
    assert entries(pipenv) == {"straight": {"file": address}}
    assert pipenv.installed() == {"straight": "1.0"}
