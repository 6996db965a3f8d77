"""The tables of .NET metadata, bounds-checked.

Layout: ECMA-335, 6th edition, partition II, chapters 22 to 24
(ecma-international.org/publications-and-standards/standards/ecma-335/).
"""

from __future__ import annotations

import struct
from typing import Any

from portlint.extractors.binary.view import View, printable

_MAGIC = 0x424A5342  # "BSJB"
_STREAM_LIMIT = 64
_NAME_LIMIT = 1024  # bytes, the runtime's MAX_CLASSNAME_LENGTH
_ROW_LIMIT = 2_000_000  # of one table; the largest real assembly seen has about 60,000
_TEXT_LIMIT = 64_000_000  # bytes of all names: rows may name one text's tails again and again

MODULE, TYPE_REF, TYPE_DEF, METHOD, MEMBER_REF, ATTRIBUTE = 0x00, 0x01, 0x02, 0x06, 0x0A, 0x0C
MODULE_REF, TYPE_SPEC, IMPL_MAP, ASSEMBLY, ASSEMBLY_REF, FILE = 0x1A, 0x1B, 0x1C, 0x20, 0x23, 0x26

# Columns: H and I are numbers, S G B offsets into the heaps of names, GUIDs and blobs, a number the row of a table,
# a word in _CODED a row of one of several tables.
_SCHEMAS: dict[int, str] = {
    0x00: "H S G G G", 0x01: "ResolutionScope S S", 0x02: "I S S TypeDefOrRef 4 6", 0x03: "4", 0x04: "H S B",
    0x05: "6", 0x06: "I H H S B 8", 0x07: "8", 0x08: "H H S", 0x09: "2 TypeDefOrRef", 0x0A: "MemberRefParent S B",
    0x0B: "H HasConstant B", 0x0C: "HasCustomAttribute CustomAttributeType B", 0x0D: "HasFieldMarshal B",
    0x0E: "H HasDeclSecurity B", 0x0F: "H I 2", 0x10: "I 4", 0x11: "B", 0x12: "2 20", 0x13: "20",
    0x14: "H S TypeDefOrRef", 0x15: "2 23", 0x16: "23", 0x17: "H S B", 0x18: "H 6 HasSemantics",
    0x19: "2 MethodDefOrRef MethodDefOrRef", 0x1A: "S", 0x1B: "B", 0x1C: "H MemberForwarded S 26", 0x1D: "I 4",
    0x1E: "I I", 0x1F: "I", 0x20: "I H H H H I B S S", 0x21: "I", 0x22: "I I I", 0x23: "H H H H I B S S B",
    0x24: "I 35", 0x25: "I I I 35", 0x26: "I S B", 0x27: "I I S S Implementation", 0x28: "I I S Implementation",
    0x29: "2 2", 0x2A: "H H TypeOrMethodDef S", 0x2B: "MethodDefOrRef B", 0x2C: "42 TypeDefOrRef",
}  # fmt: skip
_NONE = -1
_CODED: dict[str, tuple[int, ...]] = {
    "TypeDefOrRef": (0x02, 0x01, 0x1B),
    "HasConstant": (0x04, 0x08, 0x17),
    "HasCustomAttribute": (
        0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x00, 0x0E, 0x17, 0x14, 0x11, 0x1A, 0x1B, 0x20, 0x23, 0x26, 0x27,
        0x28, 0x2A, 0x2C, 0x2B,
    ),
    "HasFieldMarshal": (0x04, 0x08),
    "HasDeclSecurity": (0x02, 0x06, 0x20),
    "MemberRefParent": (0x02, 0x01, 0x1A, 0x06, 0x1B),
    "HasSemantics": (0x14, 0x17),
    "MethodDefOrRef": (0x06, 0x0A),
    "MemberForwarded": (0x04, 0x06),
    "Implementation": (0x26, 0x23, 0x27),
    "CustomAttributeType": (_NONE, _NONE, 0x06, 0x0A, _NONE),
    "ResolutionScope": (0x00, 0x1A, 0x23, 0x01),
    "TypeOrMethodDef": (0x02, 0x06),
}  # fmt: skip


