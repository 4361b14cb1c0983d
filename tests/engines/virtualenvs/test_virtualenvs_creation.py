from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from installed_pythons import SUITABLE

from pipenv.errors import FileAccessError, VirtualenvBroken, VirtualenvNotFound
from pipenv.virtualenvs.configuration import read_configuration
from pipenv.virtualenvs.creation import (
    bundled_wheels,
    can_write_directly,
    create,
    remove,
    sees_system_packages,
)
from pipenv.virtualenvs.environments import environment_of
from pipenv.virtualenvs.location import is_environment, recorded_project
from pipenv.virtualenvs.probe import Probe

if TYPE_CHECKING:
    from pathlib import Path

    from pipenv.models.interpreters import Environment, Interpreter

ENVIRON = dict(os.environ)
FACTS = (
    "import json, os, site, sys, sysconfig\n"
    "print(json.dumps({'prefix': sys.prefix, 'base': sys.base_prefix, 'path': sys.path,\n"
    " 'executable': sys.executable, 'version': sys.version_info[:3],\n"
    " 'json': json.__file__, 'enabled': site.ENABLE_USER_SITE,\n"
    " 'purelib': sysconfig.get_paths()['purelib']}))"
)
posix_only = pytest.mark.skipif(os.name == "nt", reason="links and bits of POSIX")
not_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="nothing is forbidden to root"
)


@pytest.fixture
def probe() -> Probe:
    return Probe(None, environ=ENVIRON)


@pytest.fixture
def running(probe: Probe) -> Interpreter:
    return probe.interpreter(sys.executable)


def make(
    path: Path,
    interpreter: Interpreter,
    *,
    system_site_packages: bool = False,
    copies: bool = False,
) -> Environment:
    return create(
        str(path),
        interpreter,
        prompt="demo",
        project_dir="/srv/demo",
        environ=ENVIRON,
        system_site_packages=system_site_packages,
        copies=copies,
    )


def ask(python: str, *options: str) -> dict[str, object]:
    done = subprocess.run([python, *options, "-c", FACTS], capture_output=True, check=True, env={})
    facts: dict[str, object] = json.loads(done.stdout)
    return facts


@pytest.mark.parametrize("executable", SUITABLE)
def test_an_environment_of_every_python_works(
    tmp_path: Path, probe: Probe, executable: str
) -> None:
    interpreter = probe.interpreter(executable)
    root = tmp_path / "with space" / "env"
    environment = make(root, interpreter)
    version = "python{}.{}".format(*interpreter.version)
    library = str(root / "lib" / version / "site-packages")
    for name in ("python", "python3", version):
        facts = ask(str(root / "bin" / name))
        assert facts["prefix"] == str(root)
        assert facts["base"] == interpreter.base_prefix
        assert facts["executable"] == str(root / "bin" / name)
        assert facts["version"] == list(interpreter.version)
        assert facts["enabled"] is False
        assert str(facts["json"]).startswith(interpreter.paths.stdlib)
        path = facts["path"]
        assert isinstance(path, list)
        assert library in path
        assert not any("dist-packages" in entry for entry in path)
    assert environment.paths.purelib == environment.paths.platlib == library
    assert os.path.isdir(library)
    assert is_environment(str(root))
    assert environment == environment_of(str(root), Probe(None, environ={}))


@pytest.mark.parametrize("executable", SUITABLE)
def test_it_agrees_with_the_scheme_of_the_interpreter(
    tmp_path: Path, probe: Probe, executable: str
) -> None:
    environment = make(tmp_path / "env", probe.interpreter(executable))
    code = (
        "import json, sysconfig as s\n"
        "name = 'venv' if 'venv' in s.get_scheme_names() else 'posix_prefix'\n"
        "print(json.dumps(s.get_paths(name)))"
    )
    done = subprocess.run(
        [environment.interpreter.executable, "-c", code], capture_output=True, check=True, env={}
    )
    paths = json.loads(done.stdout)
    assert os.path.samefile(paths["purelib"], environment.paths.purelib)
    assert os.path.samefile(paths["platlib"], environment.paths.platlib)
    assert paths["scripts"] == environment.paths.scripts
    assert paths["data"] == environment.paths.data
    assert paths["stdlib"] == environment.paths.stdlib


