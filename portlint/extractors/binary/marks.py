"""Texts inside a binary that nothing but one package has: `match.marks` of `rules/packages/*.toml`."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from portlint.errors import PortlintError
from portlint.extractors.binary.magic import HEAD_BYTES, sniff

SIZE_LIMIT = 256_000_000  # bytes; a larger file is an engine's player or packed data, and names itself otherwise
_NATIVE = ("elf", "pe", "macho", "fat", "ar")
_ROW = re.compile(rb"^\[\[package\]\]", re.MULTILINE)


class Marks(msgspec.Struct, frozen=True):
    """All marks, sorted. `digest` is part of the cache key of every binary's facts."""

    texts: tuple[str, ...]
    digest: str


@cache
def marks() -> Marks:
    """Read the marks of every row. Raises PortlintError when a file cannot be read.

    Only rows with marks are parsed: all of them take 0.1 s, in each worker process.
    """
    found: set[str] = set()
    for path in sorted(_folder().glob("*.toml")):
        try:
            rows = _ROW.split(path.read_bytes())[1:]
            found.update(mark for row in rows if b"marks" in row for mark in _marks_of(row))
        except OSError as error:
            raise PortlintError(f"{path}: cannot be read: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise PortlintError(f"{path}: not valid TOML: {error}") from error
    texts = tuple(sorted(found))
    return Marks(texts, hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16])


def extra_settings(data: bytes) -> tuple[tuple[str, str], ...]:
    """(`binary/mark`, the text) for every mark in a native binary, sorted, each once. Other files give nothing."""
    if len(data) > SIZE_LIMIT or sniff(data[:HEAD_BYTES]) not in _NATIVE:
        return ()
    finder = _finder()
    if finder is None:
        return ()
    texts = marks().texts
    found = {which for which, _, _ in finder.find_matches_as_indexes(data)}
    return tuple(("binary/mark", texts[which]) for which in sorted(found))


@cache
def _finder() -> Any:
    from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

    texts = [text.encode() for text in marks().texts]
    return BytesAhoCorasick(texts, MatchKind.Standard, Implementation.DFA) if texts else None


def _marks_of(row: bytes) -> list[str]:
    # `[package.on.browser]` of a row cut out of its array: a table of a key that nobody gave, which TOML allows.
    match = tomllib.loads(row.decode("utf-8")).get("match", {})
    return list(match.get("marks", ()))


def _folder() -> Path:
    """Inside of the installed package, or beside it in a source checkout (`catalog.load` is a sibling layer)."""
    package = Path(__file__).resolve().parents[2]
    inside = package / "rules" / "packages"
    return inside if inside.is_dir() else package.parent / "rules" / "packages"
