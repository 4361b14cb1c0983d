"""Wheels, source distributions and metadata from small declarations.

Everything is made in memory and is the same on every run: no clock, no network, no temporary file.
A `PackageFile` is put on a `support.loopback_index.LoopbackIndex` or written to a folder.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_TIME = (2024, 1, 2, 3, 4, 6)
_MODIFIED = 1704164646


class PackageFile(NamedTuple):
    """One file of one release."""

    name: str
    """The project's name as written."""
    version: str
    filename: str
    data: bytes
    metadata: bytes
    """The core metadata: METADATA of a wheel, PKG-INFO of a source distribution."""
    requires_python: str | None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def is_wheel(self) -> bool:
        return self.filename.endswith(".whl")

    def write_to(self, folder: Path) -> Path:
        """Write the file into `folder` and return its path."""
        path = folder / self.filename
        path.write_bytes(self.data)
        return path


def metadata_text(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    extras: Mapping[str, Sequence[str]] | None = None,
    requires_python: str | None = None,
    metadata_version: str = "2.1",
    dynamic: Sequence[str] = (),
    extra_lines: Sequence[str] = (),
    description: str = "",
) -> bytes:
    """Core metadata; the requirements of `extras` get the ``extra ==`` marker."""
    lines = [f"Metadata-Version: {metadata_version}", f"Name: {name}", f"Version: {version}"]
    lines += [f"Dynamic: {field}" for field in dynamic]
    if requires_python is not None:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    for extra, requirements in (extras or {}).items():
        lines.append(f"Provides-Extra: {extra}")
        for requirement in requirements:
            text, _, marker = requirement.partition(";")
            condition = f"({marker.strip()}) and " if marker.strip() else ""
            lines.append(f"Requires-Dist: {text.strip()} ; {condition}extra == '{extra}'")
    lines += extra_lines
    return ("\n".join(lines) + "\n\n" + description).encode()


def make_wheel(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    extras: Mapping[str, Sequence[str]] | None = None,
    requires_python: str | None = None,
    tag: str = "py3-none-any",
    build: str = "",
    files: Mapping[str, str | bytes] | None = None,
    data: Mapping[str, str | bytes] | None = None,
    executables: Sequence[str] = (),
    entry_points: Mapping[str, Mapping[str, str]] | None = None,
    metadata: bytes | None = None,
    pure: bool | None = None,
    compressed: bool = True,
) -> PackageFile:
    """Make a wheel.

    Args:
        name: as written; the file name gets the normalised form.
        version: as written in the file name and the metadata.
        requires: requirements of the wheel.
        extras: extra → its requirements.
        requires_python: the field of that name.
        tag: the compressed tag set.
        build: build number with tag, such as ``1``.
        files: path → content. By default one module with `VERSION`, and its name as folder.
        data: path below ``{name}-{version}.data``, such as ``scripts/x`` → content.
        executables: paths of `files` (or members of `data`, complete) with the executable bit.
        entry_points: group → name → object reference, for instance ``console_scripts``.
        metadata: METADATA to store instead of the one made from the arguments.
        pure: Root-Is-Purelib; by default whether the platform is ``any``.
        compressed: deflate the members instead of storing them.
    """
    stem = f"{_file_stem(name)}-{version}"
    text = metadata or metadata_text(
        name, version, requires=requires, extras=extras, requires_python=requires_python
    )
    members = _default_files(name, version, files)
    for path, payload in (data or {}).items():
        members[f"{stem}.data/{path}"] = _bytes(payload)
    info = f"{stem}.dist-info"
    members[f"{info}/METADATA"] = text
    members[f"{info}/WHEEL"] = _wheel_text(
        tag, pure=tag.endswith("-any") if pure is None else pure, build=build
    )
    if entry_points:
        members[f"{info}/entry_points.txt"] = _entry_points_text(entry_points)
    members[f"{info}/RECORD"] = record_text(members, f"{info}/RECORD")
    filename = f"{stem}-{build + '-' if build else ''}{tag}.whl"
    return PackageFile(
        name, version, filename, zip_bytes(members, executables, compressed), text, requires_python
    )


