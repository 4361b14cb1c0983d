"""Which pins have to be installed, and why."""

from __future__ import annotations

import pytest

from pipenv.installer.plan import plan
from pipenv.models.digests import Digest
from pipenv.models.distributions import InstalledDistribution
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.models.pins import Pin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pipenv.models.origins import Origin

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "https://git.example/demo.git"


def pin(
    name: str = "demo",
    version: str | None = "1.0",
    origin: Origin = IndexOrigin(),  # noqa: B008
    digests: tuple[Digest, ...] = (),
) -> Pin:
    return Pin(name, version, (), origin, digests)


def installed(
    name: str = "demo",
    version: str = "1.0",
    direct_url: Mapping[str, object] | None = None,
    editable_project: str | None = None,
) -> InstalledDistribution:
    return InstalledDistribution(
        name,
        version,
        "/env/site",
        f"/env/site/{name}-{version}.dist-info",
        direct_url=direct_url,
        editable_project=editable_project,
    )


def reason(wanted: Pin, *present: InstalledDistribution) -> str | None:
    """Why `wanted` is installed; `None` when it is kept."""
    result = plan([wanted], present)
    assert len(result.installations) + len(result.kept) == 1
    if result.installations:
        assert result.installations[0].replaced == present
        return result.installations[0].reason
    assert result.kept[0].distribution == present[0]
    return None


def test_nothing_to_do() -> None:
    assert plan([], []) == ((), (), ())


def test_not_installed() -> None:
    assert reason(pin()) == "not installed"


@pytest.mark.parametrize("version", ["1.0", "1", "1.0.0", "v1.0"])
def test_kept_when_the_version_is_the_same(version: str) -> None:
    assert reason(pin(), installed(version=version)) is None


def test_kept_says_so() -> None:
    (kept,) = plan([pin()], [installed()]).kept
    assert kept.reason == "1.0 is installed"


@pytest.mark.parametrize("name", ["Demo.Package", "demo_package", "demo--package"])
def test_names_are_compared_in_canonical_form(name: str) -> None:
    assert reason(pin("demo-package"), installed(name)) is None


def test_other_version() -> None:
    assert reason(pin(version="2.0"), installed()) == "1.0 is installed, 2.0 is locked"


def test_local_version_counts() -> None:
    words = "1.0 is installed, 1.0+cpu is locked"
    assert reason(pin(version="1.0+cpu"), installed()) == words


@pytest.mark.parametrize(("version", "kept"), [("2004d", True), ("2004e", False)])
def test_legacy_versions_are_compared_as_texts(version: str, kept: bool) -> None:
    assert (reason(pin(version="2004d"), installed(version=version)) is None) == kept


def test_two_of_one_name() -> None:
    assert reason(pin(), installed(), installed(version="0.9")) == "installed more than once"


def test_first_pin_of_a_name_counts() -> None:
    result = plan([pin(), pin(version="2.0")], [installed()])
    assert (len(result.installations), len(result.kept)) == (0, 1)


def test_index_pin_over_a_direct_url() -> None:
    present = installed(direct_url={"url": "https://files.example/demo.whl", "archive_info": {}})
    assert reason(pin(), present) == "installed from a direct URL, locked from an index"


def test_index_pin_over_an_editable_installation() -> None:
    assert reason(pin(), installed(editable_project="/src")) == (
        "installed editable, locked from an index"
    )


# Repositories


def checkout(**changes: object) -> dict[str, object]:
    value: dict[str, object] = {
        "url": REPOSITORY,
        "vcs_info": {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"},
    }
    return value | changes


def vcs_pin(**changes: Any) -> Pin:
    origin = VcsOrigin("git", REPOSITORY, COMMIT)
    return pin(version=None, origin=origin._replace(**changes))


@pytest.mark.parametrize(
    "origin",
    [
        {},
        {"ref": "main"},
        {"ref": None},
        {"url": "https://user:${TOKEN}@git.example/demo.git"},
        {"url": REPOSITORY + "/"},
    ],
)
def test_same_checkout_is_kept(origin: dict[str, object]) -> None:
    assert reason(vcs_pin(**origin), installed(direct_url=checkout())) is None


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        ({"ref": "f" * 40}, "commit 0123456789 is installed, ffffffffff is locked"),
        ({"url": "https://git.example/other.git"}, "direct URL changed"),
        ({"vcs": "hg"}, "direct URL changed"),
        ({"subdirectory": "python"}, "subdirectory changed"),
        ({"editable": True}, "not installed editable"),
    ],
)
def test_other_checkout(origin: dict[str, object], words: str) -> None:
    assert reason(vcs_pin(**origin), installed(direct_url=checkout())) == words


def test_checkout_over_an_index_installation() -> None:
    assert reason(vcs_pin(), installed()) == "installed from an index, locked from a direct URL"


