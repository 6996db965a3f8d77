"""Where the tables of a binary lie, so that damage can be aimed at them: a flipped bit in code proves nothing."""

from __future__ import annotations

import struct
from collections.abc import Iterator

Table = tuple[int, int, int]  # offset, bytes per entry, entries

_ELF = {1: (28, "I", 42, 32, 40, 8), 2: (32, "Q", 54, 56, 64, 16)}  # class: e_phoff, its letter, e_phentsize, sizes


def tables(data: bytes) -> list[Table]:
    """The tables of an undamaged ELF, PE, Mach-O, ar, wasm or zip file; the first bytes of anything else."""
    found = [table for table in _tables(data) if table[2] and table[0] + table[1] * table[2] <= len(data)]
    return found or [(0, 4, min(len(data), 512) // 4)]


def _tables(data: bytes) -> Iterator[Table]:
    if data[:4] == b"\x7fELF":
        yield from _elf(data)
    elif data[:2] == b"MZ":
        yield from _pe(data)
    elif data[:4] in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe"):
        yield from _macho(data, 0)
    elif data[:4] == b"\xca\xfe\xba\xbe":
        count = struct.unpack_from(">I", data, 4)[0]
        yield 0, 4, 2
        yield 8, 20, count
        for at in range(count if count < 40 else 0):  # else it is a Java class
            yield from _macho(data, struct.unpack_from(">I", data, 16 + 20 * at)[0])
    elif data[:8] == b"!<arch>\n":
        yield from ((at, 60, 1) for at in _members(data))
    elif data[:4] == b"\0asm":
        yield from ((at, 1, 16) for at in _sections(data))
    elif data[:2] == b"PK":
        for mark, size in ((b"PK\3\4", 30), (b"PK\1\2", 46), (b"PK\5\6", 22)):
            yield from ((at, size, 1) for at in _places(data, mark))


def _elf(data: bytes) -> Iterator[Table]:
    order = "<" if data[5] == 1 else ">"
    first, letter, counts, program, section, entry = _ELF[data[4]]
    programs, sections = struct.unpack_from(order + letter * 2, data, first)
    _, programs_count, _, sections_count, _ = struct.unpack_from(order + "5H", data, counts)
    yield 0, 4, 16
    yield programs, program, programs_count
    yield sections, section, sections_count
    for at in range(programs_count):
        start = programs + at * program
        if struct.unpack_from(order + "I", data, start)[0] == 2:  # PT_DYNAMIC
            offset = struct.unpack_from(order + letter, data, start + (8 if letter == "Q" else 4))[0]
            size = struct.unpack_from(order + letter, data, start + (32 if letter == "Q" else 16))[0]
            yield offset, entry, size // entry


def _pe(data: bytes) -> Iterator[Table]:
    at = struct.unpack_from("<I", data, 60)[0]
    sections, optional = struct.unpack_from("<H", data, at + 6)[0], struct.unpack_from("<H", data, at + 20)[0]
    behind = at + 24 + optional
    yield at, 4, (24 + optional) // 4
    yield behind - 128, 8, 16  # the data directories
    yield behind, 40, sections
    places = [struct.unpack_from("<4I", data, behind + 40 * number + 8) for number in range(sections)]
    for directory in (0, 1, 2, 13, 14):  # exports, imports, resources, delayed imports, the CLI header
        address, size = struct.unpack_from("<2I", data, behind - 128 + 8 * directory)
        for _, start, length, offset in places:
            if address and start <= address < start + length:
                yield address - start + offset, 4, size // 4
                if directory == 14:
                    address, size = struct.unpack_from("<2I", data, address - start + offset + 8)
                    yield address - start + offset, 4, size // 4  # the metadata, in the same section as a rule
                    break


def _macho(data: bytes, start: int) -> Iterator[Table]:
    count = struct.unpack_from("<I", data, start + 16)[0]
    yield start, 4, 8
    at = start + (32 if data[start : start + 1] == b"\xcf" else 28)
    for _ in range(min(count, 100)):
        size = struct.unpack_from("<I", data, at + 4)[0]
        yield at, 4, size // 4
        at += size


def _members(data: bytes) -> Iterator[int]:
    at = 8
    while at + 60 <= len(data):
        yield at
        size = int(data[at + 48 : at + 58])
        at += 60 + size + size % 2


def _sections(data: bytes) -> Iterator[int]:
    at = 8
    while at < len(data):
        yield at
        size = shift = 0
        while True:  # LEB128
            at += 1
            size |= (data[at] & 127) << shift
            shift += 7
            if data[at] < 128:
                break
        at += 1 + size


def _places(data: bytes, mark: bytes) -> Iterator[int]:
    at = data.find(mark)
    while at >= 0:
        yield at
        at = data.find(mark, at + 1)
