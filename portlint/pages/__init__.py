"""What the catalog says of one rule or capability, put together once for the terminal, the web pages and SARIF."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from portlint.model.catalog import Capability, Catalog, Rule, Support, Target
from portlint.model.finding import rank
from portlint.pages.examples import Example, examples


class Answer(msgspec.Struct, frozen=True):
    """What these targets, by id, say of a capability in the very same words."""

    targets: tuple[str, ...]
    support: Support


class RulePage(msgspec.Struct, frozen=True):
    """A rule, the capability that it needs, what the targets say, worst first, and what it finds and does not find."""

    rule: Rule
    capability: Capability
    answers: tuple[Answer, ...]
    examples: tuple[Example, ...]


class CapabilityPage(msgspec.Struct, frozen=True):
    """A capability, what the targets say, worst first, and the ids of the rules that find a need of it."""

    capability: Capability
    answers: tuple[Answer, ...]
    rules: tuple[str, ...]


def rule_page(catalog: Catalog, rule_id: str, targets: Iterable[Target] | None = None) -> RulePage:
    """The page of a rule that the catalog has; of its targets, these alone count, or all."""
    rule = catalog.rules[rule_id]
    return RulePage(
        rule, catalog.capabilities[rule.needs], answers(catalog, rule.needs, targets), examples().get(rule_id, ())
    )


def capability_page(catalog: Catalog, name: str, targets: Iterable[Target] | None = None) -> CapabilityPage:
    """The page of a capability that the catalog has; of its targets, these alone count, or all."""
    finders = tuple(rule.id for rule in catalog.rules.values() if rule.needs == name)
    return CapabilityPage(catalog.capabilities[name], answers(catalog, name, targets), finders)


def answers(catalog: Catalog, capability: str, targets: Iterable[Target] | None = None) -> tuple[Answer, ...]:
    """The answers to a capability, equal ones together: blockers first, then by how bad the level is."""
    by_support: dict[Support, list[str]] = {}
    for target in catalog.targets.values() if targets is None else targets:
        by_support.setdefault(target.support[capability], []).append(target.id)
    found = [Answer(tuple(ids), support) for support, ids in by_support.items()]
    return tuple(sorted(found, key=lambda each: (not each.support.blocker, -rank(each.support.level), each.targets)))
