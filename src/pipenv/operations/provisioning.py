"""Environments that hold given requirements: for builds, and pip in new environments.

Closes the circle in which a build needs packages that may need builds themselves.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from pipenv.installer.plan import plan
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin
from pipenv.models.requirements import parse_requirement
from pipenv.models.specifiers import ANY
from pipenv.models.targets import only
from pipenv.operations.build_repositories import BuildRepositories
from pipenv.operations.catalog_options import PLAIN, CatalogOptions
from pipenv.resolver.problem import Dependency, ResolverProblem, Root
from pipenv.resolver.solver import solve
from pipenv.virtualenvs import creation
from pipenv.virtualenvs.installed import scan, site_directories
from pipenv.virtualenvs.location import python_path, scripts_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipenv.builds.checkouts import Checkouts
    from pipenv.cache.store import CacheFolder
    from pipenv.cache.wheel_store import UnpackedWheel, WheelStore
    from pipenv.events import Reporter
    from pipenv.index.catalog import Catalog
    from pipenv.index.deliveries import BuildElsewhere
    from pipenv.index.source_builder import SourceBuilder
    from pipenv.installer.plan import InstallPlan
    from pipenv.models.indexes import Index
    from pipenv.models.interpreters import Environment, Interpreter
    from pipenv.models.targets import TargetSet
    from pipenv.operations.late_builder import LateBuilder


class Engines(Protocol):
    """What filling an environment takes; `pipenv.operations.engines.Session` has it."""

    report: Reporter

    def builder(
        self, interpreter: Interpreter, sources: Sequence[Index], building: tuple[str, ...] = ()
    ) -> LateBuilder:
        """Make a builder for source distributions among the requirements."""

    def catalog(
        self,
        targets: TargetSet,
        sources: Sequence[Index],
        index_of: Mapping[str, str],
        builder: SourceBuilder,
        options: CatalogOptions = PLAIN,
    ) -> Catalog:
        """Open the indexes; the caller closes the catalog."""

    def fetch_wheels(
        self,
        pins: Sequence[Pin],
        sources: Sequence[Index],
        environment: Environment,
        builder: SourceBuilder | None = None,
        *,
        build_elsewhere: BuildElsewhere | None = None,
    ) -> Mapping[str, UnpackedWheel]:
        """Bring verified wheels."""

    def checkouts(self) -> Checkouts:
        """Open the repositories of the cache."""

    def cache_folder(self) -> CacheFolder:
        """Open the cache."""

    def wheel_store(self) -> WheelStore:
        """Open the unpacked wheels of the cache."""

    def execute(
        self,
        todo: InstallPlan,
        wheels: Mapping[str, UnpackedWheel],
        environment: Environment,
        *,
        requested: Collection[str],
    ) -> None:
        """Carry out a plan."""


class ProvisionedEnvironment(NamedTuple):
    """What a build needs to know of its environment."""

    python: str
    scripts: str


class Provisioning:
    """Makes the isolated environments of builds (PEP 518), each in a temporary folder."""

    def __init__(
        self, engines: Engines, interpreter: Interpreter, sources: Sequence[Index]
    ) -> None:
        self._engines = engines
        self._interpreter = interpreter
        self._sources = tuple(sources)

    @contextmanager
    def prepare(
        self, requirements: Sequence[str], *, building: tuple[str, ...]
    ) -> Iterator[ProvisionedEnvironment]:
        """Make an environment with `requirements`; it is deleted when the context ends."""
        with tempfile.TemporaryDirectory(prefix="pipenv-build-") as folder:
            root = os.path.join(folder, "environment")
            environment = creation.create(
                root, self._interpreter, prompt="build", project_dir=folder
            )
            if requirements:
                self._fill(environment, requirements, building)
            yield ProvisionedEnvironment(python_path(root), scripts_dir(root))

    def _fill(
        self, environment: Environment, requirements: Sequence[str], building: tuple[str, ...]
    ) -> None:
        builder = self._engines.builder(self._interpreter, self._sources, building)
        repositories = BuildRepositories(self._engines.checkouts, builder)
        pins = self._resolve(environment, requirements, building, repositories)
        wheels = self._engines.fetch_wheels(
            pins, self._sources, environment, builder, build_elsewhere=repositories.build
        )
        installed = scan(site_directories(environment.paths))
        self._engines.execute(plan(pins, installed), wheels, environment, requested=())

    def _resolve(
        self,
        environment: Environment,
        requirements: Sequence[str],
        building: tuple[str, ...],
        repositories: BuildRepositories,
    ) -> list[Pin]:
        target = environment.interpreter.target()
        parsed = [parse_requirement(text) for text in requirements]
        roots = tuple(
            Root(
                "build",
                Dependency(
                    requirement.key,
                    requirement.extras,
                    requirement.specifiers,
                    requirement.marker,
                    requirement.url,
                ),
                f"build requirement of {building[-1] if building else 'the project'}",
            )
            for requirement in parsed
            if requirement.marker is None or requirement.marker.evaluate(target.environment)
        )
        builder = self._engines.builder(self._interpreter, self._sources, building)
        options = CatalogOptions(direct=repositories.metadata)
        catalog = self._engines.catalog(only(target, ANY), self._sources, {}, builder, options)
        try:
            catalog.prefetch(
                [root.dependency.name for root in roots if root.dependency.url is None]
            )
            resolution = solve(ResolverProblem(roots, {}, allow_prereleases=False), catalog)
            return [
                Pin(
                    name=name,
                    version=package.version,
                    extras=package.extras,
                    origin=(
                        IndexOrigin(None)
                        if package.url is None
                        else repositories.origin(package.url)
                    ),
                    digests=catalog.digests(name, package.version) if package.url is None else (),
                    marker=None,
                )
                for name, package in resolution.packages.items()
            ]
        finally:
            catalog.close()


class HostEnvironment:
    """Builds in the environment that is installed into, with what is there (no isolation)."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._place = ProvisionedEnvironment(interpreter.executable, interpreter.paths.scripts)

    @contextmanager
    def prepare(
        self, requirements: Sequence[str], *, building: tuple[str, ...]
    ) -> Iterator[ProvisionedEnvironment]:
        """Lend the environment as it is: what it lacks is the user's business."""
        del requirements, building
        yield self._place
