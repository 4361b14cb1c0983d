from __future__ import annotations

import gzip
import hashlib
import threading
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import (
    ConnectionFailed,
    CredentialsRejected,
    HttpStatusError,
    MalformedPage,
    PipenvError,
)
from pipenv.network.client import Client, RetryPolicy
from support.loopback_index import LoopbackIndex
from support.raw_server import RawServer, Reply, page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from ssl import SSLContext

    from pipenv.network.credentials import Lookup


class Pauses(list[float]):
    """Pauses that are noted and not made."""


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


def no_tls(verify: bool) -> SSLContext:
    raise AssertionError(f"TLS (verify={verify}) is not needed here")


def make_client(
    pauses: Pauses,
    *,
    environ: Mapping[str, str] | None = None,
    timeout_seconds: float = 5,
    lookup: Lookup | None = None,
) -> Client:
    return Client(
        environ=environ or {},
        tls_context=no_tls,
        timeout_seconds=timeout_seconds,
        policy=RetryPolicy(attempts=4, pause=pauses.append),
        lookup=lookup,
    )


@pytest.fixture
def client(pauses: Pauses) -> Iterator[Client]:
    made = make_client(pauses)
    yield made
    made.close()


def test_pages_come_decompressed(client: Client) -> None:
    zipped = page(gzip.compress(b"hello", mtime=0), headers=["Content-Encoding: gzip"])
    with RawServer([zipped]) as server:
        response = client.get(f"{server.url}/x")
        assert response.body() == b"hello"
        assert response.content == gzip.compress(b"hello", mtime=0)
        assert server.header(0, "Accept-Encoding") == "gzip"
        assert server.header(0, "Host") == f"127.0.0.1:{server.port}"


def test_connections_are_kept(client: Client) -> None:
    with RawServer([page(b"1"), page(b"2"), page(b"3")]) as server:
        assert [client.get(server.url).body() for _ in range(3)] == [b"1", b"2", b"3"]
        assert server.connections == 1


def test_a_connection_that_died_while_idle_is_replaced_in_silence(
    client: Client, pauses: Pauses
) -> None:
    goodbye = page(b"1")._replace(then="close")
    with RawServer([goodbye, page(b"2"), Reply(then="reset"), page(b"3")]) as server:
        assert client.get(server.url).body() == b"1"
        assert client.get(server.url).body() == b"2"
        assert client.get(server.url).body() == b"3"
        assert pauses == []


@pytest.mark.parametrize(
    "fault",
    [
        Reply(then="reset"),
        Reply(then="close"),
        Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", "close"),
        Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", "reset"),
        Reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "close"),
        Reply(b"HTTP/1.1 200 OK\r\nConte", "close"),
        Reply(b"garbage\r\n\r\n", "close"),
        page(b"busy", status="503 Busy"),
        page(b"slow down", status="429 Too Many"),
        page(b"late", status="408 Timeout")._replace(then="close"),
    ],
)
def test_passing_faults_are_survived(client: Client, pauses: Pauses, fault: Reply) -> None:
    with RawServer([fault, fault, page(b"at last")]) as server:
        assert client.get(server.url).body() == b"at last"
    assert pauses == [0.25, 0.5]


def test_a_silent_server_is_asked_again(pauses: Pauses) -> None:
    client = make_client(pauses, timeout_seconds=0.1)
    half = Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", "stall")
    with RawServer([Reply(then="stall"), half, page(b"at last")]) as server:
        assert client.get(server.url).body() == b"at last"


def test_lasting_faults_end(pauses: Pauses) -> None:
    client = make_client(pauses, timeout_seconds=0.1)
    with (
        RawServer([Reply(then="stall")] * 9) as server,
        pytest.raises(ConnectionFailed, match=r"127\.0\.0\.1.*no answer in time \(tried 4 times\)"),
    ):
        client.get(f"{server.url}/simple/")
    assert len(pauses) == 3


def test_a_lasting_status_is_told(client: Client) -> None:
    with (
        RawServer([page(status="502 Bad")] * 4) as server,
        pytest.raises(HttpStatusError) as caught,
    ):
        client.get(f"{server.url}/simple/")
    assert caught.value.status == 502


