"""Unity projects and packages: folders with ProjectSettings, packages outside of any, and what their manifests say."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from portlint.model.component import Component, Dependency, Project, Scope
from portlint.model.extraction import Extraction
from portlint.projects.locate import Locator, is_in

_VERSION_FILE, _SETTINGS_FILE = "ProjectSettings/ProjectVersion.txt", "ProjectSettings/ProjectSettings.asset"
_SCOPES: dict[str, Scope] = {"test": "test", "editor": "editor", "example": "test"}
_NATIVE = (".dll", ".so", ".dylib", ".bundle", ".framework", ".a", ".bc", ".aar", ".xcframework")


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """Projects (kind `unity`), and packages and plug-ins outside of any (kind `unity-addon`), by path.

    A project is a folder with ProjectSettings. An addon is the folder of a package's manifest, or the root where
    assembly definitions or plug-in metas lie below no project and no package.
    """
    versions: dict[str, str] = {}
    for path, extraction in extractions.items():
        for file in (_VERSION_FILE, _SETTINGS_FILE):
            if path == file or path.endswith(f"/{file}"):
                folder = path.removesuffix(file).rstrip("/") or "."
                version = next((f.value for f in extraction.facts if f.name == "unity/editor-version"), "")
                versions[folder] = versions.get(folder) or version
    projects = [Project(folder, "unity", version) for folder, version in versions.items()]
    packages = [
        posixpath.dirname(path)
        for path, each in extractions.items()
        if path.endswith("package.json") and each.says("unity/package/name")
    ]
    addons: set[str] = set()
    for path, extraction in extractions.items():
        told = path.endswith(".asmdef") or (path.endswith(".meta") and extraction.says("unity/plugin"))
        if told and not any(is_in(path, folder) for folder in versions):
            addons.add(next((each for each in sorted(packages) if is_in(path, each)), "."))
    projects += [Project(folder, "unity-addon") for folder in addons - set(versions)]
    return sorted(projects, key=lambda each: each.path)


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Components and edges of projects, packages, assemblies and native plug-ins, present or not."""
    for project in find(extractions):
        components[f"project:{project.path}"] = _project(project, components, extractions)
    for path, extraction in extractions.items():
        if not _is_unity(path):
            continue
        for component in extraction.components:
            known = components.get(component.id)
            if known is None or (component.version and not known.version):
                components[component.id] = component
        edges.extend(extraction.dependencies)
    _add_assemblies(extractions, project_of, edges)
    _add_plugins(extractions, project_of, components, edges)


def _project(project: Project, components: Mapping[str, Component], extractions: Mapping[str, Extraction]) -> Component:
    """Called by the product's name, an addon by its package's, else as it was called before."""
    folder = "" if project.path == "." else f"{project.path}/"
    settings = extractions.get(folder + _SETTINGS_FILE, Extraction())
    values = {fact.name: fact.value for fact in settings.facts}
    own = extractions.get(f"{folder}package.json", Extraction())
    package = next((each for each in own.components if each.kind == "package"), None)
    known = components.get(f"project:{project.path}")
    called = known.name if known else posixpath.basename(project.path)
    name = values.get("unity/player/productName") or (package.name if package else called)
    version = values.get("unity/player/bundleVersion") or (package.version if package else "")
    return Component(f"project:{project.path}", "project", name, project.path, version)


def _add_assemblies(extractions: Mapping[str, Extraction], project_of: Locator, edges: list[Dependency]) -> None:
    """From the project to each assembly, and between assemblies as they refer to each other by name or id."""
    modules: dict[str, str] = {}
    for path, extraction in extractions.items():
        if path.endswith(".asmdef"):
            module = next(each for each in extraction.components if each.kind == "module")
            modules[module.name] = module.id
            if guid := _value(extractions.get(f"{path}.meta"), "unity/guid"):
                modules[f"GUID:{guid}"] = module.id
            if project := project_of(path):
                scope = _SCOPES.get(module.provenance, "run")
                edges.append(Dependency(f"project:{project.path}", module.id, scope, path, 1))
    for path, extraction in extractions.items():
        for fact in extraction.facts if path.endswith(".asmdef") else ():
            if fact.name == "unity/asmdef/references":
                source = modules[_value(extraction, "unity/asmdef/name")]
                for reference in fact.value.split(","):
                    if reference in modules and modules[reference] != source:
                        edges.append(Dependency(source, modules[reference], "run", path, fact.location.line))


def _add_plugins(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Libraries that a meta describes, present or not, below the package that they lie in."""
    packages = {each.path: each.id for each in components.values() if each.kind == "package"}
    for path, extraction in extractions.items():
        fact = extraction.says("unity/plugin") if path.endswith(".meta") else None
        if fact is None or not fact.value.endswith(_NATIVE):
            continue
        identity = f"library:{fact.value}"
        name = posixpath.basename(fact.value)
        components.setdefault(identity, Component(identity, "library", name, fact.value, provenance="binary"))
        folder = posixpath.dirname(path)
        while folder and folder not in packages:
            folder = posixpath.dirname(folder)
        project = project_of(path)
        owner = packages[folder] if folder else f"project:{project.path}" if project else ""
        edges.append(Dependency(owner, identity, "run", path, fact.location.line))


def _is_unity(path: str) -> bool:
    return path.endswith((".asmdef", "Packages/packages-lock.json", "package.json"))


def _value(extraction: Extraction | None, name: str) -> str:
    found = extraction.says(name) if extraction else None
    return found.value if found else ""
