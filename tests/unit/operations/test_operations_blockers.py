"""What keeps a package from its newest version."""

from __future__ import annotations

from pipenv.operations.applying_needs import Need
from pipenv.operations.blockers import UNKNOWN, Contender, blockers
from pipenv.operations.graph import Node


def dependent(name: str, specifiers: str) -> tuple[Node, Need]:
    need = Need("leaf", "leaf", specifiers)
    return Node(name, name, "1.0", (need,)), need


def test_everything_that_excludes_the_version_is_told() -> None:
    contender = Contender(
        "2.0",
        {"packages": "<2", "dev-packages": "*"},
        dependents=[dependent("trunk", "<2"), dependent("bush", ">=1"), dependent("trunk", "<2")],
        requires_python=[">=3.13"],
        pythons=["3.11.7", "3.14"],
        hidden="was uploaded today",
    )
    assert blockers(contender) == (
        "[packages] <2",
        "trunk 1.0 needs <2",
        "Python 3.11.7: it needs >=3.13",
        "was uploaded today",
    )


def test_a_minor_python_stands_for_its_last_patch() -> None:
    contender = Contender("2.0", requires_python=["<3.12", "<3.12"], pythons=["3.11", "3.12"])
    assert blockers(contender) == ("Python 3.12: it needs <3.12",)
    assert blockers(contender._replace(requires_python=["<3.12", ""])) == (UNKNOWN,)


def test_an_override_stands_for_all_requirements() -> None:
    contender = Contender("2.0", {"packages": "<2"}, "<1.5", [dependent("trunk", "<2")])
    assert blockers(contender) == ("[pipenv] overrides <1.5",)
    assert blockers(contender._replace(override="*")) == (UNKNOWN,)


def test_what_the_version_itself_needs_comes_last() -> None:
    contender = Contender(
        "2.0",
        needs=[Need("leaf", "Leaf", ">=3"), Need("bud", "bud", ""), Need("other", "other", ">1")],
        chosen={"leaf": "2.5", "bud": "1.0"},
    )
    assert blockers(contender) == ("it needs Leaf>=3, not 2.5",)
    assert blockers(contender._replace(listed={"packages": "<2"})) == ("[packages] <2",)


def test_specifiers_that_are_none_exclude_nothing() -> None:
    assert blockers(Contender("2.0", {"packages": "what?"})) == (UNKNOWN,)
