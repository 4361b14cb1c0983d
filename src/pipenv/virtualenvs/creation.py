"""Making and removing environments.

Environments of CPython on POSIX systems are written directly, in a few milliseconds; for other
interpreters their own `venv` module does it. Either way the result has no packages: installing
pip or anything else is the installer's work.
"""

from __future__ import annotations

import os
import sys

from pipenv.errors import Busy, FileAccessError, VirtualenvBroken, VirtualenvNotFound
from pipenv.filesystem.atomic import hints_for, write_atomic
from pipenv.filesystem.linking import copy_file
from pipenv.filesystem.trees import delete_tree
from pipenv.models.interpreters import Environment
from pipenv.processes import run_captured
from pipenv.virtualenvs.activators import activation_scripts, windows_scripts
from pipenv.virtualenvs.configuration import (
    FILE_NAME,
    format_configuration,
    is_true,
    read_configuration,
)
from pipenv.virtualenvs.layout import install_paths, resident
from pipenv.virtualenvs.location import is_environment, python_path, scripts_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipenv.models.interpreters import Interpreter
    from pipenv.processes import Completed

_VENV_TIMEOUT_SECONDS = 300.0
_NEW_MARK = ".pipenv-new-"
_OLD_MARK = ".pipenv-old-"
_KEPT_MARK = ".pipenv-kept-"
_GITIGNORE = "# Made by pipenv; an environment does not belong into a repository.\n*\n"


class _Wanted:
    """How an environment shall look; the arguments of `create` that go with each other."""

    __slots__ = ("copies", "project_dir", "prompt", "system_site_packages")

    def __init__(
        self,
        *,
        prompt: str,
        project_dir: str,
        system_site_packages: bool = False,
        copies: bool = False,
    ) -> None:
        self.prompt = prompt
        self.project_dir = project_dir
        self.system_site_packages = system_site_packages
        self.copies = copies


def future_environment(env_root: str, interpreter: Interpreter) -> Environment:
    """Describe the environment that `create` makes of `interpreter`."""
    inside = resident(env_root, interpreter)
    return Environment(root=env_root, interpreter=inside, paths=inside.paths)


def create(  # noqa: PLR0913 - one environment has that many sides
    path: str,
    interpreter: Interpreter,
    *,
    prompt: str,
    project_dir: str,
    system_site_packages: bool = False,
    copies: bool = False,
    environ: Mapping[str, str] | None = None,
    fill: Callable[[Environment], None] | None = None,
) -> Environment:
    """Make an environment in the folder `path`, without packages but for those of `fill`.

    A killed run leaves nothing that `is_environment` accepts, and the next one clears away what
    it left. The caller holds the lock of the environment.

    Args:
        path: absolute path; missing, an empty folder, or the rest of an unfinished environment.
        interpreter: the Python to use; of a virtual environment, the one behind it.
        prompt: what shells show while the environment is active.
        project_dir: the project it is for, written into ``.project``.
        system_site_packages: let it see the packages of the interpreter.
        copies: copy the executable instead of linking to it.
        environ: environment variables for the interpreter's own `venv`, where that is needed.
        fill: puts packages into it, before it counts as an environment.

    Raises:
        VirtualenvBroken: there is something else in the folder, or `venv` failed.
        FileAccessError: the operating system refused.
        Busy: another process made one at the same time.
    """
    wanted = _Wanted(
        prompt=prompt,
        project_dir=project_dir,
        system_site_packages=system_site_packages,
        copies=copies,
    )
    target = os.path.realpath(path) if os.path.islink(path) else path
    try:
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)
        clear_leftovers(target)
        exists = _prepare_folder(target)
        if not can_write_directly(interpreter):
            _run_venv(target, interpreter, wanted, environ or {})
        elif exists:
            _write_in_place(target, interpreter, wanted)
        else:
            _write_aside(target, path, interpreter, wanted)
        environment = future_environment(path, interpreter)
        try:
            if fill is not None:
                fill(environment)
            if can_write_directly(interpreter):
                _complete(target, path, interpreter, wanted)
        except BaseException:
            if exists:
                _empty(target)
            else:
                delete_tree(target)
            raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(
            f"cannot make the environment `{path}`: {reason}",
            hints=[
                *hints_for(path, error),
                "or have it elsewhere: set WORKON_HOME to a folder, or PIPENV_VENV_IN_PROJECT=1",
            ],
        ) from error
    return environment


