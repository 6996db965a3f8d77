"""From the symbol in the file to the plain C name in the source.

Large-file, fortified and versioned variants of glibc, 64-bit time of 32-bit systems, decorations of Mach-O and of
Windows objects. What is a C++ name stays mangled: display is another matter.
"""

from __future__ import annotations

import re

from portlint.extractors.binary.noise import Knowledge

_ISO = re.compile(r"^__isoc(?:99|23)_(\w+)$")
_FORTIFIED = re.compile(r"^__(\w+)_chk$")
_TIME64 = re.compile(r"^__([a-z_]+?)(?:64_time64|_time64|64)$")  # musl and glibc, where time was 32 bits
_SHAPES = (_ISO, _FORTIFIED, _TIME64)
_APPLE = re.compile(r"\$(?:INODE64|UNIX2003|NOCANCEL|DARWIN_EXTSN|1050|\w+\$INODE64|\w+\$UNIX2003)+$")
_STDCALL = re.compile(r"^[_@]?(\w+)@\d+$")


def fold(name: str, kind: str, machine: str, flavour: str, known: Knowledge) -> str:
    """The plain name of symbol `name` in a file of format `kind` (elf, pe, macho, wasm)."""
    plain = _undecorated(name, kind, machine, flavour)
    alias = known.alias[kind]
    if plain in alias:
        return alias[plain]
    for shape in _SHAPES:
        match = shape.match(plain)
        if match:
            plain = match[1]
    return alias.get(plain, plain)


def _undecorated(name: str, kind: str, machine: str, flavour: str) -> str:
    if kind == "elf":
        return name.partition("@")[0] or name
    if kind == "macho":
        return _APPLE.sub("", name.removeprefix("_"))
    if kind == "pe" and flavour == "object":
        plain = name.removeprefix("__imp_")
        decorated = _STDCALL.match(plain)
        if decorated:
            return decorated[1]
        return plain.removeprefix("_") if machine == "x86" else plain
    return name
