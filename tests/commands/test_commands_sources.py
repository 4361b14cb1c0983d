"""Commands on projects with several sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.pipfile.default_source import default_source
from support.loopback_index import LoopbackIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.command_line import CommandLine


@pytest.fixture
def corp() -> Iterator[LoopbackIndex]:
    with LoopbackIndex() as served:
        served.add_wheel("tied", "1.0", requires=["inner"])
        served.add_wheel("inner", "1.0")
        served.add_wheel("only-here", "1.0")
        yield served


def write_pipfile(pipenv: CommandLine, corp: LoopbackIndex, text: str, url: str = "") -> None:
    source = f'[[source]]\nname = "corp"\nurl = "{url or corp.url}"\nverify_ssl = false\n\n'
    pipenv.write_pipfile(source + text)


def test_private_needs_are_locked_and_installed_from_their_index(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    index.add_wheel("inner", "99.0")
    text = '[packages]\ntied = {version = "*", index = "corp"}\nonly-here = "*"\nleaf = "*"\n'
    write_pipfile(pipenv, corp, text)
    pipenv.ok("lock")
    first = pipenv.lockfile.read_bytes()
    found = {name: entry.get("index") for name, entry in pipenv.locked()["default"].items()}
    assert found == {"tied": "corp", "inner": "corp", "only-here": "corp", "leaf": "loopback"}
    index.forget_requests()
    pipenv.ok("lock", "--clear")
    assert pipenv.lockfile.read_bytes() == first
    assert not index.count("page", "inner")
    pipenv.ok("sync")
    assert pipenv.installed() == {"tied": "1.0", "inner": "1.0", "only-here": "1.0", "leaf": "2.0"}
    assert not index.count("page", "inner")
    assert not index.count("page", "tied")


def test_install_search_all_sources(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    corp.add_wheel("leaf", "3.0")
    setting = "[pipenv]\ninstall_search_all_sources = true\n\n"
    write_pipfile(pipenv, corp, setting + '[packages]\nleaf = "*"\n')
    pipenv.ok("install")
    assert pipenv.locked_versions() == {"leaf": "3.0"}
    assert pipenv.installed() == {"leaf": "3.0"}
    # A locked file is good wherever it is.
    pipenv.ok("remove")
    index.add(corp.listing("leaf-3.0-py3-none-any.whl").package)  # type: ignore[union-attr]
    corp.remove("leaf-3.0-py3-none-any.whl")
    pipenv.ok("sync", PIPENV_CACHE_DIR=str(pipenv.root.parent / "another-cache"))
    assert pipenv.installed() == {"leaf": "3.0"}


def test_a_mirror_leaves_no_trace_in_the_lock(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    index.credentials = ("user", "s3cret")
    pipenv.pipfile.write_text('[packages]\ntrunk = "*"\n', encoding="utf-8")
    mirror = index.url.replace("://", "://user:s3cret@")
    pipenv.ok("lock", "--pypi-mirror", mirror)
    text = pipenv.lockfile.read_text(encoding="utf-8")
    assert "s3cret" not in text
    assert str(index.port) not in text
    assert pipenv.locked_versions() == {"leaf": "1.1", "trunk": "1.2"}
    result = pipenv.ok("sync", PIPENV_PYPI_MIRROR=mirror)
    assert "s3cret" not in result.stdout + result.stderr
    assert pipenv.installed() == {"leaf": "1.1", "trunk": "1.2"}
    # Other sources are not replaced.
    write_pipfile(pipenv, corp, '[packages]\nonly-here = "*"\n')
    index.credentials = None
    index.forget_requests()
    pipenv.ok("lock", "--pypi-mirror", f"{corp.origin}/nowhere")
    assert index.count("page", "only-here") == 1


@pytest.mark.parametrize("url", ["nonsense", "https://", "ftp://host.example/simple"])
def test_a_mirror_needs_scheme_and_host(pipenv: CommandLine, url: str) -> None:
    pipenv.write_pipfile('[packages]\nleaf = "*"\n')
    result = pipenv("lock", "--pypi-mirror", url)
    assert result.status == 1
    assert "mirror" in result.stderr
    assert not pipenv.lockfile.exists()


def test_placeholders_and_netrc(
    pipenv: CommandLine, corp: LoopbackIndex, index: LoopbackIndex
) -> None:
    corp.credentials = ("user", "s3cret")
    url = corp.url.replace("://", "://${CORP_USER}:${CORP_PASSWORD}@")
    write_pipfile(pipenv, corp, '[packages]\nonly-here = {index = "corp"}\nleaf = "*"\n', url=url)
    pipenv.ok("lock", CORP_USER="user", CORP_PASSWORD="s3cret")
    text = pipenv.lockfile.read_text(encoding="utf-8")
    assert "${CORP_PASSWORD}" in text
    assert "s3cret" not in text
    assert not any("authorization" in seen.headers for seen in index.requests)
    result = pipenv("lock", "--clear")
    assert result.status == 1
    assert "Traceback" not in result.stderr
    write_pipfile(pipenv, corp, '[packages]\nonly-here = {index = "corp"}\n')
    netrc = pipenv.root.parent / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password s3cret\n", encoding="utf-8")
    pipenv.ok("lock", "--clear", NETRC=str(netrc))


def test_a_name_on_two_sources_is_told_once(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    corp.add_wheel("leaf", "9.0")
    corp.add_wheel("trunk", "9.0")
    entries = 'trunk = "*"\nloner = "*"\nonly-here = "*"\n'
    write_pipfile(pipenv, corp, f"[packages]\n{entries}\n[dev-packages]\n{entries}")
    result = pipenv.ok("lock")
    told = "`trunk` is on `loopback`, which is used, and on `corp`"
    assert result.stderr.count(told) == 1
    assert result.stderr.count("which is used") == 1
    assert 'write index = "loopback" or "corp"' in result.stderr
    assert pipenv.locked_versions() == {
        "leaf": "1.1", "loner": "0.5", "only-here": "1.0", "trunk": "1.2",
    }  # fmt: skip
    # What nobody lists is not asked about, and nothing is asked twice.
    assert not corp.count("page", "leaf")
    asked = corp.total()
    assert told in pipenv.ok("lock").stderr
    assert corp.total() == asked
    write_pipfile(pipenv, corp, '[packages]\ntrunk = {version = "*", index = "loopback"}\n')
    assert "which is used" not in pipenv.ok("lock").stderr


@pytest.mark.parametrize("serves_json", [True, False])
@pytest.mark.parametrize("kind", ["tracks", "alternates"])
def test_a_name_that_is_known_to_be_the_same_is_not_told(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex, serves_json: bool, kind: str
) -> None:
    index.serves_json = corp.serves_json = serves_json
    corp.add_wheel("leaf", "2.0")
    getattr(corp, kind)["leaf"] = [f"{index.url}/leaf/"]
    write_pipfile(pipenv, corp, '[packages]\nleaf = "*"\n')
    assert "which is used" not in pipenv.ok("lock").stderr


def test_names_are_not_told_to_the_index_for_everybody(
    pipenv: CommandLine, index: LoopbackIndex, corp: LoopbackIndex
) -> None:
    corp.add_wheel("mine", "1.0")
    sources = [("corp", corp.url), ("public", default_source().url)]
    tables = [
        f'[[source]]\nname = "{name}"\nurl = "{url}"\nverify_ssl = true\n' for name, url in sources
    ]
    pipenv.pipfile.write_text("\n".join([*tables, '[packages]\nmine = "*"\nleaf = "*"\n']))
    pipenv.ok("lock", PIPENV_PYPI_MIRROR=index.url)
    assert index.count("page", "leaf") == 1
    assert index.count("page", "mine") == 0
    found = {name: entry["index"] for name, entry in pipenv.locked()["default"].items()}
    assert found == {"mine": "corp", "leaf": "public"}


@pytest.mark.parametrize("serves_json", [True, False])
def test_the_status_of_a_project(
    pipenv: CommandLine, index: LoopbackIndex, serves_json: bool
) -> None:
    index.serves_json = serves_json
    index.status["leaf"] = ("archived", "use twig")
    index.status["loner"] = ("active", "")
    pipenv.write_pipfile('[packages]\nleaf = "*"\nloner = "*"\n')
    result = pipenv.ok("lock")
    assert "`leaf` is archived on its index: use twig" in result.stderr
    assert "loner` is" not in result.stderr
    index.status["loner"] = ("quarantined", "malware")
    result = pipenv("lock", "--clear")
    assert result.status == 1
    assert "is in quarantine on its index: malware" in result.stderr
