"""Console and GUI scripts that a distribution declares in its ``entry_points.txt``.

Names become file names beside the environment's own programs and values become Python text, so
both are held to a narrow grammar (entry points specification).
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

_SECTIONS = {"[console_scripts]": "console", "[gui_scripts]": "gui"}
_BAD_SIGNS = frozenset('/\\:*?"<>|')
_NOT_NAMES = frozenset({"", ".", "..", "pyvenv.cfg"})


class EntryPoint(NamedTuple):
    """A program that calls one function."""

    name: str
    module: str
    attribute: str
    """What is called, with dots where it lies deeper: ``Main.run``."""


class EntryPoints(NamedTuple):
    """The programs of one distribution, by kind."""

    console: tuple[EntryPoint, ...] = ()
    gui: tuple[EntryPoint, ...] = ()


def parse_entry_points(text: str) -> EntryPoints:
    """The programs that an ``entry_points.txt`` declares; other groups are left out.

    Raises:
        ValueError: a name or a value is not allowed; the argument is the end of a sentence about
            the file: ``declares the program `../x`, which …``.
    """
    found: dict[str, dict[str, EntryPoint]] = {"console": {}, "gui": {}}
    kind: str | None = None
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if stripped[0] == "[":
            kind = _SECTIONS.get(stripped)
        elif kind is not None:
            point = _parse_line(stripped)
            found[kind][point.name] = point
    return EntryPoints(tuple(found["console"].values()), tuple(found["gui"].values()))


def problem_with_program(name: str) -> str | None:
    """Tell why a distribution may not bring the program `name`, or `None` when it may.

    The answer continues a sentence whose subject is the program: ``would hide the interpreter``.
    """
    if name in _NOT_NAMES or name[0] == "-" or not name.isprintable():
        return "has no name for a file"
    if not _BAD_SIGNS.isdisjoint(name):
        return "would be a file elsewhere"
    lowered = name.lower()
    for ending in (".exe", ".py", ".pyw", ".cmd", ".bat"):
        lowered = lowered.removesuffix(ending)
    if is_interpreter(lowered):
        return "would take the place of the environment's Python"
    first = lowered.partition(".")[0]
    if first in {"activate", "deactivate", "activate_this"}:
        return "would take the place of the environment's activation"
    return None


def is_interpreter(name: str) -> bool:
    """Tell whether `name`, in lower case and without ``.exe``, is one of those of interpreters.

    ``python``, ``pythonw``, ``python3``, ``python3.13t``, ``pypy3`` are; ``python-config`` and
    ``python-dotenv`` are programs like others.
    """
    for stem in ("pythonw", "python", "pypyw", "pypy", "graalpy"):
        if name.startswith(stem):
            return not name[len(stem) :].strip("0123456789.tdw")
    return False


def _parse_line(line: str) -> EntryPoint:
    name, separator, value = line.partition("=")
    name = name.strip()
    if not separator:
        raise ValueError(f"has a line that declares no program: `{name[:60]}`")
    problem = problem_with_program(name)
    if problem is not None:
        raise ValueError(f"declares the program `{name[:60]}`, which {problem}")
    target = value.partition("[")[0].strip()
    module, colon, attribute = target.partition(":")
    module, attribute = module.strip(), attribute.strip()
    if not colon or not _is_dotted(module) or not _is_dotted(attribute):
        raise ValueError(
            f"declares the program `{name}` as `{target[:60]}`, which is not `module:function`"
        )
    return EntryPoint(name, module, attribute)


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))
