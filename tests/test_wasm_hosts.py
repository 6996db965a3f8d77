"""Built modules and components against targets and run-times: rules/hosts, and the findings that follow."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from portlint.catalog import load_catalog
from portlint.catalog.hosts import emscripten_of, load_hosts
from portlint.catalog.load import rules_folder
from portlint.errors import PortlintError
from portlint.judge.wasm.hosts import in_brackets
from portlint.judge.wasm.modules import UNKNOWN_IMPORT, wasm_findings
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location
from portlint.model.finding import Finding

Row = tuple[str, str]  # of an import: name and version
PREVIEW1 = "wasi_snapshot_preview1"
WRITE: Row = (f"{PREVIEW1}.fd_write", "")


def module(
    imports: Iterable[Row], features: Iterable[str] = (), ships: str = "wasm32", shared: bool = False
) -> Extraction:
    rows = tuple(imports)
    spaces = [name for name, _ in rows if name != "env.memory"]
    platform = "any" if not spaces else "wasi" if all(each.startswith("wasi") for each in spaces) else "web"
    place = Location("build.wasm")
    facts = [Fact("ships", ships, place, "wasm", value=platform)]
    facts += [Fact("import", name, place, "wasm", value=version) for name, version in rows]
    facts += [Fact("setting", "wasm/feature", place, "wasm", value=feature) for feature in features]
    facts.append(Fact("setting", "wasm/shared-memory", place, "wasm", value="true" if shared else "false"))
    return Extraction(tuple(facts))


def component(*imports: Row) -> Extraction:
    return module(imports, ships="wasm32-component")


def found(extraction: Extraction, target: str) -> list[Finding]:
    catalog = load_catalog()
    return wasm_findings("bin/build.wasm", extraction, catalog.targets[target], catalog.rules)


def short(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(each.rule.removeprefix("wasm-"), each.level, each.name) for each in findings]


OFFERED, UNKNOWN, FEATURE = "import-not-offered", "import-unknown", "feature-missing"
HOST = ("for-another-host", "flag", "build.wasm")


@pytest.mark.parametrize(
    ("extraction", "target", "expected"),
    [
        (module([WRITE]), "wasip1", []),
        (module([WRITE]), "wasip2", [HOST]),  # through an adapter
        (module([(f"{PREVIEW1}.sock_open", "")]), "wasip1", [(OFFERED, "fails-at-run", f"{PREVIEW1}.sock_open")]),
        (module([(f"{PREVIEW1}.sock_open", "")]), "wasip2", [HOST, (OFFERED, "fails-at-run", f"{PREVIEW1}.sock_open")]),
        (module([("wasix_32v1.fd_pipe", "")]), "wasip1", [(OFFERED, "fails-at-run", "wasix_32v1.fd_pipe")]),
        (module([("wasix_64v1.proc_fork", "")]), "wasip2", [(OFFERED, "fails-at-run", "wasix_64v1.proc_fork")]),
        (module([("wasi_unstable.fd_write", "")]), "wasip1", [(OFFERED, "flag", "wasi_unstable.fd_write")]),
        (module([("wasi.thread-spawn", "")]), "wasip1", [(OFFERED, "fails-at-run", "wasi.thread-spawn")]),
        (module([("wasi.thread-spawn", "")]), "wasip1-threads", [(OFFERED, "partial", "wasi.thread-spawn")]),
        (module([WRITE, ("env.memory", "")]), "wasip1", []),
        (module([WRITE, ("env.host_log", "")]), "wasip1", [(UNKNOWN, "unknown", "env.host_log")]),
        (module([(f"{PREVIEW1}.fd_write_v9", "")]), "wasip1", [(UNKNOWN, "unknown", f"{PREVIEW1}.fd_write_v9")]),
        (module([("env.emscripten_resize_heap", "")]), "wasip1", [("for-another-host", "fails-at-run", "build.wasm")]),
        (module([("wbg.__wbg_log_1", "")]), "wasip2", [("for-another-host", "fails-at-run", "build.wasm")]),
        (module([("wasi_unstable.fd_write", "")]), "web-emscripten", [("for-another-host", "partial", "build.wasm")]),
        (component(("wasi:cli/environment", "0.2.0"), ("wasi:sockets/udp", "0.2.12")), "wasip2", []),
        (component(("wasi:http/types", "0.2.3")), "wasip2", [(OFFERED, "flag", "wasi:http/types@0.2.3")]),
        (component(("wasi:sockets/types", "0.3.0")), "wasip2", [(OFFERED, "fails-at-run", "wasi:sockets/types@0.3.0")]),
        (
            component(("wasi:sockets/types", "0.3.0-rc-2026-01-06")),
            "wasip2",
            [(UNKNOWN, "unknown", "wasi:sockets/types@0.3.0-rc-2026-01-06")],
        ),
        (component(("wasi:nn/tensor", "0.2.0-rc")), "wasip2", [(UNKNOWN, "unknown", "wasi:nn/tensor@0.2.0-rc")]),
        (component(("wasi:sockets/udp", "0.2.0")), "wasip1", [("for-another-host", "fails-at-run", "build.wasm")]),
        (component(("my:game/api", "")), "wasip2", [(UNKNOWN, "unknown", "my:game/api")]),
    ],
)
def test_imports(extraction: Extraction, target: str, expected: list[tuple[str, str, str]]) -> None:
    assert short(found(extraction, target)) == expected


def test_a_target_in_one_release_has_its_own_world() -> None:
    catalog = load_catalog()
    target = msgspec.structs.replace(catalog.targets["wasip1"], id="wasip1@29.0")
    assert wasm_findings("bin/build.wasm", module([WRITE]), target, catalog.rules) == []


@pytest.mark.parametrize(
    ("feature", "target", "level", "words"),
    [
        ("simd128", "web-emscripten", "", ""),
        ("bulk-memory", "web-emscripten", "", ""),
        ("exnref", "web-emscripten", "", ""),
        ("memory64", "web-emscripten", "partial", "Safari lacks it; Chrome since 133 and Firefox since 134"),
        ("multimemory", "web-emscripten", "partial", "Safari lacks it"),
        ("relaxed-simd", "web-emscripten", "partial", "Safari needs JavaScriptCore's"),
        ("wide-arithmetic", "web-emscripten", "fails-at-run", "Chrome, Firefox and Safari lack it"),
        ("simd128", "wasip2", "", ""),
        ("memory64", "wasip1", "flag", "wasmtime since 30"),
        ("gc", "wasip1", "flag", "wazero lacks it"),
        ("legacy-exceptions", "wasip1", "fails-at-run", "exceptions of the old proposal"),
        ("wide-arithmetic", "wasip1", "flag", "wasmtime since 50"),
    ],
)
def test_features(feature: str, target: str, level: str, words: str) -> None:
    rows = found(module([], [feature]), target)
    assert short(rows) == ([(FEATURE, level, feature)] if level else [])
    assert not rows or words in rows[0].message


def test_shared_memory_wants_an_isolated_page() -> None:
    rows = found(module([], ["atomics"], shared=True), "web-emscripten")
    assert short(rows) == [(FEATURE, "flag", "shared memory")]
    assert "COOP and COEP" in rows[0].instead


def test_who_offers_it_is_named() -> None:
    (finding,) = found(module([("wasix_32v1.fd_pipe", "")]), "wasip1")
    assert finding.message == (
        "build.wasm imports WASIX (32-bit), which wasip1 does not have; Wasmer offers it (wasix_32v1.fd_pipe)"
    )
    assert finding.instead == "run it on Wasmer"


def test_an_engine_target_leaves_modules_to_the_manifest() -> None:
    assert found(module([("env.host_log", "")], ["memory64"]), "godot-web") == []


def test_object_files_are_not_run() -> None:
    assert found(module([WRITE], ["memory64"], ships="wasm32-object"), "wasip1") == []


def test_lists_are_cut() -> None:
    assert (in_brackets(()), in_brackets(("a", "b", "c", "d"))) == ("", " (a, b, c ...)")


def test_the_data() -> None:
    hosts = load_hosts()
    catalog = load_catalog()
    assert len({world.id for world in hosts.worlds}) == len(hosts.worlds)
    assert {target for world in hosts.worlds for target in world.targets} <= set(catalog.targets)
    assert UNKNOWN_IMPORT in catalog.rules
    sources = [world.source for world in hosts.worlds] + [host.source for host in hosts.hosts]
    sources += [offer.source for host in hosts.hosts for offer in host.offer]
    assert all(source.startswith("https://") for source in sources)
    answers = [answer for host in hosts.hosts for answer in host.features.values()]
    assert all(each in ("no", "unknown") or each.startswith("flag: ") or each[0].isdigit() for each in answers)
    by_id = {world.id: world for world in hosts.worlds}
    assert {f"sock_{name}" for name in ("accept", "recv", "send", "shutdown")} <= by_id["preview1"].names
    assert not by_id["wasmedge-sockets"].names & by_id["preview1"].names


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("wazero.toml", 'id      = "wazero"', 'id      = "wasero"', "is not the file name"),
        ("wazero.toml", 'world   = "preview1"', 'world   = "preview9"', "the unknown world 'preview9'"),
        ("wazero.toml", "simd128 ", "simd129 ", "'simd12"),
        ("wazero.toml", "family", "familie", "familie"),
        ("worlds.toml", "[[world]]", "[[world", "not valid TOML"),
    ],
)
def test_broken_data_is_refused(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    shutil.copytree(rules_folder() / "hosts", tmp_path / "hosts")
    path = tmp_path / "hosts" / file
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(PortlintError, match=message):
        load_hosts(tmp_path)


def test_absent_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PortlintError, match="cannot be read"):
        load_hosts(tmp_path)


def test_the_emscripten_of_engines_newest_first() -> None:
    rows = {
        engine: [(row.since, row.version, row.kind) for row in emscripten_of(engine)] for engine in ("unity", "godot")
    }
    assert rows["unity"][0] == ("6000.5", "4.0.19", "exact")
    assert rows["unity"][-1] == ("2021.2", "2.0.19", "exact")
    assert [kind for _, _, kind in rows["godot"]] == ["minimum", "minimum"]
    assert emscripten_of("unreal") == ()
