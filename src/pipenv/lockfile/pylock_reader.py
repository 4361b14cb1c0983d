"""The tables of a ``pylock.toml`` (PEP 751) as a value, whoever wrote them.

What is there has to make sense, as in a ``Pipfile.lock``: a wrong type, a missing hash or a package
without a place to come from is an error that names the key. Unknown keys are for others.
"""

from __future__ import annotations

from datetime import datetime, timezone

from pipenv.errors import InvalidLockfile, InvalidValue, UntrustedLockfile
from pipenv.lockfile.pylock import Pylock, PylockPackage
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import parse_digest
from pipenv.models.filenames import parse_sdist_filename, parse_wheel_filename
from pipenv.models.markers import parse_marker
from pipenv.models.names import canonical_name, is_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import parse_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.digests import Digest
    from pipenv.models.markers import Marker
    from pipenv.models.origins import Origin

    Table = Mapping[str, object]

VCS_NAMES = ("git", "hg", "svn", "bzr")
_PLACES = ("vcs", "directory", "archive")
_HINTS = ("restore it from version control, or have it made anew by the tool that made it",)


def format_minor(data: Table, *, path: str = "pylock.toml") -> int:
    """Return the minor version of the format, 0 in ``1.0``; higher ones may say more than we know.

    Raises:
        InvalidLockfile: it is of no version that there is, or of another major one.
    """
    return _Reading(path).minor(data)


def read_pylock(data: Table, *, path: str = "pylock.toml") -> Pylock:
    """Read the tables of a file.

    Paths stay as they are written, relative to the folder of the file.

    Args:
        data: the TOML document.
        path: what to call it in errors.

    Raises:
        InvalidLockfile: it is no lock; the key is named.
        UntrustedLockfile: hashes are malformed, or none of a file's can be trusted.
    """
    return _Reading(path).pylock(data)


