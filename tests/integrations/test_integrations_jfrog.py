"""The JFrog command line: follows the log of an installation, and reads the graph."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine, Result

COLLECTING = re.compile(r"^Collecting\s(\w[\w\-.]+)")
TAKEN = re.compile(r"^\s*(?:Downloading|Using\scached)\s(\S+)\s\(")
SATISFIED = re.compile(r"^Requirement\salready\ssatisfied:\s(\w[\w\-.]+)")


def read_log(result: Result) -> tuple[dict[str, str], set[str]]:
    """Name → file of what was taken, and the names of what was there."""
    files: dict[str, str] = {}
    present: set[str] = set()
    name = ""
    for line in (result.stdout + result.stderr).splitlines():
        if found := COLLECTING.match(line):
            name = found[1]
        elif (found := TAKEN.match(line)) and name:
            files[name.lower()] = found[1]
            name = ""
        elif found := SATISFIED.match(line):
            present.add(found[1].lower())
    return files, present


FILES = {
    "leaf": "leaf-1.1-py3-none-any.whl",
    "trunk": "trunk-1.2-py3-none-any.whl",
}


def test_the_log_names_packages_and_files(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    first = pipenv.spawn("install", "-v")
    assert first.status == 0, first.stderr
    assert read_log(first) == (FILES, set())
    again = pipenv.spawn("install", "-v")
    assert read_log(again) == ({}, {"leaf", "trunk"})
    pipenv.ok("--rm")
    from_cache = pipenv.spawn("install", "-v")
    assert read_log(from_cache) == (FILES, set())


def test_without_verbose_the_log_is_short(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    assert read_log(pipenv.spawn("install")) == ({}, set())


def test_the_graph_on_one_line(locked: CommandLine) -> None:
    locked.ok("install")
    graph = json.loads(locked.spawn("graph", "--json").stdout.replace("\n", ""))
    needs = {
        entry["package"]["key"]: [each["key"] for each in entry["dependencies"]] for entry in graph
    }
    assert needs.items() >= {"leaf": [], "trunk": ["leaf"]}.items()
    assert all(
        {"key", "package_name", "installed_version"} <= entry["package"].keys() for entry in graph
    )
