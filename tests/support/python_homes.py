"""Interpreters that are at home in a folder of the test, as the images of platforms have them."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import NamedTuple


class PythonHome(NamedTuple):
    """A prefix with an interpreter that is no virtual environment."""

    folder: Path

    @property
    def scripts(self) -> Path:
        return self.folder / "bin"

    @property
    def python(self) -> Path:
        return self.scripts / "python3"

    @property
    def site_packages(self) -> Path:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return self.folder / "lib" / f"python{version}" / "site-packages"

    def path(self, rest: str) -> str:
        """PATH with the interpreter in front of `rest`."""
        return os.pathsep.join([str(self.scripts), rest])

    def holds(self) -> set[str]:
        """The ``NAME-VERSION`` of the distributions in it."""
        return {
            entry.name.removesuffix(".dist-info")
            for entry in self.site_packages.glob("*.dist-info")
        }


def make_python_home(folder: Path) -> PythonHome:
    """Copy the running interpreter to `folder`, borrow its standard library, leave packages out."""
    home = PythonHome(folder)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    home.scripts.mkdir(parents=True)
    original = Path(sys.base_prefix, "bin", f"python{version}")
    shutil.copy2(original, home.scripts / f"python{version}")
    for name in ("python3", "python"):
        (home.scripts / name).symlink_to(f"python{version}")
    home.site_packages.mkdir(parents=True)
    for entry in os.scandir(sysconfig.get_path("stdlib")):
        if entry.name not in {"site-packages", "EXTERNALLY-MANAGED"}:
            (home.site_packages.parent / entry.name).symlink_to(entry.path)
    return home
