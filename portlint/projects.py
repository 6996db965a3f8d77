"""Which projects and components a tree holds, from what the extractors said of its files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.extractors.source import c_family
from portlint.graph import Graph
from portlint.model.component import Component, ComponentKind, Dependency, Project, Scope
from portlint.model.extraction import Extraction, FileRecord
from portlint.model.fact import Fact
from portlint.model.guard import Guard, both
from portlint.provenance import folder_provenance, provenance

_VERSION = re.compile(r"\d+(?:\.\d+)+")
_SCOPES: dict[str, Scope] = {"test": "test", "example": "test", "editor": "editor", "tool": "build"}
_MANIFESTS = (".gdextension", ".gdnlib")
_GODOT_HEADER = re.compile(r'[<"](?:godot_cpp/|gdextension_interface\.h|gdnative_api_struct)')


class Locator:
    """Finds the project with the deepest folder that holds a file; remembers each answer, for it is asked often."""

    def __init__(self, projects: Iterable[Project]) -> None:
        self._by_path = {project.path: project for project in projects}
        self._known: dict[str, Project | None] = {"": self._by_path.get(".")}

    def __call__(self, path: str) -> Project | None:
        if path not in self._known:
            self._known[path] = self._by_path.get(path) or self(path.rpartition("/")[0])
        return self._known[path]


class Layout(msgspec.Struct, frozen=True):
    """Projects by path (the root's first), the graph of everything in the tree, and whose a file is."""

    projects: tuple[Project, ...]
    graph: Graph
    project_of: Locator


def layout(name: str, extractions: Mapping[str, Extraction], records: Sequence[FileRecord]) -> Layout:
    """`name` is what the root is called where nothing names it better."""
    projects = _engine_projects(extractions)
    of_engine = Locator(projects)
    loose = [path for path in _code(extractions) if of_engine(path) is None]
    if loose or not projects:
        manifests = [path for path in extractions if path.endswith(_MANIFESTS) and of_engine(path) is None]
        projects = [*projects, Project(".", _kind_of_loose(loose, manifests, extractions))]
    ordered = tuple(sorted(projects, key=lambda each: each.path))
    locate = Locator(ordered)
    components = {f"project:{each.path}": _project_component(each, name, extractions) for each in ordered}
    edges: list[Dependency] = []
    _add_plugins(extractions, locate, components, edges)
    _add_folders(extractions, locate, components, edges)
    _add_libraries(extractions, records, locate, components, edges)
    return Layout(ordered, Graph(components.values(), edges), locate)


def _engine_projects(extractions: Mapping[str, Extraction]) -> list[Project]:
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


def _code(extractions: Mapping[str, Extraction]) -> list[str]:
    return [
        path for path, extraction in extractions.items() if extraction.outline is not None and c_family.is_unit(path)
    ]


def _kind_of_loose(loose: Sequence[str], manifests: Sequence[str], extractions: Mapping[str, Extraction]) -> str:
    if loose:
        is_extension = manifests or any(_includes_godot(extractions[path]) for path in loose)
        return "gdextension" if is_extension else "native"
    if any(path.endswith(".gd") for path in extractions):
        return "godot-addon"
    return "files"


def _includes_godot(extraction: Extraction) -> bool:
    """Sources of a native extension: they include the bindings, wherever the manifest lies (often in a demo)."""
    directives = extraction.outline.directives if extraction.outline else ()
    return any(each.kind == "include" and _GODOT_HEADER.match(each.text) for each in directives)


def _project_component(project: Project, name: str, extractions: Mapping[str, Extraction]) -> Component:
    for extraction in (extractions.get(posixpath.normpath(posixpath.join(project.path, "project.godot"))),):
        for component in extraction.components if extraction else ():
            if component.kind == "project":
                return component
    title = name if project.path == "." else posixpath.basename(project.path)
    return Component(f"project:{project.path}", "project", title, project.path)


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
                scope: Scope = "run" if path.endswith(_MANIFESTS) else "editor"
                edges.append(Dependency(f"project:{project.path}", component.id, scope, path, 1))


def _add_folders(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Vendored code, tests, examples and tools as components of their own."""
    for path in extractions:
        project = project_of(path)
        if project is None:
            continue
        inside = path if project.path == "." else path[len(project.path) + 1 :]
        folder = _labelled_folder(posixpath.dirname(inside))
        if not folder:
            continue
        full = folder if project.path == "." else f"{project.path}/{folder}"
        label = folder_provenance(folder)
        kind: ComponentKind = "vendored" if label == "vendored" else "module"
        identity = f"{kind}:{full}"
        if identity not in components:
            title = posixpath.basename(full) if label == "vendored" else folder  # `tests`, `addons/x/editor`
            components[identity] = Component(identity, kind, title, full, provenance=label)
            edges.append(Dependency(f"project:{project.path}", identity, _SCOPES.get(label, "build"), full))


def _labelled_folder(folder: str) -> str:
    """The topmost folder with a label of its own; below `third_party` the folder of the one library."""
    parts = folder.split("/") if folder else []
    for size in range(1, len(parts) + 1):
        label = folder_provenance("/".join(parts[:size]))
        if label != "first-party":
            return "/".join(parts[: size + 1] if label == "vendored" else parts[:size])
    return ""


def _add_libraries(
    extractions: Mapping[str, Extraction],
    records: Sequence[FileRecord],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Native libraries: those that a manifest names, present or not, and those that nobody names."""
    named: set[str] = set()
    for path, extraction in extractions.items():
        if not path.endswith(_MANIFESTS):
            continue
        project = project_of(path)
        plugin = next((each.id for each in extraction.components if each.kind == "plugin"), "")
        for fact in extraction.facts:
            if fact.kind in ("ships", "links") and fact.value and plugin:
                file = in_tree(fact.value, project)
                named.add(file)
                components.setdefault(f"library:{file}", _library(file))
                edges.append(Dependency(plugin, f"library:{file}", "run", path, fact.location.line, _condition(fact)))
    for path in _binaries(extractions, records):
        components.setdefault(f"library:{path}", _library(path))
        project = project_of(path)
        if path not in named and project:
            edges.append(Dependency(f"project:{project.path}", f"library:{path}", "run", path))


def in_tree(value: str, project: Project | None) -> str:
    """A path of a manifest (`res://x`, or relative to the root) as a path in the tree."""
    if value.startswith("res://"):
        base = project.path if project else "."
        return posixpath.normpath(posixpath.join(base, value[6:]))
    return posixpath.normpath(value)


def _condition(fact: Fact) -> Guard:
    guard = Guard()
    for tag in fact.name.split("."):
        guard = both(guard, Guard("defined", f"feature({tag})"))
    return guard


def _library(path: str) -> Component:
    return Component(f"library:{path}", "library", posixpath.basename(path), path, provenance="binary")


def _binaries(extractions: Mapping[str, Extraction], records: Iterable[FileRecord]) -> list[str]:
    """Files that hold native code for some platform, or that are named like it and could not be read."""
    found = [path for path, extraction in extractions.items() if native_platforms(extraction)]
    pointers = [each.path for each in records if each.state == "not-analysed" and "LFS" in each.reason]
    return sorted([*found, *(path for path in pointers if _like_library(path))])


def native_platforms(extraction: Extraction) -> tuple[str, ...]:
    """The platforms that a binary is for; () for what is no native library.

    Managed assemblies are none, and import libraries only say where another one lies.
    """
    if extraction.outline is not None:
        return ()
    return tuple(
        sorted(
            {
                fact.value
                for fact in extraction.facts
                if fact.kind == "ships"
                and fact.location.line == 0
                and fact.value not in ("managed", "")
                and not fact.name.endswith("-import")
            }
        )
    )


def _like_library(path: str) -> bool:
    return path.endswith((".dll", ".so", ".dylib", ".a", ".lib", ".wasm", ".framework"))


def ships(path: str, project: Project | None) -> bool:
    """Whether a file is part of what the project ships, judged by where it lies."""
    inside = path if project is None or project.path == "." else path[len(project.path) + 1 :]
    return provenance(inside) in ("first-party", "vendored", "binary")
