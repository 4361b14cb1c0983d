"""``--skip-lock``: install what the Pipfile says, for this interpreter, with no lock in sight."""

from __future__ import annotations

from pipenv.errors import PipfileNotFound
from pipenv.events import Notice
from pipenv.operations import lock as locking
from pipenv.operations import sync as syncing
from pipenv.operations.beginning import ensure_pipfile
from pipenv.operations.change import (
    ChangeOutcome,
    all_additions,
    pipfile_with,
)
from pipenv.operations.deploying import check_python
from pipenv.operations.documents import read_text
from pipenv.operations.environment import ensure_environment
from pipenv.operations.exclusive import replacing
from pipenv.operations.imported import NOTHING, limits_in, narrowed
from pipenv.pipfile.document import Pipfile, lock_category, parse_pipfile, pipfile_category

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Container, Sequence

    from pipenv.models.interpreters import Environment
    from pipenv.operations.additions import Addition
    from pipenv.operations.change import InstallRequest
    from pipenv.operations.imported import Imported
    from pipenv.operations.session import Session


def install(session: Session, request: InstallRequest) -> ChangeOutcome:
    """Bring the environment to the newest versions that the Pipfile admits.

    Raises:
        PipfileNotFound: with `deploy`.
        ResolutionError, NetworkError, IntegrityError, BuildError: nothing was touched.
        InstallError: the environment could not be changed; it is as it was.
    """
    if request.deploy:
        _say_what_deploy_means(session)
    environment = ensure_environment(session)
    pipfile = ensure_pipfile(session, environment.interpreter)
    check_python(session, environment, deploy=request.deploy)
    if request.all_categories:
        categories: Sequence[str] = pipfile.categories
    elif request.dev:
        categories = ("packages", "dev-packages")
    else:
        categories = request.categories or ("packages",)
    prepared = _prepared(session, pipfile, categories, environment, NOTHING)
    synced = syncing.carry_out(session, prepared)._replace(source="Pipfile")
    return ChangeOutcome(locked=None, synced=synced)


def add(
    session: Session,
    additions: Sequence[Addition],
    categories: Sequence[str],
    imported: Imported = NOTHING,
    also: Container[str] = (),
) -> ChangeOutcome:
    """Add packages to the Pipfile and install them; see `install` and `change.add`.

    Raises:
        As `install`; the Pipfile is as it was.
    """
    environment = ensure_environment(session)
    additions, imported = all_additions(session, additions, imported, environment)
    path = session.project.pipfile_path
    before = read_text(path)
    text = pipfile_with(session, additions, categories, imported, environment)
    pipfile = parse_pipfile(text, path=path)
    wanted = ["packages", *categories]
    wanted += [name for name in pipfile.categories if lock_category(name) in also]
    prepared = _prepared(session, pipfile, wanted, environment, imported)
    with replacing(session, {} if text == before else {path: text}):
        synced = syncing.carry_out(session, prepared)._replace(source="Pipfile")
    added = tuple(addition.requirement.name for addition in additions)
    return ChangeOutcome(locked=None, synced=synced, added=added)


def _prepared(
    session: Session,
    pipfile: Pipfile,
    categories: Collection[str],
    environment: Environment,
    imported: Imported,
) -> syncing.PreparedSync:
    """Solve for the categories alone, and bring what that takes."""
    wanted = {pipfile_category(category) for category in categories}
    others = set(pipfile.categories) - wanted
    data = {name: table for name, table in pipfile.data.items() if name not in others}
    request = locking.LockRequest(
        pipfile=Pipfile(pipfile.text, data),
        keep="nothing",
        limits=limits_in(imported.limits, environment.interpreter.environment),
        is_passing=True,
    )
    lockfile = narrowed(locking.lock(session, request, environment).lockfile, imported.digests)
    names = [name for name in lockfile.categories if name in set(map(lock_category, wanted))]
    return syncing.prepare(session, lockfile, names, environment)


def _say_what_deploy_means(session: Session) -> None:
    """Tell that there is nothing to compare.

    Raises:
        PipfileNotFound: there is no Pipfile.
    """
    if not session.project.has_pipfile():
        raise PipfileNotFound("no Pipfile was found here or in the folders above")
    session.report(
        Notice("deploy-unlocked", "--deploy finds nothing to check: no lock is read (--skip-lock)")
    )
