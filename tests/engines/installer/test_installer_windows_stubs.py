"""Where the starters of Windows programs are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.installer.windows_stubs import WindowsStubs

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def packages(tmp_path: Path) -> list[str]:
    folder = tmp_path / "distlib"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('not to be imported')\n")
    for name in ("t32", "t64", "t64-arm", "w32", "w64"):
        (folder / f"{name}.exe").write_bytes(name.encode())
    return [str(tmp_path)]


@pytest.mark.parametrize(
    ("kind", "is_64bit", "machine", "found"),
    [
        ("console", True, "AMD64", b"t64"),
        ("gui", True, "AMD64", b"w64"),
        ("console", False, "x86", b"t32"),
        ("gui", False, "x86", b"w32"),
        ("console", True, "ARM64", b"t64-arm"),
        ("gui", True, "ARM64", None),
    ],
)
def test_starter_for_the_interpreter(
    kind: str, is_64bit: bool, machine: str, found: bytes | None, packages: list[str]
) -> None:
    stubs = WindowsStubs(is_64bit=is_64bit, machine=machine, search_path=packages)
    assert stubs(kind) == found


def test_no_starters(tmp_path: Path) -> None:
    assert WindowsStubs(is_64bit=True, search_path=[str(tmp_path)])("console") is None
