"""Metadata of versions that were looked at, in the form the cache keeps them.

Requirements are kept split, markers as trees, and for each target also which requirements apply, so
that a run with a warm cache neither parses nor evaluates what an earlier one did.
"""

from __future__ import annotations

import marshal

from pipenv.models.marker_algebra import is_possible
from pipenv.models.markers import Marker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from pipenv.index.scope import Scope
    from pipenv.models.core_metadata import CoreMetadata

    KnownRequirement: TypeAlias = tuple[
        str, tuple[str, ...], str, tuple[Any, ...] | None, str | None
    ]
    """Canonical name, extras, specifiers, marker tree, URL."""

_MARSHAL_VERSION = 4
_MOST_TARGETS = 8


class KnownMetadata:
    """What one version says about itself."""

    __slots__ = ("_picks", "extras", "is_changed", "requires", "requires_python")

    def __init__(
        self,
        requires_python: str | None,
        extras: tuple[str, ...],
        requires: tuple[KnownRequirement, ...],
        picks: dict[str, dict[str, tuple[int, ...]]],
    ) -> None:
        self.requires_python = requires_python
        self.extras = extras
        self.requires = requires
        self._picks = picks
        self.is_changed = False
        """It knows more than when it was unpacked."""

    def applicable(self, extra: str, scope: Scope) -> tuple[int, ...]:
        """Return which requirements apply in any environment, as positions in `requires`.

        Args:
            extra: a canonical name: those that this extra adds; ``""`` for those without extra.
            scope: the environments.
        """
        picks = self._picks.get(scope.key)
        if picks is None:
            while len(self._picks) >= _MOST_TARGETS:
                del self._picks[next(iter(self._picks))]
            picks = self._picks[scope.key] = {}
        positions = picks.get(extra)
        if positions is None:
            extras = (extra,) if extra else ()
            positions = tuple(
                position
                for position, requirement in enumerate(self.requires)
                if _applies(requirement[3], extra, extras, scope)
            )
            if extra:
                without = self.applicable("", scope)
                positions = tuple(
                    each
                    for each in positions
                    if each not in without or self._depends_on_extra(each, scope)
                )
            picks[extra] = positions
            self.is_changed = True
        return positions

    def _depends_on_extra(self, position: int, scope: Scope) -> bool:
        """Whether an extra may add a need, elsewhere, of what is needed without it somewhere."""
        tree = self.requires[position][3]
        return (
            tree is not None
            and not scope.targets.is_single
            and Marker.from_tree(tree).mentions_extra
        )

    def packed(self) -> bytes:
        """The bytes to keep."""
        fields: Any = (self.requires_python, self.extras, self.requires, self._picks)
        return marshal.dumps(fields, _MARSHAL_VERSION)


def unpack_metadata(packed: bytes) -> KnownMetadata | None:
    """Read what `KnownMetadata.packed` gave; `None` when it is damaged."""
    try:
        requires_python, extras, requires, picks = marshal.loads(packed)  # noqa: S302 - our own file
    except (ValueError, EOFError, TypeError):
        return None
    return KnownMetadata(requires_python, extras, requires, picks)


def known_metadata(metadata: CoreMetadata) -> KnownMetadata:
    """Take what resolving needs from parsed metadata."""
    return KnownMetadata(
        metadata.requires_python,
        tuple(metadata.extras),
        tuple(
            (
                each.key,
                each.extras,
                str(each.specifiers),
                None if each.marker is None else each.marker.tree,
                each.url,
            )
            for each in metadata.requires
        ),
        {},
    )


def _applies(
    tree: tuple[Any, ...] | None,
    extra: str,
    extras: tuple[str, ...],
    scope: Scope,
) -> bool:
    if tree is None:
        return True
    if _wants_another_extra(tree, extra):
        return False
    return is_possible(scope.targets, Marker.from_tree(tree), extras)


def _wants_another_extra(tree: tuple[Any, ...], extra: str) -> bool:
    """Tell at a glance that a marker fails because it demands some other extra, as most do."""
    if len(tree) == 3:
        left, operator, right = tree
        return bool(left == ("var", "extra") and operator == "==" and right[1] != extra)
    return tree[0] == "and" and any(_wants_another_extra(each, extra) for each in tree[1])
