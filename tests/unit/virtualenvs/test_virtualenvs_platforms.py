from __future__ import annotations

import pytest
from packaging.tags import mac_platforms

from pipenv.virtualenvs.platforms import BuildFacts, abis, parse_glibc, parse_musl, platforms

LINUX = BuildFacts(
    version=(3, 11),
    implementation="cpython",
    platform="linux-x86_64",
    bits=64,
    ext_suffix=".cpython-311-x86_64-linux-gnu.so",
    is_debug=False,
    has_pymalloc=True,
    is_free_threaded=False,
    glibc=(2, 36),
    musl=None,
    elf_flags=0,
    macos=None,
    mac_machine="",
)


def changed(**fields: object) -> BuildFacts:
    return LINUX._replace(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("cp311",)),
        ({"version": (3, 7)}, ("cp37m",)),
        ({"version": (3, 7), "has_pymalloc": False}, ("cp37",)),
        ({"version": (3, 7), "is_debug": True}, ("cp37dm",)),
        ({"is_debug": True}, ("cp311d", "cp311")),
        ({"version": (3, 13), "is_free_threaded": True}, ("cp313t",)),
        ({"version": (3, 13), "is_free_threaded": True, "is_debug": True}, ("cp313td", "cp313t")),
        (
            {"implementation": "pypy", "ext_suffix": ".pypy310-pp73-x86_64-linux-gnu.so"},
            ("pypy310_pp73",),
        ),
        (
            {"implementation": "graalpy", "ext_suffix": ".graalpy-38-native-x86_64-darwin.so"},
            ("graalpy_38_native",),
        ),
    ],
)
def test_abis(fields: dict[str, object], expected: tuple[str, ...]) -> None:
    assert abis(changed(**fields)) == expected


def test_glibc() -> None:
    tags = platforms(LINUX)
    assert tags[:2] == ("linux_x86_64", "manylinux_2_36_x86_64")
    assert tags.index("manylinux2014_x86_64") == tags.index("manylinux_2_17_x86_64") + 1
    assert tags[-1] == "manylinux1_x86_64"


def test_other_architectures_begin_with_glibc_2_17() -> None:
    tags = platforms(changed(platform="linux-aarch64"))
    assert tags[-2:] == ("manylinux_2_17_aarch64", "manylinux2014_aarch64")


def test_a_narrow_build_on_a_wide_machine() -> None:
    tags = platforms(changed(bits=32))
    assert {tag.rpartition("_")[2] for tag in tags} == {"i686"}
    arm = platforms(changed(platform="linux-aarch64", bits=32, elf_flags=0x05000400))
    assert arm[:3] == ("linux_armv8l", "linux_armv7l", "manylinux_2_36_armv8l")
    assert platforms(changed(platform="linux-armv7l", bits=32)) == ("linux_armv7l",)


def test_an_unknown_architecture_is_no_manylinux() -> None:
    assert platforms(changed(platform="linux-sparc")) == ("linux_sparc",)


def test_musl() -> None:
    tags = platforms(changed(glibc=None, musl=(1, 2)))
    assert tags == (
        "linux_x86_64",
        "musllinux_1_2_x86_64",
        "musllinux_1_1_x86_64",
        "musllinux_1_0_x86_64",
    )


@pytest.mark.parametrize("version", [(26, 1), (14, 5), (11, 0), (10, 16), (10, 9), (10, 4)])
@pytest.mark.parametrize(
    ("machine", "bits", "architecture"),
    [("arm64", 64, "arm64"), ("x86_64", 64, "x86_64"), ("x86_64", 32, "i386")],
)
def test_macos_agrees_with_packaging(
    version: tuple[int, int], machine: str, bits: int, architecture: str
) -> None:
    facts = changed(platform="macosx-11.0-x", macos=version, mac_machine=machine, bits=bits)
    assert list(platforms(facts)) == list(mac_platforms(version, architecture))


def test_windows_and_others() -> None:
    assert platforms(changed(platform="win-amd64", glibc=None)) == ("win_amd64",)
    assert platforms(changed(platform="freebsd-14.1-amd64", glibc=None)) == ("freebsd_14_1_amd64",)


def test_versions_of_libraries() -> None:
    assert parse_glibc("glibc 2.36") == (2, 36)
    assert parse_glibc("glibc 2.20-2014.11") == (2, 20)
    assert parse_glibc("") is None
    assert parse_musl("musl libc (x86_64)\nVersion 1.2.4\nDynamic Program Loader\n") == (1, 2)
    assert parse_musl("no such thing") is None
    assert parse_musl("musl libc (x86_64)\nVersion what") is None
