"""Go (`*.go`, and Go's assembly `*.s`): imports, uses of known names by import path, and build constraints as guards.

Imports are read from the head of every file. Only files that name something of the vocabulary through an import of
theirs are parsed. Conventions: `net.Listen`, `os/exec.Command`: import path, dot, name, whatever the file calls the
package. A composite literal (`&http.Server{}`) and a variable of the type are the call of the type.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from portlint.extractors.source.go.guards import at_run_time, constraint, of_name
from portlint.extractors.source.go.header import Header, read_header
from portlint.extractors.source.go.marks import assembly, directives, functions
from portlint.extractors.source.go.names import Hit, Names, names_of
from portlint.extractors.source.go.tree import first_text, is_shadowed, may_be_declared, parse
from portlint.extractors.source.syntax import by_place, first_error, path_to, place, text_of
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.guard import ALWAYS, Guard, every
from portlint.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tree_sitter import Node

NAME = "go-lang"
VERSION = 3
LANGUAGE = "go"
MAX_BYTES = 8_000_000
MAX_HITS = 1000  # uses in one file; each costs a way down the tree


def wants(path: str) -> bool:
    return path.endswith((".go", ".s"))


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `import`, `call`, `type`, `constant`, `construct` and `links`, sorted by place.

    `import`: packages of other modules (a dot in the first part of the path), `C` (cgo), and those of the vocabulary;
    the value is the alias. `value` of a call is its first argument where that is a plain string: `udp`. `construct`:
    `go:main` (a file of a program), `go:functions` (what a file
    behind a constraint declares), `go:generated`, `go:assembly`, `go:linkname`, `go:embed`,
    `go:wasmimport` and `go:wasmexport`.
    Raises ValueError for a file over 8 MB, one without a package clause, assembly of another kind than Go's, and
    absurd nesting.
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for Go")
    if b"\0" in data[:4096]:
        raise ValueError("not text")
    if path.endswith(".s"):
        found = assembly(data)
        if found is None:
            return Extraction()
        guard = every(of_name(path), constraint(found.value) if found.value else ALWAYS)
        return Extraction((Fact("construct", found.name, place(path, data, found.start), LANGUAGE, guard),))
    header = read_header(data)
    names = names_of(vocabulary)
    guard = every(of_name(path), header.guard)
    reader = _Reader(path, data, header, names, guard)
    reader.head()
    hits = [hit for hit in names.hits(data, header) if not _in_comment(data, hit.start)]
    line = reader.uses(hits) if hits else 0
    partly = f"syntax not understood at line {line}" if line else ""
    if len(hits) > MAX_HITS:
        partly = "more names than are followed in one file"
    return Extraction(by_place(reader.facts()), partly=partly)


class _Reader:
    """Collects the facts of one file."""

    def __init__(self, path: str, data: bytes, header: Header, names: Names, guard: Guard) -> None:
        self._path, self._data, self._header, self._names, self._guard = path, data, header, names, guard
        self._facts: dict[tuple[FactKind, str, Location], Fact] = {}

    def facts(self) -> Iterator[Fact]:
        """A type stands once a guard, and not at all where the file makes one: parameters are no further work."""
        called = {fact.name for fact in self._facts.values() if fact.kind == "call"}
        seen: set[tuple[str, Guard]] = set()
        for fact in self._facts.values():
            if fact.kind == "type":
                if fact.name in called or (fact.name, fact.guard) in seen:
                    continue
                seen.add((fact.name, fact.guard))
            yield fact

    def head(self) -> None:
        if self._header.package == "main":
            self._add("construct", "go:main", 0)
        if self._header.generated:
            self._add("construct", "go:generated", 0)
        for each in self._header.imports:
            first = each.path.partition("/")[0]
            if "." in first or each.path == "C" or each.path in self._names.imports:
                self._add("import", each.path, each.start, each.name)
        for link in self._header.links:
            self._add("links", link.name, link.start, "", link.guard)
        if self._guard != ALWAYS and (declared := functions(self._data, self._header.end)):
            self._add("construct", declared.name, declared.start, declared.value)
        for mark in directives(self._data, self._header.end):
            self._add("construct", mark.name, mark.start, mark.value)

    def uses(self, hits: Sequence[Hit]) -> int:
        """Facts of the hits that are uses; the first line that the grammar does not understand, or 0."""
        root = parse(self._data)
        runtime = next((each.qualifier.encode() for each in self._header.imports if each.path == "runtime"), b"")
        asks = bool(runtime) and (runtime + b".GOOS" in self._data or runtime + b".GOARCH" in self._data)
        hidden: dict[bytes, bool] = {}  # whether anything in the file could give a qualifier another meaning
        for hit in hits[:MAX_HITS]:
            path = path_to(root, hit.start)
            found = self._use(hit, path)
            if found is None:
                continue
            name = path[-1].text or b""
            if name not in hidden:
                hidden[name] = may_be_declared(self._data, name, self._header.end)
            if hidden[name] and is_shadowed(path, name):
                continue
            kind, value = found
            around = at_run_time(path, runtime) if asks else ALWAYS
            self._add(kind, f"{hit.path}.{hit.name}", hit.start, value, around)
        return first_error(root)

    def _use(self, hit: Hit, path: Sequence[Node]) -> tuple[FactKind, str] | None:
        """What a hit is: kind and value; None for comments, strings, and names that no rule asks about so."""
        leaf, parent = path[-1], path[-2] if len(path) > 1 else path[-1]
        full = f"{hit.path}.{hit.name}"
        at = len(path) - 1 if hit.dotted else len(path) - 2
        if hit.dotted:
            is_type = leaf.type == "type_identifier"
            if leaf.type not in ("identifier", "type_identifier") or parent.type == "selector_expression":
                return None
        elif parent.type == "selector_expression" and leaf.type == "identifier":
            is_type = False
            if text_of(parent.child_by_field_name("field")) != hit.name or parent.start_byte != hit.start:
                return None
        elif parent.type == "qualified_type":
            is_type = True
        else:
            return None
        around = path[at - 1] if at else path[0]
        makes = around.type in ("composite_literal", "var_spec") or _is_new(path, at)
        if self._names.has("call", full) and (makes or not is_type):
            is_called = around.type == "call_expression" and around.child_by_field_name("function") == path[at]
            return "call", first_text(around) if is_called else ""
        if self._names.has("type", full):
            return "type", ""
        return ("constant", "") if self._names.has("constant", full) and not is_type else None

    def _add(self, kind: FactKind, name: str, start: int, value: str = "", guard: Guard = ALWAYS) -> None:
        location = place(self._path, self._data, start)
        fact = Fact(kind, name, location, LANGUAGE, every(self._guard, guard), value)
        self._facts.setdefault((kind, name, location), fact)


def _is_new(path: Sequence[Node], at: int) -> bool:
    """Whether path[at] is the argument of `new`."""
    if at < 2 or path[at - 1].type != "argument_list":
        return False
    return text_of(path[at - 2].child_by_field_name("function")) == "new"


def _in_comment(data: bytes, start: int) -> bool:
    """Whether the line before `start` says that this is a comment; most doc comments are settled without a parse."""
    return data[data.rfind(b"\n", 0, start) + 1 : start].lstrip().startswith(b"//")