def remove(path: str) -> None:
    """Delete the environment in the folder `path`.

    It disappears at once, by renaming, before its files are deleted. Of a symbolic link only the
    link goes.

    Raises:
        VirtualenvNotFound: there is nothing.
        VirtualenvBroken: there is something that is no environment; it is left alone.
        FileAccessError: the operating system refused.
    """
    if not os.path.lexists(path):
        raise VirtualenvNotFound(f"there is no environment in `{path}`")
    if os.path.islink(path):
        delete_tree(path)
        return
    if not _may_delete(path):
        raise VirtualenvBroken(
            f"`{path}` does not look like a virtual environment, so it is not deleted",
            hints=["look what it is, and delete it yourself if it may go"],
        )
    aside = _sibling(path, _OLD_MARK)
    try:
        os.rename(path, aside)
    except OSError:
        # A mount point, for example, cannot be renamed. What makes it an environment goes first.
        for marker in (_activate_script(path), os.path.join(path, FILE_NAME)):
            delete_tree(marker)
        aside = path
    delete_tree(aside)


def set_aside(path: str) -> str:
    """Move the environment in the folder `path` out of the way; return where it is now.

    What is left of one set aside is cleared away when the next environment is made there.

    Raises:
        VirtualenvBroken: there is something that is no environment; it is left alone.
        FileAccessError: the operating system refused.
    """
    if not os.path.islink(path) and not _may_delete(path):
        raise VirtualenvBroken(
            f"`{path}` does not look like a virtual environment, so it is not replaced",
            hints=["look what it is, and delete it yourself if it may go"],
        )
    aside = _sibling(path, _KEPT_MARK)
    try:
        delete_tree(aside)
        os.rename(path, aside)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(f"cannot move the environment `{path}`: {reason}") from error
    return aside


