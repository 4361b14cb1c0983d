from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from pipenv.virtualenvs.configuration import (
    environment_root_of,
    format_configuration,
    is_true,
    parse_configuration,
    read_configuration,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_without_a_sign_and_case_of_keys_do_not_matter() -> None:
    text = "\ufeffHome = /usr/bin\r\nrubbish\nprompt = a = b\n\n"
    assert parse_configuration(text) == {"home": "/usr/bin", "prompt": "a = b"}


@given(st.text())
def test_any_prompt_is_one_line(prompt: str) -> None:
    text = format_configuration({"home": "/usr/bin", "prompt": prompt, "last": "1"})
    values = parse_configuration(text)
    assert values["home"] == "/usr/bin"
    assert values["last"] == "1"
    assert values["prompt"] == " ".join(prompt.splitlines()).strip()


def test_truth() -> None:
    assert is_true("True")
    assert not is_true("1")
    assert not is_true(None)


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    assert read_configuration(str(tmp_path)) is None


def test_the_environment_of_an_interpreter(tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    assert environment_root_of(str(python)) is None
    (tmp_path / "pyvenv.cfg").write_text("")
    assert environment_root_of(str(python)) == str(tmp_path)
