"""`pnpm-lock.yaml`, versions 5 to 9. Source: github.com/pnpm/spec, "lockfile"."""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.lenient_json import decode
from portlint.extractors.manifest.packages.npm import OPTIONAL
from portlint.extractors.manifest.packages.npm_graph import Locked, graph, identity, own
from portlint.extractors.manifest.packages.npm_yaml import Row, rows, words
from portlint.model.component import Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.guard import ALWAYS, Guard

NAME = "pnpm-lock"
VERSION = 1

_TABLES: dict[str, tuple[Scope, Guard]] = {
    "dependencies": ("run", ALWAYS),
    "optionalDependencies": ("run", OPTIONAL),
    "devDependencies": ("build", ALWAYS),
}
# `/a@1.0.0(b@2.0.0)`, `a@1.0.0`, and in version 5 `/a/1.0.0_b@2.0.0`.
_NEW = re.compile(r"/?((?:@[^/@]+/)?[^/@(]+)@([^(_]+)(?:[(_].*)?")
_OLD = re.compile(r"/((?:@[^/]+/)?[^/]+)/([^/_(]+)(?:[_(].*)?")


def wants(path: str) -> bool:
    return posixpath.basename(path) == "pnpm-lock.yaml"


def extract(path: str, data: bytes) -> Extraction:
    """Packages `package:npm/<name>@<version>` and edges; those of the tree's packages start at `locked:npm:<folder>`.

    Raises ValueError for what is no lock file of pnpm, and for YAML with anchors or aliases.
    """
    reader = _Reader(path)
    for row in rows(decode(data)):
        reader.take(row)
    if not reader.version:
        raise ValueError("not a lock file of pnpm: no lockfileVersion")
    return graph(path, reader.packages(), reader.edges)


class _Reader:
    def __init__(self, path: str) -> None:
        self._path, self._folder = path, posixpath.dirname(path) or "."
        self.version = ""
        self.edges: list[Dependency] = []
        self._found: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._lines: dict[tuple[str, str], int] = {}

    def take(self, row: Row) -> None:
        keys = row.keys
        if keys == ("lockfileVersion",):
            self.version = row.value
        elif keys[0] == "importers" and len(keys) in (4, 5):
            self._importer(keys[1], keys[2:], row)
        elif keys[0] in _TABLES and len(keys) in (2, 3):  # a lock file of one package, before version 6
            self._importer(".", keys, row)
        elif keys[0] in ("packages", "snapshots") and len(keys) > 1:
            self._package(keys[1:], row)

    def packages(self) -> list[Locked]:
        return [
            Locked(
                name,
                version,
                self._lines[name, version],
                tuple(table.get("dependencies", ())),
                tuple(table.get("optionalDependencies", ())),
                tuple(table.get("os", ())),
                tuple(table.get("cpu", ())),
                "requiresBuild" in table,
            )
            for (name, version), table in self._found.items()
        ]

    def _importer(self, folder: str, keys: tuple[str, ...], row: Row) -> None:
        """`a: 1.0.0`, or `a:` with `version: 1.0.0` below."""
        if keys[0] not in _TABLES or (len(keys) == 3 and keys[2] != "version") or not row.value:
            return
        target = _target(keys[1], row.value)
        if target:
            base = posixpath.normpath(posixpath.join(self._folder, folder))
            scope, guard = _TABLES[keys[0]]
            self.edges.append(own(base, target, scope, self._path, row.line, guard))

    def _package(self, keys: tuple[str, ...], row: Row) -> None:
        found = _NEW.fullmatch(keys[0]) or _OLD.fullmatch(keys[0])
        if found is None:
            return
        key = (found[1], found[2])
        table = self._found.setdefault(key, {})
        self._lines.setdefault(key, row.line)
        if len(keys) == 2 and keys[1] in ("os", "cpu"):
            table.setdefault(keys[1], []).extend(words(row.value) if row.value else [row.item] if row.item else [])
        elif len(keys) == 2 and keys[1] == "requiresBuild":
            table["requiresBuild"] = []
        elif len(keys) == 3 and keys[1] in _TABLES and row.value:
            target = _target(keys[2], row.value)
            if target and target not in table.setdefault(keys[1], []):
                table[keys[1]].append(target)


def _target(name: str, version: str) -> str:
    """`1.0.0(peer@2)`, `/other@1.0.0` for an alias; "" for links, files and addresses."""
    if version.startswith(("link:", "file:", "http:", "https:", "workspace:")) or "://" in version:
        return ""
    alias = _NEW.fullmatch(version) or _OLD.fullmatch(version)
    if alias is not None and not version[0].isdigit():
        return identity(alias[1], alias[2])
    return identity(name, re.split(r"[(_]", version, maxsplit=1)[0])
