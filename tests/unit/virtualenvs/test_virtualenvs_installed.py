from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from pipenv.errors import InvalidValue
from pipenv.models.interpreters import InstallPaths
from pipenv.virtualenvs.installed import scan, site_directories, take_inventory
from pipenv.virtualenvs.installed_metadata import read_requires, requirement_headers

if TYPE_CHECKING:
    from pathlib import Path


def dist_info(site: Path, stem: str, **files: str) -> Path:
    folder = site / f"{stem}.dist-info"
    folder.mkdir(parents=True)
    name, _, version = stem.partition("-")
    content = {"METADATA": f"Name: {name}\nVersion: {version}\n", "RECORD": "", **files}
    for file_name, text in content.items():
        if text is not None:
            (folder / file_name).write_text(text)
    return folder


def test_names_and_versions_come_from_the_folders(tmp_path: Path) -> None:
    dist_info(tmp_path, "typing_extensions-4.9.0")
    dist_info(tmp_path, "zope.interface-5.0+local.1", REQUESTED="", INSTALLER="pipenv\n")
    (tmp_path / "typing_extensions.py").write_text("")
    (tmp_path / "something.dist-info.txt").write_text("")
    first, second = scan([str(tmp_path)])
    assert (first.name, first.key, first.version) == (
        "typing_extensions",
        "typing-extensions",
        "4.9.0",
    )
    assert first.location == str(tmp_path)
    assert first.info_dir == str(tmp_path / "typing_extensions-4.9.0.dist-info")
    assert (second.key, second.version) == ("zope-interface", "5.0+local.1")
    assert (first.requested, second.requested) == (False, True)
    assert second.installer is None
    assert scan([str(tmp_path)], with_installer=True)[1].installer == "pipenv"


def test_missing_and_empty_folders(tmp_path: Path) -> None:
    assert scan([str(tmp_path), str(tmp_path / "none")]) == []


def test_one_folder_of_two_names_is_scanned_once(tmp_path: Path) -> None:
    dist_info(tmp_path / "lib", "demo-1.0")
    (tmp_path / "lib64").symlink_to("lib")
    inventory = take_inventory([str(tmp_path / "lib"), str(tmp_path / "lib64")])
    assert [one.location for one in inventory.distributions] == [str(tmp_path / "lib")]
    assert inventory.leftovers == []


def test_the_first_folder_wins(tmp_path: Path) -> None:
    dist_info(tmp_path / "a", "Demo-2.0")
    dist_info(tmp_path / "b", "demo-1.0")
    found = scan([str(tmp_path / "a"), str(tmp_path / "b")])
    assert [(one.name, one.version) for one in found] == [("Demo", "2.0")]


@pytest.mark.parametrize("missing", ["METADATA", "RECORD"])
def test_half_installed_is_not_installed_but_told(tmp_path: Path, missing: str) -> None:
    folder = dist_info(tmp_path, "demo-1.0")
    (folder / missing).unlink()
    inventory = take_inventory([str(tmp_path)])
    assert inventory.distributions == []
    (leftover,) = inventory.leftovers
    assert (leftover.name, leftover.version, leftover.info_dir) == ("demo", "1.0", str(folder))
    assert missing in leftover.reason


def test_two_versions_in_one_folder_are_told(tmp_path: Path) -> None:
    old, new = dist_info(tmp_path, "demo-1.0"), dist_info(tmp_path, "Demo-0.9")
    os.utime(old, ns=(1, 1))
    os.utime(new, ns=(2, 2))
    inventory = take_inventory([str(tmp_path)])
    assert [one.version for one in inventory.distributions] == ["0.9"]
    assert [one.version for one in inventory.leftovers] == ["1.0"]


def test_the_debris_of_an_interrupted_removal_is_told(tmp_path: Path) -> None:
    dist_info(tmp_path, "~emo-1.0")
    inventory = take_inventory([str(tmp_path)])
    assert inventory.distributions == []
    assert inventory.leftovers[0].name == "emo"


def test_direct_urls(tmp_path: Path) -> None:
    record = {"url": "file:///srv/my%20app", "dir_info": {"editable": True}}
    dist_info(tmp_path, "app-1.0", **{"direct_url.json": json.dumps(record)})
    dist_info(tmp_path, "other-1.0", **{"direct_url.json": "not json"})
    app, other = scan([str(tmp_path)])
    assert app.direct_url == record
    assert app.editable_project == "/srv/my app"
    assert other.direct_url is None


