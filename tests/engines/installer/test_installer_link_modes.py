"""Clones, hard links, copies and links to whole folders: the same environments, at other prices."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from pipenv.cache.linked_folders import is_linked_to
from pipenv.cache.wheel_store import WheelStore
from pipenv.errors import FileAccessError, FileConflict
from pipenv.events import Notice
from pipenv.installer.intact import lost_of
from pipenv.installer.interruption import is_interrupted
from pipenv.installer.journal import recover
from pipenv.installer.link_modes import LINK_MODES
from pipenv.installer.transaction import Options, uninstall
from support.installer_world import Steps, World
from support.package_factory import PackageFile, make_wheel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MODES = pytest.mark.parametrize("mode", LINK_MODES)
FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child process is killed")

DEMO = make_wheel(
    "demo",
    "1.0",
    files={
        "demo/__init__.py": "VERSION = 1\n",
        "demo/sub/__init__.py": "",
        "demo/sub/data.txt": "some data",
        "demo/plain/data.txt": "",
        "demo.libs/libdemo.so": b"\x7fELF",
        "lone.py": "ONE = 1\n",
        "space/one/__init__.py": "",
        "space/one/deep/__init__.py": "",
    },
    data={"scripts/tool": "#!python\n", "data/share/demo.txt": "x", "platlib/mixed/b.py": ""},
    executables=["demo/sub/data.txt"],
    entry_points={"console_scripts": {"demo": "demo:main"}},
)
NEXT = make_wheel(
    "demo",
    "2.0",
    files={"demo/__init__.py": "VERSION = 2\n", "demo/more/__init__.py": "", "demo/sub.py": ""},
)
OTHER = make_wheel("other", "1.0", files={"space/two/__init__.py": "", "other/__init__.py": ""})
GUEST = make_wheel("guest", "1.0", files={"demo/guest.py": "G = 1\n", "demo/rooms/__init__.py": ""})


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world whose cache must have lost nothing in the end."""
    world = World(tmp_path)
    yield world
    for package in (DEMO, NEXT, OTHER, GUEST):
        wheel = world.store.get(package.sha256)
        assert wheel is not None or not Path(entry_of(world, package)).exists()


def entry_of(world: World, package: PackageFile) -> str:
    digest = package.sha256
    return str(world.folder / "cache" / "wheels-v1" / digest[:2] / digest[2:])


def by(world: World, mode: str | None, steps: Steps | None = None) -> Options:
    return Options(link_mode=mode, lasting_cache=str(world.folder / "cache"), destination=steps)


def contents(world: World) -> dict[str, tuple[bytes, int]]:
    """Content and bits of all files, seen through links, other than RECORDs."""
    found = {}
    for folder, _, names in os.walk(world.root, followlinks=True):
        for name in names:
            path = Path(folder, name)
            if name != "RECORD":
                mode = stat.S_IMODE(path.stat().st_mode) & 0o111
                found[path.relative_to(world.root).as_posix()] = (path.read_bytes(), mode)
    return found


def links(world: World) -> set[str]:
    return {
        path.relative_to(world.site).as_posix()
        for path in world.site.rglob("*")
        if path.is_symlink()
    }


# All modes


@MODES
def test_every_mode_gives_the_same_environment(world: World, tmp_path: Path, mode: str) -> None:
    (tmp_path / "reference").mkdir()
    reference = World(tmp_path / "reference", str(world.root / "bin" / "python"))
    reference.install(DEMO, OTHER, requested=["demo"])
    world.install(DEMO, OTHER, requested=["demo"], options=by(world, mode))
    assert contents(world) == contents(reference)
    world.check()
    assert bool(links(world)) is (mode == "symlink")


@MODES
def test_installing_upgrading_and_removing(world: World, mode: str) -> None:
    empty = (world.files(), world.folders())
    world.install(DEMO, OTHER, options=by(world, mode))
    world.install(NEXT, OTHER, options=by(world, mode))
    world.check()
    assert world.versions() == {"demo": "2.0", "other": "1.0"}
    assert not (world.site / "demo" / "sub").exists()
    world.install(DEMO, OTHER, options=by(world, mode))
    world.check()
    assert (world.site / "demo" / "sub" / "data.txt").read_text() == "some data"
    for name in ("demo", "other"):
        uninstall(world.one(name), world.environment, options=by(world, mode))
    assert (world.files(), world.folders()) == empty
    assert world.notices() == ["link-mode"] * world.notices().count("link-mode")


@MODES
@pytest.mark.parametrize("before", LINK_MODES)
def test_from_one_mode_to_another(world: World, mode: str, before: str) -> None:
    world.install(DEMO, OTHER, options=by(world, before))
    world.install(NEXT, OTHER, options=by(world, mode))
    world.check()
    assert ("demo" in links(world)) is (mode == "symlink")
    assert ("other" in links(world)) is (before == "symlink")


