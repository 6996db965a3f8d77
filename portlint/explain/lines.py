"""Lines of at most 80 columns, for a terminal, a pipe and a log alike."""

from __future__ import annotations

import textwrap

WIDTH = 80


def wrapped(text: str, indent: str = "", squeeze: bool = True) -> list[str]:
    """`indent` begins the first line, two blanks more every further one. Unless `squeeze`, blanks stay as they are."""
    words = " ".join(text.split()) if squeeze else text
    return textwrap.wrap(words, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
