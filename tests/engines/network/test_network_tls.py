"""TLS: what is trusted, per source, by which settings."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from typing import TYPE_CHECKING, NamedTuple

import pytest

from pipenv.errors import ConnectionFailed
from pipenv.network.client import Client, RetryPolicy
from pipenv.network.tls import TRUST_VARIABLES, make_tls_context
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Identity(NamedTuple):
    certificate: str
    key: str


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    """A certificate of 127.0.0.1 that nobody signed."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("identity")
    made = Identity(str(folder / "certificate.pem"), str(folder / "key.pem"))
    subprocess.run(
        [
            program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "30", "-subj", "/CN=loopback", "-addext",
            "subjectAltName=IP:127.0.0.1", "-keyout", made.key, "-out", made.certificate,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return made


@pytest.fixture
def index(identity: Identity) -> Iterator[LoopbackIndex]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    with LoopbackIndex(tls=context) as made:
        made.add_wheel("one", "1.0")
        yield made


class Contexts:
    """Counts how often TLS settings are made."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.made: list[bool] = []

    def __call__(self, verify: bool, /) -> ssl.SSLContext:
        self.made.append(verify)
        return make_tls_context(self.environ, verify=verify)


def make_client(contexts: Contexts) -> Client:
    return Client(
        environ=contexts.environ,
        tls_context=contexts,
        timeout_seconds=5,
        policy=RetryPolicy(attempts=2, pause=lambda _: None),
    )


def test_strangers_are_not_trusted(index: LoopbackIndex) -> None:
    client = make_client(Contexts({}))
    with pytest.raises(ConnectionFailed, match=r"certificate of 127\.0\.0\.1:\d+ is not trusted"):
        client.get(f"{index.url}/one/")


@pytest.mark.parametrize("variable", TRUST_VARIABLES)
def test_variables_name_whom_to_trust(
    index: LoopbackIndex, identity: Identity, variable: str
) -> None:
    contexts = Contexts({variable: identity.certificate})
    client = make_client(contexts)
    for _ in range(3):
        assert client.get(f"{index.url}/one/").status == 200
    client.close()
    assert contexts.made == [True]


def test_a_folder_of_authorities(index: LoopbackIndex, identity: Identity, tmp_path: Path) -> None:
    program = shutil.which("openssl")
    assert program is not None
    hashed = subprocess.run(
        [program, "x509", "-noout", "-subject_hash", "-in", identity.certificate],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    shutil.copy(identity.certificate, tmp_path / f"{hashed}.0")
    client = make_client(Contexts({"SSL_CERT_DIR": str(tmp_path)}))
    assert client.get(f"{index.url}/one/").status == 200
    client.close()


@pytest.mark.parametrize("variable", [*TRUST_VARIABLES, "PIP_CLIENT_CERT"])
def test_variables_that_name_nothing(index: LoopbackIndex, tmp_path: Path, variable: str) -> None:
    client = make_client(Contexts({variable: str(tmp_path / "missing.pem")}))
    with pytest.raises(ConnectionFailed, match=f"{variable} names cannot be used"):
        client.get(f"{index.url}/one/")


def test_verification_is_switched_off_for_one_source(
    index: LoopbackIndex, identity: Identity
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity.certificate, identity.key)
    with LoopbackIndex(tls=context) as other:
        other.add_wheel("one", "1.0")
        client = make_client(Contexts({}))
        own = client.register(index.url, verify_ssl=False)
        assert client.get(f"{own}/one/").status == 200
        with pytest.raises(ConnectionFailed, match="not trusted"):
            client.get(f"{other.url}/one/")
        index.redirects["/simple/two/"] = f"{other.url}/one/"
        with pytest.raises(ConnectionFailed, match="not trusted"):
            client.get(f"{own}/two/")
        client.close()


def test_protected_pages_do_not_lead_to_unprotected_ones(index: LoopbackIndex) -> None:
    with LoopbackIndex() as plain:
        plain.add_wheel("one", "1.0")
        index.redirects["/simple/one/"] = f"{plain.url}/one/"
        client = make_client(Contexts({}))
        own = client.register(index.url, verify_ssl=False)
        with pytest.raises(ConnectionFailed, match="unprotected"):
            client.get(f"{own}/one/")
        client.close()
        assert plain.total() == 0


def test_a_server_without_tls() -> None:
    with LoopbackIndex() as plain:
        client = make_client(Contexts({}))
        with pytest.raises(ConnectionFailed, match="cannot agree on TLS"):
            client.get(plain.url.replace("http:", "https:") + "/one/")


class Tunnel:
    """An HTTP proxy that lets one connection through."""

    def __init__(self, port: int) -> None:
        import socket as sockets

        self._port = port
        self._listener = sockets.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heads: list[bytes] = []
        self._connect = sockets.create_connection
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        near, _ = self._listener.accept()
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += near.recv(1)
        self.heads.append(head)
        far = self._connect(("127.0.0.1", self._port))
        near.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_pump, args=(far, near), daemon=True)
        back.start()
        _pump(near, far)
        back.join()
        near.close()
        far.close()

    def close(self) -> None:
        self._listener.close()
        self._thread.join(10)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(1)
    except OSError:
        return


def test_tunnels_through_proxies(index: LoopbackIndex, identity: Identity) -> None:
    proxy = Tunnel(index.port)
    environ = {
        "SSL_CERT_FILE": identity.certificate,
        "https_proxy": f"http://user:word@127.0.0.1:{proxy.port}",
    }
    client = make_client(Contexts(environ))
    for _ in range(2):
        assert client.get(f"{index.url}/one/").status == 200
    client.close()
    proxy.close()
    (head,) = proxy.heads
    assert head.startswith(f"CONNECT 127.0.0.1:{index.port} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n" in head
    assert all("proxy-authorization" not in seen.headers for seen in index.requests)
