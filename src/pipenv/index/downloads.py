"""From pins to verified, unpacked wheels in the cache.

What an earlier run has brought is found again without asking anybody, and without loading what it
takes to ask (`pipenv.index.deliveries`).
"""

from __future__ import annotations

from types import MappingProxyType

from pipenv.events import DownloadFinished, silent
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.targets import target_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from pipenv.cache.unpackers import Unpackers
    from pipenv.cache.wheel_store import UnpackedWheel, WheelStore
    from pipenv.events import Reporter
    from pipenv.index.catalog import Catalog
    from pipenv.index.choices import Choice, Choices
    from pipenv.index.deliveries import BuildElsewhere
    from pipenv.models.artifacts import Artifact
    from pipenv.models.pins import Pin
    from pipenv.models.targets import Target


class Downloads:
    """Fetches pins for one target."""

    def __init__(  # noqa: PLR0913 - one call says everything about one installation
        self,
        target: Target,
        wheels: WheelStore,
        choices: Choices,
        open_catalog: Callable[[], Catalog],
        *,
        build_elsewhere: BuildElsewhere | None = None,
        configured: Callable[[], Container[str]] = tuple,
        listed: Mapping[str, tuple[Artifact, ...]] = MappingProxyType({}),
    ) -> None:
        """Prepare; nothing is read or asked yet.

        Args:
            target: what the wheels are for.
            wheels: where the unpacked wheels go.
            choices: which file earlier runs chose.
            open_catalog: gives what knows the files of each version; called where a wheel is
                missing. The caller closes it.
            build_elsewhere: for pins from repositories and paths; gives the path of the wheel.
            configured: asked, where it matters, for the canonical names of packages whose backends
                are told something: what was built of them before may have been told something
                else.
            listed: name of a pin → its files, where the lock says it and no index is asked. The
                address of one on this machine is its absolute path.
        """
        self._configured = configured
        self._open_catalog = open_catalog
        self._target_key = target_key(target)
        self._wheels = wheels
        self._build_elsewhere = build_elsewhere
        self._listed = listed
        self._choices = choices

    def fetch(self, pins: Sequence[Pin], report: Reporter = silent) -> dict[str, UnpackedWheel]:
        """Return the unpacked wheel of each pin, by the name of the pin.

        Args:
            pins: each name once.
            report: told of each file; called from several threads.

        Raises:
            NoCompatibleArtifact: the lock has no file of a version for the target.
            IntegrityError: a file is not what was promised. It is not kept.
            NetworkError, BuildError: a file could not be had.
        """
        chosen = {pin.name: self._remembered(pin) for pin in pins}
        kept = self._wheels.get_all({each.wheel_sha256 for each in chosen.values() if each})
        found: dict[str, UnpackedWheel] = {}
        missing: list[Pin] = []
        for pin in pins:
            choice = chosen[pin.name]
            wheel = kept.get(choice.wheel_sha256) if choice else None
            if choice is None or wheel is None:
                missing.append(pin)
            else:
                found[pin.name] = wheel
                report(DownloadFinished(pin.name, choice.filename, 0, was_cached=True))
        if missing:
            found.update(self._bring(missing, report))
        return {pin.name: found[pin.name] for pin in pins}

    def _remembered(self, pin: Pin) -> Choice | None:
        """The file of a pin that an earlier run chose, if it may still be taken."""
        choice = self._choices.get(pin, self._target_key)
        if choice is None or choice.filename.endswith(".whl"):
            return choice
        return None if canonical_name(pin.name) in self._configured() else choice

    def _bring(self, pins: Sequence[Pin], report: Reporter) -> dict[str, UnpackedWheel]:
        # Before anything is asked: there are no threads yet.
        catalog = self._open_catalog()
        unpackers = catalog.retrieval().unpackers(self._wheels, len(pins))
        try:
            return self._bring_with(catalog, unpackers, pins, report)
        finally:
            unpackers.close()
            self._choices.save()

    def _bring_with(
        self, catalog: Catalog, unpackers: Unpackers, pins: Sequence[Pin], report: Reporter
    ) -> dict[str, UnpackedWheel]:
        listed = [(pin, pin.origin) for pin in pins if isinstance(pin.origin, IndexOrigin)]
        if not catalog.shelf.policy.merges:
            ties = [(canonical_name(pin.name), origin.index or "") for pin, origin in listed]
            catalog.shelf.tie({name: index for name, index in ties if index})
        kept = {canonical_name(name): files for name, files in self._listed.items()}
        for pin, _ in listed:
            name = canonical_name(pin.name)  # in a lock, names keep their dots
            if name in kept:
                continue
            files = catalog.kept_artifacts(name, pin.version or "", pin.digests)
            if files:
                kept[name] = files
            else:
                catalog.request_files(name, pin.version or "", pin.digests)

        def files_of(pin: Pin) -> tuple[Artifact, ...]:
            name = canonical_name(pin.name)
            return kept.get(name) or catalog.locked_artifacts(name, pin.version or "")

        deliveries = catalog.retrieval().deliveries(
            files_of,
            unpackers,
            self._choices,
            report=report,
            build_elsewhere=self._build_elsewhere,
        )
        return deliveries.bring(pins)
