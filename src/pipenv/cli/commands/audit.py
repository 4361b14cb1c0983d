"""``pipenv audit``: known vulnerabilities of what is locked."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import nullcontext

from pipenv.cli import options, summaries
from pipenv.cli.audit_forms import FORMS, Look
from pipenv.cli.diagnostics import printable
from pipenv.errors import LockfileNotFound, RequestRefused
from pipenv.operations.audit import Auditor, AuditRequest
from pipenv.operations.audit_fix import fix
from pipenv.operations.documents import read_text, write_text
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.cli.console import Console
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.audit import AuditOutcome
    from pipenv.operations.audit_fix import Fixes
    from pipenv.operations.session import Session

Option = options.Option
IGNORE = Option(
    ("-i", "--ignore"), "ignored", "do not tell of this vulnerability", "ID", repeats=True
)
WITHOUT_MEANING = (
    Option(("--no-deps",), "no_deps", "nothing is resolved", is_hidden=True),
    Option(("--local",), "local", "only the project is looked at", is_hidden=True),
)
"""Of the scanner that upstream starts here."""
OPTIONS = (
    *options.COMMON,
    options.SYSTEM,
    options.CATEGORIES,
    Option(("-f", "--output", "--format"), "form", f"one of {', '.join(FORMS)}", "FORM"),
    Option(
        ("-s", "--vulnerability-service"),
        "vulnerability_service",
        "pypi (the index itself), osv, or the URL of a service like OSV",
        "NAME",
    ),
    IGNORE,
    Option(("-o", "--output-file"), "output_file", "write it to a file", "FILE"),
    Option(("--locked",), "locked", "look at the lock alone, never at the environment"),
    Option(("--installed",), "use_installed", "look at the environment, not at the lock"),
    Option(("--strict",), "strict", "fail when something could not be checked"),
    Option(("--skip-editable",), "skip_editable", "say nothing of editable packages"),
    Option(("--desc",), "described", "with descriptions"),
    Option(("--aliases",), "aliases", "aliases are always shown", is_hidden=True),
    *WITHOUT_MEANING,
    Option(("--fix",), "fix", "lock the oldest versions without what was found"),
    options.DRY_RUN,
    options.JSON,
)
_MOST_NAMES = 10


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``audit``."""
    options.add_options(parser, OPTIONS)


def run(context: Context) -> int:
    """Look, mend if told so, and print; 1 when something is left to mend.

    Raises:
        RequestRefused: an option has no such value, or two exclude each other.
        LockfileNotFound: there is nothing to mend.
    """
    values, console = context.values, context.console
    for option in WITHOUT_MEANING:
        if values.get(option.field):
            console.say(f"notice: {option.flags[0]} means nothing: {option.help}")
    form = chosen_form(values.get("form") or "columns", (*FORMS,))
    wants_fix = bool(values.get("fix"))
    request = AuditRequest(
        context.settings.words("categories"),
        context.texts("ignored"),
        _place(context),
        skips_editable=bool(values.get("skip_editable")),
    )
    with (
        context.session(context.project_here()) as session,
        changing(session) if wants_fix else nullcontext(),
    ):
        auditor = Auditor(session, request)
        if wants_fix and auditor.subjects.lockfile is None:
            raise LockfileNotFound(
                "--fix makes another Pipfile.lock, and there is none",
                hints=["`pipenv lock` makes one"],
            )
        if context.values.get("dry_run") and not wants_fix:
            return _rehearse(console, auditor)
        console.say("Auditing packages for vulnerabilities...")
        outcome = auditor.audit()
        fixes = fix(auditor, outcome.findings) if wants_fix and outcome.findings else None
        _print(context, session, outcome, fixes, form)
        _say(console, outcome, session.now)
        if fixes is not None:
            _say_fixed(console, fixes)
    is_rehearsed = fixes is None or console.is_rehearsal
    left = outcome.findings if is_rehearsed or fixes is None else fixes.remaining
    return 1 if left or (values.get("strict") and outcome.unknown) else 0


def chosen_form(value: object, known: Sequence[str]) -> str:
    """The form that ``--output`` asks for.

    Raises:
        RequestRefused: there is no such form.
    """
    if value not in known:
        raise RequestRefused(
            f"--output has no `{value}`", hints=[f"choose one of {', '.join(known)}"]
        )
    return str(value)


