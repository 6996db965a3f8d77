"""The line of source that a finding is about, with a caret below the name."""

from __future__ import annotations

import re
from collections.abc import Callable

from portlint.model.finding import Finding
from portlint.reporters.line_hash import is_text
from portlint.reporters.sanitise import visible
from portlint.reporters.text_layout import Layout

_LINE_END = re.compile(r"\r\n?|\n")
_WORD = re.compile(r"\w+(?:(?:\.|::|->)\w+)*")
_BEFORE = 20  # characters kept before the name where a line is wider than the terminal


class Excerpts:
    """Reads each file once. `read` gives a scanned file's bytes by its path in the report, or None."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._files: dict[str, list[str]] = {}

    def lines(self, finding: Finding, layout: Layout) -> list[str]:
        """Two lines, the source and its caret; none for a binary, a whole file, or a line that is not there."""
        place = finding.location
        source = self.source(place.path) if place.line else []
        if not 0 < place.line <= len(source) or not source[place.line - 1].strip():
            return []
        text = source[place.line - 1]
        start = min(max(place.column - 1, 0), len(text))
        start += len(text[start:]) - len(text[start:].lstrip())  # no column, or one before the indentation
        length = _extent(text, start, finding.name)
        gutter = f"{place.line:>7} | "
        room = max(layout.width - len(gutter), 2 * _BEFORE)
        text, start = _window(text, start, length, room)
        before, marked, after = (
            _shown(part) for part in (text[:start], text[start : start + length], text[start + length :])
        )
        caret = layout.coloured("^" * max(len(marked), 1), "red")
        return [f"{gutter}{before}{marked}{after}".rstrip(), f"{'| ':>10}{' ' * len(before)}{caret}"]

    def source(self, path: str) -> list[str]:
        """The file's lines as they are; none for a binary and for a file that cannot be read."""
        if path not in self._files:
            data = self._read(path)
            readable = data is not None and is_text(data)
            self._files[path] = _LINE_END.split(data.decode("utf-8", "replace")) if data and readable else []
        return self._files[path]


def _extent(text: str, start: int, name: str) -> int:
    """How many characters from `start` are the name: in full, else its first word as the file has it."""
    if name and text.startswith(name, start):
        return len(name)
    word = _WORD.match(text, start)
    return len(word[0]) if word else 1


def _window(text: str, start: int, length: int, room: int) -> tuple[str, int]:
    """The part of a long line that holds the name, and where the name begins in it."""
    text = text.rstrip()
    indent = min(len(text) - len(text.lstrip()), start)
    text, start = text[indent:], start - indent
    if len(text) <= room:
        return text, start
    first = max(0, min(start - _BEFORE, len(text) - room))
    return text[first : first + room], start - first


def _shown(text: str) -> str:
    return visible(text.replace("\t", " "))
