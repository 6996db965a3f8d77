"""LLVM's bitstream container: blocks, abbreviations, records.

Layout: llvm.org/docs/BitCodeFormat.html, "Bitstream Format".
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from portlint.extractors.binary.record import Truncated

_END_BLOCK, _ENTER_BLOCK, _DEFINE_ABBREV, _UNABBREVIATED = 0, 1, 2, 3
_CHAR6 = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._"
_FIXED, _VBR, _ARRAY, _CHAR, _BLOB = 1, 2, 3, 4, 5
_WIDTH_LIMIT = 64


class Operand(msgspec.Struct, frozen=True):
    """One column of an abbreviation: a literal (`kind` 0) or an encoding with a width in bits."""

    kind: int
    value: int = 0


class Block(msgspec.Struct, frozen=True):
    """A block of number `id`: its first and last-plus-one byte, and the width of its abbreviation numbers."""

    id: int
    start: int
    end: int
    width: int


class Record(msgspec.Struct, frozen=True):
    """A record's code and numbers; `blob` is what it holds as raw bytes, or empty."""

    code: int
    numbers: tuple[int, ...]
    blob: bytes = b""


class _Bits:
    """A cursor over `data[start:end]`, bit by bit from the lowest."""

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes, start: int, end: int) -> None:
        if not 0 <= start <= end <= len(data):
            raise Truncated(f"truncated: a block of bitcode ends at byte {end} of {len(data)}")
        self.data = data
        self.at = start * 8
        self.end = end * 8

    def fixed(self, width: int) -> int:
        if self.at + width > self.end:
            raise Truncated("truncated: bitcode ends inside of a value")
        first, shift = divmod(self.at, 8)
        word = int.from_bytes(self.data[first : (self.at + width + 7) // 8], "little")
        self.at += width
        return word >> shift & ((1 << width) - 1)

    def vbr(self, width: int) -> int:
        """A number in groups of `width` bits, whose highest says that another follows."""
        more = 1 << (width - 1)
        value = shift = 0
        while True:
            group = self.fixed(width)
            value |= (group & (more - 1)) << shift
            if not group & more:
                return value
            shift += width - 1
            if shift > _WIDTH_LIMIT:
                raise ValueError("a number of more than 64 bits in bitcode")

    def align(self) -> None:
        self.at = (self.at + 31) // 32 * 32

    def count(self) -> int:
        """The length of an array or a blob; each entry takes a bit at least."""
        value = self.vbr(6)
        if value > self.end - self.at:
            raise Truncated("truncated: bitcode announces more entries than it holds")
        return value


def blocks(data: bytes, start: int, end: int) -> Iterator[Block]:
    """The outermost blocks. Zero words between them are padding."""
    bits = _Bits(data, start, end)
    while bits.at + 32 <= bits.end:
        number = bits.fixed(2)
        if number == _END_BLOCK:
            if bits.fixed(30):
                raise ValueError("bitcode with something else than a block on its outermost level")
            continue
        if number != _ENTER_BLOCK:
            raise ValueError("bitcode with something else than a block on its outermost level")
        yield _enter(bits)


def records(data: bytes, block: Block) -> Iterator[Record]:
    """The records of one block in order; blocks inside of it are passed over.

    Abbreviations that a BLOCKINFO block gives to all blocks of a kind are not followed: LLVM writes them for blocks
    inside of functions only.
    """
    bits = _Bits(data, block.start, block.end)
    abbreviations: list[tuple[Operand, ...]] = []
    while bits.at < bits.end:
        number = bits.fixed(block.width)
        if number == _END_BLOCK:
            return
        if number == _ENTER_BLOCK:
            _enter(bits)
        elif number == _DEFINE_ABBREV:
            abbreviations.append(_abbreviation(bits))
        elif number == _UNABBREVIATED:
            code = bits.vbr(6)
            yield Record(code, tuple(bits.vbr(6) for _ in range(bits.count())))
        elif number - 4 < len(abbreviations):
            yield _record(bits, abbreviations[number - 4])
        else:
            raise ValueError("bitcode uses an abbreviation that it does not define")


def _enter(bits: _Bits) -> Block:
    """Read a block's head and stand behind its end."""
    number, width = bits.vbr(8), bits.vbr(4)
    bits.align()
    length = bits.fixed(32) * 4
    start = bits.at // 8
    if not 2 <= width <= 32:
        raise ValueError(f"bitcode with abbreviation numbers of {width} bits")
    if (start + length) * 8 > bits.end:
        raise Truncated(f"truncated: a block of bitcode ends at byte {start + length} of {len(bits.data)}")
    bits.at += length * 8
    return Block(number, start, start + length, width)


def _abbreviation(bits: _Bits) -> tuple[Operand, ...]:
    found = []
    for _ in range(bits.vbr(5)):
        if bits.fixed(1):
            found.append(Operand(0, bits.vbr(8)))
            continue
        kind = bits.fixed(3)
        width = bits.vbr(5) if kind in (_FIXED, _VBR) else 0
        # A width of 0 is written for columns that are always 0.
        if not _FIXED <= kind <= _BLOB or width > _WIDTH_LIMIT or (kind == _VBR and width == 1):
            raise ValueError("bitcode with an abbreviation that cannot be")
        found.append(Operand(kind, width) if width or kind > _VBR else Operand(0, 0))
    if not found:
        raise ValueError("bitcode with an empty abbreviation")
    return tuple(found)


def _record(bits: _Bits, shape: tuple[Operand, ...]) -> Record:
    numbers: list[int] = []
    blob = b""
    at = 0
    while at < len(shape):
        operand = shape[at]
        if operand.kind == _ARRAY:
            # An entry that takes no bits would let a few bytes stand for millions of them.
            if at + 1 >= len(shape) or shape[at + 1].kind == 0:
                raise ValueError("bitcode with an array of nothing")
            numbers.extend(_scalar(bits, shape[at + 1]) for _ in range(bits.count()))
            at += 1
        elif operand.kind == _BLOB:
            size = bits.count()
            bits.align()
            first = bits.at // 8
            bits.at += size * 8
            if bits.at > bits.end:
                raise Truncated("truncated: bitcode ends inside of a blob")
            blob = bits.data[first : first + size]
            bits.align()
        else:
            numbers.append(_scalar(bits, operand))
        at += 1
    if not numbers:
        raise ValueError("bitcode with a record without a code")
    return Record(numbers[0], tuple(numbers[1:]), blob)


def _scalar(bits: _Bits, operand: Operand) -> int:
    if operand.kind == 0:
        return operand.value
    if operand.kind == _FIXED:
        return bits.fixed(operand.value)
    if operand.kind == _VBR:
        return bits.vbr(operand.value)
    if operand.kind == _CHAR:
        return _CHAR6[bits.fixed(6)]
    raise ValueError("bitcode with an array of arrays")
