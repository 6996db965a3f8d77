"""Go modules: projects by their go.mod, the modules that they really import, and what these import in turn.

A requirement alone is no edge: go.mod lists what anything in the build list asks for. An edge stands where a package of
the project imports a package of the module, or one of a vendored module does that the project reaches.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from msgspec import structs

from portlint.extractors.manifest.packages import go_mod
from portlint.model.component import Component, Dependency, Project, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact
from portlint.projects.go_imports import Imports, Package, read_imports
from portlint.projects.locate import Locator
from portlint.provenance import folder_provenance


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """The folders of go.mod files, with the Go version as engine version; not those of vendored code and tests."""
    found = []
    for path, extraction in extractions.items():
        folder, name = posixpath.split(path)
        if name == "go.mod" and folder_provenance(folder) in ("first-party", "tool"):
            found.append(Project(folder or ".", "go", _setting(extraction, "go/version")))
    return found


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Components of all modules, and edges for those that are imported.

    A vendored module that only tests reach gets the label of a test, one that nothing reaches that of a tool.
    """
    own = {each.path: _module_of(extractions, each) for each in find(extractions)}
    for folder, module in own.items():
        project = project_of(_in(folder, "go.mod"))
        if project is not None and project.path == folder and project.kind == "go":
            _add_project(folder, module, own, extractions, project_of, components, edges)


def _add_project(
    folder: str,
    module: str,
    own: Mapping[str, str],
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    root = f"project:{folder}"
    components[root] = Component(root, "project", module or posixpath.basename(folder), folder)
    manifest = extractions[_in(folder, "go.mod")]
    modules = {each.name: each for each in _build_list(folder, manifest, extractions)}
    files = [path for path in extractions if path.endswith(".go") and _is_of(path, folder, project_of)]
    imports = read_imports(files, extractions, folder, module, list(modules))
    shipped = _reached(imports, (each for each in imports if not each.module and not each.is_test))
    tested = _reached(imports, (each for each in imports if not each.module))
    lines = {fact.name.removeprefix("golang/"): fact for fact in manifest.facts if fact.kind == "package"}
    siblings = {name: f"project:{path}" for path, name in own.items() if path != folder}
    for found in modules.values():
        components.setdefault(found.id, _labelled(found, shipped, tested))
    for source in imports:
        if source not in tested or source.module not in ("", *modules):
            continue
        scope: Scope = "run" if source in shipped else "test"
        start = modules[source.module].id if source.module else root
        for use in imports[source]:
            target = modules[use.module].id if use.module in modules else siblings.get(use.module, "")
            place = lines[use.module].location if not source.module and use.module in lines else use.location
            if target and target != start:
                edges.append(Dependency(start, target, scope, place.path, place.line, use.guard))


def _build_list(folder: str, manifest: Extraction, extractions: Mapping[str, Extraction]) -> Iterable[Component]:
    """What is vendored, else what go.mod requires, completed by go.sum before Go 1.17 (go.dev/ref/mod)."""
    vendored = extractions.get(_in(folder, "vendor/modules.txt"), Extraction()).components
    required = {each.name: each for each in manifest.components}
    if not vendored and _before_pruning(_setting(manifest, "go/version")):
        for each in extractions.get(_in(folder, "go.sum"), Extraction()).components:
            known = required.get(each.name)
            if known is None or (known not in manifest.components and known.version < each.version):
                required[each.name] = each
    return [*vendored, *(each for each in required.values() if each.name not in {one.name for one in vendored})]


def _before_pruning(version: str) -> bool:
    parts = version.split(".")
    return len(parts) < 2 or not parts[1].isdigit() or int(parts[1]) < 17


def _labelled(module: Component, shipped: set[Package], tested: set[Package]) -> Component:
    if module.provenance != "vendored" or any(each.module == module.name for each in shipped):
        return module
    is_tested = any(each.module == module.name for each in tested)
    return structs.replace(module, provenance="test" if is_tested else "tool")


def _reached(imports: Imports, start: Iterable[Package]) -> set[Package]:
    """The packages that these import, directly or not, and themselves."""
    found = set(start)
    todo = sorted(found)
    while todo:
        for use in imports.get(todo.pop(), ()):
            plain = Package(use.path, use.module, False)
            there = plain if plain in imports else plain._replace(is_test=True)
            if there in imports and there not in found:
                found.add(there)
                todo.append(there)
    return found


def _is_of(path: str, folder: str, project_of: Locator) -> bool:
    project = project_of(path)
    return project is not None and project.path == folder


def _module_of(extractions: Mapping[str, Extraction], project: Project) -> str:
    return _setting(extractions[_in(project.path, "go.mod")], "go/module")


def _in(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def _setting(extraction: Extraction, name: str) -> str:
    return next((fact.value for fact in _settings(extraction) if fact.name == name), "")


def _settings(extraction: Extraction) -> Iterable[Fact]:
    return (fact for fact in extraction.facts if fact.kind == "setting" and fact.language == go_mod.LANGUAGE)
