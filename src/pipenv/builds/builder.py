"""From an archive, a directory or a checkout to its metadata and its wheel.

Owns: the order of the attempts (static metadata, the metadata hook, the whole wheel), the checks of
names and versions, and the reuse of what was built.  `Builder` is what `pipenv.index` calls a
source builder; the two do not know each other.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pipenv.archives.extraction import extract_sdist
from pipenv.archives.identity import is_same_project, is_same_version
from pipenv.archives.tars import opener_for, tar_entries
from pipenv.archives.zips import WheelArchive
from pipenv.builds._results import ResultStore, result_key
from pipenv.builds._scratch import scratch_folder
from pipenv.builds.backend import Backend, Workplace, backend_environment
from pipenv.builds.checkouts import project_folder
from pipenv.builds.source_trees import (
    binding_metadata,
    project_name,
    read_build_system,
    static_metadata,
)
from pipenv.errors import (
    BackendFailed,
    CyclicBuild,
    FileAccessError,
    InvalidValue,
    MetadataMismatch,
)
from pipenv.events import StageFinished, StageStarted, silent
from pipenv.filesystem.file_digests import file_digest
from pipenv.models.core_metadata import metadata_text, parse_metadata
from pipenv.models.filenames import parse_sdist_filename
from pipenv.models.names import canonical_name
from pipenv.models.versions import parse_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pipenv.builds.backend import ConfigSettings, WheelKind
    from pipenv.builds.isolation import BuildEnvironment, BuildEnvironments
    from pipenv.builds.source_trees import BuildSystem
    from pipenv.events import Reporter
    from pipenv.models.artifacts import Artifact
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.interpreters import Interpreter


class BuildPolicy(NamedTuple):
    """What holds for every build of one run, nested ones included."""

    environ: Mapping[str, str]
    """The user's environment, from which those of the backends are made."""
    private_variables: frozenset[str] = frozenset()
    """Names of variables that backends must not see: those that index URLs refer to."""
    config_settings: Mapping[str, ConfigSettings] = MappingProxyType({})
    """Canonical name → what its backend is told (PEP 517, ``config_settings``)."""
    slot: AbstractContextManager[object] = nullcontext()
    """Entered while a backend runs; a semaphore here bounds how many do at once.

    It is free while an environment is prepared, so nested builds cannot starve each other.
    """
    report: Reporter = silent
    """Takes stages and the backends' output; called from several threads."""


def no_state() -> str:
    """What a folder holds, when nobody knows."""
    return ""


class _Source(NamedTuple):
    """One thing to build, and what is known of it beforehand."""

    label: str
    """Its name in messages."""
    name: str
    """Canonical; ``""`` when it is not known."""
    version: str
    """``""`` when any version is right."""
    is_distribution: bool
    """An archive, which must hold what it is called; of a directory the name is a guess."""
    key: str
    """Of its results in the store."""
    is_reusable: bool
    """It cannot change: what was built from it once is good for ever."""
    is_costly: bool = False
    """It has to be fetched to be looked at, so even what needs no build is kept."""


