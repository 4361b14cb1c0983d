"""Where pip keeps its configuration files, and what counts of what they say."""

from __future__ import annotations

import os
import posixpath

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.indexes import Index


class PipConfiguration(NamedTuple):
    """What the files say, taken together."""

    source: Index | None
    """The index, without user name and password."""
    login: tuple[str, str] | None
    """User name and password in the index's URL."""
    variables: Mapping[str, str]
    """Variables that pip would find there, and that the environment does not have."""
    unreadable: tuple[str, ...] = ()
    """Files that are none of pip's, whatever they are called."""


SAYS_NOTHING = PipConfiguration(None, None, {})


def pip_places(environ: Mapping[str, str], *, platform: str, prefix: str) -> list[str]:
    """The places where pip looks, the weakest first; most of them have nothing.

    Args:
        environ: ``PIP_CONFIG_FILE`` comes last; the null device there stands for no file at all.
        platform: as `sys.platform`.
        prefix: the folder of the Python that runs Pipenv.
    """
    named = environ.get("PIP_CONFIG_FILE", "")
    if named in {os.devnull, "/dev/null", "nul"}:
        return []
    users = [] if named and os.path.isfile(named) else _users_files(environ, platform)
    separator, file = ("\\", "pip.ini") if platform == "win32" else ("/", "pip.conf")
    found = [*_machines_files(environ, platform), *users, f"{prefix}{separator}{file}"]
    return [*found, named] if named else found


def _machines_files(environ: Mapping[str, str], platform: str) -> list[str]:
    if platform == "win32":
        data = environ.get("ProgramData") or environ.get("PROGRAMDATA")
        return [f"{data}\\pip\\pip.ini"] if data else []
    if platform == "darwin":
        return ["/Library/Application Support/pip/pip.conf"]
    folders = (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    return [*(posixpath.join(each, "pip/pip.conf") for each in folders if each), "/etc/pip.conf"]


def _users_files(environ: Mapping[str, str], platform: str) -> list[str]:
    if platform == "win32":
        home, data = environ.get("USERPROFILE"), environ.get("APPDATA")
        return [f"{each}\\pip\\pip.ini" for each in (home, data) if each]
    home = environ.get("HOME")
    configuration = environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    found = [f"{home}/.pip/pip.conf"] if home else []
    if configuration:
        found.append(f"{configuration}/pip/pip.conf")
    if platform == "darwin" and home:
        found.append(f"{home}/Library/Application Support/pip/pip.conf")
    return found
