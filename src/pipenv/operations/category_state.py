"""What an environment has of one category of a lock (pure)."""

from __future__ import annotations

from pipenv.installer.plan import plan
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.pins import Pin


class Different(NamedTuple):
    """One package that is installed otherwise than it is locked."""

    name: str
    installed: str
    locked: str | None
    """`None`: it has no version in the lock."""
    reason: str
    """In words."""


class CategoryState(NamedTuple):
    """How far a category is installed."""

    word: str
    """``complete``, ``incomplete`` or ``absent``."""
    missing: tuple[str, ...] = ()
    different: tuple[Different, ...] = ()


def category_state(
    pins: Sequence[Pin],
    installed: Collection[InstalledDistribution],
    elsewhere: Collection[str],
    *,
    is_needed: bool,
) -> CategoryState:
    """Compare the pins of a category with what is installed.

    Of packages from folders and repositories only their presence counts.

    Args:
        pins: those that apply to the environment.
        installed: everything.
        elsewhere: canonical names of what other categories have, too: that it is there does not
            say that somebody installed this one.
        is_needed: a category that is not installed at all is incomplete, too.
    """
    present = {each.key for each in installed}
    own = [pin for pin in pins if canonical_name(pin.name) not in elsewhere] or [*pins]
    if not is_needed and not any(canonical_name(pin.name) in present for pin in own):
        return CategoryState("absent")
    todo = plan([pin for pin in pins if isinstance(pin.origin, IndexOrigin)], [*installed])
    missing = [step.pin.name for step in todo.installations if not step.replaced]
    missing += [
        pin.name
        for pin in pins
        if not isinstance(pin.origin, IndexOrigin) and canonical_name(pin.name) not in present
    ]
    different = tuple(
        Different(step.pin.name, step.replaced[0].version, step.pin.version, step.reason)
        for step in todo.installations
        if step.replaced
    )
    word = "incomplete" if missing or different else "complete"
    return CategoryState(word, tuple(sorted(missing)), different)
