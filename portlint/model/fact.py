"""Facts: what an extractor saw in one file, without an opinion about any target."""

from __future__ import annotations

from typing import Literal

import msgspec

from portlint.model.guard import ALWAYS, Guard

FactKind = Literal[
    "call",  # a function is called, or its address is taken
    "type",  # a type or class is named where it is used
    "constant",  # an enumerator, flag or macro is used: evidence for `with`, seldom a finding of its own
    "include",  # a C-family include; the name has no brackets
    "import",  # an import statement of another language, a wasm import (`module.name`)
    "construct",  # syntax with a meaning of its own: inline-asm, throw, blocking-loop
    "symbol",  # a binary's undefined symbol
    "export",  # a name that a binary offers; C++ names are left out
    "links",  # a binary needs this library at load time
    "may-load",  # a library named for loading at run time: dlopen, DllImport, delay-load
    "ships",  # a binary for a platform: an entry of a manifest or the file itself
    "package",  # a dependency on a package of an ecosystem
    "setting",  # a key of a project file; the value is in `value`
    "ignore",  # a suppression comment: `extractors/ignores.py`
]
FACT_KINDS: tuple[FactKind, ...] = FactKind.__args__  # type: ignore[attr-defined]


class Location(msgspec.Struct, frozen=True, order=True):
    """Where: a path relative to the scanned root with `/`, 1-based line and column.

    Line 0 means the whole file (a binary, a missing file).
    """

    path: str
    line: int = 0
    column: int = 0


class Fact(msgspec.Struct, frozen=True):
    """One thing that a file says. `name` is qualified as far as the extractor could resolve it.

    `value` holds what belongs to the name: a setting's value, the library that a symbol comes from, the file
    that a `ships` entry names, for C-family calls the shape of the use (`call`, `address`, `macro NAME` for a
    use inside the body of the macro NAME).
    """

    kind: FactKind
    name: str
    location: Location
    language: str
    guard: Guard = ALWAYS
    value: str = ""
