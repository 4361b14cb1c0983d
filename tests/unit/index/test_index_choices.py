from __future__ import annotations

from typing import TYPE_CHECKING

from pipenv.cache.store import CacheFolder
from pipenv.index.choices import Choice, Choices
from pipenv.models.digests import Digest
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin

if TYPE_CHECKING:
    from pathlib import Path

ONE = Digest("sha256", "ab" * 32)
TWO = Digest("sha256", "cd" * 32)
CHOICE = Choice("one-1.0-py3-none-any.whl", ONE.hex, ONE.hex)


def pin(*digests: Digest, no_binary: bool = False) -> Pin:
    return Pin("one", "1.0", (), IndexOrigin(), digests, no_binary=no_binary)


def remembered(folder: Path) -> Choices:
    return Choices(CacheFolder(str(folder)))


def test_choices_are_remembered(tmp_path: Path) -> None:
    choices = remembered(tmp_path)
    choices.put(pin(ONE, TWO), "linux", CHOICE)
    choices.save()
    again = remembered(tmp_path)
    assert again.get(pin(ONE, TWO), "linux") == CHOICE
    assert again.get(pin(TWO, ONE), "linux") == CHOICE


def test_choices_hold_for_the_same_question_only(tmp_path: Path) -> None:
    choices = remembered(tmp_path)
    choices.put(pin(ONE, TWO), "linux", CHOICE)
    choices.save()
    again = remembered(tmp_path)
    assert again.get(pin(ONE), "linux") is None
    assert again.get(pin(ONE, TWO), "windows") is None
    assert again.get(pin(ONE, TWO, no_binary=True), "linux") is None
    assert again.get(pin(), "linux") is None


def test_a_choice_outside_of_the_lock_does_not_count(tmp_path: Path) -> None:
    choices = remembered(tmp_path)
    choices.put(pin(TWO), "linux", CHOICE)
    choices.save()
    assert remembered(tmp_path).get(pin(TWO), "linux") is None


def test_two_processes_keep_each_others_choices(tmp_path: Path) -> None:
    one, other = remembered(tmp_path), remembered(tmp_path)
    one.put(pin(ONE), "linux", CHOICE)
    other.put(pin(ONE), "windows", CHOICE)
    one.save()
    other.save()
    again = remembered(tmp_path)
    assert again.get(pin(ONE), "linux") == CHOICE
    assert again.get(pin(ONE), "windows") == CHOICE


def test_damage_is_forgetting(tmp_path: Path) -> None:
    choices = remembered(tmp_path)
    choices.put(pin(ONE), "linux", CHOICE)
    choices.save()
    (path,) = (path for path in tmp_path.rglob("choices"))
    data = path.read_bytes()
    for damaged in (b"", data[:-1], data[:-1] + b"x", b"x" + data):
        path.write_bytes(damaged)
        assert remembered(tmp_path).get(pin(ONE), "linux") is None
