"""Files of requirements, and those that they refer to, as packages to add."""

from __future__ import annotations

import os

from pipenv.errors import FileAccessError, InvalidValue, UsageError
from pipenv.events import Notice
from pipenv.models.records import NamedTuple
from pipenv.models.requirements import parse_requirement
from pipenv.models.urls import Url
from pipenv.network.addresses import join
from pipenv.operations.additions import Words, parse_additions
from pipenv.operations.imported import TOOLS, Imported, ImportedLine, Limit
from pipenv.operations.new_sources import same_index, source_at, trusted_hosts
from pipenv.operations.places import HTTP_SCHEMES, local_path
from pipenv.pipfile.requirements_file import (
    FileReference,
    RequirementLine,
    decode,
    expanded,
    parse_requirements_file,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from pipenv.events import Reporter
    from pipenv.models.indexes import Index
    from pipenv.network.client import HttpClient
    from pipenv.operations.project import Project
    from pipenv.pipfile.document import Pipfile
    from pipenv.pipfile.requirements_file import RequirementsFile

    class Tools(Protocol):
        """What it takes to read; `pipenv.operations.tools.Session` has it."""

        project: Project
        environ: Mapping[str, str]
        report: Reporter

        def pipfile(self) -> Pipfile:
            """The Pipfile as it is on disk."""

        def default_sources(self) -> tuple[Index, ...]:
            """The sources of a Pipfile that names none."""

        def written_sources(self, pipfile: Pipfile) -> tuple[Index, ...]:
            """The sources of a Pipfile."""

        def client(self) -> HttpClient:
            """Downloads."""

        def archive_address(self, url: str) -> str:
            """The URL to ask for a file."""


_MOST_FILES = 1000


class _Line(NamedTuple):
    line: RequirementLine
    folder: str
    """Where its relative paths start."""


class _Reading:
    """Everything that one run reads, in order."""

    def __init__(self, tools: Tools, cwd: str) -> None:
        self._tools = tools
        self._cwd = cwd
        self._seen: set[tuple[str, bool]] = set()
        self.lines: list[_Line] = []
        self.limits: list[_Line] = []
        self.options: list[tuple[str, str, str]] = []

    def read(self, target: str, base: str, *, is_constraint: bool, label: str = "") -> None:
        """Read a file and those it refers to.

        Args:
            target: a path or a URL, as written.
            base: the folder or URL that it starts from.
            is_constraint: it only limits.
            label: what to call it; else what it comes to.

        Raises:
            FileAccessError, NetworkError: it cannot be read.
            InvalidValue: it means nothing; file and line are named.
        """
        if base.lower().startswith(HTTP_SCHEMES) and "://" not in target:
            target = join(base, target)
        is_remote = target.lower().startswith(HTTP_SCHEMES)
        place = target if is_remote else local_path(target, base)
        if (place, is_constraint) in self._seen:
            return
        self._seen.add((place, is_constraint))
        if len(self._seen) > _MOST_FILES:
            raise InvalidValue(f"`{label}` refers to more than {_MOST_FILES} files")
        label = label or (str(Url(target)) if is_remote else os.path.relpath(place, self._cwd))
        data = self._download(place) if is_remote else _read_file(place, label)
        found = parse_requirements_file(decode(data), label, self._tools.environ)
        self._take(found, place if is_remote else os.path.dirname(place), is_constraint)

    def _take(self, found: RequirementsFile, base: str, is_constraint: bool) -> None:  # noqa: FBT001 - one caller
        self.options += found.options
        folder = self._cwd if base.lower().startswith(HTTP_SCHEMES) else base
        for line in found.lines:
            if isinstance(line, FileReference):
                try:
                    self.read(line.target, base, is_constraint=is_constraint or line.is_constraint)
                except FileAccessError as error:
                    raise FileAccessError(
                        f"{line.place}: {error.message}", hints=error.hints
                    ) from error
            elif is_constraint:
                self.limits.append(_Line(line, folder))
            else:
                self.lines.append(_Line(line, folder))

    def _download(self, url: str) -> bytes:
        tools = self._tools
        return tools.client().get(tools.archive_address(url)).body()

    def values(self, name: str) -> list[str]:
        """Every value of an option of any file."""
        return [value for option, value, _ in self.options if option == name]


def import_requirements(
    tools: Tools, targets: Sequence[str], cwd: str, *, trusted: Sequence[str] = ()
) -> Imported:
    """Read files of requirements; nothing is written.

    Args:
        tools: have the Pipfile, and download.
        targets: paths and URLs.
        cwd: where relative paths start.
        trusted: hosts whose certificates need not be verified, besides those that the files name.

    Raises:
        FileAccessError, NetworkError: a file cannot be read.
        InvalidValue, UsageError: a line means nothing.
    """
    reading = _Reading(tools, cwd)
    for target in targets:
        written = expanded(target, tools.environ)
        reading.read(written, cwd, is_constraint=False, label=str(Url(written)))
    _refuse_or_tell(tools, reading)
    primary, sources = _sources(tools, reading, trusted)
    lines = [_imported(each, tools.project.root, cwd) for each in reading.lines]
    _tell_skipped(tools, lines)
    if reading.limits:
        tools.report(
            Notice("constraints", "constraints hold for this run: a Pipfile cannot keep them")
        )
    if primary is not None and _is_only_source(tools, primary, reading):
        lines = [line.tied_to(primary.name) for line in lines]
    words = tuple(
        word for value in reading.values("no-binary") for word in value.split(",") if word
    )
    return Imported(
        lines=tuple(lines),
        primary=primary,
        sources=sources,
        limits=_limits(reading.limits),
        no_binary_words=words,
        allows_prereleases="pre" in {name for name, _, _ in reading.options},
    )


def _read_file(path: str, label: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(f"`{label}` cannot be read: {reason}") from error


def _refuse_or_tell(tools: Tools, reading: _Reading) -> None:
    """Refuse what changes where packages come from and has no place in a Pipfile.

    Raises:
        InvalidValue: there is such an option, or a hash is missing that is insisted on.
    """
    for name, value, place in reading.options:
        if name == "no-index":
            raise InvalidValue(
                f"{place}: `--no-index` cannot be kept: a Pipfile always has an index",
                hints=["name an index with `-i URL`, or packages by their paths"],
            )
        if name in {"find-links", "only-binary", "prefer-binary", "use-feature"}:
            text = f"--{name} {Url(value)}".rstrip()
            tools.report(Notice("ignored", f"{place}: `{text}` means nothing here"))
    if "require-hashes" in {name for name, _, _ in reading.options}:
        bare = next((each.line for each in reading.lines if not each.line.digests), None)
        if bare is not None:
            raise InvalidValue(
                f"{bare.place}: `{bare.text}` has no hash, and --require-hashes is set"
            )
    for each in reading.lines:
        for setting in each.line.config_settings:
            tools.report(
                Notice(
                    "ignored",
                    f"{each.line.place}: `--config-settings {setting}` is not kept; "
                    "give it on the command line",
                )
            )


def _sources(
    tools: Tools, reading: _Reading, trusted: Sequence[str]
) -> tuple[Index | None, tuple[Index, ...]]:
    """The source that stands for the first index, and all that the Pipfile does not have yet."""
    hosts = trusted_hosts(tools.environ) | {
        host.lower() for host in (*trusted, *reading.values("trusted-host"))
    }
    is_new = not tools.project.has_pipfile()
    first = reading.values("index-url")[-1:]
    written = () if is_new and first else tools.written_sources(tools.pipfile())
    known = [*written, *tools.default_sources()]
    new: list[Index] = []
    primary = None
    for url in (*first, *reading.values("extra-index-url")):
        source = source_at(url, [*known, *new], hosts)
        if "$" not in url and Url(url).password:
            tools.report(
                Notice(
                    "password",
                    f"`{Url(url)}` is written with its password: put ${{VARIABLES}} in its place",
                )
            )
        if primary is None and first:
            primary = source
        if source not in written and source not in new:
            new.append(source)
    return primary, tuple(new)


def _is_only_source(tools: Tools, primary: Index, reading: _Reading) -> bool:
    """Tell whether packages must be tied to a source that is not the first of the Pipfile."""
    if reading.values("extra-index-url") or not tools.project.has_pipfile():
        return False
    return not same_index(tools.written_sources(tools.pipfile())[0].url, primary.url)


def _imported(found: _Line, root: str, cwd: str) -> ImportedLine:
    line = found.line
    folder = found.folder
    start = line.text.partition(";")[0].partition("[")[0].strip()
    if "://" not in start and not os.path.exists(os.path.join(folder, start)):
        folder = cwd  # as pip has it
    text, marker = line.text, None
    try:
        is_address = "://" in start
        if is_address or line.is_editable or "/" in start or os.sep in start:
            text, _, marker_text = text.partition("; " if is_address else ";")
            text = text.strip()
            marker_text = marker_text.strip()
            marker = parse_requirement(f"x;{marker_text}").marker if marker_text else None
        words = Words((), (text,), folder, root)
        if not line.is_editable:
            words = Words((text,), (), folder, root)
        (addition,) = parse_additions(words, index=None)
    except (UsageError, InvalidValue) as error:
        raise InvalidValue(f"{line.place}: {error.message}", hints=error.hints) from error
    if marker is not None:
        requirement = addition.requirement._replace(marker=marker)
        addition = addition._replace(requirement=requirement)
    return ImportedLine(addition, line.place, line.digests)


def _tell_skipped(tools: Tools, lines: Sequence[ImportedLine]) -> None:
    skipped = [line for line in lines if line.addition.requirement.key in TOOLS]
    if skipped:
        names = ", ".join(dict.fromkeys(line.addition.requirement.name for line in skipped))
        tools.report(Notice("skipped", f"{names}: left out, every environment has its own"))
    pinned = [
        line.addition.requirement.name
        for line in lines
        if line.addition.requirement.specifiers.exact_pin is not None
    ]
    if pinned:
        tools.report(
            Notice(
                "pinned",
                f"{len(pinned)} of the imported packages are pinned to one version: loosen them in "
                "the Pipfile, Pipfile.lock holds the versions",
            )
        )


def _limits(lines: Sequence[_Line]) -> tuple[Limit, ...]:
    """What constraints say of versions.

    Raises:
        InvalidValue: a line is no requirement with a name.
    """
    found: list[Limit] = []
    for line, _ in lines:
        try:
            requirement = parse_requirement(line.text)
        except InvalidValue as error:
            raise InvalidValue(f"{line.place}: {error.message}", hints=error.hints) from error
        if requirement.url is not None or line.is_editable:
            raise InvalidValue(f"{line.place}: a constraint has a name and versions, no address")
        specifiers, marker = requirement.specifiers, requirement.marker
        found.append(Limit(requirement.key, specifiers, marker, line.place))
    return tuple(found)
