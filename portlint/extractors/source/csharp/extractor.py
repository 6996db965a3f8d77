"""C# (`*.cs`): uses of .NET, Unity and Godot APIs by their full names, with the conditions around them.

Only files that hold a name of the vocabulary, or import native functions, are parsed. A simple name counts where a
`using` directive, an alias, the namespace around it or its own qualifier says which type it is, and the file declares
no type of that name itself. Members of variables are found where the file says what the variable holds.

Conventions: `System.Net.Sockets.UdpClient.Send` for methods, properties and events alike; constructing an object is
the call of its type, `System.Threading.Thread`; a blocking wait for the result of an async function is
`System.Threading.Tasks.Task.Result` (or `.Wait`), also where only the function's name, `...Async`, says that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portlint.extractors.source.csharp.guards import Guards
from portlint.extractors.source.csharp.imports import ATTRIBUTE, Imports
from portlint.extractors.source.csharp.names import NEW, Hit, Names, names_of
from portlint.extractors.source.csharp.reader import LANGUAGE, TASK, Reader
from portlint.extractors.source.csharp.regions import Regions, closed
from portlint.extractors.source.csharp.scope import Scope
from portlint.extractors.source.csharp.tree import parse
from portlint.extractors.source.syntax import by_place, first_error, place
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from tree_sitter import Node

NAME = "csharp"
VERSION = 4
MAX_BYTES = 4_000_000

_WAITS = re.compile(rb"\)\s*\.\s*(?:Result\b|Wait\s*\(|GetAwaiter\s*\(\s*\)\s*\.\s*GetResult\b)")
_LOOPS = re.compile(rb"\bwhile\s*\(\s*!\s*[\w.]+\.(isDone|IsCompleted)\s*\)")


def wants(path: str) -> bool:
    return path.endswith(".cs")


def extract(path: str, data: bytes, vocabulary: Vocabulary) -> Extraction:
    """Facts `call`, `type`, `construct`, `may-load` and `export`, sorted by place.

    `value` of a call is its first argument if that is a literal (strings without quotes) or an enumerator
    (`FileMode.Open`), of a new Socket its SocketType, `delay` of a CancellationTokenSource that gets one, and of an
    assignment to a property what is assigned. `may-load` is a native import: the name as written, or as a constant of
    the file says, and the entry point as value.
    `construct`: `blocking-loop:isDone`, a loop that waits for an operation and never yields; `simple-name:System.X.Y`,
    once a file and type that it names without a qualifier, the value being the namespaces that would be looked into
    first. `export`: a type that the file declares and that is called like one of the vocabulary.
    Raises ValueError for a file over 4 MB, in UTF-16 without a byte order mark, or nested absurdly
    deep (also in `#if`).
    """
    if len(data) > MAX_BYTES:
        raise ValueError(f"larger than the {MAX_BYTES // 1_000_000} MB limit for C#")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    if b"\0" in data[:4096]:
        raise ValueError("not text")
    data = closed(data)
    names = names_of(vocabulary)
    hits = names.hits(data)
    imports = (b"DllImport" in data or b"LibraryImport" in data) and ATTRIBUTE.search(data) is not None
    waits = _waits(data, names)
    if not hits and not imports and not waits:
        return Extraction()
    regions = Regions(data)
    scope = Scope(data, regions)
    typed = _typed(hits, data, names, scope)
    is_asked = b".isDone" in data or b".IsCompleted" in data
    loops = [match.start() for match in _LOOPS.finditer(data)] if is_asked else []
    if not typed and not waits and not imports and not loops:
        own = [Fact("export", full, place(path, data, start), LANGUAGE) for full, start in scope.declared_types(names)]
        return Extraction(tuple(own))
    text, root, lost = _parsed(data, regions)
    reader = Reader(path, text, root, names, Guards(text, root, regions, scope.guard))
    for start, full in typed:
        reader.typed(start, full)
    reader.statics(scope.statics)
    reader.waits(waits)
    reader.loops(loops)
    for each in Imports(text, root, regions).all() if imports else ():
        reader.add("may-load", each.library, each.path, each.function, each.guard)
    reader.simple_names(typed, scope)
    for word, start in scope.declared_types(names):
        reader.own_type(word, start)
    facts = by_place(reader.facts())
    unread = next((start for start, _ in typed if text[start : start + 1].isspace()), 0) if lost else 0
    line = first_error(root) or (data.count(b"\n", 0, unread) + 1 if unread else 0)
    partly = f"syntax not understood at line {line}" if line else ""
    return Extraction(facts, partly=partly or ("more names than are followed in one file" if reader.gave_up else ""))


def _parsed(data: bytes, regions: Regions) -> tuple[bytes, Node, bool]:
    """The text that was parsed, its tree, and whether branches of an #if were left out for that."""
    text = regions.without_directives(data)
    root = parse(text)
    if root.has_error and regions.any:
        other = regions.with_one_branch(data)
        again = parse(other)
        if not again.has_error or first_error(again) > first_error(root):
            return other, again, True
    return text, root, False


def _typed(hits: Sequence[Hit], data: bytes, names: Names, scope: Scope) -> list[tuple[int, str]]:
    """Where a known type is named, and which. A type whose members the file never names is not worth a parse."""
    found = []
    traced: dict[str, bool] = {}
    for hit in hits:
        full = scope.type_of(hit, names)
        if not full or (hit.member and not names.leads(full, hit.member) and not names.is_type(full)):
            continue
        if full not in traced:
            traced[full] = names.is_type(full) or names.is_call(full, NEW) or names.has_traces(full, data)
        if hit.member or traced[full]:
            found.append((hit.start, full))
    for alias, full in scope.aliases_of(names):
        for match in re.finditer(rb"(?<![\w.@])%b\b(?!\s*=[^=])" % re.escape(alias.encode()), data):
            found.append((match.start(), full))
    return found


def _waits(data: bytes, names: Names) -> list[int]:
    """Places of `.Result`, `.Wait(` and `.GetResult(` behind a call; none where UniTask has awaiters of that name."""
    if not names.is_known(TASK) or b"Cysharp.Threading.Tasks" in data:
        return []
    if not any(member in data for member in (b".Result", b".Wait", b".GetResult")):
        return []
    return [match.end() for match in _WAITS.finditer(data)]
