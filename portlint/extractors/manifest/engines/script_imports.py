"""What scripts import, by their lines: enough to know an engine and what cannot come along, no reader of the code."""

from __future__ import annotations

import re
from collections.abc import Collection

from portlint.model.fact import Fact, Location

_PYTHON = re.compile(r"^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+([\w.]+)[ \t]+import\b)", re.MULTILINE)
_LUA = re.compile(r"""\brequire\s*\(?\s*["']([\w.\-/]+)["']""")
_LUA_COMMENT = re.compile(r"--\[\[.*?(?:\]\]|\Z)|--[^\n]*", re.DOTALL)


def python_imports(path: str, text: str, wanted: Collection[str]) -> list[Fact]:
    """`import` facts for the wanted modules; a submodule stands for its package unless it is wanted by itself."""
    found = []
    for match in _PYTHON.finditer(text):
        line = text.count("\n", 0, match.start()) + 1 + match[0][: len(match[0]) - len(match[0].lstrip())].count("\n")
        for part in (match[1] or match[2]).split(","):
            words = part.split()
            if not words:
                continue
            module = words[0]
            name = module if module in wanted else module.partition(".")[0]
            if name in wanted:
                found.append(Fact("import", name, Location(path, line, 1), "python"))
    return found


def lua_imports(path: str, text: str, wanted: Collection[str]) -> list[Fact]:
    """`import` facts for the wanted modules that a Lua file requires by a plain name."""
    quiet = _LUA_COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)
    return [
        Fact("import", match[1], Location(path, quiet.count("\n", 0, match.start()) + 1, 1), "lua")
        for match in _LUA.finditer(quiet)
        if match[1] in wanted
    ]
