"""Which conditions stand around a place in a Rust file: attributes, `cfg_if!`, and `if cfg!(...)`.

Only what compilation decides counts. `if cfg!(unix) && ready` may run on Unix and on nothing else: the parts of such a
condition that are settled at run time are taken as possible either way.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.rust.cfg import predicate
from portlint.extractors.source.rust.tree import macro_name
from portlint.extractors.source.syntax import text_of
from portlint.model.guard import ALWAYS, Guard, either, every, negated

if TYPE_CHECKING:
    from tree_sitter import Node

_CFG = re.compile(r"\A#!?\s*\[\s*(?:cfg)\s*\((.*)\)\s*\]\Z", re.DOTALL)
_LEAVES = re.compile(rb"\b(?:return|break|continue|panic!|unreachable!|todo!|unimplemented!)")
# Crates wrap items in macros of their own, `cfg_net! { ... }`, which stand for a condition that they alone know.
_OWN = re.compile(r"cfg_\w+\Z")
_ITEM_ENDS = frozenset({";", ","})


class Guards:
    """The conditions of one file."""

    def __init__(self, data: bytes, root: Node) -> None:
        self._any = b"cfg" in data
        self._checks = b"cfg!" in data
        self._known: dict[int, Guard] = {}
        self.file = self._inner(root) if self._any else ALWAYS

    def at(self, path: list[Node]) -> Guard:
        """The condition under which the last node of the path is compiled and can run."""
        if not self._any:
            return ALWAYS
        guard = self.file
        for parent, child in pairwise(path):
            if child.id not in self._known:
                self._known[child.id] = self._step(parent, child)
            guard = _joined(guard, self._known[child.id])
        return guard

    def _step(self, parent: Node, child: Node) -> Guard:
        if parent.type == "token_tree":
            return _in_tokens(parent, child)
        guard = _attributes(child)
        if child.type in ("block", "declaration_list", "source_file"):
            guard = _joined(guard, self._inner(child))
        elif child.type == "macro_invocation" and _OWN.match(name := macro_name(child)) and name != "cfg_if":
            guard = _joined(guard, Guard("condition", f"{name}!"))
        if self._checks:
            guard = _joined(guard, _branch(parent, child))
            if parent.type == "block":
                guard = _joined(guard, _returned_before(child))
        return guard

    def _inner(self, block: Node) -> Guard:
        """`#![cfg(...)]` at the top of a file or block."""
        guard = ALWAYS
        for child in block.named_children[:40]:
            if child.type == "inner_attribute_item":
                guard = _joined(guard, _cfg_of(child))
            elif "comment" not in child.type:
                break
        return guard


def _joined(first: Guard, second: Guard) -> Guard:
    if first.op == "true" or second.op == "true":
        return second if first.op == "true" else first
    return every(first, second)


def _attributes(node: Node) -> Guard:
    """The `#[cfg]` right in front of a node, or, in a match arm or field, at its beginning."""
    guard = ALWAYS
    before = node.prev_sibling
    while before is not None and (before.type == "attribute_item" or "comment" in before.type):
        guard = _joined(guard, _cfg_of(before))
        before = before.prev_sibling
    if node.type in ("match_arm", "field_initializer", "shorthand_field_initializer"):
        for child in node.children:
            if child.type != "attribute_item":
                break
            guard = _joined(guard, _cfg_of(child))
    return guard


def _cfg_of(attribute: Node) -> Guard:
    if attribute.type not in ("attribute_item", "inner_attribute_item"):
        return ALWAYS
    found = _CFG.match(text_of(attribute))
    return predicate(found[1]) if found else ALWAYS


def _in_tokens(parent: Node, child: Node) -> Guard:
    """Inside of a macro: the branch of a `cfg_if!`, and attributes in front of what looks like an item."""
    children = parent.children
    at = next((i for i, each in enumerate(children) if each.id == child.id), -1)
    if parent.parent is not None and macro_name(parent.parent) in ("cfg_if", "cfg_select"):
        return _chosen(children[:at]) if child.type == "token_tree" else ALWAYS
    begin = at
    while begin > 0 and not _ends_item(children[begin - 1], children[begin - 2] if begin > 1 else None):
        begin -= 1
    guard = ALWAYS
    while begin + 1 < at and children[begin].type == "#":
        found = _CFG.match("#" + text_of(children[begin + 1]))
        guard = _joined(guard, predicate(found[1])) if found else guard
        begin += 2
    return guard


def _ends_item(node: Node, before: Node | None) -> bool:
    if node.type in _ITEM_ENDS:
        return True
    is_body = node.type == "token_tree" and text_of(node).startswith("{")
    return is_body or (before is None and node.type in ("{", "("))


def _chosen(before: list[Node]) -> Guard:
    """The condition of a branch, from what stands in front of it: its own, and that none of the earlier ones holds."""
    earlier: list[Guard] = []
    own: Guard | None = None
    for node, following in zip(before, [*before, None][1:], strict=True):
        if node.type == "#" and following is not None:
            found = _CFG.match("#" + text_of(following))
            own = predicate(found[1]) if found else Guard("condition", text_of(following)[:200])
        elif node.type == "token_tree" and text_of(node).startswith("{"):
            earlier.append(own if own is not None else ALWAYS)
            own = None
    return every(own if own is not None else ALWAYS, *(negated(each) for each in earlier))


def _branch(parent: Node, child: Node) -> Guard:
    """What an `if` says of its branches."""
    if parent.type != "if_expression":
        return ALWAYS
    condition = parent.child_by_field_name("condition")
    if condition is None or child.id == condition.id:
        return ALWAYS
    is_then = parent.child_by_field_name("consequence") == child
    return _possible(condition, is_then)


def _returned_before(child: Node) -> Guard:
    """`if cfg!(...) { return; }` in front of a statement."""
    guard = ALWAYS
    before = child.prev_sibling
    while before is not None:
        inside = before.named_child(0) if before.type == "expression_statement" else before
        if inside is not None and inside.type == "if_expression" and inside.child_by_field_name("alternative") is None:
            body = inside.child_by_field_name("consequence")
            last = body.named_children[-1] if body is not None and body.named_children else None
            condition = inside.child_by_field_name("condition")
            if condition is not None and last is not None and _LEAVES.match(last.text or b""):
                guard = _joined(guard, _possible(condition, False))
        before = before.prev_sibling
    return guard


def _possible(condition: Node, wanted: bool) -> Guard:
    """When the condition can be `wanted`; anything but `cfg!` can be either."""
    if condition.type == "macro_invocation" and macro_name(condition) == "cfg":
        text = text_of(condition)
        guard = predicate(text[text.find("(") + 1 : text.rfind(")")])
        return guard if wanted else negated(guard)
    if condition.type == "parenthesized_expression" and condition.named_children:
        return _possible(condition.named_children[0], wanted)
    if condition.type == "unary_expression" and text_of(condition).startswith("!"):
        return _possible(condition.named_children[-1], not wanted)
    if condition.type == "binary_expression":
        sign = text_of(condition.child_by_field_name("operator"))
        left, right = condition.child_by_field_name("left"), condition.child_by_field_name("right")
        if sign in ("&&", "||") and left is not None and right is not None:
            parts = [_possible(left, wanted), _possible(right, wanted)]
            return every(*parts) if (sign == "&&") is wanted else either(*parts)
    return ALWAYS
