"""The second opinion: lief reads what our readers refuse, and checks them in the tests.

lief's accessors raise on damaged names, and its convenience lists drop or repeat symbols, so each is taken under a
guard and the raw tables are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import lief

from portlint.extractors.binary.coff import machine_name
from portlint.extractors.binary.record import Library, Symbol

T = TypeVar("T")

_ELF_MACHINES = {"I386": "x86", "AARCH64": "arm64", "PPC": "ppc", "SPARCV9": "sparc64", "IA_64": "ia64", "SH": "superh"}
_MACHO_MACHINES = {0x7: "x86", 0x01000007: "x86_64", 12: "arm", 0x0100000C: "arm64", 18: "ppc", 0x01000012: "ppc64"}


def read(kind: str, data: bytes) -> list[Library]:
    """What lief makes of the file; empty where it gives up, too."""
    lief.logging.disable()
    readers: dict[str, Callable[[bytes], list[Library]]] = {"elf": _elf, "pe": _pe, "macho": _macho, "fat": _macho}
    return _guarded(lambda: readers[kind](data), [])


def _elf(data: bytes) -> list[Library]:
    config = lief.ELF.ParserConfig()
    config.parse_relocations = config.parse_notes = config.parse_overlay = config.parse_symbol_versions = False
    config.parse_symtab_symbols = False
    binary = lief.ELF.parse(data, config)
    if binary is None:
        return []
    machine = str(binary.header.machine_type).rpartition(".")[2]
    # `imported_symbols` drops the stubs of ARM and MIPS, which have a value.
    symbols = {
        Symbol(name)
        for symbol in binary.dynamic_symbols
        if _guarded(lambda symbol=symbol: symbol.shndx == 0, False) and (name := _text(lambda symbol=symbol: symbol.name))
    }
    needed = [_text(lambda entry=entry: entry.name) for entry in binary.dynamic_entries if isinstance(entry, lief.ELF.DynamicEntryLibrary)]
    return [Library("elf", _ELF_MACHINES.get(machine, machine.lower()), "linux", needed=_named(needed), symbols=tuple(sorted(symbols)))]


def _pe(data: bytes) -> list[Library]:
    config = lief.PE.ParserConfig()
    config.parse_signature = config.parse_rsrc = config.parse_reloc = config.parse_exceptions = False
    binary = lief.PE.parse(data, config)
    if binary is None:
        return []
    machine = machine_name(int(binary.header.machine))
    needed: list[str] = []
    optional: list[str] = []
    symbols: set[Symbol] = set()
    for libraries, names in ((binary.imports, needed), (binary.delay_imports, optional)):
        for library in libraries:
            dll = _text(lambda library=library: library.name).lower()
            names.append(dll)
            for entry in library.entries:
                number = _guarded(lambda entry=entry: f"#{entry.ordinal}" if entry.is_ordinal else "", "")
                name = number or _text(lambda entry=entry: entry.name)
                if name:
                    symbols.add(Symbol(name, dll))
    return [Library("pe", machine, "windows", needed=_named(needed), optional=_named(optional), symbols=tuple(sorted(symbols)))]


def _macho(data: bytes) -> list[Library]:
    fat = lief.MachO.parse(data, lief.MachO.ParserConfig.quick)
    return [_macho_slice(fat.at(at)) for at in range(fat.size)] if fat else []


def _macho_slice(binary: Any) -> Library:
    number = _guarded(lambda: int(binary.header.cpu_type), 0)
    weak = {lief.MachO.LoadCommand.TYPE.LOAD_WEAK_DYLIB, lief.MachO.LoadCommand.TYPE.LAZY_LOAD_DYLIB}
    own = lief.MachO.LoadCommand.TYPE.ID_DYLIB
    needed: list[str] = []
    optional: list[str] = []
    for library in binary.libraries:
        if library.command != own:
            name = _text(lambda library=library: library.name).rpartition("/")[2]
            (optional if library.command in weak else needed).append(name)
    symbols = {
        Symbol(name)
        for symbol in binary.symbols
        if _guarded(lambda symbol=symbol: symbol.raw_type & 0xEF == 1 and not symbol.value, False)
        and (name := _text(lambda symbol=symbol: symbol.name))
    }
    machine = _MACHO_MACHINES.get(number, f"machine-{number:#x}")
    return Library("macho", machine, "macos", needed=_named(needed), optional=_named(optional), symbols=tuple(sorted(symbols)))


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _text(accessor: Callable[[], Any]) -> str:
    """A name; lief gives bytes for some that are not UTF-8, and raises for others."""
    value = _guarded(accessor, "")
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _guarded(accessor: Callable[[], T], otherwise: T) -> T:
    try:
        return accessor()
    except (ValueError, RuntimeError, AttributeError, TypeError, IndexError, OverflowError):  # UnicodeDecodeError is a ValueError
        return otherwise
