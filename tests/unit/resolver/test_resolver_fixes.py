"""How fixes are looked for: within their time, and by whoever solves.

What is proposed for which failure is shown by the scenarios that ask for fixes.
"""

from __future__ import annotations

from itertools import count

import pytest

from pipenv.errors import NetworkError, ResolutionError
from pipenv.models.conflicts import ConflictFact, EntryChange, Fix
from pipenv.resolver.fixes import ImpatientProvider, Means, OutOfTime, propose_fixes, sentence
from pipenv.resolver.problem import Candidate, ResolverProblem, Root
from pipenv.resolver.solver import solve
from support.dictionary_provider import DictionaryProvider, dependency, parse_universe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pipenv.resolver.resolution import Resolution

UNIVERSE = parse_universe("a 1.0\n  needs b >=2\nb 1.0 2.0")
PROBLEM = ResolverProblem(
    (Root("default", dependency("a"), "line 1"), Root("default", dependency("b <2"), "line 2")), {}
)


def solved(problem: ResolverProblem) -> Resolution:
    return solve(problem, DictionaryProvider(UNIVERSE))


def failure() -> ResolutionError:
    with pytest.raises(ResolutionError) as caught:
        solved(PROBLEM)
    return caught.value


def ticking(ticks: int) -> Callable[[], bool]:
    """A clock that says so many times that there is time."""
    numbers = count()
    return lambda: next(numbers) < ticks


def test_the_facts_are_data() -> None:
    assert failure().conflict == (
        ConflictFact("dependency", "b", "b >=2", versions="1.0", who="a"),
        ConflictFact("requirement", "a", "a", category="default", source="line 1"),
        ConflictFact("requirement", "b", "b <2", category="default", source="line 2"),
    )


def test_fixes_are_data() -> None:
    change = EntryChange("default", "b", "<2", "<3", "line 2")
    fixes = propose_fixes(PROBLEM, failure(), Means(solved, lambda: True))
    assert fixes[0] == Fix("specifier", (change,), (("a", "1.0"), ("b", "2.0")))
    assert sentence(fixes[0]) == ('change b to "<3" (line 2): then a 1.0 and b 2.0 are locked')


def test_as_many_as_are_wanted() -> None:
    assert len(propose_fixes(PROBLEM, failure(), Means(solved, lambda: True), 1)) == 1


def test_without_time_nothing_is_tried() -> None:
    def never(problem: ResolverProblem) -> Resolution:
        raise AssertionError(problem)

    assert propose_fixes(PROBLEM, failure(), Means(never, lambda: False)) == ()


@pytest.mark.parametrize("ticks", range(8))
def test_what_was_found_in_time_counts(ticks: int) -> None:
    everything = propose_fixes(PROBLEM, failure(), Means(solved, lambda: True))
    found = propose_fixes(PROBLEM, failure(), Means(solved, ticking(ticks)))
    assert found == everything[: len(found)]


@pytest.mark.parametrize("ticks", range(12))
def test_time_may_end_in_the_middle_of_an_attempt(ticks: int) -> None:
    clock = ticking(ticks)

    def impatient(problem: ResolverProblem) -> Resolution:
        return solve(problem, ImpatientProvider(DictionaryProvider(UNIVERSE), clock))

    everything = propose_fixes(PROBLEM, failure(), Means(solved, lambda: True))
    found = propose_fixes(PROBLEM, failure(), Means(impatient, lambda: True))
    assert set(found) <= set(everything)


def test_an_impatient_provider_answers_as_long_as_there_is_time() -> None:
    provider = ImpatientProvider(DictionaryProvider(UNIVERSE), ticking(4))
    provider.prefetch(["a"])
    provider.prefetch_metadata("a", (0,))
    assert [*provider.versions("b").texts] == ["1.0", "2.0"]
    assert provider.dependencies(Candidate("a", "1.0", 0), ()) == (dependency("b >=2"),)
    with pytest.raises(OutOfTime):
        provider.versions("a")


def test_what_cannot_be_tried_is_not_proposed() -> None:
    def unreachable(problem: ResolverProblem) -> Resolution:
        raise NetworkError(f"no answer for {len(problem.roots)} packages")

    assert propose_fixes(PROBLEM, failure(), Means(unreachable, lambda: True)) == ()


def test_an_attempt_is_given_up_early() -> None:
    bounds = []

    def noting(problem: ResolverProblem) -> Resolution:
        bounds.append(problem.most_conflicts)
        return solved(problem)

    propose_fixes(PROBLEM, failure(), Means(noting, lambda: True))
    assert max(bounds) < PROBLEM.most_conflicts


def test_a_failure_without_facts_has_no_fixes() -> None:
    assert propose_fixes(PROBLEM, ResolutionError("odd"), Means(solved, lambda: True)) == ()


def test_a_change_that_is_known_to_help_needs_no_more_time() -> None:
    universe = parse_universe("a 1.0\n  needs b >=4\nb 1.0 4.2")
    clock = ticking(2)

    def slow(problem: ResolverProblem) -> Resolution:
        return solve(problem, DictionaryProvider(universe))

    with pytest.raises(ResolutionError) as caught:
        slow(PROBLEM)
    (fix,) = propose_fixes(PROBLEM, caught.value, Means(slow, clock))
    assert sentence(fix) == 'change b to "<5" (line 2): then a 1.0 and b 4.2 are locked'
