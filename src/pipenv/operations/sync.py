"""From a Lockfile to an environment: select, compare, fetch and verify, then carry out one plan."""

from __future__ import annotations

from pipenv.errors import InvalidLockfile, UntrustedLockfile
from pipenv.events import Notice, StageFinished, StageStarted
from pipenv.installer.intact import lost_files
from pipenv.installer.plan import Step, plan
from pipenv.lockfile.selection import select
from pipenv.models.names import ENVIRONMENT_TOOLS, canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.models.records import NamedTuple
from pipenv.operations.environment import ensure_environment, installed_in
from pipenv.operations.system import is_set
from pipenv.pipfile.document import lock_category

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container, Mapping, Sequence
    from typing import Literal

    from pipenv.cache.wheel_store import UnpackedWheel
    from pipenv.installer.plan import InstallPlan, Removal
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.interpreters import Environment
    from pipenv.models.pins import Pin
    from pipenv.operations.direct_installs import DirectInstalls
    from pipenv.operations.session import Session

    Extras = Literal["keep", "clean", "exact"]
    Installation = Step
    Departure = Removal

TOOLS = ENVIRONMENT_TOOLS
"""Of the environment itself: they stay although no lock lists them."""


class PartsRequest(NamedTuple):
    """Which parts of a lock a command line means."""

    dev: bool
    named: tuple[str, ...]
    """Categories by either name, groups or extras."""
    all_of_them: bool


class SyncOutcome(NamedTuple):
    """What was done to the environment."""

    plan: InstallPlan
    skipped: tuple[Pin, ...]
    """Pins whose marker excludes this environment."""
    environment: Environment
    source: str = "Pipfile.lock"
    extra: tuple[str, ...] = ()
    """What is installed and in no category of the lock; tools of the environment aside."""


class PreparedSync(NamedTuple):
    """Everything fetched and verified; the environment is still untouched."""

    plan: InstallPlan
    wheels: Mapping[str, UnpackedWheel]
    environment: Environment
    skipped: tuple[Pin, ...]
    requested: frozenset[str]
    direct_urls: Mapping[str, Mapping[str, object]] = {}
    """What to note as ``direct_url.json``, by name of the pin."""
    stamps: Mapping[str, str] = {}
    """What the state of folders and checkouts is called, by name of the pin."""
    extra: tuple[str, ...] = ()
    """See `SyncOutcome`."""


def sync(
    session: Session, lockfile: Lockfile, categories: Collection[str], extras: Extras = "keep"
) -> SyncOutcome:
    """Install what `categories` (lock names) of `lockfile` list and is not there yet.

    Args:
        session: of the project.
        lockfile: what to install from.
        categories: lock names.
        extras: what becomes of other packages: ``keep`` them, ``clean`` away what is in no category
            of the lock, or have ``exact``ly the categories installed.

    Raises:
        IntegrityError: a file is not what the lock promises; nothing was touched.
        NetworkError, BuildError: a file could not be brought; nothing was touched.
        InstallError: the environment could not be changed; it is as it was.
    """
    environment = ensure_environment(session)
    return carry_out(session, prepare(session, lockfile, categories, environment, extras))


def categories_to_install(
    session: Session,
    lockfile: Lockfile,
    *,
    dev: bool,
    named: Sequence[str],
    all_of_them: bool,
) -> tuple[str, ...]:
    """The lock categories that a command line means, in the order they are written.

    ``--dev`` means default and develop, whatever else is named.
    """
    del session
    if all_of_them:
        return tuple(lockfile.categories)
    if dev:
        return ("default", "develop")
    if named:
        return tuple(lock_category(name) for name in named)
    return ("default",)


def prepare(
    session: Session,
    lockfile: Lockfile,
    categories: Collection[str],
    environment: Environment,
    extras: Extras = "keep",
) -> PreparedSync:
    """Decide what has to happen, and bring and verify every file that it needs.

    Raises:
        UntrustedLockfile: with ``--deploy``, a package of an index has no digests.
        As `sync`.
    """
    pins, skipped = select(lockfile, categories, environment.interpreter.environment)
    return prepare_pins(session, lockfile, pins, tuple(skipped), environment, extras)


