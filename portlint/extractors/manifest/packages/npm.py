"""`package.json`, `pnpm-workspace.yaml` and `binding.gyp`: what a Node project needs, and its native parts.

Sources: docs.npmjs.com, "package.json"; pnpm.io/pnpm-workspace_yaml; github.com/nodejs/node-gyp, "binding.gyp".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from portlint.extractors.manifest.engines import npm_game
from portlint.extractors.manifest.lenient_json import Document, Places, decode, read, text, texts
from portlint.extractors.manifest.packages.npm_yaml import rows
from portlint.model.component import Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard

NAME = "npm"
VERSION = 1
LANGUAGE = "javascript"

# npm installs these where it can and goes on where it cannot: the program must live without them.
OPTIONAL = Guard("condition", "an optional dependency of npm")
_TABLES: tuple[tuple[str, Scope, Guard], ...] = (
    ("dependencies", "run", ALWAYS),
    ("optionalDependencies", "run", OPTIONAL),
    ("peerDependencies", "run", ALWAYS),
    ("devDependencies", "build", ALWAYS),
)
_SETTINGS = ("name", "version", "main", "module", "type", "packageManager")
_NATIVE_SCRIPT = re.compile(r"\b(?:node-gyp(?:-build)?|node-pre-gyp|prebuild-install|cmake-js|napi build|neon build)\b")
_TARGET = re.compile(r"""["']target_name["']\s*:\s*["']([^"'\n]{1,200})["']""")
_MOST = 5000


def wants(path: str) -> bool:
    name = posixpath.basename(path)
    return name in ("pnpm-workspace.yaml", "binding.gyp") or npm_game.wants(path)


def extract(path: str, data: bytes) -> Extraction:
    """What a manifest says; of a game on an engine also its mark and component (`npm_game`).

    `setting` facts `npm/name`, `npm/version`, `npm/workspace` (a glob each), `npm/bin`, `npm/os`, `npm/cpu`,
    `npm/engine` (`node >=18`) and `npm/start` (a script); `package` facts `npm/<name>` of what it runs with, the value
    being the requirement; a `construct` `node:addon` where it builds a native library. Edges start at `npm:<folder>`
    and end at `npm/<name>`. Raises ValueError for what is no JSON object, or YAML with aliases.
    """
    name = posixpath.basename(path)
    if name == "pnpm-workspace.yaml":
        return Extraction(tuple(_workspace(path, data)))
    if name == "binding.gyp":
        return _gyp(path, data)
    document = read(data)
    game = npm_game.extract(path, data)
    facts = [fact for fact in game.facts if fact.kind != "package"]
    edges: list[Dependency] = []
    _settings(path, document, facts)
    _needs(path, document, facts, edges)
    return Extraction(tuple(facts), game.components, tuple(edges), partly=document.partly)


def _fact(kind: FactKind, name: str, path: str, line: int, value: str = "", guard: Guard = ALWAYS) -> Fact:
    return Fact(kind, name, Location(path, line, 1), LANGUAGE, guard, value)


def _settings(path: str, document: Document, facts: list[Fact]) -> None:
    root = document.root

    def say(name: str, key: str, value: str) -> None:
        facts.append(_fact("setting", f"npm/{name}", path, Places(document).line(key), value))

    for key in _SETTINGS:
        if value := text(root.get(key)):
            say(key, key, value)
    spaces = root.get("workspaces")
    for value in texts(spaces.get("packages") if isinstance(spaces, dict) else spaces):
        say("workspace", "workspaces", value)
    for key in ("os", "cpu"):
        for value in texts(root.get(key)):
            say(key, key, value)
    engines = root.get("engines")
    for name, bound in engines.items() if isinstance(engines, dict) else ():
        say("engine", "engines", f"{name} {text(bound)}")
    binaries = root.get("bin")
    for each in binaries.values() if isinstance(binaries, dict) else [binaries]:
        if text(each):
            say("bin", "bin", text(each))
    scripts = root.get("scripts")
    scripts = scripts if isinstance(scripts, dict) else {}
    if text(scripts.get("start")):
        say("start", "start", text(scripts["start"]))
    install = next((key for key in ("install", "preinstall", "postinstall", "build") if _builds(scripts.get(key))), "")
    if root.get("gypfile") is True or isinstance(root.get("binary"), dict) or install:
        key = install or ("gypfile" if root.get("gypfile") is True else "binary")
        facts.append(_fact("construct", "node:addon", path, Places(document).line(key), "package.json"))


def _builds(script: object) -> bool:
    return bool(_NATIVE_SCRIPT.search(text(script)))


def _needs(path: str, document: Document, facts: list[Fact], edges: list[Dependency]) -> None:
    folder = posixpath.dirname(path) or "."
    optional_peers = document.root.get("peerDependenciesMeta")
    optional_peers = optional_peers if isinstance(optional_peers, dict) else {}
    for table, scope, condition in _TABLES:
        found = document.root.get(table)
        if not isinstance(found, dict):
            continue
        if len(found) > _MOST:
            raise ValueError(f"more than {_MOST} entries in {table}")
        places = Places(document)
        places.line(table)
        for name, requirement in found.items():
            meta = optional_peers.get(name) if table == "peerDependencies" else None
            guard = OPTIONAL if isinstance(meta, dict) and meta.get("optional") is True else condition
            line = places.line(name)
            # `"ws": "npm:isows@1"` installs another package under this name.
            alias = re.fullmatch(r"npm:(@?[^@]+)@?(.*)", text(requirement))
            wanted, version = (alias[1], alias[2]) if alias else (name, text(requirement))
            if scope == "run":
                facts.append(_fact("package", f"npm/{wanted}", path, line, version, guard))
            edges.append(Dependency(f"npm:{folder}", f"npm/{wanted}", scope, path, line, guard))


def _workspace(path: str, data: bytes) -> Iterator[Fact]:
    for row in rows(decode(data)):
        if row.keys == ("packages",) and row.item and not row.item.startswith("!"):
            yield _fact("setting", "npm/workspace", path, row.line, row.item)


def _gyp(path: str, data: bytes) -> Extraction:
    """GYP is a Python literal; the names of the targets are all that is asked of it."""
    content = decode(data)
    if "targets" not in content:
        raise ValueError("no targets: not a binding.gyp")
    found = _TARGET.search(content)
    line = content.count("\n", 0, found.start()) + 1 if found else 1
    return Extraction((_fact("construct", "node:addon", path, line, found[1] if found else ""),))
