"""Entries: what they mean, and which entry says what somebody asked for."""

from __future__ import annotations

import pytest

from pipenv.errors import InvalidPipfile
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, Origin, VcsOrigin
from pipenv.models.requirements import parse_requirement
from pipenv.pipfile.entries import entry_for, merged_value, origin_of_url, parse_entry


@pytest.mark.parametrize(
    ("value", "specifiers"),
    [
        ("*", ""),
        ("", ""),
        (">=1,<2", ">=1,<2"),
        ("~=1.4", "~=1.4"),
        ("2.0.12", "==2.0.12"),
        ("4.*", "==4.*"),
        (" == 1.0 ", "==1.0"),
        ({}, ""),
        ({"version": "1.0"}, "==1.0"),
        ({"version": "!=1.0"}, "!=1.0"),
    ],
)
def test_versions(value: object, specifiers: str) -> None:
    entry = parse_entry("x", value, category="packages")
    assert str(entry.requirement.specifiers) == specifiers
    assert entry.origin == IndexOrigin(None)
    assert entry.is_plain == isinstance(value, str)


def test_everything_of_an_index_package() -> None:
    entry = parse_entry(
        "My_Pkg",
        {
            "version": ">=1",
            "extras": ["b_b", "A"],
            "index": "private",
            "no_binary": True,
            "skip_resolver": True,
        },
        category="docs",
    )
    assert entry.name == "My_Pkg"
    assert entry.requirement.key == "my-pkg"
    assert entry.requirement.extras == ("a", "b-b")
    assert entry.extras == ("A", "b_b")
    assert entry.origin == IndexOrigin("private")
    assert entry.index == "private"
    assert entry.no_binary
    assert entry.skip_resolver


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"markers": "sys_platform == 'linux'"}, "sys_platform == 'linux'"),
        ({"sys_platform": "== 'win32'"}, "sys_platform == 'win32'"),
        ({"os_name": "== 'nt'"}, "os_name == 'nt'"),
        ({"python_version": '< "3.11"'}, "python_version < '3.11'"),
        ({"implementation_name": "cpython"}, "implementation_name == 'cpython'"),
        ({"platform_machine": "in 'x86_64 arm64'"}, "platform_machine in 'x86_64 arm64'"),
        ({"platform_machine": "intel"}, "platform_machine == 'intel'"),
        ({"python_version": "not in '2.7'"}, "python_version not in '2.7'"),
        (
            {
                "markers": "python_version >= '3.8' and os_name == 'posix'",
                "sys_platform": "== 'linux'",
            },
            "python_version >= '3.8' and os_name == 'posix' and sys_platform == 'linux'",
        ),
        (
            {
                "markers": "sys_platform == 'linux' or sys_platform == 'darwin'",
                "os_name": "== 'posix'",
                "python_version": ">= '3.7'",
            },
            "python_version >= '3.7' and (sys_platform == 'linux' or sys_platform == 'darwin') and os_name == 'posix'",  # noqa: E501
        ),
    ],
)
def test_markers_and_their_shorthand(table: dict[str, str], expected: str) -> None:
    entry = parse_entry("x", {"version": "*", **table}, category="packages")
    assert str(entry.requirement.marker) == expected
    assert entry.only_os_name == (table.keys() == {"os_name"})


VCS = "https://git.example/x.git"


@pytest.mark.parametrize(
    ("value", "origin", "url"),
    [
        ({"git": VCS}, VcsOrigin("git", VCS), f"git+{VCS}"),
        ({"git": VCS, "ref": "v1"}, VcsOrigin("git", VCS, "v1"), f"git+{VCS}@v1"),
        ({"git": f"{VCS}@v1"}, VcsOrigin("git", VCS, "v1"), f"git+{VCS}@v1"),
        ({"git": f"git+{VCS}"}, VcsOrigin("git", VCS), f"git+{VCS}"),
        (
            {"git": "ssh://git@host.example/x.git"},
            VcsOrigin("git", "ssh://git@host.example/x.git"),
            "git+ssh://git@host.example/x.git",
        ),
        (
            {"git": "git@host.example:group/x.git", "ref": "v1"},
            VcsOrigin("git", "git@host.example:group/x.git", "v1"),
            "git+git@host.example:group/x.git@v1",
        ),
        (
            {"hg": "https://${USER}:$PASS@hg.example/x", "subdirectory": "sub", "editable": True},
            VcsOrigin("hg", "https://${USER}:$PASS@hg.example/x", None, "sub", editable=True),
            "hg+https://${USER}:$PASS@hg.example/x#subdirectory=sub",
        ),
        (
            f"git+{VCS}@v1#egg=x&subdirectory=sub",
            VcsOrigin("git", VCS, "v1", "sub"),
            f"git+{VCS}@v1#subdirectory=sub",
        ),
        ({"path": "./x"}, DirectoryOrigin("./x"), "./x"),
        ({"path": "x", "editable": True}, DirectoryOrigin("x", editable=True), "x"),
        ({"file": ".", "editable": True}, DirectoryOrigin(".", editable=True), "."),
        (
            {"file": "https://files.example/x-1-py3-none-any.whl"},
            ArchiveOrigin("https://files.example/x-1-py3-none-any.whl"),
            "https://files.example/x-1-py3-none-any.whl",
        ),
        (
            {"file": "https://files.example/x-1.tar.gz", "subdirectory": "sub"},
            ArchiveOrigin("https://files.example/x-1.tar.gz", "sub"),
            "https://files.example/x-1.tar.gz#subdirectory=sub",
        ),
    ],
)
def test_origins(value: object, origin: Origin, url: str) -> None:
    entry = parse_entry("x", value, category="packages")
    assert entry.origin == origin
    assert type(entry.origin) is type(origin)
    assert entry.requirement.url == url


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("paquet-été", "*", "`paquet-été` is no package name"),
        ("x", ">=1,<", "cannot be understood"),
        ("x", "=>1", "cannot be understood"),
        ("x", {"version": "one"}, "cannot be understood"),
        ("x", {"markers": "python_version >"}, "has a marker that cannot be read"),
        ("x", {"sys_platform": "== 'a' and"}, "has a marker that cannot be read"),
        ("x", 3, "must be a version string or a table"),
    ],
)
def test_entries_that_mean_nothing(name: str, value: object, words: str) -> None:
    with pytest.raises(InvalidPipfile, match=words) as caught:
        parse_entry(name, value, category="docs")
    assert caught.value.message.startswith(f"[docs] `{name}`")


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ("six", None, "*"),
        ("six>=1.15,<2", None, "<2,>=1.15"),
        ("six==1.16.0", None, "==1.16.0"),
        ("idna[foo]", None, {"extras": ["foo"], "version": "*"}),
        (
            "x ; sys_platform == 'win32'",
            None,
            {"version": "*", "markers": 'sys_platform == "win32"'},
        ),
        ("priv", "local", {"version": "*", "index": "local"}),
        (
            "Idna[foo]>=1 ; python_version>='3.6'",
            "main",
            {
                "extras": ["foo"],
                "version": ">=1",
                "index": "main",
                "markers": 'python_version >= "3.6"',
            },
        ),
        (
            "x @ https://files.example/x-1.0-py3-none-any.whl",
            None,
            {"file": "https://files.example/x-1.0-py3-none-any.whl"},
        ),
        (f"x @ git+{VCS}@v1", None, {"git": VCS, "ref": "v1"}),
    ],
)
def test_new_entries(text: str, index: str | None, expected: object) -> None:
    entry = entry_for(parse_requirement(text), index=index)
    assert entry == expected
    if isinstance(entry, dict) and isinstance(expected, dict):
        assert list(entry) == list(expected)


