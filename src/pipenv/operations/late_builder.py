"""A builder that is made, and whose code is loaded, when something is to be built or read."""

from __future__ import annotations

from _thread import allocate_lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from pipenv.builds.builder import Builder
    from pipenv.models.artifacts import Artifact
    from pipenv.models.core_metadata import CoreMetadata


class LateBuilder:
    """Stands for a `pipenv.builds.builder.Builder`, whose methods it has. Threads may share it."""

    def __init__(self, make: Callable[[], Builder]) -> None:
        self._make = make
        self._builder: Builder | None = None
        self._guard = allocate_lock()

    def metadata(self, archive_path: str, artifact: Artifact) -> CoreMetadata:
        """Find the metadata of a source distribution from an index."""
        return self._made().metadata(archive_path, artifact)

    def metadata_of_archive(self, archive_path: str, *, subdirectory: str = "") -> CoreMetadata:
        """Find the metadata of any source archive."""
        return self._made().metadata_of_archive(archive_path, subdirectory=subdirectory)

    def declared_metadata(self, directory: str) -> CoreMetadata | None:
        """Read the metadata that the project in a folder declares for every build of it."""
        return self._made().declared_metadata(directory)

    def metadata_of_directory(self, directory: str, *, source_id: str = "") -> CoreMetadata:
        """Find the metadata of the project in a folder."""
        return self._made().metadata_of_directory(directory, source_id=source_id)

    def metadata_of_checkout(
        self, opened: AbstractContextManager[str], name: str, source_id: str
    ) -> CoreMetadata:
        """Find the metadata of the project in a checkout."""
        return self._made().metadata_of_checkout(opened, name, source_id)

    def metadata_of_wheel(self, path: str) -> CoreMetadata:
        """Read the metadata of a wheel that somebody else has built."""
        return self._made().metadata_of_wheel(path)

    def wheel(self, archive_path: str, name: str, version: str, *, subdirectory: str = "") -> str:
        """Build the wheel of a source archive; returns its path."""
        return self._made().wheel(archive_path, name, version, subdirectory=subdirectory)

    def wheel_of_directory(
        self, directory: str, *, editable: bool, state: Callable[[], str]
    ) -> str:
        """Build the wheel of the project in a folder; returns its path."""
        return self._made().wheel_of_directory(directory, editable=editable, state=state)

    def wheel_of_checkout(
        self, opened: AbstractContextManager[str], name: str, source_id: str
    ) -> str:
        """Build the wheel of the project in a checkout; returns its path."""
        return self._made().wheel_of_checkout(opened, name, source_id)

    def _made(self) -> Builder:
        with self._guard:
            if self._builder is None:
                self._builder = self._make()
            return self._builder
