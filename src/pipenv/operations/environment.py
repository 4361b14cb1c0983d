"""The project's environment: where it is, and making it when it is missing."""

from __future__ import annotations

import os
import sys

from pipenv.errors import InterpreterNotFound, VirtualenvBroken, VirtualenvError, VirtualenvNotFound
from pipenv.events import Notice
from pipenv.models.interpreters import Environment
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import version_key
from pipenv.operations.dotenv_variables import dotenv_variables
from pipenv.operations.exclusive import changing
from pipenv.virtualenvs import activation, location
from pipenv.virtualenvs.environments import environment_of
from pipenv.virtualenvs.installed import scan, site_directories
from pipenv.virtualenvs.python_request import is_free_threaded, parse_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.distributions import InstalledDistribution
    from pipenv.models.interpreters import Interpreter
    from pipenv.operations.session import Session
    from pipenv.virtualenvs.location import Location


def locate(session: Session) -> Location:
    """Where the project's environment is, or would be.

    An active one that is the project's own and was deleted is one that can be made again.
    """
    found = _locate(session, session.environ)
    if found.kind != "active" or os.path.lexists(found.path):
        return found
    own = _locate(session, {**session.environ, "VIRTUAL_ENV": ""})
    return own if os.path.realpath(own.path) == os.path.realpath(found.path) else found


def _locate(session: Session, environ: Mapping[str, str]) -> Location:
    return location.environment_location(
        project_root=session.project.root,
        pipfile_path=session.project.pipfile_path,
        environ=environ,
        settings_in_project=session.settings.tristate("venv_in_project"),
    )


def require_environment_root(session: Session) -> str:
    """The folder of the environment.

    Raises:
        VirtualenvNotFound: the project has none.
    """
    found = locate(session)
    if not location.is_environment(found.path, sys.platform):
        _insist_on_active(found)
        raise VirtualenvNotFound(
            "no virtualenv has been created for this project yet",
            hints=["`pipenv install` makes one", *_adoption_hints(session, found)],
        )
    return found.path


def _insist_on_active(found: Location) -> None:
    """Refuse an environment that ``VIRTUAL_ENV`` names and that has been deleted.

    Raises:
        VirtualenvNotFound: it is such a one.
    """
    if found.kind == "active" and not os.path.lexists(found.path):
        raise VirtualenvNotFound(
            f"VIRTUAL_ENV says that `{found.path}` is active, and there is nothing",
            hints=["run `deactivate`, or unset VIRTUAL_ENV; the project then has its own"],
        )


def _adoption_hints(session: Session, found: Location) -> list[str]:
    """What to do where the project had an environment before it was moved."""
    if found.kind != "central":
        return []
    moved = session.moved_here(found.path, wanted_python(session)[0])
    return [
        f"`pipenv env adopt {each.name}` takes over the one of `{each.project}`, which is gone"
        for each in moved[:1]
    ]


def existing_environment(session: Session) -> Environment:
    """The project's environment.

    Raises:
        VirtualenvNotFound: there is none.
        VirtualenvBroken: it cannot be used.
    """
    require_environment_root(session)
    return _described(session, locate(session))


def _described(session: Session, found: Location) -> Environment:
    """The environment that is there.

    Raises:
        VirtualenvBroken: it cannot be used, or its Python would take itself for another one and
            packages would go into that.
    """
    _insist_on_active(found)
    if found.kind != "active" and not os.path.isfile(os.path.join(found.path, "pyvenv.cfg")):
        raise VirtualenvBroken(
            f"the environment `{found.path}` has no pyvenv.cfg",
            hints=["make it anew: `pipenv remove`, then `pipenv sync`"],
        )
    return environment_of(found.path, session.probe())


def plan_environment(session: Session) -> Environment:
    """The project's environment; one that is missing is what it will be.

    It is made when it is needed, by `Session.make_planned_environment`: most of the work is done
    while others are waited for.

    Raises:
        As `ensure_environment`.
    """
    return ensure_environment(session, is_planned=True)


