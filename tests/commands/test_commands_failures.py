"""What is said, on stderr and to programs, when a Pipfile cannot be locked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pipenv.cli.console import Console
from pipenv.cli.diagnostics import report_failure
from pipenv.errors import ConnectionFailed, PackageNotFound
from pipenv.lockfile.schema import Lockfile
from pipenv.models.conflicts import ConflictFact
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin
from pipenv.operations.advice import advise
from pipenv.operations.failed_lock import FailedLock
from pipenv.pipfile.document import parse_pipfile
from pipenv.resolver.problem import ResolverProblem
from pipenv.resolver.solver import solve
from support.catalogs import CatalogMaker
from support.package_factory import make_wheel
from support.targets import linux_target

if TYPE_CHECKING:
    from pathlib import Path

    from pipenv.index.catalog import Catalog
    from pipenv.models.targets import Target
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

NEXT_PYTHON = f"3.{sys.version_info[1] + 1}"


def failed(pipenv: CommandLine, *words: str) -> str:
    """Stderr of a command that must fail with status 1, and leave no lock."""
    result = pipenv(*words)
    assert result.status == 1, result.stderr
    assert result.stdout == ""
    assert not pipenv.lockfile.exists()
    return result.stderr


def failed_document(pipenv: CommandLine, *words: str) -> Any:
    """The error of the one document on stdout of a command that must fail."""
    result = pipenv(*words)
    assert result.status == 1, result.stderr
    document = json.loads(result.stdout)
    assert document["version"] == 1
    assert [*document] == ["version", "error"]
    return document["error"]


def test_a_direct_clash_is_two_lines_and_fixes(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nleaf = "==2.0"\n')
    _, told = failed(pipenv, "lock").split("ERROR:")
    lines = f"ERROR:{told}".splitlines()
    assert lines == [
        "ERROR: no versions of `trunk` and `leaf` fit together",
        "  all versions of trunk (1.0 to 1.2) need leaf <=1.1,",
        "    and your Pipfile requires trunk (Pipfile line 7, [packages])",
        "  your Pipfile requires leaf ==2.0 (Pipfile line 8, [packages])",
        "",
        "ResolutionFailure: package versions have conflicting dependencies",
        (
            'hint: change leaf to "==1.1" (Pipfile line 8, [packages]): '
            "then trunk 1.2 and leaf 1.1 are locked"
        ),
        "hint: remove trunk (Pipfile line 7, [packages]): then leaf 2.0 is locked",
    ]


def test_a_fix_can_be_followed_to_the_letter(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nleaf = ">=1.5"\n')
    (fix, *_) = failed_document(pipenv, "lock", "--json")["fixes"]
    (change,) = fix["changes"]
    assert change == {
        "category": "packages",
        "name": "leaf",
        "from": ">=1.5",
        "to": ">=1.1",
        "line": 8,
    }
    text = pipenv.pipfile.read_text(encoding="utf-8").replace(change["from"], change["to"])
    pipenv.pipfile.write_text(text, encoding="utf-8")
    pipenv.ok("lock")
    assert pipenv.locked_versions() == fix["versions"]


def test_a_clash_of_categories_for_programs(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[dev-packages]\nleaf = ">=2"\n')
    error = failed_document(pipenv, "lock", "--json")
    assert error["code"] == "resolution-impossible"
    assert error["message"] == "no versions of `trunk` and `leaf` fit together"
    assert {
        "kind": "requirement",
        "package": "leaf",
        "requirement": "leaf >=2",
        "category": "dev-packages",
        "source": "Pipfile line 10, [dev-packages]",
        "line": 10,
    } in error["conflict"]
    needs = [fact for fact in error["conflict"] if fact["kind"] == "dependency"]
    assert {fact["who"] for fact in needs} == {"trunk"}
    assert {fact["package"] for fact in needs} == {"leaf"}


def test_install_fails_for_programs(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = ">=9"\n')
    error = failed_document(pipenv, "install", "--json")
    assert error["fixes"][0]["changes"][0]["to"] == ">=2.0"


def test_other_failures_for_programs(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages\n")
    error = failed_document(pipenv, "lock", "--json")
    assert error["code"] == "invalid-pipfile"
    assert error["conflict"] == error["fixes"] == error["suggestions"] == []


def test_lock_tells_programs_what_changed(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n\n[dev-packages]\nleaf = "<2"\n')
    first = json.loads(pipenv.ok("lock", "--json").stdout)
    assert first == {
        "version": 1,
        "lock": {
            "changed": True,
            "changes": [
                {"category": "default", "name": "loner", "from": None, "to": "0.5"},
                {"category": "develop", "name": "leaf", "from": None, "to": "1.1"},
            ],
        },
    }
    again = json.loads(pipenv.ok("lock", "--json").stdout)
    assert again["lock"] == {"changed": False, "changes": []}
    index.add_wheel("loner", "0.6")
    moved = json.loads(pipenv.ok("lock", "--json", "--clear").stdout)
    assert moved["lock"]["changes"] == [
        {"category": "default", "name": "loner", "from": "0.5", "to": "0.6"}
    ]


def test_install_tells_programs_what_it_did(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    document = json.loads(pipenv.ok("install", "--json").stdout)
    assert document["installed"] == [{"name": "loner", "version": "0.5"}]
    assert document["lock"]["changed"] is True
    again = json.loads(pipenv.ok("install", "--json").stdout)
    assert again == {
        "version": 1,
        "lock": {"changed": False, "changes": []},
        "installed": [],
    }


def test_a_deploy_that_is_refused_is_one_document(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    error = failed_document(pipenv, "install", "--deploy", "--json")
    assert error["code"] == "lockfile-out-of-date"


@pytest.mark.parametrize(
    ("written", "meant"), [("reqests", "requests"), ("yaml", "pyyaml"), ("leav", "leaf")]
)
def test_a_name_that_may_be_meant(
    pipenv: CommandLine, index: LoopbackIndex, written: str, meant: str
) -> None:
    index.add_wheel("requests", "2.0")
    index.add_wheel("pyyaml", "6.0")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    pipenv.lockfile.unlink()
    pipenv.write_pipfile(f'[packages]\n{written} = "*"\n')
    stderr = failed(pipenv, "lock")
    assert f"ERROR: `{written}` is not on the index `loopback`" in stderr
    assert f"hint: did you mean `{meant}`?" in stderr
    assert failed_document(pipenv, "lock", "--json")["suggestions"] == [meant]


def test_a_name_that_is_on_no_index_is_not_suggested(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nreqests = "*"\n')
    assert "did you mean" not in failed(pipenv, "lock")


def test_a_name_that_only_the_lock_knows_is_suggested_offline(
    index: LoopbackIndex, tmp_path: Path
) -> None:
    def no_other_catalog(target: Target) -> Catalog:
        raise AssertionError(target)

    with CatalogMaker(tmp_path, index.url).open(is_offline=True) as catalog:
        error = PackageNotFound("gone", conflict=[ConflictFact("not-found", "reqests")])
        lock = _lock_with("requests")
        surroundings = FailedLock(
            parse_pipfile(""),
            ResolverProblem((), {}),
            catalog,
            catalog,
            linux_target(),
            lock,
            solve,
            lambda other: other,
        )
        advise(error, surroundings, no_other_catalog, lambda: 0.0)
        assert error.suggestions == ("requests",)
        error = PackageNotFound("gone", conflict=[ConflictFact("not-found", "panda")])
        advise(error, surroundings, no_other_catalog, lambda: 0.0)
        assert error.suggestions == ()
    assert index.total() == 0


def _lock_with(name: str) -> Lockfile:
    pin = Pin(name, "1.0", (), IndexOrigin(None))
    return Lockfile(None, {}, (), {"default": {name: pin}, "develop": {}})


def test_the_way_to_an_unknown_name(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("web", "2.0", requires=["toolkit>=1"])
    index.add_wheel("toolkit", "1.2", requires=["nowhere"])
    index.add_wheel("toolkit", "1.3", requires=["nowhere"])
    pipenv.write_pipfile('[packages]\nweb = "*"\n')
    stderr = failed(pipenv, "lock")
    assert "ERROR: `web` needs `nowhere`, which is not on the index `loopback`" in stderr
    assert "\nweb 2.0 -> toolkit 1.3 -> nowhere\n" in stderr
    assert "all versions of toolkit depend on nowhere" in stderr


def test_a_newer_python_is_offered_where_it_helps(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("fresh", "1.0", requires_python=">=3.5")
    index.add_wheel("fresh", "2.0", requires_python=f">={NEXT_PYTHON}")
    pipenv.write_pipfile('[packages]\nfresh = ">=2"\n')
    stderr = failed(pipenv, "lock")
    assert "ERROR: no version of `fresh` matches `>=2` and supports this Python" in stderr
    assert f"UnsupportedPythonVersion: fresh 2.0 requires Python >={NEXT_PYTHON}" in stderr
    assert "the newest version of `fresh` for this Python is 1.0" in stderr
    assert f'python_version = "{NEXT_PYTHON}" in [requires]: then fresh 2.0 is locked' in stderr
    assert "this project uses Python 3." in stderr


def test_a_newer_python_that_does_not_help_is_not_offered(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_wheel("fresh", "2.0", requires_python=f">={NEXT_PYTHON}", requires=["nowhere"])
    pipenv.write_pipfile('[packages]\nfresh = "*"\n')
    assert "python_version" not in failed(pipenv, "lock")


def test_files_for_other_platforms_only(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("foreign", "1.0", tag="cp39-cp39-ios_13_0_arm64_iphoneos")
    pipenv.write_pipfile('[packages]\nforeign = "*"\n')
    stderr = failed(pipenv, "lock")
    assert "all versions of foreign have wheels only for iOS" in stderr or (
        "foreign 1.0 has wheels only for iOS" in stderr
    )
    assert "hint: this is " in stderr


def test_a_yanked_version_may_be_pinned(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add(make_wheel("pulled", "2.0"), yanked="deletes files")
    pipenv.write_pipfile('[packages]\npulled = ">=2"\n')
    stderr = failed(pipenv, "lock")
    assert "pulled 2.0 was yanked: deletes files" in stderr
    assert 'hint: change pulled to "==2.0"' in stderr


def test_a_version_that_is_no_specifier(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "=>1"\n')
    assert failed(pipenv, "lock").splitlines()[-1] == "Invalid specifier: '=>1'"


def test_a_package_on_the_line_that_is_no_requirement(pipenv: CommandLine) -> None:
    result = pipenv("install", "leaf=>1")
    assert result.status == 1
    assert "Invalid specifier: '=>1'" in result.stderr


def test_a_host_that_cannot_be_reached(capsys: pytest.CaptureFixture[str]) -> None:
    error = ConnectionFailed("cannot connect to host.example (tried 5 times)", attempts=5)
    assert report_failure(error, Console({})) == 1
    assert capsys.readouterr().err.splitlines() == [
        "ERROR: cannot connect to host.example (tried 5 times)",
        "Max retries exceeded: cannot connect to host.example (tried 5 times)",
    ]


def test_a_host_that_is_asked_once(capsys: pytest.CaptureFixture[str]) -> None:
    report_failure(ConnectionFailed("the certificate is not trusted"), Console({}))
    assert capsys.readouterr().err == "ERROR: the certificate is not trusted\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_lines_that_fit_and_none_for_programs(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\nleaf = "==2.0"\n')
    leader, follower = os.openpty()
    environ = {**pipenv.environ, "COLUMNS": "60", "TERM": "xterm", "NO_COLOR": "1"}
    environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    completed = subprocess.run(
        [sys.executable, "-m", "pipenv", "lock"],
        cwd=pipenv.root,
        env=environ,
        stderr=follower,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    os.close(follower)
    said = os.read(leader, 1 << 16).decode("utf-8")
    os.close(leader)
    assert completed.returncode == 1
    _, start, text = said.replace("\r\n", "\n").rpartition("error: ")
    assert (start + text).splitlines() == [
        "error: no versions of `trunk` and `leaf` fit together",
        "  all versions of trunk (1.0 to 1.2) need leaf <=1.1,",
        "    and your Pipfile requires trunk (Pipfile line 7,",
        "        [packages])",
        "  your Pipfile requires leaf ==2.0 (Pipfile line 8,",
        "      [packages])",
        'hint: change leaf to "==1.1" (Pipfile line 8, [packages]):',
        "      then trunk 1.2 and leaf 1.1 are locked",
        "hint: remove trunk (Pipfile line 7, [packages]): then leaf",
        "      2.0 is locked",
    ]
