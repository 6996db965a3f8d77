"""Mach-O libraries, programs and objects, one machine or several in a fat file.

Layout: Apple's <mach-o/loader.h>, <mach-o/nlist.h>, <mach-o/fat.h>. What the dynamic linker reads: `macho_binding.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from portlint.extractors.binary.macho.binding import bound, chained, exported
from portlint.extractors.binary.record import Library, Symbol, Truncated
from portlint.extractors.binary.view import View

NAME = "macho"
VERSION = 2

_MACHINES = {
    7: "x86",
    12: "arm",
    18: "ppc",
    0x01000007: "x86_64",
    0x0100000C: "arm64",
    0x01000012: "ppc64",
    0x0200000C: "arm64_32",
}
_PLATFORMS = {
    1: "macos", 2: "ios", 3: "tvos", 4: "watchos", 6: "maccatalyst", 7: "ios-simulator", 8: "tvos-simulator",
    9: "watchos-simulator", 10: "driverkit", 11: "visionos", 12: "visionos-simulator",
}  # fmt: skip
_VERSION_MIN = {0x24: "macos", 0x25: "ios", 0x2F: "tvos", 0x30: "watchos"}
_SIMULATED = {"ios", "tvos", "watchos"}  # on Intel they are simulators; the old version commands do not say so
_SEGMENT, _SEGMENT_64, _SYMTAB, _BUILD_VERSION, _ID, _RPATH = 0x1, 0x19, 0x2, 0x32, 0xD, 0x8000001C
_DYLD_INFO, _DYLD_INFO_ONLY, _CHAINED_FIXUPS, _EXPORTS_TRIE = 0x22, 0x80000022, 0x80000034, 0x80000033
_LOAD = {0xC, 0x8000001F, 0x80000023}  # plain, re-exported, upward
_LOAD_OPTIONAL = {0x80000018, 0x20}  # weak, lazy
# <mach-o/loader.h>, dylib_use_command: a time stamp that is none announces flags behind.
_USE_MARKER, _USE_WEAK, _USE_DELAYED = 0x1A741800, 1, 8
_TWO_LEVEL = 0x80
_OBJECT, _OFFERING = 1, (6, 8)  # dylib and bundle
_LINKER_MADE = {"__mh_dylib_header", "__mh_bundle_header", "__mh_execute_header", "___dso_handle"}
_PRIVATE = 0x10
_PREBOUND = 0xC  # undefined, with an address guessed by the prebinding of old systems
_SLICE_LIMIT = 42  # from 43 on the number is taken for the version of a Java class file


class _Commands(msgspec.Struct):
    """What the load commands said so far, in file order. Ranges are offset and size in the file."""

    platform: str = ""
    libraries: list[str] = []
    needed: list[str] = []
    optional: list[str] = []
    settings: dict[str, str] = {}
    symbols: tuple[int, int, int, int] | None = None  # offset, count, strings, length of strings
    binds: list[tuple[int, int]] = []
    fixups: tuple[int, int] | None = None
    trie: tuple[int, int] | None = None


def slices(data: bytes) -> Iterator[bytes]:
    """The files inside of a fat one (Mach-O, or `ar` archives of it)."""
    view = View(data, ">")
    wide = data[3:4] == b"\xbf"
    count = view.number("I", 4)
    if not 0 < count <= _SLICE_LIMIT:
        raise ValueError(f"a fat Mach-O of {count} machines")
    for row in view.table("IIQQII" if wide else "IIIII", 8, count):
        yield view.slice(row[2], row[3])


def read(data: bytes) -> Library:
    """One machine's dylibs and undefined symbols, each with the dylib that it is bound to.

    Raises ValueError when a command leads nowhere, Truncated when it leads beyond the end.
    """
    view = View(data, "<" if data[:1] in (b"\xce", b"\xcf") else ">")
    wide = 0xCF in (data[0], data[3])
    machine, subtype, kind, count, size, flags = view.unpack("IIIIII", 4)
    start = 32 if wide else 28
    commands = _commands(view, wide, start, start + size, count)
    name = _machine(machine, subtype)
    libraries = commands.libraries if flags & _TWO_LEVEL else []
    symbols, defined = _symbols(view, wide, kind == _OBJECT, commands.symbols, libraries)
    if not symbols and kind != _OBJECT:  # stripped of its symbol table; what is bound at start cannot be stripped
        symbols = _bound(view, commands, libraries)
    offered: frozenset[str] = frozenset()
    if kind in _OFFERING:
        offered = frozenset(exported(view.slice(*commands.trie))) if commands.trie else defined
    return Library(
        "macho",
        name,
        _platform(name, commands.platform),
        "object" if kind == _OBJECT else "",
        needed=tuple(dict.fromkeys(commands.needed)),
        optional=tuple(dict.fromkeys(commands.optional)),
        symbols=symbols,
        defined=defined if kind == _OBJECT else frozenset(),
        exports=tuple(sorted(offered - _LINKER_MADE)),
        settings=tuple(sorted(commands.settings.items())),
    )


def _machine(number: int, subtype: int) -> str:
    """arm64e (pointer authentication) is loaded by no arm64 program, and the other way round."""
    name = _MACHINES.get(number, f"machine-{number:#x}")
    return "arm64e" if name == "arm64" and subtype & 0xFFFFFF == 2 else name


def _platform(machine: str, named: str) -> str:
    if not named:
        return "ios" if machine == "arm" else "macos"  # files from before the version commands
    if named in _SIMULATED and machine in ("x86", "x86_64"):
        return f"{named}-simulator"
    return named


def _bound(view: View, commands: _Commands, libraries: list[str]) -> tuple[Symbol, ...]:
    """What the dynamic linker is told to look up: fixup chains (since 2020), else opcodes."""
    found = set(chained(View(view.slice(*commands.fixups), view.order))) if commands.fixups else set()
    for offset, size in commands.binds:
        found |= set(bound(view.slice(offset, size)))
    return tuple(
        sorted(Symbol(name, libraries[at - 1] if 0 < at <= len(libraries) else "") for at, name in found if name)
    )


def _commands(view: View, wide: bool, at: int, end: int, count: int) -> _Commands:
    if end > len(view.data):
        raise Truncated(f"truncated: the load commands end at byte {end} of {len(view.data)}")
    found = _Commands()
    for _ in range(count):
        if at + 8 > end:
            raise ValueError("more load commands than their size allows")
        size = view.number("I", at + 4)
        if size < 8 or at + size > end:
            raise ValueError(f"a load command of {size} bytes")
        _command(view.slice(at, size), view, wide, found)
        at += size
    return found


def _command(raw: bytes, file: View, wide: bool, found: _Commands) -> None:
    view = View(raw, file.order)
    command = view.number("I", 0)
    if command in _LOAD or command in _LOAD_OPTIONAL:
        name = _base(view, 8)
        found.libraries.append(name)
        stamp, flags = view.number("I", 12), view.number("I", 24) if len(raw) >= 28 else 0
        optional = command in _LOAD_OPTIONAL or (stamp == _USE_MARKER and flags & (_USE_WEAK | _USE_DELAYED))
        (found.optional if optional else found.needed).append(name)
    elif command == _ID:
        found.settings["binary/soname"] = _base(view, 8)
        version = view.number("I", 16)
        if version:
            found.settings["binary/version"] = f"{version >> 16}.{version >> 8 & 255}.{version & 255}"
    elif command == _RPATH:
        path = view.text(view.number("I", 8))
        known = found.settings.get("binary/rpath")
        found.settings["binary/rpath"] = f"{known}:{path}" if known else path
    elif command in (_DYLD_INFO, _DYLD_INFO_ONLY):
        _, _, bind, bind_size, _, _, lazy, lazy_size, trie, trie_size = view.unpack("10I", 8)
        found.binds = [(bind, bind_size), (lazy, lazy_size)]
        found.trie = found.trie or ((trie, trie_size) if trie_size else None)
    elif command == _CHAINED_FIXUPS:
        found.fixups = view.unpack("II", 8)
    elif command == _EXPORTS_TRIE:
        offset, size = view.unpack("II", 8)
        found.trie = (offset, size) if size else found.trie
    elif command == _SYMTAB:
        found.symbols = view.unpack("IIII", 8)
    elif command == _BUILD_VERSION:
        # Catalyst libraries carry a second command; the first is the one that they were built for.
        number = view.number("I", 8)
        found.platform = found.platform or _PLATFORMS.get(number, f"apple-{number}")
    elif command in _VERSION_MIN:
        found.platform = found.platform or _VERSION_MIN[command]
    elif command in (_SEGMENT, _SEGMENT_64):
        offset, size = view.unpack("QQ", 40) if wide else view.unpack("II", 32)
        if offset + size > len(file.data):
            raise Truncated(f"truncated: a segment ends at byte {offset + size} of {len(file.data)}")


def _base(view: View, at: int) -> str:
    """`/System/Library/Frameworks/CoreAudio.framework/Versions/A/CoreAudio` is known as CoreAudio."""
    return view.text(view.number("I", at)).rpartition("/")[2]


def _symbols(
    view: View, wide: bool, whole: bool, table: tuple[int, int, int, int] | None, libraries: list[str]
) -> tuple[tuple[Symbol, ...], frozenset[str]]:
    """Undefined symbols, and the global names that are defined here.

    Private ones (N_PEXT) are not among them unless this is an object: they are for the linker alone.
    """
    if table is None:
        return (), frozenset()
    offset, count, strings, length = table
    view.slice(strings, length)
    undefined: set[Symbol] = set()
    defined: set[str] = set()
    for name, kind, _, description, value in view.table("IBBHQ" if wide else "IBBHI", offset, count):
        if kind & 0xE0 or not kind & 1 or not name:  # a debugger's entry, a local name, no name
            continue
        label = view.text(strings + name, strings + length)
        place = kind & 0x0E
        if place not in (0, _PREBOUND) or (place == 0 and value):  # a value without a place is a common block's size
            if whole or not kind & _PRIVATE:
                defined.add(label)
            continue
        ordinal = description >> 8
        undefined.add(Symbol(label, libraries[ordinal - 1] if 0 < ordinal <= len(libraries) else ""))
    return tuple(sorted(undefined)), frozenset(defined)
