"""Every kind of package as a line of a requirements file."""

from __future__ import annotations

import pytest

from pipenv.lockfile.requirement_lines import ListedPackage, index_lines, requirement_line
from pipenv.models.digests import Digest
from pipenv.models.indexes import Index
from pipenv.models.origins import (
    ArchiveOrigin,
    DirectoryOrigin,
    IndexOrigin,
    Origin,
    VcsOrigin,
)

COMMIT = "c" * 40


def line(origin: Origin, *extras: str, marker: str | None = None) -> str:
    return requirement_line(ListedPackage("pkg", "", extras, origin, marker))


def test_a_package_of_an_index() -> None:
    digests = (Digest("sha256", "a" * 64), Digest("sha512", "b" * 128))
    found = requirement_line(
        ListedPackage("pkg", "==1.0", ("a", "b"), IndexOrigin(), "os_name == 'nt'", digests)
    )
    assert found == (
        f"pkg[a,b]==1.0; os_name == 'nt' --hash=sha256:{'a' * 64} --hash=sha512:{'b' * 128}"
    )
    assert line(IndexOrigin("private")) == "pkg"


@pytest.mark.parametrize(
    ("origin", "extras", "expected"),
    [
        (VcsOrigin("git", "https://h/r.git", COMMIT), (), f"pkg @ git+https://h/r.git@{COMMIT}"),
        (VcsOrigin("git", "git+https://h/r.git"), (), "pkg @ git+https://h/r.git"),
        (VcsOrigin("hg", "https://h/r", "x", "sub"), ("e",), "pkg[e] @ hg+https://h/r@x#subdirectory=sub"),
        (VcsOrigin("git", "git@h:o/r.git", "x"), (), "pkg @ git+ssh://git@h/o/r.git@x"),
        (VcsOrigin("git", "https://$TOKEN@h/r", "x"), (), "pkg @ git+https://${TOKEN}@h/r@x"),
        (VcsOrigin("git", "https://h/r", "x", "s", editable=True), (), "-e git+https://h/r@x#egg=pkg&subdirectory=s"),
        (VcsOrigin("git", "https://h/r", "x", "s", editable=True), ("e",), "-e 'pkg[e] @ git+https://h/r@x#subdirectory=s'"),
        (VcsOrigin("git", "file:///srv/r", "x"), (), "-e git+file:///srv/r@x#egg=pkg"),
        (ArchiveOrigin("https://h/p-1.whl"), (), "https://h/p-1.whl"),
        (ArchiveOrigin("https://h/p-1.whl"), ("e",), "pkg[e] @ https://h/p-1.whl"),
        (ArchiveOrigin("https://h/p-1.zip", "s"), (), "https://h/p-1.zip#subdirectory=s"),
        (DirectoryOrigin("./pkg", editable=True), ("e",), "-e ./pkg[e]"),
        (DirectoryOrigin(".", editable=True), (), "-e ."),
        (DirectoryOrigin("pkg"), (), "./pkg"),
        (DirectoryOrigin("C:/pkg"), (), "C:/pkg"),
        (DirectoryOrigin("./p-1.whl", editable=True), (), "./p-1.whl"),
    ],
)  # fmt: skip
def test_packages_of_places(origin: Origin, extras: tuple[str, ...], expected: str) -> None:
    assert line(origin, *extras) == expected
    assert line(origin, *extras, marker="m") == f"{expected} ; m"


def test_sources_keep_their_variables() -> None:
    sources = [Index("a", "https://$USER:${PASS}@h/simple"), Index("b", "http://x/simple")]
    assert [*index_lines(sources)] == [
        "-i https://${USER}:${PASS}@h/simple",
        "--extra-index-url http://x/simple",
    ]
    assert not [*index_lines([])]
