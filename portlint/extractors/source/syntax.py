"""Syntax trees and bytes, whatever the language: the way down to a byte, what a grammar left, facts by place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard

if TYPE_CHECKING:
    from tree_sitter import Node

# Hand-written code stays below 60; the cap keeps hostile nesting from costing quadratic time.
MAX_DEPTH = 1000
_IN_WORD = re.compile(rb"\w")


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


def before(block: Node, inner: Node) -> Iterator[Node]:
    """The statements of a block that stand before one of them."""
    for child in block.named_children:
        if child.start_byte >= inner.start_byte:
            return
        yield child


def text_of(node: Node | None) -> str:
    return "" if node is None or node.text is None else node.text.decode("utf-8", "replace")


def place(path: str, data: bytes, start: int) -> Location:
    """Line and column of the byte at `start`; columns count characters."""
    column = len(data[data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")) + 1
    return Location(path, data.count(b"\n", 0, start) + 1, column)


def by_place(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """In the order that every reader of source gives its facts in."""
    return tuple(sorted(facts, key=lambda fact: (fact.location, fact.kind, fact.name)))


class FileFacts:
    """The facts of one file: of those with one kind and name at one place, the first."""

    def __init__(self, path: str, data: bytes, language: str) -> None:
        self._path, self._data, self._language = path, data, language
        self._facts: dict[tuple[FactKind, str, Location], Fact] = {}

    def add(self, kind: FactKind, name: str, start: int, value: str = "", guard: Guard = ALWAYS) -> None:
        where = place(self._path, self._data, start)
        self._facts.setdefault((kind, name, where), Fact(kind, name, where, self._language, guard, value))

    def all(self) -> tuple[Fact, ...]:
        return by_place(self._facts.values())
