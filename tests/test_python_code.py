"""Python, Lua and Zig: which uses of their libraries are found, and under which test of the platform."""

from __future__ import annotations

import time

import pytest

from portlint.extractors.source import lua_code, zig
from portlint.extractors.source.python import extractor as python_code
from portlint.model.vocabulary import Vocabulary

PYTHON = Vocabulary(
    "python",
    calls=frozenset(
        "socket.socket threading.Thread os.fork asyncio.start_server asyncio.create_server ctypes.CDLL "
        "concurrent.futures.ThreadPoolExecutor urllib.request.urlopen".split()
    ),
    imports=frozenset({"socket", "twisted"}),
    digest="test",
)
LUA = Vocabulary(
    "lua", calls=frozenset({"os.execute", "ffi.load"}), imports=frozenset({"socket", "ffi"}), digest="test"
)
ZIG = Vocabulary("zig", calls=frozenset({"std.net.Server", "std.Thread.spawn", "std.process.Child"}), digest="test")


def calls(text: str, path: str = "server.py") -> list[str]:
    return [f.name for f in python_code.extract(path, text.encode(), PYTHON).facts if f.kind == "call"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import socket\nsocket.socket()", "socket.socket"),
        ("import socket as s\ns.socket()", "socket.socket"),
        ("from socket import socket as S\nS()", "socket.socket"),
        ("from threading import (\n    Lock,\n    Thread,\n)\nThread()", "threading.Thread"),
        ("import os, sys, threading\nthreading.Thread()", "threading.Thread"),
        ("import concurrent.futures\nconcurrent.futures.ThreadPoolExecutor()", "concurrent.futures.ThreadPoolExecutor"),
        ("from concurrent import futures\nfutures.ThreadPoolExecutor()", "concurrent.futures.ThreadPoolExecutor"),
        ("import urllib.request as r\nr.urlopen('a')", "urllib.request.urlopen"),
        ("import asyncio\nasyncio.get_event_loop().create_server(f)", "asyncio.create_server"),
        ("def f():\n    import socket\n    socket.socket()", "socket.socket"),
        ("try: import socket\nexcept ImportError: pass\nsocket.socket()", "socket.socket"),
        ("import threading\nclass T(threading.Thread): pass", "threading.Thread"),
        ("import threading\nprint 'old'\nthreading.Thread()", "threading.Thread"),
        ("import threading\nmatch x:\n    case 1: threading.Thread()", "threading.Thread"),
    ],
)
def test_a_use_has_one_name_however_it_is_imported(text: str, expected: str) -> None:
    assert calls(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "import socket\ndef f(socket): socket.socket()",
        "import socket\ndef f():\n    socket = make()\n    socket.socket()",
        "import socket\ndef f(x: socket.socket): pass",
        "import socket\nisinstance(x, socket.socket)",
        "import socket\nisinstance(x, (int, socket.socket))",
        "import socket\nf(socket=1)\nx.socket.socket()",
        "from .socket import socket\nsocket()",
        "# import socket\nsocket.socket()",
        '"""\nimport socket\n"""\nsocket.socket()',
    ],
)
def test_what_only_looks_like_a_use(text: str) -> None:
    assert calls(text) == []


@pytest.mark.parametrize(
    ("text", "guard"),
    [
        ('if sys.platform == "emscripten":\n    os.fork()', "defined(py(emscripten))"),
        ('if sys.platform != "wasi":\n    os.fork()', "!defined(py(wasi))"),
        ('if sys.platform in ("wasi", "emscripten"):\n    pass\nelse:\n    os.fork()', "!(defined(py(wasi)) || "),
        ('if sys.platform.startswith("win"):\n    os.fork()', "defined(py(win32))"),
        ('if platform.system() == "Windows":\n    pass\nelif x:\n    os.fork()', "!defined(py(win32))"),
        ('if os.name == "nt":\n    raise SystemExit\nos.fork()', "!defined(py(nt))"),
        ('def f():\n    if sys.platform == "wasi":\n        return\n    os.fork()', "!defined(py(wasi))"),
        ("if TYPE_CHECKING:\n    os.fork()", "false"),
        ('x = os.fork() if sys.platform == "linux" else None', "defined(py(linux))"),
        ('if not sys.platform == "wasi" and x:\n    os.fork()', "!defined(py(wasi))"),
        ("if x:\n    os.fork()", "true"),
    ],
)
def test_tests_of_the_platform(text: str, guard: str) -> None:
    found = python_code.extract("a.py", f"import os, sys, platform\n{text}".encode(), PYTHON).facts
    assert [str(fact.guard)[: len(guard)] for fact in found if fact.kind == "call"] == [guard]


