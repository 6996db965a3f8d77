"""What the variables of a GDScript file hold, as far as the file itself says so.

A variable has a class when its annotation names one (`var t: Thread`), or when everything that is assigned to it in
this file is `null` or one and the same `Thread.new()` (or `... as Thread`). Anything else is unknown: never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from portlint.extractors.source.gdscript.tree import member_name, segments
from portlint.extractors.source.syntax import path_to, places, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_PARAMETERS = ("parameters", "typed_parameter", "typed_default_parameter", "default_parameter", "variadic_parameter")
_FUNCTIONS = ("function_definition", "lambda", "constructor_definition", "signal_statement", "setget")
_BLOCKS = ("body", "class_body", "source")
_ARRAY = re.compile(r"Array\s*\[\s*(\w+)\s*\]\Z")
_MAX_NAMES = 200  # candidates followed in one file; each costs a search


class Use(NamedTuple):
    """An object of a known class in the hands of `path[-1]`; `members` are the segments after it (`start(f)`)."""

    class_name: str
    attribute: Node
    members: Sequence[Node]
    path: Sequence[Node]


class _Variable:
    """A declaration, visible between two bytes, with the classes of what is assigned to it."""

    def __init__(self, start: int, end: int, annotation: str, iterates: Node | None = None) -> None:
        self.start, self.end = start, end
        self.annotation = annotation
        self.iterates = iterates  # what a `for` takes its values from
        self.values: list[str | None] = []  # "" stands for null, None for something unknown

    def holds(self) -> str | None:
        held = {value for value in self.values if value != ""}
        return held.pop() if len(held) == 1 else None


class Variables:
    """The variables of one file that may hold an object of a class for which `is_known` says yes."""

    def __init__(self, data: bytes, root: Node, is_known: Callable[[str], bool]) -> None:
        self._data = data
        self._root = root
        self._is_known = is_known
        self._declared: dict[str, list[_Variable]] = {}

    def uses(self, names: Iterable[str]) -> Iterator[Use]:
        """Every place where a variable of these names is in use and its class is known."""
        waiting = sorted(set(names), reverse=True)
        while waiting and len(self._declared) < _MAX_NAMES:
            name = waiting.pop()
            if name in self._declared or not name:
                continue
            paths = self._places(name)
            self._declare(name, paths)
            for path in paths:
                loop = path[-2]
                if loop.type == "for_statement" and loop.child_by_field_name("right") == path[-1]:
                    waiting.append(text_of(loop.child_by_field_name("left")))
                use = self._use(name, path)
                if use is not None:
                    yield use

    def _places(self, name: str) -> list[list[Node]]:
        paths = [path_to(self._root, start) for start in places(self._data, name.encode())]
        return [path for path in paths if len(path) > 1 and path[-1].type in ("identifier", "name")]

    def _declare(self, name: str, paths: Sequence[Sequence[Node]]) -> None:
        declared = self._declared.setdefault(name, [])
        for path in paths:
            variable = _declaration(path)
            if variable is not None:
                declared.append(variable)
        for path in paths:
            right = _assigned(path)
            variable = self._find(name, path) if right is not None else None
            if variable is not None and right is not None:
                variable.values.append(_class_of(right))

    def _find(self, name: str, path: Sequence[Node]) -> _Variable | None:
        """The innermost declaration that the place can see; an inner class does not see the outer's variables."""
        place = path[-1].start_byte
        seen = [v for v in self._declared.get(name, ()) if v.start <= place < v.end]
        if not seen:
            return None
        inner = max((node.start_byte for node in path if node.type == "class_definition"), default=-1)
        seen = [variable for variable in seen if inner <= variable.start]
        return min(seen, key=lambda variable: variable.end - variable.start) if seen else None

    def _class_name(self, variable: _Variable, path: Sequence[Node]) -> str | None:
        """`Thread`, or `Array[Thread]`; None when the file does not say."""
        array = _ARRAY.match(variable.annotation)
        if self._is_known(array[1] if array else variable.annotation):
            return f"Array[{array[1]}]" if array else variable.annotation
        if variable.iterates is not None and variable.iterates.type == "identifier":
            name = text_of(variable.iterates)
            source = self._find(name, path)
            found = self._class_name(source, path) if source is not None and source is not variable else None
            array = _ARRAY.match(found or "")
            return array[1] if array else None
        held = variable.holds()
        return held if held and self._is_known(held) else None

    def _use(self, name: str, path: Sequence[Node]) -> Use | None:
        leaf, parent = path[-1], path[-2]
        element = parent.type == "subscript" and parent.named_child(0) == leaf and len(path) > 2
        attribute = path[-3] if element else parent
        if attribute.type != "attribute":
            return None
        parts = segments(attribute)
        first = parent if element else leaf
        if first in parts[:1]:
            members = parts[1:]
        elif not element and len(parts) > 2 and text_of(parts[0]) == "self" and parts[1] == leaf:
            members = parts[2:]
        else:
            return None
        variable = self._find(name, path)
        class_name = self._class_name(variable, path) if variable is not None else None
        array = _ARRAY.match(class_name or "")
        if class_name is None or bool(array) != element:
            return None
        return Use(array[1] if array else class_name, attribute, members, path)


