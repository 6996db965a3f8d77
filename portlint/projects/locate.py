"""Whose a file is, and whether it ships."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable

from portlint.graph import locator
from portlint.model.component import Component, Project
from portlint.model.member import real_path
from portlint.provenance import provenance

# Engines whose games hold neither Python nor JavaScript: there such a file bakes assets, exports, serves the page.
# Cocos Creator, Ren'Py, pygame and the engines in JavaScript are made of it.
_GAMES = frozenset(
    "godot godot-addon gdextension unity unity-addon unreal unreal-addon defold gamemaker bevy love monogame kni fna "
    "stride o3de".split()
)
_SCRIPTS = (".py", ".pyw", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx")


class Locator:
    """Finds the project with the deepest folder that holds a file; `folder` gives its path alone, "" for none."""

    def __init__(self, projects: Iterable[Project]) -> None:
        self._by_path = {project.path: project for project in projects}
        self.folder = locator(self._by_path)

    def __call__(self, path: str) -> Project | None:
        return self._by_path.get(self.folder(path))


def ships(path: str, project: Project | None) -> bool:
    """Whether a file is part of what the project ships, judged by where it lies; a member by where its archive does.

    A script in a language that the project's engine does not run ships nowhere.
    """
    if project is not None and project.kind in _GAMES and real_path(path).endswith(_SCRIPTS):
        return False
    return provenance(inside(path, project)) in ("first-party", "vendored", "binary")


def is_in(path: str, folder: str) -> bool:
    """Whether a path is that folder or lies below it; "." is the root."""
    return folder in (".", path) or path.startswith(f"{folder}/")


def inside(path: str, project: Project | None) -> str:
    """The path of a file relative to its project's folder, of a member's archive."""
    return below(real_path(path), project.path if project else ".")


def below(path: str, folder: str) -> str:
    """The path of a file relative to a folder that holds it; "." is the root."""
    return path if folder == "." else path.removeprefix(f"{folder}/")


def kept(found: Iterable[Project], project_of: Callable[[str], Project | None]) -> list[Project]:
    """Those of the projects that are the tree's; in a folder that several ecosystems claim, one is."""
    return [each for each in found if project_of(f"{each.path}/x".removeprefix("./")) == each]


def merge(own: Iterable[Component], components: dict[str, Component]) -> None:
    """Add components to those that are known already; of a project the last word counts."""
    for component in own:
        if component.kind == "project" or component.id not in components:
            components[component.id] = component


def in_tree(value: str, project: Project | None) -> str:
    """A path of a manifest (`res://x`, or relative to the root) as a path in the tree."""
    if value.startswith("res://"):
        base = project.path if project else "."
        return posixpath.normpath(posixpath.join(base, value[6:]))
    return posixpath.normpath(value)
