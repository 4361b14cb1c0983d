"""Checkouts from repositories made on the spot and reached over ``file://`` or loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from pipenv.builds.checkouts import Checkouts
from pipenv.errors import CheckoutFailed
from pipenv.models.origins import VcsOrigin
from support.git_repository import guarded_server

requires_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository:
    """A repository of some tool, with two commits."""

    def __init__(self, folder: Path, tool: str, environment: dict[str, str]) -> None:
        self.folder = folder
        self.tool = tool
        self.environment = environment
        folder.mkdir(parents=True)

    @property
    def url(self) -> str:
        return self.folder.as_uri()

    def run(self, *arguments: str) -> str:
        completed = subprocess.run(
            [self.tool, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            check=True,
            text=True,
        )
        return completed.stdout.strip()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def origin(self, ref: str | None, *, url: str = "", subdirectory: str = "") -> VcsOrigin:
        return VcsOrigin(
            vcs=self.tool,
            url=url or self.url,
            ref=ref,
            subdirectory=subdirectory or None,
            editable=False,
        )


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The user's environment without the user's configuration."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Author",
        "GIT_AUTHOR_EMAIL": "author@example",
        "GIT_COMMITTER_NAME": "Author",
        "GIT_COMMITTER_EMAIL": "author@example",
    }


@pytest.fixture
def repository(tmp_path: Path, environment: dict[str, str]) -> Repository:
    """Branch ``main`` at the first commit, tagged twice; branch ``next`` one further."""
    made = Repository(tmp_path / "with space" / "project", "git", environment)
    made.run("init", "--quiet", "--initial-branch", "main")
    made.write("pyproject.toml", "first\n")
    made.write("sub/folder/pyproject.toml", "inner\n")
    made.run("add", ".")
    made.run("commit", "--quiet", "--message", "first")
    made.run("tag", "v1")
    made.run("tag", "--annotate", "v1.0", "--message", "first")
    made.run("checkout", "--quiet", "-b", "next")
    made.write("pyproject.toml", "second\n")
    made.run("commit", "--quiet", "--all", "--message", "second")
    made.run("checkout", "--quiet", "main")
    return made


@pytest.fixture
def checkouts(tmp_path: Path, environment: dict[str, str]) -> Checkouts:
    return Checkouts(str(tmp_path / "cache"), environment)


def content(folder: str) -> str:
    return (Path(folder) / "pyproject.toml").read_text()


@requires_git
@pytest.mark.parametrize("ref", [None, "main", "v1", "v1.0", "refs/heads/main", "refs/tags/v1.0"])
def test_references_become_full_commits(
    repository: Repository, checkouts: Checkouts, ref: str | None
) -> None:
    assert checkouts.resolve_commit(repository.origin(ref)) == repository.run("rev-parse", "main")


@requires_git
def test_start_of_a_commit_is_enough(repository: Repository, checkouts: Checkouts) -> None:
    commit = repository.run("rev-parse", "next")
    assert checkouts.resolve_commit(repository.origin(commit[:9])) == commit


@requires_git
def test_full_commit_needs_no_repository(checkouts: Checkouts, repository: Repository) -> None:
    shutil.rmtree(repository.folder)
    assert checkouts.resolve_commit(repository.origin("AB" * 20)) == "ab" * 20


@requires_git
def test_branch_wins_over_tag(repository: Repository, checkouts: Checkouts) -> None:
    repository.run("tag", "next", "main")
    commit = repository.run("rev-parse", "refs/heads/next")
    assert checkouts.resolve_commit(repository.origin("next")) == commit


@requires_git
def test_tree_is_that_of_the_commit(repository: Repository, checkouts: Checkouts) -> None:
    first, second = (repository.run("rev-parse", ref) for ref in ("main", "next"))
    with checkouts.tree(repository.origin(first)) as one:
        assert content(one) == "first\n"
        with checkouts.tree(repository.origin(second)) as two:
            assert content(two) == "second\n"
            assert content(one) == "first\n"
    assert not Path(one).exists()
    assert not Path(two).exists()


@requires_git
def test_tree_knows_its_history(
    repository: Repository, checkouts: Checkouts, environment: dict[str, str]
) -> None:
    """Many projects compute their version from the last tag."""
    with checkouts.tree(repository.origin(repository.run("rev-parse", "next"))) as folder:
        described = subprocess.run(
            ["git", "describe", "--dirty"],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    assert described.startswith("v1.0-1-g")
    assert "dirty" not in described


@requires_git
def test_known_commit_is_brought_from_the_cache(
    repository: Repository, checkouts: Checkouts
) -> None:
    first, second = (repository.run("rev-parse", ref) for ref in ("main", "next"))
    with checkouts.tree(repository.origin(first)):
        pass
    shutil.move(repository.folder, repository.folder.with_name("gone"))
    with checkouts.tree(repository.origin(second)) as folder:
        assert content(folder) == "second\n"


@requires_git
def test_new_commit_is_fetched(repository: Repository, checkouts: Checkouts) -> None:
    with checkouts.tree(repository.origin(repository.run("rev-parse", "main"))):
        pass
    repository.write("pyproject.toml", "third\n")
    repository.run("commit", "--quiet", "--all", "--message", "third")
    commit = checkouts.resolve_commit(repository.origin("main"))
    with checkouts.tree(repository.origin(commit)) as folder:
        assert content(folder) == "third\n"


@requires_git
def test_damaged_clone_is_made_again(
    repository: Repository, checkouts: Checkouts, tmp_path: Path
) -> None:
    commit = repository.run("rev-parse", "main")
    with checkouts.tree(repository.origin(commit)):
        pass
    (clone,) = (path for path in (tmp_path / "cache" / "git").iterdir() if path.is_dir())
    (clone / ".git" / "HEAD").write_text("damage")
    with checkouts.tree(repository.origin(commit)) as folder:
        assert content(folder) == "first\n"


@requires_git
def test_lock_file_of_a_killed_git_is_no_obstacle(
    repository: Repository, checkouts: Checkouts, tmp_path: Path
) -> None:
    with checkouts.tree(repository.origin(repository.run("rev-parse", "main"))):
        pass
    (clone,) = (path for path in (tmp_path / "cache" / "git").iterdir() if path.is_dir())
    (clone / ".git" / "refs" / "remotes" / "origin" / "main.lock").touch()
    repository.write("pyproject.toml", "third\n")
    repository.run("commit", "--quiet", "--all", "--message", "third")
    commit = repository.run("rev-parse", "main")
    with checkouts.tree(repository.origin(commit)) as folder:
        assert content(folder) == "third\n"


@requires_git
def test_variables_of_a_git_hook_do_not_mislead(
    repository: Repository, environment: dict[str, str], tmp_path: Path
) -> None:
    environment |= {"GIT_DIR": str(tmp_path / "other"), "GIT_INDEX_FILE": str(tmp_path / "index")}
    checkouts = Checkouts(str(tmp_path / "cache"), environment)
    with checkouts.tree(
        repository.origin(
            repository.folder.joinpath(".git", "refs", "heads", "main").read_text().strip()
        )
    ) as folder:
        assert content(folder) == "first\n"


@requires_git
def test_subdirectory(repository: Repository, checkouts: Checkouts) -> None:
    commit = repository.run("rev-parse", "main")
    with checkouts.tree(repository.origin(commit, subdirectory="sub/folder")) as folder:
        assert content(folder) == "inner\n"


@requires_git
@pytest.mark.parametrize("subdirectory", ["missing", "../..", "/etc", "pyproject.toml"])
def test_subdirectory_must_be_a_folder_inside(
    repository: Repository, checkouts: Checkouts, subdirectory: str
) -> None:
    origin = repository.origin(repository.run("rev-parse", "main"), subdirectory=subdirectory)
    with pytest.raises(CheckoutFailed, match="no folder"), checkouts.tree(origin):
        pass


@requires_git
def test_unknown_reference(repository: Repository, checkouts: Checkouts) -> None:
    with pytest.raises(CheckoutFailed, match="`nowhere` is no branch") as caught:
        checkouts.resolve_commit(repository.origin("nowhere"))
    assert "git checkout -q nowhere" in caught.value.details


@requires_git
def test_unknown_commit(repository: Repository, checkouts: Checkouts) -> None:
    origin = repository.origin("0" * 40)
    with pytest.raises(CheckoutFailed, match="is no commit of") as caught, checkouts.tree(origin):
        pass
    assert f"git checkout -q {'0' * 40}" in caught.value.details


@requires_git
def test_unknown_repository(checkouts: Checkouts, tmp_path: Path) -> None:
    url = (tmp_path / "missing").as_uri()
    with pytest.raises(CheckoutFailed, match="cannot read the repository") as caught:
        checkouts.resolve_commit(VcsOrigin("git", url, "main", None, editable=False))
    assert f"git clone --filter=blob:none --quiet {url}" in caught.value.details
    assert "does not appear to be a git repository" in caught.value.details


def test_tool_is_not_installed(tmp_path: Path) -> None:
    checkouts = Checkouts(str(tmp_path), {"PATH": str(tmp_path)})
    with pytest.raises(CheckoutFailed, match="`git` is needed"):
        checkouts.resolve_commit(
            VcsOrigin("git", "https://host.example/x", "main", None, editable=False)
        )


@pytest.mark.parametrize("ref", ["-x", "--upload-pack=touch x", "a b", "a\nb", "a\x00b"])
def test_reference_is_never_an_option(tmp_path: Path, ref: str) -> None:
    checkouts = Checkouts(str(tmp_path), {"PATH": os.defpath})
    origin = VcsOrigin("git", tmp_path.as_uri(), ref, None, editable=False)
    with pytest.raises(CheckoutFailed, match="not the name of a branch"):
        checkouts.resolve_commit(origin)
    with pytest.raises(CheckoutFailed, match="not the name of a branch"):
        checkouts.settle(origin, str(tmp_path / "x"))


@pytest.mark.parametrize("vcs", ["git", "hg", "svn", "bzr"])
@pytest.mark.parametrize(
    "url",
    [
        "--upload-pack=touch x",
        "-x",
        "",
        "ext::sh -c 'touch x'",
        "ext://sh",
        "fd://17",
        "ssh://-oProxyCommand=touch/x",
        "svn+ssh://-oProxyCommand=touch/x",
        "ssh://-l@host.example/x",
        "relative/path",
        "https://host.example/\nx",
        "https://[broken/x",
    ],
)
def test_address_is_never_an_option_or_a_program(tmp_path: Path, vcs: str, url: str) -> None:
    checkouts = Checkouts(str(tmp_path), {"PATH": os.defpath})
    with pytest.raises(CheckoutFailed):
        checkouts.resolve_commit(VcsOrigin(vcs, url, "main", None, editable=False))
    assert list(tmp_path.iterdir()) == []


@requires_git
def test_lasting_checkout_follows(
    repository: Repository, checkouts: Checkouts, tmp_path: Path
) -> None:
    first, second = (repository.run("rev-parse", ref) for ref in ("main", "next"))
    place = str(tmp_path / "src" / "project")
    assert checkouts.settle(repository.origin(second), place) == place
    assert content(place) == "second\n"
    checkouts.settle(repository.origin(first), place)
    assert content(place) == "first\n"
    (Path(place) / "new.txt").write_text("mine")
    checkouts.settle(repository.origin(second), place)
    assert (Path(place) / "new.txt").read_text() == "mine"


@requires_git
def test_lasting_checkout_keeps_what_people_changed(
    repository: Repository, checkouts: Checkouts, tmp_path: Path
) -> None:
    first, second = (repository.run("rev-parse", ref) for ref in ("main", "next"))
    place = tmp_path / "src" / "project"
    checkouts.settle(repository.origin(first), str(place))
    (place / "pyproject.toml").write_text("mine\n")
    with pytest.raises(CheckoutFailed) as caught:
        checkouts.settle(repository.origin(second), str(place))
    assert "pyproject.toml" in caught.value.details
    assert content(str(place)) == "mine\n"


@requires_git
def test_lasting_checkout_takes_no_folder_of_others(
    repository: Repository, checkouts: Checkouts, tmp_path: Path
) -> None:
    place = tmp_path / "mine"
    place.mkdir()
    (place / "work.txt").write_text("mine")
    with pytest.raises(CheckoutFailed, match="in the way"):
        checkouts.settle(repository.origin(repository.run("rev-parse", "main")), str(place))
    assert (place / "work.txt").read_text() == "mine"


@requires_git
def test_password_of_the_address_reaches_the_server_and_nothing_else(
    repository: Repository, environment: dict[str, str], tmp_path: Path
) -> None:
    store = tmp_path / "store"
    environment |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "credential.helper",
        "GIT_CONFIG_VALUE_0": f"store --file={store}",
    }
    checkouts = Checkouts(str(tmp_path / "cache"), environment)
    commit = repository.run("rev-parse", "next")
    password = "p@ss'w$rd \\n%"
    quoted = "p%40ss%27w%24rd%20%5Cn%25"
    with guarded_server(repository.folder.parent, "me", password) as (host, asked):
        url = f"http://me:{quoted}@{host}/project/.git"
        assert checkouts.resolve_commit(repository.origin("next", url=url)) == commit
        with checkouts.tree(repository.origin(commit, url=url)) as folder:
            assert content(folder) == "second\n"
        place = str(tmp_path / "src" / "project")
        checkouts.settle(repository.origin(commit, url=url), place)
        with pytest.raises(CheckoutFailed) as caught:
            checkouts.resolve_commit(repository.origin("next", url=url.replace("project", "none")))
    assert asked
    told = repr((str(caught.value), caught.value.details, caught.value.hints))
    assert password not in told
    assert quoted not in told
    for path in [*(tmp_path / "cache").rglob("*"), *Path(place).rglob("*")]:
        if path.is_file():
            assert password.encode() not in path.read_bytes()
            assert quoted.encode() not in path.read_bytes()
    assert not store.exists()


@requires_git
def test_wrong_password_is_an_error_and_no_prompt(
    repository: Repository, checkouts: Checkouts
) -> None:
    with guarded_server(repository.folder.parent, "me", "right") as (host, _):
        url = f"http://me:wrong@{host}/project/.git"
        with pytest.raises(CheckoutFailed, match="cannot read the repository") as caught:
            checkouts.resolve_commit(repository.origin("main", url=url))
    assert "wrong" not in str(caught.value) + caught.value.details


@pytest.mark.parametrize("vcs", ["hg", "bzr"])
def test_password_that_would_be_an_argument_is_refused(tmp_path: Path, vcs: str) -> None:
    checkouts = Checkouts(str(tmp_path), {"PATH": os.defpath})
    origin = VcsOrigin(vcs, "https://me:secret@host.example/x", None, None, editable=False)
    with pytest.raises(CheckoutFailed) as caught:
        checkouts.resolve_commit(origin)
    assert "secret" not in str(caught.value) + caught.value.details


@pytest.mark.skipif(shutil.which("hg") is None, reason="hg is not installed")
def test_mercurial(tmp_path: Path, environment: dict[str, str], checkouts: Checkouts) -> None:
    made = Repository(tmp_path / "project", "hg", environment | {"HGUSER": "author"})
    made.run("init")
    made.write("pyproject.toml", "first\n")
    made.run("commit", "--addremove", "--message", "first")
    made.run("tag", "v1")
    made.write("pyproject.toml", "second\n")
    made.run("commit", "--message", "second")
    first = made.run("identify", "--debug", "--id", "--rev", "v1")
    assert checkouts.resolve_commit(made.origin("v1")) == first
    assert len(checkouts.resolve_commit(made.origin(None))) == 40
    with checkouts.tree(made.origin(first)) as folder:
        assert content(folder) == "first\n"
    place = str(tmp_path / "src" / "project")
    checkouts.settle(made.origin(first), place)
    checkouts.settle(made.origin(checkouts.resolve_commit(made.origin(None))), place)
    assert content(place) == "second\n"
    with pytest.raises(CheckoutFailed):
        checkouts.resolve_commit(made.origin("nowhere"))


@pytest.mark.skipif(shutil.which("svnadmin") is None, reason="svn is not installed")
def test_subversion(tmp_path: Path, environment: dict[str, str], checkouts: Checkouts) -> None:
    made = Repository(tmp_path / "store@home", "svn", environment)
    subprocess.run(["svnadmin", "create", "."], cwd=made.folder, env=environment, check=True)
    work = Repository(tmp_path / "work", "svn", environment)
    work.run("checkout", "--quiet", made.url + "@", ".")
    for text in ("first\n", "second\n"):
        work.write("pyproject.toml", text)
        work.run("add", "--quiet", "--force", "pyproject.toml")
        work.run("commit", "--quiet", "--message", text)
    assert checkouts.resolve_commit(made.origin(None)) == "2"
    assert checkouts.resolve_commit(made.origin("1")) == "1"
    with checkouts.tree(made.origin("1")) as folder:
        assert content(folder) == "first\n"
    place = str(tmp_path / "src" / "project")
    checkouts.settle(made.origin("1"), place)
    checkouts.settle(made.origin("2"), place)
    assert content(place) == "second\n"
    with pytest.raises(CheckoutFailed):
        checkouts.resolve_commit(made.origin("17"))
