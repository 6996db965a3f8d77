"""Rust source: imports, paths, conditions, macros, variables, links, and input that is bad."""

from __future__ import annotations

import time

import pytest

from portlint.extractors.source.rust import extractor as rust
from portlint.extractors.source.rust.cfg import predicate
from portlint.extractors.source.rust.settle import by_cases, settled
from portlint.extractors.source.rust.uses import flatten
from portlint.model.fact import Fact
from portlint.model.guard import Guard
from portlint.model.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    "rust",
    calls=frozenset(
        {"std::net::UdpSocket::*", "std::net::UdpSocket::join_multicast_v4", "std::thread::spawn", "std::fs::*"}
    ),
    types=frozenset({"std::net::UdpSocket"}),
    imports=frozenset({"std::os::unix::*"}),
    digest="test",
)
WASI = {"cfg(target_family=wasm)", "cfg(target_arch=wasm32)", "cfg(target_os=wasi)"}
NOT_WASI = {"cfg(unix)", "cfg(windows)", "cfg(target_os=linux)", "cfg(target_os=emscripten)"}


def facts(source: str, path: str = "src/lib.rs") -> list[Fact]:
    return list(rust.extract(path, source.encode(), VOCABULARY).facts)


def seen(source: str) -> list[str]:
    return [f"{fact.kind} {fact.name}" for fact in facts(source) if fact.kind in ("call", "type", "import")]


CALL = ["call std::thread::spawn"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fn f() { std::thread::spawn(g); }", CALL),
        ("fn f() { ::std::thread::spawn(g); }", CALL),
        ("use std::thread; fn f() { thread::spawn(g); }", CALL),
        ("use std::thread as t; fn f() { t::spawn(g); }", CALL),
        ("use std::thread::spawn as go; fn f() { go(g); }", CALL),
        ("use std::{io, thread::{self, spawn as go}}; fn f() { go(g); }", CALL),
        ("use std::thread::*; fn f() { spawn(g); }", CALL),
        ("use std::thread; use thread::spawn; fn f() { spawn(g); }", CALL),
        ("use std::{/* threads */ thread}; fn f() { thread::spawn(g); }", CALL),
        ("fn f() { use std::thread; thread::spawn(g); }", CALL),
        ("pub use std::thread::spawn;", CALL),
        ("fn f() { run(std::thread::spawn); }", CALL),
        ("use std::thread; mod a { use super::*; fn f() { thread::spawn(g); } }", CALL),
        ("use std::thread; mod a { use super::thread; fn f() { thread::spawn(g); } }", CALL),
        ("use std::thread; mod a { fn f() { thread::spawn(g); } }", []),  # a module sees nothing of what is around it
        ("use other::thread; fn f() { thread::spawn(g); }", []),
        ("mod std { pub mod thread {} } fn f() { thread::spawn(g); }", []),
        ("use std::thread; fn f() { self.thread.spawn(g); x.thread::<u8>(); }", []),
        ("fn f() { tokio::spawn(g); commands.spawn(x); }", []),
        ("fn f() { other::std::thread::spawn(g); }", []),
        ("use std::thread::spawn; // thread::spawn(g)\n/* spawn(g) */", []),
        ('use std::thread; const A: &str = "std::thread::spawn"; const B: &str = r#"thread::spawn"#;', []),
        ("/// std::thread::spawn(g)\nfn f() {}", []),
        ('use std::thread; fn f() { println!("{}", thread::spawn(g)); }', CALL),
        ("use std::fs::File; fn f(file: File) {}", []),  # a type below `::*` is no call
        ("fn f() { std::fs::read(p); }", ["call std::fs::read"]),
        ("use std::net::UdpSocket; fn f(s: &UdpSocket) {}", ["type std::net::UdpSocket"]),
        ("use std::os::unix::fs::PermissionsExt;", ["import std::os::unix::fs::PermissionsExt"]),
        ("use std::os::unix::prelude::*;", ["import std::os::unix::prelude::*"]),
    ],
)
def test_what_a_path_means(source: str, expected: list[str]) -> None:
    assert seen(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "use std::net::UdpSocket;\nfn f() { let s = UdpSocket::bind(a)?;\ns.join_multicast_v4(x, y); }",
        "use std::net::UdpSocket;\nfn f(s: &UdpSocket) {\ns.join_multicast_v4(x, y); }",
        "use std::net::UdpSocket;\nstruct S { s: UdpSocket }\nimpl S { fn f(&self) { self.s.join_multicast_v4(x, y); } }",  # noqa: E501
    ],
)
def test_methods_of_variables(source: str) -> None:
    found = [fact for fact in facts(source) if fact.name.endswith("join_multicast_v4")]
    assert [fact.location.line for fact in found] == [3]