def test_what_lies_in_it(tmp_path: Path, running: Interpreter) -> None:
    make(tmp_path / "env", running)
    root = tmp_path / "env"
    assert (root / ".project").read_bytes() == b"/srv/demo"
    assert recorded_project(str(root)) == "/srv/demo"
    assert (root / ".gitignore").read_text().splitlines()[-1] == "*"
    values = read_configuration(str(root))
    assert values is not None
    assert values["home"] == os.path.dirname(running.base_executable)
    assert values["implementation"] == "CPython"
    assert values["version"] == ".".join(str(part) for part in sys.version_info[:3])
    assert values["version_info"].startswith(values["version"] + ".")
    assert values["include-system-site-packages"] == "false"
    assert values["base-prefix"] == sys.base_prefix
    assert values["prompt"] == "demo"
    programs = set(os.listdir(root / "bin"))
    minor = "python{}.{}".format(*sys.version_info)
    assert programs == {
        "python", "python3", minor, "activate", "activate.fish", "activate.csh", "activate.nu",
        "activate.xsh", "activate.ps1", "Activate.ps1", "activate_this.py",
    }  # fmt: skip
    assert set(os.listdir(tmp_path)) == {"env"}
    if sys.platform == "linux" and running.is_64bit:
        assert os.readlink(root / "lib64") == "lib"


def test_an_environment_of_an_environment_uses_the_python_behind(
    tmp_path: Path, probe: Probe, running: Interpreter
) -> None:
    make(tmp_path / "first", running)
    inner = probe.interpreter(str(tmp_path / "first" / "bin" / "python"))
    assert inner.prefix == str(tmp_path / "first")
    assert inner.base_executable == running.base_executable
    make(tmp_path / "second", inner)
    remove(str(tmp_path / "first"))
    facts = ask(str(tmp_path / "second" / "bin" / "python"))
    assert facts["base"] == running.base_prefix
    assert os.readlink(tmp_path / "second" / "bin" / "python") == running.base_executable


@posix_only
def test_a_python_found_through_a_link_from_elsewhere(
    tmp_path: Path, probe: Probe, running: Interpreter
) -> None:
    (tmp_path / "tools").mkdir()
    link = tmp_path / "tools" / "py"
    link.symlink_to(os.path.realpath(running.base_executable))
    interpreter = probe.interpreter(str(link))
    assert os.path.dirname(interpreter.base_executable) == running.base_prefix + "/bin"
    make(tmp_path / "env", interpreter)
    assert ask(str(tmp_path / "env" / "bin" / "python"))["base"] == running.base_prefix


@posix_only
def test_environments_of_other_tools_are_understood(
    tmp_path: Path, probe: Probe, running: Interpreter
) -> None:
    root = str(tmp_path / "env")
    subprocess.run(
        [running.base_executable, "-m", "venv", "--without-pip", root], check=True, env=ENVIRON
    )
    environment = environment_of(root, probe)
    assert environment.root == root
    assert environment.interpreter.base_prefix == running.base_prefix
    assert environment.interpreter.tags == running.tags
    assert os.path.isdir(environment.paths.purelib)
    remove(root)
    assert not os.path.exists(root)


def test_system_packages_can_be_let_in(tmp_path: Path, running: Interpreter) -> None:
    make(tmp_path / "open", running, system_site_packages=True)
    make(tmp_path / "closed", running)
    base = ask(running.base_executable, "-I")["purelib"]
    for name, expected in (("open", True), ("closed", False)):
        facts = ask(str(tmp_path / name / "bin" / "python"))
        path = facts["path"]
        assert isinstance(path, list)
        assert (base in path) is expected or not os.path.isdir(str(base))
        assert sees_system_packages(str(tmp_path / name)) is expected


@posix_only
def test_copies(tmp_path: Path, probe: Probe, running: Interpreter) -> None:
    make(tmp_path / "env", running, copies=True)
    python = tmp_path / "env" / "bin" / "python"
    assert not python.is_symlink()
    assert stat.S_IMODE(python.stat().st_mode) & 0o111
    assert environment_of(str(tmp_path / "env"), probe).interpreter.version == running.version


@posix_only
def test_the_interpreters_own_module_is_the_way_for_the_rest(
    tmp_path: Path, running: Interpreter
) -> None:
    odd = running._replace(implementation="oddpy")
    assert not can_write_directly(odd)
    environment = make(tmp_path / "env", odd)
    assert is_environment(str(tmp_path / "env"))
    assert ask(environment.interpreter.executable)["prefix"] == str(tmp_path / "env")
    assert (tmp_path / "env" / ".project").read_text() == "/srv/demo"
    values = read_configuration(str(tmp_path / "env"))
    assert values is not None
    assert values["prompt"] == "demo"


