"""What the variables of a C# file hold, as far as the file itself says so: fields, locals, parameters, results.

A name has a type where a declaration gives one (`Socket s`, `var s = new Socket(...)`, `x is Socket s`), or where an
object of the type is assigned to it. The innermost declaration of the name decides; a member of another object
(`peer.socket`) is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from portlint.extractors.source.csharp.tree import FUNCTIONS, TYPES, field, is_field, named, places
from portlint.extractors.source.syntax import path_to, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_SCOPES = (*FUNCTIONS, *TYPES, "block", "switch_section", "switch_expression_arm", "for_statement", "using_statement")
_MEMBERS = ("property_declaration", "method_declaration", "event_declaration")
_KEYWORDS = frozenset({b"return", b"await", b"in", b"is", b"as", b"new", b"throw", b"case", b"else", b"when", b"not"})
_BEFORE = re.compile(rb"([\w>\])?*(,]+)\s*\Z")  # what stands before a name that is declared: a type, `(`, `,`
_AFTER = re.compile(rb"\s*(?:[=;,)}{:(&|]|in\b|when\b|\Z)")
_IN = re.compile(rb"\bin\s+(?:this\s*\.\s*)?\Z")
_OWNER = re.compile(rb"(\w*|\)|\])\s*[!?]?\s*(?<!\.)\.\s*\Z")
_HEAD = re.compile(rb"\b(?:class|struct|record|interface)\s+(\w+)")
_MAX_NAMES = 1000  # names followed in one file; each costs a search
_MAX_PLACES = 50_000  # where these names may be declared; each costs a way down the tree


class Variable(NamedTuple):
    """A name that holds a `full`, visible in data[start:end]. `element`: it holds many; `called`: its result does."""

    name: str
    full: str
    start: int
    end: int
    element: bool = False
    called: bool = False
    member: bool = False  # of a type: `this.name` means it


class Variables:
    """The variables of one file."""

    def __init__(self, data: bytes, root: Node) -> None:
        self._data, self._root = data, root
        self._declared: dict[str, list[tuple[int, int, bool]]] = {}
        self._followed: set[Variable] = set()
        self._places = 0

    @property
    def gave_up(self) -> bool:
        """True when the file has too much to follow: hand-written ones stay far below."""
        return len(self._followed) > _MAX_NAMES or self._places > _MAX_PLACES

    def uses(self, variable: Variable, is_wanted: re.Pattern[bytes]) -> Iterator[list[Node]]:
        """The paths to the variable where one of the wanted members follows it, each path ending at the expression.

        `is_wanted` is matched against what stands behind the name.
        """
        if variable in self._followed or self.gave_up:
            return
        self._followed.add(variable)
        span = (0, len(self._data)) if variable.member else (variable.start, variable.end)
        for start in places(self._data, variable.name.encode(), *span):
            if not is_wanted.match(self._data, start + len(variable.name.encode())) or not self._means(start, variable):
                continue
            path = path_to(self._root, start)
            if path[-1].type == "identifier" and (whole := _expression(path, variable)):
                yield whole

    def elements(self, variable: Variable) -> Iterator[Variable]:
        """What `foreach (var x in variable)` gives."""
        for start in places(self._data, variable.name.encode()):
            if not _IN.search(self._data, max(0, start - 20), start):
                continue
            path = path_to(self._root, start)
            loop = next((node for node in reversed(path) if node.type == "foreach_statement"), None)
            left = field(loop, "left") if loop is not None else None
            if loop is not None and left is not None and left.type == "identifier" and self._means(start, variable):
                yield Variable(text_of(left), variable.full, loop.start_byte, loop.end_byte)

    def assigned(self, full: str, name: Node) -> Variable | None:
        """The variable whose name this is, holding `full`; None where the file does not declare it."""
        text = text_of(name)
        found = self._visible(text, name.start_byte)
        return Variable(text, full, found[0], found[1], member=found[2]) if found else None

    def _means(self, start: int, variable: Variable) -> bool:
        """Whether the name at `start` is this variable and not another of the same name."""
        owner = _OWNER.search(self._data, max(0, start - 80), start)
        line = self._data.rfind(b"\n", max(0, start - 400), owner.start()) + 1 if owner else 0
        if owner and b"//" not in self._data[max(line, start - 400) : owner.end()]:
            return variable.member and (owner[1] in (b"this", b"base") or self._is_one(owner[1], variable))
        found = self._visible(variable.name, start)
        if found is None:
            return variable.start <= start < variable.end
        return found[:2] == (variable.start, variable.end)

    def _is_one(self, owner: bytes, variable: Variable) -> bool:
        """Whether `owner` is declared as an object of the type, in this file, whose member the variable is."""
        head = _HEAD.search(self._data, variable.start, variable.end)
        if head is None or (not owner[:1].isalnum() and owner[:1] != b"_"):
            return False
        return re.search(rb"\b%b\s+%b\b" % (head[1], owner), self._data) is not None or (
            re.search(rb"\bvar\s+%b\s*=\s*new\s+%b\b" % (owner, head[1]), self._data) is not None
        )

    def _visible(self, name: str, start: int) -> tuple[int, int, bool] | None:
        if name not in self._declared:
            self._declared[name] = list(self._declarations(name))
        seen = [span for span in self._declared[name] if span[0] <= start < span[1]]
        return min(seen, key=lambda span: span[1] - span[0]) if seen else None

    def _declarations(self, name: str) -> Iterator[tuple[int, int, bool]]:
        word = name.encode()
        for start in places(self._data, word):
            before = _BEFORE.search(self._data, max(0, start - 60), start)
            if before is None or before[1] in _KEYWORDS or not _AFTER.match(self._data, start + len(word)):
                continue
            self._places += 1
            path = path_to(self._root, start)
            if len(path) > 1 and (span := declaration_span(path)):
                yield span


def declaration_span(path: Sequence[Node]) -> tuple[int, int, bool] | None:
    """Where the name at the end of `path`, if it is being declared, is visible, and whether it is a type's member."""
    leaf, parent = path[-1], path[-2]
    if leaf.type == "implicit_parameter":
        return _span(path, FUNCTIONS)
    if parent.type == "foreach_statement" and is_field(parent, "left", leaf):
        return parent.start_byte, parent.end_byte, False
    if not is_field(parent, "name", leaf) and parent.type != "tuple_pattern":
        return None
    if parent.type in _MEMBERS:
        return _span(path[:-1], TYPES, True)
    if parent.type == "parameter":
        return _span(path, (*FUNCTIONS, *TYPES))
    if parent.type in ("variable_declarator", "tuple_pattern"):
        if any(node.type in ("field_declaration", "event_field_declaration") for node in path[-4:]):
            return _span(path[:-1], TYPES, True)
        return _span(path, _SCOPES)
    if parent.type == "local_function_statement":
        return _span(path[:-2], _SCOPES)
    if parent.type in ("declaration_pattern", "declaration_expression", "recursive_pattern"):
        return _span(path, _SCOPES)
    return None


