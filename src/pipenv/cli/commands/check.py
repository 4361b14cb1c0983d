"""``pipenv check``: does the environment meet ``[requires]``; then an audit. Deprecated."""

from __future__ import annotations

from pipenv.cli import options
from pipenv.cli.commands import audit
from pipenv.operations.documents import read_text
from pipenv.operations.requires_check import mismatches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser

Option = options.Option
WITHOUT_MEANING = (
    Option(("--db",), "db", "open data needs none", "PATH", is_hidden=True),
    Option(("--key",), "key", "open data needs none", "KEY", is_hidden=True),
    Option(("--policy-file",), "policy_file", "see audit-ignore", "FILE", is_hidden=True),
    Option(("--audit-and-monitor",), "monitor", "nothing is sent", is_hidden=True),
    Option(("--disable-audit-and-monitor",), "unmonitored", "nothing is sent", is_hidden=True),
    Option(("--project",), "safety_project", "nothing is sent", "NAME", is_hidden=True),
    Option(("--auto-install",), "auto_install", "nothing is needed", is_hidden=True),
    Option(("--scan",), "scan", "there is one kind of audit", is_hidden=True),
)
"""Of the scanner that upstream starts here."""
FORMS = ("default", "json", "full-report", "bare", "screen", "text", "minimal")


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``check``."""
    options.add_options(
        parser,
        (
            *options.COMMON,
            options.SYSTEM,
            options.CATEGORIES,
            audit.IGNORE,
            Option(("--output",), "safety_form", "json, or any other for a table", "FORM"),
            Option(("--save-json",), "output_file", "write JSON to a file", "FILE"),
            Option(("--exit-code",), "exit_code", "fail when something is found"),
            Option(("--continue-on-error",), "exit_code", "succeed all the same", stored=False),
            Option(("--use-installed",), "use_installed", "look at the environment"),
            *WITHOUT_MEANING,
        ),
    )


def run(context: Context) -> int:
    """Compare ``[requires]`` with the environment, then look for vulnerabilities.

    Raises:
        RequestRefused: there is no such form.
    """
    console, values = context.console, context.values
    form = audit.chosen_form(values.get("safety_form") or "default", FORMS)
    console.complain("`pipenv check` is deprecated: use `pipenv audit`")
    for option in WITHOUT_MEANING:
        if values.get(option.field):
            console.say(f"notice: {option.flags[0]} means nothing: {option.help}")
    with context.session(context.require_project()) as session:
        found = mismatches(session)
        has_lock = read_text(session.project.lockfile_path) is not None
    for text in found:
        console.complain(text)
    if found:
        return 1
    # Where stdout is to be one JSON document, this is talk.
    (console.say if form == "json" else console.data)("Passed!")
    if not has_lock and not values.get("use_installed") and not context.settings.flag("system"):
        return 0
    saves = values.get("output_file") is not None
    values["form"] = "json" if saves or form == "json" else "columns"
    values["described"] = form in {"full-report", "screen", "text"}
    status = audit.run(context)
    return 0 if values.get("exit_code") is False else status
