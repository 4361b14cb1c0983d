"""``pylock.toml`` as a value, and what cannot be read as one."""

from __future__ import annotations

from typing import Any

import pytest

from pipenv.errors import InvalidLockfile, UntrustedLockfile
from pipenv.lockfile.pylock import Pylock, PylockPackage, write_pylock
from pipenv.lockfile.pylock_reader import format_minor, read_pylock
from pipenv.lockfile.pylock_selection import Wanted, plain_marker, wanted_parts
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import Digest
from pipenv.models.markers import parse_marker
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.pipfile.toml_documents import read_toml

A = Digest("sha256", "a" * 64)
HASHES = {"sha256": A.hex}
WHEEL = {"url": "https://h/x-1.0-py3-none-any.whl", "hashes": HASHES}
PACKAGE = {"name": "x", "version": "1.0", "wheels": [WHEEL]}
LOCK: dict[str, Any] = {"lock-version": "1.0", "created-by": "t", "packages": [PACKAGE]}


def with_package(**changes: object) -> dict[str, Any]:
    return {**LOCK, "packages": [{k: v for k, v in {**PACKAGE, **changes}.items() if v != "-"}]}


def test_what_we_write_is_read_as_it_was() -> None:
    made = Pylock(
        requires_python=">=3.10",
        dependency_groups=("dev", "docs"),
        extras=("fast",),
        environments=(parse_marker("sys_platform == 'linux'"),),
        packages=(
            PylockPackage(
                *("boxed", "1", None, None, ArchiveOrigin("https://h/boxed-1.zip", "part")),
                digests=(A,),
            ),
            PylockPackage(
                *("leaf", "1.0", parse_marker("'dev' in dependency_groups"), ">=3.8"),
                IndexOrigin(),
                index_url="https://${NAME}@h/simple/",
                artifacts=(
                    Artifact(
                        *("leaf-1.0-py3-none-any.whl", "https://h/leaf-1.0-py3-none-any.whl"),
                        digests=(A,),
                        size=12,
                        upload_time="2024-01-02T03:04:05Z",
                    ),
                    Artifact("leaf-1.0.tar.gz", "files/leaf-1.0.tar.gz", (A,)),
                ),
            ),
            PylockPackage("near", None, None, None, DirectoryOrigin("./near", editable=True)),
            PylockPackage("remote", None, None, None, VcsOrigin("git", "https://h/r", "0123abc")),
        ),
    )
    text = write_pylock(made)
    read = read_pylock(read_toml(text))
    assert read == made._replace(creator="pipenv")
    assert write_pylock(read) == text


