"""``pipenv --man``: the manual, in the system's reader."""

from __future__ import annotations

import os
import shutil
import tempfile

from pipenv.cli.dispatch import argument_adder
from pipenv.cli.reference import man_page
from pipenv.errors import RequestRefused
from pipenv.processes import run_through

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def run(context: Context) -> int:
    """Show it; the status is that of ``man``.

    Raises:
        RequestRefused: there is no ``man``.
    """
    reader = shutil.which("man", path=context.environ.get("PATH"))
    if reader is None:
        raise RequestRefused(
            "there is no `man` on PATH", hints=["`pipenv --help` tells much of it"]
        )
    with tempfile.TemporaryDirectory(prefix="pipenv-man-") as folder:
        page = os.path.join(folder, "pipenv.1")
        with open(page, "w", encoding="utf-8") as stream:
            stream.write(man_page(argument_adder))
        return run_through([reader, page], environment=context.environ)
