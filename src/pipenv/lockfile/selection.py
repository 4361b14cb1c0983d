"""Which pins of a lock an environment gets."""

from __future__ import annotations

from pipenv.models.names import canonical_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.markers import Marker
    from pipenv.models.pins import Pin


def select(
    lockfile: Lockfile, categories: Iterable[str], environment: Mapping[str, str]
) -> tuple[list[Pin], list[Pin]]:
    """Choose the pins of `categories` (lock names; unknown ones are empty) for an environment.

    A package of several categories is taken once, from the first category where its marker holds.

    Args:
        lockfile: where from.
        categories: in the order in which they count.
        environment: the eleven marker values of the target.

    Returns:
        The pins to install, and those that their markers exclude; both in the order of the lock.
    """
    chosen: dict[str, Pin] = {}
    excluded: dict[str, Pin] = {}
    known: dict[Marker, bool] = {}
    for category in dict.fromkeys(categories):
        for name, pin in lockfile.categories.get(category, {}).items():
            key = canonical_name(name)
            if key in chosen:
                continue
            holds = True
            if pin.marker is not None:
                if pin.marker not in known:
                    known[pin.marker] = pin.marker.evaluate(environment)
                holds = known[pin.marker]
            (chosen if holds else excluded).setdefault(key, pin)
    return list(chosen.values()), [pin for key, pin in excluded.items() if key not in chosen]
