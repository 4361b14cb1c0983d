"""What `packaging` says that interpreters support which are not here.

`packaging.tags` asks the interpreter it runs in, so this runs as a program of its own in which that
interpreter is disguised: cases come as JSON on standard input, a list of tags or its digest goes
out for each.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import struct
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.virtualenvs.platforms import BuildFacts

_MACHINES = {"x86_64": 62, "i686": 3, "armv7l": 40, "armv8l": 40, "aarch64": 183, "ppc64le": 21}


def tags_by_packaging(cases: Sequence[BuildFacts], *, whole: bool = False) -> list[Any]:
    """Ask for the tags of each case, best first and each once; else for their digests."""
    completed = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps({"whole": whole, "cases": [case._asdict() for case in cases]}),
        capture_output=True,
        text=True,
        check=True,
    )
    answers: list[Any] = json.loads(completed.stdout)
    return answers


def digest_of(tags: Sequence[str]) -> str:
    """What stands for a list of tags in an answer."""
    return f"{len(tags)} {hashlib.sha256(' '.join(tags).encode()).hexdigest()}"


def _executable(case: dict[str, Any], folder: Path) -> str:
    """A file that begins like the interpreter, and names the loader that it is started by."""
    wide = case["bits"] == 64
    machine = case["platform"].rpartition("-")[2]
    machine = {"x86_64": "i686", "aarch64": "armv8l"}.get(machine, machine) if not wide else machine
    loader = b"/lib/ld-linux.so\0"
    if case["musl"] is not None:
        script = folder / "ld-musl-x.so.1"
        major, minor = case["musl"]
        script.write_text(f"#!/bin/sh\nprintf 'musl libc (x)\\nVersion {major}.{minor}.3\\n' >&2\n")
        script.chmod(0o755)
        loader = os.fsencode(script) + b"\0"
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1, 1]) + bytes(9)
    header, program = ("<HHIQQQIHHHHHH", "<IIQQQQQQ") if wide else ("<HHIIIIIHHHHHH", "<IIIIIIII")
    size = 16 + struct.calcsize(header)
    width = struct.calcsize(program)
    begin = size + width
    table = (size, 0, case["elf_flags"], size, width, 1, 0, 0, 0)
    entry = (
        (3, 0, begin, 0, 0, len(loader), 0, 0) if wide else (3, begin, 0, 0, len(loader), 0, 0, 0)
    )
    data = ident + struct.pack(header, 2, _MACHINES.get(machine, 1), 1, 0, *table)
    path = folder / "python"
    path.write_bytes(data + struct.pack(program, *entry) + loader)
    return str(path)


def _disguise(case: dict[str, Any], folder: Path) -> None:
    from packaging import _manylinux, _musllinux, tags

    def say(value: object) -> Any:
        return lambda *_, **__: value

    version = (*case["version"], 0, "final", 0)
    system = {"macosx": "Darwin", "linux": "Linux", "win": "Windows", "android": "Android"}
    narrow = case["bits"] == 32
    glibc = case["glibc"]
    variables = {
        "EXT_SUFFIX": case["ext_suffix"],
        "Py_DEBUG": int(case["is_debug"]),
        "WITH_PYMALLOC": int(case["has_pymalloc"]),
        "Py_GIL_DISABLED": int(case["is_free_threaded"]),
        "py_version_nodot": "{}{}".format(*version),
    }
    setattr(sys, "version_info", version)  # noqa: B010
    setattr(sys, "implementation", SimpleNamespace(name=case["implementation"]))  # noqa: B010
    setattr(sys, "executable", _executable(case, folder))  # noqa: B010
    reference: Any = {
        "sysconfig": sysconfig,
        "platform": platform,
        "tags": tags,
        "many": _manylinux,
        "musl": _musllinux,
    }
    reference["sysconfig"].get_platform = say(case["platform"])
    reference["sysconfig"].get_config_var = variables.get
    kind = case["platform"].partition("-")[0]
    reference["platform"].system = say(system.get(kind, "FreeBSD"))
    release = ".".join(map(str, case["macos"] or ()))
    reference["platform"].mac_ver = say((release, ("", "", ""), case["mac_machine"]))
    reference["tags"]._linux_platforms.__defaults__ = (narrow,)
    reference["tags"]._mac_arch.__defaults__ = (narrow,)
    text = "{}.{}".format(*glibc) if glibc else None
    reference["many"]._glibc_version_string = say(text)
    reference["many"]._get_glibc_version.cache_clear()
    reference["musl"]._get_musl_version.cache_clear()


def _main() -> None:
    from packaging import tags

    asked = json.load(sys.stdin)
    answers: list[object] = []
    with tempfile.TemporaryDirectory() as folder:
        for case in asked["cases"]:
            _disguise(case, Path(folder))
            found = list(dict.fromkeys(map(str, tags.sys_tags())))
            answers.append(found if asked["whole"] else digest_of(found))
    sys.stdout.write(json.dumps(answers))
    sys.stdout.flush()
    os._exit(0)  # the disguise is too good for an orderly end


if __name__ == "__main__":
    _main()
