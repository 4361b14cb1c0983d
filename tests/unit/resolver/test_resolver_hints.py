"""What the solver tells its provider in advance, so that waiting overlaps."""

from __future__ import annotations

from pipenv.resolver.problem import Candidate, Dependency, ResolverProblem, Root, VersionList
from pipenv.resolver.solver import solve
from support.dictionary_provider import DictionaryProvider, dependency, parse_universe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Diary(DictionaryProvider):
    """Writes down questions and hints in one list, in order."""

    def __init__(self, text: str) -> None:
        super().__init__(parse_universe(text))
        self.entries: list[str] = []

    def versions(self, name: str) -> VersionList:
        self.entries.append(f"versions {name}")
        return super().versions(name)

    def dependencies(self, candidate: Candidate, extras: tuple[str, ...]) -> tuple[Dependency, ...]:
        asked = f"[{extras[0]}]" if extras else ""
        self.entries.append(f"dependencies {candidate.name}{asked} {candidate.version}")
        return super().dependencies(candidate, extras)

    def prefetch(self, names: Iterable[str]) -> None:
        self.entries.append(f"prefetch {' '.join(names)}")

    def prefetch_metadata(self, name: str, positions: Sequence[int]) -> None:
        listed = sorted(self.universe[name])
        versions = " ".join(listed[position] for position in positions)
        self.entries.append(f"metadata {name} {versions}")


def diary(text: str, *roots: str) -> list[str]:
    provider = Diary(text)
    listed = [Root("default", dependency(root), "Pipfile") for root in roots]
    solve(ResolverProblem(tuple(listed), {}), provider)
    return provider.entries


def test_pages_and_metadata_of_a_wave_are_asked_for_before_the_first_is_waited_for() -> None:
    entries = diary(
        """
a 1.0
  needs c
b 1.0
  needs d
c 1.0 2.0
d 1.0
  needs c <2
""",
        "a",
        "b",
    )
    assert entries == [
        "prefetch a b",
        "versions a",
        "versions b",
        "metadata a 1.0",
        "metadata b 1.0",
        "dependencies a 1.0",
        "prefetch c",
        "dependencies b 1.0",
        "prefetch d",
        "versions c",
        "versions d",
        "metadata c 2.0",
        "metadata d 1.0",
        "dependencies c 2.0",
        "dependencies d 1.0",
        "metadata c 1.0",
        "dependencies c 1.0",
    ]


def test_a_page_is_not_waited_for_if_the_version_that_needs_it_was_given_up() -> None:
    entries = diary(
        """
a 1.0
a 2.0
  needs b >=2 ; c
b 1.0
c 1.0
""",
        "a",
        "b",
    )
    assert "prefetch c" in entries
    assert "versions c" not in entries


def test_many_versions_in_vain_make_the_solver_ask_for_more_of_them_at_once() -> None:
    versions = [f"1.{minor}" for minor in range(10, 40)]
    family = "\n".join(f"client {version}\n  needs core =={version}" for version in versions[5:])
    entries = diary(
        f"{family}\nclient 1.10\ncore {' '.join(versions)}\n  needs http <2\nhttp 1.0 2.0",
        "client",
        "http >=2",
    )
    batches = [entry.split()[2:] for entry in entries if entry.startswith("metadata c")]
    assert [len(batch) for batch in batches if len(batch) > 1][:2] == [5, 5]
    hinted = [version for batch in batches for version in batch]
    client = [entry.split()[2] for entry in entries if entry.startswith("dependencies client")]
    assert set(client) <= set(hinted)


def test_an_extra_is_asked_for_after_its_base() -> None:
    entries = diary("a 1.0\n  [x] needs b\nb 1.0", "a[x]")
    asked = [entry for entry in entries if entry.startswith("dependencies")]
    assert asked == ["dependencies a 1.0", "dependencies a[x] 1.0", "dependencies b 1.0"]
