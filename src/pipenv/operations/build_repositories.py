"""Repositories among the requirements of a build: ``name @ git+https://…``."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.origins import ArchiveOrigin, VcsOrigin
from pipenv.operations.places import source_id_of
from pipenv.pipfile.entries import origin_of_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pipenv.builds.checkouts import Checkouts
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.origins import Origin
    from pipenv.models.pins import Pin
    from pipenv.operations.late_builder import LateBuilder


class BuildRepositories:
    """Reads and builds the repositories that one build environment needs."""

    def __init__(self, open_checkouts: Callable[[], Checkouts], builder: LateBuilder) -> None:
        """Prepare; no repository is asked yet."""
        self._checkouts = open_checkouts
        self._builder = builder
        self._commits: dict[str, VcsOrigin] = {}

    def metadata(self, name: str, url: str) -> CoreMetadata | None:
        """The metadata of the project in a repository, `None` for what is none.

        Raises:
            CheckoutFailed: it cannot be brought.
            BuildError: only a build tells, and that fails.
        """
        origin = origin_of_url(url)
        if not isinstance(origin, VcsOrigin):
            return None
        pinned = origin._replace(ref=self._checkouts().resolve_commit(origin))
        self._commits[url] = pinned
        tree = self._checkouts().tree(pinned)
        return self._builder.metadata_of_checkout(tree, name, source_id_of(pinned))

    def origin(self, url: str) -> Origin:
        """What a pin of the address is from, its commit decided."""
        return self._commits.get(url) or ArchiveOrigin(url)

    def build(self, pin: Pin) -> str:
        """Build the wheel of a pin from a repository; return its path.

        Raises:
            As `metadata`.
        """
        origin = pin.origin
        if not isinstance(origin, VcsOrigin):
            raise InvalidValue(f"`{pin.name}` is needed by a build, and comes from no repository")
        tree = self._checkouts().tree(origin)
        return self._builder.wheel_of_checkout(tree, pin.name, source_id_of(origin))
