"""The hooks of real backends, in real child processes."""

from __future__ import annotations

import ast
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipenv.builds.backend import Backend, Workplace, backend_environment
from pipenv.builds.source_trees import BuildSystem
from pipenv.errors import BackendFailed
from pipenv.events import BuildOutput
from support.bare_environments import BareEnvironments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from pipenv.events import Event

REPOSITORY = Path(__file__).resolve().parents[3]
WELL_BEHAVED = """
import json, os, sys
from pathlib import Path

def note(**facts):
    Path("noted.json").write_text(json.dumps(facts))

def get_requires_for_build_wheel(config_settings=None):
    note(settings=config_settings, cwd=os.getcwd(), path=sys.path, argv=sys.argv,
         environ=dict(os.environ), modules=sorted(sys.modules))
    return ["six", "attrs>=1"]

def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    folder = Path(metadata_directory, "x-1.dist-info")
    folder.mkdir()
    (folder / "METADATA").write_text("Name: x")
    return folder.name

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    Path(wheel_directory, "x-1-py3-none-any.whl").write_bytes(b"wheel")
    return "x-1-py3-none-any.whl"

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    Path(wheel_directory, "x-1-0editable-py3-none-any.whl").write_bytes(b"editable")
    return "x-1-0editable-py3-none-any.whl"
"""


class Workshop:
    """A source tree with a backend in it, and what was reported."""

    def __init__(self, tree: Path, python: str, scripts: str) -> None:
        self.tree = tree
        self.out = tree.parent / "out"
        self.python = python
        self.scripts = scripts
        self.events: list[Event] = []
        tree.mkdir()
        self.out.mkdir()
        self.environ: dict[str, str] = {"PATH": os.environ.get("PATH", os.defpath)}

    def backend(
        self,
        code: str,
        *,
        reference: str = "own_backend",
        folders: Sequence[str] = (".",),
        settings: dict[str, str | list[str]] | None = None,
    ) -> Backend:
        (self.tree / "own_backend.py").write_text(code)
        system = BuildSystem((), reference, tuple(str(self.tree / each) for each in folders))
        workplace = Workplace(
            str(self.tree),
            self.python,
            backend_environment(self.environ, self.scripts),
            report=self.events.append,
        )
        return Backend(system, workplace, package="x", config_settings=settings)

    @property
    def output(self) -> str:
        return "".join(each.text for each in self.events if isinstance(each, BuildOutput))

    def noted(self) -> dict[str, object]:
        import json

        found: dict[str, object] = json.loads((self.tree / "noted.json").read_text())
        return found


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> BareEnvironments:
    return BareEnvironments(tmp_path_factory.mktemp("environment"))


@pytest.fixture
def workshop(tmp_path: Path, environments: BareEnvironments) -> Workshop:
    with environments.prepare((), building=()) as place:
        return Workshop(tmp_path / "tree of x", place.python, place.scripts)


def test_hooks_of_a_good_backend(workshop: Workshop) -> None:
    backend = workshop.backend(WELL_BEHAVED)
    assert backend.requirements("wheel") == ("six", "attrs>=1")
    folder = backend.prepare_metadata(str(workshop.out))
    assert folder is not None
    assert (Path(folder) / "METADATA").read_text() == "Name: x"
    assert Path(backend.build(str(workshop.out))).read_bytes() == b"wheel"
    assert Path(backend.build(str(workshop.out), "editable")).read_bytes() == b"editable"


def test_optional_hooks(workshop: Workshop) -> None:
    backend = workshop.backend("def build_wheel(d, c=None, m=None): pass")
    assert backend.requirements("wheel") == ()
    assert backend.requirements("editable") == ()
    assert backend.prepare_metadata(str(workshop.out)) is None


def test_missing_editable_hook(workshop: Workshop) -> None:
    with pytest.raises(BackendFailed, match="has no hook `build_editable`") as caught:
        workshop.backend("").build(str(workshop.out), "editable")
    assert "editable = true" in caught.value.hints[0]


def test_what_a_backend_finds(workshop: Workshop, environments: BareEnvironments) -> None:
    workshop.environ |= {"PIP_INDEX_URL": "https://me:secret@index.example/", "CC": "cc"}
    settings: dict[str, str | list[str]] = {"--flag": ["a", "b"], "x": "y"}
    workshop.backend(WELL_BEHAVED, settings=settings).requirements("wheel")
    noted = workshop.noted()
    assert noted["settings"] == settings
    assert noted["cwd"] == str(workshop.tree)
    path, modules, environ = noted["path"], noted["modules"], noted["environ"]
    assert isinstance(path, list)
    assert Path(path[0]) == workshop.tree
    assert not any("pipenv-hook" in each or str(REPOSITORY) in each for each in path)
    assert isinstance(modules, list)
    assert not any(name.partition(".")[0] in {"pipenv", "pathlib2", "tomli"} for name in modules)
    assert isinstance(environ, dict)
    assert environ["CC"] == "cc"
    assert "secret" not in repr(environ)
    assert environ["PATH"].split(os.pathsep)[0] == workshop.scripts


