"""LLVM bitcode: fixtures of two LLVMs (tools/build_code_fixtures.py), both ways to its symbols, and damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.extractors.binary import ar
from portlint.extractors.binary.facts import extraction
from portlint.extractors.binary.llvm import bitcode
from portlint.extractors.binary.llvm.bitstream import blocks, records
from portlint.extractors.binary.llvm.triple import Triple, triple

FIXTURES = Path(__file__).parent / "fixtures" / "bitcode"
ASKED = {"socket", "pthread_create", "maybe", "shared_state", "helper"}
OFFERED = {"probe", "weak_one", "common_one"}  # and not `hidden`, which is static


@pytest.mark.parametrize(
    ("name", "kind", "machine", "platform", "prefix"),
    [
        ("wasm32.bc", "wasm", "wasm32", "any", ""),
        ("wasm32-emcc.bc", "wasm", "wasm32", "any", ""),  # LLVM 14
        ("elf.bc", "elf", "x86_64", "linux", ""),
        ("apple.bc", "macho", "arm64", "macos", "_"),  # inside of Apple's wrapper
        ("pe.bc", "pe", "x86_64", "windows", ""),
    ],
)
def test_fixture(name: str, kind: str, machine: str, platform: str, prefix: str) -> None:
    found = bitcode.read((FIXTURES / name).read_bytes())
    assert (found.format, found.machine, found.platform, found.flavour) == (kind, machine, platform, "object")
    assert {symbol.name for symbol in found.symbols} == {prefix + name for name in ASKED}
    assert found.defined == {prefix + name for name in OFFERED}
    assert not found.partly
    assert [key for key, _ in found.settings] == ["llvm/producer"]
    assert found.settings[0][1].startswith("LLVM14." if "emcc" in name else "LLVM")


@pytest.mark.parametrize("name", ["wasm32.bc", "wasm32-emcc.bc", "elf.bc", "pe.bc"])
def test_the_modules_own_records_say_the_same(name: str) -> None:
    """Without the linker's table: its block gets a number that nobody knows."""
    data = (FIXTURES / name).read_bytes()
    changed = bytearray(data)
    block = next(block for block in blocks(data, 4, len(data)) if block.id == 25)
    head = block.start - 8  # the entry's word, then the length
    word = int.from_bytes(changed[head : head + 4], "little")
    assert word >> 2 & 0xFF == 25
    changed[head : head + 4] = (word & ~(0xFF << 2) | 30 << 2).to_bytes(4, "little")
    assert [each.id for each in blocks(bytes(changed), 4, len(data))].count(30) == 1
    assert bitcode.read(bytes(changed)) == bitcode.read(data)


def test_an_archive_of_bitcode_asks_for_what_its_members_lack() -> None:
    (found,) = ar.read((FIXTURES / "wasm32.a").read_bytes())
    assert (found.format, found.machine, found.flavour) == ("wasm", "wasm32", "object")
    assert {symbol.name for symbol in found.symbols} == ASKED - {"helper"} | {"listen"}
    facts = extraction("x.a", "ar", [found]).facts
    assert ("symbol", "pthread_create") in {(fact.kind, fact.name) for fact in facts}
    assert ("ships", "wasm32-object") in {(fact.kind, fact.name) for fact in facts}


def test_no_module() -> None:
    found = bitcode.read(b"BC\xc0\xde" + bytes(28))
    assert (found.format, found.partly) == ("llvm", "LLVM bitcode without a machine: no symbols read")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"BC\xc0\xde" + b"\xff" * 8, "bitcode with something else than a block on its outermost level"),
        (b"BC\xc0\xde" + (1 | 8 << 2 | 3 << 10).to_bytes(4, "little") + b"\xff\0\0\0", "truncated: a block of bitcode"),
        (b"\xde\xc0\x17\x0b" + bytes(4) + (20).to_bytes(4, "little") + (99).to_bytes(4, "little"), "truncated: "),
        (
            b"\xde\xc0\x17\x0b" + bytes(4) + (16).to_bytes(4, "little") + (4).to_bytes(4, "little") + b"none",
            "no bitcode",
        ),
    ],
    ids=["no-block", "long-block", "long-wrapper", "empty-wrapper"],
)
def test_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        bitcode.read(data)


@pytest.mark.parametrize("name", ["wasm32.bc", "wasm32-emcc.bc"])
def test_damage_is_a_value_error_or_nothing(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    refused = 0
    for at in range(4, len(data), 7):
        mutant = bytearray(data)
        mutant[at] ^= 1 << at % 8
        for broken in (bytes(mutant), data[:at]):
            try:
                bitcode.read(broken)
            except ValueError:
                refused += 1
    assert refused > 300


def test_records_of_every_encoding() -> None:
    """Array of characters of six bits, blob, literal, VBR: written by hand, bit by bit."""
    bits: list[int] = []

    def put(value: int, width: int) -> None:
        bits.extend(value >> at & 1 for at in range(width))

    def align() -> None:
        bits.extend([0] * (-len(bits) % 32))

    def abbreviation(*operands: tuple[int, int, int]) -> None:
        """(is a literal, encoding or value, width)"""
        put(2, 3)
        put(len(operands), 5)
        for literal, value, width in operands:
            put(literal, 1)
            put(value, 8 if literal else 3)
            if width:
                put(width, 5)

    abbreviation((1, 9, 0), (0, 2, 4), (0, 3, 0), (0, 4, 0))  # code 9, VBR of 4 bits, an array of characters
    abbreviation((1, 7, 0), (0, 5, 0))  # code 7, a blob
    for value, width in ((4, 3), (0b1001, 4), (0b0010, 4), (2, 6), (0, 6), (62, 6)):  # 17, "a."
        put(value, width)
    put(5, 3)
    put(3, 6)
    align()
    for letter in b"xyz":
        put(letter, 8)
    align()
    for value, width in ((3, 3), (5, 6), (1, 6), (33, 6), (1, 6)):  # unabbreviated: code 5, 1 + (1 << 5)
        put(value, width)
    put(0, 3)
    align()
    body = bytes(sum(bit << at for at, bit in enumerate(bits[byte : byte + 8])) for byte in range(0, len(bits), 8))
    head = (1 | 8 << 2 | 3 << 10).to_bytes(4, "little") + (len(body) // 4).to_bytes(4, "little")
    (block,) = blocks(head + body, 0, len(head + body))
    found = [(record.code, record.numbers, record.blob) for record in records(head + body, block)]
    assert found == [(9, (17, ord("a"), ord(".")), b""), (7, (), b"xyz"), (5, (33,), b"")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wasm32-unknown-emscripten", Triple("wasm", "wasm32", "any")),
        ("arm64-apple-ios14.0-simulator", Triple("macho", "arm64", "ios-simulator")),
        ("arm64-apple-ios13.1-macabi", Triple("macho", "arm64", "maccatalyst")),
        ("arm64e-apple-macosx11.0.0", Triple("macho", "arm64e", "macos")),
        ("x86_64-apple-darwin20", Triple("macho", "x86_64", "macos")),
        ("arm64-apple-xros1.0", Triple("macho", "arm64", "visionos")),
        ("thumbv7-apple-ios7.0", Triple("macho", "arm", "ios")),
        ("i686-pc-windows-msvc", Triple("pe", "x86", "windows")),
        ("aarch64-unknown-linux-android21", Triple("elf", "arm64", "android")),
        ("armv7-none-linux-androideabi", Triple("elf", "arm", "android")),
        ("nvptx64-nvidia-cuda", None),
        ("", None),
    ],
)
def test_triple(text: str, expected: Triple | None) -> None:
    assert triple(text) == expected
