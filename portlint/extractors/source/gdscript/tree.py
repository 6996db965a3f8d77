"""The syntax tree of a GDScript file: parsing, and small questions about nodes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from portlint.extractors.source.syntax import first_error, text_of

if TYPE_CHECKING:
    from tree_sitter import Language, Node

_COMMENT_LINE = re.compile(rb"^[ \t]*#(?![^\r\n]*(?:\"\"\"|'''))[^\r\n]*", re.M)
_ENUMERATOR = re.compile(r"(?:\w+\.)*[A-Z][A-Z0-9_]+\Z")


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter_gdscript
    from tree_sitter import Language

    return Language(tree_sitter_gdscript.language())


def parse(data: bytes) -> Node:
    """The root of the tree; broken code gives a tree with ERROR nodes in it. Bytes keep their places."""
    from tree_sitter import Parser

    parser = Parser(_language())
    root = parser.parse(data).root_node
    if not root.has_error:
        return root
    mended = parser.parse(_mended(data)).root_node
    return mended if not mended.has_error or first_error(mended) > first_error(root) else root


def _mended(data: bytes) -> bytes:
    """The file without two things that Godot reads and the grammar does not, in as many bytes.

    A comment line with less indentation than its block ends the block for the grammar, and the guards in it are
    lost; `$%Name` is a node path.
    """
    data = _COMMENT_LINE.sub(lambda match: b" " * len(match[0]), data)
    return data.replace(b"$%", b"$_")


def literal(node: Node | None) -> str | None:
    """The content of a string; `true`, `null`, numbers and enumerators (`FileAccess.WRITE`) as written; else None."""
    if node is None:
        return None
    if node.type in ("string", "string_name"):
        text = text_of(node).lstrip("&r")
        quote = text[:3] if text[:3] in ('"""', "'''") else text[:1]
        return text[len(quote) : -len(quote)]
    if node.type in ("identifier", "attribute"):
        return text_of(node) if _ENUMERATOR.match(text_of(node)) else None
    return text_of(node) if node.type in ("true", "false", "null", "integer", "float") else None


def statements(body: Node) -> list[Node]:
    return [node for node in body.named_children if node.type != "comment"]


def segments(attribute: Node) -> list[Node]:
    """The parts of `a.b(c).d`: `a`, `b(c)`, `d`."""
    return [node for node in attribute.named_children if node.type != "comment"]


def member_name(segment: Node) -> str:
    """`b` of the segments `b` and `b(c)`; "" for others."""
    if segment.type == "attribute_call":
        return text_of(segment.named_child(0))
    return text_of(segment) if segment.type == "identifier" else ""


def arguments(call: Node) -> list[Node]:
    """The argument expressions of a `call` or `attribute_call`."""
    given = call.child_by_field_name("arguments")
    return statements(given) if given is not None else []
