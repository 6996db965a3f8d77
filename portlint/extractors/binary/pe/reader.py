"""PE libraries and programs of Windows: what they import and offer, and .NET assemblies told apart.

Layout: learn.microsoft.com/windows/win32/debug/pe-format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TypeVar

import msgspec

from portlint.extractors.binary.dotnet import reader as dotnet
from portlint.extractors.binary.pe.exports import Exports, exports
from portlint.extractors.binary.pe.file import DELAY, IMPORT, Pe, headers
from portlint.extractors.binary.pe.version import version_settings
from portlint.extractors.binary.record import Library, Symbol

_T = TypeVar("_T")

NAME = "pe"
VERSION = 2 + dotnet.VERSION

_LIBRARY_LIMIT = 4096
_NAME_LIMIT = 100_000  # imported names of one file; real programs have some thousands
_TEXT_LIMIT = 16_000_000  # characters of these names: a hostile table can name one text's tails again and again


def read(data: bytes) -> Library:
    """What the file asks of other DLLs, and what it offers.

    A .NET assembly gives `assembly`, and nothing native but for mixed-mode code. Raises ValueError when the
    headers are damaged, Truncated when a section reaches beyond the end; damaged tables of imports, exports, versions
    and metadata cost only what they hold and are told in `partly`.
    """
    pe = headers(data)
    notes: list[str] = []
    assembly = dotnet.read(pe)
    if assembly is None:
        return _native(pe, _version(pe, notes), notes)
    # An assembly's own name and version count before those of its version resource.
    settings = _version(pe, notes) | dict(assembly.settings)
    if assembly.partly:
        notes.append(assembly.partly)
    library = Library("pe", pe.machine, "windows", settings=tuple(sorted(settings.items())))
    if assembly.native:
        library = _native(pe, settings, notes)
    return msgspec.structs.replace(library, managed=True, assembly=assembly, partly="; ".join(notes))


def _native(pe: Pe, settings: dict[str, str], notes: list[str]) -> Library:
    offered = _or_note(exports, pe, Exports(), "exports", notes)
    needed: dict[str, None] = {}
    optional = dict.fromkeys(offered.forwards)  # loaded when somebody asks for the function
    now = _asked(_imports(pe, notes), needed, "imports", notes)
    names = chain(now, _asked(_delayed(pe), optional, "delayed imports", notes))
    if offered.library:
        settings = settings | {"binary/soname": offered.library}
    return Library(
        "pe",
        pe.machine,
        pe.platform,
        symbols=_limited(names, notes),
        needed=tuple(needed),
        optional=tuple(optional),
        exports=offered.names,
        settings=tuple(sorted(settings.items())),
        partly="; ".join(notes),
    )


def _asked(
    libraries: Iterator[tuple[str, Iterator[str]]], found: dict[str, None], what: str, notes: list[str]
) -> Iterator[Symbol]:
    """The functions of each library, whose name goes into `found`; a table that leads nowhere ends there."""
    try:
        for dll, names in libraries:
            found[dll] = None
            yield from (Symbol(name, dll) for name in names)
    except ValueError as error:
        notes.append(f"{what} not read to their end: {error}")


def _limited(names: Iterator[Symbol], notes: list[str]) -> tuple[Symbol, ...]:
    symbols: set[Symbol] = set()
    length = 0
    for count, symbol in enumerate(names):
        length += len(symbol.name)
        if count == _NAME_LIMIT or length > _TEXT_LIMIT:
            notes.append(f"more than {count} imported names: only these are read")
            break
        if symbol.name:
            symbols.add(symbol)
    return tuple(sorted(symbols))


def _version(pe: Pe, notes: list[str]) -> dict[str, str]:
    nothing: dict[str, str] = {}
    return _or_note(version_settings, pe, nothing, "version resource", notes)


def _or_note(reader: Callable[[Pe], _T], pe: Pe, nothing: _T, what: str, notes: list[str]) -> _T:
    """Tables that the loader can do without cost only themselves."""
    try:
        return reader(pe)
    except ValueError as error:
        notes.append(f"{what} not read: {error}")
        return nothing


def _imports(pe: Pe, notes: list[str]) -> Iterator[tuple[str, Iterator[str]]]:
    address, _ = pe.directory(IMPORT)
    if not address:
        return
    at = pe.offset(address)
    for index in range(_LIBRARY_LIMIT):
        lookup, stamp, _, name, thunks = pe.view.unpack("IIIII", at + index * 20)
        if not name or not thunks:
            return
        dll = pe.library(name)
        # Borland's linker leaves the lookup table out; until the file is loaded the other one holds the same.
        yield dll, _names(pe, lookup or thunks, 0) if lookup or not stamp else _bound(pe, thunks, dll, notes)
    raise ValueError(f"more than {_LIBRARY_LIMIT} imported libraries")


def _bound(pe: Pe, thunks: int, dll: str, notes: list[str]) -> Iterator[str]:
    """A time stamp says that addresses stand where the names were; some linkers write one and bind nothing."""
    try:
        return iter(list(islice(_names(pe, thunks, 0), _NAME_LIMIT)))
    except ValueError:
        notes.append(f"{dll} is bound and without a lookup table: its functions have no names")
        return iter(())


def _delayed(pe: Pe) -> Iterator[tuple[str, Iterator[str]]]:
    address, _ = pe.directory(DELAY)
    if not address:
        return
    at = pe.offset(address)
    for index in range(_LIBRARY_LIMIT):
        flags, name, _, _, lookup, _, _, _ = pe.view.unpack("IIIIIIII", at + index * 32)
        if not name:
            return
        base = 0 if flags & 1 else pe.base  # Visual C++ 6 wrote whole addresses
        yield pe.library(_relative(name, base)), _names(pe, _relative(lookup, base), base) if lookup else iter(())
    raise ValueError(f"more than {_LIBRARY_LIMIT} delayed libraries")


def _relative(address: int, base: int) -> int:
    """Some tables say that their addresses are whole, and are not."""
    return address - base if address >= base else address


def _names(pe: Pe, address: int, base: int) -> Iterator[str]:
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
            yield pe.view.text(pe.offset(_relative(entry & 0x7FFFFFFF, base)) + 2)
        at += size
