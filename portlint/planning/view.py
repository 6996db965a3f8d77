"""The graph as it is shown: each component with its findings, each dependency with what the targets say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from portlint.errors import PortlintError
from portlint.model.catalog import Target, profile_id
from portlint.model.component import Component, Dependency
from portlint.model.finding import Finding, Verdict
from portlint.model.report import Report
from portlint.planning.culprit import Culprits
from portlint.planning.loops import loops
from portlint.planning.paths import State, state


class Count(msgspec.Struct, frozen=True):
    """Findings of one component on one target. A blocker is not counted again among the errors."""

    blockers: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0

    @property
    def total(self) -> int:
        return self.blockers + self.errors + self.warnings + self.notes


class Node(msgspec.Struct, frozen=True):
    """`findings` by target id; only targets with any."""

    component: Component
    findings: Mapping[str, Count]


class Edge(msgspec.Struct, frozen=True):
    """One statement of a dependency; `states` by target id."""

    dependency: Dependency
    states: Mapping[str, State]

    @property
    def strongest(self) -> State:
        """What holds on any of the targets holds; `holds` where no target was asked about."""
        found = set(self.states.values())
        return next((each for each in ("holds", "open", "ruled out") if each in found), "holds")


class View(msgspec.Struct, frozen=True):
    """Nodes by id, edges by their ends and place. `loops`: components that need each other, or themselves."""

    version: str
    root: str
    verdicts: Mapping[str, Verdict]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    loops: tuple[tuple[str, ...], ...]


def view(report: Report, targets: Mapping[str, Target], only: Sequence[str] = ()) -> View:
    """The graph for the report's targets, or for those of them in `only`.

    Raises PortlintError for one that the report has not judged.
    """
    judged = {one.id: one for one in report.targets}
    for name in only:
        if name not in judged:
            raise PortlintError(f"{name!r} was not judged here; this report has {', '.join(judged) or 'no target'}")
    chosen = [judged[name] for name in only] or list(judged.values())
    culprits = Culprits(report.components, report.dependencies)
    found: dict[str, dict[str, list[Finding]]] = {}
    for one in chosen:
        for finding in one.findings:
            found.setdefault(culprits.of(finding), {}).setdefault(one.id, []).append(finding)
    profiles = {one.id: targets[profile_id(one.id)] for one in chosen}
    nodes = tuple(
        Node(each, {id: count(members) for id, members in found.get(each.id, {}).items()})
        for each in sorted(report.components, key=lambda each: each.id)
    )
    edges = tuple(
        Edge(each, {id: state(each, profile) for id, profile in profiles.items()})
        for each in sorted(report.dependencies, key=_place)
    )
    circles = loops((each.source, each.target) for each in report.dependencies)
    return View(report.version, report.root, {one.id: one.verdict for one in chosen}, nodes, edges, tuple(circles))


def count(findings: Sequence[Finding]) -> Count:
    blockers = sum(each.severity == "error" and each.blocker for each in findings)
    errors = sum(each.severity == "error" for each in findings) - blockers
    warnings = sum(each.severity == "warning" for each in findings)
    return Count(blockers, errors, warnings, sum(each.severity == "note" for each in findings))


def _place(edge: Dependency) -> tuple[str, str, str, int, str, str]:
    return edge.source, edge.target, edge.path, edge.line, edge.scope, str(edge.condition)
