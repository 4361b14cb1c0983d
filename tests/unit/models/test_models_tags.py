from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging import tags as packaging_tags

from pipenv.models.tags import expand_tags, supported_tags, tag_rank

PLATFORMS = ["manylinux_2_17_x86_64", "manylinux2014_x86_64", "linux_x86_64"]
PARTS = st.lists(st.sampled_from(["py2", "py3", "cp311", "abi3", "none", "any"]), min_size=1)


@given(PARTS, PARTS, PARTS)
def test_a_compressed_set_is_every_combination(
    pythons: list[str], abis: list[str], platforms: list[str]
) -> None:
    compressed = "-".join(".".join(part) for part in (pythons, abis, platforms))
    assert set(expand_tags(compressed)) == {
        str(tag) for tag in packaging_tags.parse_tag(compressed)
    }


def test_expansion_keeps_the_order_and_ignores_case() -> None:
    assert expand_tags("py2.py3-none-any") == ("py2-none-any", "py3-none-any")
    assert expand_tags("PY3-none-Any") == ("py3-none-any",)
    assert expand_tags("py3-none") == ()


@pytest.mark.parametrize(
    ("version", "abis"),
    [
        ((3, 11), ["cp311"]),
        ((3, 13), ["cp313t"]),
        ((3, 13), ["cp313td", "cp313t"]),
        ((3, 12), ["cp312d", "cp312"]),
        ((3, 7), ["cp37m"]),
        ((3, 11), ["cp311", "abi3", "none"]),
    ],
)
def test_cpython_takes_what_the_standard_says(version: tuple[int, int], abis: list[str]) -> None:
    interpreter = f"cp{version[0]}{version[1]}"
    expected = [
        *packaging_tags.cpython_tags(version, abis, PLATFORMS),
        *packaging_tags.compatible_tags(version, interpreter, PLATFORMS),
    ]
    assert supported_tags("cpython", version, abis, PLATFORMS) == tuple(
        dict.fromkeys(map(str, expected))
    )


@pytest.mark.parametrize(
    ("name", "interpreter", "abis", "generic"),
    [
        ("pypy", "pp310", ["pypy310_pp73"], "pp3"),
        ("graalpy", "graalpy310", ["graalpy231_310_native"], None),
        ("jython", "jy310", [], None),
    ],
)
def test_other_implementations(
    name: str, interpreter: str, abis: list[str], generic: str | None
) -> None:
    expected = [
        *packaging_tags.generic_tags(interpreter, abis, PLATFORMS),
        *packaging_tags.compatible_tags((3, 10), generic, PLATFORMS),
    ]
    assert supported_tags(name, (3, 10), abis, PLATFORMS) == tuple(
        dict.fromkeys(map(str, expected))
    )


def test_the_rank_is_that_of_the_best_tag() -> None:
    tags = supported_tags("cpython", (3, 11), ["cp311"], PLATFORMS)
    ranks = {tag: rank for rank, tag in enumerate(tags)}
    assert tag_rank("cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", ranks) == 0
    assert tag_rank("cp311-cp311-linux_x86_64", ranks) == 2
    assert tag_rank("py2.py3-none-any", ranks) == ranks["py3-none-any"]
    assert tag_rank("cp310-cp310-linux_x86_64", ranks) is None
    assert tag_rank("nonsense", ranks) is None


def test_ranks_of_one_environment_are_not_those_of_another() -> None:
    first, second = {"py3-none-any": 5}, {"py3-none-any": 7}
    for _ in range(2):
        assert tag_rank("py3-none-any", first) == 5
        assert tag_rank("py3-none-any", second) == 7
        assert tag_rank("py3-none-any", {}) is None
