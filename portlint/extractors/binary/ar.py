"""Static libraries: `ar` archives of GNU, BSD and Windows tools.

Layout: ar(5) of FreeBSD for the BSD and GNU forms, learn.microsoft.com/windows/win32/debug/pe-format for Windows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from portlint.extractors.binary import coff, elf, macho, wasm
from portlint.extractors.binary.magic import HEAD_BYTES, sniff
from portlint.extractors.binary.record import Library, Symbol, Truncated
from portlint.extractors.binary.view import printable

NAME = "ar"
VERSION = 1

_INDEXES = ("/", "//", "/SYM64/", "/<ECSYMBOLS>/", "/<HYBRIDMAP>/")
_READERS = {
    "elf": elf.read,
    "coff": coff.read,
    "coff-bigobj": coff.read,
    "coff-import": coff.read_import,
    "macho": macho.read,
    "wasm": wasm.read,
}


def read(data: bytes) -> list[Library]:
    """One record per format, machine and flavour: what its members ask for and do not give each other.

    Empty for an empty archive (`libpthread.a` of today's glibc is one). Raises ValueError when no member is an object
    file, Truncated when a member leaves the file.
    """
    groups: dict[tuple[str, str, str, str], list[Library]] = defaultdict(list)
    seen = bitcode = 0
    for name, body in members(data):
        seen += 1
        kind = sniff(body[:HEAD_BYTES])
        bitcode += kind == "bitcode"
        if kind not in _READERS:
            continue
        try:
            library = _READERS[kind](body)
        except ValueError as error:
            raise ValueError(f"member {name}: {error}") from error
        groups[(library.format, library.machine, library.platform, library.flavour)].append(library)
    if seen and not groups and not bitcode:
        raise ValueError("an archive without object files")
    found = [_merge(parts) for _, parts in sorted(groups.items())]
    if bitcode:
        partly = f"{bitcode} members are LLVM bitcode: their symbols are not read"
        found.append(Library("llvm", "bitcode", "any", partly=partly))
    return found


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every member that is no index of the archive itself."""
    at = 8
    while at < len(data):
        header = data[at : at + 60]
        if len(header) < 60:
            if not header.strip(b"\n\0 "):
                return  # padding behind the last member
            raise Truncated(f"truncated: a member's header at byte {at} is cut off")
        if header[58:] != b"`\n":
            raise ValueError(f"no member header at byte {at}")
        size = _decimal(header[48:58], at)
        start = at + 60
        if start + size > len(data):
            raise Truncated(f"truncated: a member ends at byte {start + size} of {len(data)}")
        name = printable(header[:16].rstrip())
        body = data[start : start + size]
        at = start + size + size % 2
        if name.startswith("#1/"):  # BSD: the name stands before the content
            length = _decimal(header[3:16], at)
            name, body = printable(body[:length].rstrip(b"\0")), body[length:]
        if name not in _INDEXES and not name.startswith("__.SYMDEF"):
            yield name, body


def _decimal(field: bytes, at: int) -> int:
    digits = field.strip()
    if not digits.isdigit():
        raise ValueError(f"the member header at byte {at} has no number where one belongs")
    return int(digits)


def _merge(parts: list[Library]) -> Library:
    defined = frozenset().union(*(part.defined for part in parts))
    symbols = {symbol for part in parts for symbol in part.symbols if symbol.name not in defined}
    first = parts[0]
    return Library(
        first.format,
        first.machine,
        first.platform,
        first.flavour,
        needed=tuple(sorted({name for part in parts for name in part.needed})),
        symbols=tuple(sorted(symbols, key=_by_name)),
    )


def _by_name(symbol: Symbol) -> tuple[str, str]:
    return symbol.name, symbol.library
