"""What would take a component's place: a component of the tree, or a package as the knowledge base has it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from portlint.errors import PortlintError
from portlint.graph import locator
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Component, Dependency
from portlint.model.fact import Location
from portlint.model.finding import SEVERITY_OF, Finding, Level
from portlint.model.package import Fate, Package
from portlint.model.report import Report, TargetReport
from portlint.planning.drop import reached
from portlint.planning.names import named
from portlint.planning.paths import SHIPPING, state
from portlint.planning.removal import SHIPPED

_RULE = "package-without-wasm"
_CLOSED = ("middleware", "binding", "addon", "engine-package")  # they come built


class Substitute(msgspec.Struct, frozen=True):
    """`component` takes the place of `replaced`. `package`: what is known of it, None for nothing. `here`: it is a
    component of the tree, and judged as that.
    """

    replaced: Component
    component: Component
    package: Package | None
    here: bool

    @property
    def title(self) -> str:
        return f"{self.component.name} instead of {self.replaced.name}"


def substitute(report: Report, replaced: Component, instead: str, packages: Sequence[Package]) -> Substitute:
    """`instead`: a component's id, or the name of a package: its id, its name, `ecosystem/name`, or only that name.

    Raises PortlintError where a name may mean several components or packages.
    """
    same = named(report.components, instead)
    if len(same) > 1:
        raise PortlintError(f"{instead!r} may be {' or '.join(each.id for each in same[:3])}: name one by its id")
    if same:
        return Substitute(replaced, same[0], None, True)
    package = _package(instead, packages)
    name = package.name if package else instead
    row = next((each for each in package.match.packages if "*" not in each), "") if package else ""
    made = Component(
        f"package:{package.id if package else instead}", "package", name, replaced.path, "", row and f"pkg:{row}",
        replaced.provenance,
    )  # fmt: skip
    return Substitute(replaced, made, package, False)


def edges_to(report: Report, one: Substitute) -> tuple[Dependency, ...]:
    """The edges that led to the replaced component, to what is there instead."""
    ends = [each for each in report.dependencies if each.target == one.replaced.id and each.source != one.component.id]
    return tuple(msgspec.structs.replace(each, target=one.component.id) for each in ends)


def stands_against(
    one: Substitute, report: Report, judged: TargetReport, target: Target, catalog: Catalog
) -> tuple[tuple[Finding, ...], str]:
    """The findings that the substitute brings, and why `ready` cannot be said with it, a sentence or "".

    One finding for each project that asks for it. Containers run what is built natively: nothing stands against it.
    """
    asking = [each for each in edges_to(report, one) if state(each, target) != "ruled out"]
    if target.family == "container" or (not asking and _has_edges(report, one)):
        return (), ""
    if one.here:
        return ((), "") if _ships_here(one.component, report, judged, target) else ((), _not_judged(one))
    fate = one.package.fate(target.id, target.family) if one.package else None
    level = _level(fate)
    if level is None:
        return (), ""
    finding = _finding(one, fate, level, catalog)
    found = tuple(_placed(finding, edge, report) for edge in _first_of_each_project(asking, report))
    open_question = f"{one.title}: nobody has checked it on this target" if level == "unknown" else ""
    return found or (finding,), open_question


def _package(text: str, packages: Sequence[Package]) -> Package | None:
    asked = text.lower()
    rows = (
        [each for each in packages if each.id == asked],
        [each for each in packages if each.name.lower() == asked],
        [each for each in packages if asked in (name.lower() for name in each.match.packages)],
        [each for each in packages if asked in (name.lower().partition("/")[2] for name in each.match.packages)],
    )
    found = next((row for row in rows if row), [])
    if len(found) > 1:
        raise PortlintError(f"{text!r} may be {' or '.join(each.id for each in found[:3])}: name one by its id")
    return found[0] if found else None


def _level(fate: Fate | None) -> Level | None:
    """None: it works there."""
    if fate is None or fate.status == "unknown":
        return "unknown"
    if fate.status in ("yes", "native"):
        return "flag" if fate.since else None
    return "partial" if fate.status == "partial" else "fails-at-build"


def _finding(one: Substitute, fate: Fate | None, level: Level, catalog: Catalog) -> Finding:
    because = {
        "unknown": "nobody has checked it on this target",
        "flag": f"works from version {fate.since if fate else ''} on",
        "partial": fate.because if fate and fate.because else "works with limits",
        "fails-at-build": fate.because if fate and fate.because else "it has no build for this target",
    }[level]
    rule = catalog.rules[_RULE]
    return Finding(
        rule=_RULE,
        capability=rule.needs,
        level=level,
        severity=SEVERITY_OF[level],
        blocker=level == "fails-at-build" and one.package is not None and one.package.kind in _CLOSED,
        confidence="medium",
        kind="package",
        name=one.component.name,
        location=Location(one.replaced.path),
        guard="",
        component=one.component.id,
        via=(one.component.name,),
        message=f"{one.title}: {because}",
        instead=fate.instead if fate else "",
        source=fate.source if fate else rule.source,
    )


def _first_of_each_project(edges: Sequence[Dependency], report: Report) -> list[Dependency]:
    project_of = locator(each.path for each in report.projects)
    found: dict[str, Dependency] = {}
    for edge in sorted(edges, key=lambda each: (each.path, each.line, each.source)):
        found.setdefault(project_of(edge.path), edge)
    return list(found.values())


def _placed(finding: Finding, edge: Dependency, report: Report) -> Finding:
    name = next((each.name for each in report.components if each.id == edge.source), edge.source)
    place = Location(edge.path, edge.line, 1 if edge.line else 0)
    return msgspec.structs.replace(finding, location=place, via=(name, finding.name))


def _has_edges(report: Report, one: Substitute) -> bool:
    return any(each.target == one.replaced.id for each in report.dependencies)


def _ships_here(component: Component, report: Report, judged: TargetReport, target: Target) -> bool:
    """Was it judged as part of what ships for the target? Then its findings say what stands against it."""
    edges = [each for each in report.dependencies if each.scope in SHIPPING and state(each, target) != "ruled out"]
    roots = [each.id for each in report.components if each.kind == "project"]
    shipped = component.provenance in SHIPPED and component.id not in judged.aside
    return shipped and component.id in reached(edges, roots)


def _not_judged(one: Substitute) -> str:
    return f"{one.title}: here only tests, tools or other targets use it, so it was not judged as part of what ships"
