"""Why there is no solution: a proof in plain words, made from the facts that the solver used."""

from __future__ import annotations

from pipenv.errors import ResolutionImpossible
from pipenv.models.conflicts import ConflictFact
from pipenv.resolver._incompatibilities import (
    DependencyFact,
    Incompatibility,
    MergedFact,
    RootFact,
    UnusableFact,
)
from pipenv.resolver._proof import leaves, shorten
from pipenv.resolver._requirements import required, root_fact
from pipenv.resolver._short_forms import WIDTH, direct_clash, way_to_the_unmet
from pipenv.resolver._wording import Wording, by_reason, unusable_groups, versions_of, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipenv.resolver._incompatibilities import Fact, Step
    from pipenv.resolver._packages import Package
    from pipenv.resolver._search import Search
    from pipenv.resolver.problem import Dependency, Root

    Requirements = dict[str, tuple[Package, list[int]]]

PREMISES_IN_A_SENTENCE = 6
MOST_SENTENCES = 24

# Programs that run Pipenv look for these phrases in its output.
_CONFLICT_PHRASE = "ResolutionFailure: package versions have conflicting dependencies"
_NO_MATCH_PHRASE = "ResolutionFailure: Could not find a version that matches"
_NOTHING_PHRASE = "no version found at all"
_PYTHON_PHRASE = "ResolutionFailure: UnsupportedPythonVersion:"
NEEDS_PYTHON = "requires Python "
"""Begins the reason of a provider for versions that want another Python."""
ALLOW_PRERELEASES = "is a pre-release; `--pre` lets it be chosen"
"""Ends a hint about what may help; nobody has tried."""
PIN_YANKED = "a yanked version is used only where it is pinned:"
"""Begins another."""


def explain(search: Search, proof: Incompatibility) -> ResolutionImpossible:
    """Make the error: a headline that names the sides, the derivation, hints."""
    shorter = shorten(search.packages, search.solution.originals, proof)
    facts = leaves(shorter)
    wording = Wording(search)
    requirements = _requirements(wording, facts)
    lost = _lost(requirements)
    notes = {name: unusable_groups(package, mask) for name, (package, mask) in lost.items()}
    sentences = None if notes else direct_clash(wording, facts)
    if sentences is None:
        sentences = _Narration(search, wording, notes).tell(shorter)
        way = way_to_the_unmet(wording, facts)
        if way is not None:
            sentences.insert(0, f"{way}\n")
    if len(sentences) > MOST_SENTENCES:
        half = MOST_SENTENCES // 2
        left_out = len(sentences) - 2 * half
        sentences[half:-half] = [f"… ({left_out} more steps)"]
    roots = [root for root in search.problem.roots if _is_blamed(wording, root, facts)]
    conflict = _conflict(wording, facts, requirements, lost)
    details = "\n".join([*sentences, "", *_phrases(wording, facts), *_python_phrases(conflict)])
    return ResolutionImpossible(
        _headline(wording, roots, facts, conflict),
        hints=_hints(requirements, lost),
        details=details,
        conflict=conflict,
    )


def prereleases_in_question(search: Search, proof: Incompatibility) -> list[str]:
    """Name packages on which two of the requirements in a proof agree only in pre-releases."""
    wording = Wording(search)
    found = []
    for package, masks in _requirements(wording, leaves(proof)).values():
        hidden = package.hidden_prereleases
        if hidden and any(
            left & right & hidden and not left & right & package.finals
            for left in masks
            for right in masks
        ):
            found.append(package.name)
    return found


def _is_blamed(wording: Wording, root: Root, facts: Iterable[Incompatibility]) -> bool:
    return any(
        each.fact.root is root
        if isinstance(each.fact, RootFact)
        else any(wording.ruled_out_by(dependency) is root for dependency in _dependencies(each))
        for each in facts
    )


def _dependencies(incompatibility: Incompatibility) -> tuple[Dependency, ...]:
    fact = incompatibility.fact
    if isinstance(fact, RootFact):
        return (fact.root.dependency,)
    if isinstance(fact, DependencyFact):
        return (fact.dependency,)
    return fact.dependencies if isinstance(fact, MergedFact) else ()


def _requirements(wording: Wording, facts: Iterable[Incompatibility]) -> Requirements:
    """Per package the versions, usable or not, that each fact about it admits."""
    found: dict[str, tuple[Package, list[int]]] = {}
    for incompatibility in facts:
        mask = 0
        child = None
        for dependency in _dependencies(incompatibility):
            child = wording.child_of(dependency)
            if child is not None:
                mask |= child.matching(dependency)
        if child is not None:
            found.setdefault(child.name, (child, []))[1].append(mask)
    return found


