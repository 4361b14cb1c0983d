"""What the provider has said so far, and which versions have thereby come into question.

Pre-releases, yanked versions and direct URLs count only once somebody asks for them.  That is a
fact about the whole run, not about a branch of the search: when a new one comes up, the universe
has grown and the search starts again with everything else it knows, which is quick and seldom.
"""

from __future__ import annotations

from bisect import bisect_left

from pipenv.errors import IntegrityError, InvalidValue, PackageNotFound
from pipenv.models.versions import version_key
from pipenv.resolver._decisions import Experience
from pipenv.resolver._packages import Package, Part, bits
from pipenv.resolver.problem import Candidate
from pipenv.resolver.provider import Unusable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipenv.resolver.problem import Dependency, ResolverProblem, VersionList
    from pipenv.resolver.provider import PackageProvider


class UniverseGrew(Exception):
    """More versions count than the search was started with."""


class Knowledge:
    """Answers of the provider, each asked for once."""

    def __init__(self, problem: ResolverProblem, provider: PackageProvider) -> None:
        self.problem = problem
        self.provider = provider
        self.not_found: dict[str, PackageNotFound] = {}
        self.experience = Experience()
        self._lists: dict[str, VersionList | None] = {}
        self._needs: dict[tuple[str, str | None, int, str], tuple[Dependency, ...] | str] = {}
        self._from_index: set[str] = set()
        self._urls: dict[str, list[str]] = {}
        self._only_urls: set[str] = set()
        self._open_prereleases: set[str] = set()
        self._open_yanked: set[tuple[str, str]] = set()
        self._banned: set[tuple[str, str]] = set()
        """Name with URL or yanked version: came into question, but not by what was then chosen."""
        self._prefetched: set[str] = set()
        for root in problem.roots:
            if root.dependency.url is not None:
                self._only_urls.add(root.dependency.name)

    def sight(self, dependencies: Iterable[Dependency]) -> bool:
        """Note which lists will be needed; tells whether one is new to a name.

        The provider hears of new names at once, so that it can fetch their pages together.
        """
        is_new = False
        names: list[str] = []
        for dependency in dependencies:
            name, url = dependency.name, dependency.url
            if url is not None:
                urls = self._urls.setdefault(name, [])
                if url not in urls and (name, url) not in self._banned:
                    urls.append(url)
                    is_new = True
            elif name not in self._from_index and name not in self._only_urls:
                self._from_index.add(name)
                is_new = True
                if name not in self._prefetched:
                    self._prefetched.add(name)
                    names.append(name)
        if names:
            self.provider.prefetch(names)
        return is_new

    def is_complete(self, name: str, package: Package | None) -> bool:
        """Tell whether a package was made from all the lists that its name has by now."""
        return (0 if package is None else len(package.parts)) == self._number_of_lists(name)

    def package(self, name: str, dependencies: Iterable[Dependency]) -> Package | None:
        """Make the package from its lists; None if no index knows the name.

        `dependencies` are those on it that are known by now: they may bring versions into question.
        """
        parts: list[Part] = []
        shift = 1
        if name in self._from_index:
            versions = self._versions(name)
            if versions is not None:
                parts.append(Part(shift, versions, None))
                shift += len(versions.texts)
        for url in self._urls.get(name, ()):
            versions = self._versions(identity(name, url))
            if versions is not None:
                parts.append(Part(shift, versions, url))
                shift += len(versions.texts)
        if not parts:
            return None
        package = Package(name, parts)
        if package.usable & (package.prereleases | package.yanked):
            for dependency in dependencies:
                self.opens(package, dependency, package.matching(dependency))
            self._hide(package)
        if self.problem.allow_prereleases:
            package.preferred_first = package.with_prereleases()
        package.prefers_lowest = name in self.problem.lowest
        package.preferred = 0 if package.prefers_lowest else self._preferred(package)
        return package

    def opens(self, package: Package, dependency: Dependency, matching: int) -> bool:
        """Tell whether a dependency brings versions into question that did not count before."""
        name = package.name
        specifiers = dependency.specifiers
        before = len(self._open_prereleases) + len(self._open_yanked)
        pinned = 0
        if specifiers.exact_pin is not None:
            pinned = matching & package.usable & package.yanked
            pins = {(name, package.text(bit)) for bit in bits(pinned)}
            self._open_yanked.update(pins - self._banned)
        if matching & package.usable & package.prereleases and (
            specifiers.mentions_prerelease
            or not matching & (package.finals | pinned & ~package.prereleases)
        ):
            self._open_prereleases.add(name)
        return len(self._open_prereleases) + len(self._open_yanked) > before

    def open_prereleases(self, names: Iterable[str]) -> bool:
        """Let pre-releases of some packages count; tells whether any did not before."""
        before = len(self._open_prereleases)
        self._open_prereleases.update(names)
        return len(self._open_prereleases) > before

    def ban(self, package: Package, bit: int) -> None:
        """Never choose a yanked version, or that of a direct URL, though it came into question."""
        name = package.name
        url = package.part_of(bit).url
        if url is not None:
            self._urls[name].remove(url)
            self._banned.add((name, url))
        else:
            self._open_yanked.discard((name, package.text(bit)))
            self._banned.add((name, package.text(bit)))

    def needs(self, package: Package, bit: int, extra: str) -> tuple[Dependency, ...] | str:
        """Return what a version needs (what an extra of it adds), or why it cannot be used."""
        part = package.part_of(bit)
        position = bit - part.shift
        key = (package.name, part.url, position, extra)
        known = self._needs.get(key)
        if known is None:
            name = identity(package.name, part.url)
            candidate = Candidate(name, part.versions.texts[position], position)
            try:
                known = self.provider.dependencies(candidate, (extra,) if extra else ())
            except Unusable as found:
                known = found.reason
            except (InvalidValue, IntegrityError) as error:
                known = f"cannot be used: {error}"
            self._needs[key] = known
        return known

    def hint(self, package: Package, bit_numbers: Iterable[int]) -> None:
        """Tell the provider whose metadata may be asked for next, the likeliest first."""
        positions: dict[str, list[int]] = {}
        for bit in bit_numbers:
            package.hinted |= 1 << bit
            part = package.part_of(bit)
            name = identity(package.name, part.url)
            positions.setdefault(name, []).append(bit - part.shift)
        for name, listed in positions.items():
            self.provider.prefetch_metadata(name, listed)

    def _versions(self, name: str) -> VersionList | None:
        if name not in self._lists:
            try:
                self._lists[name] = self.provider.versions(name)
            except PackageNotFound as error:
                self._lists[name] = None
                self.not_found[name] = error
        return self._lists[name]

    def _number_of_lists(self, name: str) -> int:
        found = [identity(name, url) for url in self._urls.get(name, ())]
        if name in self._from_index:
            found.append(name)
        return sum(self._versions(listed) is not None for listed in found)

    def _hide(self, package: Package) -> None:
        name = package.name
        prereleases = package.usable & package.prereleases
        if self.problem.allow_prereleases or name in self._open_prereleases:
            prereleases = 0
        yanked = package.usable & package.yanked
        for bit in bits(yanked):
            if (name, package.text(bit)) in self._open_yanked:
                yanked &= ~(1 << bit)
        package.hide(prereleases, yanked)

    def _preferred(self, package: Package) -> int:
        """The bit of the version to keep, as a mask; 0 if there is none."""
        wanted = self.problem.preferences.get(package.name)
        if wanted is None:
            return 0
        try:
            key = version_key(wanted)
        except InvalidValue:
            return 0
        for shift, versions, _ in package.parts:
            position = bisect_left(versions.keys, key)
            if position < len(versions.keys) and versions.keys[position] == key:
                return 1 << position + shift & package.domain
        return 0


def identity(name: str, url: str | None) -> str:
    """Return the name that a list is asked for with."""
    return name if url is None else f"{name} @ {url}"