def test_a_host_that_is_down(client: Client) -> None:
    with RawServer([]) as server:
        url = server.url
    with pytest.raises(
        ConnectionFailed, match=r"cannot connect to 127\.0\.0\.1:\d+: connection refused"
    ):
        client.get(url)


def test_a_host_that_does_not_exist(client: Client) -> None:
    with pytest.raises(ConnectionFailed, match=r"nowhere\.invalid"):
        client.get("http://nowhere.invalid/")


def test_short_requests_for_patience_are_honoured(client: Client, pauses: Pauses) -> None:
    busy = page(status="429 X", headers=["Retry-After: 7"])
    with RawServer([busy, page(b"ok")]) as server:
        assert client.get(server.url).body() == b"ok"
    assert pauses == [7.0]


def test_long_requests_for_patience_are_not(client: Client, pauses: Pauses) -> None:
    busy = page(status="503 X", headers=["Retry-After: 86400"])
    with RawServer([busy]) as server, pytest.raises(HttpStatusError, match="503"):
        client.get(server.url)
    assert pauses == []


def test_statuses_may_be_answers(client: Client) -> None:
    with RawServer([page(status="404 X"), page(status="404 X")]) as server:
        assert client.get(server.url, accepted=(200, 404)).status == 404
        with pytest.raises(HttpStatusError):
            client.get(server.url)


def test_redirects_are_followed(client: Client) -> None:
    with RawServer([page(b"there")]) as other:
        hop = page(status="302 X", headers=[f"Location: {other.url}/b/"])
        local = page(status="301 X", headers=["Location: ../c"])
        with RawServer([local, hop]) as server:
            response = client.get(f"{server.url}/a/x")
            assert response.body() == b"there"
            assert str(response.address) == f"{other.url}/b/"
            assert server.requests[1].startswith(b"GET /c HTTP/1.1\r\n")


def test_redirects_without_end_are_given_up(client: Client) -> None:
    hops = [page(status="302 X", headers=["Location: /again"])] * 20
    with RawServer(hops) as server, pytest.raises(ConnectionFailed, match="without end"):
        client.get(server.url)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x.example/", "gopher:x", ""])
def test_redirects_to_other_schemes_are_refused(client: Client, location: str) -> None:
    hop = page(status="302 X", headers=[f"Location: {location}"])
    with RawServer([hop]) as server, pytest.raises(ConnectionFailed):
        client.get(server.url)


def test_credentials_do_not_cross_origins(client: Client) -> None:
    with RawServer([page(b"x"), page(b"y")]) as other:
        hop = page(status="302 X", headers=[f"Location: http://u:p@127.0.0.1:{other.port}/y"])
        with RawServer([hop, page(b"z")]) as server:
            url = client.register(f"http://alice:s3cret@127.0.0.1:{server.port}/simple")
            assert "s3cret" not in url
            client.get(f"{url}/one/")
            client.get(f"{url}/two/")
            assert server.header(0, "Authorization") == "Basic YWxpY2U6czNjcmV0"
            assert server.header(1, "Authorization") == "Basic YWxpY2U6czNjcmV0"
            assert other.header(0, "Authorization") is None
            assert b"s3cret" not in b"".join(other.requests)


def test_placeholders_are_filled_in_when_used(pauses: Pauses) -> None:
    client = make_client(pauses, environ={"WHO": "us:er", "WORD": "p@ss/w%"})
    with LoopbackIndex() as index:
        index.credentials = ("us:er", "p@ss/w%")
        index.add_project("one")
        url = client.register(f"http://${{WHO}}:${{WORD}}@127.0.0.1:{index.port}/simple")
        assert client.get(f"{url}/one/").status == 200


def test_values_of_placeholders_are_not_shown(pauses: Pauses) -> None:
    client = make_client(pauses, environ={"TOKEN": "t0psecret"})
    with RawServer([page(status="404 X")]) as server:
        url = client.register(f"{server.url}/${{TOKEN}}/simple")
        with pytest.raises(HttpStatusError) as caught:
            client.get(f"{url}/one/")
        assert server.requests[0].startswith(b"GET /t0psecret/simple/one/ ")
    assert "t0psecret" not in str(caught.value)
    assert "/****/simple/one/" in str(caught.value)


