"""Packages that a project runs with: what is known of each on a target, and which nobody has looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from portlint.graph import Graph
from portlint.judge.godot.ground import finding
from portlint.model.catalog import Rule, Target
from portlint.model.component import Component, Dependency
from portlint.model.fact import Location
from portlint.model.finding import Finding, Level
from portlint.model.package import Package, Status

RULE = "package-without-wasm"
_LEVELS: dict[Status, Level] = {"no": "fails-at-build", "partial": "partial"}
_SETTLED = ("yes", "native", "no", "partial")


class Reached(msgspec.Struct, frozen=True):
    """A package that the project runs with, the edge that leads there, and whether its condition holds (None: open)."""

    component: Component
    edge: Dependency
    holds: bool | None


def package_findings(
    project: str, graph: Graph, target: Target, rules: Mapping[str, Rule], packages: Iterable[Package]
) -> list[Finding]:
    """One finding a known package that does not work there, or works with limits, on the line that asks for it."""
    rows = by_name(packages)
    found = []
    for each in reached(project, graph, target):
        row = rows.get(name_of(each.component))
        fate = row.fate(target.id, target.family) if row else None
        level = _LEVELS.get(fate.status) if fate else None
        if row is None or fate is None or level is None:
            continue
        version = f" {each.component.version}" if each.component.version else ""
        when = "" if each.holds else f", only if {each.edge.condition}"
        message = f"depends on {row.name}{version}{when}: {fate.because or 'it has no build for this target'}"
        place = Location(each.edge.path, each.edge.line, 1 if each.edge.line else 0)
        made = finding(
            rules[RULE],
            "package",
            each.component.name,
            place,
            level if each.holds else "unknown",
            message,
            fate.instead,
            fate.source,
        )
        found.append(msgspec.structs.replace(made, confidence="medium" if each.holds else "low"))
    return found


def unknown_packages(project: str, graph: Graph, target: Target, packages: Iterable[Package]) -> tuple[str, ...]:
    """Names of packages that the project runs with, whose source is not in the tree and of which nothing is known.

    Those that a package out of the tree brings are left to it: it is known with them, or named here itself.
    """
    rows = by_name(packages)
    names = set()
    for each in reached(project, graph, target):
        if _is_away(graph.components.get(each.edge.source)) or not _is_away(each.component):
            continue
        row = rows.get(name_of(each.component))
        fate = row.fate(target.id, target.family) if row else None
        if fate is None or fate.status not in _SETTLED:
            names.add(each.component.name)
    return tuple(sorted(names))


def _is_away(component: Component | None) -> bool:
    """A package that ships and whose source is not in the tree: Go's vendored ones have a folder there."""
    if component is None or component.kind != "package":
        return False
    return component.provenance == "first-party" or (component.provenance == "vendored" and not component.path)


def reached(project: str, graph: Graph, target: Target) -> Iterator[Reached]:
    """Packages by the shortest way; what a condition rules out is left aside."""
    start = f"project:{project}"
    seen, todo = {start}, deque([(start, True)])
    while todo:
        here, sure = todo.popleft()
        for edge in graph.onward.get(here, ()):
            if edge.scope != "run" or edge.target in seen:
                continue
            holds = edge.condition.holds(target.features, target.lacks)
            if holds is False:
                continue
            seen.add(edge.target)
            component = graph.components[edge.target]
            certain = sure and holds is True
            if component.kind == "package":
                yield Reached(component, edge, True if certain else None)
            todo.append((edge.target, certain))


def name_of(component: Component) -> str:
    """`npm/sharp` of `pkg:npm/sharp@0.33`: how rows name packages; "" without a package URL."""
    return component.purl.removeprefix("pkg:").rpartition("@")[0] or component.purl.removeprefix("pkg:")


def by_name(packages: Iterable[Package]) -> dict[str, Package]:
    """Rows by `ecosystem/name`."""
    return {name: row for row in packages for name in row.match.packages}
