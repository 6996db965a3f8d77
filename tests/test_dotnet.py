"""Assemblies of .NET: what they name outside of themselves, how their kinds are told apart, and damaged metadata."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from portlint.extractors.binary import native
from portlint.extractors.binary.dotnet import reader as dotnet
from portlint.extractors.binary.dotnet.tables import Tables
from portlint.extractors.binary.pe import file as pe_file
from portlint.extractors.binary.pe import reader as pe
from portlint.extractors.binary.record import Assembly, Symbol

FIXTURES = Path(__file__).parent / "fixtures" / "binary"
PROBE = (FIXTURES / "dotnet-pinvoke.dll").read_bytes()  # from binary_sources/dotnet-pinvoke.cs


def header_of(data: bytes) -> int:
    """Offset of the header of the common language runtime."""
    file = pe_file.headers(data)
    return file.offset(file.directory(pe_file.CLR)[0])


def metadata_of(data: bytes) -> int:
    at = header_of(data)
    return pe_file.headers(data).offset(int.from_bytes(data[at + 8 : at + 12], "little"))


def patched(at: int, new: bytes, data: bytes = PROBE) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def rows(data: bytes, language: str = "dotnet") -> set[str]:
    return {
        f"{fact.kind} {fact.name}" + (f"={fact.value}" if fact.value else "")
        for fact in native.extract("Plugins/probe.dll", data).facts
        if fact.language == language
    }


def test_what_an_assembly_names() -> None:
    found = rows(PROBE)
    assert {row for row in found if row.startswith(("may-load", "symbol", "import", "setting", "ships"))} == {
        "ships dotnet-anycpu=managed",
        "may-load kernel32.dll",
        "may-load user32",
        "may-load ws2_32",
        "may-load steam_api64",
        "may-load __Internal",
        "may-load libX11.so.6",
        "symbol CreateProcessW=kernel32.dll",
        "symbol MessageBox=user32",
        "symbol socket=ws2_32",  # EntryPoint = "#23"
        "symbol SteamAPI_Init=steam_api64",
        "symbol native_call=__Internal",
        "symbol XOpenDisplay=libX11.so.6",
        "import mscorlib=4.0.0.0",
        "import System=4.0.0.0",
        "setting binary/product=dotnet-pinvoke",  # the assembly's, before the version resource's
        "setting binary/version=1.2.3.4",
        "setting binary/company=Probe Company",
        "setting dotnet/framework=.NETFramework,Version=v4.7.2",
        "setting dotnet/kind=il",
        "setting dotnet/runtime=v4.0.30319",
    }
    assert {
        "call System.Net.Sockets.UdpClient",  # new
        "call System.Net.Sockets.UdpClient.Send",
        "call System.Threading.Thread",
        "call System.Collections.Generic.List.Add",  # of a generic type
        "call System.Collections.Generic.List.Count",  # get_Count
        "call System.Environment.GetFolderPath",
        "type System.Threading.Thread",
        "type System.Collections.Generic.List",  # List`1
        "type System.Environment.SpecialFolder",  # nested
    } <= found
    assert not any("Probe." in row or ".ctor" in row or "get_" in row for row in found)
    assert rows(PROBE, "pe") == set()


def test_mixed_mode_code_speaks_twice() -> None:
    mixed = patched(header_of(PROBE) + 16, struct.pack("<I", 0))
    assert rows(mixed, "pe") == {"ships pe-x86=windows", "links mscoree.dll", "symbol _CorDllMain=mscoree.dll"}
    assert rows(mixed) == rows(PROBE) - {"setting dotnet/kind=il"} | {"setting dotnet/kind=mixed"}


def test_a_header_that_lies_nowhere() -> None:
    """Both parts speak: that of a native file with a stray entry, and that of a damaged assembly."""
    entry = int.from_bytes(PROBE[60:64], "little") + 24 + 96 + 8 * pe_file.CLR
    data = patched(entry, struct.pack("<I", 0x70000000))
    assert {"ships dotnet-anycpu=managed", "setting dotnet/kind=unknown"} <= rows(data)
    assert "ships pe-x86=windows" in rows(data, "pe")
    assert native.extract("a.dll", data).partly.startswith("the .NET metadata cannot be read: address 0x70000000 lies")


def test_damaged_imports_of_mixed_mode_code() -> None:
    entry = int.from_bytes(PROBE[60:64], "little") + 24 + 96 + 8 * pe_file.IMPORT
    data = patched(entry, struct.pack("<I", 0x70000000), patched(header_of(PROBE) + 16, struct.pack("<I", 0)))
    assert "symbol CreateProcessW=kernel32.dll" in rows(data)
    assert native.extract("a.dll", data).partly == (
        "imports not read to their end: address 0x70000000 lies in no section of the file"
    )


@pytest.mark.parametrize(("magic", "kind"), [(b"RTR\0", "ready-to-run"), (b"\0\0\0\0", "native-image")])
def test_code_compiled_ahead_is_still_managed(magic: bytes, kind: str) -> None:
    at = header_of(PROBE)
    address = pe_file.headers(PROBE).directory(pe_file.CLR)[0] + 24  # eight unused bytes of the header: resources
    data = patched(at + 24, magic, patched(at + 64, struct.pack("<I", address)))
    assert rows(data) == rows(PROBE) - {"setting dotnet/kind=il"} | {f"setting dotnet/kind={kind}"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (patched(metadata_of(PROBE), b"XXXX"), "the metadata has no signature"),
        (patched(header_of(PROBE) + 8, bytes(8)), "there is none"),
        (
            patched(header_of(PROBE) + 8, struct.pack("<I", 0x70000000)),
            "address 0x70000000 lies in no section of the file",
        ),
        (
            patched(header_of(PROBE) + 12, struct.pack("<I", 0x7FFFFFFF)),
            "truncated: 2147483647 bytes at offset 816 do not fit into 4608",
        ),
        (patched(header_of(PROBE) + 12, struct.pack("<I", 12)), "truncated: 4 bytes at offset 12 are missing"),
        (patched(metadata_of(PROBE) + 30, b"\xff\xff"), "65535 streams of metadata"),
        (
            patched(metadata_of(PROBE) + 36, b"\xff\xff\xff\x7f"),
            "truncated: 2147483647 bytes at offset 108 do not fit into 1896",
        ),
    ],
    ids=["magic", "none", "nowhere", "size", "short", "streams", "stream-size"],
)
def test_unreadable_metadata_is_still_managed(data: bytes, why: str) -> None:
    found = native.extract("probe.dll", data)
    assert {"ships dotnet-anycpu=managed", "setting dotnet/kind=il"} <= rows(data)
    assert found.partly == f"the .NET metadata cannot be read: {why}"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("KERNEL32.DLL", "kernel32.dll"),
        ("User32", "user32"),
        ("__Internal", "__Internal"),
        ("libX11", "libX11"),
        ("libVLC.dll", "libvlc.dll"),
        ("/System/Library/Frameworks/AppKit.framework/AppKit", "/System/Library/Frameworks/AppKit.framework/AppKit"),
    ],
)
def test_names_of_libraries(written: str, name: str) -> None:
    assert dotnet.library_name(written) == name


def block(tables: dict[int, list[bytes]], *, strings: bytes, blobs: bytes = b"\0", name: bytes = b"#~") -> bytes:
    """A metadata block with narrow indexes and these tables; a table's rows are given as bytes."""
    present = sum(1 << table for table in tables)
    stream = struct.pack("<IBBBBQQ", 0, 2, 0, 0, 1, present, 0)
    stream += b"".join(struct.pack("<I", len(tables[table])) for table in sorted(tables))
    stream += b"".join(b"".join(tables[table]) for table in sorted(tables))
    streams = {name: stream, b"#Strings": strings, b"#Blob": blobs}
    at = 16 + 4 + 4 + sum(8 + (len(each) // 4 + 1) * 4 for each in streams)
    head = b"BSJB" + struct.pack("<HHII", 1, 1, 0, 4) + b"v4\0\0" + struct.pack("<HH", 0, len(streams))
    body = b""
    for each, content in streams.items():
        head += struct.pack("<II", at + len(body), len(content)) + each + bytes(4 - len(each) % 4)
        body += content
    return head + body


def read(data: bytes) -> Assembly:
    return dotnet._read(Tables(data), "il")


STRINGS = b"\0open\0libc\0System\0Thread\0Inner\0"
OPEN, LIBC, SYSTEM, THREAD, INNER = (STRINGS.index(word) for word in (b"open", b"libc", b"System", b"Thread", b"Inner"))
IMPORT = {0x1A: [struct.pack("<H", LIBC)], 0x1C: [struct.pack("<HHHH", 0, 3, OPEN, 1)]}


@pytest.mark.parametrize("name", [b"#~", b"#-"])
def test_both_forms_of_tables(name: bytes) -> None:
    assert read(block(IMPORT, strings=STRINGS, name=name)).natives == (Symbol("open", "libc"),)


def test_wide_indexes() -> None:
    """65,536 modules: a reference to one takes four bytes."""
    tables = {0x1A: [struct.pack("<H", LIBC)] * 65536, 0x1C: [struct.pack("<HHHI", 0, 3, OPEN, 65536)]}
    assert read(block(tables, strings=STRINGS)).natives == (Symbol("open", "libc"),)


def test_a_module_that_is_not_there() -> None:
    tables = IMPORT | {0x1C: [struct.pack("<HHHH", 0, 3, OPEN, 9)]}
    found = read(block(tables, strings=STRINGS))
    assert (found.natives, found.libraries) == ((Symbol("open", ""),), ())


def test_names_that_lead_nowhere_are_counted() -> None:
    tables = {0x1A: [struct.pack("<H", LIBC)], 0x1C: [struct.pack("<HHHH", 0, 3, at, 1) for at in (OPEN, 9000, 65535)]}
    found = read(block(tables, strings=STRINGS))
    assert (found.natives, found.partly) == (
        (Symbol("open", "libc"),),
        "2 names of the .NET metadata lead nowhere",
    )


def test_a_type_inside_of_itself() -> None:
    """Row 1 lies in row 1, row 2 in row 3, which is System.Thread."""
    inside = [(1 << 2) | 3, (3 << 2) | 3, 0]
    spaces = [0, 0, SYSTEM]
    rows = [struct.pack("<HHH", *row) for row in zip(inside, (INNER, INNER, THREAD), spaces, strict=True)]
    found = read(block({0x01: rows}, strings=STRINGS))
    assert found.types == ("System.Thread", "System.Thread.Inner")


@pytest.mark.parametrize(
    ("count", "why"),
    [
        (0xFFFFFF, "a table of 16777215 rows"),
        (1000, "truncated: 2000 bytes at offset 32 do not fit into 42"),
    ],
)
def test_more_rows_than_there_are(count: int, why: str) -> None:
    data = block(IMPORT, strings=STRINGS)
    at = data.index(struct.pack("<II", 1, 1))
    with pytest.raises(ValueError, match=f"^{why}$"):
        read(patched(at, struct.pack("<I", count), data))


def test_names_beyond_all_measure() -> None:
    """100,000 rows that name one text of 1,000 bytes: more than the limit in 200 kB."""
    strings = b"\0" + b"n" * 1000 + b"\0"
    with pytest.raises(ValueError, match=r"^names that take more room than the file$"):
        read(block({0x1A: [struct.pack("<H", 1)] * 100_000}, strings=strings))


def test_every_cut_gives_an_answer() -> None:
    """Metadata cut off anywhere is an error in words; the assembly stays managed."""
    start = metadata_of(PROBE)
    size = int.from_bytes(PROBE[header_of(PROBE) + 12 :][:4], "little")
    for length in range(0, size, 16):
        data = patched(start + length, bytes(size - length))
        library = pe.read(data)
        assert library.managed
        assert library.assembly is not None
