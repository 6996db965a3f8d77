"""Under which tests of the runtime a place in a script is reached.

Names are `js(window)`, `js(process)`, `js(Deno)` for globals that are asked for, `js(platform=win32)` for
`process.platform`, `js(workers)` for the user agent of Cloudflare Workers, `js(browser)` for `process.browser`.
Environment variables are conditions as written. Read are if, else, `? :`, `&&`, `||`, and an if that leaves the block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.answers import SILENT, Answers, asks
from portlint.extractors.source.syntax import before, text_of
from portlint.model.guard import ALWAYS, Guard, both

if TYPE_CHECKING:
    from tree_sitter import Node

GLOBALS = frozenset(
    "window document navigator self process Deno Bun require module importScripts WebSocketPair WorkerGlobalScope "
    "XMLHttpRequest EdgeRuntime HTMLElement localStorage".split()
)
_ENDS = ("return_statement", "throw_statement", "break_statement", "continue_statement")
_GLOBAL_OBJECT = re.compile(r"(?:globalThis|window|self|global)\s*\??\.\s*(\w+)")
_ENVIRONMENT = re.compile(r"process\.env(?:\.\w+|\[[^\]]{1,60}\])")
_MEMBER = {"process.browser": "js(browser)", "process.versions.node": "js(process)", "process.versions.bun": "js(Bun)"}
_DEEPEST = 100


def around(path: Sequence[Node]) -> Guard:
    """The guard at the end of `path`, which starts at the root."""
    guard = ALWAYS
    for node, inner in pairwise(path):
        if node.type in ("if_statement", "ternary_expression"):
            answer = _condition(node.child_by_field_name("condition"))
            if inner == node.child_by_field_name("consequence"):
                guard = both(guard, answer.true)
            elif inner == node.child_by_field_name("alternative"):
                guard = both(guard, answer.false)
        elif node.type == "binary_expression" and inner == node.child_by_field_name("right"):
            operator, answer = (
                text_of(node.child_by_field_name("operator")),
                _condition(node.child_by_field_name("left")),
            )
            guard = both(guard, answer.true if operator == "&&" else answer.false if operator == "||" else ALWAYS)
        elif node.type in ("statement_block", "program"):
            for earlier in before(node, inner):
                if earlier.type == "if_statement" and _leaves(earlier):
                    guard = both(guard, _condition(earlier.child_by_field_name("condition")).false)
    return guard


def _leaves(statement: Node) -> bool:
    if statement.child_by_field_name("alternative") is not None:
        return False
    then = statement.child_by_field_name("consequence")
    last = (
        then.named_children[-1] if then is not None and then.type == "statement_block" and then.named_children else then
    )
    return last is not None and last.type in _ENDS


def _condition(node: Node | None, depth: int = 0) -> Answers:
    if node is None or depth > _DEEPEST:
        return SILENT
    if node.type == "parenthesized_expression":
        return _condition(node.named_children[0] if node.named_children else None, depth + 1)
    if node.type == "unary_expression" and text_of(node.child_by_field_name("operator")) == "!":
        answer = _condition(node.child_by_field_name("argument"), depth + 1)
        return answer.negated()
    if node.type == "binary_expression":
        return _binary(node, depth)
    if node.type in ("member_expression", "subscript_expression"):
        return _member(text_of(node).replace("?.", "."))
    return SILENT


def _binary(node: Node, depth: int) -> Answers:
    operator = text_of(node.child_by_field_name("operator"))
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if operator in ("&&", "||"):
        first, second = _condition(left, depth + 1), _condition(right, depth + 1)
        if operator == "&&":
            return first.both(second)
        return first.either(second)
    if operator == "in":
        name = text_of(left).strip("'\"")
        return _defined(f"js({name})") if name in GLOBALS else SILENT
    if operator not in ("===", "==", "!==", "!="):
        return SILENT
    answer = _equal(left, right) if left is not None and right is not None else SILENT
    return answer.negated() if operator[0] == "!" else answer


def _equal(left: Node, right: Node) -> Answers:
    """The answer of `left === right`, whichever side the constant stands on."""
    if left.type in ("string", "undefined", "null"):
        left, right = right, left
    word = text_of(right).strip("'\"`")
    if left.type == "unary_expression" and text_of(left.child_by_field_name("operator")) == "typeof":
        name = text_of(left.child_by_field_name("argument"))
        held = _GLOBAL_OBJECT.fullmatch(name)
        name = held[1] if held else name
        if name not in GLOBALS:
            return SILENT
        answer = _defined(f"js({name})")
        return answer.negated() if word == "undefined" else answer
    subject = text_of(left).replace("?.", ".")
    if subject == "process.platform" and right.type == "string":
        return _defined(f"js(platform={word})")
    if subject == "navigator.userAgent" and word == "Cloudflare-Workers":
        return _defined("js(workers)")
    if _ENVIRONMENT.fullmatch(subject):
        text = Guard("condition", f"{subject} === {text_of(right)[:60]}")
        return asks(text)
    if word in ("undefined", "null"):
        answer = _member(subject)
        return answer.negated()
    return SILENT


def _member(text: str) -> Answers:
    held = _GLOBAL_OBJECT.fullmatch(text)
    if held and held[1] in GLOBALS:
        return _defined(f"js({held[1]})")
    if text in _MEMBER:
        return _defined(_MEMBER[text])
    if _ENVIRONMENT.fullmatch(text):
        guard = Guard("condition", text)
        return asks(guard)
    return SILENT


def _defined(name: str) -> Answers:
    return asks(Guard("defined", name))
