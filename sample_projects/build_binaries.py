"""Build the native libraries of the samples' addons: small, real, stripped.

    pip install ziglang==0.17.1
    python sample_projects/build_binaries.py

One C file of `native_sources/` per addon becomes an ELF, a PE and a Mach-O shared library and, for `noise_field` only,
a wasm side module (`dylink.0` section, imported memory) as a Godot web export without threads loads it. The sources
lie outside of the sample, since the game's makers would have the binaries alone.

`udp_server_cpp` becomes three programs in `tests/fixtures/built`, packed with xz, for the test that holds binaries
against their source. Their C++ runtime is a library of its own, as on Linux distributions and macOS; zig would put its
libc++ inside, with the files, links and threads that nobody's source asks for.
"""

from __future__ import annotations

import lzma
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portlint.extractors.binary import native, sniff

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "native_sources"
ADDONS = HERE / "godot_arena" / "addons"
BUILT = HERE.parent / "tests" / "fixtures" / "built"
RELAY = HERE / "udp_server_cpp" / "src"
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

# Program -> zig's target, the C++ runtime that it needs, what else it links.
RELAYS = {
    "relay.so": ("x86_64-linux-gnu.2.28", "libc++.so.1", ("-shared", "-Wl,--allow-shlib-undefined", "-lpthread")),
    "relay.dylib": ("aarch64-macos", "libc++.1.dylib", ("-shared", "-Wl,-undefined,dynamic_lookup")),
    "relay.exe": ("x86_64-windows-gnu", "libc++.dll", ("-lws2_32", "-lunwind")),
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
    for name in RELAYS:
        relay(name)
    for path in (*sorted(ADDONS.glob("*/bin/*/*")), *sorted(BUILT.iterdir())):
        print(f"{path.relative_to(HERE.parent)}: {path.stat().st_size} bytes")


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


def relay(name: str) -> None:
    """Objects, a runtime library that has nothing but its name, and the program that is linked from both.

    ELF and Mach-O are a shared library each: zig's linkers let those, not programs, keep names for later.
    """
    target, runtime, options = RELAYS[name]
    with tempfile.TemporaryDirectory() as scratch:
        objects = []
        for source in sorted(RELAY.glob("*.cpp")):
            objects.append(str(Path(scratch, f"{source.stem}.o")))
            position = () if name.endswith(".exe") else ("-fPIC",)
            compiled = ("c++", "-target", target, "-std=c++20", *COMMON, *position, "-c", str(source))
            zig(*compiled, "-o", objects[-1])
        library = _import_library(scratch, objects) if name.endswith(".exe") else _empty(scratch, target, runtime)
        program = Path(scratch, name)
        zig("cc", "-target", target, "-s", *objects, library, *options, "-o", str(program))
        BUILT.mkdir(parents=True, exist_ok=True)
        (BUILT / f"{name}.xz").write_bytes(lzma.compress(program.read_bytes(), preset=9))


def _empty(scratch: str, target: str, name: str) -> str:
    source = Path(scratch, "empty.c")
    source.write_text("int nothing;\n")
    called = f"-install_name,/usr/lib/{name}" if name.endswith(".dylib") else f"-soname,{name}"
    zig("cc", "-target", target, "-shared", "-nostdlib", f"-Wl,{called}", str(source), "-o", str(Path(scratch, name)))
    return str(Path(scratch, name))


def _import_library(scratch: str, objects: list[str]) -> str:
    """Windows keeps no name for later: every C++ name that the objects lack is promised by `libc++.dll`."""
    read = [native.read(sniff(data), data)[0] for data in (Path(path).read_bytes() for path in objects)]
    defined = frozenset[str]().union(*(each.defined for each in read))
    lacking = sorted({symbol.name for each in read for symbol in each.symbols} - defined)
    names = [name for name in lacking if name.startswith(("_Z", "__cxa", "__gxx"))]
    listed, library = Path(scratch, "runtime.def"), str(Path(scratch, "runtime.lib"))
    listed.write_text("LIBRARY libc++.dll\nEXPORTS\n" + "".join(f"{name}\n" for name in names))
    zig("dlltool", "-m", "i386:x86-64", "-d", str(listed), "-l", library)
    return library


def zig(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "ziglang", *arguments], cwd=SOURCES, check=True)


if __name__ == "__main__":
    main()
