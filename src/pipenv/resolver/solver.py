"""The way into the resolver: a problem and a provider in, a resolution out.

The algorithm is PubGrub's: incompatibilities, unit propagation, conflict resolution with learning
and backjumping; sets of versions are bits of integers, see `_incompatibilities`.
"""

from __future__ import annotations

from pipenv.events import Notice, silent
from pipenv.resolver._knowledge import Knowledge, UniverseGrew
from pipenv.resolver._outcome import outcome, unasked
from pipenv.resolver._propagation import NoSolution
from pipenv.resolver._search import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pipenv.events import Reporter
    from pipenv.resolver.problem import ResolverProblem
    from pipenv.resolver.provider import PackageProvider
    from pipenv.resolver.resolution import Resolution


def solve(
    problem: ResolverProblem, provider: PackageProvider, report: Reporter = silent
) -> Resolution:
    """Choose one version for every package that the roots of all categories need, newest first.

    The result depends on the problem and the provider's answers only, not on their timing.

    Raises:
        PackageNotFound: no index knows a name that a root requires.
        ResolutionImpossible: no set of versions fits; `details` proves it.
        ResolutionTooDeep: the search was given up at its bound.
    """
    knowledge = Knowledge(problem, provider)
    restarts = 0
    while True:
        search = Search(problem, knowledge, report)
        try:
            search.run()
        except UniverseGrew:
            restarts += 1
        except NoSolution as found:
            from pipenv.resolver.explanation import explain, prereleases_in_question

            if not knowledge.open_prereleases(prereleases_in_question(search, found.proof)):
                raise explain(search, found.proof) from None
            restarts += 1
        else:
            mistaken = unasked(search)
            if not mistaken:
                break
            for package, bit in mistaken:
                knowledge.ban(package, bit)
            restarts += 1
    _warn_of_yanked(search, report)
    return outcome(search, restarts)


def _warn_of_yanked(search: Search, report: Reporter) -> None:
    for package in search.packages:
        if package.yanked and search.solution.decided[package.index]:
            chosen = search.solution.allowed[package.index]
            if chosen & package.yanked:
                bit = chosen.bit_length() - 1
                text = f"{package.name} {package.text(bit)} {package.reason(bit)}"
                report(Notice("yanked", text))
