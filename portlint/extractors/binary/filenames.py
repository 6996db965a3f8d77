"""Which file names promise a native library, or an archive that may hold one."""

from __future__ import annotations

import re

from portlint.model.member import ARCHIVES

_SUFFIXES = (
    ".so", ".dll", ".dylib", ".jnilib", ".a", ".lib", ".o", ".obj", ".exe", ".node", ".wasm", ".bc", ".pyd",
)  # fmt: skip
_VERSIONED = re.compile(r"\.so(\.\d+)+$")
# `X.framework/X` and `X.framework/Versions/A/X`; everything else in the folder is headers and resources.
_FRAMEWORK = re.compile(r"(?:^|/)([^/]+)\.framework/(?:Versions/[^/]+/)?\1$")
_BUNDLE = re.compile(r"\.(?:bundle|app|plugin|xpc)/Contents/MacOS/[^/]+(?<!\.meta)$")
# Info.plist may call a framework's binary otherwise than its folder; a bundle may be one file without a folder.
_UNSURE = re.compile(r"\.framework/(?:Versions/[^/]+/)?[^/.]+$|\.bundle$")
_FOLDER = re.compile(r"^(?:.*?/)?[^/]+\.(?:(?:xc)?framework(?=/)|(?:bundle|app|plugin|xpc)(?=/Contents/))")


def wants(path: str) -> bool:
    """Is this the name of a library (`is_library`), of an archive that may hold some, or of a loose Java class?"""
    return is_library(path) or is_archive(path) or path.endswith(".class")


def is_library(path: str) -> bool:
    """Is this the name of a shared or static library, an object file, a program, or a wasm module?"""
    lower = path.lower()
    if lower.endswith(_SUFFIXES):
        return True
    return bool(_VERSIONED.search(lower) or _FRAMEWORK.search(path) or _BUNDLE.search(path))


def is_archive(path: str) -> bool:
    return path.lower().endswith(ARCHIVES)


def promises(path: str) -> bool:
    """Does the name say that there is native code? Any `.zip` may hold some, and hardly one does."""
    return is_library(path) or (is_archive(path) and not path.lower().endswith(".zip"))


def is_unsure(path: str) -> bool:
    """May this be a library although its name does not say so? The first bytes decide."""
    return bool(_UNSURE.search(path))


def folder_of(path: str) -> str:
    """The outermost `.framework`, `.xcframework` or `.bundle` folder that a file is a part of, or ""."""
    found = _FOLDER.match(path)
    return found[0] if found else ""


def is_hot_reload_copy(path: str) -> bool:
    """`~libx.dll`: what an editor leaves beside a library that it reloads while it runs."""
    return path.rpartition("/")[2].startswith("~")


def is_model(path: str, head: bytes) -> bool:
    """Is this `.obj` a Wavefront model? Games are full of them; object files of compilers are never text."""
    return path.lower().endswith(".obj") and b"\0" not in head
