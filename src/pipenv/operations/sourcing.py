"""Which source each package of a lock comes from: solved until it is settled, then written down."""

from __future__ import annotations

from pipenv.errors import ResolutionError
from pipenv.events import Notice
from pipenv.index.namesakes import find_namesakes
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import TypeVar

    from pipenv.events import Event, Reporter
    from pipenv.index.catalog import Catalog
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.pins import Pin
    from pipenv.resolver.problem import ResolverProblem

    Solved = TypeVar("Solved")


def settled(catalog: Catalog, report: Reporter, solve_once: Callable[[Reporter], Solved]) -> Solved:
    """Solve until every package was looked for where the pins of those who need it lead.

    One round, unless a package turns out to be needed by one that is tied to another source after
    it was found elsewhere. Ties are only ever added, so there is a last round.

    Args:
        catalog: knows the sources.
        report: told each notice once, whatever the number of rounds.
        solve_once: one round, on `catalog` or on what wraps it.

    Raises:
        As `solve_once`.
    """
    told: set[Event] = set()

    def report_once(event: Event) -> None:
        if not isinstance(event, Notice):
            report(event)
        elif event not in told:
            told.add(event)
            report(event)

    while True:
        try:
            resolution = solve_once(report_once)
        except ResolutionError:
            if not catalog.relocates():
                raise
        else:
            if not catalog.relocates():
                _warn_of_timeless_indexes(catalog, report)
                return resolution


def _warn_of_timeless_indexes(catalog: Catalog, report: Reporter) -> None:
    for name in catalog.timeless_indexes():
        report(
            Notice(
                "no-upload-times",
                f"the index `{name}` does not tell when files were uploaded: all of them count",
            )
        )


def certain_names(catalog: Catalog, previous: Lockfile) -> Iterator[str]:
    """Yield the names of an earlier lock that may be asked for before it is known who needs them.

    Left out is what was found on another source than the first: perhaps only because a pin led
    there, and then nobody else may hear the name.
    """
    first = catalog.shelf.sources[0].name if catalog.shelf.sources else None
    for pins in previous.categories.values():
        for name, pin in pins.items():
            key = canonical_name(name)
            is_usual = not isinstance(pin.origin, IndexOrigin) or pin.origin.index in {None, first}
            if pin.version and (is_usual or catalog.shelf.tie_of(key) is not None):
                yield key


def with_found_indexes(lockfile: Lockfile, catalog: Catalog) -> Lockfile:
    """Let each entry name the source that it was found on, unless that is the first.

    Installing looks there alone, so a name that came from a later source is found again, and is
    not sent to others.
    """
    if len(catalog.shelf.sources) < 2:
        return lockfile
    first = catalog.shelf.sources[0].name
    return lockfile._replace(
        categories={
            category: {name: _with_found_index(pin, catalog, first) for name, pin in pins.items()}
            for category, pins in lockfile.categories.items()
        }
    )


def tell_about_projects(
    catalog: Catalog,
    problem: ResolverProblem,
    public_urls: Callable[[], Collection[str]],
    report: Reporter,
) -> None:
    """Say of listed packages that another source has their names too, or that they have ended.

    Args:
        catalog: has found them.
        problem: what was solved.
        public_urls: gives those of indexes for everybody; see `find_namesakes`.
        report: is told.
    """
    names = dict.fromkeys(
        root.dependency.name for root in problem.roots if root.dependency.url is None
    )
    for name in names:
        page = catalog.found_page(name)
        status, reason = ("", "") if page is None else page.status
        if status in {"archived", "deprecated"}:
            text = f"`{name}` is {status} on its index"
            report(Notice(status, f"{text}: {reason}" if reason else text))
    if len(catalog.shelf.sources) > 1:
        for each in find_namesakes(catalog, names, public_urls()):
            report(
                Notice(
                    "namesake",
                    f"`{each.name}` is on `{each.used}`, which is used, and on `{each.other}`: "
                    f'write index = "{each.used}" or "{each.other}" into its entry',
                )
            )


def _with_found_index(pin: Pin, catalog: Catalog, first: str) -> Pin:
    if not isinstance(pin.origin, IndexOrigin) or pin.version is None:
        return pin
    found = catalog.index_name(canonical_name(pin.name), pin.version)
    if found is None or found == (pin.origin.index or first):
        return pin
    return pin._replace(origin=IndexOrigin(found))
