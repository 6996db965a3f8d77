"""What one project has to pay for on its way to one target, item by item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from portlint.errors import PortlintError
from portlint.estimate.choices import choices
from portlint.estimate.dependencies import blocks, dependency_items, ships, stands, used
from portlint.estimate.fallback import branches, is_build_file
from portlint.estimate.rates import Fallback, Fixed, Milestone, Rates, belongs
from portlint.estimate.spread import Item, times
from portlint.estimate.units import Price, Prices, is_abroad, unit_items, units
from portlint.model.catalog import Catalog, Target
from portlint.model.component import Component, Dependency
from portlint.model.extraction import FileRecord
from portlint.model.finding import Finding
from portlint.model.report import Choice

FAILED = "the reader failed"


class Known(msgspec.Struct, frozen=True):
    """What beside findings an estimate may know. All of it is optional: less knowledge makes it dearer, never cheaper.

    `files`: the outcome of each file. `begun`: own files with a condition on the target itself, and own build files
    that name its toolchain. `lines` by path. `decided`: work that a decision brings, by the path of its project.
    `unsure`: the verdict is unknown.
    """

    files: Sequence[FileRecord] = ()
    begun: Sequence[str] = ()
    lines: Mapping[str, int] = {}
    decided: Sequence[tuple[str, Item]] = ()
    unsure: bool = False


class Bill(msgspec.Struct, frozen=True):
    """Items by stage and label; `fixed` are those of them that every port pays.

    `priced`: the findings in own code that the items pay for. `needed`: the stages that something in the project
    belongs to. `options`: the blockers, which are no items. `failed`: some file's reader did. `unsure`: the verdict is
    unknown.
    """

    items: tuple[Item, ...]
    fixed: tuple[Item, ...]
    priced: tuple[Finding, ...]
    needed: frozenset[int]
    options: tuple[Choice, ...]
    failed: bool
    unsure: bool = False


def bill(
    kind: str,
    target: Target,
    catalog: Catalog,
    rates: Rates,
    *,
    components: Sequence[Component],
    dependencies: Sequence[Dependency],
    findings: Sequence[Finding],
    known: Known,
) -> Bill:
    """The order of the arguments' items does not matter. Raises PortlintError for rates of an unknown capability."""
    names = {component.id: component.name for component in components}
    deps = used(components, dependencies, findings, target)
    own = _own(findings, components)
    priced = [finding for finding in own if not blocks(finding)]
    prices = _prices(target, catalog, rates, components, known)
    fixed, covered = _fixed_items(target, kind, own, rates.milestones(target.family), rates, known.begun)
    failed = _failed(known.files, rates)
    decided = [msgspec.structs.replace(each, stage=prices.stage(each.capability)) for _, each in known.decided]
    items = [
        *fixed,
        *failed,
        *decided,
        *dependency_items(deps, rates),
        *unit_items(units(priced, rates.elsewhere.platforms), prices, names, covered),
    ]
    needing = [*priced, *(found for one in deps if not one.blocked for found in one.findings)]
    return Bill(
        tuple(sorted(items, key=lambda item: (item.stage, item.label))),
        tuple(fixed),
        tuple(priced),
        frozenset((*(prices.stage(found.capability) for found in needing), *(each.stage for each in decided))),
        tuple(choices(deps, own, names, catalog, rates)),
        bool(failed),
        known.unsure,
    )


def _own(findings: Iterable[Finding], components: Iterable[Component]) -> list[Finding]:
    """Findings in the project's own code that ships; the ones inside a dependency are priced with it."""
    elsewhere = {one.id for one in components if one.kind not in ("project", "module") or not ships(one)}
    return [finding for finding in findings if finding.component not in elsewhere and stands(finding)]


def _prices(target: Target, catalog: Catalog, rates: Rates, components: Sequence[Component], known: Known) -> Prices:
    own = {row.id: row for row in rates.capability}
    if unknown := sorted(own.keys() - catalog.capabilities.keys()):
        raise PortlintError(f"the rates have a price for the unknown capability {unknown[0]!r}")
    off = next(row for row in rates.off if row.family == target.family)
    there = branches(components, known.files, target.family, rates.fallback)
    capabilities: dict[str, Price] = {**catalog.capabilities, **own}
    return Prices(capabilities, rates, rates.milestones(target.family), off, there, known.lines)


def _fixed_items(
    target: Target,
    kind: str,
    own: Sequence[Finding],
    milestones: Sequence[Milestone],
    rates: Rates,
    begun: Sequence[str],
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
            share, told = _left(begun, rates.fallback)
            items.append(Item(f"{row.title}{told}", times(row.days, share), stage=stage))
            covered |= set(row.covers)
    return items, covered


def _left(begun: Sequence[str], rates: Fallback) -> tuple[float, str]:
    """The share of a fixed part that is still to be done, and what to say of it."""
    if any(map(is_build_file, begun)):
        return rates.built, ", built for it already"
    return (rates.begun, ", begun already") if begun else (1.0, "")


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
    number = sum(FAILED in each.reason for each in files)
    if not number:
        return []
    days = times(rates.unit.investigate, number**rates.unit.many_questions)
    what = "1 file whose reader" if number == 1 else f"{number:,} files whose readers"
    return [Item(f"finding out about {what} failed", days, settled=False)]
