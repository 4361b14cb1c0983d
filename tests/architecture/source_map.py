"""The import graph of the source tree, read from syntax trees; nothing of Pipenv is imported."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SOURCE_ROOT = Path(__file__).resolve().parents[2] / "src"
REPOSITORY_ROOT = SOURCE_ROOT.parent


class Import(NamedTuple):
    """One imported module, as far as its name can be told without importing anything."""

    importer: str
    target: str
    line: int
    in_function: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.target}"


class Module(NamedTuple):
    """One module of ours."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"


@cache
def modules() -> dict[str, Module]:
    """Every module of the source tree by its dotted name."""
    found = {}
    for path in sorted((SOURCE_ROOT / "pipenv").rglob("*.py")):
        parts = path.relative_to(SOURCE_ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = Module(name, path, ast.parse(path.read_text(encoding="utf-8")))
    return found


@cache
def imports() -> tuple[Import, ...]:
    """Every import statement of the source tree, type-only ones and those in functions too."""
    return tuple(each for module in modules().values() for each in imports_of(module))


def imports_of(module: Module) -> list[Import]:
    """The imports of one module; ``from package import module`` names the module."""
    found: list[Import] = []
    _collect(module, module.tree, found, in_function=False)
    return found


def run_time_imports(module: Module) -> list[Import]:
    """The imports that are carried out: those not under ``if TYPE_CHECKING``."""
    body: list[ast.stmt] = [
        statement
        for statement in module.tree.body
        if not (
            isinstance(statement, ast.If)
            and isinstance(statement.test, ast.Name)
            and statement.test.id == "TYPE_CHECKING"
        )
    ]
    return imports_of(module._replace(tree=ast.Module(body=body, type_ignores=[])))


def _collect(module: Module, node: ast.AST, found: list[Import], *, in_function: bool) -> None:
    for child in ast.iter_child_nodes(node):
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        found.extend(
            Import(module.name, target, getattr(child, "lineno", 0), in_function)
            for target in _targets(module, child)
        )
        _collect(module, child, found, in_function=in_function or is_function)


def _targets(module: Module, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        prefix = node.module or ""
        if node.level:
            parents = module.name.split(".")
            keep = len(parents) - node.level + (1 if module.is_package else 0)
            prefix = ".".join([*parents[:keep], *([node.module] if node.module else [])])
        return [_most_specific(f"{prefix}.{alias.name}", prefix) for alias in node.names]
    return []


def _most_specific(name: str, prefix: str) -> str:
    """``package.module`` when there is such a module of ours, else what it is taken from."""
    return name if _is_ours(name) else prefix


@cache
def _is_ours(name: str) -> bool:
    path = SOURCE_ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def insist_on_none(wrong: Iterable[object], what: str) -> None:
    """Fail with one line for each of `wrong`."""
    lines = sorted({str(each) for each in wrong})
    if lines:
        pytest.fail("\n    ".join([f"{what}:", *lines]), pytrace=False)


def unit_of(name: str) -> str:
    """The row of the layer table that a module belongs to: its package, or itself at the top."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def inner_name(name: str) -> str:
    """The dotted name without the leading ``pipenv.``."""
    return name.partition(".")[2] or name


def is_within(name: str, prefix: str) -> bool:
    """Tell whether the dotted `name` is `prefix` or below it."""
    return name == prefix or name.startswith(prefix + ".")


def strongly_connected(edges: dict[str, set[str]]) -> list[list[str]]:
    """The circles of a directed graph: groups of nodes that all reach each other (Tarjan)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(node: str) -> None:
        order[node] = lowest[node] = len(order)
        stack.append(node)
        for successor in sorted(edges.get(node, ())):
            if successor not in order:
                visit(successor)
                lowest[node] = min(lowest[node], lowest[successor])
            elif successor in stack:
                lowest[node] = min(lowest[node], order[successor])
        if lowest[node] == order[node]:
            index = stack.index(node)
            group = stack[index:]
            del stack[index:]
            if len(group) > 1 or node in edges.get(node, ()):
                groups.append(sorted(group))

    for node in sorted(edges):
        if node not in order:
            visit(node)
    return groups
