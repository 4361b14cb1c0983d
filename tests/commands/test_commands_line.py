"""How command lines are read: where options may stand, how they may be written, what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command_line import CommandLine


@pytest.fixture
def locked(pipenv: CommandLine) -> CommandLine:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\n\n[docs]\n')
    pipenv.ok("lock")
    return pipenv


def test_shared_options_stand_before_or_behind_the_command(locked: CommandLine) -> None:
    for words in (
        ("-q", "lock"),
        ("lock", "-q"),
        ("--quiet", "lock", "--clear"),
        ("--clear", "lock", "--quiet"),
    ):
        assert locked.ok(*words).stderr == "", words


def test_options_of_a_command_do_not_stand_before_it(locked: CommandLine) -> None:
    result = locked("--dev", "sync")
    assert (result.status, result.stdout) == (2, "")


def test_ways_of_writing_one_option(locked: CommandLine) -> None:
    expected = locked.ok("requirements", "--categories", "dev-packages").stdout
    assert "loner==0.5" in expected
    for words in (
        ("--categories=dev-packages",),
        ("--cat", "dev-packages"),
        ("--cat=dev-packages",),
    ):
        assert locked.ok("requirements", *words).stdout == expected, words


def test_short_options_combine_and_take_their_value_at_once(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    (pipenv.root / "r.txt").write_text("leaf\n")
    pipenv.ok("install", "-dqrr.txt")
    assert "[dev-packages]\nleaf" in pipenv.pipfile.read_text()


def test_underscores_are_hyphens_in_names_of_options(locked: CommandLine) -> None:
    told = locked.ok("requirements", "--exclude_index", "--exclude_markers").stdout
    assert told == "leaf==2.0\n"
    assert locked("--pypi_mirror", "nowhere", "lock").status == 1
    result = locked.spawn("run", "--pypi_mirror=https://x.example/simple", "echo", "--a_b")
    assert result.stdout == "--a_b\n"


def test_two_hyphens_end_the_options(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "--dev", "--", "leaf")
    assert "[dev-packages]\nleaf" in pipenv.pipfile.read_text()
    assert pipenv("install", "--", "--dev").status == 1


def test_an_option_of_run_may_have_a_value(locked: CommandLine) -> None:
    result = locked.spawn("run", "--pypi-mirror", "https://mirror.example/simple", "echo", "hi")
    assert (result.status, result.stdout) == (0, "hi\n")
    result = locked.spawn("run", "--unknown", "echo", "hi")
    assert (result.status, result.stdout) == (0, "hi --unknown\n")


def test_help_of_a_command(pipenv: CommandLine) -> None:
    told = pipenv.ok("lock", "--help").stdout
    assert pipenv.ok("help", "lock").stdout == told
    assert pipenv.ok("lock", "-h").stdout == told
    assert "[PIPENV_PRE]" in told
    assert "not shown" not in told
    assert pipenv.ok("help").stdout == pipenv.ok().stdout
    assert pipenv("help", "lokc").status == 2


def test_what_is_nearly_right_is_proposed(pipenv: CommandLine) -> None:
    for words, proposed in (
        (("syncc",), "`sync`"),
        (("help", "syncc"), "`sync`"),
        (("lock", "--categoris"), "`--categories`"),
        (("--wher",), None),
        (("--wheer",), "`--where`"),
        (("lock", "--qwertz"), "`pipenv lock --help` lists the options"),
    ):
        result = pipenv(*words)
        if proposed is not None:
            assert (result.status, result.stdout) == (2, "")
            assert proposed in result.stderr, words


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        (("--three",), "--python 3"),
        (("--two", "install"), "--python"),
        (("install", "--three"), "--python 3"),
        (("install", "--selective-upgrade", "leaf"), "pipenv upgrade"),
        (("install", "--sequential"), "leave it out"),
        (("sync", "--sequential"), "leave it out"),
        (("install", "--keep-outdated"), "pipenv lock --keep"),
        (("update", "--keep-outdated"), "pipenv lock --keep"),
        (("graph", "-q"), "leave it out"),
        (("verify", "--quiet"), "leave it out"),
    ],
)
def test_retired_options_are_refused_with_a_hint(
    pipenv: CommandLine, words: tuple[str, ...], instead: str
) -> None:
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    result = pipenv(*words)
    assert (result.status, result.stdout, pipenv.snapshot()) == (2, "", before)
    assert "is retired" in result.stderr
    assert instead in result.stderr


def test_lock_keep_outdated_is_keep(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "==1.0"\n')
    pipenv.ok("lock")
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("lock", "--keep-outdated")
    assert pipenv.locked_versions() == {"leaf": "1.0"}


def test_options_without_effect_say_so(locked: CommandLine) -> None:
    for words, flag in (
        (("sync", "--pre"), "--pre"),
        (("update", "--skip-lock", "--lock-only", "leaf"), "--skip-lock"),
        (("upgrade", "--ignore-pipfile", "leaf"), "--ignore-pipfile"),
        (("upgrade", "-r", "x.txt", "leaf"), "--requirements"),
        (("update", "--all", "leaf"), "--all"),
    ):
        assert f"{flag} means nothing here" in locked.ok(*words).stderr, words


def test_verbose_and_quiet(locked: CommandLine) -> None:
    results = [
        locked(*words) for words in (("-v", "-q", "--where"), ("lock", "-vq"), ("-v", "lock", "-q"))
    ]
    results.append(locked("lock", PIPENV_VERBOSE="1", PIPENV_QUIET="1"))
    for result in results:
        assert (result.status, result.stdout) == (1, "")
        assert "exclude each other" in result.stderr
    assert locked.ok("lock", "-q", PIPENV_VERBOSE="1").stderr == ""
    assert locked.ok("lock", "-q", PIPENV_VERBOSITY="1").stderr == ""
    assert locked.ok("lock", "--clear", PIPENV_VERBOSITY="-1").stderr == ""


def test_site_packages_and_its_opposite_exclude_each_other(pipenv: CommandLine) -> None:
    result = pipenv("install", "--site-packages", "--no-site-packages")
    assert (result.status, result.stdout) == (2, "")
    assert "exclude each other" in result.stderr


def test_root_options_that_ask_nothing_show_the_help(pipenv: CommandLine) -> None:
    for words in (("-v",), ("-q",), ("--bare",), ("--pypi-mirror", "https://x.example/simple")):
        assert pipenv.ok(*words).stdout.startswith("usage: pipenv"), words
    assert not pipenv.pipfile.exists()


def test_options_have_variables_but_those_of_requirements(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "<2"\n\n[dev-packages]\nloner = "*"\n\n[docs]\n')
    pipenv.ok("lock", "-q")
    before = pipenv.pipfile.read_text()
    pipenv.ok("upgrade", "leaf==1.0", PIPENV_LOCK_ONLY="1")
    assert pipenv.pipfile.read_text() == before
    plain = pipenv.ok("requirements")
    assert pipenv.ok("requirements", PIPENV_DEV_ONLY="yes", PIPENV_DEV="1") == plain
    pipenv.ok("sync", PIPENV_ALL_CATEGORIES="1")
    assert set(pipenv.installed()) == {"leaf", "loner"}


def test_editables_may_be_named_by_a_variable(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    project = pipenv.root / "mine"
    project.mkdir()
    result = pipenv("install", PIPENV_EDITABLES="./mine")
    assert result.status == 1  # there is nothing that could be built
    assert "mine" in result.stderr


def test_the_command_may_be_named_by_a_variable(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("lock")
    told = pipenv.ok("verify").stdout
    assert pipenv.ok(PIPENV_COMMAND="verify").stdout == told
    assert pipenv.ok("-v", PIPENV_COMMAND="verify").stdout == told
    assert pipenv.ok("--where", PIPENV_COMMAND="verify").stdout == f"{pipenv.root}\n"
    assert pipenv("lock", "--help", PIPENV_COMMAND="verify").stdout.startswith("usage: pipenv lock")
    assert pipenv(PIPENV_COMMAND="verfy").status == 2
    result = pipenv.spawn("run", PIPENV_RUN_COMMAND="true", PIPENV_VENV_IN_PROJECT="1")
    assert result.status == 0


def test_variables_that_mean_nothing(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\n\n[dev-packages]\nloner = "*"\n')
    pipenv.ok("lock")
    result = pipenv.ok("sync", PIPENV_DEV="perhaps", PIPENV_VERBOSITY="loud")
    assert "PIPENV_DEV is ignored" in result.stderr
    assert "PIPENV_VERBOSITY is ignored" in result.stderr
    assert pipenv.installed() == {}
    result = pipenv("sync", PIPENV_MAX_RETRIES="x")
    assert result.status == 1
    assert "PIPENV_MAX_RETRIES is `x`" in result.stderr