def test_no_settings_is_none(workshop: Workshop) -> None:
    workshop.backend(WELL_BEHAVED).requirements("wheel")
    assert workshop.noted()["settings"] is None


def test_object_of_a_module(workshop: Workshop) -> None:
    code = """
class Backend:
    class inner:
        @staticmethod
        def get_requires_for_build_wheel(config_settings=None):
            return ["inner"]
"""
    backend = workshop.backend(code, reference="own_backend:Backend.inner")
    assert backend.requirements("wheel") == ("inner",)
    with pytest.raises(BackendFailed, match="cannot be imported"):
        workshop.backend(code, reference="own_backend:Missing").requirements("wheel")


def test_backend_that_cannot_be_imported(workshop: Workshop) -> None:
    with pytest.raises(BackendFailed, match="cannot be imported") as caught:
        workshop.backend("import a_module_that_is_not_there").requirements("wheel")
    assert "a_module_that_is_not_there" in caught.value.details
    assert "hook.py" not in caught.value.details


def test_backend_path_is_the_only_place(workshop: Workshop) -> None:
    """A module of the interpreter does not stand in for the one in the tree."""
    with pytest.raises(BackendFailed, match="cannot be imported") as caught:
        workshop.backend("", reference="json").requirements("wheel")
    assert "backend-path" in caught.value.details


def test_tree_itself_is_not_on_the_path(workshop: Workshop) -> None:
    (workshop.tree / "tools").mkdir()
    with pytest.raises(BackendFailed, match="cannot be imported"):
        workshop.backend("", folders=("tools",)).requirements("wheel")


def test_output_is_shown_as_it_is(workshop: Workshop) -> None:
    code = """
import os, sys
def get_requires_for_build_wheel(config_settings=None):
    print("one")
    print("two", file=sys.stderr)
    os.write(1, b"three \\xff\\n")
    os.system("echo four; echo five >&2")
    sys.stdout.write("no end")
    raise RuntimeError("Could not find gdal-config")
"""
    with pytest.raises(BackendFailed, match="failed in `get_requires_for_build_wheel`") as caught:
        workshop.backend(code).requirements("wheel")
    details = caught.value.details
    assert details.startswith("one\ntwo\nthree \ufffd\nfour\nfive\nno end")
    assert "RuntimeError: Could not find gdal-config" in details
    assert details.endswith("\nGetting requirements to build wheel exited with 1")
    assert "hook.py" not in details
    assert details.startswith(workshop.output.removesuffix("\n"))


def test_output_is_told_while_the_backend_runs(workshop: Workshop) -> None:
    """The backend goes on only when its first line was reported."""
    code = """
import os, time
def get_requires_for_build_wheel(config_settings=None):
    print("waiting")
    for _ in range(3000):
        if os.path.exists("seen"):
            return ["seen"]
        time.sleep(0.01)
    return ["not-seen"]
"""
    backend = workshop.backend(code)
    workshop.events = Watcher("waiting", workshop.tree / "seen")
    backend = workshop.backend(code)
    assert backend.requirements("wheel") == ("seen",)


class Watcher(list["Event"]):
    """Touches a file when a text is reported."""

    def __init__(self, text: str, path: Path) -> None:
        super().__init__()
        self._text = text
        self._path = path

    def append(self, event: Event) -> None:
        super().append(event)
        if isinstance(event, BuildOutput) and self._text in event.text:
            self._path.touch()


@pytest.mark.parametrize(
    ("ending", "title"),
    [
        ("raise SystemExit('no compiler')", "exited with 1"),
        ("raise SystemExit(7)", "exited with 7"),
        ("raise SystemExit(0)", "exited with 0"),
        ("import os; os._exit(0)", "exited with 0"),
        ("import os; os.kill(os.getpid(), 9)", "exited with 137"),
        ("raise KeyboardInterrupt", "exited with"),
    ],
)
def test_backend_that_ends_the_process(workshop: Workshop, ending: str, title: str) -> None:
    code = f"def build_wheel(wheel_directory, config_settings, metadata_directory):\n    {ending}\n"
    with pytest.raises(BackendFailed, match="failed in `build_wheel`") as caught:
        workshop.backend(code).build(str(workshop.out))
    assert f"Building wheel (pyproject.toml) {title}" in caught.value.details
    if "compiler" in ending:
        assert caught.value.details.startswith("no compiler\n")


