"""Phrases of a comparison that its formats share."""

from __future__ import annotations

from collections.abc import Callable

from portlint.model.finding import Finding, Verdict
from portlint.model.report import Estimate
from portlint.planning.compare import Comparison, ProjectChange, TargetChange
from portlint.reporters.words import person_days
from portlint.words import counted, some

_SHOWN = 12  # names of components
SECTIONS = ("new blockers", "gone blockers", "new errors", "gone errors")


def title(change: TargetChange) -> str:
    return change.id if change.id == change.other else f"{change.id} -> {change.other}"


def verdict_words(before: Verdict | None, after: Verdict | None) -> str:
    """`ready -> blocked`; one word where nothing changed."""
    if before == after:
        return f"{before or 'not judged'}, as before"
    return f"{before or 'not judged'} -> {after or 'not judged'}"


def tax_line(change: ProjectChange) -> str:
    """`the tax went from 25 (12 to 52) person-days to playable to 8 (4 to 17) to boots`; "" where there is none."""
    before, after = change.tax.before, change.tax.after
    if before is None and after is None:
        return ""
    if before is None or after is None:
        return f"the tax was {_tax(before)} and is {_tax(after)}"
    if _tax(before) == _tax(after):
        return f"the tax stays {_tax(after)}"
    return f"the tax went from {_tax(before)} to {_tax(after)}"


def sections(change: TargetChange) -> list[tuple[str, tuple[Finding, ...]]]:
    """`2 new blockers` and the like with their findings; only those with any."""
    found = (change.new_blockers, change.gone_blockers, change.new_errors, change.gone_errors)
    pairs = zip(SECTIONS, found, strict=True)
    return [(counted(len(each), name.removesuffix("s")), each) for name, each in pairs if each]


def components_line(comparison: Comparison, shown: Callable[[str], str]) -> list[str]:
    """`components added: package ws 8.1`, and the same for removed ones: the first of each kind of name."""
    rows = (("added", comparison.added), ("removed", comparison.removed))
    return [
        f"components {word}: {some([shown(each) for each in dict.fromkeys(names)], _SHOWN)}"
        for word, names in rows
        if names
    ]


def nothing_changed(comparison: Comparison) -> bool:
    return not any(
        each.before != each.after
        or sections(each)
        or any((one.before, one.tax.before) != (one.after, one.tax.after) for one in each.projects)
        for each in comparison.targets
    ) and not (comparison.added or comparison.removed)


def _tax(estimate: Estimate | None) -> str:
    if estimate is None:
        return "not known"
    low, middle, high = (person_days(each) for each in (estimate.days.p10, estimate.days.p50, estimate.days.p90))
    apart = ", the blockers apart" if estimate.choices else ""
    return f"{middle} ({low} to {high}) person-days to {estimate.milestone}{apart}"
