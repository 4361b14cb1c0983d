from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipenv.errors import UsageError, VirtualenvBroken
from pipenv.virtualenvs.location import (
    Location,
    environment_location,
    is_environment,
    python_path,
    recorded_project,
    scripts_dir,
    short_hash,
    virtualenv_home,
    virtualenv_name,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HOME = {"HOME": "/home/me"}


class Scene:
    """A project folder and a home of environments."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.home = folder / "envs"
        self.environ = {"WORKON_HOME": str(self.home)}

    @property
    def central(self) -> Path:
        return self.home / virtualenv_name(str(self.project / "Pipfile"), {})

    def make(self, path: Path) -> None:
        (path / "bin").mkdir(parents=True)
        (path / "bin" / "activate").write_text("")

    def locate(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        wanted: bool | None = None,
        platform: str = "linux",
    ) -> Location:
        return environment_location(
            project_root=str(self.project),
            pipfile_path=str(self.project / "Pipfile"),
            environ={**self.environ, **(environ or {})},
            settings_in_project=wanted,
            platform=platform,
        )


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


# names


@pytest.mark.parametrize(
    ("pipfile", "name"),
    [
        ("/srv/demo/myproj/Pipfile", "myproj-aB99EPGW"),
        ("/srv/demo/My Proj (x)/Pipfile", "My_Proj__x_-GxdJ_J4V"),
    ],
)
def test_names_are_those_that_other_programs_compute(pipfile: str, name: str) -> None:
    assert virtualenv_name(pipfile, {}) == name


@given(st.text())
def test_the_hash_is_urlsafe_base64_of_six_bytes_of_sha256(text: str) -> None:
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
    assert short_hash(text) == base64.urlsafe_b64encode(digest[:6]).decode()


def test_a_path_that_is_no_unicode_has_a_name_too() -> None:
    assert virtualenv_name("/srv/\udcff/Pipfile", {}).startswith("\udcff-")


def test_special_characters_and_length() -> None:
    special = ' &$`!*@"()[]\\\r\n\t'
    name = virtualenv_name(f"/srv/{special}/Pipfile", {})
    assert name.rpartition("-")[0] == "_" * len(special)
    assert virtualenv_name(f"/srv/{'x' * 60}/Pipfile", {}).startswith("x" * 42 + "-")
    assert virtualenv_name("/srv/it's#1/Pipfile", {}).startswith("it's#1-")


def test_the_name_of_the_pipfile_counts() -> None:
    assert virtualenv_name("/p/Pipfile", {}) != virtualenv_name("/p/Pipfile.other", {})


def test_a_project_in_the_root_folder() -> None:
    assert virtualenv_name("/Pipfile", {}) == "-" + short_hash("/Pipfile")


@pytest.mark.parametrize(
    ("python", "suffix"),
    [
        ("3.11", "-3.11"),
        ("python3", "-python3"),
        ("/usr/bin/python3", "-python3"),
        ("bin/python", "-python"),
        ("", ""),
    ],
)
def test_the_python_is_a_suffix(python: str, suffix: str) -> None:
    plain = virtualenv_name("/srv/demo/myproj/Pipfile", {})
    assert virtualenv_name("/srv/demo/myproj/Pipfile", {"PIPENV_PYTHON": python}) == plain + suffix


def test_a_custom_name_replaces_everything() -> None:
    environ = {"PIPENV_CUSTOM_VENV_NAME": "mine", "PIPENV_PYTHON": "3.11"}
    assert virtualenv_name("/srv/demo/Pipfile", environ) == "mine"


@pytest.mark.parametrize("name", ["..", ".", "a/b", "/etc", "a\nb"])
def test_a_custom_name_is_a_name(name: str) -> None:
    with pytest.raises(UsageError, match="PIPENV_CUSTOM_VENV_NAME"):
        virtualenv_name("/srv/demo/Pipfile", {"PIPENV_CUSTOM_VENV_NAME": name}, "linux")


def test_windows_names() -> None:
    path = "C:\\Users\\me\\My Proj\\Pipfile"
    name = virtualenv_name(path, {}, "win32")
    assert name == "My_Proj-" + short_hash(path)
    assert virtualenv_name("c" + path[1:], {}, "win32") == name
    suffixed = virtualenv_name(path, {"PIPENV_PYTHON": "C:\\Py\\python.exe"}, "win32")
    assert suffixed == name + "-python.exe"
    with pytest.raises(UsageError):
        virtualenv_name(path, {"PIPENV_CUSTOM_VENV_NAME": "a\\b"}, "win32")


# homes


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({}, "/home/me/.local/share/virtualenvs"),
        ({"XDG_DATA_HOME": "/data"}, "/data/virtualenvs"),
        ({"XDG_DATA_HOME": ""}, "/home/me/.local/share/virtualenvs"),
        ({"XDG_DATA_HOME": "~/data"}, "/home/me/data/virtualenvs"),
        ({"WORKON_HOME": "/envs", "XDG_DATA_HOME": "/data"}, "/envs"),
        ({"WORKON_HOME": "~"}, "/home/me"),
        ({"WORKON_HOME": "~/envs"}, "/home/me/envs"),
        ({"WORKON_HOME": "$BASE/envs", "BASE": "/b"}, "/b/envs"),
        ({"WORKON_HOME": "${BASE}envs$", "BASE": "/b/"}, "/b/envs$"),
        ({"WORKON_HOME": "$NONE/${NONE}/x"}, "$NONE/${NONE}/x"),
        ({"WORKON_HOME": "$TILDE/x", "TILDE": "~"}, "/home/me/x"),
        ({"WORKON_HOME": "/a$/b${/c"}, "/a$/b${/c"),
        ({"WORKON_HOME": "/a/%BASE%", "BASE": "b"}, "/a/%BASE%"),
    ],
)
def test_homes(environ: dict[str, str], home: str) -> None:
    assert virtualenv_home({**HOME, **environ}, "linux") == home


@pytest.mark.parametrize(
    ("environ", "home"),
    [
        ({}, "C:\\Users\\me\\.virtualenvs"),
        ({"XDG_DATA_HOME": "D:\\data"}, "C:\\Users\\me\\.virtualenvs"),
        ({"WORKON_HOME": "%BASE%\\envs", "BASE": "D:"}, "D:\\envs"),
        ({"WORKON_HOME": "100%\\envs"}, "100%\\envs"),
        ({"WORKON_HOME": "%NONE%\\%BASE%", "BASE": "b"}, "%NONE%\\b"),
        ({"WORKON_HOME": "~\\envs"}, "C:\\Users\\me\\envs"),
    ],
)
def test_homes_on_windows(environ: dict[str, str], home: str) -> None:
    assert virtualenv_home({"USERPROFILE": "C:\\Users\\me", **environ}, "win32") == home


def test_without_any_variable_there_is_still_a_home() -> None:
    assert virtualenv_home({}, "linux").endswith("/.local/share/virtualenvs")


# which rule applies


def test_the_central_environment_is_the_last_resort(scene: Scene) -> None:
    assert scene.locate() == Location(str(scene.central), "central")


def test_a_relative_home_belongs_to_the_project(scene: Scene) -> None:
    location = scene.locate({"WORKON_HOME": "../envs"})
    assert location == Location(str(scene.central), "central")


def test_the_active_environment_wins(scene: Scene) -> None:
    (scene.project / ".venv").mkdir()
    environ = {"VIRTUAL_ENV": "/active/", "PIPENV_VENV_IN_PROJECT": "1"}
    assert scene.locate(environ) == Location("/active", "active")


@pytest.mark.parametrize(
    "switch",
    [
        {"PIPENV_ACTIVE": "1"},
        {"PIPENV_IGNORE_VIRTUALENVS": "1"},
        {"PIPENV_IGNORE_VIRTUALENVS": "anything"},
        {"PIPENV_NO_IGNORE_VIRTUALENVS": "0"},
    ],
)
def test_the_active_environment_can_be_ignored(scene: Scene, switch: dict[str, str]) -> None:
    assert scene.locate({"VIRTUAL_ENV": "/active", **switch}).kind == "central"


@pytest.mark.parametrize(
    "switch",
    [{"PIPENV_ACTIVE": ""}, {"PIPENV_IGNORE_VIRTUALENVS": "No"}, {"PIPENV_NO_X": "1"}],
)
def test_a_switch_that_is_off_ignores_nothing(scene: Scene, switch: dict[str, str]) -> None:
    assert scene.locate({"VIRTUAL_ENV": "/active", **switch}).kind == "active"


def test_a_found_folder_is_used(scene: Scene) -> None:
    (scene.project / ".venv").mkdir()
    assert scene.locate() == Location(str(scene.project / ".venv"), "in-project")


def test_a_found_folder_gives_way_to_an_existing_central_environment(scene: Scene) -> None:
    (scene.project / ".venv").mkdir()
    scene.make(scene.central)
    assert scene.locate().kind == "central"
    assert scene.locate({"PIPENV_VENV_IN_PROJECT": "1"}).kind == "in-project"
    assert scene.locate(wanted=True).kind == "in-project"


@pytest.mark.parametrize("value", ["1", "true", "YES", "on", "anything"])
def test_in_project_by_variable(scene: Scene, value: str) -> None:
    expected = Location(str(scene.project / ".venv"), "in-project")
    assert scene.locate({"PIPENV_VENV_IN_PROJECT": value}, wanted=False) == expected


@pytest.mark.parametrize("value", ["0", "false", "No", "off"])
def test_not_in_project_by_variable(scene: Scene, value: str) -> None:
    (scene.project / ".venv").mkdir()
    assert scene.locate({"PIPENV_VENV_IN_PROJECT": value}, wanted=True).kind == "central"


def test_the_negative_variable_and_the_empty_one(scene: Scene) -> None:
    (scene.project / ".venv").mkdir()
    assert scene.locate({"PIPENV_NO_VENV_IN_PROJECT": "1"}).kind == "central"
    assert scene.locate({"PIPENV_VENV_IN_PROJECT": ""}).kind == "in-project"


def test_the_pipfile_decides_where_the_variable_is_silent(scene: Scene) -> None:
    assert scene.locate(wanted=True).kind == "in-project"
    (scene.project / ".venv").mkdir()
    assert scene.locate(wanted=False).kind == "central"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("named\n", "{envs}/named"),
        ("  named  ", "{envs}/named"),
        ("\ufeffnamed\r\n", "{envs}/named"),
        ("./here", "{project}/here"),
        ("../beside/it", "{parent}/beside/it"),
        ("/elsewhere/env/", "/elsewhere/env"),
        ("~/env", "/home/me/env"),
        ("mit Leer zeichen", "{envs}/mit Leer zeichen"),
    ],
)
def test_a_file_names_the_environment(scene: Scene, text: str, expected: str) -> None:
    (scene.project / ".venv").write_text(text, encoding="utf-8")
    path = expected.format(envs=scene.home, project=scene.project, parent=scene.project.parent)
    environ = {**HOME, "PIPENV_VENV_IN_PROJECT": "1"}
    assert scene.locate(environ) == Location(path, "file")


def test_an_empty_file_says_nothing(scene: Scene) -> None:
    (scene.project / ".venv").write_text(" \n")
    assert scene.locate().kind == "central"


@pytest.mark.parametrize("text", ["..", ".", "one\ntwo", "a\0b"])
def test_a_file_with_nonsense_is_an_error(scene: Scene, text: str) -> None:
    (scene.project / ".venv").write_text(text)
    with pytest.raises(VirtualenvBroken, match=r"\.venv"):
        scene.locate()


def test_windows_rules_on_any_machine() -> None:
    location = environment_location(
        project_root="C:\\work\\demo",
        pipfile_path="C:\\work\\demo\\Pipfile",
        environ={"USERPROFILE": "C:\\Users\\me"},
        platform="win32",
    )
    name = "demo-" + short_hash("C:\\work\\demo\\Pipfile")
    assert location == Location(f"C:\\Users\\me\\.virtualenvs\\{name}", "central")


def test_another_spelling_of_the_same_folder_finds_its_environment(scene: Scene) -> None:
    # A link stands for a file system that does not tell capitals from small letters.
    (scene.project.parent / "PROJECT").symlink_to(scene.project)
    made = scene.home / "PROJECT-AAAAAAAA"
    made.mkdir(parents=True)
    (made / ".project").write_text(str(scene.project.parent / "PROJECT"))
    assert scene.locate(platform="darwin") == Location(str(made), "central")
    assert scene.locate(platform="linux") == Location(str(scene.central), "central")


def test_another_project_of_that_name_is_not_ours(scene: Scene) -> None:
    made = scene.home / "Project-AAAAAAAA"
    made.mkdir(parents=True)
    (made / ".project").write_text("/elsewhere/project")
    assert scene.locate(platform="darwin") == Location(str(scene.central), "central")


# files in an environment


def test_an_environment_has_its_activation_script(tmp_path: Path) -> None:
    assert not is_environment(str(tmp_path), "linux")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "activate").write_text("")
    assert is_environment(str(tmp_path), "linux")


def test_places_inside() -> None:
    assert scripts_dir("/e", "linux") == "/e/bin"
    assert python_path("/e", "darwin") == "/e/bin/python"
    assert scripts_dir("C:\\e", "win32") == "C:\\e\\Scripts"
    assert python_path("C:\\e", "win32") == "C:\\e\\Scripts\\python.exe"


def test_the_recorded_project(tmp_path: Path) -> None:
    assert recorded_project(str(tmp_path)) is None
    (tmp_path / ".project").write_text("/srv/demo")
    assert recorded_project(str(tmp_path)) == "/srv/demo"
    (tmp_path / ".project").write_text("")
    assert recorded_project(str(tmp_path)) is None
