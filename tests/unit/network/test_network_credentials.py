from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.network.addresses import parse_address
from pipenv.network.credentials import (
    CredentialBook,
    NetrcEntry,
    basic,
    parse_netrc,
)
from pipenv.network.source_urls import expand, source_address, variables_of

URL = "https://index.example/simple"


def book(*urls: str, netrc: str = "", verify_ssl: bool = True) -> CredentialBook:
    made = CredentialBook(lambda: parse_netrc(netrc), None)
    for url in urls:
        made.register(source_address(url, {}), verify_ssl=verify_ssl)
    return made


def shown_to(made: CredentialBook, url: str) -> str | None:
    value = made.authorization(parse_address(url))
    return None if value is None else b64decode(value.removeprefix("Basic ")).decode()


@pytest.mark.parametrize(
    ("written", "environ", "expected"),
    [
        ("https://index.example/simple", {}, (URL, None, None)),
        ("https://a:b@index.example/simple", {}, (URL, "a", "b")),
        ("https://a@index.example/simple", {}, (URL, "a", "")),
        ("https://a%40b:c%3Ad@index.example/simple", {}, (URL, "a@b", "c:d")),
        ("https://${U}:${P}@index.example/simple", {"U": "a@b", "P": "%4:#"}, (URL, "a@b", "%4:#")),
        ("https://$U:$P@index.example/simple", {"U": "a", "P": "b"}, (URL, "a", "b")),
        ("https://${BOTH}@index.example/simple", {"BOTH": "a:b:c"}, (URL, "a", "b:c")),
        ("https://'${U}':'${P}'@index.example/simple", {"U": "a", "P": "b"}, (URL, "a", "b")),
        ("https://x${U}y:z@index.example/simple", {"U": "a"}, (URL, "xay", "z")),
        ("https://${U}:b@index.example/simple", {}, (URL, "${U}", "b")),
        ("https://index.example/${PATH_}", {"PATH_": "simple"}, (URL, None, None)),
        ("https://${HOST}/simple", {"HOST": "index.example"}, (URL, None, None)),
    ],
)  # fmt: skip
def test_placeholders_are_filled_in(
    written: str, environ: dict[str, str], expected: tuple[str, str | None, str | None]
) -> None:
    assert source_address(written, environ)[:3] == expected


@given(st.text(min_size=1), st.text())
def test_values_of_variables_are_taken_as_they_are(user: str, password: str) -> None:
    found = source_address("https://${U}:${P}@h.example/", {"U": user, "P": password})
    assert (found.username, found.password) == (user, password)


def test_variables_are_named() -> None:
    assert variables_of("https://${A}:$B_1@h.example/$") == {"A", "B_1"}


def test_a_lone_dollar_stays() -> None:
    assert expand("a$ $$b ${", {"b": "x"}) == "a$ $x ${"


def test_netrc_entries() -> None:
    text = (
        '# comment\nmachine one.example login a password "b c"\n'
        "machine two.example\n  login d\n  password e#f\n"
        "macdef init\ncd /x\nmachine no.example login x password y\n\n"
        "default login anonymous password user@site"
    )
    assert parse_netrc(text) == (
        NetrcEntry("one.example", "a", "b c"),
        NetrcEntry("two.example", "d", "e#f"),
        NetrcEntry(None, "anonymous", "user@site"),
    )


def test_broken_netrc_files_are_no_error() -> None:
    assert parse_netrc("machine") == (NetrcEntry("", "", ""),)
    assert parse_netrc("login x \x00 password") == ()


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://index.example/simple/x/",
        "https://index.example:8443/simple/x/",
        "https://files.example/x.whl",
        "https://sub.index.example/simple/",
    ],
)
def test_credentials_stay_with_their_origin(elsewhere: str) -> None:
    made = book("https://a:b@index.example/simple")
    assert shown_to(made, "https://index.example/files/x.whl") == "a:b"
    assert shown_to(made, elsewhere) is None


def test_sources_on_one_origin_keep_their_paths_apart() -> None:
    made = book("https://a:b@h.example/repo/one/simple", "https://c:d@h.example/repo/two/simple")
    assert shown_to(made, "https://h.example/repo/one/files/x") == "a:b"
    assert shown_to(made, "https://h.example/repo/two/simple/x/") == "c:d"


def test_netrc_serves_sources_without_credentials() -> None:
    netrc = "machine index.example login n password r default login d password e"
    assert shown_to(book(URL, netrc=netrc), f"{URL}/x/") == "n:r"
    assert shown_to(book("https://a:b@index.example/simple", netrc=netrc), f"{URL}/x/") == "a:b"
    assert shown_to(book("https://other.example/", netrc=netrc), "https://other.example/") == "d:e"


def test_netrc_is_for_sources_and_for_named_hosts() -> None:
    netrc = "machine files.example login n password r default login d password e"
    made = book(URL, netrc=netrc)
    assert shown_to(made, "https://files.example/x.whl") == "n:r"
    assert shown_to(made, "http://files.example/x.whl") is None
    assert shown_to(made, "https://files.example:444/x.whl") is None
    assert shown_to(made, "https://unknown.example/x.whl") is None


def test_netrc_is_read_when_needed() -> None:
    read: list[int] = []

    def netrc() -> tuple[NetrcEntry, ...]:
        read.append(1)
        return ()

    made = CredentialBook(netrc, None)
    made.register(source_address("https://a:b@index.example/", {}), verify_ssl=True)
    made.authorization(parse_address("https://index.example/"))
    assert read == []
    made.register(source_address("https://other.example/", {}), verify_ssl=True)
    for _ in range(3):
        made.authorization(parse_address("https://other.example/"))
    assert read == [1]


def test_verification_is_per_origin() -> None:
    made = book("https://own.example/simple", verify_ssl=False)
    made.register(source_address(URL, {}), verify_ssl=True)
    assert not made.must_verify(parse_address("https://own.example/files/x"))
    assert made.must_verify(parse_address(URL))
    assert made.must_verify(parse_address("https://own.example:8443/"))
    made.register(source_address("https://own.example/strict", {}), verify_ssl=True)
    assert made.must_verify(parse_address("https://own.example/files/x"))


def test_only_sources_are_asked_about() -> None:
    asked: list[str] = []

    def lookup(url: str, _: str | None) -> tuple[str, str]:
        asked.append(url)
        return ("u", "p")

    made = CredentialBook(tuple, lookup)
    made.register(source_address(URL, {}), verify_ssl=True)
    assert made.ask(parse_address("https://elsewhere.example/")) is None
    assert made.ask(parse_address(f"{URL}/x/")) == basic("u", "p")
    assert made.ask(parse_address(f"{URL}/y/")) == basic("u", "p")
    assert asked == [URL]
    assert shown_to(made, f"{URL}/z/") == "u:p"
