"""What has to be in order before an environment is made from a lock for others to rely on."""

from __future__ import annotations

from pipenv.errors import LockfileNotFound, LockfileOutOfDate, VirtualenvError
from pipenv.events import Notice
from pipenv.lockfile.freshness import is_fresh
from pipenv.operations.documents import read_lockfile, read_text
from pipenv.operations.environment import python_mismatch
from pipenv.operations.verify import accepted_hashes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.interpreters import Environment
    from pipenv.operations.session import Session


def require_deployable(session: Session) -> None:
    """Refuse before anything is made.

    Raises:
        PipfileNotFound, LockfileNotFound, LockfileOutOfDate: what ``--deploy`` exists to catch.
    """
    project = session.require_pipfile()
    lock_text = read_text(project.lockfile_path)
    if lock_text is None:
        raise LockfileNotFound(
            "Pipfile.lock not found, and --deploy does not make one",
            hints=["run `pipenv lock` and commit Pipfile.lock"],
        )
    hashes = accepted_hashes(session, session.pipfile())
    if not is_fresh(lock_text, hashes):
        lockfile = read_lockfile(session.project)
        found = (lockfile.content_hash if lockfile else None) or "none"
        raise LockfileOutOfDate(
            "Aborting deploy: Pipfile.lock does not belong to the Pipfile",
            found=found,
            expected=hashes[0],
            hints=["run `pipenv lock` and commit Pipfile.lock"],
        )


def check_python(session: Session, environment: Environment, *, deploy: bool) -> None:
    """Compare the environment with ``[requires]``.

    Raises:
        VirtualenvError: they differ, and that counts.
    """
    mismatch = python_mismatch(session, environment)
    if mismatch is None:
        return
    if deploy:
        raise VirtualenvError(mismatch, hints=["run `pipenv remove`, then repeat this"])
    session.report(
        Notice(
            "python-mismatch", f"{mismatch}; `pipenv remove` and `pipenv install` make a new one"
        )
    )
