"""Which Pipfile is meant; where nothing else is said, what upstream's releases find."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.errors import PipfileNotFound, UsageError
from pipenv.operations.project import find_project, project_in, require_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with folders below it, eleven deep."""
    (tmp_path / "Pipfile").touch()
    tmp_path.joinpath(*"abcdefghijk").mkdir(parents=True)
    return tmp_path


def below(tree: Path, depth: int) -> str:
    return str(tree.joinpath(*"abcdefghijk"[:depth]))


@pytest.mark.parametrize(
    ("variables", "deepest"),
    [
        ({}, 9),
        ({"PIPENV_MAX_DEPTH": "1"}, 0),
        ({"PIPENV_MAX_DEPTH": "3"}, 2),
        ({"PIPENV_MAX_DEPTH": " 3 "}, 2),
        ({"PIPENV_MAX_DEPTH": "12"}, 11),
        ({"PIPENV_MAX_DEPTH": "0"}, 0),
        ({"PIPENV_MAX_DEPTH": "-1"}, 0),
        ({"PIPENV_MAX_DEPTH": ""}, 9),
        ({"PIPENV_NO_INHERIT": "1"}, 0),
        ({"PIPENV_NO_INHERIT": "yes", "PIPENV_MAX_DEPTH": "5"}, 0),
        ({"PIPENV_NO_INHERIT": "0"}, 9),
        ({"PIPENV_NO_INHERIT": "False"}, 9),
        ({"PIPENV_NO_INHERIT": ""}, 9),
    ],
)
def test_how_far_up_is_looked(tree: Path, variables: dict[str, str], deepest: int) -> None:
    found = find_project(below(tree, deepest), variables)
    assert found is not None
    assert found.root == str(tree)
    if deepest < 11:
        assert find_project(below(tree, deepest + 1), variables) is None


def test_the_nearest_one_wins_and_a_folder_of_that_name_is_none(tree: Path) -> None:
    (tree / "a" / "Pipfile").mkdir()
    found = find_project(below(tree, 2), {})
    assert found is not None
    assert found.root == str(tree)
    (tree / "a" / "b" / "Pipfile").touch()
    found = find_project(below(tree, 2), {})
    assert found is not None
    assert found.root == below(tree, 2)


def test_a_named_pipfile(tree: Path) -> None:
    other = tree / "other"
    other.mkdir()
    for name in ("Pipfile", "Pipfile.dev"):
        (other / name).touch()
    for named in (
        str(other / "Pipfile.dev"),
        "../other/Pipfile.dev",
        f"{tree}/a/../other/Pipfile.dev",
    ):
        found = find_project(str(tree / "a"), {"PIPENV_PIPFILE": named})
        assert found is not None
        assert found.pipfile_path == str(other / "Pipfile.dev")
        assert found.lockfile_path == str(other / "Pipfile.dev.lock")
        assert found.root == str(other)


def test_links_are_kept(tree: Path) -> None:
    link = tree.parent / f"{tree.name}-link"
    link.symlink_to(tree)
    found = find_project(str(link / "a"), {})
    assert found is not None
    assert found.root == str(link)
    found = find_project("/", {"PIPENV_PIPFILE": str(link / "Pipfile")})
    assert found is not None
    assert found.root == str(link)


def test_what_cannot_be_meant(tree: Path) -> None:
    for named in ("/no/such/Pipfile", str(tree)):
        with pytest.raises(PipfileNotFound, match="PIPENV_PIPFILE"):
            find_project(str(tree), {"PIPENV_PIPFILE": named})
    for depth in ("x", "1.5", "--1", "²"):
        with pytest.raises(UsageError, match="PIPENV_MAX_DEPTH") as caught:
            find_project(str(tree), {"PIPENV_MAX_DEPTH": depth})
        assert caught.value.exit_status == 1


def test_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(PipfileNotFound, match="no Pipfile"):
        require_project(str(tmp_path), {"PIPENV_NO_INHERIT": "1"})
    assert project_in(str(tmp_path)).pipfile_path == str(tmp_path / "Pipfile")
