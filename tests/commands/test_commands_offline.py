"""``--offline``: the cache answers, or it is told what is missing; nobody is asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.git_repository import GitRepository
from support.package_factory import make_sdist, write_source_tree

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

PACKAGES = '[packages]\ntrunk = "*"\nloner = "*"\n'


def cache_of(pipenv: CommandLine) -> Path:
    return Path(pipenv.environ["PIPENV_CACHE_DIR"])


@pytest.fixture
def warmed(pipenv: CommandLine, index: LoopbackIndex) -> CommandLine:
    """A project that was installed once; its environment and lock are gone, the cache is not."""
    pipenv.write_pipfile(PACKAGES)
    pipenv.ok("install")
    pipenv.ok("remove")
    pipenv.lockfile.unlink()
    index.forget_requests()
    return pipenv


def test_everything_comes_from_the_cache(warmed: CommandLine, index: LoopbackIndex) -> None:
    warmed.ok("install", "--offline")
    assert warmed.installed() == {"trunk": "1.2", "leaf": "1.1", "loner": "0.5"}
    warmed.ok("lock", PIPENV_OFFLINE="1")
    warmed.ok("update", "--offline")
    warmed.ok("upgrade", "trunk", "--offline")
    warmed.ok("uninstall", "loner", "--offline")
    warmed.ok("install", "loner", "--offline")
    warmed.ok("remove")
    warmed.ok("sync", "--offline")
    assert warmed.installed() == {"trunk": "1.2", "leaf": "1.1", "loner": "0.5"}
    assert index.total() == 0


def test_pages_of_any_age_will_do(warmed: CommandLine, index: LoopbackIndex) -> None:
    index.max_age = 0
    warmed.ok("lock", "--clear")
    index.forget_requests()
    warmed.ok("lock", "--offline", "--clear")
    assert index.total() == 0


def test_all_that_is_missing_is_named_at_once(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile(PACKAGES)
    before = pipenv.snapshot()
    result = pipenv("lock", "--offline")
    assert result.status == 1
    assert "not in the cache: loner (index page), trunk (index page)" in result.stderr
    assert "hint: run the same command once without `--offline`" in result.stderr
    assert "Traceback" not in result.stderr
    assert pipenv.snapshot() == before
    assert index.total() == 0


def test_pages_that_only_the_next_step_needs_are_named_too(
    warmed: CommandLine, index: LoopbackIndex
) -> None:
    for path in cache_of(warmed).glob("index-v1/*/*"):
        if path.name.startswith(("leaf@", "loner@")):
            path.unlink()
    result = warmed("lock", "--offline")
    assert "not in the cache: leaf (index page), loner (index page)" in result.stderr
    assert result.status == 1
    assert index.total() == 0


def test_missing_wheels_are_named_at_once(warmed: CommandLine, index: LoopbackIndex) -> None:
    warmed.ok("lock", "--offline")
    shutil.rmtree(cache_of(warmed) / "wheels-v1")
    before = warmed.snapshot()
    for words in (["sync"], ["install"], ["install", "--deploy"]):
        result = warmed(*words, "--offline")
        assert result.status == 1
        named = "not in the cache: leaf 1.1 (wheel), loner 0.5 (wheel), trunk 1.2 (wheel)"
        assert named in result.stderr
        assert warmed.snapshot() == before
    assert index.total() == 0


def test_a_failed_addition_leaves_the_files_alone(
    warmed: CommandLine, index: LoopbackIndex
) -> None:
    warmed.ok("install", "--offline")
    before = warmed.snapshot()
    result = warmed("install", "stranger", "--offline")
    assert result.status == 1
    assert "not in the cache: stranger (index page)" in result.stderr
    assert warmed.snapshot() == before
    assert index.total() == 0


def test_versions_that_were_never_looked_at_give_way_to_known_ones(
    warmed: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("trunk", "3.0")
    index.fail("metadata", 404, times=99, name="trunk")
    index.fail("range", 503, times=99, name="trunk")
    index.fail("file", 503, times=99, name="trunk")
    warmed("lock", "--clear")  # brings the new page, and nothing of the new version
    index.forget_requests()
    warmed.ok("lock", "--offline")
    assert warmed.locked_versions()["trunk"] == "1.2"
    assert index.total() == 0


def test_a_requirement_that_only_an_unknown_version_meets(
    warmed: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("loner", "2.0")
    warmed.write_pipfile('[packages]\nloner = "<2"\n')
    warmed.ok("lock", "--clear")
    warmed.write_pipfile('[packages]\nloner = ">=2"\n')
    before = warmed.snapshot()
    index.forget_requests()
    result = warmed("lock", "--offline")
    assert result.status == 1
    assert "not in the cache: loner 2.0 (metadata)" in result.stderr
    assert warmed.snapshot() == before
    assert index.total() == 0


def test_wheels_at_addresses_are_found_again(pipenv: CommandLine, index: LoopbackIndex) -> None:
    url = f"{index.files_url}/loner-0.5-py3-none-any.whl"
    pipenv.write_pipfile(f'[packages]\nloner = {{file = "{url}"}}\n')
    pipenv.ok("install")
    pipenv.ok("remove")
    index.forget_requests()
    pipenv.ok("lock", "--offline")
    pipenv.lockfile.unlink()
    pipenv.ok("install", "--offline")
    assert pipenv.installed() == {"loner": "0.5"}
    assert index.total() == 0


def test_a_mirror_is_another_index(warmed: CommandLine, index: LoopbackIndex) -> None:
    text = warmed.pipfile.read_text(encoding="utf-8").replace("/simple", "/simple/.")
    warmed.pipfile.write_text(text, encoding="utf-8")
    assert "(index page)" in warmed("lock", "--offline").stderr
    assert index.total() == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_repositories_come_from_their_clones(pipenv: CommandLine, tmp_path: Path) -> None:
    repository = GitRepository(tmp_path / "repository")
    package = make_sdist("gitpkg", "1.0", requires=["leaf<2"])
    made = write_source_tree(tmp_path / "unpacked", package)
    (made / "PKG-INFO").unlink()
    shutil.copytree(made, repository.folder, dirs_exist_ok=True)
    commit = repository.commit("v1")
    url = "https://git.example/gitpkg"
    pipenv.environ |= {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.{repository.url}.insteadOf",
        "GIT_CONFIG_VALUE_0": url,
        "GIT_CONFIG_KEY_1": "uploadpack.allowFilter",
        "GIT_CONFIG_VALUE_1": "true",
    }
    pipenv.write_pipfile(f'[packages]\ngitpkg = {{git = "{url}", ref = "v1"}}\n')
    pipenv.ok("install")
    assert pipenv.locked()["default"]["gitpkg"]["ref"] == commit
    shutil.rmtree(repository.folder)
    pipenv.ok("remove")
    pipenv.lockfile.unlink()
    pipenv.ok("install", "--offline")
    assert pipenv.locked()["default"]["gitpkg"]["ref"] == commit
    shutil.rmtree(cache_of(pipenv) / "builds")
    pipenv.ok("remove")
    pipenv.ok("sync", "--offline")
    assert pipenv.installed() == {"gitpkg": "1.0", "leaf": "1.1"}
    shutil.rmtree(cache_of(pipenv))
    pipenv.ok("remove")
    result = pipenv("sync", "--offline")
    assert result.status == 1
    assert f"not in the cache: {url} at {commit} (git repository)" in result.stderr


def test_without_a_network_the_cache_is_pointed_to(
    warmed: CommandLine, index: LoopbackIndex
) -> None:
    hint = "hint: the cache may have what is needed: try again with `--offline`"
    warmed.environ["PIPENV_MAX_RETRIES"] = "0"
    index.fail("page", "reset", times=99)
    result = warmed("lock", "--clear")
    assert result.status == 1
    assert hint in result.stderr
    warmed.write_pipfile('[packages]\nstranger = "*"\n')
    result = warmed("lock", "--clear")
    assert result.status == 1
    assert "--offline" not in result.stderr


def test_time_limits_and_retries_are_settings(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    index.fail("page", "reset", times=99)
    assert pipenv("lock", PIPENV_MAX_RETRIES="1").status == 1
    assert "(tried 2 times)" in pipenv("lock", PIP_RETRIES="1").stderr
    result = pipenv("lock", PIP_DEFAULT_TIMEOUT="soon")
    assert result.status == 1
    assert "PIP_DEFAULT_TIMEOUT is `soon`" in result.stderr


def test_programs_are_told_what_is_missing(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PACKAGES)
    error = json.loads(pipenv("lock", "--offline", "--json").stdout)["error"]
    assert error["code"] == "not-cached"
    assert error["missing"] == ["loner (index page)", "trunk (index page)"]


@pytest.mark.parametrize("words", [["install"], ["lock", "--clear"], ["install", "stranger"]])
def test_no_socket_is_made_and_no_name_looked_up(
    warmed: CommandLine, words: list[str], tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    program = (
        "import sys\n"
        "def note(event, arguments):\n"
        f"    if event.startswith('socket.'): open({str(seen)!r}, 'a').write(event)\n"
        "sys.addaudithook(note)\n"
        "from pipenv.cli.main import main\n"
        f"main({[*words, '--offline']!r})\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=warmed.root, env=warmed.environ, check=True)
    assert warmed.lockfile.exists() == ("stranger" not in words)
    assert not seen.exists()
