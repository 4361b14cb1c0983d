"""Locks with merge conflicts: both sides become preferences, and the Pipfile is solved again."""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.events import Notice
from pipenv.lockfile.merged_sides import merge_sides
from pipenv.models.names import canonical_name
from pipenv.models.versions import parse_version
from pipenv.operations import documents
from pipenv.pipfile.entries import parse_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.events import Reporter
    from pipenv.lockfile.merged_sides import Allows
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.specifiers import SpecifierSet
    from pipenv.operations.project import Project
    from pipenv.pipfile.document import Pipfile


def merged_lockfile(project: Project, text: str, report: Reporter) -> Lockfile | None:
    """Both sides of a conflicted lock, of which `text` is the text, as a source of preferences.

    What cannot be read is reported and then ignored.

    Raises:
        InvalidPipfile: the Pipfile is conflicted too, or cannot be read.
    """
    merge = merge_sides(text, _allows(documents.read_pipfile(project)))
    for problem in merge.problems:
        report(Notice("damaged-lock", problem))
    if merge.lockfile is None:
        report(Notice("conflicted-lock", "Pipfile.lock has merge conflict markers; it is made new"))
    else:
        report(
            Notice(
                "conflicted-lock",
                "Pipfile.lock has merge conflict markers; it is locked again, "
                "and keeps the versions of both sides where they fit together",
            )
        )
    return merge.lockfile


def _allows(pipfile: Pipfile) -> Allows:
    specifiers: dict[str, SpecifierSet] = {}
    for category in pipfile.categories:
        for name, value in pipfile.entries(category).items():
            entry = parse_entry(name, value, category=category)
            key = canonical_name(name)
            known = specifiers.get(key)
            own = entry.requirement.specifiers
            specifiers[key] = own if known is None else known & own

    def allows(name: str, version: str) -> bool:
        wanted = specifiers.get(name)
        try:
            return wanted is None or wanted.contains(parse_version(version).key, version)
        except InvalidValue:
            return False

    return allows
