"""Base scores of CVSS vectors (FIRST: version 2 section 3.2.1, version 3.1 section 7.1).

Version 4 has no formula, only tables; its vectors have no score here.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_THREE: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "PR": {"N": 0.85, "L": 0.62, "H": 0.27},
    "UI": {"N": 0.85, "R": 0.62},
    "S": {"U": 0.0, "C": 1.0},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGED_ELSEWHERE = {"N": 0.85, "L": 0.68, "H": 0.5}
_TWO: Mapping[str, Mapping[str, float]] = {
    "AV": {"L": 0.395, "A": 0.646, "N": 1.0},
    "AC": {"H": 0.35, "M": 0.61, "L": 0.71},
    "Au": {"M": 0.45, "S": 0.56, "N": 0.704},
    "C": {"N": 0.0, "P": 0.275, "C": 0.66},
    "I": {"N": 0.0, "P": 0.275, "C": 0.66},
    "A": {"N": 0.0, "P": 0.275, "C": 0.66},
}
_WORDS = ((0.1, "none"), (4.0, "low"), (7.0, "medium"), (9.0, "high"))


def base_score(vector: str) -> float | None:
    """Return the base score of a vector, from 0 to 10; `None` where it has none that we know."""
    head, _, rest = vector.strip().partition("/")
    if head in {"CVSS:3.0", "CVSS:3.1"}:
        return _of_three(_metrics(rest))
    if ":" in head and not head.startswith("CVSS"):
        return _of_two(_metrics(vector.strip()))
    return None


def severity_word(score: float) -> str:
    """Return the word that the rating scale has for a score, in lower case."""
    return next((word for below, word in _WORDS if score < below), "critical")


def _metrics(text: str) -> dict[str, str]:
    return {name: value for name, _, value in (part.partition(":") for part in text.split("/"))}


def _weights(
    metrics: Mapping[str, str], table: Mapping[str, Mapping[str, float]]
) -> dict[str, float] | None:
    try:
        return {name: weights[metrics[name]] for name, weights in table.items()}
    except KeyError:
        return None


def _of_three(metrics: Mapping[str, str]) -> float | None:
    found = _weights(metrics, _THREE)
    if found is None:
        return None
    is_elsewhere = metrics["S"] == "C"
    privileges = _PRIVILEGED_ELSEWHERE[metrics["PR"]] if is_elsewhere else found["PR"]
    lost = 1 - (1 - found["C"]) * (1 - found["I"]) * (1 - found["A"])
    impact = 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 if is_elsewhere else 6.42 * lost
    if impact <= 0:
        return 0.0
    ease = 8.22 * found["AV"] * found["AC"] * privileges * found["UI"]
    return _rounded_up(min((impact + ease) * (1.08 if is_elsewhere else 1.0), 10.0))


def _rounded_up(score: float) -> float:
    """To one decimal, as version 3.1 has it, so that noise of binary fractions does not count."""
    whole = round(score * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10


def _of_two(metrics: Mapping[str, str]) -> float | None:
    found = _weights(metrics, _TWO)
    if found is None:
        return None
    impact = 10.41 * (1 - (1 - found["C"]) * (1 - found["I"]) * (1 - found["A"]))
    if impact == 0:
        return 0.0
    ease = 20 * found["AV"] * found["AC"] * found["Au"]
    return round((0.6 * impact + 0.4 * ease - 1.5) * 1.176, 1)
