"""What lies in an environment after ``sync`` and after pip installed the same list."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.command_line import CommandLine
from support.git_repository import GitRepository
from support.loopback_index import LoopbackIndex
from support.package_factory import make_sdist, make_wheel, write_source_tree
from support.side_by_side import differences, fill_with_pip, untrue_records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.side_by_side import Difference

pytest.importorskip("pip")

SCRIPTS = ("plain.py", "windowed", "shell", "binary")
PIP = (sys.executable, "-m", "pip")


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as served:
        yield served


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str], index: LoopbackIndex) -> CommandLine:
    return CommandLine(tmp_path, capsys, index)


def fill_both(pipenv: CommandLine) -> tuple[Path, Path]:
    """Lock, install with both, and return the two environments."""
    pipenv.ok("lock")
    pipenv.ok("sync", "--dev")
    ours = Path(pipenv.ok("--venv").stdout.strip())
    requirements = pipenv.root / "requirements.txt"
    requirements.write_text(pipenv.ok("requirements", "--dev", "--hash").stdout)
    theirs = pipenv.root.parent / "theirs"
    fill_with_pip(PIP, requirements, theirs)
    return ours, theirs


def listing(found: list[Difference]) -> str:
    return "\n".join("\t".join(one) for one in found)


def test_a_wheel_with_everything(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel(
        "every-thing",
        "1.0",
        files={
            "every_thing/__init__.py": "VERSION = 1\n",
            "every_thing/empty.py": "",
            "every_thing/run.sh": "#!/bin/sh\n",
            "every_thing/data, with comma.txt": "x\n",
            "every_thing/unicode_é.txt": "é\n",
            "every_thing-path.pth": "import sys\n",
            "lone_module.py": "ONE = 1\n",
            "namespace/part/__init__.py": "",
        },
        data={
            "scripts/plain.py": "#!python\nprint(1)\n",
            "scripts/windowed": "#!pythonw\nprint(1)\n",
            "scripts/shell": "#!/bin/sh\necho 1\n",
            "scripts/binary": b"\x7fELF\x00\x01",
            "headers/every.h": "#define EVERY\n",
            "headers/deep/er.h": "#define DEEPER\n",
            "data/share/doc/every/README": "read\n",
            "data/etc/every.conf": "a=1\n",
            "purelib/every_pure.py": "PURE = 1\n",
            "platlib/every_plat/__init__.py": "PLAT = 1\n",
            "platlib/every_thing/added.py": "ADDED = 1\n",
        },
        # What is marked in the archive; of the programs we make all executable, as PEP 427 has it.
        executables=["every_thing/run.sh", *(f"every_thing-1.0.data/scripts/{x}" for x in SCRIPTS)],
        entry_points={
            "console_scripts": {
                "every": "every_thing:main",
                "every-deep": "every_thing.sub:Some.thing",
                "every-extra": "every_thing:main [more]",
            },
            "gui_scripts": {"every-window": "every_thing:window"},
            "every.plugins": {"one": "every_thing:one"},
        },
        pure=False,
    )
    index.add_wheel("other", "2.0", files={"namespace/other.py": ""})
    pipenv.write_pipfile('[packages]\nevery_thing = "*"\n\n[dev-packages]\nother = "*"\n')
    ours, theirs = fill_both(pipenv)
    assert listing(differences(ours, theirs)) == ""
    assert (ours / "bin" / "every-window").exists()
    assert untrue_records(ours) == []


def test_packages_that_no_index_has(pipenv: CommandLine, tmp_path: Path) -> None:
    """Folder, archive, source archive, repository and checkout: their notes say the same."""
    archives = tmp_path / "archives"
    archives.mkdir()
    wheel = make_wheel("archived", "1.0").write_to(archives)
    source = make_sdist("sourced", "1.0").write_to(archives)
    folder = write_source_tree(tmp_path / "trees", make_sdist("folded", "1.0"))
    repository = GitRepository(tmp_path / "repository")
    shutil.copytree(
        write_source_tree(tmp_path / "trees", make_sdist("committed", "1.0")),
        repository.folder,
        dirs_exist_ok=True,
    )
    repository.commit("v1")
    pipenv.write_pipfile(
        "[packages]\n"
        f'archived = {{file = "{wheel.as_uri()}"}}\n'
        f'sourced = {{file = "{source.as_uri()}"}}\n'
        f'folded = {{path = "{folder}"}}\n'
        f'committed = {{git = "{repository.url}", ref = "v1"}}\n'
    )
    pipenv.ok("lock")
    pipenv.ok("sync")
    requirements = pipenv.root / "requirements.txt"
    commit = pipenv.locked()["default"]["committed"]["ref"]
    requirements.write_text(
        f"{wheel.as_uri()}\n{source.as_uri()}\n{folder}\ngit+{repository.url}@{commit}\n"
    )
    theirs = tmp_path / "theirs"
    fill_with_pip(PIP, requirements, theirs, hashed=False)
    ours = Path(pipenv.ok("--venv").stdout.strip())
    found = [
        one for one in differences(ours, theirs) if "pipenv-source.txt" not in one.ours + one.path
    ]
    assert found == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("leaf/__init__.py", "content"),
        ("leaf/new.py", "only ours"),
        ("leaf-1.0.dist-info/RECORD", "row only theirs"),
        ("leaf-1.0.dist-info/WHEEL", "mode"),
    ],
)
def test_a_difference_is_found(
    pipenv: CommandLine, index: LoopbackIndex, path: str, kind: str
) -> None:
    index.add_wheel("leaf", "1.0", entry_points={"console_scripts": {"leaf": "leaf:main"}})
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    ours, theirs = fill_both(pipenv)
    assert (differences(ours, theirs), untrue_records(ours)) == ([], [])
    site = next(ours.glob("lib/python*/site-packages"))
    file = site / path
    if kind == "mode":
        file.chmod(0o600)
    else:
        file.unlink(missing_ok=True)
        file.write_text("" if kind == "row only theirs" else "other\n")
    assert [one.kind for one in differences(ours, theirs)][:1] == [kind]
    assert (untrue_records(ours) == []) is (kind == "mode")


@pytest.mark.network
def test_real_packages(pipenv: CommandLine) -> None:
    pipenv.environ.update(
        {k: os.environ[k] for k in ("SSL_CERT_FILE", "HTTPS_PROXY") if k in os.environ}
    )
    pipenv.pipfile.write_text(
        '[packages]\nflask = "*"\nrequests = "*"\npyyaml = "*"\n\n[dev-packages]\npytest = "*"\n'
    )
    ours, theirs = fill_both(pipenv)
    assert listing(differences(ours, theirs)) == ""
    assert untrue_records(ours) == []
    for root in (ours, theirs):
        subprocess.run([*PIP, "--python", root / "bin" / "python", "check"], check=True)
