"""Whole commands, in process, on a project in a temporary folder that uses a loopback index."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pipenv
from pipenv.cli.dispatch import dispatch

if TYPE_CHECKING:
    import pytest

    from support.loopback_index import LoopbackIndex


_SOURCE = str(Path(pipenv.__file__).resolve().parents[1])
PIPENV_PROCESS = (
    sys.executable,
    "-c",
    f"import runpy, sys; sys.path[0] = {_SOURCE!r}; runpy.run_module('pipenv', None, '__main__')",
)
"""Starts the Pipenv under test, whichever one is installed, and tells its children nothing."""


class Result(NamedTuple):
    """How a command ended."""

    status: int
    stdout: str
    stderr: str


class CommandLine:
    """A project folder, private caches and environments, and ``pipenv`` to be called in it."""

    def __init__(
        self, root: Path, capture: pytest.CaptureFixture[str], index: LoopbackIndex
    ) -> None:
        self.root = root / "project"
        self.root.mkdir()
        self.index = index
        self._capture = capture
        self.environ = {
            "HOME": str(root / "home"),
            "LANG": "C.UTF-8",
            "PIP_CONFIG_FILE": os.devnull,
            "PATH": os.environ.get("PATH", os.defpath),
            "PIPENV_CACHE_DIR": str(root / "cache"),
            "WORKON_HOME": str(root / "virtualenvs"),
        }
        (root / "home").mkdir()

    def __call__(self, *words: str, cwd: Path | None = None, **variables: str) -> Result:
        """Carry out ``pipenv WORDS`` in this process."""
        self._capture.readouterr()
        environ = {**self.environ, **variables}
        status = dispatch(list(words), environ, str(cwd or self.root))
        captured = self._capture.readouterr()
        return Result(status, captured.out, captured.err)

    def ok(self, *words: str, cwd: Path | None = None, **variables: str) -> Result:
        """Carry out a command that must succeed."""
        result = self(*words, cwd=cwd, **variables)
        assert result.status == 0, result.stderr
        return result

    def spawn(self, *words: str, cwd: Path | None = None, **variables: str) -> Result:
        """Carry out ``pipenv WORDS`` as a process of its own."""
        completed = subprocess.run(
            [*PIPENV_PROCESS, *words],
            cwd=cwd or self.root,
            env={**self.environ, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        return Result(completed.returncode, completed.stdout, completed.stderr)

    def write_pipfile(self, text: str = "", *, python: bool = False) -> None:
        """Write a Pipfile that begins with the loopback index as its source."""
        source = f'[[source]]\nurl = "{self.index.url}"\nverify_ssl = false\nname = "loopback"\n\n'
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        requires = f'\n[requires]\npython_version = "{version}"\n' if python else ""
        self.pipfile.write_text(source + text + requires, encoding="utf-8")

    @property
    def pipfile(self) -> Path:
        return self.root / "Pipfile"

    @property
    def lockfile(self) -> Path:
        return self.root / "Pipfile.lock"

    def locked(self) -> Any:
        """The lock as JSON."""
        return json.loads(self.lockfile.read_text(encoding="utf-8"))

    def locked_versions(self, category: str = "default") -> dict[str, str]:
        """Name → version without ``==`` of a section of the lock."""
        return {
            name: entry["version"].removeprefix("==")
            for name, entry in self.locked()[category].items()
        }

    def installed(self) -> dict[str, str]:
        """Name → version of what the environment holds besides its tools."""
        graph = json.loads(self.ok("graph", "--json").stdout)
        return {
            entry["package"]["key"]: entry["package"]["installed_version"]
            for entry in graph
            if entry["package"]["key"] not in {"pip", "setuptools", "wheel"}
        }

    def age_environment(self) -> None:
        """Make everything in the environment old enough for its times to be relied on."""
        root = Path(self.ok("--venv").stdout.strip())
        old = time.time() - 3600
        for path in (root / "pyvenv.cfg", *root.rglob("*.dist-info"), *root.rglob("site-packages")):
            os.utime(path, (old, old))

    def snapshot(self) -> tuple[bytes | None, bytes | None]:
        """The bytes of Pipfile and lock."""
        return tuple(  # type: ignore[return-value]
            path.read_bytes() if path.exists() else None for path in (self.pipfile, self.lockfile)
        )
