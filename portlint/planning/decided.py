"""What the suppositions of a what-if take: work with a price, and a line that says so."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from portlint.estimate.rates import Days, Rates
from portlint.estimate.spread import Item, in_words
from portlint.graph import locator
from portlint.model.catalog import Catalog, Target
from portlint.model.report import Report, TargetReport
from portlint.planning.culprit import Culprits
from portlint.planning.removal import askers, is_in
from portlint.planning.shims import capabilities, is_provided
from portlint.planning.supposed import Plan
from portlint.words import counted, some

_SHOWN = 5


def work(
    report: Report,
    judged: TargetReport,
    target: Target,
    plan: Plan,
    catalog: Catalog,
    rates: Rates,
) -> list[tuple[str, Item]]:
    """What the changes take on one target, by project: letting go of a component, putting another in, writing shims."""
    price = {row.id: row.days for row in rates.choice}
    project_of = locator(each.path for each in report.projects)
    found: list[tuple[str, Item]] = []
    for one in plan.dropped:
        paths = askers(report, one, target)
        item = Item(f"letting go of {one.name}", price["drop"], settled=False, component=one.id)
        found += [(path, item) for path in paths]
    for each in plan.substitutes:
        paths = askers(report, each.replaced, target)
        item = Item(each.title, price["replace"], settled=False, component=each.component.id)
        found += [(path, item) for path in paths]
    shimmed = [each for each in judged.findings if is_provided(each, plan.symbols)]
    for path in sorted({project_of(each.location.path) for each in shimmed}):
        mine = [each for each in shimmed if project_of(each.location.path) == path]
        for capability in capabilities(mine):
            days = _shim_days(capability, catalog, rates)
            names = sorted({each.name for each in mine if each.capability == capability})
            found.append((path, Item(f"a shim for {', '.join(names)}", days, settled=False, capability=capability)))
    return found


def _shim_days(capability: str, catalog: Catalog, rates: Rates) -> Days:
    own = next((row.days for row in rates.capability if row.id == capability), None)
    return own or catalog.capabilities[capability].days


def told(
    report: Report, plan: Plan, absent: Mapping[str, Collection[str]], culprits: Culprits, rates: Rates
) -> list[str]:
    """One line for each supposition, and what it does to all targets."""
    price = {row.id: in_words(row.days) for row in rates.choice}
    names = {each.id: each.name for each in report.components}
    lines = [
        f"without {each.name} ({each.id}): letting go of it is priced at {price['drop']}, in the estimate"
        for each in plan.dropped
    ]
    for each in plan.substitutes:
        what = "as the tree's own is judged" if each.here else "as its package is known"
        what = what if each.here or each.package else "of which nothing is known"
        lines.append(f"{each.title}, {what}: priced at {price['replace']}, in the estimate")
    taken = {id for ids in absent.values() for id in ids} - plan.taken
    fallen = sorted({names.get(id, id) for id in taken})
    if fallen:
        lines.append(f"with that falls what nothing else brings in: {some(fallen, _SHOWN)}")
    if plan.taken:
        lines.append(_taken_away(report, absent, culprits))
    for symbol in plan.symbols:
        places = {each.location for one in report.targets for each in one.findings if is_provided(each, (symbol,))}
        where = counted(len(places), "place")
        lines.append(f"a shim provides {symbol}, used in {where}: priced as its capability, in the estimate")
    return lines


def _taken_away(report: Report, absent: Mapping[str, Collection[str]], culprits: Culprits) -> str:
    """A supposition that changes nothing has to say so: the name may mean another part than was thought of."""
    counts = {one.id: sum(is_in(culprits, each, absent[one.id]) for each in one.findings) for one in report.targets}
    if not any(counts.values()):
        return "no finding goes with that on any target"
    return "findings that go with that: " + ", ".join(f"{number:,} on {id}" for id, number in counts.items() if number)
