"""The chores of this repository, for a machine that has only Python and a package index.

    python3 tasks.py try      install Pipenv, lock and install the example project, run it
    python3 tasks.py test     run every test
    python3 tasks.py lint     ruff and mypy

Everything is kept below `.dev`: the user's own caches and environments stay as they are.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent
DEV = ROOT / ".dev"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def environment() -> "dict[str, str]":
    """Variables that keep every tool inside `.dev`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PIPENV_") and name not in {"VIRTUAL_ENV", "PYTHONPATH"}
    }
    return {
        **kept,
        "PIP_CACHE_DIR": str(DEV / "cache" / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIPENV_CACHE_DIR": str(DEV / "cache" / "pipenv"),
        "WORKON_HOME": str(DEV / "virtualenvs"),
    }


def run(*words: object, cwd: pathlib.Path = ROOT) -> None:
    """Show a command line and run it; a failure ends the task with its status."""
    line = [str(word) for word in words]
    print("$", " ".join(line), flush=True)
    status = subprocess.run(line, cwd=cwd, env=environment(), check=False).returncode
    if status:
        sys.exit(status)


def program(folder: str, name: str) -> pathlib.Path:
    """A program of the tool environment `folder`."""
    return DEV / folder / SCRIPTS / (name + ".exe" if os.name == "nt" else name)


def tool_environment(folder: str, *requirements: str) -> None:
    """Make the environment `.dev/<folder>` where it is missing, and install into it."""
    if not program(folder, "python").exists():
        venv.create(DEV / folder, with_pip=True, clear=True, symlinks=os.name != "nt")
        run(program(folder, "python"), "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1")
    run(program(folder, "python"), "-m", "pip", "install", "--quiet", *requirements)


def try_example() -> None:
    """Install Pipenv as a user would and let it do its main job on `examples/guestbook`."""
    tool_environment("try", str(ROOT))
    project = DEV / "guestbook"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(ROOT / "examples" / "guestbook", project)
    pipenv = program("try", "pipenv")
    run(pipenv, "lock", cwd=project)
    run(pipenv, "sync", "--dev", cwd=project)
    run(pipenv, "run", "visit", cwd=project)
    run(pipenv, "run", "pytest", "-q", cwd=project)


def test(*arguments: str) -> None:
    """Run the tests, those on the real index included."""
    tool_environment("check", "--editable", ".", "--group", "test")
    run(program("check", "python"), "-m", "pytest", *arguments)


def lint() -> None:
    """Check style and types."""
    tool_environment("check", "--editable", ".", "--group", "dev")
    run(program("check", "ruff"), "check", ".")
    run(program("check", "ruff"), "format", "--check", ".")
    run(program("check", "mypy"))


if __name__ == "__main__":
    tasks = {"try": try_example, "test": test, "lint": lint}
    if len(sys.argv) < 2 or sys.argv[1] not in tasks:
        sys.exit(__doc__)
    tasks[sys.argv[1]](*sys.argv[2:])
