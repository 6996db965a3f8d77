"""From the symbol in the file to the plain C name in the source.

Large-file, fortified and versioned variants of glibc, 64-bit time of 32-bit systems, decorations of Mach-O and of
Windows. Of C++ names only those of the standard library that the rules know are folded (`std::thread`); the others stay
mangled: display is another matter, see `demangle.py`.
"""

from __future__ import annotations

import re

from portlint.extractors.binary.cpp_names import standard_name
from portlint.extractors.binary.noise import Knowledge

_ISO = re.compile(r"^__isoc(?:99|23)_(\w+)$")
_FORTIFIED = re.compile(r"^__(\w+)_chk$")
_TIME64 = re.compile(r"^__([a-z_]+?)(?:64_time64|_time64|64)$")  # musl and glibc, where time was 32 bits
_SHAPES = (_ISO, _FORTIFIED, _TIME64)
_APPLE = re.compile(r"\$(?:INODE64|UNIX2003|NOCANCEL|DARWIN_EXTSN|1050|\w+\$INODE64|\w+\$UNIX2003)+$")
_STDCALL = re.compile(r"^[_@]?(\w+?)@{1,2}\d+$")  # also fastcall and vectorcall


def fold(name: str, kind: str, machine: str, flavour: str, known: Knowledge) -> str:
    """The plain name of symbol `name` in a file of format `kind` (elf, pe, macho, wasm)."""
    plain = undecorated(name, kind, machine, flavour)
    alias = known.alias[kind]
    if plain in alias:
        return alias[plain]
    if plain.startswith(("_Z", "?")):
        return _standard(plain, known)
    for shape in _SHAPES:
        match = shape.match(plain)
        if match:
            plain = match[1]
    return alias.get(plain, plain)


def _standard(plain: str, known: Knowledge) -> str:
    """By the name itself, else by the class that it is a member of."""
    name = standard_name(plain)
    while name:
        if name in known.standard:
            return known.standard[name]
        name = name.rpartition("::")[0]
    return plain


def undecorated(name: str, kind: str, machine: str, flavour: str) -> str:
    """A name as the source has it, but for what a libc makes of it."""
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
    if kind == "pe" and machine == "x86" and name[:1] in ("_", "@"):  # DLLs may export their decorated names
        decorated = _STDCALL.match(name)
        return decorated[1] if decorated else name
    return name
