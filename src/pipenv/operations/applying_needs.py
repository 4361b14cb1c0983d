"""Which requirements count in one environment: markers hold, and extras are asked for by others."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pipenv.models.requirements import Requirement


class Need(NamedTuple):
    """One requirement of a distribution that applies here."""

    key: str
    name: str
    """As it was written."""
    specifiers: str
    """As shown: ``>=1,<2``, empty for any."""
    extra: str = ""
    """The extra of the distribution that brings it; empty where it needs no extra."""


def applying_needs(
    requires: Mapping[str, Sequence[Requirement]],
    markers: Mapping[str, str],
    wanted_extras: Mapping[str, Collection[str]],
) -> dict[str, tuple[Need, ...]]:
    """Return what each distribution needs here, sorted by key, without extras first.

    A package that several lines of the metadata require is there as often. What only an extra
    brings counts if that extra is wanted and the package is there: nobody can tell a missing one
    from an extra that was never installed.

    Args:
        requires: what each distribution requires, by canonical name.
        markers: the environment.
        wanted_extras: canonical names of the extras that are wanted besides those that the
            distributions want of one another.
    """
    extras = {key: set(wanted_extras.get(key, ())) for key in requires}
    waiting = list(requires)
    while waiting:
        key = waiting.pop()
        for requirement, _ in _applying(requires[key], markers, extras[key]):
            known = extras.get(requirement.key)
            if known is not None and not known.issuperset(requirement.extras):
                known.update(requirement.extras)
                waiting.append(requirement.key)
    return {
        key: tuple(
            sorted(
                (
                    need_of(requirement, extra)
                    for requirement, extra in _applying(requires[key], markers, extras[key])
                    if not extra or requirement.key in requires
                ),
                key=lambda need: need.key,
            )
        )
        for key in requires
    }


def _applying(
    requires: Sequence[Requirement], markers: Mapping[str, str], extras: Collection[str]
) -> Iterator[tuple[Requirement, str]]:
    """The requirements that apply, each with the first extra that brings it."""
    rest = []
    for requirement in requires:
        if requirement.marker is None or requirement.marker.evaluate(markers):
            yield requirement, ""
        elif requirement.marker.mentions_extra:
            rest.append(requirement)
    for extra in sorted(extras):
        others = []
        for requirement in rest:
            if requirement.marker is not None and requirement.marker.evaluate(markers, (extra,)):
                yield requirement, extra
            else:
                others.append(requirement)
        rest = others


def need_of(requirement: Requirement, extra: str = "") -> Need:
    """The need that a requirement is, its specifiers as they are shown."""
    clauses = sorted((str(clause) for clause in requirement.specifiers.clauses), reverse=True)
    return Need(requirement.key, requirement.name, ",".join(clauses), extra)
