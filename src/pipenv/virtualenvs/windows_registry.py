r"""The Pythons that installers on Windows have registered (PEP 514).

``Software\Python\<company>\<tag>`` in the user's and the machine's part of the registry: what the
launcher ``py`` lists is written there.
"""

from __future__ import annotations

import sys

from pipenv.models.records import NamedTuple

if sys.platform == "win32":
    import winreg

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    class Registry(Protocol):
        """The part of a registry that is needed; a tree of dictionaries in tests."""

        def keys(self, root: str, path: str) -> Sequence[str]:
            """Names of the keys below `path`; nothing where it does not exist."""

        def value(self, root: str, path: str, name: str) -> str | None:
            """A value of `path`, whose default one has the name ``""``."""


ROOTS = (
    ("HKEY_CURRENT_USER", "Software\\Python"),
    ("HKEY_LOCAL_MACHINE", "Software\\Python"),
    ("HKEY_LOCAL_MACHINE", "Software\\Wow6432Node\\Python"),
)
"""In the order of preference: what a user has installed wins."""
_STANDARD_COMPANY = "PythonCore"
_NO_PYTHONS = "PyLauncher"


class RegisteredPython(NamedTuple):
    """One registration."""

    company: str
    tag: str
    executable: str
    version: str
    """As registered: ``3.11``, ``3.11.7``, or nothing."""


def registered_pythons(registry: Registry) -> Iterator[RegisteredPython]:
    """Yield what is registered with an executable, in the order of `ROOTS`."""
    for root, start in ROOTS:
        for company in registry.keys(root, start):
            if company == _NO_PYTHONS:
                continue  # PEP 514 keeps the name for the launcher's own settings
            for tag in registry.keys(root, f"{start}\\{company}"):
                key = f"{start}\\{company}\\{tag}"
                executable = _executable(registry, root, key, company)
                if executable:
                    version = registry.value(root, key, "Version")
                    version = version or registry.value(root, key, "SysVersion") or ""
                    if not version and company == _STANDARD_COMPANY:
                        version = tag.partition("-")[0].removesuffix("t")
                    yield RegisteredPython(company, tag, executable, version)


def _executable(registry: Registry, root: str, key: str, company: str) -> str:
    folder = key + "\\InstallPath"
    named = registry.value(root, folder, "ExecutablePath")
    if named:
        return named
    prefix = registry.value(root, folder, "")
    # Only the standard distribution may leave out what its executable is called.
    if prefix and company == _STANDARD_COMPANY:
        return prefix.rstrip("\\/") + "\\python.exe"
    return ""


if sys.platform == "win32":

    class WindowsRegistry:
        """The registry of this machine."""

        def keys(self, root: str, path: str) -> list[str]:
            """Names of the keys below `path`; nothing where it does not exist."""
            try:
                with winreg.OpenKey(getattr(winreg, root), path) as key:
                    return [winreg.EnumKey(key, n) for n in range(winreg.QueryInfoKey(key)[0])]
            except OSError:
                return []

        def value(self, root: str, path: str, name: str) -> str | None:
            """A value of `path`, whose default one has the name ``""``."""
            try:
                with winreg.OpenKey(getattr(winreg, root), path) as key:
                    found, kind = winreg.QueryValueEx(key, name)
            except OSError:
                return None
            return str(found) if kind in {winreg.REG_SZ, winreg.REG_EXPAND_SZ} else None


def this_registry() -> Registry | None:
    """The registry of this machine, if it has one."""
    if sys.platform == "win32":
        return WindowsRegistry()
    return None
