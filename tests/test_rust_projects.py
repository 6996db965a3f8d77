"""Crates as a whole: workspaces, the conditions of module trees, features of a default build, the graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from portlint.catalog import load_catalog
from portlint.catalog.packages import load_packages
from portlint.extractors.manifest.packages import cargo, cargo_lock
from portlint.extractors.source.rust import extractor as rust
from portlint.graph import Graph
from portlint.judge.rust.features import open_question, undecided
from portlint.judge.rust.packages import crate_findings
from portlint.model.component import Component, Dependency
from portlint.model.extraction import Extraction
from portlint.model.fact import Location
from portlint.model.finding import Finding
from portlint.model.vocabulary import Vocabulary
from portlint.projects import rust as projects
from portlint.projects.locate import Locator
from portlint.scan import Options, scan

VOCABULARY = Vocabulary("rust", calls=frozenset({"std::thread::spawn"}), digest="test")
SPAWN = "fn f() { std::thread::spawn(g); }\n"
ONE = '[package]\nname = "one"\nversion = "0.1.0"\n'
WASI = {"cfg(target_os=wasi)", "cfg(target_family=wasm)"}
NOT_WASI = {"cfg(unix)", "cfg(windows)"}


def tree(files: dict[str, str]) -> dict[str, Extraction]:
    found = {}
    for path, text in files.items():
        if path.endswith(".rs"):
            found[path] = rust.extract(path, text.encode(), VOCABULARY)
        else:
            module = cargo if path.endswith(".toml") else cargo_lock
            found[path] = module.extract(path, text.encode())
    return found


def spawns(files: dict[str, str]) -> dict[str, bool | None]:
    """Whether the thread of each file is started on WASI."""
    return {
        path: fact.guard.holds(WASI, NOT_WASI)
        for path, extraction in projects.arranged(tree(files)).items()
        for fact in extraction.facts
        if fact.kind == "call"
    }


@pytest.mark.parametrize(
    ("root", "file", "expected"),
    [
        ("mod sys;", "src/sys.rs", True),
        ("mod sys;", "src/sys/mod.rs", True),
        ("#[cfg(unix)]\nmod sys;", "src/sys.rs", False),
        ("#[cfg(unix)]\npub(crate) mod sys;", "src/sys/mod.rs", False),
        ("#[cfg(all(\n    unix, // and nothing else\n))]\nmod sys;", "src/sys.rs", False),
        ("#![cfg(unix)]\nmod sys;", "src/sys.rs", False),
        ('#[cfg(not(unix))]\n#[path = "other.rs"]\nmod sys;', "src/other.rs", True),
        ('#[cfg_attr(unix, path = "u.rs")]\nmod sys;', "src/u.rs", False),
        ('#[cfg_attr(unix, path = "u.rs")]\nmod sys;', "src/sys.rs", True),
        ("cfg_if::cfg_if! {\n    if #[cfg(unix)] {\n        mod sys;\n    }\n}", "src/sys.rs", False),
        ("#[cfg(unix)]\nmod imp {\n    mod sys;\n}", "src/imp/sys.rs", False),
        ('include!("sys.rs");', "src/sys.rs", True),
        ("", "src/sys.rs", None),  # nothing leads there
        ('#[cfg(feature = "net")]\nmod sys;', "src/sys.rs", None),
        ('#[cfg(not(feature = "net"))]\nmod sys;', "src/sys.rs", True),
    ],
)
def test_modules_hand_their_condition_on(root: str, file: str, expected: bool | None) -> None:
    assert spawns({"Cargo.toml": ONE, "src/lib.rs": root, file: SPAWN}) == {file: expected}


def test_conditions_add_up_down_the_tree() -> None:
    files = {"Cargo.toml": ONE, "src/lib.rs": "#[cfg(unix)]\nmod a;", "src/a/mod.rs": "mod b;", "src/a/b.rs": SPAWN}
    assert spawns(files) == {"src/a/b.rs": False}


def test_one_way_without_a_condition_is_enough() -> None:
    files = {"Cargo.toml": ONE, "src/lib.rs": "#[cfg(unix)]\nmod a;", "src/main.rs": "mod a;", "src/a.rs": SPAWN}
    assert spawns(files) == {"src/a.rs": True}


def test_macros_of_the_crate_stand_for_their_condition() -> None:
    macro = "macro_rules! cfg_net {\n    ($($item:item)*) => { $( #[cfg(unix)] $item )* }\n}\n"
    files = {"Cargo.toml": ONE, "src/lib.rs": "mod macros;\ncfg_net! {\n    mod sys;\n}", "src/macros.rs": macro}
    assert spawns({**files, "src/sys.rs": SPAWN}) == {"src/sys.rs": False}


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ('[features]\ndefault = ["net"]\nnet = []\n', True),
        ('[features]\ndefault = ["all"]\nall = ["net"]\nnet = []\n', True),
        ("[features]\nnet = []\n", None),
        ('[features]\ndefault = ["net"]\n[dependencies]\nnet = { version = "1", optional = true }\n', True),
        ('[features]\ndefault = ["net?/x"]\n[dependencies]\nnet = { version = "1", optional = true }\n', None),
    ],
)
def test_default_features_are_on(manifest: str, expected: bool | None) -> None:
    files = {"Cargo.toml": ONE + manifest, "src/lib.rs": '#[cfg(feature = "net")]\n' + SPAWN}
    assert spawns(files) == {"src/lib.rs": expected}


def test_a_neighbour_may_ask_for_a_feature() -> None:
    files = {
        "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n',
        "a/Cargo.toml": '[package]\nname = "a"\n[dependencies]\nb = { path = "../b", features = ["net"] }\n',
        "a/src/lib.rs": "",
        "b/Cargo.toml": '[package]\nname = "b"\n[features]\nnet = []\n',
        "b/src/lib.rs": '#[cfg(feature = "net")]\n' + SPAWN,
    }
    assert spawns(files) == {"b/src/lib.rs": True}


def test_what_runs_in_the_build_is_no_use() -> None:
    files = {
        "Cargo.toml": ONE + '[workspace]\nmembers = ["mac", "gen"]\n[build-dependencies]\ngen = { path = "gen" }\n',
        "src/lib.rs": SPAWN,
        "mac/Cargo.toml": '[package]\nname = "mac"\n[lib]\nproc-macro = true\n[dependencies]\nmio = "1"\n',
        "mac/src/lib.rs": SPAWN,
        "gen/Cargo.toml": '[package]\nname = "gen"\n',
        "gen/src/lib.rs": SPAWN,
        "build.rs": SPAWN,
    }
    assert spawns(files) == {"src/lib.rs": True}
    packages = [f.name for e in projects.arranged(tree(files)).values() for f in e.facts if f.kind == "package"]
    assert packages == []


def test_projects_are_workspaces_and_single_packages() -> None:
    files = {
        "game/Cargo.toml": '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/old"]\n',
        "game/crates/a/Cargo.toml": '[package]\nname = "a"\n[dependencies]\nx = { path = "../../x" }\n',
        "game/x/Cargo.toml": '[package]\nname = "x"\n',
        "game/crates/old/Cargo.toml": '[package]\nname = "old"\n',
        "tool/Cargo.toml": '[package]\nname = "tool"\n',
        "game/fuzz/Cargo.toml": '[package]\nname = "f"\n[workspace]\n',
    }
    found = [(each.path, each.kind) for each in projects.find(tree(files))]
    assert found == [("game", "rust"), ("game/crates/old", "rust"), ("tool", "rust")]


LOCK = """version = 3
[[package]]
name = "one"
version = "0.1.0"
dependencies = ["web", "mio 0.8.0"]
[[package]]
name = "web"
version = "2.0.0"
source = "registry+x"
dependencies = ["mio 1.0.0"]
[[package]]
name = "mio"
version = "0.8.0"
source = "registry+x"
[[package]]
name = "mio"
version = "1.0.0"
source = "registry+x"
"""


def graph(files: dict[str, str]) -> Graph:
    components: dict[str, Component] = {}
    edges: list[Dependency] = []
    extractions = tree(files)
    projects.add(extractions, Locator(projects.find(extractions)), components, edges)
    return Graph(components.values(), edges)


def test_the_lock_file_gives_versions_and_ways() -> None:
    manifest = ONE + '[dependencies]\nweb = "2"\n[target.\'cfg(unix)\'.dependencies]\nmio = "0.8"\n'
    found = graph({"Cargo.toml": manifest, "Cargo.lock": LOCK})
    way = found.path_to("project:.", "package:cargo/mio@1.0.0")
    assert way == ("project:.", "package:cargo/web@2.0.0", "package:cargo/mio@1.0.0")
    [edge] = [each for each in found.dependencies if each.target == "package:cargo/mio@0.8.0"]
    assert (str(edge.condition), edge.line, edge.scope) == ("defined(cfg(unix))", 7, "run")
    assert found.components["package:cargo/mio@1.0.0"].purl == "pkg:cargo/mio@1.0.0"


def judged(files: dict[str, str], target: str) -> list[Finding]:
    catalog = load_catalog()
    extractions = projects.arranged(tree(files))
    packages = load_packages("crates")
    return crate_findings(".", extractions, graph(files), catalog.targets[target], catalog.rules, packages)


@pytest.mark.parametrize(
    ("manifest", "target", "expected"),
    [
        ("[dependencies]\nmio = \"1\"\n", "cloudflare-workers", ["fails-at-build"]),
        ("[dependencies]\nmio = \"1\"\n", "wasip1", ["partial"]),
        ("[dependencies]\nmio = \"1\"\n", "container", []),
        ("[target.'cfg(unix)'.dependencies]\nnix = \"1\"\n", "wasip1", []),
        ("[dev-dependencies]\nnix = \"1\"\n", "wasip1", []),
        ("[build-dependencies]\nnix = \"1\"\n", "wasip1", []),
        ("[dependencies]\nnix = { version = \"1\", optional = true }\n", "wasip1", ["unknown"]),
        ("[dependencies]\nnix = { version = \"1\", optional = true }\n[features]\ndefault = [\"nix\"]\n", "wasip1", ["fails-at-build"]),  # noqa: E501
        ("[dependencies]\nunix = { version = \"1\", package = \"nix\" }\n", "wasip1", ["fails-at-build"]),
        ("[dependencies]\nserde = \"1\"\nunheard-of = \"1\"\n", "wasip1", []),
    ],
)  # fmt: skip
def test_known_crates(manifest: str, target: str, expected: list[str]) -> None:
    assert [each.level for each in judged({"Cargo.toml": ONE + manifest, "src/lib.rs": ""}, target)] == expected


def test_what_others_bring_is_a_note_with_the_way() -> None:
    files = {"Cargo.toml": ONE + '[dependencies]\nweb = "2"\n', "Cargo.lock": LOCK.replace(', "mio 0.8.0"', "")}
    [finding] = judged(files, "cloudflare-workers")
    assert (finding.level, finding.severity, finding.location.path) == ("unknown", "note", "Cargo.lock")
    assert "by web" in finding.message


def test_features_that_decide_are_named() -> None:
    files = {
        "Cargo.toml": ONE + '[features]\nnet = ["dep:nix"]\n[dependencies]\nnix = { version = "1", optional = true }\n'
    }
    found = judged(files, "wasip1")
    assert undecided(found) == ()  # a crate that can be left out turns no verdict
    assert [each.guard for each in found] == ["defined(cfg(feature=net))"]


def test_a_tree_without_crates_stays_as_it_is() -> None:
    extractions = tree({"src/lib.rs": SPAWN})
    assert projects.arranged(extractions) == extractions
    assert projects.find(extractions) == []


def hanging_on(guard: str, path: str = "src/net.rs") -> Finding:
    message, source = "uses a socket", "https://example.org/"
    return Finding(
        "rust-udp", "rust.udp", "unknown", "note", False, "low", "call", "std::net::UdpSocket::bind", Location(path, 1),
        guard, "", (), message, "", source,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("guard", "paths", "expected"),
    [
        ("defined(cfg(feature=net)) && defined(cfg(unix))", ["src/lib.rs"], "net"),
        ("defined(cfg(unix))", ["src/lib.rs"], ""),
        ("defined(cfg(feature=net))", ["src/lib.rs", "src/main.rs"], ""),  # a program is judged as its default build
        ("defined(cfg(feature=net))", ["src/lib.rs", "examples/a/src/main.rs"], "net"),
    ],
)
def test_a_library_hangs_on_its_features(guard: str, paths: list[str], expected: str) -> None:
    said = open_question([hanging_on(guard)], paths, lambda path: path.startswith("src/"))
    assert said.rpartition(": ")[2] == expected


def test_what_only_tests_hang_on_is_no_question() -> None:
    assert open_question([hanging_on("cfg(feature=net)", "tests/a.rs")], [], lambda path: path.startswith("src/")) == ""


_WORKSPACE = '[workspace]\nmembers = ["db"]\n[package]\nname = "arena"\nversion = "0.1.0"\n'
_DB = {
    "db/Cargo.toml": '[package]\nname = "db"\nversion = "0.1.0"\n[dependencies]\nrusqlite = "0.31"\n',
    "db/src/lib.rs": 'pub fn keep() { std::fs::write("a", "b").unwrap(); }\n',
}
_NATIVE = '[target.\'cfg(not(target_arch = "wasm32"))\'.dependencies]\ndb = { path = "db"%s }\n'


@pytest.mark.parametrize(
    ("manifest", "program", "is_asked"),
    [
        ('[dependencies]\ndb = { path = "db" }\n', "src/main.rs", True),
        (_NATIVE % "", "src/main.rs", False),
        (_NATIVE % ", optional = true" + '[features]\ndefault = ["db"]\n', "src/main.rs", False),
        (_NATIVE % "" + '[dependencies]\ndb = { path = "db" }\n', "src/main.rs", True),
        (_NATIVE % "", "src/lib.rs", True),  # a workspace of libraries: each is used by others
    ],
)
def test_a_crate_that_the_target_does_not_need(tmp_path: Path, manifest: str, program: str, is_asked: bool) -> None:
    for name, text in {"Cargo.toml": _WORKSPACE + manifest, program: "fn main() {}\n", **_DB}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    report = scan(tmp_path, Options(targets=("web-rust",), use_cache=False), lambda *_: None).report.targets[0]
    assert any(each.location.path.startswith("db/") for each in report.findings) == is_asked


@pytest.mark.parametrize(
    ("more", "is_warned"),
    [
        ("", True),
        ('getrandom = { version = "0.3", features = ["wasm_js"] }\n', False),
        ('old = { package = "getrandom", version = "0.2", features = ["js"] }\n', False),
        ('getrandom = { version = "0.3", features = ["std"] }\n', True),
        (
            "[target.'cfg(target_arch = \"wasm32\")'.dependencies]\n"
            'getrandom = { version = "0.3", features = ["wasm_js"] }\n',
            False,
        ),
        ('[target.\'cfg(unix)\'.dependencies]\ngetrandom = { version = "0.3", features = ["wasm_js"] }\n', True),
    ],
)
def test_chance_in_a_page(tmp_path: Path, more: str, is_warned: bool) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/main.rs").write_text("fn main() {}\n")
    (tmp_path / "Cargo.toml").write_text(ONE + '[dependencies]\nrand = "0.9"\n' + more)
    report = scan(tmp_path, Options(targets=("web-rust",), use_cache=False), lambda *_: None).report.targets[0]
    assert any(each.severity == "warning" for each in report.findings) == is_warned
