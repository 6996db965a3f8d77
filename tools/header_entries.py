"""One block of `headers.txt`, the names of headers, and which macros are worth a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

_CONDITION = re.compile(rb"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b((?:[^\n]*\\\n)*[^\n]*)", re.M)
# immintrin.h's parts hold 12,000 names; which header has _mm512_* decides nothing.
_VECTOR_PART = re.compile(r"(avx512|avx10|avxvnni|avxifma|avxneconvert|amx)\w*intrin\.h$")
_WORD = re.compile(r"[A-Za-z_]\w*")
# Reserved names that say which library and which machine this is: programs test them, libc's headers need not.
_IDENTITY = re.compile(
    r"__(GLIBC|GNUC)_(MINOR__|PREREQ)$|__\w+_ENDIAN$|__(\w+_)?BYTE_ORDER$|__FLOAT_WORD_ORDER$|__WORDSIZE$"
    r"|__(GLIBC|GNU_LIBRARY|UCLIBC|MUSL|BIONIC|STDC_\w+)__$"
)
_NO_ALIAS = ("compat/", "x86_64-linux-gnu/")
VALUE_LENGTH = 200
# Version macros that programs test and no header of the system itself does.
_VERSION = re.compile(r"__\w*(?:MAJOR|MINOR|PATCHLEVEL|VERSION)\w*\Z")


class Entry(msgspec.Struct):
    """One block of the table; the fields are its lines."""

    includes: dict[str, None] = msgspec.field(default_factory=dict)
    macros: dict[str, tuple[str, str] | None] = msgspec.field(default_factory=dict)
    names: set[str] = msgspec.field(default_factory=set)
    refusal: str = ""


class Names:
    """Turns absolute paths into the names that an `#include` says, with one toolchain's search path."""

    def __init__(self, roots: Sequence[str]) -> None:
        self.roots = tuple(sorted(roots, key=len, reverse=True))

    def of(self, path: str) -> str:
        """The name below the deepest folder searched; a bare name (a header that is absent) stays as it is."""
        if not path.startswith("/"):
            return path
        for root in self.roots:
            if path.startswith(root + "/"):
                return path[len(root) + 1 :]
        return ""

    def aliases(self, path: str) -> Iterator[str]:
        """Further names of the same file: SDL/SDL.h beside SDL.h, where both folders are searched."""
        below = (path[len(root) + 1 :] for root in self.roots if path.startswith(root + "/"))
        yield from (name for name in below if name != self.of(path) and not name.startswith(_NO_ALIAS))


def block(name: str, entry: Entry, tested: set[str]) -> str:
    """The lines of one entry; `tested` are the reserved names that are worth keeping."""
    lines = [f"@ {name}"]
    if _VECTOR_PART.match(name):
        entry = Entry(entry.includes)
    if entry.includes:
        lines.append("> " + " ".join(included for included in entry.includes if included))
    defined = {macro: value for macro, value in entry.macros.items() if value is not None}
    kept = _kept(defined, tested)
    lines += [f"# {defined[macro][0]} {defined[macro][1][:VALUE_LENGTH]}".rstrip() for macro in sorted(kept)]
    lines += [f"- {macro}" for macro in sorted(set(entry.macros) - set(defined)) if not _is_internal(macro, tested)]
    visible = sorted(name for name in entry.names if not name.startswith("__"))
    if visible:
        lines.append("= " + " ".join(visible))
    if entry.refusal:
        lines.append("! " + entry.refusal)
    return "\n".join(lines) + "\n"


def tested_names(paths: Iterable[str]) -> set[str]:
    """Every identifier that an `#if` of any header mentions."""
    tested: set[str] = set()
    for path in paths:
        for condition in _CONDITION.findall(Path(path).read_bytes()):
            tested.update(_WORD.findall(condition.decode("latin-1")))
    return tested


def _kept(defined: dict[str, tuple[str, str]], tested: set[str]) -> set[str]:
    """Drop reserved names that no program tests, unless the value of one that is kept needs them."""
    kept = {macro for macro in defined if not _is_internal(macro, tested)}
    queue = list(kept)
    while queue:
        for word in _WORD.findall(defined[queue.pop()][1]):
            if word in defined and word not in kept:
                kept.add(word)
                queue.append(word)
    return kept


def _is_internal(macro: str, tested: set[str]) -> bool:
    if _VERSION.match(macro):
        return False
    if macro.startswith(("__need_", "__NEED_")):
        return True
    return macro.startswith("__") and macro not in tested and not _IDENTITY.match(macro)
