"""Unpacked wheels: made once, never believed when they are damaged."""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from pipenv.cache.manifest import read_manifest, write_manifest
from pipenv.cache.wheel_store import UnpackedWheel, WheelStore
from pipenv.errors import FileAccessError, InvalidValue
from support.package_factory import PackageFile, make_wheel

FILES: dict[str, str | bytes] = {
    "demo/__init__.py": "VERSION = '1.0'\n",
    "demo/deep/er/data.bin": bytes(range(256)) * 9,
    "demo/empty": "",
    "demo.py": "x = 1\n",
    "demo/tool.sh": "#!/bin/sh\n",
}
DATA: dict[str, str | bytes] = {
    "scripts/run-demo": "#!python\nprint('hello')\n",
    "scripts/other": "#!/bin/sh\necho hello\n",
    "headers/demo.h": "int x;\n",
    "data/share/demo/doc.txt": "read me\n",
    "platlib/demo/native.so": b"\x7fELF",
}


@pytest.fixture
def package() -> PackageFile:
    return make_wheel(
        "Demo",
        "1.0",
        files=FILES,
        data=DATA,
        executables=["demo/tool.sh"],
        entry_points={
            "console_scripts": {"demo": "demo.main:run", "demo2": "demo:Main.run [extra]"},
            "gui_scripts": {"demo-window": "demo.window:run"},
            "other.group": {"whatever": "not checked"},
        },
    )


@pytest.fixture
def store(tmp_path: Path) -> WheelStore:
    return WheelStore(str(tmp_path / "cache"))


def add(store: WheelStore, package: PackageFile, folder: Path) -> UnpackedWheel:
    folder.mkdir(exist_ok=True)
    return store.add(str(package.write_to(folder)), package.sha256)


def files_below(folder: str) -> dict[str, bytes]:
    root = Path(folder)
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_wheel_is_unpacked_as_it_is(
    store: WheelStore, package: PackageFile, tmp_path: Path
) -> None:
    unpacked = add(store, package, tmp_path / "in")
    assert (unpacked.name, unpacked.version) == ("Demo", "1.0")
    found = files_below(unpacked.tree)
    assert found["demo/deep/er/data.bin"] == FILES["demo/deep/er/data.bin"]
    assert found["demo-1.0.data/headers/demo.h"] == b"int x;\n"
    assert "demo-1.0.dist-info/METADATA" in found
    assert "demo-1.0.dist-info/RECORD" not in found  # the installer writes its own


def test_manifest_says_what_goes_where(
    store: WheelStore, package: PackageFile, tmp_path: Path
) -> None:
    manifest = add(store, package, tmp_path / "in").manifest
    places = {
        (group.scheme, f"{group.folder}/{name}".lstrip("/"))
        for group in manifest.groups
        for name in group.names
    }
    assert ("purelib", "demo/__init__.py") in places
    assert ("purelib", "demo.py") in places
    assert ("platlib", "demo/native.so") in places
    assert ("data", "share/demo/doc.txt") in places
    assert ("headers", "demo.h") in places
    assert [(s.path, s.is_python) for s in manifest.scripts] == [
        ("run-demo", True),
        ("other", False),
    ]
    assert manifest.console == (("demo", "demo.main", "run"), ("demo2", "demo", "Main.run"))
    assert manifest.gui == (("demo-window", "demo.window", "run"),)
    assert (manifest.info_dir, manifest.root_scheme) == ("demo-1.0.dist-info", "purelib")
    digest = "demo/empty,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0"
    assert digest in manifest.record.splitlines()
    assert "headers" not in manifest.record
    assert manifest.file_count() == len(files_below(f"{tmp_path}/cache")) - 2  # manifest, tag


def test_folders_come_before_what_is_in_them(
    store: WheelStore, package: PackageFile, tmp_path: Path
) -> None:
    seen: set[tuple[str, str]] = set()
    for group in add(store, package, tmp_path / "in").manifest.groups:
        parent = group.folder.rpartition("/")[0]
        assert (group.scheme, parent) in seen or not parent
        seen.add((group.scheme, group.folder))


