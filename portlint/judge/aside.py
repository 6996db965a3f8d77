"""What of the vendored code only tests, examples and tools read."""

from __future__ import annotations

from portlint.judge.tree import Tree
from portlint.projects import ships
from portlint.units.view import View

SHIPPED = ("first-party", "vendored", "binary")


def only_for_tests(tree: Tree, view: View, unbuilt: frozenset[str] = frozenset()) -> frozenset[str]:
    """Vendored components (ids) and headers (paths) that only tests, examples, tools and `unbuilt` units read.

    box2d's testbed brings GLFW, box2d does not; hiredis' examples include the adapter for libuv, hiredis does not.
    """
    graph = tree.layout.graph
    owners: dict[str, str] = {}

    def owner(path: str) -> str:
        if path not in owners:
            found = graph.owner(path)
            owners[path] = found.id if found else ""
        return owners[path]

    readers: dict[str, set[str]] = {}
    shipped_files: set[str] = set()
    other_files: set[str] = set()
    for unit, files in view.closures.items():
        mine = owner(unit)
        is_shipped = unit not in unbuilt and ships(unit, tree.layout.project_of(unit))
        (shipped_files if is_shipped else other_files).update(files)
        for path in files:
            theirs = owner(path)
            if theirs != mine:
                readers.setdefault(theirs, set()).add(mine)
    vendored = {each.id for each in graph.components.values() if each.kind == "vendored"}
    shipped = {each.id for each in graph.components.values() if each.id not in vendored and each.provenance in SHIPPED}
    grown = True
    while grown:
        more = {each for each in vendored - shipped if not readers.get(each) or readers[each] & shipped}
        shipped |= more
        grown = bool(more)
    return frozenset(vendored - shipped | (other_files - shipped_files))
