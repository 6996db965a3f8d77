"""Build tests/fixtures/bitcode/ and tests/fixtures/java/: code for virtual machines, from sources in this program.

    python tools/build_code_fixtures.py

Needs PyPI `ziglang` for the bitcode and a JDK's `javac` for the class file. `wasm32-emcc.bc` is made by Debian's
emscripten 3.1.6 (LLVM 14) with `emcc -flto -c`, where that is installed, and left alone elsewhere.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "tests" / "fixtures"
ONE = """
extern int socket(int, int, int);
extern int pthread_create(void *, void *, void *, void *);
extern int maybe(void) __attribute__((weak));
extern int shared_state;
int helper(int);
int common_one;
static int hidden(int n) { return n * shared_state; }
__attribute__((weak)) int weak_one(void) { return 1; }
int probe(void) {
    return socket(2, 2, 0) + pthread_create(0, 0, 0, 0) + hidden(3) + weak_one() + helper(maybe ? maybe() : 0);
}
"""
TWO = "int listen(int, int); int helper(int n) { return listen(n, 5); }"
NATIVE = """package com.example;
public class Native {
    long wide = 3L;
    static { System.loadLibrary("probe"); System.load("/opt/libother.so"); }
    native int call(int a);
    public static native void other();
    void plain() { String name = "by a variable"; System.loadLibrary(name + wide); System.out.println("no library"); }
}
"""
TRIPLES = {
    "wasm32.bc": "wasm32-emscripten",
    "elf.bc": "x86_64-linux-gnu",
    "apple.bc": "aarch64-macos.11.0",
    "pe.bc": "x86_64-windows-gnu",
}


def bitcode(folder: Path) -> None:
    out = FIXTURES / "bitcode"
    out.mkdir(parents=True, exist_ok=True)
    zig = [sys.executable, "-m", "ziglang"]
    # Without the first the PE one names the folder of the temporary files.
    flags = ("-fdebug-compilation-dir=.", "-g0", "-O1", "-fno-sanitize=all", "-fno-stack-protector", "-c")
    for name, text in (("one.c", ONE), ("two.c", TWO)):
        (folder / name).write_text(text, encoding="utf-8")
    for name, triple in TRIPLES.items():
        run(folder, *zig, "cc", "-target", triple, "-emit-llvm", *flags, "one.c", "-o", name)
        shutil.copyfile(folder / name, out / name)
    for source in ("one", "two"):
        run(folder, *zig, "cc", "-target", "wasm32-emscripten", "-flto", *flags, f"{source}.c", "-o", f"{source}.o")
    run(folder, *zig, "ar", "--format=gnu", "rcsD", "wasm32.a", "one.o", "two.o")
    shutil.copyfile(folder / "wasm32.a", out / "wasm32.a")
    if shutil.which("emcc"):
        run(folder, "emcc", "-flto", "-O1", "-c", "one.c", "-o", "wasm32-emcc.bc")
        shutil.copyfile(folder / "wasm32-emcc.bc", out / "wasm32-emcc.bc")


def java(folder: Path) -> None:
    out = FIXTURES / "java"
    out.mkdir(parents=True, exist_ok=True)
    (folder / "Native.java").write_text(NATIVE, encoding="utf-8")
    run(folder, "javac", "--release", "8", "-g:none", "-Xlint:-options", "-d", ".", "Native.java")
    shutil.copyfile(folder / "com/example/Native.class", out / "Native.class")


def run(folder: Path, *words: str) -> None:
    subprocess.run(words, cwd=folder, check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bitcode(Path(folder))
        java(Path(folder))


if __name__ == "__main__":
    main()