def declared_name(path: Sequence[Node]) -> str:
    """The variable that the class at the end of `path` is an annotation or a value of, or ""."""
    for node in reversed(path):
        if node.type.endswith("variable_statement"):
            return text_of(node.child_by_field_name("name"))
        if node.type in _PARAMETERS and node.type != "parameters":
            return text_of(node.named_child(0))
        if node.type in ("for_statement", "assignment"):
            left = node.child_by_field_name("left")
            parts = segments(left) if left is not None and left.type == "attribute" else [left]
            return text_of(parts[-1]) if len(parts) == 1 or text_of(parts[0]) == "self" else ""
        if node.type in _BLOCKS:
            break
    return ""


def is_parameter(path: Sequence[Node]) -> bool:
    """True where the last node of `path` is the name of a parameter."""
    parent = path[-2]
    return parent.type == "parameters" or (parent.type in _PARAMETERS and parent.named_child(0) == path[-1])


def _declaration(path: Sequence[Node]) -> _Variable | None:
    """The variable that is declared at the end of `path`, or None."""
    leaf, parent = path[-1], path[-2]
    annotation = text_of(parent.child_by_field_name("type")).removeprefix(":=")
    if leaf.type == "name" and parent.type.endswith(("variable_statement", "const_statement")):
        block = path[-3]
        start = block.start_byte if block.type != "body" else parent.start_byte
        variable = _Variable(0 if block.type == "source" else start, block.end_byte, annotation)
        value = parent.child_by_field_name("value")
        variable.values.append(_class_of(value) if value is not None else "")
        return variable
    if is_parameter(path):
        around = next((node for node in reversed(path) if node.type in _FUNCTIONS), parent)
        variable = _Variable(around.start_byte, around.end_byte, annotation)
        variable.values.append(None)  # whatever the caller hands over
        return variable
    if parent.type == "for_statement" and parent.child_by_field_name("left") == leaf:
        variable = _Variable(parent.start_byte, parent.end_byte, annotation, parent.child_by_field_name("right"))
        variable.values.append(None)
        return variable
    if parent.type == "pattern_binding":
        section = path[-3]
        variable = _Variable(section.start_byte, section.end_byte, "")
        variable.values.append(None)
        return variable
    return None


def _assigned(path: Sequence[Node]) -> Node | None:
    """The right side of the assignment to the variable at the end of `path`, or None."""
    target, around = path[-1], path[-2]
    if around.type == "attribute" and len(path) > 2:
        parts = segments(around)
        if len(parts) != 2 or text_of(parts[0]) != "self" or parts[1] != target:
            return None
        target, around = around, path[-3]
    if around.type != "assignment" or around.child_by_field_name("left") != target:
        return None
    return around.child_by_field_name("right")


def _class_of(value: Node) -> str | None:
    """`Thread` of `Thread.new()` and of `x as Thread`, "" of null, None of everything else."""
    if value.type == "null":
        return ""
    if value.type == "attribute":
        parts = segments(value)
        is_new = len(parts) == 2 and parts[1].type == "attribute_call" and member_name(parts[1]) == "new"
        return text_of(parts[0]) if is_new and parts[0].type == "identifier" else None
    if value.type == "binary_operator" and text_of(value.child(1)) == "as":
        right = value.child_by_field_name("right")
        return text_of(right) if right is not None and right.type == "identifier" else None
    return None
