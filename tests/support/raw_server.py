"""A loopback server that answers with exactly the bytes a test gives it, one reply per request."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, Literal, NamedTuple, final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType


class Reply(NamedTuple):
    """What is sent after a request, and what becomes of the connection then."""

    data: bytes = b""
    then: Literal["keep", "close", "reset", "stall"] = "keep"


def page(body: bytes = b"hello", *, status: str = "200 OK", headers: Sequence[str] = ()) -> Reply:
    """A complete answer with a Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return Reply(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)


@final
class RawServer:
    """Replies in the order of the requests, whatever connection they come on."""

    def __init__(self, replies: Sequence[Reply]) -> None:
        self._replies = list(replies)
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self.requests: list[bytes] = []
        """Heads of the requests, complete."""
        self.bodies: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            # On Linux, closing a listener does not wake up who waits for it.
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        self._thread.join()
        self._listener.close()

    def header(self, request: int, name: str) -> str | None:
        """A header of one of the requests seen."""
        for line in self.requests[request].decode("latin-1").split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closing.is_set():
                connection.close()
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        with connection, stream:
            while True:
                lines = []
                try:
                    while (line := stream.readline()) not in {b"\r\n", b""}:
                        lines.append(line)
                    lengths = [each for each in lines if each.lower().startswith(b"content-length")]
                    body = stream.read(int(lengths[0].partition(b":")[2])) if lengths else b""
                except OSError:
                    return
                if not lines:
                    return
                with self._guard:
                    self.requests.append(b"".join(lines))
                    self.bodies.append(body)
                    reply = self._replies.pop(0) if self._replies else Reply(then="close")
                try:
                    connection.sendall(reply.data)
                except OSError:
                    return
                if reply.then == "stall":
                    self._closing.wait(30)
                if reply.then == "reset":
                    linger = struct.pack("ii", 1, 0)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                if reply.then != "keep":
                    return
