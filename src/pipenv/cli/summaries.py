"""What a mutation changed, in one line a package, on stderr."""

from __future__ import annotations

from pipenv.models.names import canonical_name

UNCHANGED = "Pipfile.lock is unchanged"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from pipenv.cli.console import Console
    from pipenv.operations.change import ChangeOutcome
    from pipenv.operations.lock import LockOutcome
    from pipenv.operations.sync import Departure, Installation, SyncOutcome


def say_locked(console: Console, outcome: LockOutcome, *, closing: bool = True) -> None:
    """Tell what moved in the lock, and its hash as upstream does: in the last line.

    `closing`: how many packages are locked and how long that took.
    """
    changes = outcome.changes
    _say_merged(console, outcome)
    merged = {pin.name for pin, _ in outcome.merged}

    def reason(name: str) -> str:
        found = outcome.reasons.get(name)
        return f" ({found})" if found else ""

    for name, old, new in changes.moved:
        if name not in merged:
            console.announce(
                f" {console.styled('~', 'yellow')} {name} {old} -> {new}{reason(name)}"
            )
    for name, version in changes.added:
        console.announce(f" {console.styled('+', 'green')} {name} {version}{reason(name)}")
    for name, version in changes.removed:
        if name not in merged:
            console.announce(f" {console.styled('-', 'red')} {name} {version}{reason(name)}")
    if console.is_rehearsal:
        return
    if outcome.is_new_text:
        if closing:
            names = {name for pins in outcome.lockfile.categories.values() for name in pins}
            console.say(f"locked {counted(len(names))}{console.elapsed()}")
        console.say(console.success(f"Updated Pipfile.lock ({outcome.lockfile.content_hash})!"))
    else:
        say_unchanged(console)


def say_unchanged(console: Console) -> None:
    """Tell that the lock is what it was."""
    console.say(console.success(UNCHANGED))


def _say_merged(console: Console, outcome: LockOutcome) -> None:
    """Tell of each package that differed in a merge conflict what each side had and what won."""
    for (name, ours, theirs), chosen in outcome.merged:
        console.say(
            f" {console.styled('~', 'yellow')} {name} {ours or 'none'} (ours) / "
            f"{theirs or 'none'} (theirs) -> {chosen or 'none'}"
        )


def say_installed(
    console: Console,
    outcome: SyncOutcome,
    *,
    closing: bool = True,
    told: Container[tuple[str, str]] = (),
) -> None:
    """Tell what was put into the environment; `told`: names and versions that need no line."""
    for step in outcome.plan.installations:
        if (canonical_name(step.pin.name), step.pin.version or "") not in told:
            console.announce(_installed(console, step))
    say_removals(console, outcome.plan.removals)
    for pin in outcome.skipped:
        console.detail(f" . {pin.name} is not for this environment: {pin.marker}")
    for kept in outcome.plan.kept:
        name, version = kept.distribution.name, kept.distribution.version
        place = outcome.environment.root
        console.detail(f"Requirement already satisfied: {name} in {place} ({version})")
    count = len(outcome.plan.installations)
    if closing and not console.is_rehearsal:
        done = f"installed {counted(count)} from {outcome.source}{console.elapsed()}"
        console.say(console.success(done if count else nothing_to_install(outcome)))
    if outcome.extra and outcome.environment.root:
        console.say(
            f"{console.styled('notice:', 'yellow')} {counted(len(outcome.extra))} that "
            f"{outcome.source} does not list: {', '.join(outcome.extra)}; `pipenv clean` removes "
            f"{'it' if len(outcome.extra) == 1 else 'them'}"
        )


def _installed(console: Console, step: Installation) -> str:
    """``+ name 1.0``, or ``~ name 1.0 -> 2.0`` where another version was there."""
    pin = step.pin
    version = pin.version or ""
    if step.replaced and step.replaced[0].version != version and version:
        moved = f"{step.replaced[0].version} -> {version}"
        return f" {console.styled('~', 'yellow')} {pin.name} {moved} ({step.reason})"
    reason = "" if step.reason == "not installed" else f" ({step.reason})"
    return f" {console.styled('+', 'green')} {pin.name} {version}".rstrip() + reason


def say_removals(console: Console, removals: Iterable[Departure]) -> None:
    """Tell what left the environment."""
    for removal in removals:
        gone, reason = removal.distribution, removal.reason
        console.announce(f" {console.styled('-', 'red')} {gone.key} {gone.version} ({reason})")


def say_cleaned(console: Console, removals: Sequence[Departure]) -> None:
    """Tell what ``clean`` removed."""
    say_removals(console, removals)
    done = f"removed {counted(len(removals))}{console.elapsed()}"
    console.say(console.success(done if removals else "nothing to remove"))


def nothing_to_install(outcome: SyncOutcome) -> str:
    """What to tell of an environment that has everything."""
    return f"nothing to install: {counted(len(outcome.plan.kept))} up to date"


def say_changed(console: Console, outcome: ChangeOutcome) -> None:
    """Tell what happened to Pipfile, lock and environment."""
    told: set[tuple[str, str]] = set()
    if outcome.locked is not None:
        says_more = outcome.synced is not None or outcome.removed
        say_locked(console, outcome.locked, closing=not says_more)
        told = _told_of(outcome.locked)
    if outcome.synced is not None:
        say_installed(console, outcome.synced, told=told)
    say_removals(console, (each for each in outcome.removed if _what_left(each) not in told))
    for name in outcome.remaining:
        console.say(f"notice: {name} stays installed, because other packages need it")
    if outcome.synced is None and outcome.removed and not console.is_rehearsal:
        count = len(outcome.removed)
        console.say(console.success(f"removed {counted(count)}{console.elapsed()}"))


def _told_of(locked: LockOutcome) -> set[tuple[str, str]]:
    """Names and versions that the lines about a lock told of already."""
    changes = locked.changes
    told = {(name, new) for name, _, new in changes.moved}
    told.update(changes.added)
    told.update(changes.removed)
    return {(canonical_name(name), version) for name, version in told}


def _what_left(removal: Departure) -> tuple[str, str]:
    return removal.distribution.key, removal.distribution.version


def counted(count: int, what: str = "package") -> str:
    """So many of what has a plural with an s."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
