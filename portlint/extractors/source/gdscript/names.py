"""Where a GDScript file names something that the catalog knows, found in its bytes without parsing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from portlint.model.vocabulary import Vocabulary

_WORD = re.compile(rb"\w+")
_MEMBER = re.compile(rb"\s*\.\s*(\w+)")


class Hit(NamedTuple):
    """A vocabulary class named at data[start:end]."""

    name: str
    start: int
    end: int


class Names:
    """The vocabulary by class: `OS.execute` is the method `execute` of `OS`. A trailing `*` is a prefix."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        from ahocorasick_rs import BytesAhoCorasick, MatchKind

        self._methods = _by_class(name for name in vocabulary.calls if not name.endswith("*"))
        self._families_of = _by_class(name[:-1] for name in vocabulary.calls if name.endswith("*"))
        self._constants = _by_class(vocabulary.constants)
        self._types = frozenset(name for name in vocabulary.types if not name.endswith("*"))
        self._families: tuple[str, ...] = tuple(sorted(name[:-1] for name in vocabulary.types if name.endswith("*")))
        patterns = sorted({*self._methods, *self._families_of, *self._constants, *self._types, *self._families})
        self._searcher = BytesAhoCorasick([name.encode() for name in patterns], MatchKind.LeftmostLongest)

    def is_call(self, head: str, method: str) -> bool:
        if method in self._methods.get(head, ()):
            return True
        return head in self._families_of and method.startswith(tuple(self._families_of[head]))

    def is_constant(self, head: str, member: str) -> bool:
        return member in self._constants.get(head, ())

    def is_type(self, name: str) -> bool:
        return name in self._types or name.startswith(self._families)

    def has_methods(self, head: str) -> bool:
        return head in self._methods or head in self._families_of

    def has_traces(self, head: str, data: bytes) -> bool:
        """False when the file calls nothing that would make it worth while to follow a variable of this class."""
        methods = self._methods.get(head, set()) - {"new"}
        return head in self._families_of or any(name.removeprefix("set_").encode() in data for name in methods)

    def _knows(self, name: str) -> bool:
        return self.has_methods(name) or name in self._constants or self.is_type(name)

    def hits(self, data: bytes) -> list[Hit]:
        """Whole words that are a known class, outside of member access and of lines that are only a comment.

        A class followed by a member that nobody asks for (`OS.get_name`) is no hit, except `.new`, which tells
        what a variable holds. Strings and trailing comments are for the syntax tree to rule out.
        """
        found = []
        for _, start, _ in self._searcher.find_matches_as_indexes(data):
            if start and _continues(data[start - 1]):
                continue
            word = _WORD.match(data, start)
            if word is None:
                continue
            end = word.end()
            name = word[0].decode("ascii", "replace")
            if self._knows(name) and self._is_used(data, name, start, end):
                found.append(Hit(name, start, end))
        # A class of which only methods count, none of which the file names: nothing to follow, so nothing to parse.
        telling = {name: self._tells(name, data) for name in {hit.name for hit in found}}
        return found if any(telling.values()) else []

    def _tells(self, name: str, data: bytes) -> bool:
        return (
            self.is_type(name)
            or name in self._constants
            or "new" in self._methods.get(name, ())
            or self.has_traces(name, data)
        )

    def _is_used(self, data: bytes, name: str, start: int, end: int) -> bool:
        member = _MEMBER.match(data, end) if data[end : end + 1] in (b".", b" ") else None
        if member is not None:
            after = member[1].decode("ascii", "replace")
            is_known = self.is_call(name, after) or self.is_constant(name, after) or self.is_call(name, f"set_{after}")
            if not is_known and not (after == "new" and self.has_methods(name)):
                return False
        line = data.rfind(b"\n", 0, start) + 1
        return not data[line:start].lstrip().startswith(b"#")


def _by_class(names: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        head, dot, member = name.partition(".")
        if dot:
            found.setdefault(head, set()).add(member)
    return found


def _continues(byte: int) -> bool:
    """True for a character that makes what follows part of a longer name, or a member of something."""
    return byte > 0x7F or chr(byte) in "._" or chr(byte).isalnum()


@lru_cache(maxsize=4)
def names_of(vocabulary: Vocabulary) -> Names:
    return Names(vocabulary)
