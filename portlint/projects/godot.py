"""Godot projects and addons: the engine's projects, their plugins, and the libraries that manifests name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

import msgspec

from portlint.model.component import Component, Dependency, Project, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.model.guard import Guard, both
from portlint.projects.libraries import library, library_path
from portlint.projects.locate import Locator, in_tree

MANIFESTS = (".gdextension", ".gdnlib")
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """The folders that hold a project.godot."""
    found = []
    for path, extraction in extractions.items():
        if posixpath.basename(path) == "project.godot":
            settings = {fact.name: fact.value for fact in extraction.facts}
            found.append(Project(posixpath.dirname(path) or ".", "godot", godot_version(settings)))
    return found


def godot_version(settings: Mapping[str, str]) -> str:
    """`4.7` from the features, else the major version that the file's format stands for, else ""."""
    found = _VERSION.search(settings.get("application/config/features", ""))
    if found:
        return found[0]
    return {"5": "4", "4": "3", "3": "3"}.get(settings.get("config_version", ""), "")


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Components and edges of what Godot's manifests say, wherever they lie."""
    _add_plugins(extractions, project_of, components, edges)
    _add_libraries(extractions, project_of, components, edges)


def _add_plugins(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    for path, extraction in extractions.items():
        project = project_of(path)
        for plugin in extraction.components:
            if plugin.kind != "plugin":
                continue
            component, scope = plugin, _scope(path)
            if project and scope == "editor" and _bears_the_name(plugin, project, extractions):
                # the game itself, kept where addons are: Material Maker's engine
                component = msgspec.structs.replace(plugin, id=f"module:{plugin.path}", kind="module")
                scope = "run"
            known = components.get(component.id)
            if known is None or (component.version and not known.version):
                components[component.id] = component
            if project:
                edges.append(Dependency(f"project:{project.path}", component.id, scope, path, 1))


def _scope(path: str) -> Scope:
    return "run" if path.endswith(MANIFESTS) else "editor"


def _bears_the_name(component: Component, project: Project, extractions: Mapping[str, Extraction]) -> bool:
    """Whether an addon's folder is called as the project itself is: `addons/material_maker` of "Material Maker"."""
    manifest = extractions.get(f"{project.path}/project.godot".removeprefix("./"))
    names = [fact.value for fact in manifest.facts if fact.name == "application/config/name"] if manifest else []
    folder = component.path.rpartition("/")[2]
    return any(_slug(name) == _slug(folder) != "" for name in names)


def _slug(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _add_libraries(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    for path, extraction in extractions.items():
        if not path.endswith(MANIFESTS):
            continue
        project = project_of(path)
        plugin = next((each.id for each in extraction.components if each.kind == "plugin"), "")
        for fact in extraction.facts:
            if fact.kind in ("ships", "links") and fact.value and plugin:
                file = library_path(in_tree(fact.value, project))
                components.setdefault(f"library:{file}", library(file))
                edges.append(Dependency(plugin, f"library:{file}", "run", path, fact.location.line, _condition(fact)))


def _condition(fact: Fact) -> Guard:
    guard = Guard()
    for tag in fact.name.split("."):
        guard = both(guard, Guard("defined", f"feature({tag})"))
    return guard
