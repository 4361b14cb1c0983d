"""``direct_url.json`` (PEP 610): where a distribution came from when no index had it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

try:
    # The scanner that `json` is built around; the package itself would load `re`.
    from _json import make_scanner

    class _Options:
        """What the scanner asks for: JSON as it is, nothing converted."""

        strict = True
        object_hook = None
        object_pairs_hook = None
        parse_float = float
        parse_int = int
        parse_constant = float
        memo: dict[str, str] = {}  # noqa: RUF012 - the scanner's Python twin wants it

    _scan: Callable[[str, int], tuple[object, int]] = make_scanner(_Options())  # type: ignore[arg-type]
except (ImportError, TypeError):
    from json import JSONDecoder

    _scan = JSONDecoder().raw_decode

_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


def parse_direct_url(data: bytes) -> dict[str, Any] | None:
    """Read the file; `None` when it is no JSON object with a URL."""
    try:
        text = data.decode("utf-8").strip()
        value, end = _scan(text, 0)
    except (ValueError, StopIteration, RecursionError):
        return None
    if end != len(text) or not isinstance(value, dict) or not isinstance(value.get("url"), str):
        return None
    return value


def editable_path(direct_url: Mapping[str, Any]) -> str | None:
    """The project folder of an editable installation, `None` for every other kind."""
    info = direct_url.get("dir_info")
    if not isinstance(info, dict) or info.get("editable") is not True:
        return None
    return file_url_path(direct_url["url"])


def file_url_path(url: str) -> str | None:
    """The path in a ``file:`` URL; `None` for other URLs."""
    scheme, colon, rest = url.partition(":")
    if scheme.lower() != "file" or not colon:
        return None
    if rest.startswith("//"):
        _, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    path = _unquote(rest)
    if len(path) > 2 and path[0] == "/" and path[2] in ":|" and path[1].isalpha():
        return path[1] + ":" + path[3:]  # Windows: file:///C:/…
    return path


def _unquote(text: str) -> str:
    head, *pieces = text.split("%")
    data = bytearray(head.encode("utf-8", "surrogateescape"))
    for piece in pieces:
        code, rest = piece[:2], piece[2:]
        if len(code) == 2 and all(digit in _HEX_DIGITS for digit in code):
            data.append(int(code, 16))
        else:
            rest = "%" + piece
        data += rest.encode("utf-8", "surrogateescape")
    return data.decode("utf-8", "surrogateescape")
