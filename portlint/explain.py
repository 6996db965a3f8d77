"""What the catalog says, for people: targets, rules, and what each claim rests on."""

from __future__ import annotations

import difflib
import textwrap

from portlint.errors import PortlintError
from portlint.model.catalog import Catalog, Rule, Support, Target

_WIDTH = 80


def target_list(catalog: Catalog) -> list[str]:
    width = max(map(len, catalog.targets), default=0)
    return [f"{target.id:{width}}  {target.title} ({target.version})" for target in catalog.targets.values()]


def target_lines(catalog: Catalog, name: str) -> list[str]:
    """Every capability with its level, worst first."""
    target = catalog.targets[name]
    order = ("fails-at-build", "fails-at-run", "silent", "hangs", "partial", "flag", "unknown", "works")
    lines = [f"{target.id}: {target.title}", f"version: {target.version}", *_wrapped(target.notes), ""]
    width = max(map(len, target.support))
    for level in order:
        for capability, support in sorted(target.support.items()):
            if support.level == level:
                blocker = "  blocker" if support.blocker else ""
                lines.append(f"{level:14}  {capability:{width}}  {catalog.capabilities[capability].title}{blocker}")
    return [*lines, "", f"portlint explain CAPABILITY --target {target.id} says why, with sources"]


def rule_list(catalog: Catalog) -> list[str]:
    width = max(map(len, catalog.rules))
    return [f"{rule.id:{width}}  {rule.needs:20}  the code {rule.summary}" for rule in catalog.rules.values()]


def explain(catalog: Catalog, subject: str, target: str | None) -> list[str]:
    """A rule, or a capability, with source and date of every claim.

    Raises PortlintError for a subject that is neither, with the nearest names.
    """
    targets = [catalog.targets[target]] if target else list(catalog.targets.values())
    if subject in catalog.rules:
        rule = catalog.rules[subject]
        return [*_rule(rule), "", *_capability(catalog, rule.needs, targets)]
    if subject in catalog.capabilities:
        by = [rule.id for rule in catalog.rules.values() if rule.needs == subject]
        found = ["", "found by: " + (", ".join(by) or "no rule yet")]
        return [*_capability(catalog, subject, targets), *(line for text in found for line in _wrapped(text) or [""])]
    near = difflib.get_close_matches(subject, [*catalog.rules, *catalog.capabilities], 3)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; 'portlint rules' lists the rules"
    raise PortlintError(f"{subject!r} is no rule and no capability{hint}")


def _rule(rule: Rule) -> list[str]:
    lines = [f"{rule.id}: the code {rule.summary}", f"needs:  {rule.needs}", *_wrapped(rule.notes)]
    for match in rule.match:
        where = f" in {match.language}" if match.language else ""
        beside = f", beside {', '.join(match.with_)}" if match.with_ else ""
        names = ", ".join(match.names)
        lines += _wrapped(f"{match.kind}{where} ({match.confidence} confidence{beside}): {names}", "  ")
    dated = f", checked {rule.checked}" if rule.checked else ""
    return [*lines, f"source: {rule.source}{dated}"]


def _capability(catalog: Catalog, name: str, targets: list[Target]) -> list[str]:
    capability = catalog.capabilities[name]
    low, likely, high = capability.days
    lines = [
        f"{name}: {capability.title}",
        *_wrapped(f"price of adapting: {low:g} to {high:g} person-days, likely {likely:g} ({capability.basis})"),
    ]
    for target in targets:
        lines += ["", *_support(target, target.support[name])]
    return lines


def _support(target: Target, support: Support) -> list[str]:
    blocker = " (blocker)" if support.blocker else ""
    because = f": {support.because}" if support.because else ""
    lines = _wrapped(f"{target.id}: {support.level}{blocker}{because}")
    if support.flag:
        lines += _wrapped(f"flag: {support.flag}", "  ")
    if support.instead:
        lines += _wrapped(f"instead: {support.instead}", "  ")
    return [*lines, f"  source: {support.source}, checked {support.checked}"]


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )
