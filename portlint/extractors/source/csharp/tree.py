"""The syntax tree of a C# file: parsing, and small questions about nodes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from portlint.extractors.source.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Language, Node

FUNCTIONS = (
    "method_declaration",
    "constructor_declaration",
    "destructor_declaration",
    "operator_declaration",
    "conversion_operator_declaration",
    "indexer_declaration",
    "local_function_statement",
    "lambda_expression",
    "anonymous_method_expression",
    "delegate_declaration",
)
TYPES = ("class_declaration", "struct_declaration", "record_declaration", "interface_declaration")
_IN_WORD = re.compile(rb"[\w@]")
_ENUMERATOR = re.compile(r"(?:\w+\.)*[A-Z]\w*\.[A-Z]\w*\Z")


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter_c_sharp
    from tree_sitter import Language

    return Language(tree_sitter_c_sharp.language())


def parse(data: bytes) -> Node:
    """The root of the tree; broken code gives a tree with ERROR nodes in it."""
    from tree_sitter import Parser

    return Parser(_language()).parse(data).root_node


def places(data: bytes, word: bytes, start: int = 0, end: int | None = None) -> list[int]:
    """Where the whole word stands in data[start:end]. Plain searching is several times faster here than a pattern."""
    found = []
    at = data.find(word, start, end)
    while at >= 0:
        before, after = data[at - 1 : at], data[at + len(word) : at + len(word) + 1]
        if not _IN_WORD.match(before) and not _IN_WORD.match(after):
            found.append(at)
        at = data.find(word, at + 1, end)
    return found


def field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def is_field(parent: Node, name: str, child: Node) -> bool:
    return parent.child_by_field_name(name) == child


def named(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def arguments(call: Node) -> list[Node]:
    """The argument expressions of a call, a construction or an attribute, named ones left out."""
    given = call.child_by_field_name("arguments")
    if given is None:
        given = next((child for child in call.named_children if child.type.endswith("argument_list")), None)
    if given is None:
        return []
    return [inside[0] for each in named(given) if len(inside := named(each)) == 1 and field(each, "name") is None]


def literal(node: Node | None) -> str | None:
    """The content of a plain string; `null`, numbers, enumerators (`FileMode.Open`) as written; else None."""
    if node is None:
        return None
    if node.type == "string_literal":
        return text_of(node)[1:-1]
    if node.type == "verbatim_string_literal":
        return text_of(node)[2:-1]
    if node.type == "member_access_expression":
        return text_of(node) if _ENUMERATOR.match(text_of(node)) else None
    is_plain = node.type in ("boolean_literal", "null_literal", "integer_literal", "real_literal")
    return text_of(node) if is_plain else None


def attributes(declaration: Node) -> list[tuple[str, Node]]:
    """The attributes of a declaration: simple name without `Attribute`, and the node."""
    return [
        (text_of(field(each, "name")).rpartition(".")[2].removesuffix("Attribute"), each)
        for group in declaration.children
        if group.type == "attribute_list"
        for each in group.named_children
        if each.type == "attribute"
    ]


def through_parentheses(path: Sequence[Node], at: int) -> int:
    """The index of the outermost node that is `path[at]` in nothing but parentheses (and `!`)."""
    while at > 0 and path[at - 1].type in ("parenthesized_expression", "checked_expression"):
        at -= 1
    if at > 0 and path[at - 1].type == "postfix_unary_expression" and text_of(path[at - 1].children[-1]) == "!":
        return at - 1
    return at


def unwrapped(node: Node | None) -> Node | None:
    """The expression inside of parentheses."""
    while node is not None and node.type == "parenthesized_expression":
        inside = named(node)
        node = inside[0] if inside else None
    return node
