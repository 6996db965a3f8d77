"""The syntax tree of a JavaScript or TypeScript file, and whether a name in it is another variable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Language, Node

FUNCTIONS = (
    "function_declaration", "function_expression", "arrow_function", "method_definition", "generator_function",
    "generator_function_declaration",
)  # fmt: skip
BLOCKS = ("statement_block", "program", "switch_body", "class_static_block")


@lru_cache(maxsize=3)
def _language(kind: str) -> Language:
    from tree_sitter import Language

    if kind == "javascript":
        import tree_sitter_javascript

        return Language(tree_sitter_javascript.language())
    import tree_sitter_typescript

    return Language(getattr(tree_sitter_typescript, f"language_{kind}")())


def parse(path: str, data: bytes) -> Node:
    """The root of the tree; broken code gives a tree with ERROR nodes in it."""
    from tree_sitter import Parser

    kind = "tsx" if path.endswith(".tsx") else "typescript" if path.endswith("ts") else "javascript"
    return Parser(_language(kind)).parse(data).root_node


def is_shadowed(path: Sequence[Node], name: str, scope: Node) -> bool:
    """Whether a parameter or a declaration between `scope` and the end of `path` gives `name` another meaning."""
    word = name.encode()
    for node, inner in pairwise(path):
        if node.start_byte < scope.start_byte or node == scope or node.end_byte > scope.end_byte:
            continue
        if node.type in FUNCTIONS and _binds(node, word, inner):
            return True
        if node.type in BLOCKS and any(
            child != inner and _declares(child, word) for child in node.named_children if not child.is_error
        ):
            return True
        if node.type == "catch_clause" and _has(node.child_by_field_name("parameter"), word):
            return True
        if node.type in ("for_statement", "for_in_statement") and any(
            _has(node.child_by_field_name(field), word) or _declares(node.child_by_field_name(field), word)
            for field in ("initializer", "left")
        ):
            return True
    return False


def text_argument(call: Node) -> str:
    """The first argument of a call where it is a plain string; of `{ type: "udp4" }` that one; else ""."""
    given = call.child_by_field_name("arguments")
    first = given.named_children[0] if given is not None and given.named_child_count else None
    if first is not None and first.type == "object":
        for pair in first.named_children:
            if text_of(pair.child_by_field_name("key")) == "type":
                first = pair.child_by_field_name("value")
                break
    return text_of(first)[1:-1] if first is not None and first.type == "string" else ""


def names_in(pattern: Node) -> Iterator[bytes]:
    """The variables that a pattern declares: `{ a, b: [c] }` gives a and c."""
    if pattern.type in ("identifier", "shorthand_property_identifier_pattern"):
        yield pattern.text or b""
    elif pattern.type == "pair_pattern":
        value = pattern.child_by_field_name("value")
        if value is not None:
            yield from names_in(value)
    elif pattern.type in ("assignment_pattern", "object_assignment_pattern"):
        left = pattern.child_by_field_name("left")
        if left is not None:
            yield from names_in(left)
    elif pattern.type in ("required_parameter", "optional_parameter"):
        inner = pattern.child_by_field_name("pattern")
        if inner is not None:
            yield from names_in(inner)
    elif pattern.type in ("object_pattern", "array_pattern", "rest_pattern", "formal_parameters"):
        for child in pattern.named_children:
            yield from names_in(child)


def _binds(function: Node, word: bytes, inner: Node) -> bool:
    for field in ("parameters", "parameter"):
        given = function.child_by_field_name(field)
        if given is not None and given != inner and _has(given, word):
            return True
    return False


def _has(pattern: Node | None, word: bytes) -> bool:
    return pattern is not None and word in names_in(pattern)


def _declares(node: Node | None, word: bytes) -> bool:
    if node is None:
        return False
    if node.type in ("lexical_declaration", "variable_declaration"):
        return any(
            _has(each.child_by_field_name("name"), word)
            for each in node.named_children
            if each.type == "variable_declarator"
        )
    if node.type in ("function_declaration", "class_declaration", "generator_function_declaration"):
        own = node.child_by_field_name("name")
        return own is not None and own.text == word
    return False
