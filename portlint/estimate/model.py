"""One project's sum, its milestones, and what is said beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from portlint.errors import PortlintError
from portlint.estimate.choices import choices, in_lines
from portlint.estimate.dependencies import blocks, dependency_items, ships, stands, used
from portlint.estimate.fallback import branches
from portlint.estimate.rates import Fixed, Milestone, Rates, Scale, Team, belongs
from portlint.estimate.spread import (
    NOTHING,
    Factor,
    Item,
    in_words,
    not_below,
    pert_factor,
    shared_factor,
    shown,
    times,
    total,
)
from portlint.estimate.units import Price, Prices, is_abroad, unit_items, units
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding
from portlint.model.report import Cost, Estimate, Range, Stage

_SHOWN = 3
_FAILED = "the reader failed"


class Known(msgspec.Struct, frozen=True):
    """What beside findings an estimate may know. All of it is optional: less knowledge makes it dearer, never cheaper.

    `files`: the outcome of each file. `ruled_out`: (capability, path) of each fact that a guard on the target itself
    (`__EMSCRIPTEN__`, `feature(web)`) rules out: a branch for it is there. A guard on another platform is no credit.
    `begun`: own files, headers left out, with a condition on the target itself. `grades`: how hard
    a rebuild of a binary component would be (`judge.rebuild`), by id. `lines` by path. `decided`: work that a decision
    brings, by the path of its project.
    """

    files: Sequence[FileRecord] = ()
    ruled_out: Sequence[tuple[str, str]] = ()
    begun: Sequence[str] = ()
    grades: Mapping[str, str] = {}
    lines: Mapping[str, int] = {}
    decided: Sequence[tuple[str, Item]] = ()


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
    known: Known = Known(),  # noqa: B008
    team: str = "one-port",
) -> Estimate:
    """The porting tax of one project to one target: its components, its findings.

    Zero findings still cost the fixed part. The order of the arguments' items does not matter. Raises PortlintError
    for an unknown team, and for a family of targets that has no milestones (a container: nothing is ported).
    """
    worker = _team(team, rates)
    milestones = rates.milestones(target.family)
    if not milestones:
        raise PortlintError(f"{target.id}: the rates have no milestone for the family {target.family!r}")
    names = {component.id: component.name for component in components}
    deps = used(components, dependencies, findings, target)
    own = _own(findings, components)
    priced = [finding for finding in own if not blocks(finding)]
    prices = _prices(target, catalog, rates, components, known)
    fixed, covered = _fixed_items(target, kind, own, milestones, rates, bool(known.begun))
    failed = _failed(known.files, rates)
    decided = [msgspec.structs.replace(each, stage=prices.stage(each.capability)) for _, each in known.decided]
    items = sorted(
        [
            *fixed,
            *failed,
            *decided,
            *dependency_items(deps, rates, known.grades),
            *unit_items(units(priced, rates.elsewhere.platforms), prices, names, covered),
        ],
        key=lambda item: (item.stage, item.label),
    )
    belongs_to = {prices.stage(found.capability) for found in priced}
    belongs_to |= {prices.stage(found.capability) for one in deps if not one.blocked for found in one.findings}
    belongs_to |= {each.stage for each in decided}
    last = max(belongs_to, default=0)
    factors = _factors(target, kind, worker, rates)
    stages = _stages(items, milestones, belongs_to, factors, rates)
    options = choices(deps, own, names, catalog, rates)
    return Estimate(
        milestone=stages[last].milestone,
        days=stages[last].days,
        size=stages[last].size,
        drivers=_drivers(items, last),
        assumptions=(
            f"one developer who knows the code and {worker.title}",
            *(f"fixed part to {milestones[each.stage].id}, {each.label}: {in_words(each.days)}" for each in fixed),
            "what belongs to a later milestone is switched off until then",
            "tests, examples, tools and editor code are left out",
            f"grade {_grade(items, rates, bool(failed))}: how much of it rests on settled facts, A to D",
            *_reservations(priced, bool(options), _scale(target, kind, rates), rates),
        ),
        choices=in_lines(options),
        calibrated=rates.calibration is not None and rates.calibration.trusted,
        rates=rates.digest,
        project=path,
        grade=_grade(items, rates, bool(failed)),
        stages=stages,
        costs=tuple(_cost(item, milestones) for item in items if item.mean > 0),
        options=options,
        unknowns=_unknowns(items, last),
        unread=tuple(f"{each.path}: {each.reason}" for each in known.files if _FAILED in each.reason),
    )


def _team(name: str, rates: Rates) -> Team:
    for team in rates.team:
        if team.id == name:
            return team
    raise PortlintError(f"unknown team {name!r}; known teams: {', '.join(sorted(team.id for team in rates.team))}")


def _own(findings: Iterable[Finding], components: Iterable[Component]) -> list[Finding]:
    """Findings in the project's own code that ships; the ones inside a dependency are priced with it."""
    elsewhere = {one.id for one in components if one.kind not in ("project", "module") or not ships(one)}
    return [finding for finding in findings if finding.component not in elsewhere and stands(finding)]


