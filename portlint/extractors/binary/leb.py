"""A cursor over wasm's encoding: LEB128 numbers, names, counted parts."""

from __future__ import annotations

from portlint.extractors.binary.record import Truncated
from portlint.extractors.binary.view import NAME_LIMIT


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

    def index(self) -> int:
        """An unsigned number of at most 32 bits in at most 5 bytes."""
        start = self.at
        value = self.number()
        if value >> 32 or self.at - start > 5:
            raise ValueError(f"a number of more than 32 bits at byte {start}")
        return value

    def signed(self, bits: int) -> None:
        """Pass over a signed number of at most `bits` bits."""
        start = self.at
        while (last := self.byte()) >= 0x80:
            pass
        longest = (bits + 6) // 7
        free = longest * 7 - bits  # bits of the last byte that may only repeat the sign
        sign = last & 0x7F & -(1 << (6 - free))
        if self.at - start > longest or (self.at - start == longest and sign not in (0, 0x7F & -(1 << (6 - free)))):
            raise ValueError(f"a number of more than {bits} bits at byte {start}")

    def finish(self, what: str) -> None:
        """Raises ValueError when something is left over."""
        if not self.done():
            raise ValueError(f"{self.end - self.at} bytes too many in {what} at byte {self.at}")

    def count(self, limit: int) -> int:
        """A vector's length; every entry takes at least a byte, so no honest one exceeds what is left."""
        value = self.index()
        if value > min(limit, self.end - self.at):
            raise ValueError(f"{value} entries announced at byte {self.at}, {self.end - self.at} bytes left")
        return value

    def take(self, length: int) -> bytes:
        if length > self.end - self.at:
            raise Truncated(f"truncated: {length} bytes at byte {self.at} leave their section or the file")
        self.at += length
        return self.data[self.at - length : self.at]

    def name(self) -> str:
        length = self.index()
        if length > NAME_LIMIT:
            raise ValueError(f"a name of {length} bytes at byte {self.at}")
        raw = self.take(length)
        try:
            return raw.decode()
        except UnicodeDecodeError:
            # No engine loads such a module: the format asks for UTF-8.
            raise ValueError(f"a name that is not UTF-8 at byte {self.at - length}") from None

    def part(self, length: int) -> Stream:
        """The next `length` bytes as a stream of their own."""
        if length > self.end - self.at:
            raise Truncated(f"truncated: {length} bytes at byte {self.at} leave their section or the file")
        self.at += length
        return Stream(self.data, self.at - length, self.at)

    def rest(self) -> bytes:
        return self.data[self.at : self.end]
