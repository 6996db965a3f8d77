"""The syntax tree of a Python file, and what a name in it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from portlint.extractors.source.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Language, Node

_IMPORTS = ("import_statement", "import_from_statement", "aliased_import", "dotted_name")


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter_python
    from tree_sitter import Language

    return Language(tree_sitter_python.language())


def parse(data: bytes) -> Node:
    """The root of the tree; broken code gives a tree with ERROR nodes in it."""
    from tree_sitter import Parser

    return Parser(_language()).parse(data).root_node


def reads(path: Sequence[Node]) -> bool:
    """Whether the leaf reads a variable: no import, no keyword argument, no type, no member, no target."""
    leaf, parent = path[-1], path[-2] if len(path) > 1 else path[-1]
    if leaf.type != "identifier" or parent.type in _IMPORTS:
        return False
    if any(node.type == "type" for node in path[-5:]):
        return False
    if parent.type == "keyword_argument" and parent.child_by_field_name("name") == leaf:
        return False
    if parent.type == "attribute" and parent.child_by_field_name("attribute") == leaf:
        return False
    if parent.type in ("parameters", "default_parameter", "typed_parameter", "global_statement", "except_clause"):
        return parent.type == "default_parameter" and parent.child_by_field_name("value") == leaf
    if _is_asked_about(path):
        return False
    return not (parent.type == "assignment" and parent.child_by_field_name("left") == leaf)


def _is_asked_about(path: Sequence[Node]) -> bool:
    """Whether the end of `path` stands in `isinstance(x, socket.socket)`: somebody else made that thing."""
    around = next((i for i in range(len(path) - 2, 1, -1) if path[i].type not in ("attribute", "tuple")), 0)
    if not around or path[around].type != "argument_list":
        return False
    function = text_of(path[around - 1].child_by_field_name("function"))
    return function in ("isinstance", "issubclass", "hasattr", "getattr")


def members(path: Sequence[Node]) -> tuple[tuple[str, ...], int]:
    """The members behind a variable and where the last of them stands; calls between them are passed over."""
    parts: tuple[str, ...] = ()
    at = last = len(path) - 1
    while at > 0:
        outer = path[at - 1]
        if outer.type == "attribute" and outer.child_by_field_name("object") == path[at]:
            parts = (*parts, text_of(outer.child_by_field_name("attribute")))
            last = at - 1
        elif not (outer.type == "call" and outer.child_by_field_name("function") == path[at]):
            break
        at -= 1
    return parts, last


def is_shadowed(path: Sequence[Node], name: str) -> bool:
    """Whether a parameter or an assignment of a function around the end of `path` gives `name` another meaning."""
    word = name.encode()
    for node, inner in pairwise(path):
        if node.type not in ("function_definition", "lambda"):
            continue
        given = node.child_by_field_name("parameters")
        if given is not None and given != inner and any(_is_parameter(each, word) for each in given.named_children):
            return True
        body = node.child_by_field_name("body")
        if body is not None and body.type == "block" and any(_assigns(each, word) for each in body.named_children):
            return True
    return False


def text_argument(call: Node) -> str:
    """`SOCK_DGRAM` where the arguments name it; else the first one where it is a plain string, or ""."""
    given = call.child_by_field_name("arguments")
    if given is not None and b"SOCK_DGRAM" in (given.text or b""):
        return "SOCK_DGRAM"
    first = given.named_children[0] if given is not None and given.named_child_count else None
    if first is None or first.type != "string":
        return ""
    content = next((child for child in first.named_children if child.type == "string_content"), None)
    return text_of(content)


def _is_parameter(node: Node, word: bytes) -> bool:
    if node.type == "identifier":
        return node.text == word
    named = node.child_by_field_name("name") or (node.named_children[0] if node.named_child_count else None)
    return named is not None and named.text == word


def _assigns(statement: Node, word: bytes) -> bool:
    first = (
        statement.named_children[0] if statement.type == "expression_statement" and statement.named_children else None
    )
    if first is None or first.type != "assignment":
        return False
    left = first.child_by_field_name("left")
    return left is not None and (left.text == word or any(each.text == word for each in left.named_children))
