"""C, C++ and Objective-C: uses of vocabulary names, includes, and the directives around them."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from portlint.extractors.source.c.guards import Regions
from portlint.extractors.source.c.lexer import Hit, Lexer
from portlint.extractors.source.c.loops import FRAME_CALLS, blocking_loops
from portlint.extractors.source.c.platform import platform_hits
from portlint.extractors.source.c.scopes import Scopes
from portlint.extractors.source.c.shapes import shape
from portlint.extractors.source.c.std import unprefixed
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.outline import Directive, Outline, Own, OwnKind
from portlint.model.vocabulary import Vocabulary

NAME = "c-family"
VERSION = 5
LANGUAGE = "c"

_CPP = tuple(".cpp .cc .cxx .c++ .hpp .hh .hxx .h++ .inl .ipp .tpp .ixx .cppm .mm .C".split())
_C = (".c", ".h", ".inc", ".m")
UNITS = (".c", ".cc", ".cpp", ".cxx", ".c++", ".m", ".mm", ".C", ".ixx", ".cppm")
# Words with a meaning of their own, whatever the vocabulary says.
_ASM = frozenset({"asm", "__asm__", "__asm", "_asm"})
_CPP_WORDS = frozenset({"throw", "try"})
_LOADERS = frozenset(
    "dlopen LoadLibraryA LoadLibraryW LoadLibrary LoadLibraryExA LoadLibraryExW SDL_LoadObject".split()
)
# Look-ups of one function in a loaded library: the second argument names it.
_LOOKUPS = frozenset("dlsym dlvsym GetProcAddress SDL_LoadFunction".split())
_CPP_HEADER = re.compile(rb"\b(?:class|namespace|template|public:|virtual)\b")
_INCLUDE = re.compile(r'[<"]([^>"]+)[>"]')
_LITERAL = re.compile(rb'\(\s*(?:TEXT\s*\(\s*|_T\s*\(\s*|L)?"((?:\\.|[^"\\\n])*)"')
_SECOND_LITERAL = re.compile(rb'\([^;{}"]{1,200}?,\s*(?:L)?"((?:\\.|[^"\\\n])*)"')
# `__asm__ volatile("" ::: "memory")`: a barrier for the compiler, without an instruction of any machine.
_NO_INSTRUCTION = re.compile(rb'\s*(?:(?:__)?volatile(?:__)?\b\s*)?\(\s*""\s*[:)]')
# `: first(a), sync(false) {`: a member's initial value has the shape of a call.
_BEFORE_INITIAL = re.compile(rb"(?:\)\s*(?:noexcept\s*)?:|[)}]\s*,)\s*\Z")
_INITIAL = re.compile(rb"\s*\([^();]*(?:\([^();]*\)[^();]*)*\)\s*[,{]")
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

    Every fact carries the conditions around it as a guard; the `units` stage says which hold for a target. A call's
    value is `call`, `global` (`::name(`: never a name of the project's own), `address`, `method CLASS` (unqualified, in
    the code of a class that may have a method of that name) or `macro NAME` (in the body of that macro).
    Raises ValueError for a file that is no text in an ASCII-compatible encoding, or too large.
    """
    data, odd = _as_lines(data)
    lexed = _lexer(vocabulary).lex(data)
    source = _Source(path, data, vocabulary, Regions(lexed.directives))
    for hit in (*lexed.hits, *unprefixed(data, lexed.directives, vocabulary.calls | vocabulary.types)):
        source.take(hit)
    more = platform_hits(path, data, lexed.directives, vocabulary)
    for hit in more:
        source.take(hit)
    if more:
        source.own.sort(key=lambda own: own.line)
    facts = source.finished()
    facts.extend(_includes(path, lexed.directives, source.regions))
    facts.sort(key=lambda fact: (fact.location.line, fact.location.column))
    partly = "; ".join(text for text in (odd, lexed.partly, source.regions.unbalanced) if text)
    return Extraction(tuple(facts), outline=Outline(tuple(lexed.directives), tuple(source.own)), partly=partly)


