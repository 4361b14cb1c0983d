"""What an interpreter is: asked once, then remembered on disk.

A remembered answer costs well under a millisecond and loads neither `subprocess` nor `packaging`.
The interpreter of a virtual environment is not asked at all: ``pyvenv.cfg`` names the one it was
made from, and that one's facts hold with other paths.
"""

from __future__ import annotations

import marshal
import os
import sys

from pipenv.errors import FileAccessError, VirtualenvBroken
from pipenv.filesystem.atomic import read_bytes, write_atomic
from pipenv.models.interpreters import InstallPaths, Interpreter
from pipenv.virtualenvs.configuration import environment_root_of, read_configuration
from pipenv.virtualenvs.layout import resident
from pipenv.virtualenvs.location import short_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FORMAT = "pipenv interpreter 1"
_MARSHAL_VERSION = 4
_BASE_KEYS = ("base-executable", "executable")
"""Where ``pyvenv.cfg`` may name the interpreter; the second since Python 3.11."""
_MOST_LINKS = 40


class Probe:
    """Answers what an interpreter is. One for a run; threads may share it."""

    __slots__ = ("_cache_dir", "_environ", "_known")

    def __init__(self, cache_dir: str | None, *, environ: Mapping[str, str]) -> None:
        """Prepare to ask.

        Args:
            cache_dir: folder of its own for answers kept between runs; `None` to keep none.
            environ: the environment variables of an interpreter that is asked.
        """
        self._cache_dir = cache_dir
        self._environ = environ
        self._known: dict[str, Interpreter] = {}

    def interpreter(self, executable: str) -> Interpreter:
        """Describe the interpreter at the absolute path `executable`.

        In a virtual environment, that environment's interpreter.

        Raises:
            VirtualenvBroken: it is gone, does not run, or is no Python that we can use.
        """
        known = self._known.get(executable)
        if known is None:
            root = environment_root_of(executable)
            known = self._real(executable) if root is None else self._resident(root, executable)
            self._known[executable] = known
        return known

    def _resident(self, root: str, executable: str) -> Interpreter:
        configuration = read_configuration(root) or {}
        found = self._real(_interpreter_behind(root, executable, configuration))
        recorded = configuration.get("version_info") or configuration.get("version") or ""
        made_for = recorded.split(".")[:2]
        if len(made_for) == 2 and made_for != [str(part) for part in found.version[:2]]:
            raise VirtualenvBroken(
                f"the environment `{root}` was made for Python {'.'.join(made_for)}, "
                f"but its interpreter is Python {_text(found.version)} now",
                hints=["make it anew: `pipenv remove`, then `pipenv sync`"],
            )
        return resident(root, found)

    def _real(self, executable: str) -> Interpreter:
        known = self._known.get(executable)
        if known is not None:
            return known
        try:
            stamp = _stamp(executable)
        except OSError as error:
            raise VirtualenvBroken(
                f"there is no Python at `{executable}`",
                hints=["choose another one with `--python`"],
            ) from error
        found = self._recall(executable, stamp)
        if found is None:
            # Loads `subprocess`, `json` and `packaging`, which only a first meeting needs.
            from pipenv.virtualenvs.interrogation import ask  # noqa: PLC0415

            found = ask(executable, self._environ)
            if os.path.realpath(found.executable) == stamp[0]:
                self._remember(executable, stamp, found)
            # else a wrapper, such as a shim that picks a Python by folder: ask it every time
        return self._known.setdefault(executable, found)

    def _path(self, executable: str) -> str | None:
        if self._cache_dir is None:
            return None
        return os.path.join(self._cache_dir, short_hash(executable) + ".facts")

    def _recall(self, executable: str, stamp: tuple[Any, ...]) -> Interpreter | None:
        path = self._path(executable)
        if path is None:
            return None
        try:
            data = read_bytes(path)
            if data is None:
                return None
            record = marshal.loads(data)  # noqa: S302 - our own file, in the user's own folder
            if record[:3] != (_FORMAT, executable, stamp):
                return None
            _, _, _, managed_stamp, fields = record
            found = _restore(fields)
        except (FileAccessError, ValueError, TypeError, EOFError, LookupError):
            return None
        return found if managed_stamp == _managed_stamp(found) else None

    def _remember(self, executable: str, stamp: tuple[Any, ...], found: Interpreter) -> None:
        path = self._path(executable)
        if path is None:
            return
        record = (_FORMAT, executable, stamp, _managed_stamp(found), _plain(found))
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            write_atomic(path, marshal.dumps(record, _MARSHAL_VERSION), durable=False)
        except (OSError, FileAccessError):
            return  # without a cache we ask again next time


def _interpreter_behind(root: str, executable: str, configuration: Mapping[str, str]) -> str:
    """The real interpreter of an environment, by a path as steady as can be had."""
    target = os.path.realpath(executable)
    if not os.path.isfile(target):
        raise VirtualenvBroken(
            f"the Python of the environment `{root}` is gone: `{target}` does not exist",
            hints=["make the environment anew: `pipenv remove`, then `pipenv sync`"],
        )
    named = [configuration[key] for key in _BASE_KEYS if configuration.get(key)]
    outside = os.path.dirname(target) != os.path.realpath(os.path.dirname(executable))
    if outside:
        for path in named:
            if os.path.realpath(path) == target:
                return path
        return _first_path_outside(executable, os.path.dirname(executable))
    # The environment holds a copy.
    home = configuration.get("home", "")
    names = (os.path.basename(executable), "python3", "python", "python.exe")
    named += [os.path.join(home, name) for name in names]
    for path in named:
        if os.path.isfile(path):
            return path
    raise VirtualenvBroken(
        f"the environment `{root}` was made from a Python in `{home}`, which is gone",
        hints=["make the environment anew: `pipenv remove`, then `pipenv sync`"],
    )


def _first_path_outside(executable: str, folder: str) -> str:
    """Follow links until they leave the environment; what follows is the system's business."""
    path = executable
    for _ in range(_MOST_LINKS):
        if os.path.dirname(path) != folder or not os.path.islink(path):
            break
        path = os.path.normpath(os.path.join(folder, os.readlink(path)))
    return path


def _stamp(executable: str) -> tuple[Any, ...]:
    """What changes when a remembered answer may have become wrong."""
    status = os.stat(executable)
    if sys.platform == "win32":
        system = ".".join(str(part) for part in sys.getwindowsversion()[:3])
    elif sys.platform == "darwin":
        system = os.uname().release
    else:
        try:
            system = os.confstr("CS_GNU_LIBC_VERSION") or ""
        except (OSError, ValueError):
            system = ""
    return (os.path.realpath(executable), status.st_mtime_ns, status.st_size, system)


def _managed_stamp(found: Interpreter) -> int:
    """A distribution may begin to manage an interpreter (PEP 668) without replacing it."""
    try:
        return os.stat(os.path.join(found.paths.stdlib, "EXTERNALLY-MANAGED")).st_mtime_ns
    except OSError:
        return 0


def _plain(found: Interpreter) -> tuple[Any, ...]:
    """Nothing but what `marshal` takes."""
    return tuple(tuple(field) if isinstance(field, tuple) else field for field in found)


def _restore(fields: tuple[Any, ...]) -> Interpreter:
    found = Interpreter(*fields)
    environment = dict(found.environment)
    if sys.platform != "win32":
        # The kernel may be another one since.
        system = os.uname()
        environment["platform_release"] = system.release
        environment["platform_version"] = system.version
    return found._replace(paths=InstallPaths(*found.paths), environment=environment)


def _text(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
