# ruff: noqa: E501 - messages are compared as wholes, one row each
"""Reading and writing locks: upstream's come back byte for byte, and what is wrong is named."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import InvalidLockfile
from pipenv.lockfile.reader import read_lockfile
from pipenv.lockfile.schema import NOTHING_RAW, Lockfile
from pipenv.lockfile.writer import entry_table, write_lockfile
from pipenv.models.digests import Digest
from pipenv.models.indexes import Index
from pipenv.models.markers import parse_marker
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, Origin, VcsOrigin
from pipenv.models.pins import Pin

LOCKS = sorted((Path(__file__).parents[2] / "golden" / "locks").glob("*.lock"))
HEX = "ab" * 32

LOCK = """\
{
    "_meta": {
        "hash": {
            "sha256": "HASH"
        },
        "pipfile-spec": 6,
        "requires": {
            "python_version": "3.11"
        },
        "sources": [
            {
                "name": "main",
                "url": "https://${USER}:$PASS@index.example/simple",
                "verify_ssl": true
            }
        ]
    },
    "default": {
        "idna": {
            "hashes": [
                "sha256:DIGEST"
            ],
            "index": "main",
            "markers": "python_version >= '3.9'",
            "version": "==3.20"
        }
    },
    "develop": {}
}
""".replace("HASH", "1" * 64).replace("DIGEST", HEX)


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_upstream_wrote_comes_back(path: Path, newline: str) -> None:
    text = path.read_text("utf-8").replace("\n", newline)
    lockfile = read_lockfile(text)
    assert write_lockfile(lockfile, newline=newline) == text
    assert write_lockfile(lockfile._replace(raw=NOTHING_RAW), newline=newline) == text


def test_there_are_some() -> None:
    assert len(LOCKS) >= 5


def test_everything_in_a_lock() -> None:
    lockfile = read_lockfile(LOCK)
    assert lockfile.content_hash == "1" * 64
    assert lockfile.requires == {"python_version": "3.11"}
    assert lockfile.sources == (
        Index("main", "https://${USER}:$PASS@index.example/simple", verify_ssl=True),
    )
    assert lockfile.categories == {
        "default": {
            "idna": Pin(
                name="idna",
                version="3.20",
                extras=(),
                origin=IndexOrigin("main"),
                digests=(Digest("sha256", HEX),),
                marker=parse_marker("python_version >= '3.9'"),
            )
        },
        "develop": {},
    }


@pytest.mark.parametrize(
    ("entry", "version", "origin"),
    [
        ({"version": "==1.0"}, "1.0", IndexOrigin(None)),
        ({"version": "*"}, None, IndexOrigin(None)),
        ({"version": "==>=0.4", "markers": "os_name == 'nt'"}, None, IndexOrigin(None)),
        ({"version": "==*"}, None, IndexOrigin(None)),
        ({"markers": "os_name == 'nt'"}, None, IndexOrigin(None)),
        ({"version": "===1.0-x"}, "1.0-x", IndexOrigin(None)),
        (
            {"git": "https://git.example/x", "ref": "abc", "subdirectory": "d", "editable": True},
            None,
            VcsOrigin("git", "https://git.example/x", "abc", "d", editable=True),
        ),
        ({"hg": "https://hg.example/x", "version": "==1"}, None, VcsOrigin("hg", "https://hg.example/x")),
        ({"path": "./x"}, None, DirectoryOrigin("./x")),
        ({"path": ".", "editable": True}, None, DirectoryOrigin(".", editable=True)),
        ({"file": "./x", "editable": True}, None, DirectoryOrigin("./x", editable=True)),
        ({"file": "https://files.example/x.whl"}, None, ArchiveOrigin("https://files.example/x.whl")),
    ],
)  # fmt: skip
def test_origins(entry: dict[str, object], version: str | None, origin: Origin) -> None:
    pin = read_lockfile(json.dumps({"default": {"x": entry}})).categories["default"]["x"]
    assert (pin.version, pin.origin) == (version, origin)
    assert type(pin.origin) is type(origin)


def test_missing_parts_are_empty() -> None:
    lockfile = read_lockfile("{}")
    assert lockfile.content_hash is None
    assert lockfile.categories == {"default": {}, "develop": {}}
    assert lockfile.sources == ()


def test_unknown_keys_survive_as_long_as_the_entry_does_not_change() -> None:
    text = LOCK.replace('"version": "==3.20"', '"version": "==3.20",\n            "zzz": null')
    lockfile = read_lockfile(text)
    assert write_lockfile(lockfile) == text
    default = lockfile.categories["default"]
    changed = default["idna"]._replace(version="3.21")
    rewritten = write_lockfile(lockfile._replace(categories={"default": {"idna": changed}}))
    assert "zzz" not in rewritten
    assert '"version": "==3.21"' in rewritten


def wrong(text: str) -> str:
    with pytest.raises(InvalidLockfile) as caught:
        read_lockfile(text)
    return caught.value.message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"==3.20"', "320", "line 25: default.idna.version must be a string"),
        ('"==3.20"', '">=3.20"', 'line 25: default.idna.version is ">=3.20" and must be "==" and a version'),
        ('"==3.20"', '"==3.*"', 'line 25: default.idna.version is "==3.*" and must be "==" and a version'),
        (f"sha256:{HEX}", "sha256:abc", "line 20: default.idna.hashes[0] `sha256:abc` is not a digest such as `sha256:…`"),
        (f'"sha256:{HEX}"', "3", "line 20: default.idna.hashes must be a list of strings"),
        ('"main",\n            "markers"', '[],\n            "markers"', "line 23: default.idna.index must be a string"),
        ('"develop": {}', '"develop": []', "line 28: develop must be an object"),
        ('"pipfile-spec": 6', '"pipfile-spec": 7', "line 6: _meta.pipfile-spec is 7, and only 6 is known"),
        ('"verify_ssl": true', '"verify_ssl": 1', "line 14: _meta.sources[0].verify_ssl must be true or false"),
    ],
)  # fmt: skip
def test_errors_name_line_and_key(old: str, new: str, message: str) -> None:
    assert old in LOCK
    assert wrong(LOCK.replace(old, new)) == f"`Pipfile.lock` {message}"


def test_a_marker_that_is_none() -> None:
    message = wrong(LOCK.replace(">= '3.9'", ">= "))
    assert message.startswith("`Pipfile.lock` line 24: default.idna.markers is no marker: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`Pipfile.lock` is empty"),
        ("\ufeff\n", "`Pipfile.lock` is empty"),
        ("[]", "`Pipfile.lock` line 1: the whole must be an object"),
        (LOCK[:-10], "`Pipfile.lock` is not valid JSON: line 28: "),
        (LOCK.replace('"index"', "index"), "`Pipfile.lock` is not valid JSON: line 23: "),
        (LOCK + "x", "`Pipfile.lock` is not valid JSON: line 30: something follows behind its end"),
        ('{"a": NaN}', "`Pipfile.lock` is not valid JSON: line 1: a value is missing"),
        ('{"a":' * 100_000, "`Pipfile.lock` is not valid JSON: line 1: it is nested too deeply"),
        (
            LOCK.replace('    "default"', '<<<<<<< ours\n    "default"'),
            "`Pipfile.lock` has merge conflict markers, the first in line 18",
        ),
    ],
)
def test_text_that_is_no_lock(text: str, message: str) -> None:
    assert wrong(text).startswith(message)


def test_another_name_for_the_file() -> None:
    with pytest.raises(InvalidLockfile, match=r"`x/My\.lock` is empty"):
        read_lockfile("", path="x/My.lock")


# Random locks

texts = st.text("ab'\"\\/é\n😀 .-", max_size=6)
markers = st.sampled_from(
    [
        None,
        "python_version >= '3.8'",
        "python_version not in '3.0, 3.1'",
        "os_name == 'nt' or (sys_platform == 'linux' and python_full_version < '3.14.0')",
    ]
)
digests = st.lists(
    st.sampled_from("0123456789abcdef").map(lambda digit: Digest("sha256", digit * 64)),
    unique=True,
    max_size=3,
).map(lambda found: tuple(sorted(found)))
extras = st.lists(texts, unique=True, max_size=2).map(lambda found: tuple(sorted(found)))
versions = st.sampled_from(["1.0", "2!1.0rc1", "1.0+local.1"])


def pins(name: str) -> st.SearchStrategy[Pin]:
    from_index = st.builds(
        Pin,
        name=st.just(name),
        version=st.none() | versions,
        extras=extras,
        origin=st.builds(IndexOrigin, st.none() | texts),
        digests=digests,
        marker=markers.map(lambda text: None if text is None else parse_marker(text)),
        no_binary=st.booleans(),
    )
    origins = st.one_of(
        st.builds(VcsOrigin, st.sampled_from(["git", "hg"]), texts, texts, texts, st.booleans()),
        st.builds(ArchiveOrigin, texts, st.none() | texts),
        st.builds(DirectoryOrigin, texts, st.booleans()),
    )
    return from_index | st.builds(
        Pin, name=st.just(name), version=st.none(), extras=extras, origin=origins
    )


names = st.sampled_from(["a", "b-c", "zope.interface", "é"])
sections = st.lists(names, unique=True, max_size=3).flatmap(
    lambda chosen: st.fixed_dictionaries({name: pins(name) for name in chosen})
)
locks = st.builds(
    Lockfile,
    content_hash=st.text("0123456789abcdef", min_size=1, max_size=8),
    requires=st.dictionaries(texts, texts, max_size=2),
    sources=st.lists(st.builds(Index, texts.filter(bool), texts, st.booleans()), max_size=2).map(
        tuple
    ),
    categories=st.dictionaries(st.sampled_from(["docs", "Été"]), sections, max_size=2).flatmap(
        lambda custom: st.fixed_dictionaries({"default": sections, "develop": sections}).map(
            lambda main: {**main, **custom}
        )
    ),
)


@given(locks, st.sampled_from(["\n", "\r\n"]))
def test_reading_gives_back_what_was_written(lockfile: Lockfile, newline: str) -> None:
    text = write_lockfile(lockfile, newline=newline)
    again = read_lockfile(text)
    assert again._replace(raw=NOTHING_RAW) == lockfile
    assert write_lockfile(again, newline=newline) == text


@given(locks)
def test_the_layout_is_that_of_the_json_module(lockfile: Lockfile) -> None:
    content: dict[str, Any] = {
        "_meta": {
            "hash": {"sha256": lockfile.content_hash},
            "pipfile-spec": 6,
            "requires": lockfile.requires,
            "sources": [
                {"name": index.name, "url": index.url, "verify_ssl": index.verify_ssl}
                for index in lockfile.sources
            ],
        }
    }
    for category, section in lockfile.categories.items():
        content[category] = {name: entry_table(pin) for name, pin in section.items()}
    expected = json.dumps(content, indent=4, separators=(",", ": "), sort_keys=True) + "\n"
    assert write_lockfile(lockfile) == expected


@given(st.data())
def test_a_damaged_lock_is_an_error_or_reads(data: Any) -> None:
    """Never another exception than ours, whatever is cut out or put in."""
    start = data.draw(st.integers(0, len(LOCK)))
    end = data.draw(st.integers(start, min(len(LOCK), start + 30)))
    text = LOCK[:start] + data.draw(st.text('{}[]":,0a \n', max_size=4)) + LOCK[end:]
    with contextlib.suppress(InvalidLockfile):
        read_lockfile(text)
