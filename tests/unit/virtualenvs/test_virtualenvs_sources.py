from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pipenv.virtualenvs.interpreter_sources import (
    Candidate,
    Machine,
    all_candidates,
    command_candidates,
    version_hint,
)
from pipenv.virtualenvs.windows_registry import registered_pythons

if TYPE_CHECKING:
    from pathlib import Path


class Tree:
    """A machine made of files that look executable."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environ = {"HOME": str(root / "home"), "USERPROFILE": str(root / "home"), "PATH": ""}

    def add(self, path: str, *, content: str = "#!/bin/sh\nexit 1\n") -> str:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_text(content)
        full.chmod(0o755)
        return str(full)

    def link(self, path: str, target: str) -> str:
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.symlink_to(target)
        return str(full)

    def path(self, *folders: str) -> None:
        self.environ["PATH"] = ":".join(str(self.root / folder) for folder in folders)

    def machine(self, platform: str = "linux") -> Machine:
        return Machine(self.environ, str(self.root), "", platform)

    def listed(self, platform: str = "linux", minor: int | None = None) -> list[Candidate]:
        """What is found inside of the tree; the real machine has a `/usr/bin` of its own."""
        found = all_candidates(self.machine(platform), minor)
        return [candidate for candidate in found if candidate.path.startswith(str(self.root))]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/usr/bin/python3.11", (3, 11)),
        ("/usr/bin/python3", (3,)),
        ("/usr/bin/python", ()),
        ("/home/me/.pyenv/versions/3.11.7/bin/python", (3, 11, 7)),
        ("/home/me/.pyenv/versions/3.11.7/bin/python3.11", (3, 11, 7)),
        ("/uv/cpython-3.12.1-linux-x86_64-gnu/bin/python3.12", (3, 12, 1)),
        ("/usr/bin/python3.13t", (3, 13)),
        ("C:/x/Python311/python.exe", (3, 11)),
        ("/opt/pypy3.10/bin/pypy", (3, 10)),
    ],
)
def test_hints_in_paths(path: str, hint: tuple[int, ...]) -> None:
    assert version_hint(path) == hint


def test_path_comes_first_and_a_file_with_many_names_counts_once(tree: Tree) -> None:
    real = tree.add("bin/python3.11")
    tree.link("bin/python3", "python3.11")
    tree.link("other/python3.11", real)
    tree.path("bin", "other")
    assert tree.listed() == [Candidate(real, "PATH", (3, 11))]


def test_the_target_of_a_link_tells_more_than_its_name(tree: Tree) -> None:
    tree.add("versions/3.10.4/bin/python3.10")
    python = tree.link("bin/python", str(tree.root / "versions/3.10.4/bin/python3.10"))
    tree.path("bin")
    assert tree.listed() == [Candidate(python, "PATH", (3, 10, 4))]


def test_what_is_not_executable_does_not_count(tree: Tree) -> None:
    os.chmod(tree.add("bin/python3.11"), 0o644)
    (tree.root / "bin" / "python3").mkdir()
    tree.path("bin", "none", "")
    assert tree.listed() == []


def test_version_managers_are_searched_newest_first(tree: Tree) -> None:
    paths = [
        tree.add(f"home/{folder}/3.{minor}.1/bin/python")
        for folder in (
            ".pyenv/versions",
            ".asdf/installs/python",
            ".local/share/mise/installs/python",
        )
        for minor in (12, 9)
    ]
    uv = tree.add("home/.local/share/uv/python/cpython-3.13.0-linux-x86_64-gnu/bin/python")
    found = tree.listed()
    assert [candidate.path for candidate in found] == [*paths, uv]
    sources = ["pyenv", "pyenv", "asdf", "asdf", "mise", "mise", "uv"]
    assert [candidate.source for candidate in found] == sources
    assert found[-1].hint == (3, 13, 0)


def test_variables_say_where_managers_keep_their_versions(tree: Tree) -> None:
    tree.environ |= {
        "PYENV_ROOT": str(tree.root / "a"),
        "ASDF_DATA_DIR": str(tree.root / "b"),
        "MISE_DATA_DIR": str(tree.root / "c"),
        "UV_PYTHON_INSTALL_DIR": str(tree.root / "d"),
    }
    expected = [
        tree.add("a/versions/3.11.1/bin/python"),
        tree.add("b/installs/python/3.11.2/bin/python"),
        tree.add("c/installs/python/3.11.3/bin/python3"),
        tree.add("d/cpython-3.11.4-linux/bin/python"),
    ]
    assert [candidate.path for candidate in tree.listed()] == expected


def test_unusual_builds_and_other_implementations_are_marked(tree: Tree) -> None:
    for name in ("3.13.0t", "3.14-dev", "3.15.0a1", "pypy3.10-7.3.12", "miniconda3-4.7", "mine"):
        tree.add(f"home/.pyenv/versions/{name}/bin/python")
    tree.link("home/.pyenv/versions/3.13", "3.13.0t")
    found = {os.path.basename(c.path[: -len("/bin/python")]): c for c in tree.listed()}
    assert set(found) == {"3.13.0t", "3.14-dev", "3.15.0a1", "pypy3.10-7.3.12"}
    assert not any(candidate.is_usual for candidate in found.values())
    others = {name: c.implementation for name, c in found.items() if c.implementation}
    assert others == {"pypy3.10-7.3.12": "pypy"}
    assert found["pypy3.10-7.3.12"].hint == (3, 10)


def test_commands_of_other_implementations_say_which(tree: Tree) -> None:
    tree.add("bin/pypy3")
    tree.add("bin/graalpy")
    tree.path("bin")
    assert [(c.implementation, c.is_usual) for c in tree.listed()] == [
        ("pypy", False),
        ("graalpy", False),
    ]


def test_shims_are_not_taken_for_pythons(tree: Tree) -> None:
    for manager in (".pyenv", ".asdf", ".local/share/mise"):
        tree.add(f"home/{manager}/shims/python3.11")
    tree.path("home/.pyenv/shims", "home/.asdf/shims/", "home/.local/share/mise/shims")
    assert tree.listed() == []


def test_only_pyenv_on_request(tree: Tree) -> None:
    tree.add("bin/python3.11")
    mine = tree.add("home/.pyenv/versions/3.10.1/bin/python")
    tree.path("bin")
    found = all_candidates(tree.machine(), pyenv_only=True)
    assert [candidate.path for candidate in found] == [mine]


def test_the_running_interpreter_is_the_last(tree: Tree) -> None:
    running = tree.add("venv/bin/python")
    machine = tree.machine()._replace(running=running)
    assert all_candidates(machine)[-1] == Candidate(running, "running", ())


def test_windows_folders(tree: Tree) -> None:
    tree.environ |= {
        "LOCALAPPDATA": str(tree.root / "local"),
        "PROGRAMFILES": str(tree.root / "programs"),
        "PATH": f"{tree.root / 'apps'};{tree.root / 'bin'}",
    }
    tree.add("apps/python.exe", content="")
    on_path = tree.add("bin/python.exe")
    local = tree.add("local/Programs/Python/Python311/python.exe")
    programs = tree.add("programs/Python39/python.exe")
    tree.add("programs/Something/python.exe")
    pyenv = tree.add("home/.pyenv/pyenv-win/versions/3.12.1/python.exe")
    assert [(c.path, c.hint) for c in tree.listed("win32")] == [
        (on_path, ()),
        (pyenv, (3, 12, 1)),
        (local, (3, 11)),
        (programs, (3, 9)),
    ]


class Keys:
    """A registry of a dictionary: root and path → values of that key."""

    def __init__(self, content: dict[str, dict[str, str]]) -> None:
        self.content = content

    def keys(self, root: str, path: str) -> list[str]:
        start = f"{root}\\{path}\\"
        below = [key.removeprefix(start) for key in self.content if key.startswith(start)]
        return list(dict.fromkeys(name.partition("\\")[0] for name in below))

    def value(self, root: str, path: str, name: str) -> str | None:
        return self.content.get(f"{root}\\{path}", {}).get(name)


def test_the_registry_of_windows(tree: Tree) -> None:
    """PEP 514: user before machine; only PythonCore may leave out the executable's name."""
    core = tree.add("py312/python.exe")
    experimental = tree.add("py313t/python3.13t.exe")
    other = tree.add("distro/py.exe")
    tree.add("nameless/python.exe")
    old = tree.add("old/python.exe")
    mine, machine = "HKEY_CURRENT_USER\\Software", "HKEY_LOCAL_MACHINE\\Software"
    registry = Keys(
        {
            # Windows separates with the backslash; here the last one is ours to write.
            f"{machine}\\Python\\PythonCore\\3.12\\InstallPath": {"ExecutablePath": core},
            f"{machine}\\Python\\PythonCore\\3.12": {"Version": "3.12.4", "SysVersion": "3.12"},
            f"{machine}\\Python\\PythonCore\\3.6\\InstallPath": {"ExecutablePath": "/gone.exe"},
            f"{machine}\\Python\\PyLauncher\\x\\InstallPath": {"ExecutablePath": core},
            f"{machine}\\Wow6432Node\\Python\\PythonCore\\3.7-32": {"SysVersion": "3.7"},
            f"{machine}\\Wow6432Node\\Python\\PythonCore\\3.7-32\\InstallPath": {
                "ExecutablePath": old
            },
            f"{mine}\\Python\\PythonCore\\3.13t\\InstallPath": {"ExecutablePath": experimental},
            f"{mine}\\Python\\Distro\\3.11\\InstallPath": {"ExecutablePath": other},
            f"{mine}\\Python\\Nameless\\3.11\\InstallPath": {"": str(tree.root / "nameless")},
        }
    )
    found = all_candidates(tree.machine("win32")._replace(registry=registry))
    assert [(c.path, c.hint, c.is_usual) for c in found if c.source == "registry"] == [
        (experimental, (3, 13), False),
        (other, (), False),
        (core, (3, 12, 4), True),
        (old, (3, 7), True),
    ]


