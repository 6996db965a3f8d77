"""Which variables of a file stand for a module or a member of one: imports, requires, and what is taken out of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from portlint.extractors.source.javascript.tree import BLOCKS, FUNCTIONS
from portlint.extractors.source.syntax import path_to, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

Parts = tuple[str, ...]
_WRAPPERS = (
    "parenthesized_expression",
    "await_expression",
    "as_expression",
    "non_null_expression",
    "satisfies_expression",
)
# What TypeScript and Babel put around a require.
_INTEROP = ("__importStar", "__importDefault", "_interopRequireDefault", "_interopRequireWildcard", "__toESM")
_MOST = 2000  # bindings of one file


class Binding(NamedTuple):
    """The variable `local` stands for `module` or its member `parts`, inside `scope`; declared at byte `start`."""

    local: str
    module: str
    parts: Parts
    scope: Node
    start: int


class Found(NamedTuple):
    """Where a module is named: the nodes around it, and what is used of it on the spot."""

    path: Sequence[Node]
    uses: list[tuple[int, Parts, Node]]


class Bindings:
    """The variables of one file that are still to be followed."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._todo: list[Binding] = []
        self._seen: set[tuple[str, int]] = set()

    def add(self, binding: Binding) -> None:
        key = (binding.local, binding.start)
        if key not in self._seen and len(self._seen) < _MOST:
            self._seen.add(key)
            self._todo.append(binding)

    def next(self) -> Binding | None:
        return self._todo.pop() if self._todo else None

    def module(self, module: str, start: int) -> Found | None:
        """Bind what an import or a require of `module` declares; None where it is no import, or one of types."""
        path = path_to(self._root, start)
        at = next((i for i in range(len(path) - 1, 0, -1) if path[i].type in ("string", "template_string")), 0)
        if not at:
            return None
        outer = path[at - 1]
        if outer.type == "import_statement":
            return self._static(module, path[: at + 1], outer)
        if outer.type == "export_statement":
            return None if _is_of_types(outer) else Found(path[: at + 1], list(_exported(outer)))
        if outer.type == "import_require_clause":
            name = next((child for child in outer.named_children if child.type == "identifier"), None)
            if name is not None:
                self.add(Binding(text_of(name), module, (), self._root, name.start_byte))
            return Found(path[: at + 1], [])
        if outer.type == "arguments" and at > 1 and _loads(path[at - 2]):
            return self._dynamic(module, path[: at - 1])
        return None

    def taken_apart(self, module: str, parts: Parts, path: Sequence[Node]) -> None:
        """Follow `const x = module.part`, `const { a, b: c } = module` and `x = module`; path ends at the value."""
        at = len(path) - 1
        while at > 0 and (path[at - 1].type in _WRAPPERS or _is_interop(path, at)):
            at -= 2 if _is_interop(path, at) else 1
        outer = path[at - 1] if at > 0 else path[0]
        if outer.type == "variable_declarator" and outer.child_by_field_name("value") == path[at]:
            target = outer.child_by_field_name("name")
        elif outer.type == "assignment_expression" and outer.child_by_field_name("right") == path[at]:
            target = outer.child_by_field_name("left")
            if target is not None and target.type == "identifier":
                self.add(Binding(text_of(target), module, parts, self._root, target.start_byte))
            return
        else:
            return
        if target is not None:
            for local, names, start in _pattern(target, parts):
                self.add(Binding(local, module, names, _scope(path[: at - 1]), start))

    def _static(self, module: str, path: Sequence[Node], statement: Node) -> Found | None:
        if _is_of_types(statement):
            return None
        clause = next((child for child in statement.named_children if child.type == "import_clause"), None)
        required = next((child for child in statement.named_children if child.type == "import_require_clause"), None)
        for child in clause.named_children if clause is not None else [required] if required is not None else []:
            if child.type == "identifier":
                self.add(Binding(text_of(child), module, (), self._root, child.start_byte))
            elif child.type in ("namespace_import", "import_require_clause"):
                name = next((each for each in child.named_children if each.type == "identifier"), None)
                if name is not None:
                    self.add(Binding(text_of(name), module, (), self._root, name.start_byte))
            elif child.type == "named_imports":
                self._named(module, child)
        return Found(path, [])

    def _named(self, module: str, imports: Node) -> None:
        for each in imports.named_children:
            name = each.child_by_field_name("name")
            if each.type != "import_specifier" or name is None or _is_of_types(each):
                continue
            local = each.child_by_field_name("alias") or name
            self.add(Binding(text_of(local), module, (text_of(name).strip("'\""),), self._root, local.start_byte))

    def _dynamic(self, module: str, path: Sequence[Node]) -> Found:
        """path ends at the call of `require` or `import`."""
        at = len(path) - 1
        parts: Parts = ()
        while at > 0:
            outer = path[at - 1]
            if outer.type in _WRAPPERS:
                at -= 1
            elif _is_interop(path, at):
                at -= 2
            elif outer.type == "member_expression" and outer.child_by_field_name("object") == path[at]:
                name = text_of(outer.child_by_field_name("property"))
                if name == "then" and at > 1 and path[at - 2].type == "call_expression":
                    self._then(module, path[at - 2])
                    return Found(path, [])
                parts = (*parts, name)
                at -= 1
            else:
                break
        before = len(self._seen)
        self.taken_apart(module, parts, path[: at + 1])
        is_used = bool(parts) and len(self._seen) == before
        return Found(path[:at], [(path[-1].start_byte, parts, path[at])] if is_used else [])

    def _then(self, module: str, call: Node) -> None:
        given = call.child_by_field_name("arguments")
        function = given.named_children[0] if given is not None and given.named_child_count else None
        if function is None or function.type not in FUNCTIONS:
            return
        first = function.child_by_field_name("parameter") or function.child_by_field_name("parameters")
        if first is not None and first.type == "formal_parameters":
            first = first.named_children[0] if first.named_child_count else None
        if first is not None and first.type == "required_parameter":
            first = first.child_by_field_name("pattern")
        body = function.child_by_field_name("body")
        if first is not None and body is not None:
            for local, names, start in _pattern(first, ()):
                self.add(Binding(local, module, names, body, start))


