"""What the decision sheet is told in: sections, their rows and lines, and how many of them."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """How much of each kind is told before it is only counted."""

    rows: int = 4
    facts: int = 2
    fact: int = 150  # characters: two lines of a terminal
    steps: int = 4
    hosting: int = 5
    tasks: int = 3
    doubts: int = 3
    lacking: int = 3
    projects: int = 3
    blind: int = 3
    places: int = 4


EVERYTHING = Limits(*[1_000_000] * len(Limits.__struct_fields__))


class Entry(msgspec.Struct, frozen=True):
    """A row of a table, with what is said below it; of a list: one cell."""

    cells: tuple[str, ...]
    under: tuple[str, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """`head` names the columns of a table; () makes it a list. `note` stands below the title, or "".

    `ordered`: a list whose entries have numbers.
    """

    title: str
    entries: tuple[Entry, ...]
    head: tuple[str, ...] = ()
    note: str = ""
    ordered: bool = False


def line(text: str, *under: str) -> Entry:
    return Entry((text,), under)
