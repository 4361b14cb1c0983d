"""What ``install PACKAGE…`` names: from words to entries of a Pipfile."""

from __future__ import annotations

from pipenv.errors import InvalidValue, UsageError
from pipenv.models.records import NamedTuple
from pipenv.models.requirements import parse_requirement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.models.requirements import Requirement

REMOTE_MARKS = ("://", "git+", "hg+", "svn+", "bzr+")


class Addition(NamedTuple):
    """One package to add."""

    requirement: Requirement
    source: str | None
    """Name of a source it must come from."""


def parse_additions(words: Sequence[str], *, index: str | None) -> tuple[Addition, ...]:
    """Understand the packages of a command line.

    Raises:
        UsageError: a word is no requirement, or of a kind that cannot be added yet (status 1).
    """
    return tuple(_parse(word, index) for word in words)


def _parse(word: str, index: str | None) -> Addition:
    if word.startswith((".", "/", "~")) or any(mark in word for mark in REMOTE_MARKS):
        raise _refusal(
            f"`{word}` is a path or an address, and those cannot be added yet",
            "name a package of an index",
        )
    try:
        requirement = parse_requirement(word)
    except InvalidValue as error:
        raise _refusal(
            f"`{word}` is not a requirement: {error.message}",
            "write a name, with extras and versions if you like: 'name[extra]>=1,<2'",
        ) from error
    return Addition(requirement, index)


def _refusal(message: str, hint: str) -> UsageError:
    error = UsageError(message, hints=[hint])
    error.exit_status = 1
    return error
