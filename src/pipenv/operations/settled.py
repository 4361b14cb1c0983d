"""What was found to be in order, remembered with everything that this followed from.

Locking is a function of files, variables and index pages. While none of them has changed and the
pages may still be used without asking, locking again would find the same, so it need not be done.
The same holds for installing, which looks at the environment instead of pages, and for comparing
Pipfile and lock. Only a run that asked for nothing, built nothing, wrote nothing and had nothing
else to tell is remembered; whatever is new, unusual or unknown makes it a run like any other.
"""

from __future__ import annotations

import marshal
import os

from pipenv import __version__
from pipenv.virtualenvs.location import full_digest, python_path, short_hash

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipenv.index.shelf import KeptFile
    from pipenv.operations.project import Project

    _Stamp = tuple[int, int, int]

BUCKET = "settled"
LOCK_LINE = ("lock",)
VERIFY_LINE = ("verify",)
TIMELESS_VARIABLES = frozenset(
    {
        "PIPENV_ACTIVE",
        "PIPENV_CACHE_DIR",
        "PIPENV_CUSTOM_VENV_NAME",
        "PIPENV_DONT_LOAD_ENV",
        "PIPENV_DONT_USE_ASDF",
        "PIPENV_DONT_USE_PYENV",
        "PIPENV_HIDE_EMOJIS",
        "PIPENV_IGNORE_VIRTUALENVS",
        "PIPENV_KEYRING_PROVIDER",
        "PIPENV_MAX_DEPTH",
        "PIPENV_NOSPIN",
        "PIPENV_NO_BUILD",
        "PIPENV_NO_INHERIT",
        "PIPENV_NO_VENV_IN_PROJECT",
        "PIPENV_PIPFILE",
        "PIPENV_PRE",
        "PIPENV_PYENV_AUTO_INSTALL",
        "PIPENV_PYPI_MIRROR",
        "PIPENV_QUIET",
        "PIPENV_REQUESTS_TIMEOUT",
        "PIPENV_VENV_IN_PROJECT",
        "PIPENV_VERBOSITY",
        "PIPENV_YES",
    }
)
"""Ours, and known to mean the same from one minute to the next."""
TIMELESS_SETTINGS = frozenset(
    {
        *("allow_prereleases", "conflicts", "disable_pip_input", "exclude", "keep_outdated"),
        *("install_search_all_sources", "no-build", "overrides", "platforms", "sort_pipfile"),
        "venv_in_project",
    }
)
"""The same for the keys of ``[pipenv]``."""
_HARMLESS_VARIABLES = frozenset({"_", "OLDPWD", "PWD", "SHLVL"})
_SETTLING_SECONDS = 2.0
"""Clocks of file systems tick that often, or oftener."""
_FORMAT = f"pipenv settled 2 {__version__}"
_MARSHAL_VERSION = 4


class Settled:
    """What is remembered of one run. Two are the same when locking must find the same."""

    __slots__ = ("environment", "inputs", "message", "pages", "since", "until", "verbosity")

    def __init__(
        self,
        inputs: bytes,
        environment: Iterable[tuple[str, _Stamp]],
        pages: Iterable[tuple[str, _Stamp]],
        validity: tuple[float, float],
        verbosity: int,
        message: str = "",
    ) -> None:
        self.inputs = inputs
        """Digest of Pipfile, lock and variables."""
        self.environment = tuple(environment)
        """The files that say what the target is, and the state that they were in."""
        self.pages = tuple(pages)
        """The same of the index pages, or of the folders of what is installed."""
        self.since, self.until = validity
        """Seconds since the epoch."""
        self.verbosity = verbosity
        self.message = message
        """What there was to tell."""


def place(cache_dir: str, project: Project, line: Iterable[str]) -> str:
    """The file that remembers what the command `line` found in `project`."""
    return os.path.join(cache_dir, BUCKET, key(project, line))


def key(project: Project, line: Iterable[str]) -> str:
    """The name of that file."""
    return short_hash("\0".join((project.pipfile_path, *line)))


def may_settle(environ: Mapping[str, str]) -> bool:
    """Tell whether all variables of ours are such that the time makes no difference."""
    return all(
        name in TIMELESS_VARIABLES or not value
        for name, value in environ.items()
        if name.startswith("PIPENV_")
    )


