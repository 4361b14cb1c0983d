"""Options that Pipenv once had: refused, with what to write instead. Loaded for refusals only."""

from __future__ import annotations

RETIRED: dict[str, str] = {
    "--three": "`--python 3` asks for a Python 3",
    "--two": "`--python VERSION` asks for a Python",
    "--selective-upgrade": "`pipenv upgrade NAME` moves NAME and only what must move with it",
    "--sequential": "leave it out: the order of installing makes no difference any more",
    "--keep-outdated": "`pipenv lock --keep`, or `keep_outdated = true` in [pipenv], keeps them",
    "--concurrent": "leave it out: it is always so",
    "--unused": "`pipenv why NAME` tells who needs a package",
    "--style": "`pipenv run` runs the tool of your choice",
    "--jumbotron": "leave it out",
    "--no-interactive": "leave it out, or set PIPENV_YES=1 to answer yes to every question",
    "--ignore-compatibility": "leave it out: the lock is for all platforms",
    "--safe": "leave it out",
    "--dont-upgrade": "`pipenv lock --keep` keeps them",
}
"""Option → what to do."""

_SILENT_ALREADY = "leave it out: this command says no more than what it is asked for"
RETIRED_OF: dict[tuple[str, str], str] = {
    ("graph", "-q"): _SILENT_ALREADY,
    ("graph", "--quiet"): _SILENT_ALREADY,
    ("verify", "-q"): _SILENT_ALREADY,
    ("verify", "--quiet"): _SILENT_ALREADY,
}
"""The same for options that only one command has lost."""


def instead_of(option: str, command: str) -> str | None:
    """What to do instead of giving `option` to `command`; `None` for one that never was."""
    name = option.partition("=")[0]
    return RETIRED_OF.get((command, name)) or RETIRED.get(name)
