"""A side module that a Godot web export would load, against the engine's official export templates.

The templates are built with `-msimd128`, `-sWASM_BIGINT` and `-sSUPPORT_LONGJMP=wasm`, for wasm32, and without
exceptions: platform/web/detect.py and SConstruct of github.com/godotengine/godot. An extension has to match:
tools/web.py of github.com/godotengine/godot-cpp.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator

from portlint.catalog.hosts import emscripten_of
from portlint.judge.godot.export import is_before
from portlint.judge.wasm.hosts import Want, feature_wants
from portlint.model.catalog import Target
from portlint.model.extraction import Extraction

_TEMPLATES = "https://github.com/godotengine/godot/blob/master/platform/web/detect.py"
_BINDINGS = "https://github.com/godotengine/godot-cpp/blob/master/tools/web.py"
_LOADER = "https://github.com/godotengine/godot/blob/master/platform/web/os_web.cpp"
_EXPORTS_KNOWN = 5_000  # the reader cuts there
_WITHOUT_BIGINT = re.compile(r"orig\$|dynCall_\w*j|env\.legal(?:import|func)\$")
_EMSCRIPTEN = re.compile(r"[Ee]mscripten[^0-9]*(\d+(?:\.\d+)+)")


def library_wants(
    extraction: Extraction, entry_symbol: str, version: str, beside: Collection[str], target: Target
) -> list[Want]:
    """What keeps the engine from loading a web library, or makes that doubtful.

    `version`: the engine's ("": a current one). `beside`: base names of the libraries that are exported with it.
    """
    ships = [fact.name for fact in extraction.facts if fact.kind == "ships"]
    if not any(name.endswith("-side-module") for name in ships):
        what = f"is {' and '.join(ships) or 'no library'}, not a side module: the engine cannot load it"
        return [Want("fails-at-run", "side module", what, "link it with -sSIDE_MODULE=1", _LOADER)]
    return [
        *_loading(extraction, entry_symbol, beside),
        *_building(extraction, version),
        *_features(extraction, target),
    ]


def _loading(extraction: Extraction, entry_symbol: str, beside: Collection[str]) -> Iterator[Want]:
    exports = {fact.name for fact in extraction.facts if fact.kind == "export"}
    asked = entry_symbol and not entry_symbol.startswith("_Z") and 0 < len(exports) < _EXPORTS_KNOWN
    if asked and entry_symbol not in exports:
        text = f"does not export {entry_symbol}, the entry symbol of its manifest"
        yield Want("fails-at-run", entry_symbol, text, "export the symbol, or name the right one", _LOADER)
    for fact in extraction.facts:
        if fact.kind == "links" and posixpath.basename(fact.name) not in beside:
            text = f"needs {fact.name}, which its manifest does not list among the dependencies"
            yield Want("fails-at-run", fact.name, text, "list it under [dependencies] for the web", _LOADER)


def _building(extraction: Extraction, version: str) -> Iterator[Want]:
    settings = {(fact.name, fact.value) for fact in extraction.facts if fact.kind == "setting"}
    names = {fact.name for fact in extraction.facts if fact.kind in ("import", "export")}
    if ("wasm/memory64", "true") in settings:
        text = "uses 64-bit memory, and the engine's web export is wasm32"
        yield Want("fails-at-run", "memory64", text, "build it for wasm32", _TEMPLATES)
    if any(name.startswith("env.invoke_") for name in names):
        text = (
            "throws C++ exceptions through JavaScript (invoke_*), and the export templates are built without exceptions"
        )
        yield Want("partial", "invoke_*", text, "build it without exceptions, or templates with them", _BINDINGS)
    if "env.__cpp_exception" in names:
        text = "throws C++ exceptions as wasm exceptions, and the export templates are built without exceptions"
        yield Want("partial", "__cpp_exception", text, "build it without exceptions, or templates with them", _BINDINGS)
    if not is_before(version, "4.3") and any(_WITHOUT_BIGINT.match(name) for name in names):
        text = "was linked without WASM_BIGINT, and the export templates are linked with it since Godot 4.3"
        yield Want("partial", "WASM_BIGINT", text, "link it with -sWASM_BIGINT", _BINDINGS)
    asked = next((row for row in emscripten_of("godot") if not is_before(version, row.since)), None)
    for _, value in sorted(row for row in settings if row[0] == "wasm/producer"):
        built = _EMSCRIPTEN.search(value)
        if built and asked and is_before(built[1], asked.version):
            text = f"was built by Emscripten {built[1]}, and the engine asks for {asked.version} at least"
            instead = f"build it with Emscripten {asked.version} or newer"
            yield Want("partial", "Emscripten", text, instead, asked.source)


def _features(extraction: Extraction, target: Target) -> list[Want]:
    """Threads are the export's question, and memory64 that of the template."""
    return [want for want in feature_wants(extraction, target) if want.subject not in ("shared memory", "memory64")]
