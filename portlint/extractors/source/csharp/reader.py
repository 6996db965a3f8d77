"""Collects the facts of one C# file: what is done with each known type that it names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portlint.extractors.source.csharp.guards import Guards
from portlint.extractors.source.csharp.names import NEW, RETURNS, Names
from portlint.extractors.source.csharp.scope import Scope
from portlint.extractors.source.csharp.tree import arguments, field, is_field, literal, named, through_parentheses
from portlint.extractors.source.csharp.variables import Variable, Variables, declared
from portlint.extractors.source.syntax import path_to, text_of
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard, both, without_repeats

if TYPE_CHECKING:
    from tree_sitter import Node

LANGUAGE = "csharp"
SIMPLE = "simple-name:"
TASK = "System.Threading.Tasks.Task"
_AWAITER = "System.Runtime.CompilerServices.TaskAwaiter"
_LONG_LINE = 5000
_SETTLES = (
    rb"\bawait\s+%b\b|\b%b\s*\.\s*(?:Is\w+|Status|Exception|Wait)\b|\b(?:WhenAll|WhenAny|WaitAll)\s*\([^;]*\b%b\b"
)
_CREATES = ("object_creation_expression", "implicit_object_creation_expression")
_TYPE_PARENTS = ("array_type", "nullable_type", "ref_type", "type_argument_list", "base_list", "constant_pattern")
# The argument that tells more than the first one does.
_TELLING = {"System.Net.Sockets.Socket": "SocketType."}
_WITH_DELAY = "System.Threading.CancellationTokenSource"


class Reader:
    """Collects the facts of one file."""

    def __init__(self, path: str, data: bytes, root: Node, names: Names, guards: Guards) -> None:
        self._path, self._data, self._root, self._names, self._guards = path, data, root, names, guards
        self._lines = [0, *(match.end() for match in re.finditer(rb"\n", data))]
        self._variables = Variables(data, root)
        self._worthwhile: dict[str, bool] = {}
        self._wanted: dict[str, re.Pattern[bytes]] = {}
        self._facts: dict[tuple[FactKind, str, Location], Fact] = {}

    @property
    def gave_up(self) -> bool:
        return self._variables.gave_up

    def typed(self, start: int, full: str) -> None:
        """The facts that a type named at `start` leads to."""
        path = path_to(self._root, start)
        at = len(path) - 1
        if path[at].type != "identifier" or path[at].start_byte != start:
            return
        while at > 1 and (
            (
                path[at - 1].type in ("qualified_name", "member_access_expression")
                and is_field(path[at - 1], "name", path[at])
            )
            or (path[at - 1].type == "generic_name" and path[at - 1].named_child(0) == path[at])
            or path[at - 1].type == "alias_qualified_name"
        ):
            at -= 1
        parent = path[at - 1]
        if parent.type == "object_creation_expression" and is_field(parent, "type", path[at]):
            self._constructed(full, path, at - 1)
        elif _is_type_position(parent, path[at]) or _is_tested(path, at):
            self._named(full, path, at)
        else:
            self._expression(full, path, at)

    def _constructed(self, full: str, path: Sequence[Node], at: int) -> None:
        """`path[at]` creates a `full`."""
        if self._names.is_call(full, NEW):
            self.add("call", full, path, _told(full, path[at]))
        self._expression(full, path, at)

    def _named(self, full: str, path: Sequence[Node], at: int) -> None:
        """`path[at]` stands where a type stands."""
        if self._names.is_type(full):
            self.add("type", full, path)
        parent = path[at - 1]
        if parent.type in ("cast_expression", "as_expression"):
            self._expression(full, path, at - 1)
            return
        for declarator in named(parent) if parent.type == "variable_declaration" else ():
            value = named(declarator)[-1] if declarator.type == "variable_declarator" else declarator
            if value.type == "implicit_object_creation_expression" and self._names.is_call(full, NEW):
                self.add("call", full, path, _told(full, value))
        if self._is_worthwhile(full):
            for variable in declared(path, at, full):
                self._follow(variable)

    def _is_worthwhile(self, full: str) -> bool:
        """Whether the file names something of the type that makes it worth while to follow its variables."""
        if full not in self._worthwhile:
            is_made = self._names.is_call(full, NEW) and (b"new(" in self._data or b"new (" in self._data)
            self._worthwhile[full] = is_made or self._names.has_traces(full, self._data)
        return self._worthwhile[full]

    def _follow(self, variable: Variable) -> None:
        for path in self._variables.uses(variable, self._pattern(variable)):
            self._expression(variable.full, path, len(path) - 1)
        if variable.element:
            for each in self._variables.elements(variable):
                self._follow(each)

    def _pattern(self, variable: Variable) -> re.Pattern[bytes]:
        """What stands behind a variable of this type where a known member is used."""
        key = f"{variable.full} {variable.element} {variable.called}"
        if key not in self._wanted:
            full = variable.full
            steps = [
                name.rpartition(".")[2]
                for name in RETURNS
                if name.startswith(f"{full}.") and self._names.leads(full, name.rpartition(".")[2])
            ]
            members = sorted({*self._names.members(full), *steps} - {NEW})
            words = (
                rb"\w+"
                if self._names.is_call(full, "*")
                else b"|".join(re.escape(m.encode()) for m in members) or b"(?!)"
            )
            between = rb"\s*\(" if variable.called else rb"\s*\??\[[^\]\n]*\]" if variable.element else b""
            rest = b"" if variable.called else rb"\s*[!?]?\s*\.\s*(?:%b)\b" % words
            if self._names.is_call(full, NEW) and not between:
                rest += rb"|\s*(?:\?\?)?=\s*new\s*[({]"
            self._wanted[key] = re.compile(between + rest)
        return self._wanted[key]

    def _expression(self, full: str, path: Sequence[Node], at: int) -> None:
        """`path[at]` is a `full` (or, for static members, names it): what is done with it?"""
        at = through_parentheses(path, at)
        if at < 1:
            return
        node, parent = path[at], path[at - 1]
        if parent.type == "member_access_expression" and is_field(parent, "expression", node):
            self._member(full, text_of(_simple(field(parent, "name"))), path, at - 1)
        elif parent.type == "conditional_access_expression" and is_field(parent, "condition", node):
            bound = next((each for each in named(parent) if each.type == "member_binding_expression"), None)
            if bound is not None:
                self._member(full, text_of(_simple(field(bound, "name"))), path, at - 1)
        elif parent.type == "assignment_expression" and is_field(parent, "left", node):
            right = field(parent, "right")
            if right is not None and right.type == "implicit_object_creation_expression":
                self.add("call", full, path, _told(full, right))
        elif parent.type == "variable_declarator" and not is_field(parent, "name", node):
            self._assigned(full, field(parent, "name"))
        elif parent.type == "assignment_expression" and is_field(parent, "right", node):
            left = field(parent, "left")
            is_own = left is not None and left.type == "member_access_expression" and field(left, "expression") is None
            self._assigned(full, field(left, "name") if is_own and left is not None else left)

    def _assigned(self, full: str, name: Node | None) -> None:
        if name is None or name.type != "identifier" or not self._is_worthwhile(full):
            return
        variable = self._variables.assigned(full, name)
        if variable:
            self._follow(variable)

    def _member(self, full: str, member: str, path: Sequence[Node], at: int) -> None:
        """`path[at]` is the access of a member."""
        around = path[at - 1]
        is_called = around.type == "invocation_expression" and is_field(around, "function", path[at])
        if self._names.is_call(full, member) and not (full == TASK and member == "Result" and self._is_settled(path)):
            value = None
            if is_called:
                given = arguments(around)
                value = literal(given[0]) if given else None
            elif around.type == "assignment_expression" and is_field(around, "left", path[at]):
                value = literal(field(around, "right"))
            self.add("call", f"{full}.{member}", path, value)
        result = RETURNS.get(f"{full}.{member}", "")
        if self._names.is_known(result):
            self._expression(result, path, at - 1 if is_called else at)

    def _is_settled(self, path: Sequence[Node]) -> bool:
        """True where the function awaits the task, or asks whether it is complete, before it takes the result."""
        name = path[-1]
        around = next((node for node in reversed(path) if node.type in ("block", "lambda_expression")), None)
        outer = next(
            (node for node in reversed(path) if node.type.endswith(("_declaration", "function_statement"))), around
        )
        if outer is None or name.type != "identifier":
            return False
        word = re.escape(text_of(name).encode())
        before = self._data[outer.start_byte : name.start_byte]
        return re.search(_SETTLES % (word, word, word), before) is not None

    def statics(self, types: Sequence[str]) -> None:
        """`using static System.IO.File;`: its members stand alone."""
        for full in types:
            for member in sorted(self._names.members(full)) if self._names.is_known(full) else ():
                for match in (
                    re.finditer(rb"(?<![\w.@])%b(?=\s*\()" % re.escape(member.encode()), self._data) if member else ()
                ):
                    path = path_to(self._root, match.start())
                    if path[-1].type == "identifier" and path[-2].type == "invocation_expression":
                        given = arguments(path[-2])
                        self.add("call", f"{full}.{member}", path, literal(given[0]) if given else None)

    def waits(self, places: Sequence[int]) -> None:
        """`FooAsync().Result`, `FooAsync().Wait()`, `x.GetAwaiter().GetResult()`."""
        for end in places:
            path = path_to(self._root, end - 2 if self._data[end - 1 : end] == b"(" else end - 1)
            access = path[-2] if len(path) > 1 else path[-1]
            call = field(access, "expression")
            if access.type != "member_access_expression" or call is None or call.type != "invocation_expression":
                continue
            function = field(call, "function")
            called = text_of(_simple(field(function, "name") or function)) if function is not None else ""
            member = text_of(field(access, "name"))
            if member == "GetResult" and called == "GetAwaiter":
                self.add("call", f"{_AWAITER}.GetResult", path)
            elif called.endswith("Async") and self._names.is_call(TASK, member) and function is not None:
                name = _simple(field(function, "name") or function)
                self.add("call", f"{TASK}.{member}", path_to(self._root, name.start_byte) if name else path)

    def loops(self, places: Sequence[int]) -> None:
        """`while (!operation.isDone) {}`: nothing else runs, so the operation never ends."""
        for start in places:
            path = path_to(self._root, start)
            loop = next((node for node in reversed(path) if node.type == "while_statement"), None)
            if loop is None or loop.start_byte != start:
                continue
            if not re.search(rb"\b(?:await|yield|return|break|throw)\b", self._data[loop.start_byte : loop.end_byte]):
                member = text_of(field(loop, "condition")).rpartition(".")[2]
                self.add("construct", f"blocking-loop:{member}", path)

    def simple_names(self, typed: Sequence[tuple[int, str]], scope: Scope) -> None:
        """Types that the file names without a qualifier: another file may declare one of that name (csharp_shadows)."""
        spaces = ";".join(scope.spaces())
        for start, full in reversed(typed):
            word = full.rpartition(".")[2]
            if self._data[start - 1 : start] != b"." and word not in scope.aliases:
                location = self._location(start)
                self._facts["construct", f"{SIMPLE}{full}", Location(self._path)] = Fact(
                    "construct", f"{SIMPLE}{full}", location, LANGUAGE, value=spaces
                )

    def own_type(self, full: str, start: int) -> None:
        location = self._location(start)
        self._facts["export", full, location] = Fact("export", full, location, LANGUAGE)

    def add(
        self, kind: FactKind, name: str, path: Sequence[Node], value: str | None = None, guard: Guard = ALWAYS
    ) -> None:
        location = self._location(path[-1].start_byte)
        if (kind, name, location) in self._facts and kind != "may-load":
            return
        guard = without_repeats(both(self._guards.at(path), guard))
        key = (kind, f"{name} {value}" if kind == "may-load" else name, location)
        self._facts[key] = Fact(kind, name, location, LANGUAGE, guard, value or "")

    def _location(self, start: int) -> Location:
        line = bisect_right(self._lines, start)
        before = start - self._lines[line - 1]
        if before < _LONG_LINE:  # beyond, a column in bytes has to do
            before = len(self._data[self._lines[line - 1] : start].decode("utf-8", "replace"))
        column = before + 1
        return Location(self._path, line, column)

    def facts(self) -> list[Fact]:
        """Without doubles: in `Thread t = new Thread(f)` the call says it all."""
        called = {(fact.location.line, fact.name) for fact in self._facts.values() if fact.kind == "call"}
        return [f for f in self._facts.values() if f.kind != "type" or (f.location.line, f.name) not in called]


def _is_tested(path: Sequence[Node], at: int) -> bool:
    """`o is Thread || x`, which the grammar reads as `o is (Thread || x)`."""
    parent = path[at - 1]
    is_left = parent.type == "binary_expression" and is_field(parent, "left", path[at])
    return is_left and at > 1 and path[at - 2].type == "constant_pattern"


def _is_type_position(parent: Node, node: Node) -> bool:
    if parent.type in _TYPE_PARENTS:
        return True
    if is_field(parent, "type", node) or is_field(parent, "returns", node):
        return parent.type not in _CREATES
    return parent.type == "as_expression" and is_field(parent, "right", node)


def _simple(name: Node | None) -> Node | None:
    """`Run` of `Run<int>`."""
    return name.named_child(0) if name is not None and name.type == "generic_name" else name


def _told(full: str, creation: Node) -> str | None:
    given = [literal(each) for each in arguments(creation)]
    if full in _TELLING:
        return next((each for each in given if each and each.startswith(_TELLING[full])), None)
    if full == _WITH_DELAY:
        return "delay" if given else None
    return given[0] if given else None
