"""Connections to HTTP servers, kept open between requests; the only place that opens sockets.

A `Connection` speaks one request at a time; a `ConnectionPool` hands them out and takes them back.
Errors of the operating system become `ConnectionLost` (try again) or `ConnectionFailed` (do not).
"""

from __future__ import annotations

import select
import socket
import threading
from time import monotonic

from pipenv.errors import ConnectionFailed
from pipenv.network.proxies import proxy_for
from pipenv.network.responses import (
    MAX_HEAD_BYTES,
    BrokenResponse,
    body_pieces,
    parse_head,
    read_head,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from ssl import SSLContext

    from pipenv.network.addresses import HttpAddress, Origin
    from pipenv.network.proxies import Proxy
    from pipenv.network.responses import Head

    AddressInfo = tuple[int, int, int, tuple[object, ...]]

_IDLE_SECONDS = 45.0
"""Servers close idle connections after a minute or so; do not wait until they do."""
_SLOWEST_BYTES_PER_SECOND = 1024
_PATIENCE_SECONDS = 60.0
"""How long a server may be slower than that."""


class ConnectionLost(Exception):
    """A connection could not be made or broke; `str` says how, in a few words."""


class Connection:
    """One socket to one origin, possibly through a proxy."""

    __slots__ = ("_socket", "_stream", "idle_since", "is_fresh", "prefix", "proxy_authorization")

    def __init__(self, sock: socket.socket, *, prefix: str, authorization: str | None) -> None:
        self._socket = sock
        self._stream = sock.makefile("rb")
        self.prefix = prefix
        """Put before the path of each request: empty, or the origin for a plain proxy."""
        self.proxy_authorization = authorization
        self.is_fresh = True
        """No request was sent yet."""
        self.idle_since = 0.0

    def exchange(self, request: bytes, deadline: float) -> Head:
        """Send a request and read the head of the answer.

        Args:
            request: the complete head of the request.
            deadline: by the monotonic clock, when the head must have come.

        Raises:
            EOFError: the server closed the connection without an answer.
            OSError: the connection broke, or the server is silent.
            BrokenResponse: the answer is not HTTP.
        """

        def check() -> None:
            if monotonic() > deadline:
                raise TimeoutError

        self._socket.sendall(request)
        head = read_head(self._stream, check)
        self.is_fresh = False
        return head

    def pieces(self, head: Head) -> Iterator[bytes]:
        """Read the body that belongs to `head`.

        Raises:
            BrokenResponse: it ends early.
            OSError: the connection broke, or the server is silent or far too slow.
        """
        start = monotonic()
        received = 0

        def check() -> None:
            seconds = monotonic() - start
            if seconds > _PATIENCE_SECONDS and received < seconds * _SLOWEST_BYTES_PER_SECOND:
                raise TimeoutError

        for piece in body_pieces(self._stream, head, check):
            received += len(piece)
            yield piece
            check()

    def is_stale(self) -> bool:
        """Tell whether the server has closed an idle connection, or said something unasked."""
        if monotonic() - self.idle_since > _IDLE_SECONDS:
            return True
        try:
            if hasattr(select, "poll"):
                poll = select.poll()
                poll.register(self._socket, select.POLLIN)
                return bool(poll.poll(0))
            return bool(select.select([self._socket], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def close(self) -> None:
        """Close the socket."""
        try:
            self._stream.close()
        except OSError:
            pass
        finally:
            self._socket.close()


class ConnectionPool:
    """All connections of one client. May be used from many threads."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        tls_context: Callable[[bool], SSLContext],
        timeout_seconds: float,
    ) -> None:
        self._environ = environ
        self._make_tls_context = tls_context
        self._timeout_seconds = timeout_seconds
        self._guard = threading.Lock()
        self._idle: dict[Origin, list[Connection]] = {}
        self._tls_guard = threading.Lock()
        self._tls_contexts: dict[bool, SSLContext] = {}
        self._resolving: dict[tuple[str, int], threading.Lock] = {}
        self._resolved: dict[tuple[str, int], list[AddressInfo]] = {}
        self._is_closed = False

    def take(self, address: HttpAddress, *, verify: bool, fresh: bool = False) -> Connection:
        """Return a connection to the origin of `address`: an idle one, or a new one.

        Args:
            address: where to.
            verify: the server's certificate must be trusted.
            fresh: do not take an idle one.

        Raises:
            ConnectionLost: no connection could be made.
            ConnectionFailed: none can be made, whatever the number of attempts.
        """
        while not fresh:
            with self._guard:
                waiting = self._idle.get(address.origin)
                connection = waiting.pop() if waiting else None
            if connection is None:
                break
            if not connection.is_stale():
                return connection
            connection.close()
        return self._connect(address, verify=verify)

    def give_back(self, address: HttpAddress, connection: Connection) -> None:
        """Keep a connection whose last answer was read to its end."""
        connection.idle_since = monotonic()
        with self._guard:
            if not self._is_closed:
                self._idle.setdefault(address.origin, []).append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close all idle connections; those in use are closed when they come back."""
        with self._guard:
            self._is_closed = True
            connections = [each for waiting in self._idle.values() for each in waiting]
            self._idle.clear()
        for connection in connections:
            connection.close()

    def _connect(self, address: HttpAddress, *, verify: bool) -> Connection:
        proxy = proxy_for(address, self._environ)
        sock = self._open(proxy.address if proxy else address, address, proxy)
        try:
            if address.scheme == "http":
                return Connection(
                    sock,
                    prefix=f"http://{address.authority}" if proxy else "",
                    authorization=proxy.authorization if proxy else None,
                )
            if proxy is not None:
                self._tunnel(sock, address, proxy)
            return Connection(
                self._secured(sock, address, verify=verify), prefix="", authorization=None
            )
        except BaseException:
            sock.close()
            raise

    def _open(self, via: HttpAddress, address: HttpAddress, proxy: Proxy | None) -> socket.socket:
        """Open a TCP connection to `via`, on the way to `address`."""
        place = f"the proxy {via.authority} (of {proxy.variable})" if proxy else address.authority
        failure: OSError | None = None
        for family, kind, protocol, target in self._addresses(via, place):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self._timeout_seconds)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(target)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        reason = describe(failure) if failure else "it has no address"
        raise ConnectionLost(f"cannot connect to {place}: {reason}") from failure

    def _addresses(self, via: HttpAddress, place: str) -> list[AddressInfo]:
        """Look the host up; once per run and host, however many threads ask."""
        key = (via.host, via.port)
        with self._guard:
            lock = self._resolving.setdefault(key, threading.Lock())
        with lock:
            found = self._resolved.get(key)
            if found is None:
                try:
                    infos = socket.getaddrinfo(via.host, via.port, 0, socket.SOCK_STREAM)
                except (OSError, UnicodeError) as error:
                    raise ConnectionLost(f"cannot find {place}: {_lookup_words(error)}") from error
                found = [(family, kind, number, to) for family, kind, number, _, to in infos]
                self._resolved[key] = found
            return found

    def _tunnel(self, sock: socket.socket, address: HttpAddress, proxy: Proxy) -> None:
        """Ask the proxy for a connection to `address`."""
        host = f"[{address.host}]" if ":" in address.host else address.host
        lines = [
            f"CONNECT {host}:{address.port} HTTP/1.1",
            f"Host: {host}:{address.port}",
        ]
        if proxy.authorization:
            lines.append(f"Proxy-Authorization: {proxy.authorization}")
        place = f"the proxy {proxy.address.authority} (of {proxy.variable})"
        try:
            sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
            head = parse_head(_received_head(sock, monotonic() + self._timeout_seconds))
        except (OSError, EOFError, BrokenResponse) as error:
            raise ConnectionLost(f"{place} does not answer: {describe(error)}") from error
        if head.status // 100 != 2:
            raise ConnectionFailed(
                f"{place} refuses to connect to {address.authority}: status {head.status}",
                hints=[f"check user name and password in {proxy.variable}"]
                if head.status == 407
                else [f"check {proxy.variable}, or name the host in NO_PROXY"],
            )

    def _secured(self, sock: socket.socket, address: HttpAddress, *, verify: bool) -> socket.socket:
        context = self._tls_context(verify=verify)
        try:
            return context.wrap_socket(sock, server_hostname=address.host)
        except OSError as error:
            verdict = getattr(error, "verify_message", None)
            if verdict:
                raise _untrusted(address, str(verdict)) from error
            reason = describe(error)
            raise ConnectionLost(
                f"cannot agree on TLS with {address.authority}: {reason}"
            ) from error

    def _tls_context(self, *, verify: bool) -> SSLContext:
        with self._tls_guard:
            context = self._tls_contexts.get(verify)
            if context is None:
                context = self._tls_contexts[verify] = self._make_tls_context(verify)
            return context


def _received_head(sock: socket.socket, deadline: float) -> bytes:
    """The head of an answer, byte by byte, so that nothing of what follows it is swallowed."""
    data = b""
    while not data.endswith((b"\n\r\n", b"\n\n")):
        letter = sock.recv(1)
        if not letter:
            raise EOFError
        data += letter
        if monotonic() > deadline:
            raise TimeoutError
        if len(data) > MAX_HEAD_BYTES:
            raise BrokenResponse("the answer's headers are too long")
    return data.rstrip(b"\r\n")


def describe(error: BaseException) -> str:
    """Say in a few words what a failed attempt failed of."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, EOFError):
        return "the connection was closed without an answer"
    if isinstance(error, ConnectionResetError):
        return "the connection was reset"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, OSError):
        reason = getattr(error, "reason", None)  # of TLS: WRONG_VERSION_NUMBER
        if isinstance(reason, str):
            return reason.replace("_", " ").lower()
        return (error.strerror or type(error).__name__).lower()
    return str(error) or type(error).__name__


def _lookup_words(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return (error.strerror or "name not known").lower()
    return "it is not a valid host name"


def _untrusted(address: HttpAddress, verdict: str) -> ConnectionFailed:
    return ConnectionFailed(
        f"the certificate of {address.authority} is not trusted: {verdict}",
        hints=[
            "let SSL_CERT_FILE name the authority that signed it",
            "for a source of your own, `verify_ssl = false` in its [[source]]",
        ],
    )
