"""Project and extra names: the canonical form of PEP 503 and the grammar of PEP 508."""

from __future__ import annotations

ENVIRONMENT_TOOLS = frozenset({"pip", "setuptools", "wheel", "distribute", "pkg-resources"})
"""What an environment has of its own, although no lock lists it; canonical."""


class AllNames:
    """Contains every name."""

    def __contains__(self, name: object) -> bool:
        return True


ALL_NAMES = AllNames()


def canonical_name(text: str) -> str:
    """Return the form by which names are compared: lower case, runs of ``-_.`` made one ``-``."""
    name = text.lower().replace("_", "-").replace(".", "-")
    while "--" in name:
        name = name.replace("--", "-")
    return name


def is_name(text: str) -> bool:
    """Whether `text` may name a project or an extra: letters, digits, and ``-_.`` between them."""
    if not text or not text.isascii() or not text[0].isalnum() or not text[-1].isalnum():
        return False
    return text.isalnum() or (text.replace("-", "").replace("_", "").replace(".", "").isalnum())
