"""The reader of plain TOML: it reads usual Pipfiles, and never differs from the full reader."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipenv.pipfile._quick_toml import read_quickly
from pipenv.pipfile._toml import TomlError, loads

tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")

USUAL = """\
# a comment
[[source]]
url = "https://${USER}:$PASS@index.example/simple"
verify_ssl = true
name = "main"

[[source]]  # another
name = 'other'
url = "https://other.example/simple"
verify_ssl = false

[packages]
requests = "*"
"zope.interface" = ">=5"  # quoted
'x y'='z # no comment'
flask = {git = "https://git.example/flask.git", ref = "main", editable = true}
celery = { version = "*", extras = ["redis", 'a',], markers = "os_name == 'nt'" }
empty = {}
none = []

[dev-packages]

[requires]
python_version = "3.11"

[scripts]
test = ["a", ["b"], {c = "d"}]
été = "x"
"""


def test_usual_pipfiles_are_read() -> None:
    plain = USUAL.replace("été", "ete")
    tables = read_quickly(plain)
    assert tables is not None
    assert tables == tomllib.loads(plain)
    assert list(tables) == list(tomllib.loads(plain))
    assert read_quickly(plain.replace("\n", "\r\n")) == tables
    assert read_quickly("") == {}
    assert loads(plain) == tables


@pytest.mark.parametrize(
    "text",
    [
        "a = 1",
        "a = 1979-05-27",
        'a.b = "c"',
        "[a.b]",
        '["a"]',
        'a = "\\n"',
        'a = """b"""',
        "a = '''b'''",
        "a = [\n]",
        '[a]\n[b]\n[a]\nx = "y"',
        'a = "b"\na = "c"',
        "[[a]]\n[a]",
        "[a]\n[[a]]",
        "a = []\n[[a]]",
        'a = {b = "c",}',
        "[a] b",
        "[[a]",
        "[[a] ]",
        "[ [a]]",
        "a = truely",
        "a = true b",
        "a",
        "a =",
        '= "a"',
        'a = "b',
        'a = "b" "c"',
        'a = {b = "c"',
        'a = ["b" "c"]',
        "a = {b.c = true}",
        'été = "x"',
        'a = "\x00"',
        "# \x7f",
        "a = true\rb = true",
        "\ufeffa = true",
    ],
)
def test_everything_else_is_declined(text: str) -> None:
    assert read_quickly(text) is None


def same(one: object, other: object) -> bool:
    """Equal, and of the same types: true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


LINES = st.sampled_from(
    [*USUAL.splitlines(), "[packages.x]", "a.b = 'c'", "'' = \"\"", "[[packages]]"]
)
PIECES = st.text("[]{}=.,#\"'\\ \t\n\r-_aZ1é\x00", max_size=5)


@settings(max_examples=400)
@given(st.data())
def test_never_differs_from_the_full_reader(data: Any) -> None:
    lines = data.draw(st.lists(LINES, max_size=8))
    text = data.draw(st.sampled_from(["\n", "\n", "\r\n"])).join(lines)
    for _ in range(data.draw(st.integers(0, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 4)))
        text = text[:start] + data.draw(PIECES) + text[end:]
    found = read_quickly(text)
    if found is not None:
        assert same(found, tomllib.loads(text))


@settings(max_examples=400)
@given(
    st.lists(PIECES | st.sampled_from(["a = ", "true", "[[a]]", "[b]", '"c"', "{", "}"])).map(
        "".join
    )
)
@example("[a]]")
@example("[[a]]]")
@example("a = ''''")
@example('a = """"')
def test_never_differs_on_scraps(text: str) -> None:
    found = read_quickly(text)
    if found is not None:
        assert same(found, tomllib.loads(text))


def test_errors_are_those_of_the_full_reader() -> None:
    with pytest.raises(TomlError, match="line 1, column"):
        loads("a = \n")
    with pytest.raises(TomlError, match="Nested too deeply"):
        loads("a = " + "[" * 100_000)
