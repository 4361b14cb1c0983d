"""The HTTP client: requests that come back with an answer, or with an error for people.

Owns retries, redirects, time limits and who gets credentials; leaves the wire to `connections` and
`responses`.  One client serves a whole run from many threads, each of which waits for its answer.

What counts as a failed attempt, and is tried again: no connection, a broken or silent one, an
answer cut short, 429 and most of 5xx.  Pauses double, ``Retry-After`` is honoured up to a cap, and
all attempts of one request end within `RetryPolicy.total_seconds` plus one time limit.
"""

from __future__ import annotations

import os
from hashlib import new as new_hash
from time import monotonic, sleep

from pipenv.errors import (
    ConnectionFailed,
    CredentialsRejected,
    HttpStatusError,
    NetworkError,
)
from pipenv.filesystem.atomic import refusal_to_write
from pipenv.models.records import NamedTuple
from pipenv.network.addresses import join, parse_address, printable
from pipenv.network.connections import ConnectionLost, ConnectionPool, describe
from pipenv.network.credentials import CredentialBook, parse_netrc
from pipenv.network.responses import BrokenResponse, Response
from pipenv.network.source_urls import source_address

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from ssl import SSLContext
    from typing import BinaryIO, Protocol

    from pipenv.network.addresses import HttpAddress
    from pipenv.network.connections import Connection
    from pipenv.network.credentials import Lookup, NetrcEntry
    from pipenv.network.responses import Head

    Received = Callable[[int], object]
    """Told how many bytes have come."""

    class HttpClient(Protocol):
        """A `Client`, or what stands for one where nobody may be asked."""

        def close(self) -> None:
            """See `Client.close`."""

        def register(self, url: str, *, verify_ssl: bool = True) -> str:
            """See `Client.register`."""

        def get(
            self,
            url: str,
            *,
            headers: Mapping[str, str] | None = None,
            accepted: Collection[int] = (200,),
            limit_bytes: int = ...,
        ) -> Response:
            """See `Client.get`."""

        def post(
            self, url: str, content: bytes, *, content_type: str, limit_bytes: int = ...
        ) -> Response:
            """See `Client.post`."""

        def download(
            self,
            url: str,
            path: str,
            *,
            algorithms: Sequence[str] = ("sha256",),
            limit_bytes: int | None = None,
            received: Received | None = None,
        ) -> Download:
            """See `Client.download`."""

    class Sink(Protocol):
        """Where a body goes."""

        longest_seconds: float

        def restart(self) -> None:
            """Forget what an earlier attempt brought."""

        def write(self, piece: bytes, /) -> object:
            """Take the next piece; OverflowError when it is too much."""


MAX_REDIRECTS = 10
MAX_PAGE_BYTES = 128 * 1024 * 1024
"""No project page comes near: the largest known are a third of it, decompressed."""
_USER_AGENT = "pipenv"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_PAGE_SECONDS = 600.0
"""However steadily it comes."""
_FINAL_SERVER_ERRORS = frozenset({501, 505})


class RetryPolicy(NamedTuple):
    """How much patience a client has."""

    attempts: int = 5
    first_pause_seconds: float = 0.25
    longest_pause_seconds: float = 20.0
    """A server that asks for a longer pause is not waited for."""
    total_seconds: float = 45.0
    """No attempt begins later than this after the first."""
    pause: Callable[[float], None] = sleep
    """Waits for seconds."""


class Download(NamedTuple):
    """A file that was downloaded."""

    size_bytes: int
    digests: Mapping[str, str]
    """Algorithm → lower-case hex, of the bytes as sent."""
    url: str
    """Where it came from, after redirects."""


class _Question(NamedTuple):
    """What a server is asked besides the address."""

    headers: Mapping[str, str]
    content: bytes | None = None
    """To be sent; `None` makes it a GET."""


