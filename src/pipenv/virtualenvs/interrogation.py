"""Asking an interpreter what it is, by running a script in it.

The slow part of `virtualenvs.probe`, loaded only when an interpreter is met for the first time.
"""

from __future__ import annotations

import json
import os

from pipenv.errors import FileAccessError, VirtualenvBroken
from pipenv.models.interpreters import InstallPaths, Interpreter
from pipenv.models.tags import supported_tags
from pipenv.processes import run_captured
from pipenv.virtualenvs.platforms import BuildFacts, abis, parse_glibc, parse_musl, platforms
from pipenv.virtualenvs.python_request import OLDEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_SCRIPT = os.path.join(os.path.dirname(__file__), "_probe_script.py")
_TIMEOUT_SECONDS = 60.0
_BEGIN, _END = b"<pipenv-facts>", b"</pipenv-facts>"
_LONGEST_QUOTE = 300
_MACOS_COMPATIBILITY = {"SYSTEM_VERSION_COMPAT": "0"}
"""Else builds against an old SDK are told that every macOS is 10.16."""


def ask(executable: str, environ: Mapping[str, str]) -> Interpreter:
    """Run `executable` and return what it says about itself.

    Raises:
        VirtualenvBroken: it does not run, is no Python, or is older than `OLDEST`.
    """
    if not os.path.isfile(executable):
        raise VirtualenvBroken(f"there is no Python at `{executable}`")
    try:
        completed = run_captured(
            [executable, "-I", "-S", _SCRIPT],
            environment={**environ, **_MACOS_COMPATIBILITY},
            timeout_seconds=_TIMEOUT_SECONDS,
        )
    except FileAccessError as error:
        raise VirtualenvBroken(f"`{executable}` does not work as a Python: {error}") from error
    start = completed.stdout.find(_BEGIN)
    end = completed.stdout.find(_END)
    if start < 0 or end < start:
        if completed.timed_out:
            why = f"it did not answer within {_TIMEOUT_SECONDS:.0f} seconds"
        elif completed.stderr.startswith(b"Unknown option: -I"):
            raise VirtualenvBroken(
                f"`{executable}` is a Python 2, which is too old",
                hints=["use Python {}.{} or newer".format(*OLDEST)],
            )
        else:
            why = _last_words(completed.stderr) or f"it ended with status {completed.status}"
        raise VirtualenvBroken(f"`{executable}` does not work as a Python: {why}")
    try:
        facts = json.loads(completed.stdout[start + len(_BEGIN) : end])
        version = tuple(facts["version_info"][:3])
        if version[:2] < OLDEST:
            text = ".".join(str(part) for part in version)
            raise VirtualenvBroken(
                f"`{executable}` is Python {text}, which is too old",
                hints=["use Python {}.{} or newer".format(*OLDEST)],
            )
        return _interpreter(facts, _musl_words(facts["musl_loader"], environ))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise VirtualenvBroken(f"`{executable}` gave an odd answer: {error!r}") from error


def _musl_words(loader: str, environ: Mapping[str, str]) -> str:
    """What musl's loader says when it is given nothing to load: its version."""
    if not loader:
        return ""
    try:
        completed = run_captured([loader], environment=environ, timeout_seconds=_TIMEOUT_SECONDS)
    except FileAccessError:
        return ""
    return completed.stderr.decode("utf-8", "replace")


def _interpreter(facts: Mapping[str, Any], musl_words: str) -> Interpreter:
    major, minor, micro = (int(part) for part in facts["version_info"][:3])
    build = BuildFacts(
        version=(major, minor),
        implementation=facts["implementation"],
        platform=facts["platform"],
        bits=facts["bits"],
        ext_suffix=facts["ext_suffix"] or "",
        is_debug=facts["debug"],
        has_pymalloc=facts["pymalloc"] is None or bool(facts["pymalloc"]),
        is_free_threaded=facts["free_threaded"],
        glibc=parse_glibc(facts["libc"]),
        musl=parse_musl(musl_words),
        elf_flags=facts["elf_flags"],
        macos=_macos_version(facts["macos"][0]),
        mac_machine=facts["macos"][1],
    )
    paths = facts["paths"]
    environment = {str(key): str(value) for key, value in facts["environment"].items()}
    return Interpreter(
        executable=facts["executable"],
        version=(major, minor, micro),
        implementation=facts["implementation"],
        prefix=facts["prefix"],
        base_prefix=facts["base_prefix"],
        base_executable=_steady_executable(facts),
        environment=environment,
        tags=supported_tags(build.implementation, build.version, abis(build), platforms(build)),
        paths=InstallPaths(
            purelib=paths["purelib"],
            platlib=paths["platlib"],
            scripts=paths["scripts"],
            data=paths["data"],
            headers=paths["include"],
            stdlib=paths["stdlib"],
        ),
        externally_managed=managed_message(facts["externally_managed"]),
        is_64bit=build.bits == 64,
    )


def managed_message(text: str | None) -> str | None:
    """The message of an ``EXTERNALLY-MANAGED`` file (PEP 668), without regard to the locale.

    `None` without the file, an empty text when it has no message.
    """
    if text is None:
        return None
    lines: list[str] = []
    section, key = "", ""
    for line in text.splitlines():
        if line.startswith("[") and line.rstrip().endswith("]"):
            section, key = line.strip()[1:-1], ""
        elif line[:1].isspace() and key == "error":
            lines.append(line.strip().removeprefix("."))
        elif section == "externally-managed":
            name, _, value = line.partition("=")
            key = name.strip().lower()
            if key == "error":
                lines.append(value.strip())
    return "\n".join(lines).strip()


def _steady_executable(facts: Mapping[str, Any]) -> str:
    """The path to make environments from.

    An executable found through links from elsewhere may not find its library when an environment
    names the link's folder as ``home``, and a name such as ``python3`` may mean another version
    tomorrow; so prefer ``bin/pythonX.Y`` below its own prefix, if that is the same file.
    """
    found: str = facts["base_executable"]
    major, minor = facts["version_info"][:2]
    folder = os.path.join(facts["base_prefix"], "bin")
    for name in (f"python{major}.{minor}", f"python{major}", "python"):
        candidate = os.path.join(folder, name)
        try:
            if os.path.samefile(candidate, found):
                return candidate
        except OSError:
            continue
    return found


def _macos_version(text: str) -> tuple[int, int] | None:
    parts = text.split(".")
    if not parts[0].isdecimal():
        return None
    return int(parts[0]), int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else 0


def _last_words(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1].strip()[:_LONGEST_QUOTE] if lines else ""
