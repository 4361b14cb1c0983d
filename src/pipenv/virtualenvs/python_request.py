"""What a user may say to ask for a Python: a version, a range, a command name, a path (pure)."""

from __future__ import annotations

from pipenv.errors import UsageError
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Interpreter
    from pipenv.models.specifiers import SpecifierSet

OLDEST = (3, 7)
"""The oldest Python that environments are made from."""
_OPERATORS = "<>=!~"
_IMPLEMENTATIONS = {"python": "", "cpython": "cpython", "pypy": "pypy", "graalpy": "graalpy"}
_HIGHEST_MICRO = 40
"""No release line had more bug-fix releases."""


class PythonRequest(NamedTuple):
    """One wish; `accepts` decides whether an interpreter fulfils it."""

    text: str
    """As the user wrote it."""
    kind: str
    """``any``, ``path``, ``version``, ``range`` or ``command``."""
    version: tuple[int, ...] = ()
    """The leading parts of the version that must be equal."""
    specifiers: SpecifierSet | None = None
    implementation: str = ""
    """As `sys.implementation.name`; empty for any."""
    is_free_threaded: bool = False

    def accepts(self, interpreter: Interpreter) -> bool:
        """Tell whether `interpreter` is what was asked for; a path accepts everything."""
        if self.implementation and interpreter.implementation != self.implementation:
            return False
        if self.version and interpreter.version[: len(self.version)] != self.version:
            return False
        if self.is_free_threaded and not is_free_threaded(interpreter):
            return False
        if self.specifiers is not None:
            full = interpreter.environment["python_full_version"]
            return self.specifiers.contains(version_key(full.removesuffix("+")), full)
        return True

    def may_accept(self, hint: tuple[int, ...]) -> bool:
        """Tell whether a Python whose version begins with `hint` can be what was asked for."""
        common = min(len(hint), len(self.version))
        if hint[:common] != self.version[:common]:
            return False
        specifiers = self.specifiers
        if specifiers is None or specifiers.mentions_prerelease or len(hint) < 2:
            return True  # a hint does not tell pre-releases
        micros = hint[2:3] or range(_HIGHEST_MICRO)
        return any(
            specifiers.contains(version_key(f"{hint[0]}.{hint[1]}.{micro}")) for micro in micros
        )


def parse_request(text: str | None) -> PythonRequest:
    """Understand ``3``, ``3.10``, ``3.11.7``, ``>=3.9,<3.12``, ``python3.10`` and paths.

    Also ``3.13t`` for the free-threaded build and ``pypy3.10``. Nothing, or ``*``, means any.

    Raises:
        UsageError: the text is none of these.
    """
    text = (text or "").strip()
    if text in ("", "*"):
        return PythonRequest(text, "any")
    if "/" in text or "\\" in text:
        return PythonRequest(text, "path")
    if text[0] in _OPERATORS or "," in text:
        return _range(text, text)
    plain = text.removesuffix(".*")
    bare = plain.removesuffix("t") if plain[:1].isdigit() else plain
    if _is_release(bare):
        return PythonRequest(text, "version", _release(bare), is_free_threaded=bare != plain)
    if text[0].isdigit():
        # a pre-release such as 3.14.0rc1
        return _range(text, f"=={text}")
    return _command(text)


def is_free_threaded(interpreter: Interpreter) -> bool:
    """Tell whether an interpreter was built without the global lock."""
    abi = interpreter.tags[0].split("-")[1] if interpreter.tags else ""
    return abi.startswith("cp") and abi.lstrip("cp0123456789").startswith("t")


def release_of(text: str) -> tuple[int, ...] | None:
    """The numbers of ``3.11.7``; `None` for everything else."""
    return _release(text) if _is_release(text) else None


def _command(text: str) -> PythonRequest:
    name = text.lower().removesuffix(".exe")
    stem = name.rstrip("t0123456789.@-")
    version = name[len(stem) :].lstrip("@-")
    free_threaded = version.endswith("t")
    version = version.removesuffix("t")
    if stem in _IMPLEMENTATIONS and (not version or _is_release(version)):
        return PythonRequest(
            text,
            "command",
            _release(version) if version else (),
            implementation=_IMPLEMENTATIONS[stem],
            is_free_threaded=free_threaded,
        )
    if any(character.isspace() for character in text) or text.startswith("-"):
        raise UsageError(
            f"`{text}` does not name a Python",
            hints=["write a version such as `3.12`, a range, a command name or a path"],
        )
    return PythonRequest(text, "command")


def _range(text: str, specifiers: str) -> PythonRequest:
    try:
        return PythonRequest(text, "range", specifiers=parse_specifiers(specifiers))
    except ValueError as error:
        raise UsageError(
            f"`{text}` is neither a Python version nor a range of versions: {error}",
            hints=["write a version such as `3.12` or a range such as `>=3.10,<3.13`"],
        ) from error


def _is_release(text: str) -> bool:
    parts = text.split(".")
    return len(parts) <= 3 and all(part.isascii() and part.isdecimal() for part in parts)


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
