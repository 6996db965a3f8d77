"""Who made a wasm module: the `producers` section, and marks of toolchains that strip it.

Sources: github.com/WebAssembly/tool-conventions ProducersSection.md; wasm-bindgen, `crates/shared` (its section) and
`crates/cli-support` (its imports); Go, `lib/wasm/wasm_exec.js` (the `gojs` and `go` modules); .NET, `src/mono/browser`
(exports `mono_wasm_*`) and the Webcil format (docs/design/mono/webcil.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# Import modules of run-times on servers: preview 0 and 1, its threads, WASIX.
SERVER_SPACES = ("wasi", "wasix_")
_SPACES = {
    "__wbindgen_placeholder__": "wasm-bindgen",
    "wbg": "wasm-bindgen",
    "gojs": "Go",
    "go": "Go",
    "wasix_32v1": "WASIX",
    "wasix_64v1": "WASIX",
}
_CUSTOMS = {
    "__wasm_bindgen_unstable": "wasm-bindgen",
    "go:buildid": "Go",
    "go.buildid": "Go",
    "emscripten_metadata": "Emscripten",
}
_EXPORTS = {
    "webcilVersion": ".NET",
    "go_scheduler": "TinyGo",
    "asyncify_start_unwind": "asyncify",
}
_STARTS = (
    ("mono_wasm_", ".NET"),
    ("emscripten_", "Emscripten"),
    ("_emscripten_", "Emscripten"),
    ("__wbindgen_", "wasm-bindgen"),
    ("__wbg_", "wasm-bindgen"),
    ("__emscripten_", "Emscripten"),
)


def marks(
    producers: Sequence[tuple[str, str, str]],
    customs: Sequence[str],
    imports: Sequence[tuple[str, str]],
    exports: Sequence[str],
) -> tuple[str, ...]:
    """`processed-by clang 15.0.0 (...)`, `language Rust`, `toolkit wasm-bindgen`; sorted, each once."""
    rows = {" ".join(part for part in (field, name, version) if part) for field, name, version in producers}
    rows.update(f"toolkit {name}" for name in _toolkits(customs, imports, exports))
    return tuple(sorted(rows))


def _toolkits(customs: Sequence[str], imports: Sequence[tuple[str, str]], exports: Sequence[str]) -> Iterator[str]:
    for name in customs:
        if name in _CUSTOMS:
            yield _CUSTOMS[name]
    for space, name in imports:
        if space in _SPACES:
            yield _SPACES[space]
        elif space == "env":
            yield from _by_start(name)
    for name in exports:
        if name in _EXPORTS:
            yield _EXPORTS[name]
        else:
            yield from _by_start(name)


def _by_start(name: str) -> Iterator[str]:
    yield from (toolkit for start, toolkit in _STARTS if name.startswith(start))
