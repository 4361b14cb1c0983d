"""Black Duck Detect: what pip lists, and the tree of what needs what."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.command_line import CommandLine


def frozen(text: str) -> dict[str, str]:
    """Name → version of the lines that have both."""
    return dict(line.split("==") for line in text.splitlines() if line.count("==") == 1)


def edges(trees: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """Who needs whom in which version, all the way down."""
    found = set()
    for tree in trees:
        for child in tree["dependencies"]:
            found.add((tree["package_name"], child["package_name"], child["installed_version"]))
        found |= edges(tree["dependencies"])
    return found


def test_an_installed_project(locked: CommandLine) -> None:
    locked.ok("install")
    listed = locked.spawn("run", "pip", "freeze")
    assert (listed.status, frozen(listed.stdout)) == (0, {"leaf": "1.1", "trunk": "1.2"})
    trees = locked.spawn("graph", "--bare", "--json-tree")
    assert trees.status == 0
    read = json.loads(trees.stdout)
    assert isinstance(read, list)
    assert edges(read) >= {("trunk", "leaf", "1.1")}
    assert set(frozen(listed.stdout)) <= {tree["package_name"] for tree in read} | {
        child for _, child, _ in edges(read)
    }


def test_a_lock_without_an_environment(locked: CommandLine) -> None:
    lock = locked.locked()
    versions = {
        name: entry["version"].removeprefix("==")
        for section in ("default", "develop")
        for name, entry in lock[section].items()
    }
    assert versions == {"leaf": "1.1", "trunk": "1.2", "loner": "0.5"}
