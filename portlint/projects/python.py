"""Python: projects by `pyproject.toml`, `setup.py` or requirements, and the graph of their packages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

import msgspec

from portlint.extractors.manifest.packages.pyproject_names import component, identity
from portlint.model.component import Component, Dependency, Project
from portlint.model.extraction import Extraction
from portlint.projects.locate import Locator
from portlint.provenance import provenance

KIND = "python"
_LOCKS = ("poetry.lock", "uv.lock", "pylock.toml")


def find(extractions: Mapping[str, Extraction]) -> list[Project]:
    """Folders with a manifest of Python and scripts below; none in folders of tests, tools and examples.

    A `pyproject.toml` that only settles a formatter is no project: it names nothing and needs nothing.
    """
    scripts = {posixpath.dirname(path) or "." for path in extractions if path.endswith(".py")}
    found = set()
    for path, extraction in extractions.items():
        named = any(fact.name == "python/name" for fact in extraction.facts)
        needs = any(edge.source.startswith("pypi:") and edge.scope == "run" for edge in extraction.dependencies)
        if (named or needs) and provenance(path) == "first-party":
            folder = next((e.source[5:] for e in extraction.dependencies if e.source.startswith("pypi:")), "")
            folder = folder or posixpath.dirname(path) or "."
            if any(folder in (".", place) or place.startswith(f"{folder}/") for place in scripts):
                found.add(folder)
    return [Project(folder, KIND) for folder in sorted(found, key=lambda each: (each != ".", each))]


def add(
    extractions: Mapping[str, Extraction],
    project_of: Locator,
    components: dict[str, Component],
    edges: list[Dependency],
) -> None:
    """Packages in the versions that a lock file gives, and the edges from the projects to them."""
    locked = _locked(extractions, components, edges)
    for path, extraction in extractions.items():
        project = project_of(path)
        if project is None:
            continue
        names = {fact.name: fact.value for fact in extraction.facts if fact.name in ("python/name", "python/version")}
        if project.kind == KIND and "python/name" in names and (posixpath.dirname(path) or ".") == project.path:
            version = names.get("python/version", "")
            purl = f"pkg:pypi/{names['python/name'].lower()}" + (f"@{version}" if version else "")
            whole = f"project:{project.path}"
            components[whole] = Component(whole, "project", names["python/name"], project.path, version, purl)
        for edge in extraction.dependencies:
            if not edge.source.startswith("pypi:"):
                continue
            name = edge.target.removeprefix("pypi/")
            target = locked.get(edge.source[5:], {}).get(name, "")
            if not target:
                target = identity(name, "")
                components.setdefault(target, component(name, ""))
            edges.append(msgspec.structs.replace(edge, source=f"project:{project.path}", target=target))


def _locked(
    extractions: Mapping[str, Extraction], components: dict[str, Component], edges: list[Dependency]
) -> dict[str, dict[str, str]]:
    """Add what lock files hold; ids of packages by the folder of the lock file and name."""
    found: dict[str, dict[str, str]] = {}
    for path, extraction in extractions.items():
        if posixpath.basename(path) not in _LOCKS:
            continue
        components.update({each.id: each for each in extraction.components})
        edges.extend(edge for edge in extraction.dependencies if edge.source.startswith("package:"))
        found[posixpath.dirname(path) or "."] = {
            re.sub(r"@[^@]*$", "", each.id.removeprefix("package:pypi/")): each.id for each in extraction.components
        }
    return found
