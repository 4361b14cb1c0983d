"""Requirements as people write them, and the user's as facts for programs."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.conflicts import ConflictFact
from pipenv.models.urls import Url

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.resolver.problem import Dependency, Root


def required(dependency: Dependency) -> str:
    """Return a requirement as people write it; a URL without its credentials."""
    text = dependency.name
    if dependency.extras:
        text += f"[{','.join(dependency.extras)}]"
    if dependency.url is not None:
        try:
            return f"{text} from {Url(dependency.url)}"
        except InvalidValue:
            return f"{text} from a URL"
    specifiers = str(dependency.specifiers)
    return f"{text} {specifiers}" if specifiers else text


def wish(root: Root) -> str:
    """Say that something is required, and where that is written."""
    text = required(root.dependency)
    if root.source.startswith("Pipfile"):
        return f"your Pipfile requires {text} ({root.source})"
    return f"{text} is required ({root.source})"


def root_fact(root: Root) -> ConflictFact:
    """Return what the user requires as a fact of a conflict."""
    return ConflictFact(
        "requirement",
        root.dependency.name,
        required(root.dependency),
        category=root.category,
        source=root.source,
    )
