"""Whatever happens to the bytes of an archive: it is refused, or it is what it was."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipenv.archives.extraction import extract_sdist
from pipenv.cache.unpacking import unpack_wheel
from pipenv.errors import IntegrityError
from support.package_factory import make_sdist, make_wheel

WHEEL = make_wheel(
    "demo",
    "1.0",
    files={"demo/__init__.py": "VERSION = '1.0'\n" * 20, "demo/data.bin": bytes(range(256))},
    entry_points={"console_scripts": {"demo": "demo:run"}},
)
ZIP = make_sdist("demo", "1.0", kind="zip")
TAR = make_sdist("demo", "1.0", kind="tar.gz")
EDITS = st.lists(
    st.tuples(
        st.integers(0, 1 << 16), st.sampled_from(["set", "cut", "insert"]), st.binary(max_size=9)
    ),
    min_size=1,
    max_size=4,
)


def edited(data: bytes, edits: list[tuple[int, str, bytes]]) -> bytes:
    for position, kind, payload in edits:
        at = position % (len(data) + 1)
        if kind == "cut":
            data = data[:at]
        elif kind == "insert":
            data = data[:at] + payload + data[at:]
        else:
            data = data[:at] + payload + data[at + len(payload) :]
    return data


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@settings(max_examples=300, deadline=None)
@given(edits=EDITS)
def test_edited_wheel(edits: list[tuple[int, str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, data in (("honest", WHEEL.data), ("edited", edited(WHEEL.data, edits))):
            (folder / part).mkdir()
            (folder / WHEEL.filename).write_bytes(data)
            try:
                unpack_wheel(str(folder / WHEEL.filename), str(folder / part))
            except IntegrityError:
                assert part == "edited"
                return
        assert content(folder / "edited" / "tree") == content(folder / "honest" / "tree")


@settings(max_examples=150, deadline=None)
@given(edits=EDITS, package=st.sampled_from([ZIP, TAR]))
def test_edited_source_distribution(edits: list[tuple[int, str, bytes]], package: object) -> None:
    assert package in (ZIP, TAR)
    data = ZIP.data if package is ZIP else TAR.data
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part, content_bytes in (("honest", data), ("edited", edited(data, edits))):
            (folder / part).mkdir()
            (folder / "archive").write_bytes(content_bytes)
            try:
                extract_sdist(str(folder / "archive"), str(folder / part))
            except IntegrityError:
                assert part == "edited"
                assert list((folder / part).iterdir()) == []
                return
        assert content(folder / "edited") == content(folder / "honest")