@posix_only
def test_a_failing_module_leaves_nothing_and_its_words_are_kept(
    tmp_path: Path, running: Interpreter
) -> None:
    script = tmp_path / "python"
    script.write_text(
        '#!/bin/sh\nfor last; do :; done\nmkdir "$last"\necho no such module\nexit 1\n'
    )
    script.chmod(0o755)
    odd = running._replace(implementation="oddpy", base_executable=str(script))
    with pytest.raises(VirtualenvBroken, match="failed with status 1") as caught:
        make(tmp_path / "env", odd)
    assert "no such module" in caught.value.details
    assert not os.path.exists(tmp_path / "env") or os.listdir(tmp_path / "env") == []


def test_windows_is_not_written_directly(running: Interpreter) -> None:
    assert not can_write_directly(running, "win32")
    assert can_write_directly(running, "darwin")
    assert not can_write_directly(running._replace(implementation="pypy"), "linux")
    assert not can_write_directly(running._replace(version=(3, 6, 9)), "linux")


# folders that are there already


def test_an_empty_folder_is_filled(tmp_path: Path, running: Interpreter) -> None:
    (tmp_path / "env").mkdir()
    make(tmp_path / "env", running)
    assert is_environment(str(tmp_path / "env"))


@posix_only
def test_a_link_to_a_folder_is_filled_and_stays_a_link(
    tmp_path: Path, running: Interpreter
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "env").symlink_to("real")
    make(tmp_path / "env", running)
    assert (tmp_path / "env").is_symlink()
    assert ask(str(tmp_path / "env" / "bin" / "python"))["prefix"] in (
        str(tmp_path / "env"),
        str(tmp_path / "real"),
    )


@pytest.mark.parametrize("content", ["something.txt", "bin/activate"])
def test_a_folder_with_other_things_is_refused(
    tmp_path: Path, running: Interpreter, content: str
) -> None:
    path = tmp_path / "env" / content
    path.parent.mkdir(parents=True)
    path.write_text("precious")
    with pytest.raises(VirtualenvBroken, match="not empty"):
        make(tmp_path / "env", running)
    assert path.read_text() == "precious"


def test_a_file_in_the_way_is_refused(tmp_path: Path, running: Interpreter) -> None:
    (tmp_path / "env").write_text("")
    with pytest.raises(VirtualenvBroken, match="is a file"):
        make(tmp_path / "env", running)


def test_the_rest_of_an_unfinished_environment_is_cleared(
    tmp_path: Path, running: Interpreter
) -> None:
    root = tmp_path / "env"
    (root / "lib" / "junk").mkdir(parents=True)
    (root / "lib" / "junk" / "file").write_text("")
    (root / "pyvenv.cfg").write_text("home = /nowhere\n")
    make(root, running)
    assert is_environment(str(root))
    assert not (root / "lib" / "junk").exists()


def test_what_killed_processes_left_beside_it_is_cleared(
    tmp_path: Path, running: Interpreter
) -> None:
    for name in (".env.pipenv-new-999999999", f".env.pipenv-old-{os.getpid()}"):
        (tmp_path / name / "lib").mkdir(parents=True)
    for name in (".env.pipenv-new-1", ".env2.pipenv-new-999999999"):
        (tmp_path / name).mkdir()
    make(tmp_path / "env", running)
    # process 1 runs, the other folder belongs to another environment
    assert sorted(os.listdir(tmp_path)) == [
        ".env.pipenv-new-1", ".env2.pipenv-new-999999999", "env",
    ]  # fmt: skip


@posix_only
def test_stopped_at_any_step_it_is_no_environment_and_the_next_run_makes_one(
    tmp_path: Path, running: Interpreter
) -> None:
    """A limit on the size of files, higher in each round, stops creation at another file."""
    import resource

    make(tmp_path / "whole", running)
    sizes = {
        os.path.getsize(os.path.join(folder, name))
        for folder, _, names in os.walk(tmp_path / "whole")
        for name in names
        if not os.path.islink(os.path.join(folder, name))
    }
    assert len(sizes) > 8
    for in_place in (False, True):
        for limit in (size - 1 for size in sizes):
            root = tmp_path / f"env-{in_place}-{limit}"
            if in_place:
                root.mkdir()
            pid = os.fork()
            if pid == 0:
                import signal

                # The default action of the signal kills at once, as `kill -9` would.
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
                make(root, running)
                os._exit(0)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            assert status < 0
            assert not is_environment(str(root))
            make(root, running)
            assert is_environment(str(root))
            assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []


@posix_only
def test_a_full_disk_is_an_error_and_nothing_is_left(tmp_path: Path, running: Interpreter) -> None:
    pid = os.fork()
    if pid == 0:
        import resource
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            make(tmp_path / "env", running)
        except FileAccessError:
            os._exit(9)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
    assert os.listdir(tmp_path) == []