def test_the_standard_company_may_leave_out_the_name_of_the_executable() -> None:
    start = "HKEY_LOCAL_MACHINE\\Software\\Python\\PythonCore"
    registry = Keys({f"{start}\\3.11": {}, f"{start}\\3.11\\InstallPath": {"": "C:\\Python311\\"}})
    assert list(registered_pythons(registry)) == [
        ("PythonCore", "3.11", "C:\\Python311\\python.exe", "3.11")
    ]


def test_the_install_manager_of_windows(tree: Tree) -> None:
    tree.environ["LOCALAPPDATA"] = str(tree.root / "local")
    found = tree.add("local/Python/pythoncore-3.14-64/python.exe")
    tree.add("local/Python/bin/python.exe")
    assert [(c.path, c.source, c.hint) for c in tree.listed("win32")] == [
        (found, "pymanager", (3, 14))
    ]


def test_the_framework_of_macos_by_its_layout(tree: Tree) -> None:
    """The folder's names are versions, and one more is a link to the newest."""
    found = [
        tree.add(f"Versions/{version}/bin/python3").removesuffix("/bin/python3")
        for version in ("3.11", "3.12")
    ]
    tree.link("Versions/Current", "3.12")
    machine = tree.machine("darwin")._replace(frameworks=str(tree.root / "Versions"))
    listed = [c for c in all_candidates(machine) if c.path.startswith(str(tree.root))]
    assert [c.path.removesuffix("/bin/python3") for c in listed] == found[::-1]
    assert {c.source for c in listed} == {"system"}


