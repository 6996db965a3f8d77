"""WebAssembly components: the interfaces that they import and export, and the core modules inside.

Layout: github.com/WebAssembly/component-model, design/mvp/Binary.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portlint.extractors.binary.leb import Stream
from portlint.extractors.binary.record import Library
from portlint.extractors.binary.wasm import reader as wasm

NAME = "component"
VERSION = 2

_LAYER_VERSION = 0x0D
_CORE_MODULE, _COMPONENT, _IMPORT, _EXPORT = 1, 4, 10, 11
_DEPTH = 4
_OF_ONE_MODULE = ("wasm/dylink", "wasm/memory-size", "wasm/table-size", "wasm/weak-import")
_LIMIT = 100_000


def read(data: bytes) -> Library:
    """Imports (`wasi:sockets/udp`, version), exports (`wasi:cli/run@0.2.0`), the features of the modules inside.

    Raises ValueError when a section is malformed or components nest deeper than 4.
    """
    imports: dict[tuple[str, str], None] = {}
    exports: dict[str, None] = {}
    modules = list(_walk(data, imports, exports, 0))
    platform = "wasi" if any(name.startswith("wasi:") for name in (*(name for name, _ in imports), *exports)) else "any"
    return Library(
        "wasm",
        "wasm32",
        platform,
        "component",
        exports=tuple(exports),
        imports=tuple(imports),
        settings=_settings(modules),
        partly="; ".join(dict.fromkeys(module.partly for module in modules if module.partly)),
    )


def _settings(modules: Sequence[Library]) -> tuple[tuple[str, str], ...]:
    """Those of the modules: of a yes and a no the yes; where rows repeat, all of them."""
    rows = {row for module in modules for row in module.settings if row[0] not in _OF_ONE_MODULE}
    yes = {name for name, value in rows if value != "false"}
    kept = {(name, value) for name, value in rows if value != "false" or name not in yes}
    return tuple(sorted(kept | {("wasm/modules", str(len(modules)))}))


def _walk(data: bytes, imports: dict[tuple[str, str], None], exports: dict[str, None], depth: int) -> Iterator[Library]:
    """The core modules; fills `imports` and `exports` with those of the outermost component."""
    if depth > _DEPTH:
        raise ValueError(f"components nested deeper than {_DEPTH}")
    for number, body in wasm.sections(data, version=_LAYER_VERSION):
        if number == _CORE_MODULE:
            yield wasm.read(body.rest())
        elif number == _COMPONENT:
            yield from _walk(body.rest(), imports, exports, depth + 1)
        elif number == _IMPORT and depth == 0:
            for _ in range(body.count(_LIMIT)):
                imports[_import(body)] = None
        elif number == _EXPORT and depth == 0:
            for _ in range(body.count(_LIMIT)):
                exports[_export(body)] = None


def _name(body: Stream) -> str:
    form = body.byte()
    name = body.name()
    if form == 2:  # with options, of which the version suffix is one
        for _ in range(body.count(16)):
            body.byte()
            body.name()
    return name


def _export(body: Stream) -> str:
    name = _name(body)
    if body.byte() == 0:  # a core sort: one more byte says which
        body.byte()
    body.number()
    if body.byte():  # with a type of its own
        _extern_type(body)
    return name


def _import(body: Stream) -> tuple[str, str]:
    """(interface or plain name without version, version)."""
    name, _, version = _name(body).partition("@")
    _extern_type(body)
    return name, version


def _extern_type(body: Stream) -> None:
    sort = body.byte()
    if sort == 0:  # a core sort: one more byte says which
        body.byte()
        body.number()
    elif sort in (1, 4, 5):  # function, component, instance
        body.number()
    elif sort == 2:  # a value: equal to one, or of a type
        body.byte()
        body.number()
    elif sort == 3:  # a type: equal to one, or a fresh resource
        if body.byte() == 0:
            body.number()
    else:
        raise ValueError(f"an import of unknown sort {sort}")
