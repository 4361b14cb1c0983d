"""Dependencies of a ``pyproject.toml`` as entries of a Pipfile, locked at once."""

from __future__ import annotations

import os

from pipenv.errors import FileAccessError, InvalidValue, UnsupportedEnvironment
from pipenv.events import Notice
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import parse_version
from pipenv.operations import lock as locking
from pipenv.operations.additions import Words, parse_additions
from pipenv.operations.documents import read_text
from pipenv.operations.environment import locking_environment
from pipenv.operations.imported import ImportedLine, one_of_each
from pipenv.pipfile.document import parse_pipfile
from pipenv.pipfile.editing import new_pipfile, set_entry
from pipenv.pipfile.entries import merged_value
from pipenv.pipfile.pyproject import category_of_group, pipfile_requires, read_pyproject
from pipenv.pipfile.toml_documents import read_toml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipenv.models.indexes import Index
    from pipenv.models.interpreters import Interpreter
    from pipenv.operations.session import Session
    from pipenv.pipfile.pyproject import ListedDependency, Pyproject

NAME = "pyproject.toml"


def read_project_file(path: str) -> Pyproject:
    """Read what a ``pyproject.toml`` lists.

    Raises:
        FileAccessError: there is none, or it cannot be read.
        InvalidValue: it is not what the standards say; file and key are named.
    """
    text = read_text(path)
    if text is None:
        raise FileAccessError(f"there is no `{path}`")
    try:
        return read_pyproject(read_toml(text))
    except InvalidValue as error:
        raise InvalidValue(f"`{os.path.basename(path)}`: {error.message}") from error


def importable_pyproject(session: Session) -> str | None:
    """The ``pyproject.toml`` of a project without Pipfile, if it lists dependencies.

    One that is no such file at all is some other tool's business.
    """
    path = os.path.join(session.project.root, NAME)
    if session.project.has_pipfile() or not os.path.isfile(path):
        return None
    try:
        return path if read_project_file(path).lists_anything else None
    except (InvalidValue, FileAccessError) as error:
        session.report(Notice("not-imported", f"{error.message}; it is not imported"))
        return None


def pipfile_of(session: Session, path: str) -> str:
    """The text of the Pipfile, which may have to be begun, with what the file lists.

    Raises:
        As `read_project_file`.
        UnsupportedEnvironment: the project is not for the Python that would lock.
    """
    found = read_project_file(path)
    interpreter = locking_environment(session).interpreter
    _insist_on_python(found, interpreter, path)
    for name in found.dynamic:
        said = f"`project.{name}` of {NAME} is dynamic: only a build would tell, so it is left out"
        session.report(Notice("dynamic", said))
    text = read_text(session.project.pipfile_path)
    if text is None:
        text = _beginning(session, found, interpreter, session.default_sources())
    lists: dict[str, list[ListedDependency]] = {"packages": [*found.dependencies]}
    for parts in (found.groups, found.extras):
        for name, items in parts.items():
            lists.setdefault(category_of_group(name), []).extend(items)
    return _with_lists(session, text, lists, interpreter)


def pipfile_apart(session: Session, path: str) -> str:
    """The text of a Pipfile of its own, with ``group-NAME`` and ``extra-NAME`` as categories.

    Raises:
        As `pipfile_of`.
    """
    found = read_project_file(path)
    interpreter = locking_environment(session).interpreter
    _insist_on_python(found, interpreter, path)
    sources = session.written_sources(session.pipfile())
    text = _beginning(session, found, interpreter, sources) + "\n[pipenv]\nuse_pylock = true\n"
    lists: dict[str, Sequence[ListedDependency]] = {"packages": found.dependencies}
    lists.update({f"group-{name}": items for name, items in found.groups.items()})
    lists.update({f"extra-{name}": items for name, items in found.extras.items()})
    return _with_lists(session, text, lists, interpreter)


def import_pyproject(session: Session, path: str) -> locking.LockOutcome:
    """Bring what the file lists into Pipfile and lock; nothing is installed.

    Raises:
        As `pipfile_of` and `pipenv.operations.lock.lock`; nothing was written.
    """
    text = pipfile_of(session, path)
    outcome = locking.lock(session, import_request(session, text), locking_environment(session))
    locking.write(session, outcome)
    return outcome


def import_request(session: Session, text: str) -> locking.LockRequest:
    """Lock the Pipfile of which `text` is the text, and write both."""
    is_new = text != read_text(session.project.pipfile_path)
    return locking.LockRequest(
        pipfile=parse_pipfile(text, path=session.project.pipfile_path),
        keep="pins",
        pipfile_text=text if is_new else None,
    )


def _beginning(
    session: Session, found: Pyproject, interpreter: Interpreter, sources: Sequence[Index]
) -> str:
    python = f"{interpreter.version[0]}.{interpreter.version[1]}"
    if found.requires_python is not None:
        wanted = pipfile_requires(found.requires_python)
        if wanted is None:
            text = f"a Pipfile cannot say Python `{found.requires_python}`; it says {python}"
            session.report(Notice("requires-python", text))
        python = wanted or python
    return new_pipfile(sources=sources, python_version=python)


def _with_lists(
    session: Session,
    text: str,
    lists: Mapping[str, Sequence[ListedDependency]],
    interpreter: Interpreter,
) -> str:
    root = session.project.root
    sort = session.settings.flag("sort_pipfile")
    for category, items in lists.items():
        lines = [
            ImportedLine(
                parse_additions(Words((item.text,), (), root, root), index=None)[0],
                f"{NAME}, {item.place}",
                (),
            )
            for item in items
        ]
        entries = {**parse_pipfile(text).entries(category)}
        for line in one_of_each(lines, interpreter.environment, session.report):
            addition = line.addition
            name, value = merged_value(addition.requirement, entries, origin=addition.origin)
            text = set_entry(text, category, name, value, sort=sort)
            entries[name] = value
    return text


def _insist_on_python(found: Pyproject, interpreter: Interpreter, path: str) -> None:
    if found.requires_python is None:
        return
    version = ".".join(str(number) for number in interpreter.version[:3])
    if not parse_specifiers(found.requires_python).contains(parse_version(version).key, version):
        raise UnsupportedEnvironment(
            f"`{os.path.basename(path)}` is for Python {found.requires_python}, "
            f"and this is Python {version}",
            hints=["choose another Python with --python"],
        )
