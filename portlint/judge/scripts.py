"""Scripts beside a program in a compiled language: they build it or serve it, and do not ship with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portlint.extractors.source.c import family as c_family
from portlint.judge.tree import Tree
from portlint.model.extraction import Extraction

_COMPILED = ("native", "rust", "go")  # for engines see `projects.locate.ships`
_CODE = (".rs", ".go")
_SCRIPTS = (".py", ".js", ".mjs", ".cjs", ".ts")
_INTERPRETER = (
    "Python.h", "pybind11/", "boost/python", "nanobind/",
    "v8.h", "quickjs.h", "duktape.h", "jsapi.h", "jerryscript.h", "mujs.h",
)  # fmt: skip
_CRATES = (
    "cargo/pyo3", "cargo/rustpython", "cargo/rustpython-vm", "cargo/inline-python",
    "cargo/deno_core", "cargo/rquickjs", "cargo/boa_engine", "cargo/v8",
)  # fmt: skip


def scripts_beside(tree: Tree) -> frozenset[str]:
    """Python and JavaScript of projects that are mostly compiled code and embed no interpreter.

    A Python server with one extension in C keeps its scripts: it has more of them than of anything else.
    """
    return frozenset(
        path
        for project in tree.layout.projects
        if project.kind in _COMPILED
        for path in _beside(tree.by_project[project.path])
    )


def _beside(files: Mapping[str, Extraction]) -> Iterator[str]:
    scripts = [path for path, extraction in files.items() if path.endswith(_SCRIPTS) and extraction.facts]
    if not scripts or sum(c_family.is_unit(path) or path.endswith(_CODE) for path in files) <= len(scripts):
        return
    if not any(_embeds(extraction) for extraction in files.values()):
        yield from scripts


def _embeds(extraction: Extraction) -> bool:
    if extraction.outline is not None:
        return any(
            each.kind == "include" and any(name in each.text for name in _INTERPRETER)
            for each in extraction.outline.directives
        )
    return any(fact.kind == "package" and fact.name.partition("#")[0] in _CRATES for fact in extraction.facts)
