"""ELF shared libraries, programs and object files: dynamic section, undefined and offered symbols.

Layout: System V ABI, chapters 4 and 5, and the Linux Standard Base for symbol versions.
"""

from __future__ import annotations

from collections.abc import Iterator

from portlint.extractors.binary.elf.hash import symbol_count
from portlint.extractors.binary.elf.headers import Elf, Range, file_offset, headers
from portlint.extractors.binary.record import Library, Symbol

NAME = "elf"
VERSION = 2

_SYSTEMS = {1: "hpux", 2: "netbsd", 6: "solaris", 9: "freebsd", 12: "openbsd"}
# Systems that leave the header's OS field 0 name themselves in a note.
_NOTES = {
    b"Android\0": "android",
    b"FreeBSD\0": "freebsd",
    b"Haiku\0": "haiku",
    b"NetBSD\0": "netbsd",
    b"OpenBSD\0": "openbsd",
}
# Systems without a mark of their own, by the name of their C library.
_SYSTEM_LIBRARIES = {"libroot.so": "haiku", "libc.so.1": "solaris"}
_DYNAMIC, _INTERP, _NOTE = 2, 3, 4
_SYMTAB, _SHARED = 2, 3
_IS_PROGRAM = 0x08000000  # DF_1_PIE: a program in a library's clothes
_GLOBAL = (1, 2, 10)  # global, weak, unique
_VISIBLE = (0, 3)  # default, protected
_ABSOLUTE = 0xFFF1  # what a version script makes of its versions' names
_LINKER_MADE = {"_init", "_fini", "_edata", "_end", "__bss_start", "__bss_start__", "__bss_end__", "_bss_end__",
                "__end__", "_ftext", "_fdata", "_fbss", "_gp_disp", "__exidx_start", "__exidx_end"}  # fmt: skip
_SLIM_LTO = {"__gnu_lto_slim", "__gnu_lto_v1"}


def read(data: bytes) -> Library:
    """The dynamic imports and exports of a library or program, or the undefined symbols of an object file.

    Raises ValueError when the headers lead nowhere, Truncated when they lead beyond the end.
    """
    elf = headers(data)
    if elf.kind == 1:
        return _object(elf)
    dynamic = _dynamic(elf)
    if not dynamic:
        return Library("elf", elf.machine, _platform(elf, ()))  # static, or a firmware image
    strings = _strings(elf, dynamic)
    needed = tuple(_string(elf, strings, value) for value in dynamic.get(1, ()))
    symbols, offered = _symbols(elf, dynamic, strings)
    program = elf.kind != _SHARED or dynamic.get(0x6FFFFFFB, [0])[0] & _IS_PROGRAM
    return Library(
        "elf",
        elf.machine,
        _platform(elf, needed),
        needed=needed,
        symbols=symbols,
        exports=() if program else offered,
        settings=tuple(_identity(elf, dynamic, strings)),
    )


def _identity(elf: Elf, dynamic: dict[int, list[int]], strings: Range) -> Iterator[tuple[str, str]]:
    paths = dynamic.get(29) or dynamic.get(15)  # DT_RUNPATH puts DT_RPATH out of force
    if paths and (path := _string(elf, strings, paths[0])):
        yield "binary/rpath", path
    if 14 in dynamic and (name := _string(elf, strings, dynamic[14][0])):
        yield "binary/soname", name


def _dynamic(elf: Elf) -> dict[int, list[int]]:
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


def _strings(elf: Elf, dynamic: dict[int, list[int]]) -> Range:
    if 5 not in dynamic or 10 not in dynamic:
        raise ValueError("the dynamic section names no string table")
    offset = file_offset(elf, dynamic[5][0])
    elf.view.slice(offset, dynamic[10][0])
    return Range(3, offset, dynamic[10][0])


def _string(elf: Elf, strings: Range, at: int) -> str:
    return elf.view.text(strings.offset + at, strings.offset + strings.size)


def _symbols(elf: Elf, dynamic: dict[int, list[int]], strings: Range) -> tuple[tuple[Symbol, ...], tuple[str, ...]]:
    """Global and weak symbols: those that this file does not define, and the names of those that it offers.

    A value is no sign of a definition: on ARM and MIPS the address of the stub stands there.
    """
    if 6 not in dynamic:
        return (), ()
    offset = file_offset(elf, dynamic[6][0])
    count = symbol_count(elf, dynamic, offset)
    libraries = _version_libraries(elf, dynamic, strings)
    versions: list[tuple[int, ...]] = []
    if libraries and 0x6FFFFFF0 in dynamic:
        versions = elf.view.table("H", file_offset(elf, dynamic[0x6FFFFFF0][0]), count)
    wanted = set()
    offered = set()
    rows = elf.view.table("IBBHQQ" if elf.wide else "IIIBBH", offset, count)
    kind, other, place = (1, 2, 3) if elf.wide else (3, 4, 5)
    for at, row in enumerate(rows):
        if not row[0] or row[kind] >> 4 not in _GLOBAL:
            continue
        if row[place] == 0:
            version = versions[at][0] & 0x7FFF if versions else 0
            wanted.add(Symbol(_string(elf, strings, row[0]), libraries.get(version, "")))
        elif row[place] != _ABSOLUTE and row[other] & 3 in _VISIBLE:
            offered.add(_string(elf, strings, row[0]))
    return tuple(sorted(wanted)), tuple(sorted(offered - _LINKER_MADE))


def _version_libraries(elf: Elf, dynamic: dict[int, list[int]], strings: Range) -> dict[int, str]:
    """Version index -> the library that it is demanded of (DT_VERNEED)."""
    if 0x6FFFFFFE not in dynamic:
        return {}
    at = file_offset(elf, dynamic[0x6FFFFFFE][0])
    libraries: dict[int, str] = {}
    for _ in range(min(dynamic.get(0x6FFFFFFF, [0])[0], 4096)):
        _, entries, file, first, following = elf.view.unpack("HHIII", at)
        library = _string(elf, strings, file)
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


def _object(elf: Elf) -> Library:
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
    undefined: set[str] = set()
    defined: set[str] = set()
    for row in rows:
        if row[0] and row[bind] >> 4 in _GLOBAL:
            name = _string(elf, strings, row[0])
            (defined if row[place] else undefined).add(name)
    return Library(
        "elf",
        elf.machine,
        _platform(elf, ()),
        "object",
        symbols=tuple(Symbol(name) for name in sorted(undefined)),
        defined=frozenset(defined - _SLIM_LTO),
        partly="an object of GCC's link-time optimisation: its symbols are not read" if defined & _SLIM_LTO else "",
    )


def _platform(elf: Elf, needed: tuple[str, ...]) -> str:
    if elf.system in _SYSTEMS:
        return _SYSTEMS[elf.system]
    for part in elf.segments:
        if part.type not in (_INTERP, _NOTE) or part.size > 65536:
            continue
        content = elf.view.slice(part.offset, part.size)
        if part.type == _INTERP and content.startswith(b"/system/bin/linker"):
            return "android"
        for mark, system in _NOTES.items():
            if part.type == _NOTE and mark in content:
                return system
    # Prebuilt Android libraries often lost their note; Android's C library alone is called plain `libc.so` and is
    # never needed without `libdl.so` or `libm.so` beside it (musl puts both into its libc.so).
    plain = set(needed)
    if plain & {"liblog.so", "libandroid.so"} or ("libc.so" in plain and plain & {"libdl.so", "libm.so"}):
        return "android"
    return next((system for library, system in _SYSTEM_LIBRARIES.items() if library in plain), "linux")
