"""The layers of the architecture, as data (`docs/design/architecture.md`, section 4).

A row: a package, or a module at the top of the tree → what it may import besides itself.  A value
is a package, or a single module of one (``resolver.resolution``).
"""

from __future__ import annotations

VALUES = frozenset({"models", "errors", "events"})
EDGES = frozenset({"network", "cache", "archives", "filesystem", "processes", "desks"})
DOMAIN = frozenset({"resolver", "pipfile", "lockfile"})
ENGINES = frozenset({"index", "builds", "virtualenvs", "installer"})

MAY_IMPORT: dict[str, frozenset[str]] = {
    "models": frozenset({"errors"}),  # InvalidValue; `errors` imports nothing at run time
    "errors": frozenset(),
    "events": frozenset({"models.records"}),
    "settings": frozenset({"errors", "models.records"}),
    "variables": frozenset({"settings"}),
    "resolver": VALUES,
    "pipfile": VALUES,
    "lockfile": VALUES | {"resolver.resolution"},
    "filesystem": VALUES,
    "processes": VALUES,
    "desks": frozenset({"processes"}),
    "archives": VALUES | {"filesystem", "processes"},
    "cache": VALUES | {"archives", "filesystem", "processes", "desks"},
    "network": VALUES | {"cache", "archives", "filesystem", "processes"},
    "index": VALUES | EDGES,
    "builds": VALUES | EDGES,
    "virtualenvs": VALUES | EDGES,
    "installer": VALUES | EDGES,
    "operations": VALUES | EDGES | DOMAIN | ENGINES | {"settings", "pipenv"},
    "cli": VALUES | {"operations", "settings", "variables", "pipenv"},
    "__main__": frozenset({"cli"}),
    "pipenv": frozenset(),
}
"""``pipenv`` is the top package itself: the version number."""

TYPE_ONLY_IMPORTS: dict[str, frozenset[str]] = {
    "errors": frozenset({"models"}),
    "events": frozenset({"models"}),
}
"""What a row may import for annotations only."""

EXCEPTIONS: dict[str, frozenset[str]] = {
    "cli.quick": frozenset({"virtualenvs.location"}),
    "cli.quick_run": frozenset({"virtualenvs.activation", "processes"}),
    "cli.commands.run": frozenset({"processes"}),
    "cli.commands.man": frozenset({"processes"}),
    "index.catalog": frozenset({"resolver.problem", "resolver.provider"}),
}
"""Single modules with a reason to reach further, and to what.

``cli.quick``: the questions that prompts ask, answered in a handful of modules.
``cli.commands.man``: starts the system's reader of manuals.
``cli.commands.run``: replaces this process by the user's program (section 2, rule 3).
``index.catalog``: answers the questions of the solver's protocol in the values of that protocol.
"""

FUNCTION_IMPORTS = frozenset(
    {
        "cli.main",
        "cli.console",
        "cli.dispatch",
        "operations.session",
        "processes",
        "virtualenvs.probe",
        "pipfile._toml",
        "pipfile._validation",
        "index.page_making",
        "cache.wheel_store",
        "models.records",
        "operations.beginning",
        "operations.chosen_lock",
        "operations.lock",
        "operations.lock_disagreement",
        "operations.names_here",
        "operations.policies",
        "operations.requirements_export",
        "operations.sync",
        "resolver.solver",
    }
)
"""Who may import inside functions.

``cli.main`` and ``operations.session``: the two places where objects are chosen.
``cli.dispatch`` loads the parser for lines that are not plain, ``cli.console`` what breaks lines
for a terminal.  ``processes`` and
``virtualenvs.probe`` load what it takes to start a program only when one is started;
``pipfile._toml`` picks the TOML reader that this Python has, when one is needed,
``pipfile._validation`` loads the calendar for the few Pipfiles with dates, and
``index.page_making`` a faster JSON reader when there is much to read, ``cache.wheel_store`` what
unpacks when there is something to unpack.  What most locks do without
is loaded by those that need it: the words for a failure by ``resolver.solver``, policies by
``operations.policies``, ``pylock.toml`` by ``operations.chosen_lock``,
``operations.lock_disagreement`` and ``operations.requirements_export``, the reader of places by
``operations.lock``, the text of a first Pipfile by ``operations.beginning``.  ``__import__`` and
``import_module`` inside a function are the same thing by another name.
"""

