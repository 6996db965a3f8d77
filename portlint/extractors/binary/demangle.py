"""Names of C++ (Itanium and Visual C++), Rust and Swift as a person reads them. For display only: rules match the names
in the file.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol

_MANGLED = re.compile(r"_Z|_R[A-Z]|\?|__Z|_?\$[sS]")
# Demanglers recurse into types, and a short name can stand for gigabytes: `S0_` repeats an earlier part, which may
# repeat others. 24 times give 3 MB at most; longer names are unreadable in either form.
_LENGTH_LIMIT = 1024
_REPEAT = re.compile(r"[STB][0-9A-Za-z]*_")
_REPEAT_LIMIT = 24
# `public: virtual int __cdecl `: what Visual C++ keeps and the Itanium ABI leaves out.
_MICROSOFT_WORDS = re.compile(r"^.*?\b__(?:cdecl|thiscall|stdcall|fastcall|vectorcall) ")


class _Demangle(Protocol):
    def __call__(self, mangled: str) -> str: ...


def demangle(name: str) -> str:
    """`std::thread::join()` for `_ZNSt6thread4joinEv`; the name as it is where it is not mangled, or nothing can tell.

    Without the package pydemumble every name stays as it is. Itanium names may have the leading underscore of Mach-O.
    The text comes from the file: make it harmless like any other name of the scanned tree.
    """
    if not _MANGLED.match(name) or not name.isascii() or not name.isprintable():
        return name
    if len(name) > _LENGTH_LIMIT or len(_REPEAT.findall(name)) > _REPEAT_LIMIT:
        return name
    tool = _tool()
    if tool is None:
        return name
    return tool(name.removeprefix("_") if name.startswith("__Z") else name) or name


def plain_name(name: str) -> str:
    """`std::thread::join`: demangled, without the parameters, for lists where the types are in the way."""
    full = demangle(name)
    if full == name:
        return name
    return _without_parameters(full)


def _without_parameters(full: str) -> str:
    """Cut the last bracketed list at depth 0, with what stands behind (`const`) and Visual C++'s words before."""
    text = full.rstrip()
    close = text.rfind(")")
    depth = 0
    for at in range(close, -1, -1):
        depth += (text[at] == ")") - (text[at] == "(")
        if depth == 0 and close > 0:
            text = text[:at]
            break
    if text.endswith("operator"):  # operator()
        text += "()"
    return _MICROSOFT_WORDS.sub("", text) or full


@cache
def _tool() -> _Demangle | None:
    """Loaded for the first mangled name; there is no build of it for every system."""
    try:
        import pydemumble
    except ImportError:
        return None
    found: _Demangle = pydemumble.demangle
    return found
