"""Wheels of what no index has: from folders, checkouts and archives, and what is noted of them."""

from __future__ import annotations

import os
from typing import Protocol

from pipenv.errors import FileAccessError, InvalidValue
from pipenv.filesystem.file_digests import file_digest
from pipenv.models.names import is_name
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.operations.archives_at_hand import check_digest, is_wheel
from pipenv.operations.places import (
    file_url,
    local_path,
    place_of,
    repository_address,
    source_id_of,
)
from pipenv.operations.tree_stamps import editable_stamp, project_files_stamp, tree_stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pipenv.builds.checkouts import Checkouts
    from pipenv.index.archive_files import ArchiveFile
    from pipenv.models.digests import Digest
    from pipenv.models.interpreters import Environment
    from pipenv.models.pins import Pin
    from pipenv.operations.late_builder import LateBuilder
    from pipenv.operations.project import Project

    DirectUrl = dict[str, object]


class Tools(Protocol):
    """What it takes to fetch; `pipenv.operations.session.Session` has it."""

    project: Project
    environ: Mapping[str, str]

    def checkouts(self) -> Checkouts:
        """Repositories."""

    def archive_address(self, url: str) -> str:
        """The URL to ask for a file."""

    def bring_archive(self, url: str, trusted: Collection[Digest] = ()) -> ArchiveFile:
        """Download a file."""