def test_datagrams_are_told_by_the_arguments() -> None:
    text = "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM)\nsocket.socket()"
    found = python_code.extract("a.py", text.encode(), PYTHON).facts
    assert [fact.value for fact in found if fact.kind == "call"] == ["SOCK_DGRAM", ""]


def test_only_modules_without_known_names_are_imports() -> None:
    found = python_code.extract("a.py", b"import socket, twisted", PYTHON).facts
    assert [(fact.kind, fact.name) for fact in found] == [("import", "twisted")]


def test_a_game_of_pygame_keeps_its_mark() -> None:
    text = b"import pygame, threading\npygame.init()\nthreading.Thread()"
    names = [fact.name for fact in python_code.extract("main.py", text, PYTHON).facts]
    assert names == ["engine/pygame", "threading.Thread"]


@pytest.mark.parametrize("path", ["test_a.py", "tests/conftest.py", "a_test.py"])
def test_tests_ship_nothing(path: str) -> None:
    assert calls("import socket\nsocket.socket()", path) == []


def test_recipes_of_conan_have_a_reader_of_their_own() -> None:
    assert not python_code.wants("conanfile.py")
    assert python_code.wants("src/server.py")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"import os\0", "not text"),
        (b" " * 8_000_001, "larger than"),
        (b"import os\n" + b"(" * 3000 + b"os.fork()" + b")" * 3000, "nested more than"),
    ],
)
def test_what_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        python_code.extract("a.py", data, PYTHON)


def test_lua() -> None:
    text = b"""local C = require 'ffi' -- require("socket")
--[==[ os.execute() ]==] C.load("x")
local t = "os.execute()" .. [[ require("socket") ]]
a.os.execute() os.execute("ls")
"""
    found = [(f.name, f.location.line, f.location.column) for f in lua_code.extract("a.lua", text, LUA).facts]
    assert found == [("ffi", 1, 11), ("ffi.load", 2, 26), ("os.execute", 4, 16)]
    with pytest.raises(ValueError, match="compiled Lua"):
        lua_code.extract("a.lua", b"\x1bLua", LUA)


def test_a_game_of_love_keeps_its_mark() -> None:
    found = lua_code.extract("game/main.lua", b"function love.load() os.execute('a') end", LUA)
    assert [fact.name for fact in found.facts] == ["engine/love", "os.execute"]
    assert [component.id for component in found.components] == ["project:game"]


def test_zig() -> None:
    text = b"""const std = @import("std");
const net = std.net; // std.net.Server
const Thread = @import("std").Thread;
const s = "std.process.Child";
var a: net.Server = undefined;
_ = Thread.spawn(.{}, f, .{});
other.std.process.Child.init();
"""
    found = [(fact.name, fact.location.line) for fact in zig.extract("a.zig", text, ZIG).facts]
    assert found == [("std.net.Server", 5), ("std.Thread.spawn", 6)]


@pytest.mark.parametrize(
    ("data", "path"),
    [(b"import a," * 20_000, "a.py"), (b"import os\n" + b"os." * 50_000, "a.py"), (b"from os " * 20_000, "a.py")],
)
def test_long_lines_cost_no_more_than_they_are_long(data: bytes, path: str) -> None:
    """Each of these took minutes with a pattern that goes back over what it has read."""
    start = time.process_time()
    python_code.extract(path, data, PYTHON)
    assert time.process_time() - start < 5
