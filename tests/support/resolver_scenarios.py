"""Reads scenario files of the resolver and says what comes out of them."""

from __future__ import annotations

from typing import NamedTuple

from pipenv.errors import ResolutionError
from pipenv.events import Notice
from pipenv.resolver.fixes import Means, propose_fixes, sentence
from pipenv.resolver.problem import ResolverProblem, Root
from pipenv.resolver.solver import solve
from support.dictionary_provider import (
    DictionaryProvider,
    dependency,
    parse_universe,
    with_python,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.events import Event
    from pipenv.models.conflicts import Fix
    from pipenv.resolver.resolution import Resolution, ResolvedPackage
    from support.dictionary_provider import Universe

Sections = dict[str, str]


class Scenario(NamedTuple):
    """A universe, a problem, and what comes of it."""

    universe: Universe
    problem: ResolverProblem
    expected: Sections
    """``expect`` or ``expect ErrorName``, and ``notices`` if there are any."""
    wants_fixes: bool = False


def read_scenario(text: str) -> Scenario:
    """Read a file."""
    sections = _sections(text)
    roots = []
    for number, line in enumerate(sections.pop("roots").splitlines(), start=1):
        category, _, requirement = line.partition(":")
        source = f"Pipfile line {number}"
        roots.append(Root(category.strip(), dependency(requirement.strip()), source))
    preferences = dict(line.split() for line in sections.pop("preferences", "").splitlines())
    options = sections.pop("options", "").split()
    problem = ResolverProblem(tuple(roots), preferences, "prereleases" in options)
    universe = parse_universe(sections.pop("universe"))
    return Scenario(universe, problem, sections, wants_fixes="fixes" in options)


def outcome_of(scenario: Scenario) -> Sections:
    """Solve, and write what comes out in the way of an expectation."""
    notices: list[str] = []

    def report(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event.text)

    outcome: Sections = {}
    try:
        resolution = solve(scenario.problem, DictionaryProvider(scenario.universe), report)
    except ResolutionError as error:
        parts = [error.message, error.details, *(f"hint: {hint}" for hint in error.hints)]
        if scenario.wants_fixes:
            parts += [f"fix: {sentence(fix)}" for fix in fixes_of(scenario, error)]
        outcome[f"expect {type(error).__name__}"] = "\n\n".join(part for part in parts if part)
    else:
        is_plain = len({root.category for root in scenario.problem.roots}) == 1
        lines = [_line(package, is_plain=is_plain) for package in resolution.packages.values()]
        outcome["expect"] = "\n".join(lines)
    if notices:
        outcome["notices"] = "\n".join(notices)
    return outcome


def fixes_of(scenario: Scenario, error: ResolutionError) -> tuple[Fix, ...]:
    """Look for changes that help, with all the time in the world."""
    universe, problem = scenario.universe, scenario.problem

    def solve_for_python(problem: ResolverProblem, python: str) -> Resolution:
        return solve(problem, DictionaryProvider(with_python(universe, python)))

    means = Means(
        lambda changed: solve(changed, DictionaryProvider(universe)),
        lambda: True,
        solve_for_python,
    )
    return propose_fixes(problem, error, means)


def _line(package: ResolvedPackage, *, is_plain: bool) -> str:
    extras = f"[{','.join(package.extras)}]" if package.extras else ""
    line = f"{package.name}{extras} {package.version}"
    if package.url is not None:
        line += f" from {package.url}"
    return line if is_plain else f"{line} <- {', '.join(sorted(package.categories))}"


def _sections(text: str) -> Sections:
    sections: dict[str, list[str]] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("== "):
            name = line[3:].strip()
            sections[name] = []
        elif name:
            sections[name].append(line)
    return {name: "\n".join(lines).strip("\n") for name, lines in sections.items()}
