"""Which GDScript expressions ask about the platform, and what their answers say.

Published list: `OS.has_feature("x")`, `OS.get_name()` compared with a name, `Engine.has_singleton("JavaScriptBridge")`,
`DisplayServer.get_name()` compared with "headless", `Engine.is_editor_hint()`, `OS.is_debug_build()`; joined by `and`,
`or`, `not`; held by a constant, a variable with one value, or a function that returns one, in the same file.
`ClassDB.class_exists` is none: it is true for ENet in a browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

from portlint.extractors.source.answers import SILENT, Answers, asks, feature
from portlint.extractors.source.gdscript.holders import Holders
from portlint.extractors.source.gdscript.tree import arguments, literal, member_name, segments, statements
from portlint.extractors.source.syntax import path_to, places, text_of
from portlint.model.guard import ALWAYS, NEVER, Guard, negated

if TYPE_CHECKING:
    from tree_sitter import Node

_TOKENS = (b"has_feature", b"get_name", b"has_singleton", b"is_editor_hint", b"editor_hint", b"is_debug_build")
# What OS.get_name() answers, as a feature tag. Godot 3 says HTML5, X11, OSX and Server.
_OS_NAMES = {
    "Web": "web",
    "HTML5": "web",
    "Windows": "windows",
    "macOS": "macos",
    "OSX": "macos",
    "Linux": "linux",
    "X11": "linuxbsd",
    "FreeBSD": "bsd",
    "NetBSD": "bsd",
    "OpenBSD": "bsd",
    "BSD": "bsd",
    "Android": "android",
    "iOS": "ios",
    "visionOS": "visionos",
    "Server": "dedicated_server",
}
# Feature tags of Godot 3 that Godot 4 spells differently.
_OLD_TAGS = {
    "HTML5": "web",
    "JavaScript": "web",
    "Windows": "windows",
    "OSX": "macos",
    "X11": "linuxbsd",
    "Server": "dedicated_server",
    "Android": "android",
    "iOS": "ios",
}
_MAX_DEPTH = 40


class Conditions:
    """The platform tests of one file. `any` is False when it holds none."""

    def __init__(self, data: bytes, root: Node) -> None:
        found = sorted(start for token in _TOKENS for start in places(data, token))
        self.any = bool(found) or b"if false" in data
        self._holders = Holders(data, [path_to(root, start) for start in found])

    def answers(self, node: Node | None, depth: int = 0) -> Answers:
        """What the condition says about the platform."""
        if node is None or depth > _MAX_DEPTH:
            return SILENT
        kind = node.type
        if kind in ("true", "false"):
            return Answers(ALWAYS, NEVER) if kind == "true" else Answers(NEVER, ALWAYS)
        if kind == "parenthesized_expression":
            return self.answers(node.named_child(0), depth + 1)
        if kind == "unary_operator" and node.child(0) is not None and text_of(node.child(0)) in ("not", "!"):
            inner = self.answers(node.named_child(node.named_child_count - 1), depth + 1)
            return inner.negated()
        if kind == "binary_operator":
            return self._joined(node, depth)
        if kind == "identifier":
            held = self._holders.value(text_of(node), node.start_byte)
            return self.answers(held, depth + 1) if held is not None and held.type not in ("true", "false") else SILENT
        if kind == "call":
            return self._function(text_of(node.named_child(0)), depth)
        return self._asked(node, depth) if kind == "attribute" else SILENT

    def before_right(self, node: Node) -> Guard:
        """What the left side of `and`, `or` leaves for the right side to run."""
        operator = _operator(node)
        if operator not in ("and", "&&", "or", "||"):
            return ALWAYS
        left = self.answers(node.child_by_field_name("left"))
        return left.true if operator in ("and", "&&") else left.false

    def matches(self, value: Node, patterns: Sequence[Node]) -> Answers:
        """What it says that `value` is one of `patterns`."""
        found = [self._named(value, literal(pattern)) for pattern in patterns]
        if not found or SILENT in found:
            return SILENT
        return reduce(Answers.either, found)

    def _joined(self, node: Node, depth: int) -> Answers:
        operator = _operator(node)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return SILENT
        if operator in ("and", "&&", "or", "||"):
            a, b = self.answers(left, depth + 1), self.answers(right, depth + 1)
            return a.both(b) if operator in ("and", "&&") else a.either(b)
        if operator in ("==", "!="):
            equal = self._equal(left, right, depth)
            return equal if operator == "==" else equal.negated()
        if operator in ("in", "not in") and right.type == "array":
            inside = self.matches(left, statements(right))
            return inside if operator == "in" else inside.negated()
        return SILENT

    def _equal(self, left: Node, right: Node, depth: int) -> Answers:
        for one, other in ((left, right), (right, left)):
            if other.type in ("true", "false"):
                same = self.answers(one, depth + 1)
                return same if other.type == "true" else same.negated()
            if other.type in ("string", "string_name"):
                return self._named(one, literal(other))
        return SILENT

    def _named(self, value: Node, name: str | None) -> Answers:
        """What it says that `value` (a call of get_name) equals the string `name`."""
        if value.type == "identifier":
            value = self._holders.value(text_of(value), value.start_byte) or value
        asked = _called(value)
        if name is None or asked is None:
            return SILENT
        if asked[0] == "OS.get_name":
            tag = _OS_NAMES.get(name)
            # A name that no target speaks of still says that this is no browser.
            return asks(feature(tag)) if tag else Answers(negated(feature("web")), ALWAYS)
        if asked[0] == "DisplayServer.get_name" and name == "headless":
            return asks(feature("dedicated_server"))
        return SILENT

    def _asked(self, node: Node, depth: int) -> Answers:
        parts = segments(node)
        if len(parts) == 2 and text_of(parts[0]) == "self":
            name = member_name(parts[1])
            if parts[1].type == "attribute_call":
                return self._function(name, depth)
            held = self._holders.value(name, node.start_byte)
            return self.answers(held, depth + 1) if held is not None and held.type != "identifier" else SILENT
        asked = _called(node)
        if asked is None:
            return SILENT
        name, argument = asked
        if name == "OS.has_feature" and argument is not None:
            return asks(feature(_OLD_TAGS.get(argument, argument)))
        if name == "Engine.has_singleton" and argument in ("JavaScriptBridge", "JavaScript"):
            return asks(feature("web"))
        if name in ("Engine.is_editor_hint", "Engine.editor_hint"):
            return asks(feature("editor"))
        return asks(feature("debug")) if name == "OS.is_debug_build" else SILENT

    def _function(self, name: str, depth: int) -> Answers:
        """`func is_web(): return TEST`, or `if TEST: return true` and `return false`."""
        function = self._holders.functions.get(name)
        body = function.child_by_field_name("body") if function is not None else None
        inside = statements(body) if body is not None else []
        if len(inside) == 1 and inside[0].type == "return_statement":
            return self.answers(inside[0].named_child(0), depth + 1)
        if len(inside) == 2 and inside[0].type == "if_statement" and inside[1].type == "return_statement":
            taken = inside[0].child_by_field_name("body")
            first = statements(taken)[0] if taken is not None and len(statements(taken)) == 1 else None
            returned = (text_of(first), text_of(inside[1]))
            answers = self.answers(inside[0].child_by_field_name("condition"), depth + 1)
            if returned == ("return true", "return false"):
                return answers
            if returned == ("return false", "return true"):
                return answers.negated()
        return SILENT


def _operator(node: Node) -> str:
    return " ".join(text_of(part) for part in node.children_by_field_name("op"))


def _called(node: Node) -> tuple[str, str | None] | None:
    """(`OS.has_feature`, first argument if it is a literal) of `OS.has_feature("x")`; None for other shapes."""
    if node.type != "attribute":
        return None
    parts = segments(node)
    if len(parts) != 2 or parts[0].type != "identifier":
        return None
    given = arguments(parts[1]) if parts[1].type == "attribute_call" else []
    return f"{text_of(parts[0])}.{member_name(parts[1])}", literal(given[0]) if given else None
