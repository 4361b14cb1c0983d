"""Interpreters, the environments made from them, and where these keep what."""

from __future__ import annotations

from pipenv.models.records import NamedTuple
from pipenv.models.targets import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class InstallPaths(NamedTuple):
    """Absolute paths of the folders that packages are installed into."""

    purelib: str
    platlib: str
    scripts: str
    data: str
    headers: str
    """The folder that holds one folder of headers for each distribution."""
    stdlib: str


class Interpreter(NamedTuple):
    """What is known of one Python."""

    executable: str
    version: tuple[int, int, int]
    implementation: str
    """``cpython``, ``pypy``, …"""
    prefix: str
    base_prefix: str
    base_executable: str
    """The Python that environments are made from; of a virtual environment, the one outside."""
    environment: dict[str, str]
    """The eleven values of PEP 508."""
    tags: tuple[str, ...]
    """Compatibility tags, best first."""
    paths: InstallPaths
    externally_managed: str | None = None
    """The message of the operating system when it manages the packages (PEP 668)."""
    is_64bit: bool = True

    def target(self) -> Target:
        """Return what packages for this interpreter are chosen by."""
        ranks: Mapping[str, int] = {tag: rank for rank, tag in enumerate(self.tags)}
        return Target(self.environment, ranks)


class Environment(NamedTuple):
    """A virtual environment."""

    root: str
    interpreter: Interpreter
    """The one inside it."""
    paths: InstallPaths
