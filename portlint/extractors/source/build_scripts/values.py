"""Values and conditions in Unreal's build scripts, as far as they can be told without running anything."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from portlint.extractors.manifest.unreal.text import platform, target
from portlint.extractors.source.csharp.tree import field, named, unwrapped
from portlint.extractors.source.syntax import text_of
from portlint.model.guard import ALWAYS, Guard, both, either, negated

if TYPE_CHECKING:
    from tree_sitter import Node

ANY = "*"  # a part of a path that only a run would tell
MODULE, PLUGIN = "ModuleDirectory", "PluginDirectory"

# dev.epicgames.com, UnrealPlatformGroup: the public members of each group.
GROUPS = {
    "Windows": ("Win64", "Win32"),
    "Microsoft": ("Win64", "Win32"),
    "Unix": ("Linux", "LinuxArm64", "LinuxAArch64"),
    "Linux": ("Linux", "LinuxArm64", "LinuxAArch64"),
    "Apple": ("Mac", "IOS", "TVOS", "VisionOS"),
    "IOS": ("IOS", "TVOS", "VisionOS"),
    "Android": ("Android",),
    "Desktop": ("Win64", "Win32", "Mac", "Linux", "LinuxArm64", "LinuxAArch64"),
}
_PLATFORM = re.compile(r"(?:\w+\.)*UnrealTargetPlatform\.(\w+)\Z")
_KIND = re.compile(r"(?:\w+\.)*TargetType\.(\w+)\Z")
_MAX_STEPS = 40  # how far strings are followed through variables and properties
_MAX_TEXT = 80
_MAX_NESTING = 200


class Strings:
    """What the variables and properties of one file hold; of several assignments the last one counts."""

    def __init__(self, path: str) -> None:
        self._folder = posixpath.dirname(path)
        self._held: dict[str, Node] = {}
        self._steps = 0

    def learn(self, name: str, value: Node) -> None:
        self._held[name] = value

    def path(self, node: Node | None) -> str:
        """A path as the script would make it, relative to the root where it starts at the module; parts may be `*`."""
        self._steps = 0
        written = self._value(node).replace("\\", "/").replace("//", "/")
        rooted = written.startswith((f"{MODULE}/", f"{PLUGIN}/"))
        if written.startswith(f"{MODULE}/"):
            written = posixpath.join(self._folder, written[len(MODULE) + 1 :])
        elif written.startswith(f"{PLUGIN}/"):
            written = posixpath.join(_before_source(self._folder), written[len(PLUGIN) + 1 :])
        return posixpath.normpath(written).removeprefix("./") if rooted and written else written

    def _value(self, node: Node | None) -> str:
        node = unwrapped(node)
        self._steps += 1
        if node is None or self._steps > _MAX_STEPS:
            return ANY
        if node.type in ("string_literal", "verbatim_string_literal", "raw_string_literal"):
            return text_of(node).lstrip("@").strip('"').replace("\\\\", "/")
        if node.type == "interpolated_string_expression":
            return "".join(self._part(child) for child in node.children)
        if node.type == "binary_expression" and text_of(field(node, "operator")) == "+":
            return self._value(field(node, "left")) + self._value(field(node, "right"))
        if node.type in ("identifier", "member_access_expression"):
            return self._named(text_of(node).rpartition(".")[2])
        if node.type == "invocation_expression":
            return self._call(node)
        return ANY

    def _named(self, name: str) -> str:
        if name in (MODULE, PLUGIN):
            return name
        value = self._held.get(name)
        return self._value(value) if value is not None else ANY

    def _part(self, node: Node) -> str:
        if node.type == "string_content":
            return text_of(node)
        if node.type == "interpolation":
            inside = [each for each in named(node) if each.type != "interpolation_brace"]
            return self._value(inside[0]) if len(inside) == 1 else ANY
        return ""

    def _call(self, node: Node) -> str:
        called = text_of(field(node, "function")).rpartition(".")[2]
        values = [self._value(each) for each in given(node)]
        if called == "Combine" and values:
            return posixpath.join(*(value.lstrip("/") if number else value for number, value in enumerate(values)))
        if called in ("GetFullPath", "Replace", "Normalize", "ToString") and values:
            return values[0]
        return ANY


def given(call: Node) -> list[Node]:
    """The argument expressions of a call or a construction."""
    listed = field(call, "arguments")
    inside = (named(each) for each in named(listed)) if listed is not None else ()
    return [each[-1] for each in inside if each]


def condition_at(node: Node, within: Node) -> Guard:
    """Under which conditions a statement of a method runs: the branches around it, from the outside to the inside."""
    guards: list[Guard] = []
    child = node
    parent = node.parent
    for _ in range(_MAX_NESTING):
        if parent is None or child == within:
            break
        if parent.type in ("if_statement", "conditional_expression"):
            holds = condition(field(parent, "condition"))
            if child == field(parent, "consequence"):
                guards.append(holds)
            elif child == field(parent, "alternative"):
                guards.append(negated(holds))
        child, parent = parent, parent.parent
    else:
        guards.append(Guard("condition", "..."))
    whole = ALWAYS
    for guard in reversed(guards):
        whole = both(whole, guard)
    return whole


def condition(node: Node | None) -> Guard:
    """A condition of a build script: what asks for platforms and targets is resolved, the rest kept as text."""
    node = unwrapped(node)
    if node is None:
        return ALWAYS
    if node.type == "prefix_unary_expression" and text_of(node).startswith("!"):
        return negated(condition(named(node)[0])) if named(node) else _unresolved(node)
    if node.type == "binary_expression":
        return _compared(node)
    if node.type == "invocation_expression":
        return _asked(node)
    if text_of(node).endswith("Target.bBuildEditor"):
        return target("Editor")
    return _unresolved(node)


def _compared(node: Node) -> Guard:
    left, right = field(node, "left"), field(node, "right")
    operator = text_of(field(node, "operator"))
    if operator == "&&":
        return both(condition(left), condition(right))
    if operator == "||":
        return either(condition(left), condition(right))
    if operator not in ("==", "!="):
        return _unresolved(node)
    for one, other in ((left, right), (right, left)):
        asked = text_of(one)
        found = None
        if asked.endswith("Target.Platform") and (match := _PLATFORM.match(text_of(other))):
            found = platform(match[1])
        elif asked.endswith("Target.Type") and (match := _KIND.match(text_of(other))):
            found = target(match[1])
        elif asked.endswith("Target.Platform.ToString()"):
            found = platform(text_of(other).strip('"'))
        if found is not None:
            return found if operator == "==" else negated(found)
    return _unresolved(node)


def _asked(node: Node) -> Guard:
    """`Target.IsInPlatformGroup(UnrealPlatformGroup.Windows)`, `Target.Platform.IsInGroup(...)`."""
    called = text_of(field(node, "function")).rpartition(".")[2]
    arguments = given(node)
    if called in ("IsInPlatformGroup", "IsInGroup") and arguments:
        group = text_of(arguments[0]).rpartition(".")[2]
        if group in GROUPS:
            return either(*(platform(name) for name in GROUPS[group]))
    return _unresolved(node)


def _unresolved(node: Node) -> Guard:
    written = " ".join(text_of(node).split())
    return Guard("condition", written if len(written) <= _MAX_TEXT else f"{written[: _MAX_TEXT - 3]}...")


def _before_source(folder: str) -> str:
    """A plug-in's folder, from that of one of its modules: what lies in front of `Source`."""
    before, found, _ = folder.rpartition("/Source/")
    return before if found else posixpath.dirname(folder)
