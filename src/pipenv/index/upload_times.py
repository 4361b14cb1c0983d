"""When versions were uploaded (PEP 700), seven bytes each: decimal digits, packed two to a byte.

Pages have the times as text; reading them all would cost more than all else that a page is read
for, and hardly a run asks. So only the digits are kept, which takes a few calls for a whole page.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

NEVER = "~"
"""Sorts behind every time."""
_SIZE = 7
"""Bytes of ``YYYYMMDDHHMMSS``."""
_UNKNOWN = "0000-00-00T00:00:00"
_SIGNS = b"-:T"
_SECONDS_PER_DAY = 86_400
_EPOCH_DAY = 719_468
"""Days from 1 March of the year 0 to 1 January 1970."""


def pack_times(texts: Sequence[str]) -> bytes:
    """Pack times as pages have them; what is none, or not in UTC, is unknown.

    Returns:
        ``b""`` when none is known.
    """
    shaped = [text[:19] if text[-1:] == "Z" and text[10:11] == "T" else _UNKNOWN for text in texts]
    digits = "".join(shaped).encode("ascii", "replace").translate(None, _SIGNS)
    if len(digits) != 2 * _SIZE * len(shaped) or not digits.isdigit():
        digits = b"".join(map(_digits, shaped))
    return bytes.fromhex(digits.decode()) if digits.strip(b"0") else b""


def unpack_time(packed: bytes, position: int) -> int | None:
    """Return one of the times in whole seconds since the epoch; `None` where it is unknown."""
    digits = packed[position * _SIZE : (position + 1) * _SIZE].hex()
    if not digits.isdigit():
        return None
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    hour, minute, second = int(digits[8:10]), int(digits[10:12]), int(digits[12:])
    if not (1 <= month <= 12 and 1 <= day <= 31 and hour < 24 and minute < 60 and second <= 60):
        return None
    seconds = _day_number(year, month, day) * _SECONDS_PER_DAY
    seconds += hour * 3600 + minute * 60 + second
    return seconds if seconds > 0 else None


def pack_moments(moments: Sequence[int | None]) -> bytes:
    """Pack whole seconds since the epoch; `None` is unknown."""
    packed = b"".join(bytes(_SIZE) if each is None else _packed(each) for each in moments)
    return packed if packed.strip(b"\0") else b""


def later_than(packed: bytes, seconds: int) -> int:
    """Return the mask of the positions whose time is later; unknown ones are not."""
    bound = _packed(seconds)
    mask = 0
    for position in range(len(packed) // _SIZE):
        if packed[position * _SIZE : (position + 1) * _SIZE] > bound:
            mask |= 1 << position
    return mask


def _packed(seconds: int) -> bytes:
    """The digits of a moment, packed; moments before the epoch count as the epoch."""
    days, rest = divmod(max(seconds, 0), _SECONDS_PER_DAY)
    # The inverse of `_day_number`: years begin in March, and 400 of them have 146,097 days.
    days += _EPOCH_DAY
    era, day = divmod(days, 146_097)
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5 - 1
    year += 400 * era + (month >= 10)
    month += 3 if month < 10 else -9
    hour, rest = divmod(rest, 3600)
    return bytes.fromhex(
        "%04d%02d%02d%02d%02d%02d" % (min(year, 9999), month, day, hour, rest // 60, rest % 60)  # noqa: UP031
    )


def _digits(text: str) -> bytes:
    digits = text.encode("ascii", "replace").translate(None, _SIGNS)
    return digits if len(digits) == 2 * _SIZE and digits.isdigit() else b"0" * 2 * _SIZE


def _day_number(year: int, month: int, day: int) -> int:
    """Days since the epoch; years are counted from March, so that the leap day comes last."""
    year -= month <= 2
    day_of_year = (153 * ((month - 3) % 12) + 2) // 5 + day - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + day_of_year - _EPOCH_DAY
