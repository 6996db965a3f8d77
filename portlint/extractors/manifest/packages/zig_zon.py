"""`build.zig.zon`: the packages of a Zig project. Source: ziglang.org, doc/build.zig.zon.md."""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.lenient_json import decode
from portlint.model.component import Component, Dependency
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location

NAME = "zig-zon"
VERSION = 1
LANGUAGE = "zig"
MAX_BYTES = 2_000_000
_MOST = 2000
_DEEPEST = 50
_TOKEN = re.compile(r'//[^\n]*|"(?:[^"\\\n]|\\.)*"|\.@"[^"\n]*"|\.\w+|\.\{|[{}=,]|[^\s{}=,]+')


def wants(path: str) -> bool:
    return posixpath.basename(path) == "build.zig.zon"


def extract(path: str, data: bytes) -> Extraction:
    """`setting` facts `zig/name`, `zig/version` and `zig/minimum`; `package` facts `zig/<name>` with the address
    as value, and components and edges (from `zig:<folder>`) for them. `lazy` ones are fetched only when a build asks.

    Raises ValueError for what is no such file, or nested too deeply.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for build.zig.zon")
    rows = _rows(decode(data))
    folder = posixpath.dirname(path) or "."
    facts: list[Fact] = []
    needs: dict[str, tuple[int, dict[str, str]]] = {}
    settings = {"name": "zig/name", "version": "zig/version", "minimum_zig_version": "zig/minimum"}
    for keys, value, line in rows:
        if len(keys) == 1 and keys[0] in settings:
            facts.append(Fact("setting", settings[keys[0]], Location(path, line, 1), LANGUAGE, value=value))
        elif len(keys) == 3 and keys[0] == "dependencies":
            needs.setdefault(keys[1], (line, {}))[1][keys[2]] = value
    if not facts and not needs:
        raise ValueError("not a build.zig.zon: no name, version or dependencies")
    if len(needs) > _MOST:
        raise ValueError(f"more than {_MOST} dependencies")
    components, edges = [], []
    for name, (line, row) in needs.items():
        if "path" in row:  # a folder of the tree
            continue
        facts.append(Fact("package", f"zig/{name}", Location(path, line, 1), LANGUAGE, value=row.get("url", "")))
        components.append(Component(f"package:zig/{name}", "package", name, "", "", "", "vendored"))
        edges.append(Dependency(f"zig:{folder}", f"package:zig/{name}", "run", path, line))
    return Extraction(tuple(facts), tuple(components), tuple(edges))


def _rows(text: str) -> list[tuple[tuple[str, ...], str, int]]:
    """(keys down to it, value, line) of every field that has a plain value."""
    found: list[tuple[tuple[str, ...], str, int]] = []
    stack: list[str] = []
    key, line, last, has_value = "", 1, 0, False
    for match in _TOKEN.finditer(text):
        token = match[0]
        line, last = line + text.count("\n", last, match.start()), match.start()
        if token.startswith("//"):
            continue
        if token == ".{":
            stack.append(key)
            if len(stack) > _DEEPEST:
                raise ValueError(f"line {line}: nested more than {_DEEPEST} deep")
            key, has_value = "", False
        elif token == "}":
            if not stack:
                raise ValueError(f"line {line}: a bracket too many")
            key, has_value = stack.pop(), False
        elif token == ",":
            key, has_value = "", False
        elif token == "=":
            has_value = True
        elif token.startswith(".") and not has_value:
            key = token[1:].removeprefix("@").strip('"')
        elif has_value and key:
            found.append(((*stack[1:], key), token.strip('"').removeprefix("."), line))
    if stack:
        raise ValueError("a bracket is missing at the end")
    return found
