"""Which distributions an environment holds, read from the names of folders.

Nothing is imported and no metadata is parsed: a ``*.dist-info`` folder tells name and version by
its own name. What its dependencies are is read by `virtualenvs.installed_metadata`.
"""

from __future__ import annotations

import os

from pipenv.models.distributions import SOURCE_STAMP, InstalledDistribution
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.virtualenvs.direct_url import editable_path, parse_direct_url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.models.interpreters import InstallPaths

_DIST_INFO = ".dist-info"
_EGG_INFO = ".egg-info"
_EGG = ".egg"
_EGG_LINK = ".egg-link"
_MOST_BYTES = 1 << 20


class Leftover(NamedTuple):
    """What looks like a distribution and is none: an installation or removal was cut short."""

    name: str
    version: str
    info_dir: str
    reason: str


class Inventory(NamedTuple):
    """All that was found in the site folders of an environment."""

    distributions: list[InstalledDistribution]
    leftovers: list[Leftover]


def scan(site_dirs: Sequence[str], *, with_installer: bool = False) -> list[InstalledDistribution]:
    """List the installed distributions, in the order of `site_dirs`; see `take_inventory`."""
    return take_inventory(site_dirs, with_installer=with_installer).distributions


def take_inventory(site_dirs: Sequence[str], *, with_installer: bool = False) -> Inventory:
    """List what is installed and what is half-installed.

    Of a distribution that is in several folders the first counts, as for the import system.
    A ``*.dist-info`` without METADATA or RECORD, which installers write last, is no distribution.

    Args:
        site_dirs: the folders that Python imports from; missing ones are empty.
        with_installer: read who installed each, one more file per distribution.
    """
    inventory = Inventory([], [])
    seen: dict[str, InstalledDistribution] = {}
    one: InstalledDistribution | Leftover | None
    for folder in _distinct(site_dirs):
        found: dict[str, InstalledDistribution] = {}
        for name, path in _info_paths(folder):
            if name.endswith(_DIST_INFO):
                one = _dist_info(name, path, folder, with_installer=with_installer)
            elif name.endswith(_EGG_LINK):
                one = _egg_link(path, folder)
            else:
                one = _egg_info(name, path, folder)
            _take(one, found, inventory.leftovers)
        for key, distribution in found.items():
            seen.setdefault(key, distribution)
    inventory.distributions.extend(seen.values())
    return inventory


def site_directories(paths: InstallPaths) -> tuple[str, ...]:
    """The folders to scan for the packages of an interpreter or environment.

    Debian keeps the packages of its own Python in one more folder, beside the library.
    """
    library = os.path.dirname(paths.stdlib)
    debian = os.path.join(library, "python3", "dist-packages")
    folders = [paths.purelib, paths.platlib]
    if "dist-packages" in (os.path.basename(paths.purelib), os.path.basename(paths.platlib)):
        folders.append(debian)
    return tuple(dict.fromkeys(folders))


def _distinct(folders: Sequence[str]) -> list[str]:
    """``lib`` and ``lib64`` are often one folder."""
    if len(folders) < 2:
        return list(folders)
    return list({os.path.realpath(folder): folder for folder in reversed(folders)}.values())[::-1]


def _info_paths(folder: str) -> list[tuple[str, str]]:
    endings = (_DIST_INFO, _EGG_INFO, _EGG, _EGG_LINK)
    try:
        with os.scandir(folder) as entries:
            return sorted(
                (entry.name, entry.path) for entry in entries if entry.name.endswith(endings)
            )
    except OSError:
        return []


def _take(
    distribution: InstalledDistribution | Leftover | None,
    found: dict[str, InstalledDistribution],
    leftovers: list[Leftover],
) -> None:
    if distribution is None:
        return
    if isinstance(distribution, Leftover):
        leftovers.append(distribution)
        return
    key = canonical_name(distribution.name)
    other = found.get(key)
    if other is not None:
        older, distribution = sorted((other, distribution), key=lambda one: _modified(one.info_dir))
        leftovers.append(
            Leftover(older.name, older.version, older.info_dir, "another version is beside it")
        )
    found[key] = distribution