def prepare_pins(
    session: Session,
    lockfile: Lockfile,
    pins: Sequence[Pin],
    skipped: tuple[Pin, ...],
    environment: Environment,
    extras: Extras = "keep",
) -> PreparedSync:
    """Like `prepare`, for pins that are already selected."""
    _insist_on_versions(pins)
    _look_for_digests(session, pins, insists=session.settings.flag("deploy"))
    pins = _with_sources_only(with_strong_digests(pins), session.names_to_build())
    installed = installed_in(session, environment)
    is_shared = session.settings.flag("system")
    extra = () if is_shared else tuple(_not_locked(installed, lockfile))
    if all(isinstance(pin.origin, IndexOrigin) for pin in pins):
        todo = _without_extras(plan(pins, installed, exact=True), extras, extra)
        todo = _again(session, _with_damaged(session, todo))
        wheels = _fetch(session, lockfile, todo, environment)
        requested = session.requested_names()
        return PreparedSync(todo, wheels, environment, skipped, requested, extra=extra)
    session.make_planned_environment()
    direct = session.direct_installs(environment, session.mirrored(lockfile.sources))
    placed = direct.placed(pins)
    todo = plan(placed, installed, exact=True, stamps=direct.stamps(placed))
    todo = _again(session, _with_damaged(session, _without_extras(todo, extras, extra)))
    wheels = _fetch(session, lockfile, todo, environment, direct)
    fetched = [step.pin for step in todo.installations]
    return PreparedSync(
        todo,
        wheels,
        environment,
        skipped,
        session.requested_names(),
        direct.direct_urls(fetched),
        direct.stamps(fetched),  # again: backends may write into the folders they build
        extra,
    )


def _without_extras(todo: InstallPlan, extras: Extras, extra: Collection[str]) -> InstallPlan:
    """Leave the removals that were asked for."""
    if extras == "exact":
        return todo
    removals = [
        each for each in todo.removals if extras == "clean" and each.distribution.key in extra
    ]
    return todo._replace(removals=tuple(removals))


def _not_locked(installed: Collection[InstalledDistribution], lockfile: Lockfile) -> list[str]:
    """The keys of what the lock does not list, by name."""
    locked = locked_names(lockfile)
    found = {each.key for each in installed if each.key not in TOOLS and each.key not in locked}
    return sorted(found)


def _with_damaged(session: Session, todo: InstallPlan) -> InstallPlan:
    """The plan with what is installed and yet not as it was installed.

    Single files are looked at where this run is told to: images of containers are often made
    smaller by hand, and what somebody took out of a package should stay out.
    """
    present = [kept.distribution for kept in todo.kept]
    reasons = {key: f"`{path}` is missing" for key, path in lost_files(present).items()}
    if session.settings.flag("repairs"):
        from pipenv.installer.altered import altered_files, altered_text

        for key, altered in altered_files(present, reads_contents=True).items():
            reasons.setdefault(key, altered_text(altered))
    if not reasons:
        return todo
    again = (
        Step(kept.pin, reasons[kept.distribution.key], (kept.distribution,))
        for kept in todo.kept
        if kept.distribution.key in reasons
    )
    still = tuple(kept for kept in todo.kept if kept.distribution.key not in reasons)
    return todo._replace(installations=(*todo.installations, *again), kept=still)


def _again(session: Session, todo: InstallPlan) -> InstallPlan:
    """The plan with what is installed already, too, where this run is to install everything."""
    settings = session.settings
    is_told = settings.flag("system") and is_set(session.environ, "PIP_IGNORE_INSTALLED")
    if not is_told and not settings.flag("reinstalls"):
        return todo
    again = (Step(kept.pin, "to be installed again", (kept.distribution,)) for kept in todo.kept)
    return todo._replace(installations=(*todo.installations, *again), kept=())


