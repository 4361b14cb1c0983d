"""How a project is doing: Pipfile, lock, environment, Python and packages, at a glance.

Reads a few files, asks nobody, makes nothing.
"""

from __future__ import annotations

import os

from pipenv.errors import PipenvError
from pipenv.installer.plan import plan
from pipenv.lockfile.freshness import is_fresh
from pipenv.lockfile.selection import select
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.operations.documents import read_lockfile, read_text
from pipenv.operations.environment import (
    existing_environment,
    has_environment,
    installed_in,
    locate,
    python_mismatch,
)
from pipenv.operations.sync import TOOLS
from pipenv.operations.verify import accepted_hashes, lock_conflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.interpreters import Environment
    from pipenv.operations.session import Session


class Aspect(NamedTuple):
    """One line of the answer."""

    name: str
    text: str
    fix: str = ""
    """The command that makes it fine; empty when it is."""


def status(session: Session) -> tuple[Aspect, ...]:
    """Look at everything; what is wrong with one thing does not hide the rest."""
    pipfile = _pipfile(session)
    lock, lockfile = _lock(session)
    aspects = [pipfile, lock]
    environment = None
    try:
        found, environment = _environment(session)
        aspects.append(found)
    except PipenvError as error:
        aspects.append(_trouble("environment", error))
    if environment is not None:
        aspects.append(_python(session, environment))
        if lockfile is not None:
            aspects += _packages(session, lockfile, environment)
    return (*aspects, *_extras(session, is_readable=not pipfile.fix))


def _trouble(name: str, error: PipenvError) -> Aspect:
    return Aspect(name, error.message, error.hints[0] if error.hints else "see the message")


def _pipfile(session: Session) -> Aspect:
    try:
        pipfile = session.pipfile()
    except PipenvError as error:
        return _trouble("Pipfile", error)
    listed = [
        f"{_counted(len(pipfile.entries(category)), 'entry', 'entries')} in [{category}]"
        for category in pipfile.categories
        if pipfile.entries(category)
    ]
    return Aspect("Pipfile", ", ".join(listed) or "lists nothing")


def _lock(session: Session) -> tuple[Aspect, Lockfile | None]:
    name = os.path.basename(session.project.lockfile_path)
    try:
        text = read_text(session.project.lockfile_path)
        if text is None:
            return Aspect(name, "there is none", "pipenv lock"), None
        line = lock_conflict(session)
        if line is not None:
            return Aspect(name, f"has merge conflict markers in line {line}", "pipenv lock"), None
        lockfile = read_lockfile(session.project)
        hashes = accepted_hashes(session, session.pipfile())
    except PipenvError as error:
        return _trouble(name, error), None
    if not is_fresh(text, hashes):
        return Aspect(name, "does not belong to the Pipfile", "pipenv lock"), lockfile
    count = 0 if lockfile is None else sum(map(len, lockfile.categories.values()))
    older = "" if is_fresh(text, hashes[:1]) else ", with the hash of an older release"
    return Aspect(name, f"up to date, {_counted(count, 'pin', 'pins')}{older}"), lockfile


def _environment(session: Session) -> tuple[Aspect, Environment | None]:
    place = locate(session).path
    if not has_environment(session):
        return Aspect("environment", f"none yet; it will be {place}", "pipenv install"), None
    return Aspect("environment", place), existing_environment(session)


def _python(session: Session, environment: Environment) -> Aspect:
    version = ".".join(map(str, environment.interpreter.version))
    try:
        mismatch = python_mismatch(session, environment)
    except PipenvError as error:
        return _trouble("Python", error)
    if mismatch is not None:
        return Aspect("Python", mismatch, "pipenv remove, then pipenv install")
    return Aspect("Python", version)


def _packages(session: Session, lockfile: Lockfile, environment: Environment) -> list[Aspect]:
    """What the environment has of the lock, and what besides."""
    installed = installed_in(session, environment)
    markers = environment.interpreter.environment
    needed, _ = select(lockfile, ("default",), markers)
    todo = plan([pin for pin in needed if isinstance(pin.origin, IndexOrigin)], installed)
    missing = [step.pin.name for step in todo.installations if not step.replaced]
    other = [
        f"{step.pin.name} {step.replaced[0].version}, not {step.pin.version}"
        for step in todo.installations
        if step.replaced
    ]
    present = {each.key for each in installed}
    missing += [
        pin.name
        for pin in needed
        if not isinstance(pin.origin, IndexOrigin) and canonical_name(pin.name) not in present
    ]
    if missing or other:
        texts = [f"missing: {', '.join(sorted(missing))}"] if missing else []
        texts += [f"installed otherwise: {', '.join(other)}"] if other else []
        found = [Aspect("packages", "; ".join(texts), "pipenv sync")]
    else:
        found = [Aspect("packages", f"all {len(needed)} of [default] are installed")]
    for category in lockfile.categories:
        pins, _ = select(lockfile, (category,), markers)
        if category != "default" and pins:
            there = sum(canonical_name(pin.name) in present for pin in pins)
            found.append(Aspect(f"[{category}]", f"{there} of {len(pins)} are installed"))
    locked = {canonical_name(name) for pins in lockfile.categories.values() for name in pins}
    extra = sorted(present - locked - TOOLS)
    if extra and not session.settings.flag("system"):
        found.append(Aspect("not locked", ", ".join(extra), "pipenv clean"))
    return found


def _extras(session: Session, *, is_readable: bool) -> list[Aspect]:
    found = []
    scripts = session.pipfile().scripts if is_readable else {}
    if scripts:
        found.append(Aspect("scripts", ", ".join(scripts)))
    if os.path.isfile(os.path.join(session.project.root, ".env")):
        found.append(Aspect(".env", "read by `run` and `shell`"))
    return found


def _counted(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
