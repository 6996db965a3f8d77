"""Damaged files: whatever the damage, a reader answers or raises ValueError, and soon."""

from __future__ import annotations

import io
import random
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from portlint.extractors.binary import lief_reader, native, sniff
from portlint.extractors.binary.record import Library

FIXTURES = Path(__file__).parent / "fixtures" / "binary"
SEEDS = sorted(path.name for path in FIXTURES.iterdir())
MUTANTS = 300
SECONDS = 5.0
WORDS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000)


def mutants(data: bytes, source: random.Random) -> Iterator[bytes]:
    """Without end: cut off, a bit flipped, an integer replaced, two blocks swapped, in the headers more than behind."""
    reach = min(len(data), 2048)
    while True:
        kind = source.choice(("cut", "bit", "bit", "word", "word", "swap"))
        copy = bytearray(data)
        if kind == "cut":
            yield bytes(
                copy[: source.randrange(0, len(copy), 64) if len(copy) > 64 else source.randrange(len(copy) + 1)]
            )
            continue
        for _ in range(source.randint(1, 4)):
            at = source.randrange(reach if source.random() < 0.8 else len(data))
            if kind == "bit":
                copy[at] ^= 1 << source.randrange(8)
            elif kind == "word" and at + 4 <= len(copy):
                struct.pack_into(source.choice("<>") + "I", copy, at, source.choice(WORDS))
            elif kind == "swap":
                to = source.randrange(len(data))
                size = min(16, len(data) - max(at, to))
                copy[at : at + size], copy[to : to + size] = copy[to : to + size], copy[at : at + size]
        yield bytes(copy)


def test_only_value_error_comes_out() -> None:
    """300 mutants over all seeds in turn; any other exception fails the test with its traceback."""
    source = random.Random(20261122)
    streams = [mutants((FIXTURES / name).read_bytes(), source) for name in SEEDS]
    refused = 0
    for number in range(MUTANTS):
        name = SEEDS[number % len(SEEDS)]
        data = next(streams[number % len(SEEDS)])
        start = time.process_time()
        try:
            native.extract(name, data)
        except ValueError as error:
            assert str(error) and "\n" not in str(error)
            refused += 1
        assert time.process_time() - start < SECONDS, f"mutant {number} of {name}"
    assert 0 < refused < MUTANTS  # the damage is neither always fatal nor always harmless


def summary(library: Library) -> tuple[object, ...]:
    names = {symbol.name for symbol in library.symbols}
    return library.machine, set(library.needed), set(library.optional), names


@pytest.mark.parametrize(
    "name", [name for name in SEEDS if name.startswith(("elf-", "pe-x86", "macho-")) and name[-2:] != ".o"]
)
def test_agrees_with_lief(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    kind = sniff(data)
    theirs = [summary(library) for library in lief_reader.read(kind, data)]
    assert [summary(library) for library in native.read(kind, data)] == theirs


@pytest.mark.parametrize("name", [name for name in SEEDS if name.startswith("elf-") and name.endswith(".so")])
def test_agrees_with_pyelftools(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    (ours,) = native.read("elf", data)
    file = ELFFile(io.BytesIO(data))
    needed = {tag.needed for tag in file.get_section_by_name(".dynamic").iter_tags("DT_NEEDED")}
    symbols = file.get_section_by_name(".dynsym").iter_symbols()
    undefined = {symbol.name for symbol in symbols if symbol.name and symbol["st_shndx"] == "SHN_UNDEF"}
    assert (set(ours.needed), {symbol.name for symbol in ours.symbols}) == (needed, undefined)
