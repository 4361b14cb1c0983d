"""The composition root: builds each engine on first use and gives it the few values it needs.

Known to `operations` and `cli` only.  Imports inside functions are allowed here, so that a command
loads the engines that it uses and no others.
"""

from __future__ import annotations

import os
import sys

from pipenv import settings as switches
from pipenv.events import Notice, StageStarted
from pipenv.operations.documents import read_pipfile
from pipenv.operations.project import require_project
from pipenv.virtualenvs.location import short_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from ssl import SSLContext
    from types import TracebackType

    from typing_extensions import Self

    from pipenv.builds.builder import Builder, BuildPolicy
    from pipenv.cache.store import CacheFolder
    from pipenv.cache.wheel_store import UnpackedWheel, WheelStore
    from pipenv.errors import ResolutionError
    from pipenv.events import Reporter
    from pipenv.filesystem.locks import FileLock
    from pipenv.index.catalog import Catalog
    from pipenv.index.retrieval import Retrieval
    from pipenv.index.shelf import Shelf
    from pipenv.index.source_builder import SourceBuilder
    from pipenv.installer.plan import InstallPlan
    from pipenv.models.artifacts import Artifact
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.indexes import Index
    from pipenv.models.interpreters import Environment, Interpreter
    from pipenv.models.pins import Pin
    from pipenv.models.targets import Target
    from pipenv.network.client import Client
    from pipenv.operations.failed_lock import FailedLock
    from pipenv.operations.project import Project
    from pipenv.pipfile.document import Pipfile
    from pipenv.settings import Settings
    from pipenv.virtualenvs.probe import Probe

LOCK_SECONDS = 600
"""How long we wait for another process that changes the same environment."""


class _BuilderOnDemand:
    """A `SourceBuilder` that is made when something is to be built. Threads may share it."""

    def __init__(self, make: Callable[[], Builder]) -> None:
        self._make = make
        self._builder: Builder | None = None

    def metadata(self, archive_path: str, artifact: Artifact) -> CoreMetadata:
        """Find the metadata of a source distribution; see `SourceBuilder`."""
        return self._made().metadata(archive_path, artifact)

    def wheel(self, archive_path: str, name: str, version: str) -> str:
        """Build the wheel of a source distribution; see `SourceBuilder`."""
        return self._made().wheel(archive_path, name, version)

    def _made(self) -> Builder:
        if self._builder is None:
            self._builder = self._make()
        return self._builder


