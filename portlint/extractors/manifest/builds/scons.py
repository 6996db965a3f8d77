"""Libraries, packages and targets of SCons files (`SConstruct`, `SCsub`), as far as they are literal."""

from __future__ import annotations

import ast
import posixpath
import re

from portlint.extractors.manifest.builds.build_facts import PROJECT, BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded, emscripten_settings
from portlint.extractors.manifest.builds.cmake_links import linked
from portlint.extractors.manifest.builds.scons_python import called, calls, guarded, parse, strings
from portlint.model.extraction import Extraction
from portlint.model.guard import Guard

NAME = "scons"
VERSION = 1
LANGUAGE = "scons"

_NAMES = frozenset({"SConstruct", "SConscript", "SCsub", "sconstruct", "Sconstruct"})
_BUILDERS = frozenset({"Program", "SharedLibrary", "StaticLibrary", "Library", "LoadableModule"})
_FLAGS = frozenset({"LINKFLAGS", "CCFLAGS", "CXXFLAGS", "CFLAGS", "SHLINKFLAGS"})
_PKG_CONFIG = re.compile(r"pkg-config\s+([^|;&`]+)")


def wants(path: str) -> bool:
    return posixpath.basename(path) in _NAMES


def extract(path: str, data: bytes) -> Extraction:
    """`links` and `package` (`pkgconfig/<name>`) facts and targets under guards `scons(platform=windows)`.

    Raises ValueError for what is no Python 3.
    """
    out = BuildFacts(path, LANGUAGE)
    for statement, guard in guarded(parse(decoded(data, path)).body, _named):
        for call in calls(statement):
            _call(call, guard, out)
        if isinstance(statement, ast.Assign | ast.AugAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(_key(each) == "LIBS" for each in targets):
                _libraries(statement.value, guard, PROJECT, out)
    return out.extraction()


def _call(call: ast.Call, guard: Guard, out: BuildFacts) -> None:
    name = called(call)
    source = PROJECT
    if name in _BUILDERS and call.args:
        target = next((text for text in strings(call.args[0])), "")
        if target:
            out.fact("setting", "scons/target", call.lineno, f"{target} {name}", guard)
            source = out.target(target, call.lineno, guard)
    if name in ("ParseConfig", "MergeFlags") and call.args:
        for text in strings(call.args[0]):
            for found in _PKG_CONFIG.finditer(text):
                for word in found[1].split():
                    if not word.startswith("-"):
                        out.package("pkgconfig", word, call.lineno, "", guard)
    for keyword in call.keywords:
        if keyword.arg == "LIBS":
            _libraries(keyword.value, guard, source, out)
        elif keyword.arg in _FLAGS:
            _flags(keyword.value, guard, source, out)


def _libraries(value: ast.expr, guard: Guard, source: str, out: BuildFacts) -> None:
    texts = strings(value)
    for text in texts:
        for one in linked(text, guard):
            if one.name:
                out.links(one.name, value.lineno, one.guard, source)
    if not texts and not (isinstance(value, ast.List) and not value.elts):
        out.unresolved(f"LIBS={ast.unparse(value)}")


def _flags(value: ast.expr, guard: Guard, source: str, out: BuildFacts) -> None:
    words = [word for text in strings(value) for word in text.split()]
    for name, setting, _ in emscripten_settings(words):
        out.fact("setting", name, value.lineno, setting, guard)
    for at, word in enumerate(words):
        text = f"{word} {words[at + 1]}" if word == "-framework" and at + 1 < len(words) else word
        if text.startswith(("-l", "-framework ")):
            for one in linked(text, guard):
                out.links(one.name, value.lineno, one.guard, source)


def _named(asked: ast.expr) -> str:
    """`scons(platform)` for `env["platform"]`, `scons(sys.platform)` for `sys.platform`."""
    key = _key(asked)
    if key:
        return f"scons({key})"
    if isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Name):
        return f"scons({asked.value.id}.{asked.attr})"
    return f"scons({asked.id})" if isinstance(asked, ast.Name) else ""


def _key(value: ast.expr) -> str:
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
        return value.slice.value if isinstance(value.slice.value, str) else ""
    if isinstance(value, ast.Call) and called(value) == "get" and value.args:
        return next(iter(strings(value.args[0])), "")
    return ""
