"""``--extra-pip-args``, ``--config-settings`` and ``--index``: what pip would be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.pipfile.document import parse_pipfile
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.command_line import CommandLine


@pytest.fixture
def corp() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as served:
        served.add_wheel("ours", "1.0")
        yield served


def sources(pipenv: CommandLine) -> list[tuple[str, str, bool]]:
    found = parse_pipfile(pipenv.pipfile.read_text(encoding="utf-8")).sources
    return [(each.name, each.url, each.verify_ssl) for each in found]


@pytest.mark.parametrize("way", ["option", "variable", "pip's variable"])
def test_no_binary_is_remembered(pipenv: CommandLine, index: LoopbackIndex, way: str) -> None:
    index.add_sdist("leaf", "1.5")
    pipenv.write_pipfile("[packages]\n")
    arguments = "--no-binary leaf --no-binary=trunk"
    if way == "option":
        pipenv.ok("install", "--extra-pip-args", arguments, "leaf", "loner")
    elif way == "variable":
        pipenv.ok("install", "leaf", "loner", PIPENV_EXTRA_PIP_ARGS=arguments)
    else:
        pipenv.ok("install", "leaf", "loner", PIP_NO_BINARY="leaf,trunk")
    text = pipenv.pipfile.read_text()
    assert 'leaf = {version = "*", no_binary = true}' in text
    assert 'loner = "*"' in text
    assert pipenv.locked_versions() == {"leaf": "1.5", "loner": "0.5"}
    assert pipenv.installed() == {"leaf": "1.5", "loner": "0.5"}


def test_only_binary_hides_what_has_no_wheel(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_sdist("leaf", "9.0")
    index.add_sdist("loner", "9.0")
    pipenv.write_pipfile('[packages]\nleaf = "*"\nloner = "*"\n')
    pipenv.ok("lock", PIP_ONLY_BINARY="leaf")
    assert pipenv.locked_versions() == {"leaf": "2.0", "loner": "9.0"}
    pipenv.ok("update", "--extra-pip-args=--only-binary=:all:")
    assert pipenv.locked_versions() == {"leaf": "2.0", "loner": "0.5"}


def test_what_means_nothing_is_told_in_one_line_and_never_ours(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n\n[dev-packages]\nloner = "*"\n')
    arguments = "-d /nowhere --no-such -f https://user:secret@host.example/x --no-deps --pre"
    result = pipenv.ok("install", "--extra-pip-args", arguments)
    assert pipenv.installed() == {"leaf": "2.0"}
    (line,) = [line for line in result.stderr.splitlines() if "extra-pip-args" in line]
    assert line.endswith(
        "`--download-directory /nowhere`, `--no-such`, `--find-links` means nothing here"
    )


def test_no_cache_dir_keeps_nothing(pipenv: CommandLine, index: LoopbackIndex) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok("install", "--extra-pip-args=--no-cache-dir")
    assert pipenv.installed() == {"leaf": "2.0"}
    pipenv.ok("remove")
    index.forget_requests()
    pipenv.ok("sync")
    assert index.count("file", "leaf") == 1


def test_pre_and_ignored_options(pipenv: CommandLine, index: LoopbackIndex) -> None:
    index.add_wheel("leaf", "3.0rc1")
    pipenv.write_pipfile("[packages]\n")
    result = pipenv.ok("install", "leaf", "--extra-pip-args=--pre", "--extras", "docs",
                       "--resolver", "pip")  # fmt: skip
    assert pipenv.locked_versions() == {"leaf": "3.0rc1"}
    assert "--extras means nothing" in result.stderr


def test_an_unknown_resolver_is_an_error(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    for result in (
        pipenv("lock", "--resolver", "magic"),
        pipenv("install", PIPENV_RESOLVER="magic"),
    ):
        assert result.status == 1
        assert "there is no resolver `magic`" in result.stderr
    assert not pipenv.lockfile.exists()


def test_config_settings_reach_the_backend(pipenv: CommandLine, index: LoopbackIndex) -> None:
    backend = (
        "from factory_backend import *\n"
        "from factory_backend import build_wheel as _build\n"
        "def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):\n"
        "    raise SystemExit('told %r' % sorted(config_settings.items()))\n"
    )
    project = (
        '[build-system]\nrequires = []\nbuild-backend = "teller"\nbackend-path = ["backend"]\n'
    )
    index.add_sdist(
        "told", "1.0", static=True, pyproject=project, extra_members={"backend/teller.py": backend}
    )
    pipenv.write_pipfile('[packages]\ntold = "*"\n')
    result = pipenv("install", "--config-settings", "a=1,2", "--extra-pip-args", "-Cb=--3 -C b=4")
    assert result.status == 1
    assert "told [('a', '1,2'), ('b', ['--3', '4'])]" in result.stderr
    result = pipenv("install", "--config-settings", "nothing")
    assert result.status == 1
    assert "KEY=VALUE" in result.stderr


def test_an_index_that_is_new_becomes_a_source(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "-i", corp.url, "ours")
    assert sources(pipenv)[1:] == [("12700", corp.url, False)]
    assert 'ours = {version = "*", index = "12700"}' in pipenv.pipfile.read_text()
    pipenv.ok("install", "--index", f"{corp.url}/", "ours")
    pipenv.ok("install", "--index", "12700", "ours")
    pipenv.ok("install", "--index", index.url, "leaf")
    assert len(sources(pipenv)) == 2
    assert 'leaf = "*"' in pipenv.pipfile.read_text()
    assert pipenv.installed() == {"leaf": "2.0", "ours": "1.0"}


def test_an_index_that_is_neither_known_nor_a_url_is_an_error(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    for word in ("nobody", "ftp://host.example/simple", "https://"):
        result = pipenv("install", "-i", word, "leaf")
        assert (result.status, pipenv.snapshot()) == (1, before)
    assert "the sources are `loopback`" in pipenv("install", "-i", "nobody", "leaf").stderr


def test_pips_own_index_arguments(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    pipenv.write_pipfile("[packages]\n")
    arguments = f"-i {index.url} --extra-index-url={corp.url} --trusted-host x.example"
    pipenv.ok("install", "ours", "--extra-pip-args", arguments)
    assert [url for _, url, _ in sources(pipenv)] == [index.url, corp.url]
    result = pipenv.ok("install", "--extra-pip-args", arguments)
    assert "an index is only added together with packages" in result.stderr


def test_pip_index_url_is_no_index_option(pipenv: CommandLine, corp: LoopbackIndex) -> None:
    pipenv.write_pipfile("[packages]\n")
    pipenv.ok("install", "leaf", PIP_INDEX_URL=corp.url)
    assert len(sources(pipenv)) == 1


def test_a_new_source_of_a_trusted_host_is_not_verified(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    (pipenv.root / "r.txt").write_text("-i https://one.example/simple\nleaf\n")
    result = pipenv("install", "-r", "r.txt", "--extra-pip-args", "--retries 0 --timeout 1")
    assert result.status == 1  # there is no such host; nothing was written
    assert len(sources(pipenv)) == 1


def test_words_that_exclude_each_other(pipenv: CommandLine) -> None:
    pipenv.write_pipfile("[packages]\n")
    before = pipenv.snapshot()
    for words in (("--deploy", "leaf"), ("--categories", "default"), ("--categories=develop", "x")):
        result = pipenv("install", *words)
        assert (result.status, pipenv.snapshot()) == (1, before)


def test_categories_dev_and_all_together_with_packages(pipenv: CommandLine) -> None:
    pipenv.write_pipfile('[packages]\n\n[dev-packages]\nloner = "*"\n\n[docs]\nleaf = "<2"\n')
    pipenv.ok("lock")
    pipenv.ok("install", "--dev", "--categories", "tests", "trunk")
    assert "[tests]\ntrunk" in pipenv.pipfile.read_text()
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}
    pipenv.ok("remove")
    pipenv.ok("install", "--all", "trunk")
    assert '[packages]\ntrunk = "*"' in pipenv.pipfile.read_text()
    assert pipenv.installed() == {"leaf": "1.1", "loner": "0.5", "trunk": "1.2"}


def test_without_isolation_a_build_has_what_the_environment_has(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_sdist("odd", "1.0", build_requires=["nobody-wrote-this"])
    pipenv.write_pipfile('[packages]\nodd = "*"\n')
    assert pipenv("install").status == 1
    pipenv.ok("install", "--extra-pip-args", "--no-build-isolation")
    assert pipenv.installed() == {"odd": "1.0"}
    pipenv.ok("lock", "--clear", PIP_BUILD_ISOLATION="false")
    pipenv.ok("lock", "--clear", PIP_NO_BUILD_ISOLATION="0")
    pipenv.environ["PIPENV_CACHE_DIR"] = str(pipenv.root.parent / "other")
    assert pipenv("lock", PIP_BUILD_ISOLATION="1").status == 1
    assert pipenv("lock", PIP_NO_BUILD_ISOLATION="1").status == 1


def test_only_binary_holds_for_what_is_locked_as_well(
    pipenv: CommandLine, index: LoopbackIndex
) -> None:
    index.add_sdist("odd", "1.0")
    pipenv.write_pipfile('[packages]\nodd = "*"\n')
    pipenv.ok("lock")
    for words in ("odd", ":all:"):
        result = pipenv("sync", PIP_ONLY_BINARY=words)
        assert result.status == 1
        assert "odd" in result.stderr
    pipenv.ok("sync", PIP_ONLY_BINARY="leaf")
    assert pipenv.installed() == {"odd": "1.0"}


@pytest.mark.parametrize("command", ["update", "upgrade"])
def test_a_package_can_move_to_an_index_that_is_new(
    pipenv: CommandLine, corp: LoopbackIndex, command: str
) -> None:
    corp.add_wheel("leaf", "3.0")
    pipenv.write_pipfile('[packages]\nleaf = "*"\ntrunk = "*"\n')
    pipenv.ok("install")
    before = pipenv.snapshot()
    refused = pipenv(command, "-i", corp.url, "--lock-only", "leaf")
    assert refused.status == 1
    assert "--lock-only leaves it as it is" in refused.stderr
    assert "is not the address of an index" in pipenv(command, "-i", "ftp://x/y", "leaf").stderr
    assert pipenv(command, "-i", corp.url, "nowhere").status == 1
    assert pipenv.snapshot() == before
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    pipenv.ok(command, "-i", corp.url, "leaf")
    assert f'url = "{corp.url}"\nverify_ssl = false\nname = "12700"' in pipenv.pipfile.read_text()
    assert pipenv.locked()["default"]["leaf"]["index"] == "12700"
    assert pipenv.locked_versions()["leaf"] == "3.0"
    assert pipenv.installed()["leaf"] == ("3.0" if command == "update" else "1.1")
