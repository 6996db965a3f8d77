"""Text of the tree inside GitHub's and GitLab's Markdown: never markup, never HTML, never a link or a mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from portlint.reporters.sanitise import visible

# A word with one of these goes into a code span, where Markdown has no meaning for anything but backticks.
_ACTIVE = re.compile(r"[`*_\[\]<>|~#@&\\${}]|^[(\"']*:|:[\w+-]+:|://|www\.|\bGH-\d")
_WORD = re.compile(r"([(\"']*)(.*?)([.,;:!?)\"']*)", re.DOTALL)
_TICKS = re.compile("`+")


def code(text: str) -> str:
    """A code span that holds the visible text as it is; "" for none."""
    shown = visible(text)
    return _span(shown) if shown else ""


def prose(text: str) -> str:
    """A sentence whose words that Markdown would read as markup stand in code spans."""
    return " ".join(_word(word) for word in visible(text).split(" "))


def cell(markdown: str) -> str:
    """Markdown for a cell of a table. A pipe stands in code spans only, and there its backslash is taken off."""
    return markdown.replace("|", "\\|")


def table(head: Sequence[str], body: Iterable[Sequence[str]], room: int) -> tuple[list[str], int]:
    """The lines of a table of at most `room` bytes, and how many rows it has. No row, no line."""
    lines = [_row(head), f"|{'---|' * len(head)}"]
    left = room - sum(map(_bytes, lines))
    shown = 0
    for cells in body:
        line = _row([cell(text) for text in cells])
        left -= _bytes(line)
        if left < 0:
            break
        lines.append(line)
        shown += 1
    return (lines, shown) if shown else ([], 0)


def details(summary: str, lines: Sequence[str]) -> list[str]:
    """A block that opens on a click. `summary` is ours: it is written as HTML. The empty lines bring Markdown back."""
    return [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"] if lines else []


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bytes(line: str) -> int:
    return len(line.encode()) + 1


def _word(word: str) -> str:
    """`(pthread_create),` becomes (`pthread_create`), with the marks around it left outside."""
    if not _ACTIVE.search(word):
        return word
    match = _WORD.fullmatch(word)
    before, inner, after = match.groups() if match else ("", word, "")
    while inner.count("(") > inner.count(")") and after.startswith(")"):
        inner, after = f"{inner})", after[1:]
    return f"{before}{_span(inner)}{after}" if inner else _span(word)


def _span(shown: str) -> str:
    fence = "`" * (max((len(run) for run in _TICKS.findall(shown)), default=0) + 1)
    # Of a blank on both sides one is taken off again.
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{pad}{shown}{pad}{fence}"