def make_sdist(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    extras: Mapping[str, Sequence[str]] | None = None,
    requires_python: str | None = None,
    files: Mapping[str, str | bytes] | None = None,
    entry_points: Mapping[str, Mapping[str, str]] | None = None,
    static: bool = False,
    build_requires: Sequence[str] = (),
    fails_with: str | None = None,
    pyproject: str | None = None,
    legacy_filename: bool = False,
    extra_members: Mapping[str, str | bytes] | None = None,
    kind: str = "tar.gz",
) -> PackageFile:
    """Make a source distribution whose in-tree PEP 517 backend needs no network.

    Args:
        name: as written.
        version: as written.
        requires: requirements of the wheel that the backend builds.
        extras: extra → its requirements.
        requires_python: the field of that name.
        files: what the built wheel holds; as for `make_wheel`.
        entry_points: group → name → object reference.
        static: PKG-INFO of version 2.2 without ``Dynamic``, which may be trusted without a build.
        build_requires: ``build-system.requires``.
        fails_with: the backend prints this text and raises.
        pyproject: the whole ``pyproject.toml`` instead of the one for the in-tree backend.
        legacy_filename: keep `name` as written in the file name.
        extra_members: further files of the source tree.
        kind: ``tar.gz``, ``zip``, ``tar.bz2`` or ``tar.xz``.
    """
    stem = f"{name if legacy_filename else _file_stem(name)}-{version}"
    text = metadata_text(
        name,
        version,
        requires=requires,
        extras=extras,
        requires_python=requires_python,
        metadata_version="2.2" if static else "2.1",
    )
    declaration = {
        "stem": f"{_file_stem(name)}-{version}",
        "metadata": text.decode(),
        "files": {
            path: content.decode() for path, content in _default_files(name, version, files).items()
        },
        "entry_points": _entry_points_text(entry_points).decode() if entry_points else "",
        "fails_with": fails_with,
    }
    members: dict[str, bytes] = {
        f"{stem}/PKG-INFO": text,
        f"{stem}/pyproject.toml": (
            pyproject if pyproject is not None else _pyproject_text(build_requires)
        ).encode(),
        f"{stem}/declaration.json": json.dumps(declaration).encode(),
        f"{stem}/backend/factory_backend.py": _BACKEND.encode(),
    }
    for path, payload in (extra_members or {}).items():
        members[f"{stem}/{path}"] = _bytes(payload)
    packed = zip_bytes(members) if kind == "zip" else tar_bytes(members, kind)
    return PackageFile(name, version, f"{stem}.{kind}", packed, text, requires_python)


def write_source_tree(folder: Path, package: PackageFile) -> Path:
    """Unpack a source distribution of `make_sdist` into `folder`; return the project's folder."""
    with tarfile.open(fileobj=io.BytesIO(package.data)) as archive:
        for member in archive.getmembers():
            stream = archive.extractfile(member)
            if stream is not None:
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(stream.read())
    return folder / package.filename.removesuffix(".tar.gz")


def record_text(members: Mapping[str, bytes], record_path: str) -> bytes:
    """RECORD of `members`, which must not hold the RECORD itself."""
    rows = []
    for path, content in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        shown = f'"{path}"' if "," in path else path
        rows.append(f"{shown},sha256={digest},{len(content)}\n")
    return ("".join(rows) + f"{record_path},,\n").encode()


def zip_bytes(
    members: Mapping[str, bytes], executables: Sequence[str] = (), compressed: bool = True
) -> bytes:
    """A ZIP archive of `members`, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in members.items():
            info = zipfile.ZipInfo(path, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
            info.external_attr = (0o100755 if path in executables else 0o100644) << 16
            archive.writestr(info, content)
    return stream.getvalue()


def tar_bytes(members: Mapping[str, bytes], kind: str = "tar.gz") -> bytes:
    """A tar archive of `members`; `kind` is the file name's ending."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content in members.items():
            info = tarfile.TarInfo(path)
            info.size = len(content)
            info.mtime = _MODIFIED
            info.mode = 0o644
            archive.addfile(info, io.BytesIO(content))
    plain = stream.getvalue()
    if kind == "tar.gz":
        return gzip.compress(plain, mtime=0)
    if kind == "tar.bz2":
        import bz2

        return bz2.compress(plain)
    import lzma

    return lzma.compress(plain)


