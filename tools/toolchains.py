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
WASI_LIBRARIES = (
    "-lwasi-emulated-signal",
    "-lwasi-emulated-mman",
    "-lwasi-emulated-process-clocks",
    "-lwasi-emulated-getpid",
)
WASI_BUILTINS = "/usr/lib/llvm-22/lib/clang/22/lib/wasi/libclang_rt.builtins-wasm32.a"
RUN_WASI = Path(__file__).resolve().parent / "run_wasi.py"
SJLJ = "-mllvm -wasm-enable-sjlj"
# What emcc makes of its SSE and AVX options: clang itself refuses them for WebAssembly.
_SSE = ("-msse", "-msse2", "-msse3", "-mssse3", "-msse4.1", "-msse4.2", "-mavx")
_SSE_MACROS = tuple(f"-D__{name}__=1" for name in ("SSE", "SSE2", "SSE3", "SSSE3", "SSE4_1", "SSE4_2", "AVX"))
EMSCRIPTEN_SYSROOT = Path("/usr/share/emscripten/cache/sysroot")


class Toolchain(msgspec.Struct, frozen=True):
    """One compiler with one sysroot.

    `c` and `cxx` are commands that take a source file; `headers` are the folders whose every `*.h` is a header of
    the target (empty: ask `packages`, Debian packages, for their files); `cures` are the flags that may open a header
    that ends in `#error`: as a user writes them, and as the compiler takes them. `link` makes the program `{out}` of
    the object `{}`; `options` are pairs of a flag of `cures` and the library that goes with it. Where no library can
    be had, `listing` is the upstream file of the names that it defines, and `link` is empty. `runner` is the command
    before a program's name; without one its programs cannot be run.
    """

    id: str
    c: tuple[str, ...]
    cxx: tuple[str, ...]
    headers: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    cures: tuple[tuple[str, tuple[str, ...]], ...] = ()
    link: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    listing: Path | None = None
    runner: tuple[str, ...] = ()


def toolchains(base: Path) -> dict[str, Toolchain]:
    """Every toolchain by id, in the order in which the folders are written."""
    libcxx = base / "yowasp/include/c++/v1"
    found = (
        Toolchain(
            "host",
            ("clang-22", "-D_GNU_SOURCE"),
            ("clang++-22", "-std=c++20"),
            packages=("libc6-dev", "linux-libc-dev", "libcrypt-dev"),
            runner=("stdbuf", "-oL"),
            link=("clang-22", "{}", *"-lm -lresolv -lanl -lpthread -ldl -lrt -lutil -o".split(), "{out}"),
        ),
        _wasi("wasip1", base / "yowasp", libcxx, runner=(str(base / "wasmtime/bin/python"), str(RUN_WASI))),
        _wasi("wasip1-threads", base / "wasip1-threads", libcxx, "-pthread"),
        _wasi("wasip2", base / "wasip2", libcxx, listing=base / "expected/wasm32-wasip2@wasi-sdk-33.txt"),
        _emscripten("emscripten"),
        _emscripten("emscripten-pthreads", "-pthread"),
        _wasix(base, libcxx),
    )
    return {toolchain.id: toolchain for toolchain in found}


def _wasi(
    name: str, sysroot: Path, libcxx: Path, *flags: str, listing: Path | None = None, runner: tuple[str, ...] = ()
) -> Toolchain:
    triple = f"wasm32-{name}"
    include, library = sysroot / "include" / triple, sysroot / "lib" / triple
    # The order matters: libc++'s wrappers (-isystem) must come before libc's own headers (-idirafter).
    c = (f"--target={triple}", *flags, "-nostdlibinc", "-idirafter", str(include))
    shared = ("--shared-memory", "--import-memory", "--max-memory=67108864") if flags else ()
    link = ("wasm-ld-22", "--error-limit=0", *shared, f"{library}/crt1-command.o", "{}", f"-L{library}")
    end = ("-lc", "-ldl", WASI_BUILTINS, "-o", "{out}")
    return Toolchain(
        name,
        ("clang-22", "-D_GNU_SOURCE", *c),
        ("clang++-22", *c, "-nostdinc++", "-isystem", str(libcxx), "-std=c++20", "-fno-exceptions"),
        headers=(str(include),),
        cures=(*((flag, (flag,)) for flag in WASI_EMULATION), (SJLJ, tuple(SJLJ.split()))),
        link=() if listing else (*link, *end),
        options=(*zip(WASI_EMULATION, WASI_LIBRARIES, strict=True), (SJLJ, "-lsetjmp")),
        listing=listing,
        runner=runner,
    )


def _wasix(base: Path, libcxx: Path) -> Toolchain:
    """Headers of wasix-libc, and the names of all its builds together: fork is in one, dlopen in another.

    Signals and getpid are its own; mmap and the clocks of the process are emulated as in wasi-libc.
    """
    c = ("--target=wasm32-wasip1", "-pthread", "-nostdlibinc", "-idirafter", str(base / "wasix/include"))
    return Toolchain(
        "wasix",
        ("clang-22", "-D_GNU_SOURCE", *c),
        ("clang++-22", *c, "-nostdinc++", "-isystem", str(libcxx), "-std=c++20", "-fno-exceptions"),
        headers=(str(base / "wasix/include"),),
        cures=(*((flag, (flag,)) for flag in WASI_EMULATION[1:3]), (SJLJ, tuple(SJLJ.split()))),
        options=tuple(zip(WASI_EMULATION[1:3], WASI_LIBRARIES[1:3], strict=True)),
        listing=base / "expected/wasix.txt",
    )


def _emscripten(name: str, *flags: str) -> Toolchain:
    said = subprocess.run(("emcc", *flags, "--cflags"), capture_output=True, text=True, check=True).stdout
    words = tuple(shlex.split(said))
    return Toolchain(
        name,
        ("clang-14", "-D_GNU_SOURCE", *words),
        ("clang++-14", *words, "-std=c++20"),
        headers=(str(EMSCRIPTEN_SYSROOT / "include"),),
        cures=tuple((f"-msimd128 {flag}", ("-msimd128", *_SSE_MACROS[: index + 1])) for index, flag in enumerate(_SSE)),
        # node 20 has a fetch of its own, which Emscripten 3.1.6 takes for a browser's.
        runner=("node", "--no-experimental-fetch"),
        link=("emcc", *flags, "{}", "-o", "{out}.js"),
    )
