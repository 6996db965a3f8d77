"""What was read and judged, put together as a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from portlint import __version__
from portlint.collect import Collected
from portlint.estimate import load_rates, priced
from portlint.estimate.begun import begun_for
from portlint.judge.target import TargetJudgement
from portlint.model.catalog import Catalog, Family, Target
from portlint.model.component import Project
from portlint.model.extraction import FileRecord
from portlint.model.fact import Fact
from portlint.model.report import ProjectReport, Report, TargetReport
from portlint.projects import Layout
from portlint.projects.submodules import absent, not_there
from portlint.walk import Walk


class Found(msgspec.Struct, frozen=True):
    """All that a report is made of. `targets`, and what was `judged` for each, by the name that was asked for."""

    root: Path
    walked: Walk
    collected: Collected
    layout: Layout
    targets: Mapping[str, Target]
    judged: Mapping[str, TargetJudgement]


def reported(found: Found, catalog: Catalog, assumptions: tuple[str, ...], content: Callable[[str], bytes]) -> Report:
    """The report, priced. `assumptions` are lines; `content` gives a file of the tree once more."""
    graph = found.layout.graph
    rates = load_rates()
    families = {target.family for target in found.targets.values()}
    begun = begun_for(families, found.collected.extractions, content, found.layout, rates.fallback)
    files = _files(found)
    unpriced = Report(
        __version__,
        found.root.name,
        files,
        tuple(graph.components.values()),
        graph.dependencies,
        tuple(_project(each, found.judged) for each in found.layout.projects),
        tuple(_target(found.targets[name], one, begun) for name, one in found.judged.items()),
        assumptions,
        _ignores(found.collected),
    )
    return priced(unpriced, catalog, rates)


def _files(found: Found) -> tuple[FileRecord, ...]:
    """Every file seen, and the submodules that are not there, in order of paths."""
    files = (*found.collected.records, *found.walked.records)
    gone = absent(found.collected.extractions, {each.path for each in files})
    return tuple(sorted((*files, *not_there(gone, files)), key=lambda each: each.path))


def _project(project: Project, judged: Mapping[str, TargetJudgement]) -> ProjectReport:
    """With what each target that concerns it says of it."""
    at = project.path
    return ProjectReport(
        at,
        project.kind,
        project.engine_version,
        {name: one.verdicts[at] for name, one in judged.items() if at in one.verdicts},
        {name: one.deciding_of[at] for name, one in judged.items() if at in one.deciding_of},
        bases={name: one.bases[at] for name, one in judged.items() if at in one.bases},
    )


def _target(target: Target, judged: TargetJudgement, begun: Mapping[Family, tuple[str, ...]]) -> TargetReport:
    return TargetReport(
        target.id,
        target.title,
        judged.verdict,
        judged.deciding,
        None,
        judged.findings,
        judged.credit,
        tuple(sorted(judged.aside)),
        begun[target.family],
    )


def _ignores(collected: Collected) -> tuple[Fact, ...]:
    facts = (fact for extraction in collected.extractions.values() for fact in extraction.facts)
    return tuple(fact for fact in facts if fact.kind == "ignore")
