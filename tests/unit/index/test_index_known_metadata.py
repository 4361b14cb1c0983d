from __future__ import annotations

from pipenv.index.known_metadata import KnownMetadata, known_metadata, unpack_metadata
from pipenv.models.core_metadata import parse_metadata
from support.package_factory import metadata_text
from support.targets import linux_target, scope_of, windows_target

LINUX = scope_of(linux_target())
WINDOWS = scope_of(windows_target())


def known(*requires: str) -> KnownMetadata:
    return known_metadata(parse_metadata(metadata_text("one", "1.0", requires=requires)))


def names(metadata: KnownMetadata, extra: str = "", *, windows: bool = False) -> list[str]:
    scope = WINDOWS if windows else LINUX
    return [metadata.requires[at][0] for at in metadata.applicable(extra, scope)]


def test_markers_decide_what_applies() -> None:
    metadata = known("a", "b; sys_platform == 'win32'", "c; python_version < '3'")
    assert names(metadata) == ["a"]
    assert names(metadata, windows=True) == ["a", "b"]


def test_extras_give_what_they_add() -> None:
    metadata = known(
        "a",
        "b; extra == 'x'",
        "c; extra == 'x' and sys_platform == 'win32'",
        "d; extra == 'x' or extra == 'y'",
        "e; extra == 'x' or python_version > '3'",
        "f; python_version > '3' and (extra == 'x' or extra == 'z')",
        "g; 'x' == extra",
        "h; extra != 'x'",
    )
    assert names(metadata) == ["a", "e", "h"]
    assert names(metadata, "x") == ["b", "d", "f", "g"]
    assert names(metadata, "x", windows=True) == ["b", "c", "d", "f", "g"]
    assert names(metadata, "y") == ["d"]
    assert names(metadata, "unknown") == []


def test_extras_are_compared_in_their_canonical_form() -> None:
    assert names(known("a; extra == 'Foo_Bar'"), "foo-bar") == ["a"]


def test_answers_are_kept() -> None:
    metadata = known("A.b[Z_y,c] >=1,<2; extra == 'x'", "d @ https://index.example/d.whl")
    names(metadata, "x")
    assert metadata.is_changed
    again = unpack_metadata(metadata.packed())
    assert again is not None
    assert not again.is_changed
    assert names(again, "x") == ["a-b"]
    assert not again.is_changed
    name, extras, specifiers, _, url = again.requires[0]
    assert (name, extras, specifiers, url) == ("a-b", ("c", "z-y"), ">=1,<2", None)
    assert again.requires[1][4] == "https://index.example/d.whl"


def test_damage_is_noticed() -> None:
    packed = known("a").packed()
    assert unpack_metadata(packed[:-1]) is None
    assert unpack_metadata(b"") is None


def test_many_targets_are_bounded() -> None:
    metadata = known("a")
    for number in range(50):
        metadata.applicable("", scope_of(linux_target(f"3.11.{number}")))
    assert len(metadata.packed()) < 500
