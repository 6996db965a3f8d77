"""Native libraries as components: those that manifests name, present or not, and those that nobody names."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from msgspec import structs

from portlint.catalog.identity import Identity, identify
from portlint.extractors.binary import filenames
from portlint.model.component import Component, Dependency
from portlint.model.extraction import Extraction, FileRecord
from portlint.model.fact import Fact
from portlint.model.member import real_path
from portlint.model.package import Package
from portlint.projects.locate import Locator


def add_libraries(
    extractions: Mapping[str, Extraction],
    records: Sequence[FileRecord],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> dict[str, Package]:
    """Every binary in the tree, below what names it; the project itself where nothing does.

    Gives the packages that were recognised, by the path of the library.
    """
    known: dict[str, Package] = {}
    named = {edge.target for edge in edges}
    binaries = _binaries(extractions, records)
    read = {library_path(each): extractions[each] for each in reversed(binaries) if each in extractions}
    for path in sorted({library_path(each) for each in binaries}):
        identity = _identity(read[path].facts, path) if path in read else None
        if identity:
            known[path] = identity.package
            named_so = {"name": identity.package.name, "version": identity.version, "purl": identity.purl}
            components[f"library:{path}"] = structs.replace(library(path), **named_so)
        else:
            components[f"library:{path}"] = library(path)
        archive = real_path(path)
        if archive != path:
            components.setdefault(f"library:{archive}", library(archive))
            edges.append(Dependency(f"library:{archive}", f"library:{path}", "run", archive))
        project = project_of(archive)
        if f"library:{archive}" not in named and project:
            edges.append(Dependency(f"project:{project.path}", f"library:{archive}", "run", archive))
    return known


def library_path(path: str) -> str:
    """The path of the library component that a binary belongs to: that of its `.framework` or `.bundle`, or its own.

    A path inside an archive keeps the archive in front: `a.nupkg!/lib/X.framework`.
    """
    archive = real_path(path)
    inside = path[len(archive) :]
    return filenames.folder_of(archive) or archive + (filenames.folder_of(inside) or inside)


def _identity(facts: Iterable[Fact], path: str) -> Identity | None:
    """The package that a binary is, if that is no mere guess."""
    identity = identify(facts, path)
    return identity if identity and identity.confidence != "low" else None


def library(path: str) -> Component:
    return Component(f"library:{path}", "library", posixpath.basename(path), path, provenance="binary")


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


def _binaries(extractions: Mapping[str, Extraction], records: Iterable[FileRecord]) -> list[str]:
    """Files that hold native code for some platform, or that are named like it and could not be read; members too."""
    found = [path for path, extraction in extractions.items() if native_platforms(extraction)]
    pointers = [each.path for each in records if each.state == "not-analysed" and "LFS" in each.reason]
    return sorted([*found, *(path for path in pointers if _like_library(path))])


def _like_library(path: str) -> bool:
    return path.endswith((".dll", ".so", ".dylib", ".a", ".lib", ".wasm")) or (
        filenames.is_library(path) and bool(filenames.folder_of(path))
    )