def put_back(aside: str, path: str) -> None:
    """Undo `set_aside`; what has been made at `path` since is deleted.

    Raises:
        FileAccessError: the operating system refused.
    """
    try:
        delete_tree(path)
        os.rename(aside, path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(
            f"cannot move the environment `{aside}` back to `{path}`: {reason}"
        ) from error


def can_write_directly(interpreter: Interpreter, platform: str = sys.platform) -> bool:
    """Tell whether we know how this interpreter's environments look."""
    return (
        platform != "win32"
        and interpreter.implementation == "cpython"
        and interpreter.version >= (3, 7)
        and os.path.isabs(interpreter.base_executable)
    )


def bundled_wheels(interpreter: Interpreter) -> list[str]:
    """The wheels of pip (and, before Python 3.12, setuptools) that came with an interpreter.

    From `ensurepip`, or from where distributions put them instead; pip first, empty for none.
    """
    folders = (
        os.path.join(interpreter.paths.stdlib, "ensurepip", "_bundled"),
        "/usr/share/python-wheels",
        "/usr/share/python3-wheels",
    )
    projects = ("pip",) if interpreter.version >= (3, 12) else ("pip", "setuptools")
    for folder in folders:
        try:
            names = sorted(os.listdir(folder))
        except OSError:
            continue
        found = []
        for project in projects:
            matching = [n for n in names if n.startswith(project + "-") and n.endswith(".whl")]
            found += [os.path.join(folder, name) for name in matching[-1:]]
        if found and os.path.basename(found[0]).startswith("pip-"):
            return found
    return []


def _write_aside(target: str, path: str, interpreter: Interpreter, wanted: _Wanted) -> None:
    """Write into a sibling and rename it, so that the environment is there at once or not."""
    aside = _sibling(target, _NEW_MARK)
    os.mkdir(aside)
    try:
        _write(aside, interpreter, wanted)
        try:
            os.rename(aside, target)
        except OSError as error:
            if is_environment(target):
                raise Busy(
                    f"another process made the environment `{path}` at the same time",
                    hints=["run the command again"],
                ) from error
            raise
    except BaseException:
        delete_tree(aside)
        raise


def _write_in_place(target: str, interpreter: Interpreter, wanted: _Wanted) -> None:
    try:
        _write(target, interpreter, wanted)
    except BaseException:
        _empty(target)
        raise


def _write(folder: str, interpreter: Interpreter, wanted: _Wanted) -> None:
    """Write the files of an environment into `folder`, but for the activation scripts."""
    library = install_paths(folder, interpreter).purelib
    programs = scripts_dir(folder)
    for made in (library, programs, os.path.join(folder, "include")):
        os.makedirs(made, exist_ok=True)
    if interpreter.is_64bit and sys.platform != "darwin":
        os.symlink("lib", os.path.join(folder, "lib64"))
    _write_text(os.path.join(folder, FILE_NAME), _configuration(interpreter, wanted))
    _write_text(os.path.join(folder, ".project"), wanted.project_dir)
    _write_text(os.path.join(folder, ".gitignore"), _GITIGNORE)
    _place_interpreter(programs, interpreter, copies=wanted.copies)


def _complete(target: str, path: str, interpreter: Interpreter, wanted: _Wanted) -> None:
    """Write the activation scripts, the last of which makes it an environment."""
    library = install_paths(path, interpreter).purelib
    for name, text in activation_scripts(path, wanted.prompt, library).items():
        script = os.path.join(scripts_dir(target), name)
        write_atomic(script, text.encode("utf-8", "surrogateescape"), durable=False)


def _place_interpreter(programs: str, interpreter: Interpreter, *, copies: bool) -> None:
    source = interpreter.base_executable
    first = os.path.join(programs, "python")
    if copies:
        copy_file(source, first)
    else:
        os.symlink(source, first)
    major, minor = interpreter.version[:2]
    for name in (f"python{major}", f"python{major}.{minor}"):
        os.symlink("python", os.path.join(programs, name))


def _configuration(interpreter: Interpreter, wanted: _Wanted) -> str:
    version = ".".join(str(part) for part in interpreter.version)
    return format_configuration(
        {
            "home": os.path.dirname(interpreter.base_executable),
            "implementation": interpreter.environment["platform_python_implementation"],
            "version": version,
            "version_info": _version_info(interpreter),
            "include-system-site-packages": "true" if wanted.system_site_packages else "false",
            "base-prefix": interpreter.base_prefix,
            "base-exec-prefix": interpreter.base_prefix,
            "base-executable": interpreter.base_executable,
            "executable": os.path.realpath(interpreter.base_executable),
            "prompt": wanted.prompt,
            "creator": "pipenv",
        }
    )


def _version_info(interpreter: Interpreter) -> str:
    """``3.14.0rc1`` as ``3.14.0.candidate.1``, the form that others read."""
    release = ".".join(str(part) for part in interpreter.version)
    rest = interpreter.environment["python_full_version"].removeprefix(release).rstrip("+")
    serial = rest.lstrip("abrc")
    level = {"a": "alpha", "b": "beta", "rc": "candidate"}.get(rest.removesuffix(serial), "final")
    return f"{release}.{level}.{serial or 0}"


def _run_venv(
    target: str, interpreter: Interpreter, wanted: _Wanted, environ: Mapping[str, str]
) -> None:
    arguments = [interpreter.base_executable, "-I", "-m", "venv", "--without-pip"]
    if wanted.system_site_packages:
        arguments.append("--system-site-packages")
    if wanted.copies:
        arguments.append("--copies")
    arguments += ["--prompt", wanted.prompt, target]
    try:
        completed = run_captured(
            arguments, environment=environ, timeout_seconds=_VENV_TIMEOUT_SECONDS
        )
        _check_venv(target, interpreter, completed)
        _write_text(os.path.join(target, ".project"), wanted.project_dir)
        configuration = read_configuration(target) or {}
        # Older versions put quotes around it, or write none when it is the folder's name.
        configuration["prompt"] = wanted.prompt
        write_atomic(
            os.path.join(target, FILE_NAME),
            format_configuration(configuration).encode("utf-8", "surrogateescape"),
            durable=False,
        )
        _add_scripts(target, interpreter, wanted)
    except BaseException:
        _empty(target)
        raise


def _add_scripts(target: str, interpreter: Interpreter, wanted: _Wanted) -> None:
    """Write the activation scripts that Python's ``venv`` has not; its own stay."""
    library = install_paths(target, interpreter).purelib
    of_platform = windows_scripts if sys.platform == "win32" else activation_scripts
    for name, text in of_platform(target, wanted.prompt, library).items():
        script = os.path.join(scripts_dir(target), name)
        if name == "deactivate.bat" or not os.path.exists(script):
            write_atomic(script, text.encode("utf-8", "surrogateescape"), durable=False)


def _check_venv(target: str, interpreter: Interpreter, completed: Completed) -> None:
    if completed.status or not os.path.exists(python_path(target)):
        raise VirtualenvBroken(
            f"`{interpreter.base_executable} -m venv` failed with status {completed.status}",
            details=(completed.stdout + completed.stderr).decode("utf-8", "replace"),
        )


def sees_system_packages(env_root: str) -> bool:
    """Tell whether an environment was made with access to its interpreter's packages."""
    configuration = read_configuration(env_root)
    return configuration is not None and is_true(configuration.get("include-system-site-packages"))


def _prepare_folder(target: str) -> bool:
    """Make sure that nothing is in the way; tell whether the folder exists."""
    if not os.path.lexists(target):
        return False
    if not os.path.isdir(target):
        raise VirtualenvBroken(f"`{target}` is a file, an environment needs a folder")
    content = os.listdir(target)
    if not content:
        return True
    if is_environment(target) or not _is_unfinished(target):
        raise VirtualenvBroken(
            f"the folder `{target}` is not empty",
            hints=["`pipenv remove` deletes an environment", "move away what is in the folder"],
        )
    _empty(target)
    return True


def _is_unfinished(target: str) -> bool:
    return os.path.lexists(os.path.join(target, FILE_NAME)) or not any(_files_below(target))


def _files_below(folder: str) -> list[str]:
    return [
        os.path.join(parent, name)
        for parent, folders, files in os.walk(folder)
        for name in (*files, *(f for f in folders if os.path.islink(os.path.join(parent, f))))
    ]


def _may_delete(path: str) -> bool:
    return (
        os.path.lexists(os.path.join(path, FILE_NAME))
        or (is_environment(path) and os.path.lexists(os.path.join(path, ".project")))
        or (os.path.isdir(path) and not os.listdir(path))
    )


def _empty(folder: str) -> None:
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        delete_tree(os.path.join(folder, name))


def _sibling(path: str, mark: str) -> str:
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}{mark}{os.getpid()}")


def clear_leftovers(path: str) -> bool:
    """Delete what killed processes left beside `path`; tell whether there was something.

    Raises:
        FileAccessError: it cannot be deleted.
    """
    folder, name = os.path.split(path)
    try:
        entries = os.listdir(folder or ".")
    except OSError:
        return False
    found = [each for each in entries if _is_left_over(each, f".{name}")]
    for entry in found:
        delete_tree(os.path.join(folder, entry))
    return bool(found)


def _is_left_over(entry: str, stem: str) -> bool:
    for mark in (_NEW_MARK, _OLD_MARK, _KEPT_MARK):
        pid = entry.removeprefix(stem + mark)
        if pid != entry and not _is_alive(pid):
            return mark != _KEPT_MARK or pid != str(os.getpid())
    return False


def _is_alive(pid: str) -> bool:
    """Tell whether another process of that number runs; one with our own number was before us."""
    if not pid.isdecimal() or int(pid) == os.getpid() or sys.platform == "win32":
        return False
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _activate_script(path: str) -> str:
    name = "activate.bat" if sys.platform == "win32" else "activate"
    return os.path.join(scripts_dir(path), name)


def _write_text(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
        stream.write(text)