class Builder:
    """Builds for one interpreter; may be used from several threads."""

    def __init__(
        self,
        environments: BuildEnvironments,
        interpreter: Interpreter,
        *,
        cache_dir: str,
        policy: BuildPolicy,
        building: tuple[str, ...] = (),
    ) -> None:
        """Prepare to build; nothing is made yet.

        Args:
            environments: gives each build its environment.
            interpreter: the wheels are for; its best tag is part of the key of the cache.
            cache_dir: the folder of the results.
            policy: shared with nested builders.
            building: canonical names of the builds that wait for this builder, outermost first.
        """
        self._environments = environments
        self._flavour = interpreter.tags[0] if interpreter.tags else str(interpreter.version)
        self._results = ResultStore(cache_dir)
        self._policy = policy
        self._building = building

    def close(self) -> None:
        """Give up what was only kept because the cache folder could not be used."""
        self._results.close()

    def metadata(self, archive_path: str, artifact: Artifact) -> CoreMetadata:
        """Find the metadata of a source distribution from an index; builds only when it must.

        Raises:
            MetadataMismatch: the archive holds another project or version than its name says.
            UnsafeArchive: the archive is not fit to be unpacked.
            BackendFailed: the backend's output is in `details`.
            CyclicBuild: it needs itself to be built.
        """
        named = parse_sdist_filename(artifact.filename)
        name, version = (canonical_name(named.name), named.version) if named else ("", "")
        source = self._archive(archive_path, artifact.filename, name, version)
        found = _binding_metadata(archive_path, artifact.filename)
        if found is not None:
            return _checked(source, found)
        return self._metadata(source, _unpacked(archive_path, artifact.filename))

    def metadata_of_archive(self, archive_path: str, *, subdirectory: str = "") -> CoreMetadata:
        """Find the metadata of any source archive, whatever it is called; see `metadata`."""
        label = Path(archive_path).name
        source = self._archive(archive_path, label, "", "", subdirectory)
        return self._metadata(source, _unpacked(archive_path, label, subdirectory))

    def metadata_of_wheel(self, path: str) -> CoreMetadata:
        """Read the metadata of a wheel that somebody else has built.

        Raises:
            UnsafeArchive: it is not a sound wheel.
            InvalidValue: its metadata is malformed.
        """
        with WheelArchive(path) as wheel:
            return parse_metadata(wheel.read_metadata())

    def wheel(self, archive_path: str, name: str, version: str, *, subdirectory: str = "") -> str:
        """Build the wheel of a source archive, unless it was built before; returns its path.

        Args:
            archive_path: the verified archive.
            name: what the wheel must be of.
            version: the same; ``""`` when any is right.
            subdirectory: the project's folder inside the archive.

        Raises:
            MetadataMismatch: the wheel is of another project or version.
            UnsafeArchive: the archive is not fit to be unpacked.
            BackendFailed: the backend's output is in `details`.
            CyclicBuild: it needs itself to be built.
        """
        source = self._archive(archive_path, name, canonical_name(name), version, subdirectory)
        opened = _unpacked(archive_path, f"{name} {version}".rstrip(), subdirectory)
        return self._wheel(source, opened, "wheel")

    def declared_metadata(self, directory: str) -> CoreMetadata | None:
        """Read the metadata that the project in `directory` declares for every build of it.

        `None` when only a build tells.
        """
        return static_metadata(directory, is_distribution=False)

    def metadata_of_directory(self, directory: str, *, source_id: str = "") -> CoreMetadata:
        """Find the metadata of the project in `directory`.

        Args:
            directory: the folder of the project file; the backend may leave files in it.
            source_id: what names the content for good; what was found is then kept and used
                again.  ``""`` for a folder that may change.

        Raises:
            BackendFailed: the backend's output is in `details`.
            CyclicBuild: it needs itself to be built.
        """
        source = self._directory(directory, "wheel", source_id)
        return self._metadata(source, nullcontext(directory))

    def wheel_of_directory(
        self, directory: str, *, editable: bool, state: Callable[[], str] = no_state
    ) -> str:
        """Build the wheel of the project in `directory`; returns its path.

        Args:
            directory: the folder of the project file; the backend may leave files in it.
            editable: build a wheel that leads Python to `directory` (PEP 660).
            state: names what the folder holds now.  A wheel that was built in this state, which
                the build has left as it was, is used again.  ``""``: nobody knows, so build.

        Raises:
            BackendFailed: the backend's output is in `details`.
            CyclicBuild: it needs itself to be built.
        """
        kind: WheelKind = "editable" if editable else "wheel"
        before = state()
        fleeting = self._directory(directory, kind, "")
        if not before:
            return self._wheel(fleeting, nullcontext(directory), kind)
        source = self._directory(directory, kind, f"{kind}:{before}")

        def key_afterwards() -> str:
            return source.key if state() == before else fleeting.key

        return self._wheel(source, nullcontext(directory), kind, key_afterwards)

    def metadata_of_checkout(
        self, opened: AbstractContextManager[str], name: str, source_id: str
    ) -> CoreMetadata:
        """Find the metadata of the project in a checkout.

        Args:
            opened: lends the project's folder; entered only when its metadata is not known yet.
            name: of the project, as whoever asks knows it; the metadata may say another.
            source_id: address, commit and subdirectory: what names the content for good.

        Raises:
            CheckoutFailed: the tree cannot be brought.
            BackendFailed: the backend's output is in `details`.
            CyclicBuild: it needs itself to be built.
        """
        return self._metadata(self._checkout(name, source_id), opened)

    def wheel_of_checkout(
        self, opened: AbstractContextManager[str], name: str, source_id: str
    ) -> str:
        """Build the wheel of the project in a checkout; returns its path.

        Takes and raises what `metadata_of_checkout` does.
        """
        return self._wheel(self._checkout(name, source_id), opened, "wheel")

    def _checkout(self, name: str, source_id: str) -> _Source:
        return _Source(
            label=name,
            name=canonical_name(name),
            version="",
            is_distribution=False,
            key=self._key(source_id, canonical_name(name)),
            is_reusable=True,
            is_costly=True,
        )

    def _archive(
        self, archive_path: str, label: str, name: str, version: str, subdirectory: str = ""
    ) -> _Source:
        identity = f"sha256:{file_digest(archive_path)}#{subdirectory}"
        return _Source(
            label=label,
            name=name,
            version=version,
            is_distribution=True,
            key=self._key(identity, name),
            is_reusable=True,
        )

    def _directory(self, directory: str, kind: WheelKind, source_id: str) -> _Source:
        name = canonical_name(project_name(directory) or "")
        identity = source_id or f"{kind}:{Path(directory).resolve()}"
        return _Source(
            label=name or Path(directory).name,
            name=name,
            version="",
            is_distribution=False,
            key=self._key(identity, name),
            is_reusable=bool(source_id),
        )

    def _key(self, identity: str, name: str) -> str:
        settings = json.dumps(self._settings(name), sort_keys=True)
        return result_key(identity, self._flavour, settings)

    def _settings(self, name: str) -> dict[str, str | list[str]]:
        settings = self._policy.config_settings.get(name, {})
        return {
            key: value if isinstance(value, str) else list(value) for key, value in settings.items()
        }

    def _metadata(self, source: _Source, opened: AbstractContextManager[str]) -> CoreMetadata:
        data = self._results.metadata(source.key) if source.is_reusable else None
        if data is None:
            with opened as tree:
                found = static_metadata(tree, is_distribution=source.is_distribution)
                if found is not None:
                    if source.is_costly:
                        self._results.keep_metadata(source.key, metadata_text(found))
                    return _checked(source, found)
                data = self._built_metadata(source, tree)
            if source.is_reusable:
                self._results.keep_metadata(source.key, data)
        return _checked(source, _parsed(source, data))

    def _built_metadata(self, source: _Source, tree: str) -> bytes:
        with (
            scratch_folder("build") as folder,
            self._backend(source, tree, "wheel") as backend,
        ):
            info_dir = backend.prepare_metadata(folder)
            if info_dir is None:
                path = backend.build(folder)
                data = _checked_wheel(source, path)
                if source.is_reusable:
                    self._results.keep_wheel(source.key, path)
                return data
            try:
                return (Path(info_dir) / "METADATA").read_bytes()
            except OSError as error:
                raise BackendFailed(
                    f"`{source.label}` cannot be built: its backend left no METADATA"
                ) from error

    def _wheel(
        self,
        source: _Source,
        opened: AbstractContextManager[str],
        kind: WheelKind,
        key_afterwards: Callable[[], str] | None = None,
    ) -> str:
        kept = self._results.wheel(source.key) if source.is_reusable else None
        if kept is None:
            with (
                opened as tree,
                scratch_folder("build") as folder,
                self._backend(source, tree, kind) as backend,
            ):
                path = backend.build(folder, kind)
                _checked_wheel(source, path)
                key = source.key if key_afterwards is None else key_afterwards()
                kept = self._results.keep_wheel(key, path)
        else:
            _checked_wheel(source, kept)
        return kept

    @contextmanager
    def _backend(self, source: _Source, tree: str, kind: WheelKind) -> Iterator[Backend]:
        """The backend of `tree` in an environment that has all it asks for."""
        name = source.name or canonical_name(project_name(tree) or "") or source.label
        if name in self._building:
            chain = " → ".join([*self._building, name])
            raise CyclicBuild(
                f"`{name}` needs itself to be built: {chain}",
                hints=[f"choose a version of {name} that has a wheel for this Python"],
            )
        system = read_build_system(tree)
        building = (*self._building, name)
        self._policy.report(StageStarted("build", detail=source.label))
        try:
            with self._environments.prepare(system.requires, building=building) as place:
                backend = self._backend_in(place, system, source, tree)
                asked = backend.requirements(kind)
                missing = [text for text in asked if text not in system.requires]
                if not missing:
                    yield backend
            if missing:
                requires = (*system.requires, *missing)
                with self._environments.prepare(requires, building=building) as place:
                    yield self._backend_in(place, system, source, tree)
        finally:
            self._policy.report(StageFinished("build", detail=source.label))

    def _backend_in(
        self, place: BuildEnvironment, system: BuildSystem, source: _Source, tree: str
    ) -> Backend:
        policy = self._policy
        environment = backend_environment(
            policy.environ, place.scripts, private=policy.private_variables
        )
        workplace = Workplace(tree, place.python, environment, policy.slot, policy.report)
        settings = self._settings(source.name)
        return Backend(system, workplace, package=source.label, config_settings=settings)


