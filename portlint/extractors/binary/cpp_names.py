"""Mangled names of the C++ standard library, as far as their qualified name: `std::this_thread::sleep_for`.

Layout: itanium-cxx-abi.github.io/cxx-abi/abi.html#mangling; Visual C++ writes the innermost name first.
"""

from __future__ import annotations

import re

_ITANIUM = re.compile(r"_ZN?[rVK]*[RO]?St(?=\d)")
_ABI_TAG = re.compile(r"B(\d+)")
# Namespaces that the headers open unseen: of libc++, of Android's and Chromium's, of libstdc++.
_UNSEEN = re.compile(r"__\d+|__ndk1|__Cr|__cxx11|_V2|__fs")
_NUMBER = re.compile(r"\d{1,4}")
_MICROSOFT = re.compile(r"\?([A-Za-z_][\w@]*)@std@@")


def standard_name(mangled: str) -> str:
    """`std::thread::join` for a function of the standard library, without its types; "" for anything else.

    Constructors, destructors and operators are named by their class alone. What libc++ calls
    `std::filesystem::__space` is `std::filesystem::space`.
    """
    if mangled.startswith("_Z"):
        return _itanium(mangled)
    found = _MICROSOFT.match(mangled)
    return "::".join(["std", *reversed(found[1].split("@"))]) if found else ""


def _itanium(mangled: str) -> str:
    start = _ITANIUM.match(mangled)
    if not start:
        return ""
    parts = ["std"]
    at = start.end()
    while number := _NUMBER.match(mangled, at):
        at = number.end() + int(number[0])
        name = mangled[number.end() : at]
        if len(name) < int(number[0]):
            return ""
        if not _UNSEEN.fullmatch(name):
            parts.append(name.removeprefix("__") if parts[-1] == "filesystem" else name)
        while tag := _ABI_TAG.match(mangled, at):  # `[abi:cxx11]`
            at = tag.end() + int(tag[1])
    return "::".join(parts) if len(parts) > 1 else ""
