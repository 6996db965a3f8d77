"""JavaScript and TypeScript: uses of Node's modules and globals by their qualified names, with the tests around them.

Conventions: `node:net.createServer`, `node:fs/promises.readFile` (also for `fs.promises.readFile`), globals as
`process.exit` and `eval`, members of packages as `ws.WebSocketServer`. Only files that name something of the
vocabulary, and a module that has it, are parsed. Sources: nodejs.org/api; tc39.es/ecma262, "Modules".
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from portlint.extractors.source.javascript.bindings import Binding, Bindings
from portlint.extractors.source.javascript.guards import around
from portlint.extractors.source.javascript.names import Names, names_of
from portlint.extractors.source.javascript.tree import is_shadowed, parse, text_argument
from portlint.extractors.source.syntax import FileFacts, first_error, path_to, text_of
from portlint.model.extraction import Extraction
from portlint.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tree_sitter import Node

NAME = "javascript"
VERSION = 2
LANGUAGE = "javascript"
MAX_BYTES = 8_000_000
_ENDINGS = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_TEST = re.compile(r"(?:\.|^)(?:test|spec|e2e)\.\w+$|^(?:__tests__|__mocks__)$")
_DECLARING = (
    "import_specifier", "import_clause", "namespace_import", "export_specifier", "nested_type_identifier",
    "formal_parameters", "required_parameter", "optional_parameter", "rest_pattern", "array_pattern",
)  # fmt: skip
# What may give a module another name, or stands between the two.
_BINDING = (
    "variable_declarator", "assignment_expression", "as_expression", "satisfies_expression", "await_expression",
    "parenthesized_expression", "arguments",
)  # fmt: skip


def wants(path: str) -> bool:
    return path.endswith(_ENDINGS)


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `import`, `call` and `construct`, sorted by place.

    `import`: Node's modules and the packages of the vocabulary. `call`: a function is called or handed on, a class is
    made or extended; the value is the first argument where that is a plain string (`udp4`, `SIGTERM`). `construct`:
    `node:addon`, a native library that is required; its path is the value. Declarations (`.d.ts`) and tests
    (`x.test.ts`, `__tests__`) ship nothing and say nothing.
    Raises ValueError for a file over 8 MB, one that is not text, and absurd nesting.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for JavaScript")
    if b"\0" in data[:4096]:
        # Qt's translations are called `.ts` as well, and so are MPEG streams; those have bytes, not text.
        raise ValueError("not text")
    if _ships_nothing(path) or data[:256].lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<?xml", b"<!DOCTYPE TS")):
        return Extraction()
    reader = _Reader(path, data, names_of(vocabulary))
    line = reader.read()
    return Extraction(reader.facts.all(), partly=f"syntax not understood at line {line}" if line else "")


def _ships_nothing(path: str) -> bool:
    if path.endswith((".d.ts", ".d.mts", ".d.cts")):
        return True
    return any(_TEST.search(part) for part in path.split("/"))


class _Reader:
    """Collects the facts of one file."""

    def __init__(self, path: str, data: bytes, names: Names) -> None:
        self._path, self._data, self._names = path, data, names
        self.facts = FileFacts(path, data, LANGUAGE)

    def read(self) -> int:
        """The first line that the grammar does not understand, or 0."""
        modules = self._names.modules_in(self._data)
        if not modules and not self._names.globals_in(self._data):
            return 0
        root = parse(self._path, self._data)
        bindings = Bindings(root)
        for module, start in modules:
            self._module(module, start, bindings)
        for name, _ in self._names.globals_in(self._data):
            bindings.add(Binding(name, name, (), root, -1))
        while (binding := bindings.next()) is not None:
            self._uses(root, binding, bindings)
        return first_error(root)

    def _module(self, module: str, start: int, bindings: Bindings) -> None:
        found = bindings.module(module, start)
        if found is None:
            return
        guard = around(found.path)
        if module.endswith(".node"):
            self.facts.add("construct", "node:addon", start, posixpath.basename(module), guard)
        elif module.startswith("node:") or module in self._names.imports:
            self.facts.add("import", module, start, "", guard)
        for start_of_use, parts, node in found.uses:
            self._use(module, parts, start_of_use, node, found.path)

    def _uses(self, root: Node, binding: Binding, bindings: Bindings) -> None:
        for start in self._names.places(self._data, binding):
            path = path_to(root, start)
            leaf = path[-1]
            if start == binding.start or not _is_use(path) or not _is_inside(binding.scope, leaf):
                continue
            parts, at = _members(path, binding.parts)
            is_bound = path[at - 1].type in _BINDING
            if not self._names.known(binding.module, parts) and not is_bound:
                continue
            if is_shadowed(path, binding.local, binding.scope):
                continue
            if not self._use(binding.module, parts, start, path[at], path[:at]):
                bindings.taken_apart(binding.module, parts, path[: at + 1])

    def _use(self, module: str, parts: tuple[str, ...], start: int, node: Node, path: Sequence[Node]) -> bool:
        """Keep a use that the vocabulary has; the shortest name counts: `process.stdin` for `process.stdin.on`."""
        full = self._names.known(module, parts)
        if not full:
            return False
        value = text_argument(path[-1]) if path and path[-1].type in ("call_expression", "new_expression") else ""
        if full == "Function" and value == "return this":  # the old way to the global object
            return True
        self.facts.add("call", full, start, value, around([*path, node]))
        return True


def _is_use(path: Sequence[Node]) -> bool:
    """Whether the leaf reads a variable: no property, no type, no declaration, no word in a comment or a string."""
    leaf, parent = path[-1], path[-2] if len(path) > 1 else path[-1]
    if leaf.type == "shorthand_property_identifier":
        return True
    if leaf.type != "identifier":
        return False
    if parent.type in _DECLARING:
        return parent.type == "export_specifier" and parent.child_by_field_name("name") == leaf
    if parent.type == "assignment_pattern":
        return parent.child_by_field_name("right") == leaf
    return not (parent.type == "variable_declarator" and parent.child_by_field_name("name") == leaf)


def _is_inside(scope: Node, node: Node) -> bool:
    return scope.start_byte <= node.start_byte and node.end_byte <= scope.end_byte


def _members(path: Sequence[Node], parts: tuple[str, ...]) -> tuple[tuple[str, ...], int]:
    """The names behind a variable (`fs.promises.open` is `promises`, `open`), and where the last of them stands."""
    at = len(path) - 1
    while at > 0:
        outer = path[at - 1]
        if outer.type in ("parenthesized_expression", "non_null_expression"):
            at -= 1
            continue
        if outer.type == "member_expression" and outer.child_by_field_name("object") == path[at]:
            parts = (*parts, text_of(outer.child_by_field_name("property")))
        elif outer.type == "subscript_expression" and outer.child_by_field_name("object") == path[at]:
            parts = (*parts, text_of(outer.child_by_field_name("index")).strip("'\"`"))
        else:
            break
        at -= 1
    return parts, at
