"""Names of a platform's own API, in files that include a header of that platform.

The catalogues hold thousands of names, too many to look for everywhere: the few files that can use them are cut
at every `(` first, and only between the first and the last name found does a lexer tell code from comments.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter

from portlint.extractors.source.c_lexer import Hit, Lexer
from portlint.model.outline import Directive
from portlint.model.vocabulary import Vocabulary

_KEPT = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_("
_WORDS_ALONE = bytes(byte if byte in _KEPT else 0x20 for byte in range(256))
_WINDOW = 1 << 20  # bytes cut at once: the pieces take more room than the text
_OVERLAP = 256  # bytes; longer than every name
_LINE_OF = attrgetter("line")


def platform_hits(path: str, data: bytes, directives: Sequence[Directive], vocabulary: Vocabulary) -> list[Hit]:
    """Where names of `Vocabulary.platform` that the file calls stand in its code, in order.

    Empty for a file without an include of a platform's header, and for a copy of such a header.
    """
    headers = vocabulary.platform_headers
    if not vocabulary.platform or path.rpartition("/")[2] in headers or not _includes_one(directives, headers):
        return []
    known = _names_in_bytes(vocabulary)
    names: set[bytes] = set()
    for begin in range(0, len(data), _WINDOW):
        names |= known & _called(data[begin : begin + _WINDOW + _OVERLAP])
    return _hits(data, directives, frozenset(name.decode() for name in names)) if names else []


def _includes_one(directives: Sequence[Directive], headers: frozenset[str]) -> bool:
    for directive in directives:  # every file pays for this loop: any() takes twice as long
        if directive.kind == "include" and directive.text[1:-1] in headers:
            return True
    return False


def _called(data: bytes) -> set[bytes]:
    """What stands before each `(`, in comments too. A regex for the same takes ten times as long."""
    return {text.rstrip().rpartition(b" ")[2] for text in data.translate(_WORDS_ALONE).split(b"(")}


def _hits(data: bytes, directives: Sequence[Directive], names: frozenset[str]) -> list[Hit]:
    """Lexes from the last directive before the first name to the next one after the last name.

    A directive never stands in a comment or a string, so none is cut there.
    """
    encoded = [name.encode() for name in names]
    first = min(data.find(name) for name in encoded)
    last = max(data.rfind(name) for name in encoded)
    line = data.count(b"\n", 0, first) + 1
    last_line = line + data.count(b"\n", first, last)
    before, after = (bisect_right(directives, number, key=_LINE_OF) for number in (line, last_line))
    begin, stop = 0, len(data)
    if before:
        begin = first
        for _ in range(line - directives[before - 1].line + 1):
            begin = data.rfind(b"\n", 0, begin)
        begin += 1
    if after < len(directives):
        stop = last
        for _ in range(directives[after].line - last_line):
            stop = data.find(b"\n", stop) + 1
    skipped = data.count(b"\n", 0, begin)
    found = _lexer(names).lex(data[begin:stop]).hits
    return [hit._replace(start=hit.start + begin, end=hit.end + begin, line=hit.line + skipped) for hit in found]


@lru_cache(maxsize=2)
def _names_in_bytes(vocabulary: Vocabulary) -> frozenset[bytes]:
    return frozenset(name.encode() for name in vocabulary.platform)


@lru_cache(maxsize=16)
def _lexer(names: frozenset[str]) -> Lexer:
    return Lexer(names)
