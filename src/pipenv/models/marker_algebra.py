"""Sets of environments: markers as bit masks, and the shortest marker of a mask.

A space has one bit for each environment that the markers of one question can tell apart: the
Pythons between the versions that they mention, the platforms with their machines, the
implementations.  And, or, not and implication are operations on integers then, and exact for all
environments of the space.  What markers compare with beyond that (``platform_release``) is taken
to be either way.
"""

from __future__ import annotations

from itertools import combinations, pairwise

from pipenv.errors import InvalidValue
from pipenv.models.markers import Marker, comparisons_in
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from pipenv.models._marker_grammar import Node
    from pipenv.models.targets import Platform, TargetSet

    Sample = Mapping[str, str]

_PYTHON = ("python_version", "python_full_version")
_PLATFORM = ("os_name", "sys_platform", "platform_system", "platform_machine")
_IMPLEMENTATION = ("platform_python_implementation", "implementation_name")
_IMPLEMENTATIONS = (("CPython", "cpython"), ("PyPy", "pypy"))
_TOPICS = (*_PYTHON, *_PLATFORM, *_IMPLEMENTATION)
"""In the order in which a marker speaks of them."""
_NEGATED = {"==": "!=", ">=": "<", ">": "<=", "in": "not in"} | {
    "!=": "==", "<": ">=", "<=": ">", "not in": "in",
}  # fmt: skip
_ABOUT_REQUESTS = frozenset({"dependency_groups", "extra", "extras"})
_OTHER_MACHINE = "some other machine"
_MACHINES_ELSEWHERE = frozenset({"amd64", "arm64", "arm64e", "x86", "win32"})
"""In lower case: what Linux never calls a machine."""
_MOST_FREE = 4
"""Comparisons with variables that can have any value; of more, all are taken to hold."""
_LARGEST_CONJUNCTION = 3
_LAST_PATCH = 99


class Atom:
    """A comparison of a marker, and where it holds."""

    __slots__ = ("mask", "node", "order", "text")

    def __init__(self, mask: int, node: Node, order: tuple[int, int]) -> None:
        self.mask = mask
        self.node = node
        self.order = order
        """How far from what people wrote; then what it speaks of."""
        self.text = str(Marker.from_tree(node))


