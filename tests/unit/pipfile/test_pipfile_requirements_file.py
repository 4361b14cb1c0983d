"""The format of ``requirements.txt``."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import InvalidValue
from pipenv.pipfile.requirements_file import (
    FileReference,
    RequirementLine,
    RequirementsFile,
    decode,
    expanded,
    parse_requirements_file,
)

DIGEST = "sha256:" + "ab" * 32


def parsed(text: str, **environ: str) -> RequirementsFile:
    return parse_requirements_file(text, "requirements.txt", environ)


def texts(text: str, **environ: str) -> list[str]:
    return [
        line.text for line in parsed(text, **environ).lines if isinstance(line, RequirementLine)
    ]


def test_lines_comments_and_blanks() -> None:
    text = "# all\n\nrequests[socks] >=2 ; os_name == 'nt'  # why\r\nfoo\n   \n\tbar==1 \n"
    assert texts(text) == ["requests[socks] >=2 ; os_name == 'nt'", "foo", "bar==1"]


def test_a_hash_inside_an_address_is_no_comment() -> None:
    line = "git+https://host.example/x@v1#egg=x&subdirectory=y"
    assert texts(f"{line} # comment") == [line]


def test_a_backslash_continues_and_a_comment_ends_it() -> None:
    text = "foo \\\n  >=1, \\\n  <2\nbar \\\n# said about bar\n>=3\n"
    found = parsed(text).lines
    assert [line.place for line in found] == [
        "requirements.txt:1", "requirements.txt:4", "requirements.txt:6"
    ]  # fmt: skip
    assert texts("foo \\") == ["foo"]


def test_hashes_belong_to_their_requirement() -> None:
    text = f"foo==1 \\\n    --hash={DIGEST} \\\n    --hash sha512:{'0' * 128}\nbar==2\n"
    foo, bar = parsed(text).lines
    assert isinstance(foo, RequirementLine)
    assert isinstance(bar, RequirementLine)
    assert (foo.text, list(map(str, foo.digests))) == ("foo==1", [DIGEST, "sha512:" + "0" * 128])
    assert (bar.text, bar.digests) == ("bar==2", ())


def test_other_files() -> None:
    found = parsed("-r other.txt\n--requirement=https://host.example/r.txt\n-c my limits.txt # x\n")
    assert found.lines == (
        FileReference("other.txt", is_constraint=False, place="requirements.txt:1"),
        FileReference(
            "https://host.example/r.txt", is_constraint=False, place="requirements.txt:2"
        ),
        FileReference("my limits.txt", is_constraint=True, place="requirements.txt:3"),
    )


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("-e .", "."),
        ("-e ./pkg[extra]", "./pkg[extra]"),
        ("--editable=git+file:///repo#egg=x", "git+file:///repo#egg=x"),
        ('-e "./with space"', "./with space"),
        ("-e ./pkg ; os_name == 'nt'", "./pkg ; os_name == 'nt'"),
    ],
)
def test_editables(line: str, text: str) -> None:
    assert parsed(line).lines == (RequirementLine(text, "requirements.txt:1", is_editable=True),)


def test_options_of_the_file() -> None:
    found = parsed(
        "-i https://one.example/simple --extra-index-url https://two.example\n"
        "--extra-index-url=https://three.example\n--trusted-host two.example\n"
        "--no-binary :all:\n--pre\n--pypi-url=https://four.example\n"
    )
    assert found.values("index-url") == ("https://one.example/simple", "https://four.example")
    assert found.values("extra-index-url") == ("https://two.example", "https://three.example")
    assert found.values("trusted-host") == ("two.example",)
    assert found.values("no-binary") == (":all:",)
    assert found.values("pre") == ("",)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--no-such-option", "requirements.txt:2: `--no-such-option` is no option"),
        ("-r", "requirements.txt:2: `--requirement` needs a value"),
        ("foo --editable", "requirements.txt:2: `--editable` is no option of a requirement"),
        (f"--hash={DIGEST}", "requirements.txt:2: `--hash` belongs behind a requirement"),
        ("foo --hash=md5:" + "0" * 32, "requirements.txt:2: no file may be trusted by its md5"),
        ("foo --hash=sha256:0", "requirements.txt:2: .*is not a digest"),
        ("foo --install-option=--x", "requirements.txt:2: `--install-option` is for a way"),
        ("--pre=yes", "requirements.txt:2: `--pre` takes no value"),
        ("-i 'https://x", "requirements.txt:2: a quote is not closed"),
        ("-i https://x and more", "requirements.txt:2: `and` does not belong here"),
    ],
)
def test_refused_lines(line: str, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        parsed(f"foo\n{line}\n")


def test_variables_are_filled_in_but_not_in_addresses() -> None:
    assert texts("foo==${FOO}\n./${FOO}\n", FOO="1") == ["foo==1", "./1"]
    assert texts("foo==${foo}\nbar==${UNSET}\n", foo="1") == ["foo==${foo}", "bar==${UNSET}"]
    secret = "foo @ https://${TOKEN}@host.example/foo.whl"
    assert texts(secret, TOKEN="hidden") == [secret]
    assert expanded("${A}${B}$A", {"A": "1", "B": "2"}) == "12$A"


@pytest.mark.parametrize(
    "data",
    [
        "é\n".encode(),
        codecs.BOM_UTF8 + "é\n".encode(),
        codecs.BOM_UTF16_LE + "é\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "é\n".encode("utf-16-be"),
        codecs.BOM_UTF32_LE + "é\n".encode("utf-32-le"),
        codecs.BOM_UTF32_BE + "é\n".encode("utf-32-be"),
        "é\n".encode("latin-1"),
    ],
)
def test_encodings(data: bytes) -> None:
    assert decode(data) == "é\n"


def test_a_file_may_name_its_encoding() -> None:
    assert decode("# -*- coding: cp1251 -*-\n# я\n".encode("cp1251")).endswith("# я\n")
    assert decode(b"# coding: no-such\nfoo\n").endswith("foo\n")


@given(st.text())
def test_any_text_is_taken_apart_or_refused_with_its_line(text: str) -> None:
    refused = ""
    found = RequirementsFile(())
    try:
        found = parsed(text)
    except InvalidValue as error:
        refused = error.message
    assert not refused or refused.startswith("requirements.txt:")
    for line in found.lines:
        assert int(line.place.partition(":")[2]) <= len(text.splitlines())


NAMES = st.sampled_from(["foo", "Foo.Bar", "x_-y"])
SPECIFIERS = st.sampled_from(["", "==1.0", ">=1,<2", " ~= 1.4", "[a,b]!=1"])
MARKERS = st.sampled_from(["", "; os_name == 'nt'", " ;python_version<'3'"])
HASHES = st.lists(st.integers(0, 2**256 - 1).map(lambda number: f"sha256:{number:064x}"))
BREAKS = st.sampled_from([" ", " \\\n", "  \\\r\n\t"])


@st.composite
def requirement_lines(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """A line, and the requirement and the hashes in it."""
    text = draw(NAMES) + draw(SPECIFIERS) + draw(MARKERS)
    hashes = draw(HASHES)
    line = text + "".join(f"{draw(BREAKS)}--hash={each}" for each in hashes)
    return line + draw(st.sampled_from(["", " # comment", "  "])), text, hashes


@given(st.lists(requirement_lines()))
def test_what_was_written_is_found(written: list[tuple[str, str, list[str]]]) -> None:
    found = parsed("\n".join(line for line, _, _ in written)).lines
    assert [
        (line.text, list(map(str, line.digests)))
        for line in found
        if isinstance(line, RequirementLine)
    ] == [(text, hashes) for _, text, hashes in written]


@given(st.binary())
def test_any_bytes_are_text(data: bytes) -> None:
    assert isinstance(decode(data), str)
