"""Who needs whom within a category."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from pipenv.lockfile._listed import ListedRequirement
    from pipenv.resolver.resolution import ResolvedPackage

    Node = tuple[str, str]
    """A package by canonical name, and one of its extras; ``""`` is the package itself."""


class Reach:
    """Who needs whom within a category.

    `parents`: package → the listed entries that need it on a way that meets no other listed entry,
    since that one's marker governs all beyond it.  `extras`: package → the extras asked for.
    `unwanted`: what a ``skip_resolver`` entry would need, if it were to be asked.
    """

    def __init__(
        self,
        packages: Mapping[str, ResolvedPackage],
        applying: Mapping[str, ListedRequirement],
    ) -> None:
        self._packages = packages
        self._applying = applying
        self.extras: dict[str, set[str]] = {}
        self.parents: dict[str, set[str]] = {}
        everything = self._closure(
            [(key, extra) for key in applying for extra in ("", *applying[key].requirement.extras)],
            stops=frozenset(),
        )
        for key, extra in everything:
            if extra:
                self.extras.setdefault(key, set()).add(extra)
        for key in applying:
            start = [(key, extra) for extra in ("", *self.extras.get(key, ()))]
            for reached, _ in self._closure(start, stops=applying.keys() - {key}):
                if reached != key:
                    self.parents.setdefault(reached, set()).add(key)
        skipped = [(key, "") for key, entry in applying.items() if entry.skip_resolver]
        self.unwanted = {
            key for key, _ in self._closure(skipped, stops=frozenset(), passes_skipped=True)
        }

    def _closure(
        self, start: Iterable[Node], stops: Collection[str], *, passes_skipped: bool = False
    ) -> set[Node]:
        seen = set(start)
        stack = list(seen)
        while stack:
            key, extra = stack.pop()
            package = self._packages.get(key)
            entry = self._applying.get(key)
            is_skipped = entry is not None and entry.skip_resolver and not passes_skipped
            if package is None or is_skipped:
                continue
            for edge in package.dependencies:
                if (edge.from_extra or "") != extra or edge.name in stops:
                    continue
                for node in ((edge.name, ""), *((edge.name, name) for name in edge.extras)):
                    if node not in seen:
                        seen.add(node)
                        stack.append(node)
        return seen
