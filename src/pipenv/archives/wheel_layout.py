"""What makes a zip file a wheel: one ``.dist-info`` that tells the truth (PEP 427, PEP 491).

Decides everything that can be decided without reading the files' contents: names, versions, that
RECORD lists each file with a digest, where each file goes, and which programs there are.
"""

from __future__ import annotations

import binascii

from pipenv.archives.entry_points import EntryPoints, parse_entry_points, problem_with_program
from pipenv.archives.identity import is_same_project, is_same_version
from pipenv.archives.member_names import problem_with_name
from pipenv.archives.record_rows import record_rows
from pipenv.archives.refusal import refused
from pipenv.archives.reserved_folder import RESERVED_FOLDER
from pipenv.errors import MetadataMismatch
from pipenv.models.filenames import parse_wheel_filename
from pipenv.models.names import is_name
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from pipenv.archives._zip_records import Member

    class Container(Protocol):
        """The zip file that a wheel is, as far as its layout is concerned."""

        @property
        def filename(self) -> str:
            """What it is called."""

        @property
        def members(self) -> Sequence[Member]:
            """Everything in it, in its order."""

        def __contains__(self, name: str) -> bool:
            """Tell whether there is a member `name`."""

        def size_of(self, name: str) -> int:
            """How many bytes the member `name` has."""

        def read(self, name: str) -> bytes:
            """The content of the member `name`."""


SCHEMES = ("purelib", "platlib", "scripts", "headers", "data")
UNLISTED = ("RECORD", "RECORD.jws", "RECORD.p7s")
"""Files of a ``.dist-info`` that RECORD cannot or need not list."""
INSTALLERS_OWN = frozenset(
    {*UNLISTED, "RECORD.pipenv-tmp", "INSTALLER", "REQUESTED", "direct_url.json"}
)
"""Files of a ``.dist-info`` that only an installer writes; a wheel's own are left out."""
DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}
"""The digests that RECORD may use."""
_INFO_SUFFIX = ".dist-info"
_DATA_SUFFIX = ".data"
_LARGEST_TEXT = 64 << 20
_PLAIN_LENGTH = len("sha256=") + 43
_PROGRAM_FOLDERS = frozenset({"bin", "scripts"})


class WheelFile(NamedTuple):
    """One file of a wheel and where it goes."""

    member: Member
    scheme: str
    """One of `SCHEMES`."""
    path: str
    """Below the folder of the scheme, with ``/``."""
    digest: str
    """``sha256=…`` as RECORD writes it; empty only when a false RECORD was allowed."""


class WheelLayout(NamedTuple):
    """A wheel as it is to be installed."""

    name: str
    version: str
    info_dir: str
    """``name-version.dist-info``."""
    root_scheme: str
    """``purelib`` or ``platlib``: where the files outside of ``.data`` go."""
    wheel_version: tuple[int, int]
    files: tuple[WheelFile, ...]
    """In the archive's order, without those that the installer writes itself."""
    entry_points: EntryPoints
    notices: tuple[str, ...]
    """What the user should know though the wheel is accepted."""


def read_layout(archive: Container, *, lenient_record: bool = False) -> WheelLayout:
    """Judge `archive` as a wheel.

    Raises:
        UnsafeArchive: it is no sound wheel.
        MetadataMismatch: file name, ``.dist-info`` and METADATA disagree on name or version.
    """
    return _Judge(archive).judge(lenient_record=lenient_record)


