"""Names that may be meant instead of one that does not exist."""

from __future__ import annotations

import pytest

from pipenv.index.alternative_names import IMPORTED_AS, MOST, POPULAR, alternatives
from pipenv.models.names import canonical_name


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("cv2", "opencv-python"),
        ("sklearn", "scikit-learn"),
        ("yaml", "pyyaml"),
        ("PIL", "pillow"),
        ("bs4", "beautifulsoup4"),
        ("dotenv", "python-dotenv"),
        ("MySQLdb", "mysqlclient"),
        ("reqests", "requests"),
        ("djang", "django"),
        ("scikitlearn", "scikit-learn"),
        ("python-redis", "redis"),
        ("pyrequests", "requests"),
        ("docx", "python-docx"),
    ],
)
def test_the_likeliest_name_comes_first(name: str, meant: str) -> None:
    assert alternatives(name, ())[0] == meant


def test_the_names_of_the_project_come_before_popular_ones() -> None:
    assert alternatives("reqests", ["reqesty"]) == ("reqesty", "requests")


def test_the_name_itself_is_no_alternative() -> None:
    assert "requests" not in alternatives("Requests", ["requests"])


def test_a_name_like_no_other() -> None:
    assert alternatives("qqqqqqqqqqqq", ["a", "b"]) == ()


def test_there_are_never_many() -> None:
    assert len(alternatives("django-x", [f"django-{letter}" for letter in "abcdefgh"])) == MOST


def test_the_lists_are_canonical() -> None:
    names = [
        *POPULAR.split(),
        *IMPORTED_AS,
        *(each for row in IMPORTED_AS.values() for each in row),
    ]
    assert [name for name in names if canonical_name(name) != name] == []
    assert POPULAR.split() == sorted(set(POPULAR.split()))
