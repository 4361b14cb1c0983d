"""How ``why`` lays out ways at the width of a terminal, and on a pipe."""

from __future__ import annotations

from pipenv.cli.explanation_lines import explanation_lines
from pipenv.operations.why import Explanation, Path, Step

FOUND = Explanation(
    "idna",
    "3.20",
    ("default", "develop"),
    (
        Path("packages", (Step("requests", "2.34.2", ">=2"), Step("idna", "3.20", ">=2.5,<4"))),
        Path(
            "dev-packages",
            (
                Step("fastapi", "0.165.0", ""),
                Step("httpx", "0.28.1", ">=0.23.0,<1.0.0", "standard"),
                Step("anyio", "4.16.0", "", "", "sys_platform == 'win32'"),
                Step("idna", "3.20", ">=2.8"),
            ),
        ),
    ),
    (),
)


def test_a_pipe_gets_one_line_each() -> None:
    assert explanation_lines(FOUND, None) == [
        "idna 3.20 is locked in [default] and [develop]",
        "  [packages] requests 2.34.2 (>=2) -> idna 3.20 (>=2.5,<4)",
        (
            "  [dev-packages] fastapi 0.165.0 -> httpx 0.28.1 (>=0.23.0,<1.0.0, extra standard) -> "
            "anyio 4.16.0 (if sys_platform == 'win32') -> idna 3.20 (>=2.8)"
        ),
    ]


def test_80_columns() -> None:
    assert explanation_lines(FOUND, 80) == [
        "idna 3.20 is locked in [default] and [develop]",
        "  [packages] requests 2.34.2 (>=2) -> idna 3.20 (>=2.5,<4)",
        "  [dev-packages] fastapi 0.165.0 -> httpx 0.28.1 (>=0.23.0,<1.0.0, extra",
        "      standard) -> anyio 4.16.0 (if sys_platform == 'win32') -> idna 3.20",
        "      (>=2.8)",
    ]


def test_40_columns() -> None:
    lines = explanation_lines(FOUND, 40)
    assert lines[:4] == [
        "idna 3.20 is locked in [default] and",
        "      [develop]",
        "  [packages] requests 2.34.2 (>=2) ->",
        "      idna 3.20 (>=2.5,<4)",
    ]
    assert max(map(len, lines)) <= 40
    assert " ".join(" ".join(lines).split()) == " ".join(
        " ".join(explanation_lines(FOUND, None)).split()
    )
