"""Where interpreters are kept on a machine, listed without running one.

The order is the order of preference among equal versions.
"""

from __future__ import annotations

import os
import sys

from pipenv.models.records import NamedTuple
from pipenv.virtualenvs.windows_registry import registered_pythons

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipenv.virtualenvs.windows_registry import Registry

_MINORS = range(30, 6, -1)
_OTHERS = ("pypy", "graalpy")
"""Implementations besides CPython; found where they are asked for by name."""
_WELL_KNOWN = ("/usr/local/bin", "/opt/homebrew/bin", "/usr/bin")
_FRAMEWORKS = "/Library/Frameworks/Python.framework/Versions"


class Candidate(NamedTuple):
    """An executable that should be a Python."""

    path: str
    source: str
    """``PATH``, ``pyenv``, ``asdf``, ``mise``, ``uv``, ``registry`` (PEP 514), ``pymanager``,
    ``system`` or ``running``."""
    hint: tuple[int, ...]
    """What its path says about its version, nothing to ``(3, 11, 7)``."""
    is_usual: bool = True
    """A final release of CPython with its global lock, as far as its path says."""
    implementation: str = ""
    """``pypy``, ``graalpy``…, where the path names another one than CPython."""


class Machine(NamedTuple):
    """What the search needs to know about its surroundings."""

    environ: Mapping[str, str]
    cwd: str
    running: str = ""
    """The interpreter that runs us."""
    platform: str = sys.platform
    registry: Registry | None = None
    frameworks: str = _FRAMEWORKS
    """Where macOS has Pythons of the usual installer, a folder for each version."""
    running_version: tuple[int, ...] = ()
    """Its version, where that is known without asking it; none for what is unusual."""

    @property
    def home(self) -> str:
        """The user's home folder."""
        name = "USERPROFILE" if self.platform == "win32" else "HOME"
        return self.environ.get(name) or os.path.expanduser("~")

    @property
    def data_home(self) -> str:
        """Where programs keep the user's data."""
        return self.environ.get("XDG_DATA_HOME") or os.path.join(self.home, ".local", "share")

    @property
    def pyenv_root(self) -> str:
        """The folder of pyenv, whether it exists or not."""
        default = ".pyenv/pyenv-win" if self.platform == "win32" else ".pyenv"
        return self.environ.get("PYENV_ROOT") or os.path.join(self.home, default)


def all_candidates(
    machine: Machine, minor: int | None = None, *, pyenv_only: bool = False
) -> list[Candidate]:
    """List the interpreters of a machine, each real file once.

    Args:
        machine: where to look.
        minor: list the commands of ``PATH`` for this ``3.<minor>`` only.
        pyenv_only: nothing but what pyenv manages.
    """
    sources = [_from_pyenv(machine)]
    if not pyenv_only:
        sources = [
            _from_folders(machine, _path_folders(machine), "PATH", minor),
            *sources,
            _from_asdf(machine),
            _from_mise(machine),
            _from_uv(machine),
            _from_registry(machine),
            _from_pymanager(machine),
            _from_system(machine, minor),
            _from_running(machine),
        ]
    found: dict[str, Candidate] = {}
    for source in sources:
        for candidate in source:
            found.setdefault(os.path.realpath(candidate.path), candidate)
    return list(found.values())


def command_candidates(machine: Machine, name: str) -> Iterator[Candidate]:
    """What the command `name` means: executables in the order of ``PATH``.

    The small programs that pyenv puts on ``PATH`` stand for the versions chosen with pyenv, which
    are looked up instead of being run.
    """
    names = _executable_names(machine, name)
    for folder in _path_folders(machine, shims=True):
        if not _is_shims(folder, machine):
            yield from _existing(machine, folder, names, "PATH")
        elif os.path.dirname(folder) == machine.pyenv_root:
            for version in _chosen_with_pyenv(machine):
                binary = os.path.join(machine.pyenv_root, "versions", version, "bin")
                yield from _existing(machine, binary, names, "pyenv")


def version_hint(path: str) -> tuple[int, ...]:
    """What a path says about the version: ``…/3.11.7/bin/python`` or ``…/python3.11``."""
    folder, name = os.path.split(path)
    if os.path.basename(folder) in ("bin", "Scripts"):
        folder = os.path.dirname(folder)
    hint = _named_version(os.path.basename(folder)).version
    if len(hint) == 3:
        return hint
    stem = name.lower().removesuffix(".exe").removesuffix("t")
    if stem.startswith("python"):
        return _numbers(stem.removeprefix("python")) or hint
    return hint


class _NamedVersion(NamedTuple):
    version: tuple[int, ...]
    is_usual: bool
    implementation: str = ""


