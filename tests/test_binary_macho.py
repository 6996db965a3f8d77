"""Mach-O: what dyld reads where the symbol table is gone, identity, platforms, kinds of dylibs; lief agrees."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import lief
import pytest

from portlint.extractors.binary import native
from portlint.extractors.binary.macho import reader as macho
from portlint.extractors.binary.macho.binding import bound, chained, exported
from portlint.extractors.binary.record import Library, Symbol
from portlint.extractors.binary.view import View

FIXTURES = Path(__file__).parent / "fixtures" / "binary"
NAMES = ("macho-arm64.dylib", "macho-x86_64.dylib")
DYLIB, BUNDLE, PROGRAM, OBJECT, TWO_LEVEL = 6, 8, 2, 1, 0x80
ARM64, X86_64 = 0x0100000C, 0x01000007


def built(*commands: bytes, kind: int = DYLIB, machine: int = ARM64, subtype: int = 0, tail: bytes = b"") -> bytes:
    """A 64-bit Mach-O of these load commands; `tail` begins at byte 4096."""
    body = b"".join(commands)
    head = struct.pack("<8I", 0xFEEDFACF, machine, subtype, kind, len(commands), len(body), TWO_LEVEL, 0)
    return (head + body).ljust(4096, b"\0") + tail


def command(number: int, *words: int, text: str = "") -> bytes:
    """A load command; a text stands behind the numbers, and its offset is the first of them."""
    raw = text.encode() + b"\0" if text else b""
    raw += bytes(-len(raw) % 8)
    numbers = (8 + 4 * (len(words) + bool(text)), *words) if text else words
    return struct.pack(f"<{2 + len(numbers)}I", number, 8 + 4 * len(numbers) + len(raw), *numbers) + raw


def dylib(number: int, path: str, stamp: int = 2, version: int = 0x10000, flags: int | None = None) -> bytes:
    return command(number, stamp, version, 0x10000, *([] if flags is None else [flags]), text=path)


def without_symbols(data: bytes) -> bytes:
    """As `strip` would leave it that is told to take everything."""
    view = View(data)
    at = 32
    for _ in range(view.number("I", 16)):
        if view.number("I", at) == 2:
            return data[: at + 8] + bytes(16) + data[at + 24 :]
        at += view.number("I", at + 4)
    raise AssertionError("no symbol table")


@pytest.mark.parametrize("name", NAMES)
def test_stripped_of_its_symbols(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    whole, stripped = macho.read(data), macho.read(without_symbols(data))
    assert Symbol("_AudioObjectGetPropertyData", "CoreAudio") in stripped.symbols
    assert stripped.symbols == whole.symbols
    assert stripped.exports == whole.exports


@pytest.mark.parametrize("name", NAMES)
def test_lief_agrees(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    fat: Any = lief.MachO.parse(data)
    other = fat.at(0)
    own = macho.read(data)
    assert own.exports == ("_probe",)
    offered = {symbol.name for symbol in other.symbols if symbol.has_export_info}
    assert offered == {"_probe", "__mh_dylib_header", "___dso_handle"}  # of which the linker made two
    bindings = [each for each in other.dyld_info.bindings if each.has_symbol]
    assert set(macho.read(without_symbols(data)).symbols) == {
        Symbol(each.symbol.name, each.library.name.rpartition("/")[2]) for each in bindings
    }
    listed = [each.name.rpartition("/")[2] for each in other.libraries if each.command != each.TYPE.ID_DYLIB]
    assert sorted(own.needed + own.optional) == sorted(listed)


def test_identity() -> None:
    data = built(
        dylib(0xD, "@rpath/libfmod.dylib", version=0x20312),
        command(0x8000001C, text="@loader_path"),
        command(0x8000001C, text="/opt/lib"),
    )
    assert dict(macho.read(data).settings) == {
        "binary/soname": "libfmod.dylib",
        "binary/version": "2.3.18",
        "binary/rpath": "@loader_path:/opt/lib",
    }


@pytest.mark.parametrize(
    ("number", "stamp", "flags", "optional"),
    [
        (0xC, 2, None, False),
        (0x8000001F, 2, None, False),  # re-exported
        (0x80000023, 2, None, False),  # upward
        (0x80000018, 2, None, True),  # weak
        (0x20, 2, None, True),  # lazy
        (0x80000018, 0x1A741800, 1, True),  # Xcode 16: weak
        (0xC, 0x1A741800, 8, True),  # delayed
        (0xC, 0x1A741800, 2, False),  # re-exported
    ],
)
def test_kinds_of_dylibs(number: int, stamp: int, flags: int | None, optional: bool) -> None:
    path = "/System/Library/Frameworks/GameController.framework/Versions/A/GameController"
    found = macho.read(built(dylib(number, path, stamp, flags=flags)))
    assert (found.needed, found.optional) == (((), ("GameController",)) if optional else (("GameController",), ()))


@pytest.mark.parametrize(
    ("machine", "subtype", "commands", "expected"),
    [
        (ARM64, 0, [command(0x32, 1, 0, 0, 0)], ("arm64", "macos")),
        (ARM64, 2 | 0x80000000, [command(0x32, 1, 0, 0, 0)], ("arm64e", "macos")),
        (ARM64, 0, [command(0x32, 2, 0, 0, 0)], ("arm64", "ios")),
        (ARM64, 0, [command(0x32, 7, 0, 0, 0)], ("arm64", "ios-simulator")),
        (ARM64, 0, [command(0x32, 6, 0, 0, 0)], ("arm64", "maccatalyst")),
        (ARM64, 0, [command(0x32, 11, 0, 0, 0)], ("arm64", "visionos")),
        (ARM64, 0, [command(0x32, 1, 0, 0, 0), command(0x32, 6, 0, 0, 0)], ("arm64", "macos")),  # for both
        (ARM64, 0, [command(0x32, 99, 0, 0, 0)], ("arm64", "apple-99")),
        (ARM64, 0, [command(0x25, 0, 0)], ("arm64", "ios")),
        (X86_64, 3, [command(0x25, 0, 0)], ("x86_64", "ios-simulator")),  # no iPhone has an Intel processor
        (X86_64, 3, [command(0x24, 0, 0)], ("x86_64", "macos")),
        (X86_64, 8, [], ("x86_64", "macos")),
        (12, 9, [], ("arm", "ios")),
    ],
)
def test_machine_and_platform(machine: int, subtype: int, commands: list[bytes], expected: tuple[str, str]) -> None:
    found = macho.read(built(*commands, machine=machine, subtype=subtype))
    assert (found.machine, found.platform) == expected


def chains(
    form: int, layout: str, *rows: tuple[int, ...], names: bytes = b"\0_socket\0_MTL\0", packed: int = 0
) -> bytes:
    table = b"".join(struct.pack(f"<{layout}", *row) for row in rows)
    return struct.pack("<7I", 0, 0, 28, 28 + len(table), len(rows), form, packed) + table + names


CHAINS = [
    chains(1, "I", (1 | 1 << 9,), (2 | 1 << 8 | 9 << 9,), (0xFE | 1 << 9,)),
    chains(2, "Ii", (1 | 1 << 9, 4), (2 | 9 << 9, -4), (0xFE | 1 << 9, 0)),
    chains(3, "QQ", (1 | 1 << 32, 0), (2 | 1 << 16 | 9 << 32, 1 << 60), (0xFFFE | 1 << 32, 0)),
]


@pytest.mark.parametrize("content", CHAINS, ids=["plain", "addend", "addend-64"])
def test_fixup_chains(content: bytes) -> None:
    assert list(chained(View(content))) == [(1, "_socket"), (2, "_MTL"), (0, "_socket")]
    found = macho.read(
        built(
            dylib(0xC, "/usr/lib/libSystem.B.dylib"),
            dylib(0x80000018, "/System/Library/Frameworks/Metal.framework/Metal"),
            command(0x80000034, 4096, len(content)),
            tail=content,
        )
    )
    assert found.symbols == (Symbol("_MTL", "Metal"), Symbol("_socket", ""), Symbol("_socket", "libSystem.B.dylib"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (chains(9, "I"), "fixup chains of format 9"),
        (chains(1, "I", packed=1), "fixup chains with compressed names"),
        (chains(1, "I", (1 | 99 << 9,)), "a name at offset .* lies outside of its table"),
        (chains(1, "I", (1 | 1 << 9,))[:20], "truncated: "),
    ],
)
def test_broken_fixup_chains(content: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        list(chained(View(content)))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (b"\x11\x40_a\0\x51\x72\x10\x90\0", [(1, "_a")]),
        (b"\x40_a\0\x12\x90", [(2, "_a")]),  # zig writes the name first
        (b"\x11\x40_a\0\x90\x90\xb1\x40_b\0\x90", [(1, "_a"), (1, "_b")]),
        (b"\x20\x90\x01\x40_a\0\x60\x7f\x80\x05\xa0\x08\xc0\x02\x08", [(144, "_a")]),
        (b"\x3e\x40_a\0\x90", [(0, "_a")]),  # to be found in any library
        (b"\xd0\x02\x11\x40_a\0\x90\xd1", [(1, "_a")]),  # a table for fixups of arm64e
    ],
)
def test_bind_opcodes(code: bytes, expected: list[tuple[int, str]]) -> None:
    assert list(bound(code)) == expected


def test_tree_of_exports() -> None:
    #       0: no export, two edges     11: export, an edge        18: export         22: export
    tree = b"\0\x02_a\0\x0a_b\0\x14" + b"\x02\0\0\x01bc\0\x18" + b"\0\0" + b"\x02\0\0\0" + b"\x02\0\0\0"
    assert sorted(exported(tree)) == ["_a", "_abc", "_b"]


@pytest.mark.parametrize(
    "tree",
    [b"\0\x01_a\0\0", b"\0\x01_a\0\x7f", b"\0\x01_a", b"\0\x02_\0\x08x\0\x08\0\0", b"\x7f\0"],
    ids=["loop", "outside", "no-end", "twice", "long"],
)
def test_broken_tree(tree: bytes) -> None:
    with pytest.raises(ValueError):
        list(exported(tree))


def test_a_tree_may_stand_for_gigabytes() -> None:
    """One prefix of 15,000 letters before 250 nodes with 250 exports each: 200 kB that would be 900 MB of names."""
    first = b"\0\x01" + b"x" * 15000 + b"\0"
    start = len(first) + 3
    inner = start + 2 + 250 * 6
    size = 2 + 250 * 6

    def node(children: list[int]) -> bytes:
        edges = (bytes([1 + at]) + b"\0" + leb(child) for at, child in enumerate(children))
        return b"\0" + bytes([len(children)]) + b"".join(edges)

    def leb(value: int) -> bytes:  # always of four bytes
        return bytes([value & 127 | 128, value >> 7 & 127 | 128, value >> 14 & 127 | 128, value >> 21])

    leaves = inner + 250 * size
    tree = first + leb(start)[:2] + bytes([start >> 14])
    tree += node([inner + at * size for at in range(250)])
    tree += b"".join(node([leaves + (at * 250 + leaf) * 4 for leaf in range(250)]) for at in range(250))
    tree += b"\x02\0\0\0" * (250 * 250)
    with pytest.raises(ValueError, match=r"^a tree of exports with more than"):
        list(exported(tree))


@pytest.mark.parametrize(
    ("kind", "expected"), [(DYLIB, ("_f",)), (BUNDLE, ("_f",)), (PROGRAM, ()), (OBJECT, ())], ids=str
)
def test_only_libraries_export(kind: int, expected: tuple[str, ...]) -> None:
    rows = [(1, 0x0F, 1, 0, 16), (4, 0x1F, 1, 0, 32), (7, 0x01, 0, 0x100, 0)]  # global, private, undefined
    table = b"".join(struct.pack("<IBBHQ", *row) for row in rows)
    data = built(command(2, 4096, 3, 4096 + len(table), 10), kind=kind, tail=table + b"\0_f\0_g\0_h\0")
    found = macho.read(data)
    assert found.exports == expected
    assert found.defined == ({"_f", "_g"} if kind == OBJECT else set())
    assert [symbol.name for symbol in found.symbols] == ["_h"]


def test_a_fat_file_with_a_machine_twice() -> None:
    part = (FIXTURES / "macho-arm64.dylib").read_bytes()
    head = struct.pack(">II", 0xCAFEBABE, 2)
    head += b"".join(struct.pack(">IIIII", ARM64, kind, 4096, len(part), 12) for kind in (0, 2))
    found = native.extract("x.dylib", head.ljust(4096, b"\0") + part)
    assert [fact.name for fact in found.facts if fact.kind == "ships"] == ["macho-arm64"]
    assert found.facts == native.extract("x.dylib", part).facts


def test_the_exports_become_facts() -> None:
    library = Library("macho", "arm64", "macos", exports=("_FMOD_System_Create", "__ZN3Foo3barEv"))
    from portlint.extractors.binary.facts import extraction

    names = [fact.name for fact in extraction("a.dylib", "macho", [library]).facts if fact.kind == "export"]
    assert names == ["FMOD_System_Create"]
