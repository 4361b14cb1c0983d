"""JSON text to plain values, without loading `json` where the interpreter's scanner can be had.

The scanner in C does the whole work of reading; `json` around it costs more to load than a large
lock costs to read.
"""

from __future__ import annotations

from pipenv.lockfile._json_fault import SPACES, find_fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

BYTE_ORDER_MARK = "\ufeff"


class DecodingError(ValueError):
    """The text is no JSON."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        """The number of the line, from 1, where reading stopped."""


def _refuse_constant(name: str) -> object:
    """Refuse NaN and the infinities, which are no JSON."""
    raise ValueError(name)


class _Rules:
    """What the scanner wants to know; nothing is special."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = staticmethod(_refuse_constant)


try:
    _scan: Callable[[str, int], tuple[object, int]] = __import__("_json").make_scanner(_Rules())
except (ImportError, AttributeError):
    _scan = __import__("json").JSONDecoder(parse_constant=_refuse_constant).scan_once


def decode(text: str) -> object:
    """Read JSON; a byte order mark in front is ignored.

    Raises:
        DecodingError: it is no JSON, or nested too deeply.
    """
    start = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    while text[start : start + 1] in SPACES and start < len(text):
        start += 1
    try:
        value, end = _scan(text, start)
    except RecursionError as error:
        raise DecodingError("it is nested too deeply", 1) from error
    except (StopIteration, ValueError, SystemError) as error:
        # Without its Python half the scanner cannot make its own error: that is the SystemError.
        raise DecodingError(*find_fault(text.removeprefix(BYTE_ORDER_MARK))) from error
    if text[end:].strip(SPACES):
        raise DecodingError(*find_fault(text.removeprefix(BYTE_ORDER_MARK)))
    return value
