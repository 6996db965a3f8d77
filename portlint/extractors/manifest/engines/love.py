"""LÖVE: games by `main.lua` and `conf.lua`, and the native modules that any of their scripts requires.

Source: love2d.org/wiki, "Getting Started" and "Config Files".
"""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.engines.engine_facts import line_of, mark
from portlint.extractors.manifest.engines.script_imports import lua_imports
from portlint.extractors.manifest.lenient_json import decode
from portlint.model.component import Component
from portlint.model.extraction import Extraction

NAME = "love"
VERSION = 1
MAX_BYTES = 4_000_000

# Modules in C that LÖVE brings along or that games install beside it.
NATIVE = ("ffi", "socket", "socket.core", "socket.http", "ssl", "enet", "https", "lsqlite3", "lfs", "luasteam")
_LOVE = re.compile(r"\blove\.(?:load|update|draw|graphics|run|event|conf|window|audio|physics)\b")
_CONF = re.compile(r"\bfunction\s+love\.conf\b|\blove\.conf\s*=")
_VERSION = re.compile(r"""\bt\.version\s*=\s*["'](\d[\d.]*)["']""")
_UNREAD = "no reader for Lua yet"


def wants(path: str) -> bool:
    return path.endswith(".lua")


def extract(path: str, data: bytes) -> Extraction:
    """The mark of a game, and `import` facts for native modules.

    Raises ValueError for a script that says neither: there is no reader for Lua.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(_UNREAD)
    text = decode(data)
    name = posixpath.basename(path)
    facts = list(lua_imports(path, text, NATIVE))
    components: tuple[Component, ...] = ()
    if (name == "conf.lua" and _CONF.search(text)) or (name == "main.lua" and _LOVE.search(text)):
        found = _VERSION.search(text)
        facts.insert(0, mark("love", path, line_of(text, "love."), found[1] if found else ""))
        folder = posixpath.dirname(path) or "."
        components = (Component(f"project:{folder}", "project", posixpath.basename(folder) or "game", folder),)
    if not facts:
        raise ValueError(_UNREAD)
    return Extraction(tuple(facts), components, partly=f"only what it requires was read: {_UNREAD}")
