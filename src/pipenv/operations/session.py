"""The composition root: builds each engine on first use and gives it the few values it needs.

Known to `operations` and `cli` only.  Imports inside functions are allowed here, so that a command
loads the engines that it uses and no others.
"""

from __future__ import annotations

import os
import sys

from pipenv import settings as switches
from pipenv.events import Notice, StageStarted, silent
from pipenv.lockfile.conflict_marks import conflict_line
from pipenv.models.origins import IndexOrigin
from pipenv.operations.cache_place import LOCKS, MAKING, cache_place, lock_name
from pipenv.operations.catalog_options import PLAIN, CatalogOptions
from pipenv.operations.documents import (
    read_pipfile,
    read_previous_lockfile,
    read_text,
    required_python,
)
from pipenv.operations.package_words import named_packages
from pipenv.operations.project import require_project
from pipenv.operations.pylock_place import pylock_names
from pipenv.operations.said_once import SaidOnce
from pipenv.virtualenvs.location import short_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Container,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )
    from ssl import SSLContext
    from types import TracebackType

    from typing_extensions import Self

    from pipenv.builds.backend import ConfigSettings
    from pipenv.builds.builder import Builder, BuildPolicy
    from pipenv.builds.checkouts import Checkouts
    from pipenv.builds.isolation import BuildEnvironments
    from pipenv.cache.store import CacheFolder
    from pipenv.cache.wheel_store import UnpackedWheel, WheelStore
    from pipenv.errors import InterpreterNotFound, ResolutionError
    from pipenv.events import Confirm, Reporter
    from pipenv.filesystem.locks import FileLock
    from pipenv.index.archive_files import ArchiveFile
    from pipenv.index.catalog import Catalog
    from pipenv.index.cutoffs import CutOff
    from pipenv.index.deliveries import BuildElsewhere
    from pipenv.index.namesakes import Namesake
    from pipenv.index.retrieval import Retrieval
    from pipenv.index.shelf import KeptFile, Shelf
    from pipenv.index.source_builder import SourceBuilder
    from pipenv.installer.plan import InstallPlan
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.artifacts import Artifact
    from pipenv.models.digests import Digest
    from pipenv.models.indexes import Index
    from pipenv.models.interpreters import Environment, Interpreter
    from pipenv.models.pins import Pin
    from pipenv.models.targets import Target, TargetSet
    from pipenv.network.client import HttpClient
    from pipenv.operations.adoption import Newcomer
    from pipenv.operations.build_environments import EnvironmentPool
    from pipenv.operations.direct_installs import DirectInstalls
    from pipenv.operations.environment_list import CentralEnvironment
    from pipenv.operations.failed_lock import FailedLock
    from pipenv.operations.imported import Imported
    from pipenv.operations.late_builder import LateBuilder
    from pipenv.operations.pip_places import PipConfiguration
    from pipenv.operations.project import Project
    from pipenv.operations.secrets_lookup import AskLibrary, AskProgram
    from pipenv.operations.solved_lock import PylockFile, SolvedLock
    from pipenv.pipfile.document import Pipfile
    from pipenv.settings import Settings
    from pipenv.virtualenvs.probe import Probe

LOCK_SECONDS = 600
"""How long we wait for another process that changes the same environment."""