def _fetch(
    session: Session,
    lockfile: Lockfile,
    todo: InstallPlan,
    environment: Environment,
    direct: DirectInstalls | None = None,
) -> Mapping[str, UnpackedWheel]:
    """Bring the wheels of a plan; editable checkouts, which people work in, come last."""
    if not todo.installations or session.is_rehearsal:
        return {}
    session.report(StageStarted("download", total=len(todo.installations)))
    sources = session.mirrored(lockfile.sources)
    pins = [step.pin for step in todo.installations]
    wheels: dict[str, UnpackedWheel] = {}
    if direct is None:
        wheels.update(session.fetch_wheels(pins, sources, environment))
    else:
        for some in direct.in_order(pins):
            if some:
                wheels.update(
                    session.fetch_wheels(some, sources, environment, build_elsewhere=direct.build)
                )
    session.report(StageFinished("download"))
    return wheels


def _with_sources_only(pins: Sequence[Pin], names: Container[str]) -> list[Pin]:
    """The pins with the mark that no wheel serves them, where this run is told so."""
    return [
        pin._replace(no_binary=True) if canonical_name(pin.name) in names else pin for pin in pins
    ]


def _insist_on_versions(pins: Sequence[Pin]) -> None:
    """Refuse pins that pin nothing.

    Upstream writes them for markers that were false where it locked.

    Raises:
        InvalidLockfile: a package of an index has no version.
    """
    for pin in pins:
        if pin.version is None and isinstance(pin.origin, IndexOrigin):
            raise InvalidLockfile(
                f"Pipfile.lock has no version for `{pin.name}`, which this environment needs",
                hints=["run `pipenv lock` on this platform"],
            )


def with_strong_digests(pins: Sequence[Pin]) -> list[Pin]:
    """The pins, with those digests alone that a file may be trusted by.

    Raises:
        UntrustedLockfile: one has digests, and all of them are weak.
    """
    found = []
    for pin in pins:
        strong = tuple(each for each in pin.digests if each.is_strong)
        if pin.digests and not strong:
            weak = ", ".join(sorted({each.algorithm for each in pin.digests}))
            raise UntrustedLockfile(
                f"the hashes of `{pin.name}` in Pipfile.lock are of no use: {weak} can be forged",
                hints=["run `pipenv lock`, which writes sha256"],
            )
        found.append(pin if len(strong) == len(pin.digests) else pin._replace(digests=strong))
    return found


def _look_for_digests(session: Session, pins: Sequence[Pin], *, insists: bool) -> None:
    """Tell of packages whose files nothing vouches for."""
    bare = [
        pin.name
        for pin in pins
        if not pin.digests and pin.version is not None and isinstance(pin.origin, IndexOrigin)
    ]
    if not bare:
        return
    names = ", ".join(f"`{name}`" for name in bare)
    text = f"Pipfile.lock has no hashes for {names}"
    if insists:
        raise UntrustedLockfile(
            f"Aborting deploy: {text}", hints=["run `pipenv lock`, which writes them"]
        )
    session.report(
        Notice("no-hashes", f"{text}: what the index gives is installed; `pipenv lock` adds them")
    )


def carry_out(session: Session, prepared: PreparedSync) -> SyncOutcome:
    """Do what was prepared, in an environment that is made first where it was only planned."""
    session.make_planned_environment()
    if prepared.plan.installations or prepared.plan.removals:
        session.report(StageStarted("install", total=len(prepared.plan.installations)))
        session.execute(
            prepared.plan,
            prepared.wheels,
            prepared.environment,
            requested=prepared.requested,
            direct_urls=prepared.direct_urls,
            stamps=prepared.stamps,
        )
        session.report(StageFinished("install"))
    gone = {each.distribution.key for each in prepared.plan.removals}
    return SyncOutcome(
        prepared.plan,
        prepared.skipped,
        prepared.environment,
        extra=tuple(key for key in prepared.extra if key not in gone),
    )


def locked_names(lockfile: Lockfile) -> set[str]:
    """Canonical names of everything in any category."""
    return {canonical_name(name) for pins in lockfile.categories.values() for name in pins}
