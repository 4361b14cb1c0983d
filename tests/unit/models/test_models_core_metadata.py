from __future__ import annotations

from email.parser import BytesHeaderParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import InvalidValue
from pipenv.models.core_metadata import parse_metadata

FULL = b"""\
Metadata-Version: 2.2
Name: Foo.Bar
Version: 1.0
Summary: anything
Dynamic: Requires-Dist
Dynamic: Classifier
Requires-Python: >=3.8, !=3.9.0
Provides-Extra: Dev_Tools
Provides-Extra: docs
Requires-Dist: requests[socks] (>=2.0)
Requires-Dist: sphinx; extra == 'docs'
License: one
        two
Requires-Dist: long
  >=1.0,
\t<2.0
provides-extra: dev-tools

Requires-Dist: not-this-one
Name: nor-this
"""


def test_reads_what_resolving_needs() -> None:
    metadata = parse_metadata(FULL)
    assert metadata.name == "Foo.Bar"
    assert metadata.version == "1.0"
    assert metadata.requires_python == ">=3.8, !=3.9.0"
    assert [str(requirement) for requirement in metadata.requires] == [
        "requests[socks]>=2.0",
        "sphinx; extra == 'docs'",
        "long>=1.0,<2.0",
    ]
    assert metadata.extras == ("dev-tools", "docs")
    assert metadata.metadata_version == "2.2"
    assert metadata.dynamic == ("requires-dist", "classifier")


def test_line_ends_do_not_matter() -> None:
    assert parse_metadata(FULL.replace(b"\n", b"\r\n")) == parse_metadata(FULL)
    assert parse_metadata(b"\xef\xbb\xbf" + FULL) == parse_metadata(FULL)


def test_a_file_may_end_without_description() -> None:
    metadata = parse_metadata(b"Name: a\nVersion: 1")
    assert (metadata.name, metadata.version) == ("a", "1")
    assert metadata.requires_python is None
    assert metadata.requires == ()


@pytest.mark.parametrize("value", [b"", b" ", b" UNKNOWN"])
def test_fields_that_old_tools_wrote_without_a_value(value: bytes) -> None:
    assert parse_metadata(b"Name: a\nVersion: 1\nRequires-Python:" + value).requires_python is None


def test_a_line_that_is_no_header_ends_the_headers() -> None:
    assert parse_metadata(b"Name: a\nVersion: 1\nhello\nRequires-Dist: b\n").requires == ()


def test_bytes_that_are_no_text_do_no_harm() -> None:
    metadata = parse_metadata(b"Name: a\nVersion: 1\nAuthor: \xff\xfe\nRequires-Dist: b\n")
    assert [requirement.name for requirement in metadata.requires] == ["b"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"Name: a\n", "the metadata of `a` has no `Version`"),
        (b"Version: 1\n", "the metadata of `1` has no `Name`"),
        (b"", "the metadata has no `Name`"),
        (b"\n\nName: a\nVersion: 1\n", "the metadata has no `Name`"),
        (b"Name: a b\nVersion: 1\n", "`Name: a b`"),
        (b"Name: a\nVersion: 1\nRequires-Dist: pytz (>dev)\n",
         r"the metadata of `a 1` has a line `Requires-Dist: pytz \(>dev\)`, but `pytz \(>dev\)`"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(data: bytes, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        parse_metadata(data)


HEADERS = st.sampled_from(
    ["Summary: x", "Requires-Dist: foo", "requires-dist: bar (>=1)", "Provides-Extra: x",
     "Requires-Dist: baz;\n  python_version > '3'", "Description: a\n        b: c", "X:",
     "Requires-Dist:a"]
)  # fmt: skip


@given(st.lists(HEADERS, max_size=8), st.sampled_from(["", "\n", "\nRequires-Dist: body\n\nx: y"]))
def test_finds_the_requirements_that_a_mail_parser_finds(lines: list[str], body: str) -> None:
    data = "\n".join(["Name: a", "Version: 1", *lines]) + "\n" + body
    expected = BytesHeaderParser().parsebytes(data.encode()).get_all("Requires-Dist") or []
    found = parse_metadata(data.encode()).requires
    assert [requirement.name for requirement in found] == [
        text.strip()[:3].strip() for text in expected
    ]
