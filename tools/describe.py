"""Write `toolchain.toml` and the predefined macros of one toolchain."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
from toolchains import SJLJ, Toolchain

_HERE = Path(__file__).resolve().parent
_NAME = re.compile(r"^#define (\w+)", re.M)
# What programs ask for when they look for a platform, an architecture or a compiler.
PLATFORM_MACROS = tuple(
    "AMIGA ANDROID EMSCRIPTEN MACOSX MACOS_X MSDOS WIN32 WIN64 WINAPI_FAMILY _3DS _AIX _ARM_ _DURANGO _GAMING_XBOX"
    " _M_ARM _M_ARM64 _M_IX86 _M_X64 _MSC_VER _WIN32 _WIN32_WCE _WIN64 _XBOX _XBOX_ONE __3DS__ __AMIGA__ __ANDROID__"
    " __APPLE__ __APPLE_CC__ __ARM_ARCH __ARM_NEON __ARM_NEON__ __AVX2__ __AVX__ __BEOS__ __BIONIC__ __BORLANDC__"
    " __CYGWIN32__ __CYGWIN__ __DJGPP__ __DragonFly__ __EMSCRIPTEN_PTHREADS__ __EMSCRIPTEN__ __FreeBSD_kernel__"
    " __FreeBSD__ __GNU__ __HAIKU__ __INTEL_COMPILER __INTERIX __MACH__ __MACOSX__ __MINGW32__ __MINGW64__ __MSDOS__"
    " __MSYS__ __MVS__ __NX__ __NetBSD__ __OS2__ __OS400__ __ORBIS__ __OpenBSD__ __PASE__ __PROSPERO__ __PSP__"
    " __QNXNTO__ __QNX__ __SSE2__ __SSE3__ __SSE4_1__ __SSE__ __SUNPRO_C __SVR4 __SWITCH__ __SYMBIAN32__ __TOS_MACOS__"
    " __TOS_WIN__ __WATCOMC__ __WIN32 __WIN32__ __WINDOWS__ __WINRT__ __aarch64__ __amd64 __amd64__ __amigaos__"
    " __android__ __apple_build_version__ __arm64__ __arm__ __bsdi__ __cygwin__ __fuchsia__ __gnu_linux__ __hpux"
    " __hpux__ __i386 __i386__ __ia64__ __illumos__ __linux __linux__ __loongarch__ __minix __mips__ __native_client__"
    " __nto__ __os2__ __osf__ __powerpc64__ __powerpc__ __ppc__ __psp2__ __riscv __s390__ __s390x__ __serenity__ __sgi"
    " __sgi__ __sparc__ __sun __sun__ __svr4__ __sym86__ __unix __unix__ __vita__ __wasi__ __wasm32__ __wasm64__"
    " __wasm_simd128__ __wasm__ __x86_64 __x86_64__ linux macintosh sun unix".split()
)


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What profiles.toml says of one toolchain."""

    title: str
    version: str
    release: str
    newest: str
    speaks_for: str
    obtained: str
    source: str
    checked: date


def profile(toolchain: str) -> Profile:
    """Raises KeyError for a toolchain without a profile, msgspec.ValidationError for a key that is unknown."""
    return msgspec.convert(tomllib.loads((_HERE / "profiles.toml").read_text(encoding="utf-8"))[toolchain], Profile)


def predefined(command: Sequence[str], language: str) -> str:
    """The sorted `#define` lines that hold before the first line of a program."""
    words = (*(word for word in command if word != "-D_GNU_SOURCE"), "-dM", "-E", "-x", language, "/dev/null")
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return "".join(sorted(line + "\n" for line in said.splitlines()))


def describe(toolchain: Toolchain, macros: str) -> str:
    """The text of `toolchain.toml`; `macros` are the predefined ones of C."""
    known = profile(toolchain.id)
    defined = set(_NAME.findall(macros))
    lines = [f"id = {json.dumps(toolchain.id)}"]
    lines += [
        f"{key} = {json.dumps(getattr(known, key))}"
        for key in ("title", "version", "release", "newest", "speaks_for", "obtained", "source")
    ]
    lines.append(f"checked = {known.checked.isoformat()}")
    lines.append(_array("emulation", [flag for flag, _ in toolchain.options if flag != SJLJ]))
    lines.append(_array("undefines", [name for name in PLATFORM_MACROS if name not in defined]))
    return "\n".join(lines) + "\n"


def _array(key: str, words: Sequence[str]) -> str:
    if not words:
        return f"{key} = []"
    return f"{key} = [\n" + "".join(f"  {json.dumps(word)},\n" for word in sorted(words)) + "]"
