"""Rust (`*.rs`): uses of std's and of crates' APIs by their full paths, with the `cfg` conditions around them.

Only files that hold a name of the vocabulary are parsed. A path counts where `use` declarations, or its own beginning,
say what it is: `UdpSocket::bind` after `use std::net::UdpSocket` is `std::net::UdpSocket::bind`. Methods of variables
are found where the file says what the variable holds. What only tests compile gives no facts, and `benches` neither.

`build.rs` runs on the machine that builds: nothing in it is a use, and the libraries it links are facts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

from portlint.extractors.source.rust.cfg import ships
from portlint.extractors.source.rust.guards import Guards
from portlint.extractors.source.rust.links import build_script, linked
from portlint.extractors.source.rust.modules import module_facts, needs_tree
from portlint.extractors.source.rust.names import Names, names_of
from portlint.extractors.source.rust.tree import is_code, parse
from portlint.extractors.source.rust.uses import Uses, Written, declarations, relevant
from portlint.extractors.source.rust.variables import called_on, declared
from portlint.extractors.source.syntax import by_place, first_error, path_to, places
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard, every
from portlint.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tree_sitter import Node

NAME = "rust"
VERSION = 2
LANGUAGE = "rust"
MAX_BYTES = 4_000_000
MAX_FACTS = 5_000  # a file; beyond, it is a table of bindings

_PATH = re.compile(rb"\w+(?:\s*::\s*(?:<[^<>;{}]{0,200}>\s*::\s*)?(?:r#)?[A-Za-z_]\w*)*")
_GAPS = re.compile(rb"<[^<>;{}]*>\s*::|\s|r#")
_MIDDLE = re.compile(rb"[\w>]\s*::\Z")
_ASM = re.compile(rb"\b(?:global_asm|naked_asm|llvm_asm|asm)!\s*[({\[]")
_REFUSES = re.compile(rb"\bcompile_error!\s*[({\[]\s*(?:r?#*\"([^\"\n]{0,200}))?")
_LINK = re.compile(rb"#\[\s*link\s*\(")


def wants(path: str) -> bool:
    return path.endswith(".rs")


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `call`, `type`, `import`, `construct`, `links`, and `setting` for modules, sorted by place.

    `type`: a type is named, or exported again, and nothing of it is called on that line. `construct`: `inline-asm`,
    and under a condition `compile-error` with its text and `platform-chain`. `links`: the library of an `extern` block,
    `static` or `dylib` as value where it says so. `import`: a `use` of one of the `import` names.
    Raises ValueError for a file over 4 MB, for what is no text, or nested absurdly deep.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for Rust")
    if b"\0" in data[:4096]:
        raise ValueError("not text")
    if path.rpartition("/")[2] == "build.rs":
        return Extraction(tuple(build_script(path, data)))
    if "benches" in path.split("/")[:-1]:
        return Extraction()
    names = names_of(vocabulary)
    present = names.present(data)
    assembles = b"asm!" in data and _ASM.search(data) is not None
    links = b"link" in data and _LINK.search(data) is not None
    refuses = b"compile_error!" in data and b"cfg" in data
    imports = relevant(declarations(data), names) if present else []
    if present and not imports and not _qualified(data, names):
        present = []
    if not (present or assembles or links or refuses or needs_tree(data)):
        return Extraction(tuple(module_facts(path, data, None, None)))
    root = parse(data)
    reader = _Reader(path, data, root, names)
    if present:
        reader.uses(present, imports)
    reader.assembly(assembles)
    reader.refusals(refuses)
    for place, name, kind in linked(data) if links else ():
        reader.add("links", name, place, value=kind)
    facts = [*reader.facts(), *module_facts(path, data, root, reader.guards)]
    line = first_error(root)
    partly = f"syntax not understood at line {line}" if line else ""
    if reader.gave_up:
        partly = f"more than {MAX_FACTS} uses in one file"
    return Extraction(by_place(facts), partly=partly)


class _Reader:
    """Collects the facts of one file."""

    def __init__(self, path: str, data: bytes, root: Node, names: Names) -> None:
        self._path, self._data, self._root, self._names = path, data, root, names
        self.guards = Guards(data, root)
        self._lines: list[int] = []
        self._facts: dict[tuple[FactKind, str, int, Guard], Fact] = {}
        self.gave_up = False

    def uses(self, present: list[str], imports: list[Written]) -> None:
        uses = Uses(self._data, self._root, self.guards, imports)
        self._imports(uses)
        globbed = uses.globs(self._names, present)
        heads = uses.heads(self._names) | globbed
        if not heads:
            return
        variables: dict[tuple[str, str], None] = {}
        for start, path in _paths(self._data, heads):
            head = path.partition("::")[0]
            meanings = uses.meanings(path, start)
            if head in globbed and meanings == [(path, ALWAYS)]:
                meanings = uses.by_glob(path, start)
            known = [(found, guard) for full, guard in meanings if (found := self._names.of(full))]
            nodes = path_to(self._root, start) if known or any(self._names.leads(full) for full, _ in meanings) else []
            if not nodes or not is_code(nodes) or _declares(self._data, start, nodes):
                continue
            for (kind, name), guard in known:
                self.add(kind, name, start, guard, nodes)
            if variable := declared(nodes):
                variables.update(((variable, full), None) for full, _ in meanings)
        for variable, full in variables:
            self._methods(variable, full)

    def _methods(self, variable: str, full: str) -> None:
        parts = full.split("::")
        for size in range(len(parts), 1, -1):
            owner = "::".join(parts[:size])
            if methods := self._names.methods(owner):
                for start, method in called_on(self._data, variable, methods):
                    self.add("call", f"{owner}::{method}", start)
                return

    def _imports(self, uses: Uses) -> None:
        """Imports that are known as such, and names that a `pub use` hands on."""
        for binding in uses.bindings:
            path = f"{binding.path}::*" if binding.name == "*" else binding.path
            start = binding.place[-1].start_byte
            if self._names.imported(path):
                self.add("import", path, start, nodes=binding.place)
            found = self._names.of(binding.path) if binding.is_public and binding.name != "*" else None
            if found and (found[1] == binding.path):
                self.add(found[0], found[1], start, nodes=binding.place)

    def assembly(self, present: bool) -> None:
        for match in _ASM.finditer(self._data) if present else ():
            self.add("construct", "inline-asm", match.start())

    def refusals(self, present: bool) -> None:
        """`compile_error!` under a condition; in a macro it says something about how the macro is used."""
        for match in _REFUSES.finditer(self._data) if present else ():
            nodes = path_to(self._root, match.start())
            if self.guards.at(nodes) == ALWAYS or any(node.type == "macro_definition" for node in nodes):
                continue
            self.add(
                "construct",
                "compile-error",
                match.start(),
                nodes=nodes,
                value=(match[1] or b"").decode("utf-8", "replace"),
            )

    def add(
        self,
        kind: FactKind,
        name: str,
        start: int,
        guard: Guard = ALWAYS,
        nodes: list[Node] | None = None,
        value: str = "",
    ) -> None:
        nodes = nodes or path_to(self._root, start)
        if not is_code(nodes):
            return
        guard = every(self.guards.at(nodes), guard)
        if not ships(guard):
            return
        if len(self._facts) >= MAX_FACTS:
            self.gave_up = True
            return
        self._facts.setdefault(
            (kind, name, start, guard), Fact(kind, name, self._location(start), LANGUAGE, guard, value)
        )

    def _location(self, start: int) -> Location:
        self._lines = self._lines or [0, *(match.end() for match in re.finditer(rb"\n", self._data))]
        line = bisect_right(self._lines, start)
        before = self._data[self._lines[line - 1] : start]
        return Location(self._path, line, len(before.decode("utf-8", "replace")) + 1)

    def facts(self) -> Iterable[Fact]:
        """Without types on lines that call something of theirs: in `let s: UdpSocket = UdpSocket::bind(a)`."""
        called = {(each.location.line, each.name.rpartition("::")[0]) for each in self._facts.values()}
        return [
            each
            for each in self._facts.values()
            if each.kind != "type" or (each.location.line, each.name) not in called
        ]


def _paths(data: bytes, heads: Iterable[str]) -> Iterable[tuple[int, str]]:
    """Every path that begins with one of the names: where, and its text without generics and blanks."""
    for head in heads:
        for start in places(data, head.encode()):
            before = data[max(0, start - 40) : start].rstrip()
            if before.endswith(b"::") and _MIDDLE.search(before):
                continue  # the middle of a longer path
            if before.endswith((b".", b"'")) and not before.endswith(b".."):
                continue  # a field or method, or a lifetime
            match = _PATH.match(data, start)
            text = _GAPS.sub(b"", match[0]) if match and len(match[0]) < 2000 else b""
            if text:
                yield start, text.decode("utf-8", "replace")


def _qualified(data: bytes, names: Names) -> bool:
    """Whether some path from a root of the vocabulary on leads to a name of it, without any import."""
    return any(
        names.of(path) is not None
        for root in names.roots
        if f"{root}::".encode() in data
        for _, path in _paths(data, (root,))
    )


def _declares(data: bytes, start: int, nodes: list[Node]) -> bool:
    """Inside of a `use`, or the name that an item, variable or field is given."""
    if any(node.type in ("use_declaration", "extern_crate_declaration") for node in nodes):
        return True
    if any(node.type == "token_tree" for node in nodes):
        begin = max(data.rfind(sign, 0, start) for sign in (b";", b"}", b"#"))
        if re.search(rb"\buse\s+[\w:{},\s*]*\Z", data[max(begin, start - 2000) + 1 : start]):
            return True
    if len(nodes) < 2:
        return False
    name = nodes[-2].child_by_field_name("name")
    owner = nodes[-2].type
    return (
        name is not None and name.id == nodes[-1].id and not owner.startswith("scoped")
    ) or owner == "visibility_modifier"