def test_checkout_over_a_broken_note() -> None:
    assert reason(vcs_pin(), installed(direct_url={"url": REPOSITORY})) == "direct URL changed"


def test_editable_checkout_is_kept() -> None:
    present = installed(direct_url=checkout(), editable_project="/src/demo")
    assert reason(vcs_pin(editable=True), present) is None


# Files


WHEEL_URL = "https://files.example/demo-1.0-py3-none-any.whl"


def archive(url: str = WHEEL_URL, sha256: str = "aa", **changes: object) -> dict[str, object]:
    return {"url": url, "archive_info": {"hashes": {"sha256": sha256}}, **changes}


@pytest.mark.parametrize(
    ("url", "digests", "note"),
    [
        (WHEEL_URL, (), archive()),
        (WHEEL_URL, (Digest("sha256", "aa"),), archive()),
        (WHEEL_URL, (Digest("sha256", "bb"), Digest("sha256", "aa")), archive()),
        (WHEEL_URL, (Digest("sha512", "bb"),), archive()),
        (WHEEL_URL, (Digest("sha256", "aa"),), {"url": WHEEL_URL, "archive_info": {}}),
        (WHEEL_URL + "#sha256=aa", (), archive()),
        ("./wheels/demo-1.0-py3-none-any.whl", (), archive(f"file:///p/wheels/{WHEEL_URL[22:]}")),
        ("../demo-1.0-py3-none-any.whl", (), archive(f"file:///p/{WHEEL_URL[22:]}")),
    ],
)
def test_same_file_is_kept(url: str, digests: tuple[Digest, ...], note: dict[str, object]) -> None:
    wanted = pin(version=None, origin=ArchiveOrigin(url), digests=digests)
    assert reason(wanted, installed(direct_url=note)) is None


@pytest.mark.parametrize(
    ("origin", "digests", "note", "words"),
    [
        (ArchiveOrigin(WHEEL_URL), (), archive("https://other.example/x"), "direct URL changed"),
        (ArchiveOrigin("./other.whl"), (), archive("file:///p/x.whl"), "direct URL changed"),
        (ArchiveOrigin(WHEEL_URL), (), checkout(url=WHEEL_URL), "direct URL changed"),
        (ArchiveOrigin(WHEEL_URL, "sub"), (), archive(), "subdirectory changed"),
        (
            ArchiveOrigin(WHEEL_URL),
            (Digest("sha256", "bb"),),
            archive(),
            "content of the direct URL changed",
        ),
    ],
)
def test_other_file(
    origin: ArchiveOrigin, digests: tuple[Digest, ...], note: dict[str, object], words: str
) -> None:
    wanted = pin(version=None, origin=origin, digests=digests)
    assert reason(wanted, installed(direct_url=note)) == words


# Folders


@pytest.mark.parametrize("path", [".", "./demo", "demo", "../work/demo", "/home/work/demo"])
def test_same_editable_folder_is_kept(path: str) -> None:
    note = {"url": "file:///home/work/demo", "dir_info": {"editable": True}}
    wanted = pin(version=None, origin=DirectoryOrigin(path, editable=True))
    present = installed(direct_url=note, editable_project="/home/work/demo")
    assert reason(wanted, present) is None


def test_other_editable_folder() -> None:
    wanted = pin(version=None, origin=DirectoryOrigin("./other", editable=True))
    assert reason(wanted, installed(editable_project="/home/demo")) == (
        "installed editable from another folder"
    )


def test_folder_that_was_not_installed_editable() -> None:
    wanted = pin(version=None, origin=DirectoryOrigin(".", editable=True))
    assert reason(wanted, installed()) == "not installed editable"


def test_folder_that_is_copied_is_always_installed_anew() -> None:
    note: dict[str, object] = {"url": "file:///home/demo", "dir_info": {}}
    wanted = pin(version=None, origin=DirectoryOrigin("."))
    assert reason(wanted, installed(direct_url=note)) == (
        "locked from a folder, whose content may have changed"
    )


# Exactness


def test_what_is_not_pinned_stays() -> None:
    assert plan([pin()], [installed(), installed("extra")]).removals == ()


def test_exact_removes_what_is_not_pinned() -> None:
    present = [installed(), installed("Extra"), installed("pip"), installed("setuptools")]
    (removal,) = plan([pin()], present, exact=True).removals
    assert (removal.distribution.name, removal.reason) == ("Extra", "not locked")


def test_exact_replaces_a_locked_tool_like_any_other() -> None:
    result = plan([pin("setuptools", "80.0")], [installed("setuptools")], exact=True)
    assert [step.reason for step in result.installations] == ["1.0 is installed, 80.0 is locked"]
    assert result.removals == ()


def test_order_of_pins_is_kept() -> None:
    names = ["zope", "alpha", "mid"]
    result = plan([pin(name) for name in names], [])
    assert [step.pin.name for step in result.installations] == names
