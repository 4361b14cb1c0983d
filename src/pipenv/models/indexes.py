"""Package indexes, as a ``[[source]]`` table names them."""

from __future__ import annotations

from pipenv.models.records import NamedTuple


class Index(NamedTuple):
    """A package index."""

    name: str
    url: str
    """As in the Pipfile: environment placeholders are not expanded."""
    verify_ssl: bool = True
