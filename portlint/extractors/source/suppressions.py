"""`portlint: ignore[rule, rule] reason` in a comment: the same in every language whose comments end with the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from portlint.extractors.source.syntax import place
from portlint.model.fact import Fact

_WORD = b"portlint:"
_IGNORE = re.compile(rb"[^\n]*?\bportlint:\s*ignore\b(?:\[([^\]\n]*)\])?[ \t]*([^\r\n]*)")


class Ignore(NamedTuple):
    """One rule that a comment switches off: `*` without brackets. `start` is the comment's, in bytes."""

    rule: str
    start: int
    reason: str


def ignores(data: bytes, comment: bytes) -> Iterator[Ignore]:
    """One for each rule of each such comment. `comment` begins one: `//`, `#`, `--`."""
    mark = data.find(_WORD)
    while mark >= 0:
        line, end = data.rfind(b"\n", 0, mark) + 1, data.find(b"\n", mark)
        start = data.find(comment, line, end if end >= 0 else len(data))
        match = _IGNORE.match(data, start) if start >= 0 else None
        if match:
            for rule in (match[1] or b"*").decode("utf-8", "replace").split(","):
                yield Ignore(rule.strip(), start, match[2].decode("utf-8", "replace").strip())
        mark = data.find(_WORD, end) if end >= 0 else -1


def ignore_facts(path: str, data: bytes, comment: bytes, language: str) -> list[Fact]:
    """The same as facts, in order of places."""
    return [
        Fact("ignore", each.rule, place(path, data, each.start), language, value=each.reason)
        for each in ignores(data, comment)
    ]
