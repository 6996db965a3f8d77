"""Damaged copies of a file, without end and the same for the same seed."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

from tests.fuzz.tables import Table, tables

STEP = 64  # bytes between two cuts
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, (1 << 63) - 1, 1 << 63)
KINDS = ("cut", "bits", "bits", "field", "field", "field", "swap", "swap", "copy", "tables")


def mutants(data: bytes, source: random.Random) -> Iterator[bytes]:
    """Cut off at every 64th byte in turn, bits flipped, fields of tables set to extremes, entries or tables swapped.

    Four of five wounds lie in the file's tables, the others anywhere. Takes a file of at least one byte.
    """
    places = tables(data)
    cuts = list(range(0, len(data), STEP))
    source.shuffle(cuts)
    number = 0
    while True:
        kind = source.choice(KINDS)
        if kind == "cut":
            yield data[: cuts[number % len(cuts)]]
            number += 1
            continue
        copy = bytearray(data)
        for _ in range(source.choice((1, 1, 2, 4))):
            _wound(copy, kind, places, source)
        yield bytes(copy)


def _wound(copy: bytearray, kind: str, places: list[Table], source: random.Random) -> None:
    offset, size, count = source.choice(places)
    first, second = (offset + size * source.randrange(count) for _ in range(2))
    if kind == "bits":
        at = source.randrange(len(copy)) if source.random() < 0.2 else first + source.randrange(size)
        copy[at] ^= 1 << source.randrange(8)
    elif kind == "field":
        width = source.choice([letter for letter in "BHIQ" if struct.calcsize(letter) <= max(size, 4)])
        at = first + source.randrange(0, size, min(size, struct.calcsize("<" + width)))
        value = (source.choice(EXTREMES) + source.choice((0, 0, -1, 1, len(copy)))) % (1 << 8 * struct.calcsize(width))
        if at + struct.calcsize(width) <= len(copy):
            struct.pack_into(source.choice("<>") + width, copy, at, value)
    elif kind == "swap":
        _swap(copy, first, second, size)
    elif kind == "copy":
        copy[first : first + size] = copy[second : second + size]
    else:
        other, width, rows = source.choice(places)
        _swap(copy, offset, other, min(size * count, width * rows))


def _swap(copy: bytearray, first: int, second: int, size: int) -> None:
    """Blocks that overlap are left as they are."""
    if abs(first - second) >= size and max(first, second) + size <= len(copy):
        one, other = copy[first : first + size], copy[second : second + size]
        copy[first : first + size], copy[second : second + size] = other, one