class _Reading:
    def __init__(self, path: str) -> None:
        self._path = path

    def minor(self, data: Table) -> int:
        text = self._text(data, "lock-version", "")
        if text is None:
            raise self._error("lock-version", "is missing")
        major, dot, minor = text.partition(".")
        if not dot or not major.isdecimal() or not minor.isdecimal():
            raise self._error("lock-version", f'is "{text}", which is no version')
        if int(major) != 1:
            raise self._error("lock-version", f'is "{text}", and only 1.x is known')
        return int(minor)

    def pylock(self, data: Table) -> Pylock:
        self.minor(data)
        creator = self._text(data, "created-by", "")
        if creator is None:
            raise self._error("created-by", "is missing")
        packages = data.get("packages")
        if not isinstance(packages, list):
            raise self._error("packages", "is missing" if packages is None else "must be an array")
        extras = self._texts(data, "extras")
        groups = self._texts(data, "dependency-groups")
        default = self._texts(data, "default-groups") if "default-groups" in data else ()
        return Pylock(
            requires_python=self._specifiers(data, ""),
            dependency_groups=groups,
            packages=tuple(self._package(each, number) for number, each in enumerate(packages)),
            environments=tuple(
                self._marker(text, "environments") for text in self._texts(data, "environments")
            ),
            extras=extras,
            default_groups=default,
            creator=creator,
            lock_version=str(data.get("lock-version")),
        )

    def _package(self, value: object, number: int) -> PylockPackage:
        place = f"packages[{number}]"
        table = self._table(value, place)
        name = self._text(table, "name", place)
        if name is None or not is_name(name):
            raise self._error(f"{place}.name", "is missing" if name is None else "is no name")
        place = f"{place} ({name})"
        version = self._text(table, "version", place)
        if version is not None:
            try:
                parse_version(version)
            except InvalidValue as error:
                raise self._error(f"{place}.version", f'is "{version}": {error}') from error
        marker = self._text(table, "marker", place)
        index = self._text(table, "index", place)
        origin, artifacts, digests = self._source(table, place)
        if isinstance(origin, IndexOrigin) and version is None:
            version = _version_in(artifacts)
            if version is None:
                raise self._error(f"{place}.version", "is missing")
        return PylockPackage(
            name=canonical_name(name),
            version=version,
            marker=None if marker is None else self._marker(marker, f"{place}.marker"),
            requires_python=self._specifiers(table, place),
            origin=origin,
            index_url=index,
            artifacts=artifacts,
            digests=digests,
        )

    def _source(
        self, table: Table, place: str
    ) -> tuple[Origin, tuple[Artifact, ...], tuple[Digest, ...]]:
        present = [key for key in _PLACES if key in table]
        has_files = "wheels" in table or "sdist" in table
        if len(present) + has_files > 1:
            both = " and ".join([*present, *(["wheels or sdist"] if has_files else [])])
            raise self._error(place, f"has {both}, which exclude each other")
        if present:
            key = present[0]
            place = f"{place}.{key}"
            inner = self._table(table[key], place)
            if key == "vcs":
                return self._vcs(inner, place), (), ()
            if key == "directory":
                return self._directory(inner, place), (), ()
            url = self._url_or_path(inner, place)
            origin = ArchiveOrigin(url, self._text(inner, "subdirectory", place))
            return origin, (), self._hashes(inner, place)
        wheels = table.get("wheels", [])
        if not isinstance(wheels, list):
            raise self._error(f"{place}.wheels", "must be an array")
        files = [
            self._file(each, f"{place}.wheels[{number}]") for number, each in enumerate(wheels)
        ]
        for number, file in enumerate(files):
            if parse_wheel_filename(file.filename) is None:
                raise self._error(
                    f"{place}.wheels[{number}]", f'is called "{file.filename}", as no wheel is'
                )
        if "sdist" in table:
            files.append(self._file(table["sdist"], f"{place}.sdist"))
        if not files:
            raise self._error(
                place, "has no file and no place to be installed from (wheels, sdist, vcs, ...)"
            )
        return IndexOrigin(), tuple(files), ()

    def _vcs(self, table: Table, place: str) -> VcsOrigin:
        kind = self._text(table, "type", place)
        if kind not in VCS_NAMES:
            raise self._error(f"{place}.type", f"must be one of {', '.join(VCS_NAMES)}")
        commit = self._text(table, "commit-id", place)
        if not commit:
            raise self._error(f"{place}.commit-id", "is missing")
        return VcsOrigin(
            vcs=kind,
            url=self._url_or_path(table, place),
            ref=commit,
            subdirectory=self._text(table, "subdirectory", place),
        )

    def _directory(self, table: Table, place: str) -> DirectoryOrigin:
        path = self._text(table, "path", place)
        if path is None:
            raise self._error(f"{place}.path", "is missing")
        inside = self._text(table, "subdirectory", place)
        editable = table.get("editable", False)
        if not isinstance(editable, bool):
            raise self._error(f"{place}.editable", "must be true or false")
        return DirectoryOrigin(f"{path.rstrip('/')}/{inside}" if inside else path, editable)

    def _file(self, value: object, place: str) -> Artifact:
        table = self._table(value, place)
        url = self._url_or_path(table, place)
        name = self._text(table, "name", place)
        if name is None:
            name = url.partition("#")[0].partition("?")[0].replace("\\", "/").rpartition("/")[2]
        if not name or "/" in name or "\\" in name:
            raise self._error(f"{place}.name", f'is "{name}", which is no name of a file')
        size = table.get("size")
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 0):
            raise self._error(f"{place}.size", "must be a number of bytes")
        moment = table.get("upload-time")
        if moment is not None and not isinstance(moment, datetime):
            raise self._error(f"{place}.upload-time", "must be a date and time")
        return Artifact(
            filename=name,
            url=url,
            digests=self._hashes(table, place),
            size=size,
            upload_time=None if moment is None else _iso(moment),
        )

    def _url_or_path(self, table: Table, place: str) -> str:
        """The path where one is given, as the standard has it: it is nearer."""
        path, url = self._text(table, "path", place), self._text(table, "url", place)
        found = path or url
        if not found:
            raise self._error(place, "has neither `url` nor `path`")
        return found

    def _hashes(self, table: Table, place: str) -> tuple[Digest, ...]:
        place = f"{place}.hashes"
        written = self._table(table.get("hashes", {}), place)
        digests = []
        for algorithm, text in written.items():
            try:
                digests.append(parse_digest(f"{algorithm}:{text}"))
            except InvalidValue as error:
                raise UntrustedLockfile(
                    f"`{self._path}`: {place}.{algorithm} is malformed: {error.message}",
                    hints=_HINTS,
                ) from error
        if not any(digest.is_strong for digest in digests):
            weak = f"only {', '.join(written)}, which can be forged" if written else "no hash"
            raise UntrustedLockfile(f"`{self._path}`: {place} has {weak}", hints=_HINTS)
        return tuple(digest for digest in digests if digest.is_strong)

    def _specifiers(self, table: Table, place: str) -> str | None:
        text = self._text(table, "requires-python", place)
        if text is not None:
            try:
                parse_specifiers(text)
            except InvalidValue as error:
                key = f"{place}.requires-python".removeprefix(".")
                raise self._error(key, f'is "{text}": {error}') from error
        return text

    def _marker(self, text: str, place: str) -> Marker:
        try:
            return parse_marker(text)
        except InvalidValue as error:
            raise self._error(place, f"is no marker: {error.message}") from error

    def _table(self, value: object, place: str) -> Table:
        if not isinstance(value, dict):
            raise self._error(place, "must be a table")
        return value

    def _text(self, table: Table, key: str, place: str) -> str | None:
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self._error(f"{place}.{key}".removeprefix("."), "must be a string")

    def _texts(self, table: Table, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._error(key, "must be an array of strings")

    def _error(self, place: str, what: str) -> InvalidLockfile:
        return InvalidLockfile(f"`{self._path}`: {place} {what}", hints=_HINTS)


def _version_in(artifacts: tuple[Artifact, ...]) -> str | None:
    for artifact in artifacts:
        name = parse_wheel_filename(artifact.filename) or parse_sdist_filename(artifact.filename)
        if name is not None:
            return name.version
    return None


def _iso(moment: datetime) -> str:
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
