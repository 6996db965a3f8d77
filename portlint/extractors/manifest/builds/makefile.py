"""Libraries that makefiles link, and packages that they ask pkg-config for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded, emscripten_settings
from portlint.extractors.manifest.builds.cmake_links import linked
from portlint.model.extraction import Extraction
from portlint.model.guard import ALWAYS, NEVER, Guard, both, negated

NAME = "makefile"
VERSION = 1
LANGUAGE = "make"

_NAMES = re.compile(
    r"(?:GNU)?[Mm]akefile(?:\.(?:am|in|inc|common|common\.in|emscripten|web|linux|win|mingw|unix|osx))?\Z"
)
_COMPARED = re.compile(r"(ifn?eq)\s*(?:\(([^,]*),(.*)\)|[\"']([^\"']*)[\"']\s+[\"']([^\"']*)[\"'])\s*\Z")
_DEFINED = re.compile(r"(ifn?def)\s+([\w$(){}]+)")
_NAMED = re.compile(r"\$[({]([\w.]+)[)}]\Z")
_LINKED = re.compile(r"(?<![\w./-])-l([A-Za-z_][\w.+-]*)")
_FRAMEWORK = re.compile(r"-framework\s+(\w+)")
_PKG_CONFIG = re.compile(r"(?:pkg-config|\$[({]PKG_?CONFIG[)}])((?:\s+[^\s|;&`)]+)+)")
_EMCC = re.compile(r"(?<![\w/.-])em(?:cc|\+\+|make|configure|cmake)(?![\w-])")
_NESTED = 100


def wants(path: str) -> bool:
    name = posixpath.basename(path)
    return bool(_NAMES.match(name)) or (name.endswith((".mk", ".mak")) and "." not in name[:-4].rstrip("."))


def extract(path: str, data: bytes) -> Extraction:
    """`links` facts (`-lws2_32`, `-framework Cocoa`), `package` facts `pkgconfig/<name>`, `build/emscripten` where
    Emscripten's compiler is called, its settings; under `make(OS=Windows_NT)`.

    Variables are not followed: what is linked through one is found where the variable gets its value.
    """
    out = BuildFacts(path, LANGUAGE)
    automake = path.endswith((".am", ".in"))
    stack: list[tuple[Guard, Guard]] = []  # of each open ifeq: what was tried before, the branch read now
    for number, line in _lines(decoded(data, path)):
        word = line.split(None, 1)[0] if line.split() and not line.startswith("\t") else ""  # a tab: shell
        if word in ("ifeq", "ifneq", "ifdef", "ifndef", "else", "endif") or (word == "if" and automake):
            _branch(word, line.strip(), number, stack)
            continue
        guard = ALWAYS
        for _, taken in stack:
            guard = both(guard, taken)
        _line(line, number, guard, out)
    return out.extraction()


def _line(line: str, number: int, guard: Guard, out: BuildFacts) -> None:
    for found in _LINKED.finditer(line):
        for one in linked(found[1], guard):
            out.links(one.name, number, guard)
    for found in _FRAMEWORK.finditer(line):
        out.links(found[1], number, guard)
    for found in _PKG_CONFIG.finditer(line):
        for word in found[1].split():
            if re.match(r"[A-Za-z][\w.+-]*\Z", word):
                out.package("pkgconfig", word, number, "", guard)
    if _EMCC.search(line):
        out.fact("setting", "build/emscripten", number, "", guard)
    for name, value, _ in emscripten_settings(line.split()):
        out.fact("setting", name, number, value, guard)


def _branch(word: str, line: str, number: int, stack: list[tuple[Guard, Guard]]) -> None:
    if word == "else":
        rest = line.split(None, 1)[1] if " " in line else ""
        if not stack:
            raise ValueError(f"line {number}: else without ifeq")
        before, _ = stack.pop()
        if rest.startswith("if"):
            guard = _condition(rest)
            stack.append((both(before, negated(guard)), both(before, guard)))
        else:
            stack.append((NEVER, before))
    elif word == "endif":
        if not stack:
            raise ValueError(f"line {number}: endif without ifeq")
        stack.pop()
    else:
        if len(stack) >= _NESTED:
            raise ValueError(f"conditions nested more than {_NESTED} deep")
        guard = _condition(line)
        stack.append((negated(guard), guard))


def _condition(line: str) -> Guard:
    if found := _DEFINED.match(line):
        guard = Guard("defined", f"make({found[2]})")
        return negated(guard) if found[1] == "ifndef" else guard
    if line.startswith("if "):
        name = line[3:].strip()
        guard = Guard("defined", f"make({name.removeprefix('!')})")
        return negated(guard) if name.startswith("!") else guard
    found = _COMPARED.match(line)
    if found is None:
        return Guard("condition", f"make: {line}"[:200])
    left, right = (found[2].strip(), found[3].strip()) if found[2] is not None else (found[4], found[5])
    named = _NAMED.match(left) or _NAMED.match(right)
    value = right if _NAMED.match(left) else left
    if named is None or "$" in value:
        guard = Guard("condition", f"make: {left} = {right}"[:200])
    elif value == "":
        guard = negated(Guard("defined", f"make({named[1]})"))
    else:
        guard = Guard("defined", f"make({named[1]}={value})")
    return negated(guard) if found[1] == "ifneq" else guard


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines without comments, continued ones joined, with the number of their first."""
    whole = ""
    start = 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if not whole:
            start = number
        if line.endswith("\\") and not line.endswith("\\\\"):
            whole += line[:-1] + " "
            continue
        joined = whole + line
        whole = ""
        yield start, _without_comment(joined).rstrip()
    if whole:
        yield start, _without_comment(whole).rstrip()


def _without_comment(line: str) -> str:
    at = line.find("#")
    return line if at < 0 or line[at - 1 : at] == "\\" else line[:at]
