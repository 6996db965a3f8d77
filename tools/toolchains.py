"""The installed toolchains that the tables in `rules/toolchains/` are read from.

Everything lies below one folder, filled by `tools/install.sh`, except the Debian packages (clang-22, emscripten).
"""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import msgspec

WASI_EMULATION = (
    "-D_WASI_EMULATED_SIGNAL",
    "-D_WASI_EMULATED_MMAN",
    "-D_WASI_EMULATED_PROCESS_CLOCKS",
    "-D_WASI_EMULATED_GETPID",
)
SJLJ = "-mllvm -wasm-enable-sjlj"
SSE = "-msimd128 -msse"
EMSCRIPTEN_SYSROOT = Path("/usr/share/emscripten/cache/sysroot")


class Toolchain(msgspec.Struct, frozen=True):
    """One compiler with one sysroot.

    `c` and `cxx` are commands that take a source file; `headers` are the folders whose every `*.h` is a header of
    the target (empty: ask `packages`, Debian packages, for their files); `cures` are the flags that may open a header
    that ends in `#error`, each one string of words.
    """

    id: str
    c: tuple[str, ...]
    cxx: tuple[str, ...]
    headers: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()


def toolchains(base: Path) -> dict[str, Toolchain]:
    """Every toolchain by id, in the order in which the folders are written."""
    wasip1 = base / "yowasp/include/wasm32-wasip1"
    libcxx = base / "yowasp/include/c++/v1"
    threads = base / "wasip1-threads/include/wasm32-wasip1-threads"
    wasip2 = base / "wasip2/include/wasm32-wasip2"
    found = (
        Toolchain(
            "host",
            ("clang-22", "-D_GNU_SOURCE"),
            ("clang++-22", "-std=c++20"),
            packages=("libc6-dev", "linux-libc-dev", "libcrypt-dev"),
        ),
        _wasi("wasip1", "wasm32-wasip1", wasip1, libcxx),
        _wasi("wasip1-threads", "wasm32-wasip1-threads", threads, libcxx, "-pthread"),
        _wasi("wasip2", "wasm32-wasip2", wasip2, libcxx),
        _emscripten("emscripten"),
        _emscripten("emscripten-pthreads", "-pthread"),
    )
    return {toolchain.id: toolchain for toolchain in found}


def _wasi(name: str, triple: str, include: Path, libcxx: Path, *flags: str) -> Toolchain:
    # The order matters: libc++'s wrappers (-isystem) must come before libc's own headers (-idirafter).
    c = (f"--target={triple}", *flags, "-nostdlibinc", "-idirafter", str(include))
    return Toolchain(
        name,
        ("clang-22", "-D_GNU_SOURCE", *c),
        ("clang++-22", *c, "-nostdinc++", "-isystem", str(libcxx), "-std=c++20", "-fno-exceptions"),
        headers=(str(include),),
        cures=(*WASI_EMULATION, SJLJ, SSE),
    )


def _emscripten(name: str, *flags: str) -> Toolchain:
    said = subprocess.run(("emcc", *flags, "--cflags"), capture_output=True, text=True, check=True).stdout
    words = tuple(shlex.split(said))
    include = EMSCRIPTEN_SYSROOT / "include"
    return Toolchain(
        name,
        ("clang-14", "-D_GNU_SOURCE", *words),
        ("clang++-14", *words, "-std=c++20"),
        headers=(str(include),),
        cures=(SSE,),
    )
