"""Whether two spellings mean the same project or the same version (pure)."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.names import canonical_name
from pipenv.models.versions import version_key


def is_same_project(one: str, other: str) -> bool:
    """Tell whether two texts name one project (PEP 503)."""
    return one == other or canonical_name(one) == canonical_name(other)


def is_same_version(one: str, other: str) -> bool:
    """Tell whether two texts are one version; what is no version must be the same text.

    Names of files and folders write an underscore for a dash; both are taken for one.
    """
    if one == other:
        return True
    one, other = one.replace("_", "-"), other.replace("_", "-")
    try:
        return version_key(one) == version_key(other)
    except InvalidValue:
        return one == other
