"""The decision sheet as Markdown, for a wiki page, an issue or a review."""

from __future__ import annotations

from portlint.planning.sheet import Sheet
from portlint.reporters.markdown_text import prose, table
from portlint.reporters.plan_section import EVERYTHING, Limits, Section
from portlint.reporters.plan_words import heading, sections

NAME = "markdown"
_ROOM = 200_000  # bytes of a table
_PAGE = Limits(rows=12, fact=300, hosting=12, tasks=4)  # no screen to fit


def render(sheet: Sheet, *, verbose: bool = False) -> str:
    """With a final line end. `verbose`: nothing is only counted."""
    parts = [[f"## {prose(heading(sheet))}"]]
    parts += [_section(each) for each in sections(sheet, EVERYTHING if verbose else _PAGE)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _section(section: Section) -> list[str]:
    lines = [f"### {prose(section.title)}", ""]
    if section.note:
        lines += [f"*{prose(section.note)}*", ""]
    return lines + (_table(section) if section.head else _list(section))


def _table(section: Section) -> list[str]:
    width = len(section.head)
    body = []
    for entry in section.entries:
        cells = [prose(cell) for cell in entry.cells] + [""] * (width - len(entry.cells))
        cells[1] = f"**{cells[1]}**" if cells[1] else ""
        body.append([*cells, "<br>".join(prose(text) for text in entry.under)])
    lines, _ = table([*section.head, "condition, and what decides"], body, _ROOM)
    return lines


def _list(section: Section) -> list[str]:
    lines = []
    for number, entry in enumerate(section.entries, 1):
        mark = f"{number}." if section.ordered else "-"
        lines.append(f"{mark} {prose(entry.cells[0])}")
        lines += [f"{' ' * len(mark)} - {prose(text)}" for text in entry.under]
    return lines
