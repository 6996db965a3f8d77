"""The second opinion: lief reads what our readers refuse, and checks them in the tests.

lief's accessors raise on damaged names, and its convenience lists drop or repeat symbols, so each is taken under a
guard and the raw tables are asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import lief

from portlint.extractors.binary.elf.headers import WIDE
from portlint.extractors.binary.pe.coff import machine_name
from portlint.extractors.binary.record import Library, Symbol
from portlint.extractors.binary.view import printable

# UnicodeDecodeError is a ValueError.
_LIEF_RAISES = (ValueError, RuntimeError, AttributeError, TypeError, IndexError, OverflowError)
_ELF_MACHINES = {"I386": "x86", "AARCH64": "arm64", "PPC": "ppc", "SPARCV9": "sparc64", "IA_64": "ia64", "SH": "superh"}
_MACHO_MACHINES = {0x7: "x86", 0x01000007: "x86_64", 12: "arm", 0x0100000C: "arm64", 18: "ppc", 0x01000012: "ppc64"}


def read(kind: str, data: bytes) -> list[Library]:
    """What lief makes of the file; empty where it gives up, too."""
    lief.logging.disable()
    reader = {"elf": _elf, "pe": _pe}.get(kind, _macho)
    try:
        return reader(data)
    except _LIEF_RAISES:
        return []


def _elf(data: bytes) -> list[Library]:
    config = lief.ELF.ParserConfig()
    config.parse_relocations = config.parse_notes = config.parse_overlay = config.parse_symbol_versions = False
    config.parse_symtab_symbols = False
    binary = lief.ELF.parse(data, config)
    if binary is None:
        return []
    machine = str(binary.header.machine_type).rpartition(".")[2]
    machine = _ELF_MACHINES.get(machine, machine.lower())
    if binary.header.identity_class == lief.ELF.Header.CLASS.ELF64:
        machine = WIDE.get(machine, machine)
    # `imported_symbols` drops the stubs of ARM and MIPS, which have a value.
    names = {_text(symbol, "name") for symbol in binary.dynamic_symbols if _attribute(symbol, "shndx", 1) == 0}
    libraries = [entry for entry in binary.dynamic_entries if isinstance(entry, lief.ELF.DynamicEntryLibrary)]
    return [
        Library(
            "elf",
            machine,
            "linux",
            needed=_named(_text(entry, "name") for entry in libraries),
            symbols=tuple(Symbol(name) for name in sorted(names - {""})),
        )
    ]


def _pe(data: bytes) -> list[Library]:
    config = lief.PE.ParserConfig()
    config.parse_signature = config.parse_rsrc = config.parse_reloc = config.parse_exceptions = False
    binary = lief.PE.parse(data, config)
    if binary is None:
        return []
    exported, forwards = _pe_exports(binary)
    symbols: set[Symbol] = set()
    found: list[list[str]] = []
    for libraries in (binary.imports, binary.delay_imports):
        found.append([])
        for library in libraries:
            dll = _dll(_text(library, "name"))
            found[-1].append(dll)
            symbols |= {Symbol(_pe_name(entry), dll) for entry in library.entries}
    return [
        Library(
            "pe",
            machine_name(_pe_machine(data)),
            "windows",
            needed=_named(found[0]),
            optional=_named([*forwards, *found[1]]),
            symbols=tuple(sorted(symbol for symbol in symbols if symbol.name)),
            exports=tuple(exported),
        )
    ]


def _pe_exports(binary: Any) -> tuple[list[str], list[str]]:
    """Names (`#N` where there is only a number) and the DLLs that functions are passed on to."""
    table = _attribute(binary, "get_export", lambda: None)()
    if table is None:
        return [], []
    entries = [entry for entry in table.entries if _text(entry, "name") or _attribute(entry, "address", 0)]
    names = [_text(entry, "name") or f"#{_attribute(entry, 'ordinal', 0)}" for entry in entries]
    forwards = [_attribute(entry, "forward_information", None) for entry in entries]
    return names, [_dll(_text(to, "library")) for to in forwards if to is not None and _text(to, "library")]


def _dll(written: str) -> str:
    name = written.lower()
    return name if "." in name or not name else f"{name}.dll"


def _pe_machine(data: bytes) -> int:
    """As it stands in the file: lief warns on stderr of numbers that it does not know."""
    start = int.from_bytes(data[60:64], "little") + 4
    return int.from_bytes(data[start : start + 2], "little")


def _pe_name(entry: Any) -> str:
    return f"#{_attribute(entry, 'ordinal', 0)}" if _attribute(entry, "is_ordinal", False) else _text(entry, "name")


def _macho(data: bytes) -> list[Library]:
    fat = lief.MachO.parse(data, lief.MachO.ParserConfig.quick)
    return [_macho_slice(fat.at(at)) for at in range(fat.size)] if fat else []


def _macho_slice(binary: Any) -> Library:
    number = _attribute(_attribute(binary.header, "cpu_type", None), "value", 0)
    types = lief.MachO.LoadCommand.TYPE
    weak = {types.LOAD_WEAK_DYLIB, types.LAZY_LOAD_DYLIB}
    libraries = [library for library in binary.libraries if library.command != types.ID_DYLIB]
    names = {_text(symbol, "name") for symbol in binary.symbols if _is_undefined(symbol)}
    return Library(
        "macho",
        _MACHO_MACHINES.get(number, f"machine-{number:#x}"),
        "macos",
        needed=_named(_base(library) for library in libraries if library.command not in weak),
        optional=_named(_base(library) for library in libraries if library.command in weak),
        symbols=tuple(Symbol(name) for name in sorted(names - {""})),
    )


def _is_undefined(symbol: Any) -> bool:
    """External, in no section (or prebound), without a value; the bit for private names does not matter."""
    kind = int(_attribute(symbol, "raw_type", 0)) & 0xEF
    value = int(_attribute(symbol, "value", 0))
    return (kind == 0x01 and value == 0) or kind == 0x0D


def _base(library: Any) -> str:
    return _text(library, "name").rpartition("/")[2]


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _text(item: Any, name: str) -> str:
    """A name; lief gives bytes for some that are not UTF-8, and raises for others."""
    value = _attribute(item, name, "")
    return printable(value) if isinstance(value, bytes) else str(value)


def _attribute(item: Any, name: str, otherwise: Any) -> Any:
    try:
        return getattr(item, name)
    except _LIEF_RAISES:
        return otherwise
