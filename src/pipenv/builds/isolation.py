"""Who gives a build an environment with its requirements: a protocol, owned by this package.

`pipenv.operations.provisioning` implements it; it may resolve, download and install, and so closes
the circle in which a build needs packages that may need builds themselves.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager


class BuildEnvironment(Protocol):
    """An environment that holds what one build asked for, and nothing else."""

    @property
    def python(self) -> str:
        """Absolute path of the interpreter inside the environment."""

    @property
    def scripts(self) -> str:
        """Absolute path of the folder of the environment's programs; goes in front of PATH."""


class BuildEnvironments(Protocol):
    """Prepares environments for builds; called from several threads."""

    def prepare(
        self, requirements: Sequence[str], *, building: tuple[str, ...]
    ) -> AbstractContextManager[BuildEnvironment]:
        """Make an environment that holds `requirements` (PEP 508 texts) and their dependencies.

        Cost: a bare environment for an empty list, else a resolution and an installation.  Equal
        lists may share one environment: builds do not install into it.

        Args:
            requirements: in the order in which the source tree and its backend named them.
            building: canonical names of the packages whose builds wait for this environment,
                outermost first.  A nested `Builder` must be given it, so that a package that needs
                itself to be built ends in an error and not in a hang.

        Raises:
            PipenvError: whatever keeps the environment from being made.
        """
