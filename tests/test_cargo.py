"""Cargo's manifests: dependencies with scopes, features and conditions; lock files; input that is bad.

The table of conditions follows what other tools got wrong: features of target tables that leak into all targets
(cargo-deny 648, krates 109, cargo 9176) and weak features that count as asked for (cargo-deny 428).
"""

from __future__ import annotations

import time

import pytest

from portlint.catalog.packages import load_packages
from portlint.extractors.manifest.packages import cargo, cargo_lock
from portlint.model.extraction import Extraction
from portlint.projects.rust import arranged

HEAD = '[package]\nname = "one"\n'
WASI = {"cfg(target_os=wasi)", "cfg(target_family=wasm)", "cfg(target_arch=wasm32)"}
NOT_WASI = {"cfg(unix)", "cfg(windows)"}


def packages(manifest: str) -> dict[str, bool | None]:
    """What a default build on WASI has: True, False, or None where somebody may switch it on."""
    tree = {"Cargo.toml": cargo.extract("Cargo.toml", (HEAD + manifest).encode())}
    found: dict[str, bool | None] = {}
    for fact in arranged(tree)["Cargo.toml"].facts:
        if fact.kind == "package" and not fact.name.endswith("#default"):
            holds = fact.guard.holds(WASI, NOT_WASI)
            name = fact.name.removeprefix("cargo/")
            found[name] = (
                True if True in (holds, found.get(name)) else None if None in (holds, found.get(name, holds)) else False
            )
    return found


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ('[dependencies]\na = "1"\n', {"a": True}),
        ('[dependencies.a]\nversion = "1"\nfeatures = ["x"]\n', {"a": True, "a#x": True}),
        ("[target.'cfg(unix)'.dependencies]\na = \"1\"\n", {"a": False}),
        ('[target."cfg(target_os = \\"wasi\\")".dependencies]\na = "1"\n', {"a": True}),
        ("[target.x86_64-pc-windows-msvc.dependencies]\na = \"1\"\n", {"a": None}),
        # a feature that one target's table asks for is no feature elsewhere
        (
            "[dependencies]\na = \"1\"\n[target.'cfg(unix)'.dependencies]\na = { version = \"1\", features = [\"x\"] }\n",  # noqa: E501
            {"a": True, "a#x": False},
        ),
        ("[target.'cfg(not(target_arch = \"wasm32\"))'.dependencies]\na = { version = \"1\", features = [\"x\"] }\n", {"a": False, "a#x": False}),  # noqa: E501
        # dependencies of tests and build scripts ship nothing, and their features neither
        ('[dev-dependencies]\na = { version = "1", features = ["x"] }\n', {}),
        ('[dependencies]\na = "1"\n[dev-dependencies]\na = { version = "1", features = ["x"] }\n', {"a": True}),
        ('[build-dependencies]\na = "1"\n', {}),
        ("[target.'cfg(unix)'.build-dependencies]\na = \"1\"\n", {}),
        # optional
        ('[dependencies]\na = { version = "1", optional = true }\n', {"a": None}),
        ('[features]\ndefault = ["a"]\n[dependencies]\na = { version = "1", optional = true }\n', {"a": True}),
        ('[features]\ndefault = ["f"]\nf = ["dep:a"]\n[dependencies]\na = { version = "1", optional = true }\n', {"a": True}),  # noqa: E501
        # weak: does not bring what it speaks of
        ('[features]\ndefault = ["a?/x"]\n[dependencies]\na = { version = "1", optional = true }\n', {"a": None, "a#x": None}),  # noqa: E501
        # strong: does
        ('[features]\ndefault = ["a/x"]\n[dependencies]\na = { version = "1", optional = true }\n', {"a": True, "a#x": True}),  # noqa: E501
        ('[features]\nf = ["a/x"]\n[dependencies]\na = "1"\n', {"a": True, "a#x": None}),
        # weak, with the dependency brought by another feature
        (
            '[features]\ndefault = ["a?/x", "g"]\ng = ["dep:a"]\n[dependencies]\na = { version = "1", optional = true }\n',  # noqa: E501
            {"a": True, "a#x": True},
        ),
        # `dep:` hides the feature of that name
        ('[features]\ndefault = []\nf = ["dep:a"]\n[dependencies]\na = { version = "1", optional = true }\n', {"a": None}),  # noqa: E501
        # an optional dependency of another target's table stays out
        ("[features]\ndefault = [\"a\"]\n[target.'cfg(unix)'.dependencies]\na = { version = \"1\", optional = true }\n", {"a": False}),  # noqa: E501
        # renamed
        ('[dependencies]\nb = { version = "1", package = "a", features = ["x"] }\n', {"a": True, "a#x": True}),
        ('[features]\ndefault = ["b/x"]\n[dependencies]\nb = { version = "1", package = "a" }\n', {"a": True, "a#x": True}),  # noqa: E501
        ('[dependencies]\na = { git = "https://example.org/a" }\n', {"a": True}),
    ],
)  # fmt: skip
def test_conditions(manifest: str, expected: dict[str, bool | None]) -> None:
    assert packages(manifest) == expected


