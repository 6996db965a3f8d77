"""Imported names and needed libraries by portlint's readers, lief, pyelftools and pefile, on every file they accept.

    python -m tests.crosscheck.readers FOLDER_OR_FILE...

Prints for each format how many files two readers both accept, how many of those agree, and where they differ. lief's
lists are taken raw: `imported_symbols` drops the stubs of ARM and MIPS and repeats names that stand in two tables.
pefile, which portlint does not need, is asked where it is installed.
"""

from __future__ import annotations

import argparse
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import lief
from elftools.common.exceptions import ELFError
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile

from portlint.extractors.binary import HEAD_BYTES, lief_reader, native, sniff
from portlint.extractors.binary.record import Library

Answer = tuple[str, frozenset[str], frozenset[str]]  # machine, libraries, names
try:
    import pefile
except ImportError:
    pefile = None

KINDS = ("elf", "pe", "macho", "fat")
_ELFTOOLS_RAISES = (
    ELFError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    AssertionError,
    OverflowError,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=40, help="differences shown")
    given = parser.parse_args()
    count: Counter[tuple[str, str]] = Counter()
    for path, kind, data in files(given.paths):
        count[kind, "files"] += 1
        ours = _ours(kind, data)
        if isinstance(ours, str):
            count[kind, "refused by portlint"] += 1
            continue
        answers = {"lief": _lief(kind, data), "pyelftools": _elftools(kind, data), "pefile": _pefile(kind, data)}
        for reader, theirs in answers.items():
            if theirs is None:
                continue
            same = _same(ours, theirs)
            count[kind, f"agree with {reader}" if same else f"differ from {reader}"] += 1
            if not same and sum(n for (_, what), n in count.items() if what.startswith("differ")) <= given.most:
                print(f"{path} ({kind}, {reader}): {_difference(ours, theirs)}")
    for (kind, what), number in sorted(count.items()):
        print(f"{kind:6} {what}: {number}")


def files(paths: list[Path]) -> Iterator[tuple[Path, str, bytes]]:
    """Every ELF, PE and Mach-O file at or below `paths`, once, by its first bytes."""
    for top in paths:
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_symlink() or not path.is_file():
                continue
            with path.open("rb") as file:
                kind = sniff(file.read(HEAD_BYTES))
            if kind in KINDS:
                yield path, kind, path.read_bytes()


def _ours(kind: str, data: bytes) -> list[Answer] | str:
    try:
        return [_answer(library) for library in native.read(kind, data)]
    except ValueError as error:
        return str(error)


def _answer(library: Library) -> Answer:
    needed = frozenset({*library.needed, *library.optional})
    return library.machine, needed, frozenset(symbol.name for symbol in library.symbols)


def _lief(kind: str, data: bytes) -> list[Answer] | None:
    if kind == "elf" and 1 in data[16:18]:  # an object file: its names are in the table that a lean lief leaves out
        return None
    return [_answer(library) for library in lief_reader.read(kind, data)] or None


def _elftools(kind: str, data: bytes) -> list[Answer] | None:
    """The dynamic segment's names, without section headers; None where there is none, or the reader gives up."""
    if kind != "elf":
        return None
    try:
        segments = ELFFile(io.BytesIO(data)).iter_segments()
        dynamic = next((each for each in segments if isinstance(each, DynamicSegment)), None)
        if dynamic is None:
            return None
        needed = frozenset(tag.needed for tag in dynamic.iter_tags("DT_NEEDED"))
        symbols = (each for each in dynamic.iter_symbols() if each["st_shndx"] == "SHN_UNDEF")
        return [("", needed, frozenset(each.name for each in symbols if each.name))]
    except _ELFTOOLS_RAISES:
        return None


def _pefile(kind: str, data: bytes) -> list[Answer] | None:
    if kind != "pe" or pefile is None:
        return None
    try:
        file = pefile.PE(data=data, fast_load=True)
        file.parse_data_directories(directories=[1, 13])
    except pefile.PEFormatError:
        return None
    tables = [*getattr(file, "DIRECTORY_ENTRY_IMPORT", []), *getattr(file, "DIRECTORY_ENTRY_DELAY_IMPORT", [])]
    needed = frozenset(table.dll.decode(errors="backslashreplace").lower() for table in tables)
    entries = [entry for table in tables for entry in table.imports]
    names = frozenset(_text(entry.name) if entry.name else f"#{entry.ordinal}" for entry in entries)
    return [("", needed, names)]


def _text(name: bytes) -> str:
    return name.decode(errors="backslashreplace")


def _same(ours: list[Answer], theirs: list[Answer]) -> bool:
    if len(ours) != len(theirs):
        return False
    return all(one[1:] == other[1:] and other[0] in ("", one[0]) for one, other in zip(ours, theirs, strict=True))


def _difference(ours: list[Answer], theirs: list[Answer]) -> str:
    parts = [f"{len(ours)} and {len(theirs)} parts"] if len(ours) != len(theirs) else []
    for one, other in zip(ours, theirs, strict=False):
        if other[0] not in ("", one[0]):
            parts.append(f"machine {one[0]} and {other[0]}")
        for word, at in (("libraries", 1), ("names", 2)):
            only, lacking = sorted(one[at] - other[at]), sorted(other[at] - one[at])  # type: ignore[operator]
            if only or lacking:
                parts.append(f"{word}: {len(only)} only ours {only[:3]}, {len(lacking)} only theirs {lacking[:3]}")
    return "; ".join(parts)


if __name__ == "__main__":
    lief.logging.disable()
    main()
