"""Targets: what an environment tells markers, and which wheels it can use."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Target(NamedTuple):
    """The environment that packages are chosen for."""

    environment: Mapping[str, str]
    """The eleven values of PEP 508."""
    tags: Mapping[str, int]
    """Compatibility tag → rank; 0 is the best."""

    @property
    def python_version(self) -> str:
        """Such as ``3.11``."""
        return self.environment["python_version"]

    @property
    def python_full_version(self) -> str:
        """Such as ``3.11.7`` or ``3.14.0rc1``."""
        return self.environment["python_full_version"]
