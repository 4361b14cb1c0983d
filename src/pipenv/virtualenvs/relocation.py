"""Moving an environment to another folder of the same disk.

Programs and activation scripts name the folder that they are in. They are rewritten, and so are
the rows of RECORD that describe them, before the folder is renamed: what is killed on the way can
be done again.
"""

from __future__ import annotations

import os
import re
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256

from pipenv.archives.record_rows import record_line, record_rows
from pipenv.errors import FileAccessError, VirtualenvBroken
from pipenv.filesystem.atomic import read_bytes, write_atomic
from pipenv.virtualenvs.activators import activation_scripts
from pipenv.virtualenvs.configuration import FILE_NAME, format_configuration, read_configuration
from pipenv.virtualenvs.location import scripts_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipenv.models.interpreters import Environment

_LONGEST_FIRST_LINE = 127
"""Bytes that every Linux kernel reads of a first line."""
_LARGEST_TEXT = 1 << 20


def relocate(environment: Environment, path: str, *, project_dir: str, prompt: str) -> None:
    """Move `environment` to `path`, which does not exist, and make it that of `project_dir`.

    The caller holds the locks of both. Files are replaced and never changed in place, as they may
    be links into the cache.

    Raises:
        VirtualenvBroken: it cannot be moved; it is as it was.
        FileAccessError: the operating system refused; it is as it was.
    """
    root = environment.root
    if sys.platform == "win32":
        raise VirtualenvBroken(
            f"`{root}` cannot be moved: on Windows, programs are bound to their folder",
            hints=["make a new one with `pipenv sync`; `pipenv env prune` deletes the old one"],
        )
    if os.path.lexists(path):
        raise VirtualenvBroken(f"`{path}` is there already", hints=["`pipenv remove` deletes it"])
    edits = _edited_programs(root, path)
    edits |= _edited_records(environment, edits)
    configuration = read_configuration(root) or {}
    if configuration.get("creator") == "pipenv":
        library = path + environment.paths.purelib.removeprefix(root)
        for name, text in activation_scripts(path, prompt, library).items():
            edits[os.path.join(scripts_dir(root), name)] = text.encode("utf-8", "surrogateescape")
    configuration["prompt"] = prompt
    text = format_configuration(configuration).replace(root, path)
    edits[os.path.join(root, FILE_NAME)] = text.encode("utf-8", "surrogateescape")
    edits[os.path.join(root, ".project")] = project_dir.encode("utf-8", "surrogateescape")
    _write_and_rename(edits, root, path)


def _write_and_rename(edits: Mapping[str, bytes], root: str, path: str) -> None:
    done: list[tuple[str, bytes]] = []
    try:
        for file, content in edits.items():
            before = read_bytes(file)
            if before is not None:
                done.append((file, before))
            write_atomic(file, content)
        try:
            os.rename(root, path)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise FileAccessError(f"cannot move `{root}` to `{path}`: {reason}") from error
    except BaseException:
        for file, before in reversed(done):
            write_atomic(file, before)
        raise


def _edited_programs(root: str, path: str) -> dict[str, bytes]:
    """The programs that name the folder, as they have to be in the new one.

    Raises:
        VirtualenvBroken: a first line would become longer than kernels read.
    """
    old, new = os.fsencode(root), os.fsencode(path)
    pattern = re.compile(re.escape(old) + rb"(?![\w.-])")
    found = {}
    for file in _texts_in(scripts_dir(root)):
        content = read_bytes(file) or b""
        edited = pattern.sub(lambda _: new, content)
        if edited == content:
            continue
        first = edited.partition(b"\n")[0]
        if first.startswith(b"#!") and len(first) > _LONGEST_FIRST_LINE:
            raise VirtualenvBroken(
                f"`{root}` cannot be moved to `{path}`: the path is too long for its programs",
                hints=["make a new one with `pipenv sync`; `pipenv env prune` deletes the old one"],
            )
        found[file] = edited
    return found


def _texts_in(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            is_file = entry.is_file(follow_symlinks=False)
            if is_file and entry.stat(follow_symlinks=False).st_size <= _LARGEST_TEXT:
                yield entry.path


def _edited_records(environment: Environment, edits: Mapping[str, bytes]) -> dict[str, bytes]:
    """The RECORD files that list what is in `edits`, with the new digests and sizes."""
    found = {}
    for library in {environment.paths.purelib, environment.paths.platlib}:
        for name in os.listdir(library) if os.path.isdir(library) else ():
            record = os.path.join(library, name, "RECORD")
            data = read_bytes(record) if name.endswith(".dist-info") else None
            if data is not None:
                text = data.decode("utf-8", "surrogateescape")
                edited = _edited_record(text, library, edits)
                if edited != text:
                    found[record] = edited.encode("utf-8", "surrogateescape")
    return found


def _edited_record(text: str, library: str, edits: Mapping[str, bytes]) -> str:
    lines = []
    for line in text.splitlines(keepends=True):
        try:
            rows = list(record_rows(line))
        except ValueError:
            rows = []
        content = None
        if rows:
            content = edits.get(os.path.normpath(os.path.join(library, rows[0].path)))
        if content is None:
            lines.append(line)
            continue
        digest = urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
        lines.append(record_line(rows[0].path, f"sha256={digest}", len(content)))
    return "".join(lines)
