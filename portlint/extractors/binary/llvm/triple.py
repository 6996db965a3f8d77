"""Target triples of LLVM: `wasm32-unknown-emscripten`, `arm64-apple-macosx11.0.0`, `x86_64-pc-windows-msvc`."""

from __future__ import annotations

import re

import msgspec

_MACHINES = {
    "wasm32": "wasm32", "wasm64": "wasm64", "x86_64": "x86_64", "amd64": "x86_64", "x86_64h": "x86_64",
    "aarch64": "arm64", "arm64": "arm64", "arm64e": "arm64e", "arm64_32": "arm64_32", "arm64ec": "arm64ec",
    "powerpc": "ppc", "powerpc64": "ppc64", "powerpc64le": "ppc64", "riscv32": "riscv", "riscv64": "riscv64",
    "mips": "mips", "mipsel": "mips", "mips64": "mips64", "mips64el": "mips64", "s390x": "s390x",
    "loongarch64": "loongarch",
}  # fmt: skip
_X86 = re.compile(r"i[3-9]86$")
_ARM = re.compile(r"(?:arm|thumb)(?:eb)?(?:v\d\w*)?$")
# In the order asked: `linux-android` is Android, `ios-simulator` no iOS.
_APPLE = (
    ("macabi", "maccatalyst"), ("macos", "macos"), ("darwin", "macos"), ("ios", "ios"), ("tvos", "tvos"),
    ("watchos", "watchos"), ("visionos", "visionos"), ("xros", "visionos"), ("driverkit", "driverkit"),
)  # fmt: skip
_SYSTEMS = ("android", "linux", "freebsd", "netbsd", "openbsd", "haiku", "solaris", "fuchsia")


class Triple(msgspec.Struct, frozen=True):
    """What `record.Library` calls format, machine and platform."""

    format: str
    machine: str
    platform: str


def triple(text: str) -> Triple | None:
    """None for a machine that is not in the table (GPUs, eBPF), or an empty triple."""
    first, _, rest = text.lower().partition("-")
    machine = _machine(first)
    if machine is None:
        return None
    if machine.startswith("wasm"):
        # Objects link into anything: neither do object files of wasm name their host.
        return Triple("wasm", machine, "any")
    if "apple" in rest:
        platform = next((name for word, name in _APPLE if word in rest), "macos")
        return Triple("macho", machine, f"{platform}-simulator" if "simulator" in rest else platform)
    if "windows" in rest or "mingw" in rest or "cygwin" in rest:
        return Triple("pe", machine, "windows")
    return Triple("elf", machine, next((system for system in _SYSTEMS if system in rest), "linux"))


def _machine(word: str) -> str | None:
    if _X86.match(word):
        return "x86"
    if _ARM.match(word) and word not in _MACHINES:
        return "arm"
    return _MACHINES.get(word)
