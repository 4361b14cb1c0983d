"""Runs ``tests/golden/lock_generation``: each file holds a Pipfile, packages, and the lock of them.

``=== packages`` lists what was resolved, one package a line: ``NAME VERSION (REQUIRES-PYTHON)``,
then ``needs`` and names with extras, or ``commit`` and a commit, or ``spelled`` and the author's
spelling; ``NAME[EXTRA] needs …`` is what an extra adds.  ``=== elsewhere`` lists versions for
entries that do not apply here.  ``=== previous`` may hold the lock that was there before.  The hash
of the package in line N is N in hexadecimal.  The place is CPython 3.11 on Linux.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipenv.lockfile.generator import LockedFacts, generate
from pipenv.lockfile.reader import read_lockfile
from pipenv.lockfile.schema import LOCK_NAMES
from pipenv.lockfile.writer import write_lockfile
from pipenv.models.digests import Digest
from pipenv.models.marker_algebra import space_of
from pipenv.models.names import canonical_name
from pipenv.operations.lock_targets import lock_targets
from pipenv.pipfile.document import parse_pipfile
from pipenv.pipfile.entries import parse_entry
from pipenv.resolver.problem import Dependency, Root
from pipenv.resolver.reach import markers_of, reach
from pipenv.resolver.resolution import (
    Edge,
    PortableResolution,
    Resolution,
    ResolvedPackage,
    Statistics,
)
from support.targets import linux_target

if TYPE_CHECKING:
    from pipenv.lockfile.schema import Lockfile
    from pipenv.pipfile.entries import PipfileRequirement

FOLDER = Path(__file__).parents[2] / "golden" / "lock_generation"

LINE = re.compile(
    r"(?P<name>[\w.-]+)(\[(?P<extra>[\w-]+)\])?( (?P<version>[\w.]+))?( \((?P<python>[^)]*)\))?"
    r"( commit (?P<commit>\w+))?( spelled (?P<spelled>\S+))?( needs (?P<needs>.*))?"
)


class Universe:
    """The packages of one file."""

    def __init__(self, text: str, first_digest: int = 1) -> None:
        self.versions: dict[str, str] = {}
        self.facts: dict[str, LockedFacts] = {}
        self.edges: dict[str, list[Edge]] = {}
        for number, line in enumerate(text.splitlines(), start=first_digest):
            match = LINE.fullmatch(line)
            assert match, line
            name = canonical_name(match["name"])
            for needed in (match["needs"] or "").split():
                other, _, extras = needed.rstrip("]").partition("[")
                self.edges.setdefault(name, []).append(
                    Edge(
                        name=canonical_name(other),
                        extras=tuple(extras.split(",")) if extras else (),
                        marker=None,
                        specifiers="",
                        from_extra=match["extra"],
                    )
                )
            if match["version"]:
                self.versions[name] = match["version"]
                self.facts[name] = LockedFacts(
                    digests=(Digest("sha256", f"{number:064x}"),),
                    requires_python=match["python"],
                    commit=match["commit"],
                    name=match["spelled"],
                )

    def packages(self) -> dict[str, ResolvedPackage]:
        return {
            name: ResolvedPackage(
                name=name,
                version=version,
                position=0,
                extras=(),
                categories=frozenset(),
                dependencies=tuple(self.edges.get(name, ())),
            )
            for name, version in sorted(self.versions.items())
        }


def generated(
    pipfile_text: str, packages: str, elsewhere: str = "", previous: Lockfile | None = None
) -> Lockfile:
    pipfile = parse_pipfile(pipfile_text)
    here = Universe(packages)
    there = Universe(elsewhere, first_digest=0xE0)
    chosen = {**there.packages(), **here.packages()}
    facts = {**there.facts, **here.facts}
    entries = {
        category: [
            parse_entry(name, value, category=category)
            for name, value in pipfile.entries(category).items()
        ]
        for category in pipfile.categories
    }
    roots = [
        Root(LOCK_NAMES.get(category, category), _dependency(entry), "")
        for category, listed in entries.items()
        for entry in listed
        if not entry.skip_resolver
    ]
    aim = lock_targets(pipfile.requires, None, linux_target())
    space = space_of(aim.told_apart, markers_of(chosen.values(), roots))
    resolution = PortableResolution(
        Resolution(chosen, tuple(roots), Statistics(0, 0, 0, 0)),
        {},
        space,
        {
            category: reach(
                chosen,
                [root for root in roots if root.category == category],
                space,
                dead_ends=[
                    entry.requirement.key
                    for listed in entries.values()
                    for entry in listed
                    if entry.skip_resolver
                ],
            )
            for category in {root.category for root in roots}
        },
    )
    return generate(
        pipfile=pipfile,
        content_hash="0" * 64,
        sources=pipfile.sources,
        entries=entries,
        resolution=resolution,
        facts={(name, chosen[name].version): each for name, each in facts.items()},
        elsewhere={},
        says_python=aim.says_python,
        previous=previous,
    )


def _dependency(entry: PipfileRequirement) -> Dependency:
    requirement = entry.requirement
    return Dependency(
        requirement.key,
        requirement.extras,
        requirement.specifiers,
        requirement.marker,
        requirement.url,
    )


def sections_of(path: Path) -> dict[str, str]:
    parts = re.split(r"^=== (.*)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_generation(path: Path) -> None:
    sections = sections_of(path)
    previous = sections.get("previous")
    lockfile = generated(
        sections["Pipfile"],
        sections["packages"],
        sections.get("elsewhere", ""),
        None if previous is None else read_lockfile(previous),
    )
    written = write_lockfile(lockfile)
    assert written[written.index('    "default"') :] == sections["lock"]


def test_there_are_some() -> None:
    assert len(list(FOLDER.glob("*.txt"))) >= 6


SOURCE = '[[source]]\nname = "main"\nurl = "https://index.example/simple"\nverify_ssl = true\n'


def test_meta_data_are_the_pipfiles() -> None:
    text = SOURCE + '[requires]\npython_version = "3.11"\n[packages]\n'
    lockfile = generated(text, "")
    assert lockfile.content_hash == "0" * 64
    assert lockfile.requires == {"python_version": "3.11"}
    assert lockfile.sources == parse_pipfile(text).sources
    assert lockfile.categories == {"default": {}, "develop": {}}


def test_categories_come_in_a_fixed_order() -> None:
    text = SOURCE + "[docs]\n[dev-packages]\n[packages]\n[api]\n"
    assert list(generated(text, "").categories) == ["default", "develop", "docs", "api"]


def test_what_only_a_package_without_resolver_needs_is_left_out() -> None:
    text = SOURCE + '[packages]\na = {version = "==1", skip_resolver = true}\nb = "*"\n'
    lockfile = generated(text, "a 1 needs c d\nb 1 needs d\nc 1\nd 1\ne 1")
    assert list(lockfile.categories["default"]) == ["a", "b", "d"]


def test_a_cycle_ends() -> None:
    text = SOURCE + '[packages]\na = {version = "*", markers = "sys_platform == \'linux\'"}\n'
    default = generated(text, "a 1 needs b\nb 2 needs a c\nc 3 needs b").categories["default"]
    assert {str(pin.marker) for pin in default.values()} == {"sys_platform == 'linux'"}


def test_default_pins_are_not_shared_when_that_is_switched_off() -> None:
    text = SOURCE + '[packages]\na = "*"\n[dev-packages]\nb = "*"\n'
    packages = "a 1\nb 2 needs a"
    shared = generated(text, packages).categories["develop"]["a"]
    alone = generated(text + "[pipenv]\nuse_default_constraints = false\n", packages)
    assert shared.origin == ("main",)
    assert alone.categories["develop"]["a"].origin == (None,)
