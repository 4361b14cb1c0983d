"""``pipenv --clear`` with no command: empty our cache, and nobody else's."""

from __future__ import annotations

from pipenv.operations import cache_care

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.cli.context import Context


def run(context: Context) -> int:
    """Delete everything that can be made again."""
    context.console.data("Clearing caches...")
    root = cache_care.cache_directory(context.settings.text("cache_dir"), context.environ)
    freed = cache_care.clear(root, context.report, dry_run=False)
    for each in freed.failures:
        context.console.complain(f"warning: {each}")
    return 1 if freed.failures else 0