@pytest.mark.parametrize(
    "value",
    [
        "None",
        "3",
        "b'x.whl'",
        "['x.whl']",
        "__import__('pathlib').Path('x.whl')",
        "'x.txt'",
        "''",
        "'missing.whl'",
        "wheel_directory + '/x.whl'",
        "'../x.whl'",
        "'..\\\\x.whl'",
        "'x\\x00.whl'",
        "'folder.whl'",
        "'link.whl'",
    ],
)
def test_wheel_must_be_a_plain_file_in_its_place(workshop: Workshop, value: str) -> None:
    (workshop.out.parent / "x.whl").write_bytes(b"")
    code = f"""
import os
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    os.mkdir(os.path.join(wheel_directory, "folder.whl"))
    os.symlink(__file__, os.path.join(wheel_directory, "link.whl"))
    open(os.path.join(wheel_directory, "x.whl"), "wb").close()
    return {value}
"""
    with pytest.raises(BackendFailed, match="the hook `build_wheel`"):
        workshop.backend(code).build(str(workshop.out))


@pytest.mark.parametrize("value", ["'x.dist-info'", "'.'", "'../out'", "'METADATA'", "None"])
def test_metadata_must_be_a_folder_in_its_place(workshop: Workshop, value: str) -> None:
    code = f"def prepare_metadata_for_build_wheel(m, config_settings=None): return {value}"
    code = code.replace("(m,", "(metadata_directory,")
    with pytest.raises(BackendFailed, match="prepare_metadata_for_build_wheel"):
        workshop.backend(code).prepare_metadata(str(workshop.out))


@pytest.mark.parametrize("value", ["'six'", "[1]", "['--option']", "{'six': 1}", "None"])
def test_requirements_must_be_requirements(workshop: Workshop, value: str) -> None:
    code = f"def get_requires_for_build_wheel(config_settings=None): return {value}"
    with pytest.raises(BackendFailed, match="the hook `get_requires_for_build_wheel`"):
        workshop.backend(code).requirements("wheel")


def test_program_left_running_does_not_hold_us_up(workshop: Workshop) -> None:
    code = """
import subprocess
def get_requires_for_build_wheel(config_settings=None):
    subprocess.Popen(["sleep", "60"])
    return []
"""
    assert workshop.backend(code).requirements("wheel") == ()


PARENT = """
import os, sys
from pipenv.builds.backend import Backend, Workplace, backend_environment
from pipenv.builds.source_trees import BuildSystem
tree = sys.argv[1]
system = BuildSystem((), "own_backend", (tree,))
workplace = Workplace(tree, sys.executable, backend_environment(os.environ, "/bin"))
Backend(system, workplace, package="x").requirements("wheel")
"""


@pytest.mark.skipif(os.name != "posix", reason="named pipes and signals")
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_no_build_outlives_us(workshop: Workshop, number: str) -> None:
    """The backend and its child hold a pipe open; it ends when the last of them does."""
    pipe = workshop.tree / "pipe"
    os.mkfifo(pipe)
    workshop.backend(
        """
import os, subprocess
def get_requires_for_build_wheel(config_settings=None):
    with open("pipe", "w") as pipe:
        pipe.write("started")
        pipe.flush()
        subprocess.run(["sleep", "600"], pass_fds=[pipe.fileno()])
"""
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(workshop.tree)],
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(REPOSITORY / "src"), "PATH": os.environ["PATH"]},
    )
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reading:
        assert wait_for(reading, select.POLLIN)
        assert reading.read(7) == b"started"
        parent.send_signal(getattr(signal, number))
        assert wait_for(reading, select.POLLHUP)
    assert parent.wait() != 0


def wait_for(reading: IO[bytes], event: int) -> bool:
    """Wait until something was written, or until nobody can write any more."""
    poll = select.poll()
    poll.register(reading, event & select.POLLIN)
    return any(found & event for _, found in poll.poll(60_000))


def hook_text() -> str:
    return (REPOSITORY / "src" / "pipenv" / "builds" / "_hook_runner.py").read_text()


def test_hook_program_is_plain_old_python() -> None:
    tree = ast.parse(hook_text(), feature_version=(3, 7))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert not any(str(name).startswith("pipenv") for name in imported)


@pytest.mark.parametrize("version", ["3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
def test_hooks_in_every_interpreter_at_hand(workshop: Workshop, version: str) -> None:
    python = shutil.which(f"python{version}")
    if python is None or subprocess.run([python, "-c", ""], check=False).returncode != 0:
        pytest.skip(f"Python {version} is not on the PATH")
    workshop.python = python
    backend = workshop.backend(WELL_BEHAVED)
    assert backend.requirements("wheel") == ("six", "attrs>=1")
    with pytest.raises(BackendFailed) as caught:
        workshop.backend("1 / 0").requirements("wheel")
    assert "ZeroDivisionError" in caught.value.details