def _dist_info(
    folder_name: str, path: str, location: str, *, with_installer: bool
) -> InstalledDistribution | Leftover | None:
    name, dash, version = folder_name.removesuffix(_DIST_INFO).partition("-")
    if not dash:
        name, version = folder_name.removesuffix(_DIST_INFO), ""
    try:
        files = set(os.listdir(path))
    except OSError:
        return None
    if name.startswith(("~", "-")):
        return Leftover(name[1:], version, path, "an interrupted removal left it")
    for needed in ("METADATA", "RECORD"):
        if needed not in files:
            return Leftover(name, version, path, f"it has no {needed}")
    if not version:
        name, version = _name_and_version(os.path.join(path, "METADATA"), name)
    direct_url = stamp = None
    if "direct_url.json" in files:
        direct_url = parse_direct_url(_read(os.path.join(path, "direct_url.json")))
    if SOURCE_STAMP in files:
        stamp = _read(os.path.join(path, SOURCE_STAMP)).decode("utf-8", "replace").strip()
    installer = None
    if with_installer and "INSTALLER" in files:
        text = _read(os.path.join(path, "INSTALLER")).decode("utf-8", "replace")
        installer = text.strip() or None
    return InstalledDistribution(
        name=name,
        version=version,
        location=location,
        info_dir=path,
        installer=installer,
        requested="REQUESTED" in files,
        direct_url=direct_url,
        editable_project=None if direct_url is None else editable_path(direct_url),
        stamp=stamp or None,
    )


def _egg_info(name: str, path: str, location: str) -> InstalledDistribution | None:
    """``Name-1.0-py3.8.egg-info`` (a file or a folder), or ``Name-1.0-py3.8.egg``."""
    stem = name.rpartition(".")[0]
    parts = stem.split("-")
    metadata = path
    if name.endswith(_EGG):
        metadata = os.path.join(path, "EGG-INFO", "PKG-INFO")
    elif os.path.isdir(path):
        metadata = os.path.join(path, "PKG-INFO")
    if not os.path.isfile(metadata):
        return None
    if len(parts) > 1:
        project, version = parts[0], parts[1]
    else:
        project, version = _name_and_version(metadata, stem)
    return InstalledDistribution(
        name=project,
        version=version,
        location=location,
        info_dir=path if not name.endswith(_EGG) else os.path.dirname(metadata),
        installer=None,
        requested=False,
        direct_url=None,
        editable_project=None,
    )


def _egg_link(path: str, location: str) -> InstalledDistribution | None:
    """A legacy editable installation: the first line names the folder with the ``egg-info``."""
    lines = _read(path).decode("utf-8", "surrogateescape").splitlines()
    if not lines or not lines[0].strip():
        return None
    project_root = os.path.normpath(os.path.join(location, lines[0].strip()))
    wanted = canonical_name(os.path.basename(path).removesuffix(_EGG_LINK))
    for name, info_path in _info_paths(project_root):
        if name.endswith(_EGG_INFO):
            found = _egg_info(name, info_path, location)
            if found is not None and canonical_name(found.name) == wanted:
                return found._replace(editable_project=project_root)
    return None


def _name_and_version(metadata_path: str, name: str) -> tuple[str, str]:
    """Read the two headers, for folders that are not named after them."""
    version = ""
    for line in _read(metadata_path).splitlines():
        if not line.strip():
            break
        header, _, value = line.partition(b":")
        if header.lower() == b"name":
            name = value.decode("utf-8", "replace").strip()
        elif header.lower() == b"version":
            version = value.decode("utf-8", "replace").strip()
    return name, version


def _modified(path: str) -> int:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read(_MOST_BYTES)
    except OSError:
        return b""
