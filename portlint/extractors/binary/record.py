"""What the readers of native formats hand to `facts.py`: the same record whatever the format."""

from __future__ import annotations

import msgspec


class Symbol(msgspec.Struct, frozen=True, order=True):
    """An undefined or imported symbol as written in the file; `library` is where it comes from, or ""."""

    name: str
    library: str = ""


class Library(msgspec.Struct, frozen=True):
    """One native object for one machine (a fat Mach-O gives several).

    `format` is elf, pe, macho or wasm, also for members of an `ar`. `flavour` is what `ships` shows after the
    machine: `side-module`, `object`, `import`. `needed` are loaded at start, `optional` later or not at all (delay
    imports, weak dylibs). `defined` are the global names that an object file offers to its neighbours in an archive.
    `exports` are what a shared library offers to others, as written. `imports` are a wasm module's `module.name`, or a
    component's (`wasi:sockets/udp`, version).
    """

    format: str
    machine: str
    platform: str
    flavour: str = ""
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    defined: frozenset[str] = frozenset()
    exports: tuple[str, ...] = ()
    imports: tuple[tuple[str, str], ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    managed: bool = False
    partly: str = ""


class Truncated(ValueError):
    """The file ends before what its headers promise: no second reader can mend that."""
