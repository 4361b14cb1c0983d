"""``pipenv cache``: where the cache is, what is in it, and making it smaller."""

from __future__ import annotations

import time

from pipenv.cli import options
from pipenv.errors import UsageError
from pipenv.operations import cache_care
from pipenv.operations.cache_key import cache_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context
    from pipenv.cli.parsing import Parser
    from pipenv.operations.cache_care import Freed

ACTIONS = ("dir", "info", "prune", "clear", "key")
OLDER_THAN = options.Option(
    ("--older-than",), "older_than", "prune: also what was not used for so many days", "DAYS"
)
DRY_RUN = options.Option(("--dry-run",), "dry_run", "prune, clear: only tell what would be freed")
_STEP = 1024.0


def add_arguments(parser: Parser) -> None:
    """Declare the options of ``cache``."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="dir | info | prune | clear [NAME...] | key",
        help="print the folder; what is in it; delete what is not needed, or all (of some "
        "packages); print a key for services that keep the folder",
    )
    options.add_options(parser, (options.VERBOSE, options.QUIET, OLDER_THAN, DRY_RUN, options.JSON))


def run(context: Context) -> int:
    """Do one of `ACTIONS`.

    Raises:
        UsageError: none of them is named, or what follows makes no sense.
    """
    action, *names = context.texts("words") or ("",)
    days = _days(context)
    if action not in ACTIONS or (names and action != "clear"):
        raise UsageError(
            "`pipenv cache` needs one of dir, info, prune, clear [NAME...] and key",
            hints=["`pipenv cache --help` tells more"],
        )
    root = cache_care.cache_directory(context.settings.text("cache_dir"), context.environ)
    dry_run = bool(context.values.get("dry_run"))
    form = context.console.machine_form
    if action == "dir":
        context.console.data(root if form is None else form.document({"dir": root}))
    elif action == "key":
        with context.session(context.require_project()) as session:
            key = cache_key(session)
        context.console.data(key if form is None else form.document({"key": key}))
    elif action == "info":
        _show_info(context, root)
    elif action == "prune":
        now = time.time()
        freed = cache_care.prune(
            root, context.report, older_than_days=days, now=now, dry_run=dry_run
        )
        return _show_freed(context, freed, dry_run=dry_run)
    else:
        freed = cache_care.clear(root, context.report, names, dry_run=dry_run)
        return _show_freed(context, freed, dry_run=dry_run)
    return 0


def _days(context: Context) -> int | None:
    text = context.values.get("older_than")
    if text is None:
        return None
    digits = str(text).removesuffix("d")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 6):
        raise UsageError(f"--older-than takes a number of days, not `{text}`")
    return int(digits)


def _show_info(context: Context, root: str) -> None:
    buckets = cache_care.usage(root)
    files = sum(each.files for each in buckets)
    size = sum(each.size_bytes for each in buckets)
    form = context.console.machine_form
    if form is not None:
        document = {
            "dir": root,
            "buckets": [
                {"name": each.name, "files": each.files, "bytes": each.size_bytes}
                for each in buckets
            ],
            "files": files,
            "bytes": size,
        }
        context.console.data(form.document(document))
        return
    context.console.data(root)
    for name, count, amount in (*buckets, ("total", files, size)):
        context.console.data(f"{name:<14}{count:>9} files  {amount:>15} bytes  {_short(amount)}")


def _show_freed(context: Context, freed: Freed, *, dry_run: bool) -> int:
    form = context.console.machine_form
    if form is not None:
        document = {
            "dry_run": dry_run,
            "entries": freed.entries,
            "files": freed.files,
            "bytes": freed.size_bytes,
            "failures": list(freed.failures),
            "needed": freed.needed,
        }
        context.console.data(form.document(document))
    else:
        verb = "would free" if dry_run else "freed"
        context.console.data(
            f"{verb} {freed.size_bytes} bytes ({_short(freed.size_bytes)}) in {freed.files} files"
        )
    if freed.needed:
        wheels = "1 wheel was" if freed.needed == 1 else f"{freed.needed} wheels were"
        context.console.say(f"{wheels} kept: environments have links to what is in the cache")
    for each in freed.failures:
        context.console.complain(f"warning: {each}")
    return 1 if freed.failures else 0


def _short(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < _STEP:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= _STEP
    return f"{size:.1f} GiB"
