"""What the readers of native formats hand to `facts.py`: the same record whatever the format."""

from __future__ import annotations

import msgspec


class Symbol(msgspec.Struct, frozen=True, order=True):
    """An undefined or imported symbol as written in the file; `library` is where it comes from, or ""."""

    name: str
    library: str = ""


class Assembly(msgspec.Struct, frozen=True):
    """The managed part of a file.

    `kind`: il, ready-to-run or native-image (native code compiled ahead beside the IL), mixed (C++/CLI), unknown.
    `natives` are the entry points of P/Invokes and their DLL, `libraries` these DLLs, `modules` the assembly's other
    files, `references` other assemblies and their version. `calls` (`System.Net.Sockets.UdpClient.Send`; a constructor
    is the type's name, a property stands without `get_`) and `types` are those of the framework.
    """

    kind: str
    natives: tuple[Symbol, ...] = ()
    libraries: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    calls: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    partly: str = ""

    @property
    def native(self) -> bool:
        """Whether the file's imports are those of native code of its own."""
        return self.kind in ("mixed", "unknown")


class Library(msgspec.Struct, frozen=True):
    """One native object for one machine (a fat Mach-O gives several).

    `format` is elf, pe, macho or wasm, also for members of an `ar`. `flavour` is what `ships` shows after the
    machine: `side-module`, `object`, `import`. `needed` are loaded at start, `optional` later or not at all (delay
    imports, weak dylibs). `defined` are the global names that an object file offers to its neighbours in an archive.
    `exports` are what a shared library offers to others, as written. `imports` are a wasm module's `module.name`, or a
    component's (`wasi:sockets/udp`, version). `managed`: .NET, told in `assembly`; mixed-mode
    code has native imports, too.
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
    assembly: Assembly | None = None
    partly: str = ""


class Truncated(ValueError):
    """The file ends before what its headers promise: no second reader can mend that."""
