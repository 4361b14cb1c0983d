"""The programs that start a distribution's entry points, and first lines of scripts (pure).

On POSIX a program is a text whose first line names the environment's Python; where that line would
be too long for the kernel or the path has a space, ``/bin/sh`` is put in between. On Windows it is
an ``.exe`` (a small starter, the interpreter's path and a zip file with the text in one file) or,
without such a starter at hand, a ``.cmd`` file beside the text.
"""

from __future__ import annotations

import os
import struct
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Stub = Callable[[str], bytes | None]
    """Gives the starter for ``console`` or ``gui`` programs of Windows, if there is one."""

LONGEST_FIRST_LINE = 127
"""Bytes that every Linux kernel reads of a first line, without its end."""
_UNSAFE_IN_SHELL = frozenset(b"'\"\\$`\n\r")
_POSIX_TEXT = """\
import sys

from {module} import {first}

if __name__ == "__main__":
    sys.exit({attribute}())
"""
_WINDOWS_TEXT = """\
import sys

from {module} import {first}

if __name__ == "__main__":
    for ending in (".exe", "-script.py", "-script.pyw"):
        if sys.argv[0].endswith(ending):
            sys.argv[0] = sys.argv[0][: -len(ending)]
    sys.exit({attribute}())
"""
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_MAIN = b"__main__.py"
_DATE = (1980 - 1980) << 9 | 1 << 5 | 1
"""The first day that a zip file can name: equal programs are equal files."""
_WHOLE_FILE_MODE = 0o644 << 16


def no_stub(kind: str) -> bytes | None:
    """There is no starter for Windows programs here."""
    del kind
    return None


def launcher_files(
    point: tuple[str, str, str],
    kind: str,
    python: str,
    *,
    platform: str,
    stub: Stub = no_stub,
) -> list[tuple[str, bytes]]:
    """The files of the program that calls an entry point: file name and content.

    Args:
        point: name, module and attribute; held to their grammar before.
        kind: ``console`` or ``gui``.
        python: the environment's interpreter.
        platform: as `sys.platform` has it.
        stub: gives the starter for Windows.
    """
    name, module, attribute = point
    first = attribute.partition(".")[0]
    if platform != "win32":
        text = _POSIX_TEXT.format(module=module, first=first, attribute=attribute)
        return [(name, first_lines(python) + text.encode())]
    body = _WINDOWS_TEXT.format(module=module, first=first, attribute=attribute).encode()
    if kind == "gui":
        python = _windowed(python)
    starter = stub(kind)
    if starter is not None:
        shebang = f'#!"{python}"\r\n' if " " in python else f"#!{python}\r\n"
        return [(f"{name}.exe", starter + shebang.encode() + _zip_of_main(body))]
    script = f"{name}-script.py"
    command = f'@"{python}" "%~dp0{script}" %*\r\n'
    return [(f"{name}.cmd", command.encode()), (script, body)]


def first_lines(python: str) -> bytes:
    """What makes a Python text run by the interpreter `python`: its first line, or first three.

    The three lines are a shell command that replaces the shell by Python, and at the same time a
    string that Python ignores.
    """
    path = os.fsencode(python)
    coding = b"" if _is_utf8(path) else b"# -*- coding: latin-1 -*-\n"
    if len(path) + 2 <= LONGEST_FIRST_LINE and not path.split()[1:] and b"\n" not in path:
        return b"#!" + path + b"\n" + coding
    if _UNSAFE_IN_SHELL.isdisjoint(path):
        command = b'"' + path + b'"'
    else:
        # No way to quote it for both languages, but the interpreter lies beside the program.
        command = b'"$(dirname -- "$0")/' + os.path.basename(path) + b'"'
        coding = b""
    return b"#!/bin/sh\n" + coding + b"'''exec' " + command + b' "$0" "$@"\n' + b"' '''\n"


def with_interpreter(script: bytes, python: str) -> bytes:
    """A script that begins with ``#!python``, for the interpreter `python` (PEP 427)."""
    line, _, rest = script.partition(b"\n")
    if line.startswith(b"#!pythonw"):
        python = _windowed(python)
    lines = first_lines(python)
    second = rest.partition(b"\n")[0]
    if lines.count(b"\n") > 1 and second.startswith(b"#") and b"coding" in second:
        # The encoding counts only in the first two lines.
        shell, _, others = lines.partition(b"\n")
        return shell + b"\n" + second + b"\n" + others + rest.partition(b"\n")[2]
    return lines + rest


def _windowed(python: str) -> str:
    """The interpreter without a console window, which only Windows has."""
    if python.lower().endswith("python.exe"):
        return f"{python[:-4]}w{python[-4:]}"
    return python


def _is_utf8(path: bytes) -> bool:
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True


def _zip_of_main(text: bytes) -> bytes:
    """A zip file with `text` as its only program, uncompressed."""
    size, crc = len(text), zlib.crc32(text)
    facts = (20, 0, 0, 0, _DATE, crc, size, size, len(_MAIN), 0)
    local = _LOCAL.pack(b"PK\x03\x04", *facts) + _MAIN + text
    central = _CENTRAL.pack(b"PK\x01\x02", 20 | 3 << 8, *facts, 0, 0, 0, _WHOLE_FILE_MODE, 0)
    end = _END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(_MAIN), len(local), 0)
    return local + central + _MAIN + end
