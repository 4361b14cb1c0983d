"""The hooks of a build backend (PEP 517, 660), each called in a child process of its own.

Owns: the child's environment, the exchange with the child (JSON files, no arguments to quote) and
the judgement of what comes back.  Leaves to others: which environment the backend runs in
(`isolation`), what is built when (`builder`), whether the wheel is a good one (`pipenv.archives`).
"""

from __future__ import annotations

import json
import os
import pkgutil
from contextlib import nullcontext
from pathlib import Path
from typing import Literal, NamedTuple

from pipenv.builds._following import FileFollower
from pipenv.builds._scratch import scratch_folder
from pipenv.errors import BackendFailed, InvalidValue
from pipenv.events import BuildOutput, silent
from pipenv.models.requirements import parse_requirement
from pipenv.processes import run_captured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from contextlib import AbstractContextManager

    from pipenv.builds.source_trees import BuildSystem
    from pipenv.events import Reporter

    ConfigSettings = Mapping[str, str | Sequence[str]]

WheelKind = Literal["wheel", "editable"]

OWN_PREFIXES = ("PIP_", "PIPENV_")
MISLEADING_VARIABLES = frozenset({"PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV"})
SECRET_WORDS = frozenset({"PASS", "PASSWD", "PASSPHRASE", "CREDENTIALS", "SECRETS", "NETRC"})
SECRET_ENDS = ("PASSWORD", "TOKEN", "SECRET", "API_KEY", "APIKEY", "ACCESS_KEY", "PRIVATE_KEY")
"""A variable that is called so is not the business of somebody else's code."""

TITLES = {
    "get_requires_for_build_wheel": "Getting requirements to build wheel",
    "get_requires_for_build_editable": "Getting requirements to build editable",
    "prepare_metadata_for_build_wheel": "Preparing metadata (pyproject.toml)",
    "prepare_metadata_for_build_editable": "Preparing editable metadata (pyproject.toml)",
    "build_wheel": "Building wheel (pyproject.toml)",
    "build_editable": "Building editable (pyproject.toml)",
}
"""The steps under the names by which programs look for them in logs."""


def backend_environment(
    environ: Mapping[str, str], scripts: str, *, private: Collection[str] = ()
) -> dict[str, str]:
    """Make the environment of the child: `environ` less what a backend must not see.

    Args:
        environ: the environment of the user.
        scripts: the folder of programs of the build environment; goes in front of PATH.
        private: names of further variables to leave out, such as those that index URLs refer to.
    """
    child = {
        name: value
        for name, value in environ.items()
        if name not in private and not _is_withheld(name.upper(), value)
    }
    path = child.get("PATH", os.defpath)
    child["PATH"] = f"{scripts}{os.pathsep}{path}" if path else scripts
    child["PYTHONNOUSERSITE"] = "1"
    child["PYTHONUNBUFFERED"] = "1"  # so that the two outputs keep their order
    return child


def _is_withheld(name: str, value: str) -> bool:
    return (
        name.startswith(OWN_PREFIXES)
        or name.endswith(SECRET_ENDS)
        or name in MISLEADING_VARIABLES
        or not SECRET_WORDS.isdisjoint(name.split("_"))
        or (_holds_password(value) and not name.endswith("_PROXY"))
    )


def _holds_password(value: str) -> bool:
    """A URL with ``user:password@``.  Proxies are let through: many builds fetch something."""
    _, _, rest = value.partition("://")
    return ":" in rest.partition("/")[0].rpartition("@")[0]


class Workplace(NamedTuple):
    """Where a backend works, and how it is watched."""

    tree: str
    """The folder that holds the project file; the child's working directory."""
    python: str
    environment: Mapping[str, str]
    """From `backend_environment`."""
    slot: AbstractContextManager[object] = nullcontext()
    """Entered while a child runs: a semaphore that bounds how many do."""
    report: Reporter = silent


