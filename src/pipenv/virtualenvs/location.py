"""Where the environment of a project lives and what it is called.

On the path of ``run`` and ``--venv``: imports `os`, a hash function and our errors, reads at most
the ``.venv`` file. Other programs compute the same places, so every rule here is an interface.
"""

from __future__ import annotations

import os
import sys

try:
    # `hashlib` would load OpenSSL for it.
    if sys.version_info >= (3, 12):
        from _sha2 import sha256
    else:
        from _sha256 import sha256  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_FALSE_WORDS = frozenset({"0", "false", "no", "off"})
_LONGEST_BASE = 42
_HASH_LENGTH = 8
_SANITISED = str.maketrans(dict.fromkeys(' &$`!*@"()[]\\\r\n\t', "_"))
_BASE64_URLSAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CASE_FOLDING = ("win32", "darwin", "cygwin")
_VENV_FILE_LIMIT = 16384
_NAME_HINT = "write a plain directory name"


class Location:
    """Where an environment is, or would be made, and which rule says so."""

    __slots__ = ("kind", "path")

    def __init__(self, path: str, kind: str) -> None:
        self.path = path
        self.kind = kind
        """``active`` (``VIRTUAL_ENV``), ``file`` (named by a ``.venv`` file), ``in-project`` or
        ``central``."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Location) and (self.path, self.kind) == (other.path, other.kind)

    def __hash__(self) -> int:
        return hash((self.path, self.kind))

    def __repr__(self) -> str:
        return f"Location({self.path!r}, {self.kind!r})"


def environment_location(
    *,
    project_root: str,
    pipfile_path: str,
    environ: Mapping[str, str],
    settings_in_project: bool | None = None,
    platform: str = sys.platform,
) -> Location:
    """Say where the environment of a project is, whether it exists or not.

    The first that applies: ``VIRTUAL_ENV``; a file ``.venv`` in the project; the project's own
    ``.venv`` folder, when wanted or found; a folder below the home of environments. A ``.venv``
    folder that is merely found gives way to an existing central environment.

    Args:
        project_root: absolute path of the project's folder.
        pipfile_path: absolute path of the Pipfile, symbolic links kept.
        environ: environment variables; ``PIPENV_VENV_IN_PROJECT`` wins over the next argument.
        settings_in_project: ``[pipenv] venv_in_project``, or what all settings together say.
        platform: as `sys.platform`.

    Raises:
        UsageError: ``PIPENV_CUSTOM_VENV_NAME`` is no name.
        VirtualenvBroken: the ``.venv`` file cannot be read or does not say where.
    """
    active = environ.get("VIRTUAL_ENV")
    if active and not environ.get("PIPENV_ACTIVE") and not _flag(environ, "IGNORE_VIRTUALENVS"):
        return Location(_absolute(active, platform), "active")

    local = _join(platform, project_root, ".venv")
    is_folder = os.path.isdir(local)
    if not is_folder:
        named = _read_venv_file(local)
        if named:
            return Location(_named_by_file(named, project_root, environ, platform), "file")

    in_project = _flag(environ, "VENV_IN_PROJECT")
    if in_project is None:
        in_project = settings_in_project
    if in_project:
        return Location(local, "in-project")
    central = _central(project_root, pipfile_path, environ, platform)
    if in_project is None and is_folder and not is_environment(central, platform):
        return Location(local, "in-project")
    return Location(central, "central")


def virtualenv_home(environ: Mapping[str, str], platform: str = sys.platform) -> str:
    """The folder of central environments; relative when ``WORKON_HOME`` is."""
    chosen = environ.get("WORKON_HOME")
    if chosen:
        return _expand(chosen, environ, platform)
    if platform == "win32":
        return _join(platform, _home(environ, platform), ".virtualenvs")
    data_home = environ.get("XDG_DATA_HOME")
    if data_home:
        return _join(platform, _expand(data_home, environ, platform), "virtualenvs")
    return _join(platform, _home(environ, platform), ".local/share/virtualenvs")


def virtualenv_name(
    pipfile_path: str, environ: Mapping[str, str], platform: str = sys.platform
) -> str:
    """The name of the central environment: ``PIPENV_CUSTOM_VENV_NAME`` or base, hash and suffix.

    Raises:
        UsageError: ``PIPENV_CUSTOM_VENV_NAME`` is no name.
    """
    custom = environ.get("PIPENV_CUSTOM_VENV_NAME")
    if custom:
        if not _is_name(custom, platform):
            from pipenv.errors import UsageError

            raise UsageError(
                f"PIPENV_CUSTOM_VENV_NAME is `{custom}`, which is no directory name",
                hints=[_NAME_HINT, "use WORKON_HOME to choose the folder that it lies in"],
            )
        return custom
    if platform == "win32" and pipfile_path[1:2] == ":":
        pipfile_path = pipfile_path[0].upper() + pipfile_path[1:]
    base = _basename(_dirname(pipfile_path, platform), platform)
    name = f"{base.translate(_SANITISED)[:_LONGEST_BASE]}-{short_hash(pipfile_path)}"
    python = environ.get("PIPENV_PYTHON")
    if python:
        name += "-" + _basename(python, platform)
    return name


def short_hash(text: str) -> str:
    """Eight URL-safe characters: the first 6 bytes of the SHA-256 of `text`, in base 64."""
    digest = sha256(text.encode("utf-8", "surrogateescape")).digest()
    number = int.from_bytes(digest[:6], "big")
    return "".join(_BASE64_URLSAFE[number >> shift & 63] for shift in range(42, -1, -6))


def full_digest(data: bytes) -> bytes:
    """The SHA-256 of `data`, without loading `hashlib`."""
    digest: bytes = sha256(data).digest()
    return digest


def scripts_dir(env_root: str, platform: str = sys.platform) -> str:
    """The folder of programs in an environment."""
    return _join(platform, env_root, "Scripts" if platform == "win32" else "bin")


def python_path(env_root: str, platform: str = sys.platform) -> str:
    """The interpreter of an environment."""
    name = "python.exe" if platform == "win32" else "python"
    return _join(platform, scripts_dir(env_root, platform), name)


def is_environment(path: str, platform: str = sys.platform) -> bool:
    """Tell whether a complete environment is there; the activation script is written last."""
    name = "activate.bat" if platform == "win32" else "activate"
    return os.path.isfile(_join(platform, scripts_dir(path, platform), name))


def recorded_project(env_root: str) -> str | None:
    """The project folder that an environment was made for, as its ``.project`` file says."""
    text = _read_text(os.path.join(env_root, ".project"))
    return text.strip("\r\n") or None if text is not None else None


def _central(
    project_root: str, pipfile_path: str, environ: Mapping[str, str], platform: str
) -> str:
    home = virtualenv_home(environ, platform)
    if not _is_absolute(home, platform):
        home = os.path.normpath(_join(platform, project_root, home))
    name = virtualenv_name(pipfile_path, environ, platform)
    path = _join(platform, home, name)
    if (
        platform in _CASE_FOLDING
        and not environ.get("PIPENV_CUSTOM_VENV_NAME")
        and not os.path.isdir(path)
    ):
        return _other_spelling(home, name, project_root) or path
    return path


def _other_spelling(home: str, name: str, project_root: str) -> str | None:
    """Where ``Demo`` and ``demo`` are one folder, an environment made for one serves the other."""
    length = min(len(os.path.basename(project_root)), _LONGEST_BASE)
    base, suffix = name[:length].lower(), name[length + _HASH_LENGTH + 1 :]
    try:
        entries = sorted(os.listdir(home))
    except OSError:
        return None
    for entry in entries:
        # The hash differs, and may hold a dash itself.
        if (
            len(entry) == len(name)
            and entry[:length].lower() == base
            and entry[length + _HASH_LENGTH + 1 :] == suffix
        ):
            path = os.path.join(home, entry)
            recorded = recorded_project(path)
            if recorded is not None and recorded.lower() == project_root.lower():
                try:
                    if os.path.samefile(recorded, project_root):
                        return path
                except OSError:
                    continue
    return None


def _named_by_file(text: str, project_root: str, environ: Mapping[str, str], platform: str) -> str:
    if "/" in text or (platform == "win32" and "\\" in text):
        path = _expand_user(text, environ, platform)
        return os.path.normpath(_absolute_in(project_root, path, platform))
    if not _is_name(text, platform):
        from pipenv.errors import VirtualenvBroken

        raise VirtualenvBroken(
            f"the file `.venv` says `{text}`, which is neither a path nor a directory name",
            hints=["write a path or a directory name into `.venv`, or delete the file"],
        )
    return _absolute_in(
        project_root, _join(platform, virtualenv_home(environ, platform), text), platform
    )


def _read_venv_file(path: str) -> str:
    text = _read_text(path)
    if text is None:
        return ""
    text = text.lstrip("\ufeff").strip()
    if any(character < " " for character in text):
        from pipenv.errors import VirtualenvBroken

        raise VirtualenvBroken(
            "the file `.venv` holds more than one line",
            hints=["write a path or a directory name into `.venv`, or delete the file"],
        )
    return text


def _read_text(path: str) -> str | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        from pipenv.errors import VirtualenvBroken

        raise VirtualenvBroken(f"cannot read `{path}`: {reason}") from error
    try:
        data = os.read(descriptor, _VENV_FILE_LIMIT)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return data.decode("utf-8", "surrogateescape")


def _flag(environ: Mapping[str, str], name: str) -> bool | None:
    """``PIPENV_<name>``, or the opposite of ``PIPENV_NO_<name>``; `None` when neither is set."""
    text = environ.get("PIPENV_" + name)
    if text:
        return text.lower() not in _FALSE_WORDS
    text = environ.get("PIPENV_NO_" + name)
    if text:
        return text.lower() in _FALSE_WORDS
    return None


# Paths are joined by hand, because the other platform's rules must be testable on this one and
# `ntpath` would be one more module to load.


def _is_separator(character: str, platform: str) -> bool:
    return character == "/" or (platform == "win32" and character == "\\")


def _join(platform: str, folder: str, name: str) -> str:
    if folder and not _is_separator(folder[-1], platform):
        folder += "\\" if platform == "win32" else "/"
    return folder + name


def _split_at(path: str, platform: str) -> int:
    last = path.rfind("/")
    return max(last, path.rfind("\\")) if platform == "win32" else last


def _basename(path: str, platform: str) -> str:
    return path[_split_at(path, platform) + 1 :]


def _dirname(path: str, platform: str) -> str:
    return path[: max(_split_at(path, platform), 0)]


def _is_absolute(path: str, platform: str) -> bool:
    if platform == "win32":
        return path[1:3] in (":\\", ":/") or path[:2] in ("\\\\", "//")
    return path[:1] == "/"


def _absolute(path: str, platform: str) -> str:
    if not _is_absolute(path, platform):
        return os.path.abspath(path)
    while len(path) > 1 and _is_separator(path[-1], platform):
        path = path[:-1]
    return path


def _absolute_in(folder: str, path: str, platform: str) -> str:
    return path if _is_absolute(path, platform) else _join(platform, folder, path)


def _is_name(text: str, platform: str) -> bool:
    return (
        text not in (".", "..")
        and "/" not in text
        and not (platform == "win32" and ("\\" in text or ":" in text))
        and not any(character < " " for character in text)
    )


def _home(environ: Mapping[str, str], platform: str) -> str:
    home = environ.get("USERPROFILE" if platform == "win32" else "HOME")
    return home or os.path.expanduser("~")


def _expand_user(path: str, environ: Mapping[str, str], platform: str) -> str:
    if path[:1] != "~":
        return path
    if len(path) == 1 or _is_separator(path[1], platform):
        return _home(environ, platform) + path[1:]
    return os.path.expanduser(path)


def _expand(path: str, environ: Mapping[str, str], platform: str) -> str:
    """Replace ``$NAME``, ``${NAME}`` (Windows also ``%NAME%``) and a leading ``~``.

    What names no variable stays as it is.
    """
    if platform == "win32":
        path = _expand_percent(path, environ)
    parts = path.split("$")
    text = parts[0]
    for part in parts[1:]:
        if part[:1] == "{" and "}" in part:
            end = part.index("}")
            name, rest = part[1:end], part[end + 1 :]
        else:
            end = 0
            while end < len(part) and (part[end].isalnum() or part[end] == "_"):
                end += 1
            name, rest = part[:end], part[end:]
        value = environ.get(name) if name else None
        text += "$" + part if value is None else value + rest
    return _expand_user(text, environ, platform)


def _expand_percent(path: str, environ: Mapping[str, str]) -> str:
    parts = path.split("%")
    text = parts[0]
    position = 1
    while position < len(parts):
        value = environ.get(parts[position]) if position + 1 < len(parts) else None
        if value is None:
            text += "%" + parts[position]
            position += 1
        else:
            text += value + parts[position + 1]
            position += 2
    return text
