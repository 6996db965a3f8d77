"""Verdicts made anew for findings that have changed, with the judge's own functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from portlint.graph import locator
from portlint.judge.verdict import deciding, most_telling, verdict, worst
from portlint.model.finding import Finding, Verdict
from portlint.model.report import Basis, ProjectReport, Report, TargetReport

_UNSAID = Basis(0, 0, open="the report does not say what was looked at, so nothing more can be said")

_STILL = "still unknown: a supposition does not look at what was not looked at"


class Change(msgspec.Struct, frozen=True):
    """One target's findings as they are now. `settled`: those that decide nothing any more. `without_units`: paths of
    code that is gone. `questions`: why `ready` cannot be said any more, a sentence, by the path of the project.
    """

    findings: tuple[Finding, ...]
    settled: frozenset[Finding] = frozenset()
    without_units: tuple[str, ...] = ()
    questions: Mapping[str, str] = {}


def rejudged(report: Report, changes: Mapping[str, Change]) -> Report:
    """The report with these findings by target id, and the verdicts that follow. Projects without a change keep theirs.

    No verdict becomes `ready` that was `unknown`.
    """
    project_of = locator(each.path for each in report.projects)
    projects = {each.path: each for each in report.projects}
    targets = []
    for judged in report.targets:
        change = changes[judged.id]
        for path, project in projects.items():
            if judged.id in project.verdicts:
                projects[path] = _project(project, judged, change, project_of)
        targets.append(_target(judged, change, list(projects.values()), project_of))
    return msgspec.structs.replace(report, projects=tuple(projects.values()), targets=tuple(targets))


def _project(
    project: ProjectReport, judged: TargetReport, change: Change, project_of: Callable[[str], str]
) -> ProjectReport:
    before = _of(judged.findings, project.path, project_of)
    after = _of(change.findings, project.path, project_of)
    left = sum(project_of(path) == project.path for path in change.without_units)
    question = change.questions.get(project.path, "")
    if before == after and not left and not question:
        return project
    old, told = project.verdicts[judged.id], project.deciding.get(judged.id, ())
    basis = project.bases.get(judged.id, _UNSAID)
    context = _context(told, deciding(before, basis, old))
    now = msgspec.structs.replace(basis, units=max(basis.units - left, 0), open=basis.open or question)
    standing = [each for each in after if each not in change.settled]
    answer = verdict(standing, now)
    if (old, answer) == ("unknown", "ready"):
        answer, sentences = old, (*told, _STILL)
    else:
        sentences = (*deciding(standing, now, answer), *context)
    return msgspec.structs.replace(
        project,
        verdicts={**project.verdicts, judged.id: answer},
        deciding={**project.deciding, judged.id: sentences},
        bases={**project.bases, judged.id: now},
    )


def _target(
    judged: TargetReport, change: Change, projects: Sequence[ProjectReport], project_of: Callable[[str], str]
) -> TargetReport:
    verdicts: dict[str, Verdict] = {
        each.path: each.verdicts[judged.id] for each in projects if judged.id in each.verdicts
    }
    why = {each.path: each.deciding.get(judged.id, ()) for each in projects}
    answer = worst(list(verdicts.values()))
    standing = [each for each in change.findings if each not in change.settled]
    sentences = most_telling(verdicts, why, answer, standing, project_of) if verdicts else judged.deciding
    ordered = tuple(sorted(change.findings, key=_place))
    return msgspec.structs.replace(judged, verdict=answer, deciding=sentences, findings=ordered)


def _of(findings: Sequence[Finding], path: str, project_of: Callable[[str], str]) -> list[Finding]:
    return [each for each in findings if project_of(each.location.path) == path]


def _context(told: tuple[str, ...], from_findings: tuple[str, ...]) -> tuple[str, ...]:
    """What stood behind the sentences that findings gave: sizes of images."""
    number = len(from_findings)
    return told[number:] if told[:number] == from_findings else ()


def _place(finding: Finding) -> tuple[str, int, str, str]:
    return finding.location.path, finding.location.line, finding.rule, finding.name
