"""The graph of components: what it keeps, in which order."""

from __future__ import annotations

from portlint.graph import Graph
from portlint.model.component import Component, Dependency, Scope
from portlint.model.guard import ALWAYS, Guard


def test_edges_between_the_same_two_have_one_order() -> None:
    """go.mod names a module once, whoever imports it under which condition."""
    components = [Component("project:.", "project", "relay", "."), Component("package:a", "package", "a", "")]
    ways: list[tuple[Scope, Guard]] = [
        ("run", Guard("defined", "go(cgo)")),
        ("run", Guard("defined", "go(linux)")),
        ("run", Guard("defined", "go(tools)")),
        ("run", ALWAYS),
        ("test", Guard("defined", "go(test)")),
        ("test", ALWAYS),
    ]
    edges = [Dependency("project:.", "package:a", scope, "go.mod", 6, condition) for scope, condition in ways]
    assert Graph(components, reversed(edges)).dependencies == tuple(edges)
    assert Graph(components, [*edges, *edges]).dependencies == tuple(edges)
