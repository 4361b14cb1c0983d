"""Packages as the search sees them: positions of versions as bits, and which of them count."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipenv.models.specifiers import SpecifierSet
    from pipenv.resolver.problem import Dependency, VersionList


class Part(NamedTuple):
    """A version list within a package: the index's, or the single version of a direct URL."""

    shift: int
    """Bit of the list's position 0."""
    versions: VersionList
    url: str | None


class Package:
    """A package, or an extra of one (then `base` is set and there are no versions of its own)."""

    __slots__ = (
        "all_bits",
        "base",
        "direct",
        "domain",
        "extra",
        "extras",
        "finals",
        "hidden",
        "hidden_prereleases",
        "hinted",
        "index",
        "masks",
        "mentions",
        "name",
        "parts",
        "preferred",
        "preferred_first",
        "prefers_lowest",
        "prereleases",
        "rank",
        "tries",
        "usable",
        "yanked",
    )

    def __init__(self, name: str, parts: Sequence[Part] = ()) -> None:
        self.name = name
        self.parts = parts
        self.base: Package | None = None
        self.extra = ""
        self.index = -1
        usable = prereleases = yanked = everything = 0
        self.direct = 0
        """Versions from direct URLs, if the index has others."""
        for shift, versions, url in parts:
            if url is not None and parts[0].url is None:
                self.direct |= versions.usable << shift
            usable |= versions.usable << shift
            prereleases |= versions.prereleases << shift
            yanked |= versions.yanked << shift
            everything |= ((1 << len(versions.texts)) - 1) << shift
        self.all_bits = everything
        self.usable = usable
        self.prereleases = prereleases
        self.yanked = yanked
        self.hidden_prereleases = 0
        self.hidden = 0
        """Usable pre-releases that nobody asked for, and yanked versions that nobody pins."""
        self.domain = usable
        """Versions that may be chosen."""
        self.finals = usable & ~prereleases & ~yanked
        self.preferred_first = self.finals & ~self.direct
        """Versions to choose among as long as there is one; the rest is the last resort."""
        self.preferred = 0
        """The bit of the version to keep, or 0."""
        self.prefers_lowest = False
        """The oldest version that fits is wanted, not the newest."""
        self.mentions: list[tuple[int, int, int]] = []
        """Who names a pre-release of it: package, version as a mask, extra or -1; by index."""
        self.masks: dict[int, tuple[int, SpecifierSet]] = {}
        """By identity of the specifiers, which are kept alive beside the mask."""
        self.extras: dict[str, Package] = {}
        self.hinted = 0
        """Versions whose metadata the provider has been told to expect."""
        self.tries = 0
        self.rank = 0

    def hide(self, prereleases: int, yanked: int) -> None:
        """Leave out versions that nobody asked for."""
        self.hidden_prereleases = prereleases
        self.hidden = prereleases | yanked
        self.domain = self.usable & ~self.hidden

    def with_prereleases(self) -> int:
        """Return the versions to choose among where pre-releases are wanted."""
        return self.domain & ~self.yanked & ~self.direct

    def label(self) -> str:
        """Return the name as people write it, with the extra if it is one."""
        return f"{self.name}[{self.extra}]" if self.extra else self.name

    def matching(self, dependency: Dependency) -> int:
        """Return the bits of all versions, usable or not, that a dependency admits."""
        specifiers = dependency.specifiers
        if not specifiers.clauses and dependency.url is None:
            return self.all_bits
        if len(self.parts) == 1 and dependency.url is None:
            ((shift, versions, _),) = self.parts
            return specifiers.positions(versions.keys, versions.texts) << shift
        mask = 0
        for shift, versions, url in self.parts:
            if dependency.url is None or dependency.url == url:
                mask |= specifiers.positions(versions.keys, versions.texts) << shift
        return mask

    def part_of(self, bit: int) -> Part:
        """Return the list that a version's bit (its number, not its mask) belongs to."""
        for part in reversed(self.parts):
            if bit >= part.shift:
                return part
        raise IndexError(bit)

    def text(self, bit: int) -> str:
        """Return the version at a bit."""
        part = self.part_of(bit)
        return part.versions.texts[bit - part.shift]

    def reason(self, bit: int) -> str:
        """Say why the version at a bit is not usable, or was yanked."""
        part = self.part_of(bit)
        return part.versions.reason(bit - part.shift)


def bits(mask: int) -> Iterator[int]:
    """Yield the numbers of the set bits, ascending."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
