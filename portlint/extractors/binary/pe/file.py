"""The headers of a PE file, and the way from an address in memory to a place in the file.

Layout: learn.microsoft.com/windows/win32/debug/pe-format.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from portlint.extractors.binary.pe.coff import machine_name
from portlint.extractors.binary.record import Truncated
from portlint.extractors.binary.view import View

EXPORT, IMPORT, RESOURCE, DELAY, CLR = 0, 1, 2, 13, 14


class Section(msgspec.Struct, frozen=True):
    address: int
    size: int
    offset: int


class Pe(msgspec.Struct, frozen=True):
    """Addresses are relative to the image base unless said otherwise."""

    view: View
    machine: str
    platform: str
    wide: bool
    base: int
    headers: int
    directories: tuple[tuple[int, int], ...]
    sections: tuple[Section, ...]

    def directory(self, index: int) -> tuple[int, int]:
        """Address and size of a data directory, zeros where there is none."""
        return self.directories[index] if index < len(self.directories) else (0, 0)

    def offset(self, address: int) -> int:
        """File offset of an address."""
        for section in self.sections:
            if section.address <= address < section.address + section.size:
                return address - section.address + section.offset
        if 0 < address < self.headers:
            return address
        raise ValueError(f"address {address:#x} lies in no section of the file")

    def text(self, address: int) -> str:
        """The NUL-terminated name at an address."""
        return self.view.text(self.offset(address))

    def library(self, address: int) -> str:
        """The name of a DLL in small letters; the loader adds the ending that is left out."""
        name = self.text(address).lower()
        return name if "." in name else f"{name}.dll"


def headers(data: bytes) -> Pe:
    """Raises ValueError for what is no PE file, Truncated where a section reaches beyond the end."""
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
    first, _, subsystem = view.unpack("IIH", optional + 60)
    tables = optional + (112 if wide else 96)
    entries = min(view.number("I", tables - 4), 16)
    directories = tuple((address, length) for address, length in view.table("II", tables, entries))
    sections = tuple(_sections(view, optional + size, count))
    return Pe(view, machine_name(machine), _platform(subsystem), wide, base, first, directories, sections)


def _sections(view: View, offset: int, count: int) -> Iterator[Section]:
    for _, virtual, address, raw, pointer, *_ in view.table("8sIIIIIIHHI", offset, count):
        used = min(raw, virtual) if virtual else raw
        start = pointer & ~0x1FF  # the loader rounds down to a disk sector
        if raw and start + used > len(view.data):
            raise Truncated(f"truncated: a section ends at byte {start + used} of {len(view.data)}")
        if raw:
            yield Section(address, min(raw, len(view.data) - start), start)


def _platform(subsystem: int) -> str:
    if 10 <= subsystem <= 13:
        return "efi"
    return "xbox" if subsystem == 14 else "windows"
