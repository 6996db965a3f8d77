"""Units of the C family that the tree's CMake files leave out on a target."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from portlint.judge.tree import Tree
from portlint.model.catalog import Target
from portlint.model.fact import Fact
from portlint.model.guard import Guard
from portlint.projects import ships
from portlint.projects.locate import inside
from portlint.provenance import provenance

# Another build may take what CMake leaves out.
_OTHER_BUILDS = (
    "makefile", "gnumakefile", "makefile.am", "meson.build", "sconstruct", "scsub", "premake5.lua", "premake4.lua",
    "xmake.lua", "build.zig", "android.mk", "build.bazel", "configure.ac",
)  # fmt: skip
_OTHER_ENDINGS = (".vcxproj", ".pro", ".gyp", ".xcodeproj/project.pbxproj")
_PORTED = ("(EMSCRIPTEN)", "(WASI)", "=Emscripten)", "=WASI)")
_MOST = 200_000  # comparisons of a name with a pattern: a tree beyond is taken to build everything


def unbuilt(tree: Tree, target: Target, linux: Target, units: Sequence[str]) -> frozenset[str]:
    """Sources that are named under conditions alone that the target rules out; and, where CMake is the only build,
    sources that nothing names although it names others of their folder: Dear ImGui comes with a dozen back ends.

    What Linux builds counts although the target has another answer, unless the condition speaks of the target: where
    `if(UNIX)` has no branch beside it, the program lacks that file and does not work without.
    """
    facts = [
        (posixpath.dirname(path), fact)
        for path, extraction in tree.extractions.items()
        for fact in extraction.facts
        if fact.kind == "setting" and fact.name in ("cmake/source", "cmake/mention", "cmake/glob")
        if provenance(inside(path, tree.layout.project_of(path))) not in ("test", "example")
    ]
    if not facts:
        return frozenset()
    by_name: dict[str, list[str]] = {}
    for unit in units:
        by_name.setdefault(posixpath.basename(unit), []).append(unit)
    guards: dict[str, list[Guard]] = {}
    for unit, fact in _named(facts, "cmake/source", by_name):
        guards.setdefault(unit, []).append(fact.guard)
    ruled_out = {
        unit
        for unit, many in guards.items()
        if all(_rules_out(guard, target) and (_rules_out(guard, linux) or _speaks_of_wasm(guard)) for guard in many)
    }
    return frozenset(ruled_out | (_passed_over(facts, units, by_name, guards) if _is_only_build(tree) else set()))


def _rules_out(guard: Guard, target: Target) -> bool:
    return guard.holds(target.features, target.lacks) is False


def _speaks_of_wasm(guard: Guard) -> bool:
    return any(word in str(guard) for word in _PORTED)


def _named(facts: Iterable[tuple[str, Fact]], name: str, by_name: Mapping[str, list[str]]) -> list[tuple[str, Fact]]:
    """Units with the facts that name them: by their path, or else every unit whose path ends so."""
    found = []
    for folder, fact in facts:
        if fact.name != name:
            continue
        path = posixpath.normpath(posixpath.join(folder, fact.value))
        alike = by_name.get(posixpath.basename(path), [])
        tail = posixpath.normpath(fact.value).replace("../", "")
        meant = [path] if path in alike else [each for each in alike if f"/{each}".endswith(f"/{tail}")]
        found += [(unit, fact) for unit in meant]
    return found


def _passed_over(
    facts: Sequence[tuple[str, Fact]],
    units: Sequence[str],
    by_name: Mapping[str, list[str]],
    guards: Collection[str],
) -> set[str]:
    folders = {posixpath.dirname(unit) for unit in guards}
    mentioned = {posixpath.basename(fact.value) for _, fact in facts if fact.name != "cmake/glob"}
    patterns = {
        fact.value if fact.value.startswith("*") else posixpath.normpath(posixpath.join(folder, fact.value))
        for folder, fact in facts
        if fact.name == "cmake/glob"
    }
    asked = [
        unit
        for unit in units
        if posixpath.dirname(unit) in folders and unit not in guards and posixpath.basename(unit) not in mentioned
    ]
    if len(asked) * len(patterns) > _MOST:
        return set()
    return {unit for unit in asked if not any(fnmatchcase(unit, pattern) for pattern in patterns)}


def _is_only_build(tree: Tree) -> bool:
    return not any(
        (posixpath.basename(path).lower() in _OTHER_BUILDS or path.endswith(_OTHER_ENDINGS))
        and ships(path, tree.layout.project_of(path))
        for path in tree.paths
    )
