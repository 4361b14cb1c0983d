from __future__ import annotations

import pytest

from pipenv.errors import UsageError
from pipenv.models.interpreters import InstallPaths, Interpreter
from pipenv.virtualenvs.python_request import parse_request, release_of


def interpreter(
    full: str = "3.11.7", implementation: str = "cpython", abi: str = "cp311"
) -> Interpreter:
    major, minor, micro = (int(part.partition("rc")[0].rstrip("+")) for part in full.split("."))
    return Interpreter(
        executable="/usr/bin/python3",
        version=(major, minor, micro),
        implementation=implementation,
        prefix="/usr",
        base_prefix="/usr",
        base_executable="/usr/bin/python3",
        environment={"python_full_version": full},
        tags=(f"cp{major}{minor}-{abi}-linux_x86_64",),
        paths=InstallPaths("", "", "", "", "", ""),
        externally_managed=None,
        is_64bit=True,
    )


@pytest.mark.parametrize(
    ("text", "kind", "version"),
    [
        (None, "any", ()),
        ("", "any", ()),
        ("*", "any", ()),
        ("3", "version", (3,)),
        ("3.10", "version", (3, 10)),
        (" 3.11.7 ", "version", (3, 11, 7)),
        ("3.11.*", "version", (3, 11)),
        ("3.13t", "version", (3, 13)),
        ("python3.10", "command", (3, 10)),
        ("python3", "command", (3,)),
        ("python", "command", ()),
        ("PyPy3.10", "command", (3, 10)),
        ("python3.12.exe", "command", (3, 12)),
        ("my-python", "command", ()),
        ("/usr/bin/python3", "path", ()),
        ("./python", "path", ()),
        ("C:\\Python311\\python.exe", "path", ()),
        (">=3.9,<3.12", "range", ()),
        ("~=3.10", "range", ()),
        ("3.14.0rc1", "range", ()),
    ],
)
def test_forms(text: str | None, kind: str, version: tuple[int, ...]) -> None:
    request = parse_request(text)
    assert (request.kind, request.version) == (kind, version)


@pytest.mark.parametrize("text", [">=", "3.x", "3.11,", "not a python", "--help", "<3;x"])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_request(text)


@pytest.mark.parametrize(
    ("text", "full", "expected"),
    [
        ("3", "3.11.7", True),
        ("3.11", "3.11.7", True),
        ("3.1", "3.11.7", False),
        ("3.11.7", "3.11.7", True),
        ("3.11.8", "3.11.7", False),
        (">=3.9,<3.12", "3.11.7", True),
        (">=3.9,<3.11", "3.11.7", False),
        ("!=3.11.7", "3.11.7", False),
        ("~=3.11.0", "3.11.7", True),
        ("3.14.0rc1", "3.14.0rc1", True),
        ("3.14.0rc1", "3.14.0", False),
        (">=3.14", "3.14.0rc1", False),
        ("3.11", "3.11.7+", True),
        (">=3.11", "3.11.7+", True),
        ("cpython3.11", "3.11.7", True),
        ("python3.11", "3.11.7", True),
        ("pypy3.11", "3.11.7", False),
        ("*", "3.11.7", True),
        ("/any/path", "3.11.7", True),
    ],
)
def test_acceptance(text: str, full: str, expected: bool) -> None:
    assert parse_request(text).accepts(interpreter(full)) is expected


def test_other_implementations_and_builds() -> None:
    pypy = interpreter("3.10.14", "pypy", "pypy310_pp73")
    assert parse_request("pypy3.10").accepts(pypy)
    assert parse_request("3.10").accepts(pypy)
    assert not parse_request("cpython3.10").accepts(pypy)
    free = interpreter("3.13.0", abi="cp313t")
    assert parse_request("3.13t").accepts(free)
    assert parse_request("python3.13t").accepts(free)
    assert not parse_request("3.13t").accepts(interpreter("3.13.0", abi="cp313"))


@pytest.mark.parametrize(
    ("text", "hint", "expected"),
    [
        ("3.11", (), True),
        ("3.11", (3,), True),
        ("3.11", (3, 11), True),
        ("3.11", (3, 11, 4), True),
        ("3.11", (3, 12), False),
        ("3.11.7", (3, 11), True),
        ("3.11.7", (3, 11, 6), False),
        (">=3.10.5", (3, 10), True),
        (">=3.10.5", (3, 10, 4), False),
        ("<3.10", (3, 10), False),
        ("<3.10", (3,), True),
        ("*", (2, 7, 18), True),
    ],
)
def test_hints_save_running_an_interpreter(
    text: str, hint: tuple[int, ...], expected: bool
) -> None:
    assert parse_request(text).may_accept(hint) is expected


def test_releases() -> None:
    assert release_of("3.11.7") == (3, 11, 7)
    assert release_of("3.11.7rc1") is None
    assert release_of("a") is None