def ensure_environment(session: Session, *, is_planned: bool = False) -> Environment:
    """The project's environment, made first where it is missing; with `is_planned`, later.

    An environment of another version than ``--python`` asks for is made anew.

    Raises:
        InterpreterNotFound: no Python fits.
        VirtualenvError: it can neither be used nor made.
    """
    if session.settings.flag("system"):
        return session.system_environment()
    if is_planned and session.planned_environment is not None:
        return session.planned_environment
    session.make_planned_environment()
    found = locate(session)
    if found.kind == "active":
        _tell_of_active(session)
    if found.kind == "active" or location.is_environment(found.path, sys.platform):
        environment = _described(session, found)
        if not _must_be_remade(session, environment):
            return environment
        if found.kind == "active":
            raise VirtualenvError(
                f"the active virtualenv runs Python {_dotted(environment.interpreter)}, "
                f"not {session.settings.text('python')}",
                hints=["deactivate it, or leave --python out"],
            )
        if session.is_rehearsal:
            return _imagined(session)
        session.report(
            Notice(
                "environment-remade",
                f"the virtualenv runs Python {_dotted(environment.interpreter)}; "
                f"it is made anew for {session.settings.text('python')}",
            )
        )
        interpreter = choose_interpreter(session)
        session.replace_environment(found.path)
        return _create(session, found.path, interpreter)
    if session.is_rehearsal:
        return _imagined(session)
    if found.kind == "central" and session.take_over(found.path, wanted_python(session)[0]):
        return _described(session, found)
    interpreter = choose_interpreter(session)
    # What lies in a damaged one would be taken for installed until it is cleared away.
    is_free = not os.path.lexists(found.path)
    return _create(session, found.path, interpreter, is_planned=is_planned and is_free)


def _imagined(session: Session) -> Environment:
    """What a new environment would be; it has no folder, and nothing is in it."""
    interpreter = choose_interpreter(session)
    return Environment("", interpreter, interpreter.paths)


def _tell_of_active(session: Session) -> None:
    if not session.told_of_active:
        session.told_of_active = True
        session.report(
            Notice(
                "environment-active",
                "Courtesy Notice: Pipenv found itself running within a virtual environment, so it "
                "uses that one instead of the project's own. PIPENV_IGNORE_VIRTUALENVS=1 makes it "
                "ignore that environment, PIPENV_VERBOSITY=-1 hides this notice.",
            )
        )


def installed_in(session: Session, environment: Environment) -> list[InstalledDistribution]:
    """What is installed; what a killed run has left is undone first.

    Raises:
        FileAccessError: it cannot be put in order.
    """
    if session.is_rehearsal and not environment.root:
        return []
    session.recover(environment)
    return scan(site_directories(environment.paths))


def has_environment(session: Session) -> bool:
    """Tell whether the project's environment exists."""
    return location.is_environment(locate(session).path, sys.platform)


def environment_python(session: Session) -> str:
    """The path of the environment's interpreter.

    Raises:
        VirtualenvNotFound: the project has no environment.
    """
    return location.python_path(require_environment_root(session), sys.platform)


def locking_environment(session: Session) -> Environment:
    """The environment to lock for: the project's, or what a new one would be."""
    if has_environment(session):
        return existing_environment(session)
    return _imagined(session)


def choose_interpreter(session: Session) -> Interpreter:
    """The Python for a new environment.

    One that is missing is installed where the user wants that and a tool can.

    Raises:
        InterpreterNotFound: none fits.
    """
    wanted, origin = wanted_python(session)
    try:
        return session.find_interpreter(wanted)
    except InterpreterNotFound as error:
        error.hints = (f"{origin} asks for it; `pipenv python list` shows them all", *error.hints)
        if not session.install_python(wanted, error):
            raise
    return session.find_interpreter(wanted)


def wanted_python(session: Session) -> tuple[str | None, str]:
    """What a new environment's Python has to be, `None` for any, and who says so."""
    requires = session.requires()
    named = session.settings.text("python")
    if named:
        given = session.settings.provenance["python"]
        return named, "--python" if given == "flag" else given
    for key in ("python_full_version", "python_version"):
        wanted = requires.get(key)
        if wanted and isinstance(wanted, str):
            if wanted == "*":
                break
            return wanted, f"[requires] {key}"
    return session.settings.text("default_python"), "PIPENV_DEFAULT_PYTHON_VERSION"