def _named_version(name: str) -> _NamedVersion:
    """Read ``3.11.7``, ``3.13.0t``, ``3.14-dev``, ``cpython-3.12.1-linux-…`` and ``Python312``.

    Also ``pypy3.10-7.3.12``, ``pypy-3.10.14-linux-…`` and ``pythoncore-3.14-64``.
    """
    text = name.lower()
    for implementation in _OTHERS:
        if text.startswith(implementation):
            number = text.removeprefix(implementation).lstrip("-").partition("-")[0]
            version = _numbers(number)
            # A version of their own, such as graalpy-24.0.0, says nothing.
            return _NamedVersion(
                version if version[:1] == (3,) else (),
                is_usual=False,
                implementation=implementation,
            )
    is_usual = True
    if text.startswith(("cpython-", "pythoncore-")):
        text = text.split("-")[1]
    elif text.startswith("python") and text[6:].isdecimal() and len(text) > 7:
        return _NamedVersion((int(text[6]), int(text[7:])), is_usual)
    end = len(text) - len(text.lstrip("0123456789."))
    number, rest = text[:end].strip("."), text[end:]
    if rest:
        is_usual = False
    return _NamedVersion(_numbers(number), is_usual)


def _numbers(text: str) -> tuple[int, ...]:
    parts = text.split(".")
    if not all(part.isdecimal() for part in parts):
        return ()
    return tuple(int(part) for part in parts[:3])


def _path_folders(machine: Machine, *, shims: bool = False) -> list[str]:
    separator = ";" if machine.platform == "win32" else ":"
    folders = dict.fromkeys(machine.environ.get("PATH", "").split(separator))
    return [folder for folder in folders if folder and (shims or not _is_shims(folder, machine))]


def _is_shims(folder: str, machine: Machine) -> bool:
    """Tell whether a folder holds shims.

    They pick a version by the current folder, or answer that there is none; the folders of their
    managers hold the real executables.
    """
    if os.path.basename(folder.rstrip("/\\")) != "shims":
        return False
    owner = os.path.dirname(folder.rstrip("/\\"))
    known = (machine.pyenv_root, *(root for root in asdf_roots(machine)))
    return owner in known or os.path.basename(owner) in ("mise", ".pyenv", ".asdf", "pyenv-win")


def _executable_names(machine: Machine, name: str) -> Sequence[str]:
    if machine.platform == "win32" and not name.lower().endswith(".exe"):
        return (name + ".exe",)
    return (name,)


def _existing(
    machine: Machine, folder: str, names: Sequence[str], source: str
) -> Iterator[Candidate]:
    for name in names:
        path = os.path.join(folder, name)
        try:
            status = os.stat(path)
        except OSError:
            continue
        if not os.path.isfile(path):
            continue
        if machine.platform == "win32":
            if not status.st_size:
                continue  # a stand-in that opens the shop instead
        elif not os.access(path, os.X_OK):
            continue
        own = version_hint(path)
        real = version_hint(os.path.realpath(path))
        yield Candidate(
            os.path.join(machine.cwd, path), source, real if len(real) > len(own) else own
        )


def _from_folders(
    machine: Machine, folders: Sequence[str], source: str, minor: int | None
) -> Iterator[Candidate]:
    minors = _MINORS if minor is None else (minor,)
    bases = [*(f"python3.{number}" for number in minors), "python3", "python"]
    names = [name for base in bases for name in _executable_names(machine, base)]
    for folder in folders:
        yield from _existing(machine, folder, names, source)
        for other in _OTHERS:
            commands = [f"{other}3", other] if other == "pypy" else [other]
            commands = [name for base in commands for name in _executable_names(machine, base)]
            for found in _existing(machine, folder, commands, source):
                yield found._replace(is_usual=False, implementation=other)


