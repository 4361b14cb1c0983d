from __future__ import annotations

import gzip
import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import MalformedPage
from pipenv.index.page_making import MakingRoom, PageTask
from pipenv.index.simple_api import JSON_TYPE
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pipenv.index.pages import Page
    from pipenv.models.specifiers import SpecifierSet

URL = "https://index.example/simple"
VERSIONS = ("1.0", "1.1", "2.0")


def task(content: bytes, specifiers: str = "<2", version: str | None = None) -> PageTask:
    return PageTask(
        URL,
        "one",
        (5.0, 600, '"tag"', None),
        (f"{URL}/one/", JSON_TYPE, "gzip", len(content)),
        "the page of one",
        version,
        (str(parse_specifiers(specifiers)),),
        content,
    )


def answer(**more: object) -> bytes:
    files = [
        {
            "filename": f"one-{version}.tar.gz",
            "url": f"../one-{version}.tar.gz",
            "hashes": {"sha256": "ab" * 32},
            "upload-time": "2024-01-01T00:00:00Z",
        }
        for version in VERSIONS
    ]
    return gzip.compress(json.dumps({"files": files, **more}).encode())


def newest(page: Page, wished: str | None, specifiers: Sequence[SpecifierSet]) -> str | None:
    texts = page.listing.texts
    if wished is not None:
        return wished
    mask = specifiers[0].positions([version_key(text) for text in texts], texts)
    return texts[mask.bit_length() - 1]


@pytest.fixture(params=[0, 1, 2])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakingRoom]:
    def keep(page: Page, content: bytes) -> None:
        with (tmp_path / page.name).open("ab") as file:
            file.write(content)

    made = MakingRoom(newest, keep, processes=request.param)
    yield made
    made.close()


def test_pages_are_the_same_wherever_they_are_made(room: MakingRoom, tmp_path: Path) -> None:
    content = answer()
    for number in range(4):
        page = room.make(task(content))
        assert list(page.listing.texts) == list(VERSIONS)
        assert page.listing.uploaded_at(0) == 1_704_067_200
        assert page.freshness.etag == '"tag"'
        assert page.answer is not None
        assert page.answer.size == len(content)
        files = page.artifacts("1.1")
        assert files is not None
        assert files[0].url == f"{URL}/one-1.1.tar.gz"
        assert page.artifacts("2.0") is None
        assert page.is_changed
        assert (tmp_path / "one").read_bytes() == content * (number + 1)


def test_the_wished_version_counts(room: MakingRoom) -> None:
    page = room.make(task(answer(), version="2.0"))
    assert page.artifacts("2.0") is not None
    assert page.artifacts("1.1") is None


@pytest.mark.parametrize(
    "content", [b"", b"no gzip", gzip.compress(b"no json"), answer(meta={"api-version": "2.0"})]
)
def test_what_is_no_page_is_refused(room: MakingRoom, content: bytes, tmp_path: Path) -> None:
    with pytest.raises(MalformedPage, match="page of one"):
        room.make(task(content))
    assert not (tmp_path / "one").exists()
    assert room.make(task(answer())).artifacts("1.1") is not None


def test_pages_are_made_after_a_process_has_died(tmp_path: Path) -> None:
    pid = os.getpid()

    def die(page: Page, content: bytes) -> None:
        del page
        if os.getpid() != pid:
            os.kill(os.getpid(), signal.SIGTERM)
        (tmp_path / "kept").write_bytes(content)

    room = MakingRoom(newest, die, processes=2)
    content = answer()
    for _ in range(4):
        assert room.make(task(content)).artifacts("1.1") is not None
    assert (tmp_path / "kept").read_bytes() == content
    room.close()