@pytest.mark.parametrize(("mode", "damages"), [("copy", False), ("hardlink", True)])
def test_an_edit_changes_the_cache_or_not(world: World, mode: str, damages: bool) -> None:
    """What is edited in the cache is noticed, and made anew; a copy is one's own."""
    world.install(DEMO, options=by(world, mode))
    with (world.site / "demo" / "__init__.py").open("a") as stream:
        stream.write("EDITED = True\n")
    assert (world.store.get(DEMO.sha256) is None) is damages
    wheel = world.unpacked(DEMO)
    assert Path(wheel.tree, "demo", "__init__.py").read_text() == "VERSION = 1\n"
    assert "EDITED" in (world.site / "demo" / "__init__.py").read_text()


# Links to folders


def test_what_becomes_a_link(world: World) -> None:
    world.install(DEMO, OTHER, options=by(world, "symlink"))
    assert links(world) == {"demo", "demo.libs", "space/one", "space/two", "other"}
    tree = os.path.join(entry_of(world, DEMO), "tree")
    assert (world.site / "space" / "one").readlink() == Path(tree, "space", "one")
    assert not (world.site / "lone.py").is_symlink()
    record = (world.site / "demo-1.0.dist-info" / "RECORD").read_text().splitlines()
    assert "demo,," in record
    assert any(row.startswith("demo/sub/data.txt,sha256=") for row in record)


def test_the_price_does_not_grow_with_the_files(world: World) -> None:
    counts = []
    for number, files in enumerate((10, 1000)):
        package = make_wheel(
            f"many{number}",
            "1.0",
            files={f"many{number}/__init__.py": ""}
            | {f"many{number}/m{at % 30}/f{at}.py": "" for at in range(files)},
        )
        steps = Steps(-1, lambda: None)
        world.install(package, options=by(world, "symlink", steps))
        counts.append(steps.count)
    assert counts[0] == counts[1] < 30


def test_in_one_installation_no_shared_folder_is_a_link(world: World) -> None:
    world.install(DEMO, GUEST, options=by(world, "symlink"))
    world.check()
    assert links(world) == {"demo/sub", "demo/rooms", "demo.libs", "space/one"}


@pytest.mark.parametrize("mode", [None, "symlink"])
def test_a_link_that_comes_to_be_shared_becomes_a_folder(world: World, mode: str | None) -> None:
    origin = {"url": "https://example.org/demo", "archive_info": {}}
    world.install(
        DEMO, requested=["demo"], direct_urls={"demo": origin}, options=by(world, "symlink")
    )
    notes = {
        path.name: path.read_bytes()
        for path in (world.site / "demo-1.0.dist-info").iterdir()
        if path.name != "RECORD"
    }
    report = world.install(GUEST, options=by(world, mode))
    assert report.installed == (("guest", "1.0"),)
    world.check()
    assert not (world.site / "demo").is_symlink()
    assert (world.site / "demo" / "guest.py").read_text() == "G = 1\n"
    assert notes == {
        path.name: path.read_bytes()
        for path in (world.site / "demo-1.0.dist-info").iterdir()
        if path.name != "RECORD"
    }
    uninstall(world.one("guest"), world.environment)
    world.check()
    assert (world.site / "demo" / "sub" / "data.txt").read_text() == "some data"


def test_what_a_user_put_into_a_folder_keeps_it(world: World) -> None:
    world.install(DEMO)
    mine = world.site / "demo" / "mine.py"
    mine.write_text("mine")
    world.install(NEXT, options=by(world, "symlink"))
    assert mine.read_text() == "mine"
    assert not (world.site / "demo").is_symlink()
    assert "demo/more" in links(world)


def test_bytecode_stays_in_the_cache(world: World) -> None:
    world.install(DEMO, options=by(world, "symlink"))
    code = f"import sys; sys.path.insert(0, {str(world.site)!r}); import demo.sub"
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, "-c", code], check=True, env=environ)
    compiled = Path(entry_of(world, DEMO), "tree", "demo", "__pycache__")
    assert any(compiled.iterdir())
    assert world.store.get(DEMO.sha256) is not None
    world.install(NEXT, options=by(world, "symlink"))
    uninstall(world.one("demo"), world.environment)
    assert any(compiled.iterdir())
    assert links(world) == set()


def test_an_edit_through_a_link_is_undone_when_the_wheel_is_next_unpacked(world: World) -> None:
    world.install(DEMO, options=by(world, "symlink"))
    module = world.site / "demo" / "__init__.py"
    module.write_text("EDITED = True, and longer\n")
    store = WheelStore(str(world.folder / "cache"))
    assert store.get(DEMO.sha256) is None
    assert module.exists(), "nothing is thrown away while an environment needs it"
    world.unpacked(DEMO)
    assert module.read_text() == "VERSION = 1\n"