def _create(
    session: Session, path: str, interpreter: Interpreter, *, is_planned: bool = False
) -> Environment:
    session.report(
        Notice(
            "environment-created",
            f"creating a virtualenv with Python {_dotted(interpreter)} "
            f"({interpreter.base_executable or interpreter.executable}) in {path}",
        )
    )
    if sys.platform != "win32" and not (session.environ.keys() & {"LANG", "LC_ALL"}):
        session.report(
            Notice(
                "no-language",
                "LANG is not set, so programs may take all text for ASCII: set it, such as to "
                "C.UTF-8, in ~/.profile",
            )
        )
    create = session.plan_environment if is_planned else session.create_environment
    return create(
        path,
        interpreter,
        system_site_packages=bool(session.settings.tristate("site_packages")),
        copies=session.settings.flag("virtualenv_copies"),
    )


def insist_on_ours(found: Location) -> None:
    """Refuse to delete an environment that the user has activated.

    Raises:
        VirtualenvError: it is the active one.
    """
    if found.kind == "active":
        raise VirtualenvError(
            f"`{found.path}` is the active virtualenv and not ours to delete",
            hints=["deactivate it, or set PIPENV_IGNORE_VIRTUALENVS=1"],
        )


def child_environment(session: Session) -> dict[str, str]:
    """The variables for a program that runs inside the environment, which is made if need be."""
    if session.settings.flag("system"):
        environ = {**session.environ, **dotenv_variables(session)}
        return activation.child_environment(environ, None, session.project.root, sys.platform)
    root, environ = activated_environment(session)
    return activation.child_environment(environ, root, session.project.root, sys.platform)


def activated_environment(session: Session) -> tuple[str, dict[str, str]]:
    """The environment's folder, made if need be, and our variables with those of ``.env``."""
    environ = {**session.environ, **dotenv_variables(session)}
    found = locate(session)
    if not location.is_environment(found.path, sys.platform) or session.settings.text("python"):
        ensure_for_use(session)
    return found.path, environ


def ensure_for_use(session: Session) -> Environment:
    """The project's environment, for a command that otherwise changes nothing.

    Raises:
        As `ensure_environment`.
        Busy: it has to be made, and another process has been changing the project all the time.
    """
    if has_environment(session) and not session.settings.text("python"):
        return ensure_environment(session)
    with changing(session):
        return ensure_environment(session)


def _must_be_remade(session: Session, environment: Environment) -> bool:
    wanted = session.settings.text("python")
    if not wanted:
        return False
    interpreter = environment.interpreter
    request = parse_request(wanted)
    if request.kind in {"version", "range"} or len(request.version) > 1:
        return not request.accepts(interpreter)
    asked = session.find_interpreter(wanted)
    facts = [
        (each.implementation, each.environment["python_full_version"], is_free_threaded(each))
        for each in (asked, interpreter)
    ]
    return facts[0] != facts[1]


def python_mismatch(session: Session, environment: Environment) -> str | None:
    """What is wrong with the environment's Python by ``[requires]``; `None` if nothing."""
    requires = session.requires()
    actual = _dotted(environment.interpreter)
    full = requires.get("python_full_version")
    wanted = full or requires.get("python_version")
    if not isinstance(wanted, str) or wanted in {"", "*"}:
        return None
    if wanted.replace(".", "").isdecimal():
        fits = actual.split(".")[: wanted.count(".") + 1] == wanted.split(".")
    else:
        text = f"=={wanted}" if wanted[0].isdigit() else wanted
        fits = parse_specifiers(text).contains(version_key(actual))
    if fits:
        return None
    owner = "the Pipfile" if session.project.has_pipfile() else "Pipfile.lock"
    return f"{owner} requires Python {wanted}, but the environment runs {actual}"


def _dotted(interpreter: Interpreter) -> str:
    return ".".join(str(number) for number in interpreter.version)
