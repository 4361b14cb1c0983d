"""Locks and requirements of ours, read by the programs that others read them with.

The programs are the newest that the real index offers. What they install goes to an environment
that a test made for it: `PATH` and `MICROPIPENV_PIP_BIN` name no other pip.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import venv
from typing import TYPE_CHECKING, Any

import pytest

from support.command_line import CommandLine
from support.git_repository import GitRepository
from support.loopback_index import LoopbackIndex
from support.package_factory import make_sdist, write_source_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

PROGRAMS = ("cyclonedx-bom>=7", "micropipenv>=1.10", "pip-audit>=2.9", "plette[validation]>=2")
PASSED_ON = ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "HTTP_PROXY")


@pytest.fixture(scope="session")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs."""
    root = tmp_path_factory.mktemp("readers")
    venv.create(root / "venv", with_pip=True)
    scripts = root / "venv" / "bin"
    subprocess.run([scripts / "python", "-m", "pip", "install", "-q", *PROGRAMS], check=True)
    return scripts


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """The program folder of an environment to install into."""
    venv.create(tmp_path / "target", with_pip=True)
    return tmp_path / "target" / "bin"


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[CommandLine]:
    with LoopbackIndex() as nobody:
        pipenv = CommandLine(tmp_path, capsys, nobody)
        pipenv.environ.update({k: os.environ[k] for k in PASSED_ON if k in os.environ})
        pipenv.ok("install", "requests[socks]>=2.30", "iniconfig==2.0.0")
        pipenv.ok("install", "--dev", "pluggy")
        yield pipenv


@pytest.fixture
def rooted(pipenv: CommandLine, tmp_path: Path) -> str:
    """The commit of a repository that the project needs too."""
    package = make_sdist("rooted", "1.0", files={"rooted.py": "VERSION = '1.0'\n"})
    tree = write_source_tree(tmp_path / "unpacked", package)
    (tree / "PKG-INFO").unlink()
    repository = GitRepository(tmp_path / "repository")
    shutil.copytree(tree, repository.folder, dirs_exist_ok=True)
    commit = repository.commit()
    pipenv.ok("install", f"rooted @ git+{repository.url}@main")
    return commit


