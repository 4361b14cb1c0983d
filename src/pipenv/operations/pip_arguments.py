"""``--extra-pip-args``: what pip would be told, as far as it means something here (pure).

Each argument becomes a value of a setting or a variable that the rest knows already.
"""

from __future__ import annotations

from pipenv.models.records import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SHORT = {
    "-i": "--index-url",
    "-f": "--find-links",
    "-C": "--config-settings",
    "-I": "--ignore-installed",
    "-U": "--upgrade",
    "-d": "--download-directory",
    "-c": "--constraint",
    "-e": "--editable",
    "-r": "--requirement",
    "-t": "--target",
}
_SAME = {
    "--pypi-url": "--index-url",
    "--no-cache": "--no-cache-dir",
    "--config-setting": "--config-settings",
    "--default-timeout": "--timeout",
    "--force-reinstall": "--ignore-installed",
    "--source": "--src",
    "--source-dir": "--src",
}
_VARIABLES = {
    "--cert": ("PIP_CERT",),
    "--client-cert": ("PIP_CLIENT_CERT",),
    "--proxy": ("http_proxy", "https_proxy"),
    "--src": ("PIP_SRC",),
}
"""Options with a value → the variables that say the same."""
_SWITCH_VARIABLES = {
    "--break-system-packages": "PIP_BREAK_SYSTEM_PACKAGES",
    "--user": "PIP_USER",
    "--no-input": "PIP_NO_INPUT",
}
_SWITCHES = {
    "--pre": "pre",
    "--no-cache-dir": "no_cache",
    "--no-build-isolation": "no_build_isolation",
    "--ignore-installed": "reinstalls",
    "--no-index": "offline",
}
"""Switches → the settings that say the same."""
_TEXTS = {"--keyring-provider": "keyring_provider"}
_NUMBERS = {"--timeout": "requests_timeout", "--retries": "retries"}
_LISTS = {
    "--no-binary": "no_binary",
    "--only-binary": "only_binary",
    "--trusted-host": "trusted_hosts",
    "--extra-index-url": "extra_index_urls",
    "--config-settings": "config_settings",
    "--find-links": "find_links",
}
_AS_IT_IS = frozenset(
    {
        *("--upgrade", "--use-pep517", "--no-deps", "--prefer-binary", "--no-color"),
        *("--disable-pip-version-check", "--no-warn-script-location", "--require-virtualenv"),
        *("--progress-bar", "--exists-action", "--upgrade-strategy", "--no-python-version-warning"),
        *("--quiet", "--verbose", "-q", "-v", "-qq", "-vv", "-vvv", "--no-compile", "--compile"),
        *("--root-user-action", "--log", "--use-feature", "--use-deprecated"),
    }
)
"""What happens anyway, or is about nothing but pip's own words."""
_TAKES_VALUE = frozenset(
    {
        *("--progress-bar", "--exists-action", "--upgrade-strategy", "--root-user-action"),
        *("--log", "--use-feature", "--use-deprecated", "--index-url"),
        *("--constraint", "--requirement", "--editable", "--target", "--prefix", "--root"),
        *("--platform", "--python-version", "--implementation", "--abi", "--report", "--python"),
        *("--global-option", "--install-option", "--hash", "--download-directory"),
        *("--cache-dir", "--group"),
        *(*_VARIABLES, *_TEXTS, *_NUMBERS, *_LISTS),
    }
)


class PipArguments(NamedTuple):
    """What a list of arguments comes to."""

    settings: Mapping[str, object]
    """Field of the settings → value, as the command line would give it."""
    variables: Mapping[str, str]
    """Environment variables."""
    ignored: tuple[str, ...]
    """The arguments that mean nothing here."""


def read_pip_arguments(words: Sequence[str]) -> PipArguments:
    """Understand pip's arguments; nothing is refused."""
    settings: dict[str, object] = {}
    lists: dict[str, list[str]] = {}
    variables: dict[str, str] = {}
    ignored: list[str] = []
    rest = iter(words)
    for word in rest:
        name, value = _split(word)
        if name in _TAKES_VALUE and value is None:
            value = next(rest, "")
        if name in _LISTS and value and not _is_page(name, value):
            lists.setdefault(_LISTS[name], []).append(value)
        elif name == "--index-url" and value:
            settings["pip_index_url"] = value
        elif name in _NUMBERS and value and value.isdecimal():
            settings[_NUMBERS[name]] = int(value)
        elif name in _TEXTS and value:
            settings[_TEXTS[name]] = value
        elif name == "--cache-dir" and value:
            settings["cache_dir"] = value
        elif name in _SWITCHES:
            settings[_SWITCHES[name]] = True
        elif name in _SWITCH_VARIABLES:
            variables[_SWITCH_VARIABLES[name]] = "1"
        elif name in _VARIABLES and value:
            variables.update(dict.fromkeys(_VARIABLES[name], value))
        elif name not in _AS_IT_IS:
            has_secret = value is not None and "@" in value
            ignored.append(f"{name} {value}" if value and not has_secret else name)
    settings.update({field: tuple(values) for field, values in lists.items()})
    return PipArguments(settings, variables, tuple(ignored))


def _is_page(name: str, value: str) -> bool:
    """Tell whether it is a link to something else than a folder."""
    return name == "--find-links" and "://" in value and not value.lower().startswith("file:")


def _split(word: str) -> tuple[str, str | None]:
    """The long name of an option and the value that is part of the same word."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return _SAME.get(name, name), value if equals else None
    short = _SHORT.get(word[:2])
    if short is None:
        return word, None
    return _SAME.get(short, short), word[2:].removeprefix("=") or None
