"""Packages that no index has: folders, archives and repositories, locked and installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from support.git_repository import GitRepository, guarded_server
from support.package_factory import make_sdist, make_wheel, write_source_tree

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

requires_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def write_project(
    folder: Path, name: str, version: str = "1.0", *, requires: Sequence[str] = (), text: str = ""
) -> Path:
    """Write the source tree of a project, which has its module in it, as `folder`."""
    module = name.replace("-", "_")
    source = text or f"VERSION = {version!r}\n"
    package = make_sdist(
        name,
        version,
        requires=requires,
        extras={"more": ["loner"]},
        files={f"{module}/__init__.py": source},
        extra_members={f"{module}/__init__.py": source},
    )
    made = write_source_tree(folder.parent / "unpacked", package)
    (made / "PKG-INFO").unlink()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(made, folder, dirs_exist_ok=True)
    shutil.rmtree(made)
    return folder


def direct_url(pipenv: CommandLine, name: str) -> Any:
    """What the environment notes of where a distribution came from."""
    root = pipenv.ok("--venv").stdout.strip()
    code = (
        "import importlib.metadata as m, sys; "
        f"sys.stdout.write(m.distribution({name!r}).read_text('direct_url.json') or 'null')"
    )
    assert root
    return json.loads(pipenv.spawn("run", "python", "-c", code).stdout)


def answer(pipenv: CommandLine, expression: str, module: str) -> str:
    """What an expression on a module gives in the environment."""
    code = f"import {module}; print({module}.{expression})"
    result = pipenv.spawn(
        "run", "python", "-c", code, cwd=pipenv.root / "..", PIPENV_PIPFILE=str(pipenv.pipfile)
    )
    assert result.status == 0, result.stderr
    return result.stdout.strip()


def installed_by(pipenv: CommandLine, *words: str) -> set[str]:
    """The packages that a command put into the environment."""
    stderr = pipenv.ok(*words, "--verbose").stderr
    lines = [line.split() for line in stderr.splitlines() if line.startswith(" + ")]
    return {words[1] for words in lines}


# Folders


@pytest.mark.parametrize("written", ["./lib/pkg", "lib/pkg", "lib/../lib/pkg/"])
def test_a_folder_is_a_path_however_it_is_written(pipenv: CommandLine, written: str) -> None:
    write_project(pipenv.root / "lib" / "pkg", "pkg", requires=["leaf<2"])
    pipenv.write_pipfile(f'[packages]\npkg = {{path = "{written}"}}\n')
    pipenv.ok("install")
    default = pipenv.locked()["default"]
    assert default["pkg"] == {"path": written}
    assert default["leaf"]["version"] == "==1.1"
    assert pipenv.installed() == {"leaf": "1.1", "pkg": "1.0"}
    assert answer(pipenv, "VERSION", "pkg") == "1.0"
    folder = pipenv.root / "lib" / "pkg"
    assert direct_url(pipenv, "pkg") == {"dir_info": {}, "url": folder.as_uri()}
    pipenv.ok("verify")


def test_a_folder_is_installed_again_when_its_content_changes(pipenv: CommandLine) -> None:
    folder = write_project(pipenv.root / "pkg", "pkg")
    pipenv.write_pipfile('[packages]\npkg = {path = "./pkg"}\n')
    assert installed_by(pipenv, "install") == {"pkg"}
    assert installed_by(pipenv, "sync") == set()
    write_project(folder, "pkg", text="VERSION = 'changed'\n")
    assert installed_by(pipenv, "sync") == {"pkg"}
    assert answer(pipenv, "VERSION", "pkg") == "changed"
    assert installed_by(pipenv, "sync") == set()


@pytest.mark.parametrize("kind", ["", ", editable = true"])
def test_an_unchanged_folder_is_built_once_for_all_environments(
    pipenv: CommandLine, kind: str
) -> None:
    folder = write_project(pipenv.root / "pkg", "pkg")
    with (folder / "backend" / "factory_backend.py").open("a", encoding="utf-8") as backend:
        backend.write("\nprint('the backend is at work')\n")
    pipenv.write_pipfile(f'[packages]\npkg = {{path = "./pkg"{kind}}}\n')
    pipenv.ok("lock")

    def is_built() -> bool:
        told = pipenv.ok("sync", "--verbose").stderr
        assert answer(pipenv, "VERSION", "pkg")
        pipenv.ok("--rm")
        return "the backend is at work" in told

    assert [is_built(), is_built()] == [True, False]
    (folder / "pkg" / "more.py").write_text("")
    assert [is_built(), is_built()] == [True, False]


def test_an_editable_folder_is_imported_from_where_it_is(pipenv: CommandLine) -> None:
    folder = write_project(pipenv.root / "pkg", "pkg", requires=["leaf"])
    pipenv.write_pipfile('[packages]\npkg = {path = "./pkg", editable = true, extras = ["more"]}\n')
    assert installed_by(pipenv, "install") == {"pkg", "leaf", "loner"}
    assert pipenv.locked()["default"]["pkg"] == {
        "editable": True,
        "extras": ["more"],
        "path": "./pkg",
    }
    (folder / "pkg" / "__init__.py").write_text("VERSION = 'edited'\n")
    assert answer(pipenv, "VERSION", "pkg") == "edited"
    assert direct_url(pipenv, "pkg") == {"dir_info": {"editable": True}, "url": folder.as_uri()}
    assert installed_by(pipenv, "install") == set()


def test_an_editable_folder_that_moved_is_installed_again(pipenv: CommandLine) -> None:
    folder = write_project(pipenv.root / "pkg", "pkg")
    pipenv.write_pipfile('[packages]\npkg = {path = "./pkg", editable = true}\n')
    pipenv.ok("install")
    folder.rename(pipenv.root / "moved")
    pipenv.write_pipfile('[packages]\npkg = {path = "./moved", editable = true}\n')
    assert installed_by(pipenv, "install") == {"pkg"}
    assert answer(pipenv, "__file__", "pkg").startswith(str(pipenv.root / "moved"))


def test_a_project_may_list_itself(pipenv: CommandLine) -> None:
    write_project(pipenv.root, "own", requires=["leaf"])
    pipenv.write_pipfile('[packages]\nown = {path = ".", editable = true}\n')
    assert installed_by(pipenv, "install") == {"own", "leaf"}
    assert pipenv.locked()["default"]["own"] == {"editable": True, "path": "."}
    assert installed_by(pipenv, "install") == set()


def test_a_project_of_another_name_is_refused(pipenv: CommandLine) -> None:
    write_project(pipenv.root / "pkg", "other-name")
    pipenv.write_pipfile('[packages]\npkg = {path = "./pkg"}\n')
    before = pipenv.snapshot()
    result = pipenv("lock")
    assert result.status == 1
    assert "`pkg`" in result.stderr
    assert "other-name" in result.stderr
    assert pipenv.snapshot() == before


def test_a_path_that_leads_nowhere_is_refused(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = {path = "./leaf"}\n')
    before = pipenv.snapshot()
    result = pipenv("lock")
    assert result.status == 1
    assert "there is nothing at `./leaf`" in result.stderr
    assert pipenv.snapshot() == before


def test_a_path_for_another_platform_need_not_exist(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\npkg = {path = './pkg', sys_platform = \"== 'nowhere'\"}\n")
    pipenv.ok("install")
    assert pipenv.locked()["default"]["pkg"] == {
        "markers": "sys_platform == 'nowhere'",
        "path": "./pkg",
    }
    assert pipenv.installed() == {}


# Archives


@pytest.mark.parametrize("key", ["path", "file"])
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_a_local_archive_is_locked_with_its_digest(
    pipenv: CommandLine, key: str, kind: str
) -> None:
    make = make_wheel if kind == "wheel" else make_sdist
    package = make("pkg", "1.0", requires=["leaf<2"])
    (pipenv.root / "dist").mkdir()
    path = package.write_to(pipenv.root / "dist")
    written = f"./dist/{package.filename}"
    pipenv.write_pipfile(f'[packages]\npkg = {{{key} = "{written}"}}\n')
    pipenv.ok("install")
    digest = package.sha256
    assert pipenv.locked()["default"]["pkg"] == {key: written, "hashes": [f"sha256:{digest}"]}
    assert pipenv.installed() == {"leaf": "1.1", "pkg": "1.0"}
    assert direct_url(pipenv, "pkg") == {
        "archive_info": {"hash": f"sha256={digest}", "hashes": {"sha256": digest}},
        "url": path.as_uri(),
    }
    assert installed_by(pipenv, "install") == set()


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_another_local_archive_than_the_locked_one_is_refused(
    pipenv: CommandLine, kind: str
) -> None:
    make = make_wheel if kind == "wheel" else make_sdist
    package = make("pkg", "1.0")
    package.write_to(pipenv.root)
    pipenv.write_pipfile(f'[packages]\npkg = {{path = "./{package.filename}"}}\n')
    pipenv.ok("lock")
    other = make("pkg", "1.0", requires=["leaf"])
    other.write_to(pipenv.root)
    before = pipenv.snapshot()
    result = pipenv("sync")
    assert result.status == 1
    assert package.filename in result.stderr
    assert package.sha256 in result.stderr
    assert other.sha256 in result.stderr
    assert pipenv.snapshot() == before
    assert pipenv.installed() == {}


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_an_archive_at_a_url_is_locked_with_its_digest(
    pipenv: CommandLine, index: LoopbackIndex, kind: str
) -> None:
    package = (index.add_wheel if kind == "wheel" else index.add_sdist)(
        "apart", "1.0", requires=["leaf<2"]
    )
    url = f"{index.files_url}/{package.filename}"
    pipenv.write_pipfile(f'[packages]\napart = {{file = "{url}"}}\n')
    pipenv.ok("install")
    digest = package.sha256
    assert pipenv.locked()["default"]["apart"] == {"file": url, "hashes": [f"sha256:{digest}"]}
    assert pipenv.installed() == {"apart": "1.0", "leaf": "1.1"}
    assert direct_url(pipenv, "apart") == {
        "archive_info": {"hash": f"sha256={digest}", "hashes": {"sha256": digest}},
        "url": url,
    }
    assert installed_by(pipenv, "install") == set()
    assert index.count("page", "apart") == 0


def test_another_file_at_the_url_than_the_locked_one_is_refused(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    package = index.add_wheel("apart", "1.0")
    pipenv.write_pipfile(f'[packages]\napart = {{file = "{index.files_url}/{package.filename}"}}\n')
    pipenv.ok("lock")
    shutil.rmtree(pipenv.environ["PIPENV_CACHE_DIR"])
    other = index.add_wheel("apart", "1.0", requires=["leaf"])
    result = pipenv("sync")
    assert result.status == 1
    for word in (package.filename, package.sha256, other.sha256):
        assert word in result.stderr
    assert pipenv.installed() == {}


def test_variables_in_a_url_stay_variables(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.credentials = ("me", "s3cret/word")
    package = index.add_wheel("apart", "1.0")
    host = index.files_url.partition("://")[2]
    url = f"http://${{ARCHIVE_USER}}:${{ARCHIVE_PASSWORD}}@{host}/{package.filename}"
    pipenv.write_pipfile(f'[packages]\napart = {{file = "{url}"}}\n')
    result = pipenv.ok("install", "--verbose", ARCHIVE_USER="me", ARCHIVE_PASSWORD="s3cret/word")
    assert pipenv.locked()["default"]["apart"]["file"] == url
    assert "s3cret" not in result.stdout + result.stderr + pipenv.lockfile.read_text()
    assert "s3cret" not in json.dumps(direct_url(pipenv, "apart"))
    assert installed_by(pipenv, "install") == set()
    result = pipenv("lock")
    assert result.status == 1
    assert "ARCHIVE_PASSWORD" in result.stderr


# Repositories


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    """``gitpkg`` 1.0 at the tag ``v1``, 2.0 on ``main``; it needs ``leaf``."""
    made = GitRepository(tmp_path / "repositories" / "gitpkg")
    write_project(made.folder, "gitpkg", "1.0", requires=["leaf<2"])
    made.commit(tag="v1")
    write_project(made.folder, "gitpkg", "2.0", requires=["leaf"])
    made.commit()
    return made


@requires_git
@pytest.mark.parametrize("as_text", [False, True])
def test_a_tag_is_locked_as_its_full_commit(
    pipenv: CommandLine, repository: GitRepository, *, as_text: bool
) -> None:
    commit = repository.run("rev-parse", "v1")
    entry = f'{{git = "{repository.url}", ref = "v1"}}'
    pipenv.write_pipfile(
        "[packages]\ngitpkg = " + (f'"git+{repository.url}@v1"' if as_text else entry) + "\n"
    )
    assert installed_by(pipenv, "install") == {"gitpkg", "leaf"}
    assert pipenv.locked()["default"]["gitpkg"] == {"git": repository.url, "ref": commit}
    assert pipenv.installed() == {"gitpkg": "1.0", "leaf": "1.1"}
    assert direct_url(pipenv, "gitpkg") == {
        "url": repository.url,
        "vcs_info": {"vcs": "git", "commit_id": commit, "requested_revision": commit},
    }
    assert installed_by(pipenv, "install") == set()
    pipenv.ok("verify")


@requires_git
def test_a_branch_moves_when_it_is_locked_again(
    pipenv: CommandLine, repository: GitRepository
) -> None:
    pipenv.write_pipfile(f'[packages]\ngitpkg = {{git = "{repository.url}", ref = "main"}}\n')
    pipenv.ok("install")
    assert pipenv.installed()["gitpkg"] == "2.0"
    old = pipenv.locked()["default"]["gitpkg"]["ref"]
    write_project(repository.folder, "gitpkg", "3.0")
    new = repository.commit()
    pipenv.ok("install", "loner")
    assert pipenv.locked()["default"]["gitpkg"]["ref"] == old
    pipenv.ok("upgrade", "loner")
    assert pipenv.locked()["default"]["gitpkg"]["ref"] == old
    pipenv.ok("upgrade", "gitpkg")
    assert pipenv.locked()["default"]["gitpkg"]["ref"] == new
    assert 'ref = "main"' in pipenv.pipfile.read_text()
    assert installed_by(pipenv, "sync") == {"gitpkg"}
    assert pipenv.installed()["gitpkg"] == "3.0"


@requires_git
def test_an_editable_checkout_lives_in_the_environment(
    pipenv: CommandLine, tmp_path: Path, repository: GitRepository
) -> None:
    nested = GitRepository(tmp_path / "repositories" / "mono")
    write_project(nested.folder / "inner", "inner")
    first = nested.commit(tag="v1")
    entry = f'git = "{nested.url}", ref = "v1", subdirectory = "inner", editable = true'
    pipenv.write_pipfile(f"[packages]\ninner = {{{entry}}}\n")
    assert installed_by(pipenv, "install") == {"inner"}
    assert pipenv.locked()["default"]["inner"] == {
        "editable": True,
        "git": nested.url,
        "ref": first,
        "subdirectory": "inner",
    }
    place = os.path.join(pipenv.ok("--venv").stdout.strip(), "src", "inner", "inner")
    assert answer(pipenv, "__file__", "inner").startswith(place)
    assert direct_url(pipenv, "inner")["dir_info"] == {"editable": True}
    assert installed_by(pipenv, "install") == set()
    write_project(nested.folder / "inner", "inner", "2.0.1")
    nested.commit(tag="v2")
    pipenv.write_pipfile(f"[packages]\ninner = {{{entry.replace('v1', 'v2')}}}\n")
    assert installed_by(pipenv, "install") == {"inner"}
    assert answer(pipenv, "VERSION", "inner") == "2.0.1"
    assert repository.url != nested.url


@requires_git
def test_editable_checkouts_go_where_the_environment_says(
    pipenv: CommandLine, tmp_path: Path, repository: GitRepository
) -> None:
    pipenv.write_pipfile(f'[packages]\ngitpkg = {{git = "{repository.url}", editable = true}}\n')
    pipenv.ok("install", PIP_SRC=str(tmp_path / "sources"))
    assert answer(pipenv, "__file__", "gitpkg").startswith(str(tmp_path / "sources" / "gitpkg"))
    pipenv.ok("remove")
    pipenv.ok("install", PIP_SRC_DIR=str(tmp_path / "others"))
    assert answer(pipenv, "__file__", "gitpkg").startswith(str(tmp_path / "others" / "gitpkg"))


@requires_git
def test_what_git_hooks_set_does_not_turn_us_elsewhere(
    pipenv: CommandLine, tmp_path: Path, repository: GitRepository
) -> None:
    other = tmp_path / "other-config"
    other.write_text(f'[url "{tmp_path}/nowhere"]\n    insteadOf = "{repository.url}"\n')
    pipenv.write_pipfile(f'[packages]\ngitpkg = {{git = "{repository.url}"}}\n')
    pipenv.ok("install", GIT_CONFIG=str(other), GIT_DIR=str(tmp_path / "nowhere"))
    assert "gitpkg" in pipenv.installed()


@requires_git
def test_variables_in_the_url_of_a_repository_are_for_its_server_alone(
    pipenv: CommandLine, repository: GitRepository
) -> None:
    backend = repository.folder / "backend" / "factory_backend.py"
    spy = "\nfor name in ('GIT_WHO', 'GIT_HOW'):\n    assert name not in os.environ, name\n"
    backend.write_text(backend.read_text() + spy)
    repository.commit()
    with guarded_server(repository.folder.parent, "me", "s3cret/word") as (host, _):
        url = f"http://${{GIT_WHO}}:${{GIT_HOW}}@{host}/gitpkg/.git"
        pipenv.write_pipfile(f'[packages]\ngitpkg = {{git = "{url}", ref = "main"}}\n')
        result = pipenv.ok("install", "--verbose", GIT_WHO="me", GIT_HOW="s3cret/word")
    default = pipenv.locked()["default"]
    assert default["gitpkg"] == {"git": url, "ref": repository.run("rev-parse", "main")}
    assert pipenv.installed() == {"gitpkg": "2.0", "leaf": "2.0"}
    assert "s3cret" not in result.stdout + result.stderr + pipenv.lockfile.read_text()
    assert direct_url(pipenv, "gitpkg")["url"] == url
    assert installed_by(pipenv, "install") == set()


@pytest.mark.skipif(shutil.which("hg") is None, reason="hg is not installed")
@pytest.mark.parametrize("editable", ["false", "true"])
def test_mercurial_repositories_are_installed(
    pipenv: CommandLine, tmp_path: Path, editable: str
) -> None:
    folder = write_project(tmp_path / "hgpkg", "hgpkg")
    for words in (["init"], ["commit", "--addremove", "--user", "author", "--message", "first"]):
        subprocess.run(["hg", *words], cwd=folder, env=pipenv.environ, check=True)
    entry = f'hg = "{folder.as_uri()}", editable = {editable}'
    pipenv.write_pipfile(f"[packages]\nhgpkg = {{{entry}}}\n")
    assert installed_by(pipenv, "install") == {"hgpkg"}
    assert len(pipenv.locked()["default"]["hgpkg"]["ref"]) == 40
    assert answer(pipenv, "VERSION", "hgpkg") == "1.0"
    assert installed_by(pipenv, "install") == set()


@pytest.mark.skipif(shutil.which("svnadmin") is None, reason="svn is not installed")
def test_subversion_repositories_are_installed(pipenv: CommandLine, tmp_path: Path) -> None:
    folder = write_project(tmp_path / "svnpkg", "svnpkg")
    url = (tmp_path / "store").as_uri()
    for words in (
        ["svnadmin", "create", str(tmp_path / "store")],
        ["svn", "import", "--quiet", "--message", "first", str(folder), f"{url}/trunk"],
    ):
        subprocess.run(words, env=pipenv.environ, check=True)
    pipenv.write_pipfile(f'[packages]\nsvnpkg = "svn+{url}/trunk"\n')
    assert installed_by(pipenv, "install") == {"svnpkg"}
    assert pipenv.locked()["default"]["svnpkg"] == {"ref": "1", "svn": f"{url}/trunk"}
    assert installed_by(pipenv, "install") == set()


@requires_git
@pytest.mark.parametrize(
    ("url", "ref"),
    [
        ("ext::sh -c true", "main"),
        ("-uexec=true", "main"),
        ("https://example.invalid/x", "--upload-pack=true"),
    ],
)
def test_addresses_are_no_options(pipenv: CommandLine, url: str, ref: str) -> None:
    pipenv.write_pipfile(f'[packages]\nx = {{git = "{url}", ref = "{ref}"}}\n')
    before = pipenv.snapshot()
    result = pipenv("lock")
    assert result.status == 1
    assert "this is not" in result.stderr or "not fetched" in result.stderr
    assert pipenv.snapshot() == before


# Direct references of direct packages


@requires_git
def test_direct_references_of_direct_packages_are_locked_like_entries(
    pipenv: CommandLine, index: LoopbackIndex, repository: GitRepository
) -> None:
    wheel = index.add_wheel("apart", "1.0")
    beside = write_project(pipenv.root / "beside", "beside")
    url = f"{index.files_url}/{wheel.filename}"
    requires = [
        f"gitpkg @ git+{repository.url}@v1",
        f"apart @ {url}",
        f"beside @ {beside.as_uri()}",
    ]
    write_project(pipenv.root / "pkg", "pkg", requires=requires)
    pipenv.write_pipfile('[packages]\npkg = {path = "./pkg"}\n')
    assert installed_by(pipenv, "install") == {"pkg", "gitpkg", "apart", "beside", "leaf"}
    default = pipenv.locked()["default"]
    assert default["gitpkg"] == {"git": repository.url, "ref": repository.run("rev-parse", "v1")}
    assert default["apart"] == {"file": url, "hashes": [f"sha256:{wheel.sha256}"]}
    assert default["beside"] == {"path": "./beside"}
    assert installed_by(pipenv, "install") == set()


def test_direct_references_of_packages_on_an_index_are_refused(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    wheel = index.add_wheel("apart", "1.0")
    index.add_wheel("sly", "1.0", requires=[f"apart @ {index.files_url}/{wheel.filename}"])
    pipenv.write_pipfile('[packages]\nsly = "*"\n')
    result = pipenv("lock")
    assert result.status == 1
    assert "from a URL" in result.stderr


def test_an_archive_from_elsewhere_may_not_name_paths(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    beside = write_project(pipenv.root / "beside", "beside")
    wheel = index.add_wheel("sly", "1.0", requires=[f"beside @ {beside.as_uri()}"])
    pipenv.write_pipfile(f'[packages]\nsly = {{file = "{index.files_url}/{wheel.filename}"}}\n')
    result = pipenv("lock")
    assert result.status == 1
    assert "path on this machine" in result.stderr


# Locks and projects as others write them


@requires_git
def test_locks_of_upstream_are_installed(
    pipenv: CommandLine, index: LoopbackIndex, repository: GitRepository
) -> None:
    wheel = index.add_wheel("apart", "1.0")
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("lock")
    lock = pipenv.locked()
    lock["default"] = {
        "apart": {"file": f"{index.files_url}/{wheel.filename}"},
        "gitpkg": {
            "git": f"git+{repository.url}",
            "ref": repository.run("rev-parse", "v1"),
        },
    }
    pipenv.lockfile.write_text(json.dumps(lock))
    assert installed_by(pipenv, "sync") == {"apart", "gitpkg"}
    assert installed_by(pipenv, "sync") == set()


@requires_git
def test_the_name_of_a_checkout_is_no_path(
    pipenv: CommandLine, tmp_path: Path, repository: GitRepository
) -> None:
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("lock")
    lock = pipenv.locked()
    commit = repository.run("rev-parse", "v1")
    lock["default"] = {"../../../outside": {"editable": True, "git": repository.url, "ref": commit}}
    pipenv.lockfile.write_text(json.dumps(lock))
    result = pipenv("sync", PIP_SRC=str(tmp_path / "a" / "b" / "c"))
    assert result.status == 1
    assert "no package name" in result.stderr
    assert not (tmp_path / "outside").exists()


def test_a_build_requirement_may_have_a_url(pipenv: CommandLine, index: LoopbackIndex) -> None:
    tool = make_wheel("loner", "9.9", files={"loner.py": "VERSION = '9.9'\n"})
    index.add(tool)
    index.add_wheel("loner", "10.0")
    folder = write_project(pipenv.root / "pkg", "pkg")
    backend = folder / "backend" / "factory_backend.py"
    backend.write_text(backend.read_text() + "\nimport loner\nassert loner.VERSION == '9.9'\n")
    pyproject = folder / "pyproject.toml"
    url = f"{index.files_url}/{tool.filename}"
    pyproject.write_text(pyproject.read_text().replace("[]", f'["loner @ {url}"]', 1))
    pipenv.write_pipfile('[packages]\npkg = {path = "./pkg"}\n')
    pipenv.ok("install")
    assert pipenv.installed() == {"pkg": "1.0"}
    assert index.count("page", "loner") == 0


# The command line


def test_a_folder_is_added_by_its_path(pipenv: CommandLine) -> None:
    write_project(pipenv.root / "pkg", "Some-Pkg", requires=["leaf<2"])
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "./pkg")
    assert 'some-pkg = {path = "./pkg"}' in pipenv.pipfile.read_text()
    assert pipenv.installed() == {"leaf": "1.1", "some-pkg": "1.0"}
    pipenv.ok("install", "-e", "pkg[more]")
    text = pipenv.pipfile.read_text()
    assert 'some-pkg = {path = "./pkg", extras = ["more"], editable = true}' in text
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.5", "some-pkg": "1.0"}
    pipenv.ok("uninstall", "-e", "./pkg")
    assert "pkg" not in pipenv.pipfile.read_text()
    assert "some-pkg" not in pipenv.installed()


def test_a_path_starts_where_the_user_is(pipenv: CommandLine) -> None:
    write_project(pipenv.root / "lib" / "pkg", "pkg")
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "./pkg", cwd=pipenv.root / "lib")
    assert 'pkg = {path = "./lib/pkg"}' in pipenv.pipfile.read_text()


def test_archives_are_added_by_path_and_url(pipenv: CommandLine, index: LoopbackIndex) -> None:
    wheel = make_wheel("pkg", "1.0")
    wheel.write_to(pipenv.root)
    sdist = index.add_sdist("apart", "1.0")
    other = index.add_wheel("another", "1.0")
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok(
        "install",
        f"./{wheel.filename}",
        f"{index.files_url}/{sdist.filename}",
        f"another[x] @ {index.files_url}/{other.filename}",
    )
    text = pipenv.pipfile.read_text()
    assert f'pkg = {{path = "./{wheel.filename}"}}' in text
    assert f'apart = {{file = "{index.files_url}/{sdist.filename}"}}' in text
    assert f'another = {{extras = ["x"], file = "{index.files_url}/{other.filename}"}}' in text
    assert pipenv.installed() == {"another": "1.0", "apart": "1.0", "pkg": "1.0"}
    assert index.count("page") == 0


@requires_git
def test_repositories_are_added_by_url(
    pipenv: CommandLine, index: LoopbackIndex, repository: GitRepository
) -> None:
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", f"git+{repository.url}@v1#egg=gitpkg")
    entry = f'git = "{repository.url}", ref = "v1"'
    assert f"gitpkg = {{{entry}}}" in pipenv.pipfile.read_text()
    assert index.count("page", "gitpkg") == 0
    pipenv.ok("install", "-e", f"git+{repository.url}@v1")
    assert f"gitpkg = {{{entry}, editable = true}}" in pipenv.pipfile.read_text()
    pipenv.ok("install", f"gitpkg @ git+{repository.url}@main")
    assert f'gitpkg = {{git = "{repository.url}", ref = "main"}}' in pipenv.pipfile.read_text()
    assert pipenv.installed()["gitpkg"] == "2.0"
    pipenv.ok("uninstall", "gitpkg")
    assert pipenv.locked()["default"] == {}


@requires_git
def test_a_repository_of_another_name_is_never_replaced_by_the_index(
    pipenv: CommandLine, repository: GitRepository
) -> None:
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    result = pipenv("install", f"git+{repository.url}#egg=loner")
    assert result.status == 1
    assert "`gitpkg`" in result.stderr
    assert pipenv.snapshot() == before


@pytest.mark.parametrize(
    "word", ["./nothing", "https://example.invalid/x.git", "git+ext::sh", "svn://example.invalid/x"]
)
def test_words_that_lead_nowhere_change_nothing(pipenv: CommandLine, word: str) -> None:
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    result = pipenv("install", word)
    assert result.status == 1
    assert word in result.stderr
    assert "Traceback" not in result.stderr
    assert pipenv.snapshot() == before
