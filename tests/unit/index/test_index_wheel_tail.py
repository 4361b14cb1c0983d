from __future__ import annotations

import pytest

from pipenv.errors import UnsafeArchive
from pipenv.index.wheel_tail import TAIL_BYTES, read_wheel_metadata
from support.package_factory import make_wheel, zip_bytes

NAME = "one-1.0-py3-none-any.whl"


class Source:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.parts: list[tuple[int, int]] = []

    def fetch(self, start: int, end: int) -> bytes:
        assert 0 <= start < end <= len(self.data)
        self.parts.append((start, end))
        return self.data[start:end]

    def read(self, filename: str = NAME) -> bytes:
        tail = self.data[-TAIL_BYTES:]
        return read_wheel_metadata(self.fetch, tail, len(self.data), filename)


@pytest.mark.parametrize("compressed", [True, False])
def test_small_wheels_need_no_further_part(compressed: bool) -> None:
    wheel = make_wheel("one", "1.0", requires=["two"], compressed=compressed)
    source = Source(wheel.data)
    assert source.read(wheel.filename) == wheel.metadata
    assert source.parts == []


def test_content_before_the_tail_is_not_fetched() -> None:
    wheel = make_wheel("one", "1.0", files={"one.bin": bytes(500_000)}, compressed=False)
    source = Source(wheel.data)
    assert source.read() == wheel.metadata
    assert source.parts == []


def test_a_long_directory_is_fetched() -> None:
    files = {f"one/module_{number:05}.py": "" for number in range(2000)}
    wheel = make_wheel("one", "1.0", files=files)
    source = Source(wheel.data)
    assert source.read() == wheel.metadata
    assert len(source.parts) <= 2


def test_metadata_at_the_start_is_fetched() -> None:
    text = make_wheel("one", "1.0").metadata
    data = zip_bytes(
        {"one-1.0.dist-info/METADATA": text, "one.bin": bytes(900_000)}, compressed=False
    )
    source = Source(data)
    assert source.read() == text
    assert sum(end - start for start, end in source.parts) < 5000


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"one/__init__.py": b""},
        {"two-1.0.dist-info/METADATA": b"x"},
        {"deep/one-1.0.dist-info/METADATA": b"x"},
        {"one-1.0.dist-info/METADATA": b"x", "one-2.0.dist-info/METADATA": b"y"},
    ],
)
def test_one_metadata_of_the_project_there_must_be(members: dict[str, bytes]) -> None:
    with pytest.raises(UnsafeArchive, match="one-1"):
        Source(zip_bytes(members)).read()


def test_damage_is_noticed() -> None:
    wheel = make_wheel("one", "1.0")
    data = wheel.data
    survivors = 0
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            found = Source(changed).read()
        except UnsafeArchive:
            continue
        assert found == wheel.metadata
        survivors += 1
    assert survivors < len(data)


@pytest.mark.parametrize("cut", [0, 1, 21, 22, 100])
def test_cut_files_are_refused(cut: int) -> None:
    data = make_wheel("one", "1.0").data
    with pytest.raises(UnsafeArchive):
        Source(data[:cut]).read()
    with pytest.raises(UnsafeArchive):
        Source(data[: len(data) - 30]).read()
