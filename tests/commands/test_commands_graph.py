"""``graph`` in the layouts that tools read: extras, what is missing, circles, conflicts, tools."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine

PIPFILE = '[packages]\ntop = "*"\n'


@pytest.fixture
def grown(pipenv: CommandLine) -> CommandLine:
    """Extras through two packages, one requirement in two lines, a circle, something missing."""
    index = pipenv.index
    index.add_wheel("top", "1.0", requires=["Mid.Dle[fast]>=1,!=1.1,<9", "twice>1", "twice<5"])
    index.add_wheel(
        "mid-dle",
        "1.5",
        requires=[
            "round-a",
            "twice; extra == 'fast'",
            "deep[down]~=1.0; extra == 'fast'",
            "gone>=2",
            "never; extra == 'other'",
        ],
    )
    index.add_wheel("deep", "1.0", requires=["loner; extra == 'down'", "trunk; extra == 'up'"])
    index.add_wheel("twice", "2.0")
    index.add_wheel("gone", "2.0")
    index.add_wheel("round-a", "1.0", requires=["round-b"])
    index.add_wheel("round-b", "1.0", requires=["round-a>=1"])
    pipenv.write_pipfile(PIPFILE)
    pipenv.ok("install")
    for info in site_packages(pipenv).glob("gone-*.dist-info"):
        shutil.rmtree(info)
    return pipenv


def site_packages(pipenv: CommandLine) -> Path:
    (found,) = (pipenv.root.parent / "virtualenvs").glob("*/lib/python*/site-packages")
    return found


TREE = """\
top==1.0
├── mid-dle [required: >=1,<9,!=1.1, installed: 1.5]
│   ├── deep [required: ~=1.0, installed: 1.0, extra: fast]
│   │   └── loner [required: Any, installed: 0.5, extra: down]
│   ├── gone [required: >=2, installed: ?]
│   ├── round-a [required: Any, installed: 1.0]
│   │   └── round-b [required: Any, installed: 1.0]
│   └── twice [required: Any, installed: 2.0, extra: fast]
├── twice [required: >1, installed: 2.0]
└── twice [required: <5, installed: 2.0]
"""

REVERSED = """\
gone==?
└── mid-dle==1.5 [requires: gone>=2]
    └── top==1.0 [requires: mid-dle>=1,<9,!=1.1]
loner==0.5
└── deep==1.0 [requires: loner, extra: down]
    └── mid-dle==1.5 [requires: deep~=1.0, extra: fast]
        └── top==1.0 [requires: mid-dle>=1,<9,!=1.1]
