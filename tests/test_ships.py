"""What is part of a game: not the scripts beside it in a language that its engine does not run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.provenance import provenance
from portlint.scan import Options, scan

_BUILD = """
import socket, subprocess
from http.server import ThreadingHTTPServer
subprocess.run(["godot", "--export-release", "Web"])
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ThreadingHTTPServer(("0.0.0.0", 8000), None)
"""
_GODOT = {"project.godot": 'config_version=5\n[application]\nconfig/name="Arena"\n', "arena.gd": "extends Node\n"}
_BEVY = {
    "Cargo.toml": '[package]\nname = "arena"\nversion = "0.1.0"\n[dependencies]\nbevy = "0.16"\n',
    "src/main.rs": "fn main() { bevy::prelude::App::new().run(); }\n",
}
_PYGAME = {"requirements.txt": "pygame==2.6.0\n", "main.py": "import pygame\npygame.init()\n"}
_SERVE = {"serve.js": 'const http = require("http");\nhttp.createServer(() => {}).listen(80);\n'}


@pytest.mark.parametrize(
    ("files", "target", "severities"),
    [
        ({**_GODOT, "build.py": _BUILD}, "godot-web", {"note"}),
        ({**_GODOT, **_SERVE}, "godot-web", {"note"}),
        ({**_BEVY, "bake.py": _BUILD}, "web-rust", {"note"}),
        ({**_PYGAME, "build.py": _BUILD}, "web-emscripten", {"error"}),
    ],
)
def test_scripts_beside_a_game_are_no_part_of_it(
    make_tree: Callable[[dict[str, str]], Path], files: dict[str, str], target: str, severities: set[str]
) -> None:
    report = scan(make_tree(files), Options(targets=(target,), use_cache=False), lambda *_: None).report.targets[0]
    beside = {each.severity for each in report.findings if each.rule.startswith(("python-", "node-"))}
    assert beside == severities
    if "error" not in severities:
        assert report.verdict in ("ready", "unknown")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("webpack.config.js", "tool"),
        ("webpack.prod.js", "tool"),
        ("vite.config.mts", "tool"),
        ("Gruntfile.js", "tool"),
        ("app.config.ts", "first-party"),  # where Colyseus keeps its rooms
        ("vite.js.map", "first-party"),
        ("src/parcel.ts", "first-party"),
        ("src/game.ts", "first-party"),
        ("Binaries/Win64/UnrealEditor-Walk.dll", "editor"),
        ("Plugins/Walk/Binaries/Linux/libUE4Editor-Walk.so", "editor"),
        ("Binaries/ThirdParty/walk.dll", "vendored"),
    ],
)
def test_what_a_file_is_called_for(name: str, expected: str) -> None:
    assert provenance(name) == expected
