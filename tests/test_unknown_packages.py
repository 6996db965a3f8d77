"""What is not in the tree, and of which nothing is known, forbids `ready`: packages, submodules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.scan import Options, scan

CARGO = '[package]\nname = "arena"\nversion = "0.1.0"\n[dependencies]\n{} = "1"\n'
LOCK = """
[[package]]
name = "arena"
version = "0.1.0"
dependencies = ["{0}"]

[[package]]
name = "{0}"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
dependencies = ["below"]

[[package]]
name = "below"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
"""
NPM = '{{"name": "arena", "main": "a.js", "dependencies": {{"{}": "^1.0.0"}}}}'


@pytest.mark.parametrize(
    ("files", "target", "verdict", "named"),
    [
        ({"Cargo.toml": CARGO.format("boneyard"), "src/main.rs": "fn main() {}\n"}, "wasip2", "unknown", "boneyard"),
        (
            {
                "Cargo.toml": CARGO.format("boneyard"),
                "Cargo.lock": LOCK.format("boneyard"),
                "src/main.rs": "fn main() {}\n",
            },
            "wasip2",
            "unknown",
            "known there: boneyard",  # and not what it brings: that is its own business
        ),
        (
            {"Cargo.toml": CARGO.format("serde"), "Cargo.lock": LOCK.format("serde"), "src/main.rs": "fn main() {}\n"},
            "wasip2",
            "ready",
            "",  # a package that is known is known with what it brings
        ),
        ({"Cargo.toml": CARGO.format("bevy"), "src/main.rs": "fn main() {}\n"}, "web-rust", "ready", ""),
        (
            {"Cargo.toml": CARGO.format("bevy") + 'boneyard = "1"\n', "src/main.rs": "fn main() {}\n"},
            "web-rust",
            "unknown",
            "boneyard",
        ),
        ({"package.json": NPM.format("boneyard"), "a.js": "let a = 1;\n"}, "wasip2", "unknown", "boneyard"),
        ({"requirements.txt": "boneyard==1.0\n", "a.py": "a = 1\n"}, "wasip2", "unknown", "boneyard"),
        ({"requirements.txt": "boneyard==1.0\n", "a.py": "a = 1\n"}, "container", "ready", ""),
    ],
)
def test_a_package_that_nobody_knows_forbids_ready(
    make_tree: Callable[[dict[str, str]], Path], files: dict[str, str], target: str, verdict: str, named: str
) -> None:
    report = scan(make_tree(files), Options(targets=(target,), use_cache=False), lambda *_: None).report.targets[0]
    assert report.verdict == verdict
    assert named in report.deciding[0] and "below" not in report.deciding[0]


_UNITY = {"ProjectSettings/ProjectVersion.txt": "m_EditorVersion: 6000.0.36f1\n", "Assets/A.cs": "class A {}\n"}
_MODULE = '[submodule "framework"]\n\tpath = {}\n\turl = https://example.org/framework.git\n'


@pytest.mark.parametrize(
    ("folder", "beside", "target", "verdict", "is_said"),
    [
        ("Assets/Framework", {}, "unity-web", "unknown", True),
        ("Assets/Framework", {"Assets/Framework/B.cs": "class B {}\n"}, "unity-web", "ready", False),
        ("tests/data", {}, "unity-web", "ready", True),  # it does not ship
        ("../outside", {}, "unity-web", "ready", False),
        ("Assets/Framework", {}, "container", "ready", True),
    ],
)
def test_a_submodule_that_is_not_checked_out(
    make_tree: Callable[[dict[str, str]], Path],
    folder: str,
    beside: dict[str, str],
    target: str,
    verdict: str,
    is_said: bool,
) -> None:
    root = make_tree({**_UNITY, ".gitmodules": _MODULE.format(folder), **beside})
    report = scan(root, Options(targets=(target,), use_cache=False), lambda *_: None).report
    assert report.targets[0].verdict == verdict
    assert ((folder, "not-analysed") in {(each.path, each.state) for each in report.files}) == is_said
    assert (folder in report.targets[0].deciding[0]) == (verdict == "unknown")
