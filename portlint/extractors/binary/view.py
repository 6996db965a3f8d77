"""Bounds-checked reads of a file's bytes: every offset in a hostile file is a claim to be checked."""

from __future__ import annotations

import struct
from functools import cache
from typing import Any

from portlint.extractors.binary.record import Truncated

NAME_LIMIT = 16384  # bytes; the longest C++ name seen in a real library is about 6,000


class View:
    """Reads from `data` that raise ValueError instead of leaving it. `order` is `<` or `>`."""

    __slots__ = ("data", "order")

    def __init__(self, data: bytes, order: str = "<") -> None:
        self.data = data
        self.order = order

    def unpack(self, layout: str, offset: int) -> tuple[Any, ...]:
        """The fields of `layout` (struct letters without byte order) at `offset`."""
        reader = _compiled(self.order + layout)
        if offset < 0 or offset + reader.size > len(self.data):
            raise Truncated(f"truncated: {reader.size} bytes at offset {offset} are missing")
        return reader.unpack_from(self.data, offset)

    def number(self, letter: str, offset: int) -> int:
        """One integer (struct letter) at `offset`."""
        return int(self.unpack(letter, offset)[0])

    def table(self, layout: str, offset: int, count: int, stride: int = 0) -> list[tuple[Any, ...]]:
        """`count` records of `layout`, `stride` bytes apart (0: packed). The whole table must lie inside."""
        reader = _compiled(self.order + layout)
        stride = stride or reader.size
        if stride < reader.size:
            raise ValueError(f"a table has entries of {stride} bytes, fewer than the {reader.size} of its format")
        block = self.slice(offset, count * stride)
        if stride == reader.size:
            return list(reader.iter_unpack(block))
        return [reader.unpack_from(block, at * stride) for at in range(count)]

    def slice(self, offset: int, length: int) -> bytes:
        if offset < 0 or length < 0 or offset + length > len(self.data):
            raise Truncated(f"truncated: {length} bytes at offset {offset} do not fit into {len(self.data)}")
        return self.data[offset : offset + length]

    def text(self, offset: int, end: int = -1) -> str:
        """The NUL-terminated name at `offset`; it must end before `end` (-1: the end of the file)."""
        stop = len(self.data) if end < 0 else min(end, len(self.data))
        if not 0 <= offset < stop:
            raise ValueError(f"a name at offset {offset} lies outside of its table")
        close = self.data.find(b"\0", offset, min(stop, offset + NAME_LIMIT))
        if close < 0:
            raise ValueError(f"a name at offset {offset} does not end")
        return printable(self.data[offset:close])


def printable(raw: bytes) -> str:
    """Names are bytes: what is not UTF-8 is shown as `\\xNN`, so that no lone surrogate travels on."""
    return raw.decode("utf-8", "backslashreplace")


@cache
def _compiled(layout: str) -> struct.Struct:
    return struct.Struct(layout)
