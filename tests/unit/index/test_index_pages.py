from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import pytest

from pipenv.cache.store import CacheFolder
from pipenv.index._html_links import Link
from pipenv.index.grouping import group
from pipenv.index.pages import (
    DEFAULT_MAX_AGE,
    Answer,
    Freshness,
    Page,
    PageStore,
    VersionKeys,
    freshness_of,
    unpack_page,
)
from pipenv.index.simple_api import LinkedFile
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import Digest
from pipenv.models.versions import version_key
from support.targets import linux_target, scope_of, windows_target

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://index.example/simple"
ARTIFACT = Artifact(
    "one-1.0-py3-none-any.whl",
    "https://files.example/one-1.0-py3-none-any.whl",
    (Digest("sha256", "ab" * 32), Digest("md5", "cd" * 16)),
    ">=3.8",
    10,
    "2024-01-01T00:00:00Z",
    "why",
    Digest("sha256", "ef" * 32),
    True,
)


def make_page(now: float = 1000.0, max_age: int = 600) -> Page:
    listing = group(
        [
            LinkedFile("one-1.0-py3-none-any.whl", Link("#", yanked="")),
            LinkedFile("one-2.0-cp311-cp311-win_amd64.whl", Link("#")),
            LinkedFile("one-3.0rc1.tar.gz", Link("#", requires_python=">=3.20")),
        ],
        "one",
    ).listing
    answer = Answer(f"{URL}/one/", "text/html", "gzip", 4)
    return Page(URL, "one", Freshness(now, max_age, '"tag"', None), listing, answer)


@pytest.mark.parametrize(
    ("age", "expected"),
    [(0, True), (599, True), (600, False), (-30, True), (-3600, False), (10**9, False)],
)
def test_freshness(age: int, expected: bool) -> None:
    assert Freshness(1000.0, 600).is_fresh(1000.0 + age) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, DEFAULT_MAX_AGE),
        ("max-age=60", 60),
        ("public, max-age=60, s-maxage=5", 60),
        ('MAX-AGE="60"', 60),
        ("no-cache", 0),
        ("no-store, max-age=60", 0),
        ("max-age=99999999999999999999", 24 * 3600),
        ("max-age=-5", DEFAULT_MAX_AGE),
        ("max-age=soon", DEFAULT_MAX_AGE),
    ],
)
def test_cache_control(header: str | None, expected: int) -> None:
    headers = {} if header is None else {"cache-control": header}
    assert freshness_of(headers, 5.0).max_age == expected


def test_validators() -> None:
    first = freshness_of({"etag": '"a"', "last-modified": "Mon"}, 1.0)
    assert first.conditions() == {"If-None-Match": '"a"', "If-Modified-Since": "Mon"}
    assert freshness_of({}, 2.0, first).conditions() == first.conditions()
    assert freshness_of({"etag": '"b"'}, 2.0, first).conditions() == {"If-None-Match": '"b"'}


def test_pages_survive_being_written() -> None:
    page = make_page()
    page.usable(scope_of(linux_target()))
    page.keep_metadata("1.0", b"metadata")
    page.keep_artifacts("1.0", [ARTIFACT])
    again = unpack_page(page.packed(), URL, "one")
    assert again is not None
    assert not again.is_changed
    assert again.listing.uploaded_at(0) is None
    assert again.freshness.etag == '"tag"'
    assert list(again.listing.texts) == ["1.0", "2.0", "3.0rc1"]
    assert again.listing.kinds_at(2) == ((">=3.20", ""),)
    assert (again.listing.prereleases, again.listing.yanked) == (0b100, 0b001)
    assert again.metadata("1.0") == b"metadata"
    assert again.artifacts("1.0") == (ARTIFACT,)
    assert again.artifacts("2.0") is None
    assert again.sha256_digests("1.0") == ["ab" * 32]
    assert again.answer is not None
    assert again.answer.coding == "gzip"


