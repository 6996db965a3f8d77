"""Adaptation units: what one capability costs in one component of the project's own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from portlint.estimate.fallback import Branches
from portlint.estimate.rates import CapabilityRate, Days, Milestone, Off, Rates, belongs, stage_of
from portlint.estimate.spread import NOTHING, Item, pert_mean, times
from portlint.model.catalog import Capability
from portlint.model.finding import Finding

Price = Capability | CapabilityRate


class Unit(msgspec.Struct, frozen=True):
    """Findings of one capability in one component. A finding counts once: it is one use."""

    capability: str
    component: str
    findings: tuple[Finding, ...]
    abroad: bool = False  # all of it lies in files of other platforms

    @property
    def sure(self) -> tuple[Finding, ...]:
        """Those whose level is known and that are not guesses; the unit's price is theirs where there are any."""
        return tuple(each for each in self.findings if each.level != "unknown" and each.confidence != "low")

    @property
    def counted(self) -> tuple[Finding, ...]:
        return self.sure or self.findings

    @property
    def files(self) -> int:
        return len({finding.location.path for finding in self.counted})

    @property
    def uses(self) -> int:
        return len(self.counted)

    @property
    def doubtful(self) -> bool:
        """Nobody knows the level, or not one of the findings is sure."""
        return all(finding.level == "unknown" or finding.confidence != "high" for finding in self.findings)


class Prices(msgspec.Struct, frozen=True):
    """What a unit is priced by. `lines` of files by path, where they are known: the price of writing a file anew."""

    capabilities: Mapping[str, Price]
    rates: Rates
    milestones: Sequence[Milestone]
    off: Off
    branches: Branches = Branches()
    lines: Mapping[str, int] = {}

    def stage(self, capability: str) -> int:
        return stage_of(capability, self.milestones)


def units(findings: Iterable[Finding], platforms: Collection[str] = ()) -> list[Unit]:
    """By capability, the unit with the most files and uses first: it is the one that pays the base price.

    Files of other `platforms` (names of folders, words in file names) count only where a unit has no others.
    """
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.capability, finding.component), []).append(finding)
    found = [_unit(capability, component, members, platforms) for (capability, component), members in groups.items()]
    return sorted(found, key=lambda unit: (unit.capability, -unit.files, -unit.uses, unit.component))


def _unit(capability: str, component: str, members: Sequence[Finding], platforms: Collection[str]) -> Unit:
    here = [each for each in members if not is_abroad(each.location.path, platforms)]
    return Unit(capability, component, tuple(here or members), not here)


def is_abroad(path: str, platforms: Collection[str]) -> bool:
    """Is a folder, or a word of the file's name, the name of another platform: `platform/vita/keyboard.cpp`?"""
    words = {*path.lower().split("/")[:-1], *re.split(r"[^a-z0-9]+", path.lower().rpartition("/")[2])}
    return not words.isdisjoint(platforms)


def unit_items(
    found: Sequence[Unit], prices: Prices, names: Mapping[str, str], covered: Collection[str] = ()
) -> list[Item]:
    """A price for each unit, and one for finding out in each component with doubtful units.

    The base price is paid once for a capability, in its largest unit: the first thread removal is dear, the tenth is
    not. Where one seam answers for several capabilities (a transport for all of `net`), the dearest pays in full.
    `covered` are capabilities that the fixed part already pays for. A capability without a price raises KeyError:
    the catalog has refused such a rule.
    """
    items: list[Item] = []
    paid: set[str] = set()
    for unit in found:
        price = prices.capabilities[unit.capability]
        share = _share(unit, prices)
        if unit.capability in covered or share == 0:
            continue
        days = _price(unit, price, unit.capability not in paid, prices)
        paid.add(unit.capability)
        items.append(_item(unit, times(days, share), prices, names))
    return [*_by_seam(items, prices), *_questions(found, covered, prices, names)]