def _place(context: Context) -> str:
    is_locked, is_installed = (bool(context.values.get(x)) for x in ("locked", "use_installed"))
    if is_locked and (is_installed or context.settings.flag("system")):
        raise RequestRefused(
            "--locked excludes --installed and --system", hints=["give one of them"]
        )
    return "lock" if is_locked else "installed" if is_installed else "any"


def _rehearse(console: Console, auditor: Auditor) -> int:
    """Tell what would be looked at."""
    for each in auditor.subjects.packages:
        console.data(f"{each.name} {each.version}")
    console.say(f"Would audit {summaries.counted(len(auditor.subjects.packages))}")
    return 0


def _print(
    context: Context, session: Session, outcome: AuditOutcome, fixes: Fixes | None, form: str
) -> None:
    """Write the outcome where it is wanted."""
    values, console = context.values, context.console
    named = context.settings.text("output_file")
    if console.machine_form is not None:
        text = console.machine_form.audited(outcome, fixes)
    else:
        lock = read_text(session.project.lockfile_path) or ""
        look = Look(
            described=bool(values.get("described")),
            width=console.page_width if named is None else None,
            lock_lines=tuple(lock.splitlines()),
            fixes=fixes,
        )
        text = FORMS[form](outcome, look)
    if named is not None:
        write_text(os.path.join(context.cwd, str(named)), text + "\n" if text else "")
    elif text:
        console.data(text)


def _say(console: Console, outcome: AuditOutcome, now: float) -> None:
    by_reason: dict[str, list[str]] = {}
    for package, reason in sorted(outcome.unknown.items()):
        by_reason.setdefault(reason, []).append(package.name)
    for reason, names in by_reason.items():
        more = len(names) - _MOST_NAMES
        listed = ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
        console.say(f"notice: {listed} could not be checked: {reason}")
    if outcome.hint:
        console.say(f"hint: {outcome.hint}")
    for package, kind, reason in outcome.notices:
        said = f": {printable(reason)}" if reason else ""
        console.say(f"notice: {package.name} {package.version} is {kind}{said}")
    if outcome.as_of is not None and now - outcome.as_of > 1:
        moment = dt.datetime.fromtimestamp(outcome.as_of, tz=dt.timezone.utc)
        console.say(
            f"notice: from the cache, as of {moment:%Y-%m-%d %H:%M} UTC{_old(now - outcome.as_of)}"
        )
    for finding, decision in outcome.ignored:
        why = f": {decision.reason}" if decision.reason else ""
        until = f" until {decision.until}" if decision.until else ""
        name = finding.vulnerability.id
        console.say(f"notice: {name} of {finding.package.name} is ignored{until}{why}")
    count = len(outcome.findings)
    packages = len({finding.package for finding in outcome.findings})
    if count:
        records = "1 known vulnerability" if count == 1 else f"{count} known vulnerabilities"
        console.say(f"Found {records} in {summaries.counted(packages)}")
        return
    left = len(outcome.unknown)
    checked = f"{len(outcome.checked)} of {summaries.counted(len(outcome.checked) + left)}"
    if left:
        console.say(f"No known vulnerabilities found in {checked}")
    else:
        checked = summaries.counted(len(outcome.checked))
        console.say(console.success(f"No known vulnerabilities found in {checked}"))


def _old(seconds: float) -> str:
    days = int(seconds // 86_400)
    return f" ({summaries.counted(days, 'day')} old)" if days else ""


def _say_fixed(console: Console, fixes: Fixes) -> None:
    """Tell what moved, what could not, and what is left."""
    for name, reason in sorted(fixes.refused.items()):
        console.say(f"notice: no fixed version of {name} can be locked: {reason}")
    if fixes.locked is not None and console.is_rehearsal:
        for name, old, new in fixes.locked.changes.moved:
            console.say(f" {console.styled('~', 'yellow')} {name} {old} -> {new} (would be locked)")
    elif fixes.locked is not None:
        summaries.say_locked(console, fixes.locked)
        console.say("`pipenv sync` installs it")
    for finding in fixes.remaining:
        has = "has no fix yet" if not finding.vulnerability.fixed else "is left"
        console.say(f"notice: {finding.vulnerability.id} of {finding.package.name} {has}")
