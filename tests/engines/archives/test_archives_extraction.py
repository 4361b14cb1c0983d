"""Source distributions: what is unpacked, and what is refused (PEP 721)."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import zlib
from pathlib import Path
from typing import NamedTuple

import pytest

from pipenv.archives.extraction import extract_sdist
from pipenv.errors import FileAccessError, UnsafeArchive
from support.package_factory import make_sdist, zip_bytes
from support.raw_zip import RawEnd, RawMember, raw_zip

ROOT = "demo-1.0"


class Entry(NamedTuple):
    """One member of a tar file."""

    name: str
    data: bytes = b""
    kind: bytes = tarfile.REGTYPE
    target: str = ""
    mode: int = 0o644
    pax: dict[str, str] | None = None
    size: int | None = None


FOLDER = Entry(ROOT, kind=tarfile.DIRTYPE, mode=0o755)
PROJECT = Entry(f"{ROOT}/pyproject.toml", b"[project]\n")


def tar(*entries: Entry) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for entry in entries:
            info = tarfile.TarInfo(entry.name)
            info.type, info.linkname, info.mode = entry.kind, entry.target, entry.mode
            info.size = len(entry.data) if entry.size is None else entry.size
            info.pax_headers = entry.pax or {}
            archive.addfile(info, io.BytesIO(entry.data))
    return stream.getvalue()


def packed(*entries: Entry) -> bytes:
    return gzip.compress(tar(FOLDER, PROJECT, *entries), mtime=0)


def link(name: str, target: str) -> Entry:
    return Entry(f"{ROOT}/{name}", kind=tarfile.SYMTYPE, target=target)


def hard_link(name: str, target: str) -> Entry:
    return Entry(f"{ROOT}/{name}", kind=tarfile.LNKTYPE, target=target)


def zipped(*members: RawMember, end: RawEnd = RawEnd()) -> bytes:  # noqa: B008
    return raw_zip([RawMember(PROJECT.name.encode(), PROJECT.data), *members], end)


def zip_link(name: str, target: bytes) -> RawMember:
    return RawMember(f"{ROOT}/{name}".encode(), target, mode=0o120777)


def bad_header_checksum() -> bytes:
    plain = bytearray(tar(FOLDER, PROJECT))
    plain[512] ^= 1
    return gzip.compress(bytes(plain), mtime=0)


def bomb() -> bytes:
    return packed(Entry(f"{ROOT}/zeros", bytes(70 << 20)))


def bomb_in_a_header() -> bytes:
    return packed(Entry(f"{ROOT}/a", b"x", pax={"comment": "0" * (70 << 20)}))


HOSTILE = {
    "parent folder": (packed(Entry("../evil")), "leads out"),
    "parent folder inside": (packed(Entry(f"{ROOT}/../../evil")), "leads out"),
    "absolute": (packed(Entry("/tmp/evil")), "absolute"),
    "drive": (packed(Entry("C:/evil")), "drive"),
    "backslash": (packed(Entry(f"{ROOT}\\..\\evil")), "backslash"),
    "control character": (packed(Entry(f"{ROOT}/a\nb")), "control"),
    "long name": (packed(Entry(f"{ROOT}/" + "x" * 256)), "too long"),
    "path in a PAX header": (
        packed(Entry(f"{ROOT}/fine", b"x", pax={"path": "../evil"})),
        "leads out",
    ),
    "two roots": (packed(Entry("other/evil", b"x")), "beside"),
    "sibling with a common start": (packed(Entry(f"{ROOT}-evil/x", b"x")), "beside"),
    "file beside the root": (packed(Entry("evil", b"x")), "beside"),
    "link out": (packed(link("a", "../../evil")), "leads out"),
    "absolute link": (packed(link("a", "/etc/passwd")), "leads out"),
    "link by way of a link": (
        packed(
            Entry(f"{ROOT}/p/q", kind=tarfile.DIRTYPE, mode=0o755),
            link("p/q/up", "../.."),
            link("out", "p/q/up/.."),
        ),
        "leads out",
    ),
    "file behind a link": (
        packed(link("a", "."), Entry(f"{ROOT}/a/evil", b"x")),
        "behind a link",
    ),
    "file over a link": (packed(link("a", "b"), Entry(f"{ROOT}/a", b"x")), "twice"),
    "link over a file": (packed(Entry(f"{ROOT}/a", b"x"), link("a", "b")), "twice"),
    "link as the root": (
        gzip.compress(tar(Entry(ROOT, kind=tarfile.SYMTYPE, target="."))),
        "beside",
    ),
    "empty link": (packed(link("a", "")), "leads out"),
    "hard link out": (packed(hard_link("a", "../../etc/passwd")), "leads out"),
    "absolute hard link": (packed(hard_link("a", "/etc/passwd")), "leads out"),
    "hard link to what is not there": (packed(hard_link("a", f"{ROOT}/nothing")), "no file"),
    "hard link to a link": (
        packed(link("b", "pyproject.toml"), hard_link("a", f"{ROOT}/b")),
        "no file",
    ),
    "FIFO": (packed(Entry(f"{ROOT}/a", kind=tarfile.FIFOTYPE)), "not a file"),
    "device": (packed(Entry(f"{ROOT}/a", kind=tarfile.CHRTYPE)), "not a file"),
    "block device": (packed(Entry(f"{ROOT}/a", kind=tarfile.BLKTYPE)), "not a file"),
    "unknown kind": (packed(Entry(f"{ROOT}/a", kind=b"Z")), ""),
    "file and folder": (
        packed(Entry(f"{ROOT}/a", b"x"), Entry(f"{ROOT}/a/b", b"x")),
        "file and a folder",
    ),
    "bomb": (bomb(), "far more"),
    "bomb in a header": (bomb_in_a_header(), "far more"),
    "nothing": (b"", "not an archive"),
    "a page": (b"<!DOCTYPE html><title>Log in</title>", "not an archive"),
    "no members": (gzip.compress(tar()), "empty"),
    "cut off": (packed(Entry(f"{ROOT}/a", os.urandom(5000)))[:-3000], "damaged"),
    "cut off, bzip2": (bz2.compress(tar(FOLDER, PROJECT))[:-20], "damaged"),
    "cut off, xz": (lzma.compress(tar(FOLDER, PROJECT))[:-20], "damaged"),
    "damaged, bzip2": (bz2.compress(tar(FOLDER, PROJECT))[:60] + bytes(60), "damaged"),
    "damaged, gzip": (packed()[:40] + b"\xff" * 20 + packed()[60:], "damaged"),
    "damaged header": (bad_header_checksum(), "damaged"),
    "not a tar file inside": (gzip.compress(b"hello" * 400), "damaged"),
    "data behind the end": (gzip.compress(tar(FOLDER, PROJECT) + b"evil" * 300), "behind"),
    "data behind gzip": (packed() + b"evil", "damaged"),
    "zip behind": (packed() + zip_bytes({"evil/x": b"x"}), "at once"),
    "zip around": (
        gzip.compress(tar(FOLDER, PROJECT, Entry(f"{ROOT}/x", zip_bytes({"e/x": b"x"}))), 0)
        + b"PK\x05\x06"
        + bytes(18),
        "at once",
    ),
    "zip: parent folder": (zipped(RawMember(b"../evil", b"x")), "leads out"),
    "zip: two roots": (zipped(RawMember(b"other/evil", b"x")), "beside"),
    "zip: link out": (zipped(zip_link("a", b"../../evil")), "leads out"),
    "zip: absolute link": (zipped(zip_link("a", b"/etc/passwd")), "leads out"),
    "zip: endless link": (zipped(zip_link("a", b"x" * 5000)), "leads out"),
    "zip: file behind a link": (
        zipped(zip_link("a", b"."), RawMember(f"{ROOT}/a/evil".encode(), b"x")),
        "a folder",
    ),
    "zip: FIFO": (zipped(RawMember(f"{ROOT}/a".encode(), b"", mode=0o010644)), "not a file"),
    "zip: trailing data": (zipped(end=RawEnd(trailing=b"x")), "behind"),
    "zip: bomb": (zipped(RawMember(f"{ROOT}/z".encode(), bytes(70 << 20))), "unpack"),
    "zip: damaged data": (
        zipped(RawMember(f"{ROOT}/a".encode(), b"abc", crc=zlib.crc32(b"x"))),
        "checksum",
    ),
}


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder


def archive(tmp_path: Path, data: bytes, name: str = "demo-1.0.tar.gz") -> str:
    path = tmp_path / name
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_archive_is_refused_and_leaves_nothing(
    label: str, target: Path, tmp_path: Path
) -> None:
    data, word = HOSTILE[label]
    path = archive(tmp_path, data)
    with pytest.raises(UnsafeArchive) as caught:
        extract_sdist(path, str(target))
    assert word in str(caught.value)
    assert "demo-1.0.tar.gz" in str(caught.value)
    assert str(caught.value).isprintable()
    assert list(target.iterdir()) == []
    assert sorted(p.name for p in tmp_path.iterdir()) == ["demo-1.0.tar.gz", "target"]


@pytest.mark.parametrize("kind", ["tar.gz", "zip", "tar.bz2", "tar.xz"])
def test_every_kind_is_told_by_its_content(kind: str, target: Path, tmp_path: Path) -> None:
    package = make_sdist("demo", "1.0", kind=kind, extra_members={"a/b/c.txt": "deep"})
    root = extract_sdist(archive(tmp_path, package.data, "download"), str(target))
    assert root == str(target / "demo-1.0")
    assert (target / "demo-1.0" / "PKG-INFO").read_bytes() == package.metadata
    assert (target / "demo-1.0" / "a" / "b" / "c.txt").read_text() == "deep"


def test_plain_tar_file(target: Path, tmp_path: Path) -> None:
    root = extract_sdist(archive(tmp_path, tar(FOLDER, PROJECT)), str(target))
    assert (Path(root) / "pyproject.toml").read_bytes() == PROJECT.data


def test_only_executable_is_taken_from_permissions(target: Path, tmp_path: Path) -> None:
    data = packed(
        Entry(f"{ROOT}/run", b"#!/bin/sh\n", mode=0o4777),
        Entry(f"{ROOT}/plain", b"", mode=0o666),
        Entry(f"{ROOT}/secret", b"", mode=0o000),
    )
    root = Path(extract_sdist(archive(tmp_path, data), str(target)))
    umask = os.umask(0)
    os.umask(umask)
    modes = [stat.S_IMODE((root / n).stat().st_mode) for n in ("run", "plain", "secret")]
    assert modes == [0o777 & ~umask, 0o666 & ~umask, 0o666 & ~umask]


@pytest.mark.parametrize(
    ("name", "goal"),
    [("a", "pyproject.toml"), ("sub/b", "../pyproject.toml"), ("c", "."), ("d", "nothing")],
)
def test_links_inside_the_tree_are_kept(name: str, goal: str, target: Path, tmp_path: Path) -> None:
    root = Path(extract_sdist(archive(tmp_path, packed(link(name, goal))), str(target)))
    assert str((root / name).readlink()) == goal


def test_links_in_zip_files_are_kept(target: Path, tmp_path: Path) -> None:
    data = zipped(zip_link("a", b"pyproject.toml"), end=RawEnd(comment=b"0123abcd" * 5))
    root = Path(extract_sdist(archive(tmp_path, data), str(target)))
    assert (root / "a").read_bytes() == PROJECT.data
    assert (root / "a").is_symlink()


def test_hard_link_inside_the_tree_is_a_file(target: Path, tmp_path: Path) -> None:
    data = packed(hard_link("a", f"./{PROJECT.name}"))
    root = Path(extract_sdist(archive(tmp_path, data), str(target)))
    assert (root / "a").read_bytes() == PROJECT.data


@pytest.mark.parametrize(
    "entries",
    [
        (Entry("./demo-1.0/a", b"x"),),
        (Entry("./", kind=tarfile.DIRTYPE), Entry("./demo-1.0/a", b"x")),
        (Entry(f"{ROOT}/a", b"old"), Entry(f"{ROOT}/a", b"x")),
        (Entry("._demo-1.0", b"finder"), Entry(f"{ROOT}/a", b"x")),
        (Entry(f"{ROOT}/a", b"x", pax={"mtime": "1.5"}),),
    ],
)
def test_harmless_oddities(entries: tuple[Entry, ...], target: Path, tmp_path: Path) -> None:
    root = extract_sdist(archive(tmp_path, packed(*entries)), str(target))
    assert (Path(root) / "a").read_bytes() == b"x"
    assert [p.name for p in target.iterdir()] == [ROOT]


def test_folder_must_be_empty(target: Path, tmp_path: Path) -> None:
    (target / "mine").write_text("keep")
    with pytest.raises(FileAccessError, match="not empty"):
        extract_sdist(archive(tmp_path, packed()), str(target))
    assert (target / "mine").read_text() == "keep"


def test_missing_file(target: Path, tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match=r"demo\.tar\.gz"):
        extract_sdist(str(tmp_path / "demo.tar.gz"), str(target))
