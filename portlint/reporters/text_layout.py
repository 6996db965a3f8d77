"""Lines for a terminal: width, colour, height."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from portlint.model.finding import Severity, Verdict

_CODES = {"red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36", "bold": "1"}
VERDICT_COLOUR: dict[Verdict, str] = {"ready": "green", "needs-work": "yellow", "blocked": "red", "unknown": "magenta"}
SEVERITY_COLOUR: dict[Severity, str] = {"error": "red", "warning": "yellow", "note": "cyan"}
_ANSI = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;;[^\x1b]*\x1b\\\\")


class Layout(msgspec.Struct, frozen=True):
    """What the terminal can show. `width` is in columns. `links`: the address of the scanned folder; "": no links."""

    colour: bool
    width: int
    links: str = ""

    def coloured(self, text: str, name: str) -> str:
        return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if self.colour else text

    def bold(self, text: str) -> str:
        return self.coloured(text, "bold")

    def linked(self, text: str, path: str) -> str:
        """The text as a link to a file of the tree (OSC 8), where the terminal has links."""
        if not self.links:
            return text
        return f"\x1b]8;;{self.links}/{quote(path.encode('utf-8', 'surrogateescape'))}\x1b\\{text}\x1b]8;;\x1b\\"

    def wrapped(self, text: str, first: str, then: str) -> list[str]:
        """Lines of at most `width` columns, except where one word is longer: a path stays in one piece."""
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=first,
            subsequent_indent=then,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def height(self, lines: Sequence[str]) -> int:
        """How many lines of the screen these take."""
        return sum(max(1, -(-len(_ANSI.sub("", line)) // self.width)) for line in lines)


def padded(text: str, width: int) -> str:
    """The text filled with spaces up to a width, ANSI codes not counted."""
    return text + " " * (width - len(_ANSI.sub("", text)))
