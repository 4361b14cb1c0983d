from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import InvalidValue
from pipenv.models.urls import Url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://index.example/simple", "https://index.example/simple"),
        ("https://user:secret@index.example/simple", "https://****@index.example/simple"),
        ("https://token@index.example/simple", "https://****@index.example/simple"),
        ("https://a@b:c@index.example/", "https://****@index.example/"),
        ("git+ssh://git@git.example/foo.git", "git+ssh://git@git.example/foo.git"),
        ("git@git.example:foo/bar.git", "git@git.example:foo/bar.git"),
        ("user:secret@git.example:foo.git", "****@git.example:foo.git"),
        ("https://index.example/a@b", "https://index.example/a@b"),
        ("https://index.example?x=a@b", "https://index.example?x=a@b"),
        ("./folder/x@1.whl", "./folder/x@1.whl"),
        ("file:///home/x@y", "file:///home/x@y"),
    ],
)
def test_shows_no_credentials(text: str, shown: str) -> None:
    url = Url(text)
    assert str(url) == shown
    assert url.text == text
    assert shown in repr(url)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://index.example/simple", ("https", "index.example", 443)),
        ("HTTP://Index.Example:8080/x", ("http", "index.example", 8080)),
        ("https://u:p@index.example:1/x", ("https", "index.example", 1)),
        ("https://[::1]:8443/x", ("https", "::1", 8443)),
        ("https://[::1]/x", ("https", "::1", 443)),
        ("git+ssh://git@git.example/x", ("git+ssh", "git.example", 22)),
        ("file:///x", ("file", "", None)),
        ("./x", ("", "", None)),
    ],
)
def test_who_answers(text: str, origin: tuple[str, str, int | None]) -> None:
    assert Url(text).origin == origin


@pytest.mark.parametrize(
    ("text", "username", "password"),
    [
        ("https://index.example/", None, None),
        ("https://u@index.example/", "u", None),
        ("https://u:@index.example/", "u", ""),
        ("https://:p@index.example/", "", "p"),
        ("https://u%40x:p%3Aq%C3%A9%zz%@index.example/", "u@x", "p:qé%zz%"),
    ],
)
def test_credentials_are_decoded(text: str, username: str | None, password: str | None) -> None:
    url = Url(text)
    assert (url.username, url.password) == (username, password)
    assert url.without_credentials().text == "https://index.example/"


@pytest.mark.parametrize("port", ["x", "-1", "65536", "²"])
def test_a_port_is_a_number(port: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        Url(f"https://u:secret@index.example:{port}/")
    assert "secret" not in str(caught.value)


def test_a_password_with_a_slash_is_not_shown_either() -> None:
    with pytest.raises(InvalidValue, match=r"index\.example") as caught:
        Url("https://user:sec/ret@index.example/")
    assert "sec" not in str(caught.value)


def test_urls_are_values() -> None:
    assert Url("https://a.example/") == Url("https://a.example/")
    assert Url("https://a.example/") != "https://a.example/"
    assert hash(Url("https://a.example/")) == hash(Url("https://a.example/"))


@given(st.text("abc:@/?#[]%0", max_size=15), st.sampled_from(["https://", "", "git+ssh://"]))
def test_a_password_is_never_shown(rest: str, scheme: str) -> None:
    shown: list[str] = []
    try:
        url = Url(f"{scheme}u:hunter2@{rest}")
    except InvalidValue as refusal:
        shown.append(str(refusal))
    else:
        shown += [str(url), repr(url), url.without_credentials().text]
    assert "hunter2" not in "".join(shown)
