"""The head of a Go file: build constraints, package clause and imports, read without a parse.

Imports come before every other declaration (go.dev/ref/spec, "Source file organization"), so the head is all that has
to be looked at to know what a file may call.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from portlint.extractors.source.go.guards import NO_CGO, constraint, old_constraint
from portlint.model.guard import ALWAYS, Guard, both

_SKIP = re.compile(rb"[\s;]+")
_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.S)
_PACKAGE = re.compile(rb"package\s+(\w+)")
_IMPORT = re.compile(rb"import\b")
_SPEC = re.compile(rb"([\w.]+)?[ \t]*(?:\"([^\"\n]*)\"|`([^`]*)`)")
_BUILD = re.compile(rb"//go:build[ \t]+(.*)")
_OLD_BUILD = re.compile(rb"//[ \t]*\+build[ \t]+(.*)")
_CGO = re.compile(rb"#cgo[ \t]+([^:\n]*):[ \t]*([^\n]*)")
_GENERATED = re.compile(rb"// Code generated .* DO NOT EDIT\.\s*\Z")
_LIBRARY = re.compile(r"-l(\S+)")
_MAX_IMPORTS = 5000


class Import(NamedTuple):
    """`name`: the alias, `.`, `_`, or ""; `start`: the byte at which it stands."""

    path: str
    name: str
    start: int

    @property
    def qualifier(self) -> str:
        """What the file calls the package by: the alias, else the path's last part without `.v2` or `.go`."""
        if self.name:
            return self.name
        parts = self.path.split("/")
        last = parts[-1]
        if len(parts) > 1 and re.fullmatch(r"v\d+", last):
            last = parts[-2]
        return re.sub(r"\.(?:v\d+|go)$", "", last)


class Link(NamedTuple):
    """A library of a `#cgo LDFLAGS` or `pkg-config` line."""

    name: str
    start: int
    guard: Guard


class Header(NamedTuple):
    """`guard`: the build constraint, without what the file's name says. `end`: the first byte behind the imports."""

    package: str
    imports: tuple[Import, ...]
    guard: Guard
    links: tuple[Link, ...]
    generated: bool
    end: int


def read_header(data: bytes) -> Header:
    """Raises ValueError for a file without a package clause, or with absurdly many imports."""
    at, package, new, old = 3 if data.startswith(b"\xef\xbb\xbf") else 0, "", None, ALWAYS
    imports: list[Import] = []
    links: list[Link] = []
    generated = False
    preamble = at  # where the comments before the next import begin
    while True:
        if skipped := _SKIP.match(data, at):
            if not package and skipped[0].count(b"\n") > 1:
                preamble = skipped.end()
            at = skipped.end()
        if comment := _COMMENT.match(data, at):
            if not package:
                if found := _BUILD.match(comment[0]):
                    new = constraint(found[1].decode("utf-8", "replace"))
                elif found := _OLD_BUILD.match(comment[0]):
                    old = both(old, old_constraint(found[1].decode("utf-8", "replace")))
            generated = generated or _GENERATED.match(comment[0]) is not None
            at = comment.end()
        elif not package and (clause := _PACKAGE.match(data, at)):
            package, at = clause[1].decode(), clause.end()
            preamble = at
        elif package and _IMPORT.match(data, at):
            specs, end = _specs(data, at + 6)
            imports += specs
            if any(spec.path == "C" for spec in specs):
                links += _links(data, preamble, end)
            if len(imports) > _MAX_IMPORTS:
                raise ValueError(f"more than {_MAX_IMPORTS} imports")
            at = preamble = end
        else:
            break
    if not package:
        raise ValueError("no package clause: not a Go file")
    return Header(package, tuple(imports), old if new is None else new, tuple(links), generated, preamble)


def _specs(data: bytes, at: int) -> tuple[list[Import], int]:
    """The imports of one declaration, and where it ends."""
    found: list[Import] = []
    at = _past_blank(data, at)
    many = data[at : at + 1] == b"("
    at = _past_blank(data, at + 1) if many else at
    while spec := _SPEC.match(data, at):
        path = (spec[2] if spec[2] is not None else spec[3]).decode("utf-8", "replace")
        found.append(Import(path, (spec[1] or b"").decode(), spec.start()))
        at = spec.end()
        if not many:
            return found, at
        at = _past_blank(data, at)
    return found, at + 1 if data[at : at + 1] == b")" else max(at, 1)


def _past_blank(data: bytes, at: int) -> int:
    while skipped := _SKIP.match(data, at) or _COMMENT.match(data, at):
        at = skipped.end()
    return at


def _links(data: bytes, start: int, end: int) -> list[Link]:
    """What cgo's preamble links (pkg.go.dev/cmd/cgo): each library with the condition that stands on its line."""
    found = []
    for line in _CGO.finditer(data, start, end):
        *conditions, kind = line[1].decode("utf-8", "replace").split() or [""]
        guard = both(old_constraint(" ".join(conditions)) if conditions else ALWAYS, NO_CGO.args[0])
        text = line[2].decode("utf-8", "replace")
        names = _LIBRARY.findall(text) if kind == "LDFLAGS" else []
        if kind == "pkg-config":
            names = [word.removeprefix("lib") for word in text.split() if not word.startswith("-")]
        found += [Link(f"lib{name}.so", line.start(), guard) for name in names]
    return found
