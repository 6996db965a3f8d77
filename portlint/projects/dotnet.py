"""C# programs and libraries outside of engines: solutions as projects, their modules, the graph of their packages."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from portlint.extractors.manifest.packages import csproj, csproj_solution
from portlint.extractors.manifest.packages.nuget import component as package_node
from portlint.model.component import Component, Dependency, Project, Provenance, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import ALWAYS
from portlint.projects.dotnet_builds import Build, builds
from portlint.projects.dotnet_symbols import best, expand, symbols_of
from portlint.projects.locate import Locator, is_in
from portlint.provenance import provenance

KIND = "dotnet"
_ENGINES = ("project.godot", "ProjectSettings/ProjectVersion.txt", "ProjectSettings/ProjectSettings.asset")
_SHOWN = ("first-party", "tool")


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """Projects that belong together, at the folder that they share; none of tests, examples, tools and engines alone.

    Together belong those that one solution lists and those that refer to each other.
    """
    known = builds(extractions)
    labels = roles(known)
    engines = _engine_folders(extractions)
    found: dict[str, Project] = {}
    groups = _groups(known, extractions)
    first = [group for group in groups if any(labels[build.path] == "first-party" for build in group)]
    for group in first or groups[:1]:
        home = _shared_folder([build.folder for build in group])
        if any(_is_marked(extractions[build.path]) for build in group):
            continue  # a game of MonoGame or one of its kin: a project of its engine
        if not any(build.is_program for build in group) and any(is_in(home, folder) for folder in engines):
            continue  # a library of a game
        found[home] = Project(home, KIND, _newest(group))
    return [found[home] for home in sorted(found)]


def shipped(known: Mapping[str, Build]) -> frozenset[str]:
    """The project files that count: first-party ones; where there are none, all but tests."""
    labels = roles(known)
    first = frozenset(path for path, label in labels.items() if label == "first-party")
    return first or frozenset(path for path, label in labels.items() if label != "test")


def roles(known: Mapping[str, Build]) -> dict[str, Provenance]:
    """What each project file is for, by its path: shipped, a test, a tool of the compiler, an example."""
    found: dict[str, Provenance] = {}
    for path, build in known.items():
        if build.is_test:
            found[path] = "test"
        elif build.is_tool or _is_analyzer(build):
            found[path] = "tool"
        else:
            label = provenance(path)
            found[path] = "first-party" if label == "editor" else label
    return found


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Project files as modules, packages with the versions that are known, and the edges between them all."""
    known = builds(extractions)
    labels = roles(known)
    ids: dict[str, str] = {}
    for path, build in known.items():
        project = project_of(path)
        if project is None or project.kind != KIND:
            continue
        if project.path == build.folder:
            ids[path] = f"project:{project.path}"
            components[ids[path]] = Component(ids[path], "project", build.name, project.path)
            continue
        ids[path] = f"module:{build.folder}"
        components.setdefault(
            ids[path], Component(ids[path], "module", build.name, build.folder, provenance=labels[path])
        )
    referred = {
        fact.value
        for path, build in known.items()
        if labels[path] in _SHOWN
        for fact in build.own
        if fact.name == csproj.PROJECT_REFERENCE
    }
    for path, identity in ids.items():
        project = project_of(path)
        if project and (path not in referred) and identity.startswith("module:"):
            edges.append(Dependency(f"project:{project.path}", identity, _scope(labels[path]), path, 1))
    locked = _locked(extractions, components, edges)
    for path, identity in ids.items():
        _add_edges(known[path], identity, _scope(labels[path]), ids, locked, extractions, components, edges)


def versions(build: Build) -> dict[str, str]:
    """The central versions that a project takes in, by package name in lower case."""
    properties = symbols_of(build, "container").properties
    return {
        fact.name[len(csproj.SHARED_VERSION) :].lower(): expand(fact.value, properties) or ""
        for fact in build.facts
        if fact.name.startswith(csproj.SHARED_VERSION)
    }


def version_of(fact: Fact, build: Build, central: Mapping[str, str]) -> str:
    """The version that a reference to a package comes to, "" where the tree does not say."""
    written = expand(fact.value, symbols_of(build, "container").properties) if fact.value else ""
    return written or central.get(fact.name.partition("/")[2].lower(), "")


