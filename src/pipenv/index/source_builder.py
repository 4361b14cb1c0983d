"""What this package needs from whoever can build: a protocol, implemented by `pipenv.builds`."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.artifacts import Artifact
    from pipenv.models.core_metadata import CoreMetadata


class SourceBuilder(Protocol):
    """Makes metadata and wheels of source distributions. May be called from several threads."""

    def metadata(self, archive_path: str, artifact: Artifact) -> CoreMetadata:
        """Return the metadata of a source distribution; without building where it can be trusted.

        Args:
            archive_path: the verified file.
            artifact: what the index says of it; the file name has name and version.

        Raises:
            BuildError: the backend failed.
            IntegrityError: the archive is unsafe, or is of another project or version.
        """
        ...

    def wheel(self, archive_path: str, name: str, version: str) -> str:
        """Return the path of the wheel built from a source distribution.

        Args:
            archive_path: the verified file.
            name: canonical.
            version: what the wheel must be of; ``""`` for any.

        Raises:
            BuildError: the backend failed.
            IntegrityError: the archive is unsafe, or the wheel is of another project or version.
        """
        ...
