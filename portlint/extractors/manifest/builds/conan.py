"""Packages that `conanfile.txt` and `conanfile.py` ask for."""

from __future__ import annotations

import ast
import posixpath
import re

from portlint.extractors.manifest.builds.build_facts import BuildFacts
from portlint.extractors.manifest.builds.build_text import decoded
from portlint.extractors.manifest.builds.scons_python import called, calls, guarded, parse, strings
from portlint.model.component import Scope
from portlint.model.extraction import Extraction
from portlint.model.guard import ALWAYS, Guard

NAME = "conan"
VERSION = 1
LANGUAGE = "conan"

# docs.conan.io, "conanfile.txt" and "requirements()": what a section, an attribute or a method asks for.
_SCOPES: dict[str, Scope] = {
    "requires": "run",
    "tool_requires": "build",
    "build_requires": "build",
    "test_requires": "test",
    "python_requires": "build",
}
_REFERENCE = re.compile(r"([a-z0-9_][\w+.-]*)/(\[[^\]]*\]|[^\s@#/]+)(?:[@#]\S*)?\Z", re.IGNORECASE)
_SECTION = re.compile(r"\[(\w+)\]\s*\Z")


def wants(path: str) -> bool:
    return posixpath.basename(path) in ("conanfile.txt", "conanfile.py")


def extract(path: str, data: bytes) -> Extraction:
    """`package` facts `conan/<name>`, their value the version or its range, under `conan(os=Windows)`,
    `conan(option=<name>)`. A Python recipe is read, never run. Raises ValueError for what is no recipe.
    """
    text = decoded(data, path)
    out = BuildFacts(path, LANGUAGE)
    if path.endswith(".py"):
        _recipe(text, out)
    else:
        _sections(text, out)
    return out.extraction()


def _sections(text: str, out: BuildFacts) -> None:
    section = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        if found := _SECTION.match(line):
            section = found[1]
        elif not section:
            raise ValueError(f"line {number}: text in front of the first section")
        elif section in _SCOPES:
            _reference(line, number, _SCOPES[section], ALWAYS, out)


def _recipe(text: str, out: BuildFacts) -> None:
    for statement, guard in guarded(parse(text).body, _named):
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            scope = _SCOPES.get(statement.targets[0].id)
            for reference in strings(statement.value) if scope else ():
                _reference(reference, statement.lineno, scope or "run", guard, out)
            continue
        for call in calls(statement):
            scope = _SCOPES.get(called(call))
            if not scope or not call.args:
                continue
            found = strings(call.args[0])
            for reference in found:
                _reference(reference, call.lineno, scope, guard, out)
            if not found:
                out.unresolved(ast.unparse(call))


def _reference(text: str, line: int, scope: Scope, guard: Guard, out: BuildFacts) -> None:
    found = _REFERENCE.match(text.strip())
    if found is None:
        out.unresolved(text)
        return
    out.package("conan", found[1], line, found[2], guard, scope)


def _named(asked: ast.expr) -> str:
    """`conan(os)` for `self.settings.os`, `conan(option=ssl)` for `self.options.ssl`."""
    if isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Attribute):
        if asked.value.attr == "settings":
            return f"conan({asked.attr})"
        if asked.value.attr == "options":
            return f"conan(option={asked.attr})"
    return ""