def _add_edges(
    build: Build,
    identity: str,
    scope: Scope,
    ids: Mapping[str, str],
    locked: Mapping[str, Mapping[str, str]],
    extractions: Mapping[str, Extraction],
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    central, of_lock = versions(build), locked.get(build.folder, {})
    private = {(edge.path, edge.line) for edge in extractions[build.path].dependencies if edge.scope == "build"}
    for fact in build.facts:
        place = fact.location
        if fact.kind == "package":
            name = fact.name.partition("/")[2]
            node = package_node(name, version_of(fact, build, central))
            target = of_lock.get(name.lower(), node.id)
            if target == node.id:
                components.setdefault(node.id, node)
            edges.append(Dependency(identity, target, scope, place.path, place.line, fact.guard))
        elif fact.name == csproj.PROJECT_REFERENCE and fact.value in ids and ids[fact.value] != identity:
            if scope == "test":
                continue  # the shortest way to what ships must not lead through its tests
            of_edge: Scope = "build" if (place.path, place.line) in private else scope
            edges.append(Dependency(identity, ids[fact.value], of_edge, place.path, place.line, fact.guard))
    for edge in extractions[build.path].dependencies:
        if edge.scope == "build" and edge.target.startswith("nuget/"):
            name, _, version = edge.target[6:].partition("@")
            node = package_node(name, version if "$(" not in version else "")
            node = node if node.version else package_node(name, central.get(name.lower(), ""))
            components.setdefault(node.id, node)
            edges.append(Dependency(identity, node.id, "build", edge.path, edge.line, edge.condition))
    for target in set(of_lock.values()):
        lock = posixpath.normpath(f"{build.folder}/packages.config")
        if lock in extractions:
            edges.append(Dependency(identity, target, scope, lock, 1, ALWAYS))


def _locked(
    extractions: Mapping[str, Extraction], components: dict[str, Component], edges: list[Dependency]
) -> dict[str, dict[str, str]]:
    """Add what lock files hold; per folder the package ids by name in lower case."""
    found: dict[str, dict[str, str]] = {}
    for path, extraction in extractions.items():
        if posixpath.basename(path).lower() not in ("packages.lock.json", "packages.config"):
            continue
        components.update({each.id: each for each in extraction.components})
        own = found.setdefault(posixpath.dirname(path) or ".", {})
        for edge in extraction.dependencies:
            if edge.source.startswith("folder:"):
                own[edge.target.removeprefix("package:nuget/").partition("@")[0].lower()] = edge.target
            else:
                edges.append(edge)
    return found


def _groups(known: Mapping[str, Build], extractions: Mapping[str, Extraction]) -> list[list[Build]]:
    """Project files that ship, by what links them, in order of paths; what only serves tests is left out."""
    labels = roles(known)
    shown = [path for path in known if labels[path] in _SHOWN]
    leader = {path: path for path in shown}

    def top(path: str) -> str:
        while leader[path] != path:
            path = leader[path]
        return path

    def join(paths: Iterable[str]) -> None:
        tops = sorted({top(path) for path in paths if path in leader})
        for each in tops[1:]:
            leader[each] = tops[0]

    for path in shown:
        join([path, *(fact.value for fact in known[path].own if fact.name == csproj.PROJECT_REFERENCE)])
    for path, extraction in extractions.items():
        if path.endswith((".sln", ".slnx")):
            join([fact.value for fact in extraction.facts if fact.name == csproj_solution.MEMBER])
    found: dict[str, list[Build]] = {}
    for path in shown:
        found.setdefault(top(path), []).append(known[path])
    return list(found.values())


def _is_analyzer(build: Build) -> bool:
    """Whether only the compiler loads it: it is built against the compiler, in the framework that this demands."""
    packages = {fact.name for fact in build.own if fact.kind == "package"}
    packages |= {f"nuget/{fact.value}" for fact in build.values(csproj.PRIVATE)}
    is_of_compiler = any(name.startswith("nuget/Microsoft.CodeAnalysis.CSharp") for name in packages)
    return is_of_compiler and not build.is_program and symbols_of(build, "container").moniker == "netstandard2.0"


def _is_marked(extraction: Extraction) -> bool:
    return any(fact.language == "engine" and fact.name.startswith("engine/") for fact in extraction.facts)


def _engine_folders(extractions: Mapping[str, Extraction]) -> set[str]:
    return {
        path.removesuffix(file).rstrip("/") or "."
        for path in extractions
        for file in _ENGINES
        if path == file or path.endswith(f"/{file}")
    }


def _newest(group: Sequence[Build]) -> str:
    """The framework that the programs of a group are built for, as the version of the project."""
    chosen = [build for build in group if build.is_program] or list(group)
    return best([symbols_of(build, "container").moniker for build in chosen], "container")


def _shared_folder(folders: Sequence[str]) -> str:
    if "." in folders:
        return "."
    return posixpath.commonpath(folders) or "."


def _scope(label: Provenance) -> Scope:
    return {"test": "test", "tool": "build", "example": "test"}.get(label, "run")  # type: ignore[return-value]
