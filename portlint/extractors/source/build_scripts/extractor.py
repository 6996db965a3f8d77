"""Unreal's build scripts: modules (`*.Build.cs`) and targets (`*.Target.cs`). C#, read by its grammar, never run.

Source: dev.epicgames.com, "Modules" and "Targets" of the Unreal Build Tool.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from portlint.extractors.manifest.lenient_json import decode
from portlint.extractors.manifest.unreal.text import fact
from portlint.extractors.source.build_scripts.branches import newest
from portlint.extractors.source.build_scripts.values import Strings, condition_at, given
from portlint.extractors.source.csharp.tree import field, named, parse
from portlint.extractors.source.syntax import text_of
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind

if TYPE_CHECKING:
    from tree_sitter import Node

NAME = "unreal-build-script"
VERSION = 2
MAX_BYTES = 2_000_000

# Lists of a module's rules -> the fact that an entry makes.
_LISTS: dict[str, tuple[FactKind, str]] = {
    "PublicAdditionalLibraries": ("links", ""),
    "PublicLibraries": ("links", ""),
    "PublicSystemLibraries": ("links", "system"),
    "PublicFrameworks": ("links", "framework"),
    "PublicWeakFrameworks": ("links", "framework"),
    "PublicAdditionalFrameworks": ("links", "framework"),
    "PublicDelayLoadDLLs": ("may-load", "delay-load"),
    "RuntimeDependencies": ("ships", ""),
    "PublicDependencyModuleNames": ("setting", "unreal/build/needs"),
    "PrivateDependencyModuleNames": ("setting", "unreal/build/needs"),
    "DynamicallyLoadedModuleNames": ("setting", "unreal/build/loads"),
    "ExtraModuleNames": ("setting", "unreal/build/needs"),
}
_ENGINE_LIBRARIES = "AddEngineThirdPartyPrivateStaticDependencies"
_RULES = {"ModuleRules": "unreal/build/module", "TargetRules": "unreal/build/target"}
_VERSIONED = ("DefaultBuildSettings", "IncludeOrderVersion")
_STRINGS = ("string_literal", "verbatim_string_literal", "raw_string_literal")


def wants(path: str) -> bool:
    return path.endswith((".Build.cs", ".Target.cs"))


def extract(path: str, data: bytes) -> Extraction:
    """What a module links, ships, loads late and depends on, and what kind of target is built.

    Guards ask for `platform(Win64)` and `target(Server)`; other conditions are kept as text. `unreal/build/unsupported`
    stands where a script throws. Raises ValueError for what is no text, and for files beyond 2 MB.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for build scripts")
    branch, hidden = newest(decode(data))
    root = parse(branch.encode())
    script = _Script(path, root)
    try:
        facts = sorted(dict.fromkeys(script.facts()), key=lambda each: (each.location, each.name))
    except RecursionError as error:
        raise ValueError("not read: an expression nested too deeply") from error
    odd = "some of it is no C# that the grammar knows" if root.has_error else ""
    left_out = "of #if only the branch of the newest engine is read" if hidden else ""
    return Extraction(tuple(facts), partly="; ".join(each for each in (odd, left_out) if each))


class _Script:
    def __init__(self, path: str, root: Node) -> None:
        self._path = path
        self._root = root
        self._strings = Strings(path)
        self._nodes = list(_descendants(root))
        for node in self._nodes:
            self._learn(node)

    def facts(self) -> Iterator[Fact]:
        for node in self._nodes:
            if node.type == "class_declaration":
                yield from self._rules(node)
            elif node.type == "invocation_expression":
                yield from self._call(node)
            elif node.type == "assignment_expression":
                yield from self._assigned(node)
            elif node.type == "throw_statement":
                yield from self._thrown(node)

    def _learn(self, node: Node) -> None:
        if node.type == "variable_declarator":
            inside = named(node)
            if len(inside) > 1:
                self._strings.learn(text_of(field(node, "name")), inside[-1])
        elif node.type == "property_declaration":
            returned = next((each for each in _descendants(node) if each.type in _GIVES), None)
            if returned is not None and named(returned):
                self._strings.learn(text_of(field(node, "name")), named(returned)[0])

    def _rules(self, node: Node) -> Iterator[Fact]:
        base = next((text_of(each) for each in node.children if each.type == "base_list"), "").lstrip(": \n")
        name = text_of(field(node, "name"))
        if base in _RULES:
            yield self._fact("setting", _RULES[base], node, name)
        elif posixpath.basename(self._path).endswith(".Target.cs") and base.endswith("Target"):
            yield self._fact("setting", "unreal/build/target", node, name)
            yield self._fact("setting", "unreal/build/base-target", node, base)

    def _call(self, node: Node) -> Iterator[Fact]:
        called = text_of(field(node, "function"))
        arguments = given(node)
        if called.endswith(_ENGINE_LIBRARIES):
            for each in arguments[1:]:
                yield self._fact("setting", "unreal/build/engine-library", node, self._strings.path(each))
            return
        listed, _, method = called.rpartition(".")
        entry = _LISTS.get(listed.rpartition(".")[2])
        if entry is None or method not in ("Add", "AddRange") or not arguments:
            return
        for element in _elements(arguments[0]) if method == "AddRange" else [arguments[0]]:
            yield from self._listed(entry, element)

    def _listed(self, entry: tuple[FactKind, str], element: Node) -> Iterator[Fact]:
        kind, what = entry
        if element.type == "object_creation_expression":  # new Framework("Name", "path.zip", ...)
            element = (given(element) or [element])[0]
        value = self._strings.path(element)
        if not value.strip("*/"):
            return
        if kind == "setting":
            yield self._fact(kind, what, element, value)
        elif what == "framework":
            name = posixpath.basename(value)
            yield self._fact(kind, name if "." in name else f"{name}.framework", element, what)
        else:
            yield self._fact(kind, posixpath.basename(value), element, what or value)

    def _assigned(self, node: Node) -> Iterator[Fact]:
        """`Type = TargetType.Server`, `Type = ModuleType.External`, the versions that tell an engine's age."""
        left, right = text_of(field(node, "left")), text_of(field(node, "right"))
        if left == "Type" and "TargetType." in right:
            yield self._fact("setting", "unreal/build/target-type", node, right.rpartition(".")[2])
        elif left == "Type" and right.endswith("ModuleType.External"):
            yield self._fact("setting", "unreal/build/external", node, "true")
        elif left in _VERSIONED:
            yield self._fact("setting", f"unreal/build/{left}", node, right.rpartition(".")[2])

    def _thrown(self, node: Node) -> Iterator[Fact]:
        guard = condition_at(node, self._root)
        if "platform(" in str(guard):
            yield self._fact("setting", "unreal/build/unsupported", node, "throw")

    def _fact(self, kind: FactKind, name: str, node: Node, value: str) -> Fact:
        return fact(kind, name, self._path, node.start_point[0] + 1, value, condition_at(node, self._root))


_GIVES = ("return_statement", "arrow_expression_clause")


def _elements(node: Node) -> list[Node]:
    """The elements of `new string[] { ... }`, `new[] { ... }` and `[ ... ]`; a name stands for itself."""
    for child in node.children:
        if child.type == "initializer_expression":
            return named(child)
    if node.type == "collection_expression":
        return [_innermost(each) for each in named(node)]
    return [node]


def _innermost(node: Node) -> Node:
    """The expression of a collection's element."""
    while node.type in ("collection_element", "expression_element") and named(node):
        node = named(node)[0]
    return node


def _descendants(root: Node) -> Iterator[Node]:
    """All nodes in the order of the text, without recursion: nesting is the file's choice."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.named_children))