def _admitted_by_all(masks: Iterable[int]) -> int:
    admitted = -1
    for mask in masks:
        admitted &= mask
    return admitted


def _lost(requirements: Requirements) -> dict[str, tuple[Package, int]]:
    """Per package the versions that all its requirements admit but that do not count."""
    found = {}
    for name, (package, masks) in requirements.items():
        lost = _admitted_by_all(masks) & package.all_bits & ~package.domain
        lost &= ~package.hidden_prereleases
        if lost:
            found[name] = (package, lost)
    return found


def _conflict(
    wording: Wording,
    facts: Sequence[Incompatibility],
    requirements: Requirements,
    lost: Mapping[str, tuple[Package, int]],
) -> list[ConflictFact]:
    """Return the facts as data: what is required, by whom, and what does not count."""
    found: list[ConflictFact] = []
    for each in facts:
        fact = each.fact
        mask = each.terms[0][1]
        if isinstance(fact, RootFact):
            found.append(root_fact(fact.root))
        elif isinstance(fact, UnusableFact):
            versions = versions_of(fact.package, mask)
            found.append(
                ConflictFact("unusable", fact.package.name, versions=versions, reason=fact.reason)
            )
        elif fact is not None:
            who = fact.parent.name if fact.extra is None else fact.extra.label()
            versions = versions_of(fact.parent, mask)
            found.extend(
                ConflictFact("dependency", needed.name, required(needed), versions, who)
                for needed in _dependencies(each)
            )
        found.extend(
            ConflictFact("not-found", needed.name, reason=wording.absence(needed.name))
            for needed in _dependencies(each)
            if wording.child_of(needed) is None
        )
    for name, (package, mask) in lost.items():
        for reason, group in by_reason(package, mask).items():
            kind = "yanked" if group & package.usable & package.yanked else "unusable"
            versions = versions_of(package, group, within=visible(package))
            found.append(ConflictFact(kind, name, versions=versions, reason=reason))
    for name, (package, masks) in requirements.items():
        hidden = _admitted_by_all(masks) & package.hidden_prereleases
        if hidden:
            versions = versions_of(package, hidden, within=package.all_bits)
            found.append(ConflictFact("prerelease", name, versions=versions))
    return [*dict.fromkeys(found)]