def digest_of_inputs(
    project: Project, environ: Mapping[str, str], pipfile: bytes, lock: bytes, root: str
) -> bytes:
    """The digest of what is small enough to be looked at as a whole.

    Args:
        project: where it is.
        environ: environment variables.
        pipfile: the content of the file.
        lock: the same.
        root: the folder of the environment.
    """
    variables = sorted(pair for pair in environ.items() if pair[0] not in _HARMLESS_VARIABLES)
    texts = repr((project.pipfile_path, root, variables)).encode("utf-8", "surrogateescape")
    return full_digest(b"".join(map(full_digest, (pipfile, lock, texts))))


def files_of_environment(root: str) -> list[tuple[str, _Stamp]]:
    """The files of an environment that decide what its Python is, and their state.

    Raises:
        OSError: one is missing.
    """
    python = python_path(root)
    real = os.path.realpath(python)
    paths = dict.fromkeys((os.path.join(root, "pyvenv.cfg"), python, real))
    return [(path, stamp_of(path)) for path in paths]


def stamp_of(path: str) -> _Stamp:
    """The state of a file, which every replacement and every writing changes.

    Raises:
        OSError: there is none.
    """
    found = os.stat(path)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def pack(settled: Settled) -> bytes:
    """The bytes to keep."""
    fields = (
        _FORMAT,
        settled.inputs,
        settled.environment,
        settled.pages,
        settled.since,
        settled.until,
        settled.verbosity,
        settled.message,
    )
    return marshal.dumps(fields, _MARSHAL_VERSION)


def unpack(data: bytes) -> Settled | None:
    """Read what `pack` gave; `None` when it is anything else."""
    try:
        form, inputs, environment, pages, since, until, *told = marshal.loads(data)  # noqa: S302
        if form != _FORMAT:
            return None
        return Settled(inputs, environment, pages, (since, until), *told)
    except (ValueError, EOFError, TypeError):
        return None


def still_holds(settled: Settled, inputs: bytes, root: str, now: float) -> bool:
    """Tell whether the same run would find what it found then."""
    if settled.inputs != inputs or not settled.since <= now < settled.until:
        return False
    try:
        if list(settled.environment) != files_of_environment(root):
            return False
        return all(stamp_of(path) == stamp for path, stamp in settled.pages)
    except OSError:
        return False


def settle(
    inputs: bytes, root: str, pages: Iterable[KeptFile], now: float, message: str, verbosity: int
) -> Settled | None:
    """What to remember of a run that found nothing new; `None` when it has no pages or no Python.

    Args:
        inputs: see `digest_of_inputs`.
        root: the folder of the environment.
        pages: every index page that was looked at.
        now: when it was looked at, in seconds since the epoch.
        message: what there was to tell.
        verbosity: of the run.
    """
    pages = tuple(pages)
    if not pages:
        return None
    try:
        environment = files_of_environment(root)
    except OSError:
        return None
    if any(stamp[0] / 1e9 > now - _SETTLING_SECONDS for _, stamp in environment):
        return None  # it may have been changed while we looked
    kept = [(page.path, page.stamp) for page in pages]
    until = min(page.fresh_until for page in pages)
    return Settled(inputs, environment, kept, (now, until), verbosity, message)


def settle_installed(
    inputs: bytes, root: str, folders: Iterable[str], now: float, message: str, verbosity: int
) -> Settled | None:
    """What to remember of a run that had nothing to install; `None` when it cannot be relied on.

    Args:
        inputs: see `digest_of_inputs`.
        root: the folder of the environment.
        folders: those whose time changes when something is installed or removed.
        now: when they were looked at, in seconds since the epoch.
        message: what there was to tell.
        verbosity: of the run.
    """
    try:
        environment = files_of_environment(root)
        stamps = [(folder, stamp_of(folder)) for folder in folders]
    except OSError:
        return None
    if any(stamp[0] / 1e9 > now - _SETTLING_SECONDS for _, stamp in (*environment, *stamps)):
        return None  # it may have been changed while we looked
    return Settled(inputs, environment, stamps, (now, float("inf")), verbosity, message)
