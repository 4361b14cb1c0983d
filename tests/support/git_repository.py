"""Git repositories made on the spot, to be cloned by ``file://``."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class GitRepository:
    """A repository with one branch, ``main``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._environ = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Author",
            "GIT_AUTHOR_EMAIL": "author@example",
            "GIT_COMMITTER_NAME": "Author",
            "GIT_COMMITTER_EMAIL": "author@example",
        }
        self.run("init", "--quiet", "--initial-branch", "main")

    @property
    def url(self) -> str:
        """The ``file:`` URL."""
        return self.folder.as_uri()

    def run(self, *arguments: str) -> str:
        """Call git in the repository; return what it says."""
        completed = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self._environ,
            capture_output=True,
            check=True,
            text=True,
        )
        return completed.stdout.strip()

    def commit(self, tag: str = "") -> str:
        """Commit whatever is in the folder; return the full commit id."""
        self.run("add", "--all")
        self.run("commit", "--quiet", "--allow-empty", "--message", "change")
        if tag:
            self.run("tag", tag)
        return self.run("rev-parse", "HEAD")
