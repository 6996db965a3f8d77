"""ELF: what a library offers, how it calls itself, tables without sections; checked against lief and pyelftools."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import lief
import pytest
from elftools.elf.elffile import ELFFile

from portlint.extractors.binary.elf import reader as elf
from portlint.extractors.binary.elf.hash import symbol_count
from portlint.extractors.binary.elf.headers import headers
from portlint.extractors.binary.record import Symbol

FIXTURES = Path(__file__).parent / "fixtures" / "binary"
NAMES = sorted(path.name for path in FIXTURES.glob("elf-*.so"))
LOAD, DYNAMIC = 1, 2
FUNCTION, GLOBAL, WEAK, LOCAL = 2, 1 << 4, 2 << 4, 0
HASH, STRTAB, SYMTAB, STRSZ, SONAME, RPATH, RUNPATH, GNU_HASH, FLAGS_1 = 4, 5, 6, 10, 14, 15, 29, 0x6FFFFEF5, 0x6FFFFFFB

Row = tuple[str, int, int, int]  # name, binding and type, visibility, section


def built(
    rows: list[Row], tags: dict[int, str | int] | None = None, kind: int = 3, order: str = "<", hash_table: bytes = b""
) -> bytes:
    """A 64-bit shared library without section headers, loaded to address 0: headers, symbols, hash table, names."""
    strings = b"\0"
    table = bytes(24)
    for name, info, other, section in rows:
        table += struct.pack(f"{order}IBBHQQ", len(strings), info, other, section, 0x10, 0)
        strings += name.encode() + b"\0"
    entries: dict[int, int] = {}
    for tag, value in (tags or {}).items():
        entries[tag] = len(strings) if isinstance(value, str) else value
        strings += value.encode() + b"\0" if isinstance(value, str) else b""
    symbols = 64 + 2 * 56
    hashes = symbols + len(table)
    text = hashes + len(hash_table)
    dynamic = text + len(strings)
    entries |= {SYMTAB: symbols, STRTAB: text, STRSZ: len(strings)} | ({GNU_HASH: hashes} if hash_table else {})
    body = b"".join(struct.pack(f"{order}qQ", *entry) for entry in [*entries.items(), (0, 0)])
    end = dynamic + len(body)
    mark = b"\x7fELF\x02" + (b"\x01" if order == "<" else b"\x02") + b"\x01" + bytes(9)
    head = mark + struct.pack(f"{order}HHIQQQIHHHHHH", kind, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    head += struct.pack(f"{order}IIQQQQQQ", LOAD, 5, 0, 0, 0, end, end, 4096)
    head += struct.pack(f"{order}IIQQQQQQ", DYNAMIC, 6, dynamic, dynamic, 0, len(body), len(body), 8)
    return head + table + hash_table + strings + body


ROWS: list[Row] = [
    ("wanted", GLOBAL | FUNCTION, 0, 0),
    ("offered", GLOBAL | FUNCTION, 0, 7),
    ("weak", WEAK | FUNCTION, 0, 7),
    ("protected", GLOBAL | FUNCTION, 3, 7),
    ("hidden", GLOBAL | FUNCTION, 2, 7),
    ("internal", GLOBAL | FUNCTION, 1, 7),
    ("local", LOCAL | FUNCTION, 0, 7),
    ("VERSION_1", GLOBAL | 1, 0, 0xFFF1),
    ("_init", GLOBAL | FUNCTION, 0, 7),
    ("__bss_start", GLOBAL, 0, 9),
]


@pytest.mark.parametrize("order", ["<", ">"])
def test_exports(order: str) -> None:
    found = elf.read(built(ROWS, order=order))
    assert found.symbols == (Symbol("wanted"),)
    assert found.exports == ("offered", "protected", "weak")


@pytest.mark.parametrize(
    ("kind", "tags", "exports"),
    [(3, {}, True), (3, {FLAGS_1: 1}, True), (3, {FLAGS_1: 0x08000000}, False), (2, {}, False)],
    ids=["library", "bound-at-start", "pie", "program"],
)
def test_programs_export_nothing(kind: int, tags: dict[int, str | int], exports: bool) -> None:
    assert bool(elf.read(built(ROWS, tags, kind)).exports) is exports


@pytest.mark.parametrize(
    ("tags", "settings"),
    [
        ({SONAME: "libfmod.so.13"}, {"binary/soname": "libfmod.so.13"}),
        ({RUNPATH: "$ORIGIN"}, {"binary/rpath": "$ORIGIN"}),
        ({RPATH: "/opt/lib"}, {"binary/rpath": "/opt/lib"}),
        ({RPATH: "/opt/lib", RUNPATH: "$ORIGIN"}, {"binary/rpath": "$ORIGIN"}),
        ({}, {}),
    ],
)
def test_identity(tags: dict[int, str | int], settings: dict[str, str]) -> None:
    assert dict(elf.read(built(ROWS, tags)).settings) == settings


def gnu_hash(first: int, *chain: int) -> bytes:
    """One bucket, one bloom word; `chain` from symbol `first` on."""
    bucket = first if chain else 0
    return struct.pack("<IIIIQI", 1, first, 1, 0, 0, bucket) + b"".join(struct.pack("<I", value) for value in chain)


@pytest.mark.parametrize(
    ("hashes", "count"),
    [
        (gnu_hash(2, 8, 8, 9), 5),  # symbols 2, 3 and 4; the odd one ends the chain
        (gnu_hash(1), 11),  # nothing is exported: counted up to the next table, which is this one
        (b"", 11),  # up to the names
    ],
    ids=["exports", "no-exports", "no-hash"],
)
def test_symbols_are_counted_without_sections(hashes: bytes, count: int) -> None:
    parsed = headers(built(ROWS, hash_table=hashes))
    assert symbol_count(parsed, elf._dynamic(parsed), 176) == count


def test_a_chain_beyond_the_end_is_refused() -> None:
    far = struct.pack("<IIIIQI", 1, 1, 1, 0, 0, 0x7FFFFFFF)
    with pytest.raises(ValueError, match=r"^truncated: "):
        elf.read(built(ROWS, hash_table=far))


def without_sections(data: bytes) -> bytes:
    wide = data[4] == 2
    table, counts = (40, 58) if wide else (32, 46)
    blank = bytearray(data)
    blank[table : table + (8 if wide else 4)] = bytes(8 if wide else 4)
    blank[counts : counts + 6] = bytes(6)
    return bytes(blank)


@pytest.mark.parametrize("name", NAMES)
def test_sections_are_not_needed(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    assert elf.read(without_sections(data)) == elf.read(data)


@pytest.mark.parametrize("name", NAMES)
def test_lief_agrees(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    own = elf.read(data)
    other: Any = lief.ELF.parse(data)
    named = [symbol for symbol in other.dynamic_symbols if symbol.name]
    assert {symbol.name for symbol in own.symbols} == {symbol.name for symbol in named if symbol.shndx == 0}
    assert set(own.exports) == {symbol.name for symbol in named if symbol.shndx}
    assert list(own.needed) == list(other.libraries)


@pytest.mark.parametrize("name", NAMES)
def test_pyelftools_agrees(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    own = elf.read(data)
    other: Any = ELFFile(io.BytesIO(data))
    rows = [(row.name, row["st_shndx"]) for row in other.get_section_by_name(".dynsym").iter_symbols() if row.name]
    assert {symbol.name for symbol in own.symbols} == {name for name, place in rows if place == "SHN_UNDEF"}
    assert set(own.exports) == {name for name, place in rows if place != "SHN_UNDEF"}
    tags = list(other.get_section_by_name(".dynamic").iter_tags())
    assert list(own.needed) == [tag.needed for tag in tags if tag.entry.d_tag == "DT_NEEDED"]
    assert own.exports == ("probe",)


def test_gcc_objects_for_link_time_optimisation_say_so() -> None:
    """They define one mark, and their symbols lie in a section of GCC's own."""
    data = (FIXTURES / "elf-x86_64.o").read_bytes()
    assert not elf.read(data).partly
    marked = bytearray(data.replace(b"__isoc99_sscanf\0", b"__gnu_lto_slim\0\0", 1))
    table = next(part for part in headers(data).sections if part.type == 2)
    strings = headers(data).sections[table.link].offset
    rows: dict[bytes, int] = {}
    for row in range(table.offset, table.offset + table.size, 24):
        at = strings + int.from_bytes(data[row : row + 4], "little")
        rows[data[at : data.index(b"\0", at)]] = row
    probe, mark = rows[b"probe"], rows[b"__isoc99_sscanf"]
    marked[probe : probe + 4] = data[mark : mark + 4]
    found = elf.read(bytes(marked))
    assert found.partly == "an object of GCC's link-time optimisation: its symbols are not read"
    assert not found.defined & {"__gnu_lto_slim", "probe"}
