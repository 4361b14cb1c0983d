"""Which requirements count in one environment: markers hold, and extras are asked for by others."""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from pipenv.models.markers import Marker
    from pipenv.models.requirements import Requirement

    Holds = Callable[[Marker, Collection[str]], str | None]


class Need(NamedTuple):
    """One requirement of a distribution that applies here."""

    key: str
    name: str
    """As it was written."""
    specifiers: str
    """As shown: ``>=1,<2``, empty for any."""
    extra: str = ""
    """The extra of the distribution that brings it; empty where it needs no extra."""
    marker: str = ""
    """Its marker, where that holds in other environments alone."""


def applying_needs(
    requires: Mapping[str, Sequence[Requirement]],
    holds: Holds,
    wanted_extras: Mapping[str, Collection[str]],
) -> dict[str, tuple[Need, ...]]:
    """Return what each distribution needs here, sorted by key, without extras first.

    A package that several lines of the metadata require is there as often. What only an extra
    brings counts if that extra is wanted and the package is there: nobody can tell a missing one
    from an extra that was never installed.

    Args:
        requires: what each distribution requires, by canonical name.
        holds: whether a marker holds with these extras: an empty text if it does here, the
            reservation if it does elsewhere, `None` if it does not.
        wanted_extras: canonical names of the extras that are wanted besides those that the
            distributions want of one another.
    """
    extras = {key: set(wanted_extras.get(key, ())) for key in requires}
    waiting = list(requires)
    while waiting:
        key = waiting.pop()
        for requirement, _, _ in _applying(requires[key], holds, extras[key]):
            known = extras.get(requirement.key)
            if known is not None and not known.issuperset(requirement.extras):
                known.update(requirement.extras)
                waiting.append(requirement.key)
    return {
        key: tuple(
            sorted(
                (
                    need_of(requirement)._replace(extra=extra, marker=reservation)
                    for requirement, extra, reservation in _applying(
                        requires[key], holds, extras[key]
                    )
                    if requirement.key in requires or not (extra or reservation)
                ),
                key=lambda need: need.key,
            )
        )
        for key in requires
    }


def holding_in(environment: Mapping[str, str]) -> Holds:
    """Return what tells whether a marker holds in one environment."""

    def holds(marker: Marker, extras: Collection[str]) -> str | None:
        return "" if marker.evaluate(environment, extras) else None

    return holds


def _applying(
    requires: Sequence[Requirement], holds: Holds, extras: Collection[str]
) -> Iterator[tuple[Requirement, str, str]]:
    """The requirements that apply, each with the first extra that brings it and a reservation."""
    rest = []
    for requirement in requires:
        reservation = "" if requirement.marker is None else holds(requirement.marker, ())
        if reservation is not None:
            yield requirement, "", reservation
        elif requirement.marker is not None and requirement.marker.mentions_extra:
            rest.append(requirement)
    for extra in sorted(extras):
        others = []
        for requirement in rest:
            reservation = "" if requirement.marker is None else holds(requirement.marker, (extra,))
            if reservation is None:
                others.append(requirement)
            else:
                yield requirement, extra, reservation
        rest = others


def need_of(requirement: Requirement) -> Need:
    """The need that a requirement is, its specifiers as they are shown."""
    clauses = sorted((str(clause) for clause in requirement.specifiers.clauses), reverse=True)
    return Need(requirement.key, requirement.name, ",".join(clauses))
