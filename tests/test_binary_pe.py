"""PE tables that no compiler at hand writes: forwarders, both forms of delayed imports, bound imports, hostile ones."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from portlint.extractors.binary import lief_reader
from portlint.extractors.binary.pe import reader as pe
from portlint.extractors.binary.record import Library, Symbol

FIXTURES = Path(__file__).parent / "fixtures" / "binary"
BASE, START = 0x400000, 0x1000
EXPORT, IMPORT, RESOURCE, DELAY = 0, 1, 2, 13


def image(content: bytes, directories: dict[int, tuple[int, int]]) -> bytes:
    """A 32-bit DLL with one section at address 0x1000, which holds `content`."""
    table = b"".join(struct.pack("<II", *directories.get(index, (0, 0))) for index in range(16))
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x2102)
    optional = struct.pack("<HBBIIIIII", 0x10B, 1, 0, 512, 0, 0, 0, START, 0)
    optional += struct.pack("<IIIHHHHHHIIIIHH", BASE, 0x1000, 512, 4, 0, 0, 0, 4, 0, 0, 0x10000, 512, 0, 2, 0)
    optional += struct.pack("<IIIIII", 0, 0, 0, 0, 0, 16) + table
    size = len(content) + -len(content) % 512
    section = b".data\0\0\0" + struct.pack("<IIIIIIHHI", size, START, size, 512, 0, 0, 0, 0, 0x40000040)
    head = dos + coff + optional + section
    return head + bytes(512 - len(head)) + content + bytes(size - len(content))


def exporting(
    addresses: list[int], names: list[tuple[bytes, int]], texts: bytes = b"", counts: tuple[int, int] | None = None
) -> bytes:
    """A DLL `probe.dll` with ordinals from 5 on. Addresses below 0x1000 are offsets into `texts`: forwarders."""
    tables = 40 + 4 * len(addresses) + 6 * len(names)
    blob = b"probe.dll\0" + texts
    spots = []
    for name, _ in names:
        spots.append(START + tables + len(blob))
        blob += name + b"\0"
    entries = [START + tables + 10 + at if 0 < at < 0x1000 else at for at in addresses]
    first = START + 40
    second = first + 4 * len(addresses)
    functions, named = counts or (len(addresses), len(names))
    third = second + 4 * len(names)
    head = struct.pack("<IIIIIIIIII", 0, 0, 0, START + tables, 5, functions, named, first, second, third)
    rows = struct.pack(f"<{len(entries)}I", *entries) + struct.pack(f"<{len(spots)}I", *spots)
    content = head + rows + struct.pack(f"<{len(names)}H", *(index for _, index in names)) + blob
    return image(content, {EXPORT: (START, len(content))})


def test_exports_by_name_by_number_and_passed_on() -> None:
    texts = b"\0NTDLL.RtlAllocateHeap\0other.#12\0"
    data = exporting([0x9000, 1, 0, 23, 0x9010], [(b"Alloc", 1), (b"Start", 0), (b"?mangled@@YAXXZ", 3)], texts)
    library = pe.read(data)
    assert library.exports == ("Alloc", "Start", "?mangled@@YAXXZ", "#9")
    assert library.optional == ("ntdll.dll", "other.dll")
    assert library.settings == (("binary/soname", "probe.dll"),)
    (theirs,) = lief_reader.read("pe", data)
    assert set(theirs.exports) == set(library.exports)
    assert set(theirs.optional) == set(library.optional)


@pytest.mark.parametrize("name", ["pe-x86.dll", "pe-x86_64.dll"])
def test_exports_agree_with_lief(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    (theirs,) = lief_reader.read("pe", data)
    ours = pe.read(data)
    assert set(ours.exports) == set(theirs.exports)
    assert "probe" in " ".join(ours.exports)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (exporting([], [], counts=(70_000, 0)), "70000 exports: ordinals have 16 bits"),
        (exporting([], [], counts=(0, 0xFFFFFFFF)), "4294967295 exports: ordinals have 16 bits"),
        (exporting([0x9000], [], counts=(60_000, 0)), "truncated: 240000 bytes at offset 552 do not fit into 1024"),
        (image(bytes(64), {EXPORT: (0x7000, 40)}), "address 0x7000 lies in no section of the file"),
        (
            exporting([START] * 60_000, [(b"n" * 9000, 0)] * 2000),
            "names of exports that take more room than a file has",
        ),
    ],
    ids=["functions", "names", "beyond", "nowhere", "room"],
)
def test_damaged_exports_cost_only_themselves(data: bytes, why: str) -> None:
    library = pe.read(data)
    assert (library.exports, library.partly) == ((), f"exports not read: {why}")


def importing(name: bytes, entries: list[int], *, lookup: bool = True, stamp: int = 0) -> bytes:
    """Imports of one DLL; entries below 0x100 stand for the hint and name `Sleep`."""
    spot = START + 40 + 4 * (len(entries) + 1)
    entries = [spot + len(name) + 1 if entry < 0x100 else entry for entry in entries]
    row = struct.pack("<IIIII", START + 40 if lookup else 0, stamp, 0, spot, START + 40)
    rows = struct.pack(f"<{len(entries) + 1}I", *entries, 0)
    return image(row + bytes(20) + rows + name + b"\0\0\0Sleep\0", {IMPORT: (START, 40)})


SLEEP = (Symbol("Sleep", "kernel32.dll"),)
BOUND = "kernel32.dll is bound and without a lookup table: its functions have no names"


@pytest.mark.parametrize(
    ("data", "symbols", "partly"),
    [
        (importing(b"KERNEL32.dll", [1]), SLEEP, ""),
        (importing(b"kernel32", [1]), SLEEP, ""),  # the loader adds the ending
        (importing(b"ws2_32.dll", [0x80000017]), (Symbol("#23", "ws2_32.dll"),), ""),
        (importing(b"KERNEL32.dll", [1], lookup=False), SLEEP, ""),  # Borland
        (importing(b"KERNEL32.dll", [1], lookup=False, stamp=1), SLEEP, ""),  # a stamp, and nothing bound
        (importing(b"KERNEL32.dll", [0x7C801234], lookup=False, stamp=1), (), BOUND),
        (importing(b"KERNEL32.dll", [1], stamp=1), SLEEP, ""),  # bound, with its lookup table
    ],
    ids=["plain", "no-ending", "number", "borland", "stamped", "bound", "bound-lookup"],
)
def test_imports(data: bytes, symbols: tuple[Symbol, ...], partly: str) -> None:
    library = pe.read(data)
    assert (library.symbols, library.partly) == (symbols, partly)
    assert len(library.needed) == 1 and library.needed[0].endswith(".dll")


def test_a_table_of_imports_that_never_ends_is_cut_off() -> None:
    """4,000 descriptors that share one list of 1,000 names: four million entries in 90 kB."""
    names = START + 4001 * 20
    row = struct.pack("<IIIII", names, 0, 0, names + 4004, names)
    content = row * 4000 + bytes(20) + struct.pack("<I", names + 4004) * 1000 + bytes(4) + b"\0\0x.dll\0"
    library = pe.read(image(content.replace(b"\0\0x.dll", b"x.dll\0\0"), {IMPORT: (START, 40)}))
    assert library.partly == "more than 100000 imported names: only these are read"


def delayed(flags: int, base: int) -> bytes:
    lookup = START + 64
    name = lookup + 8
    row = struct.pack("<IIIIIIII", flags, base + name, 0, 0, base + lookup, 0, 0, 0)
    content = row + bytes(32) + struct.pack("<II", base + name + 10, 0) + b"D3D11.dll\0\0\0D3D11CreateDevice\0"
    return image(content, {DELAY: (START, 64)})


@pytest.mark.parametrize(
    "data",
    [delayed(1, 0), delayed(0, BASE), delayed(0, 0)],
    ids=["relative", "absolute", "relative-unmarked"],
)
def test_delayed_imports(data: bytes) -> None:
    library = pe.read(data)
    assert library.optional == ("d3d11.dll",)
    assert library.symbols == (Symbol("D3D11CreateDevice", "d3d11.dll"),)


def test_what_stands_before_the_damage_is_kept() -> None:
    """A good descriptor, one that points nowhere, and a table of delayed imports that does."""
    data = importing(b"KERNEL32.dll", [1])
    at = data.index(bytes(20), 512 + 20)
    bad = struct.pack("<IIIII", START + 40, 0, 0, 0x700000, START + 40)
    data = data[:at] + bad + data[at + 20 :]
    entry = 64 + 24 + 96 + 8 * DELAY
    library = pe.read(data[:entry] + struct.pack("<II", 0x800000, 64) + data[entry + 8 :])
    assert (library.symbols, library.needed) == (SLEEP, ("kernel32.dll",))
    assert library.partly == (
        "imports not read to their end: address 0x700000 lies in no section of the file; "
        "delayed imports not read to their end: address 0x800000 lies in no section of the file"
    )


def node(key: str, value: bytes, children: bytes = b"", *, text: bool = True) -> bytes:
    def padded(raw: bytes) -> bytes:
        return raw + bytes(-len(raw) % 4)

    head = padded(bytes(6) + key.encode("utf-16-le") + b"\0\0")[6:]
    body = padded(value) + children
    count = len(value) // 2 if text else len(value)
    return padded(struct.pack("<HHH", 6 + len(head) + len(body), count, text) + head + body)


def versioned(texts: dict[str, str], fixed: bytes = b"") -> bytes:
    strings = b"".join(node(key, value.encode("utf-16-le") + b"\0\0") for key, value in texts.items())
    return node("VS_VERSION_INFO", fixed, node("StringFileInfo", b"", node("040904b0", b"", strings)), text=False)


def with_resources(block: bytes, *, second: int = 0x80000018, third: int = 0x80000030, count: int = 1) -> bytes:
    def folder(number: int, to: int) -> bytes:
        return struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, count, number, to)

    leaf = struct.pack("<IIII", START + 0x58, len(block), 0, 0)
    content = folder(16, second) + folder(1, third) + folder(1033, 0x48) + leaf + block
    return image(content, {RESOURCE: (START, len(content))})


FIXED = struct.pack("<IIII", 0xFEEF04BD, 0x10000, 0x00010002, 0x00030004) + bytes(36)


@pytest.mark.parametrize(
    ("block", "settings"),
    [
        (
            versioned({"CompanyName": "Acme", "FileVersion": "1, 2, 0, 7", "ProductName": "Büro ", "Comments": "x"}),
            {"binary/company": "Acme", "binary/version": "1.2.0.7", "binary/product": "Büro"},
        ),
        (versioned({"ProductName": "P"}, FIXED), {"binary/product": "P", "binary/version": "1.2.3.4"}),
        (versioned({"CompanyName": ""}), {}),
        (versioned({"CompanyName": "Acme"})[:-6], {"binary/company": "Acm"}),  # cut off in the middle of the text
        (b"\x06\0" * 40, {}),
        (b"", {}),
    ],
    ids=["texts", "fixed", "empty", "cut", "junk", "nothing"],
)
def test_version_resource(block: bytes, settings: dict[str, str]) -> None:
    assert dict(pe.read(with_resources(block)).settings) == settings


@pytest.mark.parametrize(
    ("data", "partly"),
    [
        (with_resources(b"", second=0x80000000, third=0x80000000), ""),  # each folder is its own child
        (with_resources(b"", count=5000), "version resource not read: a folder of 5000 resources"),
        (
            with_resources(b"", second=0x80700000),
            "version resource not read: truncated: 4 bytes at offset 7340556 are missing",
        ),
    ],
    ids=["cycle", "count", "nowhere"],
)
def test_hostile_resources(data: bytes, partly: str) -> None:
    library = pe.read(data)
    assert (library.settings, library.partly) == ((), partly)


def test_nothing_managed_in_a_native_library() -> None:
    library: Library = pe.read((FIXTURES / "pe-x86_64.dll").read_bytes())
    assert (library.managed, library.assembly) == (False, None)
