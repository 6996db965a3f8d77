"""C, C++ and Objective-C: uses of vocabulary names, includes, and the directives around them."""

from __future__ import annotations

import re
from functools import lru_cache

from portlint.extractors.source.c_guards import Regions
from portlint.extractors.source.c_lexer import Hit, Lexer
from portlint.extractors.source.c_shapes import shape
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.outline import Directive, Outline, Own
from portlint.model.vocabulary import Vocabulary

NAME = "c-family"
VERSION = 1
LANGUAGE = "c"

_CPP = (".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".inl", ".ipp", ".tpp", ".ixx", ".cppm", ".mm", ".C")
_C = (".c", ".h", ".inc", ".m")
UNITS = (".c", ".cc", ".cpp", ".cxx", ".c++", ".m", ".mm", ".C", ".ixx", ".cppm")
# Words with a meaning of their own, whatever the vocabulary says.
_ASM = frozenset({"asm", "__asm__", "__asm", "_asm"})
_CPP_WORDS = frozenset({"throw", "try"})
_LOADERS = frozenset({"dlopen", "LoadLibraryA", "LoadLibraryW", "LoadLibrary", "LoadLibraryExA", "LoadLibraryExW", "SDL_LoadObject"})
_INCLUDE = re.compile(r'[<"]([^>"]+)[>"]')
_LITERAL = re.compile(rb'\(\s*(?:TEXT\s*\(\s*|_T\s*\(\s*|L)?"((?:\\.|[^"\\\n])*)"')
MAX_BYTES = 24_000_000


def wants(path: str) -> bool:
    return path.endswith(_CPP) or path.endswith(_C)


def is_unit(path: str) -> bool:
    """A file that a compiler is given by itself, as opposed to one that is included."""
    return path.endswith(UNITS)


def is_cpp(path: str) -> bool:
    return path.endswith(_CPP)


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `call`, `type`, `constant`, `include`, `construct` and `may-load`, and the file's outline.

    Every fact carries the conditions around it as a guard; the `units` stage says which hold for a target.
    Raises ValueError for a file that is no text in an ASCII-compatible encoding, or too large.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for source files")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = _from_utf16(data)
    elif b"\0" in data[:4096]:
        raise ValueError("has NUL bytes: not a source text")
    lexed = _lexer(vocabulary).lex(data)
    regions = Regions(lexed.directives)
    facts: list[Fact] = []
    own: list[Own] = []
    cpp = is_cpp(path)
    for hit in lexed.hits:
        _take(path, data, hit, cpp, vocabulary, regions, facts, own)
    variables = {name.name for name in own if name.kind == "variable"}
    if variables:  # an address of what the file has as a variable, parameter or field is not the function's
        facts = [fact for fact in facts if fact.name not in variables or fact.value != "address"]
    facts.extend(_includes(path, lexed.directives, regions))
    facts.sort(key=lambda fact: (fact.location.line, fact.location.column))
    partly = "; ".join(text for text in (lexed.unclosed, regions.unbalanced) if text)
    return Extraction(tuple(facts), outline=Outline(tuple(lexed.directives), tuple(own)), partly=partly)


def _take(
    path: str,
    data: bytes,
    hit: Hit,
    cpp: bool,
    vocabulary: Vocabulary,
    regions: Regions,
    facts: list[Fact],
    own: list[Own],
) -> None:
    """Add what one hit says to `facts` or `own`."""
    name = hit.name
    kind: FactKind
    value = f"macro {hit.macro}" if hit.macro else ""
    if name in _ASM:
        after = data[hit.end : hit.end + 40].lstrip()
        if not after.startswith((b"(", b"{", b"volatile", b"__volatile", b"goto", b"inline")):
            return
        if after.startswith(b'("') and _is_symbol_alias(data, hit.start):
            return
        kind, name = "construct", "inline-asm"
    elif name in _CPP_WORDS:
        if not cpp or (name == "throw" and data[hit.end : hit.end + 20].lstrip().startswith(b"()")):
            return
        kind = "construct"
    elif name in vocabulary.calls:
        what = shape(data, hit.start, hit.end, bool(hit.macro)) if "::" not in name else "call"
        if what in ("defines", "defines-static", "declares", "variable"):
            own.append(Own(name, hit.line, what))  # type: ignore[arg-type]
            return
        if what == "none" or (what == "other" and name not in vocabulary.constants and name not in vocabulary.types):
            return
        kind = "call" if what in ("call", "address") else "type" if name in vocabulary.types else "constant"
        value = value or what
    elif name in vocabulary.types:
        kind = "type"
    else:
        kind = "constant"
    column = hit.start - data.rfind(b"\n", 0, hit.start)
    guard = regions.guard(hit.line)
    location = Location(path, hit.line, column)
    facts.append(Fact(kind, name, location, LANGUAGE, guard, value))
    if name in _LOADERS and kind == "call":
        library = _LITERAL.match(data, hit.end, hit.end + 300)
        if library:
            facts.append(Fact("may-load", library[1].decode("utf-8", "replace"), location, LANGUAGE, guard, name))


def _is_symbol_alias(data: bytes, start: int) -> bool:
    """`int f(void) __asm__("_f");` names a symbol; it is no assembly."""
    return data[max(0, start - 40) : start].rstrip().endswith(b")")


def _includes(path: str, directives: list[Directive], regions: Regions) -> list[Fact]:
    found = []
    for directive in directives:
        if directive.kind != "include":
            continue
        name = _INCLUDE.match(directive.text)
        if name:
            location = Location(path, directive.line, 1)
            found.append(Fact("include", name[1], location, LANGUAGE, regions.guard(directive.line), directive.text[:1]))
    return found


def _from_utf16(data: bytes) -> bytes:
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("begins like UTF-16, and is not") from error


@lru_cache(maxsize=4)
def _lexer(vocabulary: Vocabulary) -> Lexer:
    return Lexer({*vocabulary.calls, *vocabulary.types, *vocabulary.constants, *_ASM, *_CPP_WORDS})
