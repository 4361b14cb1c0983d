from __future__ import annotations

import pytest

from pipenv.index.admission import Admission
from support.targets import linux_target, windows_target

LINUX = Admission(linux_target("3.11.7"))
ANY = "py3-none-any"


@pytest.mark.parametrize(
    ("requires_python", "expected"),
    [
        (None, True),
        ("", True),
        (">=3.8", True),
        (">=3.11", True),
        (">=3.11.7", True),
        (">=3.12", False),
        (">=3.8,<3.11", True),
        ("<3", True),
        ("~=3.8", True),
        ("~=3.12", False),
        ("==3.11.*", True),
        ("==3.10.*", False),
        ("!=3.11.*", False),
        (">3.11", True),
        ("nonsense", True),
        (">=2.7, !=3.0.*, !=3.1.*", True),
    ],
)
def test_upper_bounds_do_not_count(requires_python: str | None, expected: bool) -> None:
    assert LINUX.admits_python(requires_python) is expected


@pytest.mark.parametrize("python", ["3.14.0rc1", "3.14.0b1+", "3.14.0"])
def test_a_prerelease_of_a_python_counts_as_that_python(python: str) -> None:
    assert Admission(linux_target(python)).admits_python(">=3.14")
    assert not Admission(linux_target(python)).admits_python(">=3.15")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ((None, ""), True),
        ((None, ANY), True),
        ((None, "py2.py3-none-any"), True),
        ((None, "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64"), True),
        ((None, "cp38-abi3-manylinux2014_x86_64"), True),
        ((None, "cp310-cp310-manylinux2014_x86_64"), False),
        ((None, "cp311-cp311-win_amd64"), False),
        ((None, "py2-none-any"), False),
        ((">=3.12", ANY), False),
        ((">=3.12", ""), False),
    ],
)
def test_kinds(kind: tuple[str | None, str], expected: bool) -> None:
    assert LINUX.admits(kind) is expected


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([], "has no file"),
        ([(">=3.12", ANY), (">=3.12", "")], "requires Python >=3.12"),
        ([(">=3.12", ANY), (">=3.13", "")], "requires Python >=3.12 or >=3.13"),
        (
            [(None, "cp311-cp311-win_amd64"), (None, "cp312-cp312-macosx_11_0_arm64")],
            "has wheels only for Windows x86-64 and macOS arm64",
        ),
        (
            [(None, "cp39-cp39-manylinux2014_x86_64"), (None, "cp39-cp39-win_amd64")],
            "has wheels only for CPython 3.9",
        ),
        ([(None, "py2-none-any")], "has wheels only for Python 2"),
        ([(None, "pp310-pypy310_pp73-linux_x86_64")], "has wheels only for PyPy 3.10"),
        (
            [(">=3.12", ""), (None, "cp311-cp311-musllinux_1_1_x86_64")],
            "has wheels only for musl Linux x86-64",
        ),
    ],
)
def test_reasons_say_what_there_was(kinds: list[tuple[str | None, str]], expected: str) -> None:
    assert LINUX.refusal(kinds) == expected


def test_long_reasons_are_cut() -> None:
    kinds = [(None, f"cp{minor}-cp{minor}-linux_x86_64") for minor in range(310, 330)]
    assert Admission(windows_target()).refusal(kinds) == "has wheels only for Linux x86-64"
    reason = LINUX.refusal([each for each in kinds if "311" not in each[1]])
    assert reason.endswith(" and 13 more")


@pytest.mark.parametrize(
    ("requires_python", "expected"),
    [
        (None, None),
        (">=3.8", ">=3.8"),
        (">=3.8,<4", ">=3.8,<4"),
        (">=3.8,<3.11", ">=3.8"),
        ("<3.11", None),
        ("~=3.8.1", ">=3.8.1"),
        ("nonsense", None),
    ],
)
def test_what_the_lock_says_holds_where_it_was_made(
    requires_python: str | None, expected: str | None
) -> None:
    assert LINUX.honest_requires_python(requires_python) == expected


def test_ranks_order_wheels() -> None:
    own = LINUX.rank("cp311-cp311-manylinux_2_17_x86_64")
    stable = LINUX.rank("cp38-abi3-manylinux_2_17_x86_64")
    pure = LINUX.rank(ANY)
    assert own is not None
    assert stable is not None
    assert pure is not None
    assert own < stable < pure
    assert LINUX.rank("cp311-cp311-win_amd64") is None