def test_modes(store: WheelStore, package: PackageFile, tmp_path: Path) -> None:
    tree = Path(add(store, package, tmp_path / "in").tree)
    umask = os.umask(0)
    os.umask(umask)
    executable = [
        path.relative_to(tree).as_posix()
        for path in sorted(tree.rglob("*"), key=str)
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) == 0o777 & ~umask
    ]
    assert executable == [
        "demo-1.0.data/scripts/other",
        "demo-1.0.data/scripts/run-demo",
        "demo/tool.sh",
    ]
    assert stat.S_IMODE((tree / "demo.py").stat().st_mode) == 0o666 & ~umask


def test_get_finds_what_was_added(store: WheelStore, package: PackageFile, tmp_path: Path) -> None:
    assert store.get(package.sha256) is None
    added = add(store, package, tmp_path / "in")
    found = WheelStore(str(tmp_path / "cache")).get(package.sha256)
    assert found is not None
    assert found.root == added.root
    assert found.manifest == added.manifest
    assert UnpackedWheel(found.root, "Demo", "1.0").manifest == added.manifest


def test_adding_twice_unpacks_once(store: WheelStore, package: PackageFile, tmp_path: Path) -> None:
    first = add(store, package, tmp_path / "in")
    before = os.stat(first.tree).st_ino
    path = tmp_path / "in" / package.filename
    path.unlink()  # not even opened
    assert store.add(str(path), package.sha256).root == first.root
    assert os.stat(first.tree).st_ino == before


def damage_edit(entry: Path) -> None:
    with open(entry / "tree" / "demo.py", "r+b") as stream:
        stream.write(b"y")


def damage_through_link(entry: Path) -> None:
    elsewhere = entry.parent / "environment.py"
    os.link(entry / "tree" / "demo" / "__init__.py", elsewhere)
    with open(elsewhere, "a", encoding="ascii") as stream:
        stream.write("# debugging\n")


def damage_missing(entry: Path) -> None:
    (entry / "tree" / "demo.py").unlink()


def damage_script(entry: Path) -> None:
    (entry / "tree" / "demo-1.0.data" / "scripts" / "other").write_text("rm -r /\n")


def damage_replaced(entry: Path) -> None:
    path = entry / "tree" / "demo.py"
    path.unlink()
    path.symlink_to("/etc/passwd")


def damage_no_manifest(entry: Path) -> None:
    (entry / "manifest").unlink()


def damage_manifest_cut(entry: Path) -> None:
    path = entry / "manifest"
    path.write_bytes(path.read_bytes()[:-10])


def damage_manifest_zeros(entry: Path) -> None:
    path = entry / "manifest"
    path.write_bytes(bytes(path.stat().st_size))


def damage_manifest_of_another_kind(entry: Path) -> None:
    (entry / "manifest").write_bytes(b"pipenv wheel manifest 999\n")


@pytest.mark.parametrize(
    "damage",
    [
        damage_edit,
        damage_through_link,
        damage_missing,
        damage_script,
        damage_replaced,
        damage_no_manifest,
        damage_manifest_cut,
        damage_manifest_zeros,
        damage_manifest_of_another_kind,
    ],
)
def test_damaged_entry_is_made_anew(
    damage: object, store: WheelStore, package: PackageFile, tmp_path: Path
) -> None:
    root = add(store, package, tmp_path / "in").root
    before = files_below(os.path.join(root, "tree"))
    assert callable(damage)
    damage(Path(root))
    assert store.get(package.sha256) is None
    again = add(store, package, tmp_path / "in")
    assert again.root == root
    assert files_below(again.tree) == before
    assert store.get(package.sha256) is not None
    assert list((tmp_path / "cache" / "wheels-v1" / ".unfinished").iterdir()) == []


def test_unfinished_fillings_are_deleted_after_a_day(
    store: WheelStore, package: PackageFile, tmp_path: Path
) -> None:
    unfinished = tmp_path / "cache" / "wheels-v1" / ".unfinished"
    (unfinished / "old" / "tree").mkdir(parents=True)
    (unfinished / "new").mkdir()
    day_before_yesterday = time.time() - 2 * 86400
    os.utime(unfinished / "old", (day_before_yesterday, day_before_yesterday))
    add(store, package, tmp_path / "in")
    assert [path.name for path in unfinished.iterdir()] == ["new"]


