"""Edits of a Pipfile's text: what they change, and that they change nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import InvalidPipfile
from pipenv.models.indexes import Index
from pipenv.models.names import canonical_name
from pipenv.pipfile._toml import loads
from pipenv.pipfile.document import parse_pipfile
from pipenv.pipfile.editing import (
    add_source,
    new_pipfile,
    remove_all,
    remove_entry,
    set_entry,
    set_setting,
)

EXAMPLE = Index("example", "https://index.example/simple", verify_ssl=True)


def test_a_new_pipfile_is_what_upstream_writes() -> None:
    assert new_pipfile(sources=[EXAMPLE], python_version="3.11") == (
        "[[source]]\n"
        'url = "https://index.example/simple"\n'
        "verify_ssl = true\n"
        'name = "example"\n'
        "\n"
        "[packages]\n"
        "\n"
        "[dev-packages]\n"
        "\n"
        "[requires]\n"
        'python_version = "3.11"\n'
    )


def test_a_new_pipfile_with_the_full_version_and_without_any() -> None:
    full = new_pipfile(sources=[EXAMPLE], python_version="3.11", python_full_version="3.11.7")
    assert full.endswith('[requires]\npython_version = "3.11"\npython_full_version = "3.11.7"\n')
    other = Index("other", "http://other.example/simple", verify_ssl=False)
    assert new_pipfile(sources=[EXAMPLE, other], python_version=None) == (
        '[[source]]\nurl = "https://index.example/simple"\nverify_ssl = true\nname = "example"\n\n'
        '[[source]]\nurl = "http://other.example/simple"\nverify_ssl = false\nname = "other"\n\n'
        "[packages]\n\n[dev-packages]\n"
    )


def test_an_edit_of_an_empty_file() -> None:
    assert set_entry("", "packages", "six", "*") == '[packages]\nsix = "*"\n'


def test_nothing_to_do_is_nothing_done() -> None:
    text = '[packages]\nsix="*" # x\n  '
    assert set_entry(text, "packages", "Six", "*") == text
    assert remove_entry(text, "packages", "idna") == text
    assert remove_entry(text, "docs", "idna") == text
    assert remove_all(text, "docs") == text


def test_byte_order_mark_stays() -> None:
    assert set_entry("\ufeffa.b = 1\n", "packages", "six", "*") == (
        '\ufeffa.b = 1\n\n[packages]\nsix = "*"\n'
    )


def test_a_last_line_without_an_end_gets_one() -> None:
    text = '[packages]\nsix = "*"'
    assert set_entry(text, "packages", "idna", "*") == text + '\nidna = "*"\n'
    assert set_entry(text, "docs", "idna", "*") == text + '\n\n[docs]\nidna = "*"\n'


def test_text_that_is_no_toml() -> None:
    with pytest.raises(InvalidPipfile, match="is not valid TOML"):
        set_entry("[packages", "packages", "six", "*")


def test_a_form_that_cannot_be_edited_stays_as_it_is() -> None:
    text = 'source = [{url = "https://index.example/simple", name = "a", verify_ssl = true}]\n'
    with pytest.raises(InvalidPipfile, match="cannot be made safely"):
        add_source(text, EXAMPLE)


def test_strings_are_escaped() -> None:
    value = 'a"b\\c\n\t\x01é'
    text = set_entry("[packages]\n", "packages", "x.y z", {"markers": value})
    assert text == '[packages]\n"x.y z" = {markers = "a\\"b\\\\c\\n\\t\\u0001é"}\n'
    assert loads(text)["packages"] == {"x.y z": {"markers": value}}


# Random documents in many styles

versions = st.sampled_from(["*", "==1.0", ">=1,<2", "~=3.1"])
tables = st.fixed_dictionaries(
    {"version": versions},
    optional={
        "extras": st.lists(st.sampled_from(["a", "b-c"]), min_size=1, max_size=2),
        "markers": st.sampled_from(["os_name == 'nt'", 'sys_platform == "linux"', "#=[{"]),
        "editable": st.booleans(),
    },
)
entry_values = versions | tables
NAMES = ["six", "My_Pkg", "zope.interface", "a", "b", "C-c"]
comments = st.sampled_from(["", "  # why", " #=[", "\t# \"'"])
gaps = st.sampled_from(["", "", "\n", "# [packages]\n", "  # x = 1\n\n"])


def literal(draw: Any, value: Any) -> str:
    """A value in one of the ways in which people write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quote = "'" if "'" not in value and draw(st.booleans()) else '"'
        escaped = value if quote == "'" else value.replace('"', '\\"')
        quote *= int(draw(st.sampled_from([1, 1, 3])))
        return quote + escaped + quote
    if isinstance(value, list):
        items = [literal(draw, item) for item in value]
        comma = draw(st.sampled_from([", ", ",", ",\n    "]))
        form: str = draw(st.sampled_from(["[{}]", "[ {} , ]", "[\n  {}, # ]\n]"]))
        return form.format(comma.join(items))
    items = [f"{key} = {literal(draw, item)}" for key, item in value.items()]
    braces: str = draw(st.sampled_from(["{{{}}}", "{{ {} }}"]))
    return braces.format(", ".join(items))


def key(draw: Any, name: str) -> str:
    bare = name.replace("_", "").replace("-", "").isalnum()
    style = draw(st.sampled_from(["{}", '"{}"', "'{}'"])) if bare else '"{}"'
    return str(style.format(name))


