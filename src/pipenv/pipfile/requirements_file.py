"""The format of ``requirements.txt``, as pip reads it (pure).

One file at a time: what it refers to with ``-r`` and ``-c`` is for the caller to read.  What a
line asks for stays text here; only its options are taken apart.
"""

from __future__ import annotations

import codecs

from pipenv.errors import InvalidValue
from pipenv.models.digests import parse_digest
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipenv.models.digests import Digest

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONG_OF = {"-i": "--index-url", "-f": "--find-links", "-r": "--requirement", "-c": "--constraint",
            "-e": "--editable"}  # fmt: skip
_SAME_AS = {"--pypi-url": "--index-url"}
_FILE_OPTIONS = frozenset(
    {
        *("--index-url", "--extra-index-url", "--trusted-host", "--find-links"),
        *("--no-binary", "--only-binary", "--use-feature"),
    }
)
_FILE_SWITCHES = frozenset({"--no-index", "--pre", "--prefer-binary", "--require-hashes"})
_LINE_OPTIONS = frozenset({"--hash", "--config-settings", "--config-setting"})
_OLD_LINE_OPTIONS = frozenset({"--global-option", "--install-option"})
_NAME_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_QUOTES = frozenset("\"'")


class RequirementLine(NamedTuple):
    """One package that a file asks for."""

    text: str
    """A requirement, an address or a path, with its marker and without its options."""
    place: str
    """Where it is written, for people: ``requirements.txt:3``."""
    is_editable: bool = False
    digests: tuple[Digest, ...] = ()
    """What it may be; empty: anything."""
    config_settings: tuple[str, ...] = ()
    """``KEY=VALUE`` for its build backend."""


class FileReference(NamedTuple):
    """Another file whose lines count, too."""

    target: str
    """A path or a URL."""
    is_constraint: bool
    """Its requirements only limit what others ask for."""
    place: str


class RequirementsFile(NamedTuple):
    """What one file says."""

    lines: tuple[RequirementLine | FileReference, ...]
    """In order."""
    options: tuple[tuple[str, str, str], ...] = ()
    """Long name without dashes, value (``""`` of a switch) and place, for the file as a whole."""

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of an option, in order."""
        return tuple(value for option, value, _ in self.options if option == name)


def decode(data: bytes) -> str:
    """Return the text of a file: by its byte order mark, by a line that names the encoding, UTF-8.

    What is no UTF-8 is taken for Latin-1, in which every file means something: the lines that
    count are ASCII.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    for line in data.splitlines()[:2]:
        _, found, rest = line.partition(b"coding")
        if line.lstrip().startswith(b"#") and found and rest[:1] in (b":", b"="):
            name = rest[1:].split()[:1]
            try:
                return data.decode(name[0].decode("ascii") if name else "utf-8")
            except (LookupError, UnicodeDecodeError):
                break
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def parse_requirements_file(text: str, label: str, environ: Mapping[str, str]) -> RequirementsFile:
    """Take the text of a file apart.

    Args:
        text: its content.
        label: what to call it in places.
        environ: for ``${NAME}``. In addresses these stay, so that no secret is written down.

    Raises:
        InvalidValue: a line is none; file and line are named.
    """
    lines: list[RequirementLine | FileReference] = []
    options: list[tuple[str, str, str]] = []
    for number, line in _logical_lines(text):
        place = f"{label}:{number}"
        try:
            _take(line, place, environ, lines, options)
        except InvalidValue as error:
            raise InvalidValue(f"{place}: {error.message}", hints=error.hints) from error
    return RequirementsFile(tuple(lines), tuple(options))


def _take(
    line: str,
    place: str,
    environ: Mapping[str, str],
    lines: list[RequirementLine | FileReference],
    options: list[tuple[str, str, str]],
) -> None:
    if not line.startswith("-"):
        lines.append(_requirement(line, place, environ))
        return
    line, marker, behind = _without_marker(line)
    rest = _options(_words(line) + _words(behind))
    for name, value in rest:
        if name in {"--requirement", "--constraint"}:
            target = expanded(_valued(name, value), environ)
            lines.append(FileReference(target, name == "--constraint", place))
        elif name == "--editable":
            text = _expanded_unless_address(_valued(name, value), environ) + marker
            found = RequirementLine(text, place, is_editable=True)
            lines.append(_with_options(found, tuple(rest)))
            return
        elif name in _FILE_SWITCHES:
            if value is not None:
                raise InvalidValue(f"`{name}` takes no value")
            options.append((name[2:], "", place))
        elif name in _FILE_OPTIONS:
            options.append((name[2:], _valued(name, value), place))
        elif name in _LINE_OPTIONS:
            raise InvalidValue(f"`{name}` belongs behind a requirement, on the same line")
        else:
            raise InvalidValue(
                f"`{name}` is no option of a requirements file",
                hints=["give options for pip with `--extra-pip-args`"],
            )


