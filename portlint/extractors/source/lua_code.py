"""Lua, at the level of imports: what is required, and calls of known functions of the standard library.

No grammar: the dialects (5.1 to 5.4, LuaJIT, Luau) differ in their syntax and not in `require`. Comments and strings
are blanked first. Source: lua.org/manual/5.4, "Lexical Conventions" and "Modules".
"""

from __future__ import annotations

import re
from functools import lru_cache

from portlint.extractors.manifest.engines import love
from portlint.extractors.source.syntax import FileFacts
from portlint.model.extraction import Extraction
from portlint.model.vocabulary import Vocabulary

NAME = "lua"
VERSION = 1
LANGUAGE = "lua"
MAX_BYTES = 8_000_000

# A comment, long or to the end of the line, a long string, a string; in this order, for `--[[` begins with `--`.
_QUIET = re.compile(
    rb"--\[(?P<a>=*)\[.*?(?:\](?P=a)\]|\Z)|--[^\n]*|\[(?P<b>=*)\[.*?(?:\](?P=b)\]|\Z)"
    rb'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'',
    re.DOTALL,
)
_REQUIRE = re.compile(rb"""(?<![\w.:])require\s*\(?\s*(["'])([\w.\-/@]{1,200})\1""")
_LOCAL = re.compile(rb"""(?<![\w.])local\s+(\w+)\s*=\s*require\s*\(?\s*(["'])([\w.\-/]{1,200})\2""")


def wants(path: str) -> bool:
    return path.endswith(".lua")


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `import` (modules of the vocabulary) and `call` (`os.execute`, `ffi.load`); a LÖVE game's mark.

    Raises ValueError for a file over 8 MB, and one that is compiled.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for Lua")
    if data.startswith(b"\x1bL") or b"\0" in data[:4096]:
        raise ValueError("compiled Lua, not text")
    facts = FileFacts(path, data, LANGUAGE)
    blanks = _comments_blanked(data)
    for match in _REQUIRE.finditer(blanks):
        name = match[2].decode()
        if name in vocabulary.imports:
            facts.add("import", name, match.start())
    bare = _QUIET.sub(_blank, data)
    names = {match[3].decode(): match[1].decode() for match in _LOCAL.finditer(blanks)}
    pattern = _calls(vocabulary.calls, tuple(sorted(names.items())))
    own = {local: module for module, local in names.items()}
    for match in pattern.finditer(bare):
        head, _, member = match[1].decode().partition(".")
        full = f"{own.get(head, head)}.{member}"
        if full in vocabulary.calls:
            facts.add("call", full, match.start())
    game = _game(path, data)
    return Extraction((*(fact for fact in game.facts if fact.kind == "setting"), *facts.all()), game.components)


def _game(path: str, data: bytes) -> Extraction:
    if not path.endswith(("main.lua", "conf.lua")):
        return Extraction()
    try:
        return love.extract(path, data)
    except ValueError:
        return Extraction()


def _comments_blanked(data: bytes) -> bytes:
    return _QUIET.sub(lambda match: match[0] if match[0][:1] in b"\"'" else _blank(match), data)


def _blank(match: re.Match[bytes]) -> bytes:
    return re.sub(rb"[^\n]", b" ", match[0])


@lru_cache(maxsize=64)
def _calls(names: frozenset[str], locals_of: tuple[tuple[str, str], ...]) -> re.Pattern[bytes]:
    """`os.execute`, and `f.load` where `local f = require("ffi")`."""
    local = dict(locals_of)
    words = set(names)
    for name in names:
        head, _, member = name.rpartition(".")
        if head in local:
            words.add(f"{local[head]}.{member}")
    return re.compile(rb"(?<![\w.:])(%s)\b" % b"|".join(re.escape(word.encode()) for word in sorted(words) or ["\0"]))
