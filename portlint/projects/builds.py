"""What build files say of a tree: programs and libraries that it builds, and the packages that they need."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import structs

from portlint.extractors.manifest.builds import (
    cmake,
    conan,
    gitmodules,
    makefile,
    makefile_configure,
    meson,
    scons,
    vcpkg,
)
from portlint.extractors.manifest.builds.build_facts import BY_NAME, PROJECT
from portlint.model.component import Component, Dependency, Project, Provenance, Scope
from portlint.model.extraction import Extraction
from portlint.projects.locate import Locator, inside
from portlint.provenance import provenance

BUILD_FILES = (cmake, conan, gitmodules, makefile, makefile_configure, meson, scons, vcpkg)

_SCOPES: dict[Provenance, Scope] = {"test": "test", "example": "test", "editor": "editor", "tool": "build"}
_SHIPS = ("first-party", "vendored", "binary")
# Names of a package that is looked for, in the order in which they are given up for one that says where it is from.
_LOOKED_FOR = ("package:cmake/", "package:pkgconfig/", "package:meson/")
_FETCHED = ("package:vcpkg/", "package:conan/", "package:wrapdb/")
_MANAGED = (*_FETCHED, *_LOOKED_FOR)
_NOISE = re.compile(r"[^a-z0-9]|^lib|(?<=\w)lib$")


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """None: code that is built so is found by its sources."""
    return []


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Components and edges of build files, with each package once.

    `find_package(OpenSSL)` beside vcpkg's `openssl` is that one; a submodule whose folder is in the tree is the
    vendored code there. What a target links by name is another target, a package, or a library of the system, which is
    no component.
    """
    files = {path: one for path, one in extractions.items() if _is_build_file(path)}
    found = _components(files, extractions, project_of)
    packages = _by_name(found)
    stands_for = {each: packages.get(plain(one.name), each) for each, one in found.items() if each.startswith(_MANAGED)}
    targets = _targets(found)
    for identity, component in found.items():
        if stands_for.get(identity, identity) == identity:
            components.setdefault(identity, component)
    for path, extraction in files.items():
        project = project_of(path)
        if project is None:
            continue
        scope = _SCOPES.get(provenance(inside(path, project)))
        for edge in extraction.dependencies:
            source = f"project:{project.path}" if edge.source == PROJECT else edge.source
            target = stands_for.get(edge.target, edge.target)
            if target.startswith(BY_NAME):
                target = _linked(target.removeprefix(BY_NAME), targets, packages)
            if target in components and source != target:
                edges.append(structs.replace(edge, source=source, target=target, scope=scope or edge.scope))


def _is_build_file(path: str) -> bool:
    return any(reader.wants(path) for reader in BUILD_FILES)


def _components(
    files: Mapping[str, Extraction], extractions: Mapping[str, Extraction], project_of: Locator
) -> dict[str, Component]:
    """By id; one that a shipped file names is shipped, whatever a test beside it says."""
    folders = _folders(extractions)
    found: dict[str, Component] = {}
    for path, extraction in files.items():
        label = provenance(inside(path, project_of(path)))
        for component in extraction.components:
            if component.path != path and component.path in folders:
                continue  # a submodule that is checked out
            known = found.get(component.id)
            if known is None or (known.provenance not in _SHIPS and label in _SHIPS):
                found[component.id] = structs.replace(component, provenance=label)
    return found


def _folders(extractions: Mapping[str, Extraction]) -> set[str]:
    found: set[str] = set()
    for path in extractions:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _by_name(found: Mapping[str, Component]) -> dict[str, str]:
    """Packages by plain name: as a package manager fetches one, else as the first file looks for it."""
    names: dict[str, str] = {}
    for kind in (*_FETCHED, *_LOOKED_FOR):
        for identity in sorted(found):
            if identity.startswith(kind):
                names.setdefault(plain(found[identity].name), identity)
    return names


def plain(name: str) -> str:
    """`zlib` for `ZLIB`, `sodium` for `libsodium`, `sdl2` for `SDL2`, `curl` for `libcurl`."""
    return _NOISE.sub("", name.lower()) or name.lower()


def _targets(found: Mapping[str, Component]) -> dict[str, str]:
    """Targets by name; a name that two files use is nobody's."""
    names: dict[str, str] = {}
    for identity, component in found.items():
        if component.kind == "module":
            names[component.name] = "" if component.name in names else identity
    return {name: identity for name, identity in names.items() if identity}


def _linked(name: str, targets: Mapping[str, str], packages: Mapping[str, str]) -> str:
    """`OpenSSL::SSL` belongs to the package `OpenSSL`; a target of the tree comes before a package of that name."""
    return targets.get(name.rpartition("::")[2]) or packages.get(plain(name.partition("::")[0]), "")
