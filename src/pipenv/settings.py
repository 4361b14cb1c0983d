"""All switches: one table, one precedence, and for every value where it came from.

Precedence: command line, environment variable, ``[pipenv]`` table of the Pipfile, default.
Only `pipenv.operations` and `pipenv.cli` see `Settings`; engines are given plain values.
"""

from __future__ import annotations

from pipenv.errors import RequestRefused
from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class Switch(NamedTuple):
    """One setting: how it is called in each place, what it takes and what it does."""

    field: str
    kind: str
    """``flag``, ``text``, ``words`` (comma or space separated), ``number`` or ``tristate``.

    Or ``list``, of texts that are taken as they are; a variable separates them by blanks.
    """
    default: object
    variable: str
    """The environment variable; ``""`` for none."""
    pipfile_key: str
    """The key in ``[pipenv]``; ``""`` for none."""
    help: str
    negative_variable: bool = False
    """``PIPENV_NO_X`` turns it off when ``PIPENV_X`` is unset."""
    choices: tuple[str, ...] = ()
    """The only texts that mean something; empty for any."""
    is_lenient: bool = False
    """A variable whose text means nothing is left out with a notice, as upstream leaves it out."""


SWITCHES: tuple[Switch, ...] = (
    Switch("verbose", "flag", False, "PIPENV_VERBOSE", "", "say more, and show tracebacks"),
    Switch("quiet", "flag", False, "PIPENV_QUIET", "", "say nothing unless something fails"),
    Switch(
        "verbosity",
        "number",
        None,
        "PIPENV_VERBOSITY",
        "",
        "-1 quiet, 0 normal, 1 verbose",
        is_lenient=True,
    ),
    Switch(
        "clear",
        "flag",
        False,
        "PIPENV_CLEAR",
        "",
        "do not use what the cache knows",
        is_lenient=True,
    ),
    Switch("python", "text", None, "PIPENV_PYTHON", "", "the Python of the environment"),
    Switch(
        "default_python",
        "text",
        None,
        "PIPENV_DEFAULT_PYTHON_VERSION",
        "",
        "the Python of new environments when nothing else says",
    ),
    Switch(
        "site_packages",
        "tristate",
        None,
        "PIPENV_SITE_PACKAGES",
        "",
        "let the environment see the system's packages",
        is_lenient=True,
    ),
    Switch("pypi_mirror", "text", None, "PIPENV_PYPI_MIRROR", "", "use this URL instead of PyPI"),
    Switch(
        "venv_in_project",
        "tristate",
        None,
        "PIPENV_VENV_IN_PROJECT",
        "venv_in_project",
        "keep the environment in .venv inside the project",
        negative_variable=True,
    ),
    Switch(
        "compile_bytecode",
        "tristate",
        None,
        "PIPENV_COMPILE",
        "",
        "compile what is installed to bytecode; unset: only with --system",
    ),
    Switch("offline", "flag", False, "PIPENV_OFFLINE", "", "ask nobody: use what the cache has"),
    Switch(
        "pre",
        "flag",
        False,
        "PIPENV_PRE",
        "allow_prereleases",
        "allow pre-releases",
        is_lenient=True,
    ),
    Switch(
        "search_all_sources",
        "flag",
        False,
        "",
        "install_search_all_sources",
        "install locked files from whichever source has them; locking is not affected",
    ),
    Switch(
        "cool_down_period",
        "text",
        None,
        "",
        "cool-down-period",
        "hide files that were uploaded less than so many days ago",
    ),
    Switch(
        "cool_down_exclude",
        "words",
        (),
        "",
        "cool-down-exclude",
        "packages that the cool-down does not concern",
    ),
    Switch("as_of", "text", None, "", "", "hide files that were uploaded after this moment"),
    Switch(
        "resolution",
        "text",
        "highest",
        "",
        "",
        "which versions to prefer: highest, lowest, or lowest-direct for what the Pipfile lists",
    ),
    Switch(
        "keep_outdated",
        "flag",
        False,
        "",
        "keep_outdated",
        "versions of the present lock stay unless they must move",
    ),
    Switch(
        "dev",
        "flag",
        False,
        "PIPENV_DEV",
        "",
        "work on the development packages too",
        is_lenient=True,
    ),
    Switch(
        "deploy",
        "flag",
        False,
        "PIPENV_DEPLOY",
        "",
        "fail unless the lock is up to date",
        is_lenient=True,
    ),
    Switch(
        "system", "flag", False, "PIPENV_SYSTEM", "", "use the system's Python", is_lenient=True
    ),
    Switch(
        "ignore_pipfile",
        "flag",
        False,
        "PIPENV_IGNORE_PIPFILE",
        "",
        "install from the lock whatever the Pipfile says",
        is_lenient=True,
    ),
    Switch(
        "requirementstxt",
        "text",
        None,
        "PIPENV_REQUIREMENTSTXT",
        "",
        "a file of requirements to import",
    ),
    Switch(
        "skip_lock",
        "flag",
        False,
        "PIPENV_SKIP_LOCK",
        "",
        "install what the Pipfile says; no lock is read or written",
        negative_variable=True,
    ),
    Switch(
        "extra_pip_args",
        "text",
        None,
        "PIPENV_EXTRA_PIP_ARGS",
        "",
        "arguments for pip, as far as they mean something without it",
    ),
    Switch("resolver", "text", None, "PIPENV_RESOLVER", "resolver", "only `pip` is known"),
    Switch("extras", "text", None, "PIPENV_EXTRAS", "", "means nothing"),
    Switch("no_binary", "words", (), "PIP_NO_BINARY", "", "build these packages from source"),
    Switch("only_binary", "words", (), "PIP_ONLY_BINARY", "", "never build these packages"),
    Switch("trusted_hosts", "words", (), "", "", "hosts whose certificates are not verified"),
    Switch("find_links", "words", (), "PIP_FIND_LINKS", "", "folders with files of what is locked"),
    Switch("extra_index_urls", "list", (), "", "", "indexes to add to those of the Pipfile"),
    Switch("pip_index_url", "text", None, "", "", "the index of the packages that are added"),
    Switch("config_settings", "list", (), "", "", "KEY=VALUE for build backends"),
    Switch("no_cache", "flag", False, "", "", "keep nothing from this run, use nothing of others"),
    Switch("no_build_isolation", "tristate", None, "", "", "build with what the environment has"),
    Switch("repairs", "flag", False, "", "", "install again what has altered files"),
    Switch("reinstalls", "flag", False, "", "", "install what is installed already once more"),
    Switch("retries", "number", None, "", "", "how often a request is tried again"),
    Switch("output", "text", None, "PIPENV_OUTPUT", "", "the file to write"),
    Switch("dev_groups", "words", (), "PIPENV_DEV_GROUPS", "", "what `dev` is called elsewhere"),
    Switch("categories", "words", (), "PIPENV_CATEGORIES", "", "the package categories to work on"),
    Switch(
        "default_categories",
        "words",
        (),
        "PIPENV_DEFAULT_CATEGORIES",
        "",
        "the categories to work on when none are named",
    ),
    Switch("sort_pipfile", "flag", False, "", "sort_pipfile", "keep a touched category sorted"),
    Switch("cache_dir", "text", None, "PIPENV_CACHE_DIR", "", "where downloads and facts are kept"),
    Switch("dont_load_env", "flag", False, "PIPENV_DONT_LOAD_ENV", "", "never read the .env file"),
    Switch("dotenv_location", "text", None, "PIPENV_DOTENV_LOCATION", "", "the .env file to read"),
    Switch(
        "yes",
        "flag",
        False,
        "PIPENV_YES",
        "",
        "answer yes to every question",
        negative_variable=True,
    ),
    Switch(
        "dont_use_pyenv", "flag", False, "PIPENV_DONT_USE_PYENV", "", "never install with pyenv"
    ),
    Switch("dont_use_asdf", "flag", False, "PIPENV_DONT_USE_ASDF", "", "never install with asdf"),
    Switch(
        "dont_use_pymanager",
        "flag",
        False,
        "PIPENV_DONT_USE_PYMANAGER",
        "",
        "never install with Python's install manager for Windows",
    ),
    Switch(
        "pyenv_auto_install",
        "flag",
        False,
        "PIPENV_PYENV_AUTO_INSTALL",
        "",
        "install a missing Python with pyenv or asdf without asking",
        negative_variable=True,
    ),
    Switch(
        "install_timeout",
        "number",
        None,
        "PIPENV_INSTALL_TIMEOUT",
        "",
        "seconds that installing a Python may take (900)",
    ),
    Switch(
        "hide_emojis", "tristate", None, "PIPENV_HIDE_EMOJIS", "", "plain words instead of marks"
    ),
    Switch("nospin", "flag", False, "PIPENV_NOSPIN", "", "no live progress line"),
    Switch(
        "virtualenv_copies",
        "flag",
        False,
        "PIPENV_VIRTUALENV_COPIES",
        "",
        "copy the interpreter instead of linking to it",
        negative_variable=True,
    ),
    Switch(
        "no_build",
        "flag",
        False,
        "PIPENV_NO_BUILD",
        "no-build",
        "versions that have only a source distribution do not count",
    ),
    Switch("osv_url", "text", None, "PIPENV_OSV_URL", "", "a service that `audit -s osv` asks"),
    Switch(
        "vulnerability_service",
        "text",
        None,
        "PIPENV_VULNERABILITY_SERVICE",
        "",
        "what `audit` asks: pypi, osv, or the URL of a service like OSV",
    ),
    Switch(
        "keyring_provider",
        "text",
        None,
        "PIPENV_KEYRING_PROVIDER",
        "",
        "where to look for passwords: auto, import, subprocess or disabled",
    ),
    Switch("disable_pip_input", "flag", False, "", "disable_pip_input", "never ask for passwords"),
    Switch(
        "shell_fancy",
        "tristate",
        None,
        "PIPENV_SHELL_FANCY",
        "",
        "`shell` starts in the project's folder",
        negative_variable=True,
    ),
    Switch(
        "requests_timeout",
        "number",
        None,
        "PIPENV_REQUESTS_TIMEOUT",
        "",
        "seconds to wait for a server's next byte (15)",
    ),
    Switch(
        "max_retries",
        "number",
        None,
        "PIPENV_MAX_RETRIES",
        "",
        "how often a failed request is made again (4)",
    ),
    Switch(
        "link_mode",
        "text",
        None,
        "PIPENV_LINK_MODE",
        "link-mode",
        "how files get from the cache into environments: clone, hardlink, copy or symlink",
        choices=("clone", "hardlink", "copy", "symlink"),
    ),
    Switch(
        "all_categories",
        "flag",
        False,
        "PIPENV_ALL_CATEGORIES",
        "",
        "work on every category of the Pipfile",
        is_lenient=True,
    ),
    Switch(
        "lock_only",
        "flag",
        False,
        "PIPENV_LOCK_ONLY",
        "",
        "change the lock and not the Pipfile",
        is_lenient=True,
    ),
    Switch(
        "dev_only",
        "flag",
        False,
        "PIPENV_DEV_ONLY",
        "",
        "work on the development packages alone",
        is_lenient=True,
    ),
    Switch("editables", "list", (), "PIPENV_EDITABLES", "", "what to install as editable"),
    Switch("command", "text", None, "PIPENV_COMMAND", "", "the command of a line that names none"),
    Switch("ignored", "list", (), "PIPENV_IGNORE", "", "vulnerabilities that `audit` leaves out"),
    Switch("output_file", "text", None, "PIPENV_OUTPUT_FILE", "", "the file that `audit` writes"),
    Switch("run_command", "text", None, "PIPENV_RUN_COMMAND", "", "what a bare `run` runs"),
)


