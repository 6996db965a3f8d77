"""WebAssembly components: the interfaces that they import, and the core modules inside.

Layout: github.com/WebAssembly/component-model, design/mvp/Binary.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from portlint.extractors.binary import wasm
from portlint.extractors.binary.leb import Stream
from portlint.extractors.binary.record import Library

NAME = "component"
VERSION = 1

_LAYER_VERSION = 0x0D
_CORE_MODULE, _COMPONENT, _IMPORT = 1, 4, 10
_DEPTH = 4
_LIMIT = 100_000


def read(data: bytes) -> Library:
    """The imports (`wasi:sockets/udp`, version) and the features of the modules inside.

    Raises ValueError when a section is malformed or components nest deeper than 4.
    """
    imports: dict[tuple[str, str], None] = {}
    settings: dict[str, str] = {}
    for module in _walk(data, imports, 0):
        for name, value in module.settings:
            if value != "false" or name not in settings:
                settings[name] = value
    platform = "wasi" if any(name.startswith("wasi:") for name, _ in imports) else "any"
    features = tuple(sorted(settings.items()))
    return Library("wasm", "wasm32", platform, "component", imports=tuple(imports), settings=features)


def _walk(data: bytes, imports: dict[tuple[str, str], None], depth: int) -> Iterator[Library]:
    """The core modules; fills `imports` with those of the outermost component."""
    if depth > _DEPTH:
        raise ValueError(f"components nested deeper than {_DEPTH}")
    for number, body in wasm.sections(data, version=_LAYER_VERSION):
        if number == _CORE_MODULE:
            yield wasm.read(body.rest())
        elif number == _COMPONENT:
            yield from _walk(body.rest(), imports, depth + 1)
        elif number == _IMPORT and depth == 0:
            for _ in range(body.count(_LIMIT)):
                imports[_import(body)] = None


def _import(body: Stream) -> tuple[str, str]:
    """(interface or plain name without version, version)."""
    form = body.byte()
    name = body.name()
    version = ""
    if form == 2:  # with options, of which the version suffix is one
        for _ in range(body.count(16)):
            body.byte()
            body.name()
    _extern_type(body)
    if "@" in name:
        name, _, version = name.partition("@")
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
