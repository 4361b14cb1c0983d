"""From the facts of an interpreter to the ABIs and platforms of its compatibility tags (pure).

`packaging.tags` asks the interpreter it runs in; these ask nothing, so they serve any interpreter.
Standards: PEP 425, 600 (manylinux), 656 (musllinux).
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_LEGACY_MANYLINUX = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
_MANYLINUX_ARCHITECTURES = frozenset(
    {"x86_64", "aarch64", "ppc64", "ppc64le", "s390x", "loongarch64", "riscv64"}
)
_LAST_GLIBC_MINOR = 50
"""Of a major version that has ended; none has, so this is what others guess."""
_MACOS_FORMATS: dict[str, tuple[str, ...]] = {
    "arm64": ("arm64", "universal2"),
    "x86_64": ("x86_64", "intel", "fat64", "fat3", "universal2", "universal"),
    "i386": ("i386", "intel", "fat3", "fat", "universal"),
    "ppc64": ("ppc64", "fat64", "universal"),
    "ppc": ("ppc", "fat3", "fat", "universal"),
}
_MACOS_SINCE = {"x86_64": (10, 4), "i386": (10, 4), "ppc64": (10, 4)}
_MACOS_UNTIL = {"ppc64": (10, 5), "ppc": (10, 6)}
_ARM_EABI_VERSION = 5
_ARM_HARD_FLOAT = 0x400
"""Bits of ``e_flags`` in an ELF header; the version is the highest byte."""


class BuildFacts(NamedTuple):
    """How an interpreter was built and what it runs on."""

    version: tuple[int, int]
    implementation: str
    """As `sys.implementation.name`."""
    platform: str
    """As `sysconfig.get_platform()`."""
    bits: int
    ext_suffix: str
    """The ending of extension modules, such as ``.cpython-311-x86_64-linux-gnu.so``."""
    is_debug: bool
    has_pymalloc: bool
    is_free_threaded: bool
    glibc: tuple[int, int] | None
    musl: tuple[int, int] | None
    elf_flags: int
    macos: tuple[int, int] | None
    mac_machine: str


def abis(facts: BuildFacts) -> tuple[str, ...]:
    """The ABI tags of extension modules that the interpreter loads, best first."""
    parts = facts.ext_suffix.split(".")
    if facts.implementation == "cpython" or len(parts) < 3:
        return _cpython_abis(facts)
    soabi = parts[1]
    pieces = {"pypy": 2, "graalpy": 3}
    for start, count in pieces.items():
        if soabi.startswith(start):
            soabi = "-".join(soabi.split("-")[:count])
    return (_normal(soabi),) if soabi else ()


def platforms(facts: BuildFacts) -> tuple[str, ...]:
    """The platform tags that the interpreter supports, best first."""
    if facts.macos is not None:
        machine = facts.mac_machine
        if facts.bits == 32:
            machine = "ppc" if machine.startswith("ppc") else "i386"
        return tuple(_macos(facts.macos, machine))
    own = _normal(facts.platform)
    if not own.startswith("linux_"):
        return (own,)
    architectures = _linux_architectures(own, facts.bits)
    # What was built on this very machine suits it best.
    return (
        *(f"linux_{architecture}" for architecture in architectures),
        *_manylinux(facts, architectures),
        *_musllinux(facts, architectures),
    )


def parse_glibc(text: str) -> tuple[int, int] | None:
    """Read ``glibc 2.36``; odd builds write ``glibc 2.20-2014.11``."""
    return _leading_version(text.rpartition(" ")[2])


def parse_musl(text: str) -> tuple[int, int] | None:
    """Read what musl's loader says: a line ``musl libc (x86_64)``, a line ``Version 1.2.4``."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not lines[0].startswith("musl"):
        return None
    return _leading_version(lines[1].rpartition(" ")[2])


def _leading_version(text: str) -> tuple[int, int] | None:
    major, _, rest = text.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    if not major.isdecimal() or not digits:
        return None
    return int(major), int(rest[:digits])


def _cpython_abis(facts: BuildFacts) -> tuple[str, ...]:
    name = "cp{}{}".format(*facts.version)
    if facts.version < (3, 8):
        return (name + ("d" if facts.is_debug else "") + ("m" if facts.has_pymalloc else ""),)
    if facts.version >= (3, 13) and facts.is_free_threaded:
        name += "t"
    # A debug build loads the modules of an ordinary one too.
    return (name + "d", name) if facts.is_debug else (name,)


def _linux_architectures(own: str, bits: int) -> Sequence[str]:
    if bits == 32:
        own = {"linux_x86_64": "linux_i686", "linux_aarch64": "linux_armv8l"}.get(own, own)
    architecture = own.removeprefix("linux_")
    return ("armv8l", "armv7l") if architecture == "armv8l" else (architecture,)


def _manylinux(facts: BuildFacts, architectures: Sequence[str]) -> list[str]:
    if facts.glibc is None or facts.glibc < (2, 0):
        return []
    if "armv7l" in architectures:
        if facts.elf_flags >> 24 != _ARM_EABI_VERSION or not facts.elf_flags & _ARM_HARD_FLOAT:
            return []
    elif not {*architectures} & (_MANYLINUX_ARCHITECTURES | {"i686"}):
        return []
    oldest = 5 if {*architectures} & {"x86_64", "i686"} else 17
    newest, last = facts.glibc
    releases = [(newest, minor) for minor in range(last, oldest - 1 if newest == 2 else -1, -1)]
    for major in range(newest - 1, 1, -1):
        first = oldest if major == 2 else 0
        releases += [(major, minor) for minor in range(_LAST_GLIBC_MINOR, first - 1, -1)]
    tags = []
    for architecture in architectures:
        for major, minor in releases:
            tags.append(f"manylinux_{major}_{minor}_{architecture}")
            if major == 2 and minor in _LEGACY_MANYLINUX:
                tags.append(f"{_LEGACY_MANYLINUX[minor]}_{architecture}")
    return tags


def _musllinux(facts: BuildFacts, architectures: Sequence[str]) -> list[str]:
    if facts.musl is None:
        return []
    major, newest = facts.musl
    return [
        f"musllinux_{major}_{minor}_{architecture}"
        for architecture in architectures
        for minor in range(newest, -1, -1)
    ]


def _macos(version: tuple[int, int], machine: str) -> list[str]:
    """Every release down from `version`: 10.x counted minor numbers, 11 and later major ones."""
    releases = [(major, 0) for major in range(version[0], 10, -1)]
    newest = version[1] if version[0] == 10 else 16
    oldest = 0 if version[0] == 10 else 4
    releases += [(10, minor) for minor in range(newest, oldest - 1, -1)]
    tags = []
    for major, minor in releases:
        release = (major, minor)
        formats = _MACOS_FORMATS.get(machine, (machine,))
        if major == 10 and version[0] > 10 and machine != "x86_64":
            # What was built for two architectures may name the older release of the other one.
            formats = ("universal2",)
        elif (
            not _MACOS_SINCE.get(machine, release) <= release <= _MACOS_UNTIL.get(machine, release)
        ):
            formats = ()
        tags += [f"macosx_{major}_{minor}_{name}" for name in formats]
    return tags


def _normal(text: str) -> str:
    return text.replace(".", "_").replace("-", "_").replace(" ", "_")
