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
    ("PIPENV_COLORBLIND", "deprecated: NO_COLOR does the same"),
    ("PIPENV_BREAK_SYSTEM_PACKAGES", "let --system change a Python of the operating system"),
    ("PIPENV_TIMEOUT", "seconds to wait for a server, where nothing else says"),
    ("PIPENV_SHELL_RC", "what a shell that `shell` starts reads first; set by Pipenv"),
    ("PIPENV_ACTIVE", "set inside `run` and `shell`"),
    ("PIPENV_PROJECT_DIR", "set inside `run` and `shell`: the project's folder"),
)

WITHOUT_MEANING: tuple[tuple[str, str], ...] = (
    ("PIPENV_SPINNER", "there is one kind of progress line"),
    ("PIPENV_EMULATOR", "nothing depends on the terminal's name"),
    ("PIPENV_RESOLVER_TIMEOUT_S", "resolving ends by itself"),
    ("PIPENV_RESOLVE_VCS", "repositories are always resolved"),
    ("PIPENV_PREFETCH_INDEX_MANIFESTS", "it is always done"),
    ("PIPENV_VIRTUALENV_CREATOR", "environments are made without virtualenv"),
    ("PIPENV_PYUP_API_KEY", "vulnerabilities are looked up in open data"),
    ("PIPENV_KEY", "vulnerabilities are looked up in open data"),
    ("PIPENV_DB", "vulnerabilities are looked up in open data"),
    ("PIPENV_PROJECT", "nothing is sent to a scanner's makers"),
    ("PIPENV_CACHE_VERSION", "the cache knows its own"),
    ("PIP_INDEX_URL", "--index says where added packages come from, for everybody who reads it"),
    ("PIP_EXISTS_ACTION", "a checkout that was changed by hand is never overwritten"),
    ("PIP_USE_PEP517", "everything is built by its backend"),
    ("PIPENV_RESOLVER_PARENT_PYTHON", "the resolver is always in this process"),
    ("PIPENV_TEST_INDEX", "sources stand in the Pipfile"),
    ("PIPENV_INSTALL_DEPENDENCIES", "dependencies are always installed"),
)
"""Understood by upstream's releases, and why they change nothing here."""

OF_OTHERS: tuple[tuple[str, str], ...] = (
    ("WORKON_HOME", "the folder of the central environments"),
    ("XDG_DATA_HOME", "has the folder `virtualenvs`, where WORKON_HOME is not set"),
    ("XDG_CACHE_HOME", "has the cache, where PIPENV_CACHE_DIR is not set"),
    ("VIRTUAL_ENV", "the active environment, which is then the project's"),
    ("CI", "no marks before lines, and no live line"),
    ("TF_BUILD", "the same as CI"),
    ("NO_COLOR", "no colour"),
    ("FORCE_COLOR", "colour even where there is no terminal"),
    ("CLICOLOR", "0: no colour"),
    ("CLICOLOR_FORCE", "the same as FORCE_COLOR, unless it is 0"),
    ("TERM", "`dumb`: no live line and no colour"),
    ("COLUMNS", "the width to write in on a terminal"),
    ("EDITOR", "the program of `open`"),
    ("VISUAL", "the same, where EDITOR is not set"),
    ("SHELL", "the shell of `shell` and `activate`, where nothing else says"),
    ("PYENV_SHELL", "the same, where SHELL is not set"),
    ("COMSPEC", "the same on Windows"),
    ("PATHEXT", "endings of programs on Windows"),
    ("LOCALAPPDATA", "the users' programs and caches on Windows"),
    ("PYTHONHOME", "not passed on to what runs inside an environment"),
    ("PYENV_ROOT", "where pyenv keeps its Pythons"),
    ("ASDF_DATA_DIR", "where asdf keeps its Pythons"),
    ("ASDF_DIR", "the same, where ASDF_DATA_DIR is not set"),
    ("PYTHON_DOTENV_DISABLED", "the .env file is not read"),
    ("NETRC", "a file of passwords for indexes"),
    ("PIP_TRUSTED_HOSTS", "hosts of added sources that are not verified"),
    ("PIP_TRUSTED_HOST", "the same"),
    ("PIP_KEYRING_PROVIDER", "the same as PIPENV_KEYRING_PROVIDER"),
    ("PIP_CERT", "a file of certificates to trust"),
    ("PIP_CLIENT_CERT", "a certificate to show to servers"),
    ("PIP_PROXY", "the proxy to use"),
    ("PIP_RETRIES", "how often a failed request is made again"),
    ("PIP_DEFAULT_TIMEOUT", "seconds to wait for a server"),
    ("PIP_TIMEOUT", "the same"),
    ("PIP_NO_INPUT", "never ask for passwords"),
    ("PIP_SRC", "where editable repositories are checked out"),
    ("PIP_SRC_DIR", "the same"),
    ("PIP_USER", "with --system: install for this user alone"),
    ("PIP_IGNORE_INSTALLED", "with --system: install once more"),
    ("PIP_CONFIG_FILE", "pip's configuration: the index of new Pipfiles, proxy and certificates"),
    ("PIP_BUILD_ISOLATION", "0: build with what the environment has"),
    ("GIT_CONFIG", "not passed on to git"),
    ("LANG", "unset: new environments come with a warning"),
    ("POSH_THEME", "a prompt of many colours: `shell` starts as with --fancy"),
    ("MSYSTEM", "on Windows: Git's bash, which has folders of another kind"),
    ("CMDER_ROOT", "on Windows: what cmd starts with, where Cmder is the terminal"),
    ("PIP_BREAK_SYSTEM_PACKAGES", "the same as PIPENV_BREAK_SYSTEM_PACKAGES"),
)
"""Made for other programs, and honoured."""


def all_variables() -> list[tuple[str, str]]:
    """Name and meaning of every variable that counts, by name."""
    switches = [(each.variable, each.help) for each in SWITCHES if each.variable]
    return sorted([*PLACES, *OF_OTHERS, *switches])
