"""What was said of a file, without how far apart its lines are.

Later stages compare lines of a file with each other, and never count them: a fact stands behind a directive, in front
of it, or in the same line. So two contents are judged alike where the same things are said in the same order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location


class Ranked(NamedTuple):
    """A digest of what was said, in which lines and columns are their ranks; and the lines, by rank."""

    digest: bytes
    lines: list[int]


def ranked(extraction: Extraction, macro_uses: Extraction | None) -> Ranked | None:
    """None where a line counts in another way: comments that name one, components, archives."""
    facts = (*extraction.facts, *(macro_uses.facts if macro_uses else ()))
    others = extraction.components or extraction.dependencies or extraction.members or extraction.refused
    if others or extraction.partly or any(fact.kind == "ignore" for fact in facts):
        return None
    lines = sorted({0, *_lines(extraction, facts)})
    rank = {line: number for number, line in enumerate(lines)}  # 0 is no line, and stays 0
    columns: dict[int, set[int]] = {}
    for fact in facts:
        columns.setdefault(fact.location.line, {0}).add(fact.location.column)
    in_line = {line: {each: number for number, each in enumerate(sorted(found))} for line, found in columns.items()}

    def moved(fact: Fact) -> Fact:
        where = fact.location
        place = Location(where.path, rank[where.line], in_line[where.line][where.column])
        return msgspec.structs.replace(fact, location=place)

    outline = extraction.outline
    said = (
        [moved(fact) for fact in extraction.facts],
        [(each.kind, rank[each.line], each.text) for each in outline.directives] if outline else None,
        [(each.name, rank[each.line], each.kind, each.scope) for each in outline.own] if outline else None,
        [moved(fact) for fact in macro_uses.facts] if macro_uses else None,
    )
    try:
        body = msgspec.msgpack.encode(said)
    except (UnicodeEncodeError, msgspec.MsgspecError):
        return None
    return Ranked(hashlib.blake2b(body, digest_size=16).digest(), lines)


def _lines(extraction: Extraction, facts: tuple[Fact, ...]) -> Iterator[int]:
    for fact in facts:
        yield fact.location.line
    if extraction.outline:
        yield from (directive.line for directive in extraction.outline.directives)
        yield from (own.line for own in extraction.outline.own)
