"""From a resolution to a lock: which entries each category has and what each entry says.

Every category is a full closure: what its listed packages need is repeated in it.  The keys of an
entry are upstream's, with the defects named there left out: an entry that does not apply here keeps
version, hashes and marker, and a package that an unmarked entry needs carries no marker of another
one.  A marker says where a package is needed, in the shortest form; the Pythons that a release
allows are only said where the Pipfile's ``[requires]`` does not say which Python it is for.
"""

from __future__ import annotations

from pipenv.lockfile.markers_from_python import requires_python_marker
from pipenv.lockfile.schema import LOCK_NAMES, NOTHING_RAW, REQUIRED_CATEGORIES, Lockfile
from pipenv.models.markers import conjunction
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin, VcsOrigin
from pipenv.models.pins import Pin
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipenv.lockfile._listed import ListedRequirement, LockedPipfile
    from pipenv.models.digests import Digest
    from pipenv.models.indexes import Index
    from pipenv.models.markers import Marker
    from pipenv.models.origins import Origin
    from pipenv.resolver.resolution import PortableResolution, Reached, ResolvedPackage


class LockedFacts(NamedTuple):
    """What an index or a source tree tells about one version."""

    digests: tuple[Digest, ...]
    """Of every file of the version, for all platforms."""
    requires_python: str | None
    commit: str | None = None
    """The full commit that a branch or tag stands for."""
    name: str | None = None
    """The name as its author spells it, where it is known: the lock keeps dots."""
    origin: Origin | None = None
    """Where it comes from, if that is no index and another package says so."""


NO_FACTS = LockedFacts((), None)


def generate(  # noqa: PLR0913 - each is a different thing, and all are needed
    *,
    pipfile: LockedPipfile,
    content_hash: str,
    sources: Sequence[Index],
    entries: Mapping[str, Sequence[ListedRequirement]],
    resolution: PortableResolution,
    facts: Mapping[tuple[str, str], LockedFacts],
    elsewhere: Mapping[str, tuple[str, LockedFacts]],
    says_python: bool,
    previous: Lockfile | None = None,
    keeps_markers: bool = False,
) -> Lockfile:
    """Make the lock of a Pipfile.

    Args:
        pipfile: what it is the lock of.
        content_hash: of the Pipfile.
        sources: as the lock shall name them; the first is the default.
        entries: requirements by Pipfile category.
        resolution: the versions chosen, and where they are needed.
        facts: about every resolved package, by canonical name and version.
        elsewhere: version and facts, by canonical name, of listed packages that the resolution
            does not have.
        says_python: whether ``[requires]`` tells which Pythons the lock is for.
        previous: the lock that is replaced; from it come the spelling of names, unknown keys of
            entries that stay the same, and versions of packages of which nothing else is known.
        keeps_markers: an entry of the previous lock with the same version and a marker that means
            the same keeps that marker's wording.
    """
    listed = {
        LOCK_NAMES.get(category, category): {
            canonical_name(entry.name): entry for entry in of_category
        }
        for category, of_category in entries.items()
    }
    generation = _Generation(
        default_source=sources[0].name if sources else None,
        resolution=resolution,
        facts=facts,
        elsewhere=elsewhere,
        says_python=says_python,
        previous=_by_key(previous),
        keeps_markers=keeps_markers,
        names=_spelling(listed, previous),
        indexes={
            key: entry.index
            for of_category in listed.values()
            for key, entry in of_category.items()
            if entry.index is not None
        },
    )
    sections: dict[str, dict[str, Pin]] = {}
    shares_default = pipfile.settings.get("use_default_constraints", True) is not False
    for category in dict.fromkeys((*REQUIRED_CATEGORIES, *listed)):
        of_category = listed.get(category, {})
        section = _section(generation, category, of_category)
        if category != "default" and shares_default:
            section = _with_default_entries(section, sections["default"], of_category)
        sections[category] = section
    return Lockfile(
        content_hash=content_hash,
        requires=dict(pipfile.requires),
        sources=tuple(sources),
        categories={
            category: {pin.name: pin for pin in sorted(section.values(), key=lambda pin: pin.name)}
            for category, section in sections.items()
        },
        raw=previous.raw if previous is not None else NOTHING_RAW,
    )


class _Generation(NamedTuple):
    """What holds for all categories; mappings are by canonical name."""

    default_source: str | None
    resolution: PortableResolution
    facts: Mapping[tuple[str, str], LockedFacts]
    elsewhere: Mapping[str, tuple[str, LockedFacts]]
    says_python: bool
    previous: Mapping[str, Mapping[str, Pin]]
    keeps_markers: bool
    names: Mapping[str, str]
    indexes: Mapping[str, str]


def _section(
    generation: _Generation, category: str, listed: Mapping[str, ListedRequirement]
) -> dict[str, Pin]:
    """The pins of one category by canonical name."""
    packages = generation.resolution.of(category).packages
    section: dict[str, Pin] = {}
    for key, reached in generation.resolution.reached.get(category, {}).items():
        pin = _pin(generation, key, listed.get(key), packages[key], reached)
        section[key] = _with_old_marker(generation, category, key, pin, reached)
    for key, entry in listed.items():
        if key not in section:
            section[key] = _pin_unresolved(generation, category, key, entry)
    return section


