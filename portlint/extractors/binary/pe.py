"""PE libraries and programs of Windows: imports, delayed imports, and .NET assemblies told apart.

Layout: learn.microsoft.com/windows/win32/debug/pe-format.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from portlint.extractors.binary.coff import machine_name
from portlint.extractors.binary.record import Library, Symbol, Truncated
from portlint.extractors.binary.view import View

NAME = "pe"
VERSION = 1

_IMPORT, _DELAY, _CLR = 1, 13, 14
_LIBRARY_LIMIT = 4096
_IL_ONLY = 1


class _Section(msgspec.Struct, frozen=True):
    address: int
    size: int
    offset: int


class _Pe(msgspec.Struct, frozen=True):
    view: View
    machine: str
    platform: str
    wide: bool
    base: int
    headers: int
    directories: tuple[tuple[int, int], ...]
    sections: tuple[_Section, ...]

    def directory(self, index: int) -> int:
        """Address of a data directory, 0 where there is none."""
        return self.directories[index][0] if index < len(self.directories) and self.directories[index][0] else 0

    def offset(self, address: int) -> int:
        """File offset of an address relative to the image base."""
        for section in self.sections:
            if section.address <= address < section.address + section.size:
                return address - section.address + section.offset
        if 0 < address < self.headers:
            return address
        raise ValueError(f"address {address:#x} lies in no section of the file")


def read(data: bytes) -> Library:
    """What the file asks of other DLLs.

    A .NET assembly without native code gives `managed` and no symbols. Raises ValueError when a table leads nowhere,
    Truncated when it leads beyond the end.
    """
    pe = _headers(data)
    if _is_managed(pe):
        return Library("pe", pe.machine, "windows", managed=True)
    needed: dict[str, None] = {}
    optional: dict[str, None] = {}
    symbols: set[Symbol] = set()
    for dll, names in _imports(pe):
        needed[dll] = None
        symbols.update(Symbol(name, dll) for name in names)
    for dll, names in _delayed(pe):
        optional[dll] = None
        symbols.update(Symbol(name, dll) for name in names)
    return Library(
        "pe",
        pe.machine,
        pe.platform,
        needed=tuple(needed),
        optional=tuple(optional),
        symbols=tuple(sorted(symbols)),
    )


def _headers(data: bytes) -> _Pe:
    view = View(data)
    start = view.number("I", 60)
    if view.slice(start, 4) != b"PE\0\0":
        raise ValueError("no PE signature where the DOS header points")
    machine, count, _, _, _, size, _ = view.unpack("HHIIIHH", start + 4)
    optional = start + 24
    magic = view.number("H", optional)
    if magic not in (0x10B, 0x20B):
        raise ValueError(f"optional header of kind {magic:#x} is neither PE32 nor PE32+")
    wide = magic == 0x20B
    base = view.number("Q", optional + 24) if wide else view.number("I", optional + 28)
    headers, _, subsystem = view.unpack("IIH", optional + 60)
    tables = optional + (112 if wide else 96)
    entries = min(view.number("I", tables - 4), 16)
    directories = tuple((address, length) for address, length in view.table("II", tables, entries))
    sections = tuple(_sections(view, optional + size, count))
    return _Pe(view, machine_name(machine), _platform(subsystem), wide, base, headers, directories, sections)


def _sections(view: View, offset: int, count: int) -> Iterator[_Section]:
    for _, virtual, address, raw, pointer, *_ in view.table("8sIIIIIIHHI", offset, count):
        used = min(raw, virtual) if virtual else raw
        start = pointer & ~0x1FF  # the loader rounds down to a disk sector
        if raw and start + used > len(view.data):
            raise Truncated(f"truncated: a section ends at byte {start + used} of {len(view.data)}")
        if raw:
            yield _Section(address, min(raw, len(view.data) - start), start)


def _platform(subsystem: int) -> str:
    if 10 <= subsystem <= 13:
        return "efi"
    return "xbox" if subsystem == 14 else "windows"


def _is_managed(pe: _Pe) -> bool:
    """A CLR header whose flags say that there is only IL, or that the native code was compiled ahead from IL."""
    address = pe.directory(_CLR)
    if not address:
        return False
    at = pe.offset(address)
    flags = pe.view.number("I", at + 16)
    ahead_of_time = pe.view.number("I", at + 64)
    return bool(flags & _IL_ONLY or ahead_of_time)


def _imports(pe: _Pe) -> Iterator[tuple[str, list[str]]]:
    address = pe.directory(_IMPORT)
    if not address:
        return
    at = pe.offset(address)
    for index in range(_LIBRARY_LIMIT):
        lookup, _, _, name, thunks = pe.view.unpack("IIIII", at + index * 20)
        if not name or not thunks:
            return
        # Borland's linker leaves the lookup table out; until the file is loaded the other one holds the same.
        yield pe.view.text(pe.offset(name)).lower(), list(_names(pe, lookup or thunks, 0))
    raise ValueError(f"more than {_LIBRARY_LIMIT} imported libraries")


def _delayed(pe: _Pe) -> Iterator[tuple[str, list[str]]]:
    address = pe.directory(_DELAY)
    if not address:
        return
    at = pe.offset(address)
    for index in range(_LIBRARY_LIMIT):
        flags, name, _, _, lookup, _, _, _ = pe.view.unpack("IIIIIIII", at + index * 32)
        if not name:
            return
        base = 0 if flags & 1 else pe.base  # Visual C++ 6 wrote whole addresses
        names = list(_names(pe, lookup - base, base)) if lookup else []
        yield pe.view.text(pe.offset(name - base)).lower(), names
    raise ValueError(f"more than {_LIBRARY_LIMIT} delayed libraries")


def _names(pe: _Pe, address: int, base: int) -> Iterator[str]:
    """Imported names of one library; an import by number is `#N`."""
    at = pe.offset(address)
    letter, size, by_number = ("Q", 8, 1 << 63) if pe.wide else ("I", 4, 1 << 31)
    while True:
        entry = pe.view.number(letter, at)
        if not entry:
            return
        if entry & by_number:
            yield f"#{entry & 0xFFFF}"
        else:
            yield pe.view.text(pe.offset((entry & 0x7FFFFFFF) - base) + 2)
        at += size
