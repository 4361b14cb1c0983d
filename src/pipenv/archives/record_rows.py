"""The rows of RECORD files: path, digest, size (recording installed projects, PEP 376 and 627).

The text is comma separated with quotes where needed. What the rows mean is left to those who read
them.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


class RecordRow(NamedTuple):
    """One row as it is written."""

    path: str
    digest: str
    """``sha256=…``, or empty."""
    size: str


def record_rows(text: str) -> Iterator[RecordRow]:
    """The rows of a RECORD in order; blank lines are left out.

    Raises:
        ValueError: a line is no row; its text is the argument.
    """
    for line in text.split("\n"):
        stripped = line.removesuffix("\r")
        if not stripped:
            continue
        if '"' in stripped:
            yield _quoted_row(stripped)
        else:
            fields = stripped.rsplit(",", 2)
            if len(fields) == 1:
                yield RecordRow(stripped, "", "")  # what PEP 376 lets old installers write
            elif len(fields) == 3:
                yield RecordRow(*fields)
            else:
                raise ValueError(line)


def record_line(path: str, digest: str, size: int | str) -> str:
    """One row as text, with its line end."""
    if "," in path or '"' in path:
        path = '"' + path.replace('"', '""') + '"'
    return f"{path},{digest},{size}\n"


def _quoted_row(line: str) -> RecordRow:
    fields: list[str] = []
    at = 0
    while True:
        if line.startswith('"', at):
            value, at = _quoted_field(line, at + 1)
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            value, at = line[at:end], end
        fields.append(value)
        if at == len(line):
            break
        if line[at] != ",":
            raise ValueError(line)
        at += 1
    if len(fields) == 1:
        fields += ["", ""]
    if len(fields) != 3:
        raise ValueError(line)
    return RecordRow(*fields)


def _quoted_field(line: str, at: int) -> tuple[str, int]:
    """The field whose opening quote is before `at`, and where it ends."""
    parts: list[str] = []
    while True:
        end = line.find('"', at)
        if end < 0:
            raise ValueError(line)
        parts.append(line[at:end])
        if not line.startswith('""', end):
            return "".join(parts), end + 1
        parts.append('"')
        at = end + 2
