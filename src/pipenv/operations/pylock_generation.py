"""``pylock.toml`` of a Pipfile.lock that is there; nothing is solved again."""

from __future__ import annotations

from pipenv.lockfile.group_markers import (
    asks_for,
    group_marker,
    group_of,
    renamed_groups,
)
from pipenv.lockfile.pylock import Pylock
from pipenv.models.markers import conjunction, disjunction
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.operations.catalog_options import CatalogOptions
from pipenv.operations.documents import require_lockfile
from pipenv.operations.environment import locking_environment
from pipenv.operations.lock_targets import lock_targets
from pipenv.operations.pylock_file import in_order, requires_python
from pipenv.operations.pylock_packages import PylockPackages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.markers import Marker
    from pipenv.models.pins import Pin
    from pipenv.operations.session import Session


def generate_pylock(session: Session, dev_groups: Sequence[str] = ()) -> Pylock:
    """Make it; the indexes are asked for names and addresses of the files that are locked.

    Args:
        session: of the project.
        dev_groups: what the group of the development packages is called, by each name that it has.

    Raises:
        LockfileNotFound, InvalidLockfile: there is no lock that could be read.
        DigestMismatch: an index has other files than those that are locked.
        NetworkError: an index could not be asked.
    """
    lockfile = require_lockfile(session.project)
    settings = session.pipfile().settings
    interpreter = locking_environment(session).interpreter
    aim = lock_targets(
        {key: str(value) for key, value in lockfile.requires.items()},
        settings.get("platforms"),
        interpreter.target(),
    )
    sources = session.mirrored(lockfile.sources)
    listed = _listed(lockfile)
    index_of = {
        canonical_name(pin.name): pin.origin.index
        for pin, _ in listed
        if isinstance(pin.origin, IndexOrigin) and pin.origin.index
    }
    catalog = session.catalog(
        aim.targets,
        sources,
        index_of,
        session.builder(interpreter, sources),
        CatalogOptions(
            no_binary=frozenset(canonical_name(pin.name) for pin, _ in listed if pin.no_binary)
        ),
    )
    try:
        for pin, _ in listed:
            if isinstance(pin.origin, IndexOrigin) and pin.version is not None:
                catalog.request_files(canonical_name(pin.name), pin.version, ())
        assembly = PylockPackages(
            session.project.root, catalog, lockfile.sources, aim.targets.minors, session.report
        )
        groups = {"dev": disjunction([asks_for(name) for name in dev_groups])} if dev_groups else {}
        packages = [assembly.of_pin(pin, renamed_groups(marker, groups)) for pin, marker in listed]
    finally:
        catalog.close()
    written = [group_of(category) for category in lockfile.categories if category != "default"]
    if dev_groups:
        written = [*dev_groups, *(name for name in written if name != "dev")]
    return Pylock(
        requires_python=requires_python(
            {key: str(value) for key, value in lockfile.requires.items()}
        ),
        dependency_groups=tuple(dict.fromkeys(written)),
        packages=in_order(packages),
    )


def _listed(lockfile: Lockfile) -> list[tuple[Pin, Marker | None]]:
    """Each package and version, with the marker that says who needs it where."""
    pins: dict[tuple[str, object], Pin] = {}
    markers: dict[tuple[str, object], list[Marker | None]] = {}
    for category, entries in lockfile.categories.items():
        for pin in entries.values():
            is_indexed = isinstance(pin.origin, IndexOrigin)
            key = (canonical_name(pin.name), pin.version if is_indexed else pin.origin)
            pins.setdefault(key, pin)
            markers.setdefault(key, []).append(conjunction([group_marker(category), pin.marker]))
    return [(pin, disjunction(markers[key])) for key, pin in pins.items()]
