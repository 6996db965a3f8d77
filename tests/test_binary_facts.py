"""Native libraries to facts: every format's fixture (built by tools/build_fixtures.py), and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.extractors.binary import native
from portlint.model.fact import Location

FIXTURES = Path(__file__).parent / "fixtures" / "binary"

POSIX = {
    "symbol socket=libc.so.6",
    "symbol sendto=libc.so.6",
    "symbol pthread_create=libc.so.6",
    "symbol open=libc.so.6",  # open64
    "symbol sscanf=libc.so.6",  # __isoc99_sscanf
    "symbol memcpy=libc.so.6",  # __memcpy_chk
    "symbol dl_iterate_phdr=maybe",  # the unwinder's
    "links libc.so.6",
    "export probe",
}  # and no __stack_chk_fail
WINDOWS = {
    "symbol socket=ws2_32.dll",  # imported by number 23
    "symbol sendto=ws2_32.dll",
    "symbol CreateThread=kernel32.dll",
    "symbol Sleep=maybe",
    "symbol D3D11CreateDevice=d3d11.dll",
    "links ws2_32.dll",
    "links kernel32.dll",
    "may-load d3d11.dll",  # delay-loaded
    "export probe",
}  # and no GetLastError
APPLE = {
    "symbol socket=libSystem.B.dylib",
    "symbol opendir=libSystem.B.dylib",  # opendir$INODE64
    "symbol AudioObjectGetPropertyData=CoreAudio",
    "symbol MTLCreateSystemDefaultDevice=Metal",
    "links libSystem.B.dylib",
    "links CoreAudio",
    "may-load Metal",  # weak
    "export probe",
    "setting binary/version=1.0.0",
}  # and no __maskrune
LLVM = {"setting wasm/producer=processed-by clang 22.1.8"} | {
    f"setting wasm/target-feature=+{name}"
    for name in (
        *("bulk-memory-opt", "call-indirect-overlong", "extended-const", "multivalue"),
        *("mutable-globals", "nontrapping-fptoint", "sign-ext"),
    )
}
DYLINK = {"setting wasm/dylink=dylink.0", "setting wasm/memory-size=0", "setting wasm/table-size=0"}
SIDE = {
    *LLVM,
    *DYLINK,
    "export probe",
    "import env.socket",
    "import env.pthread_create",
    "import env.memory",
    "import env.__memory_base",
    "import env.__table_base",
    "import GOT.mem.shared_state",
    "ships wasm32-side-module=web",
    "setting wasm/side-module=true",
    "setting wasm/memory64=false",
    "setting wasm/exceptions=false",
}
PLAIN = {
    "setting wasm/side-module=false",
    "setting wasm/memory64=false",
    "setting wasm/exceptions=false",
    "setting wasm/shared-memory=false",
}

EXPECTED: dict[str, tuple[str, set[str]]] = {
    "elf-x86_64.so": ("elf", POSIX | {"ships elf-x86_64=linux"}),
    "elf-arm.so": ("elf", POSIX | {"ships elf-arm=linux"}),  # 32 bits, only DT_GNU_HASH
    "elf-ppc.so": ("elf", POSIX | {"ships elf-ppc=linux"}),  # 32 bits, big-endian
    "elf-s390x.so": ("elf", POSIX | {"ships elf-s390x=linux"}),  # 64 bits, big-endian
    "elf-x86_64.o": (
        "elf",
        {row.replace("=libc.so.6", "") for row in POSIX if row[0] == "s"} | {"ships elf-x86_64=linux"},
    ),
    "elf-android-arm64.so": (
        "elf",
        {"ships elf-arm64=android", "links liblog.so", "symbol __android_log_write", "export probe"},
    ),
    "pe-x86_64.dll": ("pe", WINDOWS | {"ships pe-x86_64=windows", "setting binary/soname=pe-x86_64.dll"}),
    "pe-x86.dll": ("pe", WINDOWS | {"ships pe-x86=windows", "setting binary/soname=pe-x86.dll"}),
    "pe-import-x86_64.lib": ("ar", {"ships pe-x86_64-import=windows", "links kernel32.dll"}),
    "coff-x86_64.obj": ("pe", {"ships pe-x86_64=windows"}),
    "dotnet.dll": ("dotnet", {"ships dotnet-anycpu=managed", "setting dotnet/kind=il"}),
    "macho-x86_64.dylib": ("macho", APPLE | {"ships macho-x86_64=macos", "setting binary/soname=macho-x86_64.dylib"}),
    "macho-arm64.dylib": ("macho", APPLE | {"ships macho-arm64=macos", "setting binary/soname=macho-arm64.dylib"}),
    "macho-fat.dylib": (
        "macho",
        APPLE
        | {"ships macho-arm64=macos", "ships macho-x86_64=macos"}
        | {"setting binary/soname=macho-arm64.dylib", "setting binary/soname=macho-x86_64.dylib"},
    ),
    "ar-gnu.a": ("ar", {"ships elf-x86_64=linux", "symbol listen"}),  # `helper` is another member's
    "ar-bsd.a": ("ar", {"ships macho-arm64=macos", "symbol listen"}),
    "ar-coff.a": ("ar", {"ships pe-x86_64=windows", "symbol listen"}),
    "ar-empty.a": ("ar", set()),
    "bitcode.bc": ("llvm", {"ships llvm-bitcode=any"}),
    "wasm-side.wasm": ("wasm", SIDE | {"setting wasm/shared-memory=false", "setting wasm/simd=false"}),
    "wasm-side-threads.wasm": (
        "wasm",
        SIDE
        | {"setting wasm/shared-memory=true", "setting wasm/simd=true", "setting wasm/feature=atomics"}
        | {f"setting wasm/target-feature=+{name}" for name in ("atomics", "bulk-memory", "simd128")},
    ),
    "wasm-main.wasm": (  # Emscripten's main modules carry `dylink.0`, too
        "wasm",
        PLAIN
        | LLVM
        | DYLINK
        | {"export __main_argc_argv"}
        | {"ships wasm32=web", "import env.poll", "import env.memory", "import env.__memory_base"}
        | {"import env.__table_base", "setting wasm/simd=false"},
    ),
    "wasm-wasi.wasm": (
        "wasm",
        PLAIN
        | LLVM
        | {"export _start", "export memory"}
        | {"ships wasm32=wasi", "import wasi_snapshot_preview1.sock_send", "setting wasm/simd=false"},
    ),
    "wasm-memory64.wasm": (  # stripped of target_features: the instructions tell
        "wasm",
        {"export _start", "export memory"}
        | PLAIN - {"setting wasm/memory64=false"}
        | {
            "setting wasm/memory64=true",
            "setting wasm/feature=memory64",
            "setting wasm/simd=false",
            "ships wasm64=wasi",
            "import wasi_snapshot_preview1.sock_send",
        },
    ),
    "wasm-object.o": (
        "wasm",
        PLAIN
        | LLVM
        | {
            "ships wasm32-object=any",
            "symbol socket",
            "symbol pthread_create",
            "symbol shared_state",
            "setting wasm/simd=false",
        },
    ),
    "wasm-component.wasm": (
        "wasm",
        PLAIN
        | LLVM
        | {"setting wasm/modules=1"}
        | {"ships wasm32-component=wasi", "import wasi:sockets/udp=0.2.0", "setting wasm/simd=false"},
    ),
}
REFUSED = {
    "java.class": "a Java class file whose constant 0 is of kind 0, not 7",
    "ar-thin.a": "a thin archive: its members are not inside",
}


def rows(name: str, data: bytes) -> set[str]:
    facts = native.extract(f"addons/x/{name}", data).facts
    assert all(fact.location == Location(f"addons/x/{name}") for fact in facts)
    return {f"{fact.kind} {fact.name}" + (f"={fact.value}" if fact.value else "") for fact in facts}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_facts(name: str) -> None:
    language, expected = EXPECTED[name]
    data = (FIXTURES / name).read_bytes()
    assert rows(name, data) == expected
    assert {fact.language for fact in native.extract(name, data).facts} <= {language}


def test_exceptions_by_the_engine() -> None:
    found = rows("x.wasm", (FIXTURES / "wasm-side-exceptions.wasm").read_bytes())
    assert "setting wasm/exceptions=wasm" in found


def test_every_fixture_is_expected() -> None:
    names = {path.name for path in FIXTURES.iterdir()}
    assert names == set(EXPECTED) | set(REFUSED) | {"wasm-side-exceptions.wasm", "dotnet-pinvoke.dll"}  # test_dotnet.py
    assert sum(path.stat().st_size for path in FIXTURES.iterdir()) < 1_500_000


def test_facts_are_sorted() -> None:
    facts = native.extract("a.so", (FIXTURES / "elf-x86_64.so").read_bytes()).facts
    assert [(fact.kind, fact.name) for fact in facts] == sorted((fact.kind, fact.name) for fact in facts)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_fixture(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{REFUSED[name]}$"):
        native.extract(name, (FIXTURES / name).read_bytes())


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.so", b"", "empty file"),
        ("a.so", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image, not a native library"),
        (
            "a.dll",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "Git LFS pointer: fetch LFS to inspect it",
        ),
        (
            "libm.so",
            b"/* GNU ld script */\nGROUP ( /lib/libm.so.6 )\n",
            "a linker script: the library that it names lies elsewhere",
        ),
        ("a.dylib", b"not\na library\n", "a text file, not a native library"),
        ("a.exe", b"MZ" + bytes(58) + b"\x40\0\0\0NE\0\0", "a DOS program, not a Windows one"),
        ("a.a", b"PK\x03\x04rest", "a ZIP archive, not a native library"),
        ("a.so", b"\x01\x02\x03\x04\0\0", "not a format of native libraries that portlint knows"),
        (
            "a.a",
            b"!<arch>\n" + b"readme.txt/     0           0     0     644     2         `\nhi",
            "an archive without object files",
        ),
        ("a.dll", b"MZ", "truncated: 4 bytes at offset 60 are missing"),
        ("a.wasm", b"\0asm\x02\0\0\0", "wasm of version 2, not 1"),
    ],
)
def test_refused(name: str, data: bytes, reason: str) -> None:
    with pytest.raises(ValueError) as caught:
        native.extract(name, data)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    "name", ["elf-x86_64.so", "pe-x86_64.dll", "macho-arm64.dylib", "ar-gnu.a", "wasm-side.wasm", "macho-fat.dylib"]
)
def test_half_a_file_is_truncated(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    with pytest.raises(ValueError, match=r"^(member \S+: )?truncated: "):
        native.extract(name, data[: len(data) // 2])


def test_a_model_is_no_object_file() -> None:
    """Games hold thousands of Wavefront models; none is a file that could not be read."""
    assert native.extract("mesh.obj", b"# Blender\nv 0 0 0\nf 1 2 3\n").facts == ()


def test_the_second_opinion_says_so() -> None:
    """A string table that the dynamic section does not name: our reader refuses, lief reads on from the sections."""
    data = bytearray((FIXTURES / "elf-x86_64.so").read_bytes())
    start = int.from_bytes(data[32:40], "little")
    for at in range(start, start + 56 * int.from_bytes(data[56:58], "little"), 56):
        if int.from_bytes(data[at : at + 4], "little") == 2:
            dynamic = int.from_bytes(data[at + 8 : at + 16], "little")
    for at in range(dynamic, len(data), 16):
        if int.from_bytes(data[at : at + 8], "little") == 10:  # DT_STRSZ
            data[at : at + 8] = (0x6FFFFEF0).to_bytes(8, "little")
            break
    found = native.extract("a.so", bytes(data))
    assert found.partly.startswith("damaged (the dynamic section names no string table); read as far as lief can")
    assert "ships" in {fact.kind for fact in found.facts}


def test_the_reader_has_a_name_and_a_version() -> None:
    assert native.NAME and native.VERSION > 0
