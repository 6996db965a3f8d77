"""Code of the C family that belongs to no engine's project, and what its folders are for."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

from portlint.extractors.source.c import family as c_family
from portlint.model.component import Component, ComponentKind, Dependency, Project, Scope
from portlint.model.extraction import Extraction
from portlint.projects.godot import MANIFESTS
from portlint.projects.locate import Locator, inside
from portlint.provenance import folder_provenance

_SCOPES: dict[str, Scope] = {"test": "test", "example": "test", "editor": "editor", "tool": "build"}
_GODOT_HEADER = re.compile(r'[<"](?:godot_cpp/|gdextension_interface\.h|gdnative_api_struct)')


def find_loose(extractions: Mapping[str, Extraction], of_engine: Locator, alone: bool) -> list[Project]:
    """The root as a project, where code or scripts of an addon lie outside of all others, or there is no other
    (`alone`).
    """
    loose = [path for path in _code(extractions) if of_engine(path) is None]
    scripts = (path.endswith(".gd") and of_engine(path) is None and _is_own(path) for path in extractions)
    if not loose and not alone and not any(scripts):
        return []
    manifests = [path for path in extractions if path.endswith(MANIFESTS) and of_engine(path) is None]
    return [Project(".", _kind_of_loose(loose, manifests, extractions))]


def add_folders(
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
        folder = _labelled_folder(posixpath.dirname(inside(path, project)))
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


def _code(extractions: Mapping[str, Extraction]) -> list[str]:
    return [
        path for path, extraction in extractions.items() if extraction.outline is not None and c_family.is_unit(path)
    ]


def _is_own(path: str) -> bool:
    return folder_provenance(posixpath.dirname(path)) == "first-party"


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


def _labelled_folder(folder: str) -> str:
    """The topmost folder with a label of its own; below `third_party` the folder of the one library."""
    parts = folder.split("/") if folder else []
    for size in range(1, len(parts) + 1):
        label = folder_provenance("/".join(parts[:size]))
        if label != "first-party":
            return "/".join(parts[: size + 1] if label == "vendored" else parts[:size])
    return ""
