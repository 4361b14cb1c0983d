"""Lists of packages as pip takes them: names, ``:all:`` and ``:none:``."""

from __future__ import annotations

from pipenv.models.names import ALL_NAMES, canonical_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable


def named_packages(words: Iterable[str]) -> Container[str]:
    """The canonical names that `words` mean; ``:none:`` takes back what stands before it."""
    names: set[str] = set()
    every = False
    for word in words:
        if word == ":none:":
            names, every = set(), False
        elif word == ":all:":
            every = True
        else:
            names.add(canonical_name(word))
    return ALL_NAMES if every else frozenset(names)


def united(some: frozenset[str], others: Container[str]) -> Container[str]:
    """Both of two sets, of which the second is from `named_packages`."""
    return some | others if isinstance(others, frozenset) else others
