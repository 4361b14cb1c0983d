"""What the user wants of versions besides requirements, put between the problem and the solver.

All of it stands in ``[pipenv]`` or on the command line. The hash of a Pipfile does not cover
``[pipenv]``: a change there takes effect with the next lock, and the present one is not stale.
"""

from __future__ import annotations

from types import MappingProxyType

from pipenv.errors import InvalidPipfile, InvalidValue, RequestRefused, UsageError
from pipenv.models.names import ALL_NAMES, canonical_name
from pipenv.models.specifiers import ANY, parse_specifiers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipenv.operations.session import Session
    from pipenv.pipfile.document import Pipfile
    from pipenv.resolver.edited_requirements import Override
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.provider import PortableProvider

NO_LIMITS: Mapping[str, Override] = MappingProxyType({})
RESOLUTIONS = ("highest", "lowest", "lowest-direct")


def insist_on_resolver(name: str | None) -> None:
    """Refuse a resolver that nobody has; there is one, whatever upstream's is called.

    Raises:
        RequestRefused: it is unknown.
    """
    if name in {None, "", "pip", "pure-python"}:
        return
    raise RequestRefused(f"there is no resolver `{name}`", hints=["leave --resolver out"])


def apply_policies(
    session: Session,
    pipfile: Pipfile,
    provider: PortableProvider,
    problem: ResolverProblem,
    limits: Mapping[str, Override] = NO_LIMITS,
) -> tuple[PortableProvider, ResolverProblem]:
    """Return provider and problem as the user's policies make them; the same where there is none.

    `limits` hold for this lock alone; an override of the Pipfile wins.

    Cool-downs and ``--as-of`` are not among them: the catalog hides versions by itself.

    Raises:
        UsageError: ``--resolution`` names none.
        InvalidPipfile: an override means nothing.
    """
    overrides = {**limits, **_overrides(pipfile)}
    excluded = _excluded(pipfile)
    if overrides or excluded:
        from pipenv.resolver.edited_requirements import EditedRequirements, with_overrides

        problem = with_overrides(problem, overrides)
        provider = EditedRequirements(provider, overrides, excluded)
    return provider, _with_resolution(problem, session.settings.text("resolution") or "highest")


def _with_resolution(problem: ResolverProblem, resolution: str) -> ResolverProblem:
    if resolution not in RESOLUTIONS:
        raise UsageError(
            f"--resolution cannot be `{resolution}`",
            hints=[f"it may be {', '.join(RESOLUTIONS[:-1])} or {RESOLUTIONS[-1]}"],
        )
    if resolution == "highest":
        return problem
    if resolution == "lowest":
        return problem._replace(lowest=ALL_NAMES)
    return problem._replace(lowest=frozenset(root.dependency.name for root in problem.roots))


def _overrides(pipfile: Pipfile) -> dict[str, Override]:
    table = pipfile.settings.get("overrides")
    if not isinstance(table, dict) or not table:
        return {}
    from pipenv.resolver.edited_requirements import Override

    found = {}
    for name, text in table.items():
        line = pipfile.line_of("pipenv", "overrides", name) or pipfile.line_of("pipenv")
        place = f"Pipfile line {line}" if line else "Pipfile"
        try:
            specifiers = ANY if text.strip() in {"", "*"} else parse_specifiers(text)
        except InvalidValue as error:
            raise InvalidPipfile(
                f"the override of `{name}` cannot be read: {error.message} ({place})",
                hints=['write it like overrides = {urllib3 = ">=2.2"}'],
            ) from error
        found[canonical_name(name)] = Override(specifiers, f"{place}, [pipenv] overrides")
    return found


def _excluded(pipfile: Pipfile) -> frozenset[str]:
    names = pipfile.settings.get("exclude")
    return frozenset(map(canonical_name, names)) if isinstance(names, list) else frozenset()
