"""Targets: what environments tell markers, and which wheels they can use; one of them, or many."""

from __future__ import annotations

import zlib

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.specifiers import SpecifierSet


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


class Platform(NamedTuple):
    """An operating system, as markers and wheels see it."""

    name: str
    """As ``[pipenv] platforms`` calls it."""
    os_name: str
    sys_platform: str
    platform_system: str
    machines: tuple[str, ...]
    """The usual values of ``platform_machine``."""
    wheel_prefixes: tuple[str, ...]
    """What the platform part of its tags begins with."""
    takes_other_machines: bool = False
    """It also runs on machines that are not listed."""


LINUX = Platform(
    *("linux", "posix", "linux", "Linux"),
    ("x86_64", "aarch64"),
    ("manylinux", "linux", "musllinux"),
    takes_other_machines=True,
)
MACOS = Platform("macos", "posix", "darwin", "Darwin", ("arm64", "x86_64"), ("macosx",))
WINDOWS = Platform("windows", "nt", "win32", "Windows", ("AMD64", "ARM64", "x86"), ("win",))
PLATFORMS = (LINUX, MACOS, WINDOWS)
PLATFORM_NAMES = {
    "linux": LINUX,
    "macos": MACOS,
    "darwin": MACOS,
    "windows": WINDOWS,
    "win32": WINDOWS,
}


class TargetSet(NamedTuple):
    """The environments that one lock is made for."""

    here: Target
    """The environment that locks."""
    platforms: tuple[Platform, ...]
    """Empty: nothing but `here`, exactly as it is."""
    pythons: SpecifierSet
    """Full versions of Python."""
    minors: tuple[str, ...]
    """The minor versions among `pythons`, ascending: ``3.10``, ``3.11``."""

    @property
    def is_single(self) -> bool:
        """Whether it is one environment."""
        return not self.platforms

    @property
    def includes_here(self) -> bool:
        """Whether the environment that locks is one of them."""
        environment = self.here.environment
        return self.is_single or (
            environment["python_version"] in self.minors
            and any(
                each.sys_platform == environment["sys_platform"]
                and (each.takes_other_machines or environment["platform_machine"] in each.machines)
                for each in self.platforms
            )
        )

    def for_here(self) -> TargetSet:
        """Return the environment that locks alone, or all if it is none of them."""
        return only(self.here, self.pythons) if self.includes_here else self

    def cells(self) -> tuple[tuple[Platform, str], ...]:
        """Platform and minor version of Python, for each pair of them."""
        return tuple((platform, minor) for platform in self.platforms for minor in self.minors)


def only(target: Target, pythons: SpecifierSet) -> TargetSet:
    """Return the set of one environment."""
    return TargetSet(target, (), pythons, (target.python_version,))


def platform_of(environment: Mapping[str, str]) -> Platform:
    """Return the platform of an environment, made up where it is none of the known."""
    for platform in PLATFORMS:
        if platform.sys_platform == environment["sys_platform"]:
            return platform
    name = environment["sys_platform"]
    system = environment["platform_system"]
    machines = (environment["platform_machine"],)
    return Platform(name, environment["os_name"], name, system, machines, (system.lower(),))


def target_key(target: Target) -> str:
    """A short text that stands for one environment in the cache."""
    environment = sorted(target.environment.items())
    data = repr((environment, list(target.tags))).encode("utf-8", "surrogateescape")
    return f"{zlib.crc32(data):08x}{zlib.adler32(data):08x}"
