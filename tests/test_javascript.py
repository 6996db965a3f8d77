"""JavaScript and TypeScript: which uses of Node are found, under which name and which test of the runtime."""

from __future__ import annotations

import pytest

from portlint.extractors.source.javascript import extractor as javascript
from portlint.model.fact import Fact
from portlint.model.vocabulary import Vocabulary

NAMES = (
    "node:net.createServer node:net.Server node:dgram.createSocket node:child_process.spawn node:fs.readFileSync "
    "node:fs/promises.readFile node:worker_threads.Worker node:cluster.fork process.exit process.on eval Function "
    "ws.WebSocketServer socket.io.Server uWebSockets.js.App @scope/net.listen"
)
VOCABULARY = Vocabulary("javascript", calls=frozenset(NAMES.split()), imports=frozenset({"bindings"}), digest="test")


def facts(text: str, path: str = "src/server.ts") -> tuple[Fact, ...]:
    return javascript.extract(path, text.encode(), VOCABULARY).facts


def calls(text: str, path: str = "src/server.ts") -> list[str]:
    return [f"{fact.name}:{fact.location.line}" for fact in facts(text, path) if fact.kind == "call"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('import net from "net"; net.createServer()', "node:net.createServer:1"),
        ('import * as net from "node:net"; net.createServer()', "node:net.createServer:1"),
        ('import { createServer as make } from "net"; make()', "node:net.createServer:1"),
        ('import net = require("net"); net.createServer()', "node:net.createServer:1"),
        ('import net from "net"; class S extends net.Server {}', "node:net.Server:1"),
        ('import n from "net"; const f = n["createServer"]; f()', "node:net.createServer:1"),
        ('import n from "net"; n?.createServer?.()', "node:net.createServer:1"),
        ('import fs from "fs"; fs.promises.readFile("a")', "node:fs/promises.readFile:1"),
        ('import { promises as p } from "fs"; p.readFile("a")', "node:fs/promises.readFile:1"),
        ('import { readFile } from "fs/promises"; readFile("a")', "node:fs/promises.readFile:1"),
        ('export { spawn } from "child_process"', "node:child_process.spawn:1"),
        ('import("node:cluster").then(({ fork }) => fork())', "node:cluster.fork:1"),
        ('import("node:cluster").then((c) => { c.fork() })', "node:cluster.fork:1"),
        ('import { App } from "uWebSockets.js"; App()', "uWebSockets.js.App:1"),
        ('import { Server } from "socket.io"; new Server()', "socket.io.Server:1"),
        ('import { listen } from "@scope/net"; listen()', "@scope/net.listen:1"),
        ('import process from "node:process"; process.exit()', "process.exit:1"),
        ('import net from "net"; const all = [...net.Server]', "node:net.Server:1"),
        ('new Function("a", "return a")', "Function:1"),
    ],
)
def test_a_use_has_one_name_however_it_is_imported(text: str, expected: str) -> None:
    assert calls(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        'const net = require("net"); net.createServer()',
        'const { createServer } = require("net"); createServer()',
        'const { createServer: make = null } = require("net"); make()',
        'require("net").createServer()',
        'let net; net = require("net"); net.createServer()',
        'const net = __importStar(require("net")); net.default.createServer()',
        'const make = require("net").createServer; make()',
        'const net = require("net"); const { createServer } = net; createServer()',
        'async () => { const { createServer } = await import("net"); createServer() }',
        "const net = require(`net`); net.createServer()",
    ],
)
def test_a_required_module(text: str) -> None:
    assert calls(text, "a.js") == ["node:net.createServer:1"]