class DirectInstalls:
    """Serves one installation; `build` may be called from several threads."""

    def __init__(self, tools: Tools, environment: Environment, builder: LateBuilder) -> None:
        """Prepare; nothing is read yet.

        Args:
            tools: fetch.
            environment: to be installed into; editable checkouts live in its ``src``.
            builder: for its Python.
        """
        self._tools = tools
        self._root = tools.project.root
        self._environment = environment
        self._builder = builder

    def placed(self, pins: Iterable[Pin]) -> list[Pin]:
        """Return the pins with their places in the form that can be compared and fetched."""
        return [
            pin
            if isinstance(pin.origin, IndexOrigin)
            else pin._replace(origin=place_of(pin.origin, self._root))
            for pin in pins
        ]

    def in_order(self, pins: Iterable[Pin]) -> tuple[list[Pin], list[Pin]]:
        """Return the pins as they are fetched, editable checkouts apart: those come last.

        Fetching those moves a checkout that people work in, so everything else has to be there.
        """
        first: list[Pin] = []
        last: list[Pin] = []
        for pin in pins:
            is_moving = isinstance(pin.origin, VcsOrigin) and pin.origin.editable
            (last if is_moving else first).append(self._fetchable(pin))
        return first, last

    def stamps(self, pins: Iterable[Pin]) -> dict[str, str]:
        """Return what the present state of folders and editable checkouts is called.

        A folder that is not editable is known by names, sizes and times of its files, an editable
        one by the content of its project files: what else changes there needs no installation.
        An editable checkout is known by what is locked, not by what was done in it since.
        """
        found: dict[str, str] = {}
        for pin in pins:
            origin = pin.origin
            if isinstance(origin, DirectoryOrigin):
                stamp = project_files_stamp if origin.editable else tree_stamp
                found[pin.name] = stamp(origin.path)
            elif isinstance(origin, VcsOrigin) and origin.editable:
                found[pin.name] = self._stamp_of_checkout(pin.name, origin)
        return found

    def _stamp_of_checkout(self, name: str, origin: VcsOrigin) -> str:
        """What is locked, and where it is if somebody has said so: there it may not be later."""
        stamp = source_id_of(origin)
        folder = self._checkout_folder(name)
        if self._chosen_folder():
            stamp += f" in {folder}"
        return stamp if os.path.isdir(folder) else f"{stamp} (missing)"

    def build(self, pin: Pin) -> str:
        """Return the path of the wheel of a placed pin that is not a mere download.

        Raises:
            DigestMismatch: an archive is not the one that was locked.
            CheckoutFailed, BuildError, IntegrityError, FileAccessError: there is no wheel.
        """
        origin = pin.origin
        if isinstance(origin, VcsOrigin):
            return self._from_repository(pin.name, origin)
        if isinstance(origin, ArchiveOrigin):
            return self._from_archive(pin, origin)
        if not isinstance(origin, DirectoryOrigin):
            raise InvalidValue(f"`{pin.name}` comes from an index")
        if not os.path.isdir(origin.path):
            raise FileAccessError(
                f"`{pin.name}` is locked from `{origin.path}`, where nothing is",
                hints=["bring it back, or correct the path in the Pipfile"],
            )
        return self._from_folder(origin.path, editable=origin.editable)

    def direct_urls(self, pins: Iterable[Pin]) -> dict[str, DirectUrl]:
        """Return what is noted as ``direct_url.json``, by name of the pin."""
        return {
            pin.name: self._direct_url(pin)
            for pin in pins
            if not isinstance(pin.origin, IndexOrigin)
        }

    # Steps

    def _from_folder(self, folder: str, *, editable: bool) -> str:
        stamp = editable_stamp if editable else tree_stamp
        return self._builder.wheel_of_directory(
            folder, editable=editable, state=lambda: stamp(folder)
        )

    def _fetchable(self, pin: Pin) -> Pin:
        """The pin with the address that a download is asked from."""
        origin = pin.origin
        if isinstance(origin, ArchiveOrigin) and not origin.url.startswith("file:"):
            address = self._tools.archive_address(origin.url)
            return pin._replace(origin=origin._replace(url=address))
        return pin

    def _checkouts(self) -> Checkouts:
        return self._tools.checkouts()

    def _from_repository(self, name: str, origin: VcsOrigin) -> str:
        used = origin._replace(url=repository_address(origin, self._tools.environ))
        commit = self._checkouts().resolve_commit(used)
        used = used._replace(ref=commit)
        if not origin.editable:
            pinned = origin._replace(ref=commit, editable=False)
            return self._builder.wheel_of_checkout(
                self._checkouts().tree(used), name, source_id_of(pinned)
            )
        folder = self._checkout_folder(name)
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        project = self._checkouts().settle(used, folder)
        return self._from_folder(project, editable=True)

    def _from_archive(self, pin: Pin, origin: ArchiveOrigin) -> str:
        subdirectory = origin.subdirectory or ""
        if not origin.url.startswith("file:"):
            archive = self._tools.bring_archive(origin.url, pin.digests)
            return self._builder.wheel(archive.path, pin.name, "", subdirectory=subdirectory)
        path = local_path(origin.url, self._root)
        check_digest(path, os.path.basename(path), pin.digests)
        if is_wheel(path):
            return path
        return self._builder.wheel(path, pin.name, "", subdirectory=subdirectory)

    def _checkout_folder(self, name: str) -> str:
        if not is_name(name):
            raise InvalidValue(f"`{name}` in Pipfile.lock is no package name")
        folder = self._chosen_folder() or os.path.join(self._environment.root, "src")
        return os.path.join(os.path.abspath(os.path.join(self._root, folder)), name)

    def _chosen_folder(self) -> str:
        environ = self._tools.environ
        return environ.get("PIP_SRC") or environ.get("PIP_SRC_DIR") or ""

    def _direct_url(self, pin: Pin) -> DirectUrl:
        origin = pin.origin
        if isinstance(origin, DirectoryOrigin):
            info: DirectUrl = {"editable": True} if origin.editable else {}
            return {"dir_info": info, "url": file_url(origin.path)}
        if isinstance(origin, ArchiveOrigin):
            return _archive_url(pin, origin, self._root)
        if not isinstance(origin, VcsOrigin):
            raise InvalidValue(f"`{pin.name}` comes from an index")
        if origin.editable:
            folder = os.path.join(self._checkout_folder(pin.name), origin.subdirectory or "")
            return {"dir_info": {"editable": True}, "url": file_url(os.path.normpath(folder))}
        value: DirectUrl = {"url": origin.url}
        if origin.subdirectory:
            value = {"subdirectory": origin.subdirectory, **value}
        commit = {"commit_id": origin.ref, "requested_revision": origin.ref, "vcs": origin.vcs}
        return {**value, "vcs_info": commit}


def _archive_url(pin: Pin, origin: ArchiveOrigin, root: str) -> DirectUrl:
    hashes = {digest.algorithm: digest.hex for digest in pin.digests if digest.is_strong}
    if not hashes and origin.url.startswith("file:"):
        hashes = {"sha256": file_digest(local_path(origin.url, root))}
    info: DirectUrl = {}
    if "sha256" in hashes:
        info["hash"] = f"sha256={hashes['sha256']}"
    if hashes:
        info["hashes"] = hashes
    value: DirectUrl = {"archive_info": info}
    if origin.subdirectory:
        value["subdirectory"] = origin.subdirectory
    return {**value, "url": origin.url.partition("#")[0]}
