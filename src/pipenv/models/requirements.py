"""Requirements (PEP 508): one line that asks for a package.

Accepts what old releases wrote and is clear: parentheses around the specifiers, a comma after the
last one, ``.*`` after an ordered operator.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.markers import Marker, parse_marker
from pipenv.models.names import canonical_name, is_name
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import ANY, SpecifierSet, parse_specifiers

_NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
_MEMO_SIZE = 1 << 13
_requirements: dict[str, Requirement] = {}


class Requirement(NamedTuple):
    """What a package, or a Pipfile, asks for."""

    name: str
    """As written; `key` is the canonical form."""
    extras: tuple[str, ...] = ()
    """Canonical and sorted, each once."""
    specifiers: SpecifierSet = ANY
    marker: Marker | None = None
    url: str | None = None

    @property
    def key(self) -> str:
        """The canonical name."""
        return canonical_name(self.name)

    def __str__(self) -> str:
        text = self.name
        if self.extras:
            text += f"[{','.join(self.extras)}]"
        if self.url is not None:
            text += f" @ {self.url}"
            if self.marker is not None:
                text += " "
        else:
            text += str(self.specifiers)
        return text if self.marker is None else f"{text}; {self.marker}"


def parse_requirement(text: str) -> Requirement:
    """Return the requirement that `text` writes.

    Raises:
        InvalidValue: it writes none.
    """
    requirement = _requirements.get(text)
    if requirement is None:
        try:
            requirement = _parse(text.strip())
        except InvalidValue as error:
            raise InvalidValue(
                f"`{text.strip()}` is not a requirement: {error}", hints=error.hints
            ) from error
        if len(_requirements) >= _MEMO_SIZE:
            _requirements.clear()
        _requirements[text] = requirement
    return requirement


def _parse(text: str) -> Requirement:
    rest = text.lstrip(_NAME_CHARACTERS)
    name = text[: len(text) - len(rest)]
    if not is_name(name):
        raise InvalidValue(f"`{name or text}` is not a package name")
    rest = rest.lstrip()
    extras: tuple[str, ...] = ()
    if rest.startswith("["):
        extras, rest = _extras(rest)
    if rest.startswith("@"):
        url, marker_text = _url(rest[1:].lstrip())
        specifiers = ANY
    else:
        url = None
        specifiers_text, semicolon, marker_text = rest.partition(";")
        specifiers = _specifiers(specifiers_text.strip()) if specifiers_text else ANY
        if semicolon and not marker_text.strip():
            raise InvalidValue("there is no marker after the semicolon")
    marker = parse_marker(marker_text.strip()) if marker_text else None
    return Requirement(name, extras, specifiers, marker, url)


def _extras(text: str) -> tuple[tuple[str, ...], str]:
    """Read ``[a, b]`` and return the names and what follows."""
    inside, bracket, rest = text[1:].partition("]")
    if not bracket:
        raise InvalidValue("the bracket of the extras is not closed")
    if not inside.strip():
        return (), rest.lstrip()
    names = [name.strip() for name in inside.split(",")]
    for name in names:
        if not is_name(name):
            raise InvalidValue(f"`{name}` is not the name of an extra")
    return tuple(sorted(set(map(canonical_name, names)))), rest.lstrip()


def _url(text: str) -> tuple[str, str]:
    """Read an URL and the marker after it; only white space ends an URL."""
    parts = text.split(maxsplit=1)
    if not parts:
        raise InvalidValue("there is no URL after the `@`")
    if len(parts) == 1:
        return parts[0], ""
    url, rest = parts
    if not rest.startswith(";"):
        raise InvalidValue(f"expected a semicolon after the URL, found `{rest}`")
    if not rest[1:].strip():
        raise InvalidValue("there is no marker after the semicolon")
    return url, rest[1:]


def _specifiers(text: str) -> SpecifierSet:
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    if text == "*":
        raise InvalidValue("`*` is not a version specifier")
    return parse_specifiers(text)