LATE_ERRORS = frozenset(
    {
        "operations.project",
        "operations.launch",
        "virtualenvs.location",
        "virtualenvs.activation",
        "processes",
    }
)
"""Modules on the path of ``run`` and ``--venv``, which load `pipenv.errors` only to raise one:
making the classes of the tree takes a tenth of such a command.
"""

COMMAND_LOADERS = frozenset({"cli.dispatch"})
"""Modules that load the module of a command, which they know only by its name."""

BANNED_STEMS = frozenset(
    {"utils", "util", "helpers", "helper", "common", "misc", "base", "core", "manager"}
)
"""Names that say nothing, so that everything fits under them."""

REPEATABLE_STEMS_IN = "cli.commands"
"""The package whose modules are named after what the user types."""

PURE: tuple[str, ...] = (
    "models",
    "resolver",
    "pipfile",
    "lockfile",
    "installer.plan",
    "index.simple_api",
    "index.admission",
    # What the single modules above are made of.
    "index._html_links",
    "index._json_decoding",
    "network.addresses",
    "archives.identity",
)
"""Packages and modules that open nothing and read no clock, environment or working directory."""

IMPURE_MODULES = frozenset(
    {
        "_thread", "asyncio", "concurrent", "ctypes", "fcntl", "fileinput", "ftplib", "getpass",
        "glob", "http", "imaplib", "io", "linecache", "logging", "mmap", "multiprocessing", "nt",
        "os", "pathlib", "platform", "posix", "random", "requests", "secrets", "select",
        "selectors", "shelve", "shutil", "signal", "site", "smtplib", "socket", "socketserver",
        "sqlite3", "ssl", "subprocess", "sysconfig", "tempfile", "threading", "time", "tarfile",
        "urllib.request", "uuid", "webbrowser", "winreg", "zipfile",
    }
)  # fmt: skip
"""Standard modules that touch the outside; pure modules import none of them."""

IMPURE_CALLS = frozenset({"open", "input", "print", "breakpoint", "exec", "eval"})
"""Built-in functions that touch the outside, or run what they are given."""

PURE_SYS_NAMES = frozenset({"intern", "maxsize", "version_info", "maxunicode"})
"""Names of `sys` that are the same for every run of one interpreter."""

CHILD_PROGRAMS = frozenset({"builds._hook_runner", "virtualenvs._probe_script"})
"""Modules that other interpreters run as programs; the rules of one place are not for them."""

ONE_PLACE: dict[str, frozenset[str]] = {
    "subprocess": frozenset({"processes"}),
    "socket": frozenset({"network.connections"}),
    "ssl": frozenset({"network.connections", "network.tls"}),
}
"""Standard module → the modules of ours that may load it (section 2, rule 3)."""

ONE_PLACE_NAMES: dict[str, frozenset[str]] = {
    "os.environ": frozenset({"cli.main"}),
    "os.getenv": frozenset(),
    "os.putenv": frozenset(),
    "sys.argv": frozenset({"cli.main"}),
    "sys.exit": frozenset({"__main__"}),
    "os._exit": frozenset({"cli.main", "__main__", "processes"}),
    "os.fork": frozenset({"processes"}),
    "os.system": frozenset(),
    "os.popen": frozenset(),
    "os.execv": frozenset({"processes"}),
    "os.execve": frozenset({"processes"}),
    "os.execvp": frozenset(),
    "os.execvpe": frozenset(),
    "os.posix_spawn": frozenset({"processes"}),
}
"""Attribute of a standard module → the modules of ours that may use it."""
