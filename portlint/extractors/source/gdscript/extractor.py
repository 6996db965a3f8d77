"""GDScript (`*.gd`): calls of engine classes and the names of engine classes, with the run-time guards around them.

Only files that hold a name of the vocabulary are parsed. A method of a variable becomes `Class.method` where the
file itself says what the variable holds; setting a property is the call of its setter (`HTTPRequest.set_use_threads`,
with the value), as in the engine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portlint.extractors.source.gdscript.guards import Guards
from portlint.extractors.source.gdscript.links import links
from portlint.extractors.source.gdscript.names import Hit, Names, names_of
from portlint.extractors.source.gdscript.tree import arguments, literal, member_name, parse, segments
from portlint.extractors.source.gdscript.variables import Use, Variables, declared_name, is_parameter
from portlint.extractors.source.syntax import by_place, first_error, path_to
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tree_sitter import Node

NAME = "gdscript"
VERSION = 4
LANGUAGE = "gdscript"
MAX_BYTES = 4_000_000

# A declaration of one of these kinds gives the name another meaning in the whole file.
_SHADOWS = ("class_name_statement", "class_definition", "enum_definition", "const_statement", "signal_statement")
_FUNCTIONS = ("function_definition", "constructor_definition", "lambda")
_ASKED = rb"\b(?:if|elif|and|or|not|is_instance_valid)\b[ \t(!]*(?:not[ \t]+)?%s\b(?![ \t]*[.(\[])"
# Calls that write to the path in their first argument, if their second (a mode) says so or is missing.
_WRITERS = ("FileAccess.open", "File.open", "DirAccess.make_dir_absolute", "DirAccess.make_dir_recursive_absolute")


def wants(path: str) -> bool:
    return path.endswith(".gd")


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `call`, `type`, `constant` and `construct`, sorted by place, and those of `gdscript_links`.

    A `type` stands once a file and guard, where no call of the class does: a helper typed 20 times is one thing to do.

    `value` of a call is its first argument if that is a literal (strings without quotes) or an enumerator, `?` if
    it has no arguments and its result is asked about (`if RenderingServer.get_rendering_device():`, or by way of a
    variable of the same function), else "".
    `construct`: `blocking-loop:Thread.is_alive`, a loop that waits for a thread and never yields; `write-to-res`,
    a file or folder made at a literal res:// path.
    Raises ValueError for a file over 4 MB, in another encoding than UTF-8, or nested absurdly deep.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for GDScript")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4096]:
        raise ValueError("not UTF-8 text, which is all that Godot reads as GDScript")
    tied = tuple(links(path, data))
    names = names_of(vocabulary)
    hits = names.hits(data)
    if not hits:
        return Extraction(tied)
    root = parse(data)
    facts = _Reader(path, data, root, names).facts(hits)
    line = first_error(root)
    return Extraction((*tied, *facts), partly=f"syntax not understood at line {line}" if line else "")


class _Reader:
    """Collects the facts of one file."""

    def __init__(self, path: str, data: bytes, root: Node, names: Names) -> None:
        self._path, self._data, self._root, self._names = path, data, root, names
        self._guards = Guards(data, root)
        self._facts: dict[tuple[FactKind, str, Location], Fact] = {}

    def facts(self, hits: Sequence[Hit]) -> tuple[Fact, ...]:
        paths = [(hit, path) for hit in hits if len(path := path_to(self._root, hit.start)) > 1]
        shadowed = {hit.name for hit, path in paths if _is_shadow(path)}
        followed = {
            name for name in {hit.name for hit in hits} if name == "Thread" or self._names.has_traces(name, self._data)
        }
        variables: set[str] = set()
        for hit, path in paths:
            if hit.name in shadowed or path[-1].type != "identifier" or path[-1].end_byte != hit.end:
                continue
            parent = path[-2]
            if parent.type == "attribute" and segments(parent)[0] == path[-1]:
                members = segments(parent)[1:]
                self._called(hit.name, parent, members, path)
                if members and self._names.is_constant(hit.name, member_name(members[0])):
                    self._add("constant", f"{hit.name}.{member_name(members[0])}", path)
            elif _names_type(path):
                if self._names.is_type(hit.name):
                    self._add("type", hit.name, path)
            else:
                continue
            if hit.name in followed:
                variables.add(declared_name(path))
        known = Variables(self._data, self._root, lambda name: self._names.has_methods(name) and name not in shadowed)
        for use in known.uses(variables):
            self._called(use.class_name, use.attribute, use.members, use.path)
            self._loop(use)
        return by_place(self._without_doubles())

    def _called(self, class_name: str, attribute: Node, members: Sequence[Node], path: Sequence[Node]) -> None:
        """The calls in `Class.method(...)`, `Class.new().method(...)` and `object.property = value`."""
        for member in members[:2]:
            method = member_name(member)
            if self._names.is_call(class_name, method):
                given = arguments(member) if member.type == "attribute_call" else []
                is_last = not given and member == members[-1]
                is_asked = is_last and (_is_condition(path) or self._is_tested(path))
                value = literal(given[0]) if given else "?" if is_asked else None
                self._add("call", f"{class_name}.{method}", path, value)
                if f"{class_name}.{method}" in _WRITERS and _writes_to_res(given):
                    self._add("construct", "write-to-res", path, literal(given[0]))
            if method != "new":
                break
        around = path[-3] if len(path) > 2 and path[-2] == attribute else None
        if around is None or around.type != "assignment" or len(members) != 1 or members[0].type != "identifier":
            return
        setter = f"set_{member_name(members[0])}"
        if around.child_by_field_name("left") == attribute and self._names.is_call(class_name, setter):
            self._add("call", f"{class_name}.{setter}", path, literal(around.child_by_field_name("right")))

    def _is_tested(self, path: Sequence[Node]) -> bool:
        """True when the result goes into a variable that the same function then asks about: `if device:`."""
        around = path[-3] if len(path) > 2 else None
        if around is None or around.type not in ("variable_statement", "assignment"):
            return False
        name = around.child_by_field_name("name" if around.type == "variable_statement" else "left")
        if name is None or name.child_count:
            return False
        function = next((node for node in reversed(path) if node.type in _FUNCTIONS), None)
        if function is None:
            return False
        body = self._data[around.end_byte : function.end_byte]
        asked = _ASKED % re.escape(self._data[name.start_byte : name.end_byte])
        return re.search(asked, body) is not None

    def _loop(self, use: Use) -> None:
        """`while thread.is_alive():` without await, return or break inside: it ends only when the thread does."""
        if use.class_name != "Thread" or [member_name(member) for member in use.members] != ["is_alive"]:
            return
        around = next((node for node in reversed(use.path) if node.type == "while_statement"), None)
        if around is None or around.child_by_field_name("condition") != use.attribute:
            return
        body = self._data[around.start_byte : around.end_byte]
        if not re.search(rb"\b(?:await|yield|return|break)\b", body):
            self._add("construct", "blocking-loop:Thread.is_alive", use.path)

    def _add(self, kind: FactKind, name: str, path: Sequence[Node], value: str | None = None) -> None:
        place = path[-1].start_point
        location = self._location(path[-1].start_byte, place.row, place.column)
        self._facts[kind, name, location] = Fact(kind, name, location, LANGUAGE, self._guards.at(path), value or "")

    def _location(self, start: int, row: int, column: int) -> Location:
        """`row` and `column` count from 0, `column` in bytes."""
        before = self._data[start - column : start].decode("utf-8", "replace")
        return Location(self._path, row + 1, len(before) + 1)

    def _without_doubles(self) -> list[Fact]:
        """A call of a class says all that naming the class would; else the first name under each guard does."""
        called = {(fact.guard, fact.name.partition(".")[0]) for fact in self._facts.values() if fact.kind == "call"}
        kept: list[Fact] = []
        for fact in sorted(self._facts.values(), key=lambda each: each.location):
            if fact.kind == "type":
                if (fact.guard, fact.name) in called:
                    continue
                called.add((fact.guard, fact.name))
            kept.append(fact)
        return kept


def _is_condition(path: Sequence[Node]) -> bool:
    """True when the attribute around the last node of `path` is all there is of a condition."""
    return len(path) > 2 and path[-3].child_by_field_name("condition") == path[-2]


def _writes_to_res(given: Sequence[Node]) -> bool:
    if not given or not (literal(given[0]) or "").startswith("res://"):
        return False
    return len(given) == 1 or "WRITE" in (literal(given[1]) or "")


def _is_shadow(path: Sequence[Node]) -> bool:
    """True where the name is declared: an own class, constant, variable, parameter, or member of a nameless enum."""
    leaf, parent = path[-1], path[-2]
    if leaf.type == "name":
        return parent.type in _SHADOWS or parent.type.endswith("variable_statement")
    if parent.type == "enumerator":
        enum = path[-4] if len(path) > 3 else None
        return enum is not None and enum.child_by_field_name("name") is None
    if parent.type == "for_statement":
        return parent.child_by_field_name("left") == leaf
    return is_parameter(path)


def _names_type(path: Sequence[Node]) -> bool:
    """True for an annotation (also `Array[X]`), `extends X`, `is X`, `as X`."""
    leaf, parent = path[-1], path[-2]
    if parent.type == "binary_operator" and parent.child_by_field_name("right") == leaf:
        return any(child.type in ("is", "as") for child in parent.children)
    for node in reversed(path[-5:-1]):
        if node.type == "type":
            return True
        if node.type not in ("subscript", "subscript_arguments"):
            return False
    return False
