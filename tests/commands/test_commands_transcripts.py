"""What the main commands say, through a pipe, and at terminals of 80 and of 40 columns.

The texts are in ``tests/golden/transcripts``, one file a command line. After a change that is
meant, write them anew, and read what changed before it is committed::

    PIPENV_TESTS_WRITE=1 python tasks.py test tests/commands/test_commands_transcripts.py
    git diff tests/golden/transcripts

What differs from run to run is replaced: by something as long where a line could be broken there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from support.command_line import PIPENV_PROCESS
from support.loopback_index import LoopbackIndex
from support.vulnerability_service import VulnerabilityService

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

pytest.importorskip("pty")

from support.screen import Screen, watch

FOLDER = Path(__file__).parents[1] / "golden" / "transcripts"
WRITES = bool(os.environ.get("PIPENV_TESTS_WRITE"))
WIDTHS = (80, 40)
PLACE = "/tmp"
FAKE_PYTHON = """#!/bin/sh
exec {python} -c '
import sys
sys.version_info = (3, 96, {patch}, "final", 0)
sys.executable = "'"$0"'"
sys._base_executable = sys.executable
import platform
platform.python_version = lambda: "3.96.{patch}"
platform.python_version_tuple = lambda: ("3", "96", "{patch}")
exec(open(sys.argv[1]).read())
' "$3"
"""

FIRST = """
[packages]
trunk = "*"
leaf = "==1.0"

[dev-packages]
loner = "*"

