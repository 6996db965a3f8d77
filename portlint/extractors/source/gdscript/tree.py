"""The syntax tree of a GDScript file: parsing, the way down to a byte, and small questions about nodes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node

# Hand-written scripts stay below 60; the cap keeps hostile nesting from costing quadratic time.
MAX_DEPTH = 1000
_COMMENT_LINE = re.compile(rb"^[ \t]*#(?![^\r\n]*(?:\"\"\"|'''))[^\r\n]*", re.M)
_IN_WORD = re.compile(rb"\w")
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


def path_to(root: Node, start: int) -> list[Node]:
    """The nodes around the byte at `start`, the root first, the smallest last.

    Raises ValueError when they are more than MAX_DEPTH.
    """
    cursor = root.walk()
    path = [root]
    while cursor.goto_first_child_for_byte(start) is not None:
        node = cursor.node
        if node is None or node.start_byte > start:
            break
        path.append(node)
        if len(path) > MAX_DEPTH:
            raise ValueError(f"line {node.start_point.row + 1}: nested more than {MAX_DEPTH} deep")
    return path


def places(data: bytes, word: bytes) -> list[int]:
    """Where the whole word stands. Plain searching is several times faster here than a regular expression."""
    found = []
    start = data.find(word)
    while start >= 0:
        before, after = data[start - 1 : start], data[start + len(word) : start + len(word) + 1]
        if not _IN_WORD.match(before) and not _IN_WORD.match(after):
            found.append(start)
        start = data.find(word, start + 1)
    return found


def first_error(root: Node) -> int:
    """The 1-based line of the first part that the grammar does not understand, or 0."""
    if not root.has_error:
        return 0
    cursor = root.walk()
    while True:
        node = cursor.node
        if node is None or node.is_error or node.is_missing or not cursor.goto_first_child():
            break
        while cursor.node is not None and not cursor.node.has_error:
            if not cursor.goto_next_sibling():
                break
    return cursor.node.start_point.row + 1 if cursor.node is not None else 0


def text_of(node: Node | None) -> str:
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


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
