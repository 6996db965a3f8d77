"""Scripts beside a program in another language: tools there, unless the program embeds the interpreter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portlint.scan import Options, scan

Make = Callable[..., Path]
QUERY = "import socket\nsock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
SERVE = 'import dgram from "node:dgram"\nconst socket = dgram.createSocket("udp4")\n'
GAME = {f"src/part_{n}.cpp": "int part() { return 1; }\n" for n in range(3)}


@pytest.mark.parametrize(
    ("files", "verdict", "blockers"),
    [
        ({**GAME, "scripts/query.py": QUERY}, "ready", 0),  # asks a master server, from the developer's desk
        ({**GAME, "src/script.cpp": "#include <Python.h>\n", "scripts/query.py": QUERY}, "blocked", 1),
        ({**GAME, "scripts/serve.js": SERVE}, "ready", 0),
        ({**GAME, "src/script.cpp": "#include <quickjs.h>\n", "scripts/serve.js": SERVE}, "blocked", 1),
        ({"src/fast.c": "int f(void) { return 1; }\n", "main.py": QUERY, "net.py": QUERY}, "blocked", 2),
        (
            {
                "Cargo.toml": '[package]\nname = "game"\nversion = "1.0.0"\n',
                "src/main.rs": "fn main() {}\n",
                "src/map.rs": "",
                "publish.py": QUERY,
            },
            "ready",
            0,
        ),
    ],
    ids=["helper", "embedded", "helper in JavaScript", "embedded JavaScript", "mostly Python", "beside Rust"],
)
def test_scripts_of_a_compiled_program(make_tree: Make, files: dict[str, str], verdict: str, blockers: int) -> None:
    options = Options(targets=("web-emscripten",), use_cache=False, jobs=1)
    judged = scan(make_tree(files), options, lambda done, of: None).report.targets[0]
    assert sum(each.blocker for each in judged.findings) == blockers
    assert judged.verdict == verdict
    scripts = [each for each in judged.findings if each.location.path.endswith((".py", ".js"))]
    assert scripts, "a script of a tool is still shown"
    assert {each.severity for each in scripts} == ({"error"} if blockers else {"note"})
