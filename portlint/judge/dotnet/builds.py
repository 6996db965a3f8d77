"""The facts of a .NET project as a build for one target has them: its files, its symbols, its packages.

A solution holds many projects, each with frameworks and symbols of its own; a file is judged as the project compiles
it that it belongs to. Files that no project compiles say nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from portlint.judge.unity.symbols import resolved
from portlint.model.catalog import Family, Target
from portlint.model.component import Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import NEVER, Guard
from portlint.projects.dotnet import shipped, version_of, versions
from portlint.projects.dotnet_builds import Build, builds
from portlint.projects.dotnet_symbols import Symbols, symbols_of
from portlint.projects.locate import is_in

KIND = "dotnet"


class Builds:
    """The project files of one tree, and what each comes to on a family of targets. One object serves a whole scan.

    `extractions` are those of the whole tree: what a project inherits may lie above its folder.
    """

    def __init__(self, extractions: Mapping[str, Extraction]) -> None:
        self._known = builds(extractions)
        self._shipped = shipped(self._known)
        self._symbols: dict[tuple[str, Family], Symbols] = {}
        self._by_folder: dict[str, list[Build]] = {}
        for build in self._known.values():
            self._by_folder.setdefault(build.folder, []).append(build)

    def of(self, project: Project) -> list[Build]:
        """The builds below a project's folder that ship."""
        return [build for build in self._known.values() if is_in(build.folder, project.path) and self.ships(build)]

    def ships(self, build: Build) -> bool:
        return build.path in self._shipped

    def symbols(self, build: Build, family: Family) -> Symbols:
        if (build.path, family) not in self._symbols:
            self._symbols[build.path, family] = symbols_of(build, family)
        return self._symbols[build.path, family]

    def build_of(self, path: str) -> Build | None:
        """The project that compiles a C# file: the nearest one at or above it, else one that includes it."""
        folder = path.rpartition("/")[0] or "."
        while True:
            for build in self._by_folder.get(folder, ()):
                if build.compiles(path):
                    return build
            if folder == ".":
                break
            folder = folder.rpartition("/")[0] or "."
        return next((build for build in self._known.values() if build.compiles(path)), None)


def effective_facts(project: Project, files: Mapping[str, Extraction], known: Builds, target: Target) -> list[Fact]:
    """The facts of a project's C# files as the target's build has them: guards without what the build settles.

    Facts of files that no project compiles, or that only tests compile, are left out. Names of the target
    (`feature(web)`) that its profile lists are left to the profile.
    """
    found: list[Fact] = []
    for path, extraction in files.items():
        if not path.endswith(".cs"):
            continue
        build = known.build_of(path)
        if build is None or not known.ships(build):
            continue
        symbols = known.symbols(build, target.family)
        found += [_settled(fact, symbols, target) for fact in extraction.facts]
    return found


def packages_of(build: Build, symbols: Symbols) -> list[Fact]:
    """The packages that a build references on the target, each with the version that is known and what is left of
    its condition; `nuget/<name>` facts at the place of the reference.
    """
    central = versions(build)
    found = []
    for fact in build.facts:
        if fact.kind != "package":
            continue
        guard = resolved(fact.guard, symbols.settle)
        if guard != NEVER:
            found.append(msgspec.structs.replace(fact, guard=guard, value=version_of(fact, build, central)))
    return found


def _settled(fact: Fact, symbols: Symbols, target: Target) -> Fact:
    def settle(name: str) -> bool | None:
        if name in target.features or name in target.lacks:
            return name in target.features
        return symbols.settle(name)

    guard: Guard = resolved(fact.guard, settle)
    return fact if guard == fact.guard else msgspec.structs.replace(fact, guard=guard)
