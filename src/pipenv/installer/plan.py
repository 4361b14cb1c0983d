"""What has to happen so that an environment holds what is pinned (pure).

Takes no notice of markers and categories: whoever calls has selected the pins already.
"""

from __future__ import annotations

from types import MappingProxyType

from pipenv.errors import InvalidValue
from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.records import NamedTuple
from pipenv.models.urls import Url
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.pins import Pin

NEVER_EXTRA = frozenset({"pip", "setuptools", "wheel"})
"""Tools of the environment itself; not being locked is no reason to remove them."""


class Step(NamedTuple):
    """One pin that has to be installed."""

    pin: Pin
    reason: str
    """Why, in words: ``not installed``, ``1.0 is installed, 2.0 is locked``."""
    replaced: tuple[InstalledDistribution, ...] = ()
    """What it takes the place of."""


class Removal(NamedTuple):
    """One distribution that has to go and is not replaced."""

    distribution: InstalledDistribution
    reason: str


class Kept(NamedTuple):
    """One pin that is installed already."""

    pin: Pin
    distribution: InstalledDistribution
    reason: str


class InstallPlan(NamedTuple):
    """Everything to do, in the order of the pins; empty when nothing is."""

    installations: tuple[Step, ...]
    removals: tuple[Removal, ...]
    kept: tuple[Kept, ...]


def plan(
    pins: Sequence[Pin],
    installed: Sequence[InstalledDistribution],
    *,
    exact: bool = False,
    stamps: Mapping[str, str] = MappingProxyType({}),
) -> InstallPlan:
    """Compare what is pinned with what is installed.

    A folder that is not editable is installed again when its content has changed, or when nobody
    knows; an editable one when its project files have.

    Args:
        pins: those that apply to the environment; of two with one name the first counts.
        installed: the environment's distributions.
        exact: remove what is not pinned, except `NEVER_EXTRA`.
        stamps: what the present state of folders and checkouts is called, by the name of the pin.
    """
    present: dict[str, list[InstalledDistribution]] = {}
    for distribution in installed:
        present.setdefault(distribution.key, []).append(distribution)
    installations: list[Step] = []
    kept: list[Kept] = []
    wanted: set[str] = set()
    for pin in pins:
        key = canonical_name(pin.name)
        if key in wanted:
            continue
        wanted.add(key)
        found = present.get(key, [])
        reason = _reason_to_install(pin, found, stamps.get(pin.name))
        if reason is None:
            kept.append(Kept(pin, found[0], f"{found[0].version} is installed"))
        else:
            installations.append(Step(pin, reason, tuple(found)))
    removals = [
        Removal(distribution, "not locked")
        for key, found in present.items()
        if exact and key not in wanted and key not in NEVER_EXTRA
        for distribution in found
    ]
    return InstallPlan(tuple(installations), tuple(removals), tuple(kept))


def _reason_to_install(
    pin: Pin, found: Sequence[InstalledDistribution], stamp: str | None
) -> str | None:
    """Why `pin` has to be installed, `None` when it is."""
    if not found:
        return "not installed"
    if len(found) > 1:
        return "installed more than once"
    present = found[0]
    if pin.version is not None and not _is_same_version(present.version, pin.version):
        return f"{present.version} is installed, {pin.version} is locked"
    origin = pin.origin
    if isinstance(origin, IndexOrigin):
        if present.editable_project is not None:
            return "installed editable, locked from an index"
        if present.direct_url is not None:
            return "installed from a direct URL, locked from an index"
        return None
    if isinstance(origin, DirectoryOrigin):
        return _reason_for_directory(origin, present, stamp)
    if present.direct_url is None:
        return "installed from an index, locked from a direct URL"
    if isinstance(origin, VcsOrigin):
        return _reason_for_checkout(origin, present, present.direct_url, stamp)
    return _reason_for_archive(pin, origin, present.direct_url)


def _reason_for_directory(
    origin: DirectoryOrigin, present: InstalledDistribution, stamp: str | None
) -> str | None:
    if not origin.editable:
        if present.editable_project is not None:
            return "installed editable, locked from a folder"
        if present.direct_url is None:
            return "installed from an index, locked from a folder"
        if stamp and present.stamp == stamp:
            return None
        return "locked from a folder, whose content may have changed"
    if present.editable_project is None:
        return "not installed editable"
    if not _ends_alike(present.editable_project, origin.path):
        return "installed editable from another folder"
    if stamp and present.stamp is not None and present.stamp != stamp:
        return "its project files have changed"
    return None


def _reason_for_checkout(
    origin: VcsOrigin,
    present: InstalledDistribution,
    direct_url: Mapping[str, object],
    stamp: str | None,
) -> str | None:
    if origin.editable:
        # Its commit is told by no one but the stamp: ``direct_url.json`` has the folder alone.
        if present.editable_project is None:
            return "not installed editable"
        if stamp and present.stamp != stamp:
            return "another commit is locked"
        return None
    if not _is_same_url(direct_url.get("url"), origin.url):
        return "direct URL changed"
    info = direct_url.get("vcs_info")
    found = info if isinstance(info, dict) else {}
    if found.get("vcs") != origin.vcs:
        return "direct URL changed"
    if (direct_url.get("subdirectory") or None) != (origin.subdirectory or None):
        return "subdirectory changed"
    commit = found.get("commit_id")
    if origin.ref is None or origin.ref in {commit, found.get("requested_revision")}:
        return None
    return f"commit {str(commit)[:10]} is installed, {origin.ref[:10]} is locked"


def _reason_for_archive(
    pin: Pin, origin: ArchiveOrigin, direct_url: Mapping[str, object]
) -> str | None:
    info = direct_url.get("archive_info")
    if not isinstance(info, dict):
        return "direct URL changed"
    url = direct_url.get("url")
    local = isinstance(url, str) and url.startswith("file:") and _ends_alike(url, origin.url)
    if not local and not _is_same_url(url, origin.url):
        return "direct URL changed"
    if (direct_url.get("subdirectory") or None) != (origin.subdirectory or None):
        return "subdirectory changed"
    hashes = info.get("hashes")
    if isinstance(hashes, dict) and pin.digests:
        known = [digest for digest in pin.digests if digest.algorithm in hashes]
        if known and not any(hashes[digest.algorithm] == digest.hex for digest in known):
            return "content of the direct URL changed"
    return None


def _is_same_version(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return version_key(one) == version_key(other)
    except InvalidValue:
        return False  # a legacy version, and not the very same


def _is_same_url(one: object, other: str) -> bool:
    return isinstance(one, str) and _bare(one) == _bare(other)


def _bare(url: str) -> str:
    """A URL without credentials, fragment and the slash at its end."""
    return Url(url).without_credentials().text.partition("#")[0].rstrip("/")


def _ends_alike(absolute: str, written: str) -> bool:
    """Tell whether a path that may be relative to an unknown folder can be the absolute one."""
    there = [part for part in absolute.replace("\\", "/").split("/") if part not in {"", "."}]
    here = [part for part in written.replace("\\", "/").split("/") if part not in {"", "."}]
    while ".." in here:
        here = here[here.index("..") + 1 :]
    return not here or there[-len(here) :] == here
