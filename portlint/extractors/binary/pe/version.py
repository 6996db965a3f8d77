"""Who made a PE file: product, version and company out of its version resource.

Layout: learn.microsoft.com/windows/win32/debug/pe-format (.rsrc) and /windows/win32/menurc/vs-versioninfo.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portlint.extractors.binary.pe.file import RESOURCE, Pe

_VERSION_TYPE = 16
_ENTRY_LIMIT = 4096  # of one folder of resources
_NODE_LIMIT = 1000  # of one version resource
_SUBFOLDER = 0x80000000
_SIGNATURE = 0xFEEF04BD
_TEXT_LIMIT = 200  # characters of a value
_COMMAS = re.compile(r"\s*,\s*")
_SETTINGS = {"ProductName": "binary/product", "FileVersion": "binary/version", "CompanyName": "binary/company"}


def version_settings(pe: Pe) -> dict[str, str]:
    """`binary/product`, `binary/version` and `binary/company`, as far as the file says them.

    Raises ValueError when the resources lead nowhere.
    """
    block = _version_block(pe)
    found: dict[str, str] = {}
    for key, value in _texts(block):
        if key in _SETTINGS and value:
            found.setdefault(_SETTINGS[key], value)
    numbers = _numbers(block)
    if "binary/version" in found:
        found["binary/version"] = _COMMAS.sub(".", found["binary/version"])  # Visual C++ 6 wrote `1, 0, 0, 1`
    elif numbers:
        found["binary/version"] = numbers
    return found


def _version_block(pe: Pe) -> bytes:
    """The first version resource, b"" where there is none.

    The tree has three levels by its definition (type, name, language): no more are walked, so a cycle cannot hurt.
    """
    start, _ = pe.directory(RESOURCE)
    if not start:
        return b""
    root = pe.offset(start)
    names = next((at for number, at in _folder(pe, root, 0) if number == _VERSION_TYPE), 0)
    if not names & _SUBFOLDER:
        return b""
    languages = next((at for _, at in _folder(pe, root, names & ~_SUBFOLDER)), 0)
    if not languages & _SUBFOLDER:
        return b""
    leaf = next((at for _, at in _folder(pe, root, languages & ~_SUBFOLDER) if not at & _SUBFOLDER), 0)
    if not leaf:
        return b""
    address, size = pe.view.unpack("II", root + leaf)
    return pe.view.slice(pe.offset(address), size)


def _folder(pe: Pe, root: int, at: int) -> Iterator[tuple[int, int]]:
    named, numbered = pe.view.unpack("HH", root + at + 12)
    if named + numbered > _ENTRY_LIMIT:
        raise ValueError(f"a folder of {named + numbered} resources")
    yield from ((number, to) for number, to in pe.view.table("II", root + at + 16, named + numbered))


def _texts(block: bytes) -> list[tuple[str, str]]:
    """Keys and values of all languages, in file order.

    The texts lie at a fixed depth: block, StringFileInfo, a language's table, text.
    """
    found: list[tuple[str, str]] = []
    for info_key, _, info in _nodes(block, *_children(block, 0, len(block))):
        if info_key != "StringFileInfo":
            continue
        for _, _, table in _nodes(block, *info):
            for key, value, _ in _nodes(block, *table):
                found.append((key, value))
                if len(found) > _NODE_LIMIT:
                    return found
    return found


def _children(block: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the nodes inside of the node at `at` begin and end."""
    length = int.from_bytes(block[at : at + 2], "little")
    value = int.from_bytes(block[at + 2 : at + 4], "little")
    if int.from_bytes(block[at + 4 : at + 6], "little"):
        value *= 2  # texts count characters
    stop = min(at + length, end)
    return _aligned(_key(block, at, stop)[1]) + _aligned(value), stop


def _nodes(block: bytes, at: int, end: int) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """(key, value as text, where its children lie) of the nodes between two offsets."""
    while at + 6 <= end:
        length = int.from_bytes(block[at : at + 2], "little")
        if length < 6:
            return
        stop = min(at + length, end)
        key, behind = _key(block, at, stop)
        value = block[_aligned(behind) : stop].decode("utf-16-le", "replace").partition("\0")[0]
        yield key, value.strip()[:_TEXT_LIMIT], _children(block, at, stop)
        at = _aligned(at + length)


def _key(block: bytes, at: int, end: int) -> tuple[str, int]:
    """The node's name, and the offset behind its end mark."""
    start = at + 6
    stop = start
    while stop + 2 <= end and block[stop : stop + 2] != b"\0\0":
        stop += 2
    return block[start:stop].decode("utf-16-le", "replace"), stop + 2


def _aligned(offset: int) -> int:
    return (offset + 3) & ~3


def _numbers(block: bytes) -> str:
    """`1.2.3.4` out of the fixed part."""
    at = block.find(_SIGNATURE.to_bytes(4, "little"))
    if at < 0 or at + 16 > len(block):
        return ""
    high, low = (int.from_bytes(block[at + skip : at + skip + 4], "little") for skip in (8, 12))
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}" if high or low else ""