def test_absent_projects_survive_being_written() -> None:
    again = unpack_page(Page(URL, "one", Freshness(1.0), None, None).packed(), URL, "one")
    assert again is not None
    assert again.is_absent
    assert list(again.listing.texts) == []


def test_pages_belong_to_their_index_and_project() -> None:
    data = make_page().packed()
    assert unpack_page(data, URL, "one") is not None
    assert unpack_page(data, f"{URL}2", "one") is None
    assert unpack_page(data, URL, "two") is None


def test_damaged_pages_are_missing_pages() -> None:
    data = make_page().packed()
    core = data.rindex(b"one")
    for cut in range(0, core, 7):
        assert unpack_page(data[:cut], URL, "one") is None
    for place in range(0, core, 5):
        changed = data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]
        assert unpack_page(changed, URL, "one") is None
    assert unpack_page(b"x" * 1000, URL, "one") is None


def test_damaged_files_are_no_files() -> None:
    page = make_page()
    page.keep_artifacts("1.0", [ARTIFACT])
    again = unpack_page(page.packed()[:-9], URL, "one")
    assert again is not None
    assert again.artifacts("1.0") is None


def test_views_are_judged_once_for_each_target() -> None:
    page = make_page()
    assert page.usable(scope_of(linux_target())) == 0b001
    assert page.usable(scope_of(windows_target("3.11.0"))) == 0b011
    assert page.usable(scope_of(linux_target("3.20.0"))) == 0b101
    page.is_changed = False
    assert page.usable(scope_of(linux_target())) == 0b001
    assert not page.is_changed


def test_digests_are_only_told_when_all_are_known() -> None:
    page = make_page()
    page.keep_artifacts("1.0", [ARTIFACT, ARTIFACT._replace(digests=())])
    assert page.sha256_digests("1.0") is None


def test_what_is_kept_is_bounded() -> None:
    page = make_page()
    for number in range(3000):
        page.keep_metadata(str(number), b"x")
    assert page.metadata("0") is None
    assert page.metadata("2999") == b"x"
    assert len(page.packed()) < 50_000


def test_keys_are_made_on_demand() -> None:
    texts = ["1.0", "1.1", "2.0"]
    keys = VersionKeys(texts)
    assert list(keys) == [version_key(text) for text in texts]
    assert bisect_left(keys, version_key("1.5")) == 2
    assert keys[1:] == [version_key("1.1"), version_key("2.0")]
    assert keys[-1] == version_key("2.0")


def test_pages_are_kept_on_disk(tmp_path: Path) -> None:
    store = PageStore(CacheFolder(str(tmp_path / "cache")))
    page = make_page()
    assert store.load(URL, "one") is None
    store.save(page)
    store.save_answer(page, b"body")
    again = PageStore(CacheFolder(str(tmp_path / "cache")))
    loaded = again.load(URL, "one")
    assert loaded is not None
    assert again.load_answer(loaded) == b"body"
    assert again.load(f"{URL}/", "one") is None


def test_an_answer_of_another_size_is_another_answer(tmp_path: Path) -> None:
    store = PageStore(CacheFolder(str(tmp_path)))
    page = make_page()
    store.save_answer(page, b"another body")
    assert store.load_answer(page) is None


def test_large_pages_are_read_whole(tmp_path: Path) -> None:
    store = PageStore(CacheFolder(str(tmp_path)))
    page = make_page()
    page.keep_metadata("1.0", b"x" * 700_000)
    store.save(page)
    loaded = store.load(URL, "one")
    assert loaded is not None
    assert loaded.metadata("1.0") == b"x" * 700_000


def test_names_are_no_paths(tmp_path: Path) -> None:
    store = PageStore(CacheFolder(str(tmp_path / "cache")))
    for name in ("../../evil", "a/b", "con", "x" * 3000, ""):
        page = Page(URL, name, Freshness(1.0), None, None)
        store.save(page)
        assert store.load(URL, name) is not None
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_an_unusable_cache_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    store = PageStore(CacheFolder(str(tmp_path / "cache")))
    store.save(make_page())
    assert store.load(URL, "one") is None
