# ruff: noqa: E501 - messages are compared as wholes, one row each
"""Reading a Pipfile: what is understood, and what is refused with which words."""

from __future__ import annotations

import pytest

from pipenv.errors import InvalidPipfile
from pipenv.models.indexes import Index
from pipenv.pipfile.document import line_of, lock_category, parse_pipfile, pipfile_category

FULL = """\
[[source]]
url = "https://index.example/simple"
verify_ssl = true
name = "main"

[[source]]
url = "http://other.example/simple"
name = "other"

[packages]
requests = "*"
flask = {git = "https://git.example/flask.git", ref = "main", editable = true}

[packages.click]
version = ">=8"
extras = ["a"]

[dev-packages]

[docs]
sphinx = {version = "*", index = "other"}

[requires]
python_version = "3.11"

[scripts]
test = "pytest"
many = ["a", "b"]
call = {call = "pkg:main"}

[pipenv]
sort_pipfile = true

[build-system]
requires = ["setuptools"]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InvalidPipfile) as caught:
        parse_pipfile(text)
    return caught.value.details.splitlines()


def test_every_table() -> None:
    pipfile = parse_pipfile(FULL)
    assert pipfile.text == FULL
    assert pipfile.sources == (
        Index("main", "https://index.example/simple", verify_ssl=True),
        Index("other", "http://other.example/simple", verify_ssl=False),
    )
    assert pipfile.categories == ("packages", "dev-packages", "docs")
    assert list(pipfile.entries("packages")) == ["requests", "flask", "click"]
    assert pipfile.entries("docs") == {"sphinx": {"version": "*", "index": "other"}}
    assert pipfile.entries("dev-packages") == {}
    assert pipfile.entries("missing") == {}
    assert pipfile.entries("scripts") == {}
    assert pipfile.requires == {"python_version": "3.11"}
    assert list(pipfile.scripts) == ["test", "many", "call"]
    assert pipfile.settings == {"sort_pipfile": True}


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "\ufeff"])
def test_an_empty_one_is_one(text: str) -> None:
    pipfile = parse_pipfile(text)
    assert pipfile.sources == ()
    assert pipfile.categories == ()


def test_byte_order_mark_is_ignored() -> None:
    assert parse_pipfile("\ufeff" + FULL).data == parse_pipfile(FULL).data


def test_alias_of_the_source_table() -> None:
    text = '[[sources]]\nurl = "https://index.example/simple"\nverify_ssl = true\nname = "main"\n'
    pipfile = parse_pipfile(text)
    assert [source.name for source in pipfile.sources] == ["main"]
    assert pipfile.categories == ()


def test_sources_as_inline_tables() -> None:
    text = 'source = [{url = "https://index.example/simple", name = "main", verify_ssl = true}]\n'
    assert [source.name for source in parse_pipfile(text).sources] == ["main"]


def test_unknown_tables_are_categories_but_reserved_ones_are_not() -> None:
    text = 'stray = 1\n[pipfile]\nx = 1\n[default]\ny = 1\n[docs]\nz = "*"\n'
    assert parse_pipfile(text.replace("y = 1", 'y = "*"')).categories == ("docs",)


@pytest.mark.parametrize("key", ["requests", "flask", "click", "sphinx"])
def test_lines_of_entries(key: str) -> None:
    pipfile = parse_pipfile(FULL)
    category = "docs" if key == "sphinx" else "packages"
    line = line_of(FULL, category, key)
    assert line is not None
    assert line == pipfile.line_of(category, key)
    assert key in FULL.splitlines()[line - 1]


def test_line_of_something_missing_is_that_of_its_category() -> None:
    assert line_of(FULL, "docs", "nothing") == FULL.splitlines().index("[docs]") + 1
    assert line_of(FULL, "nothing", "at all") is None
    assert line_of("not = [toml", "a", "b") is None


def test_names_of_categories() -> None:
    pairs = {"packages": "default", "dev-packages": "develop", "docs": "docs"}
    for in_pipfile, in_lock in pairs.items():
        assert lock_category(in_pipfile) == in_lock
        assert lock_category(in_lock) == in_lock
        assert pipfile_category(in_lock) == in_pipfile
        assert pipfile_category(in_pipfile) == in_pipfile


def test_all_problems_at_once_in_the_order_of_lines() -> None:
    text = """\
