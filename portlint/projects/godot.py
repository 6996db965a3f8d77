"""Godot projects and addons: the engine's projects, their plugins, and the libraries that manifests name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

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
        for component in extraction.components:
            if component.kind != "plugin":
                continue
            known = components.get(component.id)
            if known is None or (component.version and not known.version):
                components[component.id] = component
            project = project_of(path)
            if project:
                scope: Scope = "run" if path.endswith(MANIFESTS) else "editor"
                edges.append(Dependency(f"project:{project.path}", component.id, scope, path, 1))


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
