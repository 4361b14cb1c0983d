"""Versions (PEP 440): the grammar scanned by hand, ordering keys, the normal form.

A key is a plain tuple, so that keys go through `marshal` and are compared by C code alone::

    (epoch, release without trailing zeros, pre, post, dev, local)

    pre    (0, 0) only a development release of the final one · (1, n) alpha · (2, n) beta ·
           (3, n) release candidate · (4, 0) none
    post   -1 none, else its number
    dev    (0, n), or (1,) when there is none
    local  (0, text) and (1, number) parts; () when there is none

`specifiers` places cuts between keys with tuples of the same shape that no version has.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn, TypeAlias

    VersionKey: TypeAlias = tuple[
        int,
        tuple[int, ...],
        tuple[int, ...],
        int,
        tuple[int, ...],
        tuple[tuple[int, int | str], ...],
    ]
    _Parts: TypeAlias = tuple[
        int, tuple[int, ...], tuple[str, int] | None, int | None, int | None, str | None
    ]

DEV_ONLY = (0, 0)
FINAL = (4, 0)
NO_POST = -1
NO_DEV = (1,)

_PRE, _POST, _DEV = 1, 2, 3
_LABELS = {
    "alpha": (_PRE, "a"),
    "a": (_PRE, "a"),
    "beta": (_PRE, "b"),
    "b": (_PRE, "b"),
    "preview": (_PRE, "rc"),
    "pre": (_PRE, "rc"),
    "c": (_PRE, "rc"),
    "rc": (_PRE, "rc"),
    "post": (_POST, "post"),
    "rev": (_POST, "post"),
    "r": (_POST, "post"),
    "dev": (_DEV, "dev"),
}
"""Kind, by which they follow each other, and normal form. A label stands before its beginnings."""
_PRE_RANK = {"a": 1, "b": 2, "rc": 3}
_DIGITS = "0123456789"
_NUMBERS_AND_DOTS = "0123456789."
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SEPARATORS = "-_."

_MEMO_SIZE = 1 << 15
_keys: dict[str, VersionKey] = {}
_versions: dict[str, Version] = {}


class Version:
    """One version. Compared by `key`; ``str()`` is the normal form, `text` what was written."""

    __slots__ = ("dev", "epoch", "key", "local", "post", "pre", "release", "text")

    def __init__(self, text: str, parts: _Parts) -> None:
        self.text = text
        self.epoch, self.release, self.pre, self.post, self.dev, self.local = parts
        self.key = _key(parts)

    @property
    def is_prerelease(self) -> bool:
        """Whether it is a pre-release or a development release."""
        return self.pre is not None or self.dev is not None

    @property
    def is_postrelease(self) -> bool:
        """Whether it is a post-release."""
        return self.post is not None

    @property
    def is_devrelease(self) -> bool:
        """Whether it is a development release."""
        return self.dev is not None

    @property
    def base_version(self) -> str:
        """Epoch and release only."""
        release = ".".join(map(str, self.release))
        return f"{self.epoch}!{release}" if self.epoch else release

    @property
    def public(self) -> str:
        """The normal form without the local part."""
        text = self.base_version
        if self.pre is not None:
            text += f"{self.pre[0]}{self.pre[1]}"
        if self.post is not None:
            text += f".post{self.post}"
        if self.dev is not None:
            text += f".dev{self.dev}"
        return text

    def __str__(self) -> str:
        return self.public if self.local is None else f"{self.public}+{self.local}"

    def __repr__(self) -> str:
        return f"<Version {self}>"

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Version) -> bool:
        return self.key < other.key

    def __le__(self, other: Version) -> bool:
        return self.key <= other.key

    def __gt__(self, other: Version) -> bool:
        return self.key > other.key

    def __ge__(self, other: Version) -> bool:
        return self.key >= other.key


def parse_version(text: str) -> Version:
    """Return the version that `text` writes.

    Raises:
        InvalidValue: it writes none.
    """
    version = _versions.get(text)
    if version is None:
        version = Version(text.strip(), _scan(text))
        if len(_versions) >= _MEMO_SIZE:
            _versions.clear()
        _versions[text] = version
    return version


def version_key(text: str) -> VersionKey:
    """Return the ordering key of the version that `text` writes, without making a `Version`.

    Raises:
        InvalidValue: it writes none.
    """
    key = _keys.get(text)
    if key is None:
        key = _plain_key(text) or _key(_scan(text))
        if len(_keys) >= _MEMO_SIZE:
            _keys.clear()
        _keys[text] = key
    return key


def is_prerelease_key(key: VersionKey) -> bool:
    """Whether the version with this key is a pre-release or a development release."""
    return key[2][0] != 4 or len(key[4]) == 2


def trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    """Return `release` without its trailing zeros."""
    end = len(release)
    while end and not release[end - 1]:
        end -= 1
    return release if end == len(release) else release[:end]


def plain_release(text: str) -> tuple[int, ...] | None:
    """The numbers of a version that is only digits and dots, as nine of ten are."""
    if not text.replace(".", "").isdigit() or not text.isascii():
        return None
    try:
        return tuple(map(int, text.split(".")))
    except ValueError:  # an empty part, or more digits than `int` takes
        return None


def release_key(release: tuple[int, ...]) -> VersionKey:
    """The key of the version that is only `release`."""
    return (0, release if release[-1] else trimmed(release), FINAL, NO_POST, NO_DEV, ())


def _plain_key(text: str) -> VersionKey | None:
    release = plain_release(text)
    return None if release is None else release_key(release)


def _key(parts: _Parts) -> VersionKey:
    epoch, release, pre, post, dev, local = parts
    if pre is not None:
        phase = (_PRE_RANK[pre[0]], pre[1])
    elif post is None and dev is not None:
        phase = DEV_ONLY
    else:
        phase = FINAL
    return (
        epoch,
        trimmed(release),
        phase,
        NO_POST if post is None else post,
        NO_DEV if dev is None else (0, dev),
        () if local is None else _local_key(local),
    )


def _local_key(local: str) -> tuple[tuple[int, int | str], ...]:
    return tuple((1, int(part)) if part.isdigit() else (0, part) for part in local.split("."))


def _scan(text: str) -> _Parts:
    """Read the whole grammar; each part is taken greedily, nothing is ever read twice."""
    stripped = text.strip()
    if not stripped.isascii():
        _refuse(text)
    public, plus, local = stripped.lower().removeprefix("v").partition("+")
    head, bang, rest = public.partition("!")
    if not bang:
        rest = public
    elif not head.isdigit():
        _refuse(text)
    after_numbers = rest.lstrip(_NUMBERS_AND_DOTS)
    numbers = rest[: len(rest) - len(after_numbers)].rstrip(".")
    try:
        release = tuple(map(int, numbers.split(".")))
        pre, post, dev = _suffixes(rest[len(numbers) :])
        return int(head) if bang else 0, release, pre, post, dev, _local(local) if plus else None
    except ValueError:  # also of a number with more digits than `int` takes
        _refuse(text)


def _suffixes(text: str) -> tuple[tuple[str, int] | None, int | None, int | None]:
    """Read what follows the release: pre-, post- and development release, each at most once."""
    pre, post, dev = None, None, None
    reached = 0
    while text:
        if text[0] == "-" and text[1:2].isdigit():  # ``1.0-1`` is ``1.0.post1``
            kind, label, text = _POST, "post", text[1:]
        else:
            kind, label, text = _label(text[1:] if text[0] in _SEPARATORS else text, reached)
            if text and text[0] in _SEPARATORS:
                text = text[1:]
        if kind <= reached:
            raise ValueError(text)
        reached = kind
        rest = text.lstrip(_DIGITS)
        number = int(text[: len(text) - len(rest)] or 0)
        text = rest
        if kind == _PRE:
            pre = (label, number)
        elif kind == _POST:
            post = number
        else:
            dev = number
    return pre, post, dev


def _label(text: str, reached: int) -> tuple[int, str, str]:
    """Read a label: its kind, its normal form, and what follows it."""
    rest = text.lstrip(_LETTERS)
    word = text[: len(text) - len(rest)]
    found = _LABELS.get(word)
    if found is not None:
        return *found, rest
    # Two labels with nothing between, as in ``1.0rcdev``, which the grammar allows.
    for label, (kind, normal) in _LABELS.items():
        if kind > reached and word.startswith(label):
            return kind, normal, text[len(label) :]
    raise ValueError(text)


def _local(text: str) -> str:
    parts = text.replace("-", ".").replace("_", ".").split(".")
    if not all(map(str.isalnum, parts)):
        raise ValueError(text)
    return ".".join(str(int(part)) if part.isdigit() else part for part in parts)


def _refuse(text: str) -> NoReturn:
    raise InvalidValue(f"`{text}` is not a version")
