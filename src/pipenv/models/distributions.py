"""Installed distributions, as found in an environment."""

from __future__ import annotations

from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

SOURCE_STAMP = "pipenv-source.txt"
"""The file of ours in a ``.dist-info`` that holds `InstalledDistribution.stamp`."""


class InstalledDistribution(NamedTuple):
    """One distribution in an environment."""

    name: str
    """As written by its metadata folder; `key` is the canonical form."""
    version: str
    location: str
    """The folder it is imported from."""
    info_dir: str
    """Path of its ``.dist-info`` or ``.egg-info``."""
    installer: str | None = None
    requested: bool = False
    """Whether it was asked for, and not only needed by another (PEP 376)."""
    direct_url: Mapping[str, Any] | None = None
    """Where it came from when not from an index (PEP 610)."""
    editable_project: str | None = None
    """The source tree it is an editable installation of."""
    stamp: str | None = None
    """What the state of the folder or checkout that it was made of was called by us."""

    @property
    def key(self) -> str:
        """The canonical name."""
        return canonical_name(self.name)
