"""What comes with packages that are added: sources, limits and hashes, most of it from files.

Reading the files is the business of `pipenv.operations.requirements_import`.
"""

from __future__ import annotations

from types import MappingProxyType

from pipenv.errors import DigestMismatch, InvalidValue
from pipenv.events import Notice
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.pipfile.document import parse_pipfile
from pipenv.pipfile.editing import add_source
from pipenv.resolver.edited_requirements import Override

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from pipenv.events import Reporter
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.digests import Digest
    from pipenv.models.indexes import Index
    from pipenv.models.markers import Marker
    from pipenv.models.pins import Pin
    from pipenv.models.specifiers import SpecifierSet
    from pipenv.operations.additions import Addition

TOOLS = frozenset({"pip", "setuptools", "wheel", "distribute", "pkg-resources"})
"""Never imported: every environment has its own."""


class ImportedLine(NamedTuple):
    """One package that a file lists."""

    addition: Addition
    place: str
    """``requirements.txt:3``."""
    digests: tuple[Digest, ...] = ()
    """What it may be; empty: anything."""

    def tied_to(self, source: str) -> ImportedLine:
        """Return the same from one source, unless it comes from a place of its own."""
        if self.addition.origin is not None:
            return self
        return self._replace(addition=self.addition._replace(source=source))


class Limit(NamedTuple):
    """What a constraint says of a package, if it is needed at all."""

    name: str
    """Canonical."""
    specifiers: SpecifierSet
    marker: Marker | None
    place: str


class Imported(NamedTuple):
    """What is to be added besides the packages that a command line names."""

    lines: tuple[ImportedLine, ...] = ()
    """May list a package more than once."""
    primary: Index | None = None
    """The first source of a Pipfile that is made for these packages."""
    sources: tuple[Index, ...] = ()
    """Those that the Pipfile does not have yet; `primary` is among them, then."""
    limits: tuple[Limit, ...] = ()
    """What holds for the lock that is made now."""
    digests: Mapping[str, tuple[Digest, ...]] = MappingProxyType({})
    """Canonical name → the files that this package may be; set by `one_of_each`."""
    no_binary_words: tuple[str, ...] = ()
    """What files say of packages that are to be built from source."""
    no_binary: Container[str] = ()
    """Canonical names of such packages, which is noted in their entries."""
    allows_prereleases: bool = False


NOTHING = Imported()


def one_of_each(
    lines: Sequence[ImportedLine], environment: Mapping[str, str], report: Reporter
) -> list[ImportedLine]:
    """Make one line of those that list the same package: a Pipfile has one entry for it.

    Of lines with different markers the one that holds here stays; what it is elsewhere cannot be
    kept, which is told.

    Raises:
        InvalidValue: two of them cannot both hold.
    """
    found: dict[str, ImportedLine] = {}
    for line in lines:
        key = line.addition.requirement.key
        if key in TOOLS:
            continue
        before = found.get(key)
        found[key] = line if before is None else _united(before, line, environment, report)
    return list(found.values())


def _united(
    one: ImportedLine, other: ImportedLine, environment: Mapping[str, str], report: Reporter
) -> ImportedLine:
    if one == other._replace(place=one.place):
        return one
    first, second = one.addition.requirement, other.addition.requirement
    if first.marker != second.marker:
        holding = [
            line
            for line in (one, other)
            if (marker := line.addition.requirement.marker) is None or marker.evaluate(environment)
        ]
        if len(holding) < 2:
            stays = holding[0] if holding else one
            left = other if stays is one else one
            report(
                Notice(
                    "one-entry",
                    f"{left.place}: `{left.addition.requirement}` is left out: the Pipfile has one "
                    f"entry for each package, and that is {stays.place}",
                )
            )
            return stays
    if one.addition.origin != other.addition.origin:
        raise InvalidValue(
            f"{other.place}: `{second.name}` comes from elsewhere than {one.place} says",
            hints=["remove one of the two lines"],
        )
    requirement = first._replace(
        extras=tuple(sorted({*first.extras, *second.extras})),
        specifiers=first.specifiers & second.specifiers,
    )
    digests = one.digests or other.digests
    if one.digests and other.digests:
        digests = tuple(each for each in one.digests if each in other.digests)
    return one._replace(addition=one.addition._replace(requirement=requirement), digests=digests)


def limits_in(limits: Sequence[Limit], environment: Mapping[str, str]) -> dict[str, Override]:
    """The limits that hold in an environment, by canonical name."""
    found: dict[str, Override] = {}
    for name, specifiers, marker, place in limits:
        if marker is None or marker.evaluate(environment):
            before = found.get(name)
            both = specifiers if before is None else before.specifiers & specifiers
            found[name] = Override(both, place, narrows=True)
    return found


def with_sources(text: str, sources: Sequence[Index], default: Callable[[], Index]) -> str:
    """The text of a Pipfile with the sources that it does not have yet.

    The one that a Pipfile without sources means is written first: with others it means no more.
    """
    known = {each.name for each in parse_pipfile(text).sources}
    missing = [each for each in sources if each.name not in known]
    if missing and not known:
        missing = [default(), *(each for each in missing if each != default())]
    for source in missing:
        text = add_source(text, source)
    return text


def narrowed(lockfile: Lockfile, digests: Mapping[str, tuple[Digest, ...]]) -> Lockfile:
    """The lock with, of the files of a package, only those that may be installed.

    Raises:
        DigestMismatch: there is none.
    """
    if not digests:
        return lockfile
    return lockfile._replace(
        categories={
            category: {name: _narrowed(pin, digests) for name, pin in pins.items()}
            for category, pins in lockfile.categories.items()
        }
    )


def _narrowed(pin: Pin, digests: Mapping[str, tuple[Digest, ...]]) -> Pin:
    allowed = digests.get(canonical_name(pin.name))
    if not allowed:
        return pin
    kept = tuple(digest for digest in pin.digests if digest in allowed)
    if kept:
        return pin._replace(digests=kept)
    raise DigestMismatch(
        f"no file of `{pin.name}` {pin.version or ''}".rstrip()
        + " has a hash that the requirements file lists",
        hints=["make the requirements file anew, or find out who has changed the package"],
    )