@pytest.mark.parametrize(
    ("source", "on_wasi"),
    [
        ("#[cfg(unix)]\nfn f() { std::thread::spawn(g); }", False),
        ('#[cfg(target_os = "wasi")]\nfn f() { std::thread::spawn(g); }', True),
        ('#[cfg(not(target_arch = "wasm32"))]\nmod a { fn f() { std::thread::spawn(g); } }', False),
        ("#![cfg(any(unix, windows,))]\nfn f() { std::thread::spawn(g); }", False),
        ("#[inline]\n#[cfg(unix)]\n#[must_use]\nfn f() { std::thread::spawn(g); }", False),
        ("fn f() { #[cfg(unix)] let x = std::thread::spawn(g); }", False),
        ("fn f() { #[cfg(unix)] { std::thread::spawn(g); } }", False),
        ("fn f() { match x { #[cfg(unix)] 1 => { std::thread::spawn(g); } _ => {} } }", False),
        ("#[cfg(unix)]\nuse std::thread::spawn; fn f() { spawn(g); }", False),
        (
            "cfg_if::cfg_if! { if #[cfg(unix)] { } else if #[cfg(windows)] { fn f() { std::thread::spawn(g); } } }",
            False,
        ),
        ("cfg_if::cfg_if! { if #[cfg(unix)] { } else { fn f() { std::thread::spawn(g); } } }", True),
        ('cfg_if! { if #[cfg(target_os = "wasi")] { } else { fn f() { std::thread::spawn(g); } } }', False),
        ("fn f() { if cfg!(unix) { std::thread::spawn(g); } }", False),
        ("fn f() { if cfg!(unix) { } else { std::thread::spawn(g); } }", True),
        ("fn f() { if !cfg!(unix) && x { } else { std::thread::spawn(g); } }", True),
        ("fn f() { if cfg!(unix) || x { std::thread::spawn(g); } }", True),
        ('fn f() { if cfg!(target_family = "wasm") { return; } std::thread::spawn(g); }', False),
        ('fn f() { if cfg!(target_family = "wasm") && x { return; } std::thread::spawn(g); }', True),
        ('#[cfg(feature = "threads")]\nfn f() { std::thread::spawn(g); }', None),
        ("cfg_threads! { fn f() { std::thread::spawn(g); } }", None),
        ("#[cfg_attr(unix, inline)]\nfn f() { std::thread::spawn(g); }", True),
    ],
)
def test_conditions(source: str, on_wasi: bool | None) -> None:
    found = [fact for fact in facts(source) if fact.kind == "call"]
    assert len(found) == 1
    assert found[0].guard.holds(WASI, NOT_WASI) is on_wasi


@pytest.mark.parametrize(
    "source",
    [
        "#[cfg(test)]\nmod tests { fn f() { std::thread::spawn(g); } }",
        "#[cfg(all(test, unix))]\nfn f() { std::thread::spawn(g); }",
        "#![cfg(test)]\nfn f() { std::thread::spawn(g); }",
    ],
)
def test_what_only_tests_compile_is_left_out(source: str) -> None:
    assert seen(source) == []


