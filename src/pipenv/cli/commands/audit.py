"""``pipenv audit``: known vulnerabilities of what is locked."""

from __future__ import annotations

import datetime as dt
import os

from pipenv.cli import options, summaries
from pipenv.cli.audit_forms import FORMS
from pipenv.errors import UsageError
from pipenv.operations.audit import AuditRequest, audit
from pipenv.operations.audit_fix import fixing_versions, lock_fixes
from pipenv.operations.documents import write_text
from pipenv.operations.exclusive import changing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.audit import AuditOutcome

Option = options.Option
SERVICES = ("pypi", "osv")
IGNORE = Option(
    ("-i", "--ignore"), "ignored", "do not tell of this vulnerability", "ID", repeats=True
)
OPTIONS = (
    *options.COMMON,
    options.SYSTEM,
    options.CATEGORIES,
    Option(("-f", "--output"), "form", f"one of {', '.join(FORMS)}", "FORM"),
    Option(("-s", "--vulnerability-service"), "service", "pypi (the index itself) or osv", "NAME"),
    IGNORE,
    Option(("-o", "--output-file"), "output_file", "write it to a file", "FILE"),
    Option(("--locked",), "locked", "look at the lock alone, never at the environment"),
    Option(("--strict",), "strict", "fail when something could not be checked"),
    Option(("--desc",), "described", "with descriptions"),
    Option(("--aliases",), "aliases", "aliases are always shown", is_hidden=True),
    Option(("--skip-editable",), "skip_editable", "only indexes are asked", is_hidden=True),
    Option(("--no-deps",), "no_deps", "the lock is complete", is_hidden=True),
    Option(("--local",), "local", "the lock is what counts", is_hidden=True),
    Option(("--fix",), "fix", "upgrade to the first versions without known vulnerabilities"),
    options.DRY_RUN,
    options.JSON,
)


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``audit``."""
    options.add_options(parser, OPTIONS)


def run(context: Context) -> int:
    """Look, print, and if told so, mend; 1 when there is something to mend."""
    values, console = context.values, context.console
    form = _chosen(values.get("form"), "columns", tuple(FORMS), "--output")
    request = AuditRequest(
        _chosen(values.get("service"), "pypi", SERVICES, "--vulnerability-service"),
        context.settings.words("categories"),
        context.texts("ignored"),
        locked_only=bool(values.get("locked")),
    )
    console.say("Auditing packages for vulnerabilities...")
    with context.session(context.project_here()) as session:
        outcome = audit(session, request)
        if console.machine_form is not None:
            text = console.machine_form.audited(outcome)
        else:
            text = FORMS[form](outcome, described=bool(values.get("described")))
        named = context.settings.text("output_file")
        if named is not None:
            write_text(os.path.join(context.cwd, str(named)), text + "\n")
        elif text:
            console.data(text)
        _say(context, outcome, session.now)
    if values.get("fix") and outcome.findings:
        _fix(context, outcome)
    is_incomplete = bool(values.get("strict") and outcome.unknown)
    return 1 if outcome.findings or is_incomplete else 0


def _chosen(value: object, default: str, known: tuple[str, ...], option: str) -> str:
    text = default if value is None else str(value)
    if text not in known:
        error = UsageError(f"{option} has no `{text}`", hints=[f"choose one of {', '.join(known)}"])
        error.exit_status = 1
        raise error
    return text


def _say(context: Context, outcome: AuditOutcome, now: float) -> None:
    console = context.console
    for name, reason in sorted(outcome.unknown.items()):
        console.say(f"notice: {name} could not be checked: {reason}")
    if outcome.as_of is not None and now - outcome.as_of > 1:
        moment = dt.datetime.fromtimestamp(outcome.as_of, tz=dt.timezone.utc)
        console.say(f"notice: from the cache, as of {moment:%Y-%m-%d %H:%M} UTC")
    for finding in outcome.ignored:
        console.say(f"notice: {finding.vulnerability.id} of {finding.name} is ignored")
    count = len(outcome.findings)
    packages = len({finding.name for finding in outcome.findings})
    if count:
        records = "1 known vulnerability" if count == 1 else f"{count} known vulnerabilities"
        console.say(f"Found {records} in {packages} package{'' if packages == 1 else 's'}")
    else:
        console.say(console.success("No known vulnerabilities found"))


def _fix(context: Context, outcome: AuditOutcome) -> None:
    """Lock at least the versions that are free of what was found."""
    wanted, hopeless = fixing_versions(outcome.findings)
    for finding in hopeless:
        context.console.say(f"notice: {finding.vulnerability.id} of {finding.name} has no fix yet")
    if not wanted:
        return
    with context.session(context.require_project()) as session, changing(session):
        locked = lock_fixes(session, wanted)
    summaries.say_locked(context.console, locked)
    context.console.say("`pipenv sync` installs it")
