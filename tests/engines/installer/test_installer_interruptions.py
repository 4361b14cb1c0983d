"""Whatever step fails, and wherever it is killed: each distribution is whole, old or new."""

from __future__ import annotations

import errno
import os
import signal
from functools import partial

import pytest

from pipenv.errors import FileAccessError, FileConflict
from pipenv.installer.interruption import is_interrupted
from pipenv.installer.journal import recover
from pipenv.installer.transaction import Options, uninstall
from support.installer_world import Steps, World
from support.package_factory import make_wheel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OLD = make_wheel(
    "demo",
    "1.0",
    files={"demo/__init__.py": "old", "demo/gone.py": "", "only_old/x.py": ""},
    entry_points={"console_scripts": {"demo": "demo:old"}},
)
NEW = make_wheel(
    "demo",
    "2.0",
    files={"demo/__init__.py": "new", "demo/sub/more.py": "", "shared.py": "same"},
    data={"scripts/tool": "#!python\n", "data/share/demo.txt": "x"},
    entry_points={"console_scripts": {"demo": "demo:new"}},
)
STAYS = make_wheel("stays", "1.0", files={"stays.py": "", "shared.py": "same"})
FRESH = make_wheel("fresh", "1.0", files={"fresh/__init__.py": "x", "stray.py": "new"})
GOES = make_wheel("goes", "1.0", files={"goes/__init__.py": "y"})
FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child process is killed")


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.install(OLD, STAYS, GOES)
    world.events.clear()
    return world


def change(world: World, steps: Steps) -> None:
    """Upgrade one, keep one, install one, remove one."""
    world.install(NEW, STAYS, FRESH, exact=True, options=Options(destination=steps))


def fail_with(error: BaseException) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def count_steps(folder: Path) -> int:
    """How many steps the whole change has."""
    world = World(folder)
    world.install(OLD, STAYS, GOES)
    (world.site / "stray.py").write_text("of nobody")
    steps = Steps(-1, lambda: None)
    change(world, steps)
    assert world.versions() == {"demo": "2.0", "stays": "1.0", "fresh": "1.0"}
    return steps.count


def test_every_step_that_fails_leaves_the_old_state(world: World, tmp_path: Path) -> None:
    (world.site / "stray.py").write_text("of nobody")
    before = (world.files(), world.folders())
    total = count_steps(tmp_path / "counting")
    assert total > 40
    for number in range(total - 1):
        steps = Steps(number, fail_with(OSError(errno.ENOSPC, "No space left on device", "x")))
        with pytest.raises(FileAccessError, match="no space left"):
            change(world, steps)
        assert (world.files(), world.folders()) == before, f"step {number}"
        assert not is_interrupted(world.environment)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1), MemoryError()])
@pytest.mark.parametrize("number", [3, 14, 25, 36])
def test_interrupt_leaves_the_old_state(world: World, error: BaseException, number: int) -> None:
    before = (world.files(), world.folders())
    with pytest.raises(type(error)):
        change(world, Steps(number, fail_with(error), after=True))
    assert (world.files(), world.folders()) == before


def test_file_that_appears_meanwhile_is_not_deleted(world: World) -> None:
    path = world.site / "fresh" / "__init__.py"

    def appear() -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text("somebody else's")
        raise FileExistsError(errno.EEXIST, "File exists", "cache", None, str(path))

    number = step_of_link(world, path)
    with pytest.raises(FileConflict, match="in the way"):
        change(world, Steps(number, appear))
    assert path.read_text() == "somebody else's"
    assert world.versions() == {"demo": "1.0", "stays": "1.0", "goes": "1.0"}


def step_of_link(world: World, path: Path) -> int:
    """The step that makes `path`, found by failing at each."""
    for number in range(200):
        seen: list[bool] = []

        def look(seen: list[bool] = seen) -> None:
            seen.append(path.exists())
            raise OSError(errno.EIO, "x")

        with pytest.raises(FileAccessError):
            change(world, Steps(number, look, after=True))
        if seen[0]:
            return number
    raise AssertionError("it is never made")


def in_child(action: Callable[[], object]) -> int:
    """Run in a child process, which may be killed; return its exit status."""
    child = os.fork()
    if child == 0:
        try:
            action()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_myself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@FORK
