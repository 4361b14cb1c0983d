"""What stands for the reader of paths, archives and repositories where a Pipfile has none."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.lockfile.generator import NO_FACTS
from pipenv.models.urls import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.lockfile.generator import LockedFacts
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.pipfile.entries import PipfileRequirement
    from pipenv.resolver.problem import Dependency


class OnlyIndexes:
    """Stands for `pipenv.operations.direct.DirectPackages`, and there is no place to read."""

    def close(self) -> None:
        """Do nothing: nothing is under way."""

    def begin(self, dependencies: Iterable[Dependency]) -> None:
        """Take no hint."""

    def listed(
        self, entries: Mapping[str, Sequence[PipfileRequirement]]
    ) -> dict[str, list[PipfileRequirement]]:
        """Return the entries as they are."""
        return {category: list(of_category) for category, of_category in entries.items()}

    def metadata(self, name: str, reference: str) -> CoreMetadata:
        """Refuse what only a package can have asked for.

        Raises:
            InvalidValue: always.
        """
        raise InvalidValue(f"`{name}` comes from `{Url(reference)}`, which nobody named")

    def facts(self, name: str, reference: str) -> LockedFacts:
        """Refuse it, as `metadata` does."""
        raise InvalidValue(f"`{name}` comes from `{Url(reference)}`, which nobody named")

    def facts_elsewhere(self, entry: PipfileRequirement) -> LockedFacts:
        """Return what the lock says of an entry that does not apply here: nothing."""
        del entry
        return NO_FACTS
