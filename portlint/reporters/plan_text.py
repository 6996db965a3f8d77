"""The decision sheet for a terminal: two screens of 80 columns for a real game."""

from __future__ import annotations

from collections.abc import Sequence

from portlint.planning.sheet import Sheet
from portlint.reporters.plan_section import EVERYTHING, Entry, Limits, Section, halved
from portlint.reporters.plan_words import heading, sections
from portlint.reporters.sanitise import visible
from portlint.reporters.text_layout import Layout, padded

NAME = "text"
_GAP = "  "
_INDENT = "  "
_COLOUR = {"go": "green", "go if": "yellow", "no-go": "red", "unknown": "magenta"}


def render(sheet: Sheet, *, colour: bool = False, width: int = 80, verbose: bool = False) -> str:
    """With a final line end. `verbose`: nothing is only counted."""
    layout = Layout(colour, max(width, 40))
    parts = [layout.wrapped(visible(heading(sheet)), "", _INDENT)]
    two = len(sheet.work) > 1  # a client and a server
    limits = halved(Limits()) if two else Limits()
    parts += [_section(each, layout) for each in sections(sheet, EVERYTHING if verbose else limits)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _section(section: Section, layout: Layout) -> list[str]:
    lines = [layout.bold(text) for text in layout.wrapped(visible(section.title), "", _INDENT)]
    lines += layout.wrapped(visible(section.note), _INDENT, _INDENT) if section.note else []
    return lines + (_table(section, layout) if section.head else _list(section, layout))


def _list(section: Section, layout: Layout) -> list[str]:
    lines: list[str] = []
    for number, entry in enumerate(section.entries, 1):
        mark = f"{number}. " if section.ordered else ""
        lines += layout.wrapped(f"{mark}{visible(entry.cells[0])}", "  ", "    ")
        lines += _under(entry, layout)
    return lines


def _table(section: Section, layout: Layout) -> list[str]:
    """Columns; a first cell that is too long for its own has a line of its own."""
    rows = [tuple(visible(cell) for cell in entry.cells) for entry in section.entries]
    full = [section.head, *(cells for cells in rows if len(cells) == len(section.head))]
    widths = [max(len(cells[at]) for cells in full) for at in range(len(section.head))]
    widths[0] = min(widths[0], max(layout.width - sum(widths[1:]) - len(_GAP) * len(widths), len(section.head[0])))
    lines = [layout.bold(_row(section.head, widths))]
    for entry, cells in zip(section.entries, rows, strict=True):
        lines += _cells(cells, widths, layout) + _under(entry, layout)
    return lines


def _cells(cells: Sequence[str], widths: Sequence[int], layout: Layout) -> list[str]:
    if len(cells) == 1:
        return layout.wrapped(cells[0], _INDENT, f"{_INDENT}  ")
    coloured = [cells[0], layout.coloured(cells[1], _COLOUR[cells[1]]), *cells[2:]]
    if len(cells[0]) <= widths[0]:
        return [_row(coloured, widths)]
    return [*layout.wrapped(cells[0], _INDENT, f"{_INDENT}  "), _row(["", *coloured[1:]], widths)]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _INDENT + _GAP.join(padded(*pair) for pair in zip(cells, widths, strict=True)).rstrip()


def _under(entry: Entry, layout: Layout) -> list[str]:
    return [line for text in entry.under for line in layout.wrapped(visible(text), "    - ", "      ")]
