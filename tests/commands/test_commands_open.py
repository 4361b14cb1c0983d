"""``open``: a module in the editor, found without importing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine


@pytest.fixture
def library(pipenv: CommandLine) -> Path:
    pipenv.write_pipfile()
    pipenv.ok("--python", "3")
    root = Path(pipenv.ok("--venv").stdout.rstrip("\n"))
    found = next(root.glob("lib/python*/site-packages"))
    (found / "single.py").write_text("raise SystemExit('imported')\n")
    (found / "package").mkdir()
    (found / "package" / "__init__.py").write_text("raise SystemExit('imported')\n")
    (found / "package" / "inner.py").write_text("")
    (found / "elsewhere.pth").write_text(f"{pipenv.root}/src\nimport os\n")
    (pipenv.root / "src").mkdir()
    (pipenv.root / "src" / "developed.py").write_text("")
    return found


def test_files_folders_and_editable_projects(pipenv: CommandLine, library: Path) -> None:
    for module, path in (
        ("single", library / "single.py"),
        ("package", library / "package"),
        ("package.inner", library / "package" / "inner.py"),
        ("developed", pipenv.root / "src" / "developed.py"),
    ):
        result = pipenv.ok("open", module, EDITOR="true")
        assert result.stdout == f"Opening '{path}' in your EDITOR.\n"


def test_the_editor_may_have_arguments(pipenv: CommandLine, library: Path) -> None:
    assert pipenv.spawn("open", "single", EDITOR="echo -x 'a b'").stdout.endswith(
        f"-x a b {library / 'single.py'}\n"
    )
    assert pipenv.spawn("open", "single", VISUAL="sh -c 'exit 3'").status == 3
    missing = pipenv.spawn("open", "single", EDITOR="no-such-editor")
    assert missing.status == 1
    assert "`no-such-editor` was not found" in missing.stderr


@pytest.mark.parametrize("module", ["nothing", "package.nothing", "../single", ""])
def test_not_found(pipenv: CommandLine, library: Path, module: str) -> None:
    assert pipenv("open", module, EDITOR="true")[:2] == (1, "Module not found!\n")


def test_a_module_must_be_named(pipenv: CommandLine) -> None:
    pipenv.write_pipfile()
    assert pipenv("open").status == 2
    assert pipenv("open", "--help").status == 0


def test_compiled_modules(pipenv: CommandLine, library: Path) -> None:
    (library / "fast.cpython-311-x86_64-linux-gnu.so").write_bytes(b"")
    (library / "package" / "_speedups.abi3.so").write_bytes(b"")
    (library / "built").mkdir()
    (library / "built" / "__init__.cp311-win_amd64.pyd").write_bytes(b"")
    (library / "libother.so.1.2").write_bytes(b"")
    for module, path in (
        ("fast", "fast.cpython-311-x86_64-linux-gnu.so"),
        ("package._speedups", "package/_speedups.abi3.so"),
        ("built", "built"),
    ):
        result = pipenv.ok("open", module, EDITOR="true")
        assert result.stdout == f"Opening '{library / path}' in your EDITOR.\n"
    assert pipenv("open", "libother", EDITOR="true").status == 1


def test_editable_projects_that_a_finder_finds(pipenv: CommandLine, library: Path) -> None:
    source = pipenv.root / "src"
    (source / "flat").mkdir()
    (source / "flat" / "__init__.py").write_text("")
    (source / "flat" / "leaf.py").write_text("")
    (library / "__editable___mine_1_0_finder.py").write_text(
        "import sys\n"
        f"MAPPING: dict[str, str] = {{'flat': {str(source / 'flat')!r}, "
        f"'alone': {str(source / 'developed')!r}}}\n"
        f"NAMESPACES: dict[str, list[str]] = {{'space': [{str(source)!r}]}}\n"
        "PATH_PLACEHOLDER = sys.nothing\n"
    )
    (library / "__editable___broken_finder.py").write_text("MAPPING = {'flat': open('x')}\n(")
    for module, path in (
        ("flat", "flat"),
        ("flat.leaf", "flat/leaf.py"),
        ("alone", "developed.py"),
        ("space.developed", "developed.py"),
    ):
        result = pipenv.ok("open", module, EDITOR="true")
        assert result.stdout == f"Opening '{source / path}' in your EDITOR.\n"
