"""NuGet's own files: `packages.config`, `packages.lock.json`, and the sources that a `nuget.config` names.

No source is ever asked. Source: learn.microsoft.com/nuget, "packages.config", "Locking dependencies", "nuget.config".
"""

from __future__ import annotations

import posixpath

from portlint.extractors.manifest.lenient_json import Object, Places, read
from portlint.extractors.manifest.packages.csproj import LANGUAGE
from portlint.extractors.manifest.xml_safe import Element, read_xml
from portlint.model.component import Component, Dependency, Scope
from portlint.model.extraction import Extraction
from portlint.model.fact import Fact, Location

NAME = "nuget"
VERSION = 1
CONFIG, LOCK, SOURCES = "packages.config", "packages.lock.json", "nuget.config"
SOURCE = "dotnet/package-source"
MAX_PACKAGES = 20_000


def wants(path: str) -> bool:
    return posixpath.basename(path).lower() in (CONFIG, LOCK, SOURCES)


def extract(path: str, data: bytes) -> Extraction:
    """Packages with exact versions.

    `package`: `nuget/<name>` of packages.config, the version as value. The lock file gives components
    `package:nuget/<name>@<version>` and edges between them and from `folder:<its folder>`. `dotnet/package-source`:
    what a nuget.config names, without anything that could be a password.
    Raises ValueError for what is no XML or JSON of this kind.
    """
    name = posixpath.basename(path).lower()
    if name == LOCK:
        return _locked(path, data)
    root = read_xml(data)
    if name == CONFIG:
        return _config(path, root)
    rows = [each for group in root.children if group.name.lower() == "packagesources" for each in group.children]
    return Extraction(
        tuple(
            Fact("setting", SOURCE, Location(path, each.line, 1), LANGUAGE, value=_without_secrets(each.get("value")))
            for each in rows
            if each.name == "add" and each.get("value")
        )
    )


def component(name: str, version: str) -> Component:
    """The package as a node; without a version where none is known."""
    at = f"@{version}" if version else ""
    return Component(
        f"package:nuget/{name}{at}", "package", name, "", version, f"pkg:nuget/{name}{at}", provenance="vendored"
    )


def _config(path: str, root: Element) -> Extraction:
    facts, components, edges = [], [], []
    folder = posixpath.dirname(path) or "."
    rows = [each for each in root.children if each.name == "package" and each.get("id")]
    if len(rows) > MAX_PACKAGES:
        raise ValueError(f"more than {MAX_PACKAGES} packages")
    for each in rows:
        node = component(each.get("id"), each.get("version"))
        scope: Scope = "build" if each.get("developmentDependency").lower() == "true" else "run"
        components.append(node)
        edges.append(Dependency(f"folder:{folder}", node.id, scope, path, each.line))
        if scope == "run":
            place = Location(path, each.line, 1)
            facts.append(Fact("package", f"nuget/{node.name}", place, LANGUAGE, value=node.version))
    return Extraction(tuple(facts), tuple(components), tuple(edges))


def _locked(path: str, data: bytes) -> Extraction:
    """Per target framework each package: `Direct` and `Transitive` ones; `Project` is another project of the tree."""
    document = read(data)
    frameworks = document.root.get("dependencies")
    if not isinstance(frameworks, dict):
        raise ValueError("no packages.lock.json: it has no dependencies")
    places = Places(document)
    folder = posixpath.dirname(path) or "."
    components: dict[str, Component] = {}
    edges: dict[Dependency, None] = {}
    for packages in frameworks.values():
        rows: Object = packages if isinstance(packages, dict) else {}
        if len(components) + len(rows) > MAX_PACKAGES:
            raise ValueError(f"more than {MAX_PACKAGES} packages")
        nodes = {name.lower(): component(name, _text(row, "resolved")) for name, row in rows.items()}
        for name, row in rows.items():
            line = places.line(name)
            node = nodes[name.lower()]
            if not node.version:
                continue
            components[node.id] = node
            if _text(row, "type") in ("Direct", "CentralTransitive"):
                edges[Dependency(f"folder:{folder}", node.id, "run", path, line)] = None
            below = row.get("dependencies") if isinstance(row, dict) else None
            for other in below if isinstance(below, dict) else ():
                if (found := nodes.get(other.lower())) and found.version:
                    edges[Dependency(node.id, found.id, "run", path, line)] = None
    return Extraction((), tuple(components.values()), tuple(edges))


def _text(row: object, key: str) -> str:
    value = row.get(key) if isinstance(row, dict) else None
    return value if isinstance(value, str) else ""


def _without_secrets(address: str) -> str:
    """`https://user:token@feed/...?key=...` without user, token and key."""
    head, mark, rest = address.partition("://")
    if not mark:
        return address
    host, slash, path = rest.partition("?")[0].partition("/")
    return f"{head}://{host.rpartition('@')[2]}{slash}{path}"
