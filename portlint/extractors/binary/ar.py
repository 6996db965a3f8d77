"""Static libraries: `ar` archives of GNU, BSD and Windows tools.

Layout: ar(5) of FreeBSD for the BSD and GNU forms, learn.microsoft.com/windows/win32/debug/pe-format for Windows.
Members may be LLVM bitcode (`-flto`), whose symbols count like those of objects.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from portlint.extractors.binary.elf import reader as elf
from portlint.extractors.binary.llvm import bitcode
from portlint.extractors.binary.macho import reader as macho
from portlint.extractors.binary.magic import HEAD_BYTES, sniff
from portlint.extractors.binary.pe import coff
from portlint.extractors.binary.record import Library, Symbol, Truncated
from portlint.extractors.binary.view import printable
from portlint.extractors.binary.wasm import reader as wasm

NAME = "ar"
VERSION = 2

_INDEXES = ("/", "//", "/SYM64/", "/<ECSYMBOLS>/", "/<HYBRIDMAP>/")
_ERRORS_SHOWN = 3
_READERS = {
    "bitcode": bitcode.read,
    "elf": elf.read,
    "coff": coff.read,
    "coff-bigobj": coff.read,
    "coff-import": coff.read_import,
    "macho": macho.read,
    "wasm": wasm.read,
}


def read(data: bytes) -> list[Library]:
    """One record per format, machine and flavour: what its members ask for and do not give each other.

    Empty for an empty archive (`libpthread.a` of today's glibc is one). A member that cannot be read is left out and
    named in `partly`. Raises ValueError when no member is an object file that can be read, Truncated when a member
    leaves the file.
    """
    groups: dict[tuple[str, str, str, str], list[Library]] = defaultdict(list)
    seen = 0
    errors: list[str] = []
    for name, body in members(data):
        seen += 1
        kind = sniff(body[:HEAD_BYTES])
        if kind not in _READERS:
            continue
        try:
            library = _READERS[kind](body)
        except ValueError as error:
            errors.append(f"member {name}: {error}")
            continue
        groups[(library.format, library.machine, library.platform, library.flavour)].append(library)
    if seen and not groups:
        raise ValueError(errors[0] if errors else "an archive without object files")
    found = [_merge(parts) for _, parts in sorted(groups.items())]
    if errors:
        further = f" and {len(errors) - _ERRORS_SHOWN} more" if len(errors) > _ERRORS_SHOWN else ""
        found[0] = msgspec.structs.replace(found[0], partly="; ".join(errors[:_ERRORS_SHOWN]) + further)
    return found


def members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, content) of every member that is no index of the archive itself."""
    at = 8
    names = b""
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
        elif name == "//":  # GNU and Windows: long names stand in a table, each with its offset
            names = body
        elif name[:1] == "/" and name[1:].isdigit():
            name = printable(re.split(rb"[\0\n]", names[int(name[1:]) :], maxsplit=1)[0]).removesuffix("/") or name
        elif name not in _INDEXES:
            name = name.removesuffix("/")
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
        # Of the members' settings only the producer of bitcode: the rest is about modules that can be run.
        settings=tuple(
            sorted({row for part in parts for row in part.settings if row[0].startswith(("llvm/", "wasm/"))})
        ),
        partly="; ".join(dict.fromkeys(part.partly for part in parts if part.partly)),
    )


def _by_name(symbol: Symbol) -> tuple[str, str]:
    return symbol.name, symbol.library


def _settings(parts: Sequence[Library]) -> tuple[tuple[str, str], ...]:
    """Of the members' settings only what compilers leave: the rest is about modules that can be run."""
    return tuple(sorted({row for part in parts for row in part.settings if row[0].startswith(("llvm/", "wasm/"))}))
