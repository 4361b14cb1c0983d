"""May a file be used on a target: Requires-Python and compatibility tags, and words for the answer.

A *kind* is what decides that for a file: its Requires-Python text (or `None`) and its compressed
tag set (``""`` for a source distribution). The thousands of files of a project are of a few kinds.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.filenames import parse_wheel_filename
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.tags import expand_tags, tag_rank
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import TypeAlias

    from pipenv.models.targets import Target

    Kind: TypeAlias = tuple[str | None, str]

_MOST_WORDS = 6
_SYSTEMS = (("macosx", "macOS"), ("manylinux", "Linux"), ("musllinux", "musl Linux"),
            ("linux", "Linux"), ("win", "Windows"), ("ios", "iOS"), ("android", "Android"),
            ("pyodide", "Pyodide"), ("emscripten", "Emscripten"))  # fmt: skip
_MACHINES = (("x86_64", "x86-64"), ("amd64", "x86-64"), ("universal2", "arm64 and x86-64"),
             ("intel", "x86-64"), ("aarch64", "arm64"), ("arm64", "arm64"), ("i686", "x86"),
             ("win32", "x86"), ("armv7l", "armv7"), ("ppc64le", "ppc64le"), ("s390x", "s390x"),
             ("riscv64", "riscv64"))  # fmt: skip
_IMPLEMENTATIONS = {"cp": "CPython", "pp": "PyPy", "graalpy": "GraalPy", "py": "Python"}


class Admission:
    """Judges files for one target; remembers its judgements."""

    __slots__ = ("_honest", "_pythons", "_target", "_usable")

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pythons: dict[str, bool] = {}
        self._honest: dict[str, str | None] = {}
        self._usable: dict[Kind, bool] = {}

    def admits(self, kind: Kind) -> bool:
        """Tell whether a file of this kind can be used."""
        answer = self._usable.get(kind)
        if answer is None:
            requires_python, tags = kind
            answer = self.admits_python(requires_python) and (
                not tags or tag_rank(tags, self._target.tags) is not None
            )
            self._usable[kind] = answer
        return answer

    def admits_python(self, requires_python: str | None) -> bool:
        """Tell whether the target's Python is new enough.

        Upper bounds do not count: they are guesses about the future, and honouring them would
        lead to old versions that only lack the guess. A text that is no specifier counts as none.
        """
        if requires_python is None:
            return True
        answer = self._pythons.get(requires_python)
        if answer is None:
            answer = self._pythons[requires_python] = python_is_new_enough(
                self._target.python_full_version, requires_python
            )
        return answer

    def refusal(self, kinds: Collection[Kind]) -> str:
        """Say why none of the files of these kinds can be used.

        Completes a sentence about a version: ``requires Python >=3.12``.
        """
        if not kinds:
            return "has no file"
        texts = {text for text, _ in kinds if text is not None and not self.admits_python(text)}
        if texts and all(not self.admits_python(text) for text, _ in kinds):
            return f"requires Python {' or '.join(sorted(texts))}"
        wheels = {tags for text, tags in kinds if tags and self.admits_python(text)}
        here = frozenset(tag.split("-", 2)[2] for tag in self._target.tags)
        return f"has wheels only for {_listed(_words(wheels, here))}"

    def refusal_of_python(self, requires_python: str | None) -> str | None:
        """Say that the metadata of a version rules the target's Python out; `None` if not."""
        if self.admits_python(requires_python):
            return None
        return f"requires Python {requires_python}"

    def rank(self, tags: str) -> int | None:
        """How well a wheel fits: 0 is best, `None` is not at all."""
        return tag_rank(tags, self._target.tags)

    def honest_requires_python(self, requires_python: str | None) -> str | None:
        """Requires-Python without the upper bounds, if they would rule the target out."""
        if requires_python is None:
            return None
        if requires_python not in self._honest:
            self._honest[requires_python] = _honest(
                self._target.python_full_version, requires_python
            )
        return self._honest[requires_python]


def kind_of(filename: str, requires_python: str | None) -> Kind:
    """Return the kind of a file."""
    wheel = parse_wheel_filename(filename)
    return requires_python, "" if wheel is None else wheel.tags


def python_is_new_enough(python: str, requires_python: str) -> bool:
    """Tell whether a full version of Python is not below what is required."""
    try:
        key = version_key(python.rstrip("+"))
        clauses = parse_specifiers(",".join(_without_caps(requires_python)))
    except InvalidValue:
        return True
    if clauses.contains(key):
        return True
    # A pre-release of 3.15 is as good as 3.15 here: its users know what they do.
    return clauses.contains((*key[:2], (4, 0), -1, (1,), ()))


def honest_for(pythons: Iterable[str], requires_python: str | None) -> str | None:
    """Requires-Python without the upper bounds, if they would rule any of the Pythons out."""
    if requires_python is None:
        return None
    try:
        specifiers = parse_specifiers(requires_python)
    except InvalidValue:
        return None
    for python in pythons:
        is_ruled_out = not specifiers.contains(version_key(python))
        if is_ruled_out and python_is_new_enough(python, requires_python):
            return ",".join(_without_caps(requires_python)) or None
    return requires_python


def _honest(python: str, requires_python: str) -> str | None:
    try:
        specifiers = parse_specifiers(requires_python)
        key = version_key(python.rstrip("+"))
    except InvalidValue:
        return None
    if specifiers.contains(key):
        return requires_python
    return ",".join(_without_caps(requires_python)) or None


def _without_caps(requires_python: str) -> list[str]:
    """The clauses without the upper bounds that they set."""
    kept = []
    for clause in parse_specifiers(requires_python).clauses:
        if clause.operator == "~=":
            kept.append(f">={clause.version}")
        elif clause.operator not in {"<", "<="}:
            kept.append(str(clause))
    return kept


def _words(wheels: Iterable[str], here: Collection[str]) -> list[str]:
    """What the tag sets are for, in words, each once, sorted.

    Where some are for a platform that is `here`, the Pythons of those, else the platforms.
    """
    platforms: set[str] = set()
    pythons: set[str] = set()
    for tags in wheels:
        for tag in expand_tags(tags):
            python, _, platform = tag.split("-", 2)
            if platform == "any" or platform in here:
                pythons.add(_python_words(python))
            else:
                platforms.add(_platform_words(platform))
    return sorted(pythons or platforms)


def _platform_words(platform: str) -> str:
    system = next((word for prefix, word in _SYSTEMS if platform.startswith(prefix)), platform)
    machine = next((word for suffix, word in _MACHINES if platform.endswith(suffix)), "")
    return f"{system} {machine}".strip()


def _python_words(python: str) -> str:
    letters = python.rstrip("0123456789_")
    digits = python[len(letters) :].replace("_", ".")
    if "." not in digits and len(digits) > 1:
        digits = f"{digits[0]}.{digits[1:]}"
    return f"{_IMPLEMENTATIONS.get(letters, letters)} {digits}".strip()


def _listed(words: list[str]) -> str:
    if not words:
        return "other platforms"
    if len(words) > _MOST_WORDS:
        return f"{', '.join(words[:_MOST_WORDS])} and {len(words) - _MOST_WORDS} more"
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} and {words[-1]}"
