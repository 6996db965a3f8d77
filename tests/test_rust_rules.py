"""The rules for Rust: fixtures through extractors, crate and rules; measured programs; names that can be found."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from portlint.catalog import load_catalog, rules_folder, vocabulary
from portlint.extractors.manifest.packages import cargo
from portlint.extractors.source.rust import extractor as rust
from portlint.judge.matching import Matcher
from portlint.model.catalog import Rule
from portlint.model.extraction import Extraction
from portlint.projects.rust import arranged

TRUTH = Path(__file__).parent / "truth" / "rust"
MANIFEST = b'[package]\nname = "fixture"\nversion = "0.1.0"\n[features]\nserver = []\nstub = []\n'
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


def rules() -> list[Rule]:
    catalog = load_catalog()
    return [catalog.rules[path.stem] for path in sorted((rules_folder() / "checks" / "rust").glob("*.toml"))]


def findings(name: str, data: bytes, target_id: str) -> set[tuple[int, str, str]]:
    """(line, rule, sureness) of what speaks against the target; low where only a condition may hold."""
    catalog = load_catalog()
    target = catalog.targets[target_id]
    matcher = Matcher(rules())
    if name.endswith("Cargo.toml"):
        extractions = {"Cargo.toml": cargo.extract("Cargo.toml", data)}
    else:
        extractions = {
            "Cargo.toml": cargo.extract("Cargo.toml", MANIFEST),
            "src/lib.rs": rust.extract("src/lib.rs", data, vocabulary(catalog, "rust")),
        }
    found = set()
    for extraction in arranged(extractions).values():
        for fact in extraction.facts:
            chosen = matcher.first(fact)
            holds = fact.guard.holds(target.features, target.lacks)
            if chosen is None or holds is False or target.support[chosen[0].needs].level == "works":
                continue
            sureness = "low" if holds is None else chosen[1].confidence
            found.add((fact.location.line, chosen[0].id, "" if sureness == "high" else sureness))
    return found


def test_rules_are_complete() -> None:
    assert len(rules()) >= 20
    for rule in rules():
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
    matcher = Matcher(rules())
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
