"""Another Python on the same platform, as advice tries it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.operations.advice import target_for_python
from support.targets import linux_target, windows_target

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipenv.models.targets import Target


@pytest.mark.parametrize("make", [linux_target, windows_target])
@pytest.mark.parametrize("python", ["3.10", "3.13", "3.9"])
def test_another_python_takes_the_wheels_that_it_would_take(
    make: Callable[[str], Target], python: str
) -> None:
    found = target_for_python(make("3.11.7"), python)
    expected = make(f"{python}.0")
    assert found.tags == expected.tags
    assert found.python_version == python
    assert found.python_full_version == f"{python}.0"


def test_free_threaded_stays_free_threaded() -> None:
    target = linux_target("3.13.1")
    tags = {tag.replace("-cp313-", "-cp313t-"): rank for tag, rank in target.tags.items()}
    found = target_for_python(target._replace(tags=tags), "3.14")
    assert "cp314-cp314t-linux_x86_64" in found.tags
    assert "cp314-cp314-linux_x86_64" not in found.tags
