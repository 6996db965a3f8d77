"""The report as one JSON document, schema `portlint-report/1` (docs/report-schema.md)."""

from __future__ import annotations

import os
from collections import Counter
from urllib.parse import quote

import msgspec

from portlint.model.catalog import Catalog
from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding
from portlint.model.report import Choice, Cost, Estimate, ProjectReport, Range, Report, TargetReport
from portlint.reporters import RenderOptions
from portlint.reporters.sanitise import ascii_json, is_unicode, unicode_only

NAME = "json"
SCHEMA = "portlint-report/1"

Json = dict[str, object]


def render(report: Report, catalog: Catalog, options: RenderOptions) -> str:
    """The document, indented by two, in ASCII, with a final line end. Keys keep the order of the schema."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "portlint", "version": report.version},
        "assumptions": _texts(report.assumptions),
        "coverage": _coverage(report.files),
        "components": [_component(component) for component in report.components],
        "dependencies": [_dependency(edge) for edge in report.dependencies],
        "projects": [_project(project) for project in report.projects],
        "targets": [_target(target) for target in report.targets],
    }
    return ascii_json(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def _coverage(files: tuple[FileRecord, ...]) -> Json:
    count = Counter(file.state for file in files)
    return {
        "analysed": count["analysed"],
        "partly": count["partly"],
        "not_analysed": count["not-analysed"],
        "excluded": count["excluded"],
        "files": [
            {**path_fields(file.path), "state": file.state, "reason": unicode_only(file.reason)} for file in files
        ],
    }


def _component(component: Component) -> Json:
    return {
        "id": unicode_only(component.id),
        "kind": component.kind,
        "name": unicode_only(component.name),
        "version": unicode_only(component.version),
        **path_fields(component.path),
        "purl": unicode_only(component.purl),
        "provenance": component.provenance,
    }


def _dependency(edge: Dependency) -> Json:
    return {
        "from": unicode_only(edge.source),
        "to": unicode_only(edge.target),
        "scope": edge.scope,
        "condition": unicode_only(str(edge.condition)),
        **path_fields(edge.path),
        "line": edge.line,
    }


def _project(project: ProjectReport) -> Json:
    return {
        **path_fields(project.path),
        "kind": project.kind,
        "engine_version": unicode_only(project.engine_version),
        "verdicts": dict(project.verdicts),
        "deciding": {target: _texts(facts) for target, facts in project.deciding.items()},
        "estimates": {target: _estimate(estimate) for target, estimate in project.estimates.items()},
    }


def _target(target: TargetReport) -> Json:
    return {
        "id": target.id,
        "verdict": target.verdict,
        "deciding": _texts(target.deciding),
        "estimate": None if target.estimate is None else _estimate(target.estimate),
        "findings": [finding_fields(finding) for finding in target.findings],
    }


def _estimate(estimate: Estimate) -> Json:
    return {
        "milestone": estimate.milestone,
        "days": _range(estimate.days),
        "size": estimate.size,
        "drivers": _texts(estimate.drivers),
        "assumptions": _texts(estimate.assumptions),
        "choices": _texts(estimate.choices),
        "calibrated": estimate.calibrated,
        "rates": estimate.rates,
        "project": unicode_only(estimate.project),
        "grade": estimate.grade,
        "stages": [
            {"milestone": each.milestone, "days": _range(each.days), "size": each.size, "needed": each.needed}
            for each in estimate.stages
        ],
        "costs": [_cost(each) for each in estimate.costs],
        "options": [_choice(each) for each in estimate.options],
        "unknowns": _texts(estimate.unknowns),
        "unread": _texts(estimate.unread),
    }


def _range(days: Range) -> Json:
    return {"p10": days.p10, "p50": days.p50, "p90": days.p90}


def _cost(cost: Cost) -> Json:
    return {
        "label": unicode_only(cost.label),
        "milestone": cost.milestone,
        "days": cost.days,
        "off": cost.off,
        "probability": cost.probability,
        "settled": cost.settled,
        "component": unicode_only(cost.component),
        "capability": cost.capability,
    }


def _choice(choice: Choice) -> Json:
    return {
        "component": unicode_only(choice.component),
        "capability": choice.capability,
        "subject": unicode_only(choice.subject),
        "drop": choice.drop,
        "replace": choice.replace,
        "ask": choice.ask,
        "instead": unicode_only(choice.instead),
    }


def finding_fields(finding: Finding) -> Json:
    return {
        "rule": finding.rule,
        "capability": finding.capability,
        "level": finding.level,
        "severity": finding.severity,
        "blocker": finding.blocker,
        "confidence": finding.confidence,
        "kind": finding.kind,
        "name": unicode_only(finding.name),
        **path_fields(finding.location.path),
        "line": finding.location.line,
        "column": finding.location.column,
        "guard": unicode_only(finding.guard),
        "component": unicode_only(finding.component),
        "via": _texts(finding.via),
        "message": unicode_only(finding.message),
        "instead": unicode_only(finding.instead),
        "source": unicode_only(finding.source),
        "standing": finding.standing,
        "reason": unicode_only(finding.reason),
    }


def _texts(texts: tuple[str, ...]) -> list[str]:
    return [unicode_only(text) for text in texts]


def path_fields(path: str) -> Json:
    """`path`, and `path_uri` beside it where the name is not UTF-8 and JSON cannot hold it as it is."""
    if is_unicode(path):
        return {"path": path}
    return {"path": unicode_only(path), "path_uri": quote(os.fsencode(path), safe="/")}
