"""Modules have names that say what is in them, and a stem occurs once in the tree."""

from __future__ import annotations

import ast
from collections import defaultdict

from layers import BANNED_STEMS, REPEATABLE_STEMS_IN
from source_map import inner_name, insist_on_none, is_within, modules


def test_no_module_has_a_name_that_says_nothing() -> None:
    wrong = [
        name
        for name in modules()
        if not BANNED_STEMS.isdisjoint(part.strip("_") for part in name.split("."))
    ]
    insist_on_none(wrong, "names that say nothing")


def test_a_stem_occurs_once() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for name, module in modules().items():
        if not module.is_package and not is_within(inner_name(name), REPEATABLE_STEMS_IN):
            places[name.rpartition(".")[2]].append(name)
    assert {stem: names for stem, names in places.items() if len(names) > 1} == {}


def test_every_module_says_what_it_owns() -> None:
    wrong = [name for name, module in modules().items() if not ast.get_docstring(module.tree)]
    insist_on_none(wrong, "modules without a docstring")
