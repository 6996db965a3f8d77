"""The same names are found whether a lexer looks for those that a file has as words, or for all."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.catalog.vocabularies import vocabularies
from portlint.extractors.source.c import family
from portlint.extractors.source.c.lexer import Lexer

FIXTURES = sorted(path for path in (Path(__file__).parent / "fixtures").rglob("*") if family.wants(path.name))
WORDS = vocabularies()["c"]
NAMES = WORDS.calls | WORDS.types | WORDS.constants
ODD = (
    b"xstd::thread t; a::std::thread u; std::threads v; std::thread w;",
    b"EM_ASM({ fork(); });\nint $fork; fork$(); _fork(); fork(); 1fork; fork\xff(); \xe9fork();",
    b'#define std std::thread\nR"(fork(" )" fork(); // fork()\n/* fork */ fork',
)


@pytest.mark.parametrize("searched", [600_000, 3_000_000])
def test_few_names_and_all(searched: int) -> None:
    many = Lexer(NAMES)
    many.lex(b"\n" * searched)
    for data in (*ODD, *(path.read_bytes() for path in FIXTURES)):
        assert Lexer(NAMES).lex(data) == many.lex(data)
