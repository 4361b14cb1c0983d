"""TOML documents that are no Pipfiles."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.pipfile._layout import BYTE_ORDER_MARK
from pipenv.pipfile._toml import TomlError, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def read_toml(text: str) -> dict[str, Any]:
    """Read a document; a byte order mark is ignored.

    Raises:
        InvalidValue: it is no TOML; line and column are named.
    """
    try:
        return loads(text.removeprefix(BYTE_ORDER_MARK))
    except TomlError as error:
        reason = str(error)
        raise InvalidValue(f"not valid TOML: {reason[:1].lower()}{reason[1:]}") from error
