"""COFF object files, short import objects, and the machine numbers that they share with PE.

Layout: learn.microsoft.com/windows/win32/debug/pe-format.
"""

from __future__ import annotations

import re

from portlint.extractors.binary.record import Library, Symbol
from portlint.extractors.binary.view import View, printable

NAME = "coff"
VERSION = 1

_MACHINES = {
    0x014C: "x86", 0x8664: "x86_64", 0x01C0: "arm", 0x01C2: "arm", 0x01C4: "arm", 0xAA64: "arm64", 0xA641: "arm64ec",
    0xA64E: "arm64x", 0x0200: "ia64", 0x0EBC: "efi-bytecode", 0x5032: "riscv32", 0x5064: "riscv64",
}  # fmt: skip
_EXTERNAL, _WEAK = 2, 105
# Members of import libraries define nothing but these: a pointer to the DLL's function with the jump beside it, the
# import directory's entry, its end, the DLL's name.
_IMPORT_STUB = re.compile(r"^__imp_|^__(NULL_)?IMPORT_DESCRIPTOR|_NULL_THUNK_DATA$|^_*head_|_iname$")


def machine_name(number: int) -> str:
    return _MACHINES.get(number, f"machine-{number:#06x}")


def read(data: bytes) -> Library:
    """Undefined and defined external names of an object file (also `/bigobj`)."""
    view = View(data)
    if data[:4] == b"\0\0\xff\xff":
        machine, table, count = view.number("H", 6), *view.unpack("II", 48)
        layout, size = "8sIiHBB", 20
    else:
        machine, table, count = view.number("H", 0), *view.unpack("II", 8)
        layout, size = "8sIhHBB", 18
    strings = table + count * size
    name = machine_name(machine)
    undefined: set[str] = set()
    defined: set[str] = set()
    skip = 0
    for raw, value, section, _, storage, auxiliary in view.table(layout, table, count) if table else ():
        if skip:
            skip -= 1
            continue
        skip = auxiliary
        if storage not in (_EXTERNAL, _WEAK):
            continue
        label = _name(view, raw, strings)
        (defined if section or (value and storage == _EXTERNAL) else undefined).add(label)
    symbols = tuple(Symbol(label) for label in sorted(undefined))
    if defined and all(_IMPORT_STUB.search(label) or f"__imp_{label}" in defined for label in defined):
        return Library("pe", name, "windows", "import", needed=_dll_name(view, size))
    return Library("pe", name, "windows", "object", symbols=symbols, defined=frozenset(defined))


def read_import(data: bytes) -> Library:
    """A short import object: which DLL, for which machine."""
    view = View(data)
    machine, _, size = view.unpack("HII", 6)
    content = View(view.slice(20, size))
    symbol = content.text(0)
    dll = content.text(len(symbol.encode("utf-8", "backslashreplace")) + 1)
    return Library("pe", machine_name(machine), "windows", "import", needed=(dll.lower(),))


def _dll_name(view: View, symbol_size: int) -> tuple[str, ...]:
    """The DLL that a GNU import library names in one of its members, in section `.idata$7`."""
    start, count = (56, view.number("I", 44)) if symbol_size == 20 else (20, view.number("H", 2))
    for label, _, _, size, offset, *_ in view.table("8sIIIIIIHHI", start, count):
        if label == b".idata$7" and offset:
            text = view.slice(offset, size).partition(b"\0")[0]
            if text.lower().endswith((b".dll", b".exe", b".drv")):
                return (printable(text).lower(),)
    return ()


def _name(view: View, raw: bytes, strings: int) -> str:
    """Eight bytes hold the name, or four zeros and an offset into the string table."""
    if raw[:4] != b"\0\0\0\0":
        return printable(raw.rstrip(b"\0"))
    return view.text(strings + int.from_bytes(raw[4:], "little"))