class Tables:
    """The rows of one metadata block. `damaged` counts names and blobs that led nowhere."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError when the block has no tables, or one that does not fit."""
        view = View(data)
        self.runtime, streams = _streams(view)
        # `#-` is the form that compilers write before they sort it; the last one of a name counts, as in the runtime.
        stream = streams.get("#~", streams.get("#-"))
        if stream is None:
            raise ValueError("no stream of tables")
        self._strings = streams.get("#Strings", b"")
        self._blobs = streams.get("#Blob", b"")
        self._view = View(stream)
        self._wide_heaps = self._view.number("B", 6)
        self._all_wide = "#JTD" in streams  # the form of edit-and-continue
        self._counts, at = self._row_counts()
        self._places = self._layout(at)
        self.damaged = 0
        self._read = 0

    def count(self, table: int) -> int:
        return self._counts.get(table, 0)

    def rows(self, table: int) -> list[tuple[Any, ...]]:
        """All rows, in order; row N of the format is at N - 1. Raises ValueError when they reach beyond the stream."""
        count = self.count(table)
        if not count:
            return []
        if count > _ROW_LIMIT:
            raise ValueError(f"a table of {count} rows")
        offset, layout = self._places[table]
        return self._view.table(layout, offset, count)

    def target(self, kind: str, value: int) -> tuple[int, int]:
        """Table and 1-based row that a coded index names; (-1, 0) for none."""
        tables = _CODED[kind]
        bits = (len(tables) - 1).bit_length()
        tag = value & ((1 << bits) - 1)
        return (tables[tag], value >> bits) if tag < len(tables) else (_NONE, 0)

    def name(self, offset: int) -> str:
        """A name of the heap; "" where it leads nowhere."""
        stop = self._strings.find(b"\0", offset, offset + _NAME_LIMIT)
        if stop < 0:
            self.damaged += bool(offset)
            return ""
        self._read += stop - offset
        if self._read > _TEXT_LIMIT:
            raise ValueError("names that take more room than the file")
        return printable(self._strings[offset:stop])

    def blob(self, offset: int) -> bytes:
        size, start = compressed(self._blobs, offset)
        if start < 0 or start + size > len(self._blobs):
            self.damaged += bool(offset)
            return b""
        return self._blobs[start : start + size]

    def _row_counts(self) -> tuple[dict[int, int], int]:
        present = self._view.number("Q", 8)
        tables = [table for table in range(64) if present >> table & 1]
        counts = self._view.table("I", 24, len(tables))
        extra = 4 if self._wide_heaps & 0x40 else 0  # a number that nobody documents
        return {table: row[0] for table, row in zip(tables, counts, strict=True)}, 24 + 4 * len(tables) + extra

    def _layout(self, at: int) -> dict[int, tuple[int, str]]:
        places = {}
        for table in sorted(self._counts):
            if table not in _SCHEMAS:
                break  # behind 0x2C come those of debug symbols
            layout = "".join(self._letter(column) for column in _SCHEMAS[table].split())
            places[table] = (at, layout)
            at += self._counts[table] * struct.calcsize("<" + layout)
        return places

    def _letter(self, column: str) -> str:
        if column in "HI":
            return column
        if column in "SGB":
            wide = bool(self._wide_heaps >> "SGB".index(column) & 1)
        elif column in _CODED:
            tables = _CODED[column]
            wide = max(self.count(table) for table in tables) >= 1 << (16 - (len(tables) - 1).bit_length())
        else:
            wide = self.count(int(column)) >= 1 << 16
        return "I" if wide or self._all_wide else "H"


def _streams(view: View) -> tuple[str, dict[str, bytes]]:
    """The version of the runtime that the block was written for, and its streams by name."""
    if view.number("I", 0) != _MAGIC:
        raise ValueError("the metadata has no signature")
    length = view.number("I", 12)
    runtime = printable(view.slice(16, length).partition(b"\0")[0])
    at = 16 + length
    count = view.number("H", at + 2)
    if count > _STREAM_LIMIT:
        raise ValueError(f"{count} streams of metadata")
    at += 4
    found: dict[str, bytes] = {}
    for _ in range(count):
        offset, size = view.unpack("II", at)
        name = view.text(at + 8, at + 8 + 32)
        at += 8 + (len(name.encode()) + 4 & ~3)
        found[name] = view.slice(offset, size) if name in ("#~", "#-", "#Strings", "#Blob") else b""
    return runtime, found


def compressed(data: bytes, at: int) -> tuple[int, int]:
    """An integer of one, two or four bytes and the offset behind it, -1 where there is none (II.23.2)."""
    if not 0 <= at < len(data):
        return 0, -1
    first = data[at]
    size, mask = (1, 0x7F) if not first & 0x80 else (2, 0x3FFF) if not first & 0x40 else (4, 0x1FFFFFFF)
    if at + size > len(data):
        return 0, -1
    return int.from_bytes(data[at : at + size], "big") & mask, at + size
