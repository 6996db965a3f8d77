"""What a Godot web export makes of the bytes of side modules (built by fixtures/wasm_recipes/build.sh)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.model.finding import Finding
from portlint.scan import Options, scan

MODULES = Path(__file__).parent / "fixtures" / "wasm_recipes"
MANIFEST = """[configuration]
entry_symbol = "{symbol}"
compatibility_minimum = "4.3"
[libraries]
web.release.threads.wasm32 = "res://addons/jobs/jobs.web.threads.wasm"
web.release.wasm32 = "res://addons/jobs/jobs.web.nothreads.wasm"
"""
PROJECT = 'config_version=5\n[application]\nconfig/features=PackedStringArray("{version}")\n'
PRESETS = '[preset.0]\nplatform="Web"\n[preset.0.options]\nvariant/extensions_support=true\nvariant/thread_support={}\n'
MakeTree = Callable[[dict[str, str | bytes]], Path]


def found(
    make_tree: MakeTree,
    target: str,
    nothreads: str | bytes,
    threads: str | bytes = "jobs.threads",
    symbol: str = "jobs_library_init",
    version: str = "4.5",
) -> list[Finding]:
    files: dict[str, str | bytes] = {
        "project.godot": PROJECT.format(version=version),
        "export_presets.cfg": PRESETS.format("true" if target.endswith("threads") else "false"),
        "addons/jobs/jobs.gdextension": MANIFEST.format(symbol=symbol),
        "addons/jobs/jobs.web.nothreads.wasm": bytes_of(nothreads),
        "addons/jobs/jobs.web.threads.wasm": bytes_of(threads),
    }
    report = scan(make_tree(files), Options((target,), use_cache=False, jobs=1), lambda _done, _of: None).report
    return [each for each in report.targets[0].findings if each.rule.startswith(("wasm-", "web-"))]


def bytes_of(module: str | bytes) -> bytes:
    return module if isinstance(module, bytes) else (MODULES / f"{module}.wasm").read_bytes()


@pytest.mark.parametrize("target", ["godot-web", "godot-web-threads"])
def test_both_flavours_fit(make_tree: MakeTree, target: str) -> None:
    assert found(make_tree, target, "jobs.nothreads") == []


@pytest.mark.parametrize(
    ("target", "word"),
    [
        ("godot-web", "jobs.web.nothreads.wasm imports memory that is shared"),
        ("godot-web-threads", "jobs.web.threads.wasm imports memory that is not shared"),
    ],
)
def test_names_are_swapped_and_bytes_tell(make_tree: MakeTree, target: str, word: str) -> None:
    (finding,) = found(make_tree, target, "jobs.threads", threads="jobs.nothreads")
    assert (finding.rule, finding.severity) == ("web-library-thread-mismatch", "error")
    assert word in finding.message


def test_pthread_imports_alone_make_no_threads_build(make_tree: MakeTree) -> None:
    assert b"pthread_create" in bytes_of("jobs.nothreads")
    assert found(make_tree, "godot-web", "jobs.nothreads") == []


@pytest.mark.parametrize(
    ("module", "version", "subjects", "level"),
    [
        ("jobs.js-exceptions", "4.5", ["invoke_*"], "partial"),
        ("jobs.wasm-exceptions", "4.5", ["__cpp_exception"], "partial"),
        ("jobs.no-bigint", "4.5", ["WASM_BIGINT"], "partial"),
        ("jobs.no-bigint", "4.2", [], ""),  # templates have it since 4.3
        ("jobs.simd", "4.5", [], ""),  # so have the templates
    ],
)
def test_built_in_another_way(make_tree: MakeTree, module: str, version: str, subjects: list[str], level: str) -> None:
    target = "godot-web-threads" if version == "4.2" else "godot-web"  # before 4.3 there is no other
    rows = [each for each in found(make_tree, target, module, version=version) if each.rule == "wasm-library-mismatch"]
    assert [each.name for each in rows] == subjects
    assert all(each.level == level for each in rows)


def test_the_entry_symbol_is_another(make_tree: MakeTree) -> None:
    (finding,) = found(make_tree, "godot-web", "jobs.nothreads", symbol="tasks_library_init")
    assert (finding.name, finding.level) == ("tasks_library_init", "fails-at-run")


def test_a_library_that_is_no_side_module(make_tree: MakeTree) -> None:
    (finding,) = found(make_tree, "godot-web", b"\0asm\1\0\0\0")
    assert "not a side module" in finding.message
    assert finding.severity == "error"


def producer(version: str) -> bytes:
    """The nothreads build with a mark of its compiler, as objects have it and linkers mostly cut it."""
    sdk = b"\x01\x03sdk\x01\x0aEmscripten" + bytes([len(version)]) + version.encode()
    body = b"\x09producers" + sdk
    return bytes_of("jobs.nothreads") + b"\x00" + bytes([len(body)]) + body


@pytest.mark.parametrize(
    ("built", "engine", "asked"),
    [("3.1.39", "4.5", "3.1.62"), ("3.1.62", "4.5", ""), ("3.1.64", "4.6", "4.0.0"), ("2.0.19", "4.2", "")],
)
def test_an_emscripten_older_than_the_engine_asks_for(make_tree: MakeTree, built: str, engine: str, asked: str) -> None:
    target = "godot-web-threads" if engine == "4.2" else "godot-web"
    rows = [each for each in found(make_tree, target, producer(built), version=engine) if each.name == "Emscripten"]
    assert [f"asks for {asked} at least" in each.message for each in rows] == ([True] if asked else [])
