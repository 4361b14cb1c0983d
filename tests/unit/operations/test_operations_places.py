"""Where origins lead, as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.errors import InvalidValue
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, IndexOrigin, VcsOrigin
from pipenv.operations.places import (
    file_url,
    place_of,
    reference_to,
    repository_address,
    source_id_of,
    written_path,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pipenv.models.origins import Origin


@pytest.mark.parametrize("written", ["pkg", "./pkg", "lib/../pkg/", "file://{root}/pkg"])
def test_one_folder_has_one_place(tmp_path: Path, written: str) -> None:
    (tmp_path / "pkg").mkdir()
    text = written.format(root=tmp_path)
    expected = DirectoryOrigin(str(tmp_path / "pkg"))
    assert place_of(DirectoryOrigin(text), str(tmp_path)) == expected
    assert place_of(ArchiveOrigin(text), str(tmp_path)) == expected
    assert reference_to(DirectoryOrigin(text), str(tmp_path)) == "./pkg"


@pytest.mark.parametrize("written", ["a b.whl", "./a b.whl", "file://{root}/a%20b.whl"])
def test_one_file_has_one_place(tmp_path: Path, written: str) -> None:
    (tmp_path / "a b.whl").touch()
    text = written.format(root=tmp_path)
    expected = ArchiveOrigin(f"file://{tmp_path}/a%20b.whl")
    assert place_of(DirectoryOrigin(text), str(tmp_path)) == expected
    assert place_of(ArchiveOrigin(text), str(tmp_path)) == expected
    assert reference_to(ArchiveOrigin(text), str(tmp_path)) == "./a b.whl"


@pytest.mark.parametrize(
    ("origin", "reference"),
    [
        (IndexOrigin(), None),
        (VcsOrigin("git", "git+https://h/x", "v1"), "git+https://h/x@v1"),
        (VcsOrigin("git", "https://h/x", None, "sub"), "git+https://h/x#subdirectory=sub"),
        (VcsOrigin("git", "https://h/x", None, editable=True), "git+https://h/x"),
        (ArchiveOrigin("https://h/x.zip#egg=x"), "https://h/x.zip"),
        (ArchiveOrigin("https://h/x.zip", "sub"), "https://h/x.zip#subdirectory=sub"),
        (ArchiveOrigin("https://h/x.zip#subdirectory=sub"), "https://h/x.zip#subdirectory=sub"),
        (DirectoryOrigin("/srv/x"), "/srv/x"),
        (DirectoryOrigin("."), "."),
    ],
)
def test_what_differs_in_spelling_alone_has_one_reference(
    origin: Origin, reference: str | None
) -> None:
    assert reference_to(origin, "/project") == reference


def test_other_schemes_are_refused() -> None:
    with pytest.raises(InvalidValue, match="ftp"):
        place_of(ArchiveOrigin("ftp://user:secret@h/x.zip"), "/project")


def test_paths_in_the_project_are_written_relative() -> None:
    assert written_path("/project", "/project") == "."
    assert written_path("/project/a/b", "/project") == "./a/b"
    assert written_path("/projects/a", "/project") == "/projects/a"


def test_urls_of_files_are_quoted() -> None:
    assert file_url("/a b/é#?") == "file:///a%20b/%C3%A9%23%3F"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://h/x", "https://h/x"),
        ("https://${USER}:$PASSWORD@h/x", "https://me:p%40ss%2Fword@h/x"),
        ("https://${BOTH}@h/x", "https://me:p%40ss@h/x"),
        ("https://${USER}@h/${USER}.git", "https://me@h/me.git"),
        ("ssh://git@h/x", "ssh://git@h/x"),
        ("git@h:x/${USER}", "git@h:x/me"),
    ],
)
def test_variables_are_filled_in(written: str, expected: str) -> None:
    environ = {"USER": "me", "PASSWORD": "p@ss/word", "BOTH": "me:p@ss"}
    assert repository_address(VcsOrigin("git", written), environ) == expected


def test_variables_that_are_not_set_are_named() -> None:
    with pytest.raises(InvalidValue, match="TOKEN"):
        repository_address(VcsOrigin("git", "https://${TOKEN}@h/x"), {})


def test_names_of_content_hold_no_credentials() -> None:
    origin = VcsOrigin("git", "https://user:secret@h/x", "abc", "sub")
    assert source_id_of(origin) == "git+https://h/x@abc#sub"
