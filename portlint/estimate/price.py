"""Estimates for a whole report: one per project and target, and the deciding project's for the target."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from portlint.estimate.bill import Known
from portlint.estimate.model import estimate_project
from portlint.estimate.rates import Rates
from portlint.graph import locator
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding, Verdict
from portlint.model.report import Estimate, ProjectReport, Report, TargetReport

_NOTHING_TO_PORT = "container"
_NO_PROJECT = "files"
_RANK: dict[Verdict, int] = {"ready": 0, "unknown": 1, "needs-work": 2, "blocked": 3}


def priced(
    report: Report,
    catalog: Catalog,
    rates: Rates,
    *,
    known: Mapping[str, Known] | None = None,
    team: str = "one-port",
) -> Report:
    """The report with its estimates put in anew: from the report alone, so that no file is read again.

    `known` by target id says more than the report does; its files are the report's. No estimate for a container, for
    folders without a project, and where hardly anything was looked at; a verdict that is `unknown` for another reason
    has one of what was found. Raises PortlintError for an unknown team.
    """
    more = known or {}
    by_project: dict[str, dict[str, Estimate]] = {project.path: {} for project in report.projects}
    targets = []
    for judged in report.targets:
        target = catalog.target(judged.id)
        found = _of_target(report, judged, target, catalog, rates, more.get(judged.id, Known()), team)
        for path, estimate in found.items():
            by_project[path][judged.id] = estimate
        decides = _deciding(report.projects, judged, found)
        targets.append(msgspec.structs.replace(judged, estimate=found[decides] if decides is not None else None))
    projects = tuple(msgspec.structs.replace(each, estimates=by_project[each.path]) for each in report.projects)
    return msgspec.structs.replace(report, projects=projects, targets=tuple(targets))


def located(projects: Sequence[ProjectReport]) -> Callable[[str], str]:
    """The path of the project with the deepest folder that holds a file; of a lone project for every file."""
    return locator((each.path for each in projects), projects[0].path if len(projects) == 1 else "")


def _of_target(
    report: Report,
    judged: TargetReport,
    target: Target,
    catalog: Catalog,
    rates: Rates,
    known: Known,
    team: str,
) -> dict[str, Estimate]:
    asked = [each for each in report.projects if each.kind != _NO_PROJECT and _is_known(each, judged.id)]
    if target.family == _NOTHING_TO_PORT or not asked:
        return {}
    aside = frozenset(judged.aside)
    known = msgspec.structs.replace(known, files=report.files, begun=known.begun or judged.begun)
    share = _Shares(
        report.projects,
        [each for each in report.components if each.id not in aside],
        report.dependencies,
        [each for each in judged.findings if each.component not in aside and each.location.path not in aside],
        known,
    )
    return {
        each.path: share.estimate(each, target, catalog, rates, team, each.verdicts[judged.id] == "unknown")
        for each in asked
    }


def _is_known(project: ProjectReport, target: str) -> bool:
    """Was enough looked at to price what was found?"""
    verdict, basis = project.verdicts.get(target), project.bases.get(target)
    if verdict != "unknown":
        return verdict is not None
    return basis is not None and not basis.why_not and 0 < basis.units >= basis.unsettled * 2


def _deciding(projects: Iterable[ProjectReport], judged: TargetReport, found: Mapping[str, Estimate]) -> str | None:
    """Of the projects with the worst verdict the one with the most blockers, then errors, then days."""
    asked = [each for each in projects if each.path in found]
    if not asked:
        return None
    project_of = located(asked)
    weights = {each.path: [0, 0] for each in asked}
    for finding in judged.findings:
        at = project_of(finding.location.path)
        if at in weights and finding.severity == "error":
            weights[at][0] += finding.blocker
            weights[at][1] += 1
    return max(
        asked,
        key=lambda each: (
            _RANK[each.verdicts[judged.id]],
            *weights[each.path],
            found[each.path].days.p50,
            _Backwards(each.path),
        ),
    ).path


class _Backwards(str):
    """Sorts the other way round: of equal projects the first by path is the greatest."""

    __slots__ = ()

    def __lt__(self, other: str) -> bool:
        return str.__gt__(self, other)

    def __gt__(self, other: str) -> bool:
        return str.__lt__(self, other)


class _Shares:
    """Components, edges, findings and files by project."""

    def __init__(
        self,
        projects: Sequence[ProjectReport],
        components: Sequence[Component],
        dependencies: Sequence[Dependency],
        findings: Sequence[Finding],
        known: Known,
    ) -> None:
        self._locate = locate = located(projects)
        self._known = known
        self._components = {each.id: each for each in components}
        self._homes: dict[str, list[str]] = {}
        for component in components:
            if component.path or len(projects) == 1:  # a package lies nowhere: it is whose edges lead to it
                self._homes.setdefault(locate(component.path), []).append(component.id)
        self._edges: dict[str, list[Dependency]] = {}
        for edge in dependencies:
            self._edges.setdefault(edge.source, []).append(edge)
        self._findings: dict[str, list[Finding]] = {}
        for finding in findings:
            self._findings.setdefault(locate(finding.location.path), []).append(finding)
        self._files: dict[str, list[FileRecord]] = {}
        for record in known.files:
            self._files.setdefault(locate(record.path), []).append(record)

    def estimate(
        self, project: ProjectReport, target: Target, catalog: Catalog, rates: Rates, team: str, unsure: bool
    ) -> Estimate:
        mine = sorted(self._reached(project.path))
        return estimate_project(
            project.path,
            project.kind,
            target,
            catalog,
            rates,
            components=[self._components[each] for each in mine],
            dependencies=[edge for each in mine for edge in self._edges.get(each, ())],
            findings=self._findings.get(project.path, []),
            known=msgspec.structs.replace(
                self._known,
                files=self._files.get(project.path, []),
                begun=[each for each in self._known.begun if self._locate(each) == project.path],
                unsure=unsure,
                decided=[each for each in self._known.decided if each[0] == project.path],
            ),
            team=team,
        )

    def _reached(self, path: str) -> set[str]:
        """What lies in the project, and what it needs from elsewhere; other projects and what is theirs are not."""
        found = set(self._homes.get(path, ()))
        todo = sorted(found | {f"project:{path}"})
        while todo:
            for edge in self._edges.get(todo.pop(), ()):
                component = self._components.get(edge.target)
                if edge.target not in found and component is not None and component.kind != "project":
                    found.add(edge.target)
                    todo.append(edge.target)
        return found
