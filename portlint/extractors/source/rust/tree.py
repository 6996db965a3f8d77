"""The syntax tree of a Rust file: parsing, and small questions about nodes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node

NO_CODE = frozenset(
    {
        "line_comment", "block_comment", "doc_comment", "string_content", "string_literal", "raw_string_literal",
        "escape_sequence", "char_literal", "lifetime", '"',
    }
)  # fmt: skip


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter_rust
    from tree_sitter import Language

    return Language(tree_sitter_rust.language())


def parse(data: bytes) -> Node:
    """The root of the tree; broken code gives a tree with ERROR nodes in it."""
    from tree_sitter import Parser

    return Parser(_language()).parse(data).root_node


def is_code(path: list[Node]) -> bool:
    """False in comments, documentation and strings."""
    return not any(node.type in NO_CODE for node in path[-3:])


def macro_name(invocation: Node) -> str:
    """`cfg_if` of `cfg_if::cfg_if! {}`."""
    name = invocation.child_by_field_name("macro")
    text = name.text if name is not None else None
    return text.decode("utf-8", "replace").rpartition("::")[2].strip() if text else ""
