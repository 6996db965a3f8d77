"""Which braces stand around a place in a C-family file: asked only where the answer decides something.

Class bodies tell methods from functions, loops tell whether a program gives control back.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Literal, NamedTuple

ScopeKind = Literal["class", "function", "loop", "other"]

# Every alternative begins with a literal: only then does `re` skip ahead quickly.
_EVENT = re.compile(
    rb"""//[^\n]* | /\*.*?(?:\*/|\Z) | '(?:\\.|[^'\\\n]){1,8}'
       | "(?:(?<=R")([^\s()\\]{0,16})\(.*?\)\1"|(?:\\.|[^"\\\n])*")
       | \#[ \t]*(?P<word>[a-z]+)(?:[^\n\\]|\\\r?\n|\\)* | \{ | \}""",
    re.X | re.S,
)
_CLASS = re.compile(
    rb"\b(?:class|struct|union)\b(?:\s+(?:[A-Z][A-Z0-9_]*|alignas)\b(?:\s*\([^()]*\))?(?=\s+\w))*\s+([A-Za-z_]\w*)"
)
_NOT_A_CLASS = re.compile(rb"[)=]\s*\Z|\benum\b")
_METHOD = re.compile(rb"\b([A-Za-z_]\w*)\s*(?:<[^<>;{}]*>)?\s*::\s*(?:~?[A-Za-z_]\w*|operator[^\w\s(]+)\s*\(")
_NAMED = re.compile(rb"\b([A-Za-z_]\w*)\s*\Z")
_LOOPS = (b"while", b"for")
_CONTROL = (b"if", b"switch", b"catch", b"while", b"for")
_NESTING = 300  # braces inside braces: deeper ones are generated tables
_MOST = 400_000  # braces in a file: generated tables alone have more
_BACK = 2000  # bytes looked back for the head of a brace


class Scope(NamedTuple):
    """A pair of braces and what stands before it. `name`: the class, or a method's class."""

    kind: ScopeKind
    name: str
    start: int  # of a loop: where its word stands; else where the search for a head began
    opening: int
    closing: int
    head: bytes  # of a loop: what stands in the parentheses


class Scopes:
    """The braces of one file. An `#else` begins where its `#if` began, so that split heads stay balanced."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._braces, self._closings = _braces(data)
        self._openings = list(self._braces)
        self._classified: dict[int, Scope] = {}

    def around(self, position: int) -> list[Scope]:
        """The scopes that hold the position, innermost first."""
        found: list[Scope] = []
        brace = self._innermost(position)
        while brace is not None and len(found) < _NESTING:
            found.append(self._scope(brace))
            brace = brace.outer
        return found

    def class_of(self, position: int) -> str:
        """The class in whose body or method the position stands, or ""."""
        return next((scope.name for scope in self.around(position) if scope.name), "")

    def is_member_declaration(self, position: int) -> bool:
        """The innermost braces are a class's body."""
        brace = self._innermost(position)
        return brace is not None and self._scope(brace).kind == "class"

    def _innermost(self, position: int) -> _Brace | None:
        index = bisect_right(self._openings, position) - 1
        brace = self._braces[self._openings[index]] if index >= 0 else None
        for _ in range(_NESTING):
            if brace is None or self._closings.get(brace.opening, position + 1) > position:
                return brace
            brace = brace.outer
        return None

    def _scope(self, brace: _Brace) -> Scope:
        if brace.opening not in self._classified:
            self._classified[brace.opening] = self._classify(brace)
        return self._classified[brace.opening]

    def _classify(self, brace: _Brace) -> Scope:
        data, opening = self._data, brace.opening
        closing = self._closings.get(opening, len(data))
        floor = max(brace.before, opening - _BACK)
        head = _without_comments(data[floor:opening])
        flat = head.rstrip()
        if flat.endswith(b")"):
            bracket = _opening_bracket(flat)
            word = _NAMED.search(flat, 0, max(bracket, 0))
            if word and word[1] in _LOOPS:
                return Scope("loop", "", floor + word.start(1), opening, closing, flat[bracket + 1 : -1])
            if word and word[1] in _CONTROL:
                return Scope("other", "", floor, opening, closing, b"")
        if re.search(rb"\bdo\Z", flat):
            tail = re.compile(rb"\s*while\s*\(").match(data, closing + 1)
            until = data[tail.end() : data.find(b";", tail.end())].rstrip()[:-1] if tail else b"0"
            return Scope("loop", "", floor + len(flat) - 2, opening, closing, until)
        own = flat[flat.rfind(b";") + 1 :]
        named = _CLASS.search(own)
        if named and not _NOT_A_CLASS.search(own) and b"(" not in own[named.end() :].split(b":", 1)[0]:
            return Scope("class", named[1].decode(), floor, opening, closing, b"")
        method = _METHOD.search(own)
        if method and method[1] not in _CONTROL:
            return Scope("function", method[1].decode(), floor, opening, closing, b"")
        if b"(" in own and b"=" not in own.split(b"(", 1)[0]:
            return Scope("function", "", floor, opening, closing, b"")
        return Scope("other", "", floor, opening, closing, b"")


class _Brace(NamedTuple):
    opening: int
    before: int  # end of the brace before it, or the start of the file
    outer: _Brace | None


def _braces(data: bytes) -> tuple[dict[int, _Brace], dict[int, int]]:
    """Braces by the place of the `{`, in order, and where each closes."""
    braces: dict[int, _Brace] = {}
    closings: dict[int, int] = {}
    inner: _Brace | None = None
    saved: list[_Brace | None] = []
    last = 0
    for found in _EVENT.finditer(data):
        start = found.start()
        first = data[start]
        if first == 0x7B:
            if len(braces) >= _MOST:
                break
            inner = braces[start] = _Brace(start, last, inner)
            last = start + 1
        elif first == 0x7D:
            if inner is not None:
                closings.setdefault(inner.opening, start)
                inner = inner.outer
            last = start + 1
        elif first == 0x23:
            word = found["word"]
            if word in (b"if", b"ifdef", b"ifndef"):
                saved.append(inner)
            elif word in (b"else", b"elif", b"elifdef", b"elifndef") and saved:
                while inner is not None and inner is not saved[-1] and inner.opening not in closings:
                    closings[inner.opening] = start  # the other arm opens it again, and both share the end
                    inner = inner.outer
                inner = saved[-1]
            elif word == b"endif" and saved:
                saved.pop()
    return braces, closings


def _without_comments(head: bytes) -> bytes:
    """Comments, strings and directives blanked: same length, so that positions stay."""
    return _EVENT.sub(lambda found: found[0] if found[0] in (b"{", b"}") else b" " * len(found[0]), head)


def _opening_bracket(head: bytes) -> int:
    """Where the `(` stands whose `)` ends the head, or -1."""
    depth = 0
    for position in range(len(head) - 1, -1, -1):
        if head[position] == 0x29:
            depth += 1
        elif head[position] == 0x28:
            depth -= 1
            if not depth:
                return position
    return -1
