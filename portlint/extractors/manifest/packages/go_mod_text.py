"""The lines of a go.mod or go.work file: directives alone or in blocks, with their comments."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`|([^\s"`]+)')
_VERBS = frozenset("module go toolchain require replace exclude retract tool ignore use godebug".split())
_MAX_LINES = 200_000


class Line(NamedTuple):
    """One directive; `comment` without its slashes."""

    verb: str
    words: tuple[str, ...]
    number: int
    comment: str


def read_lines(text: str) -> list[Line]:
    """Raises ValueError, with the line, for an unknown directive, a block that never ends, and too many lines."""
    found: list[Line] = []
    block = ""
    opened = 0
    for number, raw in enumerate(text.splitlines(), 1):
        if number > _MAX_LINES:
            raise ValueError(f"more than {_MAX_LINES} lines")
        code, comment = _split(raw)
        words = [first or second or third for first, second, third in _WORD.findall(code)]
        if not words:
            continue
        if block:
            if words[0] == ")":
                block = ""
            else:
                found.append(Line(block, tuple(words), number, comment))
            continue
        verb, words = words[0], words[1:]
        if verb not in _VERBS:
            raise ValueError(f"line {number}: unknown directive {verb[:40]!r}")
        if words == ["("]:
            block, opened = verb, number
        elif words and words[0] == "(" and words[-1] == ")":  # `require ( )`
            found += [Line(verb, tuple(words[1:-1]), number, comment)] if len(words) > 2 else []
        elif not words:
            raise ValueError(f"line {number}: {verb} says nothing")
        else:
            found.append(Line(verb, tuple(words), number, comment))
    if block:
        raise ValueError(f"line {opened}: a block that never ends")
    return found


def _split(raw: str) -> tuple[str, str]:
    """Code and comment: `//` begins one where a word could begin, since a path may hold it (`https://`)."""
    found = re.search(r"(?:^|\s)//", raw)
    return (raw[: found.start()], raw[found.end() :].strip()) if found else (raw, "")
