"""The front door: root options, variables that stand for options, mistakes."""

from __future__ import annotations

import pathlib
import re
from typing import TYPE_CHECKING

import pytest

import pipenv as pipenv_package
from pipenv.cli.dispatch import argument_adder
from pipenv.cli.reference import PAGES, markdown_page, write_pages
from pipenv.variables import WITHOUT_MEANING, all_variables

if TYPE_CHECKING:
    from support.command_line import CommandLine

DOCS = pathlib.Path(__file__).parents[2] / "docs"


def test_envs(pipenv: CommandLine) -> None:
    lines = pipenv.ok("--envs").stdout.splitlines()
    assert lines[:2] == [
        "The following environment variables can be set, to do various things:",
        "",
    ]
    names = [line.removeprefix("  - ") for line in lines if line.startswith("  - ")]
    assert names == sorted(names)
    assert {"PIPENV_CACHE_DIR", "PIPENV_VENV_IN_PROJECT", "PIPENV_MAX_DEPTH"} <= set(names)


def test_support_has_everything_but_secrets(pipenv: CommandLine) -> None:
    pipenv.pipfile.write_text(
        '[[source]]\nurl = "https://user:hunter2@one.example.org/simple"\nverify_ssl = true\n'
        'name = "one"\n[packages]\nleaf = "*"\n',
        encoding="utf-8",
    )
    text = pipenv.ok(
        "--support",
        PIPENV_PYPI_MIRROR="https://user:hunter2@mirror.example.org/simple",
        PIPENV_UPLOAD_TOKEN="hunter2",
        SHELL="/bin/zsh",
    ).stdout
    assert "hunter2" not in text
    assert text.startswith("<details><summary>$ pipenv --support</summary>\n")
    assert text.endswith("</details>\n")
    for line in ("  - `PIPENV_UPLOAD_TOKEN`: `****`", "  - `SHELL`: `/bin/zsh`", "```toml"):
        assert line in text.splitlines()
    assert 'leaf = "*"' in text
    assert "'python_full_version'" in text


def test_support_outside_of_a_project(pipenv: CommandLine) -> None:
    assert "Pipfile`" not in pipenv.ok("--support").stdout


def test_man_needs_man(pipenv: CommandLine, tmp_path: pathlib.Path) -> None:
    result = pipenv("--man", PATH="/nonexistent")
    assert result.status == 1
    assert "no `man` on PATH" in result.stderr
    reader = tmp_path / "man"
    reader.write_text('#!/bin/sh\n/bin/grep -c "^.SS" "$1" > "$HOME/seen"\n', encoding="utf-8")
    reader.chmod(0o755)
    assert pipenv("--man", PATH=str(tmp_path)).status == 0
    assert int(pathlib.Path(pipenv.environ["HOME"], "seen").read_text(encoding="utf-8")) > 20


def test_the_first_root_option_in_upstreams_order_wins(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    assert pipenv.ok("--venv", "--envs").stdout.startswith("The following")
    assert pipenv.ok("--support", "--where").stdout == f"{pipenv.root}\n"
    assert pipenv.ok("--bare", "--where").stdout == f"{pipenv.root}\n"


def test_help_of_a_command(pipenv: CommandLine) -> None:
    assert pipenv.ok("help", "sync").stdout == pipenv.ok("sync", "--help").stdout
    assert pipenv.ok("help").stdout == pipenv.ok("--help").stdout
    assert pipenv("help", "sink").status == 2


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("install --three", "--three is retired"),
        ("install --selective-upgrade", "--selective-upgrade is retired"),
        ("update --keep-outdated", "--keep-outdated is retired"),
        ("install --categoris", "did you mean `--categories`?"),
        ("sinc", "did you mean `sync`?"),
    ],
)
def test_mistakes_get_a_hint(pipenv: CommandLine, line: str, hint: str) -> None:
    result = pipenv(*line.split())
    assert (result.status, result.stdout) == (2, "")
    assert hint in result.stderr


def test_a_variable_names_the_command(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    assert "up-to-date" in pipenv.ok(PIPENV_COMMAND="verify").stdout
    assert pipenv.ok("--where", PIPENV_COMMAND="verify").stdout == f"{pipenv.root}\n"


def test_variables_that_stand_for_options(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\n\n[docs]\nloner = "*"\n')
    pipenv.ok("install", PIPENV_ALL_CATEGORIES="maybe")
    assert set(pipenv.installed()) == {"leaf"}
    pipenv.ok("install", PIPENV_ALL_CATEGORIES="yes")
    assert set(pipenv.installed()) == {"leaf", "loner"}
    text = pipenv.pipfile.read_text(encoding="utf-8")
    pipenv.ok("upgrade", "loner", PIPENV_LOCK_ONLY="1")
    assert pipenv.pipfile.read_text(encoding="utf-8") == text


def test_the_manual_is_up_to_date(tmp_path: pathlib.Path) -> None:
    write_pages(tmp_path, argument_adder)
    for name in PAGES:
        written = (tmp_path / name).read_text(encoding="utf-8")
        assert (DOCS / name).read_text(encoding="utf-8") == written, (
            f"docs/{name} is out of date: python -m pipenv.cli.reference"
        )


def test_the_manual_has_every_variable() -> None:
    page = markdown_page(argument_adder)
    for name, _ in all_variables():
        assert f"| `{name}` |" in page


def test_colorblind_is_a_deprecated_name_of_no_color(pipenv: CommandLine) -> None:
    result = pipenv("--where", PIPENV_COLORBLIND="1", FORCE_COLOR="1")
    assert "PIPENV_COLORBLIND is deprecated" in result.stderr
    assert "\x1b[" not in result.stderr


def test_rm_is_deprecated_and_says_so(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    pipenv.ok("--python", "3")
    result = pipenv.ok("--rm")
    assert "--rm is deprecated: `pipenv remove` does the same" in result.stderr
    assert "--rm is deprecated" not in pipenv("--rm", "-q").stderr


def test_every_variable_that_is_read_is_in_the_manual() -> None:
    """The source is searched for names of ours; those built from parts are not found."""
    source = pathlib.Path(pipenv_package.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in source.rglob("*.py"))
    read = set(re.findall(r'"(PIPENV_[A-Z_]+[A-Z])"', text))
    told = {name for name, _ in (*all_variables(), *WITHOUT_MEANING)}
    assert read - told - {"PIPENV_NO_VENV_IN_PROJECT"} == set()
