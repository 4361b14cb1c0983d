"""What an installed distribution needs: its METADATA, or what came before it."""

from __future__ import annotations

import os

from pipenv.errors import InvalidValue
from pipenv.models.core_metadata import parse_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.core_metadata import CoreMetadata


def read_requires(info_dir: str) -> CoreMetadata:
    """Read the metadata of the distribution whose ``*.dist-info`` or ``*.egg-info`` is given.

    Raises:
        InvalidValue: there is no metadata, or it is no metadata.
    """
    if os.path.isfile(info_dir):
        return parse_metadata(_read(info_dir))
    path = os.path.join(info_dir, "METADATA")
    if os.path.isfile(path):
        return parse_metadata(_read(path))
    headers, blank, body = _read(os.path.join(info_dir, "PKG-INFO")).partition(b"\n\n")
    requires = os.path.join(info_dir, "requires.txt")
    if b"\nRequires-Dist:" not in headers and os.path.isfile(requires):
        text = _read(requires).decode("utf-8", "replace")
        headers += "".join(f"\n{line}" for line in requirement_headers(text)).encode()
    return parse_metadata(headers + blank + body)


def requirement_headers(text: str) -> list[str]:
    """Translate an ``egg-info/requires.txt`` into the headers of today.

    Its sections are named ``[extra]``, ``[:marker]`` or ``[extra:marker]``.
    """
    headers: list[str] = []
    condition = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line[1:-1].partition(":")
            parts = [f"({marker.strip()})"] if marker.strip() else []
            if extra.strip():
                header = f"Provides-Extra: {extra.strip()}"
                if header not in headers:
                    headers.append(header)
                parts.append(f"extra == '{extra.strip()}'")
            condition = " and ".join(parts)
        elif line and not line.startswith("#"):
            headers.append(f"Requires-Dist: {_with_condition(line, condition)}")
    return headers


def _with_condition(requirement: str, condition: str) -> str:
    if not condition:
        return requirement
    plain, semicolon, marker = requirement.partition(";")
    if semicolon:
        condition = f"({marker.strip()}) and {condition}"
    return f"{plain.strip()} ; {condition}"


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InvalidValue(f"cannot read the metadata `{path}`: {reason}") from error