@pytest.mark.parametrize(
    ("row", "asked"),
    [('a = "1"', True), ('a = { version = "1", default-features = false }', False), ('a = { version = "1", default_features = false }', False)],  # noqa: E501
)  # fmt: skip
def test_default_features(row: str, asked: bool) -> None:
    facts = cargo.extract("Cargo.toml", f"{HEAD}[dependencies]\n{row}\n".encode()).facts
    assert any(fact.name == "cargo/a#default" for fact in facts) is asked


def test_places_scopes_and_targets_of_edges() -> None:
    manifest = (
        f'{HEAD}\n[dependencies]\na = "1"\nb = {{ path = "../b" }}\n\n[dev-dependencies.c]\nversion = "1"\n'
        "[target.'cfg(unix)'.build-dependencies]\nd = \"1\"\n"
    )
    edges = cargo.extract("x/Cargo.toml", manifest.encode()).dependencies
    assert [(each.source, each.target, each.scope, each.line, str(each.condition)) for each in edges] == [
        ("crate:x", "cargo/a", "run", 5, "true"),
        ("crate:x", "crate:b", "run", 6, "true"),
        ("crate:x", "cargo/c", "test", 8, "true"),
        ("crate:x", "cargo/d", "build", 11, "defined(cfg(unix))"),
    ]


def test_a_workspace_states_what_members_inherit() -> None:
    root = (
        '[workspace]\nmembers = ["m"]\n[workspace.dependencies]\n'
        'net = { version = "1.2", package = "tokio", features = ["net"], default-features = false }\nown = { path = "own" }\n'  # noqa: E501
    )
    member = (
        '[package]\nname = "m"\n[dependencies]\nnet = { workspace = true, features = ["rt"] }\nown.workspace = true\n'
    )
    tree = {
        "Cargo.toml": cargo.extract("Cargo.toml", root.encode()),
        "m/Cargo.toml": cargo.extract("m/Cargo.toml", member.encode()),
        "own/Cargo.toml": cargo.extract("own/Cargo.toml", b'[package]\nname = "own"\n'),
    }
    found = {(fact.name, fact.value) for fact in arranged(tree)["m/Cargo.toml"].facts if fact.kind == "package"}
    assert found == {("cargo/tokio", "1.2"), ("cargo/tokio#net", "1.2"), ("cargo/tokio#rt", "1.2")}