def _span(path: Sequence[Node], kinds: Sequence[str], member: bool = False) -> tuple[int, int, bool] | None:
    around = next((node for node in reversed(path) if node.type in kinds), path[0])
    return around.start_byte, around.end_byte, member


def declared(path: Sequence[Node], at: int, full: str) -> list[Variable]:
    """The variables that a type at `path[at]` declares: `Socket a, b`, `Socket P { get; }`, `List<Socket> all`."""
    element = False
    while at > 1:
        kind = path[at - 1].type
        if kind == "type_argument_list":
            element, at = True, at - 2
        elif kind in ("array_type", "nullable_type", "ref_type", "qualified_name"):
            element, at = element or kind == "array_type", at - 1
        else:
            break
    parent = path[at - 1] if at > 0 else path[0]
    is_collection = parent.type == "object_creation_expression" and element and at > 2
    if is_collection and path[at - 2].type == "variable_declarator":
        holders = [path[at - 2]]
    elif parent.type == "variable_declaration":
        holders = [each for each in named(parent) if each.type == "variable_declarator"]
    else:
        holders = [parent]
    found = []
    for holder in holders:
        name = field(holder, "left" if holder.type == "foreach_statement" else "name")
        if name is None or name.type != "identifier" or name == path[at]:
            continue
        span = declaration_span([*path[:at], *([holder] if holder is not parent else []), name])
        if span:
            is_called = parent.type in ("method_declaration", "local_function_statement")
            found.append(Variable(text_of(name), full, span[0], span[1], element, is_called, span[2]))
    return found


def _expression(path: list[Node], variable: Variable) -> list[Node] | None:
    """The path to the expression that the variable, its element or its result is."""
    at = len(path) - 1
    if path[at - 1].type == "member_access_expression" and is_field(path[at - 1], "name", path[at]):
        at -= 1  # this.name
    if variable.called:
        is_call = path[at - 1].type == "invocation_expression" and is_field(path[at - 1], "function", path[at])
        return path[:at] if is_call else None
    if variable.element:
        is_element = path[at - 1].type == "element_access_expression" and is_field(path[at - 1], "expression", path[at])
        return path[:at] if is_element else None
    return path[: at + 1]
