"""How long an ELF's dynamic symbol table is: the dynamic section does not say it.

Layout: System V ABI, chapter 5; DT_GNU_HASH as in sourceware.org/gnu-gabi/program-loading-and-dynamic-linking.txt.
"""

from __future__ import annotations

from portlint.extractors.binary.elf.headers import Elf, file_offset

_DYNSYM = 11
_HASH, _GNU_HASH = 4, 0x6FFFFEF5
# Tags whose value is the address of a table that may stand behind the symbols.
_TABLES = (4, 5, 7, 12, 13, 17, 23, 25, 26, 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFC, 0x6FFFFFFE)


def symbol_count(elf: Elf, dynamic: dict[int, list[int]], offset: int) -> int:
    """Entries of the symbol table at file offset `offset`; `dynamic` holds values by tag.

    The section header says it, where there is one; else DT_HASH's chain count; else the last symbol in DT_GNU_HASH,
    which holds the exported ones; else the distance to the next table, which may count a few bytes of padding in.
    Raises ValueError when nothing tells it.
    """
    size = 24 if elf.wide else 16
    for section in elf.sections:
        if section.type == _DYNSYM and section.offset == offset:
            return section.size // size
    # The 64-bit Alpha and s390 have hash words of 8 bytes; their files do carry section headers.
    if _HASH in dynamic and not (elf.wide and elf.machine in ("alpha", "s390x")):
        return int(elf.view.unpack("II", file_offset(elf, dynamic[_HASH][0]))[1])
    if _GNU_HASH in dynamic and (count := _hashed(elf, file_offset(elf, dynamic[_GNU_HASH][0]))):
        return count
    behind = [dynamic[tag][0] - dynamic[6][0] for tag in _TABLES if tag in dynamic]
    near = min((distance for distance in behind if distance > 0), default=0)
    if not near:
        raise ValueError("the length of the symbol table cannot be told")
    return near // size


def _hashed(elf: Elf, at: int) -> int:
    """One more than the number of the last symbol in the table; 0 where nothing is exported."""
    buckets, first, bloom, _ = elf.view.unpack("IIII", at)
    start = at + 16 + bloom * (8 if elf.wide else 4)
    last = max((row[0] for row in elf.view.table("I", start, buckets)), default=0)
    if last < first or not last:
        return 0
    chain = start + buckets * 4
    while not elf.view.number("I", chain + (last - first) * 4) & 1:  # the lowest bit ends a chain
        last += 1
    return last + 1
