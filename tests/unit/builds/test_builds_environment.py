"""What a build backend gets to see of the user's environment."""

from __future__ import annotations

import os

import pytest

from pipenv.builds.backend import backend_environment


@pytest.mark.parametrize(
    "name",
    [
        "PIP_INDEX_URL",
        "PIPENV_PYPI_MIRROR",
        "pip_index_url",
        "PYTHONPATH",
        "PYTHONHOME",
        "VIRTUAL_ENV",
        "NETRC",
        "INDEX_PASSWORD",
        "PGPASSWORD",
        "INDEX_PASS",
        "INDEX_PASS_1",
        "CI_JOB_TOKEN",
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "CLIENT_SECRET",
        "SERVICE_API_KEY",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "TWINE_PASSWORD",
    ],
)
def test_withheld_by_name(name: str) -> None:
    assert name not in backend_environment({name: "x", "PATH": "/bin"}, "/env/bin")


@pytest.mark.parametrize(
    "name", ["HOME", "CC", "CFLAGS", "LANG", "COMPASS", "PASSENGERS", "SSH_AUTH_SOCK", "KEYBOARD"]
)
def test_let_through(name: str) -> None:
    assert backend_environment({name: "x"}, "/env/bin")[name] == "x"


def test_url_with_password_is_withheld() -> None:
    child = backend_environment(
        {
            "OTHER_INDEX_URL": "https://me:secret@index.example/simple",
            "SITE": "https://index.example/simple",
            "CONTACT": "https://me@index.example/a:b",
            "HTTPS_PROXY": "http://me:secret@proxy.example:3128",
        },
        "/env/bin",
    )
    assert "OTHER_INDEX_URL" not in child
    assert {"SITE", "CONTACT", "HTTPS_PROXY"} <= set(child)


def test_named_variables_are_withheld() -> None:
    child = backend_environment({"WHO": "me", "WHAT": "x"}, "/env/bin", private={"WHO"})
    assert "WHO" not in child
    assert child["WHAT"] == "x"


def test_programs_of_the_environment_come_first() -> None:
    assert backend_environment({"PATH": "/bin"}, "/env/bin")["PATH"] == f"/env/bin{os.pathsep}/bin"
    assert backend_environment({"PATH": ""}, "/env/bin")["PATH"] == "/env/bin"


def test_user_site_is_off_and_the_original_untouched() -> None:
    environ = {"PYTHONNOUSERSITE": "", "PIP_X": "1"}
    assert backend_environment(environ, "/env/bin")["PYTHONNOUSERSITE"] == "1"
    assert environ == {"PYTHONNOUSERSITE": "", "PIP_X": "1"}
