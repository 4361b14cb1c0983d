from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import (
    ConnectionFailed,
    CredentialsRejected,
    InvalidValue,
    MalformedPage,
    NotCached,
    PackageNotFound,
)
from pipenv.models.digests import Digest
from pipenv.models.specifiers import ANY, parse_specifiers
from pipenv.resolver.problem import Candidate, Dependency
from pipenv.resolver.provider import Unusable
from support.catalogs import CatalogMaker
from support.loopback_index import LoopbackIndex
from support.package_factory import make_sdist, make_wheel
from support.targets import linux_target, windows_target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipenv.index.catalog import Catalog


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as made:
        yield made


@pytest.fixture
def maker(tmp_path: Path, index: LoopbackIndex) -> CatalogMaker:
    return CatalogMaker(tmp_path / "cache", index.url)


def needs(
    catalog: Catalog, name: str, version: str, extra: str | None = None
) -> tuple[Dependency, ...]:
    position = list(catalog.versions(name).texts).index(version)
    return catalog.dependencies(Candidate(name, version, position), (extra,) if extra else ())


def names(dependencies: tuple[Dependency, ...]) -> list[str]:
    return [each.name for each in dependencies]


# Versions


def test_versions_of_a_package(index: LoopbackIndex, maker: CatalogMaker) -> None:
    for version in ("1.0", "1.10", "1.9", "2.0rc1"):
        index.add_wheel("One", version)
    with maker.open() as catalog:
        found = catalog.versions("one")
        assert list(found.texts) == ["1.0", "1.9", "1.10", "2.0rc1"]
        assert found.usable == 0b1111
        assert found.prereleases == 0b1000
        assert found.yanked == 0
        assert parse_specifiers(">1.0,<2").positions(found.keys, found.texts) == 0b0110


