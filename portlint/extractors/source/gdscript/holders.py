"""Names of a GDScript file that stand for a platform test: `const IS_WEB := OS.has_feature("web")`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from portlint.extractors.source.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node


class _Held(NamedTuple):
    """A name stands for `value` between two bytes of the file."""

    start: int
    end: int
    value: Node


class Holders:
    """The constants, variables and functions around the tests at the ends of `paths`.

    A variable counts only with a single value: its initial one, or one assignment after a declaration. `functions`
    are definitions by name; what they return is for the caller to read.
    """

    def __init__(self, data: bytes, paths: Iterable[Sequence[Node]]) -> None:
        self._data = data
        self._held: dict[str, list[_Held]] = {}
        self.functions: dict[str, Node] = {}
        for path in paths:
            self._remember(path)

    def value(self, name: str, position: int) -> Node | None:
        """The expression that the name stands for at a byte: that of the innermost block around it."""
        around = [held for held in self._held.get(name, ()) if held.start <= position < held.end]
        return min(around, key=lambda held: held.end - held.start).value if around else None

    def _remember(self, path: Sequence[Node]) -> None:
        for index in range(len(path) - 1, 0, -1):
            node = path[index]
            if node.type == "function_definition":
                self.functions[text_of(node.child_by_field_name("name"))] = node
                return
            if node.type.endswith(("const_statement", "variable_statement")):
                name = text_of(node.child_by_field_name("name"))
                value = node.child_by_field_name("value")
                if value is not None and (node.type == "const_statement" or not self._assigned(name)):
                    around = path[index - 1]
                    self._held.setdefault(name, []).append(_Held(around.start_byte, around.end_byte, value))
                return
            if node.type == "assignment":
                self._remember_assignment(path[0], node)
                return

    def _remember_assignment(self, root: Node, node: Node) -> None:
        """`is_web = OS.has_feature("web")` as the only assignment of a variable of the script."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type != "identifier":
            return
        name = text_of(left)
        declared = re.search(rb"^(?:@?\w+\s+)?var\s+" + name.encode() + rb"\b", self._data, re.M)
        if declared and self._assigned(name) == 1:
            self._held.setdefault(name, []).append(_Held(root.start_byte, root.end_byte, right))

    def _assigned(self, name: str) -> int:
        """How often the name is assigned outside of its declaration."""
        word = re.escape(name.encode())
        pattern = rb"(?<![\w.])(?<!var )(?<!const )(?:self\.)?" + word + rb"\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)"
        return len(re.findall(pattern, self._data))
