"""Native functions that a C# file imports: `[DllImport("x", EntryPoint = "f")]` and `[LibraryImport("x")]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from portlint.extractors.source.csharp.regions import Regions
from portlint.extractors.source.csharp.tree import TYPES, arguments, field, literal, named
from portlint.extractors.source.syntax import path_to, text_of
from portlint.model.guard import ALWAYS, Guard

if TYPE_CHECKING:
    from tree_sitter import Node

ATTRIBUTE = re.compile(rb"\b(?:DllImport|LibraryImport)(?:Attribute)?[ \t]*\(")
_CONSTANT = re.compile(
    rb"\b(?:const|static\s+readonly)\s+string\s+([^;]{0,4000});"  # `A = "x", B = "y"`
)
_VALUE = re.compile(rb'\b(\w+)\s*=\s*@?"((?:[^"\\]|\\.)*)"')


class NativeImport(NamedTuple):
    """A library, as written or as its constant says, and the function asked of it. `guard` is the constant's own."""

    library: str
    function: str
    path: list[Node]
    guard: Guard


class Imports:
    """The native imports of one file."""

    def __init__(self, data: bytes, root: Node, regions: Regions) -> None:
        self._data, self._root, self._regions = data, root, regions
        self._constants: dict[str, list[tuple[str, Guard, tuple[int, int, str]]]] | None = None

    def all(self) -> Iterator[NativeImport]:
        """One import per value that the name of the library may have: FMOD's differs by `#if`."""
        for match in ATTRIBUTE.finditer(self._data):
            path = path_to(self._root, match.start())
            at = next((i for i in range(len(path) - 1, 0, -1) if path[i].type == "attribute"), 0)
            given = arguments(path[at]) if at else []
            if not given or len(path) < 3:
                continue
            function = _entry_point(path[at]) or text_of(field(path[at - 2], "name"))
            library = literal(given[0]) if given[0].type.endswith("string_literal") else None
            if library is not None:
                yield NativeImport(library, function, path, ALWAYS)
                continue
            written = "".join(text_of(given[0]).split())
            for value, guard in self._values(written, path[at].start_byte) or [(written, ALWAYS)]:
                yield NativeImport(value, function, path, guard)

    def _values(self, written: str, place: int) -> list[tuple[str, Guard]]:
        """What `Library`, or `Platform.Library`, holds there, as far as constants of this file say."""
        if self._constants is None:
            self._constants = {}
            for match in _CONSTANT.finditer(self._data):
                guard = self._regions.at(match.start())
                path = path_to(self._root, match.start(1))
                around = next((node for node in reversed(path) if node.type in TYPES), path[0])
                span = (around.start_byte, around.end_byte, text_of(field(around, "name")))
                for value in _VALUE.finditer(match[1]):
                    row = (value[2].decode("utf-8", "replace"), guard, span)
                    self._constants.setdefault(value[1].decode("utf-8", "replace"), []).append(row)
        owner, _, name = written.rpartition(".")
        rows = self._constants.get(name, [])
        if owner:
            rows = [row for row in rows if row[2][2] == owner.rpartition(".")[2]]
        elif rows:
            rows = [row for row in rows if row[2][0] <= place < row[2][1]]
            inner = max((row[2][0] for row in rows), default=0)
            rows = [row for row in rows if row[2][0] == inner]
        return [(value, guard) for value, guard, _ in rows]


def _entry_point(attribute: Node) -> str:
    given = next((child for child in attribute.named_children if child.type == "attribute_argument_list"), None)
    for each in named(given) if given is not None else ():
        if text_of(field(each, "name")) == "EntryPoint":
            return literal(named(each)[-1]) or ""
    return ""
