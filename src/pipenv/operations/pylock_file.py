"""``pylock.toml`` beside Pipfile.lock, for projects that want it (``[pipenv] use_pylock``)."""

from __future__ import annotations

import os

from pipenv.lockfile.pylock import Pylock, PylockPackage, write_pylock
from pipenv.models.names import canonical_name
from pipenv.models.origins import IndexOrigin
from pipenv.resolver.splitting import split, unsplit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.index.catalog import Catalog
    from pipenv.lockfile.schema import Lockfile
    from pipenv.models.pins import Pin
    from pipenv.operations.project import Project
    from pipenv.operations.solved import Solved
    from pipenv.pipfile.document import Pipfile
    from pipenv.resolver.splitting import Choice, Split

_GROUPS = {"develop": "dev"}
"""Where the names of categories and dependency groups differ."""


def pylock_path(project: Project, pipfile: Pipfile) -> str:
    """The file that ``[pipenv] pylock_name`` means."""
    name = pipfile.settings.get("pylock_name")
    middle = f".{name}" if isinstance(name, str) and name else ""
    return os.path.join(project.root, f"pylock{middle}.toml")


def pylock_text(solved: Solved, lockfile: Lockfile) -> str:
    """Write what was found for all platforms, where they need it with several versions of a name.

    Raises:
        NetworkError: a page is not at hand any more.
    """
    resolution, aim = solved.resolution, solved.aim
    is_split = bool(resolution.compromises)
    found = split(solved.problem, solved.provider, resolution) if is_split else unsplit(resolution)
    sources = {source.name: source.url for source in lockfile.sources}
    pins = {
        canonical_name(name): pin
        for section in reversed([*lockfile.categories.values()])
        for name, pin in section.items()
    }
    packages = [
        _package(solved.catalog, choice, marker, pins.get(choice[0]), sources)
        for choice, marker in _markers(found).items()
    ]
    return write_pylock(
        Pylock(
            requires_python=str(aim.targets.pythons) if is_split or aim.says_python else None,
            groups=tuple(_group(each) for each in lockfile.categories if each != "default"),
            packages=tuple(packages),
            generated_from="Pipfile.lock",
        )
    )


def _package(
    catalog: Catalog,
    choice: Choice,
    marker: str,
    pin: Pin | None,
    sources: Mapping[str, str],
) -> PylockPackage:
    name, version = choice
    if pin is not None and not isinstance(pin.origin, IndexOrigin):
        return PylockPackage(name, None, marker, None, None, pin.origin, digests=pin.digests)
    index = catalog.index_name(name, version) or ""
    return PylockPackage(
        name=name,
        version=version,
        marker=marker,
        requires_python=catalog.requires_python(name, version),
        index_url=sources.get(index),
        origin=IndexOrigin(None),
        artifacts=catalog.artifacts(name, version),
    )


def _markers(found: Split) -> dict[Choice, str]:
    """The marker of each version: where, and for which groups; those of default need none."""
    default = found.chosen.get("default", {})
    clauses: dict[Choice, list[str]] = {}
    for category, chosen in sorted(found.chosen.items(), key=lambda each: each[0] != "default"):
        for choice, reached in chosen.items():
            served = default[choice].mask if choice in default else 0
            if category != "default" and not reached.mask & ~served:
                continue
            marker = found.space.marker(reached.mask, reached.hints)
            words = [] if marker is None else [str(marker)]
            if category != "default":
                words.insert(0, f"'{_group(category)}' in dependency_groups")
            clauses.setdefault(choice, []).append(_and(words))
    return {choice: _or(texts) for choice, texts in clauses.items()}


def _group(category: str) -> str:
    return _GROUPS.get(category, category)


def _and(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return " and ".join(f"({word})" if " or " in word else word for word in words)


def _or(texts: list[str]) -> str:
    """Alternatives; without any condition in one of them there is none."""
    distinct = [*dict.fromkeys(texts)]
    if "" in distinct:
        return ""
    return " or ".join(f"({each})" if len(distinct) > 1 else each for each in distinct)
