"""WebAssembly that is built already: for which host, and whether the target has what it imports and uses."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from portlint.judge.godot.project import finding
from portlint.judge.wasm.hosts import Want, feature_wants, import_wants, in_brackets, unknown_imports
from portlint.model.catalog import Rule, Target
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, FactKind, Location
from portlint.model.finding import Finding, Level

RULE = "wasm-for-another-host"
UNKNOWN_IMPORT = "wasm-import-unknown"
Host = Literal["page", "wasip1", "component", "any"]

_PREVIEW1 = "wasi_snapshot_preview1."
_SOCKETS = tuple(f"{_PREVIEW1}sock_{name}" for name in ("accept", "recv", "send", "shutdown"))
_COMPONENT_MODEL = "https://github.com/WebAssembly/component-model"
# What JavaScript toolchains alone make a module ask for.
_OF_A_PAGE = (
    "env.emscripten_",
    "env._emscripten_",
    "env._embind_",
    "env.invoke_",
    "env.__syscall_",
    "env.__cxa_throw",
    "env.__memory_base",
    "env.__handle_stack_overflow",
    "a.",
    "wbg.",
    "__wbindgen_",
    "gojs.",
    "go.",
)


class _Answer(msgspec.Struct, frozen=True):
    level: Level
    text: str
    instead: str
    names: tuple[str, ...] = ()
    source: str = ""


def host_of(extraction: Extraction) -> Host | None:
    """The host that a module is built for; None for what is no runnable wasm (object files, other formats)."""
    for fact in extraction.facts:
        if fact.kind == "ships" and fact.location.line == 0 and fact.name.startswith("wasm"):
            if fact.name.endswith("-object"):
                return None
            if fact.name.endswith("-component"):
                return "component"
            if fact.value == "web":
                return "page" if _is_of_a_page(fact.name, extraction) else "any"
            return "wasip1" if fact.value == "wasi" else "any"
    return None


def _is_of_a_page(ships: str, extraction: Extraction) -> bool:
    """A module that asks for names of its own may be made for any host that somebody wrote."""
    if ships.endswith("-side-module"):
        return True
    return any(fact.kind == "import" and fact.name.startswith(_OF_A_PAGE) for fact in extraction.facts) or any(
        fact.kind == "setting" and fact.name == "wasm/dylink" for fact in extraction.facts
    )


def is_side_module(extraction: Extraction) -> bool:
    """Loaded by another module, whose library answers `pthread_*`: really, or with stubs where there are no threads.

    C++ libraries and SQLite import `pthread_create` in builds without threads, too, so such an import is no use of
    threads. The flavour (shared memory) and the manifest's choice decide instead.
    """
    return any(
        fact.kind == "setting" and fact.name == "wasm/side-module" and fact.value == "true" for fact in extraction.facts
    )


def wasm_findings(path: str, extraction: Extraction, target: Target, rules: Mapping[str, Rule]) -> list[Finding]:
    """What stands against running a module or component on the target. Godot loads side modules through manifests."""
    host = host_of(extraction)
    if host is None or target.engine:
        return []
    first = wasm_finding(path, extraction, target, rules[RULE])
    found = [first] if first else []
    imports = [fact for fact in extraction.facts if fact.kind == "import"]
    wants: list[tuple[str, Want]] = []
    if target.family == "wasi" and host != "page" and not (first and first.level == "fails-at-run"):
        adapted = ("preview1",) if "component" in target.formats and host != "component" else ()
        wants += [("wasm-import-not-offered", want) for want in import_wants(imports, target, given=adapted)]
        if names := unknown_imports(imports, target):
            found.append(_unknown(path, names, rules[UNKNOWN_IMPORT]))
    wants += [("wasm-feature-missing", want) for want in feature_wants(extraction, target)]
    return found + [_of_want(path, want, rules[rule]) for rule, want in wants]


def _of_want(path: str, want: Want, rule: Rule) -> Finding:
    message = f"{posixpath.basename(path)} {want.text}{in_brackets(want.names)}"
    kind: FactKind = "import" if want.names else "setting"
    return finding(rule, kind, want.subject, Location(path), want.level, message, want.instead, want.source)


def _unknown(path: str, names: Sequence[str], rule: Rule) -> Finding:
    text = f"{posixpath.basename(path)} imports what no host known here offers{in_brackets(names)}"
    return finding(rule, "import", names[0], Location(path), "unknown", text, "ask who gives these names", rule.source)


def wasm_finding(path: str, extraction: Extraction, target: Target, rule: Rule) -> Finding | None:
    """What stands against running a module on the target, or None. Godot loads side modules through manifests."""
    host = host_of(extraction)
    if host is None or target.engine:
        return None
    answer = _answer(host, [fact for fact in extraction.facts if fact.kind == "import"], target)
    if answer is None:
        return None
    name = posixpath.basename(path)
    message = f"{name} {answer.text}{in_brackets(answer.names)}"
    place = Location(path)
    return finding(rule, "ships", name, place, answer.level, message, answer.instead, answer.source or rule.source)


def _answer(host: Host, imports: Sequence[Fact], target: Target) -> _Answer | None:
    names = tuple(sorted(fact.name for fact in imports))
    if target.family in ("browser", "workers"):
        return _in_a_page(host, names)
    if host == "page":
        # Memory, table and `GOT` are what a linker asks for; the functions are what a runtime lacks.
        asked = tuple(name for name in names if name.startswith("env.") and not name.startswith("env.__")) or names
        text = f"is built for a page: it imports {len(names)} names that JavaScript gives, and no WASI runtime"
        return _Answer("fails-at-run", text, "build it again with wasi-sdk", asked)
    if host == "component" and "component" not in target.formats:
        text = "is a component: a runtime of preview 1 loads core modules only"
        return _Answer("fails-at-run", text, "run it on wasip2", source=_COMPONENT_MODEL)
    if host == "wasip1" and "component" in target.formats and any(name.startswith(_PREVIEW1) for name in names):
        text = "imports preview 1: a component runtime takes it through an adapter, or runs it as it is"
        return _Answer("flag", text, "wrap it with `wasm-tools component new --adapt`", source=_COMPONENT_MODEL)
    sockets = tuple(name for name in names if name in _SOCKETS)
    if sockets:
        text = "uses sockets that it cannot open itself: the host has to hand them to it"
        return _Answer("flag", text, "start it with a listening socket (wasmtime: -S tcplisten)", sockets)
    return None


def _in_a_page(host: Host, names: tuple[str, ...]) -> _Answer | None:
    if host == "component":
        text = "is a component, and browsers load core modules only"
        return _Answer("fails-at-run", text, "translate it with jco", source=_COMPONENT_MODEL)
    asked = tuple(name for name in names if name.startswith(("wasi", "wasix_")))
    if host != "page" and asked:  # Emscripten's own JavaScript gives the few that its modules ask for
        title = "WASIX" if any(name.startswith("wasix_") for name in asked) else "WASI preview 1"
        text = f"imports {title}, which a page has to bring along"
        return _Answer("partial", text, "add a WASI shim in JavaScript, or build it with Emscripten", asked)
    return None
