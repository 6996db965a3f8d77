"""Libraries and packages that `configure.ac` looks for."""

from __future__ import annotations

import posixpath
import re

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded
from portlint.model.extraction import Extraction
from portlint.model.guard import ALWAYS, Guard

NAME = "configure"
VERSION = 1
LANGUAGE = "autoconf"

_MACRO = re.compile(r"\b(AC_CHECK_LIB|AC_SEARCH_LIBS|PKG_CHECK_MODULES|AX_CHECK_LIBRARY)\s*\(")
_COMMENT = re.compile(r"(?:^|(?<=\s))(?:dnl\b|#)[^\n]*", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_][\w.+-]*\Z")
_LENGTH = 4_000  # characters of one macro's arguments that are looked at
_NUMBERS = re.compile(r"\n")


def wants(path: str) -> bool:
    return posixpath.basename(path) in ("configure.ac", "configure.in")


def extract(path: str, data: bytes) -> Extraction:
    """`links` facts of AC_CHECK_LIB and AC_SEARCH_LIBS, unknown until configure has looked, and `package` facts
    `pkgconfig/<name>` of PKG_CHECK_MODULES: certain where nothing is said for the case that it is not there.
    """
    text = _COMMENT.sub(lambda found: " " * len(found[0]), decoded(data, path))
    out = BuildFacts(path, LANGUAGE)
    starts = [0, *(found.end() for found in _NUMBERS.finditer(text))]
    line = 0
    for found in _MACRO.finditer(text):
        while line < len(starts) and starts[line] <= found.start():
            line += 1
        given = [_unquoted(each) for each in _arguments(text[found.end() : found.end() + _LENGTH])]
        if found[1] == "PKG_CHECK_MODULES":
            guard = ALWAYS if len(given) < 4 else Guard("condition", f"configure finds {given[1]}"[:200])
            for name, version in _modules(given[1] if len(given) > 1 else ""):
                out.package("pkgconfig", name, line, version, guard)
            continue
        names = given[1].split() if found[1] == "AC_SEARCH_LIBS" and len(given) > 1 else given[:1]
        for name in names:
            if _WORD.match(name):
                out.links(name, line, Guard("condition", f"configure finds {name}"))
    return out.extraction()


def _arguments(text: str) -> list[str]:
    """What stands between the commas of a macro call, up to its closing bracket; quotes are `[` and `]`."""
    found = [""]
    depth = quoted = 0
    for sign in text:
        if sign in "[]":
            quoted += 1 if sign == "[" else -1
        elif not quoted and sign == ")" and not depth:
            break
        elif not quoted and sign in "()":
            depth += 1 if sign == "(" else -1
        elif not quoted and not depth and sign == ",":
            found.append("")
            continue
        found[-1] += sign
    return found


def _unquoted(text: str) -> str:
    return text.replace("[", "").replace("]", "").strip()


def _modules(text: str) -> list[tuple[str, str]]:
    """`sdl2 >= 2.0 zlib` as (sdl2, >=2.0), (zlib, "")."""
    found: list[tuple[str, str]] = []
    words = text.replace(",", " ").split()
    at = 0
    while at < len(words):
        name = words[at]
        at += 1
        if not _WORD.match(name):
            continue
        version = ""
        if at + 1 < len(words) and words[at] in (">=", "<=", "=", ">", "<"):
            version = words[at] + words[at + 1]
            at += 2
        found.append((name, version))
    return found
