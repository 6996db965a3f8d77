"""`#if` in a build script: it asks for the engine's version, and one branch has to be read.

Branches may begin in the middle of an `if` chain, so a tree of all of them would have none of their conditions.
"""

from __future__ import annotations

import re

import msgspec

_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*(if|elif|else|endif)\b(.*)")


class _Open(msgspec.Struct):
    """An `#if` without its end: whether this branch is read, whether one was, whether the code around it is."""

    reads: bool
    done: bool
    around: bool


def newest(text: str) -> tuple[str, bool]:
    """The text with one branch of each `#if`, the first one that is no negation, and whether code was left out.

    All lines keep their numbers. `UE_5_2_OR_LATER` holds, `!UE_5_2_OR_LATER` does not: a port begins from the newest
    engine that a script knows.
    """
    if "#" not in text:
        return text, False
    lines = []
    left_out = False
    open_: list[_Open] = []
    for line in text.split("\n"):
        match = _DIRECTIVE.match(line)
        if match:
            _turn(match[1], match[2].strip(), open_)
        hidden = bool(open_) and not open_[-1].reads
        left_out = left_out or (hidden and not match and bool(line.strip()))
        lines.append("" if match or hidden else line)
    return "\n".join(lines), left_out


def _turn(word: str, condition: str, open_: list[_Open]) -> None:
    if word == "if":
        around = not open_ or open_[-1].reads
        reads = around and not condition.startswith("!")
        open_.append(_Open(reads, reads, around))
        return
    if not open_:
        return
    if word == "endif":
        open_.pop()
        return
    here = open_[-1]
    here.reads = here.around and not here.done and not condition.startswith("!")
    here.done = here.done or here.reads
