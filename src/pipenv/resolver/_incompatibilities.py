"""Incompatibilities: sets of terms that cannot all hold, and where each one comes from.

A term is a pair (index of a package, mask): *the value of the package lies in the mask*.  Bit 0 of
a mask means "not selected", bit *i* + 1 the version at position *i*.  An extra is a package of its
own with one version bit: bit 0 "nobody asks for it", bit 1 "asked for".  Negation is `~`, so a
negative term is nothing special: *a 1.0 needs b >=2* is {a in {1.0}, b in {unselected, 1.0, …}}.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.resolver._packages import Package
    from pipenv.resolver.problem import Dependency, Root

    Terms = tuple[tuple[int, int], ...]

UNSELECTED = 1
ASKED_FOR = 2


class RootFact(NamedTuple):
    """The user requires it."""

    root: Root
    child: Package | None
    """None if no index knows the name."""


class DependencyFact(NamedTuple):
    """A version of a package needs another.

    Where more versions say the same, the incompatibility covers them all.
    """

    parent: Package
    mask: int
    """The version that was looked at first."""
    extra: Package | None
    """The extra of `parent` that has the need."""
    dependency: Dependency


class MergedFact(NamedTuple):
    """Several versions of a package need another in different ways; only the sum of it matters."""

    parent: Package
    extra: Package | None
    dependencies: tuple[Dependency, ...]
    child: Package


class UnusableFact(NamedTuple):
    """A version that cannot be used, as its metadata shows."""

    package: Package
    extra: Package | None
    reason: str


if TYPE_CHECKING:
    Fact = RootFact | DependencyFact | MergedFact | UnusableFact


class Step(NamedTuple):
    """One step of learning: resolve what is known so far with another incompatibility."""

    incompatibility: Incompatibility
    pivot: int
    """The package whose term goes; -1 in the first step."""


class Incompatibility:
    """Terms that cannot all hold: a fact, or learnt from other incompatibilities."""

    __slots__ = ("fact", "places", "steps", "terms")

    def __init__(
        self,
        terms: Terms,
        fact: Fact | None,
        steps: tuple[Step, ...] = (),
    ) -> None:
        self.terms = terms
        self.fact = fact
        self.steps = steps
        """How it was learnt; empty for a fact."""
        self.places: tuple[int, ...] = ()
        """Where it stands in the watch list of each term's package, in the order of `terms`."""
