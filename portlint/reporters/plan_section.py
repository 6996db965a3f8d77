"""What the decision sheet is told in: sections, their rows and lines, and how many of them."""

from __future__ import annotations

import msgspec


class Limits(msgspec.Struct, frozen=True):
    """How much of each kind is told before it is only counted."""

    rows: int = 4
    facts: int = 2
    server_facts: int = 2  # the section on servers says what each lacks
    fact: int = 150  # characters: two lines of a terminal
    steps: int = 4
    hosting: int = 5
    tasks: int = 3
    doubts: int = 3
    lacking: int = 3
    projects: int = 3
    blind: int = 3
    places: int = 4
    fixed: bool = True  # tell of a milestone that nothing found belongs to


_COUNTS = tuple(name for name in Limits.__struct_fields__ if name != "fixed")
EVERYTHING = msgspec.structs.replace(Limits(), **dict.fromkeys(_COUNTS, 1_000_000))


def halved(limits: Limits) -> Limits:
    """For a tree with a client and a server, which share the two screens."""
    return msgspec.structs.replace(
        limits, rows=3, facts=1, server_facts=0, tasks=1, hosting=4, doubts=1, lacking=2, blind=2, places=2, fixed=False
    )


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
