"""Dependabot: one package is moved in a copy of the project, and the lock is taken home."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from support.package_factory import make_sdist

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine, Result
    from support.loopback_index import LoopbackIndex

VARIABLES: dict[str, Any] = {
    "COLUMNS": "250",
    "PIPENV_MAX_RETRIES": "3",
    "PIPENV_NOSPIN": "1",
    "PIPENV_TIMEOUT": "600",
    "PIPENV_YES": "1",
    "PIP_DEFAULT_TIMEOUT": "60",
}
CANNOT_BE_MET = re.compile(
    r"ResolutionFailure.*"
    r"(?:package versions have conflicting dependencies|Could not find a version)",
    re.DOTALL,
)


def call(pipenv: CommandLine, *words: str) -> Result:
    return pipenv.spawn(*words, **VARIABLES)


def hash_of_older_releases(pipfile: dict[str, Any]) -> str:
    """SHA-256 over compact JSON with the keys as they are written."""
    data = {
        "_meta": {
            "sources": pipfile.get("source", []),
            "requires": pipfile.get("requires", {}),
        },
        "default": pipfile.get("packages", {}),
        "develop": pipfile.get("dev-packages", {}),
    }
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def test_a_package_is_moved_and_its_hash_replaced(
    pipenv: CommandLine, index: LoopbackIndex, tmp_path: Path
) -> None:
    index.add_wheel("Mixed_Case", "1.0")
    pipenv.write_pipfile(
        '[packages]\nMixed_Case = "*"\ntrunk = "==1.0"\n\n[dev-packages]\nloner = "*"\n'
    )
    pipenv.ok("lock")
    pipfile, lock = pipenv.pipfile.read_text(), pipenv.locked()
    # In a copy: another writer's layout, the new specifier, a source that it adds, no comment.
    source = {"name": "loopback", "url": index.url, "verify_ssl": False}
    added = {"name": "dependabot-inserted-index-1", "url": index.url + "/", "verify_ssl": False}
    pipenv.pipfile.write_text(
        '[packages]\nMixed_Case="*"\n\n[dev-packages]\nloner="*"\n\n[packages.trunk]\n'
        'version="==1.2"\n'
        + "".join(
            f'\n[[source]]\nname = "{each["name"]}"\nurl = "{each["url"]}"\nverify_ssl = false\n'
            for each in (source, added)
        )
    )
    moved = call(pipenv, "upgrade", "--verbose", "trunk==1.2")
    assert moved.status == 0, moved.stderr
    updated = pipenv.locked()
    assert updated["default"]["trunk"]["version"] == "==1.2"
    assert updated["default"] != lock["default"]
    assert updated["develop"] == lock["develop"]
    assert updated["default"]["mixed-case"] == lock["default"]["mixed-case"]
    # Home again: the old Pipfile with the new specifier, and the `_meta` of before with a new hash.
    pipenv.pipfile.write_text(pipfile.replace('trunk = "==1.0"', 'trunk = "==1.2"'))
    updated["_meta"] = lock["_meta"]
    updated["_meta"]["hash"]["sha256"] = hash_of_older_releases(
        {
            "source": [source],
            "packages": {"Mixed_Case": "*", "trunk": "==1.2"},
            "dev-packages": {"loner": "*"},
        }
    )
    pipenv.lockfile.write_text(json.dumps(updated, indent=4) + "\n")
    before = pipenv.snapshot()
    deployed = pipenv.spawn("install", "--deploy")
    assert deployed.status == 0, deployed.stderr
    assert pipenv.spawn("verify").status == 0
    assert pipenv.snapshot() == before


def test_a_package_of_development_is_moved(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("loner", "0.6")
    text = '[packages]\nleaf = "<1.1"\n\n[dev-packages]\nloner = "==0.5"\n'
    pipenv.write_pipfile(text)
    pipenv.ok("lock")
    default = pipenv.locked()["default"]
    pipenv.write_pipfile(text.replace("0.5", "0.6"))
    moved = call(pipenv, "upgrade", "--verbose", "loner==0.6", "--dev")
    assert moved.status == 0, moved.stderr
    assert pipenv.locked_versions("develop") == {"loner": "0.6"}
    assert pipenv.locked()["default"] == default


def test_requirements_files_are_known_by_their_names(locked: CommandLine) -> None:
    lock = locked.locked()
    for words, sections in (((), ["default"]), (("--dev",), ["default", "develop"])):
        answer = call(locked, "requirements", *words)
        assert answer.status == 0
        named = {
            line.partition("==")[0] for line in answer.stdout.splitlines() if line[:1].isalpha()
        }
        assert named == {name for section in sections for name in lock[section]}


def test_the_graph_after_sync(locked: CommandLine) -> None:
    synced = call(locked, "sync", "--dev")
    assert synced.status == 0, synced.stderr
    graph = json.loads(call(locked, "graph", "--json").stdout)
    assert isinstance(graph, list)
    (trunk,) = (each for each in graph if each["package"]["key"] == "trunk")
    assert trunk == {
        "package": {"key": "trunk", "package_name": "trunk", "installed_version": "1.2"},
        "dependencies": [
            {
                "key": "leaf",
                "package_name": "leaf",
                "installed_version": "1.1",
                "required_version": ">=1.1,<2",
            }
        ],
    }
    assert {each["package"]["package_name"] for each in graph} >= {"trunk", "leaf", "loner"}


@pytest.mark.parametrize("wanted", ["leaf==1.0", "trunk==7"])
def test_what_cannot_be_is_recognized(pipenv: CommandLine, wanted: str) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "==1.2"\n')
    pipenv.ok("lock")
    before = pipenv.snapshot()
    failed = call(pipenv, "upgrade", "--verbose", wanted)
    assert failed.status == 1
    assert CANNOT_BE_MET.search(failed.stderr)
    kept = [line for line in failed.stderr.splitlines() if line.startswith(("ERROR:", "CRITICAL:"))]
    assert kept
    assert pipenv.snapshot() == before


def test_a_specifier_that_is_none(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nleaf = "about 1"\n')
    failed = call(pipenv, "upgrade", "--verbose", "trunk==1.2")
    assert failed.status == 1
    assert "Invalid specifier:" in failed.stderr


def test_a_source_that_does_not_build(pipenv: CommandLine, index: LoopbackIndex) -> None:
    broken = '[build-system]\nrequires = []\nbuild-backend = "gone"\nbackend-path = ["."]\n'
    backend = "def get_requires_for_build_wheel(settings=None):\n    raise SystemExit(1)\n"
    index.add(make_sdist("unbuilt", "1.0", pyproject=broken, extra_members={"gone.py": backend}))
    pipenv.write_pipfile('[packages]\nunbuilt = "*"\n')
    failed = call(pipenv, "upgrade", "--verbose", "unbuilt==1.0")
    assert failed.status == 1
    said = re.search(
        r"Collecting (\S+) \(from -r .*?Getting requirements to build wheel exited with 1",
        failed.stderr,
        re.DOTALL,
    )
    assert said, failed.stderr
    assert "unbuilt" in said[1]


def test_an_index_that_fails(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    index.fail("page", "reset", times=99)
    failed = pipenv.spawn(
        "upgrade", "--verbose", "loner==0.5", **{**VARIABLES, "PIPENV_MAX_RETRIES": "0"}
    )
    assert failed.status == 1
    assert "Max retries exceeded" in failed.stderr


def test_a_repository_that_cannot_be_cloned(pipenv: CommandLine, tmp_path: Path) -> None:
    url = (tmp_path / "nowhere").as_uri()
    pipenv.write_pipfile(f'[packages]\nrooted = {{git = "{url}", ref = "main"}}\n')
    failed = call(pipenv, "lock", "--verbose")
    assert failed.status == 1
    found = re.search(r"git clone --filter=blob:none --quiet (?P<url>\S+)", failed.stderr)
    assert found, failed.stderr
    assert found["url"] == url


def test_a_python_that_is_not_supported(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("ahead", "1.0", requires_python=">=4.2")
    pipenv.write_pipfile('[packages]\nahead = "*"\n')
    failed = call(pipenv, "lock")
    assert failed.status == 1
    assert "UnsupportedPythonVersion" in failed.stderr
