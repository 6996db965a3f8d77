"""LLVM bitcode (`-flto`, `-emit-llvm`): for which machine it is, and what it asks for and offers.

Layout: llvm.org/docs/BitCodeFormat.html; the symbol table for linkers as in llvm/include/llvm/Object/IRSymtab.h.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from portlint.extractors.binary.llvm.bitstream import Block, blocks, records
from portlint.extractors.binary.llvm.triple import Triple, triple
from portlint.extractors.binary.record import Library, Symbol
from portlint.extractors.binary.view import View, printable

NAME = "bitcode"
VERSION = 1

_MODULE, _IDENTIFICATION, _STRTAB, _SYMTAB = 8, 13, 23, 25
_BLOB, _PRODUCER = 1, 1  # the codes of the records that hold the tables, and the producer's name
_TRIPLE, _VARIABLE, _FUNCTION, _ALIAS, _VERSION, _IFUNC = 2, 7, 8, 14, 1, 15
_LOCAL_LINKAGE = {3, 9, 13, 14}  # internal, private, and two old forms of private
_UNDEFINED, _GLOBAL, _FORMAT_SPECIFIC = 1 << 3, 1 << 10, 1 << 11
_SYMTAB_VERSIONS = range(1, 16)  # 1 to 4 are known; later ones have so far only added fields behind


class _Names(msgspec.Struct):
    """What the modules of one file said: the names asked for and offered."""

    triple: str = ""
    producer: str = ""
    undefined: set[str] = set()
    defined: set[str] = set()


def read(data: bytes) -> Library:
    """The undefined and defined global names, for the machine of the target triple.

    WebAssembly and native triples give the format that the linker would write, flavour `object`. Bitcode without a
    module, or older than names in a string table (LLVM 5), gives format `llvm` and says so in `partly`.

    Raises ValueError when a block makes no sense, Truncated when it leaves the file.
    """
    start, end = _content(data)
    found = list(blocks(data, start, end))
    names = _Names(producer=_producer(data, found))
    strings = b"".join(_blob(data, block) for block in found if block.id == _STRTAB)
    table = next((block for block in found if block.id == _SYMTAB), None)
    if table is None or not _linker_table(_blob(data, table), strings, names):
        for block in found:
            if block.id == _MODULE:
                _module(data, block, strings, names)
    settings = (("llvm/producer", names.producer),) if names.producer else ()
    target = triple(names.triple)
    if target is None:
        reason = f"for a machine that portlint does not know ({names.triple})" if names.triple else "without a machine"
        return Library("llvm", "bitcode", "any", settings=settings, partly=f"LLVM bitcode {reason}: no symbols read")
    return _library(target, names, settings)


def _library(target: Triple, names: _Names, settings: tuple[tuple[str, str], ...]) -> Library:
    return Library(
        target.format,
        target.machine,
        target.platform,
        "object",
        symbols=tuple(Symbol(name) for name in sorted(names.undefined - names.defined)),
        defined=frozenset(names.defined),
        settings=settings,
    )


def _content(data: bytes) -> tuple[int, int]:
    """Where the blocks lie: behind the magic, which Apple's tools wrap into a header of their own."""
    view = View(data)
    start, size = 0, len(data)
    if data[:4] == b"\xde\xc0\x17\x0b":
        start, size = view.unpack("II", 8)
    if view.slice(start, size)[:4] != b"BC\xc0\xde":
        raise ValueError("no bitcode behind its wrapper")
    return start + 4, start + size


def _producer(data: bytes, found: Sequence[Block]) -> str:
    """`LLVM14.0.6`: bitcode is read by tools of the same or a later version."""
    for block in found:
        if block.id == _IDENTIFICATION:
            for record in records(data, block):
                if record.code == _PRODUCER:
                    return _spelt(record.numbers)
    return ""


def _blob(data: bytes, block: Block) -> bytes:
    return next((record.blob for record in records(data, block) if record.code == _BLOB), b"")


def _linker_table(table: bytes, strings: bytes, names: _Names) -> bool:
    """Read the table that LLVM makes for linkers: names as the object file would write them. False: not usable."""
    view, texts = View(table), View(strings)
    if len(table) < 60 or view.number("I", 0) not in _SYMTAB_VERSIONS:
        return False
    _, _, _, _, _, _, _, symbols, count, _, _, at, size = view.unpack("13I", 0)
    names.triple = printable(texts.slice(at, size))
    for name, length, _, _, _, flags in view.table("6I", symbols, count):
        if not flags & _GLOBAL or flags & _FORMAT_SPECIFIC or not length:
            continue
        label = printable(texts.slice(name, length))
        (names.undefined if flags & _UNDEFINED else names.defined).add(label)
    return True


def _module(data: bytes, block: Block, strings: bytes, names: _Names) -> None:
    """Read the module's own records, for producers that leave the linker's table out."""
    texts = View(strings)
    version = 0
    for record in records(data, block):
        row = record.numbers
        if record.code == _VERSION and row:
            version = row[0]
        elif record.code == _TRIPLE:
            names.triple = names.triple or _spelt(row)
        elif version >= 2 and len(row) > 5 and record.code in (_VARIABLE, _FUNCTION, _ALIAS, _IFUNC):
            label = printable(texts.slice(row[0], row[1]))
            linkage = row[5]
            if label.startswith("llvm.") or linkage in _LOCAL_LINKAGE:
                continue
            declared = (record.code == _FUNCTION and row[4]) or (record.code == _VARIABLE and not row[4])
            (names.undefined if declared else names.defined).add(label)
    if version < 2:
        names.triple = ""


def _spelt(numbers: Sequence[int]) -> str:
    return printable(bytes(number & 0xFF for number in numbers))
