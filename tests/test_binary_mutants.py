"""Damaged files: whatever the damage, a reader answers or raises ValueError, and soon.

500 mutants here; `python -m tests.fuzz.binaries --count 20000 --seed 1` makes as many as asked for.
"""

from __future__ import annotations

import io
import itertools
import random
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from portlint.extractors.binary import lief_reader, native, sniff
from portlint.extractors.binary.record import Library
from tests.fuzz.binaries import SECONDS, folder, read
from tests.fuzz.mutation import STEP, mutants
from tests.fuzz.seeds import seeds
from tests.fuzz.tables import tables
from tests.fuzz.whole_tool import scanned

FIXTURES = Path(__file__).parent / "fixtures" / "binary"
SEEDS = sorted(path.name for path in FIXTURES.iterdir())
FORMATS = list(seeds())
COUNT = 500
SEED = 20261122
PARENT = 150  # MB; a scan of nothing takes about 45


@pytest.mark.parametrize("name", FORMATS)
def test_only_value_error_comes_out(name: str) -> None:
    figures = read(name, COUNT // len(FORMATS), SEED)
    assert [what for _, _, what in figures.faults] == []
    assert figures.slowest < SECONDS


def test_a_folder_of_damaged_files() -> None:
    """The whole tool: a record for each file, no reader that crashed or hung, a parent that stays small."""
    outcome = scanned(list(folder(FORMATS, COUNT, SEED)))
    assert outcome.exit_code in (0, 1), outcome.message
    assert (outcome.lost, outcome.faults) == ([], [])
    assert sum(outcome.states.values()) == outcome.files == COUNT
    assert min(outcome.states["analysed"], outcome.states["not-analysed"]) > COUNT // 10  # not always fatal or harmless
    assert outcome.peak < PARENT


def test_the_same_seed_gives_the_same_damage() -> None:
    first, second = (list(folder(FORMATS, 50, SEED)) for _ in range(2))
    assert first == second
    assert first != list(folder(FORMATS, 50, SEED + 1))


def test_the_damage_is_of_every_kind() -> None:
    """Every cut at a 64th byte comes; most wounds lie in the tables."""
    data = (FIXTURES / "elf-x86_64.so").read_bytes()
    made = list(itertools.islice(mutants(data, random.Random(SEED)), 2000))
    assert {len(copy) for copy in made} == {*range(0, len(data), STEP), len(data)}
    inside = {at for offset, size, count in tables(data) for at in range(offset, offset + size * count)}
    whole = [copy for copy in made if len(copy) == len(data)]
    wounds = [at for copy in whole for at, byte in enumerate(copy) if byte != data[at]]
    assert sum(at in inside for at in wounds) > len(wounds) / 2
    assert sum(copy != data for copy in whole) > len(whole) * 0.9


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
