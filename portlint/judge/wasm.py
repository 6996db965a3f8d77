"""WebAssembly modules that are built already: for which host, and whether that is the target."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Literal

import msgspec

from portlint.judge.godot_project import finding
from portlint.model.catalog import Rule, Target
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding, Level

RULE = "wasm-for-another-host"
Host = Literal["page", "wasip1", "component", "any"]

_PREVIEW1 = "wasi_snapshot_preview1."
_SOCKETS = f"{_PREVIEW1}sock_"
_SHOWN = 3
_COMPONENT_MODEL = "https://github.com/WebAssembly/component-model"


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
            return "page" if fact.value == "web" else "wasip1" if fact.value == "wasi" else "any"
    return None


def wasm_finding(path: str, extraction: Extraction, target: Target, rule: Rule) -> Finding | None:
    """What stands against running a module on the target, or None. Godot loads side modules through manifests."""
    host = host_of(extraction)
    if host is None or target.engine:
        return None
    answer = _answer(host, [fact for fact in extraction.facts if fact.kind == "import"], target)
    if answer is None:
        return None
    name = posixpath.basename(path)
    shown = ", ".join(answer.names[:_SHOWN]) + (" ..." if len(answer.names) > _SHOWN else "")
    message = f"{name} {answer.text}" + (f" ({shown})" if shown else "")
    place = Location(path)
    return finding(rule, "ships", name, place, answer.level, message, answer.instead, answer.source or rule.source)


def _answer(host: Host, imports: Sequence[Fact], target: Target) -> _Answer | None:
    names = tuple(sorted(fact.name for fact in imports))
    if target.family == "browser":
        return _in_a_page(host, names)
    if host == "page":
        # Memory, table and `GOT` are what a linker asks for; the functions are what a runtime lacks.
        asked = tuple(name for name in names if name.startswith("env.") and not name.startswith("env.__")) or names
        text = f"is built for a page: it imports {len(names)} names that JavaScript gives, and no WASI runtime"
        return _Answer("fails-at-run", text, "build it again with wasi-sdk", asked)
    if host == "component" and target.id.startswith("wasip1"):
        text = "is a component: a runtime of preview 1 loads core modules only"
        return _Answer("fails-at-run", text, "run it on wasip2", source=_COMPONENT_MODEL)
    if host == "wasip1" and not target.id.startswith("wasip1"):
        text = "imports preview 1: a component runtime takes it through an adapter, or runs it as it is"
        return _Answer("flag", text, "wrap it with `wasm-tools component new --adapt`", source=_COMPONENT_MODEL)
    sockets = tuple(name for name in names if name.startswith(_SOCKETS))
    if sockets:
        text = "uses sockets that it cannot open itself: the host has to hand them to it"
        return _Answer("flag", text, "start it with a listening socket (wasmtime: -S tcplisten)", sockets)
    return None


def _in_a_page(host: Host, names: tuple[str, ...]) -> _Answer | None:
    if host == "component":
        text = "is a component, and browsers load core modules only"
        return _Answer("fails-at-run", text, "translate it with jco", source=_COMPONENT_MODEL)
    if host == "wasip1":
        text = "imports WASI preview 1, which a page has to bring along"
        return _Answer("partial", text, "add a WASI shim in JavaScript, or build it with Emscripten", names)
    return None
