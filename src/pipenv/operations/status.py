"""How a project is doing: Pipfile, lock, environment, Python and packages, at a glance.

Reads a few files, asks nobody, makes and mends nothing.
"""

from __future__ import annotations

import os
import sys
from types import MappingProxyType

from pipenv.errors import PipenvError
from pipenv.installer.altered import altered_files, altered_text
from pipenv.installer.intact import lost_files
from pipenv.installer.interruption import is_interrupted
from pipenv.lockfile.selection import select
from pipenv.models.names import ENVIRONMENT_TOOLS, canonical_name
from pipenv.models.records import NamedTuple
from pipenv.operations.category_state import CategoryState, Different, category_state
from pipenv.operations.documents import read_lockfile
from pipenv.operations.dotenv_variables import dotenv_path
from pipenv.operations.environment import existing_environment, locate, python_mismatch
from pipenv.operations.lock_disagreement import disagreement
from pipenv.operations.pylock_place import NAME as PYLOCK
from pipenv.operations.verify import accepted_hashes, lock_conflict
from pipenv.pipfile.document import pipfile_category
from pipenv.virtualenvs import location
from pipenv.virtualenvs.installed import scan, site_directories

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.interpreters import Environment
    from pipenv.models.pins import Pin
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile
    from pipenv.virtualenvs.location import Location

_MOST_NAMES = 5
SYNC_OF = {"default": "pipenv sync", "develop": "pipenv sync --dev"}
_KINDS = {
    "active": "the active one",
    "file": "named by the file .venv",
    "in-project": "in the project",
    "central": "",
}


class Aspect(NamedTuple):
    """One line of the answer."""

    name: str
    state: str
    """One word for programs; the words of each aspect are in `status`."""
    text: str
    fix: str = ""
    """What makes it fine, a command most often; empty when it is."""
    facts: Mapping[str, object] = MappingProxyType({})
    """The same in values, for programs."""


def status(session: Session) -> tuple[Aspect, ...]:
    """Look at everything; what is wrong with one thing does not hide the rest.

    The aspects and their states, in this order:

    - ``Pipfile``: ``readable``, ``unreadable``.
    - the lock by its name: ``fresh``, ``fresh-by-old-hash``, ``stale``, ``missing``,
      ``conflicted``, ``unreadable``; ``unknown`` where the Pipfile cannot be read.
    - another lock by its name: ``contradicts``, ``unreadable``, only if it is one of them.
    - ``environment``: ``present``, ``interrupted``, ``missing``, ``broken``.
    - ``Python``: ``fits``, ``mismatch``.
    - each category of the lock in brackets, by its Pipfile name: ``complete``, ``incomplete``,
      ``absent``; the last is no trouble for what is not needed to run the project.
    - ``not locked``: ``extra``, only where there is something.
    - ``files``: ``altered``, only where files of locked packages were deleted or have another size.
    - ``scripts`` and ``.env``: ``present``, only if they are.
    """
    pipfile, about_pipfile = _pipfile(session)
    lockfile, about_lock = _lock(session, pipfile)
    aspects = [about_pipfile, about_lock, *_other_lock(session, lockfile)]
    try:
        found = _located(session, is_readable=pipfile is not None)
        environment, about_environment = _environment(session, found, lockfile, pipfile)
        aspects.append(about_environment)
        if environment is not None:
            aspects.append(_python(session, environment))
            if lockfile is not None:
                aspects += _packages(lockfile, environment)
    except PipenvError as error:
        aspects.append(_trouble("environment", "broken", error))
    return (*aspects, *_besides(session, pipfile))


def _trouble(name: str, state: str, error: PipenvError) -> Aspect:
    lines = error.details.splitlines()
    text = error.message
    if len(lines) == 1 and lines[0].lower() not in text.lower():
        text = f"{text}: {lines[0]}"
    return Aspect(name, state, text, error.hints[0] if error.hints else "correct the file")


def _pipfile(session: Session) -> tuple[Pipfile | None, Aspect]:
    try:
        pipfile = session.pipfile()
    except PipenvError as error:
        return None, _trouble("Pipfile", "unreadable", error)
    counts = {name: len(pipfile.entries(name)) for name in pipfile.categories}
    listed = [
        f"{_counted(count, 'entry', 'entries')} in [{name}]"
        for name, count in counts.items()
        if count
    ]
    text = ", ".join(listed) or "lists nothing"
    facts = {"path": session.project.pipfile_path, "entries": counts}
    return pipfile, Aspect("Pipfile", "readable", text, facts=facts)


