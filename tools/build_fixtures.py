"""Build tests/fixtures/binary/: one small file per native format, from sources in this program.

    python tools/build_fixtures.py

Needs PyPI `ziglang` (the compiler and LLVM's linkers for every format). Apart from Apple's, which zig brings, no C
library is linked: the sources declare what they call, and stub libraries stand for the systems', so that the files stay
small and do not depend on the machine. Formats that no tool here writes (.NET, Java, components) are put together byte
by byte.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "binary"

PROBE = """
#define API __attribute__((visibility("default")))
extern int socket(int, int, int);
extern long sendto(int, const void *, unsigned long, int, const void *, unsigned);
extern int pthread_create(void *, const void *, void *(*)(void *), void *);
extern int open64(const char *, int, ...);
extern int __isoc99_sscanf(const char *, const char *, ...);
extern void *__memcpy_chk(void *, const void *, unsigned long, unsigned long);
extern void __stack_chk_fail(void);
extern int dl_iterate_phdr(void *, void *);
static void *work(void *data) { return data; }
API int probe(char *out, unsigned long size) {
    long thread;
    if (pthread_create(&thread, 0, work, 0)) __stack_chk_fail();
    __memcpy_chk(out, "abc", size, 4);
    return socket(2, 2, 0) + (int)sendto(1, out, 4, 0, 0, 0) + open64(out, 0) + __isoc99_sscanf(out, "x")
         + dl_iterate_phdr(out, out);
}
"""
STUB = "\n".join(
    f"int {name}(void) {{ return 0; }}"
    for name in ("socket", "sendto", "pthread_create", "open64", "__isoc99_sscanf", "__memcpy_chk", "__stack_chk_fail")
)
VERSIONS = "GLIBC_2.2.5 { global: *; };"
ANDROID = """
extern int __android_log_write(int, const char *, const char *);
int probe(void) { return __android_log_write(4, "a", "b"); }
"""
WINDOWS = """
#ifdef __i386__
#define CALL __stdcall
#else
#define CALL
#endif
__declspec(dllimport) unsigned CALL socket(int, int, int);
__declspec(dllimport) int CALL sendto(int, const char *, int, int, const void *, int);
__declspec(dllimport) int CALL D3D11CreateDevice(void);
__declspec(dllimport) void CALL Sleep(unsigned);
__declspec(dllimport) void *CALL CreateThread(void *, int, void *, void *, int, void *);
__declspec(dllimport) unsigned CALL GetLastError(void);
void *CALL __delayLoadHelper2(void *descriptor, void **slot) { return *slot; }
__declspec(dllexport) int probe(void) {
    Sleep(1);
    CreateThread(0, 0, 0, 0, 0, 0);
    return (int)socket(2, 2, 0) + sendto(1, "x", 1, 0, 0, 0) + D3D11CreateDevice() + (int)GetLastError();
}
"""
DEFS = {  # name, bytes of arguments; socket is imported by number
    "WS2_32.dll": [("socket", 12, 23), ("sendto", 24, 0)],
    "d3d11.dll": [("D3D11CreateDevice", 0, 0)],
    "KERNEL32.dll": [("Sleep", 4, 0), ("CreateThread", 24, 0), ("GetLastError", 0, 0)],
}
APPLE = """
extern int socket(int, int, int);
#ifdef __x86_64__
extern void *opendir(const char *) __asm("_opendir$INODE64");
#else
extern void *opendir(const char *);
#endif
extern int AudioObjectGetPropertyData(void);
extern void *MTLCreateSystemDefaultDevice(void) __attribute__((weak_import));
extern int __maskrune(int, unsigned long);
__attribute__((visibility("default"))) int probe(void) {
    return socket(2, 2, 0) + AudioObjectGetPropertyData() + __maskrune(1, 2) + (MTLCreateSystemDefaultDevice() != 0)
         + (opendir(".") != 0);
}
"""
TBD = """--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '{path}'
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ {symbols} ]
...
"""
FRAMEWORKS = {"CoreAudio": "_AudioObjectGetPropertyData", "Metal": "_MTLCreateSystemDefaultDevice"}
WASM = """
extern int socket(int, int, int);
extern int pthread_create(void *, const void *, void *, void *);
extern int shared_state;
__attribute__((visibility("default"))) int probe(void) {
    return ++shared_state + socket(2, 2, 0) + pthread_create(0, 0, 0, 0);
}
"""
WASI = """
__attribute__((import_module("wasi_snapshot_preview1"), import_name("sock_send")))
extern int sock_send(int, void *, int, int, void *);
__attribute__((export_name("_start"))) void start(void) { sock_send(3, 0, 0, 0, 0); }
"""
THROW = """
extern "C" int call(int);
extern "C" __attribute__((visibility("default"))) int probe(int n) {
    try { return call(n); } catch (int code) { return code; }
}
"""
PART = "int helper(int n) { return n + 1; }"


class Kitchen:
    """A temporary folder with the tools: every source goes in by name, every product comes out by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        found = shutil.which("zig")
        self.zig = [found] if found else [sys.executable, "-m", "ziglang"]

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def run(self, *words: str) -> None:
        subprocess.run([*self.zig, *words], cwd=self.folder, check=True)

    def compile(self, target: str, text: str, out: str, *flags: str, language: str = "c") -> str:
        source = self.write(f"{out}.{language}", text)
        self.run(
            "c++" if language == "cpp" else "cc",
            "-target",
            target,
            "-nostdlib",
            "-O2",
            "-g0",
            *flags,
            "-c",
            source,
            "-o",
            out,
        )
        return out

    def keep(self, product: str, name: str = "") -> None:
        shutil.copyfile(self.folder / product, OUT / (name or product))

    def data(self, product: str) -> bytes:
        return (self.folder / product).read_bytes()


