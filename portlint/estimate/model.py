"""The sum, its milestone, and what is said beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from portlint.errors import PortlintError
from portlint.estimate.dependencies import Used, blocks, dependency_items, ships, used
from portlint.estimate.rates import Fixed, Milestone, Rates, Team
from portlint.estimate.spread import Item, in_words, pert_factor, presentable, shared_factor, total
from portlint.estimate.units import unit_items, units
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Component, Dependency, Project
from portlint.model.finding import Finding
from portlint.model.report import Estimate, Range

_DRIVERS = 3
_CHOICES_SHOWN = 20


def estimate(
    target: Target,
    catalog: Catalog,
    rates: Rates,
    *,
    projects: Sequence[Project],
    components: Sequence[Component],
    dependencies: Sequence[Dependency],
    findings: Sequence[Finding],
    team: str = "one-port",
) -> Estimate:
    """The porting tax of these projects, together, to one target, up to the last milestone that they have need of.

    `findings` are that target's. Zero findings still cost the fixed part. The order of the arguments' items does not
    matter. Raises PortlintError for an unknown team.
    """
    worker = _team(team, rates)
    names = {component.id: component.name for component in components}
    deps = used(components, dependencies, findings, target)
    own = _own(findings, components)
    priced = [finding for finding in own if not blocks(finding)]
    needed = {finding.capability for finding in priced}
    fixed, covered = _fixed_items(target, projects, needed, rates)
    items = [
        *fixed,
        *dependency_items(deps, rates),
        *unit_items(units(priced), catalog.capabilities, names, rates, covered),
    ]
    milestone = _milestone(target, needed | _capabilities_of(deps), rates)
    share = pert_factor((rates.verification.low, milestone.share, rates.verification.high))
    days = total(items, [share, shared_factor(worker.factor, rates.shared.p90)])
    days = Range(presentable(days.p10), presentable(days.p50), presentable(days.p90))
    choices = _choices(deps, own, names, catalog, rates)
    return Estimate(
        milestone=milestone.id,
        days=days,
        size=next((size.id for size in rates.size if days.p50 < size.below), "rethink"),
        drivers=_drivers(items),
        assumptions=(
            f"one developer who knows the code and {worker.title}",
            *(f"fixed part, {item.label}: {in_words(item.days)}" for item in fixed),
            "tests, examples, tools and editor code are left out",
            f"grade {_grade(items, rates)}: how much of it rests on settled facts, A to D",
            *_reservations(len(projects), priced, bool(choices)),
        ),
        choices=choices,
        calibrated=False,
        rates=rates.digest,
    )


def _team(name: str, rates: Rates) -> Team:
    for team in rates.team:
        if team.id == name:
            return team
    raise PortlintError(f"unknown team {name!r}; known teams: {', '.join(sorted(team.id for team in rates.team))}")


def _own(findings: Iterable[Finding], components: Iterable[Component]) -> list[Finding]:
    """Findings in the project's own code that ships; the ones inside a dependency are priced with it."""
    elsewhere = {one.id for one in components if one.kind not in ("project", "module") or not ships(one)}
    return [finding for finding in findings if finding.component not in elsewhere]


def _fixed_items(
    target: Target, projects: Sequence[Project], needed: set[str], rates: Rates
) -> tuple[list[Item], set[str]]:
    """The fixed part by kind of project, and the capabilities that it pays for. A further project costs a share."""
    count = Counter(project.kind for project in projects) or Counter({"*": 1})
    items: list[Item] = []
    covered: set[str] = set()
    for kind, number in sorted(count.items()):
        row = _fixed_row(target, kind, needed, rates)
        covered |= set(row.needs)
        items.append(Item(row.title, row.days))
        if number > 1:
            times = (number - 1) * rates.repeated.share
            low, likely, high = row.days
            items.append(Item(f"{number - 1:,} more of it: {row.title}", (low * times, likely * times, high * times)))
    return items, covered


def _fixed_row(target: Target, kind: str, needed: set[str], rates: Rates) -> Fixed:
    rows = [row for row in rates.fixed if row.family == target.family and row.kind in (kind, "*")]
    fitting = [row for row in rows if not row.needs or needed & set(row.needs)]
    return min(fitting, key=lambda row: (row.kind == "*", not row.needs))


def _capabilities_of(deps: Iterable[Used]) -> set[str]:
    return {finding.capability for one in deps if not one.blocked for finding in one.findings}


def _milestone(target: Target, needed: set[str], rates: Rates) -> Milestone:
    """The last of the family's milestones that one of these capabilities belongs to, else the first."""
    rows = [row for row in rates.milestone if row.family == target.family]
    wanted = needed | {capability.split(".")[0] for capability in needed}
    return next((row for row in reversed(rows) if wanted & set(row.capabilities)), rows[0])


def _drivers(items: Iterable[Item]) -> tuple[str, ...]:
    """The items that widen the range most."""
    widest = sorted((item for item in items if item.variance > 0), key=lambda item: (-item.variance, item.label))
    return tuple(f"{item.label}: {_words(item)}" for item in widest[:_DRIVERS])


def _words(item: Item) -> str:
    return in_words(item.days) if item.probability == 1 else f"{in_words(item.days)}, if it holds"


def _grade(items: Sequence[Item], rates: Rates) -> str:
    whole = sum(item.mean for item in items)
    settled = sum(item.mean for item in items if item.settled) / whole if whole else 1.0
    return next(row.id for row in sorted(rates.grade, key=lambda row: -row.least) if settled >= row.least)


def _choices(
    deps: Iterable[Used], own: Iterable[Finding], names: Mapping[str, str], catalog: Catalog, rates: Rates
) -> tuple[str, ...]:
    """One line for each blocker: a dependency, or a capability in the project's own code."""
    prices = {row.id: f"{row.title} ({in_words(row.days)})" for row in rates.choice}
    ways = f"{prices['drop']}, {prices['replace']}, or {prices['ask']}"
    lines = [f"{one.component.name}: {ways}{_remedy(one.instead)}" for one in deps if one.blocked]
    blocking = sorted({(finding.component, finding.capability, finding.instead) for finding in own if blocks(finding)})
    seen: set[tuple[str, str]] = set()
    for component, capability, instead in blocking:
        if (component, capability) in seen:
            continue
        seen.add((component, capability))
        known = catalog.capabilities.get(capability)
        subject = f"{known.title if known else capability} in {names.get(component, component)}"
        lines.append(f"{subject}: {prices['drop']}, or {prices['replace']}{_remedy(instead)}")
    further = len(lines) - _CHOICES_SHOWN
    return tuple(lines if further <= 0 else [*lines[:_CHOICES_SHOWN], f"and {further:,} more of the kind"])


def _remedy(instead: str) -> str:
    return f": {instead}" if instead else ""


def _reservations(projects: int, priced: Sequence[Finding], blocked: bool) -> list[str]:
    lines = []
    if projects > 1:
        lines.append(f"all {projects:,} projects of the tree together")
    if unsure := sum(finding.confidence != "high" for finding in priced):
        lines.append(f"findings that are not sure count by their probability: {unsure:,} of {len(priced):,}")
    if blocked:
        lines.append("without the blockers, which are choices")
    return lines
