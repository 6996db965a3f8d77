"""What a Mach-O's dynamic linker reads: fixup chains, bind opcodes, the tree of exports. No stripping removes these.

Layout: Apple's <mach-o/fixup-chains.h>, and <mach-o/loader.h> for the opcodes and the tree.
"""

from __future__ import annotations

from collections.abc import Iterator

from portlint.extractors.binary.leb import Stream
from portlint.extractors.binary.view import NAME_LIMIT, View, printable

# Formats of the imports table: struct letters, bits of the library's number, bits before the name's offset.
_IMPORTS = {1: ("I", 8, 9), 2: ("Ii", 8, 9), 3: ("QQ", 16, 32)}
_ORDINAL, _ORDINAL_NUMBER, _ORDINAL_SPECIAL, _NAME, _TYPE, _ADDEND = 0x10, 0x20, 0x30, 0x40, 0x50, 0x60
_SEGMENT, _SKIP, _BIND, _BIND_SKIP, _BIND_SCALED, _BIND_TIMES, _THREADED = 0x70, 0x80, 0x90, 0xA0, 0xB0, 0xC0, 0xD0
_ONE_NUMBER = {_ORDINAL_NUMBER, _ADDEND, _SEGMENT, _SKIP, _BIND_SKIP}
_BINDS = {_BIND, _BIND_SKIP, _BIND_SCALED, _BIND_TIMES}
_TREE_LIMIT = 1 << 25  # letters in all names of a tree; LLVM's own library, with 40,000 exports, needs a tenth of it


def chained(view: View) -> Iterator[tuple[int, str]]:
    """(number of the library, name) of each import of the fixup chains; 0 and special numbers name no library.

    `view` is the content of LC_DYLD_CHAINED_FIXUPS. Raises ValueError when a table leaves it.
    """
    _, _, imports, names, count, form, packed = view.unpack("7I", 0)
    if packed:
        raise ValueError("fixup chains with compressed names")
    if form not in _IMPORTS:
        raise ValueError(f"fixup chains of format {form}")
    layout, library_bits, name_bits = _IMPORTS[form]
    for row in view.table(layout, imports, count):
        number = row[0] & ((1 << library_bits) - 1)
        at = row[0] >> name_bits
        yield (0 if number >= (1 << library_bits) - 3 else number), view.text(names + at)


def bound(code: bytes) -> Iterator[tuple[int, str]]:
    """(number of the library, name) of each symbol that the opcodes of LC_DYLD_INFO bind.

    Raises ValueError for an unknown opcode, Truncated when the last one is cut off.
    """
    stream = Stream(code)
    library, name = 0, ""
    done: tuple[int, str] | None = None
    while not stream.done():
        byte = stream.byte()
        opcode, low = byte & 0xF0, byte & 0x0F
        if opcode == _ORDINAL:
            library = low
        elif opcode == _ORDINAL_SPECIAL:
            library = 0
        elif opcode == _NAME:
            name = printable(_bytes(stream))
        elif opcode in _ONE_NUMBER:
            value = stream.number()
            library = value if opcode == _ORDINAL_NUMBER else library
        elif opcode == _BIND_TIMES:
            stream.number()
            stream.number()
        elif opcode == _THREADED:
            if low == 0:
                stream.number()
        elif opcode not in (0, _TYPE, _BIND, _BIND_SCALED):  # 0: the end, or between two lazy symbols
            raise ValueError(f"bind opcode {opcode:#x}")
        # Name and library may come in either order; the bind is what joins them.
        if opcode in _BINDS and (library, name) != done:
            done = (library, name)
            yield done


def exported(tree: bytes) -> Iterator[str]:
    """The names in a tree of exports, whose edges are pieces of names.

    Raises ValueError when the tree turns back on itself or a name has no end.
    """
    if not tree:
        return
    waiting = [(0, b"")]
    seen = {0}
    letters = 0
    while waiting:
        at, prefix = waiting.pop()
        node = Stream(tree, at)
        if size := node.number():
            node.take(size)  # flags and address
            yield printable(prefix)
        for _ in range(node.byte()):
            name = prefix + _bytes(node)
            child = node.number()
            if child in seen or child >= len(tree) or len(name) > NAME_LIMIT:
                raise ValueError("a tree of exports that is none")
            seen.add(child)
            letters += len(name)
            if letters > _TREE_LIMIT:
                raise ValueError(f"a tree of exports with more than {_TREE_LIMIT} letters")
            waiting.append((child, name))


def _bytes(stream: Stream) -> bytes:
    close = stream.data.find(b"\0", stream.at, min(stream.end, stream.at + NAME_LIMIT))
    if close < 0:
        raise ValueError("a name without an end in the dynamic linker's tables")
    text = stream.take(close - stream.at)
    stream.byte()
    return text