def test_what_others_leave_out() -> None:
    read = read_pylock({**LOCK, "packages": [{"name": "X.y", "wheels": [WHEEL]}]})
    (package,) = read.packages
    assert (package.name, package.version) == ("x-y", "1.0")
    assert package.artifacts[0].filename == "x-1.0-py3-none-any.whl"
    assert read.default_groups == ()
    assert read.creator == "t"


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        ({}, "lock-version is missing"),
        ({**LOCK, "lock-version": "2.0"}, 'lock-version is "2.0"'),
        ({**LOCK, "lock-version": 1.0}, "lock-version must be a string"),
        ({**LOCK, "lock-version": "1"}, "no version"),
        ({"lock-version": "1.0", "packages": []}, "created-by is missing"),
        ({"lock-version": "1.0", "created-by": "t"}, "packages is missing"),
        ({**LOCK, "packages": {}}, "packages must be an array"),
        ({**LOCK, "packages": [1]}, "packages[0] must be a table"),
        ({**LOCK, "environments": ["linux"]}, "environments is no marker"),
        ({**LOCK, "extras": "x"}, "extras must be an array"),
        ({**LOCK, "requires-python": "3"}, "requires-python"),
        (with_package(name="-"), "packages[0].name is missing"),
        (with_package(name="a b"), "packages[0].name is no name"),
        (with_package(version="one"), "packages[0] (x).version"),
        (with_package(marker="x"), "packages[0] (x).marker is no marker"),
        (with_package(wheels="-"), "packages[0] (x) has no file"),
        (with_package(wheels={}), "wheels must be an array"),
        (with_package(wheels=[{"hashes": HASHES}]), "wheels[0] has neither"),
        (with_package(wheels=[{**WHEEL, "name": "x.zip"}]), "as no wheel is"),
        (with_package(wheels=[{**WHEEL, "name": "../x"}]), "no name of a file"),
        (with_package(wheels=[{**WHEEL, "size": "1"}]), "wheels[0].size"),
        (with_package(wheels=[{**WHEEL, "upload-time": "x"}]), "upload-time"),
        (with_package(directory={"path": "."}), "directory and wheels or sdist"),
        (with_package(wheels="-", directory={}), "directory.path is missing"),
        (with_package(wheels="-", directory={"path": ".", "editable": 1}), "editable"),
        (with_package(wheels="-", vcs={"type": "cvs"}), "vcs.type must be one of"),
        (with_package(wheels="-", vcs={"type": "git", "url": "u"}), "commit-id is missing"),
        (with_package(wheels="-", vcs=[]), "packages[0] (x).vcs must be a table"),
    ],
)
def test_what_is_wrong_is_named(lock: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidLockfile) as caught:
        read_pylock(lock, path="pylock.x.toml")
    assert said in caught.value.message
    assert "`pylock.x.toml`" in caught.value.message


@pytest.mark.parametrize(
    ("hashes", "said"),
    [({}, "no hash"), ({"md5": "0" * 32}, "only md5"), ({"sha256": "abc"}, "malformed")],
)
def test_hashes_must_be_good_for_something(hashes: dict[str, str], said: str) -> None:
    with pytest.raises(UntrustedLockfile, match=said):
        read_pylock(with_package(wheels=[{**WHEEL, "hashes": hashes}]))
    archive = {"url": "https://h/x.zip", "hashes": hashes}
    with pytest.raises(UntrustedLockfile, match=said):
        read_pylock(with_package(wheels="-", archive=archive))


def test_newer_formats_are_known_by_their_number() -> None:
    assert format_minor(LOCK) == 0
    assert format_minor({**LOCK, "lock-version": "1.12"}) == 12


def test_what_categories_mean() -> None:
    lock = Pylock(None, ("dev", "docs", "tests"), (), extras=("fast", "docs"))
    assert wanted_parts(lock, dev=False, named=(), all_of_them=False) == Wanted(("default",))
    assert wanted_parts(lock, dev=True, named=(), all_of_them=False).groups == ("default", "dev")
    named = wanted_parts(lock, dev=False, named=("docs", "Fast", "develop"), all_of_them=False)
    assert named == Wanted(("docs", "dev"), ("Fast",))
    assert wanted_parts(lock, dev=False, named=(), all_of_them=True).extras == ("fast", "docs")
    other = lock._replace(dependency_groups=("testing",))
    assert wanted_parts(other, dev=True, named=(), all_of_them=False).groups[1:] == ("testing",)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("'dev' in dependency_groups", "everywhere"),
        ("'docs' in dependency_groups", "nowhere"),
        ("'docs' not in dependency_groups", "everywhere"),
        ("'fast' in extras and os_name == 'nt'", "os_name == 'nt'"),
        ("'slow' in extras or os_name == 'nt'", "os_name == 'nt'"),
        ("'slow' in extras and os_name == 'nt'", "nowhere"),
        ("'dev' in dependency_groups or os_name == 'nt'", "everywhere"),
        (
            "os_name == 'nt' and ('dev' in dependency_groups or python_version < '3')",
            "os_name == 'nt'",
        ),
    ],
)
def test_markers_without_groups(text: str, left: str) -> None:
    holds, marker = plain_marker(parse_marker(text), Wanted(("Dev",), ("fast",)))
    assert ("nowhere" if not holds else str(marker or "everywhere")) == left