class Backend:
    """The build backend of one source tree."""

    def __init__(
        self,
        system: BuildSystem,
        workplace: Workplace,
        *,
        package: str,
        config_settings: ConfigSettings | None = None,
    ) -> None:
        """Nothing is run yet; `package` names the tree in messages."""
        self._system = system
        self._workplace = workplace
        self._package = package
        self._settings = dict(config_settings or {})

    def requirements(self, kind: WheelKind) -> tuple[str, ...]:
        """Ask what else must be in the environment to build; PEP 508 texts.

        Raises:
            BackendFailed: the hook failed, or did not return requirements.
        """
        hook = f"get_requires_for_build_{kind}"
        value = self._call(hook, {})
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._refused(hook, "returned no list of requirements")
        for text in value:
            try:
                parse_requirement(text)
            except InvalidValue as error:
                raise self._refused(hook, f"asked for a malformed requirement: {error}") from error
        return tuple(value)

    def prepare_metadata(self, directory: str, kind: WheelKind = "wheel") -> str | None:
        """Let the backend write a ``.dist-info`` folder into `directory`; returns its path.

        `None` when the backend has no such hook: then the wheel itself must be built.

        Raises:
            BackendFailed: the hook failed, or did not leave the folder it names.
        """
        hook = f"prepare_metadata_for_build_{kind}"
        value = self._call(hook, {"metadata_directory": directory})
        if value is None:
            return None
        path = self._result(hook, value, directory, ".dist-info")
        if not path.is_dir():
            raise self._refused(hook, f"did not make the folder `{value}` that it names")
        return str(path)

    def build(self, directory: str, kind: WheelKind = "wheel") -> str:
        """Let the backend write a wheel into `directory`; returns its path.

        Raises:
            BackendFailed: the hook failed or is missing, or did not leave the file it names.
        """
        hook = f"build_{kind}"
        value = self._call(hook, {"wheel_directory": directory, "metadata_directory": None})
        if value is None:
            raise BackendFailed(
                f"`{self._package}` cannot be built: its backend `{self._system.backend}` has no"
                f" hook `{hook}`",
                hints=["remove `editable = true` from its entry in the Pipfile"]
                if kind == "editable"
                else ["tell the project's authors: their backend does not follow PEP 517"],
            )
        path = self._result(hook, value, directory, ".whl")
        if not path.is_file():
            raise self._refused(hook, f"did not make the file `{value}` that it names")
        return str(path)

    def _result(self, hook: str, value: object, directory: str, suffix: str) -> Path:
        """The path of what the hook made: a plain name, inside `directory`, no link."""
        if not isinstance(value, str):
            raise self._refused(hook, "returned no file name")
        if not value.endswith(suffix) or "/" in value or "\\" in value or "\0" in value:
            raise self._refused(hook, f"returned `{value}`, which is not the name of a {suffix}")
        path = Path(directory) / value
        if path.is_symlink():
            raise self._refused(hook, f"made a link instead of `{value}`")
        return path

    def _refused(self, hook: str, reason: str, output: str = "") -> BackendFailed:
        return BackendFailed(
            f"`{self._package}` cannot be built: the hook `{hook}` of its backend"
            f" `{self._system.backend}` {reason}",
            details=output,
        )

    def _call(self, hook: str, arguments: Mapping[str, str | None]) -> object:
        """Call `hook` in a child; returns what it returned, `None` when there is no such hook."""
        request = {
            "backend": self._system.backend,
            "backend_path": self._system.backend_path,
            "hook": hook,
            "arguments": {**arguments, "config_settings": self._settings or None},
        }
        with scratch_folder("hook") as folder:
            status, output, answer = self._run(Path(folder), request)
        if status != 0 or answer is None:
            raise self._failed(hook, status, output)
        match answer.get("status"):
            case "missing":
                return None
            case "unavailable":
                raise BackendFailed(
                    f"`{self._package}` cannot be built: its backend `{self._system.backend}`"
                    " cannot be imported",
                    hints=["tell the project's authors: `build-system.requires` must bring it"],
                    details=output,
                )
            case "odd":
                raise self._refused(hook, f"returned a {answer.get('value')}", output)
        value = answer.get("value")
        if value is None:
            raise self._refused(hook, "returned nothing", output)
        return value

    def _run(
        self, folder: Path, request: Mapping[str, object]
    ) -> tuple[int, str, dict[str, object] | None]:
        """Run the child; returns its exit status, its output and its answer."""
        program, question, reply, log = (
            folder / name for name in ("hook.py", "request.json", "answer.json", "log.txt")
        )
        program.write_bytes(pkgutil.get_data("pipenv.builds", "_hook_runner.py") or b"")
        question.write_text(json.dumps(request), encoding="utf-8")
        log.touch()
        with self._workplace.slot, FileFollower(log, self._tell):
            completed = run_captured(
                [self._workplace.python, *map(str, (program, question, reply, log))],
                environment=self._workplace.environment,
                cwd=self._workplace.tree,
            )
        early = completed.stdout + completed.stderr  # before the child could open the log
        output = (early + log.read_bytes()).decode("utf-8", "replace")
        try:
            answer = json.loads(reply.read_bytes())
        except (OSError, ValueError):
            answer = None
        return completed.status, output, answer if isinstance(answer, dict) else None

    def _tell(self, text: str) -> None:
        self._workplace.report(BuildOutput(self._package, text))

    def _failed(self, hook: str, status: int, output: str) -> BackendFailed:
        title = TITLES[hook]
        end = "" if not output or output.endswith("\n") else "\n"
        return BackendFailed(
            f"`{self._package}` cannot be built: its backend `{self._system.backend}` failed in"
            f" `{hook}` (exit status {status})",
            hints=["the output is the backend's own; it often names a missing tool or library"],
            details=f"{output}{end}{title} exited with {status}",
            package=self._package,
        )