def switch_of(field: str) -> Switch | None:
    """The switch that fills `field`; `None` for what only a command line can say."""
    for switch in SWITCHES:
        if switch.field == field:
            return switch
    return None


class Settings:
    """An immutable set of values; `provenance` says for each field where it came from."""

    __slots__ = ("_values", "provenance", "unreadable")

    def __init__(
        self,
        values: Mapping[str, object],
        provenance: Mapping[str, str],
        unreadable: tuple[str, ...] = (),
    ) -> None:
        self._values = dict(values)
        self.provenance = dict(provenance)
        self.unreadable = unreadable
        """Names of variables that were left out because their texts mean nothing."""

    def flag(self, field: str) -> bool:
        """A switch that is on or off."""
        return bool(self._values[field])

    def tristate(self, field: str) -> bool | None:
        """A switch that may also be unset."""
        value = self._values[field]
        return None if value is None else bool(value)

    def text(self, field: str) -> str | None:
        """A text, `None` when unset."""
        value = self._values[field]
        return None if value is None else str(value)

    def words(self, field: str) -> tuple[str, ...]:
        """A list of words in the order given."""
        value = self._values[field]
        return tuple(str(word) for word in value) if isinstance(value, tuple) else ()

    def number(self, field: str) -> int | None:
        """A whole number, `None` when unset."""
        value = self._values[field]
        return value if isinstance(value, int) else None

    @property
    def verbosity(self) -> int:
        """-1 quiet, 0 normal, 1 verbose.

        The command line wins; then ``PIPENV_VERBOSITY``, then the two other variables.
        """
        for field, meant in (("verbose", 1), ("quiet", -1)):
            if self.provenance.get(field) == "flag":
                return meant
        number = self.number("verbosity")
        if number is not None:
            return number
        return 1 if self.flag("verbose") else -1 if self.flag("quiet") else 0


