"""File names, first bytes, and the folding of symbol names."""

from __future__ import annotations

import pytest

from portlint.extractors.binary import sniff
from portlint.extractors.binary.filenames import wants
from portlint.extractors.binary.folding import fold
from portlint.extractors.binary.noise import knowledge


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("addons/x/libx.so", True),
        ("libx.so.1", True),
        ("libx.so.1.2.3", True),
        ("bin/X.DLL", True),
        ("x.dylib", True),
        ("x.wasm", True),
        ("x.node", True),
        ("steam.framework/steam", True),
        ("steam.framework/Versions/A/steam", True),
        ("libx.macos.template_debug.framework/libx.macos.template_debug", True),
        ("x.bundle/Contents/MacOS/x", True),
        ("steam.framework/Resources/Info.plist", False),
        ("steam.framework/Headers/steam", False),
        ("libx.so.txt", False),
        ("libx.solution", False),
        ("a.cpp", False),
        ("levels.bundle", False),  # Unity's asset bundles
    ],
)
def test_wants(path: str, wanted: bool) -> None:
    assert wants(path) is wanted


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"\x7fELF\x02\x01\x01", "elf"),
        (b"\xcf\xfa\xed\xfe\x07\0\0\x01", "macho"),
        (b"\xfe\xed\xfa\xce\0\0\0\x12", "macho"),
        (b"\xca\xfe\xba\xbe\0\0\0\x02", "fat"),
        (b"\xca\xfe\xba\xbf\0\0\0\x02", "fat"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", "java-class"),
        (b"!<arch>\n", "ar"),
        (b"\0asm\x01\0\0\0", "wasm"),
        (b"\0asm\x0d\0\x01\0", "wasm-component"),
        (b"\x64\x86\x02\0" + bytes(16), "coff"),
        (b"\x4c\x01\x02\0" + bytes(16), "coff"),
        (b"\0\0\xff\xff\0\0\x64\x86" + bytes(12), "coff-import"),
        (b"\0\0\xff\xff\x02\0\x64\x86\0\0\0\0" + bytes.fromhex("c7a1bad1eebaa94baf20faf66aa4dcb8"), "coff-bigobj"),
        (b"\x64\x86\x02\0" + bytes(12) + b"\xf0\0\0\0", "other"),  # an optional header: no object file
        ("ünï".encode(), "text"),
        ("ü".encode() * 2048, "text"),
        (b"\xff\xfe\xfd", "other"),
    ],
)
def test_sniff(head: bytes, word: str) -> None:
    assert sniff(head[:4095]) == word  # 4095 cuts the long one inside of a character


@pytest.mark.parametrize(
    ("name", "kind", "machine", "flavour", "plain"),
    [
        ("fopen64", "elf", "x86_64", "", "fopen"),
        ("__xstat64", "elf", "x86_64", "", "stat"),
        ("__read_chk", "elf", "x86_64", "", "read"),
        ("__isoc23_strtol", "elf", "x86_64", "", "strtol"),
        ("__clock_gettime64", "elf", "arm", "", "clock_gettime"),
        ("__select_time64", "elf", "arm", "", "select"),
        ("__stat64_time64", "elf", "arm", "", "stat"),
        ("memcpy@GLIBC_2.14", "elf", "x86_64", "", "memcpy"),
        ("SDL_ReadLE64", "elf", "x86_64", "", "SDL_ReadLE64"),  # not every 64 is a large file
        ("atomic_load_64", "elf", "x86_64", "", "atomic_load_64"),
        ("_ZNSt6thread4joinEv", "elf", "x86_64", "", "std::thread"),  # more of these: test_binary_folding.py
        ("_fopen", "macho", "arm64", "", "fopen"),
        ("_open$NOCANCEL", "macho", "x86_64", "", "open"),
        ("_select$DARWIN_EXTSN", "macho", "x86_64", "", "select"),
        ("_readdir_r$INODE64", "macho", "x86_64", "", "readdir_r"),
        ("___memcpy_chk", "macho", "arm64", "", "memcpy"),
        ("_OBJC_CLASS_$_NSObject", "macho", "arm64", "", "OBJC_CLASS_$_NSObject"),
        ("_setjmp", "pe", "x86_64", "", "setjmp"),
        ("_stat64", "pe", "x86_64", "", "stat"),
        ("_beginthreadex", "pe", "x86_64", "", "_beginthreadex"),
        ("__imp_socket", "pe", "x86_64", "object", "socket"),
        ("__imp__socket@12", "pe", "x86", "object", "socket"),
        ("_malloc", "pe", "x86", "object", "malloc"),
        ("?f@@YAXXZ", "pe", "x86_64", "object", "?f@@YAXXZ"),
    ],
)
def test_fold(name: str, kind: str, machine: str, flavour: str, plain: str) -> None:
    assert fold(name, kind, machine, flavour, knowledge()) == plain


def test_sure_and_unsure_noise_are_apart() -> None:
    known = knowledge()
    for kind in known.noise:
        assert not known.noise[kind] & known.maybe[kind]
        # An alias that ends in noise would silently drop a real function.
        assert not set(known.alias[kind].values()) & known.noise[kind]
