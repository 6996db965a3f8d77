"""ZIP archives, read by their central directory (APPNOTE.TXT 6.3.10), in memory.

Python's `zipfile` is not used: it cuts names at NUL, knows overlapping entries only in its newer versions, and unpacks
before it says how much there is.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import msgspec

from portlint.extractors.binary.magic import HEAD_BYTES

_END = b"PK\x05\x06"
_END_SIZE = 22
_COMMENT = 65_535
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_ZIP64_LOCATOR = struct.Struct("<4sIQI")
_ZIP64_END = struct.Struct("<4sQ2H2I4Q")
_ENCRYPTED = 0x2001  # bit 0: the content; bit 13: the directory too
_UTF8 = 0x800
_UNIX = 3
_STORED, _DEFLATED = 0, 8
_FULL = 0xFFFFFFFF


class Entry(msgspec.Struct, frozen=True):
    """A line of the central directory; `offset` is that of the local header in the file."""

    name: str
    method: int
    encrypted: bool
    link: bool
    crc: int
    packed: int
    size: int
    offset: int


def entries(data: bytes, limit: int) -> tuple[list[Entry], str]:
    """At most `limit` entries in the directory's order, folders too, and why there are no more, or "".

    Raises ValueError when there is no directory, or it lies elsewhere.
    """
    end = _end(data)
    size, offset = struct.unpack_from("<II", data, end + 12)
    stop = end
    if data[max(0, end - _ZIP64_LOCATOR.size) :].startswith(b"PK\x06\x07"):
        stop, size, offset = _zip64(data, end)
    shift = stop - size - offset  # what stands in front of the archive, as in one that unpacks itself
    if shift < 0:
        raise ValueError("a ZIP archive whose directory lies outside of the file")
    found: list[Entry] = []
    at = offset + shift
    while at < stop:  # the count in the end record has 16 bits, and writers without ZIP64 let it wrap
        if len(found) == limit:
            return found, f"only the first {limit} entries were looked at"
        if at + _ENTRY.size > stop or data[at : at + 4] != b"PK\x01\x02":
            return found, "the directory is damaged: what it lists further on was not read"
        entry, at = _entry(data, at, shift)
        found.append(entry)
    return found, ""


def overlapping(found: Sequence[Entry]) -> set[int]:
    """Offsets of entries whose content lies in that of another one: how a small file holds many large ones.

    D. Fifield, "A better zip bomb" (WOOT 2019).
    """
    hit: set[int] = set()
    last: Entry | None = None
    end = -1
    for entry in sorted(found, key=lambda each: each.offset):
        if last is not None and entry.offset < end:
            hit |= {last.offset, entry.offset}
        stop = entry.offset + _LOCAL.size + entry.packed
        if stop > end:
            last, end = entry, stop
    return hit


def head(data: bytes, entry: Entry) -> bytes:
    """The first bytes of a member; b"" where they cannot be had: `content` says why."""
    try:
        packed = _packed(data, entry)
        if entry.method == _STORED:
            return bytes(packed[:HEAD_BYTES])
        return zlib.decompressobj(-15).decompress(packed[: 16 * HEAD_BYTES], HEAD_BYTES)
    except (ValueError, zlib.error):
        return b""


def obstacle(entry: Entry) -> str:
    """Why a member cannot be unpacked whatever its size, or ""."""
    if entry.encrypted:
        return "encrypted"
    if entry.method not in (_STORED, _DEFLATED):
        return f"compressed by method {entry.method}, which portlint does not unpack"
    return ""


def content(data: bytes, entry: Entry) -> bytes:
    """A member, never more of it than the directory states. Raises ValueError."""
    packed = _packed(data, entry)
    if entry.method == _STORED:
        body = bytes(packed)
    else:
        unpacker = zlib.decompressobj(-15)
        try:
            body = unpacker.decompress(packed, entry.size + 1)
        except zlib.error as error:
            raise ValueError("damaged: it cannot be unpacked") from error
    if len(body) != entry.size:
        raise ValueError("damaged: it unpacks to another size than the archive states")
    if zlib.crc32(body) != entry.crc:
        raise ValueError("damaged: wrong checksum")
    return body


def _end(data: bytes) -> int:
    """Where the end record lies: its comment ends with the file, and it may hold other records.

    One of an empty archive is believed where there is no other.
    """
    lowest = max(0, len(data) - _END_SIZE - _COMMENT)
    at, empty = data.rfind(_END, lowest), -1
    while at >= 0:
        size, comment = data[at + 12 : at + 16], int.from_bytes(data[at + 20 : at + 22], "little")
        if at + _END_SIZE + comment == len(data):
            if any(size):
                return at
            empty = max(empty, at)
        at = data.rfind(_END, lowest, at)
    if empty < 0:
        raise ValueError("truncated: a ZIP archive without its directory")
    return empty


def _zip64(data: bytes, end: int) -> tuple[int, int, int]:
    """Where the ZIP64 end record lies, and the directory's size and offset as it states them."""
    at = end - _ZIP64_LOCATOR.size
    record = int(_ZIP64_LOCATOR.unpack_from(data, at)[2]) if at >= 0 else end
    if record + _ZIP64_END.size > at or data[record : record + 4] != b"PK\x06\x06":
        raise ValueError("a ZIP archive with a damaged directory")
    size, offset = _ZIP64_END.unpack_from(data, record)[8:]
    return record, size, offset


def _entry(data: bytes, at: int, shift: int) -> tuple[Entry, int]:
    (_, made_by, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment, _, _, mode, offset) = (
        _ENTRY.unpack_from(data, at)
    )
    name_at = at + _ENTRY.size
    extra_at = name_at + name_size
    if _FULL in (packed, size, offset):
        size, packed, offset = _wide(data[extra_at : extra_at + extra_size], size, packed, offset)
    name = _name(data[name_at:extra_at], flags)
    link = made_by >> 8 == _UNIX and (mode >> 16) & 0o170000 == 0o120000
    entry = Entry(name, method, bool(flags & _ENCRYPTED), link, crc, packed, size, offset + shift)
    return entry, extra_at + extra_size + comment


def _wide(extra: bytes, *fields: int) -> list[int]:
    """ZIP64: the extra field 1 holds, in order, those of size, packed size and offset that are full."""
    at = 0
    numbers: list[int] = []
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            block = extra[at + 4 : at + 4 + length]
            numbers = [int.from_bytes(block[i : i + 8], "little") for i in range(0, len(block) - 7, 8)]
            break
        at += 4 + length
    return [numbers.pop(0) if field == _FULL and numbers else field for field in fields]


def _name(raw: bytes, flags: int) -> str:
    """UTF-8 whether the entry says so or not, as most tools write it; else the format's old code page."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if flags & _UTF8 else raw.decode("cp437")


def _packed(data: bytes, entry: Entry) -> memoryview:
    if entry.offset + _LOCAL.size > len(data) or data[entry.offset : entry.offset + 4] != b"PK\x03\x04":
        raise ValueError("damaged: it does not lie where the archive states")
    *_, name_size, extra_size = _LOCAL.unpack_from(data, entry.offset)
    start = entry.offset + _LOCAL.size + name_size + extra_size
    if start + entry.packed > len(data):
        raise ValueError("damaged: cut off")
    return memoryview(data)[start : start + entry.packed]
