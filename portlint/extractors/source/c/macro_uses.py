"""Where macros that stand for a vocabulary name are used: `#define closesocket close` matters only if somebody does."""

from __future__ import annotations

from functools import lru_cache

import ahocorasick_rs

from portlint.extractors.source.c.family import wants
from portlint.extractors.source.c.lexer import Lexer
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.vocabulary import Vocabulary

NAME = "c-macro-uses"
VERSION = 1

__all__ = ["NAME", "VERSION", "extract", "wants"]


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """`constant` facts for each use of a macro in `vocabulary.constants`.

    The value is `macro HOLDER` for a use in another macro's body.
    """
    finder, lexer = _finders(vocabulary)
    if not finder.find_matches_as_indexes(data):
        return Extraction()
    facts = []
    for hit in lexer.lex(data).hits:
        if hit.macro != hit.name:
            value = f"macro {hit.macro}" if hit.macro else ""
            facts.append(Fact("constant", hit.name, Location(path, hit.line, hit.column), "c", value=value))
    return Extraction(tuple(facts))


@lru_cache(maxsize=4)
def _finders(vocabulary: Vocabulary) -> tuple[ahocorasick_rs.BytesAhoCorasick, Lexer]:
    finder = ahocorasick_rs.BytesAhoCorasick([name.encode() for name in sorted(vocabulary.constants)])
    return finder, Lexer(vocabulary.constants)
