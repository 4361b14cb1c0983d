"""What of a report is hidden, and what stays."""

from __future__ import annotations

import pytest

from pipenv.operations.redaction import HIDDEN, secrets_of, without_secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('url = "https://me:pw@x.example/simple"', 'url = "https://****@x.example/simple"'),
        ('url = "https://tok3n@x.example/simple"', 'url = "https://****@x.example/simple"'),
        ('url = "https://me:p@ss@x.example/s"', 'url = "https://****@x.example/s"'),
        ("git+ssh://me:pw@x.example/a.git@main", "git+ssh://****@x.example/a.git@main"),
        ("https://x.example/s?a=1&token=abc&b=2", "https://x.example/s?a=1&token=****&b=2"),
        ("https://x.example/s?access_token=abc", "https://x.example/s?access_token=****"),
        (
            "https://dl.example/aB3dE6gH9jK2mN5p/simple/",
            "https://dl.example/****/simple/",
        ),
        ('serve = "app --password hunter2 -p 80"', 'serve = "app --password **** -p 80"'),
        ('serve = "app --api-key=hunter2"', 'serve = "app --api-key=****"'),
        ('call = "TOKEN=hunter2 app"', 'call = "TOKEN=**** app"'),
        ('env = {API_KEY = "hunter2", PORT = "80"}', 'env = {API_KEY = "****", PORT = "80"}'),
        ('"password": "hunter2",', '"password": "****",'),
    ],
)
def test_secrets_are_hidden(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
    assert without_secrets(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        'url = "https://${USER}:${TOKEN}@x.example/simple"',
        'url = "https://$INDEX_AUTH@x.example/simple"',
        "git+ssh://git@x.example/a.git",
        'django-rest-passwordreset = "*"',
        'drf-api-key = ">=1.0"',
        'oauthlib = {version = "==3.2", extras = ["signedtoken"]}',
        '"sha256": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"',
        '"ref": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"',
        "serve = \"app --password '$PW'\"",
        "key = true",
        "https://files.example/packages/requests-2.32.0-py3-none-any.whl",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text) == text


def test_values_of_secret_variables_are_hidden_everywhere() -> None:
    environ = {"MY_TOKEN": "s3cr3tvalue", "PASS": "abc", "HOME": "/home/me", "KEY_ID": "longer-key"}
    environ |= {"PWD": "/home/me/project", "DB_PWD": "sesame-open"}
    assert secrets_of(environ) == ("s3cr3tvalue", "sesame-open", "longer-key")
    told = without_secrets("run s3cr3tvalue in /home/me with longer-key", secrets_of(environ))
    assert told == f"run {HIDDEN} in /home/me with {HIDDEN}"