def _without_marker(line: str) -> tuple[str, str, str]:
    """Split the line of an editable: before its marker, the marker, the options behind that."""
    start = min((at for at in (line.find(" ;"), line.find("; ")) if at >= 0), default=-1)
    if start < 0 or not line.startswith(("-e", "--editable")):
        return line, "", ""
    marker, dashes, options = line[start:].partition(" --")
    return line[:start], f" ; {marker.strip(' ;')}", dashes + options


def _requirement(line: str, place: str, environ: Mapping[str, str]) -> RequirementLine:
    """Split a requirement from the options behind it."""
    start = line.find("--")
    while start > 0 and not line[start - 1].isspace():
        start = line.find("--", start + 1)
    end = len(line) if start < 0 else start
    text = _expanded_unless_address(line[:end].strip(), environ)
    found = RequirementLine(text, place)
    return _with_options(found, tuple(_options(_words(line[end:]))))


def _with_options(
    line: RequirementLine, options: Sequence[tuple[str, str | None]]
) -> RequirementLine:
    digests: list[Digest] = []
    settings: list[str] = []
    for name, value in options:
        if name == "--hash":
            digest = parse_digest(_valued(name, value))
            if not digest.is_strong:
                raise InvalidValue(
                    f"no file may be trusted by its {digest.algorithm}",
                    hints=["use sha256, sha384 or sha512"],
                )
            digests.append(digest)
        elif name in _LINE_OPTIONS:
            settings.append(_valued(name, value))
        elif name in _OLD_LINE_OPTIONS:
            raise InvalidValue(
                f"`{name}` is for a way of building that is gone",
                hints=["use `--config-settings`, if the backend of the package knows it"],
            )
        else:
            raise InvalidValue(f"`{name}` is no option of a requirement")
    return line._replace(digests=tuple(digests), config_settings=tuple(settings))


def _valued(name: str, value: str | None) -> str:
    if not value:
        raise InvalidValue(f"`{name}` needs a value")
    return value


def _options(words: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Yield long names and values; `None` where there is no value."""
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        value: str | None
        if not word.startswith("-"):
            raise InvalidValue(f"`{word}` does not belong here")
        if word.startswith("--"):
            name, equals, value = word.partition("=")
            name = _SAME_AS.get(name, name)
            if equals:
                yield name, value
                continue
        else:
            name = _LONG_OF.get(word[:2], word)
            if word[:2] in _LONG_OF and len(word) > 2:
                yield name, word[2:].removeprefix("=")
                continue
        if name in _FILE_SWITCHES:
            yield name, None
            continue
        start = at
        takes_all = name in {"--editable", "--requirement", "--constraint"}
        while at < len(words) and not words[at].startswith("-") and (takes_all or at == start):
            at += 1
        yield name, " ".join(words[start:at]) or None


def _words(text: str) -> list[str]:
    """Split at white space outside quotes; a backslash is a character like others."""
    words: list[str] = []
    word = ""
    quote = ""
    is_word = False
    for character in text:
        if quote:
            if character == quote:
                quote = ""
            else:
                word += character
        elif character in _QUOTES and (not word or word.endswith("=")):
            quote = character
            is_word = True
        elif character.isspace():
            if is_word:
                words.append(word)
            word, is_word = "", False
        else:
            word += character
            is_word = True
    if quote:
        raise InvalidValue("a quote is not closed")
    return [*words, word] if is_word else words


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number of the first line and the text of what stands on one or more lines.

    A comment ends what a backslash has continued.
    """
    pieces: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not pieces:
            first = number
        is_comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not is_comment:
            pieces.append(line[:-1])
            continue
        pieces.append("" if is_comment else line)
        found = _without_comment("".join(pieces)).strip()
        pieces = []
        if found:
            yield first, found
    found = _without_comment("".join(pieces)).strip()
    if found:
        yield first, found


def _without_comment(line: str) -> str:
    """Cut at a ``#`` that begins the line or follows white space; others belong to addresses."""
    at = line.find("#")
    while at > 0 and not line[at - 1].isspace():
        at = line.find("#", at + 1)
    return line if at < 0 else line[:at]


def _expanded_unless_address(text: str, environ: Mapping[str, str]) -> str:
    return text if "://" in text else expanded(text, environ)


def expanded(text: str, environ: Mapping[str, str]) -> str:
    """Fill in ``${NAME}`` for each variable that is set; names have capital letters only."""
    parts = text.split("${")
    found = parts[0]
    for part in parts[1:]:
        name, brace, rest = part.partition("}")
        if brace and name and _NAME_CHARACTERS.issuperset(name) and environ.get(name):
            found += environ[name] + rest
        else:
            found += "${" + part
    return found
