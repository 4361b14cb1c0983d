from __future__ import annotations

import pytest

from pipenv.errors import UsageError
from pipenv.network.addresses import parse_address
from pipenv.network.proxies import proxy_for
from pipenv.network.trusted_hosts import is_trusted_host
from pipenv.operations.network_settings import retry_policy, timeout_seconds
from pipenv.settings import resolve


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, 15.0),
        ({"PIPENV_REQUESTS_TIMEOUT": "7", "PIPENV_TIMEOUT": "8", "PIP_DEFAULT_TIMEOUT": "9"}, 7.0),
        ({"PIPENV_TIMEOUT": "8", "PIP_DEFAULT_TIMEOUT": "9"}, 8.0),
        ({"PIP_DEFAULT_TIMEOUT": "2.5"}, 2.5),
        ({"PIP_TIMEOUT": "3"}, 3.0),
        ({"PIPENV_REQUESTS_TIMEOUT": ""}, 15.0),
    ],
)
def test_time_limits(environ: dict[str, str], expected: float) -> None:
    assert timeout_seconds(resolve({}, environ), environ) == expected


@pytest.mark.parametrize(
    ("environ", "attempts"),
    [
        ({}, 5),
        ({"PIPENV_MAX_RETRIES": "0"}, 1),
        ({"PIPENV_MAX_RETRIES": "2", "PIP_RETRIES": "9"}, 3),
        ({"PIP_RETRIES": "9"}, 10),
    ],
)
def test_retries(environ: dict[str, str], attempts: int) -> None:
    assert retry_policy(resolve({}, environ), environ).attempts == attempts


@pytest.mark.parametrize("text", ["0", "-1", "soon", "nan", "inf", "1e99"])
@pytest.mark.parametrize("variable", ["PIPENV_TIMEOUT", "PIP_DEFAULT_TIMEOUT"])
def test_senseless_time_limits(variable: str, text: str) -> None:
    with pytest.raises(UsageError, match=variable) as caught:
        timeout_seconds(resolve({}, {}), {variable: text})
    assert caught.value.exit_status == 1


@pytest.mark.parametrize("text", ["-1", "many", "nan", "1000000"])
def test_senseless_retries(text: str) -> None:
    with pytest.raises(UsageError, match="PIP_RETRIES"):
        retry_policy(resolve({}, {}), {"PIP_RETRIES": text})


def test_pips_own_proxy() -> None:
    address = parse_address("https://index.example/simple/")
    environ = {"PIP_PROXY": "me:pw@proxy.example:3128", "https_proxy": "http://other.example"}
    proxy = proxy_for(address, environ)
    assert proxy is not None
    assert proxy.address.authority == "proxy.example:3128"
    assert proxy.authorization is not None
    assert proxy.variable == "PIP_PROXY"
    assert proxy_for(address, {**environ, "NO_PROXY": "index.example"}) is None


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("", False),
        ("index.example", True),
        ("a b INDEX.example", True),
        ("index.example:8443", True),
        ("index.example:443", False),
        ("example", False),
    ],
)
def test_trusted_hosts(listed: str, expected: bool) -> None:
    url = "https://me:pw@index.example:8443/simple"
    assert is_trusted_host(url, {"PIP_TRUSTED_HOSTS": listed}) is expected
