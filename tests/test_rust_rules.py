"""The rules for Rust: fixtures through extractors, crate and rules; measured programs; names that can be found."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from speaking import rules_of

from portlint.catalog import load_catalog, vocabulary
from portlint.extractors.manifest.packages import cargo
from portlint.extractors.source.rust import extractor as rust
from portlint.judge.matching import Matcher
from portlint.model.extraction import Extraction
from portlint.projects.rust import arranged

TRUTH = Path(__file__).parent / "truth" / "rust"
# What each program does, by the rules' names; rust-file stands for reading and writing both.
PROGRAMS = {
    "asm": "rust-inline-asm",
    "dns": "rust-dns",
    "env": "rust-environment",
    "fs": "rust-file",
    "instant": "rust-clock",
    "process": "rust-process",
    "sleep": "rust-sleep",
    "system_time": "rust-clock",
    "tcp_connect": "rust-tcp-client",
    "tcp_listen": "rust-tcp-server",
    "temporary": "rust-host-folder",
    "thread": "rust-thread",
    "udp": "rust-udp",
    "unix_stream": "rust-unix-module",
}
TRIPLES = {"wasm32-wasip1": "wasip1", "wasm32-unknown-unknown": "cloudflare-workers"}


RULES = rules_of("rust")


def test_rules_are_complete() -> None:
    assert len(RULES) >= 20
    for rule in RULES:
        assert rule.source.startswith("https://"), rule.id
        assert rule.checked is not None and rule.notes, rule.id
        assert rule.summary[0].islower() and not rule.summary.endswith("."), rule.id
        assert {match.language for match in rule.match} <= {"rust", "cargo"}, rule.id


@pytest.mark.parametrize("triple", TRIPLES)
@pytest.mark.parametrize("program", sorted(PROGRAMS))
def test_rules_say_what_the_compiler_and_the_runtime_did(program: str, triple: str) -> None:
    results = tomllib.loads((TRUTH / "results.toml").read_text(encoding="utf-8"))
    catalog = load_catalog()
    data = (TRUTH / "programs" / f"{program}.rs").read_bytes()
    extraction = rust.extract("src/main.rs", data, vocabulary(catalog, "rust"))
    matcher = Matcher(RULES)
    found = {chosen[0].id for fact in extraction.facts if (chosen := matcher.first(fact))}
    rule = PROGRAMS[program]
    assert rule in found
    assert results[program]["host"]["level"] == "works"
    level = catalog.targets[TRIPLES[triple]].support[catalog.rules[rule].needs].level
    assert level == results[program][triple]["level"]


def test_every_program_was_measured() -> None:
    results = tomllib.loads((TRUTH / "results.toml").read_text(encoding="utf-8"))
    assert set(results) - {"rustc", "wasmtime"} == set(PROGRAMS) == {p.stem for p in (TRUTH / "programs").glob("*.rs")}


def test_a_crate_of_the_tree_is_no_package() -> None:
    manifest = b'[package]\nname = "a"\n[dependencies]\nb = { path = "b" }\n'
    tree: dict[str, Extraction] = {
        "Cargo.toml": cargo.extract("Cargo.toml", manifest),
        "b/Cargo.toml": cargo.extract("b/Cargo.toml", b'[package]\nname = "b"\n'),
    }
    assert [fact for fact in arranged(tree)["Cargo.toml"].facts if fact.kind == "package"] == []
