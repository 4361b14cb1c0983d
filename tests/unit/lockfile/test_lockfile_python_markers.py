# ruff: noqa: E501 - markers are compared as wholes
"""``Requires-Python`` as a marker: upstream's table, and that it never excludes too much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.lockfile.markers_from_python import requires_python_marker
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">=3.7", "python_version >= '3.7'"),
        (">=3.7.1", "python_full_version >= '3.7.1'"),
        (">=3.8,<4", "python_version >= '3.8' and python_version < '4'"),
        ("<3.13,>=3.8", "python_version >= '3.8' and python_version < '3.13'"),
        (
            ">=3.8.0,<3.14.0",
            "python_full_version >= '3.8.0' and python_full_version < '3.14.0'",
        ),
        (
            ">=2.7, !=3.0.*, !=3.1.*, !=3.2.*",
            "python_version >= '2.7' and python_version != '3.0' and python_version != '3.1' and python_version != '3.2'",
        ),
        (">=2.7,!=3.0.*", "python_version >= '2.7' and python_version != '3.0'"),
        (
            ">=3.9,<3.12,!=3.9.7",
            "python_version >= '3.9' and python_full_version != '3.9.7' and python_version < '3.12'",
        ),
        ("~=3.8", "python_version ~= '3.8'"),
        ("~=3.8.1", "python_full_version ~= '3.8.1'"),
        ("==3.8.*", "python_version == '3.8'"),
        ("3.8", "python_version == '3.8'"),
        ("<=3.11", "python_version <= '3.11'"),
        ("<=2.7", "python_version <= '2.7'"),
        # Where upstream is wrong:
        (">3.7", "python_full_version > '3.7'"),
        (">3.8.2", "python_full_version > '3.8.2'"),
        ("<=3.9", "python_version <= '3.9'"),
        ("<=3.10.4", "python_full_version <= '3.10.4'"),
        (">=3.8,>=3.9", "python_version >= '3.9'"),
        (">=3.6,!=3.6.*,>3.6.5", "python_version != '3.6' and python_full_version > '3.6.5'"),
        ("==3.*", "python_version == '3.*'"),
        (">=3.8,>=3.8", "python_version >= '3.8'"),
    ],
)
def test_known_conversions(text: str, expected: str) -> None:
    assert str(requires_python_marker(text)) == expected


@pytest.mark.parametrize("text", [None, "", " ", "*", "any", "three", ">=", ">=3.x", "3.8 or so"])
def test_no_marker(text: str | None) -> None:
    assert requires_python_marker(text) is None


pythons = st.tuples(st.just(3), st.integers(6, 15), st.integers(0, 12))
clauses = st.one_of(
    st.builds(
        "{}3.{}".format, st.sampled_from([">=", "<", ">", "<=", "!=", "~="]), st.integers(6, 15)
    ),
    st.builds(
        "{}3.{}.{}".format,
        st.sampled_from([">=", "<", ">", "<=", "!=", "==", "~="]),
        st.integers(6, 15),
        st.integers(0, 12),
    ),
    st.builds("{}3.{}.*".format, st.sampled_from(["==", "!="]), st.integers(6, 15)),
    st.sampled_from([">=3", "<4", ">=2.7", "<=4", "!=3.*", "==3.*"]),
)


@given(st.lists(clauses, min_size=1, max_size=4), pythons)
def test_a_python_that_is_allowed_is_never_excluded(
    parts: list[str], python: tuple[int, ...]
) -> None:
    text = ",".join(parts)
    full = ".".join(str(number) for number in python)
    environment = {"python_version": full.rpartition(".")[0], "python_full_version": full}
    marker = requires_python_marker(text)
    allowed = parse_specifiers(text).contains(version_key(full), full)
    if allowed:
        assert marker is None or marker.evaluate(environment)
    elif not any(part.startswith("<=") for part in parts):  # kept as wide as upstream has it
        assert marker is not None
        assert not marker.evaluate(environment)
