"""Variables, fields and parameters whose type the file names, and the methods called on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from portlint.extractors.source.syntax import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARES = {
    "let_declaration": "pattern",
    "parameter": "pattern",
    "field_declaration": "name",
    "static_item": "name",
    "const_item": "name",
}
_NAME = re.compile(r"(?:mut\s+|ref\s+|&\s*)*(\w+)\Z")
_BARRIERS = frozenset({"block", "declaration_list", "closure_expression", "match_block", "arguments"})


def declared(path: list[Node]) -> str:
    """The variable, parameter or field that takes its type or value from the last node of the path, or ""."""
    for node in reversed(path):
        if node.type in _BARRIERS:
            return ""
        if node.type in _DECLARES:
            found = _NAME.match(text_of(node.child_by_field_name(_DECLARES[node.type])))
            return found[1] if found and found[1] not in ("_", "self") else ""
    return ""


def called_on(data: bytes, variable: str, methods: Collection[str]) -> Iterator[tuple[int, str]]:
    """Where one of the methods is called on the variable, and which."""
    if not any(f".{method}".encode() in data for method in methods):
        return
    wanted = "|".join(sorted(map(re.escape, methods)))
    pattern = rf"(?<![\w.])(?:self\s*\.\s*)?{re.escape(variable)}\s*\.\s*({wanted})\s*(?:::<[^()]*>)?\("
    for match in re.finditer(pattern.encode(), data):
        yield match.start(1), match[1].decode()
