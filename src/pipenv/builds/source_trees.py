"""What an unpacked source distribution, a local project or a checkout says without being run.

Owns: reading ``pyproject.toml``, ``PKG-INFO``, ``setup.cfg`` and the syntax tree of ``setup.py``.
Never runs anything of the tree.  A tree is the folder that holds the project file.
"""

from __future__ import annotations

import ast
import configparser
import sys
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from pipenv.errors import BackendFailed, FileAccessError, InvalidValue
from pipenv.models.core_metadata import CoreMetadata, parse_metadata
from pipenv.models.markers import conjunction, parse_marker
from pipenv.models.names import canonical_name, is_name
from pipenv.models.requirements import parse_requirement
from pipenv.models.specifiers import parse_specifiers
from pipenv.models.versions import parse_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")

LEGACY_BACKEND = "setuptools.build_meta:__legacy__"
LEGACY_REQUIRES = ("setuptools>=40.8.0",)
STATIC_FIELDS = frozenset({"version", "requires-python", "requires-dist", "provides-extra"})
"""Fields of the core metadata that must not be ``Dynamic`` for a ``PKG-INFO`` to be trusted."""
STATIC_KEYS = frozenset({"version", "requires-python", "dependencies", "optional-dependencies"})
"""The same, by their names in the ``[project]`` table (PEP 621)."""


class BuildSystem(NamedTuple):
    """The ``[build-system]`` table (PEP 518), with what stands for a missing one filled in."""

    requires: tuple[str, ...]
    backend: str
    """``module`` or ``module:object``."""
    backend_path: tuple[str, ...]
    """Absolute folders inside the tree."""


def read_build_system(tree: str) -> BuildSystem:
    """Read how `tree` wants to be built.

    Raises:
        BackendFailed: the table is not what PEP 517 and 518 allow; a ``backend-path`` leaves the
            tree.
    """
    table = _read_pyproject(Path(tree)).get("build-system")
    if table is None:
        return BuildSystem(LEGACY_REQUIRES, LEGACY_BACKEND, ())
    if not isinstance(table, dict):
        raise _malformed("`build-system` is not a table")
    requires = _texts(table.get("requires"), "build-system.requires")
    if requires is None:
        raise _malformed("`build-system.requires` is missing")
    for text in requires:
        try:
            parse_requirement(text)
        except InvalidValue as error:
            raise _malformed(f"`build-system.requires`: {error}") from error
    backend = table.get("build-backend")
    if backend is None:
        return BuildSystem(requires or LEGACY_REQUIRES, LEGACY_BACKEND, ())
    if not isinstance(backend, str) or not _is_object_reference(backend):
        raise _malformed("`build-system.build-backend` is not of the form `module:object`")
    folders = _texts(table.get("backend-path"), "build-system.backend-path") or ()
    return BuildSystem(requires, backend, tuple(_inside(Path(tree), each) for each in folders))


def static_metadata(tree: str, *, is_distribution: bool) -> CoreMetadata | None:
    """Read the core metadata that any build of `tree` must give; `None` when only a build tells.

    Args:
        tree: the folder with the project file.
        is_distribution: `tree` is an unpacked source distribution: its ``PKG-INFO`` belongs to it.
    """
    if is_distribution:
        data = _read(Path(tree) / "PKG-INFO")
        found = None if data is None else binding_metadata(data)
        if found is not None:
            return found
    try:
        return _from_project_table(Path(tree))
    except (InvalidValue, BackendFailed):
        return None  # the backend says it better


def binding_metadata(pkg_info: bytes) -> CoreMetadata | None:
    """Read a ``PKG-INFO``, if the standard makes it binding for every build (PEP 643)."""
    try:
        metadata = parse_metadata(pkg_info)
        parse_version(metadata.version)
    except InvalidValue:
        return None
    is_binding = _numbers(metadata.metadata_version) >= (2, 2)
    return metadata if is_binding and STATIC_FIELDS.isdisjoint(metadata.dynamic) else None


def project_name(directory: str) -> str | None:
    """Find the name, as written, of the project in `directory`; `None` when only a build tells."""
    tree = Path(directory)
    for source in (_name_in_pyproject, _name_in_setup_cfg, _name_in_setup_py, _name_in_metadata):
        name = source(tree)
        if name is not None and is_name(name):
            return name
    return None


