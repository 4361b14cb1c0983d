"""The commonest clashes in as few lines as possible, and the way to what cannot be had."""

from __future__ import annotations

from pipenv.resolver._incompatibilities import DependencyFact, MergedFact, RootFact, UnusableFact
from pipenv.resolver._requirements import required, wish
from pipenv.resolver._wording import Subject, subject_of, versions_of, wanted_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipenv.resolver._incompatibilities import Incompatibility
    from pipenv.resolver._wording import Wording
    from pipenv.resolver.problem import Root

MOST_SIDES = 3
WIDTH = 96
_ARROW = " -> "


def direct_clash(wording: Wording, facts: Sequence[Incompatibility]) -> list[str] | None:
    """Say in a line for each requirement of the user what it leads to.

    None where that is not all: where a version cannot be used, or the clash is not between what the
    user requires and what that requires in turn.
    """
    roots: list[Root] = []
    needs: dict[str, Incompatibility] = {}
    for each in facts:
        fact = each.fact
        if isinstance(fact, RootFact):
            if fact.root not in roots:
                roots.append(fact.root)
        elif fact is None or isinstance(fact, UnusableFact) or fact.parent.name in needs:
            return None
        else:
            needs[fact.parent.name] = each
    names = [root.dependency.name for root in roots]
    if not 2 <= len(roots) <= MOST_SIDES or len(set(names)) < len(names) - (not needs):
        return None
    if not needs.keys() <= set(names) or any(root.dependency.url for root in roots):
        return None
    lines = []
    for root in sorted(roots, key=wording.place_of):
        need = needs.get(root.dependency.name)
        if need is None:
            lines.append(f"  {wish(root)}")
            continue
        text = _need(wording, need)
        if text is None:
            return None
        line = f"  {text}, and {wish(root)}"
        lines.extend([line] if len(line) <= WIDTH else [f"  {text},", f"    and {wish(root)}"])
    return lines


def _need(wording: Wording, need: Incompatibility) -> str | None:
    """Say which versions need what; None if what they need is not to be had at all."""
    fact = need.fact
    mask = need.terms[0][1]
    if isinstance(fact, MergedFact):
        child = fact.child
        wanted = wanted_of(child, child.domain & ~need.terms[-1][1])
    elif isinstance(fact, DependencyFact):
        found = wording.child_of(fact.dependency)
        if found is None or found is fact.parent or not found.matching(fact.dependency):
            return None
        wanted = required(fact.dependency)
    else:
        return None
    label = fact.parent.name if fact.extra is None else fact.extra.label()
    subject = subject_of(fact.parent, mask, label=label)
    if subject.is_plural:
        subject = Subject(f"{subject.text} ({versions_of(fact.parent, mask)})", is_plural=True)
    return subject.does(f"needs {wanted}")


def way_to_the_unmet(wording: Wording, facts: Sequence[Incompatibility]) -> str | None:
    """Name the packages that lead to what cannot be had, where there is one between at least."""
    by_child: dict[str, Incompatibility] = {}
    unmet = None
    for each in facts:
        if isinstance(each.fact, DependencyFact):
            name = each.fact.dependency.name
            child = wording.child_of(each.fact.dependency)
            if child is None or not child.matching(each.fact.dependency):
                unmet = unmet or each
            elif name in by_child:
                return None
            else:
                by_child[name] = each
    if unmet is None or not isinstance(unmet.fact, DependencyFact):
        return None
    way = [required(unmet.fact.dependency)]
    step: Incompatibility | None = unmet
    while step is not None and isinstance(step.fact, DependencyFact):
        parent = step.fact.parent
        newest = (step.terms[0][1] & parent.domain).bit_length() - 1
        way.append(f"{parent.name} {parent.text(newest)}")
        step = by_child.pop(parent.name, None)
    return _ARROW.join(reversed(way)) if len(way) > 2 else None