def _from_versions(machine: Machine, folder: str, source: str) -> Iterator[Candidate]:
    """One folder for each version, named after it; the newest first."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    listed = [(_named_version(name), name) for name in names]
    for named, name in sorted(listed, reverse=True):
        hint = named.version
        if len(hint) < 2 and not named.implementation:
            continue
        if os.path.islink(os.path.join(folder, name)) and len(hint) < 3:
            continue  # another name of a folder that is there anyway
        for executable in _inside(machine, named.implementation):
            path = os.path.join(folder, name, executable)
            if os.path.isfile(path):
                yield Candidate(path, source, hint, named.is_usual, named.implementation)
                break


def _inside(machine: Machine, implementation: str) -> Sequence[str]:
    names = (
        "python",
        "python3",
        *((f"{implementation}3", implementation) if implementation else ()),
    )
    if machine.platform == "win32":
        return [f"{name}.exe" for name in names]
    return [f"bin/{name}" for name in names]


def _from_pyenv(machine: Machine) -> Iterator[Candidate]:
    return _from_versions(machine, os.path.join(machine.pyenv_root, "versions"), "pyenv")


def asdf_roots(machine: Machine) -> Sequence[str]:
    """Folders of asdf, whether they exist or not."""
    named = machine.environ.get("ASDF_DATA_DIR") or machine.environ.get("ASDF_DIR")
    return (named,) if named else (os.path.join(machine.home, ".asdf"),)


def _from_asdf(machine: Machine) -> Iterator[Candidate]:
    for root in asdf_roots(machine):
        yield from _from_versions(machine, os.path.join(root, "installs", "python"), "asdf")


def mise_root(machine: Machine) -> str:
    """The folder of mise, whether it exists or not."""
    return machine.environ.get("MISE_DATA_DIR") or os.path.join(machine.data_home, "mise")


def _from_mise(machine: Machine) -> Iterator[Candidate]:
    folder = os.path.join(mise_root(machine), "installs", "python")
    return _from_versions(machine, folder, "mise")


def uv_root(machine: Machine) -> str:
    """Where uv keeps its Pythons, whether it exists or not."""
    named = machine.environ.get("UV_PYTHON_INSTALL_DIR")
    if named:
        return named
    if machine.platform == "win32":
        data = machine.environ.get("APPDATA") or machine.home
        return os.path.join(data, "uv", "python")
    return os.path.join(machine.data_home, "uv", "python")


def _from_uv(machine: Machine) -> Iterator[Candidate]:
    return _from_versions(machine, uv_root(machine), "uv")


def _from_registry(machine: Machine) -> Iterator[Candidate]:
    """What PEP 514 knows; the launcher ``py`` lists the same."""
    if machine.registry is None:
        return
    for found in registered_pythons(machine.registry):
        if not os.path.isfile(found.executable):
            continue  # left behind by an uninstaller
        company = found.company.lower()
        implementation = next((name for name in _OTHERS if company.startswith(name)), "")
        version = _numbers(found.version)
        if not version and found.version:
            version = _named_version(found.version).version[:2]  # a pre-release
        yield Candidate(
            found.executable,
            "registry",
            version,
            company == "pythoncore" and not found.tag.partition("-")[0].endswith("t"),
            implementation,
        )


def _from_pymanager(machine: Machine) -> Iterator[Candidate]:
    """Python's own install manager for Windows."""
    local = machine.environ.get("LOCALAPPDATA")
    if machine.platform == "win32" and local:
        yield from _from_versions(machine, os.path.join(local, "Python"), "pymanager")


def _from_system(machine: Machine, minor: int | None) -> Iterator[Candidate]:
    if machine.platform == "win32":
        local = machine.environ.get("LOCALAPPDATA")
        programs = machine.environ.get("PROGRAMFILES")
        if local:
            yield from _from_versions(machine, os.path.join(local, "Programs", "Python"), "system")
        if programs:
            yield from _from_versions(machine, programs, "system")
        return
    yield from _from_folders(machine, _WELL_KNOWN, "system", minor)
    if machine.platform == "darwin":
        yield from _from_versions(machine, machine.frameworks, "system")


def _from_running(machine: Machine) -> Iterator[Candidate]:
    if machine.running:
        hint = machine.running_version or version_hint(machine.running)
        yield Candidate(machine.running, "running", hint)


def _chosen_with_pyenv(machine: Machine) -> list[str]:
    """The versions that pyenv's commands stand for in this folder."""
    named = machine.environ.get("PYENV_VERSION")
    words = named.split(":") if named else _first_file_words(machine)
    versions = os.path.join(machine.pyenv_root, "versions")
    try:
        installed = sorted(os.listdir(versions), key=_version_of, reverse=True)
    except OSError:
        return []
    chosen = []
    for word in (word.removeprefix("python-") for word in words):
        matching = [n for n in installed if n == word or n.startswith(word + ".")]
        chosen += matching[:1] if word not in installed else [word]
    return chosen


def _version_of(name: str) -> tuple[int, ...]:
    return _named_version(name).version


def _first_file_words(machine: Machine) -> list[str]:
    folder = machine.cwd
    files = []
    while True:
        files.append(os.path.join(folder, ".python-version"))
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    files.append(os.path.join(machine.pyenv_root, "version"))
    for path in files:
        try:
            with open(path, encoding="utf-8", errors="replace") as stream:
                words = stream.read().split()
        except OSError:
            continue
        if words:
            return words
    return []
