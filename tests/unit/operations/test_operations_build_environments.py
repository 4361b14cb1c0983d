"""Environments of builds: made once, lent to many, and never a reason to wait for ever."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipenv.errors import BackendFailed
from pipenv.operations.build_environments import (
    EnvironmentPool,
    SharedEnvironments,
    builds_at_once,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class Place(NamedTuple):
    python: str
    scripts: str


class Maker:
    """Makes environments that are names, and counts."""

    def __init__(self, first: Callable[[], None] = lambda: None) -> None:
        self.made: list[frozenset[str]] = []
        self.alive = 0
        self._first = first

    @contextmanager
    def prepare(self, requirements: Sequence[str], *, building: tuple[str, ...]) -> Iterator[Place]:
        self.made.append(frozenset(requirements))
        if len(self.made) == 1:
            self._first()
        self.alive += 1
        yield Place(f"python{len(self.made)}", "bin")
        self.alive -= 1


def ask(
    pool: EnvironmentPool, maker: Maker, *requirements: str, by: str = "a", on: str = "x"
) -> str:
    with SharedEnvironments(pool, maker, on).prepare(
        requirements, building=tuple(by.split())
    ) as place:
        return place.python


def test_equal_requirements_share_one_environment() -> None:
    pool, maker = EnvironmentPool(), Maker()
    assert ask(pool, maker, "setuptools", "wheel") == ask(
        pool, maker, "wheel", "setuptools", by="b"
    )
    assert ask(pool, maker, "setuptools") != ask(pool, maker, "setuptools", on="other python")
    assert len(maker.made) == pool.made == 3
    assert maker.alive == 3
    pool.close()
    assert maker.alive == 0


def test_a_failure_is_not_kept() -> None:
    def fail() -> None:
        raise BackendFailed("no")

    pool, maker = EnvironmentPool(), Maker(fail)
    with pytest.raises(BackendFailed):
        ask(pool, maker, "setuptools")
    assert ask(pool, maker, "setuptools") == "python2"
    pool.close()
    assert maker.alive == 0


def test_a_failing_build_leaves_the_environment_to_others() -> None:
    pool, maker = EnvironmentPool(), Maker()
    shared = SharedEnvironments(pool, maker, "x")
    with pytest.raises(BackendFailed), shared.prepare(["setuptools"], building=("a",)):
        raise BackendFailed("no")
    assert ask(pool, maker, "setuptools") == "python1"


def test_a_build_inside_does_not_wait_for_the_one_outside() -> None:
    pool = EnvironmentPool()
    inner: list[str] = []
    maker = Maker(lambda: inner.append(ask(pool, maker, "setuptools", by="a b")))
    assert ask(pool, maker, "setuptools") == "python2"
    assert inner == ["python2"]
    assert len(maker.made) == 2
    pool.close()
    assert maker.alive == 0


def test_others_wait_for_one_that_is_being_made() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go_on.wait()

    pool, maker = EnvironmentPool(), Maker(hold)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda by=by: found.append(ask(pool, maker, "s", by=by)))
        for by in "abc"
    ]
    threads[0].start()
    begun.wait()
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join()
    assert found == ["python1"] * 3
    assert len(maker.made) == 1


def test_there_is_a_processor_for_builds() -> None:
    assert builds_at_once() >= 1
