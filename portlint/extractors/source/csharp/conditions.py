"""Which C# expressions ask about the platform, and what their answers say.

Published list: `Application.platform` compared with a `RuntimePlatform`, `Application.isEditor`,
`OperatingSystem.IsBrowser()` and its sisters, `OperatingSystem.IsOSPlatform("browser")`,
`RuntimeInformation.IsOSPlatform(OSPlatform.X)`, Godot's `OS.HasFeature("web")` and `OS.GetName()`; joined by `&&`,
`||`, `!`; held by a field, a local, a property or a function of the same file that has this one value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from portlint.extractors.source.answers import SILENT, Answers, asks, feature
from portlint.extractors.source.csharp.tree import arguments, field, literal, named, unwrapped
from portlint.extractors.source.syntax import path_to, text_of
from portlint.model.guard import ALWAYS, NEVER, Guard, negated

if TYPE_CHECKING:
    from tree_sitter import Node

_TOKENS = re.compile(
    rb"\bRuntimePlatform\s*\.|\bApplication\s*\.\s*isEditor\b|\bOperatingSystem\s*\.\s*Is|\bIsOSPlatform\b"
    rb"|\bOS\s*\.\s*(?:HasFeature|GetName)\b|\bEngine\s*\.\s*IsEditorHint\b"
)
# RuntimePlatform of UnityEngine, as feature names; the rest (consoles) only says that this is no browser.
_UNITY = {
    "WebGLPlayer": "web",
    "WindowsPlayer": "windows",
    "OSXPlayer": "macos",
    "LinuxPlayer": "linux",
    "Android": "android",
    "IPhonePlayer": "ios",
    "WindowsEditor": "editor",
    "OSXEditor": "editor",
    "LinuxEditor": "editor",
    "LinuxServer": "dedicated_server",
    "WindowsServer": "dedicated_server",
    "OSXServer": "dedicated_server",
}
# Platform names of .NET (OSPlatform, SupportedOSPlatform, OperatingSystem.IsX), in lower case.
_DOTNET = {
    "browser": "web",
    "wasi": "wasi",
    "windows": "windows",
    "osx": "macos",
    "macos": "macos",
    "linux": "linux",
    "android": "android",
    "ios": "ios",
    "freebsd": "bsd",
    "maccatalyst": "ios",
    "tvos": "ios",
}
_GODOT = {"HTML5": "web", "JavaScript": "web", "Web": "web", "macOS": "macos", "OSX": "macos", "X11": "linuxbsd"}
_HOLDER = re.compile(rb"\b(?:bool|var)\s+(\w+)\s*(?:=>|=|\(\s*\)|\{)")
_MAX_DEPTH = 40


def platform(name: str) -> Guard | None:
    """The feature of a .NET platform name like `browser` or `windows10.0`."""
    tag = _DOTNET.get(name.lower().rstrip("0123456789."))
    return feature(tag) if tag else None


class Conditions:
    """The platform tests of one file. `any` is False when it holds none."""

    def __init__(self, data: bytes, root: Node) -> None:
        self._data, self._root = data, root
        self.any = _TOKENS.search(data) is not None
        self._held: dict[str, Node | None] | None = None

    def answers(self, node: Node | None, depth: int = 0) -> Answers:
        """What the condition says about the platform."""
        node = unwrapped(node)
        if node is None or depth > _MAX_DEPTH:
            return SILENT
        kind = node.type
        if kind == "boolean_literal":
            return Answers(ALWAYS, NEVER) if text_of(node) == "true" else Answers(NEVER, ALWAYS)
        if kind == "prefix_unary_expression" and text_of(node.child(0)) == "!":
            inner = self.answers(node.named_child(0), depth + 1)
            return inner.negated()
        if kind == "binary_expression":
            return self._joined(node, depth)
        if kind == "is_pattern_expression":
            return self._is(node)
        if kind == "invocation_expression":
            return self._called(node, depth)
        if kind == "identifier":
            return self._holder(text_of(node), depth)
        if kind == "member_access_expression":
            name = _dotted(node)
            if name.endswith("Application.isEditor"):
                return asks(feature("editor"))
            return self._holder(name.rpartition(".")[2], depth)  # also `Platform.IsWeb`, if this file declares it
        return SILENT

    def before_right(self, node: Node) -> Guard:
        """What the left side of `&&`, `||` leaves for the right side to run."""
        operator = text_of(field(node, "operator"))
        if operator not in ("&&", "||"):
            return ALWAYS
        left = self.answers(field(node, "left"))
        return left.true if operator == "&&" else left.false

    def equals(self, value: Node | None, other: Node | None) -> Answers:
        """What it says that `value` (a platform) is `other` (the name of one)."""
        value, other = unwrapped(value), unwrapped(other)
        if value is None or other is None:
            return SILENT
        name = _dotted(other) if other.type == "member_access_expression" else ""
        if ".RuntimePlatform." in f".{name}":
            if not _dotted(value).endswith("platform"):  # Application.platform, or a variable that holds it
                return SILENT
            return _named(_UNITY.get(name.rpartition(".")[2]))
        if value.type == "invocation_expression" and _dotted(field(value, "function")) in (
            "OS.GetName",
            "Godot.OS.GetName",
        ):
            asked = literal(other)
            return _named(_GODOT.get(asked, asked.lower())) if asked is not None else SILENT
        return SILENT

    def _joined(self, node: Node, depth: int) -> Answers:
        operator = text_of(field(node, "operator"))
        left, right = field(node, "left"), field(node, "right")
        if operator in ("&&", "||"):
            a, b = self.answers(left, depth + 1), self.answers(right, depth + 1)
            return a.both(b) if operator == "&&" else a.either(b)
        if operator not in ("==", "!="):
            return SILENT
        equal = self.equals(left, right)
        if equal == SILENT:
            equal = self.equals(right, left)
        if equal == SILENT and right is not None and right.type == "boolean_literal":
            same = self.answers(left, depth + 1)
            equal = same if text_of(right) == "true" else same.negated()
        return equal if operator == "==" else equal.negated()

    def _is(self, node: Node) -> Answers:
        """`Application.platform is RuntimePlatform.X or RuntimePlatform.Y`, `is not X`."""
        value, pattern = field(node, "expression"), field(node, "pattern")
        inside = named(pattern)[0] if pattern is not None and named(pattern) else None
        if inside is None or inside.type != "binary_expression":
            return self.pattern(value, pattern)
        # The grammar reads `a is X && b` as `a is (X && b)`.
        a, b = self.equals(value, field(inside, "left")), self.answers(field(inside, "right"))
        return a.both(b) if text_of(field(inside, "operator")) == "&&" else a.either(b)

    def pattern(self, value: Node | None, pattern: Node | None) -> Answers:
        if pattern is None:
            return SILENT
        if pattern.type in ("constant_pattern", "parenthesized_pattern") and named(pattern):
            inside = named(pattern)[0]
            is_pattern = inside.type.endswith("pattern")
            return self.pattern(value, inside) if is_pattern else self.equals(value, inside)
        if pattern.type == "negated_pattern" and named(pattern):
            inner = self.pattern(value, named(pattern)[0])
            return inner.negated()
        if pattern.type == "or_pattern" and len(named(pattern)) == 2:
            a, b = (self.pattern(value, each) for each in named(pattern))
            return a.either(b)
        return SILENT

    def _called(self, node: Node, depth: int) -> Answers:
        function = field(node, "function")
        if function is None:
            return SILENT
        name = _dotted(function)
        given = arguments(node)
        owner, _, method = name.rpartition(".")
        first = literal(given[0]) if given else None
        if owner.endswith("OperatingSystem") and method.startswith("Is") and method != "IsOSPlatform":
            guard = platform(method[2:].removesuffix("VersionAtLeast"))
            if guard is None:
                return SILENT
            return asks(guard) if method[2:].removesuffix("VersionAtLeast") == method[2:] else Answers(guard, ALWAYS)
        if method == "IsOSPlatform" and given:
            if given[0].type == "invocation_expression":  # OSPlatform.Create("BROWSER")
                inner = arguments(given[0])
                first = literal(inner[0]) if inner else None
            guard = platform(first.rpartition(".")[2] if first else "")
            return asks(guard) if guard else SILENT
        if name in ("OS.HasFeature", "Godot.OS.HasFeature") and first:
            return asks(feature(_GODOT.get(first, first)))
        if name in ("Engine.IsEditorHint", "Godot.Engine.IsEditorHint"):
            return asks(feature("editor"))
        return self._holder(method or name, depth) if not given else SILENT

    def _holder(self, name: str, depth: int) -> Answers:
        """`bool IsWeb => TEST`, `static readonly bool isWeb = TEST`, `bool IsWeb() { return TEST; }`."""
        if self._held is None:
            self._held = self._holders()
        value = self._held.get(name)
        return self.answers(value, depth + 1) if value is not None and value.type != "boolean_literal" else SILENT

    def _holders(self) -> dict[str, Node | None]:
        """The value of each holder that this file declares once."""
        found: dict[str, Node | None] = {}
        for match in _HOLDER.finditer(self._data) if self.any else ():
            name = match[1].decode("utf-8", "replace")
            path = path_to(self._root, match.start(1))
            value = _value(path[-2]) if len(path) > 1 and path[-1].type == "identifier" else None
            found[name] = None if name in found else value
        return found


def _value(declaration: Node) -> Node | None:
    """The one expression that a declaration stands for, or None."""
    if declaration.type == "variable_declarator":
        inside = named(declaration)
        return inside[-1] if len(inside) == 2 else None
    body = field(declaration, "value") or field(declaration, "body")
    if body is None and (accessors := field(declaration, "accessors")) is not None and len(named(accessors)) == 1:
        body = field(named(accessors)[0], "body")
    if body is None:
        return None
    inside = named(body)
    if body.type == "arrow_expression_clause":
        return inside[0] if inside else None
    if len(inside) == 1 and inside[0].type == "return_statement" and named(inside[0]):
        return named(inside[0])[0]
    return None


def _named(tag: str | None) -> Answers:
    # A platform that no target speaks of still says that this is no browser.
    return asks(feature(tag)) if tag else Answers(negated(feature("web")), ALWAYS)


def _dotted(node: Node | None) -> str:
    return "".join(text_of(node).split()).removeprefix("global::")
