"""``--json``: one document on stdout, in one envelope, for every command that reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

READING = [
    (("status",), {"project", "fine", "aspects"}),
    (("verify",), {"fresh", "state", "lockfile"}),
    (("scripts",), {"scripts"}),
    (("why", "leaf"), {"package", "locked", "categories", "paths", "unknown", "complete"}),
    (("outdated",), {"outdated", "asked_at", "stale"}),
    (("cache", "info"), {"dir", "buckets", "files", "bytes"}),
    (("cache", "dir"), {"dir"}),
    (("cache", "key"), {"key"}),
    (("env", "list"), {"environments"}),
    (("python", "list"), {"pythons"}),
]


def document(text: str) -> dict[str, Any]:
    found = json.loads(text)
    assert found["version"] == 1
    assert next(iter(found)) == "version"
    return dict(found)


@pytest.mark.parametrize("columns", ["40", "80"])
@pytest.mark.parametrize(("words", "keys"), READING, ids=" ".join)
def test_the_envelope(
    pipenv: CommandLine, words: tuple[str, ...], keys: set[str], columns: str
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[scripts]\nlong = "echo ' + "x " * 90 + '"\n')
    pipenv.ok("lock")
    result = pipenv.ok(*words, "--json", COLUMNS=columns)
    assert keys <= document(result.stdout).keys()


@pytest.mark.parametrize("words", [each for each, _ in READING[:6]], ids=" ".join)
def test_a_failure_is_a_document_too(pipenv: CommandLine, words: tuple[str, ...]) -> None:
    pipenv.write_pipfile("")
    pipenv.pipfile.write_text("[packages\n", encoding="utf-8")
    result = pipenv(*words, "--json")
    found = document(result.stdout)
    if words in {("status",), ("cache", "info")}:
        assert result.status == 0
    else:
        assert result.status == 1
        assert found["error"]["message"]
        assert result.stderr


def test_verify_names_the_state_of_the_lock(pipenv: CommandLine) -> None:
    def state(status: int) -> dict[str, Any]:
        result = pipenv("verify", "--json")
        assert (result.status, result.stderr) == (status, "")
        found = document(result.stdout)
        assert found["fresh"] is (status == 0)
        assert found["lockfile"] == str(pipenv.lockfile)
        return found

    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    assert state(1)["state"] == "missing"
    pipenv.ok("lock")
    assert state(0)["state"] == "fresh"
    text = pipenv.lockfile.read_text(encoding="utf-8")
    pipenv.write_pipfile('[packages]\nleaf = "<2"\n')
    assert state(1)["state"] == "stale"
    pipenv.lockfile.write_text("{", encoding="utf-8")
    assert state(1)["state"] == "unreadable"
    pipenv.lockfile.write_text(f"<<<<<<< a\n{text}=======\n{text}>>>>>>> b\n", encoding="utf-8")
    found = state(1)
    assert (found["state"], found["line"]) == ("conflicted", 1)


def test_questions_before_a_command(pipenv: CommandLine) -> None:
    missing = pipenv("--json", "--where")
    assert (missing.status, json.loads(missing.stdout)["error"]["code"]) == (1, "pipfile-not-found")
    pipenv.write_pipfile()
    failed = pipenv("--venv", "--json")
    assert failed.status == 1
    assert "error" in json.loads(failed.stdout)
    pipenv.ok("lock")
    for question, key in (("--where", "project"), ("--venv", "environment"), ("--py", "python")):
        told = json.loads(pipenv.ok(question, "--json").stdout)
        assert told == {"version": 1, key: pipenv.ok(question).stdout.rstrip("\n")}
    assert json.loads(pipenv.ok("--json", "--support").stdout)["report"].startswith("<details>")
    variables = json.loads(pipenv.ok("--envs", "--json").stdout)["variables"]
    assert {each["name"] for each in variables} >= {"PIPENV_PIPFILE", "WORKON_HOME"}


def test_a_command_that_has_no_document(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    assert pipenv("--json", "activate").status == 2
    assert "scripts" in json.loads(pipenv.ok("--json", "scripts").stdout)
