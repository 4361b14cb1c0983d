"""The resolver's oracle: tries every combination of versions. Slow, and too simple to be wrong."""

from __future__ import annotations

from itertools import product

from pipenv.models.versions import version_key
from support.dictionary_provider import dependency

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.dictionary_provider import Universe

Selection = dict[str, str]
Node = tuple[str, str]


def reached(
    universe: Universe, roots: Sequence[str], selection: Mapping[str, str]
) -> set[Node] | None:
    """Walk from the roots; the (name, extra) pairs that are needed, or None if one is not met."""
    todo = list(roots)
    nodes: set[Node] = set()
    while todo:
        wanted = dependency(todo.pop())
        version = selection.get(wanted.name)
        if version is None or not wanted.specifiers.contains(version_key(version), version):
            return None
        release = universe[wanted.name][version]
        if release.unusable is not None or release.unusable_metadata is not None:
            return None
        for extra in ("", *wanted.extras):
            if (wanted.name, extra) not in nodes:
                nodes.add((wanted.name, extra))
                todo.extend(release.extras.get(extra, ()) if extra else release.needs)
    return nodes


def is_solvable(universe: Universe, roots: Sequence[str]) -> bool:
    """Tell whether any selection meets the roots."""
    names = list(universe)
    choices = [(None, *universe[name]) for name in names]
    for versions in product(*choices):
        pairs = zip(names, versions, strict=True)
        selection = {name: version for name, version in pairs if version is not None}
        if reached(universe, roots, selection) is not None:
            return True
    return False
