"""One project's sum, its milestones, and what is said beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portlint.errors import PortlintError
from portlint.estimate.bill import FAILED, Bill, Known, bill
from portlint.estimate.choices import in_lines
from portlint.estimate.rates import Milestone, Rates, Scale, Team
from portlint.estimate.spread import (
    NOTHING,
    Factor,
    Item,
    in_words,
    not_below,
    pert_factor,
    shared_factor,
    shown,
    total,
)
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Component, Dependency
from portlint.model.finding import Finding
from portlint.model.report import Cost, Estimate, Range, Stage

_SHOWN = 3
_UNSURE = "the verdict is unknown: what was not looked at, or is not decided, is not priced"


def estimate_project(
    path: str,
    kind: str,
    target: Target,
    catalog: Catalog,
    rates: Rates,
    *,
    components: Sequence[Component],
    dependencies: Sequence[Dependency],
    findings: Sequence[Finding],
    known: Known,
    team: str,
) -> Estimate:
    """The porting tax of one project to one target: its components, its findings.

    Zero findings still cost the fixed part. The order of the arguments' items does not matter. Raises PortlintError
    for an unknown team, and for a family of targets that has no milestones (a container: nothing is ported).
    """
    worker = _team(team, rates)
    milestones = rates.milestones(target.family)
    if not milestones:
        raise PortlintError(f"{target.id}: the rates have no milestone for the family {target.family!r}")
    paid = bill(
        kind,
        target,
        catalog,
        rates,
        components=components,
        dependencies=dependencies,
        findings=findings,
        known=known,
    )
    last = max(paid.needed, default=0)
    stages = _stages(paid, milestones, _factors(target, kind, worker, rates), rates)
    grade = _grade(paid, rates)
    return Estimate(
        milestone=stages[last].milestone,
        days=stages[last].days,
        size=stages[last].size,
        drivers=_drivers(paid.items, last),
        assumptions=_assumptions(paid, worker, milestones, grade, _scale(target, kind, rates), rates),
        choices=in_lines(paid.options),
        calibrated=rates.calibration is not None and rates.calibration.trusted,
        rates=rates.digest,
        project=path,
        grade=grade,
        stages=stages,
        costs=tuple(_cost(item, milestones) for item in paid.items if item.mean > 0),
        options=paid.options,
        unknowns=_unknowns(paid.items, last),
        unread=tuple(f"{each.path}: {each.reason}" for each in known.files if FAILED in each.reason),
    )


def _team(name: str, rates: Rates) -> Team:
    for team in rates.team:
        if team.id == name:
            return team
    raise PortlintError(f"unknown team {name!r}; known teams: {', '.join(sorted(team.id for team in rates.team))}")


def _scale(target: Target, kind: str, rates: Rates) -> Scale | None:
    return next((row for row in rates.scale if (row.kind, row.family) == (kind, target.family)), None)


def _factors(target: Target, kind: str, worker: Team, rates: Rates) -> list[Factor]:
    scale, fitted = _scale(target, kind, rates), rates.calibration
    median = worker.factor * (scale.factor if scale else 1.0)
    if fitted is None:
        return [shared_factor(median, rates.shared.p90)]
    return [shared_factor(median * fitted.factor * fitted.families.get(target.family, 1.0), fitted.p90)]


def _stages(paid: Bill, milestones: Sequence[Milestone], factors: Sequence[Factor], rates: Rates) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    before = Range(0.0, 0.0, 0.0)
    for number, milestone in enumerate(milestones):
        checking = pert_factor((rates.verification.low, milestone.share, rates.verification.high))
        before = not_below(total([item.until(number) for item in paid.items], [checking, *factors]), before)
        days = shown(before)
        size = next((row.id for row in rates.size if days.p50 < row.below), "rethink")
        stages.append(Stage(milestone.id, days, size, number == 0 or number in paid.needed))
    return tuple(stages)


def _drivers(items: Iterable[Item], last: int) -> tuple[str, ...]:
    """The items that widen the range most, of those that the headline's milestone pays for."""
    asked = [item.until(last) for item in items]
    widest = sorted((item for item in asked if item.variance > 0), key=lambda item: (-item.variance, item.label))
    return tuple(f"{item.label}: {_words(item)}" for item in widest[:_SHOWN])


def _unknowns(items: Iterable[Item], last: int) -> tuple[str, ...]:
    """What is not settled, the widest first."""
    open_ones = [item for item in items if not item.settled and item.stage <= last and item.variance > 0]
    widest = sorted(open_ones, key=lambda item: (-item.variance, item.label))
    return tuple(f"{item.label}: {_words(item)}" for item in widest)


def _words(item: Item) -> str:
    return in_words(item.days) if item.probability == 1 else f"{in_words(item.days)}, if it holds"


def _grade(paid: Bill, rates: Rates) -> str:
    rows = sorted(rates.grade, key=lambda row: -row.least)
    if paid.failed or paid.unsure:
        return rows[-1].id
    whole = sum(item.mean for item in paid.items)
    settled = sum(item.mean for item in paid.items if item.settled) / whole if whole else 1.0
    return next(row.id for row in rows if settled >= row.least)


def _cost(item: Item, milestones: Sequence[Milestone]) -> Cost:
    return Cost(
        item.label,
        milestones[item.stage].id,
        item.days,
        item.off if item.stage else NOTHING,
        item.probability,
        item.settled,
        item.component,
        item.capability,
    )


def _assumptions(
    paid: Bill, worker: Team, milestones: Sequence[Milestone], grade: str, scale: Scale | None, rates: Rates
) -> tuple[str, ...]:
    return (
        f"one developer who knows the code and {worker.title}",
        *(f"fixed part to {milestones[each.stage].id}, {each.label}: {in_words(each.days)}" for each in paid.fixed),
        "what belongs to a later milestone is switched off until then",
        "tests, examples, tools and editor code are left out",
        f"grade {grade}: how much of it rests on settled facts, A to D",
        *([_UNSURE] if paid.unsure else []),
        *_reservations(paid.priced, bool(paid.options), scale, rates),
    )


def _reservations(priced: Sequence[Finding], blocked: bool, scale: Scale | None, rates: Rates) -> list[str]:
    lines = [f"all prices times {scale.factor:g}, as real ports of this kind suggest"] if scale else []
    if unsure := sum(finding.confidence != "high" for finding in priced):
        lines.append(f"findings that are not sure count by their probability: {unsure:,} of {len(priced):,}")
    if blocked:
        lines.append("without the blockers, which are choices")
    if rates.calibration:
        lines.append(f"calibrated with {rates.calibration.ports} ports of one's own: {rates.calibration.basis}")
    return lines
