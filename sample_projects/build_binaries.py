"""Build the native libraries of the samples' addons: small, real, stripped.

    pip install ziglang==0.17.1
    python sample_projects/build_binaries.py

One C file of `native_sources/` per addon becomes an ELF, a PE and a Mach-O shared library and, for `noise_field` only,
a wasm side module (`dylink.0` section, imported memory) as a Godot web export without threads loads it. The sources
lie outside of the sample, since the game's makers would have the binaries alone.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "native_sources"
ADDONS = HERE / "godot_arena" / "addons"
COMMON = ("-Oz", "-g0", "-s", "-fno-ident")

# glibc 2.17 is the oldest that zig offers for x86-64, which keeps the list of versioned symbols short.
PLATFORMS = {
    "linux/lib{}.so": ("cc", "-target", "x86_64-linux-gnu.2.17", "-shared", "-fPIC", "-Wl,-soname,lib{}.so"),
    "windows/{}.dll": ("cc", "-target", "x86_64-windows-gnu", "-shared"),
    "macos/lib{}.dylib": ("cc", "-target", "aarch64-macos", "-shared", "-Wl,-install_name,@rpath/lib{}.dylib"),
}

# The store's client is reached through a socket and a thread; noise needs nothing of a platform but memory.
LIBRARIES = {
    ("steamlike", "linux"): ("-lpthread",),
    ("steamlike", "windows"): ("-lws2_32",),
}


def main() -> None:
    for addon in ("steamlike", "noise_field"):
        for name, command in PLATFORMS.items():
            libraries = LIBRARIES.get((addon, name.partition("/")[0]), ())
            target = ADDONS / addon / "bin" / name.format(addon)
            target.parent.mkdir(parents=True, exist_ok=True)
            zig(*(part.format(addon) for part in command), *COMMON, f"{addon}.c", *libraries, "-o", str(target))
            for extra in (*target.parent.glob("*.lib"), *target.parent.glob("*.pdb")):
                extra.unlink()  # import libraries and symbol files, which no game ships
    side_module("noise_field")
    for path in sorted(ADDONS.glob("*/bin/*/*")):
        print(f"{path.relative_to(HERE)}: {path.stat().st_size} bytes")


def side_module(addon: str) -> None:
    """Compile and link in two steps: zig's own linker makes no shared wasm library, its wasm-ld does.

    Emscripten's side modules differ in no section that a reader looks at; WASI's headers serve, its libc is not linked.
    """
    target = ADDONS / addon / "bin" / "web" / f"{addon}.nothreads.wasm"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        module = str(Path(scratch, f"{addon}.o"))
        zig("cc", "-target", "wasm32-wasi", "-fPIC", "-fvisibility=hidden", "-c", *COMMON, f"{addon}.c", "-o", module)
        link = ("wasm-ld", "-shared", "--experimental-pic", "--strip-all", "--import-memory", "--import-undefined")
        zig(*link, module, "-o", str(target))


def zig(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "ziglang", *arguments], cwd=SOURCES, check=True)


if __name__ == "__main__":
    main()
