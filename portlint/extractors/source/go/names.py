"""The names that rules look for in Go, by package, and where a file has them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from portlint.extractors.source.go.header import Header, Import
from portlint.model.fact import FactKind
from portlint.model.vocabulary import Vocabulary

_WORD = re.compile(rb"\w")


class Hit(NamedTuple):
    """Where `qualifier.name` stands, byte of the qualifier (of the name itself under a dot import)."""

    start: int
    path: str
    name: str
    dotted: bool = False


class Names:
    """The vocabulary, split at the last dot: `net/http.Server` is `Server` of the package `net/http`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._kinds: dict[FactKind, frozenset[str]] = {
            "call": vocabulary.calls,
            "type": vocabulary.types,
            "constant": vocabulary.constants,
        }
        self.imports = vocabulary.imports
        self._of: dict[str, set[str]] = {}
        for name in vocabulary.calls | vocabulary.types | vocabulary.constants:
            path, _, last = name.rpartition(".")
            self._of.setdefault(path, set()).add(last)

    def has(self, kind: FactKind, full: str) -> bool:
        return full in self._kinds[kind]

    def hits(self, data: bytes, header: Header) -> list[Hit]:
        """Textual uses of known names of the packages that the file imports, in order, comments included."""
        found: list[Hit] = []
        for each in header.imports:
            if each.path in self._of and each.name != "_":
                found += self._dotted(data, header, each) if each.name == "." else self._plain(data, header, each)
        return sorted(found)

    def _plain(self, data: bytes, header: Header, of: Import) -> list[Hit]:
        known = self._of[of.path]
        return [
            Hit(match.start(), of.path, name)
            for match in _pattern(of.qualifier).finditer(data, header.end)
            if not _WORD.match(data, match.start() - 1) and (name := match[1].decode()) in known
        ]

    def _dotted(self, data: bytes, header: Header, of: Import) -> list[Hit]:
        words = "|".join(sorted(map(re.escape, self._of[of.path])))
        pattern = re.compile(rf"(?<![\w.])({words})\b".encode())
        return [
            Hit(match.start(), of.path, match[1].decode(), dotted=True) for match in pattern.finditer(data, header.end)
        ]


@lru_cache(maxsize=256)
def _pattern(qualifier: str) -> re.Pattern[bytes]:
    # Begins with plain text, which is searched for several times faster than a word boundary.
    return re.compile(rf"{re.escape(qualifier)}\s*\.\s*(\w+)".encode())


@lru_cache(maxsize=4)
def names_of(vocabulary: Vocabulary) -> Names:
    return Names(vocabulary)
