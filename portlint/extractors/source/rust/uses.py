"""What names mean in a Rust file: its `use` declarations, with aliases, globs, nesting, scopes and conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from portlint.extractors.source.rust.guards import Guards
from portlint.extractors.source.rust.names import Names
from portlint.extractors.source.rust.tree import is_code
from portlint.extractors.source.syntax import path_to
from portlint.model.guard import Guard, every

if TYPE_CHECKING:
    from tree_sitter import Node

_PUBLIC = re.compile(rb"\bpub(?:\s*\([^()]*\))?\s+\Z")
_MOD = re.compile(rb"\bmod\s+\w+\s*\{")
_OWN = re.compile(rb"\b(?:struct|enum|type|trait|fn|mod|static|const|union)\s+(?:r#)?(\w+)")
_TOKEN = re.compile(r"::|[{},*]|(?:r#)?(\w+)")
_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)
_BEFORE = (b" ", b"\n", b"\t", b";", b"}", b"{", b"]", b")")
_OUTER = ("super", "self", "crate")
_DEPTH = 40
_LONGEST = 20_000  # bytes of one declaration
_MANY = 5_000  # declarations of one file
_MEANINGS = 64
_HOPS = 8


class Written(NamedTuple):
    """One `use` declaration, perhaps in a comment: where, and (full path, local name) of each part."""

    start: int
    is_public: bool
    parts: list[tuple[str, str]]


class Binding(NamedTuple):
    """`name` means `path` from `start` to `end`; `name` is `*` for a glob."""

    name: str
    path: str
    guard: Guard
    start: int
    end: int
    module: int  # where the inline module around it begins, 0 for the file
    place: list[Node]
    is_public: bool


class Uses:
    """The names of one file."""

    def __init__(self, data: bytes, root: Node, guards: Guards, declarations: list[Written]) -> None:
        self._root, self._data = root, data
        self._modules = list(self._inline_modules())
        self._own = {match[1].decode("utf-8", "replace") for match in _OWN.finditer(data)}
        self.bindings = list(self._read(guards, declarations))
        self._by_name: dict[str, list[Binding]] = {}
        for binding in self.bindings:
            self._by_name.setdefault(binding.name, []).append(binding)

    def heads(self, names: Names) -> set[str]:
        """Local names from which a path can lead to a name of the vocabulary, roots included."""
        found = {root for root in names.roots if root not in self._own}
        for binding in self.bindings:
            if binding.name == "*":
                continue
            if any(names.leads(path) for path, _ in self.meanings(binding.name, binding.start)):
                found.add(binding.name)
        return found

    def globs(self, names: Names, present: list[str]) -> set[str]:
        """Names that only a glob import can bring: `UdpSocket` after `use std::net::*`."""
        found: set[str] = set()
        for binding in self._by_name.get("*", ()):
            for full in present:
                if full.startswith(f"{binding.path}::"):
                    word = full[len(binding.path) + 2 :].partition("::")[0]
                    if word != "*" and word not in self._own:
                        found.add(word)
        return found

    def meanings(self, path: str, at: int, hops: int = 0) -> list[tuple[str, Guard]]:
        """The full paths that a path can stand for at this byte, each with the condition of its import."""
        head, _, rest = path.partition("::")
        if head in ("self", "super", "crate"):
            return self._relative(head, rest, at, hops)
        bound = self._visible(head, at)
        if not bound:
            return [(path, Guard())]
        found: list[tuple[str, Guard]] = []
        for binding in bound:
            if len(found) > _MEANINGS:
                break
            full = f"{binding.path}::{rest}" if rest else binding.path
            if hops < _HOPS and binding.path.partition("::")[0] != head:
                for deeper, guard in self.meanings(full, binding.start, hops + 1):
                    found.append((deeper, every(binding.guard, guard)))
            else:
                found.append((full, binding.guard))
        return found

    def by_glob(self, path: str, at: int) -> list[tuple[str, Guard]]:
        """The full paths that a path can stand for through glob imports."""
        return [
            (f"{full}::{path}", every(binding.guard, guard))
            for binding in self._visible("*", at, every=True)
            if not binding.path.startswith(("super", "self", "crate"))
            for full, guard in self.meanings(binding.path, binding.start)
        ]

    def _relative(self, head: str, rest: str, at: int, hops: int) -> list[tuple[str, Guard]]:
        """`super::X` and `self::X` where the module meant is in this file."""
        start, _ = self._module_at(at)
        if head == "self":
            outer = start
        elif head == "super" and start:
            outer = self._module_at(start - 1)[0]
        else:
            return [(f"{head}::{rest}", Guard())]
        word, _, more = rest.partition("::")
        return [
            (f"{full}::{more}" if more else full, guard)
            for binding in self._by_name.get(word, ())
            if binding.module == outer and hops < _HOPS
            for full, guard in [(binding.path, binding.guard)]
        ] or [(f"{head}::{rest}", Guard())]

    def _visible(self, name: str, at: int, every: bool = False) -> list[Binding]:
        """The bindings of the nearest scope; modules see nothing of what is around them, but for `use super::*`."""
        candidates = [each for each in self._by_name.get(name, ()) if each.start <= at < each.end]
        while candidates:
            module, _ = self._module_at(at)
            inside = [each for each in candidates if each.module == module]
            if inside and every:
                return inside
            if inside:
                nearest = max(each.start for each in inside)
                return [each for each in inside if each.start == nearest]
            opens = any(each.path == "super" and each.module == module for each in self._by_name.get("*", ()))
            if not module or not opens:
                return []
            at = module - 1
        return []

    def _module_at(self, at: int) -> tuple[int, int]:
        """Where the innermost inline module around a byte begins and ends; (0, 0) for the file itself."""
        return max(((start, end) for start, end in self._modules if start <= at < end), default=(0, 0))

    def _inline_modules(self) -> Iterator[tuple[int, int]]:
        for match in _MOD.finditer(self._data):
            path = path_to(self._root, match.start())
            item = next((node for node in reversed(path) if node.type == "mod_item"), None)
            if item is not None and item.start_byte <= match.start() < item.end_byte and is_code(path):
                body = item.child_by_field_name("body")
                if body is not None:
                    yield body.start_byte, body.end_byte

    def _read(self, guards: Guards, declarations: list[Written]) -> Iterator[Binding]:
        for start, is_public, parts in declarations:
            path = path_to(self._root, start)
            if not is_code(path):
                continue
            scope = _scope(path)
            module, _ = self._module_at(start)
            guard = guards.at(path)
            for full, name in parts:
                yield Binding(name, full, guard, scope.start_byte, scope.end_byte, module, path, is_public)


def declarations(data: bytes) -> list[Written]:
    """Every `use` in the text, up to a number that no program reaches."""
    found: list[Written] = []
    at = data.find(b"use")
    while at >= 0 and len(found) < _MANY:
        end = data.find(b";", at, at + _LONGEST) if _begins(data, at) else -1
        if end < 0 or data.find(b"=", at, end) >= 0:
            at = data.find(b"use", at + 3)
            continue
        text = data[at + 3 : end]
        text = text if b"/" not in text else _COMMENT.sub(b" ", text)
        is_public = _PUBLIC.search(data, max(0, at - 40), at) is not None
        found.append(Written(at, is_public, flatten(text.decode("utf-8", "replace"))))
        at = data.find(b"use", end)
    return found


def _begins(data: bytes, at: int) -> bool:
    """Whether the three letters at this byte can be the keyword."""
    return (at == 0 or data[at - 1 : at] in _BEFORE) and data[at + 3 : at + 4].isspace()


def relevant(found: list[Written], names: Names) -> list[Written]:
    """Those that can lead to a name of the vocabulary, and those that give the same local name another meaning."""
    wanted: set[str] = set()
    for _ in range(_HOPS):
        more = {
            name
            for each in found
            for full, name in each.parts
            if name not in wanted and (names.leads(full) or full.partition("::")[0] in wanted)
        }
        if not more:
            break
        wanted |= more
    kept = []
    for each in found:
        parts = [
            (full, name)
            for full, name in each.parts
            if name in wanted
            and (name != "*" or names.leads(full) or full in _OUTER or full.partition("::")[0] in wanted)
        ]
        parts += [(full, name) for full, name in each.parts if full in _OUTER and name == "*" and "*" not in wanted]
        parts += [
            (full, name) for full, name in each.parts if name not in wanted and names.imported(_below(full, name))
        ]
        if parts:
            kept.append(Written(each.start, each.is_public, parts))
    return kept


def _below(full: str, name: str) -> str:
    return f"{full}::*" if name == "*" else full


def flatten(text: str) -> list[tuple[str, str]]:
    """`a::{b as c, d::*}` as [("a::b", "c"), ("a::d", "*")]. Nothing for `as _`. Cut off where nested absurdly deep."""
    found: list[tuple[str, str]] = []
    stack: list[str] = []
    prefix, current, alias, expects = "", "", "", False
    for match in _TOKEN.finditer(text + ","):
        token, word = match[0], match[1]
        if word == "as" and current:
            expects = True
        elif word and expects:
            alias, expects = word, False
        elif word:
            current = f"{current}::{word}" if current else word
        elif token == "*":
            found.append((_join(prefix, current), "*"))
            current = ""
        elif token == "{":
            if len(stack) >= _DEPTH:
                return found
            stack.append(prefix)
            prefix, current = _join(prefix, current), ""
        elif token in (",", "}"):
            _finish(found, prefix, current, alias)
            current = alias = ""
            if token == "}" and stack:
                prefix = stack.pop()
    return found


def _finish(found: list[tuple[str, str]], prefix: str, current: str, alias: str) -> None:
    if not current or alias == "_":
        return
    full = prefix if current == "self" and prefix else _join(prefix, current)
    found.append((full, alias or full.rpartition("::")[2]))


def _join(prefix: str, path: str) -> str:
    return f"{prefix}::{path}" if prefix and path else prefix or path


def _scope(path: list[Node]) -> Node:
    """The block or module body that a `use` is good for; what macros hold is put in their place."""
    first_macro = next((i for i, node in enumerate(path) if node.type == "macro_invocation"), len(path))
    for node in reversed(path[:first_macro]):
        if node.type in ("block", "declaration_list", "source_file"):
            return node
    return path[0]
