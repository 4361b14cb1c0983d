"""Artifacts: single files that an index offers."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.digests import Digest


class Artifact(NamedTuple):
    """One file of one version of a package."""

    filename: str
    url: str
    """Absolute, without fragment."""
    digests: tuple[Digest, ...] = ()
    requires_python: str | None = None
    size: int | None = None
    """In bytes."""
    upload_time: str | None = None
    """As the index writes it: ISO 8601."""
    yanked: str | None = None
    """`None` when it is not yanked; the reason when it is, ``""`` if none is given (PEP 592)."""
    metadata_digest: Digest | None = None
    has_metadata: bool = False
    """Whether the index offers its metadata as a file of its own (PEP 658)."""

    @property
    def is_wheel(self) -> bool:
        """Whether it is a wheel, by its name."""
        return self.filename.endswith(".whl")