@st.composite
def documents(draw: Any) -> str:
    """A valid Pipfile in which entries are written in every way that TOML allows."""
    parts: list[str] = []
    for category in draw(st.permutations(["packages", "dev-packages", "docs"]))[
        : draw(st.integers(1, 3))
    ]:
        entries = draw(st.dictionaries(st.sampled_from(NAMES), entry_values, max_size=4))
        body: list[str] = []
        tables: list[str] = []
        for name, value in entries.items():
            style = draw(st.sampled_from(["inline", "inline", "dotted", "table"]))
            indent = draw(st.sampled_from(["", "", "  "]))
            written = key(draw, name)
            if isinstance(value, str) or style == "inline":
                body.append(f"{indent}{written} = {literal(draw, value)}{draw(comments)}\n")
            elif style == "dotted":
                body.extend(
                    f"{indent}{written}.{field} = {literal(draw, item)}{draw(comments)}\n"
                    for field, item in value.items()
                )
            else:
                lines = [f"{k} = {literal(draw, v)}{draw(comments)}\n" for k, v in value.items()]
                tables.append(f"[{category}.{written}]{draw(comments)}\n{''.join(lines)}")
            body.append(draw(gaps))
        header = f"[{category}]{draw(comments)}\n" if body or draw(st.booleans()) else ""
        section = [header + draw(gaps) + "".join(body) if header else "", *tables]
        parts.append("\n".join(part for part in section if part))
    parts.insert(draw(st.integers(0, len(parts))), '[scripts]\nsix = "x" # six = "*"\n')
    if draw(st.booleans()):
        parts.insert(0, '[[source]]\nurl = "https://index.example/simple"\nname = "m"\n')
    gap: str = draw(st.sampled_from(["", "\n"]))
    text = gap.join(parts)
    text = text if draw(st.booleans()) else text.rstrip()
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def without_line_ends(text: str) -> str:
    return text.replace("\r\n", "").replace("\n", "")


@given(documents(), st.sampled_from(["packages", "docs"]), st.sampled_from(NAMES), entry_values)
def test_setting_says_what_it_should_and_keeps_the_rest(
    text: str, category: str, name: str, value: Any
) -> None:
    before = loads(text)
    after_text = set_entry(text, category, name, value)
    after = loads(after_text)
    expected = before.setdefault(category, {})
    written = next((k for k in expected if canonical_name(k) == canonical_name(name)), name)
    expected[written] = value
    assert after == before
    others = [known for known in expected if known != written]
    assert [known for known in after[category] if known != written] == others
    if "\r\n" in text:
        assert "\n" not in without_line_ends(after_text.replace("\r\n", ""))
    assert parse_pipfile(after_text).data == after


@given(documents(), st.sampled_from(NAMES), versions)
def test_a_changed_version_changes_one_line(text: str, name: str, version: str) -> None:
    before = loads(text)
    if "packages" not in before or name not in before["packages"]:
        return
    old = before["packages"][name]
    new = version if isinstance(old, str) else {**old, "version": version}
    lines = text.splitlines(keepends=True)
    after = set_entry(text, "packages", name, new).splitlines(keepends=True)
    assert len(after) == len(lines)
    assert sum(one != other for one, other in zip(lines, after, strict=True)) <= 1


@given(documents(), st.sampled_from(NAMES))
def test_adding_then_removing_gives_the_text_back(text: str, name: str) -> None:
    before = loads(text)
    if "docs" not in before or name in before["docs"]:
        return
    there = set_entry(text, "docs", name, {"version": "*", "extras": ["x"]})
    back = remove_entry(there, "docs", name)
    assert loads(back) == before
    if "[docs]" in text:
        assert back.rstrip() == text.rstrip()
    added = [line for line in there.splitlines() if line not in text.splitlines()]
    assert len(added) <= 2


@given(documents(), st.sampled_from(NAMES))
def test_removing_keeps_the_rest(text: str, name: str) -> None:
    before = loads(text)
    after_text = remove_entry(text, "packages", name)
    before.get("packages", {}).pop(name, None)
    after = loads(after_text)
    after.setdefault("packages", {})
    before.setdefault("packages", {})
    assert after == before
    kept = iter(text.splitlines())
    for line in after_text.splitlines():  # what is left is a subsequence of what was there
        assert any(line == old for old in kept)


@given(documents())
def test_removing_all_keeps_the_rest(text: str) -> None:
    before = loads(text)
    after = loads(remove_all(text, "packages"))
    after.pop("packages", None)
    before.pop("packages", None)
    assert after == before


@given(documents(), st.sampled_from(NAMES), entry_values)
def test_sorting_moves_lines_and_changes_none(text: str, name: str, value: Any) -> None:
    plain = set_entry(text, "packages", name, value)
    ordered = set_entry(text, "packages", name, value, sort=True)
    assert loads(ordered) == loads(plain)
    assert sorted(ordered.splitlines()) == sorted(plain.splitlines())


@given(documents())
def test_a_source_is_added_behind_the_others(text: str) -> None:
    before = loads(text)
    after_text = add_source(text, EXAMPLE)
    after = loads(after_text)
    sources = after.pop("source")
    assert sources[:-1] == before.pop("source", [])
    assert sources[-1] == {"url": EXAMPLE.url, "verify_ssl": True, "name": "example"}
    assert after == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "[pipenv]\nallow = true\n"),
        ("[packages]\na = 1\n", "[packages]\na = 1\n\n[pipenv]\nallow = true\n"),
        ("[pipenv]\nallow = false # why\n", "[pipenv]\nallow = true # why\n"),
        ("[pipenv]\nallow = true\n", "[pipenv]\nallow = true\n"),
        ("[pipenv]\nother = 1\n\n[x]\n", "[pipenv]\nother = 1\nallow = true\n\n[x]\n"),
    ],
)
def test_settings_are_written(text: str, expected: str) -> None:
    assert set_setting(text, "allow", value=True) == expected