def test_what_is_gone_from_the_cache_is_noticed_and_mended(world: World) -> None:
    world.install(DEMO, options=by(world, "symlink"))
    present = set(os.listdir(world.site))
    assert lost_of(world.one("demo"), present) is None
    shutil.rmtree(world.folder / "cache")
    assert lost_of(world.one("demo"), present) in {"demo", "demo.libs", "space/one"}
    with pytest.raises(FileConflict, match="no longer in the cache"):
        world.install(GUEST)
    world.install(NEXT, options=by(world, "copy"))
    world.check()


def test_a_wheel_is_needed_as_long_as_there_is_a_link(world: World) -> None:
    root = entry_of(world, DEMO)
    world.unpacked(DEMO)
    assert not is_linked_to(root)
    world.install(DEMO, options=by(world, "symlink"))
    assert is_linked_to(root)
    world.install(NEXT, options=by(world, "symlink"))
    assert not is_linked_to(root)
    world.install(DEMO, options=by(world, "symlink"))
    shutil.rmtree(world.root)
    assert not is_linked_to(root)


def test_without_a_lasting_cache_files_are_placed(world: World) -> None:
    world.install(DEMO, options=Options(link_mode="symlink"))
    world.check()
    assert links(world) == set()
    told = [event.text for event in world.events if isinstance(event, Notice)]
    assert len(told) == 1
    assert told[0].endswith("instead of symbolic links: the cache does not outlive this run")


def test_a_foreign_link_is_not_written_through(world: World) -> None:
    elsewhere = world.folder / "elsewhere"
    elsewhere.mkdir()
    (world.site / "demo").symlink_to(elsewhere)
    with pytest.raises(FileConflict, match="leads out"):
        world.install(DEMO, options=by(world, "symlink"))
    assert list(elsewhere.iterdir()) == []


# Interruptions


def upgrade(world: World, after: str, steps: Steps) -> None:
    """Share the folder of one, upgrade another whose folder comes to be shared as well."""
    world.install(GUEST, NEXT, SHARED, NEIGHBOUR, options=by(world, after, steps))


SHARED = make_wheel("shared", "1.0", files={"shared/__init__.py": "", "shared/own.py": ""})
NEIGHBOUR = make_wheel(
    "neighbour", "1.0", files={"shared/beside.py": "", "shared/p/__init__.py": ""}
)
CHANGES = pytest.mark.parametrize(
    ("before", "after"),
    [("symlink", "symlink"), ("symlink", "copy"), ("copy", "symlink")],
)


def prepared(folder: Path, before: str) -> World:
    world = World(folder)
    world.install(DEMO, SHARED, options=by(world, before))
    for package in (NEXT, NEIGHBOUR, GUEST):
        world.unpacked(package)
    return world


def steps_of(folder: Path, before: str, after: str) -> int:
    world = prepared(folder, before)
    steps = Steps(-1, lambda: None)
    upgrade(world, after, steps)
    world.check()
    assert world.versions() == {
        "demo": "2.0",
        "guest": "1.0",
        "neighbour": "1.0",
        "shared": "1.0",
    }
    return steps.count


def caches_are_whole(world: World) -> None:
    for package in (DEMO, NEXT, SHARED, NEIGHBOUR):
        assert world.store.get(package.sha256) is not None, package.name


@CHANGES
def test_every_step_that_fails_leaves_the_old_state(
    tmp_path: Path, before: str, after: str
) -> None:
    total = steps_of(tmp_path / "counting", before, after)
    world = prepared(tmp_path / "failing", before)
    old = (world.files(), world.folders())

    def fail() -> None:
        raise OSError(28, "No space left on device", "x")

    for number in range(total - 1):
        for later in (False, True):
            with pytest.raises(FileAccessError, match="no space left"):
                upgrade(world, after, Steps(number, fail, after=later))
            assert (world.files(), world.folders()) == old, f"step {number}"
            assert not is_interrupted(world.environment)
    caches_are_whole(world)


@FORK
@CHANGES
def test_wherever_it_is_killed_each_distribution_is_whole(
    tmp_path: Path, before: str, after: str
) -> None:
    total = steps_of(tmp_path / "counting", before, after)
    seen = set()
    for number in range(total):
        world = prepared(tmp_path / f"killed-{number}", before)
        old = (world.files(), world.folders())
        child = os.fork()
        if child == 0:
            upgrade(world, after, Steps(number, partial(os.kill, os.getpid(), 9)))
            os._exit(0)
        os.waitpid(child, 0)
        recover(world.environment)
        world.check()
        caches_are_whole(world)
        versions = world.versions()
        assert {"demo", "shared"} <= versions.keys(), f"step {number}"
        assert (world.site / "shared" / "own.py").exists(), f"step {number}"
        module = (world.site / "demo" / "__init__.py").read_text()
        assert module == f"VERSION = {versions['demo'][0]}\n", f"step {number}"
        if versions == {"demo": "1.0", "shared": "1.0"} and "neighbour" not in versions:
            seen.add((world.files(), world.folders()) == old)
        shutil.rmtree(world.folder)
    assert True in seen
