"""An environment without an interpreter, a cache, and what the installer is asked for."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import signal
from pathlib import Path
from typing import TypeVar

from pipenv.cache.wheel_store import UnpackedWheel, WheelStore
from pipenv.events import Event, Notice
from pipenv.installer.destination import Disk
from pipenv.installer.plan import plan
from pipenv.installer.transaction import InstallReport, Options, execute
from pipenv.models.interpreters import Environment, InstallPaths, Interpreter
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin
from pipenv.virtualenvs.installed import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pipenv.installer.destination import Link
    from pipenv.models.distributions import InstalledDistribution
    from support.package_factory import PackageFile

T = TypeVar("T")


def make_environment(root: Path, python: str | None = None) -> Environment:
    site = root / "lib" / "python3.11" / "site-packages"
    paths = InstallPaths(
        purelib=str(site),
        platlib=str(site),
        scripts=str(root / "bin"),
        data=str(root),
        headers=str(root / "include" / "site" / "python3.11"),
        stdlib="/usr/lib/python3.11",
    )
    executable = python or str(root / "bin" / "python")
    interpreter = Interpreter(
        executable, (3, 11, 0), "cpython", str(root), "/usr", "/usr/bin/python", {}, (), paths
    )
    site.mkdir(parents=True, exist_ok=True)
    (root / "bin").mkdir(exist_ok=True)
    if not (root / "pyvenv.cfg").exists():
        (root / "pyvenv.cfg").write_text("home = /usr\n")
    return Environment(str(root), interpreter, paths)


class World:
    """Everything below one temporary folder."""

    def __init__(self, folder: Path, python: str | None = None) -> None:
        self.folder = folder
        self.root = folder / "env"
        self.environment = make_environment(self.root, python)
        self.site = Path(self.environment.paths.purelib)
        self.bin = Path(self.environment.paths.scripts)
        self.store = WheelStore(str(folder / "cache"))
        self.events: list[Event] = []

    def unpacked(self, package: PackageFile) -> UnpackedWheel:
        downloads = self.folder / "downloads"
        downloads.mkdir(exist_ok=True)
        return self.store.add(str(package.write_to(downloads)), package.sha256)

    def installed(self) -> list[InstalledDistribution]:
        return scan([self.environment.paths.purelib], with_installer=True)

    def versions(self) -> dict[str, str]:
        return {one.key: one.version for one in self.installed()}

    def one(self, name: str) -> InstalledDistribution:
        (found,) = [one for one in self.installed() if one.key == name]
        return found

    def install(
        self,
        *packages: PackageFile,
        exact: bool = False,
        requested: Collection[str] = (),
        direct_urls: Mapping[str, Mapping[str, object]] | None = None,
        compile_bytecode: bool = False,
        options: Options = Options(),  # noqa: B008
    ) -> InstallReport:
        """Bring the environment to what `packages` say, as a command would."""
        wheels = {canonical_name(package.name): self.unpacked(package) for package in packages}
        pins = [
            Pin(canonical_name(package.name), package.version, (), IndexOrigin())
            for package in packages
        ]
        return execute(
            plan(pins, self.installed(), exact=exact),
            wheels,
            self.environment,
            requested=requested,
            direct_urls=direct_urls,
            report=self.events.append,
            compile_bytecode=compile_bytecode,
            options=options,
        )

    def notices(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, Notice)]

    def files(self) -> dict[str, bytes]:
        """Every file of the environment; a link is what it points to."""
        return {
            path.relative_to(self.root).as_posix(): (
                str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
            )
            for path in sorted(self.root.rglob("*"))
            if path.is_symlink() or path.is_file()
        }

    def folders(self) -> set[str]:
        return {
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.is_dir() and not path.is_symlink()
        }

    def check(self) -> None:
        """Every RECORD agrees with the disk, every file has an owner, and nothing is left over."""
        owned = {"pyvenv.cfg"}
        for info in self.site.glob("*.dist-info"):
            owned |= check_record(info, self.root)
        linked = {path for path in owned if (self.root / path).is_symlink()}
        behind = {
            path
            for path in owned
            if any(parent.as_posix() in linked for parent in Path(path).parents)
        }
        assert set(self.files()) == owned - behind
        kept = {"bin", "lib", "lib/python3.11", "lib/python3.11/site-packages"}
        needed = {parent.as_posix() for path in owned - behind for parent in Path(path).parents}
        assert self.folders() - kept <= needed


def check_record(info: Path, root: Path) -> set[str]:
    """Compare the RECORD in `info` with the disk; return what it lists, relative to `root`."""
    listed: set[str] = set()
    with (info / "RECORD").open(newline="", encoding="utf-8") as stream:
        for name, digest, size in csv.reader(stream):
            path = Path(os.path.normpath(info.parent / name))
            relative = path.relative_to(root).as_posix()
            assert relative not in listed
            listed.add(relative)
            if path.is_symlink() and path.is_dir():
                assert (digest, size) == ("", "")
                continue
            data = path.read_bytes()
            if path == info / "RECORD":
                assert (digest, size) == ("", "")
                continue
            actual = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
            assert digest == f"sha256={actual.decode()}", name
            assert size == str(len(data))
    return listed


class Steps:
    """A disk that does something else at one of its steps."""

    def __init__(
        self,
        at: int,
        then: Callable[[], None],
        *,
        after: bool = False,
        kill_later: int | None = None,
    ) -> None:
        """Do as the disk does; call `then` in place of step `at`, or after it.

        With `kill_later` this process is killed so many steps later.
        """
        self._disk = Disk()
        self._at = at
        self._then = then
        self._after = after
        self._killed_at = None if kill_later is None else at + 1 + kill_later
        self.count = 0

    def _step(self, action: Callable[[], T]) -> T:
        number, self.count = self.count, self.count + 1
        if number == self._killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == self._at and not self._after:
            self._then()
        result = action()
        if number == self._at and self._after:
            self._then()
        return result

    def make_folder(self, path: str) -> None:
        self._step(lambda: self._disk.make_folder(path))

    def linker(self, root: str) -> Link:
        link = self._disk.linker(root)

        def counted(source: str, target: str) -> None:
            self._step(lambda: link(source, target))

        return counted

    def link_folder(self, source: str, target: str) -> None:
        self._step(lambda: self._disk.link_folder(source, target))

    def write(self, path: str, data: bytes, *, executable: bool = False) -> None:
        self._step(lambda: self._disk.write(path, data, executable=executable))

    def move(self, source: str, target: str) -> None:
        self._step(lambda: self._disk.move(source, target))

    def delete(self, path: str) -> None:
        self._step(lambda: self._disk.delete(path))

    def delete_folder(self, path: str) -> bool:
        return self._step(lambda: self._disk.delete_folder(path))