def _nobody(question: str) -> None:
    """Where there is nobody to ask."""
    del question


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
        confirm: Confirm = _nobody,
    ) -> None:
        self.project = project
        self.environ = environ
        self.report = report
        self.now = now
        """Seconds since the epoch, for freshness of the cache."""
        self._confirm = confirm
        self._undoing: list[Callable[[], None]] = []
        self._finishing: list[Callable[[], None]] = []
        self.planned_environment: Environment | None = None
        """What will be made before anything is installed; see `plan_environment`."""
        self._make_environment: Callable[[], Environment] | None = None
        self.told_of_active = False
        self.listed_files: Mapping[tuple[str, str | None], tuple[Artifact, ...]] = {}
        """Name and version → the files, where the lock lists them with their addresses."""
        self._flags = flags
        self._settings: Settings | None = None
        self._client: HttpClient | None = None
        self._probe: Probe | None = None
        self._cache: CacheFolder | None = None
        self._store: WheelStore | None = None
        self._policy: BuildPolicy | None = None
        self._default_index: Index | None = None
        self._pip_configuration: PipConfiguration | None = None
        self._catalogs: list[Catalog] = []
        self._checkouts: Checkouts | None = None
        self._brought: dict[str, Digest] = {}
        self._passing_cache: str | None = None
        self._use: FileLock | None = None
        self._build_pool: EnvironmentPool | None = None
        self._installer_report = SaidOnce(report, {"link-mode"})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for opened in (self._build_pool, self._client, self._store, self._cache):
            if opened is not None:
                opened.close()
        if self._passing_cache is not None:
            import shutil

            shutil.rmtree(self._passing_cache, ignore_errors=True)
        if self._use is not None:
            self._use.release()

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

    def requires(self) -> Mapping[str, object]:
        """The table ``[requires]``, from the lock where that has come without its Pipfile."""
        return required_python(self.project)

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
        return (self.first_source(),)

    def first_source(self) -> Index:
        """The source of a new Pipfile: the one that pip is told to use, else the default index."""
        return self.pip_configuration().source or self.default_index()

    def pip_configuration(self) -> PipConfiguration:
        """What pip's configuration files say of networks and indexes."""
        if self._pip_configuration is None:
            from pipenv.operations.pip_places import SAYS_NOTHING, pip_places

            places = pip_places(self.environ, platform=sys.platform, prefix=sys.prefix)
            files = [path for path in places if os.path.isfile(path)]
            self._pip_configuration = SAYS_NOTHING
            if files:
                from pipenv.operations.pip_configuration import pip_configuration

                self._pip_configuration = pip_configuration(files, self.environ, self.report)
        return self._pip_configuration

    @property
    def network_environ(self) -> Mapping[str, str]:
        """The environment variables, and what pip's configuration says in place of some."""
        return {**self.pip_configuration().variables, **self.environ}

    def written_sources(self, pipfile: Pipfile) -> tuple[Index, ...]:
        """The sources for the lock: the Pipfile's, or the default one. Never a mirror."""
        return pipfile.sources or self.default_sources()

    def used_sources(self, pipfile: Pipfile) -> tuple[Index, ...]:
        """The sources to ask."""
        return self.mirrored(self.written_sources(pipfile))

    def namesakes(self, catalog: Catalog, names: Iterable[str]) -> Iterator[Namesake]:
        """Names that sources of `catalog` have, too, which did not answer for them."""
        from pipenv.index.namesakes import find_namesakes

        default = self.default_index()
        public = [each.url.rstrip("/") for each in (default, *self.mirrored((default,)))]
        return find_namesakes(catalog, names, public)

    def mirrored(self, sources: tuple[Index, ...]) -> tuple[Index, ...]:
        """`sources` with PyPI replaced by the mirror where one is set.

        And without verification of the hosts that this run is told to trust.
        """
        hosts = self.settings.words("trusted_hosts")
        if hosts:
            from pipenv.operations.new_sources import is_trusted

            sources = tuple(
                each._replace(verify_ssl=False) if is_trusted(each.url, hosts) else each
                for each in sources
            )
        mirror = self.settings.text("pypi_mirror")
        if not mirror:
            return sources
        scheme, _, rest = mirror.partition("://")
        if scheme not in {"https", "http"} or not rest.partition("/")[0].rpartition("@")[2]:
            from pipenv.errors import RequestRefused

            raise RequestRefused(
                "the URL of the mirror has no scheme or no host",
                hints=["it looks like https://mirror.example/simple"],
            )
        default = _address(self.default_index().url)
        return tuple(
            source._replace(url=mirror) if _address(source.url) == default else source
            for source in sources
        )

    def import_requirements(
        self, targets: Sequence[str], cwd: str, trusted: Sequence[str] = ()
    ) -> Imported:
        """Read files of requirements; raises what `operations.requirements_import` does."""
        from pipenv.operations.requirements_import import import_requirements

        return import_requirements(self, targets, cwd, trusted=trusted)

    def content_hash(self, pipfile: Pipfile) -> str:
        """The hash that the lock of `pipfile` carries."""
        from pipenv.pipfile.hashing import content_hash

        return content_hash(pipfile.data, self.default_sources)

    # Engines

    @property
    def cache_dir(self) -> str:
        """The folder of everything that can be made again."""
        if self._passing_cache is not None:
            return self._passing_cache
        if self.settings.flag("no_cache"):
            import tempfile

            self._passing_cache = tempfile.mkdtemp(prefix="pipenv-cache-")
            return self._passing_cache
        return cache_place(self.settings.text("cache_dir"), self.environ)

    def cache_folder(self) -> CacheFolder:
        """The cache, usable even where its folder is not."""
        if self._cache is None:
            from pipenv.cache.store import CacheFolder

            text = f"the cache folder `{self.cache_dir}` cannot be used; going on without it"
            self._cache = CacheFolder(
                self.cache_dir, on_substitute=lambda: self.report(Notice("no-cache", text))
            )
        return self._cache

    def client(self) -> HttpClient:
        """The one HTTP client of the run, or what refuses in its place."""
        if self._client is None and self.settings.flag("offline"):
            from pipenv.index.cache_only import CacheOnlyClient

            self._client = CacheOnlyClient(self.environ)
        if self._client is None:
            from pipenv.network.client import Client
            from pipenv.operations.network_settings import retry_policy, timeout_seconds

            environ = self.network_environ
            self._client = Client(
                environ=environ,
                tls_context=self._tls_context,
                timeout_seconds=timeout_seconds(self.settings, environ),
                policy=retry_policy(self.settings, environ),
                lookup=self._look_up_secrets,
            )
        return self._client

    def _look_up_secrets(self, url: str, username: str | None) -> tuple[str, str] | None:
        """Find user name and password for a source that refuses us. Called from any thread."""
        from pipenv.operations.secrets_lookup import SecretsLookup, chosen_provider

        def library() -> AskLibrary:
            from pipenv.network.keyring_library import ask_library

            return ask_library

        def program() -> AskProgram:
            from pipenv.network.keyring_program import ask_program

            return ask_program

        environ, settings = self.network_environ, self.settings
        named = settings.text("keyring_provider") or environ.get("PIP_KEYRING_PROVIDER")
        is_silenced = environ.get("PIP_NO_INPUT", "").lower() not in {"", *switches.FALSE_WORDS}
        known = self.pip_configuration()
        if known.source and url.rstrip("/") == known.source.url.rstrip("/") and known.login:
            return known.login
        lookup = SecretsLookup(
            chosen_provider(named),
            environ,
            self.report,
            (library, program),
            may_prompt=not (is_silenced or settings.flag("disable_pip_input")),
        )
        return lookup(url, username)

    def _tls_context(self, verify: bool) -> SSLContext:  # noqa: FBT001 - the client calls it so
        from pipenv.network.tls import make_tls_context

        return make_tls_context(self.network_environ, verify=verify)

    def use_cache(self) -> None:
        """Let nobody clean the cache while this run uses it; one that cannot be locked is no error.

        Raises:
            Busy: somebody cleans it for all too long.
        """
        if self._use is None:
            from pipenv.cache.sharing import in_use
            from pipenv.errors import FileAccessError

            self._use = in_use(self.cache_dir)
            try:
                self._use.acquire()
            except FileAccessError:
                return

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

            self.use_cache()
            self._store = WheelStore(self.cache_dir)
        return self._store

    def catalog(
        self,
        targets: TargetSet,
        sources: Sequence[Index],
        index_of: Mapping[str, str],
        builder: SourceBuilder,
        options: CatalogOptions = PLAIN,
    ) -> Catalog:
        """The indexes as the solver sees them; the caller closes it."""
        from pipenv.index.catalog import Catalog
        from pipenv.index.shelf import CatalogPolicy

        def connect(shelf: Shelf) -> Retrieval:
            from pipenv.index.retrieval import Retrieval

            self.use_cache()
            return Retrieval(shelf, self.client(), self.cache_folder(), builder)

        catalog = Catalog(
            sources,
            targets,
            connect,
            cache=self.cache_folder(),
            policy=CatalogPolicy(
                self.now,
                self.environ,
                index_of,
                is_offline=self.settings.flag("offline"),
                refreshes=self.settings.flag("clear"),
                merges=options.merges,
                cut_off=self.cut_off(),
                no_binary=options.no_binary,
                no_build=self._names_not_to_build(),
            ),
            direct=options.direct,
        )
        self._catalogs.append(catalog)
        return catalog

    def _names_not_to_build(self) -> Container[str]:
        """Canonical names of packages of which only wheels count."""
        from pipenv.models.names import ALL_NAMES

        named = named_packages(self.settings.words("only_binary"))
        return ALL_NAMES if self.settings.flag("no_build") else named

    def names_to_build(self) -> Container[str]:
        """Canonical names of packages of which no wheels count in this run, besides marked ones.

        What builds need is not among them.
        """
        return named_packages(self.settings.words("no_binary"))

    def pages_looked_at(self) -> list[KeptFile] | None:
        """The index pages that the catalogs of this run looked at; `None` if any was not at hand.

        To be asked when the catalogs are closed.
        """
        found: list[KeptFile] = []
        for catalog in self._catalogs:
            kept = catalog.shelf.kept_files()
            if kept is None:
                return None
            found.extend(kept)
        return found

    def cut_off(self) -> CutOff | None:
        """What hides files by the time of their upload; `None` where nothing does.

        Raises:
            InvalidValue: ``--as-of`` is no date.
        """
        as_of = self.settings.text("as_of")
        days = int((self.settings.text("cool_down_period") or "0d").removesuffix("d"))
        if as_of is None and not days:
            return None
        from pipenv.index.cutoffs import CutOff, parse_moment
        from pipenv.models.names import canonical_name

        now = int(self.now) if as_of is None else parse_moment(as_of)
        exempt = frozenset(map(canonical_name, self.settings.words("cool_down_exclude")))
        return CutOff(now, as_of, days, exempt)

    def checkouts(self) -> Checkouts:
        """Repositories, and the clones of them in the cache."""
        if self._checkouts is None:
            from pipenv.builds.checkouts import Checkouts

            self.use_cache()
            self._checkouts = Checkouts(
                os.path.join(self.cache_dir, "checkouts"),
                self.environ,
                is_offline=self.settings.flag("offline"),
            )
        return self._checkouts

    def previous_lockfile(self) -> Lockfile | None:
        """The lock as a source of preferences; of a conflicted one, both sides.

        What cannot be read is reported and then ignored.

        Raises:
            InvalidPipfile: the lock is conflicted, and so is the Pipfile, or it cannot be read.
        """
        text = read_text(self.project.lockfile_path)
        if text is None or conflict_line(text) is None:
            return read_previous_lockfile(self.project, self.report)
        from pipenv.operations.healing import merged_lockfile

        return merged_lockfile(self.project, text, self.report)

    @property
    def is_rehearsal(self) -> bool:
        """``--dry-run``: everything is worked out, and no file of the user's is touched."""
        return bool(self._flags.get("dry_run"))

    def prepare_for_threads(self) -> None:
        """Make what several threads of this run are going to share."""
        self.checkouts()
        self.client()
        self.wheel_store()
        self.cache_folder()
        _ = self.settings

    def bring_archive(self, url: str, trusted: Collection[Digest] = ()) -> ArchiveFile:
        """Download the file at `url` (of `archive_address`), unless a trusted one is at hand.

        Raises:
            DigestMismatch: it has none of the `trusted` digests.
            NetworkError: it cannot be downloaded.
        """
        from pipenv.index.archive_files import ArchiveFiles
        from pipenv.index.metadata import artifact_at
        from pipenv.models.digests import Digest

        files = ArchiveFiles(self.cache_folder(), self.client())
        known = self._brought.get(url) or files.recall(url)
        found = files.bring(artifact_at(url), trusted=trusted or ((known,) if known else ()))
        self._brought[url] = Digest("sha256", found.sha256)
        return found

    def direct_installs(self, environment: Environment, sources: Sequence[Index]) -> DirectInstalls:
        """Brings into `environment` what no index has."""
        from pipenv.operations.direct_installs import DirectInstalls

        return DirectInstalls(self, environment, self.builder(environment.interpreter, sources))

    def archive_address(self, url: str) -> str:
        """The URL to ask for a file that `url` means: variables filled in, no credentials.

        Raises:
            InvalidValue: a variable is not set.
        """
        from pipenv.models.urls import Url
        from pipenv.operations.places import insist_on_variables

        if "@" not in url and "$" not in url:
            return url
        insist_on_variables(url, self.environ)
        origin = Url(url).origin
        trusting = [
            source
            for source in self.used_sources(self.pipfile())
            if not source.verify_ssl and Url(source.url).origin == origin
        ]
        return self.client().register(url, verify_ssl=not trusting)

    def advise(self, error: ResolutionError, failed: FailedLock) -> None:
        """Add to the error of a failed lock what would help; takes seconds at most."""
        from contextlib import suppress
        from time import monotonic

        from pipenv.errors import PipenvError
        from pipenv.models.specifiers import ANY
        from pipenv.models.targets import only
        from pipenv.operations.advice import NoBuilder, advise

        def catalog_for(target: Target) -> Catalog:
            index_of = failed.catalog.shelf.policy.index_of
            sources = self.used_sources(failed.pipfile)
            return self.catalog(only(target, ANY), sources, index_of, NoBuilder())

        self.report(StageStarted("advice"))
        with suppress(PipenvError):  # the failure itself is what has to be told
            advise(error, failed, catalog_for, monotonic)

    def pylock(self, solved: SolvedLock) -> PylockFile | None:
        """The ``pylock.toml`` of a lock; `None` where ``[pipenv] use_pylock`` does not want one.

        Raises:
            InvalidPipfile: its name is none.
            NetworkError: an index could not be asked.
        """
        if solved.pipfile.settings.get("use_pylock") is not True:
            names = pylock_names(self.project.root)
            if names:
                text = (
                    f"{names[0]} stays as it is, and is what `sync` installs: delete it, or have "
                    "it written with every lock by `use_pylock = true` in [pipenv]"
                )
                self.report(Notice("pylock-stays", text))
            return None
        from pipenv.operations.pylock_file import make_pylock

        return make_pylock(self.project, solved, self.report)

    def builder(
        self, interpreter: Interpreter, sources: Sequence[Index], building: tuple[str, ...] = ()
    ) -> LateBuilder:
        """Builds source trees for `interpreter`; `building` names the builds that wait for it.

        Most runs build nothing, so the engine is loaded when the first build is asked for.
        """

        def make() -> Builder:
            if self.settings.flag("no_build") or ":all:" in self.settings.words("only_binary"):
                from pipenv.errors import BuildError

                raise BuildError(
                    "a source distribution would have to be built, and `no-build` is set",
                    hints=["choose a version with a wheel, or unset `no-build` in [pipenv]"],
                )
            from pipenv.builds.builder import Builder
            from pipenv.operations.build_environments import SharedEnvironments, isolates_builds
            from pipenv.operations.provisioning import HostEnvironment, Provisioning

            self.make_planned_environment()
            urls = tuple(source.url for source in sources)
            environments: BuildEnvironments = SharedEnvironments(
                self._pool(), Provisioning(self, interpreter, sources), (interpreter.prefix, urls)
            )
            results = os.path.join(self.cache_dir, "builds")
            if not isolates_builds(self.settings, self.environ):
                environments = HostEnvironment(interpreter)
                results = os.path.join(self.cache_dir, "builds-in", short_hash(interpreter.prefix))
            return Builder(
                environments,
                interpreter,
                cache_dir=results,
                policy=self._build_policy(sources),
                building=building,
            )

        from pipenv.operations.late_builder import LateBuilder

        return LateBuilder(make)

    def _pool(self) -> EnvironmentPool:
        if self._build_pool is None:
            from pipenv.operations.build_environments import EnvironmentPool

            self._build_pool = EnvironmentPool()
        return self._build_pool

    def _backend_settings(self) -> Mapping[str, ConfigSettings]:
        texts = self.settings.words("config_settings")
        pipfile = self.pipfile() if self.project.has_pipfile() else None
        from pipenv.operations.backend_settings import backend_settings

        return backend_settings(texts, pipfile)

    def _build_policy(self, sources: Sequence[Index]) -> BuildPolicy:
        if self._policy is None:
            from threading import BoundedSemaphore

            from pipenv.builds.builder import BuildPolicy
            from pipenv.network.source_urls import variables_of
            from pipenv.operations.build_environments import builds_at_once
            from pipenv.operations.places import addresses_in

            self._policy = BuildPolicy(
                environ=self.environ,
                private_variables=frozenset().union(
                    *(variables_of(source.url) for source in sources),
                    *(variables_of(text) for text in addresses_in(self.pipfile())),
                ),
                config_settings=self._backend_settings(),
                slot=BoundedSemaphore(builds_at_once()),
                report=self.report,
            )
        return self._policy

    def fetch_wheels(
        self,
        pins: Sequence[Pin],
        sources: Sequence[Index],
        environment: Environment,
        builder: SourceBuilder | None = None,
        *,
        build_elsewhere: BuildElsewhere | None = None,
    ) -> Mapping[str, UnpackedWheel]:
        """Bring the wheels of `pins` into the cache, verified and unpacked, by name of the pin.

        `build_elsewhere` gives the wheels of those from paths and repositories.
        """
        from pipenv.cache.wheel_store import note_use
        from pipenv.index.choices import Choices
        from pipenv.index.downloads import Downloads
        from pipenv.models.specifiers import ANY
        from pipenv.models.targets import only

        target = environment.interpreter.target()
        opened: list[Catalog] = []

        def open_catalog() -> Catalog:
            making = builder or self.builder(environment.interpreter, sources)
            options = CatalogOptions(merges=self.settings.flag("search_all_sources"))
            opened.append(self.catalog(only(target, ANY), sources, {}, making, options))
            return opened[0]

        try:
            downloads = Downloads(
                target,
                self.wheel_store(),
                Choices(self.cache_folder()),
                open_catalog,
                build_elsewhere=build_elsewhere,
                configured=self._backend_settings,
                listed={**self._found_files_of(pins), **self._listed_files_of(pins)},
            )
            found = downloads.fetch(pins, self.report)
            note_use(found.values())
            return found
        finally:
            for catalog in opened:
                catalog.close()

    def _found_files_of(self, pins: Sequence[Pin]) -> Mapping[str, tuple[Artifact, ...]]:
        """The files of pins in the folders of ``--find-links``."""
        links = self.settings.words("find_links")
        if not links:
            return {}
        from pipenv.operations.found_files import found_files

        return found_files(links, self.project.root, pins, self.report)

    def _listed_files_of(self, pins: Sequence[Pin]) -> Mapping[str, tuple[Artifact, ...]]:
        """The files of pins, with addresses that credentials are known for."""
        return {
            pin.name: tuple(
                each._replace(url=self.archive_address(each.url)) if "@" in each.url else each
                for each in self.listed_files[pin.name, pin.version]
            )
            for pin in pins
            if (pin.name, pin.version) in self.listed_files and isinstance(pin.origin, IndexOrigin)
        }

    def execute(
        self,
        todo: InstallPlan,
        wheels: Mapping[str, UnpackedWheel],
        environment: Environment,
        *,
        requested: Collection[str],
        direct_urls: Mapping[str, Mapping[str, object]] | None = None,
        stamps: Mapping[str, str] | None = None,
    ) -> None:
        """Carry out a plan on an environment; see `pipenv.installer.transaction.execute`."""
        if self.is_rehearsal:
            return
        from pipenv.installer.transaction import Options, execute

        with self._lock(environment.root):
            execute(
                todo,
                wheels,
                environment,
                requested=requested,
                direct_urls=direct_urls,
                stamps=stamps,
                report=self._installer_report,
                compile_bytecode=self._compiles(),
                options=Options(
                    tolerate_conflicts=True,
                    environ=self.environ,
                    link_mode=self.settings.text("link_mode"),
                    lasting_cache=None if self._passing_cache else self.cache_dir,
                ),
            )

    def _compiles(self) -> bool:
        wanted = self.settings.tristate("compile_bytecode")
        return self.settings.flag("system") if wanted is None else wanted

    def recover(self, environment: Environment) -> None:
        """Undo what a killed run has left in `environment`; to be called before looking at it.

        Raises:
            FileAccessError: it cannot be put in order.
        """
        from pipenv.installer.interruption import is_interrupted

        if is_interrupted(environment) and not self.is_rehearsal:
            with self._lock(environment.root):
                self.recover_held(environment)

    def recover_held(self, environment: Environment) -> None:
        """Like `recover`, for who holds the lock of `environment`."""
        from pipenv.installer.interruption import is_interrupted

        if is_interrupted(environment):
            from pipenv.installer.journal import recover

            recover(environment, self.report)

    def _lock(self, path: str, purpose: str = "") -> FileLock:
        """The lock that serialises changes of the environment `path` between processes."""
        from pipenv.filesystem.locks import FileLock

        folder = self.cache_folder().writable_bucket(LOCKS)
        return FileLock(
            os.path.join(folder, lock_name(path, purpose)),
            timeout_seconds=LOCK_SECONDS,
            on_wait=lambda: self.report(
                Notice("waiting", "another Pipenv is changing this environment; waiting for it")
            ),
            is_optional=True,
        )

    def project_lock(self, key: str) -> FileLock:
        """The lock that serialises changes of the project between processes."""
        from pipenv.filesystem.locks import FileLock

        def on_wait() -> None:
            self._settings = None  # the Pipfile will be another one
            self.report(
                Notice("waiting", "another Pipenv is changing this project; waiting for it")
            )

        folder = self.cache_folder().writable_bucket(LOCKS)
        return FileLock(
            os.path.join(folder, key + ".project.lock"),
            timeout_seconds=LOCK_SECONDS,
            on_wait=on_wait,
            is_optional=True,
        )

    # Pythons and environments

    def find_interpreter(self, request: str | None) -> Interpreter:
        """The interpreter that `request` means; `None` means the one that runs us."""
        if request is None and sys.executable:
            return self.probe().interpreter(sys.executable)
        from pipenv.virtualenvs.discovery import find_interpreter

        return find_interpreter(
            request, environ=self.environ, probe=self.probe(), cwd=self.project.root
        )

    def install_python(self, request: str | None, error: InterpreterNotFound) -> bool:
        """Install the Python that `request` means, if somebody wants that; tell whether it was.

        Where there is nobody to ask, `error` says how to answer.

        Raises:
            InterpreterNotFound: installing it failed.
        """
        from pipenv.operations.python_installs import Surroundings, install_missing

        if self.is_rehearsal:
            return False
        root, report = self.project.root, self.report
        here = Surroundings(self.settings, self.environ, root, report, self._confirm)
        return install_missing(request, here, error)

    def plan_environment(
        self, path: str, interpreter: Interpreter, *, system_site_packages: bool, copies: bool
    ) -> Environment:
        """Tell what the environment `path` will be, once `make_planned_environment` has made it.

        What it is seeded with is unpacked meanwhile, by another process.
        """
        from pipenv.operations.seeding import Seeds
        from pipenv.virtualenvs import creation
        from pipenv.virtualenvs.environments import environment_of
        from pipenv.virtualenvs.location import is_environment

        seeds = Seeds(self, interpreter)
        self.if_it_fails(seeds.close)

        def make() -> Environment:
            with self._lock(path, MAKING):
                if is_environment(path):  # another process made it while we waited
                    seeds.close()
                    return environment_of(path, self.probe())
                made = creation.create(
                    path,
                    interpreter,
                    prompt=self.project.name,
                    project_dir=self.project.root,
                    system_site_packages=system_site_packages,
                    copies=copies,
                    environ=self.environ,
                    fill=seeds.plant,
                )
                self.if_it_fails(lambda: self._unmake(path))
                return made

        self.planned_environment = creation.future_environment(path, interpreter)
        self._make_environment = make
        return self.planned_environment

    def make_planned_environment(self) -> Environment | None:
        """Make the environment that was planned; `None` where none is, or it is made already."""
        self.planned_environment = None
        make, self._make_environment = self._make_environment, None
        return None if make is None else make()

    def create_environment(
        self, path: str, interpreter: Interpreter, *, system_site_packages: bool, copies: bool
    ) -> Environment:
        """Make the environment `path` and put pip into it; all of it or nothing."""
        planned = self.plan_environment(
            path, interpreter, system_site_packages=system_site_packages, copies=copies
        )
        return self.make_planned_environment() or planned

    def _unmake(self, path: str) -> None:
        """Delete an environment that this run has made, unless something else is there by now."""
        from pipenv.virtualenvs.location import is_environment

        if is_environment(path):
            self.remove_environment(path)

    def newcomer(self, path: str, wanted: str | None) -> Newcomer:
        """This project as one that has no environment yet; `wanted` is the Python for it."""
        from pipenv.models.names import canonical_name
        from pipenv.operations.adoption import Newcomer
        from pipenv.virtualenvs.python_request import parse_request

        lockfile = read_previous_lockfile(self.project, silent)
        pins = lockfile.categories.get("default", {}) if lockfile else {}
        # Another Python may mean a few packages more or less; to tell where a lock came from, the
        # one that runs us is good enough.
        markers = self.probe().interpreter(sys.executable).environment
        locked = frozenset(
            canonical_name(name)
            for name, pin in pins.items()
            if pin.marker is None or pin.marker.evaluate(markers)
        )
        return Newcomer(self.project.root, path, self.environ, parse_request(wanted), locked)

    def moved_here(self, path: str, wanted: str | None) -> list[CentralEnvironment]:
        """Environments that may have been this project's before it was moved, the best first."""
        from pipenv.operations.adoption import moved_here

        return moved_here(self.newcomer(path, wanted))

    def take_over(self, path: str, wanted: str | None) -> bool:
        """Offer the environment that the project had before it was moved; tell whether it has it.

        Only on a terminal; elsewhere it is told that there is one.

        Raises:
            VirtualenvBroken, FileAccessError: it cannot be moved.
        """
        found = self.moved_here(path, wanted)
        if not found:
            return False
        name, project = found[0].name, found[0].project
        answer = self._confirm(
            f"`{name}` was the environment of `{project}`, which is gone.\n"
            "Was this project there, and shall it have that environment?"
        )
        if answer is None:
            self.report(
                Notice(
                    "adoptable",
                    f"`{name}` was the environment of `{project}`, which is gone; if this project "
                    f"was there, `pipenv remove` and `pipenv env adopt {name}` bring it here",
                )
            )
        if answer:
            self.move_environment(found[0].path, path)
        return bool(answer)

    def move_environment(self, root: str, path: str) -> None:
        """Move the environment `root` to `path` and make it this project's.

        Raises:
            VirtualenvBroken, FileAccessError: it cannot be moved; it is as it was.
            Busy: another process has been working on it all the time.
        """
        from pipenv.virtualenvs.environments import environment_of
        from pipenv.virtualenvs.relocation import relocate

        project = self.project
        with self._lock(root, MAKING), self._lock(root), self._lock(path, MAKING):
            environment = environment_of(root, self.probe())
            self.recover_held(environment)
            relocate(environment, path, project_dir=project.root, prompt=project.name)
        self.report(Notice("adopted", f"the environment `{root}` is `{path}` now"))

    # What a failing run takes back

    def if_it_fails(self, undo: Callable[[], None]) -> None:
        """Have `undo` called when the change under way fails; the latest is undone first."""
        self._undoing.append(undo)

    def once_it_is_done(self, finish: Callable[[], None]) -> None:
        """Have `finish` called when the change under way has succeeded."""
        self._finishing.append(finish)

    def take_back(self) -> None:
        """The change has failed: undo what it has prepared. What cannot be undone is told."""
        self._finishing.clear()
        while self._undoing:
            self._call(self._undoing.pop())

    def keep(self) -> None:
        """The change has succeeded."""
        self._undoing.clear()
        while self._finishing:
            self._call(self._finishing.pop())

    def _call(self, step: Callable[[], None]) -> None:
        from pipenv.errors import PipenvError

        try:
            step()
        except (PipenvError, OSError) as error:
            self.report(Notice("not-cleared", str(error)))

    def replace_environment(self, path: str) -> None:
        """Move the environment `path` away; it comes back when the change under way fails.

        Raises:
            VirtualenvBroken: there is something else.
            FileAccessError: the operating system refused.
        """
        from pipenv.filesystem.trees import delete_tree
        from pipenv.virtualenvs.creation import put_back, set_aside

        aside = set_aside(path)
        self.if_it_fails(lambda: put_back(aside, path))
        self.once_it_is_done(lambda: delete_tree(aside))

    def remove_environment(self, path: str) -> None:
        """Delete the environment `path`."""
        from pipenv.virtualenvs.creation import clear_leftovers, remove

        remove(path)
        clear_leftovers(path)

    def clear_leftovers(self, path: str) -> bool:
        """Delete what a killed run has left of the environment `path`, if there is something."""
        from pipenv.virtualenvs.creation import clear_leftovers

        return not self.is_rehearsal and clear_leftovers(path)

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


def _address(url: str) -> str:
    """What makes two URLs of an index the same, with or without TLS and a slash at the end."""
    return url.partition("://")[2].rstrip("/").lower()
