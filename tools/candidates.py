"""The names worth asking a toolchain about: what glibc exports and what any wasm libc defines."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from toolchains import EMSCRIPTEN_SYSROOT
from wasi_history import releases

GLIBC = tuple(
    f"/lib/x86_64-linux-gnu/lib{name}"
    for name in ("anl.so.1", "c.so.6", "dl.so.2", "m.so.6", "pthread.so.0", "resolv.so.2", "rt.so.1", "util.so.1")
)
_EMSCRIPTEN = "libal libc libc-mt libdlmalloc libhtml5 libnoexit libsockets libstubs".split()
# C++ names, the unwinder's, the compilers' and libc's own are no C interface; the rest are parts of a program's start.
_RESERVED = re.compile(r"_|(main|undefined_weak|errno|h_errno|GLIBC_\w+)$|.*\W")
_UNDERSCORED = frozenset("_Exit _Fork _environ _exit _flushlbf _longjmp _setjmp _tolower _toupper".split())


def candidates(base: Path) -> list[str]:
    """Every name, sorted. `base` is the folder that install.sh filled. Raises CalledProcessError without llvm-nm-22."""
    names: set[str] = set()
    for library in GLIBC:
        names.update(defined_in("-D", library))
    for archive in _archives(base):
        names.update(defined_in("-g", str(archive)))
    for target in ("wasip1", "wasip1-threads", "wasip2"):
        # Only the last list: older ones hold names of wasip2's bindings that came and went.
        names.update(releases(target, base).popitem()[1])
    return sorted(name for name in names if name in _UNDERSCORED or not _RESERVED.match(name))


def _archives(base: Path) -> Iterator[Path]:
    yield from sorted((base / "yowasp/lib/wasm32-wasip1").glob("*.a"))
    yield from sorted((base / "wasip1-threads/lib/wasm32-wasip1-threads").glob("*.a"))
    for name in _EMSCRIPTEN:
        yield EMSCRIPTEN_SYSROOT / "lib/wasm32-emscripten" / f"{name}.a"


def defined_in(*arguments: str) -> Iterator[str]:
    """The names that llvm-nm says are defined, as the linker knows them: hidden and compatibility versions left out."""
    words = ("llvm-nm-22", "--defined-only", "-j", *arguments)
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        # name@@GLIBC_2.2.5 links; name@GLIBC_2.2.5, one @, only serves programs that were linked long ago.
        name, _, version = line.partition("@")
        public = not version or (version.startswith("@") and version != "@GLIBC_PRIVATE")
        if name and not name.endswith(":") and public:
            yield name