def test_versions_that_cannot_be_used_have_reasons(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.add_wheel("one", "1.0", tag="cp311-cp311-win_amd64")
    index.add_sdist("one", "2.0", requires_python=">=3.12")
    index.add(make_wheel("one", "3.0"), yanked="broken")
    index.add(make_wheel("one", "4.0"), yanked="")
    index.add_sdist("one", "5.0")
    with maker.open() as catalog:
        found = catalog.versions("one")
        assert found.usable == 0b11100
        assert found.yanked == 0b01100
        assert found.reason(0) == "has wheels only for Windows x86-64"
        assert found.reason(1) == "requires Python >=3.12"
        assert found.reason(2) == "was yanked: broken"
        assert found.reason(3) == "was yanked"
    with maker.open() as catalog:
        assert catalog.versions("one").reason(0) == "has wheels only for Windows x86-64"
        assert catalog.versions("one").reason(2) == "was yanked: broken"
    assert maker.connections == 1


def test_a_name_that_no_index_knows(maker: CatalogMaker) -> None:
    with (
        maker.open() as catalog,
        pytest.raises(PackageNotFound, match=r"`one` is not on.*`index0`"),
    ):
        catalog.versions("one")


@pytest.mark.parametrize("serves_json", [True, False])
def test_both_forms_of_pages_give_the_same(
    index: LoopbackIndex, maker: CatalogMaker, serves_json: bool
) -> None:
    index.serves_json = serves_json
    index.add_wheel("one", "1.0", requires=["two"], requires_python=">=3.7")
    index.add(make_sdist("one", "2.0"), yanked="why")
    with maker.open() as catalog:
        found = catalog.versions("one")
        assert list(found.texts) == ["1.0", "2.0"]
        assert found.yanked == 0b10
        assert names(needs(catalog, "one", "1.0")) == ["two"]
        assert catalog.requires_python("one", "1.0") == ">=3.7"
        assert len(catalog.digests("one", "1.0")) == 1


# Requests


def test_each_page_and_metadata_is_asked_for_once(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.add_wheel("one", "1.0", requires=["two", "three"])
    index.add_wheel("two", "1.0", requires=["three"])
    index.add_wheel("three", "1.0")
    with maker.open() as catalog:
        catalog.prefetch(["one", "two"])
        catalog.prefetch(["one", "two", "three"])
        for _ in range(3):
            for name in ("one", "two", "three"):
                needs(catalog, name, "1.0")
                catalog.digests(name, "1.0")
    for name in ("one", "two", "three"):
        assert index.count("page", name) == 1
        assert index.count("metadata", name) == 1
    assert index.total() == 6


def test_a_fresh_cache_asks_nobody(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("one", "1.0", requires=["two[x]>=1; python_version > '3'"])
    index.add_wheel("two", "1.0", extras={"x": ["three"]})
    answers = []
    for seconds in (0, 599):
        with maker.open(seconds=seconds) as catalog:
            catalog.prefetch(["one", "two"])
            answers.append(
                (
                    needs(catalog, "one", "1.0"),
                    needs(catalog, "two", "1.0", "x"),
                    catalog.digests("one", "1.0"),
                    catalog.requires_python("two", "1.0"),
                )
            )
    assert answers[0] == answers[1]
    assert maker.connections == 1


def test_a_stale_page_is_confirmed(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("one", "1.0", requires=["two"])
    with maker.open() as catalog:
        assert names(needs(catalog, "one", "1.0")) == ["two"]
    with maker.open(seconds=1000) as catalog:
        assert names(needs(catalog, "one", "1.0")) == ["two"]
        assert len(catalog.digests("one", "1.0")) == 1
    assert [seen.status for seen in index.requests if seen.kind == "page"] == [200, 304]
    assert index.count("metadata") == 1
    with maker.open(seconds=1500) as catalog:
        catalog.versions("one")
    assert index.count("page") == 2


def test_a_changed_page_is_taken(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("one", "1.0", requires=["two"])
    with maker.open() as catalog:
        needs(catalog, "one", "1.0")
    index.add_wheel("one", "2.0")
    with maker.open(seconds=1000) as catalog:
        assert list(catalog.versions("one").texts) == ["1.0", "2.0"]
        assert names(needs(catalog, "one", "1.0")) == ["two"]
    assert index.count("metadata", "1.0-py3-none-any.whl.metadata") == 0
    assert [seen.path for seen in index.requests if seen.kind == "metadata"].count(
        "/files/one-1.0-py3-none-any.whl.metadata"
    ) == 1


@pytest.mark.parametrize(("max_age", "asked"), [(0, 2), (60, 2), (3600, 1), (None, 2)])
def test_the_server_says_how_long_a_page_is_fresh(
    index: LoopbackIndex, maker: CatalogMaker, max_age: int | None, asked: int
) -> None:
    index.max_age = max_age
    index.add_wheel("one", "1.0")
    for seconds in (0, 900):
        with maker.open(seconds=seconds) as catalog:
            catalog.versions("one")
    assert index.count("page") == asked


def test_pages_are_asked_for_side_by_side(index: LoopbackIndex, maker: CatalogMaker) -> None:
    wanted = [f"p{number}" for number in range(10)]
    for name in wanted:
        index.add_wheel(name, "1.0")
    index.gather = 10
    with maker.open() as catalog:
        catalog.prefetch(wanted)
        for name in wanted:
            catalog.versions(name)


def test_what_will_be_needed_is_asked_for_before_the_question(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.add_wheel("one", "1.0", requires=["two<2"])
    index.add_wheel("two", "1.0", requires=["three[x]"])
    index.add_wheel("two", "2.0", requires=["nothing"])
    index.add_wheel("three", "1.0", extras={"x": ["four"]})
    index.add_wheel("four", "1.0")
    with maker.open() as catalog:
        catalog.prefetch(["one"])
        # Nobody has asked for `four`; that its metadata is on its way shows the looking ahead.
        index.wait_for("metadata", "four")
        assert index.count("page", "nothing") == 0
        assert index.count("metadata", "two") == 1
        index.forget_requests()
        assert names(needs(catalog, "one", "1.0")) == ["two"]
        assert names(needs(catalog, "two", "1.0")) == ["three"]
        assert names(needs(catalog, "three", "1.0", "x")) == ["four"]
        assert names(needs(catalog, "four", "1.0")) == []
        assert index.total() == 0


def test_expected_versions_are_looked_up_first(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("one", "1.0", requires=["two"])
    index.add_wheel("one", "2.0", requires=["three"])
    index.add_wheel("two", "1.0")
    with maker.open() as catalog:
        catalog.prefetch(["one"], expected={"one": "1.0"})
        index.wait_for("metadata", "two")
    assert index.count("metadata", "one") == 1
    assert index.count("page", "three") == 0


def test_wanted_specifiers_guide_the_looking_ahead(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.add_wheel("one", "1.0", requires=["two"])
    index.add_wheel("one", "2.0", requires=["three"])
    index.add_wheel("two", "1.0")
    with maker.open() as catalog:
        catalog.prefetch(["one"], {"one": parse_specifiers("<2")})
        index.wait_for("metadata", "two")
    assert index.count("page", "three") == 0


def test_source_distributions_are_not_brought_on_suspicion(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.add_sdist("one", "1.0")
    index.add_wheel("two", "1.0")
    with maker.open() as catalog:
        catalog.prefetch(["one", "two"])
        catalog.prefetch_metadata("one", [0])
        catalog.versions("one")
        needs(catalog, "two", "1.0")
    assert index.count("file") == 0


def test_metadata_of_further_versions_can_be_asked_for_ahead(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    for number in range(5):
        index.add_wheel("one", f"{number}.0", requires=[f"n{number}"])
    with maker.open() as catalog:
        catalog.versions("one")
        catalog.prefetch_metadata("one", range(5))
        for number in range(5):
            assert names(needs(catalog, "one", f"{number}.0")) == [f"n{number}"]
        catalog.prefetch_metadata("one", range(5))
    assert index.count("metadata") == 5


def test_hints_about_nothing_are_harmless(maker: CatalogMaker) -> None:
    with maker.open() as catalog:
        catalog.prefetch(["missing", "one @ https://index.example/one.whl"])
        with pytest.raises(PackageNotFound):
            catalog.versions("missing")


# Dependencies


def test_dependencies_for_the_target(index: LoopbackIndex, tmp_path: Path) -> None:
    index.add_wheel(
        "one", "1.0", requires=["a>=1,<2", "B_b[X]; sys_platform == 'win32'"], extras={"e": ["c"]}
    )
    linux = CatalogMaker(tmp_path / "cache", index.url, target=linux_target())
    windows = CatalogMaker(tmp_path / "cache", index.url, target=windows_target())
    with linux.open() as catalog:
        (only,) = needs(catalog, "one", "1.0")
        assert (only.name, str(only.specifiers), only.extras) == ("a", ">=1,<2", ())
        assert names(needs(catalog, "one", "1.0", "e")) == ["c"]
    with windows.open() as catalog:
        found = needs(catalog, "one", "1.0")
        assert names(found) == ["a", "b-b"]
        assert found[1].extras == ("x",)
        assert str(found[1].marker) == "sys_platform == 'win32'"


def test_metadata_may_rule_a_version_out(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add(make_wheel("one", "1.0", requires_python=">=3.12"), has_requires_python=False)
    index.add_wheel("two", "1.0", requires=["evil @ https://elsewhere.example/evil.whl"])
    with maker.open() as catalog:
        with pytest.raises(Unusable, match=r"requires Python >=3\.12"):
            needs(catalog, "one", "1.0")
        with pytest.raises(Unusable, match="needs `evil` from a URL"):
            needs(catalog, "two", "1.0")


def test_malformed_metadata_is_told(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("one", "1.0", requires=["--index-url https://elsewhere.example"])
    with maker.open() as catalog, pytest.raises(InvalidValue, match="Requires-Dist"):
        needs(catalog, "one", "1.0")


# Sources


def test_later_sources_are_asked_when_earlier_ones_do_not_know(tmp_path: Path) -> None:
    with LoopbackIndex() as first, LoopbackIndex() as second:
        first.add_wheel("one", "1.0")
        second.add_wheel("one", "2.0")
        second.add_wheel("two", "1.0")
        maker = CatalogMaker(tmp_path / "cache", first.url, second.url)
        for _ in range(2):
            with maker.open() as catalog:
                assert list(catalog.versions("one").texts) == ["1.0"]
                assert list(catalog.versions("two").texts) == ["1.0"]
                assert catalog.index_name("one") == "index0"
                assert catalog.index_name("two") == "index1"
        assert second.count("page", "one") == 0
        assert first.total() == 2
        assert maker.connections == 1


def test_only_the_named_source_answers(tmp_path: Path) -> None:
    with LoopbackIndex() as public, LoopbackIndex() as private:
        public.add_wheel("secret", "9.0")
        private.add_wheel("secret", "1.0")
        maker = CatalogMaker(tmp_path / "cache", public.url, private.url)
        with maker.open(index_of={"secret": "index1", "gone": "index1"}) as catalog:
            catalog.prefetch(["secret", "gone"])
            assert list(catalog.versions("secret").texts) == ["1.0"]
            with pytest.raises(PackageNotFound, match="`index1`"):
                catalog.versions("gone")
        assert public.total() == 0


def test_a_source_that_does_not_exist(maker: CatalogMaker) -> None:
    with maker.open(index_of={"one": "typo"}) as catalog:
        catalog.prefetch(["one"])
        with pytest.raises(InvalidValue, match="`typo`"):
            catalog.versions("one")


def test_a_failing_source_is_no_source_without_the_package(tmp_path: Path) -> None:
    with LoopbackIndex() as first, LoopbackIndex() as second:
        second.add_wheel("one", "1.0")
        first.fail("page", 500, times=9)
        maker = CatalogMaker(tmp_path / "cache", first.url, second.url)
        with maker.open() as catalog, pytest.raises(Exception, match="500"):
            catalog.versions("one")
        assert second.total() == 0


def test_a_name_that_was_missing_is_asked_for_again(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    with maker.open() as catalog, pytest.raises(PackageNotFound):
        catalog.versions("one")
    index.add_wheel("one", "1.0")
    with maker.open(seconds=1) as catalog:
        assert list(catalog.versions("one").texts) == ["1.0"]


def test_credentials_of_sources(index: LoopbackIndex, tmp_path: Path) -> None:
    index.credentials = ("me", "p@ss")
    index.add_wheel("one", "1.0", requires=["two"])
    url = f"http://me:${{WORD}}@127.0.0.1:{index.port}/simple/"
    maker = CatalogMaker(tmp_path / "cache", url)
    with maker.open(environ={"WORD": "p@ss"}) as catalog:
        assert names(needs(catalog, "one", "1.0")) == ["two"]
    for path in (tmp_path / "cache").rglob("*"):
        assert path.is_dir() or b"p@ss" not in path.read_bytes()
    with maker.open(environ={}) as catalog:
        assert names(needs(catalog, "one", "1.0")) == ["two"]
        with pytest.raises(CredentialsRejected) as caught:
            catalog.versions("two")
    assert "WORD" not in str(caught.value)


def test_files_elsewhere_get_no_credentials(index: LoopbackIndex, tmp_path: Path) -> None:
    with LoopbackIndex() as files:
        wheel = make_wheel("one", "1.0", requires=["two"])
        files.add(wheel)
        index.add(wheel)
        index.files_url = files.files_url
        index.credentials = ("me", "word")
        maker = CatalogMaker(tmp_path / "cache", f"http://me:word@127.0.0.1:{index.port}/simple")
        with maker.open() as catalog:
            assert names(needs(catalog, "one", "1.0")) == ["two"]
        assert [seen.kind for seen in files.requests] == ["metadata"]
        assert "authorization" not in files.requests[0].headers


# Faults


@pytest.mark.parametrize("fault", ["reset", "truncate", 503, 429])
def test_passing_faults_are_survived(index: LoopbackIndex, maker: CatalogMaker, fault: int) -> None:
    index.add_wheel("one", "1.0", requires=["two"])
    index.fail("page", fault, times=2)
    index.fail("metadata", fault, times=2)
    with maker.open() as catalog:
        assert names(needs(catalog, "one", "1.0")) == ["two"]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/vnd.pypi.simple.v1+json", b"{"),
        ("application/vnd.pypi.simple.v1+json", b"[" * 100_000),
        ("application/vnd.pypi.simple.v2+json", b"{}"),
        ("text/html", b"<html><form action=/login></form></html>"),
        ("image/png", b"\x89PNG"),
    ],
)
def test_odd_pages_are_told(
    index: LoopbackIndex, maker: CatalogMaker, content_type: str, body: bytes
) -> None:
    index.set_page("one", content_type, body)
    with maker.open() as catalog, pytest.raises(MalformedPage, match="`one` at http") as caught:
        catalog.versions("one")
    assert index.url in str(caught.value)


def test_a_source_that_is_no_http_server(index: LoopbackIndex, tmp_path: Path) -> None:
    index.add_wheel("one", "1.0")
    maker = CatalogMaker(tmp_path / "cache", index.url, "file:///srv/packages")
    with maker.open() as catalog:
        assert list(catalog.versions("one").texts) == ["1.0"]
        with pytest.raises(ConnectionFailed, match="not an HTTP address"):
            catalog.versions("two")


def test_an_index_that_is_down(tmp_path: Path) -> None:
    with LoopbackIndex() as index:
        url = index.url
    with CatalogMaker(tmp_path / "cache", url).open() as catalog, pytest.raises(ConnectionFailed):
        catalog.versions("one")


def test_offline_the_cache_answers(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("one", "1.0", requires=["two"])
    with maker.open() as catalog:
        needs(catalog, "one", "1.0")
    index.forget_requests()
    with maker.open(seconds=10**8, is_offline=True) as catalog:
        catalog.prefetch(["one", "two"])
        assert names(needs(catalog, "one", "1.0")) == ["two"]
        with pytest.raises(NotCached, match="two"):
            catalog.versions("two")
    assert index.total() == 0


def test_a_damaged_cache_is_an_empty_one(
    index: LoopbackIndex, maker: CatalogMaker, tmp_path: Path
) -> None:
    index.add_wheel("one", "1.0", requires=["two"])
    index.add_wheel("one", "0.9")
    for damage in (b"", b"garbage", b"pipenv page 1\n" + bytes(50)):
        with maker.open() as catalog:
            assert names(needs(catalog, "one", "1.0")) == ["two"]
            assert len(catalog.artifacts("one", "0.9")) == 1
        for path in (tmp_path / "cache").rglob("one*"):
            path.write_bytes(damage)


def test_a_cache_that_cannot_be_written(index: LoopbackIndex, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in its place")
    index.add_wheel("one", "1.0", requires=["two"])
    index.add_wheel("one", "0.9", requires=["three"])
    maker = CatalogMaker(tmp_path / "cache", index.url)
    with maker.open() as catalog:
        assert names(needs(catalog, "one", "1.0")) == ["two"]
        assert names(needs(catalog, "one", "0.9")) == ["three"]


# Facts for locks


def test_digests_of_all_files(index: LoopbackIndex, maker: CatalogMaker) -> None:
    files = [
        make_wheel("one", "1.0", tag=tag)
        for tag in ("py3-none-any", "cp311-cp311-win_amd64", "cp27-none-macosx_10_9_x86_64")
    ]
    files.append(make_sdist("one", "1.0"))
    index.add(*files)
    index.add_wheel("one", "1.0.1")
    index.add_wheel("one", "11.0")
    expected = tuple(Digest("sha256", text) for text in sorted(each.sha256 for each in files))
    for _ in range(2):
        with maker.open() as catalog:
            assert catalog.digests("one", "1.0") == expected
    assert index.count("file") == 0


def test_digests_that_the_index_does_not_tell(index: LoopbackIndex, maker: CatalogMaker) -> None:
    files = [make_wheel("one", "1.0"), make_sdist("one", "1.0")]
    index.add(*files, has_hash=False)
    expected = sorted(each.sha256 for each in files)
    for _ in range(2):
        with maker.open() as catalog:
            assert [each.hex for each in catalog.digests("one", "1.0")] == expected
    assert index.count("file") == 2


def test_versions_for_other_platforms(index: LoopbackIndex, maker: CatalogMaker) -> None:
    index.add_wheel("one", "1.0")
    index.add_wheel("one", "2.0", tag="cp311-cp311-win_amd64", requires_python=">=3.20")
    index.add_wheel("one", "3.0rc1")
    index.add(make_wheel("one", "4.0"), yanked="")
    with maker.open() as catalog:
        assert catalog.newest_anywhere("one", ANY) == "2.0"
        assert catalog.newest_anywhere("one", parse_specifiers("<2")) == "1.0"
        assert catalog.newest_anywhere("one", parse_specifiers(">2.5")) == "3.0rc1"
        assert catalog.newest_anywhere("one", parse_specifiers(">5")) is None
        assert catalog.newest_anywhere("missing", ANY) is None


def test_requires_python_holds_where_the_lock_was_made(
    index: LoopbackIndex, maker: CatalogMaker
) -> None:
    index.add_wheel("one", "1.0", requires_python=">=3.8,<3.11")
    index.add_wheel("two", "1.0")
    with maker.open() as catalog:
        assert catalog.versions("one").usable == 1
        assert catalog.requires_python("one", "1.0") == ">=3.8"
        assert catalog.requires_python("two", "1.0") is None


# Direct references


def test_direct_references_are_downloaded(index: LoopbackIndex, maker: CatalogMaker) -> None:
    wheel = make_wheel("one", "1.5", requires=["two @ https://elsewhere.example/two.zip", "three"])
    index.add(wheel)
    name = f"one @ {index.files_url}/{wheel.filename}#sha256={wheel.sha256}"
    with maker.open() as catalog:
        assert list(catalog.versions(name).texts) == ["1.5"]
        found = catalog.dependencies(Candidate(name, "1.5", 0), ())
        assert names(found) == ["two", "three"]
        assert found[0].url == "https://elsewhere.example/two.zip"
        with pytest.raises(Exception, match="another project"):
            catalog.versions(name.replace("one @", "two @"))
    assert index.count("page") == 0


def test_direct_references_of_other_kinds_are_read_by_others(maker: CatalogMaker) -> None:
    with maker.open(direct=lambda *_: None) as catalog, pytest.raises(InvalidValue, match="git"):
        catalog.versions("one @ git+ssh://elsewhere.example/one")


def test_index_pages_that_are_redirected(index: LoopbackIndex, tmp_path: Path) -> None:
    with LoopbackIndex() as front:
        index.add_wheel("one", "1.0", requires=["two"])
        front.redirects["/simple/one/"] = f"{index.url}/one/"
        with CatalogMaker(tmp_path / "cache", front.url).open() as catalog:
            assert names(needs(catalog, "one", "1.0")) == ["two"]
            assert catalog.index_name("one") == "index0"


def test_the_digest_is_the_files(index: LoopbackIndex, maker: CatalogMaker) -> None:
    wheel = index.add_wheel("one", "1.0")
    with maker.open() as catalog:
        (digest,) = catalog.digests("one", "1.0")
    assert digest.hex == hashlib.sha256(wheel.data).hexdigest()
