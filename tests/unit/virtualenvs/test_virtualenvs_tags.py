"""Our lists of supported tags, order included, beside those of `packaging`."""

from __future__ import annotations

import itertools
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipenv.models.tags import supported_tags
from pipenv.models.versions import version_key
from pipenv.virtualenvs.platforms import BuildFacts, abis, platforms
from support.tag_reference import digest_of, tags_by_packaging

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    version_key(version("packaging")) < version_key("26.3"),
    reason="older releases put manylinux before linux",
)

HARD_FLOAT = 0x05000400
LINUX = [
    ("linux-x86_64", 64, 0),
    ("linux-x86_64", 32, 0),
    ("linux-i686", 32, 0),
    ("linux-aarch64", 64, 0),
    ("linux-aarch64", 32, HARD_FLOAT),
    ("linux-armv7l", 32, HARD_FLOAT),
    ("linux-armv7l", 32, 0x05000200),
    ("linux-armv7l", 32, 0x04000400),
    ("linux-armv8l", 32, HARD_FLOAT),
    ("linux-armv6l", 32, HARD_FLOAT),
    ("linux-ppc64", 64, 0),
    ("linux-ppc64le", 64, 0),
    ("linux-s390x", 64, 0),
    ("linux-riscv64", 64, 0),
    ("linux-loongarch64", 64, 0),
    ("linux-sparc64", 64, 0),
]
LIBRARIES: list[tuple[tuple[int, int] | None, tuple[int, int] | None]] = [
    ((2, 5), None),
    ((2, 12), None),
    ((2, 16), None),
    ((2, 17), None),
    ((2, 28), None),
    ((2, 42), None),
    ((2, 4), None),
    ((3, 1), None),
    (None, (1, 1)),
    (None, (1, 2)),
    (None, None),
]
MACS = [(26, 1), (15, 0), (14, 5), (11, 0), (11, 6), (10, 15), (10, 9), (10, 6), (10, 4), (10, 3)]
MAC_MACHINES = [
    ("arm64", 64),
    ("x86_64", 64),
    ("x86_64", 32),
    ("i386", 32),
    ("ppc64", 64),
    ("ppc", 32),
]
OTHERS = ["win-amd64", "win32", "win-arm64", "freebsd-14.1-amd64", "mingw x86-64"]
VERSIONS = [(3, minor) for minor in range(7, 16)]


def builds() -> Iterator[tuple[tuple[int, int], str, str, bool, bool, bool]]:
    """Version, implementation, extension suffix, debug, pymalloc, free-threaded."""
    for major, minor in VERSIONS:
        number = f"{major}{minor}"
        for debug in (False, True):
            suffix = f".cpython-{number}{'d' if debug else ''}-x.so"
            yield (major, minor), "cpython", suffix, debug, True, False
            yield (major, minor), "cpython", suffix, debug, False, False
            if minor >= 13:
                yield (major, minor), "cpython", f".cpython-{number}t-x.so", debug, True, True
        yield (major, minor), "cpython", f".cp{number}-win_amd64.pyd", False, True, False
        yield (major, minor), "pypy", f".pypy{number}-pp73-x86_64-linux-gnu.so", False, True, False
        suffix = f".graalpy230-{number}-native-x86_64-linux.so"
        yield (major, minor), "graalpy", suffix, False, True, False
        yield (major, minor), "pyston", f".pyston-23-{number}.so", False, True, False
        yield (major, minor), "ironpython", ".pyd", False, True, False


def machines() -> Iterator[dict[str, object]]:
    for (name, bits, flags), (glibc, musl) in itertools.product(LINUX, LIBRARIES):
        yield {"platform": name, "bits": bits, "elf_flags": flags, "glibc": glibc, "musl": musl}
    for release, (machine, bits) in itertools.product(MACS, MAC_MACHINES):
        name = f"macosx-11.0-{machine}"
        yield {"platform": name, "bits": bits, "macos": release, "mac_machine": machine}
    for name in OTHERS:
        yield {"platform": name, "bits": 32 if name == "win32" else 64}


def facts(build: tuple[object, ...], machine: dict[str, object]) -> BuildFacts:
    chosen = {
        **dict(zip(("version", "implementation", "ext_suffix"), build[:3], strict=True)),
        **dict(zip(("is_debug", "has_pymalloc", "is_free_threaded"), build[3:], strict=True)),
        "glibc": None,
        "musl": None,
        "elf_flags": 0,
        "macos": None,
        "mac_machine": "",
        **machine,
    }
    return BuildFacts(**chosen)  # type: ignore[arg-type]


def ours(case: BuildFacts) -> tuple[str, ...]:
    return supported_tags(case.implementation, case.version, abis(case), platforms(case))


def compare(cases: list[BuildFacts]) -> None:
    wrong = [
        case
        for case, digest in zip(cases, tags_by_packaging(cases), strict=True)
        if digest != digest_of(ours(case))
    ]
    if wrong:
        mine, theirs = ours(wrong[0]), tags_by_packaging(wrong[:1], whole=True)[0]
        pairs = itertools.zip_longest(mine, theirs)
        at, pair = next((at, pair) for at, pair in enumerate(pairs) if pair[0] != pair[1])
        pytest.fail(f"{len(wrong)} differ, the first in tag {at}, {pair}: {wrong[0]}")


def test_every_machine() -> None:
    common = ((3, 12), "cpython", ".cpython-312-x86_64-linux-gnu.so", False, True, False)
    compare([facts(common, machine) for machine in machines()])


def test_every_build() -> None:
    linux = {"platform": "linux-x86_64", "bits": 64, "glibc": (2, 17)}
    mac = {"platform": "macosx-11.0-arm64", "bits": 64, "macos": (12, 0), "mac_machine": "arm64"}
    windows = {"platform": "win-amd64", "bits": 64}
    compare([facts(build, each) for build in builds() for each in (linux, mac, windows)])


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_any_of_both(chance: st.Random) -> None:  # type: ignore[name-defined]
    every = [*builds()], [*machines()]
    compare([facts(chance.choice(every[0]), chance.choice(every[1])) for _ in range(40)])
