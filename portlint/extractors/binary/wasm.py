"""WebAssembly core modules: imports, memory, the features used, Emscripten side modules, object files.

Layout: webassembly.github.io/spec/core/binary; `dylink.0`, `linking` and `target_features` as the tool conventions say
(github.com/WebAssembly/tool-conventions, DynamicLinking.md and Linking.md).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from portlint.extractors.binary.leb import Stream
from portlint.extractors.binary.record import Library, Symbol
from portlint.extractors.binary.wasm_custom import dylink, features, linking_symbols, old_dylink

NAME = "wasm"
VERSION = 1

_CUSTOM, _TYPE, _IMPORT, _MEMORY, _EXPORT, _TAG = 0, 1, 2, 5, 7, 13
_FUNCTION_TYPE, _V128 = 0x60, 0x7B
_SHARED, _WIDE, _PAGE_SIZE = 2, 4, 8
_LIMIT = 1_000_000
# A main module that loads others carries `dylink.0` like them; only it has a program's entry.
_ENTRIES = {"main", "__main_argc_argv", "__main_void", "_start"}
_LINKER_MADE = {"__linear_memory", "__indirect_function_table", "__stack_pointer", "__memory_base", "__table_base"}


class _Module(msgspec.Struct):
    """What the sections said so far."""

    imports: list[tuple[str, str]] = []  # module, name
    memories: list[int] = []  # limit flags
    tags: bool = False
    vectors: bool = False  # a signature mentions v128
    features: dict[str, bool] | None = None
    relocatable: bool = False  # `dylink` is there
    entry: bool = False
    needed: tuple[str, ...] = ()
    object: bool = False
    defined: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()


def read(data: bytes) -> Library:
    """The imports, needed libraries and features of a core module.

    Raises ValueError for a malformed section, Truncated for one that leaves the file.
    """
    module = _Module()
    for number, body in sections(data, version=1):
        _section(module, number, body)
    bits = "64" if any(flags & _WIDE for flags in module.memories) else "32"
    asked = {name for space, name in module.imports if space == "env"} | module.wanted
    return Library(
        "wasm",
        f"wasm{bits}",
        _platform(module),
        "side-module" if _is_side(module) else "object" if module.object else "",
        needed=module.needed,
        symbols=tuple(Symbol(name) for name in sorted(asked - _LINKER_MADE)) if module.object else (),
        defined=module.defined,
        imports=() if module.object else tuple((f"{space}.{name}", "") for space, name in module.imports),
        settings=_settings(module),
        partly="its import names are minified" if _is_minified(module) else "",
    )


def sections(data: bytes, version: int) -> Iterator[tuple[int, Stream]]:
    """(section number, its content) of a module or a component."""
    stream = Stream(data, 8)
    found = int.from_bytes(data[4:6], "little")
    if found != version:
        raise ValueError(f"wasm of version {found}, not {version}")
    while not stream.done():
        number = stream.byte()
        yield number, stream.part(stream.number())


def _section(module: _Module, number: int, body: Stream) -> None:
    if number == _IMPORT:
        for _ in range(body.count(_LIMIT)):
            _import(module, body)
    elif number == _MEMORY:
        module.memories += [_limits(body) for _ in range(body.count(_LIMIT))]
    elif number == _TAG:
        module.tags = module.tags or body.count(_LIMIT) > 0
    elif number == _EXPORT:
        module.entry = any(_exports_entry(body) for _ in range(body.count(_LIMIT)))
    elif number == _TYPE:
        module.vectors = _mentions_vectors(body)
    elif number == _CUSTOM:
        _custom(module, body)


def _custom(module: _Module, body: Stream) -> None:
    name = body.name()
    if name == "dylink.0":
        module.relocatable, module.needed = True, dylink(body)
    elif name == "dylink":
        module.relocatable, module.needed = True, old_dylink(body)
    elif name == "target_features":
        module.features = features(body)
    elif name == "linking":
        module.object = True
        module.defined, module.wanted = linking_symbols(body)


def _import(module: _Module, body: Stream) -> None:
    module.imports.append((body.name(), body.name()))
    kind = body.byte()
    if kind == 0:  # a function
        body.number()
    elif kind == 1:  # a table
        _value_type(body)
        _limits(body)
    elif kind == 2:
        module.memories.append(_limits(body))
    elif kind == 3:  # a global, and whether it is mutable
        _value_type(body)
        body.byte()
    elif kind == 4:  # a tag: exceptions are handled by wasm itself
        body.byte()
        body.number()
        module.tags = True
    else:
        raise ValueError(f"an import of unknown kind {kind}")


def _exports_entry(body: Stream) -> bool:
    name, _kind, _index = body.name(), body.byte(), body.number()
    return name in _ENTRIES


def _limits(body: Stream) -> int:
    flags = body.number()
    body.number()
    if flags & 1:
        body.number()
    if flags & _PAGE_SIZE:
        body.number()
    return flags


def _value_type(body: Stream) -> int:
    kind = body.byte()
    if kind in (0x63, 0x64):  # a reference to a heap type, which is one more signed number
        body.number()
    return kind


def _mentions_vectors(body: Stream) -> bool:
    """Does a function signature mention v128? Types of the garbage collection proposal end the search."""
    for _ in range(body.count(_LIMIT)):
        if body.byte() != _FUNCTION_TYPE:
            return False
        for _ in range(2):
            if _V128 in [_value_type(body) for _ in range(body.count(_LIMIT))]:
                return True
    return False


def _settings(module: _Module) -> tuple[tuple[str, str], ...]:
    """What is known of the features; `simd` and `exceptions` are left out where nothing tells."""
    marks = module.features
    settings = {
        "wasm/shared-memory": any(flags & _SHARED for flags in module.memories),
        "wasm/memory64": any(flags & _WIDE for flags in module.memories),
        "wasm/side-module": _is_side(module),
    }
    if module.vectors or marks is not None:
        settings["wasm/simd"] = module.vectors or bool(marks and marks.get("simd128"))
    rows = {name: "true" if value else "false" for name, value in settings.items()}
    exceptions = _exceptions(module)
    if exceptions:
        rows["wasm/exceptions"] = exceptions
    return tuple(sorted(rows.items()))


def _exceptions(module: _Module) -> str:
    """`wasm` (by the engine), `js` (Emscripten's calls through JavaScript), `false`, or "" where nothing tells.

    A side module that only throws asks its main module for `__cxa_throw`, whichever way that throws.
    """
    if module.tags or (module.features or {}).get("exception-handling"):
        return "wasm"
    asked = {name for space, name in module.imports if space == "env"}
    if any(name.startswith("invoke_") for name in asked):
        return "js"
    return "" if "__cxa_throw" in asked else "false"


def _is_side(module: _Module) -> bool:
    return module.relocatable and not module.entry


def _platform(module: _Module) -> str:
    if module.relocatable:
        return "web"  # Emscripten's own: nothing else loads or makes these
    # With threads the memory comes from outside, under `env` on WASI too.
    spaces = {space for space, name in module.imports if (space, name) != ("env", "memory")}
    if module.object or not spaces:
        return "any"
    return "wasi" if all(space.startswith("wasi") for space in spaces) else "web"


def _is_minified(module: _Module) -> bool:
    """Emscripten's release builds rename `env` to `a` and number the imports through."""
    return bool(module.imports) and all(space == "a" and len(name) <= 3 for space, name in module.imports)
