"""``pipenv install``: from names, from a Pipfile, from a lock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine
    from support.loopback_index import LoopbackIndex


def test_a_named_package_is_in_pipfile_lock_and_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n\n[dev-packages]\n")
    result = pipenv.ok("install", "trunk")
    assert result.stdout == ""
    assert 'trunk = "*"' in pipenv.pipfile.read_text()
    assert pipenv.locked_versions() == {"leaf": "1.1", "trunk": "1.2"}
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.2"}


def test_what_was_installed_can_be_imported(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    answer = pipenv.spawn("run", "python", "-c", "import trunk, leaf; print(trunk.__name__)")
    assert (answer.status, answer.stdout, answer.stderr) == (0, "trunk\n", "")


def test_dev_packages_go_to_their_category(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install", "--dev", "loner", "leaf")
    lock = pipenv.locked()
    assert set(lock["default"]) == {"leaf", "trunk"}
    assert set(lock["develop"]) == {"leaf", "loner"}
    assert lock["develop"]["leaf"]["version"] == lock["default"]["leaf"]["version"] == "==1.1"
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}


def test_adding_one_package_leaves_the_other_pins_alone(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("install")
    index.add_wheel("loner", "0.6")
    pipenv.ok("install", "leaf", "--clear")
    assert pipenv.locked_versions() == {"leaf": "2.0", "loner": "0.5"}


def test_nothing_to_do_asks_nobody(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    before = pipenv.snapshot()
    index.forget_requests()
    pipenv.ok("install")
    assert index.total() == 0
    assert pipenv.snapshot() == before


def test_each_page_and_metadata_file_is_asked_for_once(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n\n[dev-packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    assert index.count("page", "trunk") == 1
    assert index.count("page", "leaf") == 1
    assert index.count("metadata", "trunk") == 1
    assert index.count("file") == 0


def test_a_changed_pipfile_is_locked_again(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    pipenv.write_pipfile('[packages]\nleaf = "<2"\n')
    pipenv.ok("install")
    assert pipenv.locked_versions() == {"leaf": "1.1"}
    assert pipenv.installed() == {"leaf": "1.1"}


def test_a_package_of_another_spelling_is_not_listed_twice(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nLeaf = "<2"\n')
    pipenv.ok("install", "LEAF")
    text = pipenv.pipfile.read_text()
    assert text.count("eaf") == 1
    assert pipenv.locked_versions() == {"leaf": "1.1"}


def test_deploy_accepts_a_lock_that_belongs_to_the_pipfile(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    pipenv.ok("install", "--deploy")
    assert pipenv.installed() == {"leaf": "2.0"}


def test_deploy_refuses_a_stale_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock")
    pipenv.write_pipfile('[packages]\nleaf = "<2"\n')
    before = pipenv.snapshot()
    result = pipenv("install", "--deploy")
    assert result.status == 1
    assert "out of date" in result.stdout
    assert "Aborting deploy" in result.stderr
    assert pipenv.snapshot() == before


def test_deploy_makes_no_lock(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    result = pipenv("install", "--deploy")
    assert result.status == 1
    assert not pipenv.lockfile.exists()


def test_deploy_without_a_pipfile_says_so(pipenv: CommandLine) -> None:
    result = pipenv("install", "--deploy")
    assert result.status == 1
    assert "Pipfile" in result.stderr
    assert not pipenv.pipfile.exists()


def test_contradicting_requirements_are_explained_and_nothing_is_written(
    pipenv: CommandLine,
) -> None:
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    before = pipenv.snapshot()
    result = pipenv("install", "leaf>=2")
    assert result.status == 1
    assert "trunk" in result.stderr
    assert "leaf" in result.stderr
    assert "Traceback" not in result.stderr
    assert pipenv.snapshot() == before
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.2"}


def test_an_unknown_name_is_an_error(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    result = pipenv("install", "nobody-wrote-this")
    assert result.status == 1
    assert "nobody-wrote-this" in result.stderr
    assert pipenv.snapshot() == before


def test_a_word_that_is_no_requirement_is_an_error(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    result = pipenv("install", "leaf==")
    assert result.status == 1
    assert "leaf==" in result.stderr


def test_options_may_stand_between_packages(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "leaf", "--dev", "loner")
    assert pipenv.locked_versions("develop") == {"leaf": "2.0", "loner": "0.5"}


def test_a_file_that_was_swapped_after_locking_is_refused(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    pipenv.write_pipfile('[packages]\nloner = "*"\n')
    pipenv.ok("lock")
    lock = pipenv.locked()
    lock["default"]["loner"]["hashes"] = ["sha256:" + "0" * 64]
    import json

    pipenv.lockfile.write_text(json.dumps(lock, indent=4, sort_keys=True) + "\n")
    result = pipenv("sync")
    assert result.status == 1
    assert "loner" in result.stderr
    assert pipenv.installed() == {}


def test_a_source_distribution_is_built(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_sdist("seedling", "3.1", requires=["leaf"])
    pipenv.write_pipfile('[packages]\nseedling = "*"\n')
    pipenv.ok("install")
    assert pipenv.installed() == {"leaf": "2.0", "seedling": "3.1"}


def test_a_build_gets_its_requirements_from_the_index(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_sdist("seedling", "3.1", build_requires=["loner>=0.5"])
    pipenv.write_pipfile('[packages]\nseedling = "*"\n')
    pipenv.ok("install")
    assert pipenv.installed() == {"seedling": "3.1"}


def test_an_index_without_json_or_metadata_files_will_do(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.serves_json = False
    index.serves_metadata = False
    pipenv.write_pipfile('[packages]\ntrunk = "*"\n')
    pipenv.ok("install")
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.2"}


def test_python_of_requires_is_honoured(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[requires]\npython_version = "2.1"\n')
    result = pipenv("install")
    assert result.status == 1
    assert "2.1" in result.stderr


def test_a_python_that_is_not_there_costs_no_environment(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    assert pipenv("--python", "2.1").status == 1
    assert pipenv.installed() == {"leaf": "2.0"}


def test_an_invalid_pipfile_is_explained_with_its_line(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\nleaf = \n")
    before = pipenv.snapshot()
    result = pipenv("install")
    assert result.status == 1
    assert "line 7" in result.stderr
    assert pipenv.snapshot() == before


def test_bytecode_is_made_only_when_asked_for(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    root = Path(pipenv.ok("--venv").stdout.strip())
    assert not [*root.rglob("leaf*.pyc")]
    pipenv.ok("install", "--compile", "loner")
    assert [*root.rglob("loner/__pycache__/*.pyc")]
    pipenv.ok("uninstall", "loner")
    assert not (next(root.rglob("site-packages")) / "loner").exists()
    pipenv.ok("uninstall", "--all")
    pipenv.ok("sync", PIPENV_COMPILE="1")
    assert [*root.rglob("leaf/__pycache__/*.pyc")]
