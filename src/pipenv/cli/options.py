"""The options of the command line, declared once and shared by the commands that take them.

Every option stores under the field of `pipenv.settings` that it sets, so that flag, environment
variable and Pipfile key cannot drift apart.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence


class Option(NamedTuple):
    """One option: its spellings, the settings field it fills and what it does."""

    flags: tuple[str, ...]
    field: str
    help: str
    metavar: str | None = None
    """`None` for a switch that takes no value."""
    stored: object = True
    """What a switch stores."""
    repeats: bool = False
    is_hidden: bool = False
    """Understood for old callers, and shown nowhere."""
    deprecated: str = ""
    """What to write instead; it works still, and says so."""
    completes: str = ""
    """What a shell may offer as the value: see `pipenv.cli.completing`."""


NOT_SHOWN = "not shown"
"""The help of an option that no help text lists."""

VERBOSE = Option(("-v", "--verbose"), "verbose", "say more; show tracebacks")
QUIET = Option(("-q", "--quiet"), "quiet", "say nothing unless something fails")
CLEAR = Option(("--clear",), "clear", "ask the indexes again, whatever the cache knows")
OFFLINE = Option(("--offline",), "offline", "ask nobody: use what the cache has")
PYTHON = Option(
    ("--python",), "python", "the Python of the environment", "VERSION", completes="files"
)
MIRROR = Option(("--pypi-mirror",), "pypi_mirror", "use this URL instead of PyPI", "URL")
SITE_PACKAGES = Option(
    ("--site-packages",), "site_packages", "let the environment see the system's packages"
)
NO_SITE_PACKAGES = Option(
    ("--no-site-packages",), "site_packages", "keep the system's packages out", stored=False
)
PRE = Option(("--pre",), "pre", "allow pre-releases")
DEV = Option(("-d", "--dev"), "dev", "the development packages (too)")
CATEGORIES = Option(
    ("--categories",),
    "categories",
    "package categories, comma or space separated",
    "LIST",
    completes="categories",
)
DEPLOY = Option(("--deploy",), "deploy", "fail unless Pipfile.lock is up to date")
IGNORE_PIPFILE = Option(
    ("--ignore-pipfile",), "ignore_pipfile", "install from Pipfile.lock whatever the Pipfile says"
)
EDITABLE = Option(
    ("-e", "--editable"),
    "editables",
    "a local project or repository, as editable",
    "PATH",
    repeats=True,
    completes="files",
)
INDEX = Option(
    ("-i", "--index"),
    "index",
    "name or URL of the index to add from",
    "INDEX",
    completes="sources",
)

REQUIREMENTS = Option(
    ("-r", "--requirements"),
    "requirementstxt",
    "import a file of requirements, or the one at a URL",
    "FILE",
    repeats=True,
    completes="files",
)

EXTRA_PIP_ARGS = Option(
    ("--extra-pip-args",), "extra_pip_args", "arguments that pip would be given", "ARGUMENTS"
)
RESOLVER = Option(("--resolver",), "resolver", "only `pip` is known", "NAME", completes="=pip")
EXTRAS = Option(("--extras",), "extras", "means nothing: use --categories", "LIST")
CONFIG_SETTINGS = Option(
    ("--config-settings",),
    "config_settings",
    "what build backends are told",
    "KEY=VALUE",
    repeats=True,
)
VERBATIM = frozenset({*EXTRA_PIP_ARGS.flags, *CONFIG_SETTINGS.flags})
"""Options whose value is the next word even where that looks like an option."""
FOR_PIP: tuple[Option, ...] = (EXTRA_PIP_ARGS, RESOLVER)

AS_OF = Option(
    ("--as-of",), "as_of", "leave out what was uploaded after this date (or date and time)", "DATE"
)
RESOLUTION = Option(
    ("--resolution",),
    "resolution",
    "versions to prefer: highest, lowest, or lowest-direct for what the Pipfile lists",
    "WHICH",
    completes="=highest lowest lowest-direct",
)
KEEP = Option(
    ("--keep", "--keep-outdated"),
    "keep_outdated",
    "versions of the present lock stay unless they must move",
)

ALL = Option(("--all",), "all_categories", "every category of the Pipfile")
SYSTEM = Option(("--system",), "system", "use the system's Python instead of an environment")
BARE = Option(("--bare",), "bare", "leave out the closing message")
LOCK_ONLY = Option(("--lock-only",), "lock_only", "change Pipfile.lock, not the Pipfile")
OUTDATED = Option(("--outdated",), "outdated", "only tell what could be newer")
DRY_RUN = Option(("--dry-run",), "dry_run", "only tell what would change")
YES = Option(("-y", "--yes"), "yes", "answer yes to every question")
COMPILE = Option(("--compile",), "compile_bytecode", "compile what is installed to bytecode")
CLEAN = Option(("--clean",), "clean", "remove what no category of Pipfile.lock lists")
REPAIR = Option(
    ("--repair",), "repairs", "compare every installed file, install again what was altered"
)
EXACT = Option(("--exact",), "exact", "remove whatever this command would not install")
SKIP_LOCK = Option(
    ("--skip-lock",), "skip_lock", "install what the Pipfile says; no lock is read or written"
)
JSON = Option(("--json",), "machine_form", "print the outcome on stdout, as one JSON document")
_IDLE_PREFIX = "idle_"


def idle(*flags: str, metavar: str | None = None) -> Option:
    """An option that a command takes, as upstream's does, and that does nothing but say so."""
    field = _IDLE_PREFIX + flags[-1].strip("-")
    return Option(flags, field, "means nothing here", metavar, is_hidden=True)


