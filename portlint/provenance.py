"""Whose code a file is, as far as its folders tell: first-party, vendored, test, example, tool ..."""

from __future__ import annotations

import re
from functools import lru_cache

from portlint.model.component import Provenance

# What a folder's name (lower case) says of everything below it. Conventions only: a label removes nothing by itself,
# it is shown and the judge decides. The bar for this table is that the name means the same in a game's own sources:
# `target` is Cargo's output and an aim trainer's scene, `build` is CMake's output and a city builder's scripts.
ANYWHERE: dict[str, Provenance] = {
    # somebody else's code, kept in the tree
    "third_party": "vendored",
    "third-party": "vendored",
    "thirdparty": "vendored",
    "3rdparty": "vendored",
    "3rd_party": "vendored",
    "3rd-party": "vendored",
    "extern": "vendored",
    "external": "vendored",
    "externals": "vendored",
    "vendor": "vendored",
    "vendored": "vendored",
    "deps": "vendored",
    "contrib": "vendored",
    "node_modules": "vendored",
    "subprojects": "vendored",  # Meson's wraps
    "godot-cpp": "vendored",
    "_deps": "vendored",  # CMake's FetchContent
    "packagecache": "vendored",  # Unity's Library/PackageCache
    # tests
    "test": "test",
    "tests": "test",
    "unittest": "test",
    "unittests": "test",
    "unit-test": "test",
    "unit_test": "test",
    "unit_tests": "test",
    "__tests__": "test",
    "e2e": "test",
    "e2e-tests": "test",
    "e2e_tests": "test",
    "integration-tests": "test",
    "integration_tests": "test",
    "fuzzing": "test",
    "fuzztest": "test",
    "testdata": "test",
    "catch2": "test",
    "doctest": "test",
    "googletest": "test",
    "gtest": "test",
    # examples
    "example": "example",
    "examples": "example",
    "samples~": "example",  # Unity packages
    # what builds and checks it
    "ci": "tool",
    ".ci": "tool",
    ".github": "tool",
    ".yamato": "tool",  # Unity's
    "dotnet-tools": "tool",
    # made by a build or an import
    "cmakefiles": "build-output",
    ".godot": "build-output",
    ".import": "build-output",
    ".mono": "build-output",
    ".vs": "build-output",
}

# Names that are a convention only at the top of a project.
AT_TOP: dict[str, Provenance] = {
    "libs": "vendored",  # with a folder below: `libs/enet/host.c`; `lib` is as often a project's own layout
    "dependencies": "vendored",
    "testing": "test",
    "testbed": "test",
    "benchmark": "test",
    "benchmarks": "test",
    "fuzz": "test",
    "spec": "test",
    "demo": "example",
    "demos": "example",
    "sample": "example",
    "samples": "example",
    "tools": "tool",
    "tool": "tool",
    "misc": "tool",
    ".pc": "tool",  # quilt, in Debian source trees
    "cmake": "tool",
    "m4": "tool",
    "doc": "tool",
    "docs": "tool",
    "debian": "tool",
    "build": "build-output",
    "builds": "build-output",
    "_build": "build-output",
    "out": "build-output",
    "dist": "build-output",
    "intermediate": "build-output",  # Unreal
    "deriveddatacache": "build-output",
}

PREFIXES: tuple[tuple[str, Provenance], ...] = (("cmake-build-", "build-output"),)

# These are output only above a build's configuration: `bin/Release`, `target/debug` (.NET, Cargo).
OUTPUT_FOLDERS = frozenset({"bin", "obj", "target"})
CONFIGURATIONS = frozenset({"debug", "release"})

# Unity compiles `Editor` folders for its editor alone. A lower-case `editor` is as often a game's level editor.
EDITOR_FOLDERS: frozenset[str] = frozenset({"Editor", "Editor Default Resources"})

# Godot addons that run in the editor or in tests and that a game does not ship.
ADDONS: dict[str, Provenance] = {"gut": "test", "gdunit4": "test", "vest": "test"}

# Libraries that Unreal builds for its editor, which plug-ins keep in Binaries.
_EDITOR_LIBRARIES = ("unrealeditor-", "libunrealeditor-", "ue4editor-", "libue4editor-")

# Sources of the build itself, wherever they lie.
BUILD_SCRIPTS = frozenset(
    {"sconstruct", "sconscript", "scsub", "premake4.lua", "premake5.lua", "conanfile.py", "setup.py"}
)

# What bundlers, test runners and formatters of JavaScript read. `app.config.ts` is as often a game's own.
_NODE_TOOL = re.compile(
    r"(?:webpack|vite|vitest|rollup|rspack|esbuild|parcel|snowpack|metro|babel|postcss|tailwind|jest|karma|playwright|"
    r"cypress|eslint|stylelint|prettier|commitlint|tsup)\.conf(?:ig)?(?:\.\w+)*\.[cm]?[jt]s|"
    r"webpack(?:\.\w+)+\.[cm]?[jt]s|(?:gulp|grunt)file(?:\.babel)?\.[cm]?[jt]s"
)

# Where several folders speak, the label that is surest not to ship wins: a vendored library's tests are tests.
_STRENGTH: tuple[Provenance, ...] = ("build-output", "test", "example", "editor", "vendored", "tool")


def provenance(path: str) -> Provenance:
    """The label of a file path relative to its project's folder.

    "binary" is never answered here: whether a file is a closed binary is read from its content.
    """
    folder, _, name = path.rpartition("/")
    label = folder_provenance(folder)
    small = name.lower()
    if label == "first-party" and small.startswith(_EDITOR_LIBRARIES):
        return "editor"
    is_tool = small in BUILD_SCRIPTS or small.endswith(".cmake") or _NODE_TOOL.fullmatch(small)
    return "tool" if label == "first-party" and is_tool else label


@lru_cache(maxsize=65_536)
def folder_provenance(folder: str) -> Provenance:
    """The label of a folder relative to its project's folder ("" for that one)."""
    names = folder.split("/") if folder else []
    labels = {_label(names, position) for position in range(len(names))}
    return next((label for label in _STRENGTH if label in labels), "first-party")


def _label(names: list[str], position: int) -> Provenance | None:
    if names[position] in EDITOR_FOLDERS:
        return "editor"
    name = names[position].lower()
    if name in ANYWHERE:
        return ANYWHERE[name]
    below = names[position + 1].lower() if position + 1 < len(names) else ""
    if position == 0 and name in AT_TOP and (name != "libs" or below):
        return AT_TOP[name]
    if name in OUTPUT_FOLDERS and below in CONFIGURATIONS:
        return "build-output"
    if position > 0 and names[position - 1] == "addons" and name in ADDONS:
        return ADDONS[name]
    if position > 1 and names[position - 2] == "addons" and name == "editor":
        return "editor"  # an addon's own: the half of it that the game does not load
    return next((label for prefix, label in PREFIXES if name.startswith(prefix)), None)
