"""Run a WASI preview 1 command under wasmtime: `python run_wasi.py PROGRAM FOLDER`; FOLDER is its `/` and `.`."""

from __future__ import annotations

import sys

import wasmtime  # type: ignore[import-not-found, unused-ignore]


def main(program: str, folder: str) -> None:
    engine = wasmtime.Engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    wasi = wasmtime.WasiConfig()
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    wasi.preopen_dir(folder, ".")
    wasi.preopen_dir(folder, "/")
    store.set_wasi(wasi)
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, program))
    try:
        instance.exports(store)["_start"](store)
    except wasmtime.ExitTrap as ended:
        sys.exit(ended.code)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
