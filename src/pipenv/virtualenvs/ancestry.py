"""The programs that started us, nearest first, each as the words of its command line."""

from __future__ import annotations

import os
import sys

from pipenv.processes import run_captured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_ANCESTORS = 64
_SECONDS = 5.0
_PS = ("ps", "-A", "-ww", "-o", "pid=,ppid=,command=")
_PS_COLUMNS = 3


def ancestors(environ: Mapping[str, str]) -> list[list[str]]:
    """The command lines of our parent, its parent and so on.

    Empty where the system does not tell.
    """
    if os.path.isdir("/proc/self"):
        return chain(os.getppid(), _from_proc)
    if sys.platform == "win32":
        return []
    try:
        listing = run_captured(_PS, environment=environ, timeout_seconds=_SECONDS)
    except Exception:  # noqa: BLE001 - a guess more or less
        return []
    return chain(os.getppid(), read_listing(listing.stdout.decode("utf-8", "replace")).get)


def chain(pid: int, look_up: Callable[[int], tuple[int, list[str]] | None]) -> list[list[str]]:
    """Follow the parents from `pid` upwards; `look_up` gives parent and words of a process."""
    found: list[list[str]] = []
    while pid > 0 and len(found) < MOST_ANCESTORS:
        process = look_up(pid)
        if process is None:
            break
        pid, words = process
        found.append(words)
    return found


def read_listing(text: str) -> dict[int, tuple[int, list[str]]]:
    """Read the columns of ``ps``: number, number of the parent, command line."""
    table: dict[int, tuple[int, list[str]]] = {}
    for line in text.splitlines():
        columns = line.split(None, _PS_COLUMNS - 1)
        if len(columns) == _PS_COLUMNS and columns[0].isdigit() and columns[1].isdigit():
            table[int(columns[0])] = (int(columns[1]), columns[2].split())
    return table


def _from_proc(pid: int) -> tuple[int, list[str]] | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            status = file.read()
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            line = file.read()
    except OSError:
        return None
    # The name stands in parentheses and may hold any; the state and the parent follow the last.
    fields = status.rpartition(b")")[2].split()
    if len(fields) < 2 or not fields[1].isdigit():
        return None
    words = line.rstrip(b"\0").split(b"\0")
    return int(fields[1]), [os.fsdecode(word) for word in words]