"""


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_trees_are_never_wrapped(grown: CommandLine, columns: str) -> None:
    result = grown.ok("graph", COLUMNS=columns)
    assert (result.stdout, result.stderr) == (TREE, "")
    assert grown.ok("graph", "--reverse", COLUMNS=columns).stdout.startswith(REVERSED)


def test_bare_shows_the_tools_and_ends_with_an_empty_line(grown: CommandLine) -> None:
    text = grown.ok("graph", "--bare").stdout
    assert text.endswith(f"\n{TREE}\n")
    assert text.startswith("pip==")
    assert grown.ok("graph", "--bare", "--json").stdout.endswith("\n]\n\n")


def test_json_has_every_need_as_often_as_it_is_written(grown: CommandLine) -> None:
    graph = json.loads(grown.ok("graph", "--json", COLUMNS="20").stdout)
    assert [entry["package"]["key"] for entry in graph] == [
        *("deep", "loner", "mid-dle", "round-a", "round-b", "top", "twice")
    ]
    middle = next(entry for entry in graph if entry["package"]["key"] == "mid-dle")
    assert [[*need.values()] for need in middle["dependencies"]] == [
        ["deep", "deep", "1.0", "~=1.0", "fast"],
        ["gone", "gone", "?", ">=2"],
        ["round-a", "round-a", "1.0", "Any"],
        ["twice", "twice", "2.0", "Any", "fast"],
    ]
    assert [*middle["dependencies"][0]] == [
        *("key", "package_name", "installed_version", "required_version", "extra")
    ]


def test_json_reversed(grown: CommandLine) -> None:
    graph = json.loads(grown.ok("graph", "--json", "--reverse").stdout)
    found = {entry["package"]["key"]: entry for entry in graph}
    assert "pip" not in found
    assert found["top"]["package"]["required_version"] == "==1.0"
    assert found["loner"] == {
        "package": {
            "key": "loner",
            "package_name": "loner",
            "installed_version": "0.5",
            "required_version": "Any",
            "extra": "down",
        },
        "dependencies": [{"key": "deep", "package_name": "deep", "installed_version": "1.0"}],
    }
    assert found["gone"]["package"]["installed_version"] == "?"
    assert [each["key"] for each in found["twice"]["dependencies"]] == ["mid-dle", "top", "top"]


def test_json_trees(grown: CommandLine) -> None:
    (top,) = json.loads(grown.ok("graph", "--json-tree").stdout)
    keys = ["key", "package_name", "installed_version", "required_version", "dependencies"]
    assert [*top] == keys
    assert [each["key"] for each in top["dependencies"]] == ["mid-dle", "twice", "twice"]
    deep = top["dependencies"][0]["dependencies"][0]
    assert [*deep] == [*keys[:-1], "extra", "dependencies"]
    trees = json.loads(grown.ok("graph", "--json-tree", "--reverse").stdout)
    gone = next(tree for tree in trees if tree["key"] == "gone")
    assert (gone["installed_version"], gone["required_version"]) == ("?", "?")
    assert gone["dependencies"][0]["required_version"] == "Any"
    assert "pip" not in {tree["key"] for tree in trees}


def test_json_trees_without_the_tools_wherever_they_are(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel("builder", "1.0", requires=["loner"])
    pipenv.write_pipfile('[packages]\nbuilder = "*"\n')
    pipenv.ok("install")
    metadata = site_packages(pipenv) / "builder-1.0.dist-info" / "METADATA"
    headers = "Name: builder\nVersion: 1.0\nRequires-Dist: loner\nRequires-Dist: pip\n"
    metadata.write_text(headers, encoding="utf-8")
    (builder,) = json.loads(pipenv.ok("graph", "--json-tree").stdout)
    assert [each["key"] for each in builder["dependencies"]] == ["loner"]
    assert "└── pip [required: Any, installed: " in pipenv.ok("graph").stdout
    entry = json.loads(pipenv.ok("graph", "--json").stdout)[0]
    assert [each["key"] for each in entry["dependencies"]] == ["loner", "pip"]


def test_a_version_that_does_not_fit_is_shown_as_it_is(grown: CommandLine) -> None:
    info = site_packages(grown) / "twice-2.0.dist-info"
    metadata = (info / "METADATA").read_text(encoding="utf-8")
    moved = info.with_name("twice-7.0.dist-info")
    info.rename(moved)
    (moved / "METADATA").write_text(metadata.replace("2.0", "7.0"), encoding="utf-8")
    assert "└── twice [required: <5, installed: 7.0]" in grown.ok("graph").stdout


def test_a_circle_without_a_root_is_told_of(grown: CommandLine) -> None:
    for info in site_packages(grown).glob("top-*.dist-info"):
        shutil.rmtree(info)
    for info in site_packages(grown).glob("mid_dle-*.dist-info"):
        shutil.rmtree(info)
    result = grown.ok("graph")
    assert result.stdout == "deep==1.0\nloner==0.5\ntwice==2.0\n"
    assert "round-a, round-b; --json lists them" in result.stderr
    drawn = grown.ok("graph", "--dot").stdout
    assert '"round-a" -> "round-b"' in drawn
    assert '"round-b" -> "round-a" [label=">=1"]' in drawn


def test_metadata_that_cannot_be_read(grown: CommandLine) -> None:
    (site_packages(grown) / "twice-2.0.dist-info" / "METADATA").write_text(
        "Name: twice\nVersion: 2.0\nRequires-Dist: no requirement at all\n", encoding="utf-8"
    )
    result = grown.ok("graph")
    assert result.stdout == TREE
    assert "twice" in result.stderr


def test_nothing_installed(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install")
    result = pipenv.ok("graph")
    assert (result.stdout, result.stderr) == ("\n", "")
    assert pipenv.ok("graph", "--json").stdout == "[]\n"
    pipenv.write_pipfile(PIPFILE.replace("top", "trunk"))
    pipenv.ok("lock")
    result = pipenv.ok("graph")
    assert result.stdout == "\n"
    assert "`pipenv sync`" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--json", "--json-tree"),
        ("--mermaid", "--dot"),
        ("--json", "--dot"),
        ("--json", "--depth", "1"),
    ],
)
def test_forms_that_exclude_each_other(grown: CommandLine, words: tuple[str, ...]) -> None:
    result = grown("graph", *words)
    assert (result.status, result.stdout) == (1, "")
    assert "hint:" in result.stderr


def test_a_lock_whose_python_is_not_here(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("remove")
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[requires]\npython_version = "2.2"\n')
    result = pipenv.ok("graph")
    assert result.stdout == "trunk==1.2\n└── leaf [required: >=1.1,<2, installed: 1.1]\n"
    assert "as Python 3." in result.stderr


def test_what_is_missing_has_the_name_that_others_call_it(pipenv: CommandLine) -> None:
    pipenv.index.add_wheel("one", "1.0", requires=["Mark.Up>=2"])
    pipenv.index.add_wheel("other", "1.0", requires=["markup-not", "mark_up>=1"])
    pipenv.index.add_wheel("mark-up", "2.0")
    pipenv.index.add_wheel("markup-not", "1.0")
    pipenv.write_pipfile('[packages]\none = "*"\nother = "*"\n')
    pipenv.ok("install")
    for path in pipenv.root.parent.glob("virtualenvs/*/lib/*/site-packages/mark_up-*"):
        shutil.rmtree(path)
    told = pipenv.ok("graph", "--reverse").stdout
    assert "├── one==1.0 [requires: Mark.Up>=2]" in told
    assert "└── other==1.0 [requires: mark_up>=1]" in told
