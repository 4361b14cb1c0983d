"""Texts without the secrets that may stand in them, to be shown to strangers.

Hidden are the credentials of URLs, parts of URLs that look like keys, the values of what is called
like a secret, and the values of such variables wherever they occur.  References to variables
(``${NAME}``) stay: they tell nothing and explain much.  Rather too much is hidden than too little.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HIDDEN = "****"
_SHORTEST_SECRET = 6
"""Shorter values of variables occur in innocent words."""
_CALLED = (
    "tokens?|secrets?|passwd|password|passphrase|pass|(?<=[-_.])pwd|credentials?|auth|apikey|key"
)
_SECRET_NAME = re.compile(rf"(?:^|[-_.])(?:{_CALLED})(?:$|[-_.])", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=://)[^/?#\s\"'`<>]+(?=@)")
_PARAMETER = re.compile(rf"([?&#;](?:[\w.-]*[-_.])?(?:{_CALLED})=)([^&#\s\"'`<>]+)", re.IGNORECASE)
_URL_PATH = re.compile(r"(https?://[^/\s\"'`<>]+)(/[^?#\s\"'`<>]*)", re.IGNORECASE)
_KEY_PART = re.compile(r"(?<=/)(?=[^/]*[0-9])(?=[^/]*[A-Za-z])[A-Za-z0-9_~+=-]{16,}(?=/|$)")
_ASSIGNMENT = re.compile(
    rf"(?P<name>(?<![\w.])-{{0,2}}(?:[a-z0-9]+[-_.])*(?:{_CALLED})(?:[-_.][a-z0-9]+)*(?![\w-]))"
    r"""(?P<sign>["']?\s*[=:]\s*|\s+(?=[^\s-]))"""
    r"""(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s,"'}\]{\[]+)""",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(r"""["']?(?:\*|[<>=!~^]|\$|%\w+%|true\b|false\b|$|["']$)""")
"""What begins like a version specifier, a reference to a variable, or says yes or no."""


def is_secret_name(name: str) -> bool:
    """Tell whether a variable, a key or an option is called like a secret."""
    return _SECRET_NAME.search(name) is not None


def secrets_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The values of the variables that are called like secrets, the longest first."""
    found = {
        value
        for name, value in environ.items()
        if is_secret_name(name) and len(value) >= _SHORTEST_SECRET
    }
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def without_secrets(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` with `HIDDEN` instead of what is, or looks like, a secret.

    Args:
        text: any number of lines of TOML, JSON, shell or prose.
        secrets: texts that are known to be secret.
    """
    text = _USERINFO.sub(_userinfo, text)
    text = _PARAMETER.sub(rf"\1{HIDDEN}", text)
    text = _URL_PATH.sub(lambda found: found[1] + _KEY_PART.sub(HIDDEN, found[2]), text)
    text = _ASSIGNMENT.sub(_assignment, text)
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text


def _userinfo(found: re.Match[str]) -> str:
    parts = found[0].split(":")
    are_references = all(re.fullmatch(r"\$\w+|\$\{\w+\}|'\$\{?\w+\}?'", each) for each in parts)
    return found[0] if are_references or found[0] == "git" else HIDDEN


def _assignment(found: re.Match[str]) -> str:
    name, sign, value = found["name"], found["sign"], found["value"]
    is_word_of_an_option = not sign.strip() and not name.startswith("-")
    if is_word_of_an_option or _NO_SECRET.match(value):
        return found[0]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{name}{sign}{quote}{HIDDEN}{quote}"
