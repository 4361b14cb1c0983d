"""A project begins: the first Pipfile."""

from __future__ import annotations

from pipenv.events import Notice
from pipenv.operations.documents import read_text, remove_file, write_text
from pipenv.pipfile.document import parse_pipfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.models.indexes import Index
    from pipenv.models.interpreters import Interpreter
    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile


def ensure_pipfile(session: Session, interpreter: Interpreter) -> Pipfile:
    """The project's Pipfile, made as upstream makes new ones where there is none."""
    if not session.project.has_pipfile():
        text = starting_pipfile(session, interpreter)
        if session.is_rehearsal:
            return parse_pipfile(text, path=session.project.pipfile_path)
        write_text(session.project.pipfile_path, text)
        session.if_it_fails(lambda: _take_back(session.project.pipfile_path, text))
    return session.pipfile()


def _take_back(path: str, text: str) -> None:
    """Delete the Pipfile that was begun, unless somebody has written another one since."""
    if read_text(path) == text:
        remove_file(path)


def starting_pipfile(
    session: Session, interpreter: Interpreter, source: Index | None = None
) -> str:
    """The text of a new Pipfile for an environment of `interpreter`.

    `source` takes the place of the one that pip would ask, or of the default index.
    """
    from pipenv.pipfile.editing import new_pipfile

    version = ".".join(str(number) for number in interpreter.version[:2])
    told = None if source else session.pip_configuration().source
    if told is not None:
        said = f"pip's configuration names the index {told.url}: the new Pipfile begins with it"
        session.report(Notice("index-of-pip", said))
    full = None
    if session.settings.text("python"):
        full = ".".join(str(number) for number in interpreter.version)
    return new_pipfile(
        sources=[source or session.first_source()],
        python_version=version,
        python_full_version=full,
    )