def _lock(session: Session, pipfile: Pipfile | None) -> tuple[Lockfile | None, Aspect]:
    path = session.project.lockfile_path
    name = os.path.basename(path)
    facts: dict[str, object] = {"path": path}
    try:
        line = lock_conflict(session)
        if line is not None:
            text = f"has merge conflict markers, the first in line {line}"
            return None, Aspect(name, "conflicted", text, "pipenv lock", facts)
        lockfile = read_lockfile(session.project)
    except PipenvError as error:
        return None, _trouble(name, "unreadable", error)
    if lockfile is None:
        return None, Aspect(name, "missing", "there is none", "pipenv lock", facts)
    facts["pins"] = {each: len(pins) for each, pins in lockfile.categories.items()}
    pins = _counted(sum(map(len, lockfile.categories.values())), "pin", "pins")
    if pipfile is None:
        return lockfile, Aspect(name, "unknown", f"{pins}, for the Pipfile as it was", facts=facts)
    current, historic, *others = accepted_hashes(session, pipfile)
    if lockfile.content_hash in {current, *others}:
        return lockfile, Aspect(name, "fresh", f"up to date, {pins}", facts=facts)
    if lockfile.content_hash == historic:
        text = f"up to date, {pins}, with the hash of older releases"
        return lockfile, Aspect(name, "fresh-by-old-hash", text, facts=facts)
    text = f"does not belong to the Pipfile, {pins}"
    return lockfile, Aspect(name, "stale", text, "pipenv lock", facts)


def _other_lock(session: Session, lockfile: Lockfile | None) -> list[Aspect]:
    """What is to be told of a lock that is installed in the place of Pipfile.lock."""
    try:
        found = disagreement(session, lockfile)
    except PipenvError as error:
        return [_trouble(PYLOCK, "unreadable", error)]
    if found is None:
        return []
    names = ", ".join(found.packages[:_MOST_NAMES])
    names += ", ..." if len(found.packages) > _MOST_NAMES else ""
    text = f"contradicts Pipfile.lock ({names}), and is what is installed"
    fix = f"delete {found.name}, or set `use_pylock = true` in [pipenv] and run `pipenv lock`"
    return [Aspect(found.name, "contradicts", text, fix, {"packages": [*found.packages]})]


def _located(session: Session, *, is_readable: bool) -> Location:
    if is_readable:
        return locate(session)
    return location.environment_location(
        project_root=session.project.root,
        pipfile_path=session.project.pipfile_path,
        environ=session.environ,
        settings_in_project=None,
    )


def _environment(
    session: Session, found: Location, lockfile: Lockfile | None, pipfile: Pipfile | None
) -> tuple[Environment | None, Aspect]:
    """What is in the place of the environment; it is looked into if the Pipfile can be read."""
    name = "environment"
    facts = {"path": found.path, "kind": found.kind}
    kind = _KINDS[found.kind]
    text = f"{found.path} ({kind})" if kind else found.path
    if not location.is_environment(found.path, sys.platform):
        if found.kind == "active":
            return None, Aspect(name, "missing", f"{text} is gone", "deactivate", facts)
        fix = "pipenv install" if lockfile is None else "pipenv sync"
        return None, Aspect(name, "missing", f"none yet; it will be {text}", fix, facts)
    if pipfile is None:
        return None, Aspect(name, "present", text, facts=facts)
    try:
        environment = existing_environment(session)
    except PipenvError as error:
        return None, _trouble(name, "broken", error)._replace(facts=facts)
    if is_interrupted(environment):
        text += ", where an installation was cut short"
        return environment, Aspect(name, "interrupted", text, "pipenv sync", facts)
    return environment, Aspect(name, "present", text, facts=facts)


def _python(session: Session, environment: Environment) -> Aspect:
    version = ".".join(map(str, environment.interpreter.version))
    facts = {"version": version, "path": environment.interpreter.executable}
    try:
        mismatch = python_mismatch(session, environment)
    except PipenvError as error:
        return _trouble("Python", "mismatch", error)
    if mismatch is not None:
        return Aspect("Python", "mismatch", mismatch, "pipenv remove, then pipenv install", facts)
    return Aspect("Python", "fits", version, facts=facts)


