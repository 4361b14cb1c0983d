"""``pylock.toml`` as text, and dependency groups as markers."""

from __future__ import annotations

import pytest

from pipenv.lockfile.group_markers import marker_of
from pipenv.lockfile.pylock import Pylock, PylockPackage, source_distribution, write_pylock
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import Digest
from pipenv.models.marker_algebra import space_of
from pipenv.models.markers import parse_marker
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.targets import PLATFORMS, TargetSet
from pipenv.pipfile._toml import loads
from pipenv.resolver.resolution import Reached
from support.targets import linux_target

A, B = (Digest("sha256", letter * 64) for letter in "ab")
WEAK = Digest("md5", "c" * 32)

GOLDEN = f"""\
lock-version = "1.0"
environments = [
    "sys_platform == 'linux'",
]
requires-python = ">=3.10"
extras = []
dependency-groups = ["dev", "docs"]
default-groups = ["default"]
created-by = "pipenv"

[[packages]]
name = "boxed"
version = "1"
archive = {{url = "https://files.example/boxed-1.zip", hashes = {{sha256 = "{A.hex}"}}, \
subdirectory = "part"}}

[[packages]]
name = "leaf"
version = "1.0"
marker = "'dev' in dependency_groups and sys_platform == 'win32'"
requires-python = ">=3.8"
index = "https://${{NAME}}@index.example/simple/"
wheels = [
    {{name = "leaf-1.0-cp311-cp311-win_amd64.whl", \
url = "https://files.example/leaf-1.0-cp311-cp311-win_amd64.whl", hashes = {{sha256 = "{B.hex}"}}}},
    {{name = "leaf-1.0-py3-none-any.whl", upload-time = 2024-01-02T03:04:05Z, \
url = "https://files.example/leaf-1.0-py3-none-any.whl", size = 12, \
hashes = {{sha256 = "{A.hex}"}}}},
]
sdist = {{name = "leaf-1.0.tar.gz", upload-time = 2024-01-02T02:04:05.120000Z, \
url = "https://files.example/leaf-1.0.tar.gz", hashes = {{sha256 = "{A.hex}"}}}}

[[packages]]
name = "near"
directory = {{path = "./near \\"by\\"", editable = true}}

[[packages]]
name = "remote"
vcs = {{type = "git", url = "https://host.example/remote.git", commit-id = "0123abc"}}

[tool.pipenv]
generated_from = "Pipfile.lock"
"""


def artifact(filename: str, *digests: Digest, **facts: object) -> Artifact:
    return Artifact(filename, f"https://files.example/{filename}", digests)._replace(**facts)  # type: ignore[arg-type]


def package(name: str, version: str | None, origin: object, **facts: object) -> PylockPackage:
    made = PylockPackage(name, version, None, None, origin)  # type: ignore[arg-type]
    return made._replace(**facts)  # type: ignore[arg-type]


PYLOCK = Pylock(
    requires_python=">=3.10",
    dependency_groups=("dev", "docs"),
    environments=(parse_marker("sys_platform == 'linux'"),),
    packages=(
        package(
            "boxed",
            "1",
            ArchiveOrigin("https://files.example/boxed-1.zip", "part"),
            digests=(A, WEAK),
        ),
        package(
            "leaf",
            "1.0",
            IndexOrigin("main"),
            marker=parse_marker("'dev' in dependency_groups and sys_platform == 'win32'"),
            requires_python=">=3.8",
            index_url="https://${NAME}@index.example/simple/",
            artifacts=(
                artifact(
                    "leaf-1.0-py3-none-any.whl",
                    WEAK,
                    A,
                    size=12,
                    upload_time="2024-01-02T03:04:05Z",
                ),
                artifact("leaf-1.0.tar.gz", A, upload_time="2024-01-02T03:04:05.12+01:00"),
                artifact("leaf-1.0.zip", A),
                artifact("leaf-1.0-cp311-cp311-win_amd64.whl", B, upload_time="yesterday"),
            ),
        ),
        package("near", None, DirectoryOrigin('./near "by"', editable=True)),
        package("remote", None, VcsOrigin("git", "https://host.example/remote.git", "0123abc")),
    ),
)


