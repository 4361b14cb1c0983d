"""What every fault must leave: a consistent environment and no debris."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.command_line import CommandLine


def insist_on_consistency(pipenv: CommandLine) -> None:
    """Every RECORD matches the disk, and nothing is left of the interrupted run."""
    folder = Path(pipenv.ok("--venv").stdout.strip())
    site = next(folder.glob("lib/python*/site-packages"))
    for info in site.glob("*.dist-info"):
        for line in (info / "RECORD").read_text(encoding="utf-8").splitlines():
            name, digest, _ = line.rsplit(",", 2)
            if (site / name).is_symlink():
                assert (site / name).is_dir(), line
                continue
            data = (site / name.strip('"')).read_bytes()
            found = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            assert digest in {"", f"sha256={found}"}, line
    assert not [*site.glob(".pipenv*"), *folder.parent.glob(".*pipenv*")]
    assert not [*pipenv.root.glob(".*pipenv-tmp*")]
    assert not [*(pipenv.root.parent / "cache" / "journals").glob("*")]
