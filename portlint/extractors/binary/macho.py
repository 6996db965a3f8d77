"""Mach-O libraries, programs and objects, one machine or several in a fat file.

Layout: Apple's <mach-o/loader.h>, <mach-o/nlist.h>, <mach-o/fat.h>.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from portlint.extractors.binary.record import Library, Symbol, Truncated
from portlint.extractors.binary.view import View

NAME = "macho"
VERSION = 1

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
_SEGMENT, _SEGMENT_64, _SYMTAB, _BUILD_VERSION = 0x1, 0x19, 0x2, 0x32
_LOAD = {0xC, 0x8000001F, 0x80000023}  # plain, re-exported, upward
_LOAD_OPTIONAL = {0x80000018, 0x20}  # weak, lazy
_TWO_LEVEL = 0x80
_OBJECT = 1
_PREBOUND = 0xC  # undefined, with an address guessed by the prebinding of old systems
_SLICE_LIMIT = 42  # from 43 on the number is taken for the version of a Java class file


class _Commands(msgspec.Struct):
    """What the load commands said so far, in file order."""

    platform: str = ""
    libraries: list[str] = []
    needed: list[str] = []
    optional: list[str] = []
    symbols: tuple[int, int, int, int] | None = None  # offset, count, strings, length of strings


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
    machine, _, kind, count, size, flags = view.unpack("IIIIII", 4)
    start = 32 if wide else 28
    commands = _commands(view, wide, start, start + size, count)
    name = _MACHINES.get(machine, f"machine-{machine:#x}")
    libraries = commands.libraries if flags & _TWO_LEVEL else []
    symbols, defined = _symbols(view, wide, commands.symbols, libraries)
    return Library(
        "macho",
        name,
        commands.platform or ("ios" if name == "arm" else "macos"),  # files from before the version commands
        "object" if kind == _OBJECT else "",
        needed=tuple(dict.fromkeys(commands.needed)),
        optional=tuple(dict.fromkeys(commands.optional)),
        symbols=symbols,
        defined=defined if kind == _OBJECT else frozenset(),
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
        # `/System/Library/Frameworks/CoreAudio.framework/Versions/A/CoreAudio` is known as CoreAudio.
        name = view.text(view.number("I", 8)).rpartition("/")[2]
        found.libraries.append(name)
        (found.needed if command in _LOAD else found.optional).append(name)
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


def _symbols(
    view: View, wide: bool, table: tuple[int, int, int, int] | None, libraries: list[str]
) -> tuple[tuple[Symbol, ...], frozenset[str]]:
    """Undefined symbols, and the global names that are defined here."""
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
            defined.add(label)
            continue
        ordinal = description >> 8
        undefined.add(Symbol(label, libraries[ordinal - 1] if 0 < ordinal <= len(libraries) else ""))
    return tuple(sorted(undefined)), frozenset(defined)
