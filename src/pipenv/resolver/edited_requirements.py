"""Requirements that the user changes or leaves out, as a layer between the solver and its provider.

Only in use where the Pipfile asks for it.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.models.specifiers import SpecifierSet
    from pipenv.models.targets import TargetSet
    from pipenv.resolver.problem import Candidate, Dependency, ResolverProblem, Root, VersionList
    from pipenv.resolver.provider import PortableProvider


class Override(NamedTuple):
    """What holds for a package, whatever anybody requires of it."""

    specifiers: SpecifierSet
    source: str
    """Where it is written, for people."""
    narrows: bool = False
    """It holds besides what is required, not instead."""


class EditedRequirements:
    """A `PortableProvider` whose packages require what the user says."""

    def __init__(
        self,
        provider: PortableProvider,
        overrides: Mapping[str, Override],
        excluded: frozenset[str],
    ) -> None:
        """Wrap.

        Args:
            provider: is asked.
            overrides: canonical name → what is required of it instead. URLs do not count either.
            excluded: canonical names that no package requires any more.
        """
        self._provider = provider
        self._overrides = overrides
        self._excluded = excluded
        self.targets = provider.targets

    def versions(self, name: str) -> VersionList:
        """Return all versions of a package; see `PackageProvider`."""
        return self._provider.versions(name)

    def dependencies(self, candidate: Candidate, extras: tuple[str, ...]) -> tuple[Dependency, ...]:
        """Return what a version needs, as the user wants it; see `PackageProvider`."""
        own = candidate.name.partition(" @ ")[0]
        needs = self._provider.dependencies(candidate, extras)
        return tuple(
            self._edited(each) for each in needs if each.name not in self._excluded - {own}
        )

    def prefetch(self, names: Iterable[str]) -> None:
        """Take a hint; see `PackageProvider`."""
        self._provider.prefetch(names)

    def prefetch_metadata(self, name: str, positions: Sequence[int]) -> None:
        """Take a hint; see `PackageProvider`."""
        self._provider.prefetch_metadata(name, positions)

    def within(self, targets: TargetSet) -> EditedRequirements:
        """Return the same provider for other environments; see `PortableProvider`."""
        inside = self._provider.within(targets)
        return EditedRequirements(inside, self._overrides, self._excluded)

    def coverage(self, name: str, position: int) -> int:
        """Return the cells for which a version has a file; see `PortableProvider`."""
        return self._provider.coverage(name, position)

    def demand(self, name: str, cells: int) -> bool:
        """Insist on files for cells; see `PortableProvider`."""
        return self._provider.demand(name, cells)

    def _edited(self, dependency: Dependency) -> Dependency:
        override = self._overrides.get(dependency.name)
        if override is None:
            return dependency
        if override.narrows:
            return _narrowed(dependency, override)
        return dependency._replace(specifiers=override.specifiers, url=None)


def with_overrides(problem: ResolverProblem, overrides: Mapping[str, Override]) -> ResolverProblem:
    """Return the problem with the overrides in place of what its roots require.

    A root with a URL stays: the URL says which version is meant.
    """

    def edited(root: Root) -> Root:
        dependency = root.dependency
        override = overrides.get(dependency.name)
        if override is None or dependency.url is not None:
            return root
        if override.narrows:
            source = f"{root.source}, and {override.source}"
            return root._replace(dependency=_narrowed(dependency, override), source=source)
        return root._replace(
            dependency=dependency._replace(specifiers=override.specifiers), source=override.source
        )

    return problem._replace(roots=tuple(edited(root) for root in problem.roots))


def _narrowed(dependency: Dependency, override: Override) -> Dependency:
    return dependency._replace(specifiers=dependency.specifiers & override.specifiers)