[[source]]
url = "https://index.example/simple"
verify_ssl = "yes"

[packages]
requests = 2
flask = {git = "https://git.example/flask.git", commit = "main"}
six = {version = 1, extras = "a", editable = "true"}

[requires]
python_version = 3.11

[scripts]
empty = ""

[pipenv]
cool-down-period = "7"
sort_pipfile = "yes"
"""
    assert problems(text) == [
        "line 1: this [[source]] has no `name`",
        'line 3: `verify_ssl` is the string "yes" and must be true or false',
        "line 6: [packages] `requests` is the number 2 and must be a version string or a table",
        "line 7: [packages] `flask` has the unknown key `commit`, did you mean `ref`?",
        "line 8: [packages] `six`: `version` is the number 1 and must be a string",
        'line 8: [packages] `six`: `extras` is the string "a" and must be a list of strings',
        'line 8: [packages] `six`: `editable` is the string "true" and must be true or false',
        'line 11: `python_version` is the number 3.11 and must be a string: python_version = "3.11"',
        "line 14: the script `empty` is empty",
        'line 17: `cool-down-period` is the string "7" and must be a number of days such as "7d"',
        'line 18: `sort_pipfile` is the string "yes" and must be true or false',
    ]


def test_problems_of_the_second_source_name_its_lines() -> None:
    text = FULL.replace('name = "other"', "name = 3")
    assert problems(text) == [
        "line 8: `name` is the number 3 and must be a string",
        "line 21: [docs] `sphinx` names the index `other`, which is no [[source]] here",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('packages = "x"', 'line 1: `packages` is the string "x" and must be a table'),
        ('[packages]\nx = ["a"]', "line 2: [packages] `x` is a list and must be a version string or a table"),
        ("[docs]\nx = true", "line 2: [docs] `x` is true and must be a version string or a table"),
        ("[docs]\n[docs.x]\n[docs.x.y]", "line 3: [docs] `x` has the unknown key `y`"),
        ('[source]\nurl = "x"', "line 1: write each source as a [[source]] table, in double brackets"),
        ("requires = 3", "line 1: `requires` is the number 3 and must be a table"),
        ("scripts = 3", "line 1: `scripts` is the number 3 and must be a table"),
        ("[scripts]\nx = 3", "line 2: the script `x` is the number 3 and must be a string, a list or a table"),
        ("pipenv = 3", "line 1: `pipenv` is the number 3 and must be a table"),
        ("[packages]\nx = {extras = [1]}", "line 2: [packages] `x`: `extras` is a list and must be a list of strings"),
        ("[packages]\nx = 2020-01-01", "line 2: [packages] `x` is a date and must be a version string or a table"),
    ],
)  # fmt: skip
def test_one_problem(text: str, expected: str) -> None:
    assert problems(text) == [expected]


def test_the_message_counts() -> None:
    with pytest.raises(InvalidPipfile, match="`x/Pipfile` has 2 problems"):
        parse_pipfile("[packages]\na = 1\nb = 2\n", path="x/Pipfile")


def test_no_toml() -> None:
    with pytest.raises(InvalidPipfile, match=r"is not valid TOML: .*line 2, column 5") as caught:
        parse_pipfile("[packages]\nx = \n")
    assert "line 2" in caught.value.details


def test_merge_conflict() -> None:
    text = '[packages]\n<<<<<<< ours\nx = "1"\n=======\nx = "2"\n>>>>>>> theirs\n'
    with pytest.raises(InvalidPipfile, match="merge conflict markers, the first in line 2"):
        parse_pipfile(text)


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    with pytest.raises(InvalidPipfile):
        parse_pipfile("x = " + "[" * 100_000)
