"""Which place in the tree says that one component needs the next."""

from __future__ import annotations

import msgspec

from portlint.model.fact import Location
from portlint.model.finding import Finding
from portlint.model.report import Report


class Hop(msgspec.Struct, frozen=True):
    """One step of a finding's path, by component names. `location` is None where no manifest line is known."""

    source: str
    target: str
    location: Location | None


class Routes(msgspec.Struct, frozen=True):
    """The graph's edges, ready to be asked."""

    by_names: dict[tuple[str, str], Location]
    by_component: dict[str, Location]

    def hops(self, finding: Finding) -> tuple[Hop, ...]:
        """The steps from the project to the culprit; empty when the culprit is the project itself."""
        pairs = zip(finding.via, finding.via[1:], strict=False)
        return tuple(Hop(source, target, self.by_names.get((source, target))) for source, target in pairs)

    def manifest(self, component: str) -> Location | None:
        """The line that brings the component in, or None."""
        return self.by_component.get(component)


def routes(report: Report) -> Routes:
    """Index the edges that a line of a file states. Of several such lines, the first by path and line is kept.

    Edges without a line rest on where things lie (a folder named `third_party`): nothing that could be shown.
    """
    names = {component.id: component.name for component in report.components}
    by_names: dict[tuple[str, str], Location] = {}
    by_component: dict[str, Location] = {}
    stated = [edge for edge in report.dependencies if edge.line > 0]
    for edge in sorted(stated, key=lambda edge: (edge.path, edge.line)):
        place = Location(edge.path, edge.line)
        by_names.setdefault((names.get(edge.source, edge.source), names.get(edge.target, edge.target)), place)
        by_component.setdefault(edge.target, place)
    return Routes(by_names, by_component)