class _Narration:
    """Reads a proof aloud: what is learnt before what it is used for."""

    def __init__(self, search: Search, wording: Wording, notes: dict[str, list[str]]) -> None:
        self._domains = search.solution.originals
        self._roots = {id(root): place for place, root in enumerate(search.problem.roots)}
        self._wording = wording
        self._notes = dict(notes)
        self._uses: dict[int, int] = {}
        self._numbers: dict[int, int] = {}
        self._sentences: list[str] = []
        self._last_told: Incompatibility | None = None

    def tell(self, proof: Incompatibility) -> list[str]:
        """Return the sentences, in order; the last one says that there is no solution."""
        order = self._order(proof)
        for incompatibility in order:
            self._tell_one(incompatibility)
        return self._sentences

    def _order(self, proof: Incompatibility) -> list[Incompatibility]:
        """What was learnt, each after what it was learnt from; counts the uses on the way."""
        order: list[Incompatibility] = []
        stack: list[tuple[Incompatibility, bool]] = [(proof, False)]
        seen: set[int] = set()
        while stack:
            incompatibility, is_done = stack.pop()
            if is_done:
                order.append(incompatibility)
                continue
            if id(incompatibility) in seen:
                continue
            seen.add(id(incompatibility))
            stack.append((incompatibility, True))
            learnt = [step.incompatibility for step in incompatibility.steps]
            learnt = list({id(each): each for each in learnt if each.fact is None}.values())
            for each in learnt:
                self._uses[id(each)] = self._uses.get(id(each), 0) + 1
            # The one used first is told last, so that the next sentence can go on from it.
            stack.extend((each, False) for each in learnt)
        return order

    def _tell_one(self, incompatibility: Incompatibility) -> None:
        chunks = _chunks(incompatibility.steps)
        terms: dict[int, int] = {}
        for place, chunk in enumerate(chunks):
            for step in chunk:
                terms = _resolved(terms, step, self._domains)
            goes_on = place > 0 or any(step.incompatibility is self._last_told for step in chunk)
            premises = self._premises(chunk)
            if not premises:
                continue
            is_last = place == len(chunks) - 1
            conclusion = self._wording.conclusion(
                incompatibility.terms if is_last else tuple(terms.items())
            )
            because = "And because" if goes_on and self._sentences else "Because"
            if is_last and self._uses.get(id(incompatibility), 0) > 1:
                self._numbers[id(incompatibility)] = len(self._numbers) + 1
                conclusion += f" ({self._numbers[id(incompatibility)]})"
            self._sentences.append(_sentence(because, premises, conclusion))
        self._last_told = incompatibility

    def _premises(self, chunk: Sequence[Step]) -> list[str]:
        incompatibilities = self._arranged([step.incompatibility for step in chunk])
        premises: list[str] = []
        for each in incompatibilities:
            if each.fact is None:
                if each is self._last_told:
                    continue
                number = self._numbers.get(id(each))
                quoted = f" ({number})" if number else ""
                premises.append(self._wording.conclusion(each.terms) + quoted)
                continue
            premises.append(self._wording.fact(each))
            for dependency in _dependencies(each):
                premises.extend(self._notes.pop(dependency.name, ()))
        return [*dict.fromkeys(premises)]

    def _arranged(self, premises: Sequence[Incompatibility]) -> list[Incompatibility]:
        """Order premises: what was concluded before, each root with what it leads to, the rest.

        Roots that contradict what others lead to come last.
        """
        learnt = [each for each in premises if each.fact is None]
        roots = sorted(
            (each for each in premises if isinstance(each.fact, RootFact)),
            key=lambda each: self._place(each.fact),
        )
        others: dict[str, list[Incompatibility]] = {}
        for each in sorted(premises, key=lambda each: each.terms):
            if each.fact is not None and not isinstance(each.fact, RootFact):
                others.setdefault(_owner(each.fact), []).append(each)
        targets = {
            dependency.name
            for listed in others.values()
            for each in listed
            for dependency in _dependencies(each)
        }
        is_last = {id(each) for each in roots if targets & {_owner(each.fact)}}
        arranged = learnt
        for root in roots:
            if id(root) not in is_last:
                arranged.append(root)
                arranged.extend(_led_to(_owner(root.fact), others))
        for owner in list(others):
            arranged.extend(_led_to(owner, others))
        return [*arranged, *(root for root in roots if id(root) in is_last)]

    def _place(self, fact: Fact | None) -> int:
        return self._roots[id(fact.root)] if isinstance(fact, RootFact) else -1


def _owner(fact: Fact | None) -> str:
    """The name of the package that a fact is about; of a root, the one that it requires."""
    if isinstance(fact, RootFact):
        return fact.root.dependency.name
    if isinstance(fact, UnusableFact):
        return fact.package.name
    return fact.parent.name if fact is not None else ""


def _led_to(name: str, others: dict[str, list[Incompatibility]]) -> list[Incompatibility]:
    """Take the facts about a package, and about those that it depends on, out of `others`."""
    found: list[Incompatibility] = []
    stack = [name]
    while stack:
        facts = others.pop(stack.pop(), [])
        found.extend(facts)
        names = [dependency.name for each in facts for dependency in _dependencies(each)]
        stack.extend(reversed(names))
    return found


def _chunks(steps: Sequence[Step]) -> list[Sequence[Step]]:
    """Cut a long line of steps into sentences."""
    if len(steps) <= PREMISES_IN_A_SENTENCE:
        return [steps]
    size = PREMISES_IN_A_SENTENCE - 2
    first = steps[: size + 1]
    rest = [steps[start : start + size] for start in range(size + 1, len(steps), size)]
    return [first, *rest]


def _resolved(terms: dict[int, int], step: Step, domains: Sequence[int]) -> dict[int, int]:
    """Conclude from what is known so far and one more incompatibility.

    The pivot's masks are united: were the rest of both sides true, its value could lie in neither.
    """
    found = dict(terms)
    united = found.pop(step.pivot, 0)
    for package, mask in step.incompatibility.terms:
        if package == step.pivot:
            united |= mask
        else:
            found[package] = found.get(package, -1) & mask
    if step.pivot >= 0 and domains[step.pivot] & ~united:
        found[step.pivot] = united
    return found


def _sentence(because: str, premises: Sequence[str], conclusion: str) -> str:
    """Write a sentence on one line, or with a line for each premise if that is too long."""
    line = f"{because} {_joined(premises)}, {conclusion}."
    if len(line) <= WIDTH and len(premises) <= 2:
        return line
    return f"{because} " + "\n    and ".join(premises) + f",\n  {conclusion}."


