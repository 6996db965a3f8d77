"""`Cargo.lock`: the versions that a workspace was resolved to, and which package needs which.

The file names neither targets nor features: it holds what any target with any feature of the workspace would need. So
its edges are conditional. Source: doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html; the format is that of
cargo's own `core/resolver/encode.rs`.
"""

from __future__ import annotations

import posixpath
import re

from portlint.model.component import Component, Dependency
from portlint.model.extraction import Extraction
from portlint.model.guard import Guard

NAME = "cargo-lock"
VERSION = 1
MAX_BYTES = 16_000_000
MAX_PACKAGES = 20_000

UNSAID = Guard("condition", "Cargo.lock names no targets and no features")
_PACKAGE = re.compile(r"^\[\[package\]\][ \t]*\r?$", re.MULTILINE)
_KEY = re.compile(r"^(name|version|source)\s*=\s*\"([^\"\n]*)\"", re.MULTILINE)
_NEEDS = re.compile(r"^dependencies\s*=\s*\[(.*?)\]", re.MULTILINE | re.DOTALL)
_NEEDED = re.compile(r"\"([^\"\s]+)(?: ([^\"\s]+))?(?: \([^\"]*\))?\"")
_SECTION = re.compile(r"^\[(?!\[package\]\])", re.MULTILINE)


def wants(path: str) -> bool:
    return posixpath.basename(path) == "Cargo.lock"


def extract(path: str, data: bytes) -> Extraction:
    """Components `package:cargo/<name>@<version>` and the edges between them.

    A package without a source is a crate of the tree: it has no component here, and its edges start at
    `locked:<folder>:<name>`. Raises ValueError for what no lock file is.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for Cargo.lock")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: {error.reason} at byte {error.start}") from error
    if re.search(r"^(?:<{7}|>{7}) ", text, re.MULTILINE):
        raise ValueError("a merge conflict is in it")
    starts = [match.start() for match in _PACKAGE.finditer(text)]
    if not starts and not re.match(r"\s*(?:#[^\n]*\s+)*(?:version\s*=|\Z)", text):
        raise ValueError("not a Cargo.lock: no version and no packages")
    if len(starts) > MAX_PACKAGES:
        raise ValueError(f"more than {MAX_PACKAGES} packages")
    return _graph(path, text, starts)


def _graph(path: str, text: str, starts: list[int]) -> Extraction:
    folder = posixpath.dirname(path) or "."
    rows = []
    ids: dict[tuple[str, str], str] = {}
    by_name: dict[str, str] = {}
    components = []
    line, last = 1, 0
    for start, end in zip(starts, [*starts, len(text)][1:], strict=True):
        line, last = line + text.count("\n", last, start), start
        section = _SECTION.search(text, start + 2, end)
        body = text[start : section.start() if section else end]
        keys = dict(_KEY.findall(body))
        name, version = keys.get("name", ""), keys.get("version", "")
        if not name:
            raise ValueError(f"line {line}: a package without a name")
        identity = f"package:cargo/{name}@{version}" if "source" in keys else f"locked:{folder}:{name}"
        ids[name, version] = identity
        by_name[name] = identity
        needs = _NEEDS.search(body)
        rows.append((identity, _NEEDED.findall(needs[1]) if needs else [], line))
        if "source" in keys:
            purl = f"pkg:cargo/{name}@{version}"
            components.append(Component(identity, "package", name, "", version, purl, "vendored"))
    edges = []
    for identity, needed, where in rows:
        for name, version in needed:
            target = ids.get((name, version)) if version else by_name.get(name)
            if target is not None:
                edges.append(Dependency(identity, target, "run", path, where, UNSAID))
    return Extraction(components=tuple(components), dependencies=tuple(edges))
