"""From pins to verified wheels in the cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.cache.wheel_store import UnpackedWheel, WheelStore
from pipenv.errors import (
    DigestMismatch,
    InvalidValue,
    MetadataMismatch,
    NoCompatibleArtifact,
    PackageNotFound,
    PipenvError,
    UnsafeArchive,
)
from pipenv.events import DownloadFinished, Notice
from pipenv.index.choices import Choices
from pipenv.index.downloads import Downloads
from pipenv.models.digests import Digest
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin
from pipenv.models.pins import Pin
from support.catalogs import CatalogMaker
from support.loopback_index import LoopbackIndex
from support.package_factory import PackageFile, make_sdist, make_wheel, metadata_text
from support.targets import windows_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipenv.events import Event
    from pipenv.index.deliveries import BuildElsewhere
    from pipenv.models.artifacts import Artifact
    from pipenv.models.core_metadata import CoreMetadata
    from pipenv.models.origins import Origin


class ReadyBuilder:
    """Gives a wheel that was made beforehand."""

    def __init__(self, wheel: PackageFile, folder: Path) -> None:
        self.path = wheel.write_to(folder)
        self.seen: list[tuple[str, str, str]] = []

    def metadata(self, archive_path: str, artifact: Artifact) -> CoreMetadata:
        raise AssertionError((archive_path, artifact))

    def wheel(self, archive_path: str, name: str, version: str) -> str:
        self.seen.append((Path(archive_path).name, name, version))
        return str(self.path)


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as made:
        yield made


@pytest.fixture
def maker(tmp_path: Path, index: LoopbackIndex) -> CatalogMaker:
    return CatalogMaker(tmp_path / "cache", index.url)


def pin(
    *files: PackageFile,
    origin: Origin = IndexOrigin(),  # noqa: B008 - a constant
    no_binary: bool = False,
) -> Pin:
    digests = tuple(Digest("sha256", each.sha256) for each in files)
    name, version = files[0].name.lower(), files[0].version
    return Pin(name, version, (), origin, digests, no_binary=no_binary)


def fetch(
    maker: CatalogMaker,
    *pins: Pin,
    seconds: float = 0,
    events: list[Event] | None = None,
    build_elsewhere: BuildElsewhere | None = None,
) -> dict[str, UnpackedWheel]:
    report = [] if events is None else events
    with maker.open(seconds=seconds) as catalog:
        store = WheelStore(str(maker.cache_dir))
        downloads = Downloads(
            catalog.shelf.target,
            store,
            Choices(catalog.cache),
            lambda: catalog,
            build_elsewhere=build_elsewhere,
        )
        return downloads.fetch(pins, report.append)


def cached_files(maker: CatalogMaker) -> list[str]:
    """Names of the archives that are kept, and of unfinished ones."""
    folder = maker.cache_dir / "archives-v1"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_wheels_are_brought_and_unpacked(index: LoopbackIndex, maker: CatalogMaker) -> None:
    one, two = index.add_wheel("one", "1.0"), index.add_wheel("two", "2.0")
    events: list[Event] = []
    found = fetch(maker, pin(one), pin(two), events=events)
    assert list(found) == ["one", "two"]
    assert Path(found["one"].tree, "one", "__init__.py").read_text() == "VERSION = '1.0'\n"
    assert (index.count("page"), index.count("file"), index.count("metadata")) == (2, 2, 0)
    assert {each.filename for each in events if isinstance(each, DownloadFinished)} == {
        one.filename,
        two.filename,
    }
    assert cached_files(maker) == []


def test_the_second_time_nobody_is_asked(index: LoopbackIndex, maker: CatalogMaker) -> None:
    one = index.add_wheel("one", "1.0")
    fetch(maker, pin(one))
    index.forget_requests()
    events: list[Event] = []
    found = fetch(maker, pin(one), seconds=10**7, events=events)
    assert found["one"].version == "1.0"
    assert index.total() == 0
    assert maker.connections == 1
    assert events == [DownloadFinished("one", one.filename, 0, was_cached=True)]


def test_after_locking_no_page_is_asked_for_again(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    one = index.add_wheel("one", "1.0")
    with maker.open() as catalog:
        catalog.digests("one", "1.0")
    index.forget_requests()
    fetch(maker, pin(one), seconds=10**7)
    assert index.total() == 1
    assert index.count("file") == 1


def test_the_best_of_the_locked_files_is_chosen(index: LoopbackIndex, maker: CatalogMaker) -> None:
    tags = ("py3-none-any", "cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-win_amd64",
            "cp38-abi3-manylinux2014_x86_64")  # fmt: skip
    files = [make_wheel("one", "1.0", tag=tag, files={"one.py": tag}) for tag in tags]
    files.append(make_sdist("one", "1.0"))
    index.add(*files)
    found = fetch(maker, pin(*files))
    assert Path(found["one"].tree, "one.py").read_text() == tags[1]
    found = fetch(maker, pin(files[0], files[3]))
    assert Path(found["one"].tree, "one.py").read_text() == tags[3]
    windows = CatalogMaker(maker.cache_dir, index.url, target=windows_target())
    found = fetch(windows, pin(*files))
    assert Path(found["one"].tree, "one.py").read_text() == tags[2]


def test_later_builds_of_a_wheel_are_better(index: LoopbackIndex, maker: CatalogMaker) -> None:
    files = [
        make_wheel("one", "1.0", build=build, files={"one.py": build}) for build in ("", "2", "10x")
    ]
    index.add(*files)
    found = fetch(maker, pin(*files))
    assert Path(found["one"].tree, "one.py").read_text() == "10x"


def test_another_file_of_the_same_name_is_refused(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    locked = make_wheel("one", "1.0")
    index.add(make_wheel("one", "1.0", files={"evil.py": ""}))
    with pytest.raises(
        DigestMismatch,
        match=r"`one-1\.0-py3-none-any\.whl` from .* promised",
    ):
        fetch(maker, pin(locked))
    assert index.count("file") == 0


def test_a_file_that_is_not_what_the_page_says_is_refused(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    locked = make_wheel("one", "1.0")
    evil = make_wheel("one", "1.0", files={"evil.py": ""})
    index.add(evil, sha256=locked.sha256)
    with pytest.raises(DigestMismatch) as caught:
        fetch(maker, pin(locked, origin=IndexOrigin("index0")))
    for text in (locked.filename, "`index0`", locked.sha256, evil.sha256):
        assert text in str(caught.value)
    assert cached_files(maker) == []


def test_files_of_pages_without_digests_are_checked(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    locked, evil = make_wheel("one", "1.0"), make_wheel("two", "1.0")
    index.add(locked, evil, has_hash=False)
    assert list(fetch(maker, pin(locked))) == ["one"]
    with pytest.raises(DigestMismatch):
        fetch(maker, pin(evil)._replace(digests=pin(locked).digests))


def test_passing_faults_are_survived(index: LoopbackIndex, maker: CatalogMaker) -> None:
    one = index.add_wheel("one", "1.0")
    index.fail("page", "reset")
    index.fail("file", "truncate")
    index.fail("file", 503)
    assert list(fetch(maker, pin(one))) == ["one"]
    assert index.count("file") == 3
    assert cached_files(maker) == []


def test_the_first_failure_is_told_and_leaves_no_debris(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    files = [index.add_wheel(f"p{number}", "1.0") for number in range(6)]
    index.fail("file", 404, name=files[3].filename)
    with pytest.raises(PipenvError, match="p3-1"):
        fetch(maker, *map(pin, files))
    assert not [name for name in cached_files(maker) if name.endswith(".part")]
    assert len(fetch(maker, *map(pin, files))) == 6


def test_archives_that_are_no_wheels(index: LoopbackIndex, maker: CatalogMaker) -> None:
    bad = make_wheel("one", "1.0")._replace(data=b"<html></html>")
    index.add(bad)
    with pytest.raises(UnsafeArchive, match=r"one-1\.0-py3-none-any\.whl"):
        fetch(maker, pin(bad))


@pytest.mark.parametrize(("name", "version"), [("two", "1.0"), ("one", "2.0")])
def test_wheels_of_something_else(
    index: LoopbackIndex, maker: CatalogMaker, name: str, version: str
) -> None:
    wrong = make_wheel(name, version)._replace(
        filename="one-1.0-py3-none-any.whl", name="one", version="1.0"
    )
    index.add(wrong)
    with pytest.raises((MetadataMismatch, UnsafeArchive)):
        fetch(maker, pin(wrong))


def test_metadata_that_the_index_promised_differently(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    wheel = make_wheel("one", "1.0", requires=["evil"])
    index.add(wheel, metadata=metadata_text("one", "1.0"))
    with pytest.raises(MetadataMismatch, match="other metadata than its index announces"):
        fetch(maker, pin(wheel))


def test_requires_python_of_the_wheel_itself(index: LoopbackIndex, maker: CatalogMaker) -> None:
    wheel = make_wheel("one", "1.0", requires_python=">=3.12")
    index.add(wheel, has_requires_python=False)
    for _ in range(2):
        with pytest.raises(NoCompatibleArtifact, match=r"`one` 1\.0 requires Python >=3\.12"):
            fetch(maker, pin(wheel))


def test_no_file_for_this_platform(index: LoopbackIndex, maker: CatalogMaker) -> None:
    wheel = index.add_wheel("one", "1.0", tag="cp311-cp311-win_amd64")
    with pytest.raises(NoCompatibleArtifact, match=r"wheels only for Windows x86-64.*linux x86_64"):
        fetch(maker, pin(wheel))


def test_a_version_that_is_gone(index: LoopbackIndex, maker: CatalogMaker) -> None:
    wheel = make_wheel("one", "1.0")
    index.add_wheel("one", "2.0")
    with pytest.raises(NoCompatibleArtifact, match="not on the index any more"):
        fetch(maker, pin(wheel))
    with pytest.raises(PackageNotFound):
        fetch(maker, pin(make_wheel("two", "1.0")))


def test_yanked_files_are_brought_with_a_warning(index: LoopbackIndex, maker: CatalogMaker) -> None:
    wheel = make_wheel("one", "1.0")
    index.add(wheel, yanked="broken")
    events: list[Event] = []
    fetch(maker, pin(wheel), events=events)
    assert Notice("yanked", "one 1.0 was yanked: broken") in events


def test_source_distributions_are_built_once(index: LoopbackIndex, tmp_path: Path) -> None:
    sdist = index.add_sdist("one", "1.0")
    builder = ReadyBuilder(make_wheel("one", "1.0", files={"built.py": ""}), tmp_path)
    maker = CatalogMaker(tmp_path / "cache", index.url, builder=builder)
    for seconds in (0, 10**7):
        found = fetch(maker, pin(sdist), seconds=seconds)
        assert Path(found["one"].tree, "built.py").exists()
    assert builder.seen == [("one-1.0.tar.gz", "one", "1.0")]
    assert index.count("file") == 1


def test_source_distributions_on_demand(index: LoopbackIndex, tmp_path: Path) -> None:
    wheel, sdist = index.add_wheel("one", "1.0"), index.add_sdist("one", "1.0")
    builder = ReadyBuilder(make_wheel("one", "1.0", files={"built.py": ""}), tmp_path)
    maker = CatalogMaker(tmp_path / "cache", index.url, builder=builder)
    assert Path(fetch(maker, pin(wheel, sdist))["one"].tree, "one").exists()
    found = fetch(maker, pin(wheel, sdist, no_binary=True))
    assert Path(found["one"].tree, "built.py").exists()
    with pytest.raises(NoCompatibleArtifact, match="no source distribution in the lock"):
        fetch(maker, pin(wheel, no_binary=True))


def test_an_altered_source_distribution_is_not_built(index: LoopbackIndex, tmp_path: Path) -> None:
    locked = make_sdist("one", "1.0")
    index.add(make_sdist("one", "1.0", requires=["evil"]), sha256=locked.sha256)
    builder = ReadyBuilder(make_wheel("one", "1.0"), tmp_path)
    with pytest.raises(DigestMismatch):
        fetch(CatalogMaker(tmp_path / "cache", index.url, builder=builder), pin(locked))
    assert builder.seen == []


def test_the_lock_names_the_index(tmp_path: Path) -> None:
    with LoopbackIndex() as public, LoopbackIndex() as private:
        evil = make_wheel("one", "1.0", files={"evil.py": ""})
        good = make_wheel("one", "1.0")
        public.add(evil)
        private.add(good)
        maker = CatalogMaker(tmp_path / "cache", public.url, private.url)
        found = fetch(maker, pin(good, origin=IndexOrigin("index1")))
        assert Path(found["one"].tree, "one").exists()
        assert public.total() == 0


def test_files_at_urls(index: LoopbackIndex, maker: CatalogMaker) -> None:
    wheel = index.add_wheel("one", "1.0")
    origin = ArchiveOrigin(f"{index.files_url}/{wheel.filename}")
    unpinned = Pin("one", None, (), origin)
    assert fetch(maker, unpinned)["one"].version == "1.0"
    assert fetch(maker, unpinned._replace(digests=pin(wheel).digests))["one"].version == "1.0"
    assert index.count("page") == 0
    with pytest.raises(DigestMismatch):
        fetch(maker, unpinned._replace(digests=(Digest("sha256", "ab" * 32),)))
    with pytest.raises(MetadataMismatch):
        fetch(maker, unpinned._replace(name="two"))


def test_other_origins_are_built_elsewhere(maker: CatalogMaker, tmp_path: Path) -> None:
    path = make_wheel("one", "1.0").write_to(tmp_path)
    local = Pin("one", None, (), DirectoryOrigin("."))
    found = fetch(maker, local, build_elsewhere=lambda _: str(path))
    assert found["one"].version == "1.0"
    with pytest.raises(InvalidValue):
        fetch(maker, local)


def test_damaged_wheels_in_the_cache_are_brought_anew(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    one = index.add_wheel("one", "1.0")
    found = fetch(maker, pin(one))
    Path(found["one"].tree, "one", "__init__.py").write_text("edited through an environment")
    again = fetch(maker, pin(one))
    assert Path(again["one"].tree, "one", "__init__.py").read_text() == "VERSION = '1.0'\n"
    assert index.count("file") == 2
