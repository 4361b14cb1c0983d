"""The resolver's only door to the outside."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Protocol

    from pipenv.models.targets import TargetSet
    from pipenv.resolver.problem import Candidate, Dependency, VersionList
else:
    Protocol = object


class Unusable(Exception):
    """A version's metadata shows that it cannot be used; the search goes on without it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """Completes a sentence about the version: ``requires Python >=3.12``."""


class PackageProvider(Protocol):
    """What the solver asks.

    Called from one thread.  The answers must not change during a run; the solver asks each question
    once and its result does not depend on when answers arrive.
    """

    def versions(self, name: str) -> VersionList:
        """Return all versions of a package; waits for the index.

        `name` is canonical; for a requirement with a URL it is ``name @ url``, and the list has the
        one version found there.

        Raises:
            PackageNotFound: no index knows the name.
            NetworkError: an index could not be asked; ends the run.
        """

    def dependencies(self, candidate: Candidate, extras: tuple[str, ...]) -> tuple[Dependency, ...]:
        """Return what a version needs: without extras its own needs, with one those it adds.

        Waits for the version's metadata.

        Raises:
            Unusable: the metadata rules the version out.
            InvalidValue: the metadata cannot be read; the search goes on without the version.
            IntegrityError: the metadata is not what was promised; likewise.
        """

    def prefetch(self, names: Iterable[str]) -> None:
        """Take the hint that `versions` of these names will be asked; returns at once."""

    def prefetch_metadata(self, name: str, positions: Sequence[int]) -> None:
        """Take the hint that `dependencies` of these positions may be asked; returns at once."""


class PortableProvider(PackageProvider, Protocol):
    """What locking for several environments asks besides.

    A *cell* is a kind of environment that files are made for, a bit of an `int`: bit 0 is the
    environment that locks, the others are `TargetSet.cells` in their order.
    """

    targets: TargetSet
    """The environments that the answers are for: a dependency is one if it is in any of them."""

    def within(self, targets: TargetSet) -> PortableProvider:
        """Return the same provider, with all that it knows, for other environments."""

    def coverage(self, name: str, position: int) -> int:
        """Return the cells for which a version has a file; see `PackageProvider.versions`."""

    def demand(self, name: str, cells: int) -> bool:
        """Let only versions with files for all of these cells be usable from now on.

        Cells for which no version at all has a file are not insisted on, except for bit 0.

        Returns:
            Whether fewer versions are usable now.
        """
