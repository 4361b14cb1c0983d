"""No file of the tree names the host of a package registry; examples use ``index.example``."""

from __future__ import annotations

import re

import pytest
from source_map import REPOSITORY_ROOT, insist_on_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOT = re.escape(".")
REGISTRIES = (
    ("pypi", "org"),
    ("pypi", "python", "org"),
    ("pypi", "io"),
    ("python" + "hosted", "org"),
    ("npm" + "js", "org"),
    ("npm" + "js", "com"),
    ("yarn" + "pkg", "com"),
    ("debian", "org"),
    ("ubuntu", "com"),
    ("crates", "io"),
    ("ruby" + "gems", "org"),
    ("golang", "org"),
    ("anaconda", "org"),
)
"""Host names in pieces, so that this file does not hold them either."""
FORBIDDEN = re.compile("|".join(DOT.join(pieces) for pieces in REGISTRIES).encode(), re.IGNORECASE)
SKIPPED = frozenset({"__pycache__", "build", "dist", "node_modules", "site-packages"})


def files_below(folder: Path) -> Iterator[Path]:
    """The files of the tree without what tools leave in it: hidden folders but ``.ci`` and such."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            is_hidden = path.name.startswith(".") and path.name not in {".ci", ".github"}
            if path.name not in SKIPPED and not is_hidden and not path.name.endswith(".egg-info"):
                yield from files_below(path)
        elif path.suffix not in {".pyc", ".so"}:
            yield path


def test_no_file_names_a_registry() -> None:
    wrong = []
    for path in files_below(REPOSITORY_ROOT):
        for number, line in enumerate(path.read_bytes().splitlines(), start=1):
            if FORBIDDEN.search(line):
                wrong.append(f"{path.relative_to(REPOSITORY_ROOT)}:{number}")
    insist_on_none(wrong, "lines that name a registry")


@pytest.mark.parametrize("pieces", REGISTRIES)
def test_registries_are_recognised(pieces: tuple[str, ...]) -> None:
    assert FORBIDDEN.search(("see https://x." + ".".join(pieces) + "/simple").encode())


def test_other_hosts_are_not() -> None:
    assert not FORBIDDEN.search(b"https://index.example/simple https://peps.python.org pypiXorg")
