"""`portlint: ignore[rule, rule] reason` in the comments of every format that has comments, and only there.

`ignore` at the end of a line speaks of that line, alone in a line of the next line with code, `ignore-file` of the
whole file. Files that hold the mark are split into comments, strings and the rest by one regular expression a family
of languages; where quotes cannot be told from apostrophes, a mark that could stand in a string does not count.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from portlint.extractors.source.syntax import place
from portlint.model.fact import Fact

VERSION = 1  # part of every cache key
MARK = b"portlint:"
FILE = 0  # the line that stands for the whole file
_IGNORE = re.compile(rb"\bportlint:[ \t]*ignore(-file)?\b(?:\[([^\]\n]*)\])?[ \t]*([^\r\n]*)")
_CLOSING = re.compile(rb"\s*(?:\*/|-->|\]=*\])\s*\Z")

_DOUBLE = rb'"(?:\\.|[^"\\\n])*"'
_MANY_LINES = rb'"(?:\\.|[^"\\])*(?:"|\Z)'
_SINGLE = rb"'(?:\\.|[^'\\\n])*'"
_CHARACTER = rb"'(?:\\[^\n']{1,10}|\\'|[^'\\\n])'"  # Rust's lifetimes and C++'s digit separators open nothing
_SLASHES = rb"//[^\n]*|/\*.*?(?:\*/|\Z)"
_HASH = rb"(?:(?<=\s)|(?<![^\n]))#[^\n]*"  # at the start of a word: `a#b` is a name or a colour
_TRIPLE = rb'"""(?:\\.|[^\\])*?(?:"""|\Z)|' + rb"'''(?:\\.|[^\\])*?(?:'''|\Z)"
_LUA = rb"--\[(?P<a>=*)\[.*?(?:\](?P=a)\]|\Z)|--[^\n]*"
_LUA_STRING = rb"\[(?P<b>=*)\[.*?(?:\](?P=b)\]|\Z)"


class _Syntax(NamedTuple):
    """`comments` and `strings` of a family; what comes first in the text wins."""

    comments: bytes
    strings: tuple[bytes, ...] = (_DOUBLE,)

    def pattern(self) -> re.Pattern[bytes]:
        quoted = b"|".join(self.strings)
        return re.compile(rb"(?P<comment>" + self.comments + rb")|" + quoted, re.DOTALL)


_C = _Syntax(_SLASHES, (rb'\bu?8?[LU]?R"(?P<d>[^\s()\\]{0,16})\(.*?(?:\)(?P=d)"|\Z)', _DOUBLE, _CHARACTER))
_CSHARP = _Syntax(_SLASHES, (rb'"{3,}.*?(?:"{3,}|\Z)', rb'\$?@\$?"(?:""|[^"])*(?:"|\Z)', _DOUBLE, _CHARACTER))
_RUST = _Syntax(_SLASHES, (rb'\bb?r(?P<h>#*)".*?(?:"(?P=h)|\Z)', _MANY_LINES, _CHARACTER))
_GO = _Syntax(_SLASHES, (rb"`[^`]*(?:`|\Z)", _DOUBLE, _CHARACTER))
_JAVASCRIPT = _Syntax(_SLASHES, (rb"`(?:\\.|[^`\\])*(?:`|\Z)", _DOUBLE, _SINGLE))
_ZIG = _Syntax(rb"//[^\n]*", (rb"\\\\[^\n]*", _DOUBLE, _CHARACTER))
_LUA_LIKE = _Syntax(_LUA, (_LUA_STRING, _DOUBLE, _SINGLE))
_SCRIPT = _Syntax(rb"#[^\n]*", (_TRIPLE, _DOUBLE, _SINGLE))  # Python, GDScript, TOML, Meson
_CMAKE = _Syntax(rb"#\[(?P<a>=*)\[.*?(?:\](?P=a)\]|\Z)|#[^\n]*", (_MANY_LINES, _LUA_STRING))
_LINES = _Syntax(_HASH, (_DOUBLE,))  # YAML, Dockerfile, make, requirements
_INI = _Syntax(rb"(?:(?<=\s)|(?<![^\n]));[^\n]*", (_MANY_LINES,))
_CONFIG = _Syntax(rb"(?:(?<=\s)|(?<![^\n]))[;#][^\n]*", (_DOUBLE,))
_XML = _Syntax(rb"<!--.*?(?:-->|\Z)", (rb"<!\[CDATA\[.*?(?:\]\]>|\Z)",))
_DNL = _Syntax(rb"\bdnl\b[^\n]*|" + _HASH)

_BY_ENDING: dict[str, _Syntax] = {
    ending: syntax
    for endings, syntax in (
        ("c h inc m cpp cc cxx c++ hpp hh hxx h++ inl ipp tpp ixx cppm mm C glsl gradle", _C),
        ("cs", _CSHARP),
        ("rs", _RUST),
        ("go mod work s", _GO),
        ("js mjs cjs jsx ts mts cts tsx jslib jspre", _JAVASCRIPT),
        ("zig zon", _ZIG),
        ("lua rockspec", _LUA_LIKE),
        ("py gd toml build wrap rpy lock", _SCRIPT),
        ("cmake", _CMAKE),
        ("yaml yml mk mak txt meta asset", _LINES),
        ("godot cfg gdextension gdnlib gdns tscn tres ini", _INI),
        ("gitmodules project", _CONFIG),
        ("csproj props targets slnx config xml fsproj vbproj vcxproj nuspec", _XML),
        ("ac in", _DNL),
    )
    for ending in endings.split()
}
_BY_NAME = {"CMakeLists.txt": _CMAKE, "SConstruct": _SCRIPT, "SCsub": _SCRIPT, "SConscript": _SCRIPT}
_NAMED_LINES = ("Dockerfile", "Containerfile", "Makefile", "makefile", "GNUmakefile")


def ignore_facts(path: str, data: bytes) -> list[Fact]:
    """`ignore` facts, in order of places: the name is the rule, or `*` without brackets.

    `value` is the line that it speaks of (0: the whole file), a blank, and the reason.
    """
    if MARK not in data:
        return []
    syntax = _syntax(path)
    if syntax is None:
        return []
    return [
        Fact("ignore", rule, place(path, data, start), "", value=f"{line} {reason}")
        for start, line, rules, reason in _ignores(data, syntax.pattern())
        for rule in rules
    ]


def _syntax(path: str) -> _Syntax | None:
    name = posixpath.basename(path)
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name.startswith(_NAMED_LINES):
        return _LINES
    return _BY_ENDING.get(name.rpartition(".")[2])


def _ignores(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[tuple[int, int, list[str], str]]:
    """Where the comment begins, the line that it speaks of, rules, reason."""
    spans = [(found.start(), found.end()) for found in pattern.finditer(data) if found["comment"] is not None]
    for start, end in spans:
        for found in _IGNORE.finditer(data, start, end):
            rules = [
                rule.strip() for rule in (b"*" if found[2] is None else found[2]).decode("utf-8", "replace").split(",")
            ]
            reason = _CLOSING.sub(b"", found[3]).decode("utf-8", "replace").strip()
            line = FILE if found[1] else _line_of(data, start, end, spans)
            yield start, line, [rule for rule in rules if rule], reason


def _line_of(data: bytes, start: int, end: int, spans: list[tuple[int, int]]) -> int:
    """The line of a comment that stands behind code; else the next one that is more than blanks and comments."""
    before = data[data.rfind(b"\n", 0, start) + 1 : start]
    stop = data.find(b"\n", end)
    if before.strip() or data[end : stop if stop >= 0 else len(data)].strip():
        return data.count(b"\n", 0, start) + 1
    ends = {first: last for first, last in spans if first >= start}
    at = start
    while at < len(data):
        if at in ends:
            at = ends[at]
        elif data[at : at + 1].isspace():
            at += 1
        else:
            break
    return data.count(b"\n", 0, at) + 1
