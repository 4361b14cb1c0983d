"""Links of HTML project pages, with the attributes of the simple API (PEP 503, 592, 658, 714).

A scanner for tags and their attributes, no more: what stands between the tags does not matter. It
never fails; what is no HTML has no links.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

_SPACE = " \t\r\n\f"
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "plus": "+", "nbsp": "\xa0"}
"""The character references that index pages use, besides numbers."""
_RAW_TEXT = ("script", "style")


class Link(NamedTuple):
    """An ``a`` element, or the ``base`` element of the page."""

    href: str | None
    requires_python: str | None = None
    yanked: str | None = None
    """`None` if not yanked, else the reason or ``""``."""
    core_metadata: str | None = None
    """The value of ``data-core-metadata`` or of its older name."""
    base: str | None = None
    """Only for ``base``: where relative links start."""


def read_links(body: bytes) -> tuple[list[Link], str | None]:
    """Read the links, in order, and the version of the API that the page announces, if any."""
    text = body.decode("utf-8", "replace")
    links: list[Link] = []
    version = None
    at = 0
    while True:
        at = text.find("<", at)
        if at < 0:
            return links, version
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
            at = len(text) if end < 0 else end + 3
            continue
        tag, start = _tag_name(text, at + 1)
        if tag in {"a", "base", "meta"}:
            attributes, at = _attributes(text, start)
            if tag == "a":
                _add_link(links, attributes)
            elif tag == "base" and attributes.get("href"):
                links.append(Link(href=None, base=attributes["href"].strip()))
            elif attributes.get("name") == "pypi:repository-version":
                version = attributes.get("content", version)
        elif tag in _RAW_TEXT:
            end = text.lower().find(f"</{tag}", start)
            at = len(text) if end < 0 else end + 1
        else:
            at += 1


def read_metas(body: bytes) -> list[tuple[str, str]]:
    """Read name and content of the ``meta`` elements, in order."""
    text = body.decode("utf-8", "replace")
    found = []
    at = text.find("<")
    while at >= 0:
        tag, start = _tag_name(text, at + 1)
        if tag == "meta":
            attributes, start = _attributes(text, start)
            found.append((attributes.get("name", ""), attributes.get("content", "")))
        elif tag == "a":
            break  # what is said of the whole stands in front of the links
        at = text.find("<", start)
    return found


def _add_link(links: list[Link], attributes: dict[str, str]) -> None:
    href = attributes.get("href", "").strip()
    if href:
        announced = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata"))
        links.append(
            Link(
                href=href,
                requires_python=attributes.get("data-requires-python"),
                yanked=attributes.get("data-yanked"),
                core_metadata=announced,
            )
        )


def _tag_name(text: str, start: int) -> tuple[str, int]:
    """The lower-case name of the tag whose name begins at `start`, and where it ends."""
    end = start
    while end < len(text) and text[end].isalnum() and end - start < 16:
        end += 1
    return text[start:end].lower(), end


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes of a tag, each once, the first counts; and where the tag ends."""
    found: dict[str, str] = {}
    size = len(text)
    while True:
        while at < size and text[at] in f"{_SPACE}/":
            at += 1
        if at >= size or text[at] == ">":
            return found, at + 1
        start = at
        at += 1  # an equals sign in front is part of the name
        while at < size and text[at] not in "=/>" and text[at] not in _SPACE:
            at += 1
        name = text[start:at].lower()
        value = ""
        after = at
        while after < size and text[after] in _SPACE:
            after += 1
        if after < size and text[after] == "=":
            value, at = _value(text, after + 1)
        found.setdefault(name, value)


def _value(text: str, at: int) -> tuple[str, int]:
    """The value of an attribute after its equals sign, and where it ends."""
    size = len(text)
    while at < size and text[at] in _SPACE:
        at += 1
    quote = text[at : at + 1]
    if quote in {'"', "'"}:
        end = text.find(quote, at + 1)
        if end < 0:
            return "", size
        return _without_references(text[at + 1 : end]), end + 1
    end = at
    while end < size and text[end] != ">" and text[end] not in _SPACE:
        end += 1
    return _without_references(text[at:end]), end


def _without_references(text: str) -> str:
    """`text` with its character references replaced; unknown ones are left as they are."""
    if "&" not in text:
        return text
    first, *pieces = text.split("&")
    result = first
    for piece in pieces:
        name, semicolon, rest = piece.partition(";")
        letter = _character(name) if semicolon else None
        result += f"&{piece}" if letter is None else letter + rest
    return result


def _character(name: str) -> str | None:
    if not name.startswith("#"):
        return _NAMED.get(name)
    digits = name[1:]
    base = 10
    if digits[:1] in {"x", "X"}:
        digits, base = digits[1:], 16
    if not digits.isascii() or not digits.isalnum() or len(digits) > 8:
        return None
    try:
        return chr(int(digits, base))
    except (ValueError, OverflowError):
        return None
