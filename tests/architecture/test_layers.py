"""Imports go down, never up, never in a circle; type-only imports count too."""

from __future__ import annotations

import ast

import pytest
from layers import (
    CHILD_PROGRAMS,
    COMMAND_LOADERS,
    EXCEPTIONS,
    FUNCTION_IMPORTS,
    LATE_ERRORS,
    MAY_IMPORT,
    TYPE_ONLY_IMPORTS,
)
from source_map import (
    Import,
    imports,
    inner_name,
    insist_on_none,
    is_within,
    modules,
    run_time_imports,
    strongly_connected,
    unit_of,
)


def is_ours(name: str) -> bool:
    return is_within(name, "pipenv")


def allowed_for(importer: str) -> frozenset[str]:
    unit = unit_of(importer)
    return (
        MAY_IMPORT[unit]
        | TYPE_ONLY_IMPORTS.get(unit, frozenset())
        | EXCEPTIONS.get(inner_name(importer), frozenset())
        | {unit}
    )


def is_allowed(each: Import) -> bool:
    target = inner_name(each.target)
    return any(is_within(target, prefix) for prefix in allowed_for(each.importer))


def test_every_package_has_a_row() -> None:
    units = {unit_of(name) for name in modules()}
    assert units - set(MAY_IMPORT) == set()


def test_rows_name_what_can_exist() -> None:
    named = {prefix.split(".")[0] for row in MAY_IMPORT.values() for prefix in row}
    assert named - set(MAY_IMPORT) == set()


def test_imports_go_down() -> None:
    wrong = [str(each) for each in imports() if is_ours(each.target) and not is_allowed(each)]
    insist_on_none(wrong, "imports that do not go down")


def test_type_only_rows_are_not_used_at_run_time() -> None:
    wrong = [
        str(each)
        for module in modules().values()
        if unit_of(module.name) in TYPE_ONLY_IMPORTS
        for each in run_time_imports(module)
        if is_ours(each.target)
        and not any(
            is_within(inner_name(each.target), prefix)
            for prefix in MAY_IMPORT[unit_of(module.name)] | {unit_of(module.name)}
        )
    ]
    insist_on_none(wrong, "imports at run time that are for types only")


def test_table_has_no_circle() -> None:
    edges = {
        unit: {prefix.split(".")[0] for prefix in row} - {unit} for unit, row in MAY_IMPORT.items()
    }
    assert strongly_connected(edges) == []


def test_modules_have_no_circle() -> None:
    edges: dict[str, set[str]] = {name: set() for name in modules()}
    for each in imports():
        if is_ours(each.target) and each.target != each.importer:
            edges[each.importer].add(each.target)
    circles = [" → ".join(group) for group in strongly_connected(edges)]
    insist_on_none(circles, "circles of imports")


def test_underscore_modules_are_private_to_their_package() -> None:
    wrong = []
    for each in imports():
        package, _, stem = each.target.rpartition(".")
        is_private = stem.startswith("_") and not stem.startswith("__")
        if is_ours(each.target) and is_private and not is_within(each.importer, package):
            wrong.append(str(each))
    insist_on_none(wrong, "private modules used by another package")


def test_imports_stand_at_the_top() -> None:
    wrong = [
        str(each)
        for each in imports()
        if each.in_function
        and inner_name(each.importer) not in FUNCTION_IMPORTS
        and not (inner_name(each.importer) in LATE_ERRORS and each.target == "pipenv.errors")
    ]
    wrong += [
        f"{name}:{call.lineno} calls {ast.unparse(call.func)}"
        for name, module in modules().items()
        if inner_name(name) not in FUNCTION_IMPORTS | COMMAND_LOADERS | CHILD_PROGRAMS
        for call in calls_in_functions(module.tree)
        if ast.unparse(call.func).rpartition(".")[2] in {"__import__", "import_module"}
    ]
    insist_on_none(wrong, "imports inside functions")


def calls_in_functions(tree: ast.Module) -> list[ast.Call]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [node for each in functions for node in ast.walk(each) if isinstance(node, ast.Call)]


@pytest.mark.parametrize(
    "name", sorted(name for name, module in modules().items() if module.is_package)
)
def test_package_file_is_a_docstring(name: str) -> None:
    """No re-exports: importing one module loads only what it names."""
    docstring, *rest = modules()[name].tree.body
    assert isinstance(docstring, ast.Expr)
    assert isinstance(docstring.value, ast.Constant)
    if name != "pipenv":
        assert rest == []
    assert all(isinstance(statement, ast.Assign) for statement in rest)


def test_circles_are_found() -> None:
    """The test's own instrument works."""
    edges = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set(), "e": {"e"}}
    assert sorted(strongly_connected(edges)) == [["a", "b", "c"], ["e"]]


def test_exceptions_are_still_needed() -> None:
    used = {inner_name(each.importer): set[str]() for each in imports()}
    for each in imports():
        used[inner_name(each.importer)].add(inner_name(each.target))
    idle = [
        f"{importer} → {prefix}"
        for importer, prefixes in EXCEPTIONS.items()
        for prefix in prefixes
        if importer in used and not any(is_within(target, prefix) for target in used[importer])
    ]
    insist_on_none(idle, "exceptions that nobody needs any more")