def resolve(
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    pipfile_options: Mapping[str, object] | None = None,
) -> Settings:
    """Make the settings of one run.

    Args:
        flags: values from the command line by field; `None` means not given.
        environ: environment variables.
        pipfile_options: the ``[pipenv]`` table.

    Raises:
        RequestRefused: a variable holds a text that its kind cannot mean.
    """
    values: dict[str, object] = {}
    provenance: dict[str, str] = {}
    unreadable: list[str] = []
    options = pipfile_options or {}
    for switch in SWITCHES:
        value, origin = _resolve_one(switch, flags, environ, options, unreadable)
        if switch.choices and value is not None and value not in switch.choices:
            raise _no_choice(switch, value, origin)
        values[switch.field] = value
        provenance[switch.field] = origin
    origins = {provenance["verbose"] == "flag", provenance["quiet"] == "flag"}
    if values["verbose"] and values["quiet"] and len(origins) == 1:
        raise RequestRefused("--verbose and --quiet exclude each other", hints=["give one of them"])
    return Settings(values, provenance, tuple(unreadable))


def _resolve_one(
    switch: Switch,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    options: Mapping[str, object],
    unreadable: list[str],
) -> tuple[object, str]:
    given = flags.get(switch.field)
    if given is not None and given not in ([], ()):
        if switch.kind == "list" and isinstance(given, (list, tuple)):
            return tuple(given), "flag"
        return (split_words(given) if switch.kind == "words" else given), "flag"
    if switch.variable:
        text = environ.get(switch.variable)
        if text:
            value = _from_text(switch, text)
            if value is not None:
                return value, switch.variable
            unreadable.append(switch.variable)
        elif switch.negative_variable:
            opposite = switch.variable.replace("PIPENV_", "PIPENV_NO_", 1)
            if environ.get(opposite, "").lower() in TRUE_WORDS:
                return False, opposite
    if switch.pipfile_key and switch.pipfile_key in options:
        value = options[switch.pipfile_key]
        return (split_words(value) if switch.kind == "words" else value), "Pipfile"
    return switch.default, "default"