def _item(unit: Unit, days: Days, prices: Prices, names: Mapping[str, str]) -> Item:
    """Adapted, or left out for good where that is allowed and cheaper."""
    title = getattr(prices.capabilities[unit.capability], "title", unit.capability)
    label = f"{title} in {names.get(unit.component, unit.component)}"
    off = prices.off
    if belongs(unit.capability, off.capabilities) and pert_mean(off.days) < pert_mean(days):
        days, label = off.days, f"doing without {label}"
    stage = prices.stage(unit.capability)
    until = min(off.days, days, key=pert_mean) if stage else NOTHING
    return Item(
        label, days, _probability(unit, prices.rates), not unit.doubtful, stage, until, unit.component, unit.capability
    )


def _price(unit: Unit, price: Price, first: bool, prices: Prices) -> Days:
    """Base + files + uses to a power, up to a cap and to writing it anew; the range is as wide as the base price's."""
    rate = prices.rates.unit
    likely = price.days[1]
    if likely <= 0:
        return price.days if first else NOTHING
    base = likely
    if belongs(unit.capability, rate.gradual):
        base *= min(1.0, unit.uses / rate.full_at)
    files = unit.files - 1 if first else unit.files
    uses = unit.uses - 1 if first else unit.uses
    due = (base if first else 0.0) + price.per_file * files**rate.exponent + price.per_site * uses**rate.exponent
    due = min(due, likely * rate.cap)
    paths = {finding.location.path for finding in unit.counted}
    if paths <= prices.lines.keys():
        due = min(due, sum(prices.lines[path] for path in paths) / rate.lines_a_day)
    return times(price.days, due / likely)


def _by_seam(items: Sequence[Item], prices: Prices) -> list[Item]:
    """In each component and seam the dearest item in full, the others at their share."""
    dearest: dict[tuple[str, str], Item] = {}
    for item in items:
        if seam := _seam(item, prices):
            dearest[seam] = max(dearest.get(seam, item), item, key=lambda each: each.mean)
    same = prices.rates.unit.same_seam
    out = []
    for item in items:
        seam = _seam(item, prices)
        shared = seam is not None and dearest[seam] is not item
        out.append(msgspec.structs.replace(item, days=times(item.days, same)) if shared else item)
    return out


def _seam(item: Item, prices: Prices) -> tuple[str, str] | None:
    area = item.capability.split(".")[0]
    if area not in prices.rates.unit.seams:
        return None
    return (item.component, f"{area} {item.stage}")


def _questions(found: Sequence[Unit], covered: Collection[str], prices: Prices, names: Mapping[str, str]) -> list[Item]:
    """What finding out costs: questions in one component are answered together, by whoever reads the same files."""
    asked: dict[tuple[str, int], list[Unit]] = {}
    for unit in found:
        if unit.doubtful and unit.capability not in covered and _share(unit, prices) > 0:
            asked.setdefault((unit.component, prices.stage(unit.capability)), []).append(unit)
    items = []
    rate = prices.rates.unit
    for (component, stage), group in sorted(asked.items()):
        first = max(group, key=lambda unit: (pert_mean(prices.capabilities[unit.capability].days), unit.capability))
        title = getattr(prices.capabilities[first.capability], "title", first.capability)
        more = f" and {len(group) - 1:,} more" if len(group) > 1 else ""
        label = f"finding out about {title}{more} in {names.get(component, component)}"
        days = times(rate.investigate, len(group) ** rate.many_questions)
        items.append(Item(label, days, 1.0, False, stage, NOTHING, component))
    return items


def _share(unit: Unit, prices: Prices) -> float:
    """How much of the price is due: by the worst level, and by what is there for the target already."""
    by_level = {row.level: row.share for row in prices.rates.level}
    abroad = prices.rates.elsewhere.share if unit.abroad else 1.0
    return (
        abroad
        * max(by_level[finding.level] for finding in unit.counted)
        * prices.branches.share(
            unit.capability, unit.component, [finding.location.path for finding in unit.counted], prices.rates.fallback
        )
    )


def _probability(unit: Unit, rates: Rates) -> float:
    by_confidence = {row.confidence: row.probability for row in rates.confidence}
    return max(by_confidence[finding.confidence] for finding in unit.counted)
