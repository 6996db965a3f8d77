"""Names of a platform's own API, in files that include a header of that platform.

The catalogues hold thousands of names, too many to look for everywhere: the few files that can use them are cut
at every `(` first, and only around the names found does a lexer tell code from comments.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from portlint.extractors.source.c.lexer import Hit, Lexer
from portlint.model.outline import Directive
from portlint.model.vocabulary import Vocabulary

_KEPT = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_("
_WORDS_ALONE = bytes(byte if byte in _KEPT else 0x20 for byte in range(256))
_WINDOW = 1 << 20  # bytes cut at once: the pieces take more room than the text
_OVERLAP = 256  # bytes; longer than every name
_LINE_END = re.compile(rb"\n")


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
    return not headers.isdisjoint([directive.text[1:-1] for directive in directives if directive.kind == "include"])


def _called(data: bytes) -> set[bytes]:
    """What stands before each `(`, in comments too. A regex for the same takes ten times as long."""
    return {text.rstrip().rpartition(b" ")[2] for text in data.translate(_WORDS_ALONE).split(b"(")}


def _hits(data: bytes, directives: Sequence[Directive], names: frozenset[str]) -> list[Hit]:
    """Lexes from one directive to the next where a name stands between them.

    A directive never stands in a comment or a string, so none is cut there.
    """
    ends = [found.start() for found in _LINE_END.finditer(data)]
    cuts = [0, *(ends[directive.line - 2] + 1 for directive in directives if directive.line > 1), len(data)]
    lexer = _lexer(names)
    hits: list[Hit] = []
    for number in sorted({bisect_right(cuts, place) for place in _places(data, names)}):
        begin, stop = cuts[number - 1 : number + 1]
        lines = bisect_left(ends, begin)
        for hit in lexer.lex(data[begin:stop]).hits:
            hits.append(hit._replace(start=hit.start + begin, end=hit.end + begin, line=hit.line + lines))
    return hits


def _places(data: bytes, names: Iterable[str]) -> Iterator[int]:
    """Where the names stand, in comments and as parts of other words too."""
    for name in names:
        word = name.encode()
        place = data.find(word)
        while place >= 0:
            yield place
            place = data.find(word, place + 1)


@lru_cache(maxsize=2)
def _names_in_bytes(vocabulary: Vocabulary) -> frozenset[bytes]:
    return frozenset(name.encode() for name in vocabulary.platform)


@lru_cache(maxsize=16)
def _lexer(names: frozenset[str]) -> Lexer:
    return Lexer(names)
