"""What a DLL offers: its own name, functions by name or number, and those that it passes on to other DLLs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from portlint.extractors.binary.pe.file import EXPORT, Pe

_LIMIT = 65536  # ordinals have 16 bits
_TEXT_LIMIT = 16_000_000  # characters: a hostile table can name one text's tails again and again


class Exports(msgspec.Struct, frozen=True):
    """`names` in the order of the table, `#N` for what has a number alone; `forwards` are lower-case DLL names."""

    library: str = ""
    names: tuple[str, ...] = ()
    forwards: tuple[str, ...] = ()


def exports(pe: Pe) -> Exports:
    """Raises ValueError when a table leads nowhere or holds more than ordinals can count."""
    start, size = pe.directory(EXPORT)
    if not start:
        return Exports()
    name, base, functions, count, addresses, pointers, numbers = pe.view.unpack("IIIIIII", pe.offset(start) + 12)
    if functions > _LIMIT or count > _LIMIT:
        raise ValueError(f"{max(functions, count)} exports: ordinals have 16 bits")
    entries = [row[0] for row in pe.view.table("I", pe.offset(addresses), functions)] if functions else []
    named = pe.view.table("I", pe.offset(pointers), count) if count else []
    indexes = [row[0] for row in pe.view.table("H", pe.offset(numbers), count)] if count else []
    names = [name for name in _texts(pe, (row[0] for row in named)) if name]
    taken = set(indexes)
    names += [f"#{base + index}" for index, entry in enumerate(entries) if entry and index not in taken]
    # An address inside of the directory itself is that of a text: `OTHER.Function` or `OTHER.#12`.
    texts = _texts(pe, (entry for entry in entries if start <= entry < start + size))
    forwards = dict.fromkeys(dll for dll in map(_dll, texts) if dll)
    return Exports(pe.text(name) if name else "", tuple(names), tuple(forwards))


def _texts(pe: Pe, addresses: Iterable[int]) -> Iterator[str]:
    length = 0
    for address in addresses:
        text = pe.text(address)
        length += len(text)
        if length > _TEXT_LIMIT:
            raise ValueError("names of exports that take more room than a file has")
        yield text


def _dll(forward: str) -> str:
    stem = forward.rpartition(".")[0].lower()
    return f"{stem}.dll" if stem and not stem.endswith((".dll", ".drv", ".exe")) else stem
