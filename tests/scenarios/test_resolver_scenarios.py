"""Runs the scenario files; the format is described in ``README.md``."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.resolver_scenarios import outcome_of, read_scenario

FOLDER = Path(__file__).parent / "resolver"
FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_resolver_scenario(path: Path) -> None:
    scenario = read_scenario(path.read_text(encoding="utf-8"))
    assert outcome_of(scenario) == scenario.expected


def test_there_are_scenarios() -> None:
    assert len(FILES) >= 40
