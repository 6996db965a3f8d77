"""Which projects and components a tree holds, from what the extractors said of its files."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from types import ModuleType

import msgspec

from portlint.graph import Graph
from portlint.model.component import Component, Dependency, Project, Provenance
from portlint.model.extraction import Extraction, FileRecord
from portlint.model.package import Package
from portlint.projects import (
    builds,
    containers,
    dotnet,
    go,
    godot,
    native,
    node,
    other_engines,
    python,
    rust,
    unity,
    unreal,
)
from portlint.projects.libraries import add_libraries
from portlint.projects.locate import Locator, inside
from portlint.provenance import folder_provenance

# Each has `find` (projects in a tree) and `add` (their components and edges). Where two find a project in the same
# folder, the first one's counts.
_LANGUAGES = (go, rust, dotnet, node, python)
ECOSYSTEMS: tuple[ModuleType, ...] = (*(godot, unity, unreal, other_engines), *_LANGUAGES, *(builds, containers))
_CI = frozenset({"ci", ".ci", ".github"})
_HELPERS = frozenset({"doc", "docs", "documentation", "refdoc", "sh", "scripts", "ci", ".github"})


class Layout(msgspec.Struct, frozen=True):
    """Projects by path (the root's first), the graph of everything in the tree, and whose a file is.

    `known`: the packages that binaries were recognised as, by the path of the library component.
    """

    projects: tuple[Project, ...]
    graph: Graph
    project_of: Locator
    known: Mapping[str, Package] = {}


def layout(name: str, extractions: Mapping[str, Extraction], records: Sequence[FileRecord]) -> Layout:
    """`name` is what the root is called where nothing names it better."""
    found: dict[str, Project] = {}
    for ecosystem in ECOSYSTEMS:
        for project in ecosystem.find(extractions):
            helps = _serves_the_tree(project.path) if ecosystem in _LANGUAGES else _lies_in(project.path, _CI)
            if not helps:
                found.setdefault(project.path, project)
    projects = list(found.values())
    projects += native.find_loose(extractions, Locator(projects), alone=not projects)
    ordered = tuple(sorted(projects, key=lambda each: each.path))
    locate = Locator(ordered)
    components = {f"project:{each.path}": _project_component(each, name, extractions) for each in ordered}
    edges: list[Dependency] = []
    for ecosystem in ECOSYSTEMS:
        ecosystem.add(extractions, locate, components, edges)
    native.add_folders(extractions, locate, components, edges)
    known = add_libraries(extractions, records, locate, components, edges)
    return Layout(ordered, Graph(components.values(), edges), locate, known)


def _project_component(project: Project, name: str, extractions: Mapping[str, Extraction]) -> Component:
    for extraction in (extractions.get(posixpath.normpath(posixpath.join(project.path, "project.godot"))),):
        for component in extraction.components if extraction else ():
            if component.kind == "project":
                return component
    title = name if project.path == "." else posixpath.basename(project.path)
    return Component(f"project:{project.path}", "project", title, project.path)


def _serves_the_tree(folder: str) -> bool:
    """Whether a project in a language of tools writes the documentation, runs in CI or the like, and never ships."""
    labelled = folder != "." and folder_provenance(folder) not in ("first-party", "vendored")
    return labelled or _lies_in(folder, _HELPERS)


def _lies_in(folder: str, names: frozenset[str]) -> bool:
    return not names.isdisjoint(folder.split("/"))


def provenance_in(arranged: Layout, path: str) -> Provenance:
    """The label of a file: its folder's where that says something, else its component's."""
    label = folder_provenance(posixpath.dirname(inside(path, arranged.project_of(path))))
    owner = arranged.graph.owner(path)
    return owner.provenance if label == "first-party" and owner else label