def _packages(lockfile: Lockfile, environment: Environment) -> list[Aspect]:
    """What the environment has of the lock, and what besides."""
    installed = scan(site_directories(environment.paths))
    markers = environment.interpreter.environment
    locked = {canonical_name(name) for pins in lockfile.categories.values() for name in pins}
    damaged = lost_files([each for each in installed if each.key in locked])
    found = [
        aspect
        for category in lockfile.categories
        if (aspect := _category(lockfile, category, markers, installed, damaged)) is not None
    ]
    intact = [each for each in installed if each.key in locked and each.key not in damaged]
    found += _altered(lockfile, intact)
    extra = sorted({each.key for each in installed} - locked - ENVIRONMENT_TOOLS)
    if extra:
        listed = ", ".join(extra)
        found.append(Aspect("not locked", "extra", listed, "pipenv clean", {"names": extra}))
    return found


def _category(
    lockfile: Lockfile,
    category: str,
    markers: Mapping[str, str],
    installed: Collection[InstalledDistribution],
    damaged: Mapping[str, str],
) -> Aspect | None:
    pins, _ = select(lockfile, (category,), markers)
    if not pins and category != "default":
        return None
    elsewhere = {
        canonical_name(name)
        for other, entries in lockfile.categories.items()
        if other != category
        for name in entries
    }
    state = category_state(pins, installed, elsewhere, is_needed=category == "default")
    if state.word != "absent":
        state = _with_damage(state, pins, installed, damaged)
    named = pipfile_category(category)
    facts: dict[str, object] = {
        "packages": len(pins),
        "missing": [*state.missing],
        "different": [each._asdict() for each in state.different],
    }
    count = _counted(len(pins), "package", "packages")
    if state.word == "complete":
        return Aspect(f"[{named}]", state.word, f"{count}, all installed", facts=facts)
    if state.word == "absent":
        return Aspect(f"[{named}]", state.word, f"{count}, not installed", facts=facts)
    texts = []
    if state.missing and len(state.missing) == len(pins):
        texts.append(f"none of {count} installed")
    elif state.missing:
        texts.append(f"missing: {', '.join(state.missing)}")
    if state.different:
        texts += [f"{each.name}: {each.reason}" for each in state.different]
    fix = SYNC_OF.get(category) or f"pipenv sync --categories {named}"
    return Aspect(f"[{named}]", state.word, "; ".join(texts), fix, facts)


def _altered(lockfile: Lockfile, installed: Collection[InstalledDistribution]) -> list[Aspect]:
    """What somebody deleted or edited inside of packages, which `sync` by itself lets be."""
    altered = altered_files(installed, reads_contents=False)
    if not altered:
        return []
    names = sorted(altered)
    texts = [f"{name}: {altered_text(altered[name])}" for name in names[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        texts.append(f"and {_counted(len(names) - _MOST_NAMES, 'package', 'packages')} more")
    facts = {
        name: {
            "missing": [file.path for file in altered[name] if file.is_gone],
            "changed": [file.path for file in altered[name] if not file.is_gone],
        }
        for name in names
    }
    fix = f"pipenv sync --repair{_categories_of(lockfile, names)}"
    return [Aspect("files", "altered", "; ".join(texts), fix, {"packages": facts})]


def _categories_of(lockfile: Lockfile, names: Collection[str]) -> str:
    """The option with which ``sync`` reaches all of the packages, with a space before it."""
    left = set(names)
    for category, option in (("default", ""), ("develop", " --dev")):
        left -= {canonical_name(name) for name in lockfile.categories.get(category, ())}
        if not left:
            return option
    return " --all"


def _with_damage(
    state: CategoryState,
    pins: Sequence[Pin],
    installed: Collection[InstalledDistribution],
    damaged: Mapping[str, str],
) -> CategoryState:
    """The state with what is installed in the right version and yet not all there."""
    known = {canonical_name(name) for name in state.missing}
    known |= {canonical_name(each.name) for each in state.different}
    versions = {each.key: each.version for each in installed}
    more = [
        Different(pin.name, versions[key], pin.version, f"`{damaged[key]}` is missing")
        for pin in pins
        if (key := canonical_name(pin.name)) in damaged and key not in known
    ]
    if not more:
        return state
    return state._replace(word="incomplete", different=(*state.different, *more))


def _besides(session: Session, pipfile: Pipfile | None) -> list[Aspect]:
    found = []
    scripts = [] if pipfile is None else [*pipfile.scripts]
    if scripts:
        found.append(Aspect("scripts", "present", ", ".join(scripts), facts={"names": scripts}))
    path = None if pipfile is None else dotenv_path(session)
    if path is not None:
        facts = {"path": path}
        found.append(Aspect(".env", "present", "read by `run` and `shell`", facts=facts))
    return found


def _counted(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