def run(pipenv: CommandLine, program: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the project; its own folder is first on PATH, and pip is the one in it."""
    environ = {
        **pipenv.environ,
        "PATH": os.pathsep.join([str(program.parent), pipenv.environ["PATH"]]),
        "MICROPIPENV_PIP_BIN": str(program.parent / "pip"),
        "VIRTUAL_ENV": str(program.parent.parent),
    }
    return subprocess.run(
        [program, *words],
        cwd=pipenv.root,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


def everything(pipenv: CommandLine) -> dict[str, dict[str, Any]]:
    """Name → entry of default and develop."""
    lock = pipenv.locked()
    return {**lock["default"], **lock["develop"]}


def present(pipenv: CommandLine, scripts: Path) -> dict[str, str]:
    """Canonical name → version of what an environment holds."""
    listed = run(pipenv, scripts / "python", "-m", "pip", "list", "--format=json")
    return {
        each["name"].lower().replace("_", "-"): each["version"]
        for each in json.loads(listed.stdout)
    }


def test_cyclonedx_lists_every_entry(pipenv: CommandLine, rooted: str, readers: Path) -> None:
    made = run(pipenv, readers / "cyclonedx-py", "pipenv", "--dev", "--output-reproducible")
    assert made.returncode == 0, made.stderr
    components = {each["name"]: each for each in json.loads(made.stdout)["components"]}
    entries = everything(pipenv)
    assert set(components) == set(entries)
    for name, entry in entries.items():
        component = components[name]
        assert component.get("version", "") == entry.get("version", "").removeprefix("==")
        digests = {
            each["content"]
            for reference in component["externalReferences"]
            for each in reference.get("hashes", ())
        }
        assert digests == {text.partition(":")[2] for text in entry.get("hashes", ())}
    assert rooted in components["rooted"]["purl"]
    properties = {
        (each["name"].rpartition(":")[2], each["value"])
        for each in components["requests"]["properties"]
    }
    assert properties >= {("category", "default"), ("required-extra", "socks")}
    alone = run(pipenv, readers / "cyclonedx-py", "pipenv")
    assert {each["name"] for each in json.loads(alone.stdout)["components"]} == set(
        pipenv.locked()["default"]
    )


def test_micropipenv_verifies_and_exports(pipenv: CommandLine, rooted: str, readers: Path) -> None:
    verified = run(pipenv, readers / "micropipenv", "verify")
    assert verified.returncode == 0, verified.stderr
    exported = run(pipenv, readers / "micropipenv", "requirements", "--no-hashes")
    assert exported.returncode == 0, exported.stderr
    lines = [line.partition(";")[0].strip() for line in exported.stdout.splitlines()]
    for name, entry in everything(pipenv).items():
        if "version" in entry:
            extras = f"[{','.join(entry['extras'])}]" if "extras" in entry else ""
            assert f"{name}{extras}{entry['version']}" in lines
    assert any(rooted in line and line.startswith("git+") for line in lines), lines


def test_micropipenv_installs(
    pipenv: CommandLine, rooted: str, readers: Path, target: Path
) -> None:
    shutil.copy(next(readers.parent.glob("lib/python*/site-packages/micropipenv.py")), target)
    done = run(
        pipenv,
        target / "python",
        str(target / "micropipenv.py"),
        *("install", "--deploy", "--dev", "--method", "pipenv"),
    )
    assert done.returncode == 0, done.stderr
    found = present(pipenv, target)
    for name, entry in everything(pipenv).items():
        if not entry.get("markers", "").startswith("sys_platform"):
            assert found[name] == entry.get("version", "==1.0").removeprefix("==")


@pytest.mark.parametrize("name", ["PyYAML", "pyyaml"])
def test_plette_agrees_on_the_hash_of_names_as_the_index_has_them(
    pipenv: CommandLine, rooted: str, readers: Path, name: str
) -> None:
    text = pipenv.pipfile.read_text().replace("[packages]\n", f'[packages]\n{name} = "*"\n')
    pipenv.pipfile.write_text(text)
    pipenv.ok("lock")
    code = (
        "import json, plette\n"
        "pipfile = plette.Pipfile.load(open('Pipfile'))\n"
        "lock = plette.Lockfile.load(open('Pipfile.lock'))\n"
        "plette.Lockfile.validate(lock._data)\n"
        "fresh = plette.Lockfile.with_meta_from(pipfile)\n"
        "print(json.dumps([lock.is_up_to_date(pipfile), lock.default['requests'].version,\n"
        "    fresh.meta._data == lock.meta._data, pipfile.get_hash().value]))\n"
    )
    read = run(pipenv, readers / "python", "-c", code)
    assert read.returncode == 0, read.stderr
    is_up_to_date, version, has_same_meta, digest = json.loads(read.stdout)
    assert version == pipenv.locked()["default"]["requests"]["version"]
    assert is_up_to_date == has_same_meta == (name == "pyyaml")
    # What it would write is a lock of this Pipfile for us, whichever way the name is written.
    lock = pipenv.locked()
    lock["_meta"]["hash"]["sha256"] = digest
    pipenv.lockfile.write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")
    pipenv.ok("verify")


def test_pip_audit_counts_what_was_exported(pipenv: CommandLine, readers: Path) -> None:
    exported = pipenv.root / "requirements.txt"
    exported.write_text(pipenv.ok("requirements", "--dev", "--hash").stdout)
    done = run(
        pipenv,
        readers / "pip-audit",
        *("--dry-run", "--disable-pip", "--require-hashes", "--strict", "-r", str(exported)),
    )
    assert done.returncode == 0, done.stderr
    pinned = [line for line in exported.read_text().splitlines() if line[:1].isalnum()]
    assert len(pinned) == len(everything(pipenv))
    assert f"would have audited {len(pinned)} packages" in done.stderr


def test_pip_installs_nothing_but_what_was_exported(pipenv: CommandLine, target: Path) -> None:
    exported = pipenv.root / "requirements.txt"
    exported.write_text(pipenv.ok("requirements", "--dev", "--hash").stdout)
    words = ("-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", str(exported))
    done = run(pipenv, target / "python", *words)
    assert done.returncode == 0, done.stderr
    checked = run(pipenv, target / "python", "-m", "pip", "check")
    assert checked.stdout == "No broken requirements found.\n"
    found = present(pipenv, target)
    versions = {**pipenv.locked_versions(), **pipenv.locked_versions("develop")}
    assert (
        versions.items()
        >= {
            name: version for name, version in found.items() if name not in {"pip", "setuptools"}
        }.items()
    )