def _default_files(
    name: str, version: str, files: Mapping[str, str | bytes] | None
) -> dict[str, bytes]:
    if files is None:
        module = _file_stem(name)
        return {f"{module}/__init__.py": f"VERSION = {version!r}\n".encode()}
    return {path: _bytes(content) for path, content in files.items()}


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _file_stem(name: str) -> str:
    text = name.lower()
    for separator in "-.":
        text = text.replace(separator, "_")
    return text


def _wheel_text(tag: str, *, pure: bool, build: str) -> bytes:
    lines = ["Wheel-Version: 1.0", "Generator: factory 1", f"Root-Is-Purelib: {str(pure).lower()}"]
    pythons, abis, platforms = tag.split("-")
    lines += [
        f"Tag: {python}-{abi}-{platform}"
        for python in pythons.split(".")
        for abi in abis.split(".")
        for platform in platforms.split(".")
    ]
    if build:
        lines.append(f"Build: {build}")
    return ("\n".join(lines) + "\n").encode()


def _entry_points_text(groups: Mapping[str, Mapping[str, str]]) -> bytes:
    lines = []
    for group, entries in groups.items():
        lines.append(f"[{group}]")
        lines += [f"{name} = {reference}" for name, reference in entries.items()]
    return ("\n".join(lines) + "\n").encode()


def _pyproject_text(build_requires: Sequence[str]) -> str:
    return (
        "[build-system]\n"
        f"requires = {json.dumps(list(build_requires))}\n"
        'build-backend = "factory_backend"\n'
        'backend-path = ["backend"]\n'
    )


_BACKEND = '''
"""A build backend that packs what declaration.json says; plain Python 3.7."""
import base64
import hashlib
import json
import os
import zipfile


def _declaration():
    with open("declaration.json", encoding="utf-8") as stream:
        found = json.load(stream)
    if found["fails_with"]:
        print(found["fails_with"])
        raise RuntimeError(found["fails_with"])
    return found


def _information(found):
    members = {
        "METADATA": found["metadata"],
        "WHEEL": "Wheel-Version: 1.0\\nGenerator: factory 1\\n"
        "Root-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    if found["entry_points"]:
        members["entry_points.txt"] = found["entry_points"]
    return members


def _pack(found, files, wheel_directory):
    info = found["stem"] + ".dist-info/"
    members = dict(files)
    for name, text in _information(found).items():
        members[info + name] = text
    rows = []
    filename = found["stem"] + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, filename), "w") as archive:
        for path, text in members.items():
            data = text.encode("utf-8")
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
            rows.append("%s,sha256=%s,%d\\n" % (path, digest.decode(), len(data)))
            archive.writestr(zipfile.ZipInfo(path, (2024, 1, 2, 3, 4, 6)), data)
        rows.append(info + "RECORD,,\\n")
        archive.writestr(zipfile.ZipInfo(info + "RECORD", (2024, 1, 2, 3, 4, 6)), "".join(rows))
    return filename


def get_requires_for_build_wheel(config_settings=None):
    return []


def get_requires_for_build_editable(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    found = _declaration()
    folder = found["stem"] + ".dist-info"
    os.mkdir(os.path.join(metadata_directory, folder))
    for name, text in _information(found).items():
        with open(os.path.join(metadata_directory, folder, name), "w", encoding="utf-8") as stream:
            stream.write(text)
    return folder


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    found = _declaration()
    return _pack(found, found["files"], wheel_directory)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    found = _declaration()
    path = {"%s.pth" % found["stem"]: os.getcwd() + "\\n"}
    return _pack(found, path, wheel_directory)
'''