def idle_ones(values: Mapping[str, object]) -> list[str]:
    """Those of the options in `values` that do nothing."""
    return [
        f"--{field.removeprefix(_IDLE_PREFIX)}"
        for field, value in values.items()
        if field.startswith(_IDLE_PREFIX) and value is not None
    ]


IDLE_PRE = idle("--pre")

COMMON: tuple[Option, ...] = (MIRROR, VERBOSE, QUIET, CLEAR, OFFLINE, PYTHON)
SITE: tuple[Option, ...] = (SITE_PACKAGES, NO_SITE_PACKAGES)
ROOT: tuple[Option, ...] = (
    Option(("--version",), "show_version", "print the version"),
    Option(("--where",), "show_where", "print the project's folder"),
    Option(("--venv",), "show_venv", "print the environment's folder"),
    Option(("--py",), "show_py", "print the environment's Python"),
    Option(
        ("--rm",), "show_rm", "delete the environment", deprecated="`pipenv remove` does the same"
    ),
    Option(("--envs",), "show_envs", "print the names of the environment variables that count"),
    Option(("--support",), "show_support", "print a report for bug reports, without secrets"),
    Option(("--man",), "show_man", "show the manual"),
    *COMMON,
    *SITE,
    Option(("--bare",), "bare_at_root", "means nothing here", is_hidden=True),
    Option(("--json",), "machine_form", "print the answer to a question as one JSON document"),
)
ROOT_QUESTIONS: dict[str, str] = {
    "show_man": "man",
    "show_envs": "envs",
    "show_where": "where",
    "show_py": "py",
    "show_support": "support",
    "clear": "clear",
    "show_venv": "venv",
    "show_rm": "remove",
    "python": "ensure",
    "site_packages": "ensure",
}
"""Field of an option that is a command of its own → module of that command, in the order in which
they win.
"""


MOVING: tuple[Option, ...] = (
    *COMMON,
    PRE,
    DEV,
    CATEGORIES,
    SYSTEM,
    INDEX,
    EDITABLE,
    LOCK_ONLY,
    JSON,
    *FOR_PIP,
    EXTRAS,
    CONFIG_SETTINGS,
    idle("--all"),
    idle("-r", "--requirements", metavar="FILE"),
    idle("--ignore-pipfile"),
    idle("--skip-lock"),
)
"""Of the commands that move packages by name."""


def add_options(parser: ArgumentParser, options: Sequence[Option]) -> None:
    """Give `parser` the `options`; those not given leave no trace in the result."""
    noted: list[Option] | None = getattr(parser, "noted", None)
    if noted is not None:
        noted.extend(options)
    for option in options:
        shown = NOT_SHOWN if option.is_hidden else option.help
        if option.deprecated and not option.is_hidden:
            shown += f" (deprecated: {option.deprecated})"
        if option.metavar is None:
            parser.add_argument(
                *option.flags,
                dest=option.field,
                help=shown,
                action="store_const",
                const=option.stored,
            )
        elif option.repeats:
            parser.add_argument(
                *option.flags,
                dest=option.field,
                help=shown,
                metavar=option.metavar,
                action="append",
            )
        else:
            parser.add_argument(
                *option.flags, dest=option.field, help=shown, metavar=option.metavar
            )


def takes_value(word: str, options: Sequence[Option]) -> bool:
    """Tell whether `word` is an option, or the beginning of one, that takes the next word."""
    if not word.startswith("-") or "=" in word:
        return False
    word = word.replace("_", "-")
    matches = [
        option
        for option in options
        if word in option.flags
        or (word.startswith("--") and any(flag.startswith(word) for flag in option.flags))
    ]
    return bool(matches) and all(option.metavar is not None for option in matches)


def first_word(words: Sequence[str], known: Sequence[Option]) -> int:
    """The position of the first of `words` that is neither an option nor the value of one."""
    index = 0
    while index < len(words):
        word = words[index]
        if not word.startswith("-"):
            return index
        index += 2 if takes_value(word, known) else 1
    return len(words)
