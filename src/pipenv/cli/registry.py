"""The table of commands: what the user types, the module that does it, one line of help."""

from __future__ import annotations

from pipenv.models.records import NamedTuple


class CommandEntry(NamedTuple):
    """One command."""

    name: str
    module: str
    """Stem below `pipenv.cli.commands`."""
    help: str
    completes: str = ""
    """What a shell may offer as the command's words: see `pipenv.cli.completing`."""


COMMANDS: tuple[CommandEntry, ...] = (
    CommandEntry("install", "install", "add packages, or install what the Pipfile asks for"),
    CommandEntry(
        "uninstall", "uninstall", "remove packages from Pipfile, lock and environment", "locked"
    ),
    CommandEntry("lock", "lock", "resolve the Pipfile and write Pipfile.lock"),
    CommandEntry("upgrade", "upgrade", "lock newer versions of some packages", "locked"),
    CommandEntry("update", "update", "lock the newest versions and install them", "locked"),
    CommandEntry("sync", "sync", "install exactly what Pipfile.lock lists"),
    CommandEntry("clean", "clean", "remove packages that Pipfile.lock does not list"),
    CommandEntry("run", "run", "run a program inside the environment", "scripts"),
    CommandEntry("graph", "graph", "show what is installed and why"),
    CommandEntry("status", "status", "tell how the project is doing"),
    CommandEntry("outdated", "outdated", "show what could be newer"),
    CommandEntry("why", "why", "tell who needs a package", "locked"),
    CommandEntry("verify", "verify", "check that Pipfile.lock belongs to the Pipfile"),
    CommandEntry("requirements", "requirements", "print the lock as a requirements file"),
    CommandEntry("audit", "audit", "look for known vulnerabilities in what is locked"),
    CommandEntry("check", "check", "check [requires], and audit (deprecated)"),
    CommandEntry(
        "cache", "cache", "show, prune or clear the cache of downloads", "=dir info prune clear key"
    ),
    CommandEntry("remove", "remove", "delete the project's environment"),
    CommandEntry(
        "env",
        "env",
        "list the environments, delete those of gone projects, adopt one",
        "=list prune adopt",
    ),
    CommandEntry("python", "python", "list the Pythons of this machine", "=list"),
    CommandEntry("shell", "shell", "start a shell inside the environment"),
    CommandEntry("activate", "activate", "print the line that activates the environment"),
    CommandEntry("scripts", "scripts", "list the scripts of the Pipfile"),
    CommandEntry(
        "completion",
        "completion",
        "print a script that completes command lines",
        "=bash zsh fish tcsh powershell",
    ),
    CommandEntry("pylock", "pylock", "show, check or make the lock as pylock.toml (PEP 751)"),
    CommandEntry("import", "importing", "take over the dependencies of pyproject.toml"),
    CommandEntry("export", "export", "print the Pipfile as pyproject.toml, or the lock for others"),
    CommandEntry("open", "open", "open an installed module in the editor"),
    CommandEntry("help", "help", "explain a command", "commands"),
)


def find_command(name: str) -> CommandEntry | None:
    """The command called `name`."""
    for entry in COMMANDS:
        if entry.name == name:
            return entry
    return None
