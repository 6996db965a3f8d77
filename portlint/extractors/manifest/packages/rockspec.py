"""`*.rockspec`: the packages of a Lua project, and the C that it builds. Source: luarocks.org, "Rockspec format"."""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.lenient_json import decode
from portlint.model.component import Component, Dependency
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location

NAME = "rockspec"
VERSION = 1
LANGUAGE = "lua"
MAX_BYTES = 1_000_000
_NAME = re.compile(r"""^\s*(package|version)\s*=\s*(?:["']([^"'\n]+)["']|(\w+))""", re.MULTILINE)
_LOCAL = re.compile(r"""^\s*local\s+(\w+)\s*=\s*["']([^"'\n]+)["']""", re.MULTILINE)
_DEPENDENCIES = re.compile(r"(?:^|[\s,;{])dependencies\s*=\s*\{(.*?)\}", re.DOTALL)
_ROW = re.compile(r"""["']([\w.\-/]+)\s*([^"'\n]*)["']""")
_C_SOURCE = re.compile(r"""["']([\w./\-]+\.(?:c|cc|cpp))["']""")
_COMMENT = re.compile(r"--[^\n]*")


def wants(path: str) -> bool:
    return path.endswith(".rockspec")


def extract(path: str, data: bytes) -> Extraction:
    """`setting` facts `lua/name` and `lua/version`; `package` facts `luarocks/<name>`; edges from `lua:<folder>`; a
    `construct` `lua:c-module` where it builds C. It is Lua, and is read, not run: rows that are computed are missed.

    Raises ValueError for what names no package.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for rockspecs")
    text = _COMMENT.sub(lambda match: " " * len(match[0]), decode(data))
    folder = posixpath.dirname(path) or "."
    facts: list[Fact] = []

    def say(kind: FactKind, name: str, at: int, value: str) -> int:
        line = text.count("\n", 0, at) + 1
        facts.append(Fact(kind, name, Location(path, line, 1), LANGUAGE, value=value))
        return line

    variables = dict(_LOCAL.findall(text))
    for match in _NAME.finditer(text):
        value = match[2] or variables.get(match[3], "")
        say("setting", "lua/name" if match[1] == "package" else "lua/version", match.start(1), value)
    if not any(fact.name == "lua/name" for fact in facts):
        raise ValueError("not a rockspec: it names no package")
    components, edges = [], []
    table = _DEPENDENCIES.search(text)
    for row in _ROW.finditer(text, table.start(1), table.end(1)) if table else ():
        if row[1] == "lua":
            continue
        line = say("package", f"luarocks/{row[1]}", row.start(), row[2].strip())
        components.append(Component(f"package:luarocks/{row[1]}", "package", row[1], "", "", "", "vendored"))
        edges.append(Dependency(f"lua:{folder}", f"package:luarocks/{row[1]}", "run", path, line))
    if found := _C_SOURCE.search(text):
        say("construct", "lua:c-module", found.start(), found[1])
    return Extraction(tuple(facts), tuple(components), tuple(edges))
