"""Every name that a rule looks for in source code is found there: written the way code writes it, its reader sees it.

A fixture shows that a rule fires for one of its names; a name in a wrong form, or of a namespace that a reader does not
know, would be dead beside it and nobody would notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

import pytest

from portlint.catalog import load_catalog, vocabulary
from portlint.extractors.source import lua_code, zig
from portlint.extractors.source.c import family
from portlint.extractors.source.csharp import extractor as csharp
from portlint.extractors.source.csharp.names import NAMESPACES
from portlint.extractors.source.gdscript import extractor as gdscript
from portlint.extractors.source.go import extractor as go
from portlint.extractors.source.javascript import extractor as javascript
from portlint.extractors.source.javascript.names import BUILTINS
from portlint.extractors.source.python import extractor as python
from portlint.extractors.source.rust import extractor as rust

CATALOG = load_catalog()
KINDS = ("call", "type", "include", "import")


class Reader(NamedTuple):
    """How names are written in a language: `{full}` is `{owner}`, a separator and `{last}`; `{owner}` ends in `{type}`,
    which stands in `{space}`. One of the texts has to give the fact.
    """

    module: ModuleType
    paths: tuple[str, ...]
    separator: str
    texts: tuple[str, ...]


C = Reader(
    family,
    ("x.c", "x.cpp"),
    "::",
    (
        "void f() {{ {full}(1); }}",
        "void f() {{ {full} a; {owner} *b; b->{last}(1); }}",
        "#include <{full}>",
    ),
)
READERS = {
    "c": C,
    "cpp": C,
    "csharp": Reader(
        csharp,
        ("X.cs",),
        ".",
        (
            "using {owner}; class X {{ {last} a; }}",
            "using {owner}; class X {{ [{last}] void F() {{ new {last}(1); {last}.All(1); }} }}",
            "using {space}; class X {{ void F({type} a) {{ a.{last}(1); {type}.{last}(1); }} }}",
            "using {space}; class X {{ void F({type} a) {{ a.{last} = 1; var b = {type}.{last}; }} }}",
        ),
    ),
    "gdscript": Reader(
        gdscript,
        ("x.gd",),
        ".",
        (
            "extends Node\nvar a: {full}\n",
            "extends Node\nfunc f(a: {owner}):\n\ta.{last}(1)\n\ta.{last} = 1\n",
            "extends Node\nfunc f():\n\t{full}(1)\n\t{full} = 1\n",
        ),
    ),
    "go": Reader(
        go,
        ("x.go",),
        ".",
        (
            'package x\nimport "{full}"\n',
            'package x\nimport q "{owner}"\nfunc f(a q.{last}) {{ q.{last}(1) }}\n',
        ),
    ),
    "javascript": Reader(
        javascript,
        ("x.js",),
        ".",
        (
            'import q from "{full}"; q(1);',
            'import * as q from "{owner}"; q.{last}(1);',
            "{full}(1);",
        ),
    ),
    "lua": Reader(lua_code, ("x.lua",), ".", ('local ffi = require("ffi")\n{full}("a")\n',)),
    "python": Reader(
        python,
        ("x.py",),
        ".",
        (
            "import {owner}\n{full}(1)\n",
            "from {space} import {type}\n{type}.{last}(1)\n",
        ),
    ),
    "rust": Reader(
        rust,
        ("src/x.rs",),
        "::",
        (
            "use {full};\nfn f(a: {last}) {{ {last}(1); {last}!(1); }}",
            "use {owner};\nfn f(a: {type}) {{ {type}::{last}(1); a.{last}(1); }}",
        ),
    ),
    "zig": Reader(zig, ("x.zig",), ".", ('const std = @import("std");\nfn f() void {{ {full}(1); }}\n',)),
}
WORDS = {language: vocabulary(CATALOG, language) for language in READERS}
# What the readers of an engine's scripts find, who look for it line by line.
ELSEWHERE = {("lua", "import"), ("python", "import")}


def names(language: str) -> Iterator[tuple[str, str, str]]:
    """(rule, kind, name) of what is looked for in files of the language."""
    for rule in CATALOG.rules.values():
        for match in rule.match:
            if match.language == language and match.kind in KINDS and (language, match.kind) not in ELSEWHERE:
                yield from ((rule.id, match.kind, name) for name in match.names)


def written(reader: Reader, name: str) -> Iterator[str]:
    full = name.removesuffix("*") + "thing" if name.endswith("*") else name
    owner, _, last = full.rpartition(reader.separator)
    space, _, kind = owner.rpartition(reader.separator)
    for text in reader.texts:
        yield text.format(full=full, owner=owner, last=last, space=space, type=kind)


def is_found(reader: Reader, language: str, kind: str, name: str) -> bool:
    words = WORDS["c" if reader is C else language]
    facts = (
        fact
        for text in written(reader, name)
        for path in reader.paths
        for fact in reader.module.extract(path, text.encode(), words).facts
    )
    start = name.removesuffix("*")
    return any(
        fact.kind == kind and (fact.name == name or (name != start and fact.name.startswith(start))) for fact in facts
    )


@pytest.mark.parametrize("language", READERS)
def test_every_name_is_found(language: str) -> None:
    told = list(names(language))
    assert told
    assert [row for row in told if not is_found(READERS[language], language, *row[1:])] == []


def test_names_of_node_are_of_its_own_modules() -> None:
    """A package's name behind `node:fs.` would be looked for in a module that nobody has."""
    modules = {name.rpartition(".")[0] for _, _, name in names("javascript") if name.startswith("node:")} - {""}
    assert {each.removeprefix("node:").removesuffix("/promises") for each in modules} <= BUILTINS


def test_namespaces_of_csharp_are_known() -> None:
    """Else what is right below one is read as the member of a type, which code never writes."""
    told = [name.removesuffix(".*") for _, _, name in names("csharp")]
    owners = {name.rpartition(".")[0] for name in told}
    above_owners = {owner.rpartition(".")[0] for owner in owners}
    assert owners & above_owners <= NAMESPACES
