"""Unity packages (`.unitypackage`): a gzipped tar of GUID/asset, GUID/asset.meta and GUID/pathname.

The asset comes before its name, so what looks like a library is held until the name is known. The stream is unpacked
once, block by block.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from portlint.extractors.binary.archive.limits import RATIO, SMALL, Ledger, Unpacked
from portlint.extractors.binary.filenames import is_archive, is_library, is_unsure
from portlint.extractors.binary.magic import HEAD_BYTES, sniff

_BLOCK = 512
_CHUNK = 1 << 16
_PATH_CAP = 4_096
_HELD_CAP = 256_000_000  # bytes of assets whose names are not known yet
_NEVER = frozenset({"empty", "lfs-pointer", "png", "java-class", "text", "tbd", "linker-script", "other"})


def members(data: bytes, ledger: Ledger) -> Iterator[Unpacked]:
    """The assets that are libraries or archives, by their paths in a project; one without a path by `GUID/asset`.

    A stream that ends early or is damaged gives what stands before; the ledger says so.
    """
    stream = _Gunzip(data, ledger)
    paths: dict[str, str] = {}
    held: dict[str, Unpacked] = {}
    room = _HELD_CAP
    try:
        for name, size in _files(stream, ledger):
            guid, _, part = name.removeprefix("./").partition("/")
            if part == "pathname" and size <= _PATH_CAP:
                # a second line holds flags
                paths[guid] = stream.read(size).decode("utf-8", "replace").split("\n")[0].strip()
                if guid in held:
                    found = held.pop(guid)
                    room += len(found.content)
                    yield from _named(found, paths[guid])
            elif part == "asset" and guid in paths:
                if _promising(paths[guid]):
                    yield from _named(_asset(stream, guid, size, ledger.refusal(size, size)), paths[guid])
            elif part == "asset":
                reason = "too large to be held until its name is known" if size > room else ""
                held[guid] = _asset(stream, guid, size, ledger.refusal(size, size) or reason)
                room -= len(held[guid].content)
    except ValueError as error:
        ledger.leave(str(error))
    for guid in sorted(held):
        if sniff(held[guid].content) not in _NEVER:
            yield held[guid]


def _asset(stream: _Gunzip, guid: str, size: int, reason: str) -> Unpacked:
    """The asset at the stream's place; of textures, scripts and the like only what tells what they are."""
    head = stream.read(min(size, HEAD_BYTES))
    if sniff(head) in _NEVER:
        return Unpacked(f"{guid}/asset", head[:_BLOCK])
    return Unpacked(f"{guid}/asset", head if reason else head + stream.read(size - len(head)), reason)


def _named(found: Unpacked, path: str) -> Iterator[Unpacked]:
    if _promising(path):
        yield Unpacked(path, found.content, found.reason)


def _promising(path: str) -> bool:
    return is_library(path) or is_archive(path) or is_unsure(path)


def _files(stream: _Gunzip, ledger: Ledger) -> Iterator[tuple[str, int]]:
    """Name and size of each regular file (POSIX ustar); whoever iterates may read its content before going on."""
    while True:
        header = stream.read(_BLOCK)
        if not header.strip(b"\0"):
            return
        if ledger.entries <= 0:
            ledger.leave("more entries than portlint lists")
            return
        ledger.entries -= 1
        size = _octal(header[124:136])
        end = stream.position + size + -size % _BLOCK
        if header[156:157] in (b"0", b"\0"):
            yield header[:100].split(b"\0")[0].decode("utf-8", "replace"), size
        stream.skip(end - stream.position)


def _octal(field: bytes) -> int:
    """A tar number: octal digits, or big-endian bytes behind 0x80."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError as error:
        raise ValueError("damaged: no tar archive inside") from error


class _Gunzip:
    """Reads a gzip stream forwards. `read` and `skip` raise ValueError at its end, at damage, and at the limits."""

    def __init__(self, data: bytes, ledger: Ledger) -> None:
        self._data = memoryview(data)
        self._fed = 0
        self._unpacker = zlib.decompressobj(31)
        self._rest = b""  # given to the unpacker, not used up
        self._ready = b""
        self._at = 0  # in `_ready`
        self._made = 0
        self._ledger = ledger
        self.position = 0

    def read(self, count: int) -> bytes:
        parts = []
        left = count
        while left:
            if self._at == len(self._ready):
                self._more()
            part = self._ready[self._at : self._at + left]
            parts.append(part)
            self._at += len(part)
            left -= len(part)
        self.position += count
        return b"".join(parts)

    def skip(self, count: int) -> None:
        target = self.position + count
        while self.position < target:
            self.read(min(_CHUNK * 16, target - self.position))

    def _more(self) -> None:
        """Unpack until there is something."""
        self._ready, self._at = b"", 0
        while not self._ready:
            if self._unpacker.eof:
                self._rest, self._unpacker = self._unpacker.unused_data + self._rest, zlib.decompressobj(31)
            if not self._rest:
                self._rest = bytes(self._data[self._fed : self._fed + _CHUNK])
                self._fed += len(self._rest)
            if not self._rest:
                raise ValueError("truncated: the rest of the package is missing")
            try:
                self._ready = self._unpacker.decompress(self._rest, 1 << 20)
            except zlib.error as error:
                raise ValueError("damaged: the rest of the package cannot be unpacked") from error
            self._rest = self._unpacker.unconsumed_tail
            self._count(len(self._ready))

    def _count(self, size: int) -> None:
        self._made += size
        self._ledger.bytes -= size
        if self._ledger.bytes < 0:
            raise ValueError("the rest of the package lies beyond what is unpacked of one file")
        if self._made > 16 * SMALL and self._made > RATIO * self._fed:
            raise ValueError(f"unpacks to more than {RATIO} times its size; the rest of it was not read")