def _read(path: Path) -> bytes | None:
    """The file's bytes; `None` when there is no such file.

    A link that leads out of the tree was refused when the tree was unpacked; in a project of the
    user's own it is the user's business.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise FileAccessError(f"cannot read `{path}`: {error.strerror}") from error


def _read_text(path: Path) -> str:
    """The file as text, bad bytes replaced; ``""`` when there is no such file."""
    return (_read(path) or b"").decode("utf-8-sig", "replace")


def _read_pyproject(tree: Path) -> dict[str, object]:
    data = _read(tree / "pyproject.toml")
    if data is None:
        return {}
    try:
        tables: dict[str, object] = _toml.loads(data.decode("utf-8"))
    except ValueError as error:  # no UTF-8, or no TOML
        raise _malformed(str(error)) from error
    return tables


def _malformed(reason: str) -> BackendFailed:
    return BackendFailed(f"the project's pyproject.toml cannot be used: {reason}")


def _texts(value: object, key: str) -> tuple[str, ...] | None:
    """An array of strings; `None` when absent."""
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _malformed(f"`{key}` is not an array of strings")
    return tuple(value)


def _is_object_reference(text: str) -> bool:
    module, _, attributes = text.partition(":")
    return all(part.isidentifier() for part in module.split(".")) and (
        ":" not in text or all(part.isidentifier() for part in attributes.split("."))
    )


def _inside(tree: Path, folder: str) -> str:
    root = tree.resolve()
    path = (root / folder).resolve()
    if Path(folder).is_absolute() or not path.is_relative_to(root):
        raise _malformed(f"`build-system.backend-path` leaves the source tree: `{folder}`")
    return str(path)


def _numbers(text: str) -> tuple[int, ...]:
    parts = text.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else (0,)


def _from_project_table(tree: Path) -> CoreMetadata | None:
    """Trust a ``[project]`` table that leaves nothing that matters to the backend (PEP 621)."""
    pyproject = _read_pyproject(tree)
    project = pyproject.get("project")
    if not isinstance(project, dict):
        return None
    dynamic = _texts(project.get("dynamic"), "project.dynamic") or ()
    name, version = project.get("name"), project.get("version")
    if not (isinstance(name, str) and is_name(name) and isinstance(version, str)):
        return None
    if not STATIC_KEYS.isdisjoint(dynamic):
        return None
    if "dependencies" not in project and _may_add_dependencies(tree, pyproject):
        return None
    requires_python = project.get("requires-python")
    if requires_python is not None:
        if not isinstance(requires_python, str):
            return None
        parse_specifiers(requires_python)
    extras = _extras(project.get("optional-dependencies"))
    if any("{" in text for texts in (_dependencies(project), *extras.values()) for text in texts):
        return None  # a template such as ``{root:uri}``, which the backend fills in
    requires = [parse_requirement(text) for text in _dependencies(project)]
    for extra, texts in extras.items():
        only = parse_marker(f"extra == '{extra}'")
        for text in texts:
            each = parse_requirement(text)
            requires.append(each._replace(marker=conjunction([each.marker, only])))
    return CoreMetadata(
        name=name,
        version=str(parse_version(version)),
        requires_python=requires_python,
        requires=tuple(requires),
        extras=tuple(extras),
        metadata_version="2.2",
        dynamic=(),
    )


def _may_add_dependencies(tree: Path, pyproject: Mapping[str, object]) -> bool:
    """Some backends of the past take what ``[project]`` does not mention from elsewhere."""
    tool = pyproject.get("tool")
    return (isinstance(tool, dict) and "poetry" in tool) or (tree / "setup.py").is_file()


def _dependencies(project: Mapping[str, object]) -> tuple[str, ...]:
    return _texts(project.get("dependencies"), "project.dependencies") or ()


def _extras(table: object) -> dict[str, tuple[str, ...]]:
    """Canonical name of each extra → its requirements."""
    if table is None:
        return {}
    if not isinstance(table, dict):
        raise _malformed("`project.optional-dependencies` is not a table")
    found: dict[str, tuple[str, ...]] = {}
    for name, value in table.items():
        if not is_name(name):
            raise InvalidValue(f"`{name}` is not the name of an extra")
        found[canonical_name(name)] = _texts(value, f"project.optional-dependencies.{name}") or ()
    return found


def _name_in_pyproject(tree: Path) -> str | None:
    try:
        pyproject = _read_pyproject(tree)
    except BackendFailed:
        return None
    for keys in (
        ("project", "name"),
        ("tool", "poetry", "name"),
        ("tool", "flit", "metadata", "dist-name"),
        ("tool", "flit", "metadata", "module"),
    ):
        value: object = pyproject
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            return value
    return None


def _name_in_setup_cfg(tree: Path) -> str | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_read_text(tree / "setup.cfg"))
    except configparser.Error:
        return None
    return parser.get("metadata", "name", fallback=None)


def _name_in_setup_py(tree: Path) -> str | None:
    """The ``name`` that a call of ``setup`` is given, if it is a literal or a constant's name."""
    try:
        module = ast.parse(_read_text(tree / "setup.py"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    constants: dict[str, str] = {}
    for statement in module.body:
        if isinstance(statement, ast.Assign):
            text = _literal(statement.value, constants)
            if text is not None:
                names = [each.id for each in statement.targets if isinstance(each, ast.Name)]
                constants.update(dict.fromkeys(names, text))
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _called_name(node.func) == "setup":
            for keyword in node.keywords:
                if keyword.arg == "name":
                    return _literal(keyword.value, constants)
    return None


def _called_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _literal(node: ast.expr, constants: Mapping[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants.get(node.id) if isinstance(node, ast.Name) else None


def _name_in_metadata(tree: Path) -> str | None:
    for filename in ("PKG-INFO", "METADATA"):
        for line in _read_text(tree / filename).splitlines():
            if not line.strip():
                break
            key, colon, value = line.partition(":")
            if colon and key.lower() == "name":
                return value.strip()
    return None
