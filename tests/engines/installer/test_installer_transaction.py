"""Installing, replacing and removing distributions in a real folder."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from pipenv.errors import FileAccessError, FileConflict, InstallError, MetadataMismatch
from pipenv.events import DistributionInstalled, DistributionRemoved, StageAdvanced
from pipenv.installer.placement import Request
from pipenv.installer.plan import InstallPlan, Removal, Step
from pipenv.installer.transaction import Options, execute, install_wheel, uninstall
from pipenv.models.distributions import InstalledDistribution
from pipenv.models.origins import IndexOrigin
from pipenv.models.pins import Pin
from support.installer_world import World, check_record, make_environment
from support.package_factory import make_wheel

DEMO = make_wheel(
    "Demo",
    "1.0",
    files={
        "demo/__init__.py": "VERSION = '1.0'\n",
        "demo/old.py": "",
        "demo/sub/deep.py": "x = 1\n",
        "demo_single.py": "y = 2\n",
    },
    data={
        "scripts/demo-tool": "#!python\nprint('tool')\n",
        "scripts/demo-shell": "#!/bin/sh\necho shell\n",
        "headers/demo.h": "int demo;\n",
        "data/share/demo/doc, with comma.txt": "read me\n",
        "platlib/demo/native.txt": "native\n",
    },
    entry_points={"console_scripts": {"demo": "demo:run"}, "gui_scripts": {"demo-gui": "demo:run"}},
)
DEMO2 = make_wheel(
    "demo",
    "2.0",
    files={"demo/__init__.py": "VERSION = '2.0'\n", "demo/new.py": "", "demo/sub/deep.py": "x = 2"},
    entry_points={"console_scripts": {"demo2": "demo:run"}},
)
OTHER = make_wheel("other", "1.0")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


# Installing


def test_everything_goes_where_it_belongs(world: World) -> None:
    report = world.install(DEMO)
    assert report.installed == (("Demo", "1.0"),)
    assert report.removed == ()
    assert world.versions() == {"demo": "1.0"}
    assert (world.site / "demo" / "sub" / "deep.py").read_text() == "x = 1\n"
    assert (world.site / "demo" / "native.txt").read_text() == "native\n"
    assert (world.root / "share" / "demo" / "doc, with comma.txt").read_text() == "read me\n"
    headers = world.root / "include" / "site" / "python3.11" / "Demo" / "demo.h"
    assert headers.read_text() == "int demo;\n"
    python = world.environment.interpreter.executable
    assert (world.bin / "demo").read_text().startswith(f"#!{python}\n")
    assert (world.bin / "demo-tool").read_text() == f"#!{python}\nprint('tool')\n"
    assert (world.bin / "demo-shell").read_text() == "#!/bin/sh\necho shell\n"
    world.check()


def test_report_counts_files_and_bytes(world: World) -> None:
    report = world.install(OTHER)
    assert report.file_count == 3  # a module, METADATA, WHEEL
    assert report.size_bytes == sum(
        len(data)
        for path, data in world.files().items()
        if path.endswith((".py", "METADATA", "WHEEL"))
    )


def test_programs_are_executable(world: World) -> None:
    world.install(DEMO)
    umask = os.umask(0)
    os.umask(umask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in world.bin.iterdir()}
    names = ("demo", "demo-gui", "demo-shell", "demo-tool")
    assert modes == dict.fromkeys(names, 0o777 & ~umask)


def test_notes_about_the_installation(world: World) -> None:
    url = {"url": "https://me:secret@files.example/d.whl", "archive_info": {"hash": None}}
    world.install(DEMO, OTHER, requested={"demo"}, direct_urls={"demo": url})
    one, other = world.one("demo"), world.one("other")
    assert (one.installer, one.requested) == ("pipenv", True)
    assert (other.installer, other.requested, other.direct_url) == ("pipenv", False, None)
    text = (Path(one.info_dir) / "direct_url.json").read_text()
    assert json.loads(text) == {
        "url": "https://files.example/d.whl",
        "archive_info": {"hash": None},
    }
    assert (Path(one.info_dir) / "REQUESTED").read_bytes() == b""
    world.check()


def test_files_are_shared_with_the_cache(world: World) -> None:
    world.install(DEMO)
    unpacked = world.unpacked(DEMO)
    if (world.site / "demo_single.py").stat().st_nlink > 1:
        assert os.path.samefile(world.site / "demo_single.py", f"{unpacked.tree}/demo_single.py")
    world.check()


def test_wheel_brings_no_notes_of_its_own(world: World) -> None:
    package = make_wheel("demo", "1.0", files={"demo-1.0.dist-info/INSTALLER": "me", "d.py": ""})
    world.install(package)
    assert world.one("demo").installer == "pipenv"
    world.check()


def test_many_files_by_two_threads(world: World) -> None:
    packages = [
        make_wheel(
            f"p{n}",
            "1",
            files={f"space/p{n}/d{d}/m{m}.py": f"{n} {d} {m}" for d in range(9) for m in range(20)},
        )
        for n in range(5)
    ]
    report = world.install(*packages)
    assert report.file_count == 5 * (180 + 2)
    world.check()


def test_events_come_in_order(world: World) -> None:
    world.install(DEMO, OTHER)
    assert world.events == [
        StageAdvanced("install", 0, "Demo"),
        StageAdvanced("install", 1, "other"),
        DistributionInstalled("Demo", "1.0"),
        DistributionInstalled("other", "1.0"),
    ]
    world.events.clear()
    world.install(OTHER, exact=True)
    assert world.events == [DistributionRemoved("demo", "1.0")]


def test_empty_plan_touches_nothing(world: World) -> None:
    before = world.files()
    assert world.install().installed == ()
    assert world.files() == before


def test_programs_run(tmp_path: Path) -> None:
    root = tmp_path / "my env"
    venv.create(root, with_pip=False, symlinks=True)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    package = make_wheel(
        "demo",
        "1.0",
        files={"demo.py": "import sys\ndef run():\n    print('ran', sys.argv[1])\n    return 7\n"},
        data={"scripts/tool": "#!python\nimport demo, sys\nprint(sys.prefix)\n"},
        entry_points={"console_scripts": {"demo": "demo:run"}},
    )
    world = World(tmp_path)
    environment = make_environment(root, str(root / "bin" / "python"))
    paths = environment.paths._replace(
        purelib=str(root / "lib" / version / "site-packages"),
        platlib=str(root / "lib" / version / "site-packages"),
    )
    environment = environment._replace(paths=paths)
    install_wheel(world.unpacked(package), environment)
    done = subprocess.run([root / "bin" / "demo", "x"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (7, "ran x\n", "")
    done = subprocess.run([root / "bin" / "tool"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{root}\n", "")


def test_bytecode_can_be_compiled(tmp_path: Path) -> None:
    world = World(tmp_path, sys.executable)
    broken = make_wheel("broken", "1", files={"broken.py": "def (:\n"})
    world.install(DEMO, broken, compile_bytecode=True)
    compiled = sorted(path.name.partition(".")[0] for path in world.site.rglob("*.pyc"))
    assert compiled == ["__init__", "deep", "demo_single", "old"]
    world.install(exact=True)
    assert set(world.files()) == {"pyvenv.cfg"}


def test_seeding_wheel_names_its_installer(world: World) -> None:
    install_wheel(
        world.unpacked(OTHER), world.environment, request=Request(requested=True, installer="seed")
    )
    assert world.one("other").installer == "seed"
    world.check()


def test_windows_layout(world: World) -> None:
    world.install(DEMO, options=Options(platform="win32"))
    assert sorted(path.name for path in world.bin.iterdir()) == [
        "demo-gui-script.py",
        "demo-gui.cmd",
        "demo-script.py",
        "demo-shell",
        "demo-tool",
        "demo.cmd",
    ]
    world.check()


# Replacing


def test_upgrade_leaves_nothing_of_the_old_version(world: World) -> None:
    world.install(DEMO)
    world.install(DEMO2)
    assert world.versions() == {"demo": "2.0"}
    assert not (world.site / "demo" / "old.py").exists()
    assert not (world.bin / "demo").exists()
    assert (world.bin / "demo2").exists()
    world.check()


def test_bytecode_of_the_old_version_goes(world: World) -> None:
    world.install(DEMO)
    cache = world.site / "demo" / "__pycache__"
    cache.mkdir()
    for name in ("old.cpython-311.pyc", "__init__.cpython-311.opt-1.pyc", "mine.cpython-311.pyc"):
        (cache / name).write_bytes(b"")
    world.install(DEMO2)
    assert [path.name for path in cache.iterdir()] == ["mine.cpython-311.pyc"]


def test_same_version_again(world: World) -> None:
    world.install(DEMO)
    (world.site / "demo" / "__init__.py").unlink()
    step = Step(Pin("demo", "1.0", (), IndexOrigin()), "damaged", (world.one("demo"),))
    execute(InstallPlan((step,), (), ()), {"demo": world.unpacked(DEMO)}, world.environment)
    world.check()


def test_two_of_one_name_become_one(world: World) -> None:
    world.install(DEMO)
    saved = {
        path: (world.root / path).read_bytes() for path in world.files() if path != "pyvenv.cfg"
    }
    uninstall(world.one("demo"), world.environment)
    world.install(DEMO2)
    for path, data in saved.items():  # as an installer leaves it that does not look
        (world.root / path).parent.mkdir(parents=True, exist_ok=True)
        if not (world.root / path).exists():
            (world.root / path).write_bytes(data)
    install_wheel(world.unpacked(DEMO2), world.environment)
    assert world.versions() == {"demo": "2.0"}
    world.check()


def test_file_that_moves_from_one_distribution_to_another(world: World) -> None:
    files = {"shared.py": "from one\n", "one.py": ""}
    world.install(make_wheel("one", "1", files=files), make_wheel("two", "1", files={"two.py": ""}))
    world.install(
        make_wheel("one", "2", files={"one.py": ""}),
        make_wheel("two", "2", files={"two.py": "", "shared.py": "from two\n"}),
    )
    assert (world.site / "shared.py").read_text() == "from two\n"
    world.check()


def test_folder_becomes_a_module(world: World) -> None:
    world.install(make_wheel("one", "1", files={"one/__init__.py": ""}))
    world.install(make_wheel("one", "2", files={"one.py": "", "one": "a file now"}))
    assert (world.site / "one").read_text() == "a file now"
    world.check()


def test_debris_of_the_same_name_is_cleared(world: World) -> None:
    info = world.site / "demo-0.9.dist-info"
    (info / "licenses").mkdir(parents=True)
    (info / "METADATA").write_text("Name: demo\n")
    (info / "licenses" / "LICENSE").write_text("")
    (world.site / "demo").mkdir()
    (world.site / "demo" / "__init__.py").write_text("half\n")
    world.install(DEMO)
    assert not info.exists()
    world.check()


def test_files_of_nobody_are_replaced(world: World) -> None:
    (world.site / "demo_single.py").write_text("left by somebody\n")
    (world.bin / "demo").symlink_to("/nowhere")
    world.install(DEMO)
    assert (world.site / "demo_single.py").read_text() == "y = 2\n"
    world.check()


def test_system_package_elsewhere_is_covered_not_removed(world: World, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dist-packages" / "demo-0.9.dist-info"
    elsewhere.mkdir(parents=True)
    (elsewhere / "METADATA").write_text("")
    system = InstalledDistribution("demo", "0.9", str(elsewhere.parent), str(elsewhere))
    step = Step(Pin("demo", "1.0", (), IndexOrigin()), "…", (system,))
    execute(InstallPlan((step,), (), ()), {"demo": world.unpacked(DEMO)}, world.environment)
    assert elsewhere.is_dir()
    with pytest.raises(InstallError, match="outside of the environment"):
        uninstall(system, world.environment)
    assert elsewhere.is_dir()
    world.check()


def test_site_folder_with_two_names(world: World) -> None:
    """Some systems have ``lib64`` as a link to ``lib``."""
    world.install(DEMO)
    (world.root / "lib64").symlink_to("lib")
    other_name = str(world.root / "lib64" / "python3.11" / "site-packages")
    one = world.one("demo")
    info_dir = os.path.join(other_name, os.path.basename(one.info_dir))
    step = Step(
        Pin("demo", "2.0", (), IndexOrigin()),
        "…",
        (one._replace(location=other_name, info_dir=info_dir),),
    )
    paths = world.environment.paths._replace(platlib=other_name)
    environment = world.environment._replace(paths=paths)
    execute(InstallPlan((step,), (), ()), {"demo": world.unpacked(DEMO2)}, environment)
    (world.root / "lib64").unlink()
    assert world.versions() == {"demo": "2.0"}
    world.check()


# Removing


def test_uninstall_leaves_nothing(world: World) -> None:
    before = (world.files(), world.folders())
    world.install(DEMO)
    report = uninstall(world.one("demo"), world.environment, report=world.events.append)
    assert report.removed == (("demo", "1.0"),)
    assert world.events[-1] == DistributionRemoved("demo", "1.0")
    assert (world.files(), world.folders()) == before


def test_uninstall_keeps_what_is_not_in_record(world: World) -> None:
    world.install(DEMO)
    (world.site / "demo" / "mine.txt").write_text("keep")
    uninstall(world.one("demo"), world.environment)
    assert set(world.files()) == {
        "pyvenv.cfg",
        "lib/python3.11/site-packages/demo/mine.txt",
    }


def test_uninstall_never_leaves_the_environment(world: World, tmp_path: Path) -> None:
    world.install(DEMO)
    outside = tmp_path / "precious.txt"
    outside.write_text("keep")
    folder = tmp_path / "precious"
    folder.mkdir()
    (folder / "x.py").write_text("keep")
    (world.site / "way-out").symlink_to(folder)
    record = Path(world.one("demo").info_dir) / "RECORD"
    relative = os.path.relpath(outside, world.site)
    with record.open("a") as stream:
        stream.write(f"{relative},,\n{outside},,\nway-out/x.py,,\n")
    uninstall(world.one("demo"), world.environment, report=world.events.append)
    assert outside.read_text() == "keep"
    assert (folder / "x.py").read_text() == "keep"
    assert world.notices() == ["record-outside"]
    assert world.versions() == {}


def test_uninstall_keeps_files_of_others(world: World) -> None:
    world.install(DEMO, OTHER)
    record = Path(world.one("demo").info_dir) / "RECORD"
    with record.open("a") as stream:
        stream.write("other/__init__.py,,\nother-1.0.dist-info/RECORD,,\n")
    uninstall(world.one("demo"), world.environment, report=world.events.append)
    assert world.notices() == ["record-shared"]
    assert world.versions() == {"other": "1.0"}
    world.check()


def test_uninstall_without_record(world: World) -> None:
    world.install(DEMO)
    one = world.one("demo")
    os.unlink(os.path.join(one.info_dir, "RECORD"))
    before = world.files()
    with pytest.raises(InstallError, match="does not list its files") as caught:
        uninstall(one, world.environment)
    assert caught.value.hints
    assert world.files() == before


def test_uninstall_of_a_distutils_file(world: World) -> None:
    (world.site / "demo-1.0-py3.11.egg-info").write_text("Name: demo\n")
    with pytest.raises(InstallError, match="does not list its files"):
        uninstall(world.one("demo"), world.environment)


def test_uninstall_of_a_legacy_installation(world: World) -> None:
    info = world.site / "demo-1.0-py3.11.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Name: demo\nVersion: 1.0\n")
    (world.site / "demo.py").write_text("")
    (info / "installed-files.txt").write_text("../demo.py\nPKG-INFO\ninstalled-files.txt\n")
    uninstall(world.one("demo"), world.environment)
    assert set(world.files()) == {"pyvenv.cfg"}
    assert not info.exists()


def test_uninstall_of_a_legacy_editable_installation(world: World, tmp_path: Path) -> None:
    source = tmp_path / "source"
    info = source / "demo.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: demo\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[console_scripts]\ndemo = demo:run\n")
    (world.site / "demo.egg-link").write_text(f"{source}\n.")
    (world.site / "easy-install.pth").write_text(f"/another\n{source}\n")
    (world.bin / "demo").write_text("#!python\n")
    uninstall(world.one("demo"), world.environment)
    assert world.files() == {
        "pyvenv.cfg": b"home = /usr\n",
        "lib/python3.11/site-packages/easy-install.pth": b"/another\n",
    }
    assert (info / "PKG-INFO").exists()


def test_uninstall_of_the_last_legacy_editable_installation(world: World, tmp_path: Path) -> None:
    info = tmp_path / "source" / "demo.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Name: demo\nVersion: 1.0\n")
    (world.site / "demo.egg-link").write_text(f"{info.parent}\n.")
    (world.site / "easy-install.pth").write_text(f"{info.parent}\n")
    uninstall(world.one("demo"), world.environment)
    assert set(world.files()) == {"pyvenv.cfg"}


def test_uninstall_of_an_egg(world: World) -> None:
    egg = world.site / "demo-1.0-py3.11.egg"
    (egg / "EGG-INFO").mkdir(parents=True)
    (egg / "EGG-INFO" / "PKG-INFO").write_text("Name: demo\nVersion: 1.0\n")
    (egg / "demo.py").write_text("")
    (world.site / "easy-install.pth").write_text("./demo-1.0-py3.11.egg\n")
    uninstall(world.one("demo"), world.environment)
    assert set(world.files()) == {"pyvenv.cfg"}
    assert not egg.exists()


def test_uninstall_of_a_modern_editable_installation(world: World) -> None:
    package = make_wheel(
        "demo",
        "1.0",
        files={
            "__editable__.demo-1.0.pth": "import __editable___demo_finder\n",
            "__editable___demo_finder.py": "",
        },
    )
    note = {"url": "file:///home/demo", "dir_info": {"editable": True}}
    world.install(package, direct_urls={"demo": note})
    assert world.one("demo").editable_project == "/home/demo"
    uninstall(world.one("demo"), world.environment)
    assert set(world.files()) == {"pyvenv.cfg"}


def test_plan_removes_and_installs_at_once(world: World) -> None:
    world.install(DEMO, OTHER)
    plan = InstallPlan((), (Removal(world.one("demo"), "…"), Removal(world.one("other"), "…")), ())
    assert len(execute(plan, {}, world.environment).removed) == 2
    assert set(world.files()) == {"pyvenv.cfg"}


# Conflicts


def conflicting(name: str, content: str) -> dict[str, str]:
    return {f"{name}/__init__.py": "", "tests/test_it.py": content}


def test_file_of_another_distribution(world: World) -> None:
    world.install(make_wheel("one", "1", files=conflicting("one", "first")))
    before = world.files()
    with pytest.raises(FileConflict, match=r"two and one both bring the file `.*test_it\.py`"):
        world.install(make_wheel("two", "1", files=conflicting("two", "second")))
    assert world.files() == before
    world.check()


def test_two_new_distributions_with_one_file(world: World) -> None:
    before = world.files()
    with pytest.raises(FileConflict, match=r"two and one both bring"):
        world.install(
            make_wheel("one", "1", files=conflicting("one", "first")),
            make_wheel("two", "1", files=conflicting("two", "second")),
        )
    assert world.files() == before


def test_two_programs_of_one_name(world: World) -> None:
    points = {"console_scripts": {"run": "one:run"}}
    world.install(make_wheel("one", "1", entry_points=points))
    points = {"console_scripts": {"run": "two:run"}}
    with pytest.raises(FileConflict, match="bin/run"):
        world.install(make_wheel("two", "1", entry_points=points))
    world.check()


@pytest.mark.parametrize("together", [True, False])
def test_same_content_is_no_conflict(world: World, together: bool) -> None:
    one = make_wheel("one", "1", files=conflicting("one", "same"))
    two = make_wheel("two", "1", files=conflicting("two", "same"))
    if together:
        world.install(one, two)
    else:
        world.install(one)
        world.install(two)
    for name in ("one", "two"):
        check_record(world.site / f"{name}-1.dist-info", world.root)
    for name, kept in (("one", True), ("two", False)):
        uninstall(world.one(name), world.environment, report=world.events.append)
        assert (world.site / "tests" / "test_it.py").exists() == kept
    assert set(world.files()) == {"pyvenv.cfg"}


def test_namespace_folders_are_no_conflict(world: World) -> None:
    world.install(make_wheel("ns.one", "1", files={"ns/one/__init__.py": ""}))
    world.install(make_wheel("ns.two", "1", files={"ns/two/__init__.py": ""}))
    world.check()
    uninstall(world.one("ns-one"), world.environment)
    assert (world.site / "ns" / "two" / "__init__.py").exists()
    world.check()


@pytest.mark.parametrize("together", [True, False])
def test_conflicts_can_be_tolerated(world: World, together: bool) -> None:
    one = make_wheel("one", "1", files=conflicting("one", "first"))
    two = make_wheel("two", "1", files=conflicting("two", "second"))
    options = Options(tolerate_conflicts=True)
    if together:
        world.install(one, two, options=options)
    else:
        world.install(one)
        world.install(two, options=options)
    assert world.notices() == ["file-conflict"]
    assert (world.site / "tests" / "test_it.py").read_text() == "first"
    world.check()  # the second does not claim it
    uninstall(world.one("two"), world.environment)
    world.check()


def test_environment_file_is_never_replaced(world: World) -> None:
    (world.root / ".project").write_text("/home/project")
    with pytest.raises(FileConflict, match="own file"):
        world.install(make_wheel("one", "1", data={"data/.project": "/evil"}))
    assert (world.root / ".project").read_text() == "/home/project"


def test_folder_where_a_file_belongs(world: World) -> None:
    (world.site / "demo_single.py").mkdir()
    with pytest.raises(FileConflict, match="the folder"):
        world.install(DEMO)


def test_file_where_a_folder_belongs(world: World) -> None:
    (world.site / "demo").write_text("a file")
    with pytest.raises(FileConflict, match="has to be a folder"):
        world.install(DEMO)
    assert (world.site / "demo").read_text() == "a file"


def test_link_out_of_the_environment_is_not_followed(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (world.site / "demo").symlink_to(outside)
    with pytest.raises(FileConflict, match="leads out"):
        world.install(DEMO)
    assert list(outside.iterdir()) == []


def test_link_inside_the_environment_is_followed(world: World) -> None:
    (world.root / "real").mkdir()
    (world.site / "demo").symlink_to(world.root / "real")
    world.install(DEMO)
    assert (world.root / "real" / "old.py").exists()


# Refusals before anything is touched


def test_wheel_of_another_version(world: World) -> None:
    step = Step(Pin("demo", "3.0", (), IndexOrigin()), "…")
    with pytest.raises(MetadataMismatch, match=r"demo 3\.0 is one of Demo 1\.0"):
        execute(InstallPlan((step,), (), ()), {"demo": world.unpacked(DEMO)}, world.environment)
    assert set(world.files()) == {"pyvenv.cfg"}


def test_wheel_of_another_project(world: World) -> None:
    step = Step(Pin("demo", None, (), IndexOrigin()), "…")
    with pytest.raises(MetadataMismatch, match=r"for demo is one of other 1\.0"):
        execute(InstallPlan((step,), (), ()), {"demo": world.unpacked(OTHER)}, world.environment)


def test_missing_wheel(world: World) -> None:
    step = Step(Pin("demo", None, (), IndexOrigin()), "…")
    with pytest.raises(InstallError, match="no wheel of demo"):
        execute(InstallPlan((step,), (), ()), {}, world.environment)


def test_cache_entry_that_vanished_meanwhile(world: World) -> None:
    unpacked = world.unpacked(DEMO)
    world.install(OTHER)
    os.unlink(f"{unpacked.tree}/demo/sub/deep.py")
    before = world.files()
    step = Step(Pin("demo", None, (), IndexOrigin()), "…")
    with pytest.raises(FileAccessError, match=r"deep\.py"):
        execute(InstallPlan((step,), (), ()), {"demo": unpacked}, world.environment)
    assert world.files() == before
    world.check()
