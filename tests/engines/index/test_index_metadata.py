"""Which way metadata comes, and what is not believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.errors import DigestMismatch, InvalidValue, MetadataMismatch, UnsafeArchive
from pipenv.models.core_metadata import CoreMetadata, parse_metadata
from pipenv.resolver.problem import Candidate
from support.catalogs import CatalogMaker
from support.loopback_index import LoopbackIndex
from support.package_factory import make_sdist, make_wheel, metadata_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipenv.models.artifacts import Artifact

LARGE = {"one.bin": bytes(range(256)) * 2000}


class RecordingBuilder:
    """Reads PKG-INFO instead of building, and notes what it is asked."""

    def __init__(self, metadata: bytes) -> None:
        self.metadata_text = metadata
        self.seen: list[tuple[bytes, str]] = []

    def metadata(self, archive_path: str, artifact: Artifact) -> CoreMetadata:
        with open(archive_path, "rb") as stream:
            self.seen.append((stream.read(), artifact.filename))
        return parse_metadata(self.metadata_text)

    def wheel(self, archive_path: str, name: str, version: str) -> str:
        raise AssertionError((archive_path, name, version))


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as made:
        yield made


@pytest.fixture
def maker(tmp_path: Path, index: LoopbackIndex) -> CatalogMaker:
    return CatalogMaker(tmp_path / "cache", index.url)


def needs(maker: CatalogMaker, name: str = "one", version: str = "1.0") -> list[str]:
    with maker.open() as catalog:
        position = list(catalog.versions(name).texts).index(version)
        found = catalog.dependencies(Candidate(name, version, position), ())
    return [each.name for each in found]


def kinds(index: LoopbackIndex) -> list[tuple[str, int]]:
    return [(seen.kind, seen.status) for seen in index.requests if seen.kind != "page"]


def test_announced_metadata_is_taken(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("one", "1.0", requires=["two"])
    assert needs(maker) == ["two"]
    assert kinds(index) == [("metadata", 200)]


def test_announced_metadata_that_is_not_there(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.serves_metadata = False
    index.add_wheel("one", "1.0", requires=["two"])
    assert needs(maker) == ["two"]
    assert kinds(index) == [("metadata", 404), ("range", 206)]


def test_metadata_with_another_digest_is_refused(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add(make_wheel("one", "1.0"), metadata_sha256="ab" * 32)
    with pytest.raises(DigestMismatch, match=r"one-1\.0-py3-none-any\.whl.*127\.0\.0\.1"):
        needs(maker)


def test_parts_of_wheels(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.announces_metadata = False
    index.add_wheel("one", "1.0", requires=["two"], files=LARGE)
    assert needs(maker) == ["two"]
    assert kinds(index) == [("range", 206)]


@pytest.mark.parametrize("serves_json", [True, False])
def test_parts_of_wheels_need_no_size(
    index: LoopbackIndex, maker: CatalogMaker, serves_json: bool
) -> None:
    index.announces_metadata = False
    index.serves_json = serves_json
    index.add(make_wheel("one", "1.0", requires=["two"]), has_size=False)
    assert needs(maker) == ["two"]
    assert kinds(index) == [("range", 206)]


def test_servers_without_ranges_are_asked_for_them_once(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.announces_metadata = False
    index.serves_ranges = False
    index.add_wheel("one", "1.0", requires=["two"], files=LARGE)
    index.add_wheel("one", "2.0", requires=["three"], files=LARGE)
    with maker.open() as catalog:
        listed = catalog.versions("one")
        for position, expected in ((1, "three"), (0, "two")):
            candidate = Candidate("one", listed.texts[position], position)
            assert [each.name for each in catalog.dependencies(candidate, ())] == [expected]
    assert kinds(index) == [("range", 200), ("file", 200), ("file", 200)]


def test_an_altered_small_wheel_is_noticed(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.announces_metadata = False
    index.add(make_wheel("one", "1.0"), sha256="ab" * 32)
    with pytest.raises(DigestMismatch, match=r"one-1\.0-py3-none-any\.whl"):
        needs(maker)


def test_an_altered_wheel_is_noticed(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.announces_metadata = False
    index.serves_ranges = False
    index.add(make_wheel("one", "1.0", files=LARGE), sha256="ab" * 32)
    with pytest.raises(DigestMismatch, match="not the file that was promised"):
        needs(maker)


def test_what_is_no_wheel(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.announces_metadata = False
    package = make_wheel("one", "1.0")._replace(data=b"<html>please log in</html>" * 50)
    index.add(package)
    with pytest.raises(UnsafeArchive, match=r"one-1\.0-py3-none-any\.whl"):
        needs(maker)


@pytest.mark.parametrize(("name", "version"), [("two", "1.0"), ("one", "1.1")])
def test_metadata_of_something_else_is_refused(
    index: LoopbackIndex, maker: CatalogMaker, name: str, version: str
) -> None:
    index.add_wheel("one", "1.0", metadata=metadata_text(name, version))
    with pytest.raises(MetadataMismatch, match=r"one-1\.0-py3-none-any\.whl.*another"):
        needs(maker)


def test_other_spellings_are_the_same(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("One_X", "1.0", metadata=metadata_text("one.x", "1.0.0", requires=["two"]))
    assert needs(maker, "one-x") == ["two"]


def test_a_wheel_for_the_target_stands_for_the_version(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.add(make_sdist("one", "1.0", requires=["of-sdist"]))
    index.add(make_wheel("one", "1.0", requires=["of-windows"], tag="cp311-cp311-win_amd64"))
    assert needs(maker) == ["of-windows"]
    index.add(make_wheel("one", "1.0", requires=["of-linux"], tag="py3-none-any"))
    other = CatalogMaker(maker.cache_dir / "other", index.url)
    assert needs(other) == ["of-linux"]


def test_source_distributions_are_given_to_the_builder(
    index: LoopbackIndex, tmp_path: Path
) -> None:
    package = index.add_sdist("one", "1.0", requires=["two"])
    builder = RecordingBuilder(package.metadata)
    maker = CatalogMaker(tmp_path / "cache", index.url, builder=builder)
    for _ in range(2):
        assert needs(maker) == ["two"]
    assert builder.seen == [(package.data, package.filename)]
    assert kinds(index) == [("file", 200)]


def test_an_altered_source_distribution_is_not_opened(index: LoopbackIndex, tmp_path: Path) -> None:
    builder = RecordingBuilder(b"")
    index.add(make_sdist("one", "1.0"), sha256="ab" * 32)
    with pytest.raises(DigestMismatch):
        needs(CatalogMaker(tmp_path / "cache", index.url, builder=builder))
    assert builder.seen == []


def test_without_a_builder_source_distributions_say_nothing(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.add_sdist("one", "1.0")
    with pytest.raises(InvalidValue, match="only a source distribution"):
        needs(maker)


def test_huge_metadata_is_refused(index: LoopbackIndex, maker: CatalogMaker) -> None:
    text = metadata_text("one", "1.0", description="x" * 20_000_000)
    index.add(make_wheel("one", "1.0"), metadata=text)
    with pytest.raises(Exception, match="larger than"):
        needs(maker)
