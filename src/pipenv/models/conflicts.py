"""What keeps requirements from being met, and what would help, as data for programs.

The same in words stands in the message, details and hints of the error that carries these.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple


class ConflictFact(NamedTuple):
    """One of the facts that together leave no solution."""

    kind: str
    """``requirement``: the user wants `package`. ``dependency``: `who` needs it. ``not-found``: no
    index knows it. ``unusable``, ``yanked``, ``prerelease``: why `versions` of it do not count."""
    package: str
    """Canonical."""
    requirement: str = ""
    """As people write it: ``b >=2``."""
    versions: str = ""
    """Of `who`, of which the fact holds; of `package`, where it cannot be used."""
    who: str = ""
    """The package, with its extra if it is that, which has the requirement; empty: the user."""
    reason: str = ""
    """Completes a sentence about `versions`: ``requires Python >=3.12``."""
    category: str = ""
    """Of the user's requirement."""
    source: str = ""
    """Where the user wrote it, for people."""
    line: int | None = None
    """The same as a number."""


class EntryChange(NamedTuple):
    """An entry of the Pipfile as it is, and as it might be."""

    category: str
    name: str
    """Canonical."""
    old: str | None
    """Version specifiers; `None`: there is no entry yet."""
    new: str | None
    """Version specifiers; `None`: no entry."""
    source: str = ""
    """Where it is written, for people."""
    line: int | None = None


class Fix(NamedTuple):
    """A change after which everything fits: it was tried."""

    kind: str
    """``specifier``, ``prerelease``, ``yanked``, ``python`` or ``remove``."""
    changes: tuple[EntryChange, ...]
    """All of them are needed."""
    versions: tuple[tuple[str, str], ...]
    """Name and version of the packages in question, as they would be chosen then."""
    python: str = ""
    """The ``python_version`` to ask for, where that is the change."""
