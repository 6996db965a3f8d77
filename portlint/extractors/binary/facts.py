"""From what a reader found to facts: noise subtracted, names folded, order fixed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portlint.extractors.binary.folding import fold, undecorated
from portlint.extractors.binary.noise import Knowledge, knowledge
from portlint.extractors.binary.record import Library, Symbol
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location

MAYBE = "maybe"
_SYMBOL_LIMIT = 50_000  # of one file; the largest real library seen has about 9,000
_EXPORT_LIMIT = 5_000  # of one file: they tell who it is and whether it has a function, and C++ names do neither
_CPP_NAMES = ("_Z", "__Z", "?")


def extraction(path: str, language: str, libraries: Sequence[Library]) -> Extraction:
    """The facts of one file, sorted, each once; `partly` joins what the readers could not tell."""
    known = knowledge()
    rows = {row for library in libraries for row in _all_rows(library, language, known)}
    partly = [library.partly for library in libraries if library.partly]
    symbols = [row for row in rows if row[0] == "symbol"]
    if len(symbols) > _SYMBOL_LIMIT:
        partly.append(f"{len(symbols)} symbols: only the first {_SYMBOL_LIMIT} are judged")
        rows -= set(sorted(symbols)[_SYMBOL_LIMIT:])
    place = Location(path)
    facts = tuple(Fact(kind, name, place, tongue, value=value) for kind, name, value, tongue in sorted(rows))
    return Extraction(facts, partly="; ".join(dict.fromkeys(partly)))


def _all_rows(library: Library, language: str, known: Knowledge) -> Iterator[tuple[FactKind, str, str, str]]:
    """(kind, name, value, language) of every fact; the managed part of a file speaks `dotnet`."""
    if library.managed:
        yield from ((*row, "dotnet") for row in _managed(library, known))
    if not library.managed or (library.assembly and library.assembly.native):
        yield from ((*row, language) for row in _rows(library, known))


def _managed(library: Library, known: Knowledge) -> Iterator[tuple[FactKind, str, str]]:
    """Names as the assembly has them: nobody declares a P/Invoke for start-up code, so none is noise."""
    yield "ships", "dotnet-anycpu", "managed"
    for name, value in library.settings:
        yield "setting", name, value
    assembly = library.assembly
    if assembly is None:
        return
    for name in assembly.modules:
        yield "links", name, ""
    for name in assembly.libraries:
        yield "may-load", name, ""
    for symbol in assembly.natives:
        yield "symbol", _by_number(symbol, known), symbol.library
    for name, version in assembly.references:
        yield "import", name, version
    for name in assembly.calls:
        yield "call", name, ""
    for name in assembly.types:
        yield "type", name, ""


def _rows(library: Library, known: Knowledge) -> Iterator[tuple[FactKind, str, str]]:
    """(kind, name, value) of every fact of a native library."""
    yield "ships", ships_name(library), library.platform
    for name in library.needed:
        yield "links", name, ""
    for name in library.optional:
        yield "may-load", name, ""
    for name, version in library.imports:
        yield "import", name, version
    if not library.managed:
        for name, value in library.settings:
            yield "setting", name, value
    offered = (name for name in library.exports if not name.startswith(_CPP_NAMES))
    for name in list(offered)[:_EXPORT_LIMIT]:
        yield "export", undecorated(name, library.format, library.machine, library.flavour), ""
    if library.format in known.noise:
        for symbol in library.symbols:
            yield from _symbol(library, symbol, known)


def ships_name(library: Library) -> str:
    """`elf-x86_64`, `wasm32`, `wasm32-side-module`, `pe-x86-import`.

    An object file is called by its machine alone, but for wasm, where a module can be run and an object cannot.
    """
    if library.format == "wasm":
        return f"{library.machine}-{library.flavour}" if library.flavour else library.machine
    name = f"{library.format}-{library.machine}"
    return f"{name}-{library.flavour}" if library.flavour not in ("", "object") else name


def _symbol(library: Library, symbol: Symbol, known: Knowledge) -> Iterator[tuple[FactKind, str, str]]:
    written = _by_number(symbol, known)
    name = fold(written, library.format, library.machine, library.flavour, known)
    noise = known.noise[library.format]
    if name in noise or written in noise:
        return
    yield "symbol", name, MAYBE if name in known.maybe[library.format] else symbol.library


def _by_number(symbol: Symbol, known: Knowledge) -> str:
    """The name of what is imported as `#23`, where the library's numbers are known."""
    number = symbol.name[1:]
    library = symbol.library if symbol.library in known.ordinals else f"{symbol.library}.dll"
    if not symbol.name.startswith("#") or not number.isdecimal() or library not in known.ordinals:
        return symbol.name
    return known.ordinals[library].get(int(number), symbol.name)