def _pin(
    generation: _Generation,
    key: str,
    entry: ListedRequirement | None,
    package: ResolvedPackage,
    reached: Reached,
) -> Pin:
    facts = generation.facts.get((key, package.version), NO_FACTS)
    origin = _origin(generation, key, entry, facts)
    needed = generation.resolution.space.marker(reached.mask, reached.hints)
    asks_os_name = entry is not None and entry.only_os_name
    return Pin(
        name=_lock_name(generation, key, facts),
        version=package.version if isinstance(origin, IndexOrigin) else None,
        extras=_written_extras(entry, reached.extras),
        origin=origin,
        digests=() if isinstance(origin, VcsOrigin) else facts.digests,
        marker=_marker(generation, origin, facts, needed, joins_python=asks_os_name),
        no_binary=entry is not None and entry.no_binary,
    )


def _pin_unresolved(
    generation: _Generation, category: str, key: str, entry: ListedRequirement
) -> Pin:
    """The pin of a listed package that applies nowhere, or that was kept from the resolver."""
    version, facts = generation.elsewhere.get(key, (None, NO_FACTS))
    package = generation.resolution.of(category).packages.get(key)
    if entry.skip_resolver:
        version = package.version if package is not None else entry.requirement.specifiers.exact_pin
        facts = generation.facts.get((key, version or ""), NO_FACTS)
    digests = facts.digests
    old = generation.previous.get(category, {}).get(key)
    if version is None and old is not None:
        version, digests = old.version, old.digests
    origin = _origin(generation, key, entry, facts)
    marker = entry.requirement.marker
    return Pin(
        name=_lock_name(generation, key, facts),
        version=version if isinstance(origin, IndexOrigin) else None,
        extras=_written_extras(entry, ()),
        origin=origin,
        digests=() if isinstance(origin, VcsOrigin) else digests,
        marker=_marker(generation, origin, facts, marker, joins_python=entry.only_os_name),
        no_binary=entry.no_binary,
    )


def _marker(
    generation: _Generation,
    origin: Origin,
    facts: LockedFacts,
    needed: Marker | None,
    *,
    joins_python: bool,
) -> Marker | None:
    """Where a package is needed, and which Pythons it takes if that is all there is to say."""
    if generation.says_python or not isinstance(origin, IndexOrigin):
        return needed
    if needed is None or joins_python:
        return conjunction([requires_python_marker(facts.requires_python), needed])
    return needed


def _with_old_marker(
    generation: _Generation, category: str, key: str, pin: Pin, reached: Reached
) -> Pin:
    old = generation.previous.get(category, {}).get(key)
    if (
        generation.keeps_markers
        and old is not None
        and old.version == pin.version
        and old.marker != pin.marker
        and generation.resolution.space.mask(old.marker) == reached.mask
    ):
        return pin._replace(marker=old.marker)
    return pin


def _origin(
    generation: _Generation, key: str, entry: ListedRequirement | None, facts: LockedFacts
) -> Origin:
    if entry is not None and isinstance(entry.origin, VcsOrigin) and facts.commit is not None:
        return entry.origin._replace(ref=facts.commit)
    if entry is not None and not isinstance(entry.origin, IndexOrigin):
        return entry.origin
    if facts.origin is not None:
        return facts.origin
    index = generation.indexes.get(key)
    if index is None and entry is not None and entry.is_plain and "." not in entry.name:
        # Upstream names the default source for every string entry, unless its name has a dot.
        index = generation.default_source
    return IndexOrigin(index)


def _written_extras(entry: ListedRequirement | None, needed: Collection[str]) -> tuple[str, ...]:
    """The extras as the Pipfile spells them, and those that other packages ask for."""
    written = entry.extras if entry is not None else ()
    known = {canonical_name(extra) for extra in written}
    return tuple(sorted({*written, *(extra for extra in needed if extra not in known)}))


def _with_default_entries(
    section: Mapping[str, Pin],
    default: Mapping[str, Pin],
    listed: Mapping[str, ListedRequirement],
) -> dict[str, Pin]:
    """Let a package that is in `default` too look as it does there.

    Its marker and its extras stay those of its own category: what it is needed for, and where, for
    one purpose says nothing about another.
    """
    merged: dict[str, Pin] = {}
    for key, pin in section.items():
        other = default.get(key)
        if (
            other is None
            or type(other.origin) is not type(pin.origin)
            or other.version != pin.version
        ):
            merged[key] = pin
            continue
        entry = listed.get(key)
        is_explicit = entry is not None and entry.index is not None
        merged[key] = pin._replace(
            origin=other.origin
            if isinstance(pin.origin, IndexOrigin) and not is_explicit
            else pin.origin,
            no_binary=pin.no_binary or other.no_binary,
        )
    return merged


def _lock_name(generation: _Generation, key: str, facts: LockedFacts) -> str:
    known = generation.names.get(key)
    if known is not None:
        return known
    return key if facts.name is None else _spelled(facts.name)


def _spelling(
    listed: Mapping[str, Mapping[str, ListedRequirement]], previous: Lockfile | None
) -> dict[str, str]:
    """How the lock spells names: as the Pipfile does, else as it did before."""
    names: dict[str, str] = {}
    if previous is not None:
        for pins in previous.categories.values():
            names.update((canonical_name(name), _spelled(name)) for name in pins)
    for of_category in listed.values():
        names.update((key, _spelled(entry.name)) for key, entry in of_category.items())
    return names


def _spelled(name: str) -> str:
    """Lower case, ``-`` for ``_``, dots kept."""
    return name.lower().replace("_", "-")


def _by_key(lockfile: Lockfile | None) -> dict[str, dict[str, Pin]]:
    if lockfile is None:
        return {}
    return {
        category: {canonical_name(name): pin for name, pin in pins.items()}
        for category, pins in lockfile.categories.items()
    }
