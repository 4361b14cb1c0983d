"""File names of wheels and source distributions: names and versions read without a grammar.

An index page has thousands of them, so they are only split; whether the version is one is found out
when its key is made.
"""

from __future__ import annotations

from pipenv.models.names import canonical_name
from pipenv.models.records import NamedTuple

_SDIST_SUFFIXES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")


class WheelName(NamedTuple):
    """What the file name of a wheel says (PEP 427)."""

    name: str
    """Canonical."""
    version: str
    build: str
    """``""`` for none; begins with a digit."""
    tags: str
    """The compressed set as written: ``py2.py3-none-any``."""


class SdistName(NamedTuple):
    """What the file name of a source distribution says (PEP 625)."""

    name: str
    """Canonical."""
    version: str


def parse_wheel_filename(filename: str) -> WheelName | None:
    """Return the parts of a wheel's file name, `None` when it is none."""
    if not filename.endswith(".whl"):
        return None
    parts = filename[:-4].split("-")
    build = ""
    if len(parts) == 6:
        build = parts.pop(2)
        if not build[:1].isdigit():
            return None
    if len(parts) != 5 or not all(parts):
        return None
    name, version, python, abi, platform = parts
    if "_" in version:  # stands for the dash that would have ended the version
        version = version.replace("_", "-")
    return WheelName(canonical_name(name), version, build, f"{python}-{abi}-{platform}")


def parse_sdist_filename(filename: str, project: str | None = None) -> SdistName | None:
    """Return the parts of a source distribution's file name, `None` when it is none.

    Names and versions of old files have dashes, so that only the canonical name of the `project`
    tells them apart; without it the version is what follows the last dash before a digit.
    """
    for suffix in _SDIST_SUFFIXES:
        if filename.endswith(suffix):
            stem = filename[: -len(suffix)]
            break
    else:
        return None
    if project is None:
        return _split_at_last_dash(stem)
    size = len(project)
    if stem[size : size + 1] == "-" and canonical_name(stem[:size]) == project:
        version = stem[size + 1 :]
        return SdistName(project, version) if version else None
    dash = stem.find("-")
    while dash >= 0:
        if canonical_name(stem[:dash]) == project:
            version = stem[dash + 1 :]
            return SdistName(project, version) if version else None
        dash = stem.find("-", dash + 1)
    return None


def _split_at_last_dash(stem: str) -> SdistName | None:
    dash = stem.rfind("-")
    while dash > 0 and not stem[dash + 1 : dash + 2].isdigit():
        dash = stem.rfind("-", 0, dash)
    if dash <= 0:
        dash = stem.rfind("-")
    if dash <= 0 or dash == len(stem) - 1:
        return None
    return SdistName(canonical_name(stem[:dash]), stem[dash + 1 :])