def test_the_text() -> None:
    assert write_pylock(PYLOCK) == GOLDEN
    assert write_pylock(PYLOCK, newline="\r\n") == GOLDEN.replace("\n", "\r\n")


def test_the_text_is_what_the_standard_says() -> None:
    standard = pytest.importorskip("packaging.pylock")
    read = standard.Pylock.from_dict(loads(GOLDEN))
    assert [each.name for each in read.packages] == ["boxed", "leaf", "near", "remote"]
    assert str(read.packages[1].wheels[1].upload_time) == "2024-01-02 03:04:05+00:00"


def test_a_lock_of_nothing() -> None:
    standard = pytest.importorskip("packaging.pylock")
    text = write_pylock(Pylock(None, (), ()))
    assert "packages = []\n\n[tool.pipenv]\n" in text
    assert standard.Pylock.from_dict(loads(text)).packages == []


@pytest.mark.parametrize("text", ['a"b', "a\\b", "a\tb\r\n", "\x00\x1f\x7f", "ä 中", "${NAME}"])
def test_any_text_is_read_as_it_was(text: str) -> None:
    made = Pylock(None, (), (package("near", None, DirectoryOrigin(text)),))
    assert loads(write_pylock(made))["packages"][0]["directory"]["path"] == text


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://host.example/x.git", "url"),
        ("git@host.example:x.git", "url"),
        ("ssh://git@host.example/x.git", "url"),
        ("../x", "path"),
        ("/srv/x", "path"),
    ],
)
def test_where_a_repository_is(url: str, key: str) -> None:
    made = Pylock(None, (), (package("x", None, VcsOrigin("git", url, "0123")),))
    assert loads(write_pylock(made))["packages"][0]["vcs"][key] == url


def test_one_source_distribution() -> None:
    old, new = artifact("x-1.0.zip"), artifact("x-1.0.tar.gz")
    wheel = artifact("x-1.0-py3-none-any.whl")
    assert source_distribution([old, new, wheel]) == new
    assert source_distribution([wheel, old]) == old
    assert source_distribution([wheel]) is None


WINDOWS = parse_marker("sys_platform == 'win32'")
OLD = parse_marker("python_version < '3.11'")
SPACE = space_of(
    TargetSet(linux_target(), PLATFORMS, parse_specifiers(">=3.10,<3.12"), ("3.10", "3.11")),
    [WINDOWS, OLD],
)


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        ({"default": None}, "None"),
        ({"default": None, "develop": WINDOWS}, "None"),
        ({"default": WINDOWS}, "sys_platform == 'win32'"),
        ({"develop": None}, "'dev' in dependency_groups"),
        (
            {"develop": None, "docs": None},
            "'dev' in dependency_groups or 'docs' in dependency_groups",
        ),
        (
            {"develop": WINDOWS, "docs": WINDOWS},
            (
                "('dev' in dependency_groups or 'docs' in dependency_groups)"
                " and sys_platform == 'win32'"
            ),
        ),
        (
            {"default": WINDOWS, "develop": None},
            "sys_platform == 'win32' or 'dev' in dependency_groups",
        ),
        (
            {"default": WINDOWS, "develop": OLD, "docs": WINDOWS},
            "sys_platform == 'win32' or 'dev' in dependency_groups and python_version < '3.11'",
        ),
    ],
)
def test_groups_in_markers(needed: dict[str, object], expected: str) -> None:
    reached = {
        category: Reached(SPACE.mask(marker), (), () if marker is None else (marker,))  # type: ignore[arg-type]
        for category, marker in needed.items()
    }
    assert str(marker_of(reached, SPACE)) == expected
