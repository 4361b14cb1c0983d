"""What build backends are told (PEP 517, ``config_settings``): for all packages, and for some."""

from __future__ import annotations

from collections.abc import Mapping

from pipenv.errors import RequestRefused
from pipenv.models.names import canonical_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipenv.builds.backend import ConfigSettings
    from pipenv.pipfile.document import Pipfile

PIPFILE_KEY = "config-settings"
_OPTIONS = ("--config-settings", "--config-setting", "-C")


class BackendSettings(Mapping[str, "ConfigSettings"]):
    """The settings of each package, by its canonical name; one for all has no names to list."""

    def __init__(self, for_all: ConfigSettings, by_name: Mapping[str, ConfigSettings]) -> None:
        """What holds for all wins."""
        self._for_all = for_all
        self._by_name = by_name

    def __getitem__(self, name: str) -> ConfigSettings:
        found = self._by_name.get(name)
        if found is None:
            if not self._for_all:
                raise KeyError(name)
            return self._for_all
        return {**found, **self._for_all}

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)


def backend_settings(texts: Sequence[str], pipfile: Pipfile | None) -> BackendSettings:
    """Collect what a run is to tell backends.

    Args:
        texts: ``KEY=VALUE`` of the command line, for every package; a key that is repeated has a
            list.
        pipfile: its ``[pipenv.config-settings]`` has a table for each package, and entries may
            have ``--config-settings`` among their ``pip_args``; of both, the table wins.

    Raises:
        RequestRefused: a text has no ``=``.
    """
    by_name: dict[str, dict[str, str | Sequence[str]]] = {}
    entries = [pipfile.entries(each) for each in pipfile.categories] if pipfile else []
    for table in entries:
        for name, entry in table.items():
            arguments = entry.get("pip_args") if isinstance(entry, dict) else None
            if isinstance(arguments, list):
                found = _parsed(_settings_among(map(str, arguments)))
                by_name.setdefault(canonical_name(name), {}).update(found)
    tables = pipfile.settings.get(PIPFILE_KEY) if pipfile else None
    for name, told in (tables if isinstance(tables, dict) else {}).items():
        by_name.setdefault(canonical_name(name), {}).update(told)
    filled = {name: settings for name, settings in by_name.items() if settings}
    return BackendSettings(_parsed(texts), filled)


def _settings_among(arguments: Iterable[str]) -> list[str]:
    """The ``KEY=VALUE`` texts of options, whether written as one word or as two."""
    words = [word for argument in arguments for word in argument.split(maxsplit=1)]
    found: list[str] = []
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in _OPTIONS and equals:
            found.append(value)
        elif word in _OPTIONS and at + 1 < len(words):
            found.append(words[at + 1])
    return found


def _parsed(texts: Iterable[str]) -> dict[str, str | Sequence[str]]:
    found: dict[str, str | Sequence[str]] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise RequestRefused(
                f"`--config-settings {text}` says nothing", hints=["write it as KEY=VALUE"]
            )
        before = found.get(key)
        if before is None:
            found[key] = value
        else:
            found[key] = [*([before] if isinstance(before, str) else before), value]
    return found
