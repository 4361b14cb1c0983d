"""Project pages of the simple repository API, JSON and HTML, as artifacts (PEP 503, 691, 700).

Pure. Both forms can be read in two depths: an *outline* (file names and what decides about
versions) of all files, and full `Artifact` values of some. Files are listed as the page has them:
whether their names make sense is judged elsewhere.
"""

from __future__ import annotations

from pipenv.errors import MalformedPage
from pipenv.index._html_links import read_links
from pipenv.index._json_decoding import NotAPage, decode_files, decode_outline, entries_with
from pipenv.models.artifacts import Artifact
from pipenv.models.digests import Digest
from pipenv.network.addresses import join, percent_decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pipenv.index._html_links import Link
    from pipenv.index._json_decoding import FileEntry, ListedFile

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPES = frozenset(
    {"text/html", "application/vnd.pypi.simple.v1+html", "application/xhtml+xml"}
)
ACCEPT = f"{JSON_TYPE}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
"""The ``Accept`` header of a request for a page."""

_JSON_TYPES = frozenset({JSON_TYPE, "application/json"})
_ENOUGH_BYTES = 16 * 1024
_SCHEMES = ("https://", "http://")
_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128, "sha1": 40, "md5": 32, "sha224": 56}
_HEX_DIGITS = frozenset("0123456789abcdef")


class LinkedFile:
    """What a link in HTML tells of its file."""

    __slots__ = ("filename", "requires_python", "upload_time", "yanked")

    def __init__(self, filename: str, link: Link) -> None:
        self.filename = filename
        self.requires_python = link.requires_python
        self.upload_time: str | None = None
        self.yanked = link.yanked


def parse_outline(
    content_type: str,
    body: bytes,
    shown: str,
    *,
    decode: Callable[[bytes], Sequence[ListedFile]] = decode_outline,
) -> Sequence[ListedFile]:
    """Read what decides about versions from the page of a project.

    Args:
        content_type: media type, lower-case, without parameters.
        body: the page.
        shown: name and address of the page, for messages.
        decode: for JSON pages.

    Raises:
        MalformedPage: it is not a page of the simple API.
    """
    if content_type in _JSON_TYPES:
        try:
            return decode(body)
        except NotAPage as error:
            raise _malformed(shown, str(error)) from error
    links = _links(content_type, body, shown)
    return [LinkedFile(filename, link) for filename, link in _named(links)]


def parse_artifacts(
    content_type: str,
    body: bytes,
    base_url: str,
    *,
    filenames: Collection[str] | None = None,
) -> list[Artifact]:
    """Read files from the page of a project.

    Args:
        content_type: media type, lower-case, without parameters.
        body: the page.
        base_url: where the page came from; relative links start there.
        filenames: only these; `None` for all.

    Raises:
        MalformedPage: it is not a page of the simple API.
    """
    if content_type in _JSON_TYPES:
        return parse_json_page(body, base_url, filenames=filenames)
    return parse_html_page(body, base_url, content_type=content_type, filenames=filenames)


def parse_listed(
    content_type: str, body: bytes, base_url: str, digests: Collection[str]
) -> list[Artifact]:
    """Read the files that have one of some SHA-256 digests, with as little work as possible.

    Returns:
        Nothing when the page has none of them, or is none that we can read.
    """
    found: Iterable[Artifact | None]
    if content_type in _JSON_TYPES:
        found = (_artifact_of_entry(entry, base_url) for entry in entries_with(body, digests))
    else:
        try:
            found = parse_html_page(body, base_url, content_type=content_type)
        except MalformedPage:
            return []
    return [
        artifact
        for artifact in found
        if artifact is not None and any(each.hex in digests for each in artifact.digests)
    ]


def parse_json_page(
    body: bytes, base_url: str, *, filenames: Collection[str] | None = None
) -> list[Artifact]:
    """Read files from a page in JSON (PEP 691); see `parse_artifacts`."""
    try:
        entries = decode_files(body, filenames)
    except NotAPage as error:
        raise _malformed(base_url, str(error)) from error
    found = (_artifact_of_entry(entry, base_url) for entry in entries)
    return [artifact for artifact in found if artifact is not None]