def _prices(target: Target, catalog: Catalog, rates: Rates, components: Sequence[Component], known: Known) -> Prices:
    own = {row.id: row for row in rates.capability}
    if unknown := sorted(own.keys() - catalog.capabilities.keys()):
        raise PortlintError(f"the rates have a price for the unknown capability {unknown[0]!r}")
    off = next(row for row in rates.off if row.family == target.family)
    there = branches(components, known.files, known.ruled_out, target.family, rates.fallback)
    capabilities: dict[str, Price] = {**catalog.capabilities, **own}
    return Prices(capabilities, rates, rates.milestones(target.family), off, there, known.lines)


def _fixed_items(
    target: Target, kind: str, own: Sequence[Finding], milestones: Sequence[Milestone], rates: Rates, begun: bool
) -> tuple[list[Item], set[str]]:
    """The fixed part of each milestone by kind of project, and the capabilities that it pays for."""
    sure = {
        each.capability
        for each in own
        if each.severity in ("error", "warning")
        and each.confidence != "low"
        and not is_abroad(each.location.path, rates.elsewhere.platforms)
    }
    items: list[Item] = []
    covered: set[str] = set()
    for stage, milestone in enumerate(milestones):
        row = _fixed_row(target, kind, sure, milestone.id if stage else "", rates)
        if row:
            days = times(row.days, rates.fallback.begun) if begun else row.days
            items.append(Item(f"{row.title}, begun already" if begun else row.title, days, stage=stage))
            covered |= set(row.covers)
    return items, covered


def _fixed_row(target: Target, kind: str, sure: set[str], milestone: str, rates: Rates) -> Fixed | None:
    rows = [row for row in rates.fixed if (row.family, row.milestone) == (target.family, milestone)]
    fitting = [
        row
        for row in rows
        if row.kind in (kind, "*") and (not row.needs or any(belongs(need, row.needs) for need in sure))
    ]
    return min(fitting, key=lambda row: (row.kind == "*", not row.needs), default=None)


def _failed(files: Iterable[FileRecord], rates: Rates) -> list[Item]:
    """A reader that failed leaves an open question, never a zero."""
    number = sum(_FAILED in each.reason for each in files)
    if not number:
        return []
    days = times(rates.unit.investigate, number**rates.unit.many_questions)
    what = "1 file whose reader" if number == 1 else f"{number:,} files whose readers"
    return [Item(f"finding out about {what} failed", days, settled=False)]


def _scale(target: Target, kind: str, rates: Rates) -> Scale | None:
    return next((row for row in rates.scale if (row.kind, row.family) == (kind, target.family)), None)


def _factors(target: Target, kind: str, worker: Team, rates: Rates) -> list[Factor]:
    scale, fitted = _scale(target, kind, rates), rates.calibration
    median = worker.factor * (scale.factor if scale else 1.0)
    if fitted is None:
        return [shared_factor(median, rates.shared.p90)]
    return [shared_factor(median * fitted.factor * fitted.families.get(target.family, 1.0), fitted.p90)]


def _stages(
    items: Sequence[Item],
    milestones: Sequence[Milestone],
    needed: Collection[int],
    factors: Sequence[Factor],
    rates: Rates,
) -> tuple[Stage, ...]:
    stages: list[Stage] = []
    before = Range(0.0, 0.0, 0.0)
    for number, milestone in enumerate(milestones):
        checking = pert_factor((rates.verification.low, milestone.share, rates.verification.high))
        before = not_below(total([item.until(number) for item in items], [checking, *factors]), before)
        days = shown(before)
        size = next((row.id for row in rates.size if days.p50 < row.below), "rethink")
        stages.append(Stage(milestone.id, days, size, number == 0 or number in needed))
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


def _grade(items: Sequence[Item], rates: Rates, failed: bool) -> str:
    rows = sorted(rates.grade, key=lambda row: -row.least)
    if failed:
        return rows[-1].id
    whole = sum(item.mean for item in items)
    settled = sum(item.mean for item in items if item.settled) / whole if whole else 1.0
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


def _reservations(priced: Sequence[Finding], blocked: bool, scale: Scale | None, rates: Rates) -> list[str]:
    lines = [f"all prices times {scale.factor:g}, as real ports of this kind suggest"] if scale else []
    if unsure := sum(finding.confidence != "high" for finding in priced):
        lines.append(f"findings that are not sure count by their probability: {unsure:,} of {len(priced):,}")
    if blocked:
        lines.append("without the blockers, which are choices")
    if rates.calibration:
        lines.append(f"calibrated with {rates.calibration.ports} ports of one's own: {rates.calibration.basis}")
    return lines
