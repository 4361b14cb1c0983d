"""Environment markers (PEP 508): parsing, evaluation, printing, joining.

A marker is a tree of plain tuples, so that it goes through `marshal`::

    ("and", (node, node, …))     ("or", (node, node, …))
    (left, operator, right)      sides are ("var", name) or ("str", text)

``and`` and ``or`` have two nodes at least and no direct child of their own kind.  Parsing writes
legacy variable names and extra names in their canonical form and changes nothing else.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models._marker_grammar import EXTRA, SETS, flat, joined, parse_tree
from pipenv.models.names import canonical_name
from pipenv.models.specifiers import strict_clause
from pipenv.models.versions import version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pipenv.models._marker_grammar import Node, Side

_COMPARED_AS_VERSIONS = frozenset(
    {"implementation_version", "platform_release", "python_full_version", "python_version"}
)
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_MEMO_SIZE = 1 << 13
_markers: dict[str, Marker] = {}
_comparisons: dict[tuple[str, str, str], bool] = {}


class Marker:
    """A condition on the environment that a package is installed into."""

    __slots__ = ("_text", "_variables", "tree")

    def __init__(self, tree: Node) -> None:
        self.tree = tree
        self._text: str | None = None
        self._variables: frozenset[str] | None = None

    @classmethod
    def from_tree(cls, tree: Node) -> Marker:
        """Return the marker whose `tree` was kept; the inverse of reading that attribute."""
        return cls(tree)

    @property
    def variables(self) -> frozenset[str]:
        """The names of the variables it looks at."""
        if self._variables is None:
            self._variables = frozenset(
                text
                for left, _, right in comparisons_in(self.tree)
                for kind, text in (left, right)
                if kind == "var"
            )
        return self._variables

    @property
    def mentions_extra(self) -> bool:
        """Whether it depends on which extras are asked for."""
        return "extra" in self.variables or "extras" in self.variables

    def evaluate(self, environment: Mapping[str, str], extras: Collection[str] = ()) -> bool:
        """Whether it holds in `environment` with these extras (canonical names) asked for.

        A variable that `environment` lacks is empty. ``dependency_groups`` is read from there as
        names between commas.
        """
        return _holds(self.tree, environment, extras)

    def __str__(self) -> str:
        if self._text is None:
            self._text = _print(self.tree)
        return self._text

    def __repr__(self) -> str:
        return f"<Marker {self}>"

    def __hash__(self) -> int:
        return hash(self.tree)

    def __eq__(self, other: object) -> bool:
        return self.tree == other.tree if isinstance(other, Marker) else NotImplemented


def parse_marker(text: str) -> Marker:
    """Return the marker that `text` writes.

    Raises:
        InvalidValue: it writes none.
    """
    marker = _markers.get(text)
    if marker is None:
        marker = Marker(parse_tree(text))
        if len(_markers) >= _MEMO_SIZE:
            _markers.clear()
        _markers[text] = marker
    return marker


def conjunction(markers: Iterable[Marker | None]) -> Marker | None:
    """Return what holds when all of them hold; `None` is the marker that always holds."""
    nodes = flat("and", (marker.tree for marker in markers if marker is not None))
    return Marker(joined("and", nodes)) if nodes else None


def disjunction(markers: Iterable[Marker | None]) -> Marker | None:
    """Return what holds when one of them holds; `None` is the marker that always holds.

    Of no markers at all it is `None` too.
    """
    trees = []
    for marker in markers:
        if marker is None:
            return None
        trees.append(marker.tree)
    nodes = flat("or", trees)
    return Marker(joined("or", nodes)) if nodes else None


def assuming(marker: Marker, sets: Mapping[str, Collection[str]]) -> bool | Marker:
    """What is left of a marker when ``extras`` and ``dependency_groups`` are known (PEP 751).

    Args:
        marker: any.
        sets: name of the variable → canonical names.
    """
    return _assuming(marker.tree, sets)


def _assuming(node: Node, sets: Mapping[str, Collection[str]]) -> bool | Marker:
    if len(node) == 3:
        left, operator, right = node
        present = sets.get(right[1]) if right[0] == "var" else None
        if present is None:
            return Marker(node)
        return (canonical_name(left[1]) in present) is (operator == "in")
    kind, nodes = node
    decisive = kind == "or"
    kept: list[Marker] = []
    for each in nodes:
        found = _assuming(each, sets)
        if found is decisive:
            return decisive
        if isinstance(found, Marker):
            kept.append(found)
    joined_again = disjunction(kept) if decisive else conjunction(kept)
    return not decisive if joined_again is None else joined_again


def comparisons_in(node: Node) -> Iterator[tuple[Side, str, Side]]:
    """Yield the comparisons of a tree, from left to right."""
    if len(node) == 3:
        yield node
    else:
        for each in node[1]:
            yield from comparisons_in(each)


# --- evaluation ---


def _holds(node: Node, environment: Mapping[str, str], extras: Collection[str]) -> bool:
    if len(node) == 3:
        return _comparison_holds(*node, environment, extras)
    decisive = node[0] == "or"
    for each in node[1]:
        if _holds(each, environment, extras) is decisive:
            return decisive
    return not decisive


def _comparison_holds(
    left: Side, operator: str, right: Side, environment: Mapping[str, str], extras: Collection[str]
) -> bool:
    variable = left[1] if left[0] == "var" else right[1] if right[0] == "var" else ""
    if variable == "extra":
        return _extra_holds(left, operator, right, extras)
    if variable in SETS:
        return _membership_holds(left, operator, variable, environment, extras)
    left_value = _value(left, environment)
    right_value = _value(right, environment)
    if variable not in _COMPARED_AS_VERSIONS:
        return _texts_compare(left_value, operator, right_value)
    question = (left_value, operator, right_value)
    answer = _comparisons.get(question)
    if answer is None:
        answer = _versions_compare(left_value, operator, right_value)
        if len(_comparisons) >= _MEMO_SIZE:
            _comparisons.clear()
        _comparisons[question] = answer
    return answer


def _value(side: Side, environment: Mapping[str, str]) -> str:
    kind, text = side
    if kind == "str":
        return text
    value = environment.get(text, "")
    # An interpreter built between releases calls itself ``3.13.0+``, which is no version.
    return value + "local" if text == "python_full_version" and value.endswith("+") else value


def _versions_compare(left: str, operator: str, right: str) -> bool:
    """Compare as versions when the right side is one that goes with the operator."""
    if operator in ("in", "not in"):
        return _texts_compare(left, operator, right)
    try:
        clause = strict_clause(operator, right.strip())
    except InvalidValue:
        return _texts_compare(left, operator, right)
    if operator == "===":
        return left.lower() == clause.version.lower()
    try:
        key = version_key(left)
    except InvalidValue:
        return False
    inside = (clause.low is None or key >= clause.low) and (
        clause.high is None or key < clause.high
    )
    return inside is not clause.is_excluding


def _texts_compare(left: str, operator: str, right: str) -> bool:
    """Compare as texts, which have no order: ``<=`` is equality, ``<`` never holds."""
    if operator == "in":
        return left in right
    if operator == "not in":
        return left not in right
    if operator == "!=":
        return left != right
    return left == right and operator in ("==", "<=", ">=", "===")


def _extra_holds(left: Side, operator: str, right: Side, extras: Collection[str]) -> bool:
    """Judge ``extra`` against the extras asked for, which are one empty name when there are none.

    The denying operators hold when no extra makes the asserting ones hold.
    """
    asserting = {"!=": "==", "not in": "in"}.get(operator, operator)
    found = any(
        _texts_compare(
            extra if left == EXTRA else left[1],
            asserting,
            extra if right == EXTRA else right[1],
        )
        for extra in (extras or ("",))
    )
    return found is (asserting == operator)


def _membership_holds(
    left: Side,
    operator: str,
    variable: str,
    environment: Mapping[str, str],
    extras: Collection[str],
) -> bool:
    """Judge ``'name' in extras`` and ``'name' in dependency_groups`` (PEP 751)."""
    present = (
        extras
        if variable == "extras"
        else {canonical_name(name.strip()) for name in environment.get(variable, "").split(",")}
    )
    found = left[0] == "str" and canonical_name(left[1]) in present
    return found if operator == "in" else operator == "not in" and not found


# --- printing ---


def _print(node: Node) -> str:
    if len(node) == 3:
        return _print_comparison(*node)
    kind, nodes = node
    return f" {kind} ".join(
        f"({_print(each)})" if kind == "and" and each[0] == "or" else _print(each) for each in nodes
    )


def _print_comparison(left: Side, operator: str, right: Side) -> str:
    if left[0] == "str" and right[0] == "var" and _may_be_mirrored(left[1], operator, right[1]):
        left, operator, right = right, _MIRRORED[operator], left
    return f"{_print_side(left)} {operator} {_print_side(right)}"


def _may_be_mirrored(text: str, operator: str, variable: str) -> bool:
    """Whether the variable can go to the left without a change of meaning.

    Not when the text would be read as a prefix or a local version there and is not here, nor when
    the variable's value need not be a version.
    """
    if operator not in _MIRRORED or variable == "platform_release":
        return False
    if variable not in _COMPARED_AS_VERSIONS:
        return True
    try:
        return not version_key(text)[5]
    except InvalidValue:
        return False


def _print_side(side: Side) -> str:
    kind, text = side
    if kind == "var":
        return text
    return f'"{text}"' if "'" in text else f"'{text}'"