@contextmanager
def _unpacked(archive_path: str, filename: str, subdirectory: str = "") -> Iterator[str]:
    with scratch_folder("source") as folder:
        root = extract_sdist(archive_path, folder, filename=filename)
        yield project_folder(root, subdirectory)


def _binding_metadata(archive_path: str, filename: str) -> CoreMetadata | None:
    """What a binding ``PKG-INFO`` says, read out of the stream: most archives need no unpacking."""
    try:
        if opener_for(archive_path) is None:
            return None
        for entry in tar_entries(archive_path, filename):
            if entry.path.count("/") == 1 and entry.path.endswith("/PKG-INFO"):
                return binding_metadata(b"".join(entry.pieces()))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FileAccessError(f"cannot read `{filename}`: {reason}") from error
    return None


def _parsed(source: _Source, data: bytes) -> CoreMetadata:
    try:
        return parse_metadata(data)
    except InvalidValue as error:
        raise BackendFailed(
            f"`{source.label}` cannot be used: its backend wrote malformed metadata: {error}"
        ) from error


def _checked(source: _Source, metadata: CoreMetadata) -> CoreMetadata:
    _check(source, metadata.name, metadata.version, "its metadata is of")
    return metadata


def _checked_wheel(source: _Source, path: str) -> bytes:
    """Check that the wheel is sound and of what it should be; returns its METADATA."""
    with WheelArchive(path) as wheel:
        _check(source, wheel.name, wheel.version, "it was built into a wheel of")
        return wheel.read_metadata()


def _check(source: _Source, name: str, version: str, verb: str) -> None:
    if source.is_distribution and source.name and not is_same_project(source.name, name):
        raise MetadataMismatch(f"`{source.label}` is not what it is called: {verb} `{name}`")
    expected = source.version
    if expected and _is_version(expected) and not is_same_version(expected, version):
        raise MetadataMismatch(
            f"`{source.label}` is not version {expected}: {verb} version {version}"
        )


def _is_version(text: str) -> bool:
    """The end of a file name such as ``project-main.zip`` leaves nothing to compare."""
    try:
        parse_version(text)
    except InvalidValue:
        return False
    return True