def _pattern(target: Node, parts: Parts) -> Iterator[tuple[str, Parts, int]]:
    """(variable, member, byte) of each variable that a pattern takes out of a value."""
    if target.type == "identifier":
        yield text_of(target), parts, target.start_byte
    elif target.type == "shorthand_property_identifier_pattern":
        yield text_of(target), (*parts, text_of(target)), target.start_byte
    elif target.type == "pair_pattern":
        key, value = target.child_by_field_name("key"), target.child_by_field_name("value")
        if value is not None:
            yield from _pattern(value, (*parts, text_of(key).strip("'\"")))
    elif target.type in ("object_assignment_pattern", "assignment_pattern"):
        left = target.child_by_field_name("left")
        if left is not None:
            yield from _pattern(left, parts)
    elif target.type == "object_pattern":
        for child in target.named_children:
            yield from _pattern(child, parts)


def _exported(statement: Node) -> Iterator[tuple[int, Parts, Node]]:
    """What `export { a } from "m"` hands on; `export *` names nothing."""
    for clause in statement.named_children:
        for each in clause.named_children if clause.type == "export_clause" else ():
            name = each.child_by_field_name("name")
            if name is not None:
                yield name.start_byte, (text_of(name),), each


def _loads(call: Node) -> bool:
    """Whether a call is `require(...)`, `require.resolve(...)` excluded, or `import(...)`."""
    function = call.child_by_field_name("function") if call.type == "call_expression" else None
    return function is not None and (function.type == "import" or text_of(function) in ("require", "__require"))


def _is_interop(path: Sequence[Node], at: int) -> bool:
    if at < 2 or path[at - 1].type != "arguments" or path[at - 2].type != "call_expression":
        return False
    return text_of(path[at - 2].child_by_field_name("function")).rpartition(".")[2] in _INTEROP


def _is_of_types(node: Node) -> bool:
    return any(child.type in ("type", "typeof") for child in node.children[:2])


def _scope(path: Sequence[Node]) -> Node:
    return next((node for node in reversed(path) if node.type in BLOCKS or node.type in FUNCTIONS), path[0])