class Session:
    """One run on one project. Not for use from several threads."""

    def __init__(
        self,
        project: Project,
        *,
        flags: Mapping[str, object],
        environ: Mapping[str, str],
        report: Reporter,
        now: float,
    ) -> None:
        self.project = project
        self.environ = environ
        self.report = report
        self.now = now
        """Seconds since the epoch, for freshness of the cache."""
        self._flags = flags
        self._settings: Settings | None = None
        self._client: Client | None = None
        self._probe: Probe | None = None
        self._cache: CacheFolder | None = None
        self._store: WheelStore | None = None
        self._policy: BuildPolicy | None = None
        self._default_index: Index | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for opened in (self._client, self._store, self._cache):
            if opened is not None:
                opened.close()

    # The project's files and switches

    @property
    def settings(self) -> Settings:
        """All switches, with the Pipfile's share."""
        if self._settings is None:
            options = self.pipfile().settings if self.project.has_pipfile() else {}
            self._settings = switches.resolve(self._flags, self.environ, options)
        return self._settings

    def pipfile(self) -> Pipfile:
        """The Pipfile as it is on disk now."""
        return read_pipfile(self.project)

    def require_pipfile(self) -> Project:
        """The project, provided that it has a Pipfile.

        Raises:
            PipfileNotFound: it has none.
        """
        if not self.project.has_pipfile():
            return require_project(self.project.root, {"PIPENV_NO_INHERIT": "1"})
        return self.project

    def requested_names(self) -> frozenset[str]:
        """Canonical names of everything that the Pipfile lists: PEP 376's REQUESTED."""
        from pipenv.models.names import canonical_name

        pipfile = self.pipfile()
        return frozenset(
            canonical_name(name)
            for category in pipfile.categories
            for name in pipfile.entries(category)
        )

    def read_dotenv(self, path: str) -> dict[str, str]:
        """The variables of a ``.env`` file."""
        from pipenv.operations.dotenv_file import read_dotenv

        return read_dotenv(path, self.environ)

    # Indexes

    def default_index(self) -> Index:
        """The index that a Pipfile without ``[[source]]`` means."""
        if self._default_index is None:
            from pipenv.operations.default_index import default_index

            def ask() -> Index:
                from pipenv.pipfile.default_source import default_source

                return default_source()

            cache_file = self.cache_folder().bucket("default-index")
            self._default_index = default_index(cache_file, ask)
        return self._default_index

    def default_sources(self) -> tuple[Index, ...]:
        """The sources that a Pipfile without ``[[source]]`` means."""
        return (self.default_index(),)

    def written_sources(self, pipfile: Pipfile) -> tuple[Index, ...]:
        """The sources for the lock: the Pipfile's, or the default one. Never a mirror."""
        return pipfile.sources or self.default_sources()

    def used_sources(self, pipfile: Pipfile) -> tuple[Index, ...]:
        """The sources to ask."""
        return self.mirrored(self.written_sources(pipfile))

    def mirrored(self, sources: tuple[Index, ...]) -> tuple[Index, ...]:
        """`sources` with PyPI replaced by the mirror where one is set."""
        mirror = self.settings.text("pypi_mirror")
        if not mirror:
            return sources
        default = self.default_index().url.rstrip("/")
        return tuple(
            source._replace(url=mirror) if source.url.rstrip("/") == default else source
            for source in sources
        )

    def index_named(self, values: Mapping[str, object]) -> str | None:
        """The source that ``--index`` names; `None` for the first, which need not be named.

        Raises:
            UsageError: no source has that name.
        """
        wanted = values.get("index")
        if wanted is None:
            return None
        from pipenv.errors import UsageError

        for position, source in enumerate(self.written_sources(self.pipfile())):
            if wanted in {source.name, source.url}:
                return source.name if position else None
        error = UsageError(
            f"no [[source]] of the Pipfile is called `{wanted}`",
            hints=["add it to the Pipfile as a [[source]] with name, url and verify_ssl"],
        )
        error.exit_status = 1
        raise error

    def content_hash(self, pipfile: Pipfile) -> str:
        """The hash that the lock of `pipfile` carries."""
        from pipenv.pipfile.hashing import content_hash

        return content_hash(pipfile.data, self.default_sources)

    # Engines

    @property
    def cache_dir(self) -> str:
        """The folder of everything that can be made again."""
        named = self.settings.text("cache_dir")
        return os.path.expanduser(named) if named else _default_cache_dir(self.environ)

    def cache_folder(self) -> CacheFolder:
        """The cache, usable even where its folder is not."""
        if self._cache is None:
            from pipenv.cache.store import CacheFolder

            self._cache = CacheFolder(self.cache_dir)
        return self._cache

    def client(self) -> Client:
        """The one HTTP client of the run."""
        if self._client is None:
            from pipenv.network.client import Client

            self._client = Client(
                environ=self.environ,
                tls_context=self._tls_context,
                timeout_seconds=float(self.settings.number("requests_timeout") or 15),
            )
        return self._client

    def _tls_context(self, verify: bool) -> SSLContext:  # noqa: FBT001 - the client calls it so
        from pipenv.network.tls import make_tls_context

        return make_tls_context(self.environ, verify=verify)

    def probe(self) -> Probe:
        """Facts about interpreters, cached."""
        if self._probe is None:
            from pipenv.virtualenvs.probe import Probe

            folder = os.path.join(self.cache_dir, "interpreters")
            self._probe = Probe(folder, environ=self.environ)
        return self._probe

    def wheel_store(self) -> WheelStore:
        """The unpacked wheels of the cache."""
        if self._store is None:
            from pipenv.cache.wheel_store import WheelStore

            self._store = WheelStore(self.cache_dir)
        return self._store

    def catalog(
        self,
        target: Target,
        sources: Sequence[Index],
        index_of: Mapping[str, str],
        builder: SourceBuilder,
    ) -> Catalog:
        """The indexes as the solver sees them; the caller closes it."""
        from pipenv.index.catalog import Catalog
        from pipenv.index.shelf import CatalogPolicy

        def connect(shelf: Shelf) -> Retrieval:
            from pipenv.index.retrieval import Retrieval

            return Retrieval(shelf, self.client(), self.cache_folder(), builder)

        return Catalog(
            sources,
            target,
            connect,
            cache=self.cache_folder(),
            policy=CatalogPolicy(
                self.now, self.environ, index_of, refreshes=self.settings.flag("clear")
            ),
        )

    def advise(self, error: ResolutionError, failed: FailedLock) -> None:
        """Add to the error of a failed lock what would help; takes seconds at most."""
        from contextlib import suppress
        from time import monotonic

        from pipenv.errors import PipenvError
        from pipenv.operations.advice import NoBuilder, advise

        def catalog_for(target: Target) -> Catalog:
            index_of = failed.catalog.shelf.policy.index_of
            return self.catalog(target, self.used_sources(failed.pipfile), index_of, NoBuilder())

        self.report(StageStarted("advice"))
        with suppress(PipenvError):  # the failure itself is what has to be told
            advise(error, failed, catalog_for, monotonic)

    def builder(
        self, interpreter: Interpreter, sources: Sequence[Index], building: tuple[str, ...] = ()
    ) -> SourceBuilder:
        """Builds source trees for `interpreter`; `building` names the builds that wait for it.

        Most runs build nothing, so the engine is loaded when the first build is asked for.
        """

        def make() -> Builder:
            from pipenv.builds.builder import Builder
            from pipenv.operations.provisioning import Provisioning

            return Builder(
                Provisioning(self, interpreter, sources),
                interpreter,
                cache_dir=os.path.join(self.cache_dir, "builds"),
                policy=self._build_policy(sources),
                building=building,
            )

        return _BuilderOnDemand(make)

    def _build_policy(self, sources: Sequence[Index]) -> BuildPolicy:
        if self._policy is None:
            from threading import BoundedSemaphore

            from pipenv.builds.builder import BuildPolicy
            from pipenv.network.source_urls import variables_of

            self._policy = BuildPolicy(
                environ=self.environ,
                private_variables=frozenset().union(
                    *(variables_of(source.url) for source in sources)
                ),
                slot=BoundedSemaphore(os.cpu_count() or 1),
                report=self.report,
            )
        return self._policy

    def fetch_wheels(
        self,
        pins: Sequence[Pin],
        sources: Sequence[Index],
        environment: Environment,
        builder: SourceBuilder | None = None,
    ) -> Mapping[str, UnpackedWheel]:
        """Bring the wheels of `pins` into the cache, verified and unpacked, by name of the pin."""
        from pipenv.index.downloads import Downloads

        target = environment.interpreter.target()
        builder = builder or self.builder(environment.interpreter, sources)
        catalog = self.catalog(target, sources, {}, builder)
        try:
            return Downloads(catalog, self.wheel_store()).fetch(pins, self.report)
        finally:
            catalog.close()

    def execute(
        self,
        todo: InstallPlan,
        wheels: Mapping[str, UnpackedWheel],
        environment: Environment,
        *,
        requested: Collection[str],
    ) -> None:
        """Carry out a plan on an environment."""
        from pipenv.installer.transaction import Options, execute

        with self._lock(environment.root):
            execute(
                todo,
                wheels,
                environment,
                requested=requested,
                report=self.report,
                options=Options(tolerate_conflicts=True, environ=self.environ),
            )

    def recover(self, environment: Environment) -> None:
        """Undo what a killed run has left in `environment`; to be called before looking at it.

        Raises:
            FileAccessError: it cannot be put in order.
        """
        from pipenv.installer.journal import is_interrupted, recover

        if is_interrupted(environment):
            with self._lock(environment.root):
                recover(environment, self.report)

    def _lock(self, path: str, purpose: str = "") -> FileLock:
        """The lock that serialises changes of the environment `path` between processes."""
        from pipenv.filesystem.locks import FileLock

        folder = self.cache_folder().writable_bucket("locks")
        return FileLock(
            os.path.join(folder, short_hash(path) + purpose + ".lock"),
            timeout_seconds=LOCK_SECONDS,
            on_wait=lambda: self.report(
                Notice("waiting", "another Pipenv is changing this environment; waiting for it")
            ),
        )

    # Pythons and environments

    def find_interpreter(self, request: str | None) -> Interpreter:
        """The interpreter that `request` means; `None` means the one that runs us."""
        from pipenv.virtualenvs.discovery import find_interpreter

        return find_interpreter(
            request, environ=self.environ, probe=self.probe(), cwd=self.project.root
        )

    def create_environment(
        self, path: str, interpreter: Interpreter, *, system_site_packages: bool, copies: bool
    ) -> Environment:
        """Make the environment `path` and put pip into it; all of it or nothing."""
        from pipenv.operations.seeding import seed
        from pipenv.virtualenvs import creation
        from pipenv.virtualenvs.environments import environment_of
        from pipenv.virtualenvs.location import is_environment

        with self._lock(path, ".making"):
            if is_environment(path):  # another process made it while we waited
                return environment_of(path, self.probe())
            environment = creation.create(
                path,
                interpreter,
                prompt=self.project.name,
                project_dir=self.project.root,
                system_site_packages=system_site_packages,
                copies=copies,
                environ=self.environ,
            )
            try:
                seed(self, environment)
            except BaseException:
                creation.remove(path)
                raise
        return environment

    def remove_environment(self, path: str) -> None:
        """Delete the environment `path`."""
        from pipenv.virtualenvs.creation import remove

        remove(path)

    def system_environment(self) -> Environment:
        """The interpreter on PATH, or that of ``--python``, to install into (``--system``).

        Raises:
            InterpreterNotFound: there is none.
            ExternallyManaged: it belongs to the operating system (PEP 668).
        """
        from pipenv.operations.system import system_environment

        return system_environment(
            self.environ, self.probe(), self.settings.text("python"), self.find_interpreter
        )

    def lock_target(self, requires: Mapping[str, str], environment: Environment) -> Target:
        """What a lock is made for: the environment, with the Python that the Pipfile names.

        A concrete ``X.Y`` that the environment does not run counts all the same.
        """
        target = environment.interpreter.target()
        wanted = requires.get("python_full_version") or requires.get("python_version") or ""
        parts = wanted.split(".")
        if len(parts) < 2 or not all(part.isdecimal() for part in parts):
            return target
        minor = ".".join(parts[:2])
        if target.environment["python_version"] == minor:
            return target
        full = wanted if len(parts) > 2 else f"{minor}.0"
        markers = {**target.environment, "python_version": minor, "python_full_version": full}
        return target._replace(environment=markers)


def _default_cache_dir(environ: Mapping[str, str]) -> str:
    """The user's cache folder of this platform, and ours in it."""
    home = environ.get("HOME") or os.path.expanduser("~")
    if sys.platform == "win32":
        local = environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        return os.path.join(local, "pipenv", "Cache")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches", "pipenv")
    return os.path.join(environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"), "pipenv")
