"""What nobody looked at, or nobody knows, forbids `ready`: packages, crates of a lock file, answers that are open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.model.report import TargetReport
from portlint.scan import Options, scan

Make = Callable[[dict[str, str | bytes]], Path]


def judged(folder: Path, target: str) -> TargetReport:
    (report,) = scan(folder, Options(targets=(target,), use_cache=False), lambda done, of: None).report.targets
    return report


def node(needs: str, code: str) -> dict[str, str | bytes]:
    return {"package.json": f'{{"name": "lobby", "main": "lobby.js", "dependencies": {{{needs}}}}}', "lobby.js": code}


@pytest.mark.parametrize(
    ("files", "verdict", "says"),
    [
        (node("", "export const join = room => room.add(1)\n"), "ready", ""),
        (
            node('"unheard-of": "1"', "export const join = room => room.add(1)\n"),
            "unknown",
            "nothing is known there: unheard",
        ),
        ({"Pipfile": "[packages]\nunheard-of = '*'\n", "lobby.py": "room = {}\n"}, "unknown", "nothing is known"),
        ({"Pipfile": "[dev-packages]\nunheard-of = '*'\n", "lobby.py": "room = {}\n"}, "ready", ""),
        (
            {"requirements.txt": "unheard-of\n", "lobby.py": "room = {}\n", "vendor/unheard/a.py": ""},
            "unknown",
            "nothing is known",
        ),
        (node("", "require('net').createServer().listen(1)\n"), "unknown", "nobody has checked"),
    ],
)
def test_packages_and_open_answers(make_tree: Make, files: dict[str, str | bytes], verdict: str, says: str) -> None:
    report = judged(make_tree(files), "wasip2")
    assert report.verdict == verdict
    assert says in report.deciding[0]


def test_what_a_known_package_brings_is_known_with_it(make_tree: Make) -> None:
    lock = (
        '{"lockfileVersion": 3, "packages": {"": {"name": "lobby", "dependencies": {"matter-js": "5"}},'
        ' "node_modules/matter-js": {"version": "5.0.0", "dependencies": {"deep": "1"}},'
        ' "node_modules/deep": {"version": "1.0.0"}}}'
    )
    files = node('"matter-js": "5"', "export const join = room => room.add(1)\n")
    assert judged(make_tree({**files, "package-lock.json": lock}), "web-emscripten").verdict == "ready"


BIND = 'fn main() { let s = std::net::UdpSocket::bind("0.0.0.0:1").unwrap(); }\n'


@pytest.mark.parametrize(
    ("needs", "code", "targets"),
    [
        ("", "fn main() {}\n", {"web-rust", "wasip1"}),
        ("winit", "fn main() {}\n", {"web-rust"}),
        ("", BIND, {"wasip1", "wasip1-threads", "wasip2", "wasix", "container"}),
        ("winit", BIND, {"web-rust", "wasip1", "wasip1-threads", "wasip2", "wasix", "container"}),
    ],
)
def test_default_targets_of_a_crate(make_tree: Make, needs: str, code: str, targets: set[str]) -> None:
    manifest = '[package]\nname = "game"\nversion = "0.1.0"\n[dependencies]\n' + (f'{needs} = "1"\n' if needs else "")
    folder = make_tree({"Cargo.toml": manifest, "src/main.rs": code})
    report = scan(folder, Options(use_cache=False), lambda done, of: None).report
    assert {each.id for each in report.targets} == targets


@pytest.mark.parametrize(
    ("code", "targets"),
    [
        ('import "github.com/hajimehoshi/ebiten/v2"\n\nfunc main() { ebiten.RunGame(nil) }\n', {"web-emscripten"}),
        (
            'import "net"\n\nfunc main() { net.Listen("tcp", ":1") }\n',
            {"wasip1", "wasip1-threads", "wasip2", "wasix", "container"},
        ),
    ],
)
def test_default_targets_of_go(make_tree: Make, code: str, targets: set[str]) -> None:
    module = "module game\n\ngo 1.24\n\nrequire github.com/hajimehoshi/ebiten/v2 v2.9.9\n"
    folder = make_tree({"go.mod": module, "main.go": f"package main\n\n{code}"})
    report = scan(folder, Options(use_cache=False), lambda done, of: None).report
    assert {each.id for each in report.targets} == targets


def test_scripts_without_a_manifest_that_serve_are_a_server(make_tree: Make) -> None:
    code = "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(('', 1))\n"
    report = scan(make_tree({"lobby.py": code}), Options(use_cache=False), lambda done, of: None).report
    assert {each.id for each in report.targets} == {"wasip1", "wasip1-threads", "wasip2", "wasix", "container"}


@pytest.mark.parametrize(("needs", "verdict"), [("", "blocked"), ('winit = "1"\n', "needs-work")])
def test_a_game_in_rust_plays_without_udp(make_tree: Make, needs: str, verdict: str) -> None:
    manifest = '[package]\nname = "game"\nversion = "0.1.0"\n[dependencies]\n' + needs
    assert judged(make_tree({"Cargo.toml": manifest, "src/main.rs": BIND}), "web-rust").verdict == verdict


@pytest.mark.parametrize("header", ["zlib.h", "GL/gl.h", "uuid/uuid.h", "sql.h"])
def test_a_library_that_every_system_has_is_no_other_platform(make_tree: Make, header: str) -> None:
    """Apple's and Windows' header sets hold them, too; a unit that reads them is built on Linux as well."""
    code = f"#include <{header}>\nint main(void) {{ return 0; }}\n"
    assert judged(make_tree({"main.c": code}), "container").verdict == "ready"
