"""pip's arguments, as settings and variables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.operations.package_words import named_packages
from pipenv.operations.pip_arguments import read_pip_arguments


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("--no-binary a --no-binary=b,c", {"no_binary": ("a", "b,c")}),
        ("-i https://x.example", {"pip_index_url": "https://x.example"}),
        ("-Ca=1 -C b=2 --config-setting=c=3", {"config_settings": ("a=1", "b=2", "c=3")}),
        ("--timeout 3 --retries=0", {"requests_timeout": 3, "retries": 0}),
        ("--pre --no-cache", {"pre": True, "no_cache": True}),
        ("-I --force-reinstall", {"reinstalls": True}),
        ("--no-build-isolation", {"no_build_isolation": True}),
        ("--timeout soon -U -v --progress-bar off", {}),
    ],
)
def test_settings(text: str, settings: dict[str, object]) -> None:
    assert read_pip_arguments(text.split()).settings == settings


def test_variables() -> None:
    words = "--user --proxy http://p.example --cert /c.pem --src=/s --break-system-packages"
    assert read_pip_arguments(words.split()).variables == {
        "PIP_USER": "1",
        "http_proxy": "http://p.example",
        "https_proxy": "http://p.example",
        "PIP_CERT": "/c.pem",
        "PIP_SRC": "/s",
        "PIP_BREAK_SYSTEM_PACKAGES": "1",
    }


def test_what_means_nothing_is_named() -> None:
    found = read_pip_arguments(["-d", "x", "--platform=linux", "stray", "--no-such"])
    assert found.ignored == ("--download-directory x", "--platform linux", "stray", "--no-such")
    assert not found.settings


@given(st.lists(st.text(max_size=12) | st.sampled_from(["--no-binary", "-i", "-C", "--timeout"])))
def test_no_argument_is_refused(words: list[str]) -> None:
    assert isinstance(read_pip_arguments(words).ignored, tuple)


def test_lists_of_packages() -> None:
    assert "a-b" in named_packages(["A_b"])
    assert "x" in named_packages([":all:"])
    assert "x" not in named_packages([":all:", ":none:"])
    assert "y" in named_packages(["x", ":none:", "y"])
