"""Zig, at the level of imports: uses of known parts of the standard library by their path (`std.net.Server`).

No grammar: the language still changes, and what is asked here is how a name goes on after `std`. Local names for parts
of the library (`const net = std.net;`) are followed. Source: ziglang.org/documentation/master, "Source File Structs".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from portlint.extractors.source.syntax import by_place, place
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind
from portlint.model.vocabulary import Vocabulary

NAME = "zig"
VERSION = 1
LANGUAGE = "zig"
MAX_BYTES = 8_000_000

# A comment, a line of a multi-line string, a string, a character.
_QUIET = re.compile(rb"//[^\n]*|\\\\[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_STD = re.compile(rb"\b(?:const|var)\s+(\w+)\s*(?::[^=;]{1,80})?=\s*@import\(\s*\"std\"\s*\)((?:\.\w+)*)\s*;")
_ALIAS = re.compile(rb"\b(?:const|var)\s+(\w+)\s*(?::[^=;]{1,80})?=\s*(\w+(?:\.\w+)*)\s*;")
_IMPORT_C = re.compile(rb"@cImport\s*\(")
_DEEPEST = 8  # parts of a path that are looked at


def wants(path: str) -> bool:
    return path.endswith(".zig")


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `call` (a part of the library is used, by the shortest name that rules know) and `construct`.

    `construct`: `zig:c-import`, headers of C are translated here. `if (builtin.os.tag == ...)` is not read.
    Raises ValueError for a file over 8 MB, and one that is not text.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for Zig")
    if b"\0" in data[:4096]:
        raise ValueError("not text")
    facts: dict[tuple[FactKind, str, int], Fact] = {}

    def add(kind: FactKind, name: str, start: int, value: str = "") -> None:
        where = place(path, data, start)
        facts.setdefault((kind, name, where.line), Fact(kind, name, where, LANGUAGE, value=value))

    bare = _QUIET.sub(lambda match: re.sub(rb"[^\n]", b" ", match[0]), data)
    for match in _IMPORT_C.finditer(bare):
        add("construct", "zig:c-import", match.start())
    known, declared = _locals(data, bare)
    for start, full in _uses(bare, known) if known else ():
        name = _shortest(full, vocabulary)
        if name and start not in declared:
            add("call", name, start)
    return Extraction(by_place(facts.values()))


def _locals(data: bytes, bare: bytes) -> tuple[dict[str, str], set[int]]:
    """What local names stand for (`net` for `std.net`), and where others are declared by them."""
    known = {match[1].decode(): f"std{match[2].decode()}" for match in _STD.finditer(data)}
    declared = set()
    for match in _ALIAS.finditer(bare):
        head, _, rest = match[2].decode().partition(".")
        if head in known and rest:
            known[match[1].decode()] = f"{known[head]}.{rest}"
            declared.add(match.start(2))
    return known, declared


def _uses(bare: bytes, known: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Where a local name is used, and the whole path from there on (`std.net.Server.init`)."""
    pattern = re.compile(rb"(?<![\w.@])(%s)((?:\s*\.\s*\w+)*)" % b"|".join(re.escape(name.encode()) for name in known))
    for match in pattern.finditer(bare):
        before = bare[max(match.start() - 40, 0) : match.start()].rstrip()
        if not before.endswith((b"const", b"var")):
            yield match.start(), known[match[1].decode()] + re.sub(r"\s", "", match[2].decode())


def _shortest(full: str, vocabulary: Vocabulary) -> str:
    """The shortest beginning of a path that the vocabulary has, or ""."""
    parts = full.split(".")
    begins = (".".join(parts[:size]) for size in range(2, min(len(parts), _DEEPEST) + 1))
    return next((name for name in begins if name in vocabulary.calls), "")
