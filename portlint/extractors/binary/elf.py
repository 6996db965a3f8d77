"""ELF shared libraries, programs and object files: headers, dynamic section, undefined symbols.

Layout: System V ABI, chapters 4 and 5, and the Linux Standard Base for symbol versions.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import msgspec

from portlint.extractors.binary.record import Library, Symbol, Truncated
from portlint.extractors.binary.view import View

NAME = "elf"
VERSION = 1

_MACHINES = {
    2: "sparc", 3: "x86", 4: "m68k", 8: "mips", 15: "parisc", 18: "sparc", 20: "ppc", 21: "ppc64", 22: "s390", 40: "arm",
    42: "superh", 43: "sparc64", 50: "ia64", 62: "x86_64", 83: "avr", 94: "xtensa", 183: "arm64", 243: "riscv",
    247: "bpf", 258: "loongarch", 0x9026: "alpha",
}  # fmt: skip
_SYSTEMS = {1: "hpux", 2: "netbsd", 6: "solaris", 9: "freebsd", 12: "openbsd"}
# Systems that leave the header's OS field 0 name themselves in a note.
_NOTES = ((b"Android\0", "android"), (b"NetBSD\0", "netbsd"), (b"OpenBSD\0", "openbsd"), (b"FreeBSD\0", "freebsd"), (b"Haiku\0", "haiku"))
# Systems without a mark of their own, by the name of their C library.
_SYSTEM_LIBRARIES = {"libroot.so": "haiku", "libc.so.1": "solaris"}
_LOAD, _DYNAMIC, _INTERP, _NOTE = 1, 2, 3, 4
_SYMTAB, _NOBITS, _DYNSYM = 2, 8, 11
_SECTION_LIMIT = 1_000_000


class _Range(msgspec.Struct, frozen=True):
    """A segment or section: type, file offset, size in the file, address, link, entry size, info."""

    type: int
    offset: int
    size: int
    address: int = 0
    link: int = 0
    entry: int = 0
    info: int = 0


class _Elf(msgspec.Struct, frozen=True):
    view: View
    wide: bool
    kind: int
    machine: str
    system: int
    segments: tuple[_Range, ...]
    sections: tuple[_Range, ...]


def read(data: bytes) -> Library:
    """The dynamic imports of a library or program, or the undefined symbols of an object file.

    Raises ValueError when the headers lead nowhere, Truncated when they lead beyond the end.
    """
    elf = _headers(data)
    if elf.kind == 1:
        return _object(elf)
    dynamic = _dynamic(elf)
    if not dynamic:
        return Library("elf", elf.machine, _platform(elf, ()))  # static, or a firmware image
    strings = _strings(elf, dynamic)
    needed = tuple(elf.view.text(strings.offset + value, strings.offset + strings.size) for value in dynamic.get(1, ()))
    symbols = _imports(elf, dynamic, strings)
    return Library("elf", elf.machine, _platform(elf, needed), needed=needed, symbols=symbols)


def _headers(data: bytes) -> _Elf:
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
    if name == "riscv":
        name = "riscv64" if wide else "riscv32"
    return _Elf(view, wide, kind, name, data[7], segments, sections)


def _segments(view: View, wide: bool, offset: int, stride: int, count: int) -> tuple[_Range, ...]:
    if not offset or not count:
        return ()
    if wide:
        rows = view.table("IIQQQQQQ", offset, count, stride)
        return tuple(_Range(kind, at, size, address) for kind, _, at, address, _, size, _, _ in rows)
    rows = view.table("IIIIIIII", offset, count, stride)
    return tuple(_Range(kind, at, size, address) for kind, at, address, _, size, _, _, _ in rows)


def _sections(view: View, wide: bool, offset: int, stride: int, count: int) -> tuple[_Range, ...]:
    if not offset:
        return ()
    layout = "IIQQQQIIQQ" if wide else "IIIIIIIIII"
    if not count:
        count = view.unpack(layout, offset)[5]  # section 0 holds the count that the header cannot
    if count > _SECTION_LIMIT:
        raise ValueError(f"{count} sections: more than any real file has")
    rows = view.table(layout, offset, count, stride)
    return tuple(
        _Range(kind, at, 0 if kind in (0, _NOBITS) else size, address, link, entry, info)
        for _, kind, _, address, at, size, link, info, _, entry in rows
    )


def _dynamic(elf: _Elf) -> dict[int, list[int]]:
    """Values of the dynamic section by tag, in file order; empty for a static file."""
    segment = next((part for part in elf.segments if part.type == _DYNAMIC and part.size), None)
    if segment is None:
        return {}
    layout, size = ("qQ", 16) if elf.wide else ("iI", 8)
    values: dict[int, list[int]] = {}
    for tag, value in elf.view.table(layout, segment.offset, segment.size // size):
        if tag == 0:
            break
        values.setdefault(tag, []).append(value)
    return values


def _strings(elf: _Elf, dynamic: dict[int, list[int]]) -> _Range:
    if 5 not in dynamic or 10 not in dynamic:
        raise ValueError("the dynamic section names no string table")
    offset = _file_offset(elf, dynamic[5][0])
    elf.view.slice(offset, dynamic[10][0])
    return _Range(3, offset, dynamic[10][0])


def _file_offset(elf: _Elf, address: int) -> int:
    for part in elf.segments:
        if part.type == _LOAD and part.address <= address < part.address + part.size:
            return address - part.address + part.offset
    raise ValueError(f"address {address:#x} lies in no segment of the file")


def _imports(elf: _Elf, dynamic: dict[int, list[int]], strings: _Range) -> tuple[Symbol, ...]:
    if 6 not in dynamic:
        return ()
    offset = _file_offset(elf, dynamic[6][0])
    count = _symbol_count(elf, dynamic, offset, strings.offset)
    libraries = _version_libraries(elf, dynamic, strings)
    versions: list[tuple[int, ...]] = []
    if libraries and 0x6FFFFFF0 in dynamic:
        versions = elf.view.table("H", _file_offset(elf, dynamic[0x6FFFFFF0][0]), count)
    found = set()
    for at, name in _undefined(elf, offset, count):
        version = versions[at][0] & 0x7FFF if versions else 0
        found.add(Symbol(elf.view.text(strings.offset + name, strings.offset + strings.size), libraries.get(version, "")))
    return tuple(sorted(found))


def _symbol_count(elf: _Elf, dynamic: dict[int, list[int]], offset: int, strings: int) -> int:
    """The dynamic section does not say how long its symbol table is.

    DT_HASH's chain count says it; DT_GNU_HASH does not where nothing is exported, so the section header is asked
    before, and last the distance to the string table, which linkers put behind it.
    """
    size = 24 if elf.wide else 16
    for section in elf.sections:
        if section.type == _DYNSYM and section.offset == offset:
            return section.size // size
    # The 64-bit Alpha and s390 have hash words of 8 bytes; their files do carry section headers.
    if 4 in dynamic and not (elf.wide and elf.machine in ("alpha", "s390")):
        return int(elf.view.unpack("II", _file_offset(elf, dynamic[4][0]))[1])
    if strings > offset:
        return (strings - offset) // size
    raise ValueError("the length of the symbol table cannot be told")


def _undefined(elf: _Elf, offset: int, count: int) -> Iterable[tuple[int, int]]:
    """(index, offset of the name) of global and weak symbols that this file does not define.

    A value is no sign of a definition: on ARM and MIPS the address of the stub stands there.
    """
    if elf.wide:
        rows = elf.view.table("IBBHQQ", offset, count)
        return [(at, row[0]) for at, row in enumerate(rows) if row[3] == 0 and row[0] and row[1] >> 4 in (1, 2, 10)]
    rows = elf.view.table("IIIBBH", offset, count)
    return [(at, row[0]) for at, row in enumerate(rows) if row[5] == 0 and row[0] and row[3] >> 4 in (1, 2, 10)]


def _version_libraries(elf: _Elf, dynamic: dict[int, list[int]], strings: _Range) -> dict[int, str]:
    """Version index -> the library that it is demanded of (DT_VERNEED)."""
    if 0x6FFFFFFE not in dynamic:
        return {}
    at = _file_offset(elf, dynamic[0x6FFFFFFE][0])
    libraries: dict[int, str] = {}
    for _ in range(min(dynamic.get(0x6FFFFFFF, [0])[0], 4096)):
        _, entries, file, first, following = elf.view.unpack("HHIII", at)
        library = elf.view.text(strings.offset + file, strings.offset + strings.size)
        entry = at + first
        for _ in range(entries):
            _, _, index, _, step = elf.view.unpack("IHHII", entry)
            libraries[index & 0x7FFF] = library
            if not step:
                break
            entry += step
        if not following:
            break
        at += following
    return libraries


def _object(elf: _Elf) -> Library:
    """Undefined and defined global names of a relocatable object, from its `.symtab`."""
    table = next((part for part in elf.sections if part.type == _SYMTAB), None)
    if table is None:
        return Library("elf", elf.machine, _platform(elf, ()), "object")
    if table.link >= len(elf.sections):
        raise ValueError("the symbol table names no string table")
    strings = elf.sections[table.link]
    size = 24 if elf.wide else 16
    rows = elf.view.table("IBBHQQ" if elf.wide else "IIIBBH", table.offset, table.size // size)
    bind, place = (1, 3) if elf.wide else (3, 5)
    undefined, defined = set(), set()
    for row in rows:
        if row[0] and row[bind] >> 4 in (1, 2, 10):
            name = elf.view.text(strings.offset + row[0], strings.offset + strings.size)
            (defined if row[place] else undefined).add(name)
    symbols = tuple(Symbol(name) for name in sorted(undefined))
    return Library("elf", elf.machine, _platform(elf, ()), "object", symbols=symbols, defined=frozenset(defined))


def _platform(elf: _Elf, needed: tuple[str, ...]) -> str:
    if elf.system in _SYSTEMS:
        return _SYSTEMS[elf.system]
    for part in elf.segments:
        if part.type not in (_INTERP, _NOTE) or part.size > 65536:
            continue
        content = elf.view.slice(part.offset, part.size)
        if part.type == _INTERP and content.startswith(b"/system/bin/linker"):
            return "android"
        for mark, system in _NOTES:
            if part.type == _NOTE and mark in content:
                return system
    # Prebuilt Android libraries often lost their note; Android's C library alone is called plain `libc.so` and is
    # never needed without `libdl.so` or `libm.so` beside it (musl puts both into its libc.so).
    plain = set(needed)
    if plain & {"liblog.so", "libandroid.so"} or ("libc.so" in plain and plain & {"libdl.so", "libm.so"}):
        return "android"
    return next((system for library, system in _SYSTEM_LIBRARIES.items() if library in plain), "linux")