class EnvironmentSpace:
    """A finite set of environments, a bit each. Made by `space_of`."""

    def __init__(self, axes: Sequence[Sequence[Sample]], free: Sequence[Node] = ()) -> None:
        """Span the space.

        Args:
            axes: independent of each other; the samples of one give values to the same variables.
            free: comparisons that may turn out either way wherever one is.
        """
        self._axes = [*axes, *((_holding(node), _failing(node)) for node in free)]
        self._free = {node: len(axes) + number for number, node in enumerate(free)}
        size = 1
        self._bits: list[tuple[int, ...]] = []
        sizes = [len(axis) for axis in self._axes]
        total = 1
        for each in sizes:
            total *= each
        for each in sizes:
            period = size * each
            repeated = sum(1 << place for place in range(0, total, period))
            block = (1 << size) - 1
            self._bits.append(tuple((block << at * size) * repeated for at in range(each)))
            size = period
        self.everything = (1 << total) - 1
        """The mask of all environments."""
        self._axis_of = {name: number for number, axis in enumerate(axes) for name in axis[0]}
        self._atoms: dict[Node, int] = {}
        self._found: dict[tuple[int, tuple[Marker, ...]], Marker | None] = {}

    def environments(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each environment with its mask; those that differ in free comparisons as one."""
        known = len(self._axes) - len(self._free)
        yield from self._combined(0, known, self.everything, {})

    def mask(self, marker: Marker | None, extras: Collection[str] = ()) -> int:
        """Return where a marker holds, with these extras asked for."""
        return self.everything if marker is None else self._mask(marker.tree, extras)

    def marker(self, mask: int, hints: Iterable[Marker] = ()) -> Marker | None:
        """Return the shortest marker that holds exactly there; `None` when that is everywhere.

        Args:
            mask: not empty.
            hints: what it was made from: their comparisons are used first.
        """
        key = (mask, tuple(dict.fromkeys(hints)))
        if key not in self._found:
            self._found[key] = self._shortest(*key)
        return self._found[key]

    # Where a marker holds

    def _mask(self, node: Node, extras: Collection[str]) -> int:
        if len(node) == 3:
            return self._atom_mask(node, extras)
        kind, nodes = node
        if kind == "and":
            found = self.everything
            for each in nodes:
                found &= self._mask(each, extras)
                if not found:
                    break
            return found
        found = 0
        for each in nodes:
            found |= self._mask(each, extras)
        return found

    def _atom_mask(self, node: Node, extras: Collection[str]) -> int:
        left, _, right = node
        if ("var", "extra") in (left, right):
            return self.everything if Marker.from_tree(node).evaluate({}, extras) else 0
        found = self._atoms.get(node)
        if found is None:
            found = self._atoms[node] = self._evaluated(node)
        return found

    def _evaluated(self, node: Node) -> int:
        for each, is_meant in ((node, True), (_negated(node), False)):
            if each in self._free:
                held = self._bits[self._free[each]][0]
                return held if is_meant else self.everything ^ held
        marker = Marker.from_tree(node)
        axes = {self._axis_of.get(name) for name in marker.variables}
        if axes == {None} and not self._is_known(marker):
            return self.everything
        found = 0
        if len(axes) == 1 and None not in axes:
            (axis,) = axes
            assert axis is not None  # noqa: S101 - for the type checker
            for sample, bits in zip(self._axes[axis], self._bits[axis], strict=True):
                if marker.evaluate(sample):
                    found |= bits
            return found
        for bits, environment in self.environments():
            if marker.evaluate(environment):
                found |= bits
        return found

    @staticmethod
    def _is_known(marker: Marker) -> bool:
        """Whether its variables, none of an axis, have values all the same: the sets of names."""
        return marker.variables <= {"extras", "dependency_groups"}

    def _combined(
        self, axis: int, last: int, mask: int, values: dict[str, str]
    ) -> Iterator[tuple[int, dict[str, str]]]:
        if axis == last:
            yield mask, values
            return
        for sample, bits in zip(self._axes[axis], self._bits[axis], strict=True):
            yield from self._combined(axis + 1, last, mask & bits, {**values, **sample})

    # The marker of a mask

    def _shortest(self, mask: int, hints: tuple[Marker, ...]) -> Marker | None:
        if mask == self.everything:
            return None
        atoms = self._vocabulary(hints)
        best = self._of_one_or_two(mask, atoms)
        if best is None:
            best = self._of_many(mask, atoms)
        return Marker.from_tree(best)

    def _vocabulary(self, hints: Sequence[Marker]) -> list[Atom]:
        """The comparisons to write with, each meaning once, the preferred ones first."""
        written = {
            node: None
            for hint in hints
            for node in comparisons_in(hint.tree)
            if ("var", "extra") not in (node[0], node[2])
        }
        atoms: list[Atom] = []
        for distance, nodes in (
            (0, sorted(written, key=repr)),
            (1, sorted((each for node in written if (each := _negated(node))), key=repr)),
            (2, [*self._usual_comparisons()]),
        ):
            for node in nodes:
                mask = self._atom_mask(node, ())
                if mask in (0, self.everything):
                    continue
                if distance == 1 and all(mask != self.everything ^ known.mask for known in atoms):
                    continue  # as texts, versions have no order that could be turned round
                if all(mask != known.mask for known in atoms):
                    atoms.append(Atom(mask, node, (distance, self._topic(node))))
        return atoms

    def _usual_comparisons(self) -> Iterator[Node]:
        """What any mask can be written with."""
        yield from self._python_bounds()
        for name in ("python_version", "sys_platform", "platform_machine"):
            for sample in self._axis(name):
                if sample[name] != _OTHER_MACHINE:
                    yield from _equalities(name, sample[name])
        for sample in reversed(self._axis("platform_python_implementation")):
            name = "platform_python_implementation"
            yield from _equalities(name, sample[name])
        for node in self._free:
            negated = _negated(node)
            yield from (node,) if negated is None else (node, negated)

    def _python_bounds(self) -> Iterator[Node]:
        axis = self._axis("python_version")
        for previous, sample in pairwise(axis):
            is_minor = sample["python_version"] != previous["python_version"]
            variable = "python_version" if is_minor else "python_full_version"
            for operator in (">=", "<"):
                yield ("var", variable), operator, ("str", sample[variable])

    def _axis(self, name: str) -> Sequence[Sample]:
        """The samples of the axis that a variable belongs to; none if it belongs to none."""
        axis = self._axis_of.get(name)
        return () if axis is None else self._axes[axis]

    @staticmethod
    def _topic(node: Node) -> int:
        name = node[0][1] if node[0][0] == "var" else node[2][1]
        return _TOPICS.index(name) if name in _TOPICS else len(_TOPICS)

    def _of_one_or_two(self, mask: int, atoms: Sequence[Atom]) -> Node | None:
        for atom in atoms:
            if atom.mask == mask:
                return atom.node
        found: list[tuple[int, int, str, Node]] = []
        for left, right in combinations(atoms, 2):
            if left.mask & right.mask == mask:
                kind = "and"
            elif left.mask | right.mask == mask:
                kind = "or"
            else:
                continue
            node = _joined(kind, [left, right])
            distance = left.order[0] + right.order[0]
            found.append((distance, len(left.text) + len(right.text), left.text, node))
        return min(found, key=lambda each: each[:3])[3] if found else None

    def _of_many(self, mask: int, atoms: Sequence[Atom]) -> Node:
        alternatives = self._cover(mask, atoms)
        count = sum(map(len, alternatives))
        node = _of_alternatives(alternatives)
        opposite = {self.everything ^ atom.mask: atom for atom in atoms}
        refusals = self._cover(self.everything ^ mask, atoms)
        if sum(map(len, refusals)) < count and all(
            atom.mask in opposite for refusal in refusals for atom in refusal
        ):
            clauses = [[opposite[atom.mask] for atom in refusal] for refusal in refusals]
            return _of_clauses(clauses)
        return node

    def _cover(self, mask: int, atoms: Sequence[Atom]) -> list[list[Atom]]:
        """Conjunctions that together hold exactly there."""
        chosen: list[tuple[int, list[Atom]]] = []
        rest = mask
        while rest:
            implicant = self._implicant(rest & -rest, mask, rest, atoms)
            covered = self.everything
            for atom in implicant:
                covered &= atom.mask
            chosen.append((covered, implicant))
            rest &= ~covered
        for each in list(chosen):
            others = 0
            for other in chosen:
                if other is not each:
                    others |= other[0]
            if others == mask:
                chosen.remove(each)
        return [implicant for _, implicant in chosen]

    def _implicant(self, cell: int, mask: int, rest: int, atoms: Sequence[Atom]) -> list[Atom]:
        """A conjunction that holds in `cell`, nowhere outside `mask`, and in much of `rest`."""
        true = [atom for atom in atoms if atom.mask & cell]
        best: tuple[int, int, int] | None = None
        found: tuple[Atom, ...] = ()
        for size in range(1, _LARGEST_CONJUNCTION + 1):
            for picked in combinations(true, size):
                held = picked[0].mask
                for atom in picked[1:]:
                    held &= atom.mask
                if held & ~mask:
                    continue
                score = ((held & rest).bit_count(), -size, -sum(each.order[0] for each in picked))
                if best is None or score > best:
                    best, found = score, picked
            if found:
                break
        if found:
            return list(found)
        kept = list(true)
        for atom in reversed(true):
            fewer = [each for each in kept if each is not atom]
            held = self.everything
            for each in fewer:
                held &= each.mask
            if not held & ~mask:
                kept = fewer
        return kept


def space_of(targets: TargetSet, markers: Iterable[Marker] = ()) -> EnvironmentSpace:
    """Return the environments of `targets`, as finely as `markers` tell them apart."""
    markers = list(markers)
    if targets.is_single:
        return EnvironmentSpace([[targets.here.environment]])
    known = {*_PYTHON, *_PLATFORM, *_IMPLEMENTATION, *_ABOUT_REQUESTS}
    python_texts: dict[str, None] = {}
    machines: dict[str, None] = {}
    free: dict[Node, None] = {}
    for marker in markers:
        for node in comparisons_in(marker.tree):
            left, _, right = node
            for side, other in ((left, right), (right, left)):
                if side[0] != "var":
                    continue
                if side[1] == "python_full_version" and other[0] == "str":
                    python_texts[other[1]] = None
                elif side[1] == "platform_machine" and other[0] == "str":
                    machines[other[1]] = None
                elif side[1] not in known and _negated(node) not in free:
                    free[node] = None
    return EnvironmentSpace(
        [
            _python_samples(targets, python_texts),
            [
                sample
                for platform in targets.platforms
                for sample in _platform_samples(platform, machines)
            ],
            [dict(zip(_IMPLEMENTATION, each, strict=True)) for each in _IMPLEMENTATIONS],
        ],
        sorted(free, key=repr)[:_MOST_FREE],
    )


def is_possible(targets: TargetSet, marker: Marker, extras: Collection[str] = ()) -> bool:
    """Tell whether a marker holds in any of the environments."""
    if targets.is_single:
        return marker.evaluate(targets.here.environment, extras)
    return space_of(targets, [marker]).mask(marker, extras) != 0


def _python_samples(targets: TargetSet, texts: Iterable[str]) -> list[Sample]:
    """One Python for each stretch between the versions that are mentioned, ascending."""
    patches: dict[str, set[int]] = {minor: set() for minor in targets.minors}
    mentioned = [*texts, *(clause.version for clause in targets.pythons.clauses)]
    for text in mentioned:
        for word in text.replace(",", " ").split():
            try:
                key = version_key(word.removesuffix(".*"))
            except InvalidValue:
                continue
            release = (*key[1], 0, 0, 0)[:3]
            minor = f"{release[0]}.{release[1]}"
            if minor in patches:
                patches[minor].update((release[2] - 1, release[2], release[2] + 1))
    samples: list[Sample] = []
    here = targets.here.environment
    for minor in targets.minors:
        possible = sorted(patch for patch in patches[minor] if patch >= 0)
        is_here = here["python_version"] == minor
        if not possible:
            patch = here["python_full_version"].split(".")[-1] if is_here else ""
            possible = [int(patch)] if patch.isdecimal() else [0]
        fulls = [f"{minor}.{patch}" for patch in possible]
        allowed = [full for full in fulls if targets.pythons.contains(version_key(full))]
        samples.extend(
            dict(zip(_PYTHON, (minor, full), strict=True))
            for full in allowed or [f"{minor}.{_LAST_PATCH}"]
        )
    return samples


def _platform_samples(platform: Platform, mentioned: Iterable[str]) -> list[Sample]:
    machines = dict.fromkeys(platform.machines)
    if platform.takes_other_machines:
        others = (each for each in mentioned if each.lower() not in _MACHINES_ELSEWHERE)
        machines.update(dict.fromkeys(sorted(others)))
        machines[_OTHER_MACHINE] = None
    values = (platform.os_name, platform.sys_platform, platform.platform_system)
    return [dict(zip(_PLATFORM, (*values, machine), strict=True)) for machine in machines]


def _holding(node: Node) -> Sample:
    return {str(Marker.from_tree(node)): "holds"}


def _failing(node: Node) -> Sample:
    return {str(Marker.from_tree(node)): "fails"}


def _negated(node: Node) -> Node | None:
    left, operator, right = node
    opposite = _NEGATED.get(operator)
    return None if opposite is None else (left, opposite, right)


def _equalities(name: str, value: str) -> Iterator[Node]:
    for operator in ("==", "!="):
        yield ("var", name), operator, ("str", value)


def _joined(kind: str, atoms: Sequence[Atom]) -> Node:
    if len(atoms) == 1:
        return atoms[0].node
    ordered = sorted(atoms, key=lambda atom: (atom.order[1], atom.text))
    return kind, tuple(atom.node for atom in ordered)


def _of_alternatives(alternatives: Sequence[Sequence[Atom]]) -> Node:
    nodes = [_joined("and", each) for each in alternatives]
    return nodes[0] if len(nodes) == 1 else ("or", tuple(sorted(nodes, key=repr)))


def _of_clauses(clauses: Sequence[Sequence[Atom]]) -> Node:
    nodes = [_joined("or", each) for each in clauses]
    return nodes[0] if len(nodes) == 1 else ("and", tuple(sorted(nodes, key=repr)))
