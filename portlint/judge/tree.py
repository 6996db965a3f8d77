"""What judging looks at in a tree, with what every target asks of it again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from portlint.extractors.source.csharp.shadows import without_shadowed
from portlint.judge.dotnet.builds import Builds
from portlint.model.extraction import Extraction
from portlint.model.package import Package
from portlint.projects import Layout
from portlint.projects.submodules import absent


class Tree(msgspec.Struct, frozen=True, dict=True):
    """Extractions and all file paths of the tree, its layout, known packages."""

    extractions: Mapping[str, Extraction]
    paths: frozenset[str]
    layout: Layout
    packages: tuple[Package, ...]

    @cached_property
    def by_project(self) -> dict[str, dict[str, Extraction]]:
        """The extractions of each project's files, by the project's path, in order of paths."""
        found: dict[str, dict[str, Extraction]] = {project.path: {} for project in self.layout.projects}
        for path, extraction in self.extractions.items():
            project = self.layout.project_of(path)
            if project is not None:
                found[project.path][path] = extraction
        return found

    @cached_property
    def unshadowed(self) -> dict[str, dict[str, Extraction]]:
        """As `by_project`, without facts of C# types that the project declares itself."""
        return {path: without_shadowed(files) for path, files in self.by_project.items()}

    @cached_property
    def builds(self) -> Builds:
        """The .NET project files of the whole tree: what a project inherits may lie above its folder."""
        return Builds(self.extractions)

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Folders of submodules that are not checked out."""
        return absent(self.extractions, self.paths)
