"""The hash of a Pipfile: known values, what it does not depend on, and a slow second opinion."""

from __future__ import annotations

import hashlib
import io
import json
import re
from typing import Any

import plette
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import InvalidPipfile
from pipenv.models.indexes import Index
from pipenv.pipfile.default_source import default_source
from pipenv.pipfile.document import parse_pipfile
from pipenv.pipfile.hashing import content_hash, historic_hash

EXAMPLE = Index("example", "https://index.example/simple", verify_ssl=True)

VECTOR_C = """
[[source]]
name = "example"
url = "https://index.example/simple"
verify_ssl = true

[packages]
requests = "*"

[requires]
python_version = "3.11"
"""

VECTOR_D = """
[[source]]
name = "example"
url = "https://${USER}:$TOKEN@index.example/simple"
verify_ssl = true

[packages]
My_Pkg = "*"
"zope.Interface" = {version = ">=5", extras = ["b", "a"], markers = "python_version >= '3.8'"}

[packages.flask]
git = "https://git.example/flask.git"
ref = "main"
editable = true

[dev-packages]
"paquet-été" = "~=1.0"

[docs]
Sphinx = {version = "*", index = "example"}

[scripts]
test = "pytest"

[pipenv]
sort_pipfile = true
"""


def no_default() -> tuple[Index, ...]:
    raise AssertionError("the default source is not needed")


def hash_of(text: str) -> str:
    return content_hash(parse_pipfile(text).data, lambda: (default_source(),))


def test_vector_a_without_a_source() -> None:
    expected = "70e8bf6bc774f5ca177467cab4e67d4264d0536857993326abc13ff43063bec0"
    assert hash_of('[packages]\nrequests = "*"\n') == expected


def test_vector_b_with_the_default_source_written_out() -> None:
    source = default_source()
    text = f"""
[[source]]
url = "{source.url}"
verify_ssl = true
name = "{source.name}"

[packages]
requests = "*"

[dev-packages]

[requires]
python_version = "3.11"
"""
    expected = "ff88c6939e3090788e917cfdecf1af872168b83c8803457853061495493b5a71"
    assert content_hash(parse_pipfile(text).data, no_default) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (VECTOR_C, "983b4dbf0d3bacd4bcf9dad5a82900071da479a2eded858c321402448f1a55ab"),
        (VECTOR_D, "6b7c1dac105fd03192a5e84fbadd30002d58c196d7b37ebf8e47e1493ba1e5c2"),
    ],
)
def test_vectors_with_a_private_source(text: str, expected: str) -> None:
    assert content_hash(parse_pipfile(text).data, no_default) == expected


def test_historic_form_takes_names_as_written() -> None:
    spelled = parse_pipfile(VECTOR_C.replace("requests", "Requests")).data
    canonical = parse_pipfile(VECTOR_C).data
    assert content_hash(spelled, no_default) == content_hash(canonical, no_default)
    assert historic_hash(spelled, no_default) != historic_hash(canonical, no_default)
    assert historic_hash(canonical, no_default) == content_hash(canonical, no_default)


def test_alias_table_counts_as_sources() -> None:
    assert hash_of(VECTOR_C.replace("[[source]]", "[[sources]]")) == hash_of(VECTOR_C)


def test_scripts_settings_and_tables_with_lock_names_do_not_count() -> None:
    more = (
        VECTOR_C + '[scripts]\na = "b"\n[pipenv]\nx = 1\n[default]\ny = "*"\n[develop]\nz = "*"\n'
    )
    assert hash_of(more) == hash_of(VECTOR_C)


@pytest.mark.parametrize("addition", ['[docs]\nx = "*"\n', "[docs]\n", '[dev-packages]\nx = "*"\n'])
def test_every_package_table_counts(addition: str) -> None:
    assert hash_of(VECTOR_C + addition) != hash_of(VECTOR_C)


def test_empty_and_missing_main_tables_are_the_same() -> None:
    assert hash_of(VECTOR_C + "[dev-packages]\n") == hash_of(VECTOR_C)


def test_a_date_cannot_be_hashed() -> None:
    with pytest.raises(InvalidPipfile, match="date or time 2026-01-01"):
        hash_of(VECTOR_C.replace("verify_ssl", "since = 2026-01-01\nverify_ssl"))


names = st.text("abcXYZ019-_.é", min_size=1, max_size=8)
values = st.recursive(
    st.text('ab "\\/\n\x00é\u2028😀', max_size=8)
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=True, allow_infinity=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
documents = st.dictionaries(
    st.sampled_from(
        ["packages", "dev-packages", "docs", "tests", "scripts", "pipenv", "pipfile", "Été"]
    ),
    st.dictionaries(names, values, max_size=4),
    max_size=5,
)


def slow_hash(data: dict[str, Any], *, canonical: bool) -> str:
    """The algorithm's steps, one after the other, with `json` and `hashlib`."""
    default = [{"name": EXAMPLE.name, "url": EXAMPLE.url, "verify_ssl": True}]
    result: dict[str, Any] = {
        "_meta": {"sources": data.get("source", default), "requires": data.get("requires", {})},
        "default": data.get("packages", {}),
        "develop": data.get("dev-packages", {}),
    }
    skipped = [
        "source",
        "packages",
        "dev-packages",
        "requires",
        "scripts",
        "pipfile",
        "pipenv",
        "default",
        "develop",
    ]
    result.update({name: table for name, table in data.items() if name not in skipped})
    if canonical:
        for category in result.keys() - {"_meta"}:
            result[category] = {
                re.sub(r"[-_.]+", "-", name).lower(): value
                for name, value in result[category].items()
            }
    text = json.dumps(result, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@given(documents)
def test_agrees_with_the_slow_one(data: dict[str, Any]) -> None:
    assert content_hash(data, lambda: (EXAMPLE,)) == slow_hash(data, canonical=True)
    assert historic_hash(data, lambda: (EXAMPLE,)) == slow_hash(data, canonical=False)


@given(documents, st.randoms())
def test_order_does_not_matter(data: dict[str, Any], random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        items = list(value.items())
        random.shuffle(items)
        return {key: shuffled(inner) for key, inner in items}

    one = historic_hash(data, lambda: (EXAMPLE,))
    assert historic_hash(shuffled(data), lambda: (EXAMPLE,)) == one


@given(st.lists(st.sampled_from(["# comment\n", "\n", "   \n", "# [packages]\n"]), max_size=6))
def test_comments_and_blank_lines_do_not_matter(noise: list[str]) -> None:
    lines = VECTOR_D.splitlines(keepends=True)
    for position, extra in enumerate(noise):
        lines.insert((position * 7) % len(lines), extra)
    assert hash_of("".join(lines)) == hash_of(VECTOR_D)


@pytest.mark.parametrize("text", [VECTOR_C, VECTOR_D])
def test_the_library_of_the_format_agrees(text: str) -> None:
    """It writes the historic form."""
    theirs = plette.Pipfile.load(io.StringIO(text)).get_hash().value
    assert theirs in {hash_of(text), historic_hash(parse_pipfile(text).data, no_default)}
