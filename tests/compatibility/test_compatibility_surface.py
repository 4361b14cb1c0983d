"""Options and variables of the contract that no other test needs: taken, and of the told effect."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from pipenv.operations.new_sources import trusted_hosts
from pipenv.variables import WITHOUT_MEANING
from support.command_line import CommandLine
from support.loopback_index import LoopbackIndex
from support.vulnerability_service import VulnerabilityService

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def index() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as served:
        served.add_wheel("leaf", "1.0")
        served.add_wheel("leaf", "2.0")
        served.add_wheel("leaf", "3.0b1")
        served.add_wheel("loner", "0.5")
        yield served


@pytest.fixture
def pipenv(tmp_path: Path, capsys: pytest.CaptureFixture[str], index: LoopbackIndex) -> CommandLine:
    command_line = CommandLine(tmp_path, capsys, index)
    command_line.write_pipfile(
        '[packages]\nleaf = "<2"\n\n[dev-packages]\nloner = "*"\n\n[docs]\n\n'
        '[scripts]\nhello = "echo hi"\n'
    )
    return command_line


@pytest.fixture
def locked(pipenv: CommandLine) -> CommandLine:
    pipenv.ok("lock")
    return pipenv


@pytest.fixture
def audited(locked: CommandLine) -> Iterator[CommandLine]:
    """The lock, and a service that knows its packages and no vulnerability of them."""
    with VulnerabilityService() as service:
        locked.environ |= {"PIPENV_OSV_URL": service.url, "PIPENV_VULNERABILITY_SERVICE": "osv"}
        yield locked


@pytest.mark.parametrize(
    "words",
    [("scripts",), ("open", "leaf"), ("activate",), ("clean", "--dry-run"), ("uninstall", "ghost")],
)
def test_common_options_change_nothing_where_they_do_not_matter(
    locked: CommandLine, words: tuple[str, ...]
) -> None:
    locked.environ |= {"EDITOR": "true", "PIPENV_SHELL": "bash"}
    locked.ok("sync")
    taken = {
        "activate": (("--pypi-mirror", "https://mirror.example/simple"), ("--python", PYTHON)),
        "clean": (("-v",), ("--verbose",), ("--python", PYTHON)),
    }.get(
        words[0],
        (
            ("--pypi-mirror", "https://mirror.example/simple"),
            ("--python", PYTHON),
            ("-v",),
            ("--verbose",),
            ("-q",),
            ("--quiet",),
            ("--clear",),
        ),
    )
    if words[0] == "uninstall":
        taken = tuple(each for each in taken if each[0] in {"-q", "--quiet", "-v", "--verbose"})
    plain = locked.ok(*words)
    for given in taken:
        assert locked.ok(*words, *given).stdout == plain.stdout, given


def test_scripts_and_open_with_all_common_options(locked: CommandLine) -> None:
    """The same in one line, before and behind the command."""
    locked.environ["EDITOR"] = "true"
    locked.ok("sync")
    common = ("--pypi-mirror", "https://mirror.example/simple", "--python", PYTHON, "--clear", "-v")
    for words in (("scripts",), ("open", "leaf")):
        assert locked.ok(*words, *common).stdout == locked.ok(*common, *words).stdout
        assert locked.ok(*words, "--quiet").stdout == locked.ok(*words).stdout


def test_sync_takes_what_does_not_matter_to_it(locked: CommandLine) -> None:
    result = locked.ok("sync", "--bare", "--resolver", "pip", "--no-site-packages", "--pre")
    assert result.stdout == ""
    assert "installed 1 package" not in result.stderr
    assert locked.installed() == {"leaf": "1.0"}
    assert "--extras means nothing" in locked.ok("sync", "--extras", "docs").stderr


def test_uninstall_takes_what_does_not_matter_to_it(locked: CommandLine) -> None:
    result = locked.ok(
        *("uninstall", "leaf", "-q", "--resolver", "pip", "--extras", "docs"),
        *("--extra-pip-args", "--no-input", "--pre", "--clear", "--python", PYTHON),
    )
    assert "leaf" not in locked.pipfile.read_text()
    assert result.stdout == "Removed leaf from Pipfile.\n"


def test_lock_says_that_some_options_mean_nothing(pipenv: CommandLine) -> None:
    for words in (("--dev-only",), ("--backend", "pure-python")):
        assert "means nothing" in pipenv.ok("lock", *words).stderr
    assert pipenv.locked_versions("develop") == {"loner": "0.5"}


def test_a_resolver_that_nobody_has(pipenv: CommandLine) -> None:
    for command in ("install", "lock", "update"):
        result = pipenv(command, "--resolver", "magic")
        assert (result.status, pipenv.lockfile.exists()) == (1, False)


@pytest.mark.parametrize("command", ["update", "upgrade"])
def test_update_and_upgrade_choose_a_category(pipenv: CommandLine, command: str) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\n\n[dev-packages]\nloner = "*"\n\n[docs]\n')
    pipenv.ok("lock")
    pipenv.ok(command, "leaf", "--categories", "docs", "--lock-only")
    pipenv.ok(command, "loner", "--dev", "-v", "--resolver", "pip", "--clear")
    assert pipenv.locked_versions("develop") == {"loner": "0.5"}


@pytest.mark.parametrize("command", ["update", "upgrade"])
def test_update_and_upgrade_take_what_install_takes(locked: CommandLine, command: str) -> None:
    locked.ok(
        *(command, "leaf", "--index", "loopback", "--config-settings", "a=b", "--extras", "docs"),
        *("--extra-pip-args", "--no-input", "--pypi-mirror", "https://mirror.example/simple"),
        *(("--site-packages",) if command == "upgrade" else ("--bare",)),
    )
    assert locked.locked_versions()["leaf"] in {"1.0", "2.0"}
    result = locked(command, "--index", "nobody", "leaf")
    assert result.status == 1
    result = locked(command, "-e", "./nothing-there")
    assert (result.status, "nothing-there" in result.stderr) == (1, True)


def test_upgrade_without_site_packages(locked: CommandLine) -> None:
    locked.ok("upgrade", "leaf", "--no-site-packages")


def test_upgrade_and_update_of_the_system(locked: CommandLine) -> None:
    before = locked.snapshot()
    for command in ("upgrade", "update"):
        result = locked(command, "leaf", "--system", "--python", "/nonexistent/python")
        assert (result.status, locked.snapshot()) == (1, before)
        assert "/nonexistent/python" in result.stderr


def test_shell_takes_a_mirror_and_a_python(locked: CommandLine) -> None:
    result = locked.spawn(
        *("shell", "--pypi-mirror", "https://mirror.example/simple", "--python", PYTHON),
        PIPENV_SHELL="/nonexistent/shell",
    )
    assert result.status == 1
    assert "/nonexistent/shell" in result.stderr


def test_graph_bare_shows_the_tools(locked: CommandLine) -> None:
    locked.ok("sync")
    assert "leaf==1.0" in locked.ok("graph", "--bare").stdout


def test_ignore_pipfile(locked: CommandLine) -> None:
    locked.write_pipfile('[packages]\nleaf = "==2.0"\n')
    lock = locked.lockfile.read_bytes()
    locked.ok("install", "--ignore-pipfile")
    locked.ok("install", PIPENV_IGNORE_PIPFILE="1")
    assert (locked.lockfile.read_bytes(), locked.installed()) == (lock, {"leaf": "1.0"})


def test_pre_releases_by_a_variable(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock", PIPENV_PRE="1")
    assert pipenv.locked_versions() == {"leaf": "3.0b1"}
    pipenv.ok("lock")
    assert pipenv.locked_versions() == {"leaf": "2.0"}


def test_categories_by_variables(locked: CommandLine) -> None:
    locked.ok("sync", PIPENV_CATEGORIES="dev-packages")
    assert locked.installed() == {"loner": "0.5"}
    locked.ok("sync", PIPENV_DEFAULT_CATEGORIES="packages dev-packages")
    assert locked.installed() == {"leaf": "1.0", "loner": "0.5"}
    locked.ok("remove")
    locked.ok("sync", PIPENV_DEV="yes")
    assert locked.installed() == {"leaf": "1.0", "loner": "0.5"}


def test_no_environment_in_the_project(pipenv: CommandLine) -> None:
    pipenv.ok("--python", PYTHON, PIPENV_VENV_IN_PROJECT="1")
    inside = str(pipenv.root / ".venv")
    assert pipenv.ok("--venv").stdout.strip() == inside
    assert pipenv("--venv", PIPENV_NO_VENV_IN_PROJECT="1").status == 1
    assert pipenv("--venv", PIPENV_VENV_IN_PROJECT="0").status == 1


def test_a_python_and_its_place_by_variables(pipenv: CommandLine) -> None:
    pipenv.ok("sync") if pipenv.lockfile.exists() else None
    pipenv.ok(
        "--site-packages",
        PIPENV_DEFAULT_PYTHON_VERSION=PYTHON,
        PIPENV_VIRTUALENV_COPIES="1",
        PIPENV_VENV_IN_PROJECT="1",
    )
    python = pipenv.root / ".venv" / "bin" / "python"
    assert not python.is_symlink()
    text = (pipenv.root / ".venv" / "pyvenv.cfg").read_text()
    assert "include-system-site-packages = true" in text
    pipenv.ok("remove")
    pipenv.ok(
        *("--python", PYTHON),
        PIPENV_SITE_PACKAGES="0",
        PIPENV_NO_VIRTUALENV_COPIES="1",
        PIPENV_VENV_IN_PROJECT="1",
    )
    assert python.is_symlink()
    text = (pipenv.root / ".venv" / "pyvenv.cfg").read_text()
    assert "include-system-site-packages = false" in text


@pytest.mark.parametrize("variable", ["PIPENV_HIDE_EMOJIS", "CI", "TF_BUILD"])
def test_variables_against_marks(locked: CommandLine, variable: str) -> None:
    assert "✔" in locked.ok("lock", "--clear").stderr
    assert "✔" not in locked.ok("lock", "--clear", **{variable: "true"}).stderr  # type: ignore[arg-type]


def test_variables_about_talk_are_taken(locked: CommandLine) -> None:
    for variable in ("PIPENV_NOSPIN", "PIPENV_NO_YES", "PIPENV_NO_SHELL_FANCY"):
        locked.ok("lock", "--clear", **{variable: "1"})  # type: ignore[arg-type]
    assert locked.ok("sync", PIPENV_EXTRAS="docs").stdout == ""


def test_a_machine_without_a_language_is_told(pipenv: CommandLine) -> None:
    del pipenv.environ["LANG"]
    assert "LANG is not set" in pipenv.ok("install").stderr
    assert "LANG" not in pipenv.ok("install").stderr
    pipenv.ok("remove")
    assert "LANG" not in pipenv.ok("install", LC_ALL="C.UTF-8").stderr


def test_audit_variables(audited: CommandLine) -> None:
    wanted = audited.root / "told.json"
    words = ("audit", "--output", "json")
    result = audited.ok(*words, PIPENV_OUTPUT_FILE=str(wanted), PIPENV_IGNORE="CVE-2026-1")
    assert result.stdout == ""
    assert wanted.read_text().startswith("{")


@pytest.mark.parametrize("variable", [name for name, _ in WITHOUT_MEANING])
def test_variables_without_meaning_change_nothing(locked: CommandLine, variable: str) -> None:
    plain = locked.ok("requirements")
    assert locked("requirements", **{variable: "1"}) == plain  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    [
        *[(option,) for option in ("--skip-editable", "--no-deps", "--local")],
        *[(option,) for option in ("--desc", "--aliases", "--locked", "--verbose", "--clear")],
        ("--fix", "--dry-run"),
        ("--ignore", "CVE-2026-1"),
        ("--output", "json"),
        ("--output-file", "told.txt"),
        ("--vulnerability-service", "osv"),
        ("--system",),
        ("--python", PYTHON),
        ("--pypi-mirror", "https://mirror.example/simple"),
        ("--quiet",),
    ],
)
def test_audit_takes(audited: CommandLine, words: tuple[str, ...]) -> None:
    audited.ok("audit", *words)


def test_audit_is_strict_where_it_is_told_to_be(locked: CommandLine) -> None:
    lock = locked.locked()
    lock["default"]["own"] = {"path": ".", "editable": True}
    locked.lockfile.write_text(json.dumps(lock), encoding="utf-8")
    with VulnerabilityService() as service:
        locked.environ["PIPENV_OSV_URL"] = service.url
        locked.ok("audit", "-s", "osv")
        result = locked("audit", "-s", "osv", "--strict")
    assert result.status == 1
    assert "own could not be checked" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        *[(option, "x") for option in ("--db", "--key", "--policy-file", "--project")],
        *[(option,) for option in ("--audit-and-monitor", "--disable-audit-and-monitor")],
        *[(option,) for option in ("--auto-install", "--scan")],
    ],
)
def test_check_says_what_means_nothing(locked: CommandLine, words: tuple[str, ...]) -> None:
    assert f"{words[0]} means nothing" in locked("check", *words).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--exit-code",),
        ("--use-installed",),
        ("--continue-on-error",),
        ("--categories", "packages"),
        ("--ignore", "CVE-2026-1"),
        ("--output", "json"),
        ("--save-json", "told.json"),
        ("--system",),
        ("--python", PYTHON),
        ("--pypi-mirror", "https://mirror.example/simple"),
        ("--quiet",),
        ("--verbose",),
        ("--clear",),
    ],
)
def test_check_takes(audited: CommandLine, words: tuple[str, ...]) -> None:
    result = audited.ok("check", *words)
    told = result.stderr if "json" in words else result.stdout
    assert "Passed!\n" in told


def test_clean_bare_says_nothing(locked: CommandLine) -> None:
    locked.ok("sync", "--dev")
    locked.write_pipfile('[packages]\nleaf = "<2"\n')
    locked.ok("lock")
    result = locked.ok("clean", "--bare")
    assert (result.stdout, result.stderr) == ("", "")
    assert locked.installed() == {"leaf": "1.0"}


def test_both_names_of_pips_variable_for_trusted_hosts() -> None:
    for name in ("PIP_TRUSTED_HOST", "PIP_TRUSTED_HOSTS"):
        assert trusted_hosts({name: "one.example Two.example:80"}) == {
            "one.example",
            "two.example:80",
        }


@pytest.mark.parametrize(
    "words", [("install",), ("lock",), ("sync",), ("update",), ("upgrade", "leaf")]
)
def test_common_options_of_the_commands_that_write(
    locked: CommandLine, words: tuple[str, ...]
) -> None:
    result = locked.ok(
        *(*words, "--quiet", "--clear", "--python", PYTHON),
        *("--pypi-mirror", "https://mirror.example/simple", "--extra-pip-args", "--no-input"),
    )
    assert (result.stdout, result.stderr) == ("", "")
    assert len(locked.ok(*words, "--verbose").stderr) > 0


def test_sync_all(locked: CommandLine) -> None:
    locked.ok("sync", "--all")
    assert locked.installed() == {"leaf": "1.0", "loner": "0.5"}


def test_sync_makes_an_environment_that_sees_the_system(pipenv: CommandLine) -> None:
    pipenv.lockfile.write_text('{"_meta": {"hash": {"sha256": ""}, "pipfile-spec": 6}}')
    pipenv.ok("sync", "--site-packages", PIPENV_VENV_IN_PROJECT="1")
    text = (pipenv.root / ".venv" / "pyvenv.cfg").read_text()
    assert "include-system-site-packages = true" in text


@pytest.mark.parametrize("words", [("update",), ("upgrade", "leaf")])
def test_pre_releases_of_update_and_upgrade(pipenv: CommandLine, words: tuple[str, ...]) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    pipenv.ok(*words, "--pre")
    assert pipenv.locked_versions() == {"leaf": "3.0b1"}


def test_uninstall_from_a_category(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[docs]\nleaf = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("uninstall", "--categories", "docs", "leaf")
    assert pipenv.locked()["docs"] == {}
    assert pipenv.locked_versions() == {"leaf": "2.0"}
