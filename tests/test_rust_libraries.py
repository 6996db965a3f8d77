"""Libraries of Rust: what members that only try them out do not say of them, and what never blocks them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.model.report import TargetReport
from portlint.scan import Options, scan

Make = Callable[..., Path]
UDP = 'pub fn open() { let _ = std::net::UdpSocket::bind("0.0.0.0:1"); }\n'
NET = '#[cfg(feature = "net")]\npub mod net;\n'


def package(name: str, more: str = "") -> str:
    return f'[package]\nname = "{name}"\nversion = "1.0.0"\n{more}'


def judged(root: Path, target: str = "web-rust") -> TargetReport:
    options = Options(targets=(target,), use_cache=False, jobs=1)
    return scan(root, options, lambda done, of: None).report.targets[0]


@pytest.mark.parametrize(
    ("member", "severity"),
    [("tests-integration", "note"), ("stress-test", "note"), ("benches", "note"), ("server", "error")],
)
def test_features_that_only_tests_ask_for_are_off(make_tree: Make, member: str, severity: str) -> None:
    asks = '[dependencies]\nrun = { path = "../run", features = ["net"] }\n'
    root = make_tree(
        {
            "Cargo.toml": f'[workspace]\nmembers = ["run", "{member}"]\n',
            "run/Cargo.toml": package("run", "[features]\nnet = []\n"),
            "run/src/lib.rs": NET,
            "run/src/net.rs": UDP,
            f"{member}/Cargo.toml": package("other", asks),
            f"{member}/src/main.rs": "fn main() { run::net::open(); }\n",
        }
    )
    found = [each for each in judged(root).findings if each.rule == "rust-udp"]
    assert {each.severity for each in found} == {severity}


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        ({"src/lib.rs": UDP}, "needs-work"),
        (
            {"src/lib.rs": UDP, "benches/Cargo.toml": package("benches"), "benches/src/main.rs": "fn main() {}"},
            "needs-work",
        ),
        ({"src/lib.rs": UDP, "src/main.rs": "fn main() { quick::open(); }"}, "blocked"),
        ({"src/lib.rs": UDP, "src/bin/serve.rs": "fn main() { quick::open(); }"}, "blocked"),
    ],
    ids=["library", "with benches", "program", "program beside"],
)
def test_a_library_is_not_blocked_by_a_function_of_it(make_tree: Make, files: dict[str, str], verdict: str) -> None:
    root = make_tree({"Cargo.toml": package("quick", '[workspace]\nmembers = ["benches"]\n'), **files})
    assert judged(root).verdict == verdict


def test_a_library_of_servers_stays_blocked_where_servers_are(make_tree: Make) -> None:
    root = make_tree({"Cargo.toml": package("serving"), "src/lib.rs": UDP})
    assert judged(root, "wasip1").verdict == "blocked"
