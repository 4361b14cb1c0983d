"""Renovate: edits the Pipfile, calls ``pipenv lock``, commits what changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from pipenv.pipfile.toml_documents import read_toml

if TYPE_CHECKING:
    from pathlib import Path

    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex

NAME = re.compile(r"^[A-Z0-9][A-Z0-9._-]*$", re.IGNORECASE)
NO_PACKAGES = {"source", "requires"}


def constraint(pipfile: dict[str, Any], lock: dict[str, Any]) -> str:
    """The versions of Python that it installs before it locks."""
    for requires in (pipfile.get("requires", {}), lock["_meta"].get("requires", {})):
        if "python_full_version" in requires:
            return f"== {requires['python_full_version']}"
        if "python_version" in requires:
            return f"== {requires['python_version']}.*"
    return ""


def dependencies(pipfile: dict[str, Any]) -> dict[str, str]:
    """Name → specifier of all tables that hold nothing but texts and tables."""
    found = {}
    for title, table in pipfile.items():
        if title in NO_PACKAGES or not isinstance(table, dict):
            continue
        if all(isinstance(value, str | dict) for value in table.values()):
            for name, value in table.items():
                specifier = value if isinstance(value, str) else value.get("version", "")
                if NAME.match(name) and specifier not in {"", "*"}:
                    found[name] = specifier
    return found


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Any]:
    """The variables of its caches."""
    return {
        "PIPENV_CACHE_DIR": str(tmp_path / "renovate" / "pipenv"),
        "PIP_CACHE_DIR": str(tmp_path / "renovate" / "pip"),
        "WORKON_HOME": str(tmp_path / "renovate" / "virtualenvs"),
    }


def test_one_requirement_is_moved(
    pipenv: CommandLine, index: LoopbackIndex, folders: dict[str, Any]
) -> None:
    index.add_wheel("loner", "0.6")
    pipenv.write_pipfile(
        '[packages]\ntrunk = "==1.0"\n\n[dev-packages]\nloner = {version = "==0.5"}\n', python=True
    )
    pipenv.ok("lock")
    before = pipenv.locked()
    pipfile = read_toml(pipenv.pipfile.read_text())
    assert dependencies(pipfile) == {"trunk": "==1.0", "loner": "==0.5"}
    assert re.fullmatch(r"== \d+\.\d+\.\*", constraint(pipfile, before))
    edited = pipenv.pipfile.read_text().replace('"==0.5"', '"==0.6"')
    pipenv.pipfile.write_text(edited)
    answer = pipenv.spawn("lock", **folders)
    assert answer.status == 0, answer.stderr
    assert pipenv.pipfile.read_text() == edited
    after = pipenv.locked()
    assert after["default"] == before["default"]
    assert after["develop"]["loner"]["version"] == "==0.6"
    assert after["_meta"]["hash"] != before["_meta"]["hash"]
    assert constraint({}, after) == constraint(pipfile, before)


def test_the_lock_is_made_anew_for_maintenance(
    locked: CommandLine, folders: dict[str, Any]
) -> None:
    before = locked.lockfile.read_bytes()
    locked.lockfile.unlink()
    assert locked.spawn("lock", **folders).status == 0
    assert locked.lockfile.read_bytes() == before


def test_credentials_come_by_variables_and_stay_out_of_the_lock(
    pipenv: CommandLine, index: LoopbackIndex, folders: dict[str, Any]
) -> None:
    index.credentials = ("somebody", "s3cret")
    url = index.url.replace("://", "://${USER_OF_INDEX}:${PASS_OF_INDEX}@")
    pipenv.pipfile.write_text(
        f'[[source]]\nurl = "{url}"\nverify_ssl = false\nname = "private"\n\n'
        '[packages]\nleaf = "==1.0"\n'
    )
    answer = pipenv.spawn("lock", USER_OF_INDEX="somebody", PASS_OF_INDEX="s3cret", **folders)
    assert answer.status == 0, answer.stderr
    lock = pipenv.locked()
    assert lock["_meta"]["sources"][0]["url"] == url
    assert "s3cret" not in pipenv.lockfile.read_text() + answer.stdout + answer.stderr
    assert pipenv.spawn("verify").status == 0


def test_what_cannot_be_locked_ends_with_a_status_and_the_old_lock(
    locked: CommandLine, folders: dict[str, Any]
) -> None:
    lock = locked.lockfile.read_bytes()
    edited = locked.pipfile.read_text().replace('trunk = "*"', 'trunk = "==7"')
    locked.pipfile.write_text(edited)
    assert locked.spawn("lock", **folders).status == 1
    assert locked.lockfile.read_bytes() == lock
