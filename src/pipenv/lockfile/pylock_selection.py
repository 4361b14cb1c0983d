"""Which packages of a ``pylock.toml`` an environment gets (PEP 751, "Installation")."""

from __future__ import annotations

from pipenv.errors import InvalidLockfile, UnsupportedEnvironment
from pipenv.models.markers import assuming
from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import parse_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.lockfile.pylock import Pylock, PylockPackage
    from pipenv.models.markers import Marker

DEVELOPMENT = ("dev", "develop", "dev-packages")
"""What the group of development packages is called, by those who make it for a Pipfile."""


class Wanted(NamedTuple):
    """What is to be installed besides packages that nothing has to be named for."""

    groups: tuple[str, ...]
    extras: tuple[str, ...] = ()


class Selected(NamedTuple):
    """The packages for an environment, and those that are not for it; in the file's order."""

    packages: tuple[PylockPackage, ...]
    skipped: tuple[PylockPackage, ...]


def wanted_parts(pylock: Pylock, *, dev: bool, named: Sequence[str], all_of_them: bool) -> Wanted:
    """The groups and extras that a command line means by the names of categories.

    A category is the group of its name, or else the extra. ``packages`` are the default groups.
    """
    if all_of_them:
        return Wanted((*pylock.default_groups, *pylock.dependency_groups), pylock.extras)
    groups: list[str] = []
    extras: list[str] = []
    if dev or not named:
        groups += pylock.default_groups
        groups += _development(pylock) if dev else ()
        return Wanted(tuple(groups))
    known = {canonical_name(extra) for extra in pylock.extras}
    known -= {canonical_name(group) for group in pylock.dependency_groups}
    for name in named:
        if name in {"packages", "default"}:
            groups += pylock.default_groups
        elif name in DEVELOPMENT:
            groups += _development(pylock)
        else:
            (extras if canonical_name(name) in known else groups).append(name)
    return Wanted(tuple(groups), tuple(extras))


def _development(pylock: Pylock) -> list[str]:
    """The group of development packages; where none has its name, those that sound like it."""
    found = [name for name in pylock.dependency_groups if canonical_name(name) in DEVELOPMENT]
    return found or [
        name for name in pylock.dependency_groups if "dev" in name.lower() or "test" in name.lower()
    ]


def select_packages(
    pylock: Pylock, wanted: Wanted, environment: Mapping[str, str], *, path: str = "pylock.toml"
) -> Selected:
    """Choose the packages for an environment.

    Args:
        pylock: where from.
        wanted: groups and extras.
        environment: the eleven marker values of the target.
        path: what to call the file in errors.

    Raises:
        UnsupportedEnvironment: the file is not for this Python or this platform.
        InvalidLockfile: it has two entries of one package for it.
    """
    python = environment.get("python_full_version", "")
    _insist_on_python(pylock.requires_python, python, f"`{path}`")
    if pylock.environments and not any(
        marker.evaluate(environment) for marker in pylock.environments
    ):
        listed = "; ".join(map(str, pylock.environments))
        raise UnsupportedEnvironment(
            f"`{path}` is not for this environment, only where one of these holds: {listed}",
            hints=["have it made for this platform, too"],
        )
    values = {**environment, "dependency_groups": ",".join(wanted.groups)}
    extras = frozenset(map(canonical_name, wanted.extras))
    chosen: dict[str, PylockPackage] = {}
    skipped: list[PylockPackage] = []
    for package in pylock.packages:
        if package.marker is not None and not package.marker.evaluate(values, extras):
            skipped.append(package)
            continue
        if package.name in chosen:
            versions = f"{chosen[package.name].version} and {package.version}"
            raise InvalidLockfile(
                f"`{path}` has two entries of `{package.name}` ({versions}) for this environment",
                hints=["have it made anew by the tool that made it"],
            )
        _insist_on_python(package.requires_python, python, f"`{package.name}` in `{path}`")
        chosen[package.name] = package
    return Selected(
        tuple(chosen.values()), tuple(each for each in skipped if each.name not in chosen)
    )


def _insist_on_python(required: str | None, python: str, subject: str) -> None:
    if required is None or not python:
        return
    text = python.removesuffix("+")
    if not parse_specifiers(required).contains(parse_version(text).key, text):
        raise UnsupportedEnvironment(
            f"{subject} is for Python {required}, and this is Python {python}",
            hints=["choose another Python with --python, or have it locked for this one"],
        )


def plain_marker(marker: Marker | None, wanted: Wanted) -> tuple[bool, Marker | None]:
    """What is left of a marker when groups and extras are known.

    Returns:
        Whether it may hold at all, and the marker that says where; `None`: everywhere.
    """
    if marker is None:
        return True, None
    sets = {
        "dependency_groups": {canonical_name(name) for name in wanted.groups},
        "extras": {canonical_name(name) for name in wanted.extras},
    }
    left = assuming(marker, sets)
    return (left, None) if isinstance(left, bool) else (True, left)
