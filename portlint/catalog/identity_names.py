"""Library file names without what a platform, a build or a release adds to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ENDINGS = re.compile(r"(?:\.dll\.a|\.so(?:\.\d+)*|\.(?:dll|dylib|a|lib|node|pyd|exe|framework|bundle|wasm))$", re.I)
_BUILD = re.compile(
    r"[-_.](?:x64|x86_64|x86|amd64|arm64|arm64ec|aarch64|armv7|armeabi|i[36]86|win(?:dows)?(?:32|64)?|win64-shipping|linux|macos|osx"
    r"|mac|android|ios|universal|shared|dll|dbg|debug|release|shipping|static|mt|md|vc\d+|64|32|32bit|64bit)$",
    re.I,
)
_BITS = re.compile(r"(?<=[a-z_])(?:64|32)$", re.I)  # `steam_api64`, `OpenAL32`
_VERSION = re.compile(r"[-_.]v?\d+(?:[._-]\d+)*$", re.I)  # `SDL2-2.0`, `vulkan-1`, `libcrypto-1_1`


def is_library(path: str) -> bool:
    """Does the path say that it is a library, and not a program?"""
    name = path.rpartition("/")[2].lower()
    return ".framework/" in path or ".bundle/" in path or (bool(_ENDINGS.search(name)) and not name.endswith(".exe"))


def plain_names(path: str) -> Iterator[str]:
    """What a library may be called, lower case, from the name as written to the barest.

    `libs/libSDL2-2.0.so.0` gives `libsdl2-2.0`, `sdl2-2.0`, `sdl2`; `steam_api64.dll` gives `steam_api64`,
    `steam_api`. Copies that a hot reload leaves (`~lib.dll`) have the name of the library.
    """
    name = path.rpartition("/")[2].rpartition("\\")[2].lstrip("~").lower()
    name = _ENDINGS.sub("", name)
    seen: set[str] = set()
    for each in _barer(name):
        if each and each not in seen:
            seen.add(each)
            yield each


def _barer(name: str) -> Iterator[str]:
    yield name
    name = name.removeprefix("lib")
    yield name
    for _ in range(6):  # arch, build and version come in any order; nothing real has more of them
        shorter = _BUILD.sub("", name)
        if shorter == name:
            shorter = _VERSION.sub("", name)
        if shorter == name:
            shorter = _BITS.sub("", name)
        if shorter == name:
            break
        name = shorter
        yield name
    yield name.partition(".")[0]
