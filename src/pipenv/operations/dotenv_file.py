"""The project's ``.env`` file, by python-dotenv's rules. Imported only when there is one."""

from __future__ import annotations

import io
import os
from functools import lru_cache

from dotenv.main import DotEnv

from pipenv.errors import FileAccessError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def read_dotenv(path: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Read the variables of a ``.env`` file; names without a value are left out.

    ``${NAME}`` refers to earlier lines, then to `environ`.

    Raises:
        FileAccessError: the file cannot be read.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise FileAccessError(f"`{os.path.basename(path)}` could not be read: {error}") from error
    return _interpolated(_parsed(text), environ)


@lru_cache(maxsize=4)
def _parsed(text: str) -> Mapping[str, str | None]:
    """Parse once: every parsing warns of the lines that mean nothing."""
    return DotEnv(dotenv_path=None, stream=io.StringIO(text), interpolate=False).dict()


def _interpolated(values: Mapping[str, str | None], environ: Mapping[str, str]) -> dict[str, str]:
    known = dict(environ)
    result: dict[str, str] = {}
    for name, value in values.items():
        if value is None:
            continue
        result[name] = known[name] = _expand(value, known)
    return result


def _expand(text: str, known: Mapping[str, str]) -> str:
    parts: list[str] = []
    index = 0
    while (start := text.find("${", index)) >= 0:
        end = text.find("}", start)
        if end < 0:
            break
        name, dash, default = text[start + 2 : end].partition(":-")
        if ":" in name:  # not a form that means something, so it stays
            parts.append(text[index : end + 1])
        else:
            parts += [text[index:start], known.get(name, default if dash else "")]
        index = end + 1
    return "".join(parts) + text[index:]
