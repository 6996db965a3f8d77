"""What the sections of a wasm module said, and the settings that follow."""

from __future__ import annotations

import msgspec

from portlint.extractors.binary.wasm.custom import Dylink
from portlint.extractors.binary.wasm.marks import marks

LIMIT = 1_000_000  # entries of one vector
SHARED, WIDE = 2, 4  # flags of a memory's limits
_TELLING = frozenset(
    {"simd128", "relaxed-simd", "atomics", "bulk-memory", "tail-call", "gc", "reference-types", "multimemory"}
    | {"exnref", "legacy-exceptions", "exception-handling", "function-references", "wide-arithmetic", "memory64"}
)


class Module(msgspec.Struct):
    """A core module, while it is read. `used`: features that its types and instructions show; `whole`: all code was
    read. `features`: the `target_features` section, None where it is absent.
    """

    imports: list[tuple[str, str]] = []  # module, name
    exports: list[str] = []
    memories: list[int] = []  # limit flags
    customs: list[str] = []
    partly: list[str] = []
    tags: bool = False
    used: set[str] = set()
    whole: bool = True
    functions: int = 0
    bodies: int = 0
    announced: int | None = None  # data segments
    segments: int = 0
    features: dict[str, bool] | None = None
    producers: tuple[tuple[str, str, str], ...] = ()
    relocatable: bool = False  # `dylink` is there
    dylink: Dylink | None = None
    entry: bool = False
    needed: tuple[str, ...] = ()
    object: bool = False
    defined: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()


def is_side(module: Module) -> bool:
    return module.relocatable and not module.entry


def settings(module: Module) -> tuple[tuple[str, str], ...]:
    """What is known of a module, sorted; `wasm/simd` and `wasm/exceptions` are left out where nothing tells.

    `wasm/feature`: one row for each that is used. `wasm/target-feature`: one for each that the compiler was allowed or
    forbidden, with its sign. `wasm/code` `part`: not all instructions were looked at. `wasm/producer`: who made it.
    """
    known = module.features
    answers = {
        "wasm/shared-memory": any(flags & SHARED for flags in module.memories),
        "wasm/memory64": any(flags & WIDE for flags in module.memories),
        "wasm/side-module": is_side(module),
    }
    if "simd128" in module.used or known is not None or (module.whole and not module.partly):
        answers["wasm/simd"] = "simd128" in module.used or bool(known and known.get("simd128"))
    rows = [(name, "true" if value else "false") for name, value in answers.items()]
    if exceptions := _exceptions(module):
        rows.append(("wasm/exceptions", exceptions))
    rows += [("wasm/feature", name) for name in _used(module) & _TELLING]
    rows += [("wasm/exception-model", name) for name in ("exnref", "legacy-exceptions") if name in module.used]
    rows += [("wasm/target-feature", ("+" if used else "-") + name) for name, used in (known or {}).items()]
    rows += [
        ("wasm/producer", text) for text in marks(module.producers, module.customs, module.imports, module.exports)
    ]
    if not module.whole:
        rows.append(("wasm/code", "part"))
    if module.dylink:
        rows.append(("wasm/dylink", module.dylink.layout))
        rows.append(("wasm/memory-size", str(module.dylink.memory)))
        rows.append(("wasm/table-size", str(module.dylink.table)))
        rows += [("wasm/weak-import", name) for name in module.dylink.weak]
    return tuple(sorted(set(rows)))


def _used(module: Module) -> set[str]:
    used = set(module.used)
    if len(module.memories) > 1:
        used.add("multimemory")
    if any(flags & WIDE for flags in module.memories):
        used.add("memory64")
    if any(flags & SHARED for flags in module.memories):
        used.add("atomics")
    return used


def _exceptions(module: Module) -> str:
    """`wasm` (by the engine), `js` (Emscripten's calls through JavaScript), `false`, or "" where nothing tells.

    A side module that only throws asks its main module for `__cxa_throw`, whichever way that throws.
    """
    own = {"exnref", "legacy-exceptions", "exception-handling"}
    if module.tags or (module.features or {}).get("exception-handling") or not own.isdisjoint(module.used):
        return "wasm"
    asked = {name for space, name in module.imports if space == "env"}
    if any(name.startswith("invoke_") for name in asked):
        return "js"
    return "" if "__cxa_throw" in asked else "false"
