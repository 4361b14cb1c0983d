"""What a mutation changed, in one line a package, on stderr."""

from __future__ import annotations

UNCHANGED = "Pipfile.lock is unchanged"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.console import Console
    from pipenv.operations.change import ChangeOutcome
    from pipenv.operations.lock import LockOutcome
    from pipenv.operations.sync import SyncOutcome


def say_locked(console: Console, outcome: LockOutcome) -> None:
    """Tell what moved in the lock, and its hash as upstream does."""
    changes = outcome.changes
    _say_merged(console, outcome)
    merged = {pin.name for pin, _ in outcome.merged}

    def reason(name: str) -> str:
        found = outcome.reasons.get(name)
        return f" ({found})" if found else ""

    for name, old, new in changes.moved:
        if name not in merged:
            console.say(f" {console.styled('~', 'yellow')} {name} {old} -> {new}{reason(name)}")
    for name, version in changes.added:
        console.say(f" {console.styled('+', 'green')} {name} {version}{reason(name)}")
    for name, version in changes.removed:
        if name not in merged:
            console.say(f" {console.styled('-', 'red')} {name} {version}{reason(name)}")
    if outcome.is_new_text:
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


def say_installed(console: Console, outcome: SyncOutcome, *, closing: bool = True) -> None:
    """Tell what was put into the environment."""
    for step in outcome.plan.installations:
        console.detail(f" + {step.pin.name} {step.pin.version or ''} ({step.reason})")
    for pin in outcome.skipped:
        console.detail(f" . {pin.name} is not for this environment: {pin.marker}")
    count = len(outcome.plan.installations)
    if not closing:
        return
    if count:
        console.say(console.success(f"installed {_packages(count)} from {outcome.source}"))
    else:
        console.say(console.success(nothing_to_install(outcome)))


def nothing_to_install(outcome: SyncOutcome) -> str:
    """What to tell of an environment that has everything."""
    return f"nothing to install: {_packages(len(outcome.plan.kept))} up to date"


def say_changed(console: Console, outcome: ChangeOutcome) -> None:
    """Tell what happened to Pipfile, lock and environment."""
    if outcome.locked is not None:
        say_locked(console, outcome.locked)
    if outcome.synced is not None:
        say_installed(console, outcome.synced)
    for distribution in outcome.removed:
        console.say(
            f" {console.styled('-', 'red')} uninstalled {distribution.name} {distribution.version}"
        )
    for name in outcome.remaining:
        console.say(f"notice: {name} stays installed, because other packages need it")


def _packages(count: int) -> str:
    return "1 package" if count == 1 else f"{count} packages"
