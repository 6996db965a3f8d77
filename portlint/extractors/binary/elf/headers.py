"""The headers of an ELF file: machine, segments, sections."""

from __future__ import annotations

from itertools import chain

import msgspec

from portlint.extractors.binary.record import Truncated
from portlint.extractors.binary.view import View

_MACHINES = {
    2: "sparc", 3: "x86", 4: "m68k", 8: "mips", 15: "parisc", 18: "sparc", 20: "ppc", 21: "ppc64", 22: "s390",
    40: "arm", 42: "superh", 43: "sparc64", 50: "ia64", 62: "x86_64", 83: "avr", 94: "xtensa", 183: "arm64",
    243: "riscv", 247: "bpf", 258: "loongarch", 0x9026: "alpha",
}  # fmt: skip
WIDE = {"mips": "mips64", "riscv": "riscv64", "s390": "s390x"}  # one machine number for both widths
_LOAD, _NOBITS = 1, 8
_SECTION_LIMIT = 1_000_000


class Range(msgspec.Struct, frozen=True):
    """A segment or section: type, file offset, size in the file, address, link, entry size, info."""

    type: int
    offset: int
    size: int
    address: int = 0
    link: int = 0
    entry: int = 0
    info: int = 0


class Elf(msgspec.Struct, frozen=True):
    view: View
    wide: bool
    kind: int
    machine: str
    system: int
    segments: tuple[Range, ...]
    sections: tuple[Range, ...]


def headers(data: bytes) -> Elf:
    """Raises Truncated when a segment or section leaves the file, ValueError when a table cannot be one."""
    if len(data) < 52 or data[4] not in (1, 2) or data[5] not in (1, 2):
        raise (Truncated if len(data) < 52 else ValueError)("not a whole ELF header")
    view = View(data, "<" if data[5] == 1 else ">")
    wide = data[4] == 2
    word = "Q" if wide else "I"
    kind, machine, _, _, programs, table, _, _, stride, count, section_stride, section_count, _ = view.unpack(
        f"HHI{word}{word}{word}IHHHHHH", 16
    )
    sections = _sections(view, wide, table, section_stride, section_count)
    if count == 0xFFFF and sections:
        count = sections[0].info  # more segments than the field holds
    segments = _segments(view, wide, programs, stride, count)
    for part in chain(segments, sections):
        if part.offset + part.size > len(data):
            raise Truncated(f"truncated: a part of the file ends at byte {part.offset + part.size} of {len(data)}")
    name = _MACHINES.get(machine, f"machine-{machine}")
    if wide:
        name = WIDE.get(name, name)
    return Elf(view, wide, kind, name, data[7], segments, sections)


def _segments(view: View, wide: bool, offset: int, stride: int, count: int) -> tuple[Range, ...]:
    if not offset or not count:
        return ()
    if wide:
        rows = view.table("IIQQQQQQ", offset, count, stride)
        return tuple(Range(kind, at, size, address) for kind, _, at, address, _, size, _, _ in rows)
    rows = view.table("IIIIIIII", offset, count, stride)
    return tuple(Range(kind, at, size, address) for kind, at, address, _, size, _, _, _ in rows)


def _sections(view: View, wide: bool, offset: int, stride: int, count: int) -> tuple[Range, ...]:
    if not offset:
        return ()
    layout = "IIQQQQIIQQ" if wide else "IIIIIIIIII"
    if not count:
        count = view.unpack(layout, offset)[5]  # section 0 holds the count that the header cannot
    if count > _SECTION_LIMIT:
        raise ValueError(f"{count} sections: more than any real file has")
    rows = view.table(layout, offset, count, stride)
    return tuple(
        Range(kind, at, 0 if kind in (0, _NOBITS) else size, address, link, entry, info)
        for _, kind, _, address, at, size, link, info, _, entry in rows
    )


def file_offset(elf: Elf, address: int) -> int:
    """Where in the file the byte lies that is loaded to `address`."""
    for part in elf.segments:
        if part.type == _LOAD and part.address <= address < part.address + part.size:
            return address - part.address + part.offset
    raise ValueError(f"address {address:#x} lies in no segment of the file")
