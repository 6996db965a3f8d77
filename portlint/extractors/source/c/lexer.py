"""Find names, comments, strings and directives in C-family bytes in one pass, without parsing.

A lexer sees macro bodies and never loses a function to an `#ifdef`; a parser does. One Aho-Corasick automaton
holds the vocabulary and the few tokens that change the lexical state, so the Python loop runs only over events.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import ahocorasick_rs

from portlint.extractors.source.c.scripts import SCRIPTS, script_end
from portlint.model.outline import Directive, DirectiveKind

_STATE_TOKENS = (b"/*", b"//", b'"', b"'", b"#")
_BLOCK_COMMENT, _LINE_COMMENT, _STRING, _CHARACTER, _HASH = range(5)
_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$")
_ONLY_WORDS = bytes(byte if byte in _WORD else 0x20 for byte in range(256))
_BEFORE_SPLICE = frozenset(b"\\\r\t ")
_KINDS: dict[bytes, DirectiveKind] = {
    b"if": "if",
    b"ifdef": "ifdef",
    b"ifndef": "ifndef",
    b"elif": "elif",
    b"elifdef": "elifdef",
    b"elifndef": "elifndef",
    b"else": "else",
    b"endif": "endif",
    b"include": "include",
    b"include_next": "include",
    b"import": "include",  # Objective-C
    b"define": "define",
    b"undef": "undef",
    b"error": "error",
    b"pragma": "once",  # kept only for `#pragma once`
}
_DIRECTIVE_WORD = re.compile(rb"#[ \t]*([a-z_]+)")
_LINE_SPLICE = re.compile(rb"\\[ \t]*\r?\n")
_COMMENT_OR_STRING = re.compile(rb'/\*.*?(?:\*/|\Z)|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
_MACRO_NAME = re.compile(rb"[A-Za-z_$][\w$]*")
MAX_HITS = 100_000  # in one file; the largest amalgamations hold a tenth of it
_WINDOW = 1 << 20  # bytes searched at once: a list of events takes more room than the text
_LITTLE = 500_000  # bytes: up to then it is faster to look for those names alone that a file has as words
_FEW = 2_000_000  # bytes: a DFA takes 40 ms longer to build, and half the time to search
_SMALL, _FAST = ahocorasick_rs.Implementation.ContiguousNFA, ahocorasick_rs.Implementation.DFA
_OVERLAP = 256  # bytes; longer than every name


class Hit(NamedTuple):
    """A whole word of the vocabulary in code. `macro` is the macro in whose body it stands, or ""."""

    name: str
    start: int
    end: int
    line: int
    column: int
    macro: str


class Lexed(NamedTuple):
    """What one pass saw. `partly` names what of the file it could not follow, or ""."""

    hits: list[Hit]
    directives: list[Directive]
    partly: str


class Lexer:
    """An automaton over one vocabulary, to be used on many files."""

    def __init__(self, names: Iterable[str]) -> None:
        self._wanted = frozenset(names)
        self._all = self._wanted.union(SCRIPTS)
        self._compound = [name for name in self._all if not (name.isidentifier() and name.isascii())]
        self._searched = 0  # bytes

    def _look_for(self, names: Iterable[str], kind: ahocorasick_rs.Implementation) -> None:
        self._names = [*("" for _ in _STATE_TOKENS), *sorted(names)]
        patterns = [*_STATE_TOKENS, *(name.encode() for name in self._names[len(_STATE_TOKENS) :])]
        longest = ahocorasick_rs.MatchKind.LeftmostLongest
        automaton = ahocorasick_rs.BytesAhoCorasick(patterns, matchkind=longest, implementation=kind)
        self._find: Callable[[bytes], list[tuple[int, int, int]]] = automaton.find_matches_as_indexes

    # One loop over events, without calls for the frequent ones: they would cost more than the search.
    def lex(self, data: bytes) -> Lexed:  # noqa: PLR0915
        """Hits and directives of one file, in order. Linear in its size."""
        hits: list[Hit] = []
        directives: list[Directive] = []
        partly = ""
        skip_to = 0  # events before this position lie in a comment, a string or a directive
        macro, macro_end = "", 0
        line, counted, line_start = 1, 0, 0  # `line` is the line of position `counted`, and begins at `line_start`
        size = len(data)
        for token, start, end in self._events(data, size):
            if start < skip_to:
                continue
            if token == _LINE_COMMENT:
                skip_to = _line_end(data, end, size)
                continue
            if token == _CHARACTER:
                skip_to = _character_end(data, start, size)
                continue
            if token in (_STRING, _BLOCK_COMMENT):
                skip_to = _string_end(data, start, size) if token == _STRING else _comment_end(data, end)
                if skip_to in (0, start + 1):  # a lone quote costs itself, anything else the rest of the file
                    what = "string" if token == _STRING else "comment"
                    opened = line + data.count(b"\n", counted, start)
                    partly = partly or f"the {what} opened in line {opened} never ends"
                    skip_to = skip_to or size
                continue
            if token == _HASH:
                if start < macro_end or not _starts_line(data, start):
                    continue
                found, skip_to, stop = _directive(data, start, end, size)
                if found is None:
                    continue
                line += data.count(b"\n", counted, start)
                counted = start
                line_start = data.rfind(b"\n", 0, start) + 1
                if found[0] == "define":
                    macro, macro_end = _macro_name(found[1]), stop
                directives.append(Directive(found[0], line, found[1]))
                continue
            if (end < size and data[end] in _WORD) or (start and data[start - 1] in _WORD):
                continue
            name = self._names[token]
            if name in SCRIPTS:
                skip_to = script_end(data, end, size, whole="JS" in name)
                if name not in self._wanted:
                    continue
            newlines = data.count(b"\n", counted, start)
            if newlines:
                line += newlines
                line_start = data.rfind(b"\n", counted, start) + 1
            counted = start
            if len(hits) >= MAX_HITS:
                partly = partly or f"more than {MAX_HITS} names; what follows line {line} was not looked at"
                break
            hits.append(Hit(name, start, end, line, start - line_start + 1, macro if start < macro_end else ""))
        return Lexed(hits, directives, partly)

    def _events(self, data: bytes, size: int) -> Iterable[tuple[int, int, int]]:
        """(token, start, end) in order; large files a window at a time."""
        before, self._searched = self._searched, self._searched + size
        if self._searched <= _LITTLE:
            words = data.translate(_ONLY_WORDS).decode("ascii").split()
            # a name in a longer word hides no other one, unless it is made of several words
            self._look_for(self._all.intersection(words).union(self._compound), _SMALL)
        elif before <= _LITTLE:
            self._look_for(self._all, _SMALL if self._searched <= _FEW else _FAST)
        elif before <= _FEW < self._searched:
            self._look_for(self._all, _FAST)
        if size <= _WINDOW:
            found: list[tuple[int, int, int]] = self._find(data)
            return found
        return self._windows(data, size)

    def _windows(self, data: bytes, size: int) -> Iterator[tuple[int, int, int]]:
        first = 0
        while first < size:
            last = first + _WINDOW
            for token, start, end in self._find(data[first : last + _OVERLAP]):
                if first + start >= last:
                    break
                yield token, first + start, first + end
            first = last


def _directive(data: bytes, start: int, end: int, size: int) -> tuple[tuple[DirectiveKind, str] | None, int, int]:
    """(kind, text) or None for one that nobody asks about, where to look on, and where the directive ends.

    A macro's body is looked into: it is code.
    """
    found = _DIRECTIVE_WORD.match(data, start)
    if found is None:
        return None, end, end
    stop = _line_end(data, start, size)
    kind = _KINDS.get(found[1])
    if kind is None:
        return None, stop, stop
    raw = data[found.end() : stop]
    if b"/*" in raw:
        stop = _past_comments(data, found.end(), stop, size)
        raw = data[found.end() : stop]
    text = _clean(raw)
    if kind == "once":
        return (("once", "") if text == b"once" else None), stop, stop
    name = _MACRO_NAME.match(text) if kind == "define" else None
    look_on = data.find(name[0], found.end()) + len(name[0]) if name else stop
    return (kind, text.decode("utf-8", "replace")), look_on, stop


def _macro_name(text: str) -> str:
    found = _MACRO_NAME.match(text.encode())
    return found[0].decode() if found else ""


def _comment_end(data: bytes, start: int) -> int:
    """Past the `*/`; 0 when there is none."""
    stop = data.find(b"*/", start)
    return stop + 2 if stop >= 0 else 0


def _line_end(data: bytes, start: int, size: int) -> int:
    """Where the logical line ends: past every newline that a backslash splices."""
    while True:
        stop = data.find(b"\n", start)
        if stop < 0:
            return size
        if data[stop - 1] not in _BEFORE_SPLICE:
            return stop
        last = stop - 1
        while last >= start and data[last] in b"\r\t ":
            last -= 1
        if last < start or data[last] != 0x5C:
            return stop
        start = stop + 1


def _string_end(data: bytes, start: int, size: int) -> int:
    """Past the closing quote. `start + 1` when it does not close in its line, 0 for an endless raw string."""
    if start and data[start - 1] == 0x52 and _raw_prefix(data, start):  # R"delimiter( ... )delimiter"
        bracket = data.find(b"(", start, start + 18)
        if bracket > 0:
            stop = data.find(b")" + data[start + 1 : bracket] + b'"', bracket)
            return 0 if stop < 0 else stop + (bracket - start) + 1
    position = start + 1
    while True:
        stop = data.find(b'"', position)
        if stop < 0:
            return start + 1
        newline = data.find(b"\n", position, stop)
        while newline >= 0:  # only a splice may carry a string over the end of its line
            if data[newline - 1] != 0x5C and data[newline - 2 : newline] != b"\\\r":
                return start + 1
            newline = data.find(b"\n", newline + 1, stop)
        slashes = stop - 1
        while data[slashes] == 0x5C:
            slashes -= 1
        if (stop - slashes) % 2:
            return stop + 1
        position = stop + 1


def _raw_prefix(data: bytes, quote: int) -> bool:
    first = quote - 1
    while first > 0 and data[first - 1] in _WORD:
        first -= 1
    return data[first:quote] in (b"R", b"LR", b"uR", b"UR", b"u8R")


def _character_end(data: bytes, start: int, size: int) -> int:
    """Past a character literal; a digit separator (1'000) or a lone apostrophe is skipped alone."""
    if start and data[start - 1] in _WORD and data[start - 1] not in b"LuU8":
        return start + 1
    position = start + 1
    if position < size and data[position] == 0x5C:
        position += 2
    stop = data.find(b"'", position, position + 12)
    return start + 1 if stop < 0 or b"\n" in data[start:stop] else stop + 1


def _starts_line(data: bytes, start: int) -> bool:
    """Only blanks or a comment stand before the `#` in its line."""
    position = start - 1
    while position >= 0 and data[position] in b" \t":
        position -= 1
    if position < 0 or data[position] == 0x0A or data[position] == 0x0D:
        return True
    if position >= 2 and data[:3] == b"\xef\xbb\xbf" and position == 2:
        return True
    return data[position - 1 : position + 1] == b"*/"


def _past_comments(data: bytes, start: int, stop: int, size: int) -> int:
    """Where the directive ends when block comments in it span lines."""
    position = start
    while True:
        found = _COMMENT_OR_STRING.search(data, position, size)
        if found is None or found.start() >= stop:
            return stop
        position = found.end()
        if position > stop and found[0][:2] == b"/*":
            stop = _line_end(data, position, size)


def _clean(raw: bytes) -> bytes:
    """The directive's text in one line, without comments."""
    if b"\\" in raw:
        raw = _LINE_SPLICE.sub(b" ", raw)
    if b"/" in raw:
        raw = _COMMENT_OR_STRING.sub(lambda found: b" " if found[0][:1] == b"/" else found[0], raw)
    return raw.strip()
