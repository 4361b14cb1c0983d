"""The grammar of environment markers (PEP 508): text → tree.

What trees look like is said in `markers`.
"""

from __future__ import annotations

from pipenv.errors import InvalidValue
from pipenv.models.names import canonical_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NoReturn, TypeAlias

    Node: TypeAlias = tuple[Any, ...]
    """Recursive, so its parts are not typed."""
    Side: TypeAlias = tuple[str, str]

EXTRA = ("var", "extra")
SETS = frozenset({"dependency_groups", "extras"})
"""The variables that are sets of names (PEP 751)."""

_VARIABLES = {
    name: name
    for name in (
        "dependency_groups",
        "extra",
        "extras",
        "implementation_name",
        "implementation_version",
        "os_name",
        "platform_machine",
        "platform_python_implementation",
        "platform_release",
        "platform_system",
        "platform_version",
        "python_full_version",
        "python_version",
        "sys_platform",
    )
} | {
    "os.name": "os_name",
    "platform.machine": "platform_machine",
    "platform.python_implementation": "platform_python_implementation",
    "platform.version": "platform_version",
    "python_implementation": "platform_python_implementation",
    "sys.platform": "sys_platform",
}
_OPERATORS = frozenset({"===", "==", "~=", "!=", "<=", ">=", "<", ">", "in"})
_SPACE = " \t\r\n"
_QUOTES = ("'", '"')
_COMPARING = "<>=!~"
_WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."


def parse_tree(text: str) -> Node:
    """Return the tree of the marker that `text` writes.

    Raises:
        InvalidValue: it writes none.
    """
    try:
        return _Parser(text).parse()
    except RecursionError:
        raise InvalidValue("an environment marker is nested too deeply") from None


def flat(kind: str, trees: Iterable[Node]) -> tuple[Node, ...]:
    """Return the trees, those of their own kind opened, each once."""
    nodes: dict[Node, None] = {}
    for tree in trees:
        for node in tree[1] if tree[0] == kind else (tree,):
            nodes[node] = None
    return tuple(nodes)


def joined(kind: str, nodes: tuple[Node, ...]) -> Node:
    """Return the node of these, which is the only one when there is but one."""
    return nodes[0] if len(nodes) == 1 else (kind, nodes)


class _Parser:
    """Recursive descent over the tokens of one text; `at` is the next to be read."""

    __slots__ = ("at", "starts", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.tokens: list[str] = []
        self.starts: list[int] = []
        """Where in the text each token begins."""
        self._tokenize()
        self.tokens.append("")  # the end

    def parse(self) -> Node:
        node = self._disjunction()
        if self.tokens[self.at]:
            self._refuse("`and`, `or` or its end")
        return node

    def _tokenize(self) -> None:
        """Cut the text into quoted texts, words, operators and parentheses."""
        tokens, starts = self.tokens, self.starts
        rest = self.text.lstrip(_SPACE)
        while rest:
            first = rest[0]
            starts.append(len(self.text) - len(rest))
            if first in "'\"":
                size = rest.find(first, 1) + 1
                if not size:
                    self.at = len(tokens)
                    self._refuse(f"a closing `{first}`")
            elif first in "()":
                size = 1
            else:
                kind = _COMPARING if first in _COMPARING else _WORD
                size = len(rest) - len(rest.lstrip(kind)) or 1
            tokens.append(rest[:size])
            rest = rest[size:].lstrip(_SPACE)

    def _disjunction(self) -> Node:
        node = self._conjunction()
        if self.tokens[self.at] != "or":
            return node
        nodes = [node]
        while self._read("or"):
            nodes.append(self._conjunction())
        return joined("or", flat("or", nodes))

    def _conjunction(self) -> Node:
        node = self._atom()
        if self.tokens[self.at] != "and":
            return node
        nodes = [node]
        while self._read("and"):
            nodes.append(self._atom())
        return joined("and", flat("and", nodes))

    def _atom(self) -> Node:
        if not self._read("("):
            return self._comparison()
        node = self._disjunction()
        if not self._read(")"):
            self._refuse("`)`")
        return node

    def _comparison(self) -> Node:
        left = self._side()
        operator = self._operator()
        right = self._side()
        if left == EXTRA and right[0] == "str":
            right = ("str", canonical_name(right[1]))
        elif left[0] == "str" and (right == EXTRA or (right[0] == "var" and right[1] in SETS)):
            left = ("str", canonical_name(left[1]))
        return (left, operator, right)

    def _side(self) -> Side:
        token = self.tokens[self.at]
        if token[:1] in _QUOTES:
            side = ("str", token[1:-1])
        else:
            name = _VARIABLES.get(token)
            if name is None:
                self._refuse("a variable or a quoted text")
            side = ("var", name)
        self.at += 1
        return side

    def _operator(self) -> str:
        token = self.tokens[self.at]
        if token in _OPERATORS:
            self.at += 1
            return token
        if self._read("not"):
            if self._read("in"):
                return "not in"
            self._refuse("`in`")
        return self._refuse("an operator")

    def _read(self, token: str) -> bool:
        """Go past the next token if it is this one."""
        if self.tokens[self.at] != token:
            return False
        self.at += 1
        return True

    def _refuse(self, expected: str) -> NoReturn:
        rest = self.text[self.starts[self.at] :] if self.at < len(self.starts) else ""
        raise InvalidValue(
            f"`{self.text}` is not an environment marker: expected {expected}, found "
            + (f"`{rest}`" if rest else "the end")
        )