@pytest.mark.parametrize("after", [False, True])
def test_kill_at_every_step(tmp_path: Path, after: bool) -> None:
    total = count_steps(tmp_path / "counting")
    world = World(tmp_path)
    world.install(OLD, STAYS, GOES)
    (world.site / "stray.py").write_text("of nobody")
    before = (world.files(), world.folders())
    states: set[tuple[tuple[str, str], ...]] = set()
    for number in range(total):
        status = in_child(partial(change, world, Steps(number, kill_myself, after=after)))
        assert status == -signal.SIGKILL
        was_interrupted = is_interrupted(world.environment)
        assert recover(world.environment, world.events.append) == was_interrupted
        assert not is_interrupted(world.environment)
        versions = world.versions()
        states.add(tuple(sorted(versions.items())))
        if versions == {"demo": "1.0", "stays": "1.0", "goes": "1.0"}:
            assert (world.files(), world.folders()) == before, f"step {number}"
        # Whatever it is, every RECORD agrees with the disk once nobody's file is away.
        stray = world.site / "stray.py"
        if stray.exists() and stray.read_text() == "of nobody":
            stray.unlink()
        world.check()
        # Running the command again gets there.
        world.install(NEW, STAYS, FRESH, exact=True)
        assert world.versions() == {"demo": "2.0", "stays": "1.0", "fresh": "1.0"}
        world.check()
        # Back to where it began.
        world.install(OLD, STAYS, GOES, exact=True)
        (world.site / "stray.py").write_text("of nobody")
        assert (world.files(), world.folders()) == before
    assert (("demo", "1.0"), ("goes", "1.0"), ("stays", "1.0")) in states


@FORK
def test_kill_while_recovering(tmp_path: Path) -> None:
    """The repair of an interrupted change can be interrupted as well."""
    world = World(tmp_path)
    world.install(OLD, STAYS, GOES)
    before = (world.files(), world.folders())
    total = count_steps(tmp_path / "counting")

    def killed_repair() -> None:
        counting = [0]

        def trace(event: str, arguments: object) -> None:
            del arguments
            if event in {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}:
                counting[0] += 1
                if counting[0] == limit:
                    kill_myself()

        import sys

        sys.addaudithook(trace)
        recover(world.environment)

    for number in range(4, total - 6, 5):
        in_child(partial(change, world, Steps(number, kill_myself)))
        limit = 1
        while in_child(killed_repair) != 0:
            limit = limit + 3 if limit < 40 else 1_000_000
        assert (world.files(), world.folders()) == before, f"step {number}"


@FORK
def test_kill_during_an_undo(world: World) -> None:
    """An error, and then a kill while its consequences are being undone."""
    before = (world.files(), world.folders())
    for late in range(60):
        steps = Steps(38, fail_with(OSError(errno.EIO, "x")), kill_later=late)
        in_child(partial(ignoring, partial(change, world, steps)))
        recover(world.environment)
        assert (world.files(), world.folders()) == before, f"{late} steps later"


def ignoring(action: Callable[[], None]) -> None:
    try:
        action()
    except FileAccessError:
        return


@FORK
def test_killed_uninstall(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.install(OLD, STAYS)
    before = (world.files(), world.folders())
    one = world.one("demo")
    steps = Steps(-1, lambda: None)
    uninstall(one, world.environment, options=Options(destination=steps))
    world.install(OLD, STAYS)
    for number in range(steps.count):
        options = Options(destination=Steps(number, kill_myself))
        in_child(partial(uninstall, one, world.environment, options=options))
        recover(world.environment)
        assert (world.files(), world.folders()) == before, f"step {number}"


def test_next_change_recovers_by_itself(world: World) -> None:
    journal = world.site / ".pipenv-journal"
    journal.mkdir()
    (journal / "0").write_bytes(b"demo\0/etc/passwd\0")
    done = world.site / ".pipenv-journal.done"
    (done / "0.files").mkdir(parents=True)
    world.install(FRESH)
    assert world.notices() == ["recovered"]
    world.install(NEW, STAYS, FRESH, exact=True)
    world.check()


def test_nothing_to_recover(world: World) -> None:
    assert not recover(world.environment, world.events.append)
    assert world.events == []


def test_journal_leads_nowhere_else(world: World, tmp_path: Path) -> None:
    journal = world.site / ".pipenv-journal"
    (journal / "0.files").mkdir(parents=True)
    (journal / "0.files" / "0").write_text("evil")
    (journal / "0").write_bytes(f"x\0{tmp_path / 'out.txt'}\0".encode())
    assert recover(world.environment)
    assert not (tmp_path / "out.txt").exists()
    world.check()


def test_note_that_is_cut_off_counts_as_nothing_done(world: World) -> None:
    journal = world.site / ".pipenv-journal"
    journal.mkdir()
    (journal / "0").write_bytes(b"x\0/env/lib")
    assert recover(world.environment)
    world.check()
