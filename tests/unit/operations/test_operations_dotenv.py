"""The rules of ``.env`` files, as python-dotenv has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.errors import FileAccessError
from pipenv.operations.dotenv_file import read_dotenv

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("K=v", {"K": "v"}),
        ("export K=v", {"K": "v"}),
        ("K = v", {"K": "v"}),
        ("K=v #c", {"K": "v"}),
        ("K=v#c", {"K": "v#c"}),
        ('K="a\\nb"', {"K": "a\nb"}),
        ('K="a\nb"', {"K": "a\nb"}),
        ("K='a\\nb'", {"K": "a\\nb"}),
        ("K='${HOME}/x'", {"K": "/home/me/x"}),
        ("K=${NONE:-d}\nL=${K}$K", {"K": "d", "L": "d$K"}),
        ("K=${NONE}.", {"K": "."}),
        ("K=${A:B}", {"K": "${A:B}"}),
        ("K=", {"K": ""}),
        ("K", {}),
        ("1X=3", {"1X": "3"}),
        ("K=1\nnot a line\nL=2", {"K": "1", "L": "2"}),
        ("\ufeffK=v", {"K": "v"}),
        ("HOME=/other\nK=${HOME}", {"HOME": "/other", "K": "/other"}),
    ],
)
def test_lines(tmp_path: Path, text: str, values: dict[str, str]) -> None:
    file = tmp_path / ".env"
    file.write_text(text, encoding="utf-8")
    assert read_dotenv(str(file), {"HOME": "/home/me"}) == values


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe=1")
    with pytest.raises(FileAccessError, match=r"\.env"):
        read_dotenv(str(file), {})