def test_a_folder_without_a_version_is_read(tmp_path: Path) -> None:
    dist_info(
        tmp_path, "demo", METADATA="Metadata-Version: 2.1\nName: Demo\nVersion: 3\n\nVersion: 4"
    )
    (found,) = scan([str(tmp_path)])
    assert (found.name, found.version) == ("Demo", "3")


# what came before


def test_eggs_of_all_kinds(tmp_path: Path) -> None:
    (tmp_path / "one-1.0-py3.8.egg-info").write_text("Name: one\nVersion: 1.0\n")
    (tmp_path / "two-2.0.egg-info").mkdir()
    (tmp_path / "two-2.0.egg-info" / "PKG-INFO").write_text("Name: two\nVersion: 2.0\n")
    (tmp_path / "three.egg-info").mkdir()
    (tmp_path / "three.egg-info" / "PKG-INFO").write_text("Name: three\nVersion: 3.0\n")
    egg = tmp_path / "four-4.0-py3.8.egg" / "EGG-INFO"
    egg.mkdir(parents=True)
    (egg / "PKG-INFO").write_text("Name: four\nVersion: 4.0\n")
    (tmp_path / "empty.egg-info").mkdir()
    found = {one.name: one.version for one in scan([str(tmp_path)])}
    assert found == {"one": "1.0", "two": "2.0", "three": "3.0", "four": "4.0"}


def test_a_link_to_an_egg_is_an_editable_installation(tmp_path: Path) -> None:
    site, project = tmp_path / "site", tmp_path / "my project"
    site.mkdir()
    info = project / "src" / "my_app.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: my-app\nVersion: 0.1\n")
    (site / "my-app.egg-link").write_text(f"{project / 'src'}\n../\n")
    (site / "gone.egg-link").write_text("/nowhere\n.\n")
    (site / "empty.egg-link").write_text("")
    (found,) = scan([str(site)])
    assert (found.key, found.version) == ("my-app", "0.1")
    assert found.location == str(site)
    assert found.editable_project == str(project / "src")
    assert found.info_dir == str(info)


def test_folders_to_scan() -> None:
    plain = InstallPaths(
        "/e/lib/s", "/e/lib/s", "/e/bin", "/e", "/e/include", "/usr/lib/python3.11"
    )
    assert site_directories(plain) == ("/e/lib/s",)
    fedora = plain._replace(platlib="/e/lib64/s")
    assert site_directories(fedora) == ("/e/lib/s", "/e/lib64/s")
    local = "/usr/local/lib/python3.11/dist-packages"
    debian = plain._replace(purelib=local, platlib=local)
    assert site_directories(debian) == (local, "/usr/lib/python3/dist-packages")


# metadata


def test_metadata_of_today(tmp_path: Path) -> None:
    text = "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Dist: dep>=1\n\nbody\n"
    metadata = read_requires(str(dist_info(tmp_path, "demo-1.0", METADATA=text)))
    assert [str(requirement.name) for requirement in metadata.requires] == ["dep"]


def test_metadata_of_eggs(tmp_path: Path) -> None:
    info = tmp_path / "demo.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 1.1\nName: demo\nVersion: 1.0\n\nbody\n")
    (info / "requires.txt").write_text("base>=1\n\n[fast]\nquick ; python_version > '3'\n")
    metadata = read_requires(str(info))
    assert [requirement.name for requirement in metadata.requires] == ["base", "quick"]
    assert metadata.extras == ("fast",)
    assert metadata.requires[1].marker is not None
    assert metadata.requires[1].marker.mentions_extra


def test_metadata_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0-py3.8.egg-info"
    path.write_text("Metadata-Version: 1.0\nName: demo\nVersion: 1.0\n")
    assert read_requires(str(path)).name == "demo"


def test_missing_metadata_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="PKG-INFO"):
        read_requires(str(tmp_path))


def test_sections_become_markers() -> None:
    text = (
        "a\n# note\n[:os_name == 'nt']\nb\n[x:python_version < '3']\nc ; os_name == 'x'\n[x]\nd\n"
    )
    assert requirement_headers(text) == [
        "Requires-Dist: a",
        "Requires-Dist: b ; (os_name == 'nt')",
        "Provides-Extra: x",
        "Requires-Dist: c ; (os_name == 'x') and (python_version < '3') and extra == 'x'",
        "Requires-Dist: d ; extra == 'x'",
    ]
