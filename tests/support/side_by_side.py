"""Two environments that two installers filled from one lock, compared file by file.

Run as a program it fills both: ``python side_by_side.py PROJECT SCRATCH PIPENV PIP``.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWN = re.compile(
    r"bin/(python[0-9.]*|pip[0-9.]*|[Aa]ctivate.*|deactivate.*)$|pyvenv\.cfg$|\.gitignore$|"
    r"CACHEDIR\.TAG$|\.project$|"
    r"lib/python[0-9.]+/site-packages/((pip|setuptools|pkg_resources|_distutils_hack|wheel)(-[^/]*)?/|"
    r"distutils-precedence\.pth$|_virtualenv\.(py|pth)$)"
)
"""What belongs to the environment itself and not to what is installed into it."""
_NOTES = (".dist-info/INSTALLER", ".dist-info/REQUESTED")
_CALL = re.compile(rb"sys\.exit\(([A-Za-z0-9_.]+)\(\)\)")
_IMPORT = re.compile(rb"^from (\S+) import (\S+)$", re.MULTILINE)


class Difference(NamedTuple):
    """Something that is not the same."""

    kind: str
    path: str
    ours: str = ""
    theirs: str = ""


class _File(NamedTuple):
    kind: str
    mode: str
    data: bytes


def differences(ours: Path, theirs: Path) -> list[Difference]:
    """Compare what was installed into two environments, other than bytecode.

    The roots of both are taken for equal, and so are programs that call the same object. Who
    installed it (``INSTALLER``) differs by its nature, and so does ``REQUESTED``: pip takes
    every line of a list for a request, Pipenv what the Pipfile names.
    """
    one, other = (
        {path: file for path, file in _files(root).items() if not path.endswith(_NOTES)}
        for root in (ours, theirs)
    )
    found = [Difference("only ours", path) for path in sorted(one.keys() - other.keys())]
    found += [Difference("only theirs", path) for path in sorted(other.keys() - one.keys())]
    for path in sorted(one.keys() & other.keys()):
        mine, yours = one[path], other[path]
        if mine.kind != yours.kind:
            found.append(Difference("kind", path, mine.kind, yours.kind))
        if mine.mode != yours.mode:
            found.append(Difference("mode", path, mine.mode, yours.mode))
        if path.endswith(".dist-info/RECORD"):
            found += _record_differences(path, mine.data, yours.data, one, other)
        elif mine.data != yours.data and _called(mine.data) != _called(yours.data):
            found.append(Difference("content", path, _short(mine.data), _short(yours.data)))
        elif mine.data != yours.data and _first(mine.data) != _first(yours.data):
            found.append(
                Difference(
                    "first line", path, _first(mine.data).decode(), _first(yours.data).decode()
                )
            )
    return found


def untrue_records(root: Path) -> list[str]:
    """Rows of RECORDs that do not say what is on the disk, and files that no RECORD lists."""
    wrong: list[str] = []
    listed: set[str] = set()
    for record in sorted(root.glob("lib/python*/site-packages/*.dist-info/RECORD")):
        for path, digest, size in csv.reader(record.read_text("utf-8").splitlines()):
            file = Path(os.path.normpath(record.parents[1] / path))
            listed.add(str(file))
            if not file.exists():
                wrong.append(f"{record.parent.name}: {path} is missing")
                continue
            data = file.read_bytes()
            if digest and (digest, size) != (_digest(data), str(len(data))):
                wrong.append(f"{record.parent.name}: {path} differs")
    return wrong + [
        f"{path} is nobody's" for path in _files(root) if str(root / path) not in listed
    ]


def _files(root: Path) -> dict[str, _File]:
    found: dict[str, _File] = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            full = os.path.join(folder, name)
            path = os.path.relpath(full, root)
            if _OWN.match(path):
                continue
            info = os.lstat(full)
            link = stat.S_ISLNK(info.st_mode)
            data = os.fsencode(os.readlink(full)) if link else Path(full).read_bytes()
            found[path] = _File(
                "link" if link else "file",
                f"{stat.S_IMODE(info.st_mode):o}",
                data.replace(os.fsencode(root), b"@ROOT@"),
            )
    return found


def _record_differences(
    path: str, ours: bytes, theirs: bytes, one: dict[str, _File], other: dict[str, _File]
) -> list[Difference]:
    mine, yours = _rows(ours), _rows(theirs)
    site = os.path.dirname(os.path.dirname(path))
    found = [Difference("row only ours", path, row) for row in sorted(mine.keys() - yours.keys())]
    found += [
        Difference("row only theirs", path, "", row) for row in sorted(yours.keys() - mine.keys())
    ]
    for row in sorted(mine.keys() & yours.keys()):
        file = os.path.normpath(os.path.join(site, row))
        same = file in one and file in other and one[file].data == other[file].data
        # The texts of two programs, and what names the roots, have digests of their own.
        told = mine[row] != yours[row] and same and b"@ROOT@" not in one[file].data
        if told or bool(mine[row][0]) != bool(yours[row][0]):
            found.append(Difference("row", f"{path}: {row}", str(mine[row]), str(yours[row])))
    return found


def _rows(data: bytes) -> dict[str, tuple[str, str]]:
    rows = csv.reader(data.decode("utf-8").splitlines())
    left_out = (".pyc", *_NOTES)
    return {row[0]: (row[1], row[2]) for row in rows if not row[0].endswith(left_out)}


def _called(data: bytes) -> tuple[bytes, ...]:
    """What the program of an entry point imports and calls; any other file is itself."""
    call, imported = _CALL.search(data), _IMPORT.search(data)
    if call is None or imported is None or len(data) > 2000:
        return (data,)
    return (call[1], imported[1], imported[2])


def _first(data: bytes) -> bytes:
    return data.partition(b"\n")[0]


def _digest(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def _short(data: bytes) -> str:
    return f"{len(data)} bytes: {data[:60]!r}"


def fill_with_pip(
    pip: Sequence[str | Path], requirements: Path, root: Path, *, hashed: bool = True
) -> None:
    """Make the environment `root` and let pip install the list into it, as it is written."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root], check=True)
    environ = {**os.environ, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    subprocess.run(
        [
            *(*pip, "--python", root / "bin" / "python", "install", "--no-deps", "--no-compile"),
            *("--quiet", "--no-cache-dir", "--requirement", requirements),
            *(("--require-hashes",) if hashed else ()),
        ],
        check=True,
        env=environ,
    )


def _main(project: Path, scratch: Path, pipenv: Path, pip: Path) -> int:
    environ = {**os.environ, "PIPENV_VENV_IN_PROJECT": "1"}
    if not (project / "Pipfile.lock").exists():
        subprocess.run([pipenv, "lock", "--quiet"], cwd=project, env=environ, check=True)
    subprocess.run([pipenv, "sync", "--dev", "--quiet"], cwd=project, env=environ, check=True)
    exported = subprocess.run(
        [pipenv, "requirements", "--dev", "--hash"],
        cwd=project,
        env=environ,
        check=True,
        capture_output=True,
    )
    requirements = scratch.with_suffix(".txt")
    requirements.write_bytes(exported.stdout)
    if not (scratch / "pyvenv.cfg").exists():
        fill_with_pip([pip], requirements, scratch)
    for difference in differences(project / ".venv", scratch):
        print("\t".join(difference))  # noqa: T201 - a program for the terminal
    for root in (project / ".venv", scratch):
        for wrong in untrue_records(root):
            print(f"untrue\t{root.name}\t{wrong}")  # noqa: T201
        subprocess.run([pip, "--python", root / "bin" / "python", "check"], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(_main(*(Path(word).resolve() for word in sys.argv[1:])))
