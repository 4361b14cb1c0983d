"""``pylock.toml`` beside Pipfile.lock: which file it is, and what it says of a lock just made."""

from __future__ import annotations

import os
import re

from pipenv.errors import InvalidPipfile
from pipenv.events import silent
from pipenv.lockfile.group_markers import group_marker, group_of, marker_of
from pipenv.lockfile.pylock import Pylock, PylockPackage, write_pylock
from pipenv.models.markers import Marker, conjunction, disjunction
from pipenv.models.names import canonical_name
from pipenv.models.origins import ArchiveOrigin
from pipenv.models.versions import version_key
from pipenv.operations.documents import read_text
from pipenv.operations.pylock_packages import PylockPackages
from pipenv.operations.solved_lock import PylockFile
from pipenv.operations.sourcing import settled
from pipenv.resolver.splitting import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipenv.events import Reporter
    from pipenv.models.pins import Pin
    from pipenv.operations.project import Project
    from pipenv.operations.solved_lock import SolvedLock
    from pipenv.pipfile.document import Pipfile
    from pipenv.resolver.resolution import Choice

_NAME = re.compile(r"[^./\\\x00-\x1f]+")
"""PEP 751: no dots; and nothing that leads to another folder."""


def pylock_path(project: Project, pipfile: Pipfile) -> str:
    """The file that goes with the lock of a project.

    Raises:
        InvalidPipfile: ``[pipenv] pylock_name`` is no name for it.
    """
    name = pipfile.settings.get("pylock_name")
    if name is None or name == "":
        return os.path.join(project.root, "pylock.toml")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        line = pipfile.line_of("pipenv", "pylock_name")
        raise InvalidPipfile(
            f"[pipenv] pylock_name cannot be `{name}`"
            + (f" (Pipfile line {line})" if line else ""),
            hints=['write a name without dots and slashes: "x" makes pylock.x.toml'],
        )
    return os.path.join(project.root, f"pylock.{name}.toml")


def make_pylock(project: Project, solved: SolvedLock, report: Reporter) -> PylockFile:
    """Make the ``pylock.toml`` of a lock; nothing is written.

    Where Pipfile.lock has one version and some environments need another, this has both.

    Raises:
        InvalidPipfile: ``[pipenv] pylock_name`` is no name.
        NetworkError: an index could not be asked.
    """
    path = pylock_path(project, solved.pipfile)
    found = settled(
        solved.catalog,
        silent,
        lambda _: split(
            solved.problem,
            solved.provider,
            solved.resolution,
            told_apart=solved.aim.told_apart,
            dead_ends=solved.dead_ends,
        ),
    )
    assembly = PylockPackages(
        project.root,
        solved.catalog,
        solved.lockfile.sources,
        solved.aim.targets.minors,
        report,
    )
    packages = [
        _of_choice(assembly, solved, choice, marker_of(choice.needed, found.space))
        for choice in found.choices
    ]
    chosen = {choice.package.name for choice in found.choices}
    packages += [
        assembly.of_pin(pin, marker) for pin, marker in _beyond(solved) if _key(pin) not in chosen
    ]
    content = Pylock(
        requires_python=requires_python(solved.pipfile.requires),
        dependency_groups=tuple(
            dict.fromkeys(
                group_of(category)
                for category in solved.lockfile.categories
                if category != "default"
            )
        ),
        packages=in_order(packages),
        environments=_environments(solved),
    )
    before = read_text(path) or ""
    newline = "\r\n" if "\r\n" in before else "\n"
    return PylockFile(path, write_pylock(content, newline=newline))


def in_order(packages: Iterable[PylockPackage | None]) -> tuple[PylockPackage, ...]:
    """The packages that there are, as they are written: by name and version."""
    return tuple(
        sorted(
            (package for package in packages if package is not None),
            key=lambda each: (each.name, version_key(each.version or "0")),
        )
    )


def _of_choice(
    assembly: PylockPackages, solved: SolvedLock, choice: Choice, marker: Marker | None
) -> PylockPackage | None:
    package = choice.package
    if package.url is None:
        return assembly.indexed(package.name, package.version, marker)
    facts = solved.facts_of(package.name, package.url)
    origin = facts.origin or ArchiveOrigin(package.url)
    return assembly.placed(package.name, package.version, marker, origin, facts.digests)


def _beyond(solved: SolvedLock) -> list[tuple[Pin, Marker | None]]:
    """What the lock lists and the resolver was not asked for, or needed nowhere."""
    found: dict[str, tuple[Pin, list[Marker | None]]] = {}
    for category, pins in solved.lockfile.categories.items():
        reached: Mapping[str, object] = solved.resolution.reached.get(category, {})
        for pin in pins.values():
            if _key(pin) in reached:
                continue
            first, markers = found.setdefault(_key(pin), (pin, []))
            if (first.version, first.origin) == (pin.version, pin.origin):
                markers.append(conjunction([group_marker(category), pin.marker]))
    return [(pin, disjunction(markers)) for pin, markers in found.values()]


def _environments(solved: SolvedLock) -> tuple[Marker, ...]:
    """The platforms, if ``[pipenv] platforms`` says which: of others nothing is known."""
    if solved.pipfile.settings.get("platforms") is None:
        return ()
    return tuple(
        Marker.from_tree((("var", "sys_platform"), "==", ("str", platform.sys_platform)))
        for platform in solved.aim.targets.platforms
    )


def _key(pin: Pin) -> str:
    return canonical_name(pin.name)


def requires_python(requires: Mapping[str, str]) -> str | None:
    """The oldest Python that ``[requires]`` names, or all that it says if that is a range."""
    full = (requires.get("python_full_version") or "").strip()
    short = (requires.get("python_version") or "").strip()
    for text, operator in ((full, "=="), (short, ">=")):
        if text in {"", "*", "2", "3"}:
            continue
        return f"{operator}{text.removesuffix('.*')}" if text[0].isdigit() else text
    return None
