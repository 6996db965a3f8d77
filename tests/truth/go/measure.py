"""Build and run the programs beside this file with the real Go toolchain, and write results.toml.

    python tests/truth/go/measure.py GO_BINARY PYTHON_WITH_WASMTIME NODE

The ports are `native` (the control: every probe can succeed), `wasip1` (wasmtime, one folder preopened) and `js`
(Go's own glue without Node's file system, as a page has it). A probe is believed by its effect, which the program or
this host sees, and not by a nil error. No network beyond the loopback address.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"
PORTS = {"native": {}, "wasip1": {"GOOS": "wasip1", "GOARCH": "wasm"}, "js": {"GOOS": "js", "GOARCH": "wasm"}}
SECONDS = 90.0  # until a run counts as hanging; wasmtime compiles net/http for some 15 s on a slow machine
RUNNER = """
import os, sys, wasmtime
config = wasmtime.WasiConfig()
config.inherit_stdout()
config.inherit_stderr()
config.argv = ["program"]
config.env = [("PORT", os.environ["PORT"]), ("FOLDER", "/folder")]
config.preopen_dir(os.environ["FOLDER"], "/folder")
engine = wasmtime.Engine()
store = wasmtime.Store(engine)
store.set_wasi(config)
linker = wasmtime.Linker(engine)
linker.define_wasi()
instance = linker.instantiate(store, wasmtime.Module.from_file(engine, sys.argv[1]))
try:
    instance.exports(store)["_start"](store)
except wasmtime.ExitTrap as end:
    sys.exit(end.code)
"""
PAGE = """
const real = process;
const [, , glue, program] = real.argv;
const bytes = require("node:fs").readFileSync(program);
globalThis.process = undefined;  // a page has neither: the glue then brings its own stubs
require(glue);
const go = new Go();
go.env = { PORT: real.env.PORT, FOLDER: "/folder" };
go.exit = (code) => real.exit(code);
WebAssembly.instantiate(bytes, go.importObject).then((made) => go.run(made.instance));
"""


class Host:
    """What the other side of a probe does, and whether it saw the program."""

    def __init__(self, probe: str) -> None:
        self.saw = False
        self.port = _free_port()
        self._stop = threading.Event()
        act = {
            "udp-send": self._receive,
            "udp-dial": self._receive,
            "udp-listen": self._send,
            "tcp-listen": self._connect,
            "http-serve": self._ask,
            "tcp-dial": self._serve,
            "http-get": self._serve,
        }.get(probe)
        self._thread = threading.Thread(target=act, daemon=True) if act else None

    def __enter__(self) -> Host:
        if self._thread:
            self._thread.start()
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join()

    def _receive(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            own.bind(("127.0.0.1", self.port))
            own.settimeout(0.1)
            while not self._stop.is_set():
                with suppress(TimeoutError):
                    self.saw = own.recv(16) == b"ping" or self.saw

    def _send(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
            while not self._stop.wait(0.1):
                own.sendto(b"ping", ("127.0.0.1", self.port))

    def _connect(self) -> None:
        while not self._stop.wait(0.1):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                self.saw = True

    def _ask(self) -> None:
        while not self._stop.wait(0.1):
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as own:
                own.sendall(b"GET / HTTP/1.0\r\n\r\n")
                self.saw = own.recv(16).startswith(b"HTTP/") or self.saw

    def _serve(self) -> None:
        """Accept connections, and answer those that ask for a page."""
        answer = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        with socket.create_server(("127.0.0.1", self.port)) as own:
            own.settimeout(0.1)
            while not self._stop.is_set():
                with suppress(OSError), own.accept()[0] as peer:
                    self.saw = True
                    peer.settimeout(1)
                    if peer.recv(4096):
                        peer.sendall(answer)


def _free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])


def build(go: str, source: Path, port: str, folder: Path) -> tuple[Path | None, str]:
    """The program, or what the toolchain says against it."""
    package = folder / "source"
    package.mkdir()
    (package / "go.mod").write_text("module probe\n\ngo 1.24\n", encoding="utf-8")
    shutil.copy(source, package / "main.go")
    shutil.copy(PROGRAMS / "report.go.txt", package / "report.go")
    out = folder / "program"
    env = {**os.environ, **PORTS[port], "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "-mod=mod"}
    command = [go, "build", "-o", str(out), "."]
    done = subprocess.run(command, cwd=package, env=env, capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith("#")]
    return (None, lines[0] if lines else "failed") if done.returncode else (out, "")


def run(command: list[str], probe: str, folder: Path) -> tuple[str, str]:
    """The level, and the error that the program printed."""
    shared = folder / "shared"
    shared.mkdir()
    with Host(probe) as host:
        env = {**os.environ, "PORT": str(host.port), "FOLDER": str(shared)}
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        first = ""
        if probe == "signal" and process.stdout:
            first = process.stdout.readline()  # the program says when it waits: compiling may take its time
            process.send_signal(signal.SIGTERM)
        try:
            text, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return "hangs", ""
        time.sleep(0.3)
    lines = [line for line in (first + text).splitlines() if line.strip()]
    if "effect" in lines or host.saw or (probe == "file" and (shared / "made").exists()):
        return "works", ""
    if "done" in lines:
        return "silent", ""
    said = next((line for line in lines if line.startswith(("error:", "panic:", "fatal error:"))), "")
    return "fails-at-run", said or (lines[-1] if lines else f"exit {process.returncode}")


def measure(go: str, python: str, node: str) -> Iterator[str]:
    """The lines of results.toml."""
    for source in sorted(PROGRAMS.glob("*.go")):
        for port in PORTS:
            with tempfile.TemporaryDirectory() as made:
                folder = Path(made)
                program, said = build(go, source, port, folder)
                level = "fails-at-build"
                if program:
                    (folder / "page.cjs").write_text(PAGE, encoding="utf-8")
                    glue = Path(_root(go)) / "lib" / "wasm" / "wasm_exec.js"
                    command = {
                        "native": [str(program)],
                        "wasip1": [python, "-c", RUNNER, str(program)],
                        "js": [node, str(folder / "page.cjs"), str(glue), str(program)],
                    }[port]
                    level, said = run(command, source.stem, folder)
                said = said.replace(made, "").replace("\\", "/").replace('"', "'")
                yield f'\n[{port}.{source.stem}]\nlevel = "{level}"\n' + (f'said = "{said[:160]}"\n' if said else "")
                print(port, source.stem, level, said, file=sys.stderr, flush=True)


def _root(go: str) -> str:
    return subprocess.run([go, "env", "GOROOT"], capture_output=True, text=True, check=True).stdout.strip()


def _version(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def main(go: str, python: str, node: str) -> None:
    asked = "import importlib.metadata as m; print(m.version('wasmtime'))"
    head = (
        "# Written by measure.py: what the real toolchain and run-times did. Do not edit.\n"
        f'go = "{_version([go, "version"])}"\nwasmtime = "{_version([python, "-c", asked])}"\n'
        f'node = "{_version([node, "--version"])}"\nhost = "{platform.system()} {platform.machine()}"\n'
    )
    (HERE / "results.toml").write_text(head + "".join(measure(go, python, node)), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