def elf(kitchen: Kitchen) -> None:
    machines = {
        "x86_64": "x86_64-linux-gnu",
        "arm": "arm-linux-gnueabihf",
        "ppc": "powerpc-linux-musleabi",
        "s390x": "s390x-linux-gnu",
    }
    kitchen.write("versions", VERSIONS)
    for machine, target in machines.items():
        flags = ("-fPIC", "-fno-stack-protector", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables")
        probe = kitchen.compile(target, PROBE, f"probe-{machine}.o", *flags)
        stub = kitchen.compile(target, STUB, f"stub-{machine}.o", *flags, "-fno-builtin", "-w")
        kitchen.run("ld.lld", "-shared", "-soname=libc.so.6", "--version-script=versions", stub, "-o", "libc.so.6")
        # `gnu` leaves out DT_HASH, whose chain count says how long the symbol table is.
        style = "--hash-style=gnu" if machine in ("arm", "ppc") else "--hash-style=sysv"
        kitchen.run(
            "ld.lld",
            "-shared",
            style,
            "--allow-shlib-undefined",
            "-z",
            "undefs",
            probe,
            "libc.so.6",
            "-o",
            f"elf-{machine}.so",
        )
        kitchen.keep(f"elf-{machine}.so")
    kitchen.keep("probe-x86_64.o", "elf-x86_64.o")
    log = kitchen.compile("aarch64-linux-musl", "int __android_log_write(void) { return 0; }", "log.o", "-fPIC")
    kitchen.run("ld.lld", "-shared", "-soname=liblog.so", log, "-o", "liblog.so")
    app = kitchen.compile("aarch64-linux-musl", ANDROID, "android.o", "-fPIC", "-fno-asynchronous-unwind-tables")
    kitchen.run("ld.lld", "-shared", app, "liblog.so", "-o", "elf-android-arm64.so")
    kitchen.keep("elf-android-arm64.so")


def static(kitchen: Kitchen) -> None:
    """GNU and BSD archives: two members, of which one gives what the other asks for."""
    caller = "int helper(int); int listen(int, int); int api(void) { return helper(1) + listen(3, 5); }"
    # Without `-s` a COFF object names the folder of the compiler's temporary files.
    quiet = ("-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-s")
    for name, target, form in (
        ("gnu", "x86_64-linux-gnu", "gnu"),
        ("bsd", "aarch64-macos", "darwin"),
        ("coff", "x86_64-windows-gnu", "coff"),
    ):
        one = kitchen.compile(target, caller, f"a-member-with-a-long-name-{name}.o", *quiet)
        two = kitchen.compile(target, PART, f"part-{name}.o", *quiet)
        kitchen.run("ar", f"--format={form}", "rcsD", f"ar-{name}.a", one, two)
        kitchen.keep(f"ar-{name}.a")
    kitchen.keep("part-coff.o", "coff-x86_64.obj")
    kitchen.run("ar", "--format=gnu", "rcsDT", "ar-thin.a", "part-gnu.o")
    kitchen.keep("ar-thin.a")


def windows(kitchen: Kitchen) -> None:
    for machine, target in (("x86_64", "x86_64-windows-gnu"), ("x86", "x86-windows-gnu")):
        libraries = []
        for dll, names in DEFS.items():
            rows = [f"{name}@{size}" if machine == "x86" else name for name, size, _ in names]
            numbers = [f" @{number} NONAME" if number else "" for *_, number in names]
            lines = "\n".join(row + number for row, number in zip(rows, numbers, strict=True))
            kitchen.write("library.def", f"LIBRARY {dll}\nEXPORTS\n{lines}\n")
            kitchen.run(
                "dlltool",
                "-d",
                "library.def",
                "-l",
                f"{dll}-{machine}.lib",
                "-m",
                "i386" if machine == "x86" else "i386:x86-64",
                "-k",
            )
            libraries.append(f"{dll}-{machine}.lib")
        probe = kitchen.compile(target, WINDOWS, f"windows-{machine}.o", "-fno-asynchronous-unwind-tables")
        kitchen.run(
            "lld-link",
            "/dll",
            "/lldmingw",
            "/noentry",
            "/Brepro",
            "/delayload:d3d11.dll",
            f"/out:pe-{machine}.dll",
            probe,
            *libraries,
        )
        kitchen.keep(f"pe-{machine}.dll")
    kitchen.keep("KERNEL32.dll-x86_64.lib", "pe-import-x86_64.lib")


def apple(kitchen: Kitchen) -> None:
    for name, symbol in FRAMEWORKS.items():
        path = f"{name}.framework/{name}"
        (kitchen.folder / path).parent.mkdir()
        kitchen.write(f"{path}.tbd", TBD.format(path=f"/System/Library/Frameworks/{path}", symbols=symbol))
    for name, target in (("x86_64", "x86_64-macos.11.0"), ("arm64", "aarch64-macos.11.0")):
        probe = kitchen.compile(target, APPLE, f"apple-{name}.o", "-fno-asynchronous-unwind-tables")
        frameworks = ("-F.", "-framework", "CoreAudio", "-weak_framework", "Metal")
        kitchen.run("cc", "-target", target, "-shared", "-s", *frameworks, probe, "-o", f"macho-{name}.dylib")
        kitchen.keep(f"macho-{name}.dylib")
    slices = [(0x01000007, 3, kitchen.data("macho-x86_64.dylib")), (0x0100000C, 0, kitchen.data("macho-arm64.dylib"))]
    head, body, at = struct.pack(">II", 0xCAFEBABE, 2), b"", 4096
    for machine, kind, data in slices:
        head += struct.pack(">IIIII", machine, kind, at, len(data), 12)
        body += data + bytes(-len(data) % 4096)
        at = 4096 + len(body)
    (OUT / "macho-fat.dylib").write_bytes(head + bytes(4096 - len(head)) + body)


def wasm(kitchen: Kitchen) -> None:
    side = ("-shared", "--experimental-pic", "--no-entry", "--unresolved-symbols=import-dynamic", "--strip-debug")
    threads = ("-matomics", "-mbulk-memory", "-msimd128")
    kitchen.compile("wasm32-freestanding", WASM, "plain.o", "-fPIC")
    kitchen.run("wasm-ld", *side, "plain.o", "-o", "wasm-side.wasm")
    kitchen.compile("wasm32-freestanding", WASM, "threads.o", "-fPIC", *threads)
    kitchen.run(
        "wasm-ld", *side, "--shared-memory", "--max-memory=1048576", "threads.o", "-o", "wasm-side-threads.wasm"
    )
    kitchen.compile(
        "wasm32-freestanding",
        THROW,
        "throw.o",
        "-fPIC",
        "-fwasm-exceptions",
        "-fexceptions",
        "-fno-rtti",
        language="cpp",
    )
    kitchen.run("wasm-ld", *side, "throw.o", "-o", "wasm-side-exceptions.wasm")
    main = "extern int poll(void *, int, int); int __main_argc_argv(int n, char **words) { return poll(words, n, 0); }"
    kitchen.compile("wasm32-freestanding", main, "main.o", "-fPIC")
    kitchen.run("wasm-ld", *side, "--export=__main_argc_argv", "main.o", "-o", "wasm-main.wasm")
    kitchen.compile("wasm32-freestanding", WASI, "wasi.o")
    kitchen.run("wasm-ld", "--no-entry", "--strip-debug", "wasi.o", "-o", "wasm-wasi.wasm")
    kitchen.compile("wasm64-freestanding", WASI, "wide.o")
    kitchen.run("wasm-ld", "-mwasm64", "--no-entry", "--strip-all", "wide.o", "-o", "wasm-memory64.wasm")
    for name in ("side", "side-threads", "side-exceptions", "main", "wasi", "memory64"):
        kitchen.keep(f"wasm-{name}.wasm")
    kitchen.keep("plain.o", "wasm-object.o")
    component(kitchen.data("wasm-wasi.wasm"))


def component(module: bytes) -> None:
    """A component that imports the interface wasi:sockets/udp and holds a core module."""

    def section(number: int, body: bytes) -> bytes:
        return bytes([number]) + leb(len(body)) + body

    name = b"wasi:sockets/udp@0.2.0"
    types = section(7, b"\x01\x42\x00")  # one type: an instance that exports nothing
    imports = section(10, b"\x01\x00" + leb(len(name)) + name + b"\x05\x00")
    (OUT / "wasm-component.wasm").write_bytes(b"\0asm\x0d\0\x01\0" + types + imports + section(1, module))


def leb(value: int) -> bytes:
    low, high = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + leb(high) if high else bytes([low])


def dotnet() -> None:
    """The smallest PE with a CLR header that says: IL only."""
    directories = [(0, 0)] * 16
    directories[14] = (0x2000, 72)
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x2102)
    optional = struct.pack("<HBBIIIIII", 0x10B, 48, 0, 512, 0, 0, 0, 0x2000, 0)
    optional += struct.pack("<IIIHHHHHHIIIIHH", 0x400000, 0x2000, 512, 4, 0, 0, 0, 4, 0, 0, 0x4000, 512, 0, 3, 0x8540)
    optional += struct.pack("<IIIIII", 0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    optional += b"".join(struct.pack("<II", *row) for row in directories)
    section = b".text\0\0\0" + struct.pack("<IIIIIIHHI", 72, 0x2000, 512, 512, 0, 0, 0, 0, 0x60000020)
    head = dos + coff + optional + section
    clr = struct.pack("<IHHIII", 72, 2, 5, 0, 0, 1) + bytes(52)
    (OUT / "dotnet.dll").write_bytes(head + bytes(512 - len(head)) + clr + bytes(512 - len(clr)))


def others() -> None:
    """What turns up under a library's name and is none."""
    (OUT / "java.class").write_bytes(struct.pack(">IHH", 0xCAFEBABE, 0, 52) + bytes(24))
    (OUT / "bitcode.bc").write_bytes(b"BC\xc0\xde" + bytes(28))
    (OUT / "ar-empty.a").write_bytes(b"!<arch>\n")


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        kitchen = Kitchen(Path(folder))
        for step in (elf, static, windows, apple, wasm):
            step(kitchen)
    dotnet()
    others()


if __name__ == "__main__":
    main()
