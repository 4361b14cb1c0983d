"""Which pins an environment gets, and what moved between two locks."""

from __future__ import annotations

from pipenv.lockfile.changes import Changes, changes_between
from pipenv.lockfile.schema import Lockfile
from pipenv.lockfile.selection import select
from pipenv.models.digests import Digest
from pipenv.models.markers import parse_marker
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.pins import Pin


def pin(name: str, version: str | None = "1", marker: str | None = None) -> Pin:
    return Pin(
        name=name,
        version=version,
        extras=(),
        origin=IndexOrigin(None),
        marker=None if marker is None else parse_marker(marker),
    )


def lock(**categories: list[Pin]) -> Lockfile:
    return Lockfile(
        content_hash=None,
        requires={},
        sources=(),
        categories={
            "default": {},
            "develop": {},
            **{name: {pin.name: pin for pin in pins} for name, pins in categories.items()},
        },
    )


def names(pins: list[Pin]) -> list[str]:
    return [pin.name for pin in pins]


LINUX = {"sys_platform": "linux", "python_version": "3.11", "python_full_version": "3.11.7"}


def test_markers_decide() -> None:
    lockfile = lock(
        default=[
            pin("a"),
            pin("b", marker="sys_platform == 'win32'"),
            pin("c", marker="python_version >= '3.8' and python_version not in '3.9, 3.10'"),
            pin("d", marker="python_version >= '3.12'"),
        ],
    )
    chosen, skipped = select(lockfile, ["default"], LINUX)
    assert names(chosen) == ["a", "c"]
    assert names(skipped) == ["b", "d"]
    chosen, _ = select(lockfile, ["default"], {**LINUX, "sys_platform": "win32"})
    assert names(chosen) == ["a", "b", "c"]


def test_each_package_once_from_the_first_category_where_it_applies() -> None:
    lockfile = lock(
        default=[pin("a", "1"), pin("b", "1", "sys_platform == 'win32'"), pin("zope.x", "1")],
        develop=[pin("a", "2"), pin("b", "2"), pin("c", "2"), pin("zope-x", "2")],
    )
    chosen, skipped = select(lockfile, ["default", "develop", "default"], LINUX)
    found = {pin.name: pin.version for pin in chosen}
    assert found == {"a": "1", "zope.x": "1", "b": "2", "c": "2"}
    assert skipped == []
    chosen, skipped = select(lockfile, ["develop", "default"], LINUX)
    assert {pin.name: pin.version for pin in chosen} == {
        "a": "2",
        "b": "2",
        "c": "2",
        "zope-x": "2",
    }
    assert skipped == []


def test_an_unknown_category_is_empty() -> None:
    assert select(lock(default=[pin("a")]), ["docs"], LINUX) == ([], [])


def test_changes() -> None:
    old = lock(default=[pin("a"), pin("b", "1"), pin("gone", "3"), pin("zope.x", "1")])
    new = lock(
        default=[pin("a"), pin("b", "2"), pin("zope-x", "1")], docs=[pin("new", "4"), pin("a")]
    )
    changes = changes_between(old, new)
    assert changes == Changes(
        added=(("new", "4"),), removed=(("gone", "3"),), moved=(("b", "1", "2"),)
    )
    assert not changes.is_empty
    assert changes_between(new, new).is_empty
    assert changes_between(None, lock(default=[pin("a")])).added == (("a", "1"),)


def test_changes_of_what_has_no_version() -> None:
    def with_origin(name: str, origin: VcsOrigin | ArchiveOrigin | DirectoryOrigin) -> Pin:
        return Pin(name=name, version=None, extras=(), origin=origin)

    old = lock(
        default=[
            with_origin("vcs", VcsOrigin("git", "https://git.example/x", "a" * 40)),
            with_origin("url", ArchiveOrigin("https://files.example/x-1.whl")),
            with_origin("path", DirectoryOrigin("./x")),
            pin("switched", "1"),
            pin("any", None),
        ]
    )
    new = lock(
        default=[
            with_origin("vcs", VcsOrigin("git", "https://git.example/x", "b" * 40)),
            with_origin("url", ArchiveOrigin("https://files.example/x-2.whl")),
            with_origin("path", DirectoryOrigin("./x", editable=True)),
            with_origin("switched", DirectoryOrigin("./switched")),
            pin("any", "2"),
        ]
    )
    assert changes_between(old, new).moved == (
        ("any", "*", "2"),
        ("switched", "1", "./switched"),
        ("url", "https://files.example/x-1.whl", "https://files.example/x-2.whl"),
        ("vcs", "a" * 12, "b" * 12),
    )


def test_other_files_of_the_same_version_are_told() -> None:
    one, two = (Digest("sha256", digit * 64) for digit in "12")
    old = lock(default=[pin("a")._replace(digests=(one, two)), pin("b")._replace(digests=(one,))])
    new = lock(default=[pin("a")._replace(digests=(two, one)), pin("b")._replace(digests=(two,))])
    assert changes_between(old, new) == Changes((), (), (), rehashed=("b",))