def test_new_entries_of_paths_and_checkouts() -> None:
    x = parse_requirement("x")
    assert entry_for(x, origin=DirectoryOrigin("./x")) == {"path": "./x"}
    editable = entry_for(x, origin=DirectoryOrigin("./x", editable=True))
    assert editable == {"path": "./x", "editable": True}
    checkout = VcsOrigin("git", VCS, "v1", "sub", editable=True)
    assert entry_for(x, origin=checkout) == {
        "git": VCS,
        "ref": "v1",
        "subdirectory": "sub",
        "editable": True,
    }


@pytest.mark.parametrize(
    ("text", "old", "expected"),
    [
        ("six", "==1.15", "==1.15"),
        ("six==1.16", "==1.15", "==1.16"),
        ("six==1.16", {"version": "==1.15"}, {"version": "==1.16"}),
        (
            "requests==2",
            {"extras": ["socks"], "version": "*", "markers": "os_name == 'nt'", "index": "main"},
            {"extras": ["socks"], "version": "==2", "markers": "os_name == 'nt'", "index": "main"},
        ),
        ("requests[socks]", ">=1", {"extras": ["socks"], "version": ">=1"}),
        (
            "requests[socks,a_a]",
            {"version": ">=1", "extras": ["A.A", "b"]},
            {"version": ">=1", "extras": ["A.A", "b", "socks"]},
        ),
        (
            "six; os_name == 'nt'",
            {"version": "*", "markers": "os_name == 'posix'"},
            {"version": "*", "markers": 'os_name == "nt"'},
        ),
        ("six", {"git": VCS, "ref": "v1"}, {"git": VCS, "ref": "v1"}),
        ("six[a]", {"git": VCS, "ref": "v1"}, {"git": VCS, "ref": "v1", "extras": ["a"]}),
        (
            "six==1",
            {"git": VCS, "ref": "v1", "editable": True, "markers": "os_name == 'nt'"},
            {"markers": "os_name == 'nt'", "version": "==1"},
        ),
        (
            f"six @ git+{VCS}@v2",
            {"version": "==1", "index": "main", "extras": ["a"]},
            {"extras": ["a"], "git": VCS, "ref": "v2"},
        ),
        (f"six @ git+{VCS}@v2", {"git": VCS, "ref": "v1"}, {"git": VCS, "ref": "v2"}),
        ("six", f"git+{VCS}@v1", f"git+{VCS}@v1"),
        ("six[a]", f"git+{VCS}@v1", {"extras": ["a"], "git": VCS, "ref": "v1"}),
    ],
)
def test_only_what_was_asked_changes(text: str, old: object, expected: object) -> None:
    requirement = parse_requirement(text)
    name, value = merged_value(requirement, {"other": "*", requirement.name: old})
    assert name == requirement.name
    assert value == expected


def test_an_index_that_was_asked_for() -> None:
    six = parse_requirement("six")
    assert merged_value(six, {"six": "==1"}, index="main")[1] == {"version": "==1", "index": "main"}


def test_a_listed_name_keeps_its_spelling_and_a_new_one_is_lower_case() -> None:
    requirement = parse_requirement("Zope_Interface.X>=1")
    assert merged_value(requirement, {"zope.interface-X": "*"})[0] == "zope.interface-X"
    assert merged_value(requirement, {})[0] == "zope-interface.x"


def test_origin_of_an_address() -> None:
    assert origin_of_url("https://files.example/x.zip#subdirectory=a") == ArchiveOrigin(
        "https://files.example/x.zip#subdirectory=a", "a"
    )
