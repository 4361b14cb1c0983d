"""The source that a Pipfile without ``[[source]]`` means.

Its address is a fact of the Pipfile format, not of ours: it is asked of the library that defines
the format.  That library is slow to load, so this module is imported only where it is needed.
"""

from __future__ import annotations

from plette.pipfiles import DEFAULT_SOURCE_TOML

from pipenv.models.indexes import Index
from pipenv.pipfile._toml import loads


def default_source() -> Index:
    """The default package index, under the name that locks know it by."""
    table = loads(DEFAULT_SOURCE_TOML)["source"][0]
    return Index(name=table["name"], url=table["url"], verify_ssl=table["verify_ssl"])