def _joined(texts: Sequence[str]) -> str:
    *others, last = texts
    return f"{', '.join(others)} and {last}" if others else last


def _headline(
    wording: Wording,
    roots: Sequence[Root],
    facts: Sequence[Incompatibility],
    conflict: Sequence[ConflictFact],
) -> str:
    names = [f"`{name}`" for name in dict.fromkeys(root.dependency.name for root in roots)]
    if not names:
        return "the requirements cannot all be met"
    if len(names) > 1:
        return f"no versions of {_joined(names)} fit together"
    if len(facts) == 1:
        return _nothing_matches(wording, roots[0].dependency, conflict)
    if all(isinstance(each.fact, RootFact) for each in facts):
        return f"the requirements on {names[0]} contradict each other"
    for each in facts:
        if isinstance(each.fact, DependencyFact):
            needed = each.fact.dependency
            if wording.child_of(needed) is None:
                return f"{names[0]} needs `{needed.name}`, which {wording.absence(needed.name)}"
    return f"no version of {names[0]} can be used"


def _nothing_matches(
    wording: Wording, dependency: Dependency, conflict: Sequence[ConflictFact]
) -> str:
    name = dependency.name
    child = wording.child_of(dependency)
    reasons = [each.reason for each in conflict if each.reason and each.package == name]
    usable = "can be used here"
    if reasons and all(reason.startswith(NEEDS_PYTHON) for reason in reasons):
        usable = "supports this Python"
    if not dependency.specifiers.clauses or child is None:
        return f"no version of `{name}` {usable}"
    matches = f"matches `{dependency.specifiers}`"
    if child.matching(dependency):
        return f"no version of `{name}` {matches} and {usable}"
    return f"no version of `{name}` {matches}"


def _phrases(wording: Wording, facts: Sequence[Incompatibility]) -> list[str]:
    """Return the lines that programs look for."""
    phrases: list[str] = []
    unusable_facts = [each for each in facts if isinstance(each.fact, UnusableFact)]
    for each in facts:
        for dependency in _dependencies(each):
            child = wording.child_of(dependency)
            unusable = _joined_masks(unusable_facts, child)
            left = 0 if child is None else child.matching(dependency) & child.domain & ~unusable
            if child is None or not left:
                phrase = f"{_NO_MATCH_PHRASE} {required(dependency)}"
                if child is None or not child.matching(dependency):
                    phrase += f"; {_NOTHING_PHRASE}"
                phrases.append(phrase)
    if any(not isinstance(each.fact, (RootFact, UnusableFact)) for each in facts) or not phrases:
        phrases.append(_CONFLICT_PHRASE)
    return [*dict.fromkeys(phrases)]


def _python_phrases(conflict: Iterable[ConflictFact]) -> list[str]:
    return [
        f"{_PYTHON_PHRASE} {each.package} {each.versions} {each.reason}"
        for each in conflict
        if each.kind == "unusable" and each.reason.startswith(NEEDS_PYTHON)
    ]


def _joined_masks(facts: Iterable[Incompatibility], package: Package | None) -> int:
    mask = 0
    for each in facts:
        if isinstance(each.fact, UnusableFact) and each.fact.package is package:
            mask |= each.terms[0][1]
    return mask


def _hints(requirements: Requirements, lost: Mapping[str, tuple[Package, int]]) -> list[str]:
    hints: list[str] = []
    for name, (package, masks) in requirements.items():
        hidden = _admitted_by_all(masks) & package.hidden_prereleases
        if hidden:
            newest = package.text(hidden.bit_length() - 1)
            hints.append(f"`{name}` {newest} {ALLOW_PRERELEASES}")
        if name not in lost:
            continue
        unusable = lost[name][1] & ~package.usable
        reasons = by_reason(package, unusable)
        if reasons and package.domain and any(not mask & package.domain for mask in masks):
            is_python = all(reason.startswith(NEEDS_PYTHON) for reason in reasons)
            place = "for this Python" if is_python else "that can be used here"
            newest = package.text(package.domain.bit_length() - 1)
            hints.append(f"the newest version of `{name}` {place} is {newest}")
        if lost[name][1] & package.usable & package.yanked:
            newest = package.text((lost[name][1] & package.usable).bit_length() - 1)
            hints.append(f"{PIN_YANKED} `{name} =={newest}`")
    return hints
