"""The conditions around a place in a C# file, as a guard: `#if`, attributes, run-time tests of the platform.

Run-time tests: `if`, `else`, `&&`, `||`, `!`, `?:`, `while`, `switch` over a platform, and what follows an early
`return`, `throw`, `break` or `continue` (also one that stands under `#if`). Attributes: `[Conditional("X")]`,
`[UnsupportedOSPlatform("browser")]`, `[SupportedOSPlatform("windows")]` on the function or the types around it.
An object whose constructor throws on a platform has no methods that run there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.answers import SILENT, Answers
from portlint.extractors.source.csharp.conditions import Conditions, platform
from portlint.extractors.source.csharp.regions import Regions
from portlint.extractors.source.csharp.tree import (
    FUNCTIONS,
    TYPES,
    arguments,
    attributes,
    field,
    is_field,
    literal,
    named,
    unwrapped,
)
from portlint.model.guard import ALWAYS, Guard, both, either, negated, without_repeats

if TYPE_CHECKING:
    from tree_sitter import Node

_LEAVES = ("return_statement", "throw_statement", "break_statement", "continue_statement")
_BLOCKS = ("block", "switch_section")
_OF_OBJECTS = ("method_declaration", "property_declaration", "indexer_declaration")
_DECLARATIONS = (*FUNCTIONS, *TYPES, "property_declaration")


class Guards:
    """Guards of one file."""

    def __init__(self, data: bytes, root: Node, regions: Regions, whole: Guard) -> None:
        """`whole`: the condition of the file itself."""
        self._regions = regions
        self._conditions = Conditions(data, root)
        self._whole = whole
        self._has_attributes = b"OSPlatform(" in data or b"Conditional(" in data
        self._makes: dict[int, Guard] = {}
        self._left: dict[int, tuple[list[int], list[Guard]]] = {}

    def at(self, path: Sequence[Node]) -> Guard:
        """What must hold for the last node of `path` to be compiled and reached."""
        guard = both(self._whole, self._regions.at(path[-1].start_byte))
        for number, (parent, child) in enumerate(pairwise(path)):
            kind = parent.type
            if self._has_attributes and kind in _DECLARATIONS:
                guard = both(guard, _of_attributes(parent))
            if kind == "declaration_list" and child.type in _OF_OBJECTS and (self._conditions.any or self._regions.any):
                guard = both(guard, self._made(parent, child))
            if kind in _BLOCKS and (self._conditions.any or self._regions.any):
                guard = both(guard, self._after(parent, child))
            if self._conditions.any:
                guard = both(guard, self._between(parent, child))
                if kind == "switch_section" and number > 1 and not child.type.endswith("pattern"):
                    guard = both(guard, self._section(parent, path[number - 1], path[number - 2]))
        return without_repeats(guard)

    def _between(self, parent: Node, child: Node) -> Guard:
        """What `parent` demands before it lets control into `child`."""
        kind = parent.type
        if kind == "if_statement":
            answers = self._conditions.answers(field(parent, "condition"))
            if is_field(parent, "consequence", child):
                return answers.true
            return answers.false if is_field(parent, "alternative", child) else ALWAYS
        if kind == "while_statement" and is_field(parent, "body", child):
            return self._conditions.answers(field(parent, "condition")).true
        if kind == "binary_expression" and is_field(parent, "right", child):
            return self._conditions.before_right(parent)
        if kind == "conditional_expression" and not is_field(parent, "condition", child):
            answers = self._conditions.answers(field(parent, "condition"))
            return answers.true if is_field(parent, "consequence", child) else answers.false
        return ALWAYS

    def _section(self, section: Node, body: Node, switch: Node) -> Guard:
        """`case RuntimePlatform.WebGLPlayer:` in a switch over the platform; `default` is what the others leave."""
        if switch.type != "switch_statement":
            return ALWAYS
        labels = self._labels(body, section)
        if not any(label.type == "default" for label in labels):
            return either(*[self._label(label, switch).true for label in labels])
        guard = ALWAYS
        for other in named(body):
            for label in self._labels(body, other):
                if label not in labels:
                    guard = both(guard, self._label(label, switch).false)
        return guard

    def _labels(self, body: Node, section: Node) -> list[Node]:
        """The labels of a section, with those of the empty sections before it: `case A: case B: f();`."""
        labels: list[Node] = []
        for each in named(body):
            own = [child for child in each.children if child.type.endswith("pattern") or child.type == "default"]
            labels.extend(own)
            if each == section:
                return labels
            if len(named(each)) > sum(child.is_named for child in own):
                labels = []
        return labels

    def _label(self, label: Node, switch: Node) -> Answers:
        value = unwrapped(field(switch, "value"))
        return self._conditions.pattern(value, label) if label.type != "default" else SILENT

    def _after(self, body: Node, child: Node) -> Guard:
        """What the earlier statements of the block leave over: `if (web) return;` leaves `!web`."""
        if body.id not in self._left:
            self._left[body.id] = self._left_in(body)
        starts, guards = self._left[body.id]
        return guards[bisect_right(starts, child.start_byte) - 1]

    def _made(self, members: Node, member: Node) -> Guard:
        """What holds for every object of a type: its constructors throw elsewhere. ALWAYS for static members."""
        if any(each.type == "modifier" and each.text == b"static" for each in member.children):
            return ALWAYS
        if members.id not in self._makes:
            bodies = [field(each, "body") for each in named(members) if each.type == "constructor_declaration"]
            left = [
                self._left_in(body)[1][-1] if body is not None and body.type == "block" else ALWAYS for body in bodies
            ]
            self._makes[members.id] = left[0] if left and all(each == left[0] for each in left) else ALWAYS
        return self._makes[members.id]

    def _left_in(self, body: Node) -> tuple[list[int], list[Guard]]:
        """From which byte of the block on which guard holds."""
        starts, guards = [0], [ALWAYS]
        around = self._regions.at(body.start_byte)
        for statement in named(body):
            left = ALWAYS
            if statement.type == "if_statement" and self._conditions.any:
                left = self._left_by_if(statement)
            elif self._regions.any and _leaves(statement):
                left = negated(_more(self._regions.at(statement.start_byte), around))
            if left.op not in ("true", "false"):
                starts.append(statement.end_byte)
                guards.append(without_repeats(both(guards[-1], left)))
        return starts, guards

    def _left_by_if(self, statement: Node) -> Guard:
        answers = self._conditions.answers(field(statement, "condition"))
        alternative = field(statement, "alternative")
        guard = ALWAYS
        if _leaves(field(statement, "consequence")):
            guard = answers.false
            if alternative is not None and alternative.type == "if_statement":
                guard = both(guard, self._left_by_if(alternative))
        if _leaves(alternative):
            guard = both(guard, answers.true)
        return guard


def _leaves(branch: Node | None) -> bool:
    """True when the branch ends by leaving the block around it."""
    if branch is None:
        return False
    if branch.type == "block":
        inside = [each for each in named(branch) if each.type != "local_function_statement"]
        return bool(inside) and _leaves(inside[-1])
    return branch.type in _LEAVES or (
        branch.type == "yield_statement" and branch.child_count > 1 and branch.children[1].type == "break"
    )


def _more(guard: Guard, around: Guard) -> Guard:
    """The parts of `guard` that `around` does not have."""
    known = around.args if around.op == "and" else (around,)
    more = ALWAYS
    for part in guard.args if guard.op == "and" else (guard,):
        if part not in known:
            more = both(more, part)
    return more


def _of_attributes(declaration: Node) -> Guard:
    guard = ALWAYS
    symbols: list[Guard] = []
    supported: list[Guard] = []
    for name, attribute in attributes(declaration):
        given = arguments(attribute)
        text = literal(given[0]) if given else None
        if not text:
            continue
        if name == "Conditional":
            symbols.append(Guard("defined", text))
        elif name == "UnsupportedOSPlatform" and (of := platform(text)):
            guard = both(guard, negated(of))
        elif name == "SupportedOSPlatform" and (of := platform(text)):
            supported.append(of)
    for choice in (symbols, supported):
        if choice:
            guard = both(guard, either(*choice))
    return guard
