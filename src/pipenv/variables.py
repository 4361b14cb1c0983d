"""The environment variables that are no switches: where things are, and what others tell us.

`pipenv.settings` has those that stand for an option; `all_variables` has both.
"""

from __future__ import annotations

from pipenv.settings import SWITCHES

PLACES: tuple[tuple[str, str], ...] = (
    ("PIPENV_PIPFILE", "the Pipfile to use, wherever the command is given"),
    ("PIPENV_MAX_DEPTH", "how many folders are searched upwards for a Pipfile (10)"),
    ("PIPENV_NO_INHERIT", "search this folder alone"),
    ("PIPENV_CUSTOM_VENV_NAME", "the name of the environment's folder"),
    ("PIPENV_IGNORE_VIRTUALENVS", "use the project's environment though another is active"),
    ("PIPENV_PYENV_ONLY", "look for Pythons of pyenv alone"),
    ("PIPENV_SHELL", "the shell of `shell` and `activate`"),
    ("PIPENV_BREAK_SYSTEM_PACKAGES", "let --system change a Python of the operating system"),
    ("PIPENV_ACTIVE", "set inside `run` and `shell`"),
    ("PIPENV_PROJECT_DIR", "set inside `run` and `shell`: the project's folder"),
)

WITHOUT_MEANING: tuple[tuple[str, str], ...] = (
    ("PIPENV_SPINNER", "there is one kind of progress line"),
    ("PIPENV_COLORBLIND", "use NO_COLOR"),
    ("PIPENV_EMULATOR", "nothing depends on the terminal's name"),
    ("PIPENV_TIMEOUT", "nothing waits that long"),
    ("PIPENV_INSTALL_TIMEOUT", "nothing waits that long"),
    ("PIPENV_RESOLVER_TIMEOUT_S", "resolving ends by itself"),
    ("PIPENV_RESOLVE_VCS", "repositories are always resolved"),
    ("PIPENV_PREFETCH_INDEX_MANIFESTS", "it is always done"),
    ("PIPENV_VIRTUALENV_CREATOR", "environments are made without virtualenv"),
    ("PIPENV_PYUP_API_KEY", "vulnerabilities are looked up in open data"),
)
"""Understood by upstream's releases, and why they change nothing here."""


def all_variables() -> list[tuple[str, str]]:
    """Name and meaning of every variable that counts, by name."""
    switches = [(each.variable, each.help) for each in SWITCHES if each.variable]
    return sorted([*PLACES, *switches])
