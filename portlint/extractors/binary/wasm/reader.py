"""WebAssembly core modules: imports, exports, memory, the features used, Emscripten side modules, object files.

Layout: webassembly.github.io/spec/core/binary; `dylink.0`, `linking`, `producers` and `target_features` as the tool
conventions say (github.com/WebAssembly/tool-conventions).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from portlint.extractors.binary.leb import Stream
from portlint.extractors.binary.record import Library, Symbol
from portlint.extractors.binary.wasm import marks as wasm_marks
from portlint.extractors.binary.wasm.code import SEGMENTS, Unfollowed, of_types, read_code, value_type
from portlint.extractors.binary.wasm.custom import dylink, features, linking_symbols, old_dylink, producers
from portlint.extractors.binary.wasm.data import read_data, read_elements, read_globals
from portlint.extractors.binary.wasm.module import LIMIT, WIDE, Module, is_side, settings

NAME = "wasm"
VERSION = 2

_CUSTOM, _TYPE, _IMPORT, _FUNCTION, _TABLE, _MEMORY, _EXPORT, _TAG = 0, 1, 2, 3, 4, 5, 7, 13
_GLOBAL, _START, _ELEMENT, _CODE, _DATA, _DATA_COUNT = 6, 8, 9, 10, 11, 12
_ORDER = (1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11)
_PAGE_SIZE = 8
_FIXED_TABLE = 0x40
# A main module that loads others carries `dylink.0` like them; only it has a program's entry.
_ENTRIES = {"main", "__main_argc_argv", "__main_void", "_start"}
_LINKER_MADE = {"__linear_memory", "__indirect_function_table", "__stack_pointer", "__memory_base", "__table_base"}


def read(data: bytes) -> Library:
    """The imports, exports, needed libraries and features of a core module.

    Raises ValueError for a malformed section, Truncated for one that leaves the file. A module whose code or types
    cannot be followed to their end is read for the rest, and `partly` says so.
    """
    module = Module()
    last = -1
    for number, body in sections(data, version=1):
        if number != _CUSTOM:
            place = _ORDER.index(number) if number in _ORDER else -1
            if place <= last:
                raise ValueError(f"a section {number} where none belongs, at byte {body.at}")
            last = place
        try:
            _section(module, number, body)
        except Unfollowed as error:
            module.partly.append(str(error))
    _check_counts(module)
    return _library(module)


def _check_counts(module: Module) -> None:
    if module.announced is not None and module.announced != module.segments and not module.partly:
        raise ValueError(f"{module.announced} data segments announced and {module.segments} there")
    if SEGMENTS in module.used and module.announced is None:
        raise ValueError("instructions that name data segments, whose number is not announced")
    if module.functions != module.bodies and not any("instruction" in each for each in module.partly):
        raise ValueError(f"{module.functions} functions announced and {module.bodies} there")


def _library(module: Module) -> Library:
    bits = "64" if any(flags & WIDE for flags in module.memories) else "32"
    asked = {name for space, name in module.imports if space == "env"} | module.wanted
    if _is_minified(module):
        module.partly.append("its import names are minified")
    imports = tuple((f"{space}.{name}", "") for space, name in module.imports)
    return Library(
        "wasm",
        f"wasm{bits}",
        _platform(module),
        "side-module" if is_side(module) else "object" if module.object else "",
        needed=module.needed,
        symbols=tuple(Symbol(name) for name in sorted(asked - _LINKER_MADE)) if module.object else (),
        defined=module.defined,
        exports=tuple(sorted(module.exports)),
        imports=() if module.object else imports,
        settings=settings(module),
        partly="; ".join(module.partly),
    )


def sections(data: bytes, version: int) -> Iterator[tuple[int, Stream]]:
    """(section number, its content) of a module or a component."""
    stream = Stream(data, 8)
    found = int.from_bytes(data[4:6], "little")
    if found != version:
        raise ValueError(f"wasm of version {found}, not {version}")
    while not stream.done():
        number = stream.byte()
        yield number, stream.part(stream.index())


def _section(module: Module, number: int, body: Stream) -> None:
    if number == _CUSTOM:
        _custom(module, body)
        return
    reader = _READERS.get(number)
    if reader is None:
        return
    reader(module, body)
    if module.whole:
        body.finish("a section")


def _imports(module: Module, body: Stream) -> None:
    for _ in range(body.count(LIMIT)):
        _import(module, body)


def _memories(module: Module, body: Stream) -> None:
    module.memories += [_limits(body) for _ in range(body.count(LIMIT))]


def _tags(module: Module, body: Stream) -> None:
    for _ in range(body.count(LIMIT)):
        body.byte()
        body.index()
        module.tags = True


def _functions(module: Module, body: Stream) -> None:
    module.functions = body.count(LIMIT)
    for _ in range(module.functions):
        body.index()


def _start(_module: Module, body: Stream) -> None:
    body.index()


def _data_count(module: Module, body: Stream) -> None:
    module.announced = body.index()
    module.used.add("bulk-memory")


def _data(module: Module, body: Stream) -> None:
    module.segments = read_data(body, module.used, LIMIT)


def _code(module: Module, body: Stream) -> None:
    code = read_code(body, LIMIT, module.used)
    module.whole, module.bodies = code.whole, code.bodies


def _custom(module: Module, body: Stream) -> None:
    name = body.name()
    module.customs.append(name)
    if name == "dylink.0":
        module.relocatable, module.dylink = True, dylink(body)
        module.needed = module.dylink.needed
    elif name == "dylink":
        module.relocatable, module.dylink = True, old_dylink(body)
        module.needed = module.dylink.needed
    elif name == "target_features":
        module.features = features(body)
    elif name == "producers":
        # Optional and often cut by other tools: what cannot be read of it takes nothing from the module.
        module.producers = producers(body)
    elif name == "linking":
        module.object = True
        module.defined, module.wanted = linking_symbols(body)


def _import(module: Module, body: Stream) -> None:
    module.imports.append((body.name(), body.name()))
    kind = body.byte()
    if kind == 0:  # a function
        body.index()
    elif kind == 1:
        value_type(body, module.used)
        _limits(body)
    elif kind == 2:
        module.memories.append(_limits(body))
    elif kind == 3:  # a global, and whether it is mutable
        value_type(body, module.used)
        if body.byte() > 1:
            raise ValueError(f"a global that is neither fixed nor mutable at byte {body.at}")
    elif kind == 4:  # a tag: exceptions are handled by wasm itself
        body.byte()
        body.index()
        module.tags = True
    else:
        raise ValueError(f"an import of unknown kind {kind}")


def _exports(module: Module, body: Stream) -> None:
    for _ in range(body.count(LIMIT)):
        name, kind, _index = body.name(), body.byte(), body.index()
        if kind > 4:
            raise ValueError(f"an export of unknown kind {kind}")
        module.exports.append(name)
    module.entry = not _ENTRIES.isdisjoint(module.exports)


def _tables(module: Module, body: Stream) -> None:
    for _ in range(body.count(LIMIT)):
        if body.data[body.at : body.at + 1] == bytes([_FIXED_TABLE]):
            module.used.add("function-references")
            raise Unfollowed("a table with an initial value: the tables behind it are not read")
        value_type(body, module.used)
        _limits(body)


def _limits(body: Stream) -> int:
    flags = body.byte()
    if flags > 0x0F:
        raise ValueError(f"limits of an unknown kind 0x{flags:02x} at byte {body.at}")
    for _ in range(1 + (flags & 1)):
        _ = body.number() if flags & WIDE else body.index()
    if flags & _PAGE_SIZE:
        body.index()
    return flags


def _platform(module: Module) -> str:
    if module.relocatable:
        return "web"  # Emscripten's own: nothing else loads or makes these
    # With threads the memory comes from outside, under `env` on WASI too.
    spaces = {space for space, name in module.imports if (space, name) != ("env", "memory")}
    if module.object or not spaces:
        return "any"
    return "wasi" if all(space.startswith(wasm_marks.SERVER_SPACES) for space in spaces) else "web"


def _is_minified(module: Module) -> bool:
    """Emscripten's release builds rename `env` to `a` and number the imports through."""
    return bool(module.imports) and all(space == "a" and len(name) <= 3 for space, name in module.imports)


_READERS: dict[int, Callable[[Module, Stream], None]] = {
    _TYPE: lambda module, body: module.used.update(of_types(body, LIMIT)),
    _IMPORT: _imports,
    _FUNCTION: _functions,
    _TABLE: _tables,
    _MEMORY: _memories,
    _TAG: _tags,
    _GLOBAL: lambda module, body: read_globals(body, module.used, LIMIT),
    _EXPORT: _exports,
    _START: _start,
    _ELEMENT: lambda module, body: read_elements(body, module.used, LIMIT),
    _DATA_COUNT: _data_count,
    _CODE: _code,
    _DATA: _data,
}