def test_many_fill_at_once(package: PackageFile, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = str(package.write_to(tmp_path / "in"))
    barrier = threading.Barrier(6)
    roots: list[str] = []

    def fill() -> None:
        store = WheelStore(str(tmp_path / "cache"))
        barrier.wait()
        unpacked = store.add(path, package.sha256)
        assert unpacked.manifest.name == "Demo"
        roots.append(unpacked.root)

    threads = [threading.Thread(target=fill) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(roots) == 6
    assert len(set(roots)) == 1
    assert WheelStore(str(tmp_path / "cache")).get(package.sha256) is not None
    assert list((tmp_path / "cache" / "wheels-v1" / ".unfinished").iterdir()) == []


def test_cache_that_cannot_be_used(package: PackageFile, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    store = WheelStore(str(tmp_path / "cache"), temporary_dir=str(tmp_path))
    unpacked = add(store, package, tmp_path / "in")
    assert Path(unpacked.tree, "demo.py").read_text() == "x = 1\n"
    assert store.get(package.sha256) is not None
    store.close()
    assert not Path(unpacked.tree).exists()


def test_entry_that_vanishes(store: WheelStore, package: PackageFile, tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match=r"Demo 1\.0 is no longer"):
        _ = UnpackedWheel(str(tmp_path / "nothing"), "Demo", "1.0").manifest


def test_missing_wheel_file(store: WheelStore, tmp_path: Path) -> None:
    with pytest.raises(FileAccessError, match=r"demo-1\.0"):
        store.add(str(tmp_path / "demo-1.0-py3-none-any.whl"), "0" * 64)


@pytest.mark.parametrize("digest", ["", "ab", "../" * 20 + "abcd", "A" * 64, "sha256:" + "a" * 64])
def test_what_is_no_digest(digest: str, store: WheelStore) -> None:
    with pytest.raises(InvalidValue):
        store.get(digest)
    with pytest.raises(InvalidValue):
        store.add("x", digest)


def test_manifest_round_trip(store: WheelStore, package: PackageFile, tmp_path: Path) -> None:
    manifest = add(store, package, tmp_path / "in").manifest
    assert read_manifest(write_manifest(manifest)) == manifest


@pytest.mark.parametrize("value", [None, 1, "text", (), (1, 2), ("a",) * 11, ("a",) * 12, {}])
def test_manifest_of_something_else(value: object) -> None:
    import zlib

    body = marshal.dumps(value, 4)  # type: ignore[arg-type] # any of these can be
    header = write_manifest_header()
    assert read_manifest(header + zlib.crc32(body).to_bytes(4, "little") + body) is None


def write_manifest_header() -> bytes:
    from pipenv.cache import manifest

    return manifest._HEADER


def test_digest_of_the_wheel_is_not_asked_for_again(
    store: WheelStore, package: PackageFile, tmp_path: Path
) -> None:
    """Whoever downloads has hashed the file already; the key is only a name here."""
    (tmp_path / "in").mkdir()
    other = hashlib.sha256(b"as told").hexdigest()
    assert store.add(str(package.write_to(tmp_path / "in")), other).name == "Demo"


def test_many_are_looked_at_at_once(store: WheelStore, tmp_path: Path) -> None:
    packages = [
        make_wheel(name, "1", files={f"{name}/f{number}.py": "" for number in range(1_100)})
        for name in ("one", "two", "three", "four")
    ]
    for package in packages:
        add(store, package, tmp_path)
    digests = [package.sha256 for package in packages]
    assert [*store.get_all(digests)] == digests
    for position, package in enumerate(packages[1:], start=1):
        found = store.get(package.sha256)
        assert found is not None
        Path(found.tree, package.name, "f7.py").write_text("changed")
        intact = [packages[0], *packages[position + 1 :]]
        assert [*store.get_all([*digests, "0" * 64])] == [each.sha256 for each in intact]