def test_bevy_keeps_its_mark() -> None:
    facts = cargo.extract("Cargo.toml", f'{HEAD}[dependencies]\nbevy = "0.14.2"\n'.encode()).facts
    assert ("engine/bevy", "0.14.2", "engine") in {(fact.name, fact.value, fact.language) for fact in facts}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"[dependencies\n", "not valid TOML"),
        (b"a = 1\na = 2\n", "not valid TOML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"a" + b".a" * 100_000 + b" = 1\n", "nested more than"),
        (b"[" + b"a." * 100_000 + b"a]\n", "nested more than"),
        (b"a = " + b"[" * 100_000 + b"\n", "nested more than"),
        (b"a = " + b"[1, [" * 50_000 + b"\n", "nested more than"),
        (b"a = " + b"{ a = " * 100_000 + b"\n", "nested more than"),
        (b"x = 1\n" * 400_000, "larger than"),
        (b"[features]\n" + b"".join(b"f%d = []\n" % n for n in range(5_001)), "more than 5000 features"),
    ],
)  # fmt: skip
def test_bad_manifests_are_refused_in_one_line_and_soon(data: bytes, says: str) -> None:
    start = time.process_time()
    with pytest.raises(ValueError, match=says) as caught:
        cargo.extract("Cargo.toml", data)
    assert "\n" not in str(caught.value)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "manifest",
    ["dependencies = 3\n", "[dependencies]\na = 3\nb = []\n", "[features]\nf = 1\n", "[target]\nx = 1\n", "workspace = 1\n", "", "[package]\nname = 1\n"],  # noqa: E501
)  # fmt: skip
def test_odd_manifests_give_nothing(manifest: str) -> None:
    extraction = cargo.extract("Cargo.toml", manifest.encode())
    assert [fact for fact in extraction.facts if fact.kind == "package"] == []


LOCKED = """# generated
version = 4

[[package]]
name = "one"
version = "0.1.0"
dependencies = [
 "a 1.0.0",
 "b",
]

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://example.org"
checksum = "00"

[[package]]
name = "a"
version = "2.0.0"
source = "git+https://example.org/a#0"
dependencies = [
 "b 0.1.0 (registry+https://example.org)",
]

[[package]]
name = "b"
version = "0.1.0"
source = "registry+https://example.org"

[[patch.unused]]
name = "c"
version = "1.0.0"
"""


def test_lock_files() -> None:
    found = cargo_lock.extract("x/Cargo.lock", LOCKED.encode())
    assert [(each.id, each.purl) for each in found.components] == [
        ("package:cargo/a@1.0.0", "pkg:cargo/a@1.0.0"),
        ("package:cargo/a@2.0.0", "pkg:cargo/a@2.0.0"),
        ("package:cargo/b@0.1.0", "pkg:cargo/b@0.1.0"),
    ]
    assert [(each.source, each.target, each.line) for each in found.dependencies] == [
        ("locked:x:one", "package:cargo/a@1.0.0", 4),
        ("locked:x:one", "package:cargo/b@0.1.0", 4),
        ("package:cargo/a@2.0.0", "package:cargo/b@0.1.0", 18),
    ]
    assert all(each.condition.holds(WASI, NOT_WASI) is None for each in found.dependencies)


@pytest.mark.parametrize(
    "data",
    [b"{}", b"\xff", b"<<<<<<< HEAD\nversion = 3\n", b"[[package]]\nversion = \"1\"\n", b"x" * 16_000_001],
)  # fmt: skip
def test_bad_lock_files(data: bytes) -> None:
    with pytest.raises(ValueError) as caught:
        cargo_lock.extract("Cargo.lock", data)
    assert "\n" not in str(caught.value)


def test_an_empty_lock_file_is_one() -> None:
    assert cargo_lock.extract("Cargo.lock", b"version = 3\n") == Extraction()


def test_what_is_known_of_crates() -> None:
    rows = load_packages("crates")
    names = [name for row in rows for name in row.match.packages]
    assert len(rows) >= 45 and len(names) == len(set(names))
    assert all(name.startswith("cargo/") for name in names)
    mio = next(row for row in rows if row.id == "crate-mio")
    assert [mio.on[target].status for target in ("browser", "wasip1", "wasip2")] == ["no", "partial", "partial"]
