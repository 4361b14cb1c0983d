"""Which environments a lock is for: the platforms, and the Pythons that ``[requires]`` names."""

from __future__ import annotations

from pipenv.errors import InvalidPipfile, InvalidValue
from pipenv.models.records import NamedTuple
from pipenv.models.specifiers import ANY, parse_specifiers
from pipenv.models.tags import supported_tags
from pipenv.models.targets import PLATFORM_NAMES, PLATFORMS, Target, TargetSet, platform_of
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.models.specifiers import SpecifierSet
    from pipenv.models.targets import Platform

OLDEST_MINOR = 7
NEWEST_MINOR = 15
"""Of the Pythons 3 that are told apart; newer ones are taken to be like this one."""
_LAST_PATCH = 99


class LockTargets(NamedTuple):
    """The environments of a lock."""

    targets: TargetSet
    """What versions are chosen for."""
    told_apart: TargetSet
    """What markers speak of: more Pythons, if ``[requires]`` does not say which."""
    says_python: bool


def lock_targets(requires: Mapping[str, str], platforms: object, here: Target) -> LockTargets:
    """Return the environments that a lock is made for.

    Args:
        requires: the Pipfile's table.
        platforms: ``[pipenv] platforms``, if it is there.
        here: the environment that locks; a Python that the Pipfile names counts all the same.

    Raises:
        InvalidPipfile: a platform is not known, or no Python is in the range.
    """
    chosen = _platforms(platforms, here)
    specifiers = python_specifiers(requires)
    if specifiers is None:
        minor = here.python_version
        alone = TargetSet(here, chosen, _minor_specifiers(minor), (minor,))
        minors = {f"3.{number}" for number in range(OLDEST_MINOR, NEWEST_MINOR + 1)} | {minor}
        every = alone._replace(pythons=ANY, minors=tuple(sorted(minors, key=version_key)))
        return LockTargets(alone, every, says_python=False)
    minors = {f"3.{number}" for number in range(NEWEST_MINOR + 1)} | {here.python_version}
    allowed = tuple(
        minor for minor in sorted(minors, key=version_key) if _has_any(minor, specifiers)
    )
    if not allowed:
        written = requires.get("python_full_version") or requires.get("python_version")
        raise InvalidPipfile(
            f"[requires] names no Python that Pipenv knows: `{written}`",
            hints=['write a version, `python_version = "3.12"`, or a range, `">=3.10,<3.14"`'],
        )
    targets = TargetSet(_with_python(here, allowed, specifiers), chosen, specifiers, allowed)
    return LockTargets(targets, targets, says_python=True)


def python_specifiers(requires: Mapping[str, str]) -> SpecifierSet | None:
    """Return the Pythons that ``[requires]`` names; `None` if it does not.

    Raises:
        InvalidPipfile: what it says is neither a version nor a range.
    """
    full, short = requires.get("python_full_version"), requires.get("python_version")
    for text, ending in ((full, ""), (short, ".*")):
        text = (text or "").strip()  # noqa: PLW2901 - the same text, without its margins
        if not text or text in ("*", "3", "2"):
            continue
        if text[0].isdigit():
            exact = ending and text.count(".") < 2 and not text.endswith(".*")
            text = f"=={text}{ending if exact else ''}"  # noqa: PLW2901
        try:
            return parse_specifiers(text)
        except InvalidValue as error:
            raise InvalidPipfile(
                f"[requires] is neither a version of Python nor a range: {error}"
            ) from error
    return None


def _platforms(written: object, here: Target) -> tuple[Platform, ...]:
    if written is None:
        return tuple(dict.fromkeys((*PLATFORMS, platform_of(here.environment))))
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list) or not names:
        raise InvalidPipfile('[pipenv] platforms must be a list such as ["linux", "windows"]')
    found = []
    for name in names:
        platform = PLATFORM_NAMES.get(str(name).lower())
        if platform is None:
            raise InvalidPipfile(
                f"[pipenv] platforms: `{name}` is not known",
                hints=["the platforms are linux, macos and windows"],
            )
        found.append(platform)
    return tuple(dict.fromkeys(found))


def _minor_specifiers(minor: str) -> SpecifierSet:
    return parse_specifiers(f"=={minor}.*")


def _has_any(minor: str, specifiers: SpecifierSet) -> bool:
    patches = {0, _LAST_PATCH}
    for clause in specifiers.clauses:
        release = version_key(clause.version.removesuffix(".*"))[1]
        if len(release) > 2 and f"{release[0]}.{release[1]}" == minor:
            patches.update((max(release[2] - 1, 0), release[2], release[2] + 1))
    return any(specifiers.contains(version_key(f"{minor}.{patch}")) for patch in patches)


def _with_python(here: Target, minors: tuple[str, ...], specifiers: SpecifierSet) -> Target:
    """The environment that locks; with the newest Python of the lock if its own is none of them."""
    if here.python_version in minors:
        return here
    minor = minors[-1]
    full = specifiers.exact_pin if len(minors) == 1 and specifiers.exact_pin else f"{minor}.0"
    markers = {**here.environment, "python_version": minor, "python_full_version": full}
    platforms = dict.fromkeys(tag.split("-", 2)[2] for tag in here.tags)
    platforms.pop("any", None)
    number = int(minor.partition(".")[2])
    abi = f"cp3{number}m" if number < 8 else f"cp3{number}"
    tags = supported_tags("cpython", (3, number), [abi], [*platforms])
    return Target(markers, {tag: rank for rank, tag in enumerate(tags)})
