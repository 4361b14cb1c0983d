"""What is wrong with a Pipfile that is valid TOML: all of it, each with the place where it stands.

Strict where a mistake would otherwise be found late or never (misspelt keys, wrong types), lenient
where projects in the wild depend on it: unknown sources keys, ``[[sources]]``, stray values.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Place = tuple[str | int, ...]
    """Keys from the top; a number picks one ``[[source]]``."""

RESERVED = frozenset(
    {"source", "sources", "requires", "scripts", "pipenv", "build-system", "pipfile"}
)
"""Top-level names that are no package category."""

TEXT_KEYS = frozenset(
    {
        *("version", "markers", "index", "git", "hg", "svn", "bzr", "ref", "subdirectory"),
        *("path", "file", "name", "os_markers", "os_name", "sys_platform", "platform_machine"),
        *("platform_python_implementation", "platform_release", "platform_system"),
        *("platform_version", "python_version", "python_full_version", "implementation_name"),
        "implementation_version",
    }
)
FLAG_KEYS = frozenset({"editable", "no_binary", "skip_resolver"})
LIST_KEYS = frozenset({"extras", "hashes", "pip_args"})

MEANT = {
    "commit": "ref",
    "branch": "ref",
    "tag": "ref",
    "rev": "ref",
    "revision": "ref",
    "marker": "markers",
    "extra": "extras",
    "specifier": "version",
    "source": "index",
    "registry": "index",
    "url": "file",
    "platform": "sys_platform",
    "python": "python_version",
    "python-version": "python_version",
    "develop": "editable",
}
"""Keys that other tools use for the same thing."""

KINDS = {str: "a string", bool: "true or false", list: "a list of strings", dict: "a table"}

PIPENV_FLAGS = (
    *("allow_prereleases", "install_search_all_sources", "sort_pipfile", "disable_pip_input"),
    *("use_default_constraints", "venv_in_project", "use_pylock", "prefetch_index_manifests"),
    *("keep_outdated", "no-build"),
)


_IGNORING = '[{id = "CVE-2026-1", reason = "not reachable", until = "2027-01-31"}]'


def find_problems(data: Mapping[str, object]) -> Iterator[tuple[Place, str]]:
    """Yield every problem of a parsed Pipfile: where it is, and what."""
    yield from _check_sources(data)
    yield from _check_requires(data.get("requires"))
    yield from _check_scripts(data.get("scripts"))
    yield from _check_settings(data.get("pipenv"))
    names = _source_names(data)
    for category, entries in data.items():
        if category in RESERVED:
            continue
        if isinstance(entries, dict):
            for name, value in entries.items():
                yield from _check_entry((category, name), value, names)
        elif category in {"packages", "dev-packages"}:
            yield (category,), f"`{category}` is {_kind(entries)} and must be a table"


def _check_sources(data: Mapping[str, object]) -> Iterator[tuple[Place, str]]:
    key = "sources" if "source" not in data and "sources" in data else "source"
    sources = data.get(key, [])
    if not isinstance(sources, list) or not all(isinstance(table, dict) for table in sources):
        yield (key,), f"write each source as a [[{key}]] table, in double brackets"
        return
    for number, table in enumerate(sources):
        for field in ("url", "name"):
            if field not in table:
                yield (key, number), f"this [[{key}]] has no `{field}`"
            elif not isinstance(table[field], str):
                yield (key, number, field), _wrong_type(field, table[field], str)
        if not isinstance(table.get("verify_ssl", True), bool):
            yield (
                (key, number, "verify_ssl"),
                _wrong_type("verify_ssl", table["verify_ssl"], bool),
            )


def _source_names(data: Mapping[str, object]) -> frozenset[str] | None:
    """The names that ``index = …`` may use; `None` when no source is written down."""
    sources = data.get("source", data.get("sources"))
    if not isinstance(sources, list):
        return None
    return frozenset(
        table["name"]
        for table in sources
        if isinstance(table, dict) and isinstance(table.get("name"), str)
    )


def _check_requires(requires: object) -> Iterator[tuple[Place, str]]:
    if requires is None:
        return
    if not isinstance(requires, dict):
        yield ("requires",), f"`requires` is {_kind(requires)} and must be a table"
        return
    for key in ("python_version", "python_full_version"):
        value = requires.get(key, "")
        if not isinstance(value, str):
            yield ("requires", key), f'{_wrong_type(key, value, str)}: {key} = "{value}"'


def _check_scripts(scripts: object) -> Iterator[tuple[Place, str]]:
    if scripts is None:
        return
    if not isinstance(scripts, dict):
        yield ("scripts",), f"`scripts` is {_kind(scripts)} and must be a table"
        return
    for name, script in scripts.items():
        if not isinstance(script, (str, list, dict)):
            yield (
                ("scripts", name),
                f"the script `{name}` is {_kind(script)} and must be a string, a list or a table",
            )
        elif not script:
            yield ("scripts", name), f"the script `{name}` is empty"


def _check_settings(settings: object) -> Iterator[tuple[Place, str]]:
    if settings is None:
        return
    if not isinstance(settings, dict):
        yield ("pipenv",), f"`pipenv` is {_kind(settings)} and must be a table"
        return
    for key in PIPENV_FLAGS:
        if not isinstance(settings.get(key, True), bool):
            yield ("pipenv", key), _wrong_type(key, settings[key], bool)
    period = settings.get("cool-down-period", "0d")
    if not (isinstance(period, str) and period.endswith("d") and period[:-1].isdecimal()):
        yield (
            ("pipenv", "cool-down-period"),
            f'`cool-down-period` is {_kind(period)} and must be a number of days such as "7d"',
        )
    for key in ("cool-down-exclude", "exclude"):
        names = settings.get(key, [])
        if not (isinstance(names, list) and all(isinstance(name, str) and name for name in names)):
            yield (
                ("pipenv", key),
                f'`{key}` is {_kind(names)} and must be a list of names such as ["six"]',
            )
    yield from _check_overrides(settings.get("overrides", {}))
    yield from _check_config_settings(settings.get("config-settings", {}))
    yield from _check_ignored(settings.get("audit-ignore", []))
    limit = settings.get("resolver_timeout_seconds", 1)
    if isinstance(limit, bool) or not isinstance(limit, (int, float)) or limit <= 0:
        yield (
            ("pipenv", "resolver_timeout_seconds"),
            "`resolver_timeout_seconds` must be a number greater than 0",
        )


def _check_config_settings(tables: object) -> Iterator[tuple[Place, str]]:
    place = ("pipenv", "config-settings")
    if not isinstance(tables, dict):
        yield place, f"`config-settings` is {_kind(tables)} and must be a table of tables"
        return
    for name, table in tables.items():
        values = table.values() if isinstance(table, dict) else [None]
        texts = [text for each in values for text in (each if isinstance(each, list) else [each])]
        if not all(isinstance(text, str) for text in texts):
            yield (
                (*place, name),
                f"`config-settings` of `{name}` must be a table of strings and lists of strings",
            )


def _check_overrides(overrides: object) -> Iterator[tuple[Place, str]]:
    place = ("pipenv", "overrides")
    if not isinstance(overrides, dict):
        yield place, f"`overrides` is {_kind(overrides)} and must be a table"
        return
    for name, value in overrides.items():
        clauses = value.split(",") if isinstance(value, str) else [""]
        if not all(_is_clause(clause.strip()) for clause in clauses):
            yield (
                (*place, name),
                f'the override of `{name}` is {_kind(value)} and must be like ">=2.2,<3" or "*"',
            )


def _check_ignored(entries: object) -> Iterator[tuple[Place, str]]:
    place = ("pipenv", "audit-ignore")
    if not isinstance(entries, list):
        yield (
            place,
            f"`audit-ignore` is {_kind(entries)} and must be a list such as {_IGNORING}",
        )
        return
    for number, entry in enumerate(entries, start=1):
        which = f"entry {number} of `audit-ignore`"
        if isinstance(entry, str) and entry.strip():
            continue
        if not isinstance(entry, dict):
            yield place, f"{which} is {_kind(entry)} and must be an identifier or a table"
            continue
        if not isinstance(entry.get("id"), str) or not entry["id"].strip():
            yield place, f"{which} has no `id`, which is a string such as CVE-2026-1"
        if not isinstance(entry.get("reason", ""), str):
            yield place, f"{which}: {_wrong_type('reason', entry['reason'], str)}"
        if "until" in entry and not _is_day(str(entry["until"])):
            yield place, f'{which} has an `until` that is no day such as "2027-01-31"'
        for key in entry.keys() - {"id", "reason", "until"}:
            yield place, f"{which} has the unknown key `{key}`"


def _is_day(text: str) -> bool:
    """Tell whether a text is a date as ``2027-01-31``."""
    from datetime import date  # noqa: PLC0415 - few Pipfiles have one

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_clause(text: str) -> bool:
    """Tell whether a text looks like a version specifier: a quick look, not its whole grammar."""
    version = text.lstrip("<>=!~")
    return text == "*" or (text != version and version.strip()[:1].isalnum())


def _check_entry(
    path: tuple[str, str], value: object, source_names: frozenset[str] | None
) -> Iterator[tuple[Place, str]]:
    label = f"[{path[0]}] `{path[1]}`"
    if isinstance(value, str):
        return
    if not isinstance(value, dict):
        yield path, f"{label} is {_kind(value)} and must be a version string or a table"
        return
    for key, field in value.items():
        if key in TEXT_KEYS:
            wanted: type = str
        elif key in FLAG_KEYS:
            wanted = bool
        elif key in LIST_KEYS:
            wanted = list
        else:
            meant = f", did you mean `{MEANT[key]}`?" if key in MEANT else ""
            yield (*path, key), f"{label} has the unknown key `{key}`{meant}"
            continue
        is_right = isinstance(field, wanted)
        if isinstance(field, list):
            is_right = is_right and all(isinstance(item, str) for item in field)
        if not is_right:
            yield (*path, key), f"{label}: {_wrong_type(key, field, wanted)}"
        elif key == "index" and source_names is not None and field not in source_names:
            yield (*path, key), f"{label} names the index `{field}`, which is no [[source]] here"


def _wrong_type(key: str, value: object, wanted: type) -> str:
    return f"`{key}` is {_kind(value)} and must be {KINDS[wanted]}"


def _kind(value: object) -> str:
    """What kind of TOML value it is, in words, with the value where it is short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the string "{value}"' if len(value) <= 40 else "a string"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date"
