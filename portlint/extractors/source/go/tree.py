"""The syntax tree of a Go file, and whether a name in it is a package or a variable."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Language, Node

_FUNCTIONS = ("function_declaration", "method_declaration", "func_literal")
_BLOCKS = (
    "block", "statement_list", "if_statement", "for_statement", "for_clause", "expression_switch_statement",
    "type_switch_statement", "expression_case", "default_case", "type_case", "communication_case",
)  # fmt: skip

_MAX_STATEMENTS = 2000  # a block with more was generated, and each name in it would look at all that stand before


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter_go
    from tree_sitter import Language

    return Language(tree_sitter_go.language())


def parse(data: bytes) -> Node:
    """The root of the tree; broken code gives a tree with ERROR nodes in it."""
    from tree_sitter import Parser

    return Parser(_language()).parse(data).root_node


def may_be_declared(data: bytes, name: bytes, start: int) -> bool:
    """Whether the name stands anywhere without a dot behind it, as it must where it is declared."""
    return re.search(rb"\b%b\b(?!\s*\.)" % re.escape(name), data[start:]) is not None


def is_shadowed(path: Sequence[Node], name: bytes) -> bool:
    """Whether a parameter, a receiver or a local declaration gives `name` another meaning at the end of `path`.

    Nothing at the top of a file can: the compiler refuses a declaration there that is called like an import.
    """
    for node, inner in pairwise(path):
        if node.type in _FUNCTIONS and any(
            _declares(part, name)
            for field in ("receiver", "parameters", "result")
            if (part := node.child_by_field_name(field)) is not None and part != inner
        ):
            return True
        if node.named_child_count > _MAX_STATEMENTS:
            continue
        if node.type in _BLOCKS and any(
            _declares(child, name) for child in node.named_children if child.end_byte <= inner.start_byte
        ):
            return True
    return False


def _declares(node: Node, name: bytes) -> bool:
    """Whether a declaration (not what is nested in it) gives this name."""
    if node.type == "for_clause":
        return any(_declares(child, name) for child in node.named_children)
    if node.type == "parameter_list":
        return any(
            child.type == "identifier" and child.text == name for each in node.named_children for child in each.children
        )
    if node.type in ("var_declaration", "const_declaration", "type_declaration", "var_spec_list"):
        return any(_declares(child, name) for child in node.named_children)
    if node.type in ("var_spec", "const_spec", "type_spec"):
        return any(child.text == name for child in node.children_by_field_name("name"))
    if node.type in ("short_var_declaration", "range_clause", "receive_statement"):
        left = node.child_by_field_name("left")
        return left is not None and any(child.text == name for child in left.named_children)
    if node.type == "expression_list" and node.parent is not None and node.parent.type == "type_switch_statement":
        return any(child.text == name for child in node.named_children)
    return False


def first_text(call: Node) -> str:
    """The first argument of a call where it is a plain string, or ""."""
    given = call.child_by_field_name("arguments")
    first = given.named_children[0] if given is not None and given.named_child_count else None
    plain = first is not None and first.type in ("interpreted_string_literal", "raw_string_literal")
    return text_of(first)[1:-1] if plain else ""
