"""Pure modules touch nothing outside; what touches the outside has one place each."""

from __future__ import annotations

import ast

from layers import (
    CHILD_PROGRAMS,
    IMPURE_CALLS,
    IMPURE_MODULES,
    ONE_PLACE,
    ONE_PLACE_NAMES,
    PURE,
    PURE_SYS_NAMES,
)
from source_map import (
    Module,
    imports_of,
    inner_name,
    insist_on_none,
    is_within,
    modules,
    run_time_imports,
)


def pure_modules() -> list[Module]:
    return [
        module
        for name, module in modules().items()
        if any(is_within(inner_name(name), prefix) for prefix in PURE)
    ]


def dotted(node: ast.AST) -> str:
    """``a.b`` of an attribute access, ``""`` of anything longer or other."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def test_pure_modules_import_nothing_impure() -> None:
    wrong = [
        str(each)
        for module in pure_modules()
        for each in imports_of(module)
        if any(is_within(each.target, impure) for impure in IMPURE_MODULES)
    ]
    insist_on_none(wrong, "impure imports of pure modules")


def test_pure_modules_import_of_ours_only_pure_ones() -> None:
    allowed = (*PURE, "errors", "events")
    wrong = [
        str(each)
        for module in pure_modules()
        for each in imports_of(module)
        if is_within(each.target, "pipenv")
        and not any(is_within(inner_name(each.target), prefix) for prefix in allowed)
    ]
    insist_on_none(wrong, "imports of pure modules from impure ones")


def test_pure_modules_call_nothing_impure() -> None:
    wrong = [
        f"{module.name}:{node.lineno} calls {node.func.id}"
        for module in pure_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in IMPURE_CALLS
    ]
    insist_on_none(wrong, "impure calls of pure modules")


def test_pure_modules_do_not_ask_the_interpreter() -> None:
    wrong = [
        f"{module.name}:{node.lineno} uses {dotted(node)}"
        for module in pure_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and dotted(node).startswith("sys.")
        and node.attr not in PURE_SYS_NAMES
    ]
    insist_on_none(wrong, "pure modules that look at the interpreter")


def test_clocks_are_not_read_by_pure_modules() -> None:
    wrong = [
        f"{module.name}:{node.lineno} uses {node.attr}"
        for module in pure_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]
    insist_on_none(wrong, "pure modules that read a clock")


def test_standard_modules_with_one_place() -> None:
    wrong = [
        str(each)
        for module in modules().values()
        for each in run_time_imports(module)
        for restricted, places in ONE_PLACE.items()
        if is_within(each.target, restricted)
        and inner_name(each.importer) not in places | CHILD_PROGRAMS
    ]
    insist_on_none(wrong, "standard modules used outside their one place")


def test_names_with_one_place() -> None:
    wrong = [
        f"{name}:{node.lineno} uses {dotted(node)}"
        for name, module in modules().items()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        and dotted(node) in ONE_PLACE_NAMES
        and inner_name(name) not in ONE_PLACE_NAMES[dotted(node)] | CHILD_PROGRAMS
    ]
    insist_on_none(wrong, "names used outside their one place")
