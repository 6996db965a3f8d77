"""A comparison as JSON, schema `portlint-diff/1`."""

from __future__ import annotations

import msgspec

from portlint.model.report import Estimate
from portlint.planning.compare import Comparison, ProjectChange, TargetChange
from portlint.reporters.json import Json, finding_fields, path_fields
from portlint.reporters.sanitise import ascii_json, unicode_only

SCHEMA = "portlint-diff/1"


def diff_json(comparison: Comparison) -> str:
    """The document, indented by two, in ASCII. What is not there on one side is null."""
    document = {
        "schema": SCHEMA,
        "before": unicode_only(comparison.before),
        "after": unicode_only(comparison.after),
        "worse": comparison.is_worse,
        "notes": [unicode_only(each) for each in comparison.notes],
        "targets": [_target(each) for each in comparison.targets],
        "components": {
            "added": [unicode_only(each) for each in comparison.added],
            "removed": [unicode_only(each) for each in comparison.removed],
        },
    }
    return ascii_json(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def _target(change: TargetChange) -> Json:
    findings = {
        "new_blockers": change.new_blockers,
        "gone_blockers": change.gone_blockers,
        "new_errors": change.new_errors,
        "gone_errors": change.gone_errors,
    }
    return {
        "before": {"target": change.id, "verdict": change.before},
        "after": {"target": change.other, "verdict": change.after},
        "worse": change.is_worse,
        "projects": [_project(each) for each in change.projects],
        **{name: [finding_fields(each) for each in found] for name, found in findings.items()},
    }


def _project(change: ProjectChange) -> Json:
    return {
        **path_fields(change.path),
        "before": {"verdict": change.before, "tax": _tax(change.tax.before)},
        "after": {"verdict": change.after, "tax": _tax(change.tax.after)},
    }


def _tax(estimate: Estimate | None) -> Json | None:
    if estimate is None:
        return None
    days = estimate.days
    return {"milestone": estimate.milestone, "days": {"p10": days.p10, "p50": days.p50, "p90": days.p90}}
