"""The run-time platform tests around a place in a GDScript file, as a guard.

Covered: `if`, `elif`, `else`, `and`, `or`, `not`, the ternary, `while`, `match`, and what follows an early `return`,
`break` or `continue`. What counts as a platform test is in gdscript_conditions. Every other condition is left out: it
says nothing about the platform.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.answers import Answers, feature
from portlint.extractors.source.gdscript.conditions import Conditions
from portlint.extractors.source.gdscript.tree import statements
from portlint.model.guard import ALWAYS, Guard, both, either, without_repeats

if TYPE_CHECKING:
    from tree_sitter import Node

# Classes that exist in the editor only: a script that extends one never runs in an exported game.
EDITOR_CLASSES = frozenset(
    {
        "EditorContextMenuPlugin",
        "EditorDebuggerPlugin",
        "EditorDebuggerSession",
        "EditorExportPlatform",
        "EditorExportPlugin",
        "EditorImportPlugin",
        "EditorInspectorPlugin",
        "EditorNode3DGizmo",
        "EditorNode3DGizmoPlugin",
        "EditorPlugin",
        "EditorProperty",
        "EditorResourceConversionPlugin",
        "EditorResourcePicker",
        "EditorResourcePreviewGenerator",
        "EditorSceneFormatImporter",
        "EditorSceneImporter",
        "EditorScenePostImport",
        "EditorScenePostImportPlugin",
        "EditorScript",
        "EditorSpatialGizmo",
        "EditorSpatialGizmoPlugin",
        "EditorSpinSlider",
        "EditorSyntaxHighlighter",
        "EditorTranslationParserPlugin",
        "EditorVCSInterface",
    }
)
_FILE_EXTENDS = re.compile(rb"^(?:class_name\s+\w+\b[^\n#]*?\s)?extends\s+(\w+)", re.M)
_CLASS_EXTENDS = re.compile(rb"class\s+\w+\s*:?\s*extends\s+(\w+)")
_RETURN = ("return_statement",)  # in Godot 3 `continue` inside a match goes on to the next pattern
_LEAVES = (*_RETURN, "break_statement", "continue_statement")


class Guards:
    """Guards of one file."""

    def __init__(self, data: bytes, root: Node) -> None:
        self._data = data
        self._conditions = Conditions(data, root)
        self._left: dict[int, tuple[list[int], list[Guard]]] = {}
        self._file = feature("editor") if _is_editor_only(_FILE_EXTENDS.search(data)) else ALWAYS

    def at(self, path: Sequence[Node]) -> Guard:
        """What must hold for the last node of `path` to be reached."""
        guard = self._file
        for parent, child in pairwise(path):
            if parent.type == "class_definition" and _is_editor_only(
                _CLASS_EXTENDS.match(self._data, parent.start_byte)
            ):
                guard = both(guard, feature("editor"))
            elif self._conditions.any:
                guard = both(guard, self._between(parent, child))
        return without_repeats(guard)

    def _between(self, parent: Node, child: Node) -> Guard:
        """What `parent` demands before it lets control into `child`."""
        kind = parent.type
        if kind == "if_statement":
            return self._branch(parent, child)
        if kind in ("elif_clause", "while_statement"):
            return self._answers(parent).true if _is_field(parent, "body", child) else ALWAYS
        if kind == "body":
            return self._after(parent, child)
        if kind == "binary_operator":
            return self._conditions.before_right(parent) if _is_field(parent, "right", child) else ALWAYS
        if kind == "conditional_expression":
            answers = self._answers(parent)
            is_left, is_right = _is_field(parent, "left", child), _is_field(parent, "right", child)
            return answers.true if is_left else answers.false if is_right else ALWAYS
        if kind == "match_statement" and _is_field(parent, "body", child):
            return ALWAYS
        if kind == "match_body":
            return self._section(parent, child)
        return ALWAYS

    def _answers(self, node: Node) -> Answers:
        return self._conditions.answers(node.child_by_field_name("condition"))

    def _branch(self, parent: Node, child: Node) -> Guard:
        """The condition of the `if` for its body; for `elif` and `else` that their elders did not hold."""
        if _is_field(parent, "condition", child):
            return ALWAYS
        own = self._answers(parent)
        if _is_field(parent, "body", child):
            return own.true
        guard = own.false
        for alternative in parent.children_by_field_name("alternative"):
            if alternative.start_byte >= child.start_byte:
                break
            guard = both(guard, self._answers(alternative).false)
        return guard

    def _after(self, body: Node, child: Node) -> Guard:
        """What the earlier statements of the block leave over: `if web: return` leaves `!web`."""
        if body.id not in self._left:
            self._left[body.id] = self._left_in(body)
        starts, guards = self._left[body.id]
        return guards[bisect_right(starts, child.start_byte) - 1]

    def _left_in(self, body: Node) -> tuple[list[int], list[Guard]]:
        """From which byte of the block on which guard holds. Kept per block: a long one is asked again and again."""
        starts, guards = [0], [ALWAYS]
        for statement in statements(body):
            left = ALWAYS
            if statement.type == "if_statement":
                left = self._left_by_if(statement)
            elif statement.type == "match_statement":
                left = self._left_by_match(statement)
            if left != ALWAYS:
                starts.append(statement.end_byte)
                guards.append(without_repeats(both(guards[-1], left)))
        return starts, guards

    def _left_by_if(self, statement: Node) -> Guard:
        alternatives = statement.children_by_field_name("alternative")
        guard = ALWAYS
        for branch in (statement, *alternatives):
            if branch.type == "else_clause" or not _leaves(branch):
                break
            guard = both(guard, self._answers(branch).false)
        if len(alternatives) == 1 and alternatives[0].type == "else_clause" and _leaves(alternatives[0]):
            guard = both(guard, self._answers(statement).true)
        return guard

    def _left_by_match(self, statement: Node) -> Guard:
        guard = ALWAYS
        others: list[Guard] = []
        for section, own in self._sections(statement):
            if not _leaves(section, _RETURN):
                others.append(own.true)
            elif own.true != ALWAYS or own.false != ALWAYS:
                guard = both(guard, own.false)
            elif _is_default(section) and others:
                guard = both(guard, either(*others))
        return guard

    def _section(self, body: Node, child: Node) -> Guard:
        if body.parent is None:
            return ALWAYS
        guard = ALWAYS
        for section, own in self._sections(body.parent):
            if section.start_byte >= child.start_byte:
                return both(guard, own.true)
            guard = both(guard, own.false)
        return guard

    def _sections(self, statement: Node) -> list[tuple[Node, Answers]]:
        """The branches of a `match`, each with what it says about the platform."""
        value = statement.child_by_field_name("value")
        body = statement.child_by_field_name("body")
        if value is None or body is None:
            return []
        found = []
        for section in statements(body):
            patterns = [node for node in statements(section) if node.type not in ("body", "pattern_guard")]
            answers = self._conditions.matches(value, patterns)
            if any(node.type == "pattern_guard" for node in section.named_children):
                answers = Answers(answers.true, ALWAYS)
            found.append((section, answers))
        return found


def _is_editor_only(extends: re.Match[bytes] | None) -> bool:
    return extends is not None and extends[1].decode("ascii", "replace") in EDITOR_CLASSES


def _is_field(parent: Node, field: str, child: Node) -> bool:
    return parent.child_by_field_name(field) == child


def _is_default(section: Node) -> bool:
    first = section.named_child(0)
    return first is not None and first.text == b"_"


def _leaves(branch: Node, how: Sequence[str] = _LEAVES) -> bool:
    """True when the last statement of the branch leaves the block around it."""
    body = branch.child_by_field_name("body")
    inside = statements(body) if body is not None else []
    return bool(inside) and inside[-1].type in how