def parse_html_page(
    body: bytes,
    base_url: str,
    *,
    content_type: str = "text/html",
    filenames: Collection[str] | None = None,
) -> list[Artifact]:
    """Read files from a page in HTML (PEP 503); see `parse_artifacts`."""
    links = _links(content_type, body, base_url)
    base = base_url
    for link in links:
        if link.base is not None:
            base = join(base_url, link.base)
            break
    found = (
        _artifact_of_link(filename, link, base)
        for filename, link in _named(links)
        if filenames is None or filename in filenames
    )
    return [artifact for artifact in found if artifact is not None]


def _links(content_type: str, body: bytes, shown: str) -> list[Link]:
    if content_type not in HTML_TYPES:
        raise _malformed(shown, f"it is sent as `{content_type[:60] or 'nothing in particular'}`")
    start = body[:_ENOUGH_BYTES].lower()
    if not any(mark in start for mark in (b"<!doctype", b"<html", b"<a ", b"<body", b"<head")):
        raise _malformed(shown, "it is no HTML")
    links, version = read_links(body)
    if not links and version is None and b"<form" in body.lower():
        raise _malformed(shown, "it is a form, such as that of a login")
    if version is not None and version.partition(".")[0].strip() != "1":
        raise _malformed(shown, f"it is of the unknown version {version[:20]} of the API")
    return links


def _named(links: Iterable[Link]) -> Iterable[tuple[str, Link]]:
    """Links to files with their file names; each name once, the first counts."""
    seen: set[str] = set()
    for link in links:
        if link.href is None:
            continue
        path = link.href.partition("#")[0].partition("?")[0]
        filename = percent_decoded(path.rpartition("/")[2])
        if filename and "/" not in filename and filename not in seen:
            seen.add(filename)
            yield filename, link


def _artifact_of_link(filename: str, link: Link, base: str) -> Artifact | None:
    href, _, fragment = (link.href or "").partition("#")
    url = join(base, href.strip())
    if not url.lower().startswith(_SCHEMES):
        return None
    digest = _digest_of_text(fragment.partition("&")[0])
    announced = link.core_metadata
    return Artifact(
        filename=filename,
        url=url,
        digests=() if digest is None else (digest,),
        requires_python=link.requires_python or None,
        yanked=link.yanked,
        metadata_digest=None if announced is None else _digest_of_text(announced),
        has_metadata=announced is not None and announced.lower() != "false",
    )


def _artifact_of_entry(entry: FileEntry, base_url: str) -> Artifact | None:
    url = join(base_url, entry.url).partition("#")[0]
    if not url.lower().startswith(_SCHEMES):
        return None
    announced = entry.core_metadata
    metadata_digests = _digests_of_table(announced) if isinstance(announced, dict) else ()
    yanked = entry.yanked
    return Artifact(
        filename=entry.filename,
        url=url,
        digests=_digests_of_table(entry.hashes),
        requires_python=entry.requires_python or None,
        size=entry.size,
        upload_time=entry.upload_time,
        yanked=None if yanked is False else yanked if isinstance(yanked, str) else "",
        metadata_digest=_strongest(metadata_digests),
        has_metadata=isinstance(announced, dict) or announced is True,
    )


def _digests_of_table(table: Mapping[str, str]) -> tuple[Digest, ...]:
    found = []
    for algorithm, value in table.items():
        digest = _digest(algorithm, value)
        if digest is not None:
            found.append(digest)
    return tuple(found)


def _digest_of_text(text: str) -> Digest | None:
    """The digest that ``sha256=…`` writes; `None` for anything else."""
    algorithm, separator, value = text.partition("=")
    return _digest(algorithm, value) if separator else None


def _digest(algorithm: str, value: str) -> Digest | None:
    algorithm, value = algorithm.strip().lower(), value.strip().lower()
    is_sound = _HEX_LENGTHS.get(algorithm) == len(value) and _HEX_DIGITS.issuperset(value)
    return Digest(algorithm, value) if is_sound else None


def _strongest(digests: tuple[Digest, ...]) -> Digest | None:
    for algorithm in ("sha512", "sha384", "sha256"):
        for digest in digests:
            if digest.algorithm == algorithm:
                return digest
    return None


def _malformed(shown: str, reason: str) -> MalformedPage:
    return MalformedPage(
        f"{shown} is not a project page: {reason}",
        hints=["check the URL of the source: it usually ends in `/simple`"],
    )
