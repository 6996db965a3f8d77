"""The tax as a gate: a budget, and what a change adds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from portlint.errors import PortlintError
from portlint.estimate.spread import presentable
from portlint.model.report import Estimate, Report

_UNITS = {"d": 1.0, "w": 5.0, "m": 20.0}  # working days
_FORM = re.compile(r"(?:(?P<milestone>[a-z]+)=)?(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[dwm])")


class Budget(msgspec.Struct, frozen=True):
    """Person-days, for the median. `milestone` "" is the one that each project needs."""

    days: float
    milestone: str = ""


class Tax(msgspec.Struct, frozen=True):
    """The median and the 90th percentile for one project, target and milestone, in person-days."""

    target: str
    project: str
    milestone: str
    p50: float
    p90: float
    rates: str
    needed: bool = True


def parse_budget(text: str) -> Budget:
    """`20d`, `4w` (weeks of 5 days), `2m` (months of 20 days); `playable=20d` for one milestone.

    Raises PortlintError for anything else: no unit, nothing, zero.
    """
    found = _FORM.fullmatch(text.strip())
    days = float(found["number"]) * _UNITS[found["unit"]] if found else 0.0
    if not found or days <= 0 or not math.isfinite(days):
        raise PortlintError(
            f"budget {text!r}: write a number above 0 and a unit, d (days), w (weeks of 5 days) or m (months of 20 "
            "days): 20d, or for one milestone playable=20d"
        )
    return Budget(days, found["milestone"] or "")


def over_budget(report: Report, budget: str | Budget) -> tuple[str, ...]:
    """One line for each project and target whose median is above the budget, or of which nobody can tell.

    Empty: all within it. Raises PortlintError for a budget that `parse_budget` refuses and a milestone that no
    estimate has.
    """
    limit = parse_budget(budget) if isinstance(budget, str) else budget
    found = taxes(report)
    if limit.milestone and found and limit.milestone not in {tax.milestone for tax in found}:
        known = ", ".join(sorted({tax.milestone for tax in found}))
        raise PortlintError(f"budget: no estimate has the milestone {limit.milestone!r}; known milestones: {known}")
    asked = [tax for tax in found if tax.milestone == limit.milestone] if limit.milestone else _headlines(found)
    lines = [
        f"{_name(tax)}: {_days(tax.p50)} (up to {_days(tax.p90)}) to {tax.milestone}, above the budget of "
        f"{_days(limit.days)}"
        for tax in asked
        if tax.p50 > limit.days
    ]
    lines += [
        f"{target.id}: the verdict is unknown: nothing says that it is within the budget"
        for target in report.targets
        if target.verdict == "unknown"
    ]
    return tuple(lines)


def increase(report: Report, baseline: Report | Sequence[Tax]) -> tuple[str, ...]:
    """One line for each project, target and milestone whose median has grown since the baseline.

    What the baseline does not have is no increase; what has no estimate any more may be one, and has a line. Raises
    PortlintError where the two were priced with other rates.
    """
    before = {
        (tax.target, tax.project, tax.milestone): tax
        for tax in (taxes(baseline) if isinstance(baseline, Report) else baseline)
    }
    lines = []
    now = taxes(report)
    for tax in now:
        old = before.get((tax.target, tax.project, tax.milestone))
        if old is None:
            continue
        if old.rates != tax.rates:
            raise PortlintError(
                f"the baseline was priced with the rates {old.rates}, this report with {tax.rates}: make a new baseline"
            )
        if tax.p50 > old.p50:
            lines.append(f"{_name(tax)}: the tax went from {_days(old.p50)} to {_days(tax.p50)} to {tax.milestone}")
    priced = {(tax.target, tax.project) for tax in now}
    lost = dict.fromkeys((old.target, old.project) for old in before.values())
    unknown = {
        (target, each.path) for each in report.projects for target, one in each.verdicts.items() if one == "unknown"
    }
    lines += [
        f"{_place(*place)}: no estimate any more, for the verdict is unknown: nothing says that the tax has not grown"
        for place in lost
        if place in unknown - priced
    ]
    return tuple(lines)


def taxes(report: Report) -> list[Tax]:
    """Every milestone of every project and target, in that order; of the targets where projects have no estimates."""
    found = [
        tax
        for project in report.projects
        for target, estimate in sorted(project.estimates.items())
        for tax in _of(target, estimate)
    ]
    having = {tax.target for tax in found}
    return found + [
        tax
        for target in report.targets
        if target.estimate and target.id not in having
        for tax in _of(target.id, target.estimate)
    ]


def taxes_of_json(table: Mapping[str, Any], name: str) -> list[Tax]:
    """The same from a JSON report, as `portlint scan --output-format json` prints it.

    Raises PortlintError, with `name`, for anything else.
    """
    try:
        rows = [
            (target, project["path"], row)
            for project in table.get("projects", ())
            for target, row in project.get("estimates", {}).items()
        ] or [(target["id"], row.get("project", ""), row) for target in table["targets"] if (row := target["estimate"])]
        return [tax for target, project, row in rows for tax in _of_row(target, project, row)]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PortlintError(f"{name}: not a JSON report of portlint: {error}") from error


def _of_row(target: str, project: str, row: Mapping[str, Any]) -> Iterable[Tax]:
    stages = row.get("stages") or [{**row, "needed": True}]
    for stage in stages:
        days = stage["days"]
        yield Tax(
            target,
            project,
            str(stage["milestone"]),
            float(days["p50"]),
            float(days["p90"]),
            str(row["rates"]),
            bool(stage.get("needed", True)),
        )


def _of(target: str, estimate: Estimate) -> Iterable[Tax]:
    if not estimate.stages:
        yield Tax(target, estimate.project, estimate.milestone, estimate.days.p50, estimate.days.p90, estimate.rates)
    for stage in estimate.stages:
        yield Tax(
            target, estimate.project, stage.milestone, stage.days.p50, stage.days.p90, estimate.rates, stage.needed
        )


def _headlines(found: Iterable[Tax]) -> list[Tax]:
    """The last milestone that is needed, of each project and target."""
    last: dict[tuple[str, str], Tax] = {}
    for tax in found:
        if tax.needed:
            last[(tax.target, tax.project)] = tax
    return list(last.values())


def _name(tax: Tax) -> str:
    return _place(tax.target, tax.project)


def _place(target: str, project: str) -> str:
    return target if project in ("", ".") else f"{target}, {project}"


def _days(days: float) -> str:
    return "less than 1 person-day" if days < 1 else f"{presentable(days):,.0f} person-days"
