"""Links of HTML project pages, with the attributes of the simple API (PEP 503, 592, 658, 714)."""

from __future__ import annotations

from html.parser import HTMLParser

from pipenv.models.records import NamedTuple


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
    """Read the links, in order, and the version of the API that the page announces, if any.

    Never fails: what is no HTML has no links.
    """
    reader = _Reader()
    reader.feed(body.decode("utf-8", "replace"))
    reader.close()
    return reader.links, reader.version


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.version: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            found = dict(attrs)
            href = found.get("href")
            if not href:
                return
            announced = found.get("data-core-metadata", found.get("data-dist-info-metadata"))
            self.links.append(
                Link(
                    href=href.strip(),
                    requires_python=found.get("data-requires-python"),
                    yanked=(found["data-yanked"] or "") if "data-yanked" in found else None,
                    core_metadata=announced,
                )
            )
        elif tag == "base":
            href = dict(attrs).get("href")
            if href:
                self.links.append(Link(href=None, base=href.strip()))
        elif tag == "meta":
            found = dict(attrs)
            if found.get("name") == "pypi:repository-version":
                self.version = found.get("content")