class _Judge:
    """Holds one wheel while it is judged."""

    def __init__(self, archive: Container) -> None:
        self._archive = archive
        self._filename = archive.filename
        self._notices: list[str] = []

    def judge(self, *, lenient_record: bool) -> WheelLayout:
        for member in self._archive.members:
            if member.kind == "link":
                raise refused(self._filename, "is a symbolic link", member.name)
        info_dir = self._find_info_dir()
        name, version = self._read_names(info_dir)
        wheel_version, is_pure = self._read_wheel(info_dir)
        digests = self._read_record(info_dir, lenient=lenient_record)
        root_scheme = "purelib" if is_pure else "platlib"
        files = self._place(info_dir, root_scheme, digests)
        return WheelLayout(
            name,
            version,
            info_dir,
            root_scheme,
            wheel_version,
            tuple(files),
            self._read_entry_points(info_dir),
            tuple(self._notices),
        )

    # Identity

    def _find_info_dir(self) -> str:
        tops = {
            member.name.partition("/")[0] for member in self._archive.members if "/" in member.name
        }
        found = sorted(top for top in tops if top.endswith(_INFO_SUFFIX))
        if not found:
            raise refused(self._filename, "has no .dist-info folder")
        if len(found) > 1:
            raise refused(self._filename, f"has {len(found)} .dist-info folders")
        return found[0]

    def _read_names(self, info_dir: str) -> tuple[str, str]:
        headers = self._headers(f"{info_dir}/METADATA")
        name, version = headers.get("name", ""), headers.get("version", "")
        if not name or not version:
            raise refused(self._filename, "names no project or no version in its METADATA")
        if not is_name(name) or problem_with_name(version) is not None or "/" in version:
            raise refused(self._filename, "has a name or version that cannot be one in METADATA")
        stem = info_dir[: -len(_INFO_SUFFIX)]
        if not _is_same(stem.rpartition("-")[0], stem.rpartition("-")[2], name, version):
            raise self._mismatch(name, version, f"its folder `{info_dir}`")
        if self._filename.lower().endswith(".whl"):
            wheel = parse_wheel_filename(self._filename)
            if wheel is None:
                raise refused(self._filename, "has a name that is not that of a wheel")
            if not _is_same(wheel.name, wheel.version, name, version):
                raise self._mismatch(name, version, "its file name")
        return name, version

    def _read_wheel(self, info_dir: str) -> tuple[tuple[int, int], bool]:
        headers = self._headers(f"{info_dir}/WHEEL")
        text = headers.get("wheel-version", "")
        numbers = text.split(".")
        if not 1 <= len(numbers) <= 2 or not all(n.isdecimal() and n.isascii() for n in numbers):
            raise refused(self._filename, "does not say which version of wheels it follows")
        if len(text) > 9 or int(numbers[0]) != 1:
            raise refused(self._filename, f"is a wheel of version {text[:20]}, and 1 is known")
        minor = int(numbers[1]) if len(numbers) == 2 else 0
        if minor > 0:
            self._notices.append(
                f"`{self._filename}` follows version {text} of the wheel format, newer than 1.0"
            )
        return (1, minor), headers.get("root-is-purelib", "").lower() == "true"

    # RECORD

    def _read_record(self, info_dir: str, *, lenient: bool) -> dict[str, str]:
        """Digests by member, of every file that is installed as it is."""
        unlisted = {f"{info_dir}/{name}" for name in UNLISTED}
        if lenient and f"{info_dir}/RECORD" not in self._archive:
            self._notices.append(f"`{self._filename}` has no RECORD")
            return {}
        listed = self._record_digests(f"{info_dir}/RECORD")
        digests: dict[str, str] = {}
        problems: list[tuple[str, str]] = []
        for member in self._archive.members:
            if member.kind != "file" or member.name in unlisted:
                listed.pop(member.name, None)
                continue
            digest, size = listed.pop(member.name, (None, ""))
            if digest is None:
                problems.append((member.name, "is not listed in RECORD"))
            elif not digest:
                problems.append((member.name, "has no digest in RECORD"))
            elif size and size != str(member.size):
                problems.append((member.name, "has another size in RECORD"))
            else:
                digests[member.name] = digest
        problems += [(name, "is listed in RECORD, but missing") for name in listed]
        if problems and not lenient:
            raise refused(self._filename, problems[0][1], problems[0][0])
        self._notices += [f"`{self._filename}`: `{name}` {problem}" for name, problem in problems]
        return digests

    def _record_digests(self, path: str) -> dict[str, tuple[str, str]]:
        listed: dict[str, tuple[str, str]] = {}
        try:
            for row in record_rows(self._text(path)):
                value = (self._digest(row.digest, row.path), row.size)
                if listed.setdefault(row.path, value) != value:
                    raise refused(self._filename, "is listed twice in RECORD", row.path)
        except ValueError as error:
            raise refused(self._filename, f"has a line that is no row: {error}", path) from error
        return listed

    def _digest(self, text: str, path: str) -> str:
        """`text` without padding; empty when there is none that counts."""
        if not text:
            return ""
        if len(text) == _PLAIN_LENGTH and text.startswith("sha256="):
            letters = text[7:].replace("-", "").replace("_", "")
            if letters.isascii() and (letters.isalnum() or not letters):
                return text
        algorithm, _, value = text.partition("=")
        value = value.rstrip("=")
        expected = DIGEST_BYTES.get(algorithm.lower())
        if expected is None:
            return ""  # md5 and sha1 are no proof (PEP 427)
        if not _is_base64(value, expected):
            raise refused(self._filename, "has a malformed digest in RECORD", path)
        return f"{algorithm.lower()}={value}"

    # Where files go

    def _place(self, info_dir: str, root_scheme: str, digests: dict[str, str]) -> list[WheelFile]:
        files: list[WheelFile] = []
        targets: set[tuple[str, str]] = set()
        stem = info_dir[: -len(_INFO_SUFFIX)]
        own = {f"{info_dir}/{name}" for name in INSTALLERS_OWN}
        for member in self._archive.members:
            name = member.name
            if member.kind == "folder" or name in own:
                continue
            top, _, rest = name.partition("/")
            if rest and top.endswith(_DATA_SUFFIX):
                scheme, path = self._place_data(name, top, rest, stem)
            else:
                scheme, path = root_scheme, name
            if path.startswith(RESERVED_FOLDER):
                raise refused(self._filename, "would get in the way of the installer", name)
            site = scheme in {"purelib", "platlib"}  # one folder, nearly everywhere
            target = ("site" if site else scheme, path)
            if target in targets:
                raise refused(self._filename, "would be installed over another one", name)
            targets.add(target)
            files.append(WheelFile(member, scheme, path, digests.get(name, "")))
        return files

    def _place_data(self, name: str, top: str, rest: str, stem: str) -> tuple[str, str]:
        data_stem = top[: -len(_DATA_SUFFIX)]
        same = _is_same(*_split_stem(data_stem), *_split_stem(stem))
        scheme, _, path = rest.partition("/")
        if not same or scheme not in SCHEMES or not path:
            raise refused(self._filename, "would be installed nobody knows where", name)
        first, _, deeper = path.partition("/")
        problem: str | None = None
        if scheme == "scripts":
            problem = problem_with_program(first)
        elif scheme == "data":
            if not deeper and path.lower() == "pyvenv.cfg":
                problem = "would take the place of the environment's settings"
            elif deeper and first.lower() in _PROGRAM_FOLDERS:
                problem = problem_with_program(deeper.partition("/")[0])
        elif scheme in {"purelib", "platlib"} and first.endswith((_INFO_SUFFIX, ".egg-info")):
            problem = "would pose as another distribution"
        if problem is not None:
            raise refused(self._filename, problem, name)
        return scheme, path

    # Texts

    def _read_entry_points(self, info_dir: str) -> EntryPoints:
        path = f"{info_dir}/entry_points.txt"
        if path not in self._archive:
            return EntryPoints()
        try:
            return parse_entry_points(self._text(path))
        except ValueError as error:
            raise refused(self._filename, str(error), path) from error

    def _headers(self, path: str) -> dict[str, str]:
        """The first value of each header, by its name in lower case."""
        headers: dict[str, str] = {}
        for line in self._text(path, errors="replace").split("\n"):
            if not line.strip():
                break
            name, colon, value = line.partition(":")
            if colon and not name[0].isspace():
                headers.setdefault(name.lower(), value.strip())
        return headers

    def _text(self, path: str, *, errors: str = "strict") -> str:
        if path not in self._archive:
            raise refused(self._filename, f"has no {path.rpartition('/')[2]}")
        if self._archive.size_of(path) > _LARGEST_TEXT:
            raise refused(self._filename, "is too large to be true", path)
        try:
            return self._archive.read(path).decode("utf-8", errors)
        except UnicodeDecodeError as error:
            raise refused(self._filename, "is not UTF-8", path) from error

    def _mismatch(self, name: str, version: str, other: str) -> MetadataMismatch:
        return MetadataMismatch(
            f"`{self._filename}` contradicts itself: its metadata says {name[:80]} "
            f"{version[:40]}, {other} something else",
            hints=["get it anew, and if it stays so, tell its maintainers"],
        )


def _split_stem(stem: str) -> tuple[str, str]:
    name, _, version = stem.rpartition("-")
    return name, version


def _is_same(name: str, version: str, other_name: str, other_version: str) -> bool:
    return is_same_project(name, other_name) and is_same_version(version, other_version)


def _is_base64(value: str, length: int) -> bool:
    try:
        padded = value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4)
        return len(binascii.a2b_base64(padded)) == length
    except (ValueError, binascii.Error):
        return False