def _as_lines(data: bytes) -> tuple[bytes, str]:
    """The text in an ASCII-compatible encoding with `\\n` at the end of every line, and what was odd about it."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for source files")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = _from_utf16(data)
    odd = ""
    if b"\0" in data:
        if b"\0" in data[:4096]:
            raise ValueError("has NUL bytes: not a source text")
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        odd = f"has NUL bytes from line {line} on"
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):  # a lone CR ends a line, as on old Macs
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data, odd


class _Source:
    """One file's facts and own names while its hits are taken in."""

    def __init__(self, path: str, data: bytes, vocabulary: Vocabulary, regions: Regions) -> None:
        self._path = path
        self._data = data
        self._vocabulary = vocabulary
        self.regions = regions
        self._cpp = is_cpp(path)
        self._scopes: Scopes | None = None
        self._facts: list[Fact] = []
        self.own: list[Own] = []
        self._initial: set[int] = set()  # numbers of calls that may be initial values of members
        self._frames: list[int] = []  # where calls stand that belong into a main loop

    def take(self, hit: Hit) -> None:
        """Add what one hit says."""
        if hit.name in FRAME_CALLS and not hit.macro:
            self._frames.append(hit.start)
        use = self._use(hit)
        if use is None:
            return
        kind, value = use
        name = "inline-asm" if hit.name in _ASM else hit.name
        fact = Fact(
            kind,
            name,
            Location(self._path, hit.line, hit.column),
            LANGUAGE,
            self.regions.guard(hit.line),
            f"macro {hit.macro}" if hit.macro else value,
        )
        if self._cpp and kind == "call" and _is_initial(self._data, hit):
            self._initial.add(len(self._facts))
        self._facts.append(fact)
        if kind == "call" and (name in _LOADERS or name in _LOOKUPS):
            argument = _LITERAL if name in _LOADERS else _SECOND_LITERAL
            if named := argument.match(self._data, hit.end, hit.end + 300):
                text = named[1].decode("utf-8", "replace")
                self._facts.append(Fact("may-load", text, fact.location, LANGUAGE, fact.guard, name))

    def _use(self, hit: Hit) -> tuple[FactKind, str] | None:
        """The kind of use and its value outside of a macro; None for what is no use."""
        name, vocabulary = hit.name, self._vocabulary
        if name in _ASM:
            return ("construct", "") if _is_assembly(self._data, hit) else None
        if name in _CPP_WORDS:
            is_old = name == "throw" and self._data[hit.end : hit.end + 20].lstrip().startswith(b"()")
            return ("construct", "") if self._cpp and not is_old else None
        if name in vocabulary.calls or name in vocabulary.platform:
            return self._function(hit)
        if name in vocabulary.types:
            return "type", ""
        return ("constant", "") if name in vocabulary.constants else None

    def _function(self, hit: Hit) -> tuple[FactKind, str] | None:
        """The same for a function's name; where the file makes it its own, that is kept."""
        name, vocabulary = hit.name, self._vocabulary
        what = shape(self._data, hit.start, hit.end, bool(hit.macro)) if "::" not in name else "call"
        if what in ("defines", "defines-static", "declares", "variable"):
            self._owns(hit, what)
            return None
        if what == "address" and name not in vocabulary.calls:
            return None  # a catalogue's name alone is as often the project's own method (asMETHOD(File, DeleteFile))
        if what in ("call", "global", "address"):
            return "call", "" if hit.macro else self._place(hit, what)
        if what != "none" and name in vocabulary.types:
            return "type", what
        return ("constant", what) if what != "none" and name in vocabulary.constants else None

    def finished(self) -> list[Fact]:
        """All facts, without addresses and initial values of what the file has as a variable, parameter or field."""
        variables = {name.name for name in self.own if name.kind == "variable"}
        facts = [
            fact
            for number, fact in enumerate(self._facts)
            if fact.name not in variables or (fact.value != "address" and number not in self._initial)
        ]
        data = self._data
        for start in blocking_loops(data, self._braces(), self._frames) if self._frames else ():
            line = data.count(b"\n", 0, start) + 1
            location = Location(self._path, line, start - data.rfind(b"\n", 0, start))
            facts.append(Fact("construct", "blocking-loop", location, LANGUAGE, self.regions.guard(line)))
        return facts

    def _owns(self, hit: Hit, what: OwnKind) -> None:
        if what != "variable" and self._classes and self._braces().is_member_declaration(hit.start):
            self.own.append(Own(hit.name, hit.line, "member", self._braces().class_of(hit.start)))
        else:
            self.own.append(Own(hit.name, hit.line, what))

    def _place(self, hit: Hit, what: str) -> str:
        """An unqualified call in a class's code may mean its method."""
        if what != "call" or not self._classes or "::" in hit.name:
            return what
        holder = self._braces().class_of(hit.start)
        return f"method {holder}" if holder else what

    @cached_property
    def _classes(self) -> bool:
        """The file may hold classes: it is C++, or a header that looks like it."""
        return self._cpp or (not is_unit(self._path) and _CPP_HEADER.search(self._data) is not None)

    def _braces(self) -> Scopes:
        if self._scopes is None:
            self._scopes = Scopes(self._data)
        return self._scopes


def _is_assembly(data: bytes, hit: Hit) -> bool:
    after = data[hit.end : hit.end + 40].lstrip()
    if not after.startswith((b"(", b"{", b"volatile", b"__volatile", b"goto", b"inline")):
        return False
    if _NO_INSTRUCTION.match(data, hit.end):
        return False
    return not (after.startswith(b'("') and _is_symbol_alias(data, hit.start))


def _is_initial(data: bytes, hit: Hit) -> bool:
    """The name stands in the list of initial values between a constructor's parameters and its body."""
    return bool(_BEFORE_INITIAL.search(data, max(0, hit.start - 60), hit.start) and _INITIAL.match(data, hit.end))


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
            guard = regions.guard(directive.line)
            found.append(Fact("include", name[1], location, LANGUAGE, guard, directive.text[:1]))
    return found


def _from_utf16(data: bytes) -> bytes:
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("begins like UTF-16, and is not") from error


@lru_cache(maxsize=4)
def _lexer(vocabulary: Vocabulary) -> Lexer:
    return Lexer({*vocabulary.calls, *vocabulary.types, *vocabulary.constants, *_ASM, *_CPP_WORDS, *FRAME_CALLS})
