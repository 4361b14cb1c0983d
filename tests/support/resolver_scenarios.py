"""Reads scenario files of the resolver and says what comes out of them."""

from __future__ import annotations

from typing import NamedTuple

from pipenv.errors import ResolutionError
from pipenv.events import Notice
from pipenv.models.names import ALL_NAMES
from pipenv.models.specifiers import parse_specifiers
from pipenv.operations.lock_targets import lock_targets
from pipenv.resolver.edited_requirements import EditedRequirements, Override, with_overrides
from pipenv.resolver.fixes import Means, propose_fixes, sentence
from pipenv.resolver.portability import resolve
from pipenv.resolver.problem import ResolverProblem, Root
from pipenv.resolver.solver import solve
from support.dictionary_provider import (
    DictionaryProvider,
    dependency,
    parse_universe,
    with_python,
)
from support.targets import linux_target, windows_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.events import Event
    from pipenv.models.conflicts import Fix
    from pipenv.models.targets import TargetSet
    from pipenv.operations.lock_targets import LockTargets
    from pipenv.resolver.provider import PortableProvider
    from pipenv.resolver.resolution import Resolution, ResolvedPackage
    from support.dictionary_provider import Universe

Sections = dict[str, str]


class Scenario(NamedTuple):
    """A universe, a problem, and what comes of it."""

    universe: Universe
    problem: ResolverProblem
    targets: LockTargets | None
    """With them, versions are looked for that do in all these environments."""
    overrides: dict[str, Override]
    excluded: frozenset[str]
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
    targets, conflicts = _targets(sections.pop("targets", None))
    problem = ResolverProblem(tuple(roots), preferences, "prereleases" in options, conflicts)
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
    problem = with_overrides(problem, overrides)
    return Scenario(
        universe,
        problem,
        targets,
        overrides,
        excluded,
        sections,
        wants_fixes="fixes" in options,
    )


def outcome_of(scenario: Scenario) -> Sections:
    """Solve, and write what comes out in the way of an expectation."""
    notices: list[str] = []

    def report(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event.text)

    outcome: Sections = {}
    if scenario.targets is not None:
        return _portable_outcome(scenario, scenario.targets)
    try:
        resolution = solve(scenario.problem, _provider(scenario, None), report)
    except ResolutionError as error:
        outcome[f"expect {type(error).__name__}"] = _explained(scenario, error)
    else:
        is_plain = len({root.category for root in scenario.problem.roots}) == 1
        lines = [_line(package, is_plain=is_plain) for package in resolution.packages.values()]
        outcome["expect"] = "\n".join(lines)
    if notices:
        outcome["notices"] = "\n".join(notices)
    return outcome


def _provider(scenario: Scenario, targets: TargetSet | None) -> PortableProvider:
    provider = DictionaryProvider(scenario.universe, targets)
    if scenario.overrides or scenario.excluded:
        return EditedRequirements(provider, scenario.overrides, scenario.excluded)
    return provider


def _explained(scenario: Scenario, error: ResolutionError) -> str:
    parts = [error.message, error.details, *(f"hint: {hint}" for hint in error.hints)]
    if scenario.wants_fixes:
        parts += [f"fix: {sentence(fix)}" for fix in fixes_of(scenario, error)]
    return "\n\n".join(part for part in parts if part)


def _portable_outcome(scenario: Scenario, aim: LockTargets) -> Sections:
    provider = _provider(scenario, aim.targets)
    try:
        found = resolve(scenario.problem, provider, told_apart=aim.told_apart)
    except ResolutionError as error:
        return {f"expect {type(error).__name__}": _explained(scenario, error)}
    lines: dict[str, list[str]] = {}
    for category, reached in found.reached.items():
        for name, each in reached.items():
            extras = f"[{','.join(each.extras)}]" if each.extras else ""
            line = f"{name}{extras} {found.of(category).packages[name].version}"
            marker = found.space.marker(each.mask, each.hints)
            line += "" if marker is None else f" when {marker}"
            lines.setdefault(line, []).append(category)
    is_plain = len(found.reached) == 1
    outcome = {
        "expect": "\n".join(
            line if is_plain else f"{line} <- {', '.join(sorted(categories))}"
            for line, categories in sorted(lines.items())
        )
    }
    notices = [
        f"{move.name} {move.alone} -> {move.together}: {move.reason}" for move in found.moves
    ]
    notices += [
        f"{each.name} {each.version}: {each.needed_by} needs {each.requirement}"
        f"{'' if each.where is None else f' when {each.where}'}"
        for each in found.compromises
    ]
    if notices:
        outcome["notices"] = "\n".join(notices)
    return outcome


def _targets(text: str | None) -> tuple[LockTargets | None, tuple[frozenset[str], ...]]:
    """Read ``platforms:``, ``python:``, ``here:`` and ``conflicts:`` lines."""
    if text is None:
        return None, ()
    values: dict[str, str] = {}
    conflicts: list[frozenset[str]] = []
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key == "conflicts":
            conflicts.append(frozenset(value.split()))
        else:
            values[key] = value.strip()
    requires = {"python_version": values["python"]} if "python" in values else {}
    platforms = values["platforms"].split() if "platforms" in values else None
    here = windows_target() if values.get("here") == "windows" else linux_target()
    return lock_targets(requires, platforms, here), tuple(conflicts)


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
