"""GitHub's identity of a line, `primaryLocationLineHash`: which alert of yesterday is this one?

Source: github/codeql-action, src/fingerprints.ts. There it is a rolling hash over the whole file; here only the lines
that are asked for are hashed, which gives the same values, since a line's value depends on nothing but the 100 units
that start with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WINDOW = 100  # UTF-16 code units
_BASE = 37
_MASK = 2**64 - 1
_LINE_END = re.compile(r"\r\n?")
_BLANKS = re.compile(r"[ \t]")
_END = 0xFFFF
_SNIFFED = 8000  # bytes; git decides the same way


def is_text(data: bytes) -> bool:
    return b"\0" not in data[:_SNIFFED]


def line_hashes(data: bytes, lines: Collection[int]) -> dict[int, str]:
    """`hash:n` of each of these 1-based lines that the file has; n counts equal lines so far.

    The text after the last line end is a line too, also when it is empty.
    """
    text = _LINE_END.sub("\n", _BLANKS.sub("", data.decode("utf-8", "replace")))
    padding = chr(_END) + "\0" * _WINDOW
    units = (text + padding).encode("utf-16-le", "surrogatepass")
    last = max(lines, default=0)
    seen: dict[bytes, int] = {}
    found: dict[int, str] = {}
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if number > last:
            break
        window = units[start : start + 2 * _WINDOW]
        seen[window] = seen.get(window, 0) + 1
        if number in lines:
            found[number] = f"{_hash(window):x}:{seen[window]}"
        start += len((line + "\n").encode("utf-16-le", "surrogatepass"))
    return found


def _hash(window: bytes) -> int:
    value = 0
    for at in range(0, len(window), 2):
        value = (value * _BASE + int.from_bytes(window[at : at + 2], "little")) & _MASK
    return value