def test_two_meanings_of_one_name() -> None:
    source = "#[cfg(unix)]\nuse std::thread;\n#[cfg(not(unix))]\nuse fake as thread;\nfn f() { thread::spawn(g); }"
    [fact] = [fact for fact in facts(source) if fact.kind == "call"]
    assert fact.guard == Guard("defined", "cfg(unix)")
    assert (fact.location.line, fact.location.column) == (5, 10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unix", "defined(cfg(unix))"),
        ('not(target_os="linux")', "!defined(cfg(target_os=linux))"),
        ('all(unix, any(feature = "a", not(test)),)', None),
        ("any()", "false"),
        ("all()", "true"),
        ("true", "true"),
        ("version(1.2)", "cfg(version(1.2))"),
        ("unix(", "cfg(unix()"),
        ("not(" * 500 + "unix" + ")" * 500, None),
    ],
)
def test_predicates(text: str, expected: str | None) -> None:
    guard = predicate(text)
    assert expected is None or str(guard) == expected
    assert guard.holds((), ()) in (None, True, False)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('feature = "on"', True),
        ('not(feature = "on")', False),
        ('feature = "off"', None),  # somebody may switch it on
        ('not(feature = "off")', True),  # but nobody does
        ("not(loom)", True),
        ("tokio_unstable", None),
        ("not(tokio_unstable)", True),
        ("not(made)", None),  # the build script may set it
        ('all(target_os = "wasi", not(feature = "off"))', True),
    ],
)
def test_a_default_build(text: str, holds: bool | None) -> None:
    assert settled(predicate(text), {"on"}, {"made"}).holds(WASI, NOT_WASI) is holds


def test_cases_decide_what_parts_do_not() -> None:
    guard = predicate('not(any(all(target_os = "wasi", feature = "a"), not(feature = "a")))')
    assert guard.holds(WASI, NOT_WASI) is None
    assert by_cases(guard).holds(WASI, NOT_WASI) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a::b", [("a::b", "b")]),
        ("a::{self, b as c, d::{e, f::*}}", [("a", "a"), ("a::b", "c"), ("a::d::e", "e"), ("a::d::f", "*")]),
        ("a::b as _", []),
        ("{a, b}", [("a", "a"), ("b", "b")]),
        ("a::{" * 100_000, []),
    ],
)
def test_use_trees(text: str, expected: list[tuple[str, str]]) -> None:
    assert flatten(text) == expected


def test_links_assembly_and_refusals() -> None:
    source = (
        '#[link(name = "steam_api", kind = "dylib")]\nextern "C" {}\n'
        'fn f() { unsafe { std::arch::asm!("nop") } }\n#[cfg(windows)]\ncompile_error!("no");\n'
        'macro_rules! m { () => { compile_error!("never"); } }\n'
    )
    found = [(fact.kind, fact.name, fact.value, fact.location.line) for fact in facts(source)]
    assert found == [
        ("links", "steam_api", "dylib", 1),
        ("construct", "inline-asm", "", 3),
        ("construct", "compile-error", "no", 5),
    ]


def test_a_build_script_is_read_and_is_no_use() -> None:
    source = (
        'fn main() {\n println!("cargo:rustc-link-lib=static=enet");\n println!("cargo::rustc-link-lib=z");\n'
        ' println!("cargo:rustc-cfg=fast");\n std::thread::spawn(f); cc::Build::new(); }'
    )
    found = [(fact.kind, fact.name, fact.value) for fact in facts(source, "build.rs")]
    assert found == [
        ("links", "enet", "static"),
        ("links", "z", ""),
        ("setting", "rust/build-cfg", "fast"),
        ("setting", "rust/build-runs", "cc"),
    ]


def test_benches_are_left_out() -> None:
    assert facts("fn f() { std::thread::spawn(g); }", "crates/a/benches/b.rs") == []


@pytest.mark.parametrize(
    "data",
    [
        b"a\0b",
        b"x" * 4_000_001,
        b"fn f() {" + b"{" * 3000 + b"std::thread::spawn(g);" + b"}" * 3001,
    ],
)
def test_bad_input_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(ValueError) as caught:
        rust.extract("a.rs", data, VOCABULARY)
    assert "\n" not in str(caught.value)


def test_broken_code_is_said() -> None:
    extraction = rust.extract("a.rs", b"fn f( { std::thread::spawn(g);\n}}}} fn", VOCABULARY)
    assert extraction.partly.startswith("syntax not understood at line")


@pytest.mark.parametrize(
    "data",
    [
        b"mod x;\n" * 300_000,
        b"use std::thread::spawn " + b"use " * 300_000,
        b"use std::{" * 100_000 + b"thread",
        b"use std::thread::spawn as a0;" + b"".join(b"use a%d as a%d;" % (n, n + 1) for n in range(4_000)),
    ],
    ids=["modules", "uses", "braces", "aliases"],
)
def test_hostile_input_costs_little(data: bytes) -> None:
    start = time.process_time()
    rust.extract("a.rs", data, VOCABULARY)
    assert time.process_time() - start < 8
