"""What a file is, by its first bytes."""

from __future__ import annotations

import codecs
import struct

HEAD_BYTES = 4096  # enough to reach the PE signature behind the usual DOS stubs

_MACHO = {b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"}
_BITCODE = {b"BC\xc0\xde", b"\xde\xc0\x17\x0b"}
_COFF_MACHINES = {0x014C, 0x8664, 0x01C0, 0x01C4, 0xAA64, 0xA641, 0xA64E, 0x0200}
_BIGOBJ_CLASS = bytes.fromhex("c7a1bad1eebaa94baf20faf66aa4dcb8")
_LFS = b"version https://git-lfs.github.com/spec"

# What else turns up under a library's name, as the report shall say it.
_REFUSALS = {
    "empty": "empty file",
    "lfs-pointer": "Git LFS pointer: fetch LFS to inspect it",
    "png": "a PNG image, not a native library",
    "zip": "a ZIP archive, not a native library",
    "gzip": "gzip-compressed data, not a native library",
    "dos": "a DOS program, not a Windows one",
    "linker-script": "a linker script: the library that it names lies elsewhere",
    "tbd": "a text stub of an Apple library (.tbd), not the library",
    "text": "a text file, not a native library",
    "ar-thin": "a thin archive: its members are not inside",
    "other": "not a format of native libraries that portlint knows",
}


def sniff(head: bytes) -> str:
    """Name the format of a file that begins with `head` (give it `HEAD_BYTES`, or all there is).

    One of elf, pe, macho, fat, ar, ar-thin, wasm, wasm-component, coff, coff-bigobj, coff-import, bitcode; or a word
    for what is no native library: empty, lfs-pointer, png, zip, gzip, java-class, dos, linker-script, tbd, text, other.
    """
    if not head:
        return "empty"
    four = head[:4]
    if four == b"\x7fELF":
        return "elf"
    if head[:2] == b"MZ":
        return _mz(head)
    if four in _MACHO:
        return "macho"
    if four in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"):
        return _cafebabe(head)
    if four == b"\0asm":
        return _wasm(head)
    if four in _BITCODE:
        return "bitcode"
    if head.startswith(b"!<arch>\n"):
        return "ar"
    if head.startswith(b"!<thin>\n"):
        return "ar-thin"
    return _coff(head) or _not_native(head)


def refusal(head: bytes) -> str:
    """Why a file that begins so cannot be a native library: one line, or "" if it may be one."""
    return _REFUSALS.get(sniff(head), "")


def _mz(head: bytes) -> str:
    if len(head) < 64:
        return "pe"  # cut off: the reader says so
    at = int(struct.unpack_from("<I", head, 60)[0])
    if at + 4 > len(head):
        return "pe"
    return "pe" if head[at : at + 4] == b"PE\0\0" else "dos"


def _cafebabe(head: bytes) -> str:
    """Fat Mach-O and Java class files share a magic; then comes a count of machines, or a version >= 45."""
    if head[3] == 0xBF:
        return "fat"
    if len(head) >= 8 and int.from_bytes(head[4:8], "big") >= 43:
        return "java-class"
    return "fat"


def _wasm(head: bytes) -> str:
    """Two 16-bit numbers follow the magic: version and layer (0 core, 1 component)."""
    return "wasm-component" if head[6:8] == b"\x01\x00" else "wasm"


def _coff(head: bytes) -> str:
    """Object files of Windows tools begin with the machine number and have no magic: ask for more that fits."""
    if len(head) < 20:
        return ""
    machine, sections, _time, _table, _symbols, optional, flags = struct.unpack_from("<HHIIIHH", head)
    if machine == 0 and sections == 0xFFFF:
        if head[12:28] == _BIGOBJ_CLASS:
            return "coff-bigobj"
        return "coff-import" if head[4:6] in (b"\0\0", b"\1\0") else ""
    # Objects have no optional header; the flags may say little-endian, line numbers stripped, and the like.
    fits = machine in _COFF_MACHINES and optional == 0 and 0 < sections < 0xFF00 and not flags & 0x2002
    return "coff" if fits else ""


def _not_native(head: bytes) -> str:
    if head.startswith(_LFS):
        return "lfs-pointer"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"--- !tapi-tbd", b"---\narchs:")):
        return "tbd"
    if b"\0" in head or not _is_text(head):
        return "other"
    script = head.lstrip()
    while script.startswith(b"/*") and b"*/" in script:
        script = script.partition(b"*/")[2].lstrip()
    words = (b"OUTPUT_FORMAT", b"GROUP", b"INPUT", b"TARGET", b"SEARCH_DIR")
    return "linker-script" if script.startswith(words) else "text"


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters; a character cut at the end of `head` is forgiven."""
    if any(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True
