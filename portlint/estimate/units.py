"""Adaptation units: what one capability costs in one component of the project's own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from portlint.estimate.rates import Days, Rates
from portlint.estimate.spread import Item
from portlint.model.catalog import Capability
from portlint.model.finding import Finding


class Unit(msgspec.Struct, frozen=True):
    """Findings of one capability in one component. A finding counts once: it is one use."""

    capability: str
    component: str
    findings: tuple[Finding, ...]

    @property
    def files(self) -> int:
        return len({finding.location.path for finding in self.findings})

    @property
    def uses(self) -> int:
        return len(self.findings)

    @property
    def doubtful(self) -> bool:
        """Nobody knows the level, or not one of the findings is sure."""
        levels = {finding.level for finding in self.findings}
        return levels == {"unknown"} or all(finding.confidence != "high" for finding in self.findings)


def units(findings: Iterable[Finding]) -> list[Unit]:
    """By capability, the unit with the most files and uses first: it is the one that pays the base price."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.capability, finding.component), []).append(finding)
    found = [Unit(capability, component, tuple(members)) for (capability, component), members in groups.items()]
    return sorted(found, key=lambda unit: (unit.capability, -unit.files, -unit.uses, unit.component))


def unit_items(
    found: Sequence[Unit],
    capabilities: Mapping[str, Capability],
    names: Mapping[str, str],
    rates: Rates,
    covered: Collection[str] = (),
) -> list[Item]:
    """A price for each unit, and one for finding out where a unit is doubtful.

    The base price is paid once for a capability, in its largest unit: the first thread removal is dear, the tenth is
    not. `covered` are capabilities that the fixed part already pays for. A capability without a price raises KeyError:
    the catalog has refused such a rule.
    """
    items: list[Item] = []
    paid: set[str] = set()
    for unit in found:
        if unit.capability in covered:
            continue
        capability = capabilities[unit.capability]
        share = _share(unit, rates)
        if share == 0:
            continue
        days = _price(unit, capability, unit.capability not in paid, share, rates)
        paid.add(unit.capability)
        label = f"{capability.title} in {names.get(unit.component, unit.component)}"
        items.append(Item(label, days, _probability(unit, rates), not unit.doubtful))
        if unit.doubtful:
            items.append(Item(f"finding out about {label}", rates.unit.investigate))
    return items


def _price(unit: Unit, capability: Capability, first: bool, share: float, rates: Rates) -> Days:
    """Base + files + uses to a power, up to a cap; the range is as wide as the base price's."""
    likely = capability.days[1]
    if likely <= 0:
        return capability.days if first else (0.0, 0.0, 0.0)
    files = unit.files - 1 if first else unit.files
    uses = unit.uses - 1 if first else unit.uses
    due = (likely if first else 0.0) + capability.per_file * files
    due = min(due + capability.per_site * uses**rates.unit.site_exponent, likely * rates.unit.cap) * share
    low, high = capability.days[0] / likely, capability.days[2] / likely
    return (due * low, due, due * high)


def _share(unit: Unit, rates: Rates) -> float:
    by_level = {row.level: row.share for row in rates.level}
    return max(by_level[finding.level] for finding in unit.findings)


def _probability(unit: Unit, rates: Rates) -> float:
    by_confidence = {row.confidence: row.probability for row in rates.confidence}
    return max(by_confidence[finding.confidence] for finding in unit.findings)
