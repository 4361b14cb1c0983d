"""A `PackageProvider` over a universe in memory, and the text format such universes are written in.

The format is described in ``tests/scenarios/README.md``.
"""

from __future__ import annotations

from typing import NamedTuple

from pipenv.errors import InvalidValue, PackageNotFound
from pipenv.models.marker_algebra import is_possible
from pipenv.models.requirements import parse_requirement
from pipenv.models.specifiers import ANY, parse_specifiers
from pipenv.models.targets import only, platform_of
from pipenv.models.versions import is_prerelease_key, version_key
from pipenv.resolver.problem import Dependency, VersionList
from pipenv.resolver.provider import Unusable
from support.targets import linux_target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.models.targets import TargetSet
    from pipenv.resolver.problem import Candidate


class Release(NamedTuple):
    """What a universe knows of one version."""

    needs: tuple[str, ...] = ()
    """Requirements as PEP 508 writes them; ``when`` stands for the semicolon of a marker."""
    extras: Mapping[str, tuple[str, ...]] = {}
    """Extra → the requirements it adds."""
    unusable: str | None = None
    """The page shows that it cannot be used, and why."""
    yanked: str | None = None
    unusable_metadata: str | None = None
    """Only the metadata shows that it cannot be used."""
    broken_metadata: str | None = None
    """The metadata cannot be read."""
    only_for: tuple[str, ...] = ()
    """Names of platforms that it has files for; empty: all."""
    requires_python: str = ""


Universe = dict[str, dict[str, Release]]


class ListedVersions(VersionList):
    """A version list with reasons in a table."""

    __slots__ = ("_reasons",)

    def __init__(self, name: str, releases: Mapping[str, Release]) -> None:
        texts = sorted(releases, key=version_key)
        keys = [version_key(text) for text in texts]
        usable = prereleases = yanked = 0
        self._reasons: dict[int, str] = {}
        for position, text in enumerate(texts):
            release = releases[text]
            bit = 1 << position
            if release.unusable is None:
                usable |= bit
            else:
                self._reasons[position] = release.unusable
            if release.yanked is not None:
                yanked |= bit
                self._reasons.setdefault(position, f"was yanked: {release.yanked}")
            if is_prerelease_key(keys[position]):
                prereleases |= bit
        super().__init__(name, texts, keys, usable=usable, prereleases=prereleases, yanked=yanked)

    def explain(self, position: int, reason: str) -> None:
        self._reasons.setdefault(position, reason)

    def reason(self, position: int) -> str:
        return self._reasons[position]


