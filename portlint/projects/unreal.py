"""Unreal projects and plug-ins of a tree: projects, components, and the edges between them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from portlint.model.component import Component, Dependency, Project, Provenance, Scope
from portlint.model.extraction import Extraction
from portlint.projects.locate import is_in, kept, merge

KINDS = ("unreal", "unreal-addon")
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")
_EDITOR = ("Editor", "EditorNoCommandlet", "EditorAndProgram", "UncookedOnly", "Developer", "DeveloperTool", "Program")
_TESTS = re.compile(r"Tests?\Z")


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """Folders with a `.uproject` (kind `unreal`), and plug-ins outside of any (kind `unreal-addon`), by path.

    The version is that of the engine association, for a plug-in the one that it was made for; "" for an engine built
    from source, which a GUID or nothing at all stands for.
    """
    found: dict[str, Project] = {}
    for path, extraction in extractions.items():
        if path.endswith(".uproject") and (told := extraction.says("unreal/engine-association")):
            folder = posixpath.dirname(path) or "."
            known = found.get(folder)
            if known is None or not known.engine_version:
                found[folder] = Project(folder, "unreal", version_of(told.value))
    games = list(found)
    for path, extraction in extractions.items():
        if path.endswith(".uplugin") and extraction.says("unreal/plugin/name"):
            folder = posixpath.dirname(path) or "."
            if folder not in found and not any(is_in(path, game) for game in games):
                engine = extraction.says("unreal/plugin/engine-version")
                found[folder] = Project(folder, "unreal-addon", version_of(engine.value) if engine else "")
    return [found[folder] for folder in sorted(found)]


def version_of(association: str) -> str:
    """`5.4` from an engine association or version; "" for a GUID and for nothing."""
    match = _VERSION.match(association.strip().lstrip("vV"))
    return match[0] if match else ""


def components_and_edges(
    extractions: Mapping[str, Extraction], found: Sequence[Project]
) -> tuple[list[Component], list[Dependency]]:
    """Components and edges of Unreal projects: projects, plug-ins, modules, plug-ins of the engine as packages.

    `found`: what `find` found. Modules are the folders of their build scripts. Edges from a module to a plug-in
    follow the names of modules; an edge to a plug-in that is switched on carries the platforms as condition.
    """
    components: dict[str, Component] = {}
    edges: list[Dependency] = []
    for project in found:
        components[f"project:{project.path}"] = _project(project, extractions)
    plugins = _plugins(extractions, components)
    modules = _modules(extractions, components)
    for path, extraction in extractions.items():
        owner = _owner(path, extraction, found)
        if not owner:
            continue
        for fact in extraction.facts:
            if fact.kind == "package" and fact.name.startswith("unreal/"):
                name = fact.name.removeprefix("unreal/")
                target = plugins.get(name) or _engine_plugin(name, components)
                edges.append(Dependency(owner, target, "run", path, fact.location.line, fact.guard))
            elif fact.name.startswith("unreal/module/") and fact.name[14:] in modules:
                scope: Scope = "editor" if fact.value in _EDITOR else "run"
                edges.append(Dependency(owner, modules[fact.name[14:]], scope, path, fact.location.line, fact.guard))
    for path, extraction in extractions.items():
        own = extraction.says("unreal/build/module")
        source = modules.get(own.value) if own else None
        for fact in extraction.facts if source else ():
            if fact.name == "unreal/build/needs" and modules.get(fact.value, source) != source:
                edges.append(
                    Dependency(str(source), modules[fact.value], "build", path, fact.location.line, fact.guard)
                )
    edges += _loose_plugins(extractions, found, edges)
    kept = [each for each in edges if each.source in components and each.target in components]
    return [components[key] for key in sorted(components)], list(dict.fromkeys(kept))


def libraries_named(extractions: Iterable[Extraction]) -> frozenset[str]:
    """Base names of the libraries that build scripts name: they are judged by their scripts, not by lying there.

    An import library stands for the DLL of its name.
    """
    names: set[str] = set()
    for extraction in extractions:
        for fact in extraction.facts:
            if fact.language == "unreal" and fact.kind in ("links", "may-load", "ships"):
                names.add(fact.name)
                if fact.name.endswith(".lib"):
                    names.add(fact.name[:-4] + ".dll")
    return frozenset(names)


def nearest(path: str, found: Sequence[Project]) -> Project | None:
    """The project with the deepest folder that holds a file."""
    holding = [each for each in found if is_in(path, each.path)]
    return max(holding, key=lambda each: 0 if each.path == "." else len(each.path), default=None)


def _project(project: Project, extractions: Mapping[str, Extraction]) -> Component:
    for path in sorted(extractions):
        if path.endswith((".uproject", ".uplugin")) and (posixpath.dirname(path) or ".") == project.path:
            for each in extractions[path].components:
                return Component(f"project:{project.path}", "project", each.name, project.path, each.version)
    return Component(f"project:{project.path}", "project", posixpath.basename(project.path), project.path)


def _plugins(extractions: Mapping[str, Extraction], components: dict[str, Component]) -> dict[str, str]:
    """Ids by name of the plug-ins in the tree; a plug-in that is a project of its own is that project."""
    found: dict[str, str] = {}
    for path, extraction in extractions.items():
        if not path.endswith(".uplugin"):
            continue
        for component in extraction.components:
            identity = f"project:{component.path}"
            if identity not in components or path.count("/") != (component.path + "/x").count("/"):
                identity = component.id
                components.setdefault(identity, component)
            found[component.name] = identity
    return found


def _modules(extractions: Mapping[str, Extraction], components: dict[str, Component]) -> dict[str, str]:
    kinds = {
        fact.name[14:]: fact.value
        for extraction in extractions.values()
        for fact in extraction.facts
        if fact.name.startswith("unreal/module/")
    }
    found: dict[str, str] = {}
    for path, extraction in extractions.items():
        if told := extraction.says("unreal/build/module"):
            folder = posixpath.dirname(path) or "."
            provenance: Provenance = "editor" if kinds.get(told.value) in _EDITOR else "first-party"
            if extraction.says("unreal/build/external"):
                provenance = "vendored"
            elif _TESTS.search(told.value):
                provenance = "test"
            identity = f"module:{folder}"
            components[identity] = Component(identity, "module", told.value, folder, provenance=provenance)
            found[told.value] = identity
    return found


def _owner(path: str, extraction: Extraction, found: Sequence[Project]) -> str:
    if not path.endswith((".uproject", ".uplugin")):
        return ""
    folder = posixpath.dirname(path) or "."
    if any(project.path == folder for project in found):
        return f"project:{folder}"
    return next((each.id for each in extraction.components), "")


def _engine_plugin(name: str, components: dict[str, Component]) -> str:
    """A plug-in that is not in the tree: the engine's own, or one that is installed beside it."""
    identity = f"package:unreal/{name}"
    components.setdefault(identity, Component(identity, "package", name, "", provenance="first-party"))
    return identity


def _loose_plugins(
    extractions: Mapping[str, Extraction], found: Sequence[Project], edges: Iterable[Dependency]
) -> list[Dependency]:
    """Plug-ins in a project's folder that its manifest does not name: the engine may switch them on by default."""
    reached = {each.target for each in edges}
    out = []
    for path, extraction in extractions.items():
        if path.endswith(".uplugin") and (project := nearest(path, found)):
            for component in extraction.components:
                if component.id not in reached and component.path != project.path:
                    out.append(Dependency(f"project:{project.path}", component.id, "run", path, 1))
    return out


def add(
    extractions: Mapping[str, Extraction],
    locate: Callable[[str], Project | None],
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Add the components and edges of Unreal projects to those that are known already."""
    own, more = components_and_edges(extractions, kept(find(extractions), locate))
    merge(own, components)
    edges.extend(more)
