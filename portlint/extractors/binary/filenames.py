"""Which file names promise a native library."""

from __future__ import annotations

import re

_SUFFIXES = (
    ".so", ".dll", ".dylib", ".a", ".lib", ".o", ".obj", ".exe", ".node", ".wasm", ".bc", ".pyd",
)  # fmt: skip
_VERSIONED = re.compile(r"\.so(\.\d+)+$")
# `X.framework/X` and `X.framework/Versions/A/X`; everything else in the folder is headers and resources.
_FRAMEWORK = re.compile(r"(?:^|/)([^/]+)\.framework/(?:Versions/[^/]+/)?\1$")
_BUNDLE = re.compile(r"\.(?:bundle|app|plugin|xpc)/Contents/MacOS/[^/]+$")


def wants(path: str) -> bool:
    """Is this the name of a shared or static library, an object file, a program, or a wasm module?"""
    lower = path.lower()
    if lower.endswith(_SUFFIXES):
        return True
    return bool(_VERSIONED.search(lower) or _FRAMEWORK.search(path) or _BUNDLE.search(path))


def is_model(path: str, head: bytes) -> bool:
    """Is this `.obj` a Wavefront model? Games are full of them; object files of compilers are never text."""
    return path.lower().endswith(".obj") and b"\0" not in head