def _no_choice(switch: Switch, value: object, origin: str) -> RequestRefused:
    name = origin if origin == switch.variable else f"`{switch.pipfile_key}` in the Pipfile"
    return RequestRefused(
        f"{name} is `{value}`, which means nothing",
        hints=[f"the choices are {', '.join(switch.choices)}"],
    )


def _from_text(switch: Switch, text: str) -> object:
    """The value that `text` means; `None` where it means none and that may be."""
    if switch.kind in {"flag", "tristate"}:
        word = text.strip().lower()
        if switch.is_lenient and word not in TRUE_WORDS and word not in FALSE_WORDS:
            return None
        return word not in FALSE_WORDS
    if switch.kind == "words":
        return split_words(text)
    if switch.kind == "list":
        return tuple(text.split())
    if switch.kind == "number":
        try:
            return int(text)
        except ValueError:
            if switch.is_lenient:
                return None
            raise RequestRefused(
                f"{switch.variable} is `{text}`, which is not a whole number",
                hints=[f"set {switch.variable} to a number or unset it"],
            ) from None
    return text


def split_words(value: object) -> tuple[str, ...]:
    """Split a list written with commas, spaces or both, in order, without empty words."""
    if isinstance(value, (list, tuple)):
        return tuple(word for part in value for word in split_words(part))
    return tuple(str(value).replace(",", " ").split())
