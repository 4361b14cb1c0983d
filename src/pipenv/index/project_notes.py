"""What a page says of its project as a whole: a status (PEP 792), and where else it is (PEP 708).

Pure. Pages may be large and such notes are short, so they are looked up in the bytes.
"""

from __future__ import annotations

from pipenv.index._html_links import read_metas
from pipenv.index._json_decoding import decode_start

_LONGEST_NOTE = 1 << 16
"""Bytes."""
_SPACE = b" \t\r\n"


def read_status(content_type: str, body: bytes) -> tuple[str, str]:
    """Return status and reason as the page has them; ``active`` is an empty text."""
    if _is_html(content_type):
        metas = dict(read_metas(body))
        status: object = metas.get("pypi:project-status", "")
        reason: object = metas.get("pypi:project-status-reason", "")
    else:
        note = _value(body, b'"project-status"')
        table = note if isinstance(note, dict) else {}
        status, reason = table.get("status", ""), table.get("reason", "")
    if not isinstance(status, str) or status == "active":
        return "", ""
    return status, reason if isinstance(reason, str) else ""


def read_locations(content_type: str, body: bytes) -> frozenset[str]:
    """Return the URLs of the same project on other indexes that the page names.

    Those that it tracks and its alternate locations alike; without a slash at the end.
    """
    found: list[object] = []
    if _is_html(content_type):
        names = ("pypi:tracks", "pypi:alternate-locations")
        found = [content for name, content in read_metas(body) if name in names]
    else:
        for key in (b'"tracks"', b'"alternate-locations"'):
            listed = _value(body, key)
            found += listed if isinstance(listed, list) else []
    return frozenset(url.rstrip("/") for url in found if isinstance(url, str))


def _is_html(content_type: str) -> bool:
    return "html" in content_type


def _value(body: bytes, key: bytes) -> object:
    """The value of the first such key, at whatever depth; in texts its quotes would be escaped."""
    at = body.find(key)
    while at >= 0:
        rest = body[at + len(key) : at + len(key) + _LONGEST_NOTE].lstrip(_SPACE)
        if rest.startswith(b":"):
            try:
                return decode_start(rest[1:].lstrip(_SPACE).decode("utf-8", "replace"))
            except (ValueError, StopIteration, RecursionError):
                return None
        at = body.find(key, at + len(key))
    return None
