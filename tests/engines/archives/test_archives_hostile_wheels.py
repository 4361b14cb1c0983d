"""Wheels that no honest tool writes are refused as a whole, before anything of them is written."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

import pytest

from pipenv.archives.zips import WheelArchive
from pipenv.cache.wheel_store import WheelStore
from pipenv.errors import IntegrityError, MetadataMismatch, UnsafeArchive
from support.package_factory import make_wheel, record_text, zip_bytes
from support.raw_zip import (
    WHEEL_TEXT,
    RawEnd,
    RawMember,
    deflated,
    descriptor,
    raw_wheel,
    raw_zip,
    record_of,
    wheel_files,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

INFO = "demo-1.0.dist-info"
MODULE = "demo/__init__.py"
DIGEST = "ab" * 32


class Case(NamedTuple):
    """A wheel and a word that the refusal has to say."""

    label: str
    data: bytes
    word: str


def wheel(**arguments: object) -> bytes:
    return raw_wheel(**arguments)  # type: ignore[arg-type] # checked where it is defined


def with_file(path: str, data: bytes = b"x") -> bytes:
    return raw_wheel({path: data})


def without(*paths: str) -> bytes:
    """An honest wheel with members left out, and a RECORD of what is left."""
    files = {path: data for path, data in wheel_files().items() if path not in paths}
    files[f"{INFO}/RECORD"] = record_of(files)
    return zip_bytes({path: data for path, data in files.items() if path not in paths})


def with_record(text: str) -> bytes:
    return raw_wheel(record=text.encode())


def nul_in_second_name() -> bytes:
    return raw_wheel(extra=[RawMember(b"demo/a.py\0.txt", b"x")])


RECORD_TEXT = record_of(wheel_files()).decode()
NAMES = [
    Case("parent folder", with_file("../evil.py"), "leads out"),
    Case("parent folder further in", with_file("demo/../../evil.py"), "leads out"),
    Case("parent folder that stays inside", with_file("demo/../evil.py"), "leads out"),
    Case("only parent folders", with_file(".."), "leads out"),
    Case("absolute", with_file("/etc/evil"), "absolute"),
    Case("backslash", with_file("demo\\evil.py"), "backslash"),
    Case("backslash parent", with_file("..\\evil.py"), "backslash"),
    Case("drive letter", with_file("C:/evil.py"), "drive"),
    Case("drive letter alone", with_file("c:evil.py"), "drive"),
    Case("NUL", nul_in_second_name(), "control"),
    Case("line break", with_file("demo/a\nb.py"), "control"),
    Case("terminal escape", with_file("demo/\x1b[2J.py"), "control"),
    Case("dot", with_file("./demo/evil.py"), "empty step"),
    Case("double slash", with_file("demo//evil.py"), "empty step"),
    Case("empty name", raw_wheel(extra=[RawMember(b"")]), "empty name"),
    Case("long name", with_file("demo/" + "x" * 256), "too long"),
    Case("long path", with_file("/".join(["x" * 200] * 11)), "too long"),
    Case("deep path", with_file("/".join("x" * 101)), "too deep"),
    Case("not UTF-8", raw_wheel(extra=[RawMember(b"demo/\xff\xfe.py")]), "UTF-8"),
]
KINDS = [
    Case("symbolic link", raw_wheel(changes={MODULE: {"mode": 0o120777}}), "symbolic link"),
    Case("FIFO", raw_wheel(changes={MODULE: {"mode": 0o010644}}), "not a file"),
    Case("device", raw_wheel(changes={MODULE: {"mode": 0o020644}}), "not a file"),
    Case("socket", raw_wheel(changes={MODULE: {"mode": 0o140644}}), "not a file"),
    Case("folder with content", raw_wheel(extra=[RawMember(b"demo/", b"x")]), "content"),
    Case("folder that is a link", raw_wheel(extra=[RawMember(b"a/", mode=0o120777)]), "content"),
    Case("file and folder", with_file("demo"), "file and a folder"),
    Case("twice", raw_wheel(extra=[RawMember(MODULE.encode(), b"other")]), "twice"),
    Case(
        "folder twice",
        raw_wheel(extra=[RawMember(b"a/", mode=0), RawMember(b"a/", mode=0)]),
        "twice",
    ),
]
CONTAINERS = [
    Case("empty", b"", "empty"),
    Case("a page", b"<!DOCTYPE html><title>Log in</title>", "not a zip file"),
    Case("cut in the middle", raw_wheel()[:300], "not a zip file"),
    Case("last byte missing", raw_wheel()[:-1], "cut off"),
    Case("prepended", raw_wheel(end=RawEnd(prefix=b"#!/bin/sh\n")), "not a zip file"),
    Case(
        "prepended, offsets right",
        raw_wheel(end=RawEnd(prefix=b"PK\x03\x04" + bytes(40))),
        "hides data",
    ),
    Case("trailing", raw_wheel(end=RawEnd(trailing=b"more")), "behind its end"),
    Case("archive in the comment", raw_wheel(end=RawEnd(comment=raw_wheel())), "refused"),
    Case(
        "record in the comment",
        raw_wheel(end=RawEnd(comment=b"PK\x03\x04 and so on")),
        "comment",
    ),
    Case("count too small", raw_wheel(end=RawEnd(member_count=3)), "more members"),
    Case("count too large", raw_wheel(end=RawEnd(member_count=5)), "central directory"),
    Case("count absurd", raw_wheel(end=RawEnd(member_count=60000)), "fewer members"),
    Case("directory elsewhere", raw_wheel(end=RawEnd(cd_offset=0)), "before it"),
    Case("directory too long", raw_wheel(end=RawEnd(cd_size=9999)), "before it"),
    Case("several volumes", raw_wheel(end=RawEnd(disk=1)), "volumes"),
    Case(
        "hidden record",
        raw_wheel(extra=[RawMember(b"demo/ghost.py", b"x", is_listed=False)]),
        "hid",
    ),
    Case("gap", raw_wheel(changes={MODULE: {"gap": b"hidden"}}), "hidden data"),
    Case("overlap", raw_wheel(extra=[RawMember(b"demo/b.py", b"x", offset=0)]), "overlaps"),
    Case(
        "wrong offset",
        raw_wheel(extra=[RawMember(b"demo/b.py", b"x", offset=7)]),
        "overlaps",
    ),
    Case(
        "zip64 end that contradicts",
        raw_wheel(end=RawEnd(zip64=True)).replace(b"\xff\xff\xff\xff" * 2, b"\x01\0\0\0" * 2),
        "contradict",
    ),
    Case(
        "zip64 record damaged",
        raw_wheel(end=RawEnd(zip64=True)).replace(b"PK\x06\x06", b"PK\x06\x05"),
        "64 bit",
    ),
]
HEADERS = [
    Case("local name", raw_wheel(changes={MODULE: {"local_name": b"demo/evil0000.py"}}), "name"),
    Case(
        "longer local name", raw_wheel(changes={MODULE: {"local_name": b"demo/other.py"}}), "name"
    ),
    Case("local size", raw_wheel(changes={MODULE: {"local_size": 3}}), "another size"),
    Case("local packed size", raw_wheel(changes={MODULE: {"local_packed_size": 3}}), "size"),
    Case("local checksum", raw_wheel(changes={MODULE: {"local_crc": 3}}), "checksum"),
    Case("checksum", raw_wheel(changes={MODULE: {"crc": 3}}), "checksum"),
    Case("size too small", raw_wheel(changes={MODULE: {"size": 3}}), "size"),
    Case("encrypted", raw_wheel(changes={MODULE: {"flags": 0x801}}), "encrypted"),
    Case("strongly encrypted", raw_wheel(changes={MODULE: {"flags": 0x840}}), "encrypted"),
    Case("bzip2", raw_wheel(changes={MODULE: {"method": 12}}), "method"),
    Case("Zstandard", raw_wheel(changes={MODULE: {"method": 93}}), "method"),
    Case(
        "garbage for data",
        raw_wheel(changes={MODULE: {"packed": b"\xff" * 20}}),
        "makes no sense",
    ),
    Case(
        "data cut off inside",
        raw_wheel(changes={MODULE: {"packed": deflated(b"VERSION = '1.0'\n")[:-4]}}),
        "refused",
    ),
    Case(
        "more packed data than one stream",
        raw_wheel(changes={MODULE: {"packed": deflated(b"VERSION = '1.0'\n") + b"evil"}}),
        "more than announced",
    ),
    Case(
        "stored with two sizes",
        raw_wheel(changes={MODULE: {"method": 0, "size": 3}}),
        "two sizes",
    ),
    Case(
        "second name",
        raw_wheel(
            extra=[
                RawMember(
                    b"demo/b.py",
                    central_extra=struct.pack("<2HBL", 0x7075, 15, 1, zlib.crc32(b"demo/b.py"))
                    + b"evil.py\0\0\0",
                )
            ]
        ),
        "second name",
    ),
    Case(
        "descriptor that lies",
        raw_wheel(changes={MODULE: {"descriptor": descriptor(b"something else")}}),
        "behind its data",
    ),
    Case(
        "descriptor of odd length",
        raw_wheel(changes={MODULE: {"descriptor": descriptor(b"VERSION = '1.0'\n") + b"x"}}),
        "hidden data",
    ),
    Case(
        "zip64 field cut off",
        raw_wheel(
            extra=[RawMember(b"b", size=0xFFFFFFFF, central_extra=struct.pack("<2HL", 1, 4, 0))]
        ),
        "64 bit",
    ),
]
BOMBS = [
    Case(
        "announced",
        raw_wheel({"demo/zeros": bytes(70 << 20)}),
        "unpack",
    ),
    Case(
        "not announced",
        raw_wheel({"demo/zeros": bytes(70 << 20)}, changes={"demo/zeros": {"size": 100}}),
        "size",
    ),
    Case(
        "one stream for many",
        raw_zip(
            [RawMember(f"z{i}".encode(), bytes(9 << 20), offset=0) for i in range(8)],
        ),
        "unpack",
    ),
]
LAYOUTS = [
    Case("no metadata folder", zip_bytes({MODULE: b""}), "no .dist-info"),
    Case(
        "two metadata folders",
        with_file("other-1.0.dist-info/METADATA"),
        "2 .dist-info",
    ),
    Case("no METADATA", without(f"{INFO}/METADATA"), "METADATA"),
    Case("no WHEEL", without(f"{INFO}/WHEEL"), "WHEEL"),
    Case("no RECORD", without(f"{INFO}/RECORD"), "RECORD"),
    Case("WHEEL says nothing", with_file(f"{INFO}/WHEEL", b"Tag: py3-none-any\n"), "version"),
    Case(
        "WHEEL of version 2",
        with_file(f"{INFO}/WHEEL", WHEEL_TEXT.replace(b"1.0", b"2.0")),
        "version 2.0",
    ),
    Case(
        "WHEEL of no version",
        with_file(f"{INFO}/WHEEL", WHEEL_TEXT.replace(b"1.0", b"latest")),
        "version",
    ),
    Case("METADATA without name", with_file(f"{INFO}/METADATA", b"Version: 1.0\n"), "names no"),
    Case(
        "METADATA with a path for a name",
        with_file(f"{INFO}/METADATA", b"Name: ../demo\nVersion: 1.0\n"),
        "cannot be",
    ),
    Case(
        "METADATA not of this name",
        with_file(f"{INFO}/METADATA", b"Name: other\nVersion: 1.0\n"),
        "something else",
    ),
    Case(
        "METADATA not of this version",
        with_file(f"{INFO}/METADATA", b"Name: demo\nVersion: 1.1\n"),
        "something else",
    ),
    Case("METADATA too large", with_file(f"{INFO}/METADATA", b"Name" * (17 << 20)), "refused"),
    Case("data folder of another", with_file("other-1.0.data/purelib/a.py"), "nobody knows"),
    Case("unknown scheme", with_file("demo-1.0.data/include/a.h"), "nobody knows"),
    Case("file beside the schemes", with_file("demo-1.0.data/a.h"), "nobody knows"),
    Case("data climbs out", with_file("demo-1.0.data/scripts/../../a"), "leads out"),
    Case("interpreter as data", with_file("demo-1.0.data/data/bin/python3"), "Python"),
    Case("interpreter as script", with_file("demo-1.0.data/scripts/python"), "Python"),
    Case("Windows interpreter", with_file("demo-1.0.data/data/Scripts/Python.exe"), "Python"),
    Case("activation", with_file("demo-1.0.data/data/bin/activate"), "activation"),
    Case("fish activation", with_file("demo-1.0.data/scripts/activate.fish"), "activation"),
    Case("settings", with_file("demo-1.0.data/data/pyvenv.cfg"), "settings"),
    Case(
        "another distribution",
        with_file("demo-1.0.data/purelib/pip-99.dist-info/RECORD"),
        "pose",
    ),
    Case("the journal", with_file(".pipenv-journal/0"), "installer"),
    Case("the same place twice", with_file("demo-1.0.data/purelib/" + MODULE), "over another"),
]
RECORDS = [
    Case("wrong digest", with_record(RECORD_TEXT.replace("sha256=", "sha256=A", 1)), "malformed"),
    Case(
        "digest of other content",
        raw_wheel(record=record_of(wheel_files(files={MODULE: b"VERSION = '6.6'\n"}))),
        "RECORD",
    ),
    Case("file not listed", with_record(RECORD_TEXT.partition("\n")[2]), "not listed"),
    Case("missing file listed", with_record(RECORD_TEXT + "demo/more.py,,\n"), "missing"),
    Case(
        "no digest",
        with_record(f"{MODULE},,\n" + RECORD_TEXT.partition("\n")[2]),
        "no digest",
    ),
    Case(
        "weak digest",
        with_record(f"{MODULE},md5=AAAA,16\n" + RECORD_TEXT.partition("\n")[2]),
        "no digest",
    ),
    Case("wrong size", with_record(RECORD_TEXT.replace(",16\n", ",17\n", 1)), "size"),
    Case("no row", with_record("a,b,c,d\n" + RECORD_TEXT), "refused"),
    Case("quotes that do not end", with_record('"a,b,c\n' + RECORD_TEXT), "no row"),
    Case("not UTF-8", raw_wheel(record=b"\xff\xfe"), "UTF-8"),
    Case(
        "two rows that differ",
        with_record(RECORD_TEXT + f"{MODULE},,\n"),
        "twice",
    ),
]


def entry_points(text: str) -> bytes:
    return with_file(f"{INFO}/entry_points.txt", text.encode())


ENTRY_POINTS = [
    Case("path", entry_points("[console_scripts]\n../evil = a:b\n"), "elsewhere"),
    Case("absolute", entry_points("[console_scripts]\n/bin/sh = a:b\n"), "elsewhere"),
    Case("backslash", entry_points("[gui_scripts]\n..\\evil = a:b\n"), "elsewhere"),
    Case("interpreter", entry_points("[console_scripts]\npython = a:b\n"), "Python"),
    Case("interpreter 3.13t", entry_points("[console_scripts]\npython3.13t = a:b\n"), "Python"),
    Case("activation", entry_points("[console_scripts]\nactivate = a:b\n"), "activation"),
    Case("nothing", entry_points("[console_scripts]\n = a:b\n"), "no name"),
    Case("option", entry_points("[console_scripts]\n-x = a:b\n"), "no name"),
    Case("no function", entry_points("[console_scripts]\nx = a.b\n"), "module:function"),
    Case("code", entry_points("[console_scripts]\nx = a:b()\n"), "module:function"),
    Case("more code", entry_points("[console_scripts]\nx = os:system('x');a:b\n"), "module:"),
    Case("no value", entry_points("[console_scripts]\nx\n"), "no program"),
]
ALL = [
    pytest.param(case, id=f"{group}: {case.label}")
    for group, cases in (
        ("name", NAMES),
        ("kind", KINDS),
        ("container", CONTAINERS),
        ("header", HEADERS),
        ("bomb", BOMBS),
        ("layout", LAYOUTS),
        ("RECORD", RECORDS),
        ("entry point", ENTRY_POINTS),
    )
    for case in cases
]


@pytest.fixture
def store(tmp_path: Path) -> WheelStore:
    return WheelStore(str(tmp_path / "cache"))


@pytest.mark.parametrize("case", ALL)
def test_hostile_wheel_is_refused_and_leaves_nothing(
    case: Case, store: WheelStore, tmp_path: Path
) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(case.data)
    with pytest.raises(IntegrityError) as caught:
        store.add(str(path), DIGEST)
    message = str(caught.value)
    assert case.word in message
    assert "demo-1.0-py3-none-any.whl" in message
    assert message.isprintable()
    assert caught.value.hints
    assert store.get(DIGEST) is None
    left = [p for p in (tmp_path / "cache").rglob("*") if p.is_file()]
    assert [p.name for p in left] in ([], ["CACHEDIR.TAG"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cache", path.name]


def test_honest_wheel_in_the_same_form_is_accepted(store: WheelStore, tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(raw_wheel())
    assert store.add(str(path), DIGEST).name == "demo"


@pytest.mark.parametrize(
    ("label", "data"),
    [
        ("stored", raw_wheel(changes={MODULE: {"method": 0}})),
        ("comment", raw_wheel(end=RawEnd(comment=b"made by hand"))),
        ("zip64 end", raw_wheel(end=RawEnd(zip64=True))),
        (
            "zip64 sizes in the local header",
            raw_wheel(
                changes={
                    MODULE: {
                        "local_size": 0xFFFFFFFF,
                        "local_packed_size": 0xFFFFFFFF,
                        "local_extra": struct.pack(
                            "<2H2Q", 1, 16, 16, len(deflated(b"VERSION = '1.0'\n"))
                        ),
                    }
                }
            ),
        ),
        *(
            (
                f"descriptor signed={signed} wide={wide}",
                raw_wheel(
                    changes={
                        MODULE: {
                            "descriptor": descriptor(b"VERSION = '1.0'\n", signed=signed, wide=wide)
                        }
                    }
                ),
            )
            for signed in (False, True)
            for wide in (False, True)
        ),
        ("folders", raw_wheel(extra=[RawMember(b"demo/sub/", mode=0o040755)])),
        ("no modes", raw_wheel(changes={MODULE: {"mode": 0}})),
        ("alignment", raw_wheel(changes={MODULE: {"local_extra": bytes(8)}})),
        ("comma in a name", raw_wheel({"demo/a,b.txt": b"x"})),
        ("umlaut", raw_wheel({"demo/ä.txt": b"x"})),
        ("program called python-config", raw_wheel({"demo-1.0.data/scripts/python-config": b""})),
        (
            "signatures",
            raw_wheel(
                record=record_of(wheel_files()),
                extra=[RawMember(f"{INFO}/RECORD.jws".encode(), b"{}")],
            ),
        ),
        ("Windows line ends", with_record(RECORD_TEXT.replace("\n", "\r\n"))),
    ],
)
def test_unusual_but_honest_wheel_is_accepted(
    label: str, data: bytes, store: WheelStore, tmp_path: Path
) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(data)
    unpacked = store.add(str(path), DIGEST)
    assert (tmp_path / unpacked.tree / MODULE).read_bytes() == b"VERSION = '1.0'\n"


@pytest.mark.parametrize(
    "filename",
    ["other-1.0-py3-none-any.whl", "demo-1.1-py3-none-any.whl"],
)
def test_file_name_must_tell_the_truth(filename: str, store: WheelStore, tmp_path: Path) -> None:
    path = tmp_path / filename
    path.write_bytes(raw_wheel())
    with pytest.raises(MetadataMismatch, match="its file name"):
        store.add(str(path), DIGEST)


def test_file_name_that_is_none_of_a_wheel(store: WheelStore, tmp_path: Path) -> None:
    path = tmp_path / "demo.whl"
    path.write_bytes(raw_wheel())
    with pytest.raises(UnsafeArchive, match="name"):
        store.add(str(path), DIGEST)


def test_file_name_can_be_told(store: WheelStore, tmp_path: Path) -> None:
    path = tmp_path / "download.part"
    path.write_bytes(raw_wheel())
    assert store.add(str(path), DIGEST, filename="Demo-1.0.0-py3-none-any.whl").version == "1.0"


def test_newer_minor_version_of_the_format_is_a_notice(store: WheelStore, tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(with_file(f"{INFO}/WHEEL", WHEEL_TEXT.replace(b"1.0", b"1.9", 1)))
    (notice,) = store.add(str(path), DIGEST).manifest.notices
    assert "1.9" in notice


def lying_records() -> Mapping[str, bytes]:
    return {case.label: case.data for case in RECORDS if case.label != "no row"} | {
        "none at all": without(f"{INFO}/RECORD")
    }


@pytest.mark.parametrize(
    "label", ["digest of other content", "file not listed", "missing file listed", "none at all"]
)
def test_false_record_can_be_allowed_with_a_notice(
    label: str, store: WheelStore, tmp_path: Path
) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(lying_records()[label])
    unpacked = store.add(str(path), DIGEST, lenient_record=True)
    assert "RECORD" in " ".join(unpacked.manifest.notices)
    # What is noted for the environment is the truth.
    truth = record_text(wheel_files(), "").decode().splitlines()[:-1]
    assert sorted(unpacked.manifest.record.splitlines()) == sorted(truth)


def test_reading_members(tmp_path: Path) -> None:
    package = make_wheel("Some.Name", "2", files={"big.bin": b"0123456789" * 300_000})
    path = package.write_to(tmp_path)
    with WheelArchive(str(path)) as archive:
        assert (archive.name, archive.version) == ("Some.Name", "2")
        assert archive.read_metadata() == package.metadata
        assert archive.archive.read("big.bin") == b"0123456789" * 300_000