@pytest.mark.parametrize(
    "text",
    [
        'import type { Server } from "net"; let s: Server',
        'import { type Server } from "net"; let s: Server',
        'import net from "net"; let s: net.Server',
        'import net from "net"; function f(net: any) { net.createServer() }',
        'import net from "net"; { const net = make(); net.createServer() }',
        'import net from "net"; for (const net of all) net.createServer()',
        'import net from "net"; try {} catch (net) { net.createServer() }',
        'import net from "net"; other.net.createServer()',
        'import net from "./net"; net.createServer()',
        'import { spawn } from "child_process"; ((spawn) => spawn())(f)',
        '// import net from "net"; net.createServer()',
        "const text = 'import net from \"net\"; net.createServer()'",
        "const f = x instanceof Function; Function('return this')()",
        "const process = { exit() {} }; function f(process) { process.exit() }",
    ],
)
def test_what_only_looks_like_a_use(text: str) -> None:
    assert calls(text) == []


@pytest.mark.parametrize("path", ["a.d.ts", "src/a.test.ts", "src/a.spec.js", "__tests__/a.js"])
def test_declarations_and_tests_ship_nothing(path: str) -> None:
    text = 'import net from "net"; net.createServer()'
    assert calls(text, path) == []
    assert calls(text, "src/latest.ts") != []


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ('if (typeof window === "undefined") {} else { process.exit() }', "defined(js(window))"),
        ('if (typeof window === "undefined") process.exit()', "!defined(js(window))"),
        ('typeof process !== "undefined" && process.exit()', "defined(js(process))"),
        ('typeof Deno === "object" || process.exit()', "!defined(js(Deno))"),
        ('if ("Bun" in globalThis) process.exit()', "defined(js(Bun))"),
        ("if (globalThis.Deno) process.exit()", "defined(js(Deno))"),
        ('if (process.platform === "win32") process.exit()', "defined(js(platform=win32))"),
        ('function f() { if (typeof Deno !== "undefined") return; process.exit() }', "!defined(js(Deno))"),
        ("if (process.env.CLUSTER) process.exit()", "process.env.CLUSTER"),
        ('process.env.MODE === "x" ? 1 : process.exit()', '!process.env.MODE === "x"'),
        ("if (isServer) process.exit()", "true"),
        ('if (isServer || typeof window === "undefined") process.exit()', "true"),
        ('if (isServer && typeof window === "undefined") process.exit()', "!defined(js(window))"),
        ('if (navigator.userAgent === "Cloudflare-Workers") process.exit()', "defined(js(workers))"),
    ],
)
def test_tests_of_the_runtime(text: str, guard: str) -> None:
    (fact,) = facts(text)
    assert str(fact.guard) == guard


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('import d from "dgram"; d.createSocket("udp4")', "udp4"),
        ('import d from "dgram"; d.createSocket({ type: "udp6", reuseAddr: true })', "udp6"),
        ('process.on("SIGTERM", () => {})', "SIGTERM"),
        ("process.on(name, () => {})", ""),
    ],
)
def test_the_first_argument(text: str, value: str) -> None:
    assert [fact.value for fact in facts(text) if fact.kind == "call"] == [value]


def test_native_libraries_and_loaders() -> None:
    found = facts('require("./build/x.node"); const b = require("bindings"); require("./x.json")', "a.js")
    assert [(fact.kind, fact.name, fact.value) for fact in found] == [
        ("construct", "node:addon", "x.node"),
        ("import", "bindings", ""),
    ]


def test_columns() -> None:
    found = facts("é(); process.exit()")
    assert [(fact.kind, fact.name, fact.location.column, fact.value) for fact in found] == [
        ("call", "process.exit", 6, ""),
    ]


def test_syntax_that_is_not_understood_is_said() -> None:
    found = javascript.extract("a.ts", b'import net from "net"\nlet = = 3 (((\nnet.createServer()', VOCABULARY)
    assert found.partly == "syntax not understood at line 2"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\0\0\0", "not text"),
        (b" " * 8_000_001, "larger than the 8 MB limit"),
        (b'import net from "net";' + b"(" * 3000 + b"net.createServer()" + b")" * 3000, "nested more than"),
    ],
)
def test_what_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        javascript.extract("a.ts", data, VOCABULARY)


def test_translations_of_qt_are_no_typescript() -> None:
    assert javascript.extract("de.ts", b'<?xml version="1.0"?><!DOCTYPE TS>process.exit()', VOCABULARY).facts == ()
