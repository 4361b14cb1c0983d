"""Who needs whom: ``why``, and the graph of a lock."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine

PIPFILE = '[packages]\ntrunk = ">=1"\n\n[dev-packages]\nbush = "*"\nloner = "*"\n'


@pytest.fixture
def locked(pipenv: CommandLine) -> CommandLine:
    pipenv.index.add_wheel("bush", "3.0", requires=["trunk", "extra-tool[fast]; extra == 'all'"])
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("lock")
    return pipenv


def test_every_way_shortest_first(locked: CommandLine) -> None:
    result = locked.ok("why", "Leaf")
    assert result.stdout == (
        "leaf 1.1 is locked in [default] and [develop]\n"
        "  [packages] trunk 1.2 (>=1) -> leaf 1.1 (>=1.1,<2)\n"
        "  [dev-packages] bush 3.0 -> trunk 1.2 -> leaf 1.1 (>=1.1,<2)\n"
    )
    assert result.stderr == ""


def test_what_the_pipfile_lists_itself(locked: CommandLine) -> None:
    assert locked.ok("why", "loner").stdout == (
        "loner 0.5 is locked in [develop]\n  [dev-packages] loner 0.5\n"
    )


def test_it_asks_nobody_and_needs_no_environment(locked: CommandLine) -> None:
    locked.ok("remove")
    asked = len(locked.index.requests)
    locked.ok("why", "leaf")
    assert len(locked.index.requests) == asked
    assert locked("--venv").status == 1


def test_as_json(locked: CommandLine) -> None:
    document = json.loads(locked.ok("why", "leaf", "--json").stdout)
    assert document["package"] == "leaf"
    assert document["locked"] == "1.1"
    assert document["categories"] == ["default", "develop"]
    assert [[step["name"] for step in path["steps"]] for path in document["paths"]] == [
        ["trunk", "leaf"],
        ["bush", "trunk", "leaf"],
    ]
    assert document["unknown"] == []


def test_a_name_that_is_not_locked(locked: CommandLine) -> None:
    result = locked("why", "leav")
    assert (result.status, result.stdout) == (1, "")
    assert "did you mean `leaf`" in result.stderr


def test_without_a_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    result = pipenv("why", "leaf")
    assert result.status == 1
    assert "Pipfile.lock not found" in result.stderr


def test_what_is_not_known_is_told(locked: CommandLine) -> None:
    locked.ok("remove")
    shutil.rmtree(locked.root.parent / "cache")
    result = locked.ok("why", "leaf")
    assert "nothing in the Pipfile is known to need it" in result.stdout
    assert "not known here: bush, leaf, loner, trunk" in result.stderr


def test_what_only_other_environments_have(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel(
        "bush", "3.0", requires=["loner>=0.1; sys_platform == 'win32'", "leaf; os_name == 'nt'"]
    )
    pipenv.write_pipfile('[packages]\nbush = "*"\n')
    pipenv.ok("lock")
    assert pipenv.ok("why", "loner").stdout == (
        "loner 0.5 is locked in [default], for other environments than this one\n"
        "  [packages] bush 3.0 -> loner 0.5 (>=0.1; sys_platform == 'win32')\n"
    )
    assert "-> leaf 2.0 (if os_name == 'nt')\n" in pipenv.ok("why", "leaf").stdout
    (path,) = json.loads(pipenv.ok("why", "loner", "--json").stdout)["paths"]
    assert path["steps"][1] == {
        "name": "loner",
        "version": "0.5",
        "specifiers": ">=0.1",
        "extra": "",
        "marker": "sys_platform == 'win32'",
    }


def test_what_an_extra_brings(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel("bush", "3.0", requires=["loner; extra == 'all'"])
    pipenv.write_pipfile('[packages]\nbush = {version = "<4", extras = ["all"]}\n')
    pipenv.ok("lock")
    assert pipenv.ok("why", "loner").stdout.endswith(
        "  [packages] bush 3.0 (<4) -> loner 0.5 (extra all)\n"
    )


def test_that_there_are_more_ways_is_told(pipenv: CommandLine) -> None:
    """Eight times two packages, each of which needs both of the next two."""
    for level in range(8):
        following = [f"b{level + 1}-l", f"b{level + 1}-r"] if level < 7 else ["leaf<2"]
        for side in "lr":
            pipenv.index.add_wheel(f"b{level}-{side}", "1.0", requires=following)
    pipenv.write_pipfile('[packages]\nb0-l = "*"\nb0-r = "*"\n')
    pipenv.ok("lock")
    result = pipenv.ok("why", "leaf")
    assert len(result.stdout.splitlines()) == 201
    assert "more ways than these 200" in result.stderr
    assert json.loads(pipenv.ok("why", "leaf", "--json").stdout)["complete"] is False
    assert "more ways" not in pipenv.ok("why", "b6-l").stderr


def test_installed_and_not_locked(locked: CommandLine) -> None:
    locked.ok("sync", "--dev")
    locked.write_pipfile('[packages]\nleaf = "*"\n')
    locked.ok("lock")
    result = locked("why", "bush")
    assert result.status == 1
    assert "installed all the same" in result.stderr


def test_the_graph_of_a_lock_without_environment(locked: CommandLine) -> None:
    locked.ok("remove")
    result = locked.ok("graph")
    assert result.stdout == (
        "bush==3.0\n"
        "└── trunk [required: Any, installed: 1.2]\n"
        "    └── leaf [required: >=1.1,<2, installed: 1.1]\n"
        "loner==0.5\n"
    )
    assert "graph of Pipfile.lock" in result.stderr


def test_the_graph_needs_environment_or_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile(PIPFILE)
    result = pipenv("graph")
    assert (result.status, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("depth", "expected"),
    [
        ("0", "bush==3.0\nloner==0.5\n"),
        ("1", "bush==3.0\n└── trunk [required: Any, installed: 1.2]\nloner==0.5\n"),
    ],
)
def test_depth(locked: CommandLine, depth: str, expected: str) -> None:
    locked.ok("sync", "--dev")
    assert locked.ok("graph", "--depth", depth).stdout == expected
    trees = json.loads(locked.ok("graph", "--json-tree", "--depth", depth).stdout)
    assert len(trees[0]["dependencies"]) == int(depth)


def test_a_depth_that_is_no_number(locked: CommandLine) -> None:
    result = locked("graph", "--depth", "deep")
    assert result.status == 1
    assert "takes a number" in result.stderr


def test_drawings(locked: CommandLine) -> None:
    locked.ok("sync", "--dev")
    assert locked.ok("graph", "--mermaid", "--depth", "1").stdout == (
        "flowchart LR\n"
        '    n0["bush 3.0"]\n'
        '    n1["loner 0.5"]\n'
        '    n2["trunk 1.2"]\n'
        "    n0 --> n2\n"
    )
    assert locked.ok("graph", "--dot", "--reverse", "--depth", "1").stdout == (
        "digraph {\n"
        "    rankdir=LR;\n"
        '    "leaf" [label="leaf 1.1"];\n'
        '    "loner" [label="loner 0.5"];\n'
        '    "pip" [label="{pip}"];\n'
        '    "trunk" [label="trunk 1.2"];\n'
        '    "leaf" -> "trunk" [label=">=1.1,<2"];\n'
        "}\n"
    ).replace('    "pip" [label="{pip}"];\n', _tools(locked))


def _tools(locked: CommandLine) -> str:
    """The nodes of pip and its like, which reversed graphs show."""
    packages = json.loads(locked.ok("graph", "--json", "--bare").stdout)
    tools = [each["package"] for each in packages]
    return "".join(
        f'    "{each["key"]}" [label="{each["package_name"]} {each["installed_version"]}"];\n'
        for each in tools
        if each["key"] in {"pip", "setuptools", "wheel"}
    )
