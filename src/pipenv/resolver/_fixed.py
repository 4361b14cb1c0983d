"""A provider that offers a single version of some packages: what was decided before."""

from __future__ import annotations

from pipenv.errors import PackageNotFound
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import ANY
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.resolver.problem import Candidate, Dependency, Root, VersionList
    from pipenv.resolver.provider import PackageProvider


class Unmet(NamedTuple):
    """A requirement that a fixed version does not meet."""

    name: str
    version: str
    """Empty: no index knows the name."""
    requirement: Dependency
    needed_by: str


class FixedProvider:
    """Wraps a provider. Direct references are let through as they are."""

    def __init__(
        self, provider: PackageProvider, fixed: Mapping[str, str], *, gives_in: bool = False
    ) -> None:
        """Wrap.

        Args:
            provider: answers the questions.
            fixed: canonical name → the only version to offer, in the normal form.
            gives_in: a requirement that excludes a fixed version counts as one on any version,
                and one on a name that no index knows does not count.
        """
        self._provider = provider
        self._fixed = fixed
        self._gives_in = gives_in
        self.unmet: dict[Unmet, None] = {}
        """What was given in to, in the order of sight."""

    def versions(self, name: str) -> VersionList:
        """Return all versions of a package; see `PackageProvider`."""
        listed = self._provider.versions(name)
        fixed = self._fixed.get(name)
        if fixed is None or fixed not in listed.texts:
            return listed
        return listed.limited(1 << listed.texts.index(fixed))

    def dependencies(self, candidate: Candidate, extras: tuple[str, ...]) -> tuple[Dependency, ...]:
        """Return what a version needs; see `PackageProvider`."""
        needs = self._provider.dependencies(candidate, extras)
        if not self._gives_in:
            return needs
        needed_by = f"{candidate.name} {candidate.version}"
        softened = (self.softened(each, needed_by) for each in needs)
        return tuple(each for each in softened if each is not None)

    def roots(self, roots: Iterable[Root]) -> tuple[Root, ...]:
        """Return roots as they can be required."""
        if not self._gives_in:
            return tuple(roots)
        softened = ((root, self.softened(root.dependency, root.source)) for root in roots)
        return tuple(
            root._replace(dependency=dependency)
            for root, dependency in softened
            if dependency is not None
        )

    def softened(self, dependency: Dependency, needed_by: str) -> Dependency | None:
        """Return a dependency, without its specifiers if the fixed version is not among them.

        `None` if it cannot be met at all.
        """
        fixed = self._fixed.get(dependency.name)
        if fixed is None and dependency.url is None and not self._is_known(dependency.name):
            self.unmet[Unmet(dependency.name, "", dependency, needed_by)] = None
            return None
        if (
            fixed is None
            or dependency.url is not None
            or dependency.specifiers.contains(version_key(fixed), fixed)
        ):
            return dependency
        self.unmet[Unmet(dependency.name, fixed, dependency, needed_by)] = None
        return dependency._replace(specifiers=ANY)

    def _is_known(self, name: str) -> bool:
        try:
            self._provider.versions(name)
        except PackageNotFound:
            return False
        return True

    def prefetch(self, names: Iterable[str]) -> None:
        """Take a hint; see `PackageProvider`."""
        self._provider.prefetch(names)

    def prefetch_metadata(self, name: str, positions: Sequence[int]) -> None:
        """Take a hint; see `PackageProvider`."""
        self._provider.prefetch_metadata(name, positions)
