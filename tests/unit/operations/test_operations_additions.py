"""What words on a command line mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipenv.errors import UsageError
from pipenv.models.origins import ArchiveOrigin, DirectoryOrigin, VcsOrigin
from pipenv.operations.additions import Words, parse_additions

if TYPE_CHECKING:
    from pathlib import Path

    from pipenv.models.origins import Origin
    from pipenv.operations.additions import Addition


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "pyproject.toml").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "a-1.0-py3-none-any.whl").touch()
    (tmp_path / "notes.txt").touch()
    return tmp_path


def parse(root: Path, word: str, *, editable: bool = False) -> Addition:
    words = Words([] if editable else [word], [word] if editable else [], str(root), str(root))
    return parse_additions(words, index=None)[0]


@pytest.mark.parametrize(
    ("word", "name", "origin"),
    [
        ("six>=1", "six", None),
        ("six[x]; python_version > '3'", "six", None),
        ("pkg", "pkg", None),
        ("./pkg", "", DirectoryOrigin("./pkg")),
        ("pkg/", "", DirectoryOrigin("./pkg")),
        ("./pkg[x]", "", DirectoryOrigin("./pkg")),
        ("a-1.0-py3-none-any.whl", "a", DirectoryOrigin("./a-1.0-py3-none-any.whl")),
        ("git+https://h/x.git@v1#egg=x", "x", VcsOrigin("git", "https://h/x.git", "v1")),
        ("git+https://u:p@h/x", "", VcsOrigin("git", "https://u:p@h/x")),
        ("git+https://${U}:${P}@h/x@v1", "", VcsOrigin("git", "https://${U}:${P}@h/x", "v1")),
        ("git+git@h:o/x.git@v1#egg=x", "x", VcsOrigin("git", "ssh://git@h/o/x.git", "v1")),
        (
            "git+https://h/x#egg=x[a]&subdirectory=s",
            "x",
            VcsOrigin("git", "https://h/x", None, "s"),
        ),
        ("x @ git+ssh://git@h/x@v1", "x", VcsOrigin("git", "ssh://git@h/x", "v1")),
        ("x[a] @ https://h/x.zip ; python_version > '3'", "x", ArchiveOrigin("https://h/x.zip")),
        ("hg+https://h/x", "", VcsOrigin("hg", "https://h/x")),
        ("https://h/x-1.0.tar.gz", "", ArchiveOrigin("https://h/x-1.0.tar.gz")),
        (
            "https://h/x-1.0-py3-none-any.whl#sha256=ab",
            "x",
            ArchiveOrigin("https://h/x-1.0-py3-none-any.whl#sha256=ab"),
        ),
        ("https://h/x.zip#subdirectory=s&egg=x", "x", ArchiveOrigin("https://h/x.zip", "s")),
    ],
)
def test_words_are_told_apart(root: Path, word: str, name: str, origin: Origin | None) -> None:
    found = parse(root, word)
    assert (found.requirement.name, found.origin) == (name, origin)
    assert found.requirement.url is None


def test_extras_and_markers_are_kept(root: Path) -> None:
    found = parse(root, "x[b,a] @ https://h/x.zip ; python_version > '3'")
    assert found.requirement.extras == ("a", "b")
    assert str(found.requirement.marker) == "python_version > '3'"
    assert parse(root, "./pkg[B_b]").requirement.extras == ("b-b",)
    assert parse(root, "git+https://h/x#egg=x[a]").requirement.extras == ("a",)


@pytest.mark.parametrize(
    ("word", "origin"),
    [
        ("pkg", DirectoryOrigin("./pkg", editable=True)),
        ("./pkg[x]", DirectoryOrigin("./pkg", editable=True)),
        ("git+https://h/x#egg=x", VcsOrigin("git", "https://h/x", editable=True)),
        ("x @ git+https://h/x", VcsOrigin("git", "https://h/x", editable=True)),
    ],
)
def test_values_of_e_are_editable(root: Path, word: str, origin: Origin) -> None:
    assert parse(root, word, editable=True).origin == origin


def test_the_url_of_a_folder_may_be_editable(root: Path) -> None:
    found = parse(root, (root / "pkg").as_uri(), editable=True)
    assert found.origin == DirectoryOrigin("./pkg", editable=True)


@pytest.mark.parametrize(
    "word",
    [
        *("./missing", "./empty", "./notes.txt", "https://h/x.git", "git+h:x", "git+ext::sh -c x"),
        *("ssh://h/x", "ftp://h/x.zip", "git+https://h/x#egg=-e", "x @ ./pkg", "x @ git@h:x"),
        *("-r", "six >", "git://h/x"),
    ],
)
def test_what_means_nothing_is_refused(root: Path, word: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(root, word)
    assert caught.value.exit_status == 1
    assert caught.value.hints


@pytest.mark.parametrize("word", ["./a-1.0-py3-none-any.whl", "https://h/x.zip", "six-no-folder"])
def test_archives_and_names_cannot_be_editable(root: Path, word: str) -> None:
    with pytest.raises(UsageError):
        parse(root, word, editable=True)
