"""The dependency graph: which component and project a file belongs to, and the shortest path from one to the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping

from portlint.model.component import Component, Dependency


class Graph:
    """Components and the edges between them. Plain lists: real graphs have 10^2 to 10^4 nodes."""

    def __init__(self, components: Iterable[Component], dependencies: Iterable[Dependency]) -> None:
        self.components = {component.id: component for component in sorted(components, key=lambda each: each.id)}
        self.dependencies = tuple(
            sorted(
                {edge for edge in dependencies if edge.source in self.components and edge.target in self.components},
                # by every field: a set of equal keys comes in another order in each process
                key=lambda edge: (edge.source, edge.target, edge.path, edge.line, edge.scope, str(edge.condition)),
            )
        )
        self.onward: dict[str, list[Dependency]] = {}  # the edges from a component, in order
        for edge in self.dependencies:
            self.onward.setdefault(edge.source, []).append(edge)
        self._by_path = {
            component.path: component for component in self.components.values() if component.kind != "library"
        }
        self._files = {
            component.path: component for component in self.components.values() if component.kind == "library"
        }
        self._paths: dict[str, dict[str, tuple[str, ...]]] = {}

    def owner(self, path: str) -> Component | None:
        """The component that a file belongs to: itself, else the one of the nearest folder."""
        if path in self._files:
            return self._files[path]
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            # `a.aar!` is the inside of an archive, and a bundle's folder stands for what lies in it
            found = self._files.get(folder.removesuffix("!")) or self._by_path.get(folder or ".")
            if found is not None:
                return found
        return None

    def path_to(self, project: str, component: str) -> tuple[str, ...]:
        """Component ids from the project to the component, shortest, then first by id; () when not reachable."""
        if project not in self._paths:
            self._paths[project] = with_ways({project: (project,)}, self._needs)
        return self._paths[project].get(component, ())

    def _needs(self, component: str) -> Iterator[str]:
        return (edge.target for edge in self.onward.get(component, ()))


def with_ways(
    known: Mapping[str, tuple[str, ...]], onward: Callable[[str], Iterable[str]]
) -> dict[str, tuple[str, ...]]:
    """These ways, and from their ends on a shortest one to all else that is reached; the first that is found stays."""
    ways = dict(known)
    todo = deque(ways)
    while todo:
        here = todo.popleft()
        for there in onward(here):
            if there not in ways:
                ways[there] = (*ways[here], there)
                todo.append(there)
    return ways


def locator(folders: Iterable[str], otherwise: str = "") -> Callable[[str], str]:
    """Gives the deepest of the folders that holds a file, `otherwise` for none; "." is the root.

    Each answer is remembered, for it is asked often.
    """
    known = {folder: folder for folder in folders}
    known.setdefault("", known.get(".", otherwise))

    def locate(path: str) -> str:
        if path not in known:
            known[path] = locate(path.rpartition("/")[0])
        return known[path]

    return locate
