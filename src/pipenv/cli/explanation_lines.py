"""Why a package is locked, as lines (pure)."""

from __future__ import annotations

from pipenv.cli.word_lines import word_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.operations.why import Explanation, Step


def explanation_lines(found: Explanation, width: int | None) -> list[str]:
    """One way a line.

    Args:
        found: what is known.
        width: columns of the terminal, where longer lines go on below; `None`: they do not.
    """
    where = " and ".join(f"[{category}]" for category in found.categories)
    others = ", for other environments than this one" if found.is_elsewhere else ""
    lines = [f"{_versioned(found.name, found.version)} is locked in {where}{others}"]
    lines += [f"  [{path.category}] {' -> '.join(map(_step, path.steps))}" for path in found.paths]
    if not found.paths:
        lines.append("  nothing in the Pipfile is known to need it")
    if width is None:
        return lines
    return [
        part if at == 0 else f"{' ' * 6}{part}"
        for line in lines
        for at, part in enumerate(_folded(line, width))
    ]


def _folded(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    first, *rest = word_lines(line, width - len(indent))
    return [indent + first, *(word_lines(" ".join(rest), width - 6) if rest else ())]


def _step(step: Step) -> str:
    details = ", ".join(filter(None, (step.specifiers, step.extra and f"extra {step.extra}")))
    if step.marker:
        details = f"{details}; {step.marker}" if details else f"if {step.marker}"
    return _versioned(step.name, step.version) + (f" ({details})" if details else "")


def _versioned(name: str, version: str) -> str:
    return f"{name} {version}".rstrip()