def test_netrc_is_found_in_the_home_folder(pauses: Pauses, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    client = make_client(pauses, environ={"HOME": str(tmp_path)})
    with LoopbackIndex() as index, LoopbackIndex() as other:
        index.credentials = ("a", "b")
        index.add_project("one")
        other.add_project("one")
        client.register(index.url)
        assert client.get(f"{index.url}/one/").status == 200
        client.get(f"{other.url}/one/")
        assert "authorization" not in other.requests[0].headers


@pytest.mark.parametrize("status", ["401 X", "403 X"])
def test_refusals_name_the_host_and_no_secret(client: Client, status: str) -> None:
    with RawServer([page(status=status)]) as server:
        url = client.register(f"http://alice:s3cret@127.0.0.1:{server.port}/simple")
        with pytest.raises(CredentialsRejected) as caught:
            client.get(f"{url}/one/?token=hidden")
    text = str(caught.value) + "".join(caught.value.hints)
    assert f"127.0.0.1:{server.port}" in text
    assert "s3cret" not in text
    assert "hidden" not in text


def test_a_key_ring_is_asked_after_a_refusal(pauses: Pauses) -> None:
    client = make_client(pauses, lookup=lambda url, _: ("a", url.removesuffix("/simple")[-4:]))
    with LoopbackIndex() as index:
        index.add_project("one")
        index.credentials = ("a", str(index.port)[-4:])
        client.register(index.url)
        assert client.get(f"{index.url}/one/").status == 200
        assert client.get(f"{index.url}/one/").status == 200
        assert [seen.status for seen in index.requests] == [401, 200, 200]
    assert pauses == []


def test_wrong_answers_of_a_key_ring_end(pauses: Pauses) -> None:
    client = make_client(pauses, lookup=lambda *_: ("a", "wrong"))
    with LoopbackIndex() as index:
        index.credentials = ("a", "right")
        client.register(index.url)
        with pytest.raises(CredentialsRejected):
            client.get(f"{index.url}/one/")
        assert index.total() == 2


def test_pages_are_bounded(client: Client) -> None:
    bomb = page(gzip.compress(bytes(3_000_000)), headers=["Content-Encoding: gzip"])
    with RawServer([page(bytes(100_000)), bomb]) as server:
        with pytest.raises(ConnectionFailed, match="larger than allowed"):
            client.get(server.url, limit_bytes=10_000)
        response = client.get(server.url, limit_bytes=1_000_000)
        with pytest.raises(MalformedPage, match="larger than"):
            response.body()


def test_false_gzip_is_told(client: Client) -> None:
    with RawServer([page(b"plain", headers=["Content-Encoding: gzip"])]) as server:
        response = client.get(f"{server.url}/simple/one/")
        with pytest.raises(MalformedPage, match="/simple/one/"):
            response.body()


def test_headers_cannot_be_smuggled_in_through_urls(client: Client) -> None:
    with RawServer([page()]) as server:
        client.get(f"{server.url}/a\r\nX-Evil: 1\r\n\r\n")
        assert server.header(0, "X-Evil") is None


def test_downloads_are_hashed(client: Client, tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    path = tmp_path / "file"
    with RawServer([page(data)]) as server:
        done = client.download(f"{server.url}/f", str(path), algorithms=("sha256", "sha512"))
        assert server.header(0, "Accept-Encoding") == "identity"
    assert path.read_bytes() == data
    assert done.size_bytes == len(data)
    assert done.digests == {
        "sha256": hashlib.sha256(data).hexdigest(),
        "sha512": hashlib.sha512(data).hexdigest(),
    }


def test_downloads_begin_anew_after_a_fault(client: Client, tmp_path: Path) -> None:
    half = Reply(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nwrong half", "close")
    path = tmp_path / "file"
    with RawServer([half, page(status="500 X"), page(b"ok")]) as server:
        done = client.download(server.url, str(path))
    assert path.read_bytes() == b"ok"
    assert done.digests["sha256"] == hashlib.sha256(b"ok").hexdigest()


def test_downloads_to_nowhere_are_our_own_fault(client: Client, tmp_path: Path) -> None:
    with pytest.raises(PipenvError, match="cannot write"):
        client.download("http://127.0.0.1:1/", str(tmp_path / "missing" / "file"))


def test_plain_proxies(pauses: Pauses) -> None:
    with RawServer([page(b"1"), page(b"2")]) as proxy:
        client = make_client(pauses, environ={"http_proxy": f"http://u:p@127.0.0.1:{proxy.port}"})
        assert client.get("http://index.example/simple/?q").body() == b"1"
        assert client.get("http://index.example/simple/").body() == b"2"
        assert proxy.requests[0].startswith(b"GET http://index.example/simple/?q HTTP/1.1\r\n")
        assert proxy.requests[1].startswith(b"GET http://index.example/simple/ HTTP/1.1\r\n")
        assert proxy.header(0, "Host") == "index.example"
        assert proxy.header(1, "Proxy-Authorization") == "Basic dTpw"
        assert proxy.connections == 1


def ask(client: Client, url: str) -> bytes:
    return client.post(url, b'{"a": 1}\r\n', content_type="application/json").body()


def test_questions_are_sent_with_their_content(client: Client) -> None:
    with RawServer([page(b"1"), page(b"2")]) as server:
        assert [ask(client, f"{server.url}/q"), client.get(server.url).body()] == [b"1", b"2"]
        assert server.requests[0].startswith(b"POST /q HTTP/1.1\r\n")
        assert server.header(0, "Content-Length") == "10"
        assert server.header(0, "Content-Type") == "application/json"
        assert server.bodies == [b'{"a": 1}\r\n', b""]
        assert server.connections == 1


def test_questions_are_asked_again(client: Client, pauses: Pauses) -> None:
    busy = page(status="429 Slower", headers=["Retry-After: 3"])
    with RawServer([busy, Reply(then="close"), page(b"1")]) as server:
        assert ask(client, server.url) == b"1"
        assert server.bodies == [b'{"a": 1}\r\n'] * 3
        assert pauses[0] == 3


def test_questions_do_not_follow_redirects(client: Client) -> None:
    moved = page(status="307 Over There", headers=["Location: http://elsewhere.example/"])
    with RawServer([moved]) as server, pytest.raises(HttpStatusError, match="status 307"):
        ask(client, server.url)


def test_answers_to_questions_are_bounded(client: Client) -> None:
    with (
        RawServer([page(b"x" * 100)]) as server,
        pytest.raises(ConnectionFailed, match="larger than allowed"),
    ):
        client.post(server.url, b"", content_type="text/plain", limit_bytes=99)


def test_questions_through_a_plain_proxy(pauses: Pauses) -> None:
    with RawServer([page(b"1")]) as proxy:
        client = make_client(pauses, environ={"http_proxy": proxy.url})
        assert ask(client, "http://osv.example/v1/querybatch") == b"1"
        assert proxy.requests[0].startswith(b"POST http://osv.example/v1/querybatch HTTP/1.1\r\n")
        assert proxy.bodies == [b'{"a": 1}\r\n']


def test_tunnels_that_are_refused(pauses: Pauses) -> None:
    with RawServer([page(status="407 X")]) as proxy:
        client = make_client(pauses, environ={"HTTPS_PROXY": proxy.url})
        with pytest.raises(ConnectionFailed, match=r"HTTPS_PROXY.*index\.example.*407"):
            client.get("https://index.example/simple/")
        assert proxy.requests[0].startswith(b"CONNECT index.example:443 HTTP/1.1\r\n")


def test_many_threads_share_a_client(client: Client) -> None:
    with LoopbackIndex() as index:
        for number in range(8):
            index.add_project(f"p{number}")
        index.gather = 8
        bodies: list[bytes] = []

        def ask(number: int) -> None:
            bodies.append(client.get(f"{index.url}/p{number}/").body())

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(bodies)) == 8


def test_the_terminal_is_not_at_the_servers_mercy(client: Client) -> None:
    with RawServer([page(b"x", headers=["Content-Encoding: \x1b[31m"])]) as server:
        response = client.get(server.url)
        with pytest.raises(MalformedPage) as caught:
            response.body()
    assert str(caught.value).isprintable()
