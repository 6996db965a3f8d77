"""Under which tests of the platform a place in a script is reached.

Names are `py(emscripten)`, `py(wasi)`, `py(linux)`, `py(win32)`, `py(darwin)` for `sys.platform`, `py(nt)` and
`py(posix)` for `os.name`, and `py(type-checking)` for `TYPE_CHECKING`, which never runs. `platform.system()` counts as
`sys.platform`. Read are if, elif, else, the conditional expression, and an if that leaves the block.
Source: docs.python.org/3/library/sys.html, `sys.platform`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.answers import SILENT, Answers, asks
from portlint.extractors.source.syntax import before, text_of
from portlint.model.guard import ALWAYS, NEVER, Guard, both, either

if TYPE_CHECKING:
    from tree_sitter import Node

_ENDS = ("return_statement", "raise_statement", "break_statement", "continue_statement")
_SUBJECTS = {
    "sys.platform": "",
    "platform": "",
    "os.name": "",
    "platform.system()": "system",
    "platform.system().lower()": "",
}
_SYSTEMS = {"Windows": "win32", "Darwin": "darwin", "Linux": "linux", "Emscripten": "emscripten"}
_TEXT = re.compile(r"""["']([\w-]+)["']""")
_DEEPEST = 100


def around(path: Sequence[Node]) -> Guard:
    """The guard at the end of `path`, which starts at the root."""
    guard = ALWAYS
    for node, inner in pairwise(path):
        if node.type == "if_statement":
            guard = both(guard, _branch(node, inner))
        elif node.type == "conditional_expression" and len(node.named_children) == 3:
            answer = _condition(node.named_children[1])
            if inner in (node.named_children[0], node.named_children[2]):
                guard = both(guard, answer.true if inner == node.named_children[0] else answer.false)
        elif node.type in ("block", "module"):
            for earlier in before(node, inner):
                if earlier.type == "if_statement" and _leaves(earlier):
                    guard = both(guard, _condition(earlier.child_by_field_name("condition")).false)
    return guard


def _branch(node: Node, inner: Node) -> Guard:
    answer = _condition(node.child_by_field_name("condition"))
    if inner == node.child_by_field_name("consequence"):
        return answer.true
    if inner.type not in ("elif_clause", "else_clause"):
        return ALWAYS
    guard = answer.false
    for clause in node.children_by_field_name("alternative"):
        if clause.type != "elif_clause":
            break
        answer = _condition(clause.child_by_field_name("condition"))
        if clause == inner:
            return both(guard, answer.true)
        guard = both(guard, answer.false)
    return guard


def _leaves(statement: Node) -> bool:
    if statement.children_by_field_name("alternative"):
        return False
    then = statement.child_by_field_name("consequence")
    last = then.named_children[-1] if then is not None and then.named_children else None
    return last is not None and (last.type in _ENDS or text_of(last).startswith("sys.exit("))


def _condition(node: Node | None, depth: int = 0) -> Answers:
    if node is None or depth > _DEEPEST:
        return SILENT
    if node.type == "parenthesized_expression":
        return _condition(node.named_children[0] if node.named_children else None, depth + 1)
    if node.type == "not_operator":
        answer = _condition(node.child_by_field_name("argument"), depth + 1)
        return answer.negated()
    if node.type == "boolean_operator":
        first = _condition(node.child_by_field_name("left"), depth + 1)
        second = _condition(node.child_by_field_name("right"), depth + 1)
        if text_of(node.child_by_field_name("operator")) == "and":
            return first.both(second)
        return first.either(second)
    if node.type in ("identifier", "attribute") and text_of(node).rpartition(".")[2] == "TYPE_CHECKING":
        return Answers(NEVER, ALWAYS)
    if node.type == "comparison_operator":
        return _comparison(node)
    return _starts_with(node) if node.type == "call" else SILENT


def _comparison(node: Node) -> Answers:
    if len(node.named_children) != 2:
        return SILENT
    left, right = text_of(node.named_children[0]), text_of(node.named_children[1])
    operator = " ".join(text_of(child) for child in node.children[1:-1])
    if operator in ("in", "not in") and _TEXT.fullmatch(left) and right == "sys.modules":
        name = left.strip("\"'")
        answer = _named([name], "") if name in ("pyodide", "js", "emscripten") else SILENT
        return answer.negated() if operator == "not in" else answer
    if left not in _SUBJECTS or operator not in ("==", "!=", "in", "not in", "is", "is not"):
        return SILENT
    answer = _named(_TEXT.findall(right), _SUBJECTS[left])
    return answer.negated() if operator in ("!=", "not in", "is not") else answer


def _starts_with(node: Node) -> Answers:
    found = re.fullmatch(r"""sys\.platform\.startswith\(\s*(.+)\s*\)""", text_of(node), re.DOTALL)
    return _named(_TEXT.findall(found[1]), "") if found else SILENT


def _named(names: Sequence[str], of: str) -> Answers:
    names = [_SYSTEMS.get(name, name.lower()) if of else name for name in names]
    # `startswith("win")` and `startswith("cygwin")` are how Windows is asked for.
    names = ["win32" if name in ("win", "windows", "Windows") else name for name in names]
    if not names:
        return SILENT
    guard = either(*(Guard("defined", f"py({name})") for name in names))
    return asks(guard)
