"""Projects of the engines that `rules/engines.toml` lists, by the mark that a manifest's reader leaves."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence

from portlint.model.component import Component, Dependency, Project
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.projects.locate import kept, merge
from portlint.projects.unreal import find as find_unreal
from portlint.projects.unreal import nearest

MARK = "engine/"  # `engine/bevy`: the folder of the file is a project of this engine; the value is its version
EXTENSION = "/extension"  # `engine/defold/extension`: a native extension; the value is its name
# Where one folder bears several marks: the one that says more. A web game's packages lie in many a project's tools.
_WEAK = ("web-game", "pygame")
# Engines with one API: a game has one C# project a platform, and the one for the web may be KNI's.
_CSHARP = ("kni", "monogame", "fna", "stride")
_OF_OTHERS = ("project.godot", "ProjectSettings/ProjectVersion.txt", "ProjectSettings/ProjectSettings.asset")
_VENDORED = ("node_modules", "third_party", "thirdparty", "vendor", "site-packages", ".venv")


def projects(extractions: Mapping[str, Extraction], known: Sequence[Project] = ()) -> list[Project]:
    """Projects by path; none below a folder of `known` (Godot's, Unity's, Unreal's), none in fetched packages.

    Below a project of the same engine there is no second one: a workspace of Bevy crates, a solution of C# projects
    and the scripts of a LÖVE game are one project each.
    """
    marks: dict[str, tuple[str, str]] = {}
    solutions: dict[str, list[tuple[str, str]]] = {}
    for path, extraction in extractions.items():
        for fact in extraction.facts:
            engine = engine_of(fact)
            folder = posixpath.dirname(path) or "."
            if not engine or any(part in _VENDORED for part in folder.split("/")):
                continue
            if engine in _CSHARP:
                solutions.setdefault(engine, []).append((folder, fact.value))
                continue
            folder = _project_folder(engine, folder)
            held = marks.get(folder)
            if held is None or (held[0] in _WEAK and engine not in _WEAK) or (held[0] == engine and not held[1]):
                marks[folder] = engine, fact.value
    marks.update(_solution(solutions))
    found: list[Project] = []
    for folder in sorted(marks, key=lambda each: (each != ".", each)):
        engine, version = marks[folder]
        around = nearest(folder, [*known, *found])
        if around is None or (around not in known and around.kind != engine and engine not in _WEAK):
            found.append(Project(folder, engine, version))
    return sorted(found, key=lambda each: each.path)


def components_and_edges(
    extractions: Mapping[str, Extraction], found: Sequence[Project]
) -> tuple[list[Component], list[Dependency]]:
    """Components and edges of these projects: projects, native extensions, and packages that a manifest names."""
    components: dict[str, Component] = {}
    edges: list[Dependency] = []
    for project in found:
        title = posixpath.basename(project.path) if project.path != "." else ""
        components[f"project:{project.path}"] = Component(
            f"project:{project.path}", "project", title or project.kind, project.path
        )
    for path, extraction in extractions.items():
        project_here = nearest(path, found)
        if project_here is None or not any(is_of_engines(fact) for fact in extraction.facts):
            continue
        root = f"project:{project_here.path}"
        for component in extraction.components:
            if component.kind == "project":
                components[root] = Component(root, "project", component.name, project_here.path, component.version)
            elif component.id not in components:
                components[component.id] = component
                edges.append(Dependency(root, component.id, "run", path, 1))
        edges += [each for each in extraction.dependencies if each.target in components]
        for fact in extraction.facts:
            if fact.kind == "package" and is_of_engines(fact):
                identity = f"package:{fact.name}"
                ecosystem, _, name = fact.name.partition("/")
                purl = f"pkg:{ecosystem}/{name}"
                components.setdefault(identity, Component(identity, "package", name, "", fact.value, purl))
                edges.append(Dependency(root, identity, "run", path, fact.location.line, fact.guard))
    return [components[key] for key in sorted(components)], list(dict.fromkeys(edges))


def engine_of(fact: Fact) -> str:
    """The engine that a fact is a mark of, or ""."""
    if fact.kind != "setting" or not fact.name.startswith(MARK):
        return ""
    name = fact.name[len(MARK) :]
    return "" if "/" in name else name


def is_of_engines(fact: Fact) -> bool:
    return fact.language == "engine"


def extensions(files: Mapping[str, Extraction]) -> list[Fact]:
    """Native extensions, each by the fact that names it."""
    found = (fact for each in files.values() for fact in each.facts if is_of_engines(fact))
    return [fact for fact in found if fact.name.startswith(MARK) and fact.name.endswith(EXTENSION)]


def _solution(projects: Mapping[str, list[tuple[str, str]]]) -> dict[str, tuple[str, str]]:
    """C# projects of a tree as one, at the folder that they share; the engine is the first that any of them has."""
    engine = next((each for each in _CSHARP if each in projects), "")
    if not engine:
        return {}
    folders = {folder for rows in projects.values() for folder, _ in rows}
    shared = "." if "." in folders else posixpath.commonpath(sorted(folders)) or "."
    versions = sorted({version for _, version in projects[engine] if version[:1].isdigit()})
    return {shared: (engine, versions[-1] if versions else "")}


def _project_folder(engine: str, folder: str) -> str:
    """Ren'Py's scripts lie in `game`, below the project."""
    parts = folder.split("/")
    if engine == "renpy" and "game" in parts:
        return "/".join(parts[: parts.index("game")]) or "."
    return folder


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """Projects outside of those of Godot, Unity and Unreal."""
    known = [
        Project(path[: -len(file)].rstrip("/") or ".", "")
        for path in extractions
        for file in _OF_OTHERS
        if path == file or path.endswith(f"/{file}")
    ]
    return projects(extractions, [*known, *find_unreal(extractions)])


def add(
    extractions: Mapping[str, Extraction],
    locate: Callable[[str], Project | None],
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Add the components and edges of these projects to those that are known already."""
    own, more = components_and_edges(extractions, kept(find(extractions), locate))
    merge(own, components)
    edges.extend(more)
