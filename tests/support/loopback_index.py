"""A package index on the loopback: real sockets, counted requests, faults on demand.

Serves what the simple repository API knows: JSON and HTML project pages by content negotiation,
metadata files (PEP 658), ranges, entity tags with 304, ``Cache-Control``, gzip, Basic credentials.
Everything that a server may do otherwise is an attribute that a test sets::

    with LoopbackIndex() as index:
        index.add(make_wheel("one", "1.0", requires=["two"]))
        index.serves_json = False
        index.fail("page", 503, times=2)
        ...
        assert index.count("page") == 3

Files are served under `files_url`; give another server's to have them on another origin.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import socket
import struct
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, final
from urllib.parse import quote, unquote, urlsplit

from support.package_factory import PackageFile, make_sdist, make_wheel

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from types import TracebackType

Kind = Literal["page", "metadata", "range", "file", "other"]
"""What a request asks for: a project page, a ``.metadata`` file, a part of a file, a whole file."""

Fault = int | Literal["reset", "truncate", "stall"] | bytes
"""A status to answer, a way to break the connection, or a body to send instead of the right one."""

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "text/html"


class SeenRequest(NamedTuple):
    """A request as the server saw it."""

    kind: Kind
    method: str
    path: str
    status: int
    headers: dict[str, str]
    """By lower-case names."""


class Listing(NamedTuple):
    """A file on a project page."""

    package: PackageFile
    yanked: str | None
    upload_time: str | None
    size: int | None
    requires_python: str | None
    sha256: str | None
    metadata_sha256: str | None
    metadata: bytes | None


class Hold(NamedTuple):
    """Answers that stop after some bytes of their body, until they are let go."""

    ending: str
    """Of the paths that are asked for."""
    sent_bytes: int
    reached: threading.Event
    go_on: threading.Event


class _Planned(NamedTuple):
    kind: Kind
    fault: Fault
    name: str | None
    headers: Mapping[str, str]


@final
class LoopbackIndex:
    """A server in a thread; a context manager. Attributes may be changed at any time."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.serves_json = True
        self.serves_html = True
        self.announces_metadata = True
        self.serves_metadata = True
        self.serves_ranges = True
        self.uses_gzip = True
        self.uses_etags = True
        self.max_age: int | None = 600
        """Seconds; ``None`` leaves ``Cache-Control`` out."""
        self.latency_seconds = 0.0
        self.latency_of: Callable[[str], float] | None = None
        """Seconds for the answer to a path, to shuffle the order of answers."""
        self.credentials: tuple[str, str] | None = None
        """User and password that every request must carry."""
        self.gather = 0
        """So many requests for pages must be waiting before the first is answered."""
        self.requests: list[SeenRequest] = []
        self.extra_headers: dict[str, str] = {}
        self.redirects: dict[str, str] = {}
        """Path → location."""
        self.held: list[Hold] = []
        self.status: dict[str, tuple[str, str]] = {}
        """Canonical name → status of the project and reason."""
        self.tracks: dict[str, list[str]] = {}
        """Canonical name → pages of the same project on other indexes."""
        self.alternates: dict[str, list[str]] = {}
        """The same, as alternate locations."""
        self._listings: dict[str, dict[str, Listing]] = {}
        self._planned: list[_Planned] = []
        self._raw_pages: dict[str, tuple[str, bytes]] = {}
        self._guard = threading.Lock()
        self._waiting = 0
        self._gathered = threading.Condition(self._guard)
        self.closing = threading.Event()
        handler = type("_BoundHandler", (_Handler,), {"index": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        scheme = "http"
        if tls is not None:
            scheme = "https"
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port: int = self._server.server_address[1]
        self.origin = f"{scheme}://127.0.0.1:{self.port}"
        self.url = f"{self.origin}/simple"
        self.files_url = f"{self.origin}/files"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> LoopbackIndex:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        for each in self.held:
            each.go_on.set()
        with self._gathered:
            self._gathered.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # What is on it

    def add(
        self,
        *packages: PackageFile,
        yanked: str | None = None,
        upload_time: str | None = "2024-01-02T03:04:06Z",
        has_size: bool = True,
        has_hash: bool = True,
        has_requires_python: bool = True,
        sha256: str | None = None,
        metadata: bytes | None = None,
        metadata_sha256: str | None = None,
    ) -> None:
        """List files on their projects' pages.

        Args:
            packages: the files.
            yanked: the reason, for yanked files; ``""`` for none given.
            upload_time: as in PEP 700.
            has_size: the page tells the sizes (JSON only).
            has_hash: the page tells the digests.
            has_requires_python: the page tells Requires-Python.
            sha256: the digest that the page claims, instead of the right one.
            metadata: what the metadata file holds, instead of the right text.
            metadata_sha256: the digest of the metadata file that the page claims.
        """
        for package in packages:
            text = package.metadata if metadata is None else metadata
            listing = Listing(
                package,
                yanked,
                upload_time,
                len(package.data) if has_size else None,
                package.requires_python if has_requires_python else None,
                (sha256 or package.sha256) if has_hash else None,
                metadata_sha256 or hashlib.sha256(text).hexdigest(),
                text if package.is_wheel else None,
            )
            with self._guard:
                project = self._listings.setdefault(_canonical(package.name), {})
                project[package.filename] = listing

    def add_wheel(self, name: str, version: str, **options: Any) -> PackageFile:
        """Make a wheel (options of `make_wheel`) and list it."""
        package = make_wheel(name, version, **options)
        self.add(package)
        return package

    def add_sdist(self, name: str, version: str, **options: Any) -> PackageFile:
        """Make a source distribution (options of `make_sdist`) and list it."""
        package = make_sdist(name, version, **options)
        self.add(package)
        return package

    def add_project(self, name: str) -> None:
        """Give `name` a page, if need be without a file."""
        with self._guard:
            self._listings.setdefault(_canonical(name), {})

    def remove(self, filename: str) -> None:
        """Take a file off its page and off the server."""
        with self._guard:
            for project in self._listings.values():
                project.pop(filename, None)

    def set_page(self, name: str, content_type: str, body: bytes) -> None:
        """Serve `body` as the page of `name`, whatever is asked for."""
        with self._guard:
            self._raw_pages[_canonical(name)] = (content_type, body)

    def fail(
        self,
        kind: Kind,
        fault: Fault,
        *,
        times: int = 1,
        name: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer the next `times` requests of `kind` with `fault`.

        Args:
            kind: what is asked for.
            fault: see `Fault`.
            times: how often.
            name: only for this project, or for a path that ends in this text.
            headers: additional headers of the answer.
        """
        with self._guard:
            self._planned += [_Planned(kind, fault, name, headers or {})] * times

    def hold(self, ending: str, sent_bytes: int) -> Hold:
        """Let answers to paths that end so stop after so many bytes of their body."""
        hold = Hold(ending, sent_bytes, threading.Event(), threading.Event())
        self.held.append(hold)
        return hold

    # What was asked

    def count(self, kind: Kind, name: str | None = None, *, status: int | None = None) -> int:
        """The number of requests of `kind` so far, if wanted for one project or one status."""
        with self._guard:
            return sum(
                1
                for seen in self.requests
                if seen.kind == kind
                and (name is None or _is_about(seen.path, name))
                and (status is None or seen.status == status)
            )

    def wait_for(self, kind: Kind, name: str | None = None) -> None:
        """Wait until such a request was seen; fail when it does not come."""

        def is_seen() -> bool:
            return any(
                seen.kind == kind and (name is None or _is_about(seen.path, name))
                for seen in self.requests
            )

        with self._gathered:
            if not self._gathered.wait_for(is_seen, timeout=20):
                raise AssertionError(f"nobody asked for the {kind} of {name}")

    def total(self) -> int:
        """The number of all requests so far."""
        with self._guard:
            return len(self.requests)

    def forget_requests(self) -> None:
        """Begin to count anew."""
        with self._guard:
            self.requests.clear()

    # For the handler

    def note(self, seen: SeenRequest) -> None:
        with self._gathered:
            self.requests.append(seen)
            self._gathered.notify_all()

    def take_fault(self, kind: Kind, path: str) -> _Planned | None:
        with self._guard:
            for position, planned in enumerate(self._planned):
                if planned.kind == kind and (
                    planned.name is None
                    or _is_about(path, planned.name)
                    or path.endswith(planned.name)
                ):
                    return self._planned.pop(position)
        return None

    def wait_for_company(self) -> None:
        with self._gathered:
            self._waiting += 1
            self._gathered.notify_all()
            self._gathered.wait_for(
                lambda: self._waiting >= self.gather or self.closing.is_set(), timeout=10
            )

    def listing(self, filename: str) -> Listing | None:
        with self._guard:
            for project in self._listings.values():
                if filename in project:
                    return project[filename]
        return None

    def page(self, name: str, accept: str) -> tuple[str, bytes] | None:
        with self._guard:
            if name in self._raw_pages:
                return self._raw_pages[name]
            project = self._listings.get(name)
            if project is None:
                return None
            listings = list(project.values())
        if self.serves_json and (JSON_TYPE in accept or not self.serves_html):
            return JSON_TYPE, self._json_page(name, listings)
        return HTML_TYPE, self._html_page(name, listings)

    def _file_url(self, listing: Listing) -> str:
        return f"{self.files_url}/{quote(listing.package.filename)}"

    def _json_page(self, name: str, listings: list[Listing]) -> bytes:
        files = []
        for listing in listings:
            entry: dict[str, object] = {
                "filename": listing.package.filename,
                "url": self._file_url(listing),
                "hashes": {"sha256": listing.sha256} if listing.sha256 else {},
                "requires-python": listing.requires_python,
                "yanked": listing.yanked or (listing.yanked is not None),
            }
            if listing.size is not None:
                entry["size"] = listing.size
            if listing.upload_time is not None:
                entry["upload-time"] = listing.upload_time
            if self.announces_metadata and listing.metadata is not None:
                entry["core-metadata"] = {"sha256": listing.metadata_sha256}
            files.append(entry)
        versions = list(dict.fromkeys(each.package.version for each in listings))
        meta: dict[str, object] = {"api-version": "1.1"}
        page: dict[str, object] = {
            "meta": meta,
            "name": name,
            "versions": versions,
            "files": files,
        }
        if name in self.status:
            status, reason = self.status[name]
            page["project-status"] = {"status": status, "reason": reason}
        if name in self.tracks:
            meta["tracks"] = self.tracks[name]
        if name in self.alternates:
            page["alternate-locations"] = self.alternates[name]
        return json.dumps(page).encode()

    def _html_page(self, name: str, listings: list[Listing]) -> bytes:
        links = []
        for listing in listings:
            fragment = f"#sha256={listing.sha256}" if listing.sha256 else ""
            attributes = ""
            if listing.requires_python:
                attributes += f' data-requires-python="{html.escape(listing.requires_python)}"'
            if listing.yanked is not None:
                attributes += f' data-yanked="{html.escape(listing.yanked)}"'
            if self.announces_metadata and listing.metadata is not None:
                attributes += f' data-dist-info-metadata="sha256={listing.metadata_sha256}"'
            href = html.escape(self._file_url(listing) + fragment)
            shown = html.escape(listing.package.filename)
            links.append(f'<a href="{href}"{attributes}>{shown}</a><br />')
        return (
            '<!DOCTYPE html>\n<html><head><meta name="pypi:repository-version" content="1.0">'
            f"{self._metas(name)}<title>Links for {name}</title></head>\n<body>\n"
            + "\n".join(links)
            + "\n</body></html>"
        ).encode()

    def _metas(self, name: str) -> str:
        metas = [("tracks", url) for url in self.tracks.get(name, ())]
        metas += [("alternate-locations", url) for url in self.alternates.get(name, ())]
        if name in self.status:
            status, reason = self.status[name]
            metas += [("project-status", status), ("project-status-reason", reason)]
        return "".join(
            f'<meta name="pypi:{key}" content="{html.escape(value)}">' for key, value in metas
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no event."""


class _Handler(BaseHTTPRequestHandler):
    index: LoopbackIndex
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Tests read `LoopbackIndex.requests`."""

    def _answer(self) -> None:
        index = self.index
        path = unquote(urlsplit(self.path).path)
        kind = self._kind(path)
        latency_seconds = index.latency_of(path) if index.latency_of else index.latency_seconds
        if latency_seconds:
            index.closing.wait(latency_seconds)
        if kind == "page" and index.gather:
            index.wait_for_company()
        planned = index.take_fault(kind, path)
        if planned is not None:
            self._fail(kind, planned)
        elif not self._is_admitted():
            self._send(kind, 401, b"who are you?", {"WWW-Authenticate": 'Basic realm="index"'})
        elif path in index.redirects:
            self._send(kind, 302, b"", {"Location": index.redirects[path]})
        elif kind == "page":
            self._send_page(path)
        elif kind == "metadata":
            self._send_metadata(path)
        elif kind in {"file", "range"}:
            self._send_file(kind, path)
        else:
            self._send(kind, 404, b"not found", {})

    def _kind(self, path: str) -> Kind:
        if path.startswith("/simple/"):
            return "page"
        if path.startswith("/files/"):
            if path.endswith(".metadata"):
                return "metadata"
            return "range" if self.headers["Range"] else "file"
        return "other"

    def _is_admitted(self) -> bool:
        wanted = self.index.credentials
        if wanted is None:
            return True
        token = base64.b64encode(":".join(wanted).encode()).decode()
        return self.headers["Authorization"] == f"Basic {token}"

    def _send_page(self, path: str) -> None:
        name = path.removeprefix("/simple/").rstrip("/")
        found = self.index.page(name, self.headers["Accept"] or "")
        if found is None:
            self._send("page", 404, b"no such project", {})
            return
        content_type, body = found
        self._send_cacheable("page", body, {"Content-Type": content_type, "Vary": "Accept"})

    def _send_metadata(self, path: str) -> None:
        listing = self.index.listing(path.removeprefix("/files/").removesuffix(".metadata"))
        if listing is None or listing.metadata is None or not self.index.serves_metadata:
            self._send("metadata", 404, b"no metadata", {})
            return
        self._send_cacheable("metadata", listing.metadata, {})

    def _send_file(self, kind: Kind, path: str) -> None:
        listing = self.index.listing(path.removeprefix("/files/"))
        if listing is None:
            self._send(kind, 404, b"no such file", {})
            return
        data = listing.package.data
        wanted = self.headers["Range"]
        if not wanted or not self.index.serves_ranges:
            self._send(kind, 200, data, {"Content-Type": "application/octet-stream"})
            return
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        if first:
            start, end = int(first), min(int(last or len(data) - 1), len(data) - 1)
        else:
            start, end = max(len(data) - int(last), 0), len(data) - 1
        if start > end:
            self._send(kind, 416, b"", {"Content-Range": f"bytes */{len(data)}"})
            return
        shown = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
        self._send(kind, 206, data[start : end + 1], shown)

    def _send_cacheable(self, kind: Kind, body: bytes, headers: dict[str, str]) -> None:
        if self.index.max_age is not None:
            headers["Cache-Control"] = f"max-age={self.index.max_age}, public"
        if self.index.uses_etags:
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers["ETag"] = tag
            if self.headers["If-None-Match"] == tag:
                self._send(kind, 304, b"", headers)
                return
        if self.index.uses_gzip and "gzip" in (self.headers["Accept-Encoding"] or ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, 1)
        self._send(kind, 200, body, headers)

    def _send(self, kind: Kind, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self._note(kind, status)
        shown = self._shown(body)
        path = unquote(urlsplit(self.path).path)
        hold = next((each for each in self.index.held if path.endswith(each.ending)), None)
        if hold is None:
            self.wfile.write(self._head(status, len(body), headers) + shown)
            return
        self.wfile.write(self._head(status, len(body), headers) + shown[: hold.sent_bytes])
        self.wfile.flush()
        hold.reached.set()
        hold.go_on.wait()
        with suppress(OSError):  # who asked may be gone
            self.wfile.write(shown[hold.sent_bytes :])

    def _head(self, status: int, length: int, headers: Mapping[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} {self.responses.get(status, ('Odd',))[0]}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"{name}: {value}" for name, value in self.index.extra_headers.items()]
        if status != 304:
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _shown(self, body: bytes) -> bytes:
        return b"" if self.command == "HEAD" else body

    def _note(self, kind: Kind, status: int) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.index.note(SeenRequest(kind, self.command, self.path, status, headers))

    def _fail(self, kind: Kind, planned: _Planned) -> None:
        fault = planned.fault
        if isinstance(fault, int):
            self._send(kind, fault, b"as planned", planned.headers)
            return
        if isinstance(fault, bytes):
            self._send(kind, 200, fault, planned.headers)
            return
        self._note(kind, 0)
        self.close_connection = True
        if fault == "truncate":
            self.wfile.write(self._head(200, 100_000, planned.headers) + b"only this")
        elif fault == "stall":
            self.index.closing.wait(30)
        else:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def _canonical(name: str) -> str:
    text = name.lower().replace("_", "-").replace(".", "-")
    while "--" in text:
        text = text.replace("--", "-")
    return text


def _is_about(path: str, name: str) -> bool:
    """Tell whether `path` is the page of `name`, or a file of it."""
    plain = _canonical(unquote(path))
    wanted = _canonical(name)
    return plain.endswith(f"/simple/{wanted}/") or f"/files/{wanted}-" in plain