class DictionaryProvider:
    """Answers from a dictionary and writes down what it was asked."""

    def __init__(self, universe: Universe, targets: TargetSet | None = None) -> None:
        self.universe = universe
        self.targets = targets or only(linux_target(), ANY)
        self.asked_versions: list[str] = []
        self.asked_dependencies: list[tuple[str, str, tuple[str, ...]]] = []
        self.prefetched: list[str] = []
        self.prefetched_metadata: list[tuple[str, tuple[int, ...]]] = []
        self.demands: dict[str, int] = {}

    def versions(self, name: str) -> VersionList:
        self.asked_versions.append(name)
        if name not in self.universe:
            raise PackageNotFound(f"`{name}` is on none of the indexes")
        listed = ListedVersions(name, self.universe[name])
        usable = 0
        for position, text in enumerate(listed.texts):
            covered = self._covered(self.universe[name][text])
            if covered and not self.demands.get(name, 0) & ~covered:
                usable |= 1 << position
            else:
                listed.explain(position, self._refusal(self.universe[name][text]))
        listed.usable &= usable
        return listed

    def dependencies(self, candidate: Candidate, extras: tuple[str, ...]) -> tuple[Dependency, ...]:
        self.asked_dependencies.append((candidate.name, candidate.version, extras))
        release = self.universe[candidate.name][candidate.version]
        if release.unusable_metadata is not None:
            raise Unusable(release.unusable_metadata)
        if release.broken_metadata is not None:
            raise InvalidValue(release.broken_metadata)
        needs = release.extras.get(extras[0], ()) if extras else release.needs
        found = [dependency(text) for text in needs]
        return tuple(
            each for each in found if each.marker is None or is_possible(self.targets, each.marker)
        )

    def prefetch(self, names: Iterable[str]) -> None:
        self.prefetched.extend(names)

    def prefetch_metadata(self, name: str, positions: Sequence[int]) -> None:
        self.prefetched_metadata.append((name, tuple(positions)))

    def within(self, targets: TargetSet) -> DictionaryProvider:
        return DictionaryProvider(self.universe, targets)

    def coverage(self, name: str, position: int) -> int:
        listed = ListedVersions(name, self.universe[name])
        return self._covered(self.universe[name][listed.texts[position]])

    def demand(self, name: str, cells: int) -> bool:
        before = demanded = self.demands.get(name, 0)
        for cell in range(cells.bit_length()):
            bit = cells & 1 << cell
            wanted = demanded | bit
            releases = self.universe[name].values()
            if bit and (cell == 0 or any(not wanted & ~self._covered(each) for each in releases)):
                demanded = wanted
        self.demands[name] = demanded
        return demanded != before

    def _covered(self, release: Release) -> int:
        """The cells that a release has files for."""
        here = self.targets.here
        cells = [(platform_of(here.environment), here.python_full_version)]
        cells += [(platform, f"{minor}.99") for platform, minor in self.targets.cells()]
        pythons = parse_specifiers(release.requires_python)
        return sum(
            1 << cell
            for cell, (platform, python) in enumerate(cells)
            if (not release.only_for or platform.name in release.only_for)
            and pythons.contains(version_key(python))
        )

    @staticmethod
    def _refusal(release: Release) -> str:
        if release.requires_python:
            return f"requires Python {release.requires_python}"
        return f"has files only for {' and '.join(release.only_for)}"


def dependency(text: str) -> Dependency:
    """Read a requirement such as ``a[x] >=1 when os_name == 'nt'`` or ``a @ https://…``."""
    requirement = parse_requirement(text.replace(" when ", " ; "))
    return Dependency(
        requirement.key,
        requirement.extras,
        requirement.specifiers,
        requirement.marker,
        requirement.url,
    )


def parse_universe(text: str) -> Universe:
    """Read a universe from lines; see ``tests/scenarios/README.md``."""
    universe: Universe = {}
    releases: dict[str, Release] = {}
    versions: list[str] = []
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not line.startswith(" "):
            head, _, state = line.partition("(")
            name, versions = _head(head)
            releases = universe.setdefault(name, {})
            release = _state(state.strip().removesuffix(")"))
            for version in versions:
                releases[version] = release
            continue
        words = line.strip()
        extra = ""
        if words.startswith("["):
            extra, _, words = words[1:].partition("]")
            extra = extra.strip()
        verb, _, listed = words.strip().partition(" ")
        if verb != "needs":
            raise ValueError(f"not a line of a universe: {line!r}")
        for version in versions:
            releases[version] = _with_needs(releases[version], extra, _requirements(listed))
    return universe


def _head(text: str) -> tuple[str, list[str]]:
    words = text.split()
    if "@" in words:
        return " ".join(words[:3]), words[3:]
    return words[0], words[1:]


def _requirements(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";"))


def _with_needs(release: Release, extra: str, needs: tuple[str, ...]) -> Release:
    if not extra:
        return release._replace(needs=release.needs + needs)
    added = release.extras.get(extra, ())
    return release._replace(extras={**release.extras, extra: added + needs})


def _state(text: str) -> Release:
    if not text:
        return Release()
    word, _, reason = text.partition(":")
    reason = reason.strip()
    match word.strip():
        case "unusable":
            return Release(unusable=reason)
        case "yanked":
            return Release(yanked=reason)
        case "metadata":
            return Release(unusable_metadata=reason)
        case "broken":
            return Release(broken_metadata=reason)
        case "only for":
            return Release(only_for=tuple(reason.split()))
        case "python":
            return Release(requires_python=reason)
    raise ValueError(f"not a state of a version: {text!r}")
