"""The same problem gives the same answer, in the same words, whatever strings hash to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[2]
SCRIPT = """
import sys
from pathlib import Path
from support.resolver_scenarios import outcome_of, read_scenario
for path in sorted(Path(sys.argv[1]).glob("*.txt")):
    print(path.stem, outcome_of(read_scenario(path.read_text(encoding="utf-8"))))
"""


def outcomes(seed: str) -> str:
    path = os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
    finished = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(TESTS / "scenarios" / "resolver")],
        env=environment,
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return finished.stdout


def test_outcomes_do_not_depend_on_hashes() -> None:
    first = outcomes("1")
    assert "ResolutionImpossible" in first
    assert outcomes("2") == first
