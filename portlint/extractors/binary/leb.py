"""A cursor over wasm's encoding: LEB128 numbers, names, counted parts."""

from __future__ import annotations

from portlint.extractors.binary.record import Truncated
from portlint.extractors.binary.view import NAME_LIMIT, printable


class Stream:
    """Reads forward through `data[at:end]`; raises ValueError instead of leaving it."""

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes, at: int = 0, end: int = -1) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end < 0 else end
        if not 0 <= at <= self.end <= len(data):
            raise Truncated("truncated: not a whole wasm header")

    def done(self) -> bool:
        return self.at >= self.end

    def byte(self) -> int:
        if self.at >= self.end:
            raise Truncated(f"truncated: wasm ends inside of a value at byte {self.at}")
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """An unsigned LEB128 number of at most 64 bits."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift >= 70:
                raise ValueError(f"a number of more than 64 bits at byte {self.at}")

    def count(self, limit: int) -> int:
        """A vector's length; every entry takes at least a byte, so no honest one exceeds what is left."""
        value = self.number()
        if value > min(limit, self.end - self.at):
            raise ValueError(f"{value} entries announced at byte {self.at}, {self.end - self.at} bytes left")
        return value

    def take(self, length: int) -> bytes:
        if length > self.end - self.at:
            raise Truncated(f"truncated: {length} bytes at byte {self.at} leave their section or the file")
        self.at += length
        return self.data[self.at - length : self.at]

    def name(self) -> str:
        length = self.number()
        if length > NAME_LIMIT:
            raise ValueError(f"a name of {length} bytes at byte {self.at}")
        return printable(self.take(length))

    def part(self, length: int) -> Stream:
        """The next `length` bytes as a stream of their own."""
        if length > self.end - self.at:
            raise Truncated(f"truncated: {length} bytes at byte {self.at} leave their section or the file")
        self.at += length
        return Stream(self.data, self.at - length, self.at)

    def rest(self) -> bytes:
        return self.data[self.at : self.end]
