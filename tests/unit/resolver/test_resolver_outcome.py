"""What a resolution holds besides versions."""

from __future__ import annotations

import pytest

from pipenv.errors import PackageNotFound, ResolutionTooDeep
from pipenv.events import Event, StageAdvanced
from pipenv.resolver._knowledge import Knowledge
from pipenv.resolver._search import Search
from pipenv.resolver.problem import ResolverProblem, Root
from pipenv.resolver.resolution import Edge, Resolution
from pipenv.resolver.solver import solve
from support.dictionary_provider import DictionaryProvider, dependency, parse_universe


def problem(*roots: str) -> ResolverProblem:
    listed = [Root("default", dependency(root), "Pipfile line 3") for root in roots]
    return ResolverProblem(tuple(listed), {})


def resolved(text: str, *roots: str) -> Resolution:
    return solve(problem(*roots), DictionaryProvider(parse_universe(text)))


def test_edges_say_what_needs_what_and_by_which_extra() -> None:
    found = resolved(
        """
a 1.0
  needs b[y] >=1,<3
  [x] needs c ; a[z]
  [z] needs d
b 1.0 2.0
c 1.0
d 1.0
""",
        "a[x]",
    )
    assert found.packages["a"].dependencies == (
        Edge("b", ("y",), None, ">=1,<3", None),
        Edge("c", (), None, "", "x"),
        Edge("a", ("z",), None, "", "x"),
        Edge("d", (), None, "", "z"),
    )
    assert found.packages["a"].extras == ("x", "z")
    assert found.packages["b"].extras == ("y",)
    assert (found.packages["b"].version, found.packages["b"].position) == ("2.0", 1)


def test_packages_are_sorted_by_name() -> None:
    found = resolved("z 1.0\n  needs m ; a\nm 1.0\na 1.0", "z")
    assert list(found.packages) == ["a", "m", "z"]


def test_no_roots_no_packages() -> None:
    assert resolved("a 1.0").packages == {}


def test_statistics_count_decisions_and_conflicts() -> None:
    easy = resolved("a 1.0\n  needs b\nb 1.0", "a").statistics
    assert (easy.decisions, easy.conflicts, easy.backtracks, easy.restarts) == (2, 0, 0, 0)
    hard = resolved("a 1.0\na 2.0\n  needs b >=2\nb 1.0", "a", "b").statistics
    assert hard.backtracks > 0


def test_waves_are_reported() -> None:
    seen: list[Event] = []
    provider = DictionaryProvider(parse_universe("a 1.0\n  needs b\nb 1.0\n  needs c\nc 1.0"))
    solve(problem("a"), provider, seen.append)
    assert seen == [StageAdvanced("resolve", 1), StageAdvanced("resolve", 2)]


def test_unknown_root_keeps_what_the_index_said() -> None:
    with pytest.raises(PackageNotFound) as caught:
        resolved("a 1.0", "reqests")
    assert str(caught.value) == "`reqests` is on none of the indexes (required by Pipfile line 3)"


def test_the_search_is_given_up_at_a_bound() -> None:
    versions = " ".join(f"{number}.0" for number in range(1, 30))
    clients = "\n".join(f"client {number}.0\n  needs core =={number}.0" for number in range(1, 30))
    universe = parse_universe(f"{clients}\ncore {versions}\n  needs http <2\nhttp 1.0 2.0")
    asked = problem("client", "http >=2")
    asked = asked._replace(most_conflicts=3)
    search = Search(asked, Knowledge(asked, DictionaryProvider(universe)), lambda _: None)
    with pytest.raises(ResolutionTooDeep):
        search.run()
