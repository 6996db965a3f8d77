"""Blockers: choices, each way with its price, never part of the sum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portlint.estimate.dependencies import Used, blocks
from portlint.estimate.rates import Rates
from portlint.estimate.spread import in_words
from portlint.model.catalog import Catalog
from portlint.model.finding import Finding
from portlint.model.report import Choice

_SHOWN = 20


def choices(
    deps: Iterable[Used], own: Iterable[Finding], names: Mapping[str, str], catalog: Catalog, rates: Rates
) -> tuple[Choice, ...]:
    """One for each blocker: a dependency, or a capability in a component of the project's own, at its own price."""
    price = {row.id: row.days for row in rates.choice}
    found = [
        Choice(one.component.id, "", one.component.name, price["drop"], price["replace"], price["ask"], one.instead)
        for one in deps
        if one.blocked
    ]
    seen: set[tuple[str, str]] = set()
    for component, capability, instead in sorted(
        {(finding.component, finding.capability, finding.instead) for finding in own if blocks(finding)}
    ):
        if (component, capability) in seen:
            continue
        seen.add((component, capability))
        known = catalog.capabilities.get(capability)
        subject = f"{known.title if known else capability} in {names.get(component, component)}"
        replace = known.days if known else price["replace"]
        found.append(Choice(component, capability, subject, price["drop"], replace, None, instead))
    return tuple(found)


def in_lines(found: tuple[Choice, ...]) -> tuple[str, ...]:
    """One line each, the first twenty."""
    lines = [_line(each) for each in found[:_SHOWN]]
    further = len(found) - _SHOWN
    return tuple(lines if further <= 0 else [*lines, f"and {further:,} more of the kind"])


def _line(choice: Choice) -> str:
    drop, replace = f"drop it ({in_words(choice.drop)})", f"replace it ({in_words(choice.replace)})"
    remedy = f": {choice.instead}" if choice.instead else ""
    if choice.ask is None:
        return f"{choice.subject}: {drop}, or {replace}{remedy}"
    ask = f"ask the vendor for a build, then confirm it ({in_words(choice.ask)})"
    return f"{choice.subject}: {drop}, {replace}, or {ask}{remedy}"
