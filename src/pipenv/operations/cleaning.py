"""``clean``: take away what the lock does not list."""

from __future__ import annotations

from pipenv.events import Notice
from pipenv.installer.plan import InstallPlan, Removal
from pipenv.operations.chosen_lock import listed_names, lock_to_install
from pipenv.operations.environment import existing_environment, has_environment, installed_in
from pipenv.operations.sync import TOOLS
from pipenv.operations.verify import lock_is_fresh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Environment
    from pipenv.operations.session import Session


def clean(session: Session) -> tuple[Removal, ...]:
    """Remove every distribution that is in no category of the lock, except the tools.

    The lock is taken as it is; that it does not belong to the Pipfile is told and no more.

    Raises:
        LockfileNotFound, InvalidLockfile: there is no lock to go by.
        VirtualenvBroken: the environment cannot be used.
        InstallError: something cannot be removed; the environment is as it was.
    """
    chosen = lock_to_install(session, tells=True)
    if session.project.has_pipfile() and chosen.pylock is None and not lock_is_fresh(session):
        session.report(
            Notice("stale", "Pipfile.lock is out of date; what it lists counts all the same")
        )
    environment = _environment(session)
    if environment is None:
        session.report(Notice("no-environment", "there is no environment yet: nothing to remove"))
        return ()
    locked = listed_names(chosen)
    removals = tuple(
        Removal(distribution, "not locked")
        for distribution in sorted(installed_in(session, environment), key=lambda each: each.key)
        if distribution.key not in locked and distribution.key not in TOOLS
    )
    session.execute(InstallPlan((), removals, ()), {}, environment, requested=())
    return removals


def _environment(session: Session) -> Environment | None:
    if session.settings.flag("system"):
        return session.system_environment()
    return existing_environment(session) if has_environment(session) else None
