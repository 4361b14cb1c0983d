from __future__ import annotations

import pytest

from pipenv.errors import ConnectionFailed
from pipenv.network.addresses import parse_address
from pipenv.network.proxies import is_exempt, proxy_for

HTTPS = parse_address("https://index.example/simple")
HTTP = parse_address("http://index.example/simple")


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p.example:3128"}, "p.example:3128"),
        ({"https_proxy": "p.example:3128"}, "p.example:3128"),
        ({"https_proxy": "http://a.example", "HTTPS_PROXY": "http://b.example"}, "a.example"),
        ({"ALL_PROXY": "http://p.example"}, "p.example"),
        ({"HTTP_PROXY": "http://p.example"}, None),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTPS_PROXY": "http://p.example", "NO_PROXY": "index.example"}, None),
    ],
)
def test_https_proxies(environ: dict[str, str], expected: str | None) -> None:
    found = proxy_for(HTTPS, environ)
    assert (found.address.authority if found else None) == expected


def test_http_proxies_and_their_credentials() -> None:
    found = proxy_for(HTTP, {"HTTP_PROXY": "http://us%40er:p:w@p.example:1"})
    assert found is not None
    assert found.authorization == "Basic dXNAZXI6cDp3"


def test_the_variable_that_cgi_programs_get_from_outside_does_not_count() -> None:
    assert proxy_for(HTTP, {"HTTP_PROXY": "http://p.example", "REQUEST_METHOD": "GET"}) is None


@pytest.mark.parametrize(
    "value", ["socks5://p.example", "https://p.example:1", "http://p.example:x"]
)
def test_other_proxies_are_refused_by_name_of_the_variable(value: str) -> None:
    with pytest.raises(ConnectionFailed):
        proxy_for(HTTPS, {"HTTPS_PROXY": value})


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("*", True),
        ("index.example", True),
        ("EXAMPLE", True),
        (".example", True),
        ("*.example", True),
        ("other.example, index.example", True),
        ("index.example:443", True),
        ("index.example:80", False),
        ("dex.example", False),
        ("", False),
    ],
)
def test_exemptions(listed: str, expected: bool) -> None:
    assert is_exempt(HTTPS, {"NO_PROXY": listed}) is expected