class Client:
    """See the module. Call `close` at the end."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        tls_context: Callable[[bool], SSLContext],
        timeout_seconds: float = 15.0,
        policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - a constant
        lookup: Lookup | None = None,
    ) -> None:
        """Prepare; nothing is opened.

        Args:
            environ: proxies, netrc and placeholders are looked up here.
            tls_context: makes the TLS settings with (`True`) or without verification; called when
                an ``https:`` server is first met, at most once for each.
            timeout_seconds: for making a connection, and for each wait for bytes.
            policy: retries.
            lookup: asked for a source's credentials when it refuses those at hand.
        """
        self._environ = environ
        self._policy = policy
        self._timeout_seconds = timeout_seconds
        self._pool = ConnectionPool(
            environ=environ, tls_context=tls_context, timeout_seconds=timeout_seconds
        )
        self._credentials = CredentialBook(self._read_netrc, lookup)
        self._secrets: set[str] = set()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def register(self, url: str, *, verify_ssl: bool = True) -> str:
        """Make a source known: its credentials, and whether its certificate is verified.

        Args:
            url: as written in the Pipfile, with placeholders and user name if any.
            verify_ssl: `False` to accept any certificate from its origin.

        Returns:
            The URL to use for requests: placeholders filled in, no user name, no password.

        Raises:
            ConnectionFailed: it is not an HTTP URL.
        """
        source = source_address(url, self._environ)
        self._secrets.update(source.secrets)
        self._credentials.register(source, verify_ssl=verify_ssl)
        return source.url

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        accepted: Collection[int] = (200,),
        limit_bytes: int = MAX_PAGE_BYTES,
    ) -> Response:
        """Ask for `url` and wait for the whole answer.

        Args:
            url: absolute.
            headers: additional ones. ``Accept-Encoding`` is gzip unless given.
            accepted: statuses that are answers to the caller's question.
            limit_bytes: refuse longer bodies, before and after decompression.

        Raises:
            ConnectionFailed: the server cannot be reached or does not speak HTTP.
            CredentialsRejected: 401 or 403.
            HttpStatusError: another status that is not accepted.
        """
        sent = {"Accept-Encoding": "gzip", **(headers or {})}
        body = _Memory(limit_bytes)
        address, head = self._follow(url, _Question(sent), accepted, body)
        return Response(address, head.status, head.headers, bytes(body.data), limit_bytes)

    def post(
        self,
        url: str,
        content: bytes,
        *,
        content_type: str,
        limit_bytes: int = MAX_PAGE_BYTES,
    ) -> Response:
        """Send `content` to `url` and wait for the whole answer; asked again as `get` is.

        Only for questions, which may be asked twice.

        Raises:
            As `get`; a redirect is an `HttpStatusError`, too.
        """
        sent = {"Accept-Encoding": "gzip", "Content-Type": content_type}
        body = _Memory(limit_bytes)
        address, head = self._follow(url, _Question(sent, content), (200,), body)
        return Response(address, head.status, head.headers, bytes(body.data), limit_bytes)

    def download(
        self,
        url: str,
        path: str,
        *,
        algorithms: Sequence[str] = ("sha256",),
        limit_bytes: int | None = None,
        received: Received | None = None,
    ) -> Download:
        """Download `url` to the file `path`, which is written anew; hashes on the way.

        Args:
            url: what to download.
            path: where to.
            algorithms: of the digests.
            limit_bytes: what is larger is refused.
            received: told the bytes of each piece, and less than nothing where they come again.

        Raises:
            FileAccessError: the file cannot be written.
            ConnectionFailed, CredentialsRejected, HttpStatusError: as for `get`.
        """
        try:
            with open(path, "wb", buffering=0) as stream:
                body = _File(stream, algorithms, limit_bytes, received)
                question = _Question({"Accept-Encoding": "identity"})
                address, _ = self._follow(url, question, (200,), body)
        except OSError as error:
            raise refusal_to_write(path, error) from error
        return Download(body.size_bytes, body.digests(), str(address))

    def _follow(
        self, url: str, question: _Question, accepted: Collection[int], body: Sink
    ) -> tuple[HttpAddress, Head]:
        """Make a request and those that it is redirected to."""
        try:
            return self._follow_openly(url, question, accepted, body)
        except NetworkError as error:
            for secret in self._secrets:
                error.message = error.message.replace(secret, "****")
            raise

    def _follow_openly(
        self, url: str, question: _Question, accepted: Collection[int], body: Sink
    ) -> tuple[HttpAddress, Head]:
        start = monotonic()
        address = parse_address(url)
        for _ in range(MAX_REDIRECTS + 1):
            head = self._with_retries(address, question, accepted, body, start)
            is_answer = head.status not in _REDIRECTS or head.status in accepted
            if is_answer or question.content is not None:
                self._judge(address, head, accepted)
                return address, head
            address = self._redirected(address, head)
        raise ConnectionFailed(f"{parse_address(url).shown()} is redirected without end")

    def _redirected(self, address: HttpAddress, head: Head) -> HttpAddress:
        location = head.headers.get("location", "")
        if not location:
            raise ConnectionFailed(f"{address.shown()} is redirected to nowhere")
        target = parse_address(join(str(address), location))
        if address.scheme == "https" and target.scheme != "https":
            raise ConnectionFailed(
                f"{address.shown()} is redirected to an unprotected address of {target.authority}"
            )
        return target

    def _judge(self, address: HttpAddress, head: Head, accepted: Collection[int]) -> None:
        if head.status in accepted:
            return
        if head.status in {401, 403}:
            raise CredentialsRejected(
                f"{address.authority} does not give access to {address.shown()} "
                f"(status {head.status})",
                hints=[
                    "check user name and password in the URL of the source",
                    f"or put them into ~/.netrc, under `machine {address.host}`",
                    "or into a key ring, where `keyring` is installed",
                ],
            )
        raise HttpStatusError(
            f"{address.shown()} answered with status {head.status}", status=head.status
        )

    def _with_retries(
        self,
        address: HttpAddress,
        question: _Question,
        accepted: Collection[int],
        body: Sink,
        start: float,
    ) -> Head:
        """Make one request as often as needed; `body` holds what came with an accepted status."""
        policy = self._policy
        authorization = self._credentials.authorization(address)
        seconds = policy.first_pause_seconds
        for attempt in range(1, policy.attempts + 1):
            request = self._request(address, question, authorization)
            wish = None
            failure: Exception | None = None
            try:
                head = self._attempt(address, request, accepted, body)
            except (ConnectionLost, BrokenResponse, _Interrupted) as error:
                failure = error
            else:
                if head.status == 401 and head.status not in accepted:
                    other = self._credentials.ask(address)
                    if other is not None and other != authorization:
                        authorization = other
                        continue
                if not _is_temporary(head.status) or head.status in accepted:
                    return head
                wish = _retry_after(head.headers.get("retry-after", ""))
            pause = seconds if wish is None else wish
            is_late = monotonic() - start + pause > policy.total_seconds
            if attempt == policy.attempts or is_late or pause > policy.longest_pause_seconds:
                if failure is not None:
                    raise _given_up(address, failure, attempt) from failure
                return head
            policy.pause(pause)
            seconds *= 2
        raise ConnectionFailed(f"{address.authority} keeps asking for other credentials")

    def _attempt(
        self, address: HttpAddress, request: bytes, accepted: Collection[int], body: Sink
    ) -> Head:
        """Make one request on an idle connection, or on a new one if that turns out to be dead."""
        verify = self._credentials.must_verify(address)
        connection = self._pool.take(address, verify=verify)
        deadline = monotonic() + 2 * self._timeout_seconds
        while True:
            was_idle = not connection.is_fresh
            try:
                head = connection.exchange(_for_proxy(request, connection), deadline)
            except (OSError, EOFError) as error:
                connection.close()
                if not was_idle or isinstance(error, TimeoutError):
                    raise _Interrupted(describe(error)) from error
                # Closed by the server in this very moment: that is nobody's failure.
                connection = self._pool.take(address, verify=verify, fresh=True)
            except BaseException:
                connection.close()
                raise
            else:
                return self._finish(address, connection, head, accepted, body)

    def _finish(
        self,
        address: HttpAddress,
        connection: Connection,
        head: Head,
        accepted: Collection[int],
        body: Sink,
    ) -> Head:
        """Read the body and give the connection back."""
        body.restart()
        latest = monotonic() + body.longest_seconds
        is_wanted = head.status in accepted
        is_complete = False
        received = 0
        pieces = connection.pieces(head)
        try:
            while True:
                try:
                    piece = next(pieces, None)
                except OSError as error:
                    raise _Interrupted(describe(error)) from error
                if piece is None:
                    break
                if monotonic() > latest:
                    raise ConnectionFailed(f"{address.shown()} comes too slowly")
                if is_wanted:
                    body.write(piece)
                else:
                    received += len(piece)
                    if received > 65536:  # a refusal's text is not worth a connection
                        return head
            is_complete = True
        except OverflowError as error:
            raise ConnectionFailed(f"{address.shown()} is larger than allowed") from error
        finally:
            if is_complete and head.is_keep_alive:
                self._pool.give_back(address, connection)
            else:
                connection.close()
        return head

    @staticmethod
    def _request(address: HttpAddress, question: _Question, authorization: str | None) -> bytes:
        content = question.content
        lines = [
            f"{'GET' if content is None else 'POST'} {address.target} HTTP/1.1",
            f"Host: {address.authority}",
            f"User-Agent: {_USER_AGENT}",
        ]
        lines += [f"{name}: {value}" for name, value in question.headers.items()]
        if content is not None:
            lines.append(f"Content-Length: {len(content)}")
        if authorization is not None:
            lines.append(f"Authorization: {authorization}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (content or b"")

    def _read_netrc(self) -> tuple[NetrcEntry, ...]:
        environ = self._environ
        named = environ.get("NETRC")
        home = environ.get("HOME") or environ.get("USERPROFILE") or ""
        places = [named] if named else [os.path.join(home, each) for each in (".netrc", "_netrc")]
        for path in places:
            try:
                with open(path, "rb") as stream:
                    return parse_netrc(stream.read().decode("utf-8", "replace"))
            except OSError:
                continue
        return ()


class _Interrupted(Exception):
    """An attempt failed on an open connection."""


class _Memory:
    """Keeps a body in memory."""

    __slots__ = ("data", "limit_bytes", "longest_seconds")

    def __init__(self, limit_bytes: int) -> None:
        self.data = bytearray()
        self.longest_seconds = _LONGEST_PAGE_SECONDS
        self.limit_bytes = limit_bytes

    def restart(self) -> None:
        del self.data[:]

    def write(self, piece: bytes, /) -> None:
        self.data += piece
        if len(self.data) > self.limit_bytes:
            raise OverflowError


class _File:
    """Writes a body to a file and hashes it."""

    def __init__(
        self,
        stream: BinaryIO,
        algorithms: Sequence[str],
        limit_bytes: int | None,
        received: Received | None,
    ) -> None:
        self._stream = stream
        self._received = received
        self.size_bytes = 0
        self._algorithms = algorithms
        self._limit_bytes = limit_bytes
        self.longest_seconds = float("inf")
        self.restart()

    def restart(self) -> None:
        if self._received is not None and self.size_bytes:
            self._received(-self.size_bytes)
        self.size_bytes = 0
        self._hashes = [new_hash(each, usedforsecurity=False) for each in self._algorithms]
        self._stream.seek(0)
        self._stream.truncate()

    def write(self, piece: bytes, /) -> None:
        self.size_bytes += len(piece)
        if self._limit_bytes is not None and self.size_bytes > self._limit_bytes:
            raise OverflowError
        view = memoryview(piece)
        while view:
            view = view[self._stream.write(view) :]
        for each in self._hashes:
            each.update(piece)
        if self._received is not None:
            self._received(len(piece))

    def digests(self) -> dict[str, str]:
        found = zip(self._algorithms, self._hashes, strict=True)
        return {name: each.hexdigest() for name, each in found}


def _for_proxy(request: bytes, connection: Connection) -> bytes:
    """The request as a plain HTTP proxy wants it: absolute, with its own credentials."""
    if not connection.prefix:
        return request
    line, end, rest = request.partition(b"\r\n")
    line = line.replace(b" ", b" " + connection.prefix.encode("latin-1"), 1)
    extra = b""
    if connection.proxy_authorization:
        value = connection.proxy_authorization.encode("latin-1")
        extra = b"Proxy-Authorization: " + value + b"\r\n"
    return line + end + extra + rest


def _is_temporary(status: int) -> bool:
    return status in {408, 425, 429} or (status >= 500 and status not in _FINAL_SERVER_ERRORS)


def _retry_after(text: str) -> float | None:
    """Seconds; `None` when the header is absent or a date."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    return None


def _given_up(address: HttpAddress, failure: Exception, attempts: int) -> ConnectionFailed:
    reason = printable(describe(failure))
    times = "once" if attempts == 1 else f"{attempts} times"
    if isinstance(failure, ConnectionLost):
        return ConnectionFailed(
            f"{reason} (tried {times})",
            hints=["check the network, and the URL of the source"],
            attempts=attempts,
        )
    return ConnectionFailed(
        f"{address.shown()} could not be read: {reason} (tried {times})", attempts=attempts
    )
