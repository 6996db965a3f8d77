"""Write rules/toolchains/platform-names.tsv: functions that belong to Windows or Apple systems alone.

PyPI `ziglang` installs mingw-w64's export lists (one a DLL), Darwin's libSystem.tbd (one block a library), and the
headers of both. A name is kept when a library exports it *and* a header of that system has it as a word: what no
header has, nobody calls. Apple's frameworks, of which ziglang carries neither headers nor symbols, are in the metadata
of PyPI's PyObjC packages. Names that some toolchain's symbol table has belong to no platform and are left out.

    pip install --target PYOBJC_FOLDER --no-deps --only-binary=:all: --platform macosx_10_9_universal2 \\
        --python-version 3.11 pyobjc-framework-{Cocoa,CoreAudio,CoreText,Metal,Quartz,Security,SystemConfiguration}
    python tools/platform_names.py ZIGLANG_FOLDER PYOBJC_FOLDER

Not in it: IOKit, AudioToolbox and Carbon, which PyObjC does not wrap as libraries of functions; interfaces called
through a table or by message (Direct3D, COM, Objective-C), whose methods no library exports.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "rules" / "toolchains"
# What games use, in order: the first that exports a name is named. OpenGL, ODBC, LDAP and ICU exist elsewhere too;
# msvcrt and ucrt are C libraries.
DLLS = (
    "kernel32 user32 gdi32 advapi32 shell32 ole32 oleaut32 ws2_32 mswsock winmm d3d9 d3d10 d3d11 d3d12 dxgi d2d1 dwrite"
    " d3dcompiler_47 ddraw dsound dinput dinput8 xinput1_4 xinput1_3 xinput9_1_0 xaudio2_9 xaudio2_8 x3daudio1_7"
    " opengl32 dwmapi uxtheme shcore setupapi cfgmgr32 hid winusb iphlpapi dnsapi icmp netapi32 crypt32 bcrypt ncrypt"
    " bcryptprimitives wintrust cryptui secur32 sspicli credui winhttp wininet urlmon httpapi websocket comdlg32"
    " comctl32 imm32 msctf psapi dbghelp imagehlp dbgeng version avrt mmdevapi mf mfplat mfreadwrite mfplay evr ksuser"
    " msacm32 msvfw32 avifil32 avicap32 dxva2 quartz msdmo windowscodecs gdiplus msimg32 usp10 wer wtsapi32 userenv"
    " powrprof pdh tdh wevtapi propsys shlwapi shfolder oleacc uiautomationcore rpcrt4 rstrtmgr cabinet lz32 mpr"
    " wlanapi bluetoothapis bthprops sensapi coremessaging dcomp dxcore directml d3dx9_43 d3dx10_43 d3dx11_43 htmlhelp"
    " api-ms-win-core-synch-l1-2-0 api-ms-win-core-winrt-l1-1-0 api-ms-win-core-winrt-string-l1-1-0"
    " api-ms-win-core-winrt-error-l1-1-0 api-ms-win-core-path-l1-1-0 api-ms-win-core-memory-l1-1-5 ntdll"
).split()
# libunwind, the compiler's run-time and maths are not Apple's alone; corecrypto has no public header.
ELSEWHERE = frozenset("libcompiler_rt libunwind libsystem_m libcorecrypto libsystem_sanitizers libkeymgr".split())
# Words of every program, names of other C libraries, and what projects bring along for themselves.
COMMON = frozenset(
    "Arc Beep Chord Compress Decompress Ellipse Escape Extract ImageLoad LineTo MoveToEx Pie Polygon Polyline Rectangle"
    " audit block errno heapsort h_errno ledger mergesort monitor panic psort quota radixsort setmode sigsetjmp"
    " strnstr strtonum memset_s swtch getmode".split()
)
_EXPORT = re.compile(r"([A-Za-z_]\w*)(?:@\d+)?(?:\s*==\s*\S+)?\s*\Z")
_CALL_OF_MACRO = re.compile(r"[A-Z]\w*\((\w+)\)\s*\Z")  # F64(name), F_X64(name): on some machines
_WORD = re.compile(rb"\b[A-Za-z_]\w{3,}\b")
_SYMBOLS = re.compile(r"\b(?:weak-)?symbols:\s*\[([^\]]*)\]")
_INSTALL = re.compile(r"^install-name:\s*'(?:[^']*/)?([^/']+?)(?:\.B)?\.dylib'", re.M)
_SYMBOL = re.compile(r"_([A-Za-z_]\w*)\Z")


def main(ziglang: Path, pyobjc: Path) -> None:
    libc = ziglang / "lib" / "libc"
    taken = everywhere()
    rows: dict[str, tuple[str, str]] = {}
    for platform, headers, found in (
        ("windows", "any-windows-any", windows_names(libc / "mingw")),
        ("apple", "any-darwin-any", apple_names(libc / "darwin" / "libSystem.tbd")),
    ):
        known = words(libc / "include" / headers)
        for name, library in found:
            for spelled in (name, *([name[:-1]] if platform == "windows" and name[-1:] == "W" else ())):
                if spelled in known and spelled not in taken:
                    rows.setdefault(spelled, (platform, library))
    for name, framework in framework_names(pyobjc):
        if name not in taken:
            rows.setdefault(name, ("apple", framework))
    lines = [f"{name}\t{platform}\t{library}\n" for name, (platform, library) in sorted(rows.items())]
    (ROOT / "platform-names.tsv").write_text("name\tplatform\tlibrary\n" + "".join(lines), encoding="utf-8")


def everywhere() -> frozenset[str]:
    """Every name that the host's or a target's C library is known to have or to lack, and names too common to tell."""
    names = set(COMMON)
    for table in ROOT.glob("*/symbols.tsv"):
        names.update(line.partition("\t")[0] for line in table.read_text(encoding="utf-8").splitlines()[1:])
    return frozenset(names)


def words(headers: Path) -> frozenset[str]:
    """Identifiers of four characters and more in all headers below a folder."""
    found: set[bytes] = set()
    for path in sorted(headers.rglob("*.h")):
        found.update(_WORD.findall(path.read_bytes()))
    return frozenset(word.decode() for word in found)


def windows_names(mingw: Path) -> Iterator[tuple[str, str]]:
    """(name, DLL) of every exported function; C++ names, data and exports without a name are left out."""
    for dll in DLLS:
        path = next((each for each in _definitions(mingw, dll) if each.is_file()), None)
        if path is None:
            raise SystemExit(f"{mingw}: no definition of {dll}")
        shown = dll.removesuffix("_47")
        for line in path.read_text(encoding="latin-1").splitlines():
            text = line.partition(";")[0].strip()
            wrapped = _CALL_OF_MACRO.match(text)
            found = _EXPORT.match(wrapped[1] if wrapped else text)
            if found and not found[1].startswith(("gl", "ord_", "EXPORTS")):
                yield found[1], shown


def _definitions(mingw: Path, dll: str) -> list[Path]:
    return [mingw / folder / f"{dll}{ending}" for folder in ("lib-common", "lib64") for ending in (".def", ".def.in")]


def apple_names(tbd: Path) -> Iterator[tuple[str, str]]:
    """(name, library) of every C symbol; the linker's own (`$ld$...`) and variants (`_open$NOCANCEL`) are left out."""
    for block in tbd.read_text(encoding="utf-8").split("--- !tapi-tbd")[1:]:
        library = _INSTALL.search(block)
        if library is None or library[1] in ELSEWHERE:
            continue
        for symbols in _SYMBOLS.finditer(block):
            for symbol in symbols[1].split(","):
                found = _SYMBOL.match(symbol.strip().strip("'\""))
                if found and not found[1].startswith("__"):
                    yield found[1], library[1]


def framework_names(pyobjc: Path) -> Iterator[tuple[str, str]]:
    """(name, framework) of the functions in each `_metadata.py`, which is read and never run."""
    paths = sorted(pyobjc.rglob("_metadata.py"))
    if not paths:
        raise SystemExit(f"{pyobjc}: no metadata of frameworks")
    for path in paths:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "functions":
                for key in node.value.keys if isinstance(node.value, ast.Dict) else ():
                    yield ast.literal_eval(key or ast.Constant("")), path.parent.name


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
