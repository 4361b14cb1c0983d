"""Reads scenario files of the resolver and says what comes out of them."""

from __future__ import annotations

from typing import NamedTuple

from pipenv.errors import ResolutionError
from pipenv.events import Notice
from pipenv.models.specifiers import parse_specifiers
from pipenv.resolver.policies import EditedRequirements, Override, with_overrides
from pipenv.resolver.problem import ALL_NAMES, ResolverProblem, Root
from pipenv.resolver.solver import solve
from support.dictionary_provider import DictionaryProvider, dependency, parse_universe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.events import Event
    from pipenv.resolver.provider import PackageProvider
    from pipenv.resolver.resolution import ResolvedPackage
    from support.dictionary_provider import Universe

Sections = dict[str, str]


class Scenario(NamedTuple):
    """A universe, a problem, and what comes of it."""

    universe: Universe
    problem: ResolverProblem
    overrides: dict[str, Override]
    excluded: frozenset[str]
    expected: Sections
    """``expect`` or ``expect ErrorName``, and ``notices`` if there are any."""


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
    if "lowest" in options:
        problem = problem._replace(lowest=ALL_NAMES)
    if "lowest-direct" in options:
        problem = problem._replace(lowest=frozenset(root.dependency.name for root in roots))
    overrides = {}
    for number, line in enumerate(sections.pop("overrides", "").splitlines(), start=1):
        name, _, specifiers = line.partition(" ")
        overrides[name] = Override(parse_specifiers(specifiers), f"override {number}")
    excluded = frozenset(sections.pop("exclude", "").split())
    universe = parse_universe(sections.pop("universe"))
    return Scenario(universe, with_overrides(problem, overrides), overrides, excluded, sections)


def outcome_of(scenario: Scenario) -> Sections:
    """Solve, and write what comes out in the way of an expectation."""
    notices: list[str] = []

    def report(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event.text)

    outcome: Sections = {}
    provider: PackageProvider = DictionaryProvider(scenario.universe)
    if scenario.overrides or scenario.excluded:
        provider = EditedRequirements(provider, scenario.overrides, scenario.excluded)
    try:
        resolution = solve(scenario.problem, provider, report)
    except ResolutionError as error:
        parts = [error.message, error.details, *(f"hint: {hint}" for hint in error.hints)]
        outcome[f"expect {type(error).__name__}"] = "\n\n".join(part for part in parts if part)
    else:
        is_plain = len({root.category for root in scenario.problem.roots}) == 1
        lines = [_line(package, is_plain=is_plain) for package in resolution.packages.values()]
        outcome["expect"] = "\n".join(lines)
    if notices:
        outcome["notices"] = "\n".join(notices)
    return outcome


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