# commands


def test_a_command_is_looked_up_in_order(tree: Tree) -> None:
    first, second = tree.add("one/tool"), tree.add("two/tool")
    tree.path("none", "one", "two")
    found = [candidate.path for candidate in command_candidates(tree.machine(), "tool")]
    assert found == [first, second]


def versions(tree: Tree, *names: str) -> None:
    for name in names:
        tree.add(f"home/.pyenv/versions/{name}/bin/python3")
    tree.add("home/.pyenv/shims/python3")
    tree.path("home/.pyenv/shims", "bin")


def commanded(tree: Tree) -> list[str]:
    found = command_candidates(tree.machine(), "python3")
    return [os.path.relpath(candidate.path, tree.root) for candidate in found]


def test_a_command_of_pyenv_means_its_chosen_version(tree: Tree) -> None:
    versions(tree, "3.10.4", "3.11.2", "3.11.10")
    system = tree.add("bin/python3")
    assert commanded(tree) == ["bin/python3"]
    (tree.root / "home/.pyenv/version").write_text("3.10.4\n")
    assert commanded(tree) == ["home/.pyenv/versions/3.10.4/bin/python3", "bin/python3"]
    (tree.root / ".python-version").write_text("3.11\n3.10.4\n")
    assert commanded(tree)[:2] == [
        "home/.pyenv/versions/3.11.10/bin/python3",
        "home/.pyenv/versions/3.10.4/bin/python3",
    ]
    tree.environ["PYENV_VERSION"] = "3.11.2:system"
    assert commanded(tree)[0] == "home/.pyenv/versions/3.11.2/bin/python3"
    assert os.path.exists(system)