[scripts]
serve = "python -m http.server"
check = {cmd = "python -c 'print(1)'", help = "look whether all is well"}
"""
LOOSE = FIRST.replace("==1.0", "*")
STRANGE = LOOSE.replace('leaf = "*"\n', "")
CLASH = '[packages]\ntrunk = "*"\nleaf = "==2.0"\n'


class Step(NamedTuple):
    """A command line of the story."""

    name: str
    """Of the file, and of the test."""
    words: tuple[str, ...]
    pipfile: str | None = None
    """Written before it."""
    variables: tuple[tuple[str, str], ...] = ()


def step(line: str, name: str = "", pipfile: str | None = None, **variables: str) -> Step:
    words = tuple(line.split())
    name = name or "-".join(re.sub(r"[^\w.]+", "-", word).strip("-") for word in words)
    return Step(name, words, pipfile, tuple(variables.items()))


STORY = (
    step("lock", "lock-without-a-pipfile"),
    step("instal"),
    step("lock --deve"),
    step("install", "install-first", FIRST),
    step("install", "install-again"),
    step("lock", "lock-unchanged"),
    step("verify"),
    step("graph"),
    step("status"),
    step("outdated"),
    step("why leaf"),
    step("why laef"),
    step("requirements"),
    step("requirements --hash"),
    step("scripts"),
    step("run serv"),
    step("audit -s osv", "audit"),
    step("audit -s osv --fix --dry-run", "audit-fix-dry-run"),
    step("env list"),
    step("python list --python 3.96", "python-list", PATH="fakes"),
    step("verify", "verify-stale", LOOSE),
    step("status", "status-stale"),
    step("outdated", "outdated-stale"),
    step("update --dry-run leaf", "update-dry-run"),
    step("upgrade leaf"),
    step("upgrade laef"),
    step("sync"),
    step("sync", "sync-again"),
    step("update"),
    step("update laef"),
    step("install loner==0.5 --dev -q", "install-quiet"),
    step("install branch"),
    step("install branhc"),
    step("install branch --index lopback", "install-index-unknown"),
    step("uninstall trunk leaf", "uninstall"),
    step("uninstall lonr", "uninstall-unknown"),
    step("install sdist-only", "install-sdist"),
    step("lock", "lock-less", LOOSE),
    step("sync --dev", "sync-dev"),
    step("clean --dry-run"),
    step("clean"),
    step("uninstall --all", "uninstall-all"),
    step("run python -c pass", "run"),
    step("upgrade leaf==1.0 --lock-only", "upgrade-lock-only"),
    step("audit -s osv --fix", "audit-fix"),
    step("lock", "lock-unsatisfiable", CLASH),
    step("install --deploy", "install-deploy-stale"),
    step("frobnicate"),
    step("remove"),
)
HELPS = ("", "install", "run", "requirements", "audit", "check")


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, str]]:
    """The transcript of each step by its name."""
    found: dict[str, list[str]] = {}
    with LoopbackIndex() as index, VulnerabilityService() as service:
        index.add_wheel("leaf", "1.0")
        index.add_wheel("leaf", "1.1", requires_python=">=3.8")
        index.add_wheel("leaf", "2.0", requires_python=">=3.8")
        index.add_wheel("trunk", "1.0", requires=["leaf>=1.0,<2"])
        index.add_wheel("trunk", "1.2", requires=["leaf>=1.0,<2"])
        index.add_wheel("loner", "0.5")
        index.add_wheel("branch", "3.0")
        index.add_sdist("sdist-only", "1.0")
        service.add("leaf", "PYSEC-2026-7", fixed="1.1", summary="Leaves fall too early in autumn.")
        for columns in (None, *WIDTHS):
            with Story(index, service, columns) as story:
                for each in STORY:
                    found.setdefault(each.name, [f"$ pipenv {' '.join(each.words)}"]).append(
                        story.told(each)
                    )
        yield {name: "\n".join(parts) for name, parts in found.items()}


class Story:
    """A project of its own, in which one step after the other is carried out."""

    def __init__(
        self, index: LoopbackIndex, service: VulnerabilityService, columns: int | None
    ) -> None:
        self.index = index
        self.columns = columns
        self.root = Path(tempfile.mkdtemp(prefix="pt-", dir=PLACE))
        self.project = self.root / "project"
        for name in ("project", "home", "fakes"):
            (self.root / name).mkdir()
        for patch in (2, 4):
            fake = self.root / "pyenv" / "versions" / f"3.96.{patch}" / "bin" / "python"
            fake.parent.mkdir(parents=True)
            fake.write_text(FAKE_PYTHON.format(python=sys.executable, patch=patch))
            fake.chmod(0o755)
        self.environ = {
            "HOME": str(self.root / "home"),
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
            "PIPENV_CACHE_DIR": str(self.root / "cache"),
            "PIPENV_OSV_URL": service.url,
            "PYENV_ROOT": str(self.root / "pyenv"),
            "TERM": "xterm-256color",
            "WORKON_HOME": str(self.root / "virtualenvs"),
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.root)

    def told(self, each: Step) -> str:
        """Carry out a step and return what it said."""
        if each.pipfile is not None:
            source = f'[[source]]\nurl = "{self.index.url}"\nverify_ssl = false\nname = "loopback"'
            (self.project / "Pipfile").write_text(f"{source}\n{each.pipfile}")
        environ = {**self.environ, **dict(each.variables)}
        if environ["PATH"] == "fakes":
            environ["PATH"] = str(self.root / "fakes")
        if self.columns is None:
            completed = subprocess.run(
                [*PIPENV_PROCESS, *each.words],
                cwd=self.project,
                env=environ,
                capture_output=True,
                text=True,
                check=False,
            )
            assert "\x1b" not in completed.stdout + completed.stderr
            return (
                f"=== pipe: status {completed.returncode}, stdout\n{self.lasting(completed.stdout)}"
                f"=== pipe: stderr\n{self.lasting(completed.stderr)}"
            )
        status, raw = watch(each.words, cwd=self.project, environ=environ, columns=self.columns)
        screen = Screen(self.columns)
        screen.feed(self.lasting(raw))
        assert screen.is_tidy, f"{each.name} leaves\n{screen.text}"
        title = f"=== {self.columns} columns: status {status}"
        return f"{title}\n{screen.text}"

    def lasting(self, text: str) -> str:
        """`text` without what differs from run to run."""
        executable = os.path.realpath(sys.executable)
        version = ".".join(map(str, sys.version_info[:3]))
        for pattern, new in (
            (
                r"^\S*notice:\S* creating a virtualenv[^\r\n]*(\r?\n)(?: +.*\n)*",
                r"notice: creating...\1",
            ),
            (r"^  .*\(is not 3\.96\)\r?\n", ""),
        ):
            text = re.sub(pattern, new, text, flags=re.MULTILINE)
        for old, new in (
            (str(self.root), f"{PLACE}/pt-xxxxxxxx"),
            (f":{self.index.url.rpartition(':')[2].partition('/')[0]}", ":ppppp"),
            (executable, "<python>"),
        ):
            text = text.replace(old, new)
        for old, new in (
            (r"\b[0-9a-f]{64}\b", "0" * 64),
            (r"project-[\w-]{8}", "project-hhhhhhhh"),
            (rf"\b{re.escape(version)}\b( ?) *", r"3.v.v\1"),
            (r"\d\d\d\d-\d\d-\d\d", "yyyy-mm-dd"),
            (r"\b\d+\.\d\d s\b", "n.nn s"),
            (r"\b\d+ kB\b", "n kB"),
            (r"\b\d+ years ago", "n years ago"),
        ):
            text = re.sub(old, new, text)
        return text


@pytest.mark.parametrize("name", [each.name for each in STORY])
def test_what_is_said_is_what_it_was(told: dict[str, str], name: str) -> None:
    insist(name, told[name])


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="argparse writes options in another way")
@pytest.mark.parametrize("command", HELPS)
def test_help_is_what_it_was(tmp_path: Path, command: str) -> None:
    words = (*command.split(), "--help")
    environ = {"HOME": str(tmp_path), "LANG": "C.UTF-8", "TERM": "xterm", "PATH": os.defpath}
    parts = [f"$ pipenv {' '.join(words)}"]
    for columns in WIDTHS:
        status, raw = watch(words, cwd=tmp_path, environ=environ, columns=columns)
        screen = Screen(columns)
        screen.feed(raw)
        assert screen.is_tidy
        assert status == 0
        parts.append(f"=== {columns} columns: status {status}\n{screen.text}")
    insist("-".join(("help", *command.split())), "\n".join(parts))


def insist(name: str, text: str) -> None:
    """Compare with the file of that name, or write it."""
    file = FOLDER / f"{name}.txt"
    if WRITES:
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_every_file_has_a_test() -> None:
    names = {each.name for each in STORY}
    names.update("-".join(("help", *command.split())) for command in HELPS)
    assert {file.stem for file in FOLDER.glob("*.txt")} == names
    assert len(names) == len(STORY) + len(HELPS)
