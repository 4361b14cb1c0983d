"""An environment whose project was moved: found by what it remembers, and moved after it."""

from __future__ import annotations

import os

from pipenv.errors import RequestRefused, VirtualenvNotFound
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.operations.environment_list import central_environments
from pipenv.virtualenvs.location import is_environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.operations.environment_list import CentralEnvironment
    from pipenv.virtualenvs.python_request import PythonRequest


class Newcomer(NamedTuple):
    """A project without an environment."""

    root: str
    path: str
    """Where its environment would be."""
    environ: Mapping[str, str]
    request: PythonRequest
    """The Python that it wants."""
    locked: frozenset[str]
    """Canonical names of what its lock lists for everyday use."""


def moved_here(project: Newcomer) -> list[CentralEnvironment]:
    """Environments that may have been the project's before it was moved; the likeliest first.

    Their project is gone, it had the same name or lay beside this one, what the lock lists is
    installed, and so is a Python that fits. A lock that lists nothing proves nothing; then the
    name has to be the same.
    """
    found = []
    for each in central_environments(project.environ, project.root):
        if not each.is_orphan or each.project is None or not _fits(each, project.request):
            continue
        same_name = os.path.basename(each.project) == os.path.basename(project.root)
        beside = os.path.dirname(each.project) == os.path.dirname(project.root)
        holds = bool(project.locked) and project.locked <= _installed(each.path)
        if holds and (same_name or beside):
            found.append((2 + same_name, each.last_used, each))
        elif same_name and not project.locked:
            found.append((1, each.last_used, each))
    return [each for _, _, each in sorted(found, reverse=True)]


def chosen_by_name(project: Newcomer, name: str | None) -> CentralEnvironment:
    """The environment called `name`, or the one that `moved_here` thinks likeliest.

    Raises:
        RequestRefused: it belongs to another project, which exists.
        VirtualenvNotFound: there is none.
    """
    if name is None:
        found = moved_here(project)
        if found:
            return found[0]
        raise VirtualenvNotFound(
            "no environment looks as if it had been this project's",
            hints=["`pipenv env list` lists them; name the one to take over"],
        )
    for each in central_environments(project.environ, project.root):
        if each.name != name:
            continue
        other = each.project
        if not each.is_orphan and other is not None and other != project.root:
            raise RequestRefused(
                f"the environment `{name}` belongs to `{other}`",
                hints=["only those of projects that are gone can be taken over"],
            )
        return each
    raise VirtualenvNotFound(
        f"there is no environment `{name}`", hints=["`pipenv env list` lists them"]
    )


def insist_on_room(project: Newcomer, kind: str) -> None:
    """Refuse to take an environment over where there is one, or where it would not be found.

    Raises:
        RequestRefused: so it is.
    """
    if kind == "central" and not is_environment(project.path):
        return
    where = "has an environment already" if kind == "central" else "keeps its environment elsewhere"
    raise RequestRefused(
        f"this project {where}: `{project.path}`", hints=["`pipenv remove` deletes it"]
    )


def _fits(each: CentralEnvironment, request: PythonRequest) -> bool:
    parts = each.python.split(".")
    if not all(part.isdecimal() for part in parts):
        return False
    return request.may_accept(tuple(int(part) for part in parts))


def _installed(path: str) -> frozenset[str]:
    """Canonical names of what is installed in an environment."""
    names: set[str] = set()
    for library in _libraries(path):
        try:
            listed = os.listdir(library)
        except OSError:
            continue
        names |= {
            canonical_name(name.partition("-")[0]) for name in listed if name.endswith(".dist-info")
        }
    return frozenset(names)


def _libraries(path: str) -> list[str]:
    inside = os.path.join(path, "lib")
    try:
        names = os.listdir(inside)
    except OSError:
        names = []
    folders = [os.path.join(inside, name, "site-packages") for name in names]
    return [*folders, os.path.join(path, "Lib", "site-packages")]
