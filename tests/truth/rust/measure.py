"""What rustc and wasmtime make of the programs in `programs/`: writes `results.toml` beside this file.

    python tests/truth/rust/measure.py [path of rustc]

Needs a rustc with its wasm32 libraries (rustup's wasm32-wasip1 and wasm32-unknown-unknown, or Debian's
libstd-rust-dev-wasm32, which calls the first one wasm32-wasi), and the wasmtime package of PyPI. Each program ends
with 0 (works), 1 (an error is returned), 2 or 3 (no error, and no effect: silent), or panics.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib.metadata import version as version_of
from pathlib import Path

import wasmtime

HERE = Path(__file__).parent
WASI = ("wasm32-wasip1", "wasm32-wasi")
BARE = "wasm32-unknown-unknown"
SECONDS = 60


def main() -> None:
    rustc = sys.argv[1] if len(sys.argv) > 1 else "rustc"
    version = subprocess.run([rustc, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    listed = subprocess.run([rustc, "--print", "sysroot"], capture_output=True, text=True, check=True).stdout.strip()
    wasi = next((name for name in WASI if (Path(listed) / "lib/rustlib" / name / "lib").is_dir()), WASI[0])
    lines = [
        "# Written by measure.py: what each program did, by target. `end` is its code, or how it stopped.",
        f'rustc = "{version}"',
        f'wasmtime = "{version_of("wasmtime")}"',
        "",
    ]
    for program in sorted((HERE / "programs").glob("*.rs")):
        lines.append(f"[{program.stem}]")
        for name, triple in (("wasm32-wasip1", wasi), (BARE, BARE), ("host", "")):
            level, end = measured(rustc, program, triple)
            lines.append(f'{name} = {{ level = "{level}", end = "{end}" }}')
        lines.append("")
    (HERE / "results.toml").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def measured(rustc: str, program: Path, triple: str) -> tuple[str, str]:
    """(level, how it ended) of one program; the host shows that the program itself is right."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "program.wasm"
        command = [rustc, "--edition=2021", "-O", str(program), "-o", str(out)]
        command += ["--target", triple] if triple else []
        command += ["--crate-type=cdylib"] if triple == BARE else []
        built = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        if built.returncode:
            first = next((line for line in built.stderr.splitlines() if line.startswith("error")), "error")
            return "fails-at-build", first.replace('"', "'")
        if not triple:
            env = {"PORTLINT_TRUTH": "1", "PATH": "/usr/bin:/bin"}
            if not Path("/data").is_dir():
                sys.stderr.write("the host has no /data: fs.rs fails there\n")
            ended = subprocess.run([str(out)], timeout=SECONDS, check=False, env=env, capture_output=True)
            return named(ended.returncode)
        return run_bare(out) if triple == BARE else run_wasi(out, Path(folder))


def named(code: int) -> tuple[str, str]:
    return {0: "works", 1: "fails-at-run"}.get(code, "silent"), str(code)


def run_wasi(module: Path, folder: Path) -> tuple[str, str]:
    config = wasmtime.WasiConfig()
    config.env = [("PORTLINT_TRUTH", "1")]
    (folder / "data").mkdir()
    config.preopen_dir(str(folder / "data"), "/data")
    config.stderr_file = str(folder / "stderr")
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    store.set_wasi(config)
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, str(module)))
    try:
        instance.exports(store)["_start"](store)  # type: ignore[operator]
    except wasmtime.ExitTrap as ended:
        return named(ended.code)
    except wasmtime.Trap:
        said = (folder / "stderr").read_text(errors="replace").strip().splitlines()
        return "fails-at-run", "panic: " + (said[0] if said else "").replace('"', "'").replace(str(module), "")
    return "works", "0"


def run_bare(module: Path) -> tuple[str, str]:
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    compiled = wasmtime.Module.from_file(engine, str(module))
    if compiled.imports:
        return "unknown", "imports " + ", ".join(str(each.name) for each in compiled.imports)
    try:
        return named(wasmtime.Instance(store, compiled, []).exports(store)["run"](store))  # type: ignore[operator]
    except wasmtime.Trap:
        return "fails-at-run", "panic"


if __name__ == "__main__":
    main()