@posix_only
@not_root
def test_a_folder_that_may_not_be_written_is_an_error(tmp_path: Path, running: Interpreter) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(FileAccessError, match="closed"):
        make(tmp_path / "closed" / "env", running)


# reading


def test_nothing_and_no_environment_are_told_apart(tmp_path: Path, probe: Probe) -> None:
    with pytest.raises(VirtualenvNotFound):
        environment_of(str(tmp_path / "none"), probe)
    (tmp_path / "pyvenv.cfg").write_text("")
    with pytest.raises(VirtualenvBroken, match="has no Python"):
        environment_of(str(tmp_path), probe)


@posix_only
def test_a_python_that_is_gone_is_told(tmp_path: Path, running: Interpreter) -> None:
    for copies in (False, True):
        root = tmp_path / f"env-{copies}"
        make(root, running, copies=copies)
        text = (root / "pyvenv.cfg").read_text()
        gone = text.replace(running.base_prefix + "/bin", str(tmp_path / "gone"))
        (root / "pyvenv.cfg").write_text(gone)
        if not copies:
            (root / "bin" / "python").unlink()
            (root / "bin" / "python").symlink_to(tmp_path / "gone" / "python")
        with pytest.raises(VirtualenvBroken, match="gone") as caught:
            environment_of(str(root), Probe(None, environ=ENVIRON))
        assert "pipenv remove" in caught.value.hints[0]


@posix_only
def test_another_version_than_it_was_made_for_is_told(tmp_path: Path, running: Interpreter) -> None:
    make(tmp_path / "env", running)
    text = (tmp_path / "env" / "pyvenv.cfg").read_text()
    text = text.replace(f"version_info = {sys.version_info[0]}.", "version_info = 2.")
    (tmp_path / "env" / "pyvenv.cfg").write_text(text)
    with pytest.raises(VirtualenvBroken, match=r"made for Python 2\."):
        environment_of(str(tmp_path / "env"), Probe(None, environ=ENVIRON))


@posix_only
def test_the_prefix_of_an_interpreter_serves_as_an_environment(
    probe: Probe, running: Interpreter
) -> None:
    environment = environment_of(running.base_prefix, probe)
    assert environment.interpreter.prefix == running.base_prefix
    assert environment.paths.stdlib == running.paths.stdlib


# removing


def test_removing(tmp_path: Path, running: Interpreter) -> None:
    make(tmp_path / "env", running)
    remove(str(tmp_path / "env"))
    assert os.listdir(tmp_path) == []
    with pytest.raises(VirtualenvNotFound):
        remove(str(tmp_path / "env"))


def test_removing_spares_what_is_no_environment(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "precious").write_text("x")
    (tmp_path / "home" / "bin").mkdir()
    (tmp_path / "home" / "bin" / "activate").write_text("x")
    with pytest.raises(VirtualenvBroken, match="does not look like"):
        remove(str(tmp_path / "home"))
    assert (tmp_path / "home" / "precious").exists()


def test_an_empty_folder_and_an_unfinished_environment_can_be_removed(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    remove(str(tmp_path / "empty"))
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "pyvenv.cfg").write_text("")
    remove(str(tmp_path / "half"))
    assert os.listdir(tmp_path) == []


@posix_only
def test_of_a_link_only_the_link_goes(tmp_path: Path, running: Interpreter) -> None:
    make(tmp_path / "real", running)
    (tmp_path / "link").symlink_to("real")
    remove(str(tmp_path / "link"))
    assert os.listdir(tmp_path) == ["real"]
    assert is_environment(str(tmp_path / "real"))


# pip


def test_bundled_wheels(tmp_path: Path, running: Interpreter) -> None:
    for version, names in (
        ((3, 11, 0), ["pip-23.0-py3-none-any.whl", "setuptools-65.5.0-py3-none-any.whl"]),
        ((3, 12, 0), ["pip-23.0-py3-none-any.whl"]),
    ):
        folder = tmp_path / "ensurepip" / "_bundled"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("pip-23.0-py3-none-any.whl", "setuptools-65.5.0-py3-none-any.whl", "pip.txt"):
            (folder / name).write_text("")
        paths = running.paths._replace(stdlib=str(tmp_path))
        found = bundled_wheels(running._replace(version=version, paths=paths))
        assert [os.path.basename(path) for path in found] == names


@pytest.mark.parametrize("executable", SUITABLE)
def test_bundled_wheels_of_real_pythons(probe: Probe, executable: str) -> None:
    for path in bundled_wheels(probe.interpreter(executable)):
        assert os.path.isfile(path)
